"""Tasks bid for slots at sites until all have one: nearly the cheapest assignment, and a price for the slots of every site.

A task bids for the site where it pays least, up to what its second best would cost it, and a little (eps) more; the lowest bid
that a full site holds is its price, and gives way to a higher one. Each then pays at most eps more than it would elsewhere.
Bertsekas and Castanon, "The auction algorithm for the transportation problem", Annals of Operations Research 20 (1989).
"""

import numpy as np

from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints


@compiled
def auction(
    cost: Floats, first: Ints, near: int, eps: float, bids: int, slot_of: Ints, load: Ints, price: Floats, site: Ints
) -> float:
    """Let the tasks bid until all have a slot, or the bids are used up; the largest cost that was bid for.

    The bids that a site holds are a heap, the lowest on top: it is the site's price once all slots are taken.
    """
    tasks, sites = cost.shape
    known, limit = np.empty((tasks, near), np.int64), np.full(tasks, -np.inf)
    value, bid = np.empty(near), np.empty(first[sites])
    todo, out = np.empty(tasks, np.int64), tasks
    for task in range(tasks):
        todo[tasks - 1 - task] = task
    scale: float = 0.0
    step = _step(cost, price, near, eps, known, value)
    while out > 0 and bids > 0:
        bids -= 1
        out -= 1
        task = int(todo[out])
        low, second, at = np.inf, np.inf, -1
        if limit[task] > -np.inf:
            for x in range(near):
                k = known[task, x]
                if k < 0:
                    break
                v = cost[task, k] + price[k]
                if v < low:
                    low, second, at = v, low, k
                elif v < second:
                    second = v
        if at < 0 or second > limit[task]:
            limit[task] = _nearest(cost, task, price, known, value)
            low, at, second = value[0], known[task, 0], value[1] if near > 1 else np.inf
            if at < 0:
                continue
            scale = max(scale, abs(float(cost[task, at])))
        offer = price[at] + min(second - low, abs(low) + step * 1e3) + step
        site[task] = at
        start, room = first[at], first[at + 1] - first[at]
        if load[at] < room:
            load[at] += 1
            _rise(slot_of, bid, start, load[at] - 1, task, offer)
        else:
            gone = slot_of[start]
            site[gone] = -1
            todo[out] = gone
            out += 1
            _sink(slot_of, bid, start, room, task, offer)
        if load[at] == room:
            price[at] = bid[start]
    return scale


@compiled
def _step(cost: Floats, price: Floats, near: int, eps: float, known: Ints, value: Floats) -> float:
    """The eps of the auction, from what lies between the near sites of some tasks."""
    tasks, spread, largest, seen = cost.shape[0], 0.0, 0.0, 0
    for task in range(0, tasks, max(1, tasks // 32)):
        _nearest(cost, task, price, known, value)
        for x in range(near):
            if value[x] < np.inf:
                largest = max(largest, abs(value[x]))
                spread += value[x] - value[0]
                seen += 1
    return max(2 * eps * spread / max(seen, 1), 1e-9 * largest, 1e-300)


@compiled
def _nearest(cost: Floats, task: int, price: Floats, known: Ints, value: Floats) -> float:
    """Put the sites where a task would pay least into its row of `known`, what it would pay into `value`, both least first;
    no other site is below what is returned."""
    near, sites = len(value), cost.shape[1]
    for x in range(near):
        known[task, x] = -1
        value[x] = np.inf
    worst = np.inf
    for k in range(sites):
        v = cost[task, k] + price[k]
        if v < worst:
            x = near - 1
            while x > 0 and value[x - 1] > v:
                value[x] = value[x - 1]
                known[task, x] = known[task, x - 1]
                x -= 1
            value[x] = v
            known[task, x] = k
            worst = value[near - 1]
    return worst if near < sites else np.inf


@compiled
def _rise(slot_of: Ints, bid: Floats, start: int, at: int, task: int, offer: float) -> None:
    """One more bid into a site's heap, whose first free place is `at`."""
    while at > 0:
        over = (at - 1) // 2
        if bid[start + over] <= offer:
            break
        bid[start + at], slot_of[start + at] = bid[start + over], slot_of[start + over]
        at = over
    bid[start + at], slot_of[start + at] = offer, task


@compiled
def _sink(slot_of: Ints, bid: Floats, start: int, room: int, task: int, offer: float) -> None:
    """A bid in place of the lowest."""
    at = 0
    while 2 * at + 1 < room:
        under = 2 * at + 1
        if under + 1 < room and bid[start + under + 1] < bid[start + under]:
            under += 1
        if bid[start + under] >= offer:
            break
        bid[start + at], slot_of[start + at] = bid[start + under], slot_of[start + under]
        at = under
    bid[start + at], slot_of[start + at] = offer, task
