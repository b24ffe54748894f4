"""How long one decision takes, over 1 to 100,000 nodes: `python bench/decide.py`, table on stdout, bench/results/decide.json.

Nodes differ in site, price, speed, room, trust and region, and some are full, so every rule has work to do. "decide" is the
choice alone; "brief" adds the plan with counts, finalists and margin; "full" adds 64 ruled-out nodes with their reasons and
the smallest change, which is tried by deciding again. Every ask comes from another of 50 places (their distances are
remembered after the first time, as in a brain that runs). Times are wall time of one thread, in microseconds.
"""

import functools
import gc
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import numpy as np

import report
from suanwang.model.demand import TRUST_LEVELS, AcceleratorNeed, Command, Demand, Item, Limits, Needs
from suanwang.model.node import Accelerator, Capacity, Node, Offer, Reading, Speed
from suanwang.model.plan import Placement, Plan
from suanwang.model.where import Place, Site
from suanwang.place.ask import Ask
from suanwang.place.choose import choose
from suanwang.place.idle import anew, judge_of
from suanwang.place.think import think
from suanwang.world.asked import NOTHING, noted, want
from suanwang.world.fold import empty, heard, joined, placed
from suanwang.world.world import World

GIB = 2**30
SITES_PER_WORLD = 200
PARTS = ("decide", "brief", "full", "array_of_100", "fold_20_placements", "fold_20_readings")


def a_place(chance: random.Random, name: str) -> Place:
    region = chance.choice(["guangdong", "guizhou", "jiangsu", "ningxia", "hebei"])
    return Place(name=name, region=region, latitude=chance.uniform(22, 42), longitude=chance.uniform(100, 122))


def a_node(chance: random.Random, number: int, sites: list[Site]) -> Node:
    speed = chance.uniform(0.5e9, 3e9)
    devices = (Accelerator(kind="a100", vendor="nvidia", name="A100", count=8),) if chance.random() < 0.1 else ()
    return Node(
        id=f"node-{chance.getrandbits(64):016x}",
        name=f"n{number}",
        public_key="",
        owner=f"owner-{number % 97}",
        site=chance.choice(sites),
        capacity=Capacity(cpu_milli=chance.choice([4, 16, 64]) * 1000, memory_bytes=64 * GIB, accelerators=devices),
        arch=chance.choice(["x86_64", "x86_64", "aarch64"]),
        runtimes=("wasm", "python", "process"),
        sandbox="bubblewrap" if chance.random() < 0.9 else "",
        speed=Speed(fuel_per_cpu_s=speed, fuel_per_s=speed),
        offer=Offer(price_micro_per_tfuel=chance.randrange(200_000, 1_000_000)),
        trust=chance.choice(TRUST_LEVELS),
    )


def a_world(size: int) -> World:
    """A fifth of the nodes is half full, a tenth quite full."""
    chance = random.Random(size)
    sites = [Site(name=f"s{i}", place=a_place(chance, f"s{i}")) for i in range(min(size, SITES_PER_WORLD))]
    world = joined(empty(), *(a_node(chance, i, sites) for i in range(size)))
    shares = {n.id: chance.choice([0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 1]) for n in world.nodes}
    return placed(world, [a_placement(n, f"x/{i}", shares[n.id]) for i, n in enumerate(world.nodes) if shares[n.id]])


def a_placement(node: Node, placement_id: str, share: float) -> Placement:
    return Placement(
        id=placement_id,
        job_id="x",
        node_id=node.id,
        tasks=(0,),
        attempt=1,
        width=1,
        runtime="wasm",
        cpu_milli=int(node.capacity.cpu_milli * share),
        memory_bytes=int(node.capacity.memory_bytes * share),
        price_micro_per_tfuel=1,
        fuel_max=1,
        hold_micro=1,
        latency_ms=0.0,
        finish_s=1.0,
        carbon_g=0.0,
        price_micro=1,
    )


def asks(tasks: int) -> list[Ask]:
    """Native work with every bound set, from 50 places, with all four preferences."""
    chance = random.Random(7)
    items = tuple(Item(value=str(i)) for i in range(tasks)) if tasks > 1 else ()
    limits = Limits(
        latency_ms_max=25.0,
        budget_micro=30_000 * tasks,
        finish_s_max=120.0,
        carbon_g_max=0.5 * tasks,
        regions=("guangdong", "jiangsu", "guizhou", "hebei"),
        trust="vouched",
    )
    return [
        Ask(
            Demand(
                name="job",
                work=Command(argv=("true",)),
                items=items,
                near=a_place(chance, f"p{i}"),
                needs=Needs(cpu_milli=2000, memory_bytes=4 * GIB, arch="x86_64"),
                limits=limits,
                prefer=("price", "latency", "speed", "carbon")[i % 4],
            ),
            user="li",
            fuel_per_task=20 * 10**9,
            budget_micro=limits.budget_micro,
        )
        for i in range(50)
    ]


