"""Shifting as it happens: every hour plan with what is known and foreseen, do what the plan has for this hour, forget the rest.

A rolling horizon (model predictive control): only jobs that have come are known, only the hour that begins is known exactly.
Whole jobs that have begun keep their place. Beside it what is compared against: now at home, and now where it is cheapest now.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from suanwang.place.shift.auction import NONE
from suanwang.place.shift.hours import Hours, Jobs, Split, terms
from suanwang.place.shift.shift import STEP, shift
from suanwang.world.world import Floats, Ints

Foresee = Callable[[int], Hours]
"""Hour t -> the hours from t on as they are foreseen at t (column 0 is t itself); as many as the jobs may still need."""

EXPECTED_H = 24
"""Jobs that are expected in so many hours count."""


def roll(jobs: Jobs, actual: Hours, foresee: Foresee, coming: Jobs | None = None, step: float = STEP) -> Split:
    """What is run when every hour is decided as it comes. Room comes from `actual`, whole jobs that have begun taken off.

    coming: jobs that may be expected, such as those of the week before; those that would come later than now, within a day,
    take their part of the room in each plan, and are never run.
    """
    rest, begun = jobs.kwh.copy(), np.zeros(len(jobs), np.bool_)
    room, done = actual.room().copy(), list[tuple[Ints, Ints, Ints, Floats]]()
    for t in range(actual.power.shape[1]):
        rows = np.flatnonzero((jobs.first <= t) & (jobs.last > t) & (rest > NONE) & ~begun)
        if len(rows) == 0:
            continue
        some, hours = _from(jobs.some(rows), rest[rows], t), foresee(t)
        wide = hours.power.shape[1]
        all_of = some if coming is None else _with(some, coming, t)
        plan = shift(all_of, _in(hours, room[:, t : t + wide]), step, rounds=0)
        run = _now(some, plan.split)
        for site, hour, kwh in zip(*run[1:], strict=True):
            room[site, t + hour] -= kwh
        begun[rows[np.unique(run[0][some.whole[run[0]]])]] = True
        done.append((rows[run[0]], run[1], run[2] + t, run[3]))
        np.subtract.at(rest, rows[run[0]], run[3])
    return _joined(done)


def at_once(jobs: Jobs, actual: Hours, *, home: bool) -> Split:
    """Every job as soon as it has come, at full rate, on its home site, or where the hour that begins is cheapest for it.

    First come, first served; where there is no room it waits, or goes to the next cheapest site. Jobs that split choose anew
    every hour; whole ones when they begin.
    """
    cost, egress, room = actual.kwh_cost(), jobs.egress_cost(actual), actual.room().copy()
    rest, done = jobs.kwh.copy(), list[tuple[Ints, Ints, Ints, Floats]]()
    for t in range(cost.shape[1]):
        for j in np.flatnonzero((jobs.first <= t) & (jobs.last > t) & (rest > NONE)).tolist():
            for s in [int(jobs.home[j])] if home else np.argsort(cost[:, t] + egress[j], kind="stable").tolist():
                if not jobs.may[j, s]:
                    continue
                run = _run(jobs, j, float(rest[j]), room[s, t : int(jobs.last[j])])
                used = float(run.sum())
                if used <= NONE:
                    continue
                room[s, t : t + len(run)] -= run
                rest[j] -= used
                one = np.ones(len(run), np.int64)
                done.append((one * j, one * s, t + np.arange(len(run)), run))
                break
    return _joined(done)


def alone(jobs: Jobs, hours: Hours, j: int) -> Split:
    """One job now and here: from its first hour on at its home, at full rate, as if nobody else were there."""
    some = jobs.some(np.array([j], np.int64))
    free = Hours(hours.power, hours.carbon_g, hours.pue, np.full(hours.power.shape, np.inf), hours.egress, hours.carbon_price)
    return at_once(some, free, home=True)


def _run(jobs: Jobs, j: int, rest: float, room: Floats) -> Floats:
    """What a job does with room from now on: what fits in this hour; a whole job all its hours, or none if they do not fit."""
    most = float(jobs.most_kwh[j])
    if not jobs.whole[j]:
        return np.array([max(0.0, min(rest, most, float(room[0])))])
    run = np.minimum(most, rest - most * np.arange(int(np.ceil((rest - NONE) / most))))
    return run if len(run) <= len(room) and bool(np.all(run <= room[: len(run)] + NONE)) else np.zeros(0)


def _from(jobs: Jobs, rest: Floats, t: int) -> Jobs:
    """The same jobs as seen at hour t, with what is left of them."""
    part = rest / np.maximum(jobs.kwh, 1e-12)
    first = np.maximum(jobs.first - t, 0)
    return Jobs(rest, jobs.most_kwh, first, jobs.last - t, jobs.home, jobs.gigabytes * part, jobs.may, jobs.whole)


def _with(jobs: Jobs, coming: Jobs, t: int) -> Jobs:
    """And after them those that are expected within a day, as work that splits."""
    rows = np.flatnonzero((coming.first > t) & (coming.first <= t + EXPECTED_H))
    more = _from(coming.some(rows), coming.kwh[rows], t)
    return Jobs(
        np.concatenate((jobs.kwh, more.kwh)),
        np.concatenate((jobs.most_kwh, more.most_kwh)),
        np.concatenate((jobs.first, more.first)),
        np.concatenate((jobs.last, more.last)),
        np.concatenate((jobs.home, more.home)),
        np.concatenate((jobs.gigabytes, more.gigabytes)),
        np.concatenate((jobs.may, more.may)),
        np.concatenate((jobs.whole, np.zeros(len(rows), np.bool_))),
    )


def _in(hours: Hours, room: Floats) -> Hours:
    """Foreseen hours with the room that is really left."""
    wide = room.shape[1]
    power, carbon, pue = hours.power[:, :wide], hours.carbon_g[:, :wide], hours.pue[:, :wide]
    return Hours(power, carbon, pue, room, hours.egress, hours.carbon_price)


def _now(jobs: Jobs, split: Split) -> tuple[Ints, Ints, Ints, Floats]:
    """What of a plan is done at once: this hour of jobs that split, and all hours of whole jobs that begin in it."""
    known = split.job < len(jobs)
    split = Split(split.job[known], split.site[known], split.hour[known], split.kwh[known])
    begins = np.unique(split.job[(split.hour == 0) & jobs.whole[split.job]])
    keep = np.where(jobs.whole[split.job], np.isin(split.job, begins), split.hour == 0)
    return split.job[keep], split.site[keep], split.hour[keep], split.kwh[keep]


def _joined(done: list[tuple[Ints, Ints, Ints, Floats]]) -> Split:
    """In the order of job, hour, site."""
    if not done:
        return Split(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    job = np.concatenate([part[0] for part in done])
    site = np.concatenate([part[1] for part in done])
    hour = np.concatenate([part[2] for part in done])
    kwh = np.concatenate([part[3] for part in done])
    order = np.lexsort((site, hour, job))
    return Split(job[order], site[order], hour[order], kwh[order])


@dataclass(frozen=True, slots=True)
class Why:
    """One job's reasons. where: (site, hour, kWh) as chosen; chosen, here_and_now: money by term; saved: their difference."""

    where: tuple[tuple[int, int, float], ...]
    chosen: dict[str, float]
    here_and_now: dict[str, float]
    saved: float


def why(jobs: Jobs, hours: Hours, split: Split, j: int) -> Why:
    """What a job costs as chosen, term by term, beside running it now and here."""
    one, here = jobs.some(np.array([j], np.int64)), alone(jobs, hours, j)
    mine = split.job == j
    own = Split(np.zeros(int(mine.sum()), np.int64), split.site[mine], split.hour[mine], split.kwh[mine])
    chosen = {name: float(part[0]) for name, part in terms(one, hours, own).items()}
    now = {name: float(part[0]) for name, part in terms(one, hours, here).items()}
    where = tuple(zip(own.site.tolist(), own.hour.tolist(), own.kwh.tolist(), strict=True))
    return Why(where, chosen, now, sum(now.values()) - sum(chosen.values()))
