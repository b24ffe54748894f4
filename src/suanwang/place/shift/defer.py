"""Which of the jobs that can wait start now, and which at a better hour: room of hours and sites sold by auction, to all of
them together, so that not everybody chooses the same hour.

A job is whole: once begun it runs to its end on one site. Work is in Tfuel, and the money is that of the one objective
(place/rank.py), of which only two terms go by the hour: price and carbon, weighted by what the job prefers. A job waits if that

    saves more than SAVED_LEAST of what running now would cost it, and more than DOUBT of what the forecast was wrong by so
    far, and the last hour it may begin in leaves it its time, half as much again, and MARGIN_S, before it is due;

and once it waits, as long as anything is gained: or each doubt would start it in the worst hour. Now is the cheapest site
that has room now; where none has, it waits for the hour that it was sold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from suanwang.model.deferral import Deferral
from suanwang.model.explanation import Term
from suanwang.place.ask import Ask
from suanwang.place.rank import UNITS, weights
from suanwang.place.shift.auction import NONE
from suanwang.place.shift.hours import Hours, Jobs, Split
from suanwang.place.shift.roll import alone
from suanwang.place.shift.shift import shift
from suanwang.place.shift.times import HOUR_S, Times
from suanwang.place.think import think
from suanwang.world.fold import idle
from suanwang.world.world import Bools, Floats, World

SAVED_LEAST = 0.03
"""Waiting for less is not worth the wait."""
DOUBT = 0.3
"""Of the error that the forecast had so far, so much must be gained at least."""
SLOWER, MARGIN_S = 1.5, 300.0
"""Work is given so many times the time that it is thought to take, and five minutes for placing and starting."""
WHOLE_ROUNDS_FEW = 40
"""With more jobs than this, whole ones are seated once and not moved again."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A job that may wait. due_s: seconds from now until it must have ended. waits: whether it does already."""

    job_id: str
    ask: Ask
    count: int
    due_s: float
    waits: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """A job as the auction sees it. tfuel: in all. most: in an hour. last: hours from now on in which it may run. may: by
    site."""

    wait: Wait
    tfuel: float
    most: float
    last: int
    may: Bools
    takes_s: float


def defer(world: World, waits: Sequence[Wait], times: Times) -> dict[str, Deferral]:
    """Those that are to wait, by job id; all others are to start at once. The strongest preferences choose first."""
    quiet, found, room = idle(world), dict[str, Deferral](), times.room.copy()
    works = [work for wait in waits if (work := _work(quiet, wait, times)) is not None]
    for prefer in ("carbon", "price", "speed", "latency"):
        some = [work for work in works if work.wait.ask.demand.prefer == prefer]
        if some:
            hours = _hours(times, room, prefer)
            jobs = _jobs(some, hours)
            split = shift(jobs, hours, rounds=1 if len(some) <= WHOLE_ROUNDS_FEW else 0).split
            room = np.maximum(0.0, room - split.used(*room.shape))
            told = ((work.wait.job_id, _told(j, work, jobs, hours, split, times, room[:, 0])) for j, work in enumerate(some))
            found |= {job_id: deferral for job_id, deferral in told if deferral is not None}
    return found


