"""Many tasks to few sites at once, at the least cost that there is: an auction comes close, what is wrong is put right.

    auction   tasks bid for the slots of sites; each ends where it pays hardly more than it would elsewhere
    settle    a move from one site to another costs what the cheapest task there pays more; slot prices p with
              p[j] - p[k] <= move[j, k] prove that no chain of moves helps; a chain that does help stands in their way, is
              taken, and the search goes on
    complete  tasks that ran out of bids come in one after the other, each by the cheapest chain of moves

Prices as a proof: linear programming duality. Chains: Klein, "A primal method for minimal cost flows", Management Science 14
(1967), and Jonker and Volgenant, "A shortest augmenting path algorithm", Computing 38 (1987).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suanwang.place.batch.auction import auction
from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

NEAR = 4
"""Sites that a task remembers as its best: prices only rise, so the rest stay worse than the last of them was."""
EPS = 0.005
"""What a bid is more than it must be, as a part of what lies between a task's best site and its NEAR-th, on average."""
BIDS = 24
"""So many bids for each task; what is still out then comes in by chains of moves, which no war of prices can prolong."""
EXACT = 1e-13
"""Differences of cost below this part of the largest cost seen are rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """site: of each task, shape (tasks,). price: of a slot, shape (sites,), 0 where slots are left. cost: the sum over tasks.

    gap: no assignment costs less than cost - gap; nothing but rounding.
    """

    site: Ints
    price: Floats
    cost: float
    gap: float


@dataclass(frozen=True, slots=True, eq=False)
class Crowded:
    """Why there is no assignment: these tasks may go nowhere but to these sites, and are more than the slots there."""

    tasks: Ints
    sites: Ints


def assign(cost: Floats, slots: Ints) -> Assigned | Crowded:
    """Every task to one site, no site over its slots, at the least sum of costs.

    cost: shape (tasks, sites), inf where a task may not go, never nan. slots: shape (sites,).
    """
    used = np.flatnonzero(slots > 0)
    if len(used) == len(slots):
        return _assigned(np.ascontiguousarray(cost, np.float64), slots)
    found = _assigned(np.ascontiguousarray(cost[:, used], np.float64), slots[used])
    if isinstance(found, Crowded):
        return Crowded(found.tasks, used[found.sites])
    price = np.zeros(len(slots))
    price[used] = found.price
    return Assigned(used[found.site], price, found.cost, found.gap)


def _assigned(cost: Floats, slots: Ints) -> Assigned | Crowded:
    tasks, sites = len(cost), len(slots)
    if not tasks:
        return Assigned(np.zeros(0, np.int64), np.zeros(sites), 0.0, 0.0)
    if not sites:
        return Crowded(np.arange(tasks), np.zeros(0, np.int64))
    first = np.zeros(sites + 1, np.int64)
    np.cumsum(np.minimum(slots, tasks + 1), out=first[1:])  # never full with so many
    site, price, reached, total, gap = _solve(cost, first, min(NEAR, sites), EPS, BIDS * tasks)
    if reached.any():
        at = np.flatnonzero(reached[:sites])
        stuck = np.flatnonzero(np.isin(site, at))
        return Crowded(np.append(stuck, int(np.flatnonzero(reached[sites:])[0])), at)
    return Assigned(site, price, total, gap)


@compiled
def _solve(cost: Floats, first: Ints, near: int, eps: float, bids: int) -> tuple[Ints, Floats, NDArray[np.bool_], float, float]:
    """(site of each task, price of each site, reached, cost, gap). reached: the sites, then the tasks, of a crowd; all false if
    everybody has a place."""
    tasks, sites = cost.shape
    slot_of, load, price = np.full(first[sites], -1), np.zeros(sites, np.int64), np.zeros(sites)
    site = np.full(tasks, -1)
    scale = auction(cost, first, near, eps, bids, slot_of, load, price, site)
    exact = EXACT * max(scale, 1e-300)
    move = np.full((sites + 1, sites + 1), np.inf)
    for j in range(sites):
        _moves(cost, j, first, slot_of, load, move)
    prices = np.append(price, 0.0)
    _settle(cost, first, slot_of, load, prices, site, move, exact)
    price = np.maximum(prices[:sites] - prices[sites], 0.0)
    reached = np.zeros(sites + tasks, np.bool_)
    for task in range(tasks):
        if site[task] < 0 and not _complete(cost, task, first, slot_of, load, price, site, move, reached):
            return site, price, reached, 0.0, 0.0
    total = 0.0
    for task in range(tasks):
        total += cost[task, site[task]]
    return site, price, reached, total, _gap(first, load, price, move)


@compiled
def _moves(cost: Floats, j: int, first: Ints, slot_of: Ints, load: Ints, move: Floats) -> None:
    """What it costs more to move one task from site j to each other, into row j of `move`; the last column and row stand for
    leaving a slot free, and for a price below nought."""
    sites = cost.shape[1]
    for k in range(sites):
        move[j, k] = np.inf
    for s in range(first[j], first[j] + load[j]):
        here = cost[slot_of[s], j]
        for k in range(sites):
            more = cost[slot_of[s], k] - here
            move[j, k] = more if more < move[j, k] else move[j, k]
    move[j, sites] = 0.0 if load[j] < first[j + 1] - first[j] else np.inf
    move[sites, j] = 0.0


@compiled
def _settle(
    cost: Floats, first: Ints, slot_of: Ints, load: Ints, price: Floats, site: Ints, move: Floats, exact: float
) -> None:
    """Raise prices until price[j] - price[k] <= move[j, k] for all, taking the chains of moves that stand in the way.

    Bellman and Ford, from the auction's prices; a price that comes to be raised because of itself is a chain that saves more
    than `exact`, so there are finitely many.
    """
    many = len(price)
    why, fresh = np.full(many, -1), np.ones(many, np.bool_)
    again = True
    while again:
        again = False
        for j in range(many):
            if not fresh[j]:
                continue
            fresh[j] = False
            low, over = price[j] - exact, 0
            for k in range(many):
                over += low - move[j, k] > price[k]
            if over == 0:
                continue
            again = True
            for k in range(many):
                if low - move[j, k] > price[k]:
                    price[k] = price[j] - move[j, k]
                    why[k] = j
                    fresh[k] = True
        if again:
            on = _cycle(why)
            if on >= 0:
                _turn(cost, first, slot_of, load, site, move, why, on)
                why[:] = -1
                fresh[:] = True


@compiled
def _cycle(why: Ints) -> int:
    """A node on a cycle of reasons, -1 if there is none."""
    seen = np.full(len(why), -1)
    for start in range(len(why)):
        at = start
        while at >= 0 and seen[at] < 0:
            seen[at] = start
            at = why[at]
        if at >= 0 and seen[at] == start:
            return at
    return -1


@compiled
def _turn(cost: Floats, first: Ints, slot_of: Ints, load: Ints, site: Ints, move: Floats, why: Ints, on: int) -> None:
    """Take the moves of a cycle: from why[k] to k, all at once."""
    sites, many = cost.shape[1], 0
    tasks, to = np.empty(len(why), np.int64), np.empty(len(why), np.int64)
    at = on
    while True:
        if at < sites and why[at] < sites:
            tasks[many], to[many] = _cheapest(cost, why[at], at, first, slot_of, load), at
            many += 1
        at = int(why[at])
        if at == on:
            break
    for x in range(many):
        _leave(tasks[x], first, slot_of, load, site)
    for x in range(many):
        _enter(tasks[x], to[x], first, slot_of, load, site)
    while True:
        if at < sites:
            _moves(cost, at, first, slot_of, load, move)
        at = int(why[at])
        if at == on:
            break


@compiled
def _cheapest(cost: Floats, j: int, k: int, first: Ints, slot_of: Ints, load: Ints) -> int:
    """The task that moves from site j to site k for the least."""
    low, found = np.inf, -1
    for s in range(first[j], first[j] + load[j]):
        more = cost[slot_of[s], k] - cost[slot_of[s], j]
        if more < low:
            low, found = more, slot_of[s]
    return found


@compiled
def _leave(task: int, first: Ints, slot_of: Ints, load: Ints, site: Ints) -> None:
    j = site[task]
    last = first[j] + load[j] - 1
    for s in range(first[j], last):
        if slot_of[s] == task:
            slot_of[s] = slot_of[last]
            break
    load[j] -= 1
    site[task] = -1


@compiled
def _enter(task: int, j: int, first: Ints, slot_of: Ints, load: Ints, site: Ints) -> None:
    slot_of[first[j] + load[j]] = task
    load[j] += 1
    site[task] = j


@compiled
def _complete(
    cost: Floats,
    task: int,
    first: Ints,
    slot_of: Ints,
    load: Ints,
    price: Floats,
    site: Ints,
    move: Floats,
    reached: NDArray[np.bool_],
) -> bool:
    """Bring one more task in by the cheapest chain of moves; false, with the crowd in `reached`, if none ends at a free slot.

    Dijkstra over sites; prices keep what every step costs from being negative.
    """
    sites = cost.shape[1]
    far, before, done = np.empty(sites), np.full(sites, -1), np.zeros(sites, np.bool_)
    for k in range(sites):
        far[k] = cost[task, k] + price[k]
    while True:
        at, low = -1, np.inf
        for k in range(sites):
            if not done[k] and far[k] < low:
                at, low = k, far[k]
        if at < 0:
            reached[:sites] = done
            reached[sites + task] = True
            return False
        if load[at] < first[at + 1] - first[at]:
            break
        done[at] = True
        for k in range(sites):
            v = low + max(0.0, move[at, k] - price[at] + price[k])
            if v < far[k] and not done[k]:
                far[k], before[k] = v, at
    for k in range(sites):
        if done[k]:
            price[k] += low - far[k]
    end = at
    while before[at] >= 0:
        mover = _cheapest(cost, before[at], at, first, slot_of, load)
        _leave(mover, first, slot_of, load, site)
        _enter(mover, at, first, slot_of, load, site)
        at = before[at]
    _enter(task, at, first, slot_of, load, site)
    while end >= 0:
        _moves(cost, end, first, slot_of, load, move)
        end = before[end]
    return True


@compiled
def _gap(first: Ints, load: Ints, price: Floats, move: Floats) -> float:
    """By how much the prices fail to prove that the assignment is the cheapest: each task by what it would save elsewhere at
    these prices, each free slot by its price."""
    sites, gap = len(price), 0.0
    for j in range(sites):
        saved = 0.0
        for k in range(sites):
            less = price[j] - price[k] - move[j, k]
            saved = less if less > saved else saved
        gap += load[j] * saved + (first[j + 1] - first[j] - load[j]) * abs(price[j])
    return gap
