"""Make a list schedule better by many small changes, each tried by building the schedule anew.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983) over an order and a host for each task. Most changes are
of tasks on the critical chain: of those, going back from the task that ends last, each of which made the next one wait. The
number of changes is bounded, and the numbers that they are drawn from follow from the seed, so the same call gives the same
plan.
"""

import numpy as np

from suanwang.place.graph.build import Fixed, Made, Table, build
from suanwang.place.graph.columns import Edges, Floats, Ground, Ints, Work
from suanwang.world.compiled import compiled

HOT, COLD = 0.02, 0.0002
"""Of the makespan: how much worse is accepted one time in e, at the begin and at the end."""


@compiled
def improve(
    order: Ints, where: Ints, ahead: Floats, steps: int, seed: int, goal: float,
    work: Work, edges: Edges, ground: Ground, fixed: Fixed, table: Table, made: Made,
) -> float:  # fmt: skip
    """The makespan of the best schedule found; order and where are changed into its, so that `build` gives it again.

    where: (n,) hosts, -1 for any. steps: changes to try. goal: the search ends where the makespan is no longer than this.
    """
    nothing, chance = np.zeros((0, 0)), np.array([seed % 2147483646 + 1])
    current = build(order, where, ahead, np.inf, nothing, work, ground, fixed, table, made)
    if current == np.inf:
        return current
    where[:] = made.host
    chain = np.zeros(order.shape[0], np.int64)
    length = _trace(chain, work, ground, table, made)
    best, best_order, best_where = current, order.copy(), where.copy()
    change = np.full(5, -1, np.int64)
    for step in range(steps):
        if best <= goal:
            break
        heat = current * HOT * (COLD / HOT) ** (step / steps)
        limit = current - heat * np.log(_draw(chance))
        task = chain[_below(length, chance)] if _draw(chance) < 0.7 else _below(order.shape[0], chance)
        if fixed.begun[task] >= 0:
            continue
        _change(task, order, where, change, chance, edges, ground, fixed)
        found = build(order, where, ahead, limit, nothing, work, ground, fixed, table, made)
        if found == np.inf:
            _undo(order, where, change)
            continue
        current = found
        where[:] = made.host
        length = _trace(chain, work, ground, table, made)
        if found < best:
            best, best_order[:], best_where[:] = found, order, where
    order[:], where[:] = best_order, best_where
    return best


@compiled
def _draw(chance: Ints) -> float:
    """Between 0 and 1, neither included (Park and Miller, CACM 31(10), 1988)."""
    chance[0] = chance[0] * 48271 % 2147483647
    return chance[0] / 2147483647.0


@compiled
def _below(count: int, chance: Ints) -> int:
    return int(_draw(chance) * count)


@compiled
def _trace(chain: Ints, work: Work, ground: Ground, table: Table, made: Made) -> int:
    """The critical chain, last task first, and the tasks for which something was sent that held up what the chain waits for;
    how many there are."""
    task, count = int(np.argmax(made.finish)), 0
    while count < chain.shape[0]:
        chain[count] = task
        count += 1
        before = _core_before(task, work, table, made)
        if before >= 0:
            task = table.whose[before]
            continue
        site = ground.site[made.host[task]]
        bundle = _last_bundle(task, site, work, made)
        while bundle >= 0 and made.source[bundle, site] != site and count < chain.shape[0]:
            before = _link_before(bundle, site, ground, table, made)
            if before >= 0:
                chain[count] = table.whose[before]
                count += 1
                bundle, site = table.cargo[before] // ground.rate.shape[0], table.cargo[before] % ground.rate.shape[0]
            else:
                site = made.source[bundle, site]
        if bundle < 0 or work.maker[bundle] < 0:
            break
        task = work.maker[bundle]
    return count


@compiled
def _core_before(task: int, work: Work, table: Table, made: Made) -> int:
    """The entry that ended when the task began on one of its cores, -1 for none."""
    found = -1
    for lane in range(work.lane[task], work.lane[task + 1]):
        entry = table.before[lane]
        if entry >= 0 and table.end[entry] >= made.start[task]:
            found = entry
    return found