def _work(quiet: World, wait: Wait, times: Times) -> _Work | None:
    """None for one that cannot wait: nobody who is heard takes it, or there is no later hour that ends in time."""
    figured = think(quiet, wait.ask, wait.count, 0).figures
    if not len(figured.rows):
        return None
    rounds = 1.0 if figured.slots is None else np.ceil(wait.count / figured.slots)
    takes_s = float(np.median(figured.task_s * rounds))
    left_s = wait.due_s - times.left_s - (SLOWER - 1) * takes_s - MARGIN_S
    last = min(times.carbon_g.shape[1], 1 + int(left_s // HOUR_S)) if left_s >= 0 else 0
    spans = max(1, -(-takes_s // HOUR_S))
    if last <= spans:
        return None
    rows = times.row_of[quiet.site[figured.rows]]
    may = np.zeros(len(times.names), np.bool_)
    may[rows[rows >= 0]] = True
    if not may.any():
        return None
    tfuel = wait.ask.fuel * wait.count * wait.ask.replicas / 1e12
    return _Work(wait, tfuel, tfuel / max(1.0, takes_s / HOUR_S), last, may, takes_s)


def _hours(times: Times, room: np.ndarray[tuple[int, int], np.dtype[np.float64]], prefer: str) -> Hours:
    """The auction's hours: what is asked for a Tfuel in CNY of the objective."""
    weight, sites = weights(prefer), len(times.names)
    price, ones = times.price * weight["price"], np.ones(room.shape)
    return Hours(price, times.carbon_g, ones, room, np.zeros((sites, sites)), weight["carbon"])


def _jobs(works: Sequence[_Work], hours: Hours) -> Jobs:
    """home: where it would run if it ran now, the cheapest site of this hour."""
    cost = hours.kwh_cost()[:, 0]
    count = len(works)
    home = [int(np.argmin(np.where(work.may, cost, np.inf))) for work in works]
    return Jobs(
        kwh=np.array([work.tfuel for work in works]),
        most_kwh=np.array([work.most for work in works]),
        first=np.zeros(count, np.int64),
        last=np.array([work.last for work in works], np.int64),
        home=np.array(home, np.int64),
        gigabytes=np.zeros(count),
        may=np.array([work.may for work in works]),
        whole=np.ones(count, np.bool_),
    )


def _told(j: int, work: _Work, jobs: Jobs, hours: Hours, split: Split, times: Times, left: Floats) -> Deferral | None:
    """What is said of a job that is to wait; None for one that is to start. left: room of this hour that nobody takes."""
    mine = split.job == j
    if not mine.any() or float(split.kwh[mine].sum()) < work.tfuel - 1e3 * NONE or split.hour[mine].min() == 0:
        return None
    begin, site = int(split.hour[mine].min()), int(split.site[mine][0])
    fits = work.may & (left >= min(work.most, work.tfuel) - NONE)
    here = alone(
        _at(jobs, j, int(np.argmin(np.where(fits if fits.any() else work.may, hours.kwh_cost()[:, 0], np.inf)))), hours, 0
    )
    own = Split(np.zeros(int(mine.sum()), np.int64), split.site[mine], split.hour[mine], split.kwh[mine])
    weight = weights(work.wait.ask.demand.prefer)
    now, then = _terms(here, times, weight), _terms(own, times, weight)
    before, after = (sum(term.contribution for term in terms) for terms in (now, then))
    error = float(np.sum(own.kwh * times.error_g[own.site, own.hour])) * weight["carbon"]
    if fits.any() and before - after <= (0.0 if work.wait.waits else max(SAVED_LEAST * abs(before), DOUBT * error)):
        return None
    start_at = times.now_s + times.left_s + HOUR_S * (begin - 1)
    return Deferral(
        job_id=work.wait.job_id,
        start_at=start_at,
        latest_at=times.now_s + work.wait.due_s - SLOWER * work.takes_s - MARGIN_S,
        due_at=times.now_s + work.wait.due_s,
        site=times.names[site],
        prefer=work.wait.ask.demand.prefer,
        now=now,
        then=then,
        saved=before - after,
        error=error,
        carbon_g_saved=now[1].value - then[1].value,
        price_micro_saved=round(1e6 * (now[0].value - then[0].value)),
        finish_s=work.takes_s,
        told=bool(times.told[own.site, own.hour].all()),
    )


def _at(jobs: Jobs, j: int, home: int) -> Jobs:
    """One job, at home there."""
    return replace(jobs.some(np.array([j], np.int64)), home=np.array([home], np.int64))


def _terms(split: Split, times: Times, weight: dict[str, float]) -> tuple[Term, Term]:
    """Price and carbon of one job's hours."""
    at = (split.site, split.hour)
    values = {"price": float(np.sum(split.kwh * times.price[at])), "carbon": float(np.sum(split.kwh * times.carbon_g[at]))}
    price, carbon = (
        Term(name=name, value=value, unit=UNITS[name], weight=weight[name], contribution=value * weight[name])
        for name, value in values.items()
    )
    return price, carbon
