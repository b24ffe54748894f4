"""Jobs that can wait for a better hour: which of those that the brain has are to wait, and until when; pure.

Loaded only where hours differ and a job can wait, since the compiled auction behind it is large.
"""

from collections.abc import Iterable, Iterator
from math import inf

import numpy as np

from suanwang.brain.decide import Want, ask_of
from suanwang.brain.jobs import JobState
from suanwang.brain.state import State
from suanwang.model.deferral import Deferral
from suanwang.model.grid import HOUR_S, Grid, GridHour, GridView
from suanwang.place.shift.defer import Wait, defer
from suanwang.place.shift.hours import Hours, Jobs
from suanwang.place.shift.shift import shift
from suanwang.place.shift.times import Held, times
from suanwang.world.ahead import WIDE_H, Ahead, ahead
from suanwang.world.forecast import forecast

SHOWN_H = 24


def waiting(state: State, jobs: Iterable[JobState], now: float) -> dict[str, Deferral]:
    """Those that are to wait, by job id, planned together."""
    waits = [_wait(state, job, now) for job in jobs]
    due_s = max((wait.due_s for wait in waits), default=0.0)
    wide = min(WIDE_H, 1 + int(due_s // HOUR_S))
    if not waits or wide < 2 or not state.world.ids:
        return {}
    return defer(state.world, waits, times(state.world, now, wide, _held(state, now)))


def warm() -> None:
    """Have the machine code behind this at hand, which takes seconds the first time: on a made-up job and grid."""
    hours = Hours(np.ones((1, 2)), np.ones((1, 2)), np.ones((1, 2)), np.ones((1, 2)), np.zeros((1, 1)), 1.0)
    one, none = np.ones(1), np.zeros(1, np.int64)
    jobs = Jobs(one, one, none, none + 2, none, np.zeros(1), np.ones((1, 1), np.bool_), np.ones(1, np.bool_))
    shift(jobs, hours)
    forecast(np.arange(30.0), SHOWN_H)


def _wait(state: State, job: JobState, now: float) -> Wait:
    finish = job.demand.limits.finish_s_max
    assert finish is not None, "a job without an end waits for nothing"
    verify, due_s = job.demand.verify, job.accepted_at + finish - now
    return Wait(
        job.id, ask_of(state, job, Want(verify.replicas, verify.quorum), 1.0, now), len(job.tasks), due_s, job.start_at > 0
    )


def _held(state: State, now: float) -> Iterator[Held]:
    """What runs now, and how long it is thought to go on: as long as predicted, then as long again as it has overrun."""
    for live in state.live.values():
        for placement_id in live:
            job = state.jobs[placement_id.rsplit("/", 1)[0]]
            one = job.placements[placement_id].placement
            ran_s = now - (job.placed_at or now)
            until_s = inf if job.demand.serve is not None else max(one.finish_s - ran_s, 0.1 * ran_s)
            yield Held(one.node_id, one.cpu_milli, until_s)


def grid_view(state: State, grid: Grid, now: float) -> GridView:
    """A grid with the hours to come, and how well they are foreseen."""
    hour, known = int(now // HOUR_S), [k for k, value in enumerate(grid.carbon) if value is not None]
    columns = {what: ahead(grid, what, hour) for what in ("carbon", "price", "temperature") if getattr(grid, what)}
    error, plain = _errors(grid, hour)
    return GridView(
        scope=grid.scope,
        where=grid.where,
        first_hour=grid.first_hour,
        last_hour=grid.first_hour + max(0, grid.hours - 1),
        missing=(known[-1] - known[0] + 1 - len(known)) if known else 0,
        ahead=tuple(_hour(columns, hour, k) for k in range(SHOWN_H)),
        error_g=error,
        plain_error_g=plain,
    )


def _errors(grid: Grid, hour: int) -> tuple[float, float]:
    """Mean over the leads of a day, as if nothing had been told of the hours to come; 0 where nobody has measured."""
    past = [value for value in grid.carbon[: max(0, hour - grid.first_hour + 1)]]
    if not past:
        return 0.0, 0.0
    from_past = Grid(scope=grid.scope, where=grid.where, first_hour=grid.first_hour, carbon=tuple(past))
    seen = ahead(from_past, "carbon", grid.first_hour + len(past) - 1)
    measured = np.isfinite(seen.plain_error) & (np.arange(WIDE_H) > 0) & (np.arange(WIDE_H) <= SHOWN_H)
    if 2 * measured.sum() < SHOWN_H:
        return 0.0, 0.0
    return float(seen.error[measured].mean()), float(seen.plain_error[measured].mean())


def _hour(columns: dict[str, Ahead], hour: int, k: int) -> GridHour:
    values = {what: float(told.value[k]) for what, told in columns.items()}
    carbon = columns.get("carbon")
    error = float(carbon.error[k]) if carbon is not None else 0.0
    return GridHour(
        hour=hour + k,
        told=carbon is not None and bool(carbon.told[k]),
        way=carbon.way[k] if carbon is not None else "",
        error_g=error if error < inf else 0.0,
        **{what: value for what, value in values.items() if value == value},
    )
