"""Which task first, and what is thought to follow after it: ranks over the graph, in seconds.

upward     its own time and the longest way to an end, mean costs (HEFT: Topcuoglu, Hariri and Wu, IEEE TPDS 13(3), 2002)
downward   the longest way to it from a begin, mean costs (CPOP, same source)
ahead      for each site, the longest way after it if all that follows is on the best host (the optimistic cost table of PEFT:
           Arabnejad and Barbosa, IEEE TPDS 25(3), 2014; there with mean transfer costs, here with those between the two sites)
"""

import heapq

import numpy as np

from suanwang.place.graph.columns import Edges, Floats, Ground, Ints, Work
from suanwang.world.compiled import compiled


def mean_pace(ground: Ground) -> float:
    """Seconds for a second of work, mean over cores."""
    return float(np.average(1 / ground.speed, weights=np.diff(ground.core_at)))


def mean_way(ground: Ground) -> tuple[float, float]:
    """(seconds, seconds a byte) of a transfer, mean over ordered pairs of different cores; nothing within a site. Pairs without
    a way between them do not count."""
    cores = np.bincount(ground.site, np.diff(ground.core_at), minlength=len(ground.rate))
    pairs = np.outer(cores, cores) - np.diag(cores)
    reach = pairs * (ground.rate > 0)
    total = float(reach.sum())
    if not total:
        return 0.0, 0.0
    per_byte = np.divide(1.0, ground.rate, out=np.zeros_like(ground.rate), where=ground.rate > 0)
    return float((reach * ground.latency_s).sum() / total), float((reach * per_byte).sum() / total)


@compiled
def upward(work: Work, edges: Edges, pace: float, way_s: float, way_s_byte: float) -> Floats:
    """(n,) seconds."""
    rank = np.zeros(work.work_s.shape[0])
    for back in range(rank.shape[0]):
        task = edges.order[rank.shape[0] - 1 - back]
        longest = 0.0
        for k in range(edges.kid_at[task], edges.kid_at[task + 1]):
            longest = max(longest, way_s + edges.kid_bytes[k] * way_s_byte + rank[edges.kid[k]])
        rank[task] = work.work_s[task] * pace + longest
    return rank


@compiled
def downward(work: Work, edges: Edges, pace: float, way_s: float, way_s_byte: float) -> Floats:
    """(n,) seconds, its own time left out."""
    rank = np.zeros(work.work_s.shape[0])
    for task in edges.order:
        until = rank[task] + work.work_s[task] * pace
        for k in range(edges.kid_at[task], edges.kid_at[task + 1]):
            kid = edges.kid[k]
            rank[kid] = max(rank[kid], until + way_s + edges.kid_bytes[k] * way_s_byte)
    return rank


@compiled
def _on(work: Work, ground: Ground, site: int, kid: int, size: float, after: Floats) -> float:
    """Seconds from a site with so many bytes to the end of all after `kid`, which runs where that is soonest."""
    least = np.inf
    for host in range(ground.site.shape[0]):
        there = ground.site[host]
        fits = ground.core_at[host + 1] - ground.core_at[host] >= work.cores[kid] and work.may[kid, host]
        if ground.rate[site, there] > 0 and fits:
            way = ground.latency_s[site, there] + size / ground.rate[site, there]
            least = min(least, way + work.work_s[kid] / ground.speed[host] + after[kid, there])
    return least


@compiled
def optimistic(work: Work, edges: Edges, ground: Ground) -> Floats:
    """(n, S) seconds that follow at least after a task at a site, if nothing has to wait for cores or links."""
    tasks, sites = work.work_s.shape[0], ground.rate.shape[0]
    ahead = np.zeros((tasks, sites))
    for back in range(tasks):
        task = edges.order[tasks - 1 - back]
        for k in range(edges.kid_at[task], edges.kid_at[task + 1]):
            kid = edges.kid[k]
            for site in range(sites):
                ahead[task, site] = max(ahead[task, site], _on(work, ground, site, kid, float(edges.kid_bytes[k]), ahead))
    return ahead


