"""Jobs decided in simulated time: arrive, are placed by the real rules, run, end: `make bench NAME=deciding`.

A fleet whose nodes differ in site, price, speed, room, trust and region, half of them with accelerators; SHAPES kinds of
demands from as many places, every bound set on some, a third with accelerators, a load of LOAD of all cores. Ours is
twin.placing, where place.stream decides; the peer is SimPy with the same jobs, the same line, and the plain `choose` on a
world that is folded with every placement and end. Both place the first jobs of the same run, and must choose the same nodes;
then ours goes on alone. Of the decision only: no server, no log, no money. The peer also gives the plan with its counts,
finalists and margin, ours only the node.
"""

import argparse
import random
import statistics
import time
from dataclasses import replace
from functools import reduce

import msgspec
import numpy as np
import simpy

import report
from decide import GIB, SITES_PER_WORLD, a_node, a_place
from suanwang.model.demand import AcceleratorNeed, Command, Demand, Limits, Needs
from suanwang.model.node import Accelerator
from suanwang.model.plan import Plan
from suanwang.model.where import Site
from suanwang.place.ask import Ask
from suanwang.place.choose import choose
from suanwang.place.stream import NOWHERE, Board, board, turns
from suanwang.twin.placing import Jobs, Ran, run
from suanwang.world.asked import NOTHING, noted, want
from suanwang.world.fold import empty, joined, placed, released
from suanwang.world.world import World

SHAPES, LOAD, TASK_S = 50, 0.7, 300.0


def fleet(size: int, asks: list[Ask]) -> World:
    """What has been asked for is known, so that waste counts."""
    chance = random.Random(size)
    sites = [Site(name=f"s{i}", place=a_place(chance, f"s{i}")) for i in range(min(size, SITES_PER_WORLD))]
    devices = (Accelerator(kind="a100", vendor="nvidia", name="A100", count=8),)
    nodes = [a_node(chance, i, sites) for i in range(size)]
    nodes = [
        msgspec.structs.replace(n, capacity=msgspec.structs.replace(n.capacity, accelerators=devices * chance.randrange(2)))
        for n in nodes
    ]
    asked = reduce(lambda asked, ask: noted(asked, want(ask.demand.needs), 10), asks, NOTHING)
    return replace(joined(empty(), *nodes), asked=asked)


def shapes() -> list[Ask]:
    chance = random.Random(7)
    return [an_ask(chance, i) for i in range(SHAPES)]


def an_ask(chance: random.Random, number: int) -> Ask:
    """Runs TASK_S on a node of middling speed, on average over the shapes."""
    need = AcceleratorNeed(count=chance.choice([1, 1, 2, 8])) if chance.random() < 0.3 else None
    cores, maybe = chance.choice([1, 2, 4, 8]), lambda value: value if chance.random() < 0.5 else None
    fuel = int(chance.uniform(0.3, 1.7) * TASK_S * cores * 1.75e9)
    limits = Limits(
        latency_ms_max=maybe(25.0), finish_s_max=maybe(3600.0), carbon_g_max=maybe(500.0),
        regions=maybe(("guangdong", "jiangsu", "guizhou", "hebei")) or (), trust=maybe("vouched") or "identified",
    )  # fmt: skip
    demand = Demand(
        name="job", work=Command(argv=("true",)), near=a_place(chance, f"p{number}"), limits=limits,
        needs=Needs(cpu_milli=1000 * cores, memory_bytes=cores * GIB, accelerator=need),
        prefer=("price", "latency", "speed", "carbon")[number % 4],
    )  # fmt: skip
    return Ask(demand, user="li", fuel_per_task=fuel, budget_micro=maybe(10**9))


def arrivals(world: World, asks: list[Ask], here: Board, count: int) -> Jobs:
    """Poisson, so fast that LOAD of all cores would be busy if every node took an equal part; exponential times."""
    chance = np.random.default_rng(3)
    work = float(np.mean([ask.fuel / float(np.mean(world.fuel_per_s)) for ask in asks]))
    gap = work / (LOAD * float(world.cpu_milli_total.sum()) / 1000)
    shape = chance.integers(0, len(asks), count)
    return Jobs(np.cumsum(chance.exponential(gap, count)), shape, turns(np.arange(count)), chance.exponential(1.0, count))


