"""How long job graphs take over device, edge and cloud: `python bench/graphs.py`, table, bench/results/graphs.json.

Twenty-two recorded scientific workflows (WfCommons; SUAN_DATA, see below) on networks that are made up, of one shape:

    device  n boards of 4 cores, 0.25 of the reference        100 Mb/s, 4 ms to edge-a        given files lie here
    edge-a  n machines of 8 cores, 1.0                        1 Gb/s, 6 ms to edge-b
    edge-b  n machines of 8 cores, 1.0                        1 Gb/s, 12 ms to the cloud from either edge
    cloud   n machines of 16 cores, 1.5

"wide" has n = 2, "narrow" n = 1 and is what one of several users might have of it; "slow" has a quarter of all rates. Links
carry one bundle of files at a time in each direction ("shared"), or, as in the model that HEFT comes from, any number at the
full rate. Every plan is held against the checker (place/graph/check.py), which knows nothing of what made it.

random: each task on a host drawn evenly, by upward rank, mean of five. one site: the best of the four, if only its hosts are
used. HEFT: planned without counting who else is on a link, and what becomes of that plan on links that are shared. HEFT+: the
same, links counted while planning. listed: ours without the search. bound: no plan is shorter; it knows nothing of shared
links. floor: no plan is shorter either, and it does (bench/floors.py).
"""

import argparse
import gzip
import math
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import report
from floors import floor_s
from suanwang.intent.wfcommons import graph_from_wfcommons
from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.graph_plan import GraphPlan, Host
from suanwang.model.network import Link, Network, Router
from suanwang.place.graph.check import faults
from suanwang.place.graph.columns import Case, case
from suanwang.place.graph.plan import STEPS, carried_out, heft, scattered, schedule

DATA = Path(os.environ.get("SUAN_DATA", Path(__file__).parents[2] / "shared" / "data")) / "workflow-dags-wfcommons"
DEVICE, EDGE_A, EDGE_B, CLOUD = 1, 2, 3, 4
TIERS = (("device", DEVICE, 4, 0.25), ("edge-a", EDGE_A, 8, 1.0), ("edge-b", EDGE_B, 8, 1.0), ("cloud", CLOUD, 16, 1.5))
NETWORKS = {"wide": (2, 1.0), "wide, slow": (2, 0.25), "narrow": (1, 1.0), "narrow, slow": (1, 0.25)}
"""Name -> (machines at each site, all rates times this)."""
RANDOM_PLANS = 5
REPEATS = 5
Hosts = tuple[Host, ...]


def machines(each: int) -> Hosts:
    return tuple(
        Host(name=f"{name}-{k}", router=router, cores=cores, speed=speed)
        for name, router, cores, speed in TIERS
        for k in range(1, each + 1)
    )


def network(scale: float = 1.0) -> Network:
    links = (
        (DEVICE, EDGE_A, 4.0, 100.0),
        (EDGE_A, EDGE_B, 6.0, 1000.0),
        (EDGE_A, CLOUD, 12.0, 1000.0),
        (EDGE_B, CLOUD, 12.0, 1000.0),
    )
    return Network(
        routers=tuple(Router(number=n, name=f"r{n}") for n in (DEVICE, EDGE_A, EDGE_B, CLOUD)),
        links=tuple(Link(a=a, b=b, latency_ms=ms, rate_mbit=mbit * scale) for a, b, ms, mbit in links),
    )


def recorded() -> list[tuple[str, Graph]]:
    """The recorded workflows, by name; made-up ones where there are none."""
    files = sorted(DATA.glob("*.json.gz"))
    if not files:
        print(f"no recorded workflows in {DATA} (SUAN_DATA): made-up ones take their place")
        return [(graph.name, graph) for graph in made_up()]
    return [(_short(file.name), graph_from_wfcommons(gzip.decompress(file.read_bytes()))) for file in files]


def _short(name: str) -> str:
    return name.removesuffix(".json.gz").split("__")[-1].replace("-chameleon", "").replace("-dirt02", "")


def made_up() -> Iterable[Graph]:
    """Layers of tasks that read two files each of the layer above, of sizes and times that a fixed seed gives."""
    for width, depth in ((4, 6), (12, 3), (40, 2)):
        chance = random.Random(width)
        tasks, files = list[GraphTask](), [GraphFile(name=f"g{k}", size_bytes=chance.randrange(10**7)) for k in range(width)]
        above = [file.name for file in files]
        for row in range(depth):
            here = [f"f{row}.{k}" for k in range(width)]
            for k, name in enumerate(here):
                reads = tuple(dict.fromkeys(chance.choices(above, k=2)))
                tasks.append(GraphTask(name=f"t{row}.{k}", work_s=chance.uniform(1, 60), reads=reads, writes=(name,)))
            files += [GraphFile(name=name, size_bytes=chance.randrange(10**8)) for name in here]
            above = here
        yield Graph(name=f"layers-{width}x{depth}", tasks=tuple(tasks), files=tuple(files))


def checked(graph: Graph, net: Network, plan: GraphPlan | None, hosts: Hosts, shared: bool = True) -> GraphPlan:
    assert plan is not None, f"{graph.name} got no plan"
    wrong = faults(graph, hosts, net, DEVICE, plan, shared=shared)
    assert not wrong, (graph.name, plan.policy, wrong[:3])
    return plan


def timed(make: Callable[[], GraphPlan | None], repeats: int) -> tuple[GraphPlan | None, float]:
    """(what it made, seconds of one core: the median)."""
    took = list[float]()
    for _ in range(repeats):
        began = time.process_time()
        plan = make()
        took.append(time.process_time() - began)
    return plan, statistics.median(took)