@compiled
def soonest(work: Work, edges: Edges, ground: Ground, origin: Floats) -> Floats:
    """(n, S) seconds when each task can end at a site at the soonest, if nothing has to wait for cores or links and each kid's
    parents may be where it suits that kid: never later than in any plan."""
    tasks, sites = work.work_s.shape[0], ground.rate.shape[0]
    ends = np.full((tasks, sites), np.inf)
    for task in edges.order:
        for host in range(ground.site.shape[0]):
            site = ground.site[host]
            if ground.core_at[host + 1] - ground.core_at[host] < work.cores[task] or not work.may[task, host]:
                continue
            ready = 0.0
            for k in range(work.read_at[task], work.read_at[task + 1]):
                bundle = work.read[k]
                first = np.inf
                for other in range(sites):
                    if ground.rate[other, site] > 0:
                        there = origin[bundle, other]
                        if work.maker[bundle] >= 0:
                            there = min(there, ends[work.maker[bundle], other])
                        way = ground.latency_s[other, site] + work.size[bundle] / ground.rate[other, site]
                        first = min(first, there + way)
                ready = max(ready, first)
            ends[task, site] = min(ends[task, site], ready + work.work_s[task] / ground.speed[host])
    return ends


@compiled
def follows(work: Work, edges: Edges, ground: Ground) -> Floats:
    """(n, S) seconds that follow after a task at a site in any plan: the longest of its ways on, each bundle alone, nothing
    waiting for cores or links. With `nearest` ways."""
    tasks, sites = work.work_s.shape[0], ground.rate.shape[0]
    after = np.zeros((tasks, sites))
    for back in range(tasks):
        task = edges.order[tasks - 1 - back]
        for k in range(work.write_at[task], work.write_at[task + 1]):
            bundle = work.write[k]
            for j in range(edges.reader_at[bundle], edges.reader_at[bundle + 1]):
                kid = edges.reader[j]
                for site in range(sites):
                    after[task, site] = max(after[task, site], _on(work, ground, site, kid, float(work.size[bundle]), after))
    return after


def nearest(ground: Ground) -> Ground:
    """With the least latency and the highest rate of any way from site to site, through others too: no bundle gets there
    sooner, even if some other task had it sent on."""
    latency, rate = np.where(ground.rate > 0, ground.latency_s, np.inf), ground.rate.copy()
    np.fill_diagonal(latency, 0.0)
    for mid in range(len(rate)):
        latency = np.minimum(latency, latency[:, mid, None] + latency[None, mid, :])
        rate = np.maximum(rate, np.minimum(rate[:, mid, None], rate[None, mid, :]))
    return ground._replace(latency_s=latency, rate=rate)


def ordered(edges: Edges, priority: Floats) -> Ints:
    """(n,) tasks, each after its parents: of those that may come next always the one with the highest priority, the first of
    equals."""
    waits = np.diff(edges.parent_at).tolist()
    free = [(-float(priority[task]), task) for task, count in enumerate(waits) if not count]
    heapq.heapify(free)
    found = list[int]()
    while free:
        task = heapq.heappop(free)[1]
        found.append(task)
        for kid in edges.kid[edges.kid_at[task] : edges.kid_at[task + 1]].tolist():
            waits[kid] -= 1
            if not waits[kid]:
                heapq.heappush(free, (-float(priority[kid]), kid))
    return np.array(found, np.int64)


def bound_s(work: Work, edges: Edges, ground: Ground, origin: Floats) -> float:
    """No plan is shorter: the longest path on the fastest cores, without transfers, or through each task with
    them; all work over all speed."""
    cores = np.diff(ground.core_at)
    path = float(upward(work, edges, 1 / float(ground.speed.max()), 0.0, 0.0).max())
    spread = float((work.work_s * work.cores).sum() / (ground.speed * cores).sum())
    near = nearest(ground)
    carried = float((soonest(work, edges, near, origin) + follows(work, edges, near)).min(axis=1).max())
    return max(path, spread, carried)
