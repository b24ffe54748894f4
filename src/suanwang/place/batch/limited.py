"""Tasks to sites when the way there takes room too: the cheapest assignment within the limits of links, with its proof.

free     the cheapest without limits; if no link holds too much, that is all
priced   tolls of links and prices of slots by the linear program, over the few places of each task that could matter: what is
         left out and would be cheaper at these prices comes in, links that come to hold too much come in, until there are none
whole    the integer program over the places that lose at most `lost` at these prices; if it finds one at most `lost` above the
         bound, nothing that was left out can be in a cheaper one (fixing by reduced costs)

Links hold most of what they could have to, so few of them count, and the bound is near: a task in a hundred loses anything.
Column generation: Gilmore and Gomory, Operations Research 9 (1961). Fixing: Dantzig, Fulkerson and Johnson, Journal of the
Operations Research Society of America 2 (1954). Both programs are solved by HiGHS.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array, eye_array, hstack, vstack

from suanwang.place.batch.assign import Crowded, assign
from suanwang.steer.ways import Links, Ways
from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

NEAR = 3
"""Places of a task that the linear program begins with, on average."""
FEW = 1.5
"""Places of a task that the integer program begins with, on average."""
WIDER = 4.0
"""If nothing fits in these places, those that lose so many times as much come in."""
BRANCHES = 2000
"""Branches of the integer program, at most, before it says what it has; bounds the time without a clock."""
DEAR, DEARER, DEAREST = 1e2, 1e2, 1e8
"""What it costs to overload a link by its own capacity, in parts of the range of costs: at first, times that while it is done,
and at most: what is overloaded even then cannot be helped."""
SLACK = 2e-6
"""HiGHS lets a row be exceeded by a millionth; where that matters, rows are that much tighter."""
FITS = 1 + 1e-9
"""So many times its capacity is no overload but rounding."""
INFEASIBLE = 2
"""Status of SciPy's milp."""


@dataclass(frozen=True, slots=True, eq=False)
class Limited:
    """site: of each task. cost: the sum over tasks. bound: no assignment that fits costs less; the cost, but for rounding, unless
    less was asked for or branches ran out. toll: of each link, for each unit of rate."""

    site: Ints
    cost: float
    bound: float
    toll: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Tight:
    """Nothing fits, or nothing was found before branches ran out. links: those in the way. bound: what it would cost at least."""

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


class Columns(NamedTuple):
    """Places that are looked at: task, site: of each. seats: which task and site each takes, shape (tasks + sites, places).
    use: how much of each link, in parts of its capacity, shape (links, places)."""

    task: Ints
    site: Ints
    seats: csc_array
    use: csc_array


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
    `rate` on the first of the ways of pair origin x sites + site, and may not go where there is none. above: what is proven to be
    no more than this part above the least will do.
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
    """Prices and tolls by the linear program; begun with the cheapest assignment without limits, its prices, and the links that it
    overloads."""
    tasks, sites = case.cost.shape
    finite, room = case.cost[np.isfinite(case.cost)], _room(case)
    most = float(np.ptp(finite)) + 1e-9 * float(np.abs(finite).max()) + 1e-300
    within, dear, bound = _best(case.cost + price, NEAR), DEAR * most, -np.inf
    within[np.arange(tasks), site] = True
    while True:
        places = _columns(case, within)
        load = vstack([places.seats[tasks:], places.use[links]])
        spill = vstack([csc_array((sites, len(links))), -eye_array(len(links))])
        one = hstack([places.seats[:tasks], csc_array((tasks, len(links)))])
        costs = np.r_[case.cost[places.task, places.site], np.full(len(links), dear)]
        solved = linprog(costs, hstack([load, spill]), np.r_[case.slots, room[links]], one, np.ones(tasks), method="highs-ds")
        value, toll = np.maximum(0.0, -solved.ineqlin.marginals), np.zeros(len(room))
        price, toll[links] = value[:sites], value[sites:] / _unit(case)[links]
        paid = _tolled(case, toll) + price
        least = paid.min(axis=1)
        bound = max(bound, float(least.sum() - price @ case.slots - toll @ case.capacity))
        more = np.setdiff1d(np.flatnonzero(places.use @ solved.x[: len(places.task)] > room * FITS), links)
        cheaper = (paid < solved.eqlin.marginals[:, None] - 1e-9 * most) & ~within
        over = links[solved.x[len(places.task) :] > SLACK]
        if not len(more) and not cheaper.any():
            if not len(over) or dear >= DEAREST * most:
                return Priced(paid - least[:, None], bound, toll, over)
            dear *= DEARER
        links, within = np.union1d(links, more), within | cheaper


