"""Room of hours and sites sold by auction, as machine code: see shift.py for what it means.

Work is one flat array: a job's hours one after the other, in each hour its sites. Who holds room in an hour of a site (a
slot) is a chain through that array. A price is 0 while there is room; once a slot is full it stays so, and the price is its
least bid.
"""

import numpy as np

from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

NONE = 1e-9
"""Less than so many kWh is nothing."""
_BIDS_MOST, _BIDS_EACH = 1_000_000, 4000
"""Bids in all, at most, and as many more for each job: a second or two. What is left is then placed wherever there is room."""
_SHUT = 1e3
"""Times late: the price of room where there is none."""


@compiled
def auction(
    cost: Floats,
    egress: Floats,
    kwh: Floats,
    most: Floats,
    first: Ints,
    last: Ints,
    late: float,
    room: Floats,
    step: float,
    mean: float,
) -> tuple[Ints, Floats, Floats, Floats]:
    """(where each job begins in the flat array, kWh in it, prices of room, kWh left over by job)."""
    jobs, (sites, hours) = len(kwh), cost.shape
    start = np.zeros(jobs + 1, np.int64)
    for j in range(jobs):
        start[j + 1] = start[j] + max(0, last[j] - first[j]) * sites
    filled, bid = np.zeros(start[jobs]), np.zeros(start[jobs])
    owner = np.zeros(start[jobs], np.int64)
    after = np.full(start[jobs], -2, np.int64)  # holders of a slot are a chain; -2: not in one
    head = np.full((sites, hours), -1, np.int64)
    for j in range(jobs):
        owner[start[j] : start[j + 1]] = j
    price, free = np.where(room <= NONE, _SHUT * late, 0.0), room.copy()
    left, late_kwh = kwh.copy(), np.zeros(jobs)
    queue, waiting = np.zeros(jobs + 1, np.int64), np.zeros(jobs, np.bool_)
    begin, end, bids, limit = 0, 0, 0, _BIDS_MOST + _BIDS_EACH * jobs
    for j in range(jobs):
        if left[j] > NONE:
            queue[end], waiting[j], end = j, True, end + 1
    while begin != end:
        j = queue[begin]
        begin = (begin + 1) % (jobs + 1)
        waiting[j] = False
        while left[j] > NONE:
            at, second = _choice(j, start, filled, cost, egress, price, most, first, last, late)
            bids += 1
            if at < 0 or bids > limit:
                if at < 0:
                    late_kwh[j] += left[j]
                    left[j] = 0.0
                break
            s, t = at % sites, at // sites
            k = start[j] + (t - first[j]) * sites + s
            offer = second - cost[s, t] - egress[j, s] + step * (mean + price[s, t])
            want = min(left[j], most[j] - _in_hour(filled, start[j] + (t - first[j]) * sites, sites))
            if after[k] == -2:
                after[k], head[s, t] = head[s, t], k
            bid[k] = offer
            take = min(want, free[s, t])
            free[s, t] -= take
            got = take
            while got < want - NONE:
                lowest = _lowest(int(head[s, t]), after, filled, bid, k)
                if lowest < 0 or bid[lowest] >= offer:
                    break
                moved = min(want - got, filled[lowest])
                filled[lowest] -= moved
                if filled[lowest] <= NONE:
                    moved += filled[lowest]
                    filled[lowest] = 0.0
                other = owner[lowest]
                left[other] += moved
                got += moved
                if not waiting[other]:
                    queue[end], waiting[other] = other, True
                    end = (end + 1) % (jobs + 1)
            filled[k] += got
            left[j] -= got
            head[s, t] = _swept(int(head[s, t]), after, filled)
            if free[s, t] <= NONE and head[s, t] >= 0:
                price[s, t] = max(price[s, t], bid[_lowest(int(head[s, t]), after, filled, bid, -1)])
    _leftovers(left, late_kwh, start, filled, free, cost, egress, most, first, last, sites)
    return start[:-1], filled, price, late_kwh


@compiled
def _choice(
    j: int,
    start: Ints,
    filled: Floats,
    cost: Floats,
    egress: Floats,
    price: Floats,
    most: Floats,
    first: Ints,
    last: Ints,
    late: float,
) -> tuple[int, float]:
    """(hour x sites + site of the cheapest place that has a part of the job's hour left, -1 if none is cheaper than late;
    what the second choice costs, late at most)."""
    sites = cost.shape[0]
    best, second, at = late, late, -1
    for t in range(first[j], last[j]):
        row = start[j] + (t - first[j]) * sites
        if _in_hour(filled, row, sites) >= most[j] - NONE:
            continue
        for s in range(sites):
            value = cost[s, t] + price[s, t] + egress[j, s]
            if value < best:
                best, second, at = value, best, t * sites + s
            elif value < second:
                second = value
    return at, second


@compiled
def _in_hour(filled: Floats, row: int, sites: int) -> float:
    total = 0.0
    for s in range(sites):
        total += filled[row + s]
    return total


@compiled
def _lowest(k: int, after: Ints, filled: Floats, bid: Floats, but: int) -> int:
    """The holder in a chain that bid least, -1 if there is none but `but`."""
    found = -1
    while k >= 0:
        if k != but and filled[k] > 0 and (found < 0 or bid[k] < bid[found]):
            found = k
        k = after[k]
    return found


@compiled
def _swept(k: int, after: Ints, filled: Floats) -> int:
    """The chain without those who hold nothing: its new head."""
    head, before = -1, -1
    while k >= 0:
        then = after[k]
        if filled[k] > 0:
            if before < 0:
                head = k
            else:
                after[before] = k
            before = k
            after[k] = -1
        else:
            after[k] = -2
        k = then
    return head


@compiled
def _leftovers(
    left: Floats,
    late_kwh: Floats,
    start: Ints,
    filled: Floats,
    free: Floats,
    cost: Floats,
    egress: Floats,
    most: Floats,
    first: Ints,
    last: Ints,
    sites: int,
) -> None:
    """What the bids did not settle goes where there is room, the cheapest first; the rest is late. In place."""
    for j in range(len(left)):
        while left[j] > NONE:
            best, at = np.inf, -1
            for t in range(first[j], last[j]):
                row = start[j] + (t - first[j]) * sites
                if _in_hour(filled, row, sites) >= most[j] - NONE:
                    continue
                for s in range(sites):
                    if free[s, t] > NONE and cost[s, t] + egress[j, s] < best:
                        best, at = cost[s, t] + egress[j, s], t * sites + s
            if at < 0:
                late_kwh[j] += left[j]
                break
            s, t = at % sites, at // sites
            row = start[j] + (t - first[j]) * sites
            got = min(left[j], free[s, t], most[j] - _in_hour(filled, row, sites))
            filled[row + s] += got
            free[s, t] -= got
            left[j] -= got


@compiled
def bound(
    cost: Floats, egress: Floats, kwh: Floats, most: Floats, first: Ints, last: Ints, late: float, room: Floats, price: Floats
) -> float:
    """Weak duality: at any prices of room, the cheapest that every job alone could do, less what the room would earn."""
    sites = cost.shape[0]
    total = -float(np.sum(price * room))
    for j in range(len(kwh)):
        hours = max(0, last[j] - first[j])
        each = np.full(hours, late)
        for t in range(hours):
            for s in range(sites):
                each[t] = min(each[t], cost[s, first[j] + t] + price[s, first[j] + t] + egress[j, s])
        rest = kwh[j]
        for value in np.sort(each):
            some = min(rest, most[j])
            total += some * value
            rest -= some
        total += rest * late
    return total