@compiled
def _last_bundle(task: int, site: int, work: Work, made: Made) -> int:
    """Of those that a task reads the one that is there last, -1 if it reads none."""
    last, late = -1, -1.0
    for k in range(work.read_at[task], work.read_at[task + 1]):
        bundle = work.read[k]
        if made.there[bundle, site] > late:
            last, late = bundle, made.there[bundle, site]
    return last


@compiled
def _link_before(bundle: int, site: int, ground: Ground, table: Table, made: Made) -> int:
    """The entry on one of its links that ended when a bundle left for a site, -1 if it left as soon as it could."""
    found, source = -1, made.source[bundle, site]
    if ground.shared and made.sent[bundle, site] > made.there[bundle, source]:
        route = source * ground.rate.shape[0] + site
        for k in range(ground.route_at[route + 1] - ground.route_at[route]):
            entry = table.before[made.entry[bundle, site] + k]
            if entry >= 0 and table.end[entry] >= made.sent[bundle, site]:
                found = entry
    return found


@compiled
def _change(
    task: int, order: Ints, where: Ints, change: Ints, chance: Ints, edges: Edges, ground: Ground, fixed: Fixed
) -> None:  # fmt: skip
    """One change; what undoes it goes into `change`: two tasks and their hosts before, (from, to) in the order as from * n +
    to."""
    change[:] = -1
    kind = _draw(chance)
    if kind < 0.5:
        change[0], change[1] = task, where[task]
        where[task] = _other(task, where, chance, edges, ground)
    elif kind < 0.65:
        other = order[_below(order.shape[0], chance)]
        if fixed.begun[other] < 0:
            change[0], change[1], change[2], change[3] = task, where[task], other, where[other]
            where[task], where[other] = where[other], where[task]
    if kind >= 0.65 or kind < 0.1:
        _move(task, order, change, chance, edges, fixed)


@compiled
def _other(task: int, where: Ints, chance: Ints, edges: Edges, ground: Ground) -> int:
    """Another host: any; where a neighbour in the graph is; or none, so that the one with the earliest finish is taken."""
    kind = _draw(chance)
    if kind < 0.3:
        return -1
    if kind < 0.6:
        above, below = edges.parent_at[task + 1] - edges.parent_at[task], edges.kid_at[task + 1] - edges.kid_at[task]
        if above + below > 0:
            pick = _below(above + below, chance)
            near = edges.parent[edges.parent_at[task] + pick] if pick < above else edges.kid[edges.kid_at[task] + pick - above]
            if where[near] != where[task]:
                return where[near]
    return _below(ground.site.shape[0], chance)


@compiled
def _move(task: int, order: Ints, change: Ints, chance: Ints, edges: Edges, fixed: Fixed) -> None:
    """To another place in the order, after its parents and before its kids."""
    n = order.shape[0]
    at = 0
    while order[at] != task:
        at += 1
    low, high = at, at
    while low > 0 and fixed.begun[order[low - 1]] < 0 and not _waits(task, order[low - 1], edges):
        low -= 1
    while high < n - 1 and not _waits(order[high + 1], task, edges):
        high += 1
    if high > low:
        to = low + _below(high - low + 1, chance)
        _shift(order, at, to)
        change[4] = at * n + to


@compiled
def _waits(task: int, other: int, edges: Edges) -> bool:
    """Whether a task waits for the other itself."""
    found = False
    for k in range(edges.parent_at[task], edges.parent_at[task + 1]):
        found = found or edges.parent[k] == other
    return found


@compiled
def _shift(order: Ints, at: int, to: int) -> None:
    task = order[at]
    step = 1 if to > at else -1
    while at != to:
        order[at] = order[at + step]
        at += step
    order[to] = task


@compiled
def _undo(order: Ints, where: Ints, change: Ints) -> None:
    n = order.shape[0]
    if change[4] >= 0:
        _shift(order, change[4] % n, change[4] // n)
    if change[2] >= 0:
        where[change[2]] = change[3]
    if change[0] >= 0:
        where[change[0]] = change[1]
