"""Tasks to sites when the way there takes room too: the cheapest assignment within the limits of links, with its proof.

free     the cheapest without limits; if no link holds too much, that is all
priced   tolls of links and prices of slots by the linear program, over the few places of each task that could matter: what is
         left out and would be cheaper at these prices comes in, links that come to hold too much come in, until there are none
whole    the integer program over the places that lose at most `lost` at these prices; if it finds one at most `lost` above the
         bound, nothing that was left out can be in a cheaper one (fixing by reduced costs)

Few links bind, as a rule, and the bound is then near: most tasks have one place or two that could be in a cheaper assignment.
Column generation: Gilmore and Gomory, Operations Research 9 (1961). Fixing: Dantzig, Fulkerson and Johnson, Journal of the
Operations Research Society of America 2 (1954). Both programs are solved by HiGHS.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suanwang.place.batch.assign import Crowded, assign
from suanwang.place.batch.program import Program, relaxed, whole
from suanwang.steer.ways import Links, Ways
from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

NEAR = 2
"""Places of a task that the linear program begins with, on average."""
FEW = 1.5
"""Places of a task that the integer program begins with, on average."""
WIDER = 2.0
"""While those places do not hold the proof, those that lose so many times as much come in."""
BRANCHES = 2000
"""Branches of the integer program, at most, before it says what it has; bounds the time without a clock."""
DEAR, DEARER, DEAREST = 1e2, 1e2, 1e8
"""What it costs to overload a link by its own capacity, in parts of the range of costs: at first, times that while it is done,
and at most: what is overloaded even then cannot be helped."""
SLACK = 2e-6
"""HiGHS lets a row be exceeded by a millionth; where that matters, rows are that much tighter."""
FITS = 1 + 1e-9
"""So many times its capacity is no overload but rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Limited:
    """site: of each task. cost: the sum over tasks. bound: no assignment that fits costs less; the cost, but for rounding,
    unless less was asked for or branches ran out. toll: of each link, for each unit of rate, in the linear program."""

    site: Ints
    cost: float
    bound: float
    toll: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Tight:
    """Nothing fits, or nothing was found before branches ran out. links: those that cannot hold it, or all that could come to
    hold too much. bound: what it would cost at least."""

    links: Ints
    bound: float


class Case(NamedTuple):
    """What is asked, see `limited`; cost is inf where there is no way."""

    cost: Floats
    slots: Ints
    origin: Ints
    rate: Floats
    first: Ints
    start: Ints
    link: Links
    capacity: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """lost: by how much each place is dearer than a task's best, by prices of slots and tolls, shape (tasks, sites). bound: no
    assignment costs less. over: links that hold too much whatever that costs."""

    lost: Floats
    bound: float
    toll: Floats
    over: Ints


def limited(
    cost: Floats,
    slots: Ints,
    origin: Ints,
    rate: Floats,
    ways: Ways,
    capacity: Floats,
    above: float = 0.0,
    branches: int = BRANCHES,
) -> Limited | Tight | Crowded:
    """Every task to one site, no site over its slots, no link over its capacity, at the least cost.

    cost: shape (tasks, sites), inf where a task may not go. origin: where each task's data comes from, 0 and up; it takes
    `rate` on the first of the ways of pair origin x sites + site, and may not go where there is none. above: what is proven to
    be no more than this part above the least will do.
    """
    asked = Case(cost, slots, origin, rate, ways.first, ways.start, ways.link, capacity)
    case = asked._replace(cost=_tolled(asked, np.zeros(len(capacity))))
    free = assign(case.cost, slots)
    if isinstance(free, Crowded):
        return free
    over = np.flatnonzero(_loaded(case, free.site) > capacity * FITS)
    if not len(over):
        return Limited(free.site, free.cost, free.cost - free.gap, np.zeros(len(capacity)))
    priced = _priced(case, free.site, free.price, over)
    return Tight(priced.over, priced.bound) if len(priced.over) else _whole(case, priced, above, branches)


