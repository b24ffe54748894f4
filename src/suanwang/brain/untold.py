"""What the log is to tell of readings: they are not logged, but what a decision goes by is, where that is news.

A file that no job asks for costs nothing, and one that all ask for costs a few bytes for each node that it comes to. So a
replay decides on what the brain knew. A brain that began from a snapshot does not know what was told before, and tells it anew.
"""

from collections.abc import Iterable

import numpy as np

from suanwang.brain.jobs import JobState
from suanwang.brain.state import State
from suanwang.brain.told import NOBODY, Told, by_row
from suanwang.model import event as ev
from suanwang.model.demand import Demand
from suanwang.model.steps import task_demand
from suanwang.place.gravity import weighed
from suanwang.world.stored import Numbers

FILES_MAX = 4_096
"""Files that are followed; then what is told begins anew, and what nobody asks for any more is forgotten."""


def untold(state: State, job: JobState, event: ev.Event) -> ev.FilesTold | None:
    """What this event about the job went by and the log does not tell yet; None if that is nothing, or it is no decision."""
    demand = _asked(job, event)
    if demand is None or not (demand.files or demand.data):
        return None
    marks, rated = weighed(state.world, demand)
    anew = not state.told.known or len(state.told.holders) > FILES_MAX
    told = Told() if anew else state.told
    files = tuple(_files(state, told, marks))
    rates = tuple(_rates(state, told)) if rated else ()
    return ev.FilesTold(at=event.at, anew=anew, files=files, rates=rates) if anew or files or rates else None


def _asked(job: JobState, event: ev.Event) -> Demand | None:
    """What the decision was about: of a graph the step alone."""
    match event:
        case ev.JobPlaced(plan=plan) if job.waits:
            return task_demand(job.demand, plan.placements[0].tasks[0])
        case ev.JobPlaced() | ev.JobWaits() | ev.JobRefused():
            return job.demand
        case _:
            return None


def _files(state: State, told: Told, marks: Iterable[str]) -> Iterable[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    for mark in marks:
        now, before = state.world.stored.holders.get(mark, NOBODY), told.holders.get(mark, NOBODY)
        if not np.array_equal(now, before):
            come, gone = np.setdiff1d(now, before), np.setdiff1d(before, now)
            yield mark, _joined(state, come), _joined(state, gone)


def _joined(state: State, numbers: Numbers) -> tuple[int, ...]:
    """World's numbers of nodes as the log's."""
    if not len(numbers):
        return ()
    ids = tuple(state.world.numbers)
    return tuple(state.joined[ids[number]] for number in numbers.tolist())


def _rates(state: State, told: Told) -> Iterable[tuple[int, float]]:
    now = state.world.pull_bytes_per_s
    for row in np.flatnonzero(now != by_row(state.world, told.rates)).tolist():
        yield state.joined[state.world.ids[row]], float(now[row])
