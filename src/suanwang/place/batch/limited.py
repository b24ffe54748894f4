"""Tasks to sites when the way there takes room too: links bear a toll, and the cheapest assignment with tolls is put right.

toll     each round, links that the cheapest assignment overloads become dearer and those with room left cheaper; its cost,
         less the tolls that full links would earn, is what no assignment can be cheaper than (Lagrange; the step is
         Polyak's, as in Fisher, "The Lagrangian relaxation method", Management Science 27 (1981))
mend     while a link holds too much: the move or swap that relieves it for the least
polish   moves and swaps that make it cheaper and still fit
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from suanwang.place.batch.assign import Crowded, assign
from suanwang.steer.ways import Links, Ways
from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

ROUNDS, MEND = 60, 6
"""Rounds of tolls, and after how many of them what was found is mended."""
PATIENCE = 4
"""Rounds without a better bound, after which steps are halved."""
GOAL = 0.02
"""What is aimed at above the bound while nothing that fits is known, as a part of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Limited:
    """site: of each task. cost: the sum over tasks. bound: no assignment that fits costs less. toll: of each link, for each
    unit of rate."""

    site: Ints
    cost: float
    bound: float
    toll: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Tight:
    """Nothing that fits was found: links, those that held too much in the last attempt. bound: what it would cost at least."""

    links: Ints
    bound: float


class Case(NamedTuple):
    """What is asked, see `limited`; within: the capacity that counts, less what rounding takes."""

    cost: Floats
    slots: Ints
    origin: Ints
    rate: Floats
    first: Ints
    start: Ints
    link: Links
    within: Floats


def limited(
    cost: Floats, slots: Ints, origin: Ints, rate: Floats, ways: Ways, capacity: Floats, rounds: int = ROUNDS
) -> Limited | Tight | Crowded:
    """Every task to one site, no site over its slots, no link over its capacity; nearly the least cost.

    cost: shape (tasks, sites), inf where a task may not go. origin: where each task's data comes from, 0 and up; it takes
    `rate` on the first of the ways of pair origin x sites + site, and may not go where there is none.
    """
    case = Case(cost, slots, origin, rate, ways.first, ways.start, ways.link, capacity * (1 - 1e-12))
    toll, best, bound, aim, stale = np.zeros(len(capacity)), None, -np.inf, 1.0, 0
    over, used = np.zeros(len(capacity)), np.maximum(capacity, 1e-300)
    for turn in range(1, rounds + 1):
        found = assign(_tolled(case, toll), slots)
        if isinstance(found, Crowded):
            return found
        low = found.cost - found.gap - float(toll @ capacity)
        stale = 0 if low > bound else stale + 1
        bound, aim = max(bound, low), aim if stale < PATIENCE else aim / 2
        stale %= PATIENCE
        site, slope = found.site.copy(), (_loaded(case, found.site) - capacity) / used
        done = turn == rounds or not ((slope > 0) | (toll > 0)).any()
        over = _mended(case, site) - capacity if done or turn % MEND == 0 else slope
        if (over <= 0).all():
            _polish(case, site)
            total = float(cost[np.arange(len(site)), site].sum())
            best = Limited(site, total, bound, toll) if best is None or total < best.cost else best
        slope[(toll <= 0) & (slope < 0)] = 0.0
        target = bound + GOAL * abs(bound) if best is None else best.cost
        if done or target - bound <= 1e-9 * abs(target) or not slope.any():
            break
        toll = np.maximum(0.0, toll + aim * (target - low) / float(slope @ slope) * slope / used)
    return Tight(np.flatnonzero(over > 0), bound) if best is None else Limited(best.site, best.cost, bound, best.toll)


@compiled
def _tolled(case: Case, toll: Floats) -> Floats:
    """The cost with tolls, shape (tasks, sites); inf where there is no way."""
    tasks, sites = case.cost.shape
    pairs, full = np.full(len(case.first) - 1, np.inf), np.empty((tasks, sites))
    for q in range(len(pairs)):
        if case.first[q + 1] > case.first[q]:
            pairs[q] = 0.0
            for e in range(case.start[case.first[q]], case.start[case.first[q] + 1]):
                pairs[q] += toll[case.link[e]]
    for i in range(tasks):
        for k in range(sites):
            full[i, k] = case.cost[i, k] + max(case.rate[i], 1e-300) * pairs[case.origin[i] * sites + k]
    return full


@compiled
def _loaded(case: Case, site: Ints) -> Floats:
    """What the tasks put on each link, shape (links,)."""
    load = np.zeros(len(case.within))
    for i in range(len(site)):
        p = case.first[case.origin[i] * len(case.slots) + site[i]]
        for e in range(case.start[p], case.start[p + 1]):
            load[case.link[e]] += case.rate[i]
    return load


