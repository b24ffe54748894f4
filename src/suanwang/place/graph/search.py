"""Make a list schedule better by many small changes, each tried by building the schedule anew.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983) over an order and a host for each task. Most changes are
of tasks on the critical chain: of those, going back from the task that ends last, each of which made the next one wait. The
number of changes is bounded, and the numbers that they are drawn from follow from the seed, so the same call gives the same
plan.
"""

import numpy as np

from suanwang.place.graph.build import Fixed, Made, Table, build
from suanwang.place.graph.columns import Edges, Flags, Floats, Ground, Ints, Work
from suanwang.world.compiled import compiled

HOT, COLD = 0.02, 0.0002
"""Of the makespan: how much worse is accepted one time in e, at the begin and at the end."""
COARSE = 0.5
"""Where tasks keep to sites, so many of the changes at the begin are of all readers of a bundle, at the end none but by chance."""


@compiled
def improve(
    order: Ints, where: Ints, ahead: Floats, least: Floats, steps: int, seed: int, goal: float, loose: bool,
    work: Work, edges: Edges, ground: Ground, fixed: Fixed, table: Table, made: Made,
) -> float:  # fmt: skip
    """The makespan of the best schedule found; order and where are changed into its, so that `build` gives it again.

    where: (n,) as in `build`. steps: changes to try. goal: the search ends where the makespan is no longer than this.
    least: see `build`. loose: tasks keep to a site, and go to the host there that ends first; else to their hosts, which is
    tried in half the time.
    """
    nothing, chance = np.zeros((0, 0)), np.array([seed % 2147483646 + 1])
    best = build(order, where, ahead, least, np.inf, nothing, work, ground, fixed, table, made)
    if best == np.inf:
        return best
    where[:] = made.host
    best_order, best_where = order.copy(), where.copy()
    _loosen(where, loose, ground, fixed)
    current = build(order, where, ahead, least, np.inf, nothing, work, ground, fixed, table, made)
    chain, marks = np.zeros(order.shape[0], np.int64), np.zeros(order.shape[0], np.bool_)
    length = _trace(chain, work, ground, table, made)
    kept_order, kept_where = order.copy(), where.copy()
    for step in range(steps):
        if best <= goal:
            break
        heat = best * HOT * (COLD / HOT) ** (step / steps)
        limit = current - heat * np.log(_draw(chance))
        task = chain[_below(length, chance)] if _draw(chance) < 0.7 else _below(order.shape[0], chance)
        if fixed.begun[task] >= 0:
            continue
        if loose and _draw(chance) < COARSE * (1 - step / steps):
            _gather(task, where, chance, work, edges, ground, fixed)
        else:
            _change(task, order, where, marks, chance, work, edges, ground, fixed)
        found = build(order, where, ahead, least, limit, nothing, work, ground, fixed, table, made)
        if found == np.inf:
            order[:], where[:] = kept_order, kept_where
            continue
        current = found
        for k in range(where.shape[0]):
            where[k] = where[k] if loose and where[k] != -1 else made.host[k]
        _loosen(where, loose and _draw(chance) < 0.05, ground, fixed)
        kept_order[:], kept_where[:] = order, where
        length = _trace(chain, work, ground, table, made)
        if found < best:
            best, best_order[:], best_where[:] = found, order, made.host
    order[:], where[:] = best_order, best_where
    return best


@compiled
def _loosen(where: Ints, loose: bool, ground: Ground, fixed: Fixed) -> None:
    """Each task that has a host and has not begun to any host of the same site, if so wanted."""
    for task in range(where.shape[0]):
        if loose and where[task] >= 0 and fixed.begun[task] < 0:
            where[task] = -2 - ground.site[where[task]]


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
            task = int(table.whose[before])
            continue
        site = int(ground.site[made.host[task]])
        bundle = _last_bundle(task, site, work, made)
        while bundle >= 0 and made.source[bundle, site] != site and count < chain.shape[0]:
            before = _link_before(bundle, site, ground, table, made)
            if before >= 0:
                chain[count] = table.whose[before]
                count += 1
                cargo, sites = int(table.cargo[before]), ground.rate.shape[0]
                bundle, site = cargo // sites, cargo % sites
            else:
                site = int(made.source[bundle, site])
        if bundle < 0 or work.maker[bundle] < 0:
            break
        task = int(work.maker[bundle])
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
    found, source = -1, int(made.source[bundle, site])
    if ground.shared and made.sent[bundle, site] > made.there[bundle, source]:
        route = source * ground.rate.shape[0] + site
        for k in range(ground.route_at[route + 1] - ground.route_at[route]):
            entry = table.before[made.entry[bundle, site] + k]
            if entry >= 0 and table.end[entry] >= made.sent[bundle, site]:
                found = int(entry)
    return found


