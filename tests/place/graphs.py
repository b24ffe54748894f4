"""Made-up job graphs and networks for tests: any shape, sizes and speeds that Hypothesis thinks of; and the exact optimum of
tiny ones."""

from itertools import permutations, product

from hypothesis import strategies as st

from suanwang.model.graph import Graph, GraphFile, GraphTask, in_order, makers, parents
from suanwang.model.graph_plan import Host
from suanwang.model.network import Link, Network, Router

HOME = 1
SIZES = [0, 1, 1_000, 125_000, 1_000_000]
SECONDS = [0.0, 0.5, 1.0, 1.7, 3.0, 4.1]


@st.composite
def graphs(draw: st.DrawFn, most: int = 9, widest: int = 2) -> Graph:
    """Tasks read given files and files of earlier tasks, or wait for earlier tasks."""
    count = draw(st.integers(1, most))
    sizes, tasks = {f"g{k}": draw(st.sampled_from(SIZES)) for k in range(draw(st.integers(0, 2)))}, list[GraphTask]()
    for at in range(count):
        reads = draw(st.lists(st.sampled_from(sorted(sizes)), max_size=3, unique=True)) if sizes else []
        after = draw(st.lists(st.integers(0, at - 1), max_size=1)) if at else []
        writes = [f"f{at}.{k}" for k in range(draw(st.integers(0, 2)))]
        sizes |= {name: draw(st.sampled_from(SIZES)) for name in writes}
        tasks.append(
            GraphTask(
                name=f"t{at}",
                work_s=draw(st.sampled_from(SECONDS)),
                cores=draw(st.integers(1, widest)),
                reads=tuple(reads),
                writes=tuple(writes),
                after=tuple(f"t{k}" for k in after),
            )
        )
    shuffled = draw(st.permutations(tasks))  # the order in which tasks are told means nothing
    return Graph(name="g", tasks=tuple(shuffled), files=tuple(GraphFile(name=n, size_bytes=s) for n, s in sizes.items()))


@st.composite
def grounds(draw: st.DrawFn, most: int = 4, cores: int = 3) -> tuple[tuple[Host, ...], Network]:
    """A chain of three routers; some host has two cores at least."""
    count = draw(st.integers(1, most))
    rates = draw(st.tuples(*[st.sampled_from([0.0, 1.0, 8.0])] * 2))
    links = tuple(
        Link(a=k + 1, b=k + 2, latency_ms=draw(st.sampled_from([0.0, 10.0, 250.0])), rate_mbit=rates[k]) for k in range(2)
    )
    hosts = tuple(
        Host(
            name=f"h{k}",
            router=draw(st.integers(1, 3)),
            cores=draw(st.integers(2 if k == 0 and cores > 1 else 1, cores)),
            speed=draw(st.sampled_from([0.5, 1.0, 1.3, 2.0])),
        )
        for k in range(count)
    )
    return hosts, Network(routers=tuple(Router(number=n, name=f"r{n}") for n in (1, 2, 3)), links=links)


def carry_s(network: Network, size_bytes: int, a: int, b: int) -> float:
    """Along the chain, nobody else on it."""
    used = [link for link in network.links if min(a, b) <= link.a < max(a, b)]
    slowest = max((size_bytes / (link.rate_mbit * 125_000) for link in used if link.rate_mbit), default=0.0)
    return slowest + sum(link.latency_ms for link in used) / 1000


def optimum_s(graph: Graph, hosts: tuple[Host, ...], network: Network) -> float:
    """The least makespan there is, where each host has one core and each task takes one, and links carry any number at once: of
    every order and every choice of hosts, all tasks as early as they can be."""
    count, best = len(graph.tasks), float("inf")
    for order in permutations(range(count)):
        place = {task: k for k, task in enumerate(order)}
        if any(place[p] > place[task] for task, of in enumerate(parents(graph)) for p in of):
            continue
        for where in product(range(len(hosts)), repeat=count):
            best = min(best, _makespan_s(graph, hosts, network, order, where))
    return best


def _makespan_s(
    graph: Graph, hosts: tuple[Host, ...], network: Network, order: tuple[int, ...], where: tuple[int, ...]
) -> float:
    made, size = makers(graph), {file.name: file.size_bytes for file in graph.files}
    index = {task.name: k for k, task in enumerate(graph.tasks)}
    ends, free = dict[int, float](), [0.0] * len(hosts)
    for at in order:
        task, host = graph.tasks[at], hosts[where[at]]
        ready = free[where[at]]
        groups: dict[tuple[int, tuple[int, ...]], int] = {}
        for name in task.reads:
            readers = tuple(k for k, other in enumerate(graph.tasks) if name in other.reads)
            key = (made.get(name, -1), readers)
            groups[key] = groups.get(key, 0) + size[name]
        for name in task.after:
            groups.setdefault((index[name], (at,)), 0)
        for (maker, _), bytes_ in groups.items():
            source = HOME if maker < 0 else hosts[where[maker]].router
            since = 0.0 if maker < 0 else ends[maker]
            ready = max(ready, since + (carry_s(network, bytes_, source, host.router) if source != host.router else 0.0))
        ends[at] = free[where[at]] = ready + task.work_s / host.speed
    return max(ends.values())


def heft_s(graph: Graph, hosts: tuple[Host, ...], network: Network) -> float:
    """The makespan of HEFT as the paper has it, written down once more and plainly: hosts of one core, each a processor."""
    count, made, size = len(graph.tasks), makers(graph), {file.name: file.size_bytes for file in graph.files}
    index = {task.name: k for k, task in enumerate(graph.tasks)}
    edge: dict[tuple[int, int], int] = {}
    for at, task in enumerate(graph.tasks):
        for name in task.reads:
            if name in made:
                edge[made[name], at] = edge.get((made[name], at), 0) + size[name]
        for name in task.after:
            edge.setdefault((index[name], at), 0)
    pairs = [(a.router, b.router) for a in hosts for b in hosts if a is not b]

    def mean_s(bytes_: int) -> float:
        return sum(carry_s(network, bytes_, a, b) for a, b in pairs) / len(pairs) if pairs else 0.0

    pace = sum(1 / host.speed for host in hosts) / len(hosts)
    rank: dict[int, float] = {}
    for at in reversed(in_order(parents(graph))):
        follow = [mean_s(bytes_) + rank[kid] for (maker, kid), bytes_ in edge.items() if maker == at]
        rank[at] = graph.tasks[at].work_s * pace + max(follow, default=0.0)
    ends, where, busy = dict[int, float](), dict[int, int](), [list[tuple[float, float]]() for _ in hosts]
    for at in sorted(range(count), key=lambda k: -rank[k]):
        task, tried = graph.tasks[at], list[tuple[float, int, float]]()
        for h, host in enumerate(hosts):
            given = sum(size[name] for name in task.reads if name not in made)
            ready = carry_s(network, given, HOME, host.router) if any(name not in made for name in task.reads) else 0.0
            for (maker, kid), bytes_ in edge.items():
                if kid == at:
                    ready = max(ready, ends[maker] + carry_s(network, bytes_, hosts[where[maker]].router, host.router))
            start, length = ready, task.work_s / host.speed
            for begin, end in sorted(busy[h]):
                if start + length <= begin:
                    break
                start = max(start, end)
            tried.append((start + length, h, start))
        ends[at], where[at], start = min(tried)
        busy[where[at]].append((start, ends[at]))
    return max(ends.values())