@compiled
def _put(case: Case, load: Floats, i: int, k: int, more: float) -> float:
    """Put so much more on the way of task i to site k; by how much that changes what all links hold too much."""
    p = case.first[case.origin[i] * len(case.slots) + k]
    change: float = 0.0
    for e in range(case.start[p], case.start[p + 1]):
        r = case.link[e]
        was = max(0.0, float(load[r] - case.within[r]))
        load[r] += more
        change += max(0.0, float(load[r] - case.within[r])) - was
    return change


@compiled
def _moved(case: Case, load: Floats, i: int, j: int, k: int) -> float:
    """Move the load of task i from site j to site k; what that changes."""
    return _put(case, load, i, j, -case.rate[i]) + _put(case, load, i, k, case.rate[i])


@compiled
def _may(case: Case, i: int, k: int) -> bool:
    """Whether task i may go to site k, and there is a way."""
    q = case.origin[i] * len(case.slots) + k
    return bool(case.cost[i, k] < np.inf and case.first[q + 1] > case.first[q])


@compiled
def _free(case: Case, site: Ints) -> Ints:
    """Slots that nobody has, of each site."""
    free = case.slots.copy()
    for i in range(len(site)):
        free[site[i]] -= 1
    return free


@compiled
def _mended(case: Case, site: Ints) -> Floats:
    """Relieve the links that hold too much, in place, each time by what costs least for the relief; what each holds then."""
    tasks, sites = case.cost.shape
    load, free, cost = _loaded(case, site), _free(case, site), case.cost
    least = 1e-12 * (case.within.sum() + 1e-300)
    for _ in range(4 * tasks):
        worst = np.argmax(load - case.within)
        if load[worst] <= case.within[worst]:
            break
        score, mover, to, other = np.inf, -1, -1, -1
        who: Ints = np.argsort(site, kind="mergesort")
        begin = np.zeros(sites + 1, np.int64)
        for t in range(tasks):
            begin[site[t] + 1 :] += 1
        for i in range(tasks):
            j, crosses = site[i], False
            p = case.first[case.origin[i] * sites + j]
            for e in range(case.start[p], case.start[p + 1]):
                crosses |= case.link[e] == worst
            for k in range(sites):
                if not crosses or k == j or not _may(case, i, k):
                    continue
                relief, dearer = -_moved(case, load, i, j, k), cost[i, k] - cost[i, j]
                if relief > least and free[k] > 0 and dearer / relief < score:
                    score, mover, to, other = dearer / relief, i, k, -1
                for t in who[begin[k] : begin[k + 1]]:
                    if relief <= least or free[k] > 0 or not _may(case, t, j):
                        continue
                    both = relief - _moved(case, load, t, k, j)
                    if both > least and (dearer + cost[t, j] - cost[t, k]) / both < score:
                        score, mover, to, other = (dearer + cost[t, j] - cost[t, k]) / both, i, k, t
                    _moved(case, load, t, j, k)
                _moved(case, load, i, k, j)
        if mover < 0:
            break
        j = site[mover]
        _moved(case, load, mover, j, to)
        site[mover] = to
        if other >= 0:
            _moved(case, load, other, to, j)
            site[other] = j
        else:
            free[j] += 1
            free[to] -= 1
    return _loaded(case, site)


@compiled
def _polish(case: Case, site: Ints) -> None:
    """Make an assignment that fits cheaper, in place: one task moves, or two change places."""
    tasks, sites = case.cost.shape
    load, free, cost, moved = _loaded(case, site), _free(case, site), case.cost, True
    while moved:
        moved = False
        for i in range(tasks):
            for k in range(sites):
                j = site[i]
                if free[k] == 0 or not _may(case, i, k) or cost[i, k] >= cost[i, j] - 1e-12 * abs(cost[i, j]):
                    continue
                if _moved(case, load, i, j, k) <= 0:
                    site[i], moved = k, True
                    free[j] += 1
                    free[k] -= 1
                else:
                    _moved(case, load, i, k, j)
            for t in range(i):
                j, k = site[i], site[t]
                had = cost[i, j] + cost[t, k]
                if cost[i, k] + cost[t, j] >= had - 1e-12 * abs(had) or not _may(case, i, k) or not _may(case, t, j):
                    continue
                if _moved(case, load, i, j, k) + _moved(case, load, t, k, j) <= 0:
                    site[i], site[t], moved = k, j, True
                else:
                    _moved(case, load, t, j, k)
                    _moved(case, load, i, k, j)