def _best(paid: Floats, near: float) -> NDArray[np.bool_]:
    """The places that lose least, so many for each task on average; at least the best of each."""
    lost = paid - paid.min(axis=1)[:, None]
    last = min(int(near * len(paid)), lost.size) - 1
    return lost <= np.partition(lost.ravel(), last)[last]


def _whole(case: Case, priced: Priced, above: float, branches: int) -> Limited | Tight:
    """The integer program, over more and more places until none that was left out can be in a cheaper assignment."""
    lost, best, total, bound = priced.lost, None, np.inf, priced.bound
    finite = np.isfinite(lost)
    within = _best(lost, FEW)
    while True:
        edge = float(lost[within & finite].max())
        left = float(lost[~within & finite].min(initial=np.inf))
        site, least = _fitted(case, within & finite, above, branches)
        if site is not None and (cost := float(case.cost[np.arange(len(site)), site].sum())) < total:
            best, total = site, cost
        bound = max(bound, min(total, least, priced.bound + left))
        if total - bound <= above * abs(total) or priced.bound + left >= total or left == np.inf:
            break
        within = lost <= (total - priced.bound if best is not None else max(WIDER * edge, left))
    if best is None:
        used = _columns(case, finite).use
        return Tight(np.flatnonzero(used.sum(axis=1) > _room(case)), bound)
    return Limited(best, total, bound, priced.toll)


def _fitted(case: Case, within: NDArray[np.bool_], above: float, branches: int) -> tuple[Ints | None, float]:
    """(site of each task, bound) of the cheapest assignment over these places; None, inf if nothing fits."""
    tasks, room = len(case.cost), _room(case)
    places = _columns(case, within)
    links = np.flatnonzero(places.use.sum(axis=1) > room)  # others hold all that could come
    rows = vstack([places.seats, places.use[links]])
    low = np.r_[np.ones(tasks), np.full(rows.shape[0] - tasks, -np.inf)]
    bound = -np.inf
    for tighter in (0.0, SLACK):
        high = np.r_[np.ones(tasks), case.slots, room[links] * (1 - tighter)]
        solved = milp(case.cost[places.task, places.site], constraints=LinearConstraint(rows, low, high), bounds=Bounds(0, 1),
                      integrality=np.ones(len(places.task)), options={"mip_rel_gap": above, "node_limit": branches})  # fmt: skip
        if tighter == 0.0:
            bound = np.inf if solved.status == INFEASIBLE else float(-np.inf if (b := solved.mip_dual_bound) is None else b)
        if solved.x is None:
            return None, bound
        chosen = solved.x > 0.5
        site = np.empty(tasks, np.int64)
        site[places.task[chosen]] = places.site[chosen]
        if (_loaded(case, site) <= case.capacity * FITS).all():
            return site, bound
    return None, bound


def _unit(case: Case) -> Floats:
    """In what the load of each link is counted: its capacity."""
    return np.where(case.capacity > 0, case.capacity, 1.0)


def _room(case: Case) -> Floats:
    """What each link holds, in its unit."""
    return case.capacity / _unit(case)


def _columns(case: Case, within: NDArray[np.bool_]) -> Columns:
    tasks, sites = case.cost.shape
    task, site = np.nonzero(within)
    at = np.arange(len(task))
    way = case.first[case.origin[task] * sites + site]
    length = case.start[way + 1] - case.start[way]
    column = np.repeat(at, length)
    entry = np.arange(len(column)) - np.repeat(np.cumsum(length) - length - case.start[way], length)
    link = case.link[entry]
    much = case.rate[task][column] / _unit(case)[link]
    seats = csc_array((np.ones(2 * len(at)), (np.r_[task, tasks + site], np.r_[at, at])), shape=(tasks + sites, len(at)))
    return Columns(task, site, seats, csc_array((much, (link, column)), shape=(len(case.capacity), len(at))))


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