def _priced(case: Case, site: Ints, price: Floats, links: Ints) -> Priced:
    """Prices and tolls by the linear program; begun with the cheapest assignment without limits, its prices, and the links
    that it overloads."""
    tasks, finite = len(case.cost), case.cost[np.isfinite(case.cost)]
    most = float(np.ptp(finite)) + 1e-9 * float(np.abs(finite).max()) + 1e-300
    within, dear = _best(case.cost + price, NEAR), DEAR * most
    within[np.arange(tasks), site] = True
    while True:
        program, toll = _program(case, within), np.zeros(len(case.capacity))
        found = relaxed(program, tasks, links, dear)
        toll[links] = found.toll / _unit(case)[links]
        paid = _tolled(case, toll) + found.price
        least: Floats = paid.min(axis=1)
        bound = float(least.sum() - found.price @ case.slots - toll @ case.capacity)
        more = np.setdiff1d(np.flatnonzero(program.load(found.taken) > program.room * FITS), links)
        cheaper = (paid < found.task[:, None] - 1e-9 * most) & ~within
        over = links[found.over > SLACK]
        if not len(more) and not cheaper.any():
            if not len(over) or dear >= DEAREST * most:
                return Priced(paid - least[:, None], bound, toll, over)
            dear *= DEARER
        links, within = np.union1d(links, more), within | cheaper


def _best(paid: Floats, near: float) -> NDArray[np.bool_]:
    """The places that lose least, so many for each task on average; at least the best of each."""
    lost: Floats = paid - paid.min(axis=1)[:, None]
    last = min(int(near * len(paid)), lost.size) - 1
    edge = float(np.partition(lost.ravel(), last)[last])
    return (lost <= edge) & np.isfinite(lost)


def _whole(case: Case, priced: Priced, above: float, branches: int) -> Limited | Tight:
    """The integer program, over more and more places until none that was left out can be in a cheaper assignment."""
    lost, best, total, bound = priced.lost, None, np.inf, priced.bound
    finite, rows = np.isfinite(lost), np.arange(len(lost))
    within = _best(lost, FEW)
    while True:
        edge, left = float(lost[within].max()), float(lost[~within].min(initial=np.inf))
        site, least = _fitted(case, within, above, branches)
        if site is not None and float(case.cost[rows, site].sum()) < total:
            best, total = site, float(case.cost[rows, site].sum())
        bound = max(bound, min(total, least, priced.bound + left))
        near = best is not None and total - bound <= above * abs(total)
        if near or priced.bound + left >= total or left == np.inf:
            break
        within = finite & (lost <= min(total - priced.bound, max(WIDER * edge, left)))
    if best is not None:
        return Limited(best, total, bound, priced.toll)
    program = _program(case, finite)
    return Tight(np.flatnonzero(program.load(np.ones(len(program.cost))) > program.room), bound)


def _fitted(case: Case, within: NDArray[np.bool_], above: float, branches: int) -> tuple[Ints | None, float]:
    """(site of each task, None if nothing was found; what it costs at least) over these places."""
    program, site, bound = _program(case, within), np.empty(len(case.cost), np.int64), -np.inf
    for slack in (0.0, SLACK):
        taken, least = whole(program, len(site), slack, above, branches)
        bound = least if slack == 0.0 else bound
        if taken is None:
            break
        site[program.task[taken]] = program.site[taken]
        if (_loaded(case, site) <= case.capacity * FITS).all():
            return site, bound
    return None, bound


def _unit(case: Case) -> Floats:
    """In what the load of each link is counted: its capacity."""
    return np.where(case.capacity > 0, case.capacity, 1.0)


def _program(case: Case, within: NDArray[np.bool_]) -> Program:
    """A column for each of these places."""
    task, site = np.nonzero(within)
    way = case.first[case.origin[task] * len(case.slots) + site]
    length: Ints = case.start[way + 1] - case.start[way]
    column = np.repeat(np.arange(len(task)), length)
    shift: Ints = np.cumsum(length) - length - case.start[way]
    link = case.link[np.arange(len(column)) - np.repeat(shift, length)].astype(np.int64)
    part = case.rate[task][column] / _unit(case)[link]
    return Program(case.cost[task, site], task, site, column, link, part, case.slots, case.capacity / _unit(case))


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
    load = np.zeros(len(case.capacity))
    for i in range(len(site)):
        p = case.first[case.origin[i] * len(case.slots) + site[i]]
        for e in range(case.start[p], case.start[p + 1]):
            load[case.link[e]] += case.rate[i]
    return load
