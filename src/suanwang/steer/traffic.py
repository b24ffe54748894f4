"""How much of all demands a network can carry when each may be split over a few given paths: every link gets a price, found by
Newton's method, at which demand meets capacity; what the prices say is then made to fit, and they prove how good it is.

    sample   so many demands, drawn in proportion to their size, stand for all: rough prices, and the links that matter
    merge    demands whose paths cross the same of these links behave alike, and are one
    climb    prices at which the demands, each taking its cheapest path unless that costs more than what it carries is worth,
             just fill the links: the highest point of a concave function, with second derivatives
    fill     the flows one after the other, surest first, as far as there is room; what room is left, to whom it helps

A demand is worth 1 a unit carried. For any prices, sum(capacity x price) + sum(demand x max(0, 1 - its cheapest path)) is no
less than what can be carried at all (linear programming duality): the bound.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suanwang.steer.climb import TRUST, Asked, climbed, spread
from suanwang.steer.columns import Floats, Ints
from suanwang.steer.ways import Ways
from suanwang.world.compiled import compiled
from suanwang.world.scramble import GOLDEN, scrambled

Hashes = NDArray[np.uint64]

SAMPLE = 800
"""Demands that stand for all in the beginning: links that bind carry hundreds of them."""
ROUGH = ((1.0, 6), (0.5, 2), (0.3, 2), (0.2, 2))
FINE = ((0.15, 3), (0.1, 3), (0.05, 4))
AGAIN = ((0.05, 3),)
KNOWN, NEARLY = ((0.2, 0),), ((0.1, 2), (0.05, 4))
"""(tau, steps): from a smooth function to one within tau of what is meant; for the sample, for all, after links came in; then
for the sample and for all where prices of before are known."""
ROUNDS = 3
"""Links that turn out to be too full although they were not thought to matter come in so many times."""
MATTERS = 0.8
"""So full, a link is thought to matter."""
BUCKETS = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """flow: on each path, shape (paths,), no link over its capacity and no demand over its size. total: their sum. bound: more
    cannot be carried. price: of each link, to begin from when little has changed. Units: those of demand."""

    flow: Floats
    total: float
    bound: float
    price: Floats


def carry(ways: Ways, demand: Floats, capacity: Floats, price: Floats | None = None) -> Carried:
    """As much of the demands as fits, or nearly. demand: shape (demands,). capacity: shape (links,). price: of a time before.

    Nothing is left to chance: the same is carried whenever the same is asked.
    """
    links, total = len(capacity), float(demand.sum())
    prices, load, trust = np.zeros(links) if price is None else price.copy(), np.zeros(links), TRUST
    if total <= 0:
        return Carried(np.zeros(len(ways.start) - 1), 0.0, 0.0, prices)
    asked = Asked(ways.first, ways.start, ways.link, demand)
    some = _sampled(asked, SAMPLE, total)
    for tau, steps in ROUGH if price is None else KNOWN:
        trust, _ = climbed(some, capacity, prices, load, tau, steps, trust, None, None)
    matters, plan = (prices > 0) | (load > MATTERS * capacity), FINE if price is None else NEARLY
    bound, flow, low, trust = total, np.zeros(0), np.zeros(0), TRUST
    for _ in range(ROUNDS):
        merged, group, twin, settled = _merged(asked, np.where(matters, _keys(links), np.uint64(0)))
        for tau, steps in plan:
            trust, least = climbed(merged, capacity, prices, load, tau, steps, trust, None, None)
            bound = min(bound, least + settled)
        flow, low = _parted(asked, merged, prices, plan[-1][0], group, twin)
        fresh = (_loads(asked, flow, links) > capacity) & ~matters
        if not fresh.any():
            break
        matters, plan = matters | fresh, AGAIN
    _fill(asked, capacity, low, flow)
    return Carried(flow, float(flow.sum()), bound, prices)


def _keys(links: int) -> Hashes:
    """A number for each link that looks drawn at random."""
    return scrambled(np.arange(1, links + 1, dtype=np.uint64) * np.uint64(GOLDEN))


@compiled
def _sampled(asked: Asked, count: int, total: float) -> Asked:
    """Demands at equal distances along their running sum, each standing for an equal part of it."""
    first, start, link, demand = asked
    paths, links, demands, part = 0, 0, 0, total / count
    size, chosen = np.zeros(len(demand)), np.empty(min(count, len(demand)), np.int64)
    passed, sum_ = 0, 0.0
    for i in range(len(demand)):
        sum_ += demand[i]
        before = passed
        while passed < count and (passed + 0.5) * part < sum_:
            passed += 1
        if passed > before:
            size[demands], chosen[demands] = (passed - before) * part, i
            demands += 1
            paths += first[i + 1] - first[i]
            links += start[first[i + 1]] - start[first[i]]
    some_first, some_start = np.zeros(demands + 1, np.int64), np.zeros(paths + 1, np.int64)
    some_link = np.empty(links, np.int32)
    paths, links = 0, 0
    for x in range(demands):
        for p in range(first[chosen[x]], first[chosen[x] + 1]):
            for e in range(start[p], start[p + 1]):
                some_link[links] = link[e]
                links += 1
            paths += 1
            some_start[paths] = links
        some_first[x + 1] = paths
    return Asked(some_first, some_start, some_link, size[:demands].copy())


@compiled
def _merged(asked: Asked, key: Hashes) -> tuple[Asked, Ints, Ints, float]:
    """Demands that cross the same links with a key, as one: (merged, group, twin, settled).

    group: of each demand, -1 if it has a path without such links, or none. twin: of each path, the merged one that it goes
    by, -1 if it is not needed, -2 if it takes its whole demand. settled: the sum of those.
    """
    first, start, link, demand = asked
    demands, paths, mask = len(demand), len(start) - 1, 1
    while mask < 2 * demands:
        mask *= 2
    known, owner = np.zeros(mask, np.uint64), np.empty(mask, np.int64)
    group, twin = np.full(demands, -1), np.full(paths, -1)
    size, new_first = np.zeros(demands), np.zeros(demands + 1, np.int64)
    new_start, new_link, crossed = np.zeros(paths + 1, np.int64), np.empty(len(link), np.int32), np.empty(paths, np.uint64)
    none, groups, made, links, settled = np.uint64(0), 0, 0, 0, 0.0
    most = 1
    for i in range(demands):
        most = max(most, first[i + 1] - first[i])
    hashes, kept = np.empty(most, np.uint64), np.empty(most, np.int64)
    for i in range(demands):
        many, all_of, free = 0, none, -1
        for p in range(first[i], first[i + 1]):
            h = none
            for e in range(start[p], start[p + 1]):
                h += key[link[e]]
            if h == none:
                free = p
                break
            same = False
            for x in range(many):
                same |= hashes[x] == h
            if not same:
                hashes[many], kept[many] = h, p
                many += 1
                all_of += (h ^ (h >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        if free >= 0:
            twin[free] = -2
            settled += demand[i]
            continue
        if many == 0 or demand[i] <= 0:
            continue
        at = np.int64((all_of ^ (all_of >> np.uint64(32))) & np.uint64(mask - 1))
        while known[at] != none and known[at] != all_of:
            at = (at + 1) & (mask - 1)
        if known[at] == none:
            known[at], owner[at] = all_of, groups
            for x in range(many):
                crossed[made] = hashes[x]
                for e in range(start[kept[x]], start[kept[x] + 1]):
                    if key[link[e]] != none:
                        new_link[links] = link[e]
                        links += 1
                made += 1
                new_start[made] = links
            groups += 1
            new_first[groups] = made
        group[i] = owner[at]
        size[group[i]] += demand[i]
        for p in range(new_first[group[i]], new_first[group[i] + 1]):
            for x in range(many):
                if crossed[p] == hashes[x]:
                    twin[kept[x]] = p
    merged = Asked(new_first[: groups + 1].copy(), new_start[: made + 1].copy(), new_link[:links].copy(), size[:groups].copy())
    return merged, group, twin, settled


@compiled
def _parted(asked: Asked, merged: Asked, price: Floats, tau: float, group: Ints, twin: Ints) -> tuple[Floats, Floats]:
    """(flow of every path, cost of every demand's cheapest) from those of the merged demands."""
    there, cost, load = np.empty(len(merged.start) - 1), np.empty(len(merged.size)), np.zeros(len(price))
    spread(merged, load, price, tau, load.copy(), there, cost, None, None)
    flow, low = np.zeros(len(twin)), np.zeros(len(group))
    for i in range(len(group)):
        low[i] = cost[group[i]] if group[i] >= 0 else 0.0
        for p in range(asked.first[i], asked.first[i + 1]):
            if twin[p] == -2:
                flow[p] = asked.size[i]
            elif twin[p] >= 0:
                flow[p] = asked.size[i] / merged.size[group[i]] * there[twin[p]]
    return flow, low


@compiled
def _loads(asked: Asked, flow: Floats, links: int) -> Floats:
    """Of each link, shape (links,)."""
    load = np.zeros(links)
    for p in range(len(flow)):
        if flow[p] > 0:
            for e in range(asked.start[p], asked.start[p + 1]):
                load[asked.link[e]] += flow[p]
    return load


@compiled
def _fill(asked: Asked, capacity: Floats, low: Floats, flow: Floats) -> None:
    """Make the flows fit, in place: the demands whose cheapest path costs least come first, with what they were to send; then
    in the same order with what else they have."""
    first, start, link, demand = asked
    room = capacity * (1 - 1e-12)  # what rounding takes
    order, sent = _order(low), np.zeros(len(demand))
    for turn in range(2):
        for i in order:
            for p in range(first[i], first[i + 1]):
                more = min(flow[p], demand[i] - sent[i]) if turn == 0 else demand[i] - sent[i]
                for e in range(start[p], start[p + 1]):
                    more = min(more, room[link[e]])
                if turn == 0:
                    flow[p] = 0.0
                if more > 0:
                    flow[p] += more
                    sent[i] += more
                    for e in range(start[p], start[p + 1]):
                        room[link[e]] -= more


@compiled
def _order(low: Floats) -> Ints:
    """Numbers of demands, least first, to within 1 / BUCKETS: a counting sort."""
    place, order = np.zeros(BUCKETS + 1, np.int64), np.empty(len(low), np.int64)
    for i in range(len(low)):
        place[int(low[i] * (BUCKETS - 1)) + 1] += 1
    for b in range(BUCKETS):
        place[b + 1] += place[b]
    for i in range(len(low)):
        b = int(low[i] * (BUCKETS - 1))
        order[place[b]] = i
        place[b] += 1
    return order
