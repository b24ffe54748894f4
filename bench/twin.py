"""Simulated time against SimPy and against formulas: `python bench/twin.py`, tables on stdout, bench/results/twin.json.

The model that both run: 20 sites with 4 servers and one queue each, service times exponential (10 ms), Poisson arrivals at
0.8 of what all can do, each to a site at random, round trips of 1 to 39 ms; a request sets out, reaches its site half a round
trip later, waits, is served, and its latency is the time until then and the way back. SimPy's is as quick as we could write
it: the way back is added, not waited for. Ours works off two events a request, for when it is done is settled when it reaches
its site. Rounds are interleaved. The hall of machines is the scenario that CloudSim Plus publishes a time for, counts and
all.
"""

import argparse
import random
import statistics
import time

import numpy as np
import simpy

import report
from suanwang.steer.queues import wait_ms
from suanwang.twin.compare import mean
from suanwang.twin.fleet import Fleet
from suanwang.twin.hall import NOWHERE, Hall, simulate
from suanwang.twin.run import rule, run

SITES, SERVERS, SERVICE_MS, LOAD = 20, 4, 10.0, 0.8
RTT_MS = np.linspace(1.0, 39.0, SITES)
RATE = LOAD * SITES * SERVERS / SERVICE_MS
SKIP = 0.1


def in_simpy(requests: int, seed: int) -> tuple[float, float]:
    """(seconds it took, mean latency in ms without the first tenth)."""
    chance, world = random.Random(seed), simpy.Environment()
    servers = [simpy.Resource(world, SERVERS) for _ in range(SITES)]
    rtts, took = RTT_MS.tolist(), [0.0] * requests

    def one(number: int):  # type: ignore[no-untyped-def]
        site, began = chance.randrange(SITES), world.now
        yield world.timeout(rtts[site] / 2)
        with servers[site].request() as turn:
            yield turn
            yield world.timeout(chance.expovariate(1 / SERVICE_MS))
        took[number] = world.now + rtts[site] / 2 - began

    def arrivals():  # type: ignore[no-untyped-def]
        for number in range(requests):
            yield world.timeout(chance.expovariate(RATE))
            world.process(one(number))

    began = time.perf_counter()
    world.process(arrivals())
    world.run()
    return time.perf_counter() - began, statistics.fmean(took[int(SKIP * requests) :])


def fleet() -> Fleet:
    return Fleet(servers=np.full(SITES, SERVERS), service_ms=np.full(SITES, SERVICE_MS), rtt_ms=RTT_MS.reshape(1, -1),
                 rates=np.array([RATE]))  # fmt: skip


def in_ours(requests: int, seed: int) -> tuple[float, float, int]:
    """(seconds, mean latency, events)."""
    one = fleet()
    began = time.perf_counter()
    seen = run(one, rule("shares", one), seed, requests)
    took = time.perf_counter() - began
    return took, float(seen.latency_ms[int(SKIP * requests) :].mean()), seen.events


def hall(hosts: int, machines: int, tasks: int, *, mixed: int = 0) -> Hall:
    """Sizes as in the large scenarios of the CloudSim comparison project; `mixed` (a seed): of many sizes instead."""
    chance = np.random.default_rng(mixed)
    host = np.tile(np.array([8, 1_000_000, 100_000, 40_000]), (hosts, 1))
    machine = np.tile(np.array([4, 2_000, 1_000, 500]), (machines, 1))
    needs, length, submitted = np.full(tasks, 2), np.full(tasks, 10_000.0), np.zeros(tasks)
    if mixed:
        host[:, 0] = chance.choice([4, 8, 16, 32], hosts)
        machine[:, 0] = chance.choice([1, 2, 4, 8], machines)
        machine[:, 1] = machine[:, 0] * chance.choice([500, 2_000, 100_000], machines)
        needs, length = np.minimum(needs, chance.integers(1, 3, tasks)), chance.exponential(10_000.0, tasks)
        submitted = np.sort(chance.uniform(0, 100, tasks))
    return Hall(hosts=host, machines=machine, machine_mips=np.full(machines, 1_000.0), tasks=needs, task_length=length,
                submitted_s=submitted)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--simpy", type=int, default=60_000)
    parser.add_argument("--ours", type=int, default=3_000_000)
    told = parser.parse_args()
    facts = report.machine()
    in_ours(1000, 0)
    simulate(hall(20, 40, 50))
    peers, ours = [], []
    for seed in range(told.rounds):
        peers.append(in_simpy(told.simpy, seed))
        ours.append(in_ours(told.ours, seed))
    formula = float(RTT_MS.mean()) + SERVICE_MS + wait_ms(SERVERS, LOAD * SERVERS, SERVICE_MS)
    rate = {"simpy": [told.simpy / s for s, _ in peers], "ours": [told.ours / s for s, _, _ in ours]}
    ratio = statistics.median(b / a for a, b in zip(rate["simpy"], rate["ours"], strict=True))
    events = statistics.median(n / s for s, _, n in ours)
    means = {"simpy": mean([m for _, m in peers]), "ours": mean([m for _, m, _ in ours])}
    print(report.line(facts))
    rows = [[name, report.figure(statistics.median(rate[name])), f"{means[name].value:.3f} ± {means[name].half:.3f}"]
            for name in rate]  # fmt: skip
    print(report.table(["engine ", "requests/s", "mean latency ms"], [*rows, ["Erlang C", "", f"{formula:.3f}"]]))
    print(f"ours / SimPy: {ratio:.0f} times, median of {told.rounds} rounds; {events / 1e6:.1f} million events/s")
    halls = {}
    counts = (20_000, 40_000, 50_000)
    for name, one in {"published counts": hall(*counts), "mixed sizes": hall(*counts, mixed=1)}.items():
        times = []
        for _ in range(told.rounds):
            began = time.perf_counter()
            ran = simulate(one)
            times.append(time.perf_counter() - began)
        halls[name] = {
            "s": statistics.median(times),
            "placed": int((ran.host != NOWHERE).sum()),
            "hosts_used": len(np.unique(ran.host[ran.host >= 0])),
            "tasks_ended": int(np.isfinite(ran.ended_s).sum()),
            "makespan_s": float(np.nanmax(ran.ended_s)),
            "events": ran.events,
        }
        print(f"hall, {name}: {halls[name]}")
    report.save("twin", facts, rates=rate, ratio=ratio, events_s=events, means={k: list(v) for k, v in means.items()},
                erlang_c_ms=formula, halls=halls)  # fmt: skip


if __name__ == "__main__":
    main()
