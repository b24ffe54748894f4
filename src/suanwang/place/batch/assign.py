"""Many tasks to few sites at once, at the least cost that there is: each where it is cheapest, then chains of moves.

    begin    every task goes where it is cheapest, however full that is; slots cost nothing
    search   from a site that holds too many: the cheapest chain of moves that ends at a free slot, by Dijkstra over sites; a
             move from one site to another costs what the cheapest task there pays more, at the prices of slots
    send     the tasks of the chain move

At all times each task pays least, at the prices of slots, where it is, and free slots cost nothing: so once no site holds
too many, nothing is cheaper (linear programming duality). A site's way to a free slot stays known until a move on it becomes
dearer, and a search ends at the first site that knows one.

Jonker and Volgenant, "A shortest augmenting path algorithm", Computing 38 (1987); over sites in place of slots: Tomizawa, "On
some techniques useful for solution of transportation network problems", Networks 1 (1971).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

EXACT = 1e-13
"""Differences of cost below this part of the largest cost in the cheapest places are rounding."""


class Board(NamedTuple):
    """Where everything stands while it is put right.

    site: of each task. first: the tasks at site j are held[first[j]] to held[first[j] + load[j]]; it has slots[j] slots.
    price: of a slot. move: what moving a task from site j to k costs more, row j; out of date where `stale`. via: the next
    site on the known way to a free slot, -1 for none. step: what that move costs.
    """

    site: Ints
    slots: Ints
    first: Ints
    load: Ints
    held: Ints
    price: Floats
    move: Floats
    stale: NDArray[np.bool_]
    via: Ints
    step: Floats


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
    site, price, stuck, reached, total, gap = _solve(cost, np.minimum(slots, tasks))
    if stuck < 0:
        return Assigned(site, price, total, gap)
    return Crowded(np.flatnonzero(reached[site]) if reached.any() else np.array([stuck]), np.flatnonzero(reached))


@compiled
def _solve(cost: Floats, slots: Ints) -> tuple[Ints, Floats, int, NDArray[np.bool_], float, float]:
    """(site of each task, price of each site, stuck, reached, cost, gap). stuck: a task that has no place, -1 if all have one;
    reached: the sites of its crowd."""
    tasks, sites = len(cost), len(slots)
    site, reached, scale = np.empty(tasks, np.int64), np.zeros(sites, np.bool_), 1e-300
    for i in range(tasks):
        low = _least(cost[i])
        if low == np.inf:
            return site, np.zeros(sites), i, reached, 0.0, 0.0
        site[i], scale = _where(cost[i], low), max(scale, abs(low))
    board, exact = _begun(site, slots), EXACT * scale
    for s in range(sites):
        while board.load[s] > slots[s]:
            if not _leads(board, s, exact) and not _search(cost, board, s, exact, reached):
                return site, board.price, int(board.held[board.first[s]]), reached, 0.0, 0.0
            _send(cost, board, s)
    sums = np.empty(sites)
    total: float = 0.0
    gap: float = 0.0
    for i in range(tasks):
        _summed(cost[i], board.price, sums)
        total += float(cost[i, site[i]])
        gap += float(sums[site[i]]) - _least(sums)
    for j in range(sites):
        gap += float(board.price[j]) * (slots[j] - board.load[j])
    return site, board.price, -1, reached, total, gap


@compiled
def _least(row: Floats) -> float:
    """The least of a row; four at a time, so that none waits for the one before."""
    a, b, c, d, whole = np.inf, np.inf, np.inf, np.inf, len(row) // 4 * 4
    for k in range(0, whole, 4):
        a = row[k] if row[k] < a else a
        b = row[k + 1] if row[k + 1] < b else b
        c = row[k + 2] if row[k + 2] < c else c
        d = row[k + 3] if row[k + 3] < d else d
    for k in range(whole, len(row)):
        a = min(a, row[k])
    return min(min(a, b), min(c, d))


@compiled
def _where(row: Floats, low: float) -> int:
    """The first that is so low."""
    at = 0
    while row[at] != low:
        at += 1
    return at


@compiled
def _summed(row: Floats, price: Floats, sums: Floats) -> None:
    """row + price, without an array of its own."""
    for k in range(len(row)):
        sums[k] = row[k] + price[k]


@compiled
def _begun(site: Ints, slots: Ints) -> Board:
    """Every task where it is, and no prices."""
    sites, load = len(slots), np.zeros(len(slots), np.int64)
    for j in site:
        load[j] += 1
    first = np.zeros(sites + 1, np.int64)
    first[1:] = np.cumsum(np.maximum(load, slots) + 1)
    held = np.empty(first[sites], np.int64)
    load[:] = 0
    for i in range(len(site)):
        held[first[site[i]] + load[site[i]]] = i
        load[site[i]] += 1
    price, move, stale = np.zeros(sites), np.empty((sites, sites)), np.ones(sites, np.bool_)
    return Board(site, slots, first, load, held, price, move, stale, np.full(sites, -1), np.zeros(sites))


@compiled
def _leads(board: Board, j: int, exact: float) -> bool:
    """Whether the known way from site j to a free slot is still one that costs nothing at the prices."""
    load, slots, via, step, price = board.load, board.slots, board.via, board.step, board.price
    while load[j] >= slots[j]:
        k = via[j]
        if k < 0 or step[j] + price[k] > price[j] + exact:
            return False
        j = k
    return True


@compiled
def _search(cost: Floats, board: Board, s: int, exact: float, reached: NDArray[np.bool_]) -> bool:
    """Raise prices until a way leads from site s to a free slot, and note it; false, with the sites of the crowd in `reached`,
    if there is none."""
    sites, price, move = len(board.price), board.price, board.move
    far, open_price, was = np.full(sites, np.inf), price.copy(), price.copy()
    order, at_far, many, at, low = np.empty(sites, np.int64), np.empty(sites), 0, s, 0.0
    while not _leads(board, at, exact):
        order[many], at_far[many] = at, low
        many += 1
        far[at], open_price[at] = np.inf, np.inf  # done
        if board.stale[at]:
            _moves(cost, board, at)
        _nearer(move[at], open_price, low - price[at], far)
        least = _least(far)
        if least == np.inf:
            reached[order[:many]] = True
            return False
        at, low = _where(far, least), max(low, least)
    for x in range(many):
        price[order[x]] += low - at_far[x]
    while at != s:
        before, least = 0, np.inf
        for x in range(many):
            v = move[order[x], at] + (was[at] + (at_far[x] - was[order[x]]))
            if v < least:
                before, least = x, v
        many, j = before, order[before]
        board.via[j], board.step[j] = at, move[j, at]
        price[j] = max(0.0, move[j, at] + price[at])
        at = j
    return True


@compiled
def _nearer(row: Floats, price: Floats, base: float, far: Floats) -> None:
    """Bring down how far each site is, by a move of this row."""
    for k in range(len(row)):
        far[k] = min(far[k], row[k] + (price[k] + base))


@compiled
def _moves(cost: Floats, board: Board, j: int) -> None:
    """What it costs more to move one task from site j to each other."""
    row = board.move[j]
    row[:] = np.inf
    for s in range(board.first[j], board.first[j] + board.load[j]):
        costs = cost[board.held[s]]
        here = costs[j]
        for k in range(len(row)):
            row[k] = min(row[k], costs[k] - here)
    board.stale[j] = False


@compiled
def _send(cost: Floats, board: Board, j: int) -> None:
    """One task moves along each step of the way from site j to a free slot."""
    first, load, held, over = board.first, board.load, board.held, True
    while over:
        k = board.via[j]
        _, at = _cheapest(cost, board, j, k)
        task = held[at]
        load[j] -= 1
        held[at] = held[first[j] + load[j]]
        board.step[j], _ = _cheapest(cost, board, j, k)
        board.stale[j] = True
        held[first[k] + load[k]] = task
        board.site[task] = k
        load[k] += 1
        board.stale[k] = True
        over = load[k] > board.slots[k]
        j = k


@compiled
def _cheapest(cost: Floats, board: Board, j: int, k: int) -> tuple[float, int]:
    """(what it costs more, where it is held) of the task that moves from site j to site k for the least."""
    low, found = np.inf, -1
    for s in range(board.first[j], board.first[j] + board.load[j]):
        more = cost[board.held[s], k] - cost[board.held[s], j]
        if more < low:
            low, found = more, s
    return low, found
