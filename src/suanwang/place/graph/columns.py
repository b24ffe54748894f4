"""A job graph and the machines for it as columns of numbers, for loops that are compiled.

Files that one task makes (or that are given) and the same tasks read go together, as a bundle; where a task waits for another
without reading from it, the bundle is empty. Machines at one router share a store, so that a bundle is at a site or not. From
site to site it takes the routing protocol's way (steer.interior), over directed links: each carries one bundle at a time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suanwang.model.graph import Graph, in_order, makers, parents
from suanwang.model.graph_plan import Host
from suanwang.model.network import Network
from suanwang.steer.interior import ends, up, way

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Bundles = dict[tuple[int, tuple[int, ...]], list[str]]
"""(maker or -1, readers) -> files."""

BYTES_PER_MBIT = 125_000.0


class Work(NamedTuple):
    """n tasks, m bundles. X_at, X: the X of row k are X[X_at[k] : X_at[k + 1]].

    work_s, cores: (n,). lane: (n + 1,) running sum of cores. read: bundles by task. write: bundles by maker. maker: (m,)
    task, -1 for given. size: (m,) bytes. may: (n, H) whether a task may run on a host; a host with too few cores is another
    matter.
    """

    work_s: Floats
    cores: Ints
    lane: Ints
    read_at: Ints
    read: Ints
    write_at: Ints
    write: Ints
    maker: Ints
    size: Floats
    may: Flags


class Edges(NamedTuple):
    """kid, kid_bytes: tasks that wait for a task, and what goes there. parent: tasks that it waits for. reader: tasks that
    read a bundle. order: (n,) each after its parents. X_at as in Work."""

    kid_at: Ints
    kid: Ints
    kid_bytes: Floats
    parent_at: Ints
    parent: Ints
    reader_at: Ints
    reader: Ints
    order: Ints


class Ground(NamedTuple):
    """H hosts, S sites, L directed links. Hosts of one site stand together.

    site, speed: (H,). core_at: (H + 1,) running sum of cores. latency_s, rate: (S, S) of the way; bytes a second of its
    narrowest link, inf for no bound, 0 for no way. route: links by source * S + target. link_rate: (L,) bytes a second.
    shared: whether a link carries one bundle at a time, or any number, each at the full rate.
    """

    site: Ints
    speed: Floats
    core_at: Ints
    latency_s: Floats
    rate: Floats
    route_at: Ints
    route: Ints
    link_rate: Floats
    shared: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Case:
    """Columns, and what their rows mean. files: of each bundle. origin: (m, S) seconds when a bundle is at a site, inf for not
    yet. hosts, sites (router numbers), links (from, to): in the order of the columns."""

    graph: Graph
    work: Work
    edges: Edges
    ground: Ground
    origin: Floats
    files: tuple[tuple[str, ...], ...]
    hosts: tuple[Host, ...]
    sites: tuple[int, ...]
    links: tuple[tuple[int, int], ...]


def case(
    graph: Graph,
    hosts: Sequence[Host],
    network: Network,
    home: int,
    *,
    shared: bool = True,
    may: Mapping[str, Collection[str]] | None = None,
) -> Case:
    """home: number of the router where given files lie. may: task -> names of the hosts that it may run on; any if not in
    it."""
    waits, bundles = parents(graph), _bundles(graph)
    sites = tuple(sorted({home, *(host.router for host in hosts)}))
    order = sorted(hosts, key=lambda host: (host.router, -host.speed, host.name))
    work = _work(graph, bundles, order, may or {})
    ground, links = _ground(order, network, sites, shared)
    origin = np.full((len(work.size), len(sites)), np.inf)
    origin[work.maker < 0, sites.index(home)] = 0.0
    return Case(
        graph=graph,
        work=work,
        edges=_edges(waits, list(bundles), work.size),
        ground=ground,
        origin=origin,
        files=tuple(tuple(files) for files in bundles.values()),
        hosts=tuple(order),
        sites=sites,
        links=links,
    )


def rows(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """(at, all): the lists one after the other, and where each begins."""
    at = np.zeros(len(lists) + 1, np.int64)
    at[1:] = np.cumsum([len(one) for one in lists])
    return at, np.array([value for one in lists for value in one], np.int64)


def _work(graph: Graph, bundles: Bundles, hosts: Sequence[Host], may: Mapping[str, Collection[str]]) -> Work:
    size = {file.name: file.size_bytes for file in graph.files}
    reads, writes = ([list[int]() for _ in graph.tasks] for _ in range(2))
    for at, (maker, readers) in enumerate(bundles):
        if maker >= 0:
            writes[maker].append(at)
        for task in readers:
            reads[task].append(at)
    lane, _ = rows([[0] * task.cores for task in graph.tasks])
    return Work(
        np.array([task.work_s for task in graph.tasks], np.float64),
        np.array([task.cores for task in graph.tasks], np.int64),
        lane,
        *rows(reads),
        *rows(writes),
        np.array([maker for maker, _ in bundles], np.int64),
        np.array([sum(size[name] for name in names) for names in bundles.values()], np.float64),
        np.array([[t.name not in may or h.name in may[t.name] for h in hosts] for t in graph.tasks], np.bool_),
    )


def _edges(waits: Sequence[Sequence[int]], keys: Sequence[tuple[int, tuple[int, ...]]], size: Floats) -> Edges:
    kids, between = [list[int]() for _ in waits], dict[tuple[int, int], float]()
    for (maker, readers), bytes_ in zip(keys, size.tolist(), strict=True):
        for task in readers:
            between[maker, task] = between.get((maker, task), 0.0) + bytes_
    for task, of in enumerate(waits):
        for parent in of:
            kids[parent].append(task)
    return Edges(
        *rows(kids),
        np.array([between[parent, kid] for parent, of in enumerate(kids) for kid in of], np.float64),
        *rows(waits),
        *rows([readers for _, readers in keys]),
        np.array(in_order(tuple(map(tuple, waits))), np.int64),
    )


def _bundles(graph: Graph) -> Bundles:
    """(maker or -1, readers) -> files, in the order of the files; then what is only waited for."""
    made, readers = makers(graph), dict[str, list[int]]()
    index = {task.name: at for at, task in enumerate(graph.tasks)}
    for at, task in enumerate(graph.tasks):
        for name in task.reads:
            readers.setdefault(name, []).append(at)
    found: Bundles = {}
    for file in graph.files:
        if file.name in readers:
            found.setdefault((made.get(file.name, -1), tuple(readers[file.name])), []).append(file.name)
    for at, task in enumerate(graph.tasks):
        for name in task.after:
            found.setdefault((index[name], (at,)), [])
    return found


def _ground(
    hosts: Sequence[Host], network: Network, sites: tuple[int, ...], shared: bool
) -> tuple[Ground, tuple[tuple[int, int], ...]]:
    known = {ends(link): link for link in up(network)}
    links = tuple(pair for a, b in known for pair in ((a, b), (b, a)))
    number = {pair: at for at, pair in enumerate(links)}
    both = [known[min(pair), max(pair)] for pair in links]
    link_rate = np.array([link.rate_mbit * BYTES_PER_MBIT if link.rate_mbit else np.inf for link in both], np.float64)
    latency = np.array([link.latency_ms / 1000 for link in both], np.float64)
    routes, far, rate = list[list[int]](), np.zeros((len(sites), len(sites))), np.full((len(sites), len(sites)), np.inf)
    for s, a in enumerate(sites):
        for t, b in enumerate(sites):
            routers = (a,) if a == b else way(network, a, b)
            route = [number[pair] for pair in pairwise(routers or ())]
            routes.append(route)
            if route:
                far[s, t], rate[s, t] = latency[route].sum(), link_rate[route].min()
            elif a != b:
                rate[s, t] = 0.0
    core_at, _ = rows([[0] * host.cores for host in hosts])
    ground = Ground(
        np.array([sites.index(host.router) for host in hosts], np.int64),
        np.array([host.speed for host in hosts], np.float64),
        core_at,
        far,
        rate,
        *rows(routes),
        link_rate,
        shared,
    )
    return ground, links
