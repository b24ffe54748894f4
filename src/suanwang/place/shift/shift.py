"""Shifting work in time and place: room in every hour of every site has a price, bid up until nobody would rather be elsewhere.

An auction (Bertsekas and Castanon, "The auction algorithm for the transportation problem", Annals of OR 20, 1989) for energy
instead of whole objects: a job whose work is not placed yet takes room in its cheapest hour, cost plus price of the room, and
bids as much more as its second choice is dearer, and a step on top; who bid least is put out and looks again. A job never has
more than `most_kwh` in an hour. When all is placed nobody can gain more than a step by moving, so the plan is dearer than
the best by no more than a step for each kWh; and the prices prove how near it is (`bound`), whoever found them.

Whole jobs (one site, hours in a row) are placed one by one at these prices, the largest first, then moved while it helps; the
others are auctioned again in what is left. There the bound is of the problem that lets everybody split: true, but not tight.
"""

from dataclasses import dataclass

import numpy as np

from suanwang.place.shift.auction import NONE, auction, bound
from suanwang.place.shift.hours import Hours, Jobs, Split, late_cost
from suanwang.place.shift.seats import seats
from suanwang.world.compiled import compiled
from suanwang.world.world import Bools, Floats, Ints

STEP = 1e-3
"""A step of a bid, as a part of the mean cost of a kWh and of the price that is outbid: longer steps where room is dear."""
ROUNDS = 2
"""How often whole jobs are moved, with prices found anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """A plan. cost: money, without what is late; late_kwh: shape (jobs,), not placed in time; bound: no plan that splits or
    not can be cheaper than this, each late kWh counted `late_each`; price: of room, shape (sites, hours), money per kWh."""

    split: Split
    cost: float
    late_kwh: Floats
    late_each: float
    bound: float
    price: Floats

    @property
    def gap(self) -> float:
        """How far above the bound at most, as a part of it."""
        total = self.cost + self.late_each * float(self.late_kwh.sum())
        return (total - self.bound) / max(abs(self.bound), 1e-12)


def shift(jobs: Jobs, hours: Hours, step: float = STEP, rounds: int = ROUNDS) -> Shift:
    """The hours and sites in which to run. Deterministic."""
    cost, room, egress = hours.kwh_cost(), hours.room(), jobs.egress_cost(hours)
    first, last = np.maximum(jobs.first, 0), np.minimum(jobs.last, cost.shape[1])
    late = late_cost(cost, egress)
    mean = max(float(np.mean(np.abs(cost))), 1e-9)
    everyone = (cost, egress, jobs.kwh, jobs.most_kwh, first, last, late)
    start, filled, price, left = auction(*everyone, room, step, mean)
    least = bound(*everyone, room, price)
    if jobs.whole.any():
        start, filled, left = _with_whole(everyone, jobs.whole, room, price, step, mean, rounds, start)
    split = _split(start, filled, first, cost.shape[0])
    each = cost[split.site, split.hour] + egress[split.job, split.site]
    return Shift(split, float(np.sum(split.kwh * each)), left, late, least, price)


Everyone = tuple[Floats, Floats, Floats, Floats, Ints, Ints, float]


def _with_whole(
    everyone: Everyone, whole: Bools, room: Floats, price: Floats, step: float, mean: float, rounds: int, start: Ints
) -> tuple[Ints, Floats, Floats]:
    """Whole jobs placed at the prices, the others in what is left; again at the prices of what is left; the best is kept."""
    cost, egress, kwh, most, first, last, late = everyone
    parts = np.where(whole, 0.0, kwh)
    best: tuple[float, Floats, Floats] | None = None
    for _ in range(1 + rounds):
        filled, left, taken = seats(cost, egress, kwh, most, first, last, late, whole, room, price, start)
        free = np.maximum(0.0, room - taken)
        _, others, price, remaining = auction(cost, egress, parts, most, first, last, late, free, step, mean)
        filled, left = filled + others, left + remaining
        total = float(_total(filled, start, first, cost, egress)) + late * float(left.sum())
        if best is None or total < best[0]:
            best = (total, filled, left)
    assert best is not None, "no round was made"
    return start, best[1], best[2]


def _split(start: Ints, filled: Floats, first: Ints, sites: int) -> Split:
    """From the flat array (jobs, then their hours, then sites) to rows."""
    at = np.flatnonzero(filled > NONE)
    job = np.searchsorted(start, at, side="right") - 1
    within = at - start[job]
    return Split(job, within % sites, first[job] + within // sites, filled[at])


@compiled
def _total(filled: Floats, start: Ints, first: Ints, cost: Floats, egress: Floats) -> float:
    sites, total = cost.shape[0], 0.0
    for j in range(len(start)):
        end = start[j + 1] if j + 1 < len(start) else len(filled)
        for k in range(start[j], end):
            if filled[k] > 0:
                s, t = (k - start[j]) % sites, first[j] + (k - start[j]) // sites
                total += filled[k] * (cost[s, t] + egress[j, s])
    return total