@compiled
def _change(
    task: int, order: Ints, where: Ints, marks: Flags, chance: Ints,
    work: Work, edges: Edges, ground: Ground, fixed: Fixed,
) -> None:  # fmt: skip
    """One change: another host for the task, the hosts of two tasks swapped, a chain of tasks or readers of a bundle to one
    site, or another place in the order; at times two of these."""
    kind = _draw(chance)
    if kind < 0.3:
        where[task] = _other(task, where, chance, edges, ground)
    elif kind < 0.45:
        other = order[_below(order.shape[0], chance)]
        if fixed.begun[other] < 0:
            where[task], where[other] = where[other], where[task]
    elif kind < 0.53:
        _gather(task, where, chance, work, edges, ground, fixed)
    elif kind < 0.6:
        _follow(task, where, chance, edges, ground, fixed)
    if kind >= 0.6 or kind < 0.1 or (kind > 0.5 and kind < 0.55):
        _move(task, order, marks, chance, edges, fixed)


@compiled
def _other(task: int, where: Ints, chance: Ints, edges: Edges, ground: Ground) -> int:
    """Another host: any; where a neighbour in the graph is; or none, so that the one with the earliest finish is taken, of
    all or of a site."""
    kind = _draw(chance)
    if kind < 0.2:
        return -1
    if kind < 0.6:
        return -2 - _below(ground.rate.shape[0], chance)
    if kind < 0.9:
        above, below = edges.parent_at[task + 1] - edges.parent_at[task], edges.kid_at[task + 1] - edges.kid_at[task]
        if above + below > 0:
            pick = _below(above + below, chance)
            near = edges.parent[edges.parent_at[task] + pick] if pick < above else edges.kid[edges.kid_at[task] + pick - above]
            if where[near] != where[task]:
                return int(where[near])
    return _below(ground.site.shape[0], chance)


@compiled
def _gather(
    task: int, where: Ints, chance: Ints, work: Work, edges: Edges, ground: Ground, fixed: Fixed
) -> None:  # fmt: skip
    """All that read one of the bundles that a task reads, rather a large one, or a part of them, to any host of one site."""
    count = work.read_at[task + 1] - work.read_at[task]
    if count > 0:
        bundle = work.read[work.read_at[task] + _below(count, chance)]
        other = work.read[work.read_at[task] + _below(count, chance)]
        if work.size[other] > work.size[bundle]:
            bundle = other
        site, part = _below(ground.rate.shape[0], chance), 1.0 if _draw(chance) < 0.5 else _draw(chance)
        for k in range(edges.reader_at[bundle], edges.reader_at[bundle + 1]):
            if fixed.begun[edges.reader[k]] < 0 and (part == 1.0 or _draw(chance) < part):
                where[edges.reader[k]] = -2 - site


@compiled
def _follow(task: int, where: Ints, chance: Ints, edges: Edges, ground: Ground, fixed: Fixed) -> None:
    """A chain of tasks from this one on, down or up the graph, to any host of one site."""
    site, down = _below(ground.rate.shape[0], chance), _draw(chance) < 0.5
    while task >= 0 and fixed.begun[task] < 0:
        where[task] = -2 - site
        first = edges.kid_at[task] if down else edges.parent_at[task]
        count = (edges.kid_at[task + 1] if down else edges.parent_at[task + 1]) - first
        if count == 0 or _draw(chance) < 0.2:
            break
        pick = first + _below(count, chance)
        task = int(edges.kid[pick] if down else edges.parent[pick])


@compiled
def _move(task: int, order: Ints, marks: Flags, chance: Ints, edges: Edges, fixed: Fixed) -> None:
    """To any other place in the order: forward together with those before it that it waits for, back with those that wait for
    it."""
    n, at = order.shape[0], 0
    while order[at] != task:
        at += 1
    to = _below(n, chance) if _draw(chance) < 0.75 else max(0, min(n - 1, at + _below(17, chance) - 8))
    while fixed.begun[order[to]] >= 0:
        to += 1
    marks[:] = False
    marks[task] = True
    step = 1 if to > at else -1
    for k in range(abs(to - at)):
        other = order[at + step * (k + 1)]
        if _beside(other, step, marks, edges):
            marks[other] = True
    _partition(order, marks, at, to, step)


@compiled
def _beside(task: int, step: int, marks: Flags, edges: Edges) -> bool:
    """Whether a task waits for one that is marked, or, with a step of -1, one that is marked waits for it."""
    found = False
    if step > 0:
        for k in range(edges.parent_at[task], edges.parent_at[task + 1]):
            found = found or bool(marks[edges.parent[k]])
    else:
        for k in range(edges.kid_at[task], edges.kid_at[task + 1]):
            found = found or bool(marks[edges.kid[k]])
    return found


@compiled
def _partition(order: Ints, marks: Flags, at: int, to: int, step: int) -> None:
    """Between two places, ends included: those that are marked to the far end, the others before them, each as they were."""
    held = np.zeros(abs(to - at) + 1, np.int64)
    count, place = 0, at
    for k in range(held.shape[0]):
        task = order[at + step * k]
        if marks[task]:
            held[count] = task
            count += 1
        else:
            order[place] = task
            place += step
    for k in range(count):
        order[place] = held[k]
        place += step