def first(jobs: Jobs, count: int) -> Jobs:
    return Jobs(*(column[:count] for column in jobs))


def in_simpy(world: World, asks: list[Ask], jobs: Jobs) -> tuple[float, list[int]]:
    """(seconds it took, the row of each job's node)."""
    clock, line = simpy.Environment(), list[int]()
    node, now = [NOWHERE] * len(jobs.at_s), [world]
    shape, longer = jobs.shape.tolist(), jobs.longer.tolist()

    def decided(job: int) -> bool:
        named = {"job_id": f"j{job}", "seed": job, "number": 1, "attempt": 1, "tasks": (0,)}
        answer = choose(now[0], asks[shape[job]], **named, listed=0, change=False)
        if not isinstance(answer, Plan):
            return False
        (placement,) = answer.placements
        now[0] = placed(now[0], answer.placements)
        node[job] = now[0].row(placement.node_id)
        clock.process(runs(placement.id, placement.finish_s * longer[job]))
        return True

    def runs(placement_id: str, seconds: float):  # type: ignore[no-untyped-def]
        yield clock.timeout(seconds)
        now[0], refused = released(now[0], placement_id), set[int]()
        for job in line.copy():
            if shape[job] in refused:
                continue
            if decided(job):
                line.remove(job)
            else:
                refused.add(shape[job])

    def come():  # type: ignore[no-untyped-def]
        for job, at in enumerate(jobs.at_s.tolist()):
            yield clock.timeout(at - clock.now)
            if shape[job] in {shape[other] for other in line} or not decided(job):
                line.append(job)

    began = time.perf_counter()
    clock.process(come())
    clock.run()
    return time.perf_counter() - began, node


def in_ours(world: World, asks: list[Ask], jobs: Jobs) -> tuple[float, float, Ran]:
    """(seconds for the board, seconds for the run, what came of it)."""
    began = time.perf_counter()
    here = board(world, asks)
    made = time.perf_counter()
    ran = run(here, jobs)
    return made - began, time.perf_counter() - made, ran


def measured(size: int, count: int, peer: int, rounds: int) -> dict[str, object]:
    asks = shapes()
    world = fleet(size, asks)
    jobs = arrivals(world, asks, board(world, asks), count)
    in_ours(world, asks, first(jobs, 1000))
    theirs, ours = [], []
    for _ in range(rounds):
        took, node = in_simpy(world, asks, first(jobs, peer))
        _, _, some = in_ours(world, asks, first(jobs, peer))
        assert node == some.node.tolist(), "not the nodes that choose chooses"
        theirs.append(peer / took)
        board_s, run_s, ran = in_ours(world, asks, jobs)
        ours.append(count / (board_s + run_s))
    waited = ran.started_s - jobs.at_s
    busy = float(np.nansum((ran.ended_s - ran.started_s) * np.array([a.demand.needs.cpu_milli for a in asks])[jobs.shape]))
    return {
        "nodes": size, "jobs": count, "compared": peer,
        "peer_per_s": statistics.median(theirs), "per_s": statistics.median(ours),
        "ratio": statistics.median(b / a for a, b in zip(theirs, ours, strict=True)),
        "decisions_a_job": ran.decisions / count,
        "events": ran.events, "board_s": board_s, "placed": int((ran.node >= 0).sum()), "waited": float((waited > 0).mean()),
        "busy": busy / float(jobs.at_s[-1]) / float(world.cpu_milli_total.sum()),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--peer", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    facts = report.machine()
    rows = [measured(size, told.jobs, told.peer, told.rounds) for size in told.sizes]
    print(report.line(facts))
    titles = (
        "nodes",
        "jobs",
        "SimPy and choose, jobs/s",
        "ours, jobs/s",
        "times",
        "decisions a job",
        "waited",
        "busy",
        "compared",
    )
    cells = [
        (
            *(f"{row[key]:,}" for key in ("nodes", "jobs")),
            *(report.figure(float(row[key])) for key in ("peer_per_s", "per_s", "ratio", "decisions_a_job")),
            *(f"{100 * float(row[key]):.1f} %" for key in ("waited", "busy")),
            f"{row['compared']:,}",
        )
        for row in rows
    ]
    print(report.table(titles, cells))
    report.save("deciding", facts, rows=rows)


if __name__ == "__main__":
    main()