def timed(what: Callable[[int], object], rounds: int) -> dict[str, float]:
    """p50 and p99 in microseconds, after warming up."""
    for i in range(50):
        what(i)
    gc.collect()
    took = np.empty(rounds)
    for i in range(rounds):
        start = time.perf_counter_ns()
        what(i)
        took[i] = (time.perf_counter_ns() - start) / 1000
    return report.spread(took)


def planned(world: World) -> int:
    """How many of the 50 asks get a plan."""
    return sum(isinstance(choose(world, ask, job_id="j", seed=1, number=0, attempt=1, tasks=(0,)), Plan) for ask in asks(1))


def measured(world: World, parts: Sequence[str] = PARTS) -> dict[str, dict[str, float]]:
    """p50, p99 and count of each of the named parts, microseconds."""
    one, array, size = asks(1), asks(100), len(world.nodes)
    decided = functools.partial(choose, world, job_id="j", seed=1, number=0, attempt=1)
    a_hold = [a_placement(world.nodes[i % size], f"y/{i}", 0.1) for i in range(20)]
    a_batch = [Reading(node_id=world.ids[i % size], generation=1, queued=1) for i in range(20)]
    rounds = 2000 if size <= 10_000 else 300
    what: dict[str, tuple[Callable[[int], object], int]] = {
        "decide": (lambda i: think(world, one[i % 50], 1, i), rounds),
        "brief": (lambda i: decided(one[i % 50], tasks=(0,), listed=0, change=False), rounds),
        "full": (lambda i: decided(one[i % 50], tasks=(0,)), rounds),
        "array_of_100": (lambda i: decided(array[i % 50], tasks=range(100), listed=0, change=False), rounds // 10),
        "fold_20_placements": (lambda _: placed(world, a_hold), rounds // 10),
        "fold_20_readings": (lambda i: heard(world, a_batch, float(i)), rounds // 10),
    }
    return {part: timed(*what[part]) for part in parts}


def mixed(size: int) -> dict[str, object]:
    """A decision after each placement, half of the nodes with accelerators and a demand in three for one: think alone, where
    it is not known what is asked for (no waste), and where it is; and the term by itself, if nothing were remembered."""
    chance, devices = random.Random(size), (Accelerator(kind="a100", vendor="nvidia", name="A100", count=8),)
    nodes = [
        msgspec.structs.replace(n, capacity=msgspec.structs.replace(n.capacity, accelerators=devices * chance.randrange(2)))
        for n in a_world(size).nodes
    ]
    wanted = [with_accelerator(ask) if i % 3 == 0 else ask for i, ask in enumerate(asks(1)[:12])]
    asked = functools.reduce(lambda known, ask: noted(known, want(ask.demand.needs), 10), wanted, NOTHING)
    plain = joined(empty(), *nodes)
    took: dict[str, list[float]] = {"no waste": [], "waste": [], "term anew": []}
    for i in range(600):
        plan = choose(plain, wanted[i % 12], job_id=f"j{i}", seed=i, number=0, attempt=1, tasks=(0,), listed=0, change=False)
        plain = placed(plain, plan.placements) if isinstance(plan, Plan) else plain
        known, ask = replace(plain, asked=asked), wanted[(i + 1) % 12]
        judge = judge_of(known)
        assert judge is not None, "enough is asked for to tell a mix"
        clock(took["no waste"], functools.partial(think, plain, ask, 1, i))
        clock(took["waste"], functools.partial(think, known, ask, 1, i))
        clock(took["term anew"], functools.partial(anew, judge.tables, known, ask, np.arange(size)))
    return {"nodes": size, **{name: report.spread(times[50:]) for name, times in took.items()}}


def clock(times: list[float], what: Callable[[], object]) -> None:
    start = time.perf_counter_ns()
    what()
    times.append((time.perf_counter_ns() - start) / 1000)


def with_accelerator(ask: Ask) -> Ask:
    needs = msgspec.structs.replace(ask.demand.needs, accelerator=AcceleratorNeed(count=1))
    return msgspec.structs.replace(ask, demand=msgspec.structs.replace(ask.demand, needs=needs))


def main() -> None:
    facts, rows, cells = report.machine(), list[dict[str, object]](), list[list[str]]()
    for size in (1, 100, 1_000, 10_000, 100_000):
        world = a_world(size)
        plans, found = planned(world), measured(world)
        rows.append({"nodes": size, "plans_of_50": plans, **found})
        cells.append([f"{size:,}", f"{plans}/50", *(f"{f['p50']:.1f} / {f['p99']:.1f}" for f in found.values())])
    print(report.line(facts), report.table(["nodes", "plans", *PARTS], cells), "(p50 / p99, us)", sep="\n")
    waste = mixed(10_000)
    print("half with accelerators:", {name: value for name, value in waste.items() if name != "nodes"})
    report.save("decide", facts, unit="microseconds", rows=rows, waste=waste)


if __name__ == "__main__":
    main()