def at_random(told: Case, graph: Graph, net: Network, hosts: Hosts) -> float:
    """Mean makespan, seconds."""
    found = list[float]()
    for seed in range(RANDOM_PLANS):
        chance = random.Random(f"{graph.name} {seed}")
        fits = [[k for k, host in enumerate(told.hosts) if host.cores >= task.cores] for task in graph.tasks]
        found.append(checked(graph, net, scattered(told, [chance.choice(able) for able in fits]), hosts).makespan_s)
    return statistics.mean(found)


def one_site(graph: Graph, net: Network, hosts: Hosts) -> float:
    """The least makespan with the hosts of one site, seconds."""
    sites = [tuple(host for host in hosts if host.router == site) for site in (DEVICE, EDGE_A, EDGE_B, CLOUD)]
    return min(checked(graph, net, heft(case(graph, own, net, DEVICE)), own).makespan_s for own in sites)


def row(name: str, graph: Graph, steps: int, net: Network, hosts: Hosts) -> dict[str, float | int | str]:
    """All ways of planning one graph; seconds."""
    shared, alone = case(graph, hosts, net, DEVICE), case(graph, hosts, net, DEVICE, shared=False)
    thought, heft_took = timed(lambda: heft(alone), REPEATS)
    classic = checked(graph, net, thought, hosts, shared=False)
    plus, plus_took = timed(lambda: heft(shared), REPEATS)
    ours, ours_took = timed(lambda: schedule(shared, steps=steps), 1)
    alone_ours = checked(graph, net, schedule(alone, steps=steps), hosts, shared=False)
    found = checked(graph, net, ours, hosts)
    return {
        "graph": name,
        "tasks": len(graph.tasks),
        "mbytes": sum(file.size_bytes for file in graph.files) / 1e6,
        "work_s": sum(task.work_s * task.cores for task in graph.tasks),
        "bound_s": found.bound_s,
        "floor_s": floor_s(shared, found.bound_s, found.makespan_s),
        "random_s": at_random(shared, graph, net, hosts),
        "one_site_s": one_site(graph, net, hosts),
        "heft_s": checked(graph, net, carried_out(shared, classic), hosts).makespan_s,
        "heft_links_s": checked(graph, net, plus, hosts).makespan_s,
        "listed_s": checked(graph, net, schedule(shared, steps=0), hosts).makespan_s,
        "ours_s": found.makespan_s,
        "policy": found.policy,
        "heft_took_s": heft_took,
        "heft_links_took_s": plus_took,
        "ours_took_s": ours_took,
        "unshared_heft_s": classic.makespan_s,
        "unshared_ours_s": alone_ours.makespan_s,
    }


def geometric(rows: Iterable[dict], above: str, below: str) -> float:
    """Geometric mean of a quotient."""
    return math.exp(statistics.mean(math.log(r[above] / r[below]) for r in rows))


def summary(rows: list[dict]) -> dict[str, float]:
    """Geometric means over the graphs: ours against the rest, less is better; and how far from the bound."""
    others = ("heft_s", "heft_links_s", "listed_s", "one_site_s", "random_s", "bound_s", "floor_s")
    means = {f"ours_s/{other}": geometric(rows, "ours_s", other) for other in others}
    means["floor_s/heft_s"] = geometric(rows, "floor_s", "heft_s")
    means["heft_links_s/bound_s"] = geometric(rows, "heft_links_s", "bound_s")
    means["unshared_ours_s/unshared_heft_s"] = geometric(rows, "unshared_ours_s", "unshared_heft_s")
    means["unshared_heft_s/bound_s"] = geometric(rows, "unshared_heft_s", "bound_s")
    return means


def shown(rows: list[dict]) -> str:
    header = (
        "graph ",
        "tasks",
        "MB",
        "floor",
        "random",
        "one site",
        "HEFT",
        "HEFT+",
        "ours",
        "/HEFT",
        "/HEFT+",
        "/floor",
        "HEFT+ ms",
        "ours s",
    )
    return report.table(
        header,
        [
            (
                r["graph"], str(r["tasks"]), report.figure(r["mbytes"]),
                *(report.figure(r[k]) for k in ("floor_s", "random_s", "one_site_s", "heft_s", "heft_links_s", "ours_s")),
                *(f"{r['ours_s'] / r[k]:.3f}" for k in ("heft_s", "heft_links_s", "floor_s")),
                f"{1000 * r['heft_links_took_s']:.2f}", f"{r['ours_took_s']:.2f}",
            )
            for r in rows
        ],
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=STEPS, help="changes tried, times what the rounds come to")
    parser.add_argument("--only", default="", help="graphs whose name holds this; nothing is saved")
    asked = parser.parse_args()
    facts, graphs = report.machine(), [(name, graph) for name, graph in recorded() if asked.only in name]
    warm = case(next(iter(made_up())), machines(1), network(), DEVICE)
    heft(warm), schedule(warm, steps=10)  # compiles
    print(report.line(facts))
    found, means = dict[str, list[dict]](), dict[str, dict[str, float]]()
    for name, (each, scale) in NETWORKS.items():
        net, hosts = network(scale), machines(each)
        found[name] = [row(graph_name, graph, asked.steps, net, hosts) for graph_name, graph in graphs]
        means[name] = summary(found[name])
        print(f"\n{name}:\n{shown(found[name])}", flush=True)
    print()
    for name, mean in means.items():
        print(
            f"{name}: "
            + ", ".join(f"{what.replace('_s/', '/').removesuffix('_s')} {value:.3f}" for what, value in mean.items())
        )
    if not asked.only:
        report.save("graphs", facts, steps=asked.steps, geometric_means=means, networks=found)


if __name__ == "__main__":
    main()
