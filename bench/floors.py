"""A floor under the makespan of a job graph that knows of shared links: no plan is shorter, whoever makes it.

Is there a plan of at most T seconds? What every such plan must satisfy is written down as a linear program; if that has no
solution, there is none. The greatest T found so, by bisection, is the floor. Every task has a share on each class of cores
(those of one speed at one site), every bundle a share on each directed link. With the earliest begin (head) and the least that
follows (tail) of each, in any plan of T seconds,

    a class never works for longer than it has cores, for those with a head of r or more and a tail of q or more: T - r - q
    a link the same, with one bundle at a time
    a bundle that is on one side of the network and read on the other crosses (cuts around one site, from within and without)

and shares are whole for tasks that last longer than half of the time that they have (rounding by a dual feasible function:
Fekete and Schepers, Math. Program. 91, 2001). Where that proves nothing, the site of the tasks on which most depends is tried
out one by one, with heads and tails worked out anew. Preemption is allowed, cores of a class are one pool, and a bundle may
flow in parts along any way: so a floor may be below the best plan, never above.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from suanwang.place.graph.columns import Case
from suanwang.place.graph.rank import nearest

SLACK = 1e-9
CLOSE = 0.002
"""Bisection ends at this part."""
LIMIT_S = 20.0
"""For one program; what is not decided by then counts as possible."""
BRANCHES = 2
MOST_CORES, MOST_LINKS = 10, 30
"""Different heads and tails that are looked at."""
Array = np.ndarray


class Classes(NamedTuple):
    """Cores of one speed at one site. cores: all of them; widest: most of one machine."""

    site: Array
    speed: Array
    cores: Array
    widest: Array


class Windows(NamedTuple):
    """In any plan of T seconds. able, head, tail: (n, K) whether a task can be on a class, its earliest begin and what follows
    its end. lasts: (n, K). done: (n, S) earliest end at a site."""

    able: Array
    head: Array
    tail: Array
    lasts: Array
    done: Array


class Rows:
    """Rows of sum(value * x) <= most."""

    def __init__(self) -> None:
        self.row, self.col, self.value, self.most = list[int](), list[int](), list[float](), list[float]()

    def add(self, cols: list[int], values: list[float], most: float) -> None:
        self.row += [len(self.most)] * len(cols)
        self.col += cols
        self.value += values
        self.most.append(most)


def floor_s(case: Case, low: float, high: float) -> float:
    """Seconds. low: a bound that is known. high: the makespan of a plan. Every site of the network must have a machine."""
    assert {end for link in case.links for end in link} <= set(case.sites) and case.ground.rate.all()
    while high > low * (1 + CLOSE):
        middle = math.sqrt(low * high)
        if possible(case, middle, np.ones((len(case.work.work_s), len(case.sites)), np.bool_), BRANCHES):
            high = middle
        else:
            low = middle
    return low


def possible(case: Case, most_s: float, sites: Array, branches: int) -> bool:
    """False if no plan of so many seconds has every task at one of its sites, (n, S); True proves nothing."""
    classes = _classes(case)
    windows = _windows(case, classes, most_s, sites)
    if not windows.able.any(axis=1).all() or not _solvable(case, classes, windows, most_s):
        return False
    pivot = _pivot(case, classes, windows) if branches else -1
    if pivot < 0:
        return True
    for site in np.unique(classes.site[windows.able[pivot]]):
        there = sites.copy()
        there[pivot] = np.arange(sites.shape[1]) == site
        if possible(case, most_s, there, branches - 1):
            return True
    return False


def _pivot(case: Case, classes: Classes, windows: Windows) -> int:
    """Of the tasks that may be at several sites the one with the most after it, -1 if those are few."""
    edges, count = case.edges, len(case.work.work_s)
    after = [0] * count
    for task in edges.order[::-1]:
        for kid in edges.kid[edges.kid_at[task] : edges.kid_at[task + 1]]:
            after[task] |= after[kid] | (1 << int(kid))
    several = [len(np.unique(classes.site[able])) > 1 for able in windows.able]
    best = max(range(count), key=lambda t: after[t].bit_count() if several[t] else -1)
    return best if several[best] and after[best].bit_count() > count / 4 else -1


def _classes(case: Case) -> Classes:
    ground = case.ground
    cores = np.diff(ground.core_at)
    keys = sorted({(int(s), float(v)) for s, v in zip(ground.site, ground.speed, strict=True)})
    within = [cores[(ground.site == s) & (ground.speed == v)] for s, v in keys]
    return Classes(
        np.array([s for s, _ in keys]),
        np.array([v for _, v in keys]),
        np.array([w.sum() for w in within]),
        np.array([w.max() for w in within]),
    )


def _windows(case: Case, classes: Classes, most_s: float, sites: Array) -> Windows:
    """What cannot be on a class in time is not able to be there; that makes heads and tails of others later."""
    lasts = case.work.work_s[:, None] / classes.speed[None, :]
    able = (case.work.cores[:, None] <= classes.widest[None, :]) & sites[:, classes.site]
    while True:
        head, done = _heads(case, classes, lasts, able)
        tail = _tails(case, classes, lasts, able)
        still = able & (head + lasts + tail <= most_s * (1 + SLACK))
        if (still == able).all() or not still.any(axis=1).all():
            return Windows(still, head, tail, lasts, done)
        able = still


def _arrives(case: Case, bundle: int, done: Array) -> Array:
    """(S,) when a bundle is first at each site where it comes into being."""
    since, maker = case.origin[bundle], case.work.maker[bundle]
    return np.minimum(since, done[maker]) if maker >= 0 else since


def _heads(case: Case, classes: Classes, lasts: Array, able: Array) -> tuple[Array, Array]:
    work, near = case.work, nearest(case.ground)
    head, done = np.full(lasts.shape, np.inf), np.full((len(lasts), len(case.sites)), np.inf)
    for task in case.edges.order:
        ready = np.zeros(len(case.sites))
        for bundle in work.read[work.read_at[task] : work.read_at[task + 1]]:
            ways = _arrives(case, bundle, done)[:, None] + near.latency_s + work.size[bundle] / near.rate
            ready = np.maximum(ready, ways.min(axis=0))
        for k in np.flatnonzero(able[task]):
            site = classes.site[k]
            head[task, k] = ready[site]
            done[task, site] = min(done[task, site], ready[site] + lasts[task, k])
    return head, done


def _tails(case: Case, classes: Classes, lasts: Array, able: Array) -> Array:
    work, edges, near = case.work, case.edges, nearest(case.ground)
    tail = np.zeros(lasts.shape)
    for task in edges.order[::-1]:
        after = np.zeros(len(case.sites))
        for bundle in work.write[work.write_at[task] : work.write_at[task + 1]]:
            ways = near.latency_s + work.size[bundle] / near.rate
            for kid in edges.reader[edges.reader_at[bundle] : edges.reader_at[bundle + 1]]:
                on = np.flatnonzero(able[kid])
                if len(on):
                    after = np.maximum(after, (ways[:, classes.site[on]] + (lasts + tail)[kid, on]).min(axis=1))
        tail[task] = after[classes.site]
    return tail


def _solvable(case: Case, classes: Classes, windows: Windows, most_s: float) -> bool:
    share = np.full(windows.able.shape, -1)
    share[windows.able] = np.arange(windows.able.sum())
    heavy = np.flatnonzero(case.work.size / case.ground.link_rate.min() > 1e-4 * most_s)
    flow = share.max() + 1 + np.arange(len(heavy) * len(case.links)).reshape(len(heavy), len(case.links))
    rows = Rows()
    _crossings(case, classes, share, heavy, flow, rows)
    _link_rows(case, classes, windows, most_s, heavy, flow, rows)
    _core_rows(case, classes, windows, most_s, share, rows)
    count = int(share.max()) + 1 + flow.size
    table = coo_array((rows.value, (rows.row, rows.col)), shape=(len(rows.most), count)).tocsr()
    task, _ = np.nonzero(windows.able)
    whole = coo_array((np.ones(len(task)), (task, np.arange(len(task)))), shape=(len(share), count)).tocsr()
    integral = np.zeros(count)
    integral[flow] = (case.work.size[heavy, None] / case.ground.link_rate[None, :] > 0.005 * most_s).astype(int)
    found = milp(
        np.zeros(count),
        constraints=[LinearConstraint(table, -np.inf, np.array(rows.most)), LinearConstraint(whole, 1, 1)],  # pyright: ignore[reportArgumentType]
        integrality=integral,
        bounds=Bounds(0, 1),
        options={"time_limit": LIMIT_S},
    )
    return found.status != 2  # infeasible


def _crossings(case: Case, classes: Classes, share: Array, heavy: Array, flow: Array, rows: Rows) -> None:
    """Out of each set of sites a bundle flows at least as much as its maker is inside more than a reader."""
    work, edges, count = case.work, case.edges, len(case.sites)
    start = np.array([case.sites.index(a) for a, _ in case.links])
    end = np.array([case.sites.index(b) for _, b in case.links])
    alone = np.eye(count, dtype=np.bool_)
    for at, bundle in enumerate(heavy):
        maker = work.maker[bundle]
        for inside in (*alone, *~alone):
            out = [int(flow[at, k]) for k in np.flatnonzero(inside[start] & ~inside[end])]
            if maker < 0 and not inside[np.isfinite(case.origin[bundle])].all():
                continue
            own = [int(x) for x in share[maker, inside[classes.site]] if x >= 0] if maker >= 0 else []
            for reader in edges.reader[edges.reader_at[bundle] : edges.reader_at[bundle + 1]]:
                read = [int(x) for x in share[reader, inside[classes.site]] if x >= 0]
                values = [-1.0] * len(out) + [1.0] * len(own) + [-1.0] * len(read)
                rows.add(out + own + read, values, 0.0 if maker >= 0 else -1.0)


def _link_rows(case: Case, classes: Classes, windows: Windows, most_s: float, heavy: Array, flow: Array, rows: Rows) -> None:
    for link, (a, b) in enumerate(case.links):
        start, end = case.sites.index(a), case.sites.index(b)
        heads = np.array([_arrives(case, bundle, windows.done).min() for bundle in heavy])  # all links on a way begin at once
        tails = np.array([_tail_of(case, classes, windows, bundle, start, end) for bundle in heavy])
        lasts = case.work.size[heavy] / case.ground.link_rate[link]
        for head, tail, over in _steps(heads, tails, MOST_LINKS):
            rows.add([int(x) for x in flow[over, link]], list(lasts[over]), max(0.0, most_s - head - tail))


def _tail_of(case: Case, classes: Classes, windows: Windows, bundle: int, start: int, end: int) -> float:
    """Seconds that follow at least after a bundle has crossed a link: somebody reads it who is not where it came from."""
    edges, near = case.edges, nearest(case.ground)
    readers = edges.reader[edges.reader_at[bundle] : edges.reader_at[bundle + 1]]
    later = (windows.lasts + windows.tail)[readers] + (near.latency_s[start, end] + near.latency_s[end, classes.site])[None, :]
    return float(np.where(windows.able[readers] & (classes.site != start)[None, :], later, np.inf).min())


def _steps(heads: Array, tails: Array, most: int) -> Iterator[tuple[float, float, Array]]:
    """(head, tail, which have no less of both), for at most so many of each."""
    seen = set[tuple[bytes, float]]()
    for head in _some(heads, most):
        for tail in _some(tails, most):
            over = np.flatnonzero((heads >= head - SLACK) & (tails >= tail - SLACK))
            key = over.tobytes(), round(head + tail, 6)
            if len(over) and key not in seen:
                seen.add(key)
                yield float(head), float(tail), over


def _some(values: Array, most: int) -> Array:
    found = np.unique(np.round(values[np.isfinite(values)], 9))
    return found if len(found) <= most else found[np.linspace(0, len(found) - 1, most).astype(int)]


def _core_rows(case: Case, classes: Classes, windows: Windows, most_s: float, share: Array, rows: Rows) -> None:
    cores = case.work.cores
    for k in range(len(classes.site)):
        able = np.flatnonzero(windows.able[:, k])
        for head, tail, over in _steps(windows.head[able, k], windows.tail[able, k], MOST_CORES):
            room = most_s - head - tail
            some = able[over]
            if room <= 0:
                continue  # what cannot be there in time has no share
            part = windows.lasts[some, k] / room
            cols = [int(x) for x in share[some, k]]
            for weight in (part, *_rounded(part)):
                rows.add(cols, list(cores[some] * weight), float(classes.cores[k]))


def _rounded(part: Array) -> Iterator[Array]:
    """Other measures of parts of a core of which those that fit together never come to more than 1, where larger than the parts
    for one of them."""
    for times in range(1, 9):
        scaled = part * (times + 1)
        whole = np.abs(scaled - np.round(scaled)) < 1e-7
        weight = np.where(whole, part, np.floor(scaled) / times)
        if (weight > part + SLACK).any():
            yield weight
