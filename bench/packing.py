"""Packing of a GPU cluster, by the protocol that FGD was published with: `make bench NAME=packing`.

Cluster and demands are of Alibaba's trace "openb" (1,213 nodes, 6,212 accelerators), the orders of arrival and of nodes as
given for seeds 42 to 51; demands come one by one up to 130 % of the cluster, one that does not fit is dropped, nothing is
moved. Allocation at 100 % is the mean over arrivals that round to it. Peers: BestFit and FGD, written here after the paper;
what they reach is held against the published curves. The bound is of accelerators alone, and knows what will come.
"""

import argparse
import csv
import gzip
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

import report
from suanwang.place.cutting import pattern, worth
from suanwang.place.knapsack import filled
from suanwang.place.pack import Machines, pack
from suanwang.place.waste import FRAGMENTS, Shapes, Waste, Weights, waste
from suanwang.world.supply import WHOLE

TRACES = ("default", "cpu050", "gpushare40", "multigpu20")
POLICIES = ("BestFit", "FGD", "ours")
TITLES = ("trace ", "policy ", "at 100 %", "sd", "at 130 %", "bound", "gap closed", "from published", "decisions/s")
SEEDS = tuple(range(42, 52))
DATA = Path(os.environ.get("SUAN_DATA", Path(__file__).parents[1].parent / "shared" / "data")) / "gpu-cluster-openb"
Curve = NDArray[np.float64]


class Cluster(NamedTuple):
    """machines: in the order of the file. kinds: names. count: accelerators of each node."""

    machines: Machines
    kinds: tuple[str, ...]
    count: NDArray[np.int64]


class Work(NamedTuple):
    """shapes: distinct; of: the shape of each demand of the file; weight: how many of each."""

    shapes: Shapes
    of: NDArray[np.int64]
    weight: NDArray[np.float64]

    @property
    def milli(self) -> NDArray[np.int64]:
        """Thousandths of accelerators, by demand."""
        return (self.shapes.devices * self.shapes.share)[self.of]


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / name, "rt") as file:
        return list(csv.DictReader(file))


def cluster() -> Cluster:
    nodes = sorted(rows("openb_node_list_gpu_node.csv.gz"), key=lambda row: row["sn"])
    kinds = tuple(sorted({row["model"] for row in nodes}))
    count = np.array([int(row["gpu"]) for row in nodes])
    idle = np.where(np.arange(count.max())[None, :] < count[:, None], WHOLE, 0).astype(np.int16)
    cpu, memory = (np.array([int(row[key]) for row in nodes]) for key in ("cpu_milli", "memory_mib"))
    return Cluster(Machines(cpu, memory, np.array([kinds.index(row["model"]) for row in nodes]), idle), kinds, count)


def work(trace: str, kinds: tuple[str, ...]) -> Work:
    found = [
        (int(row["cpu_milli"]), int(row["memory_mib"]), count, int(row["gpu_milli"]) if count else 0, bits(row, kinds))
        for row in rows(f"openb_pod_list_{trace}.csv.gz")
        for count in [int(row["num_gpu"])]
    ]
    often = Counter(found)
    at = {shape: i for i, shape in enumerate(often)}
    columns = np.array(list(often), np.int64).T.copy()
    return Work(Shapes(*columns), np.array([at[shape] for shape in found]), np.array(list(often.values()), np.float64))


def bits(row: dict[str, str], kinds: tuple[str, ...]) -> int:
    return sum(1 << kinds.index(name) for name in (row.get("gpu_spec") or "").split("|") if name in kinds)


def ordered(machines: Machines, rank: NDArray[np.int64]) -> Machines:
    """By the rank in which equals are taken."""
    return Machines(*(column[np.argsort(rank)] for column in machines))


def bestfit(machines: Machines, shapes: Shapes, arrivals: NDArray[np.int64]) -> NDArray[np.int64]:
    """Least left of cores and accelerators, each against the largest node; then the tightest accelerator."""
    cpu, memory, idle = (column.astype(np.int64) for column in (machines.cpu_milli, machines.memory, machines.idle))
    cpu_most, idle_most = int(cpu.max()), int(idle.sum(1).max())
    where = np.full(len(arrivals), -1)
    columns = [column.tolist() for column in shapes]
    for k, s in enumerate(arrivals.tolist()):
        c, m, count, share, kinds = (column[s] for column in columns)
        fits = (cpu >= c) & (memory >= m) & ((kinds == 0) | ((kinds >> machines.kind) & 1 == 1))
        if count:
            fits &= (idle >= share).sum(1) >= count
        left = (cpu - c) / cpu_most + (idle.sum(1) - count * share) / idle_most
        score = np.where(fits, (100 * (1 - left / 2)).astype(np.int64), -1)
        i = int(score.argmax())
        if score[i] < 0:
            continue
        where[k], cpu[i], memory[i] = i, cpu[i] - c, memory[i] - m
        if count:
            free = np.flatnonzero(idle[i] >= share)
            idle[i, free[np.argsort(idle[i, free], kind="stable")[:count]]] -= share
    return where


def allocated(milli: NDArray[np.int64], where: NDArray[np.int64], total: int) -> Curve:
    """Shape (131,): mean allocation in % of the cluster, over the arrivals that round to 0, 1, ... 130 % of it."""
    used = np.round(np.cumsum(np.where(where >= 0, milli, 0)) / total / 10, 2)
    come = np.round(np.cumsum(milli) / total / 10).astype(np.int64)
    return np.array([used[come == r].mean() if (come == r).any() else np.nan for r in range(131)])


def published(trace: str, policy: str, seed: int) -> Curve:
    """What was published with FGD's simulator."""
    for row in rows("expected_results/analysis_allo_discrete.csv.gz"):
        if row["workload"] == f"openb_pod_list_{trace}" and row["sc_policy"].endswith(policy) and int(row["seed"]) == seed:
            return np.array([float(row[str(r)]) if row[str(r)] else np.nan for r in range(131)])
    raise SystemExit(f"nothing was published of {policy} on {trace} with seed {seed}")


def bound(milli: NDArray[np.int64], demands: Shapes, arrivals: NDArray[np.int64], total: int) -> float:
    """% of the cluster that could be allocated at 100 % arrivals: accelerators alone, each demand split into single ones, all
    known beforehand. Column generation as in place.cutting, with the amounts as limits."""
    come = arrivals[np.round(np.cumsum(milli) / total / 10) <= 100]
    amounts = Counter[int]()
    for s, n in Counter(come.tolist()).items():
        if demands.devices[s]:
            amounts[int(demands.share[s])] += n * int(demands.devices[s])
    sizes = sorted(amounts)
    patterns = [[WHOLE // size if size == other else 0 for other in sizes] for size in sizes]
    limits = np.array([amounts[size] for size in sizes], float)
    while True:
        # x: how often each pattern is cut; taken: of each size, at most what has come
        size, count = np.array(sizes, float), len(patterns)
        cost = np.concatenate((np.zeros(count), -size))
        covers = np.hstack((-np.array(patterns, float).T, np.eye(len(sizes))))
        fits = np.concatenate((np.ones(count), np.zeros(len(sizes))))[None]
        limit = [(0, None)] * count + [(0, float(most)) for most in limits]
        found = linprog(cost, A_ub=np.vstack((covers, fits)), b_ub=[*np.zeros(len(sizes)), total], bounds=limit, method="highs")
        price, one = -found.ineqlin.marginals[:-1], -found.ineqlin.marginals[-1]
        value, last = filled(np.array(sizes), price)
        if value[WHOLE] <= one + 1e-6:
            return -found.fun / total / 10
        patterns.append(pattern(np.array(sizes), last).tolist())


def tables(found: Work, place: Cluster, by: Weights) -> Waste:
    most = int(place.machines.cpu_milli.max()), int(place.count.max())
    return waste(found.shapes, found.weight, kinds=len(place.kinds), cpu_most=most[0], devices_most=most[1], worth=worth, by=by)


def measured(trace: str, place: Cluster, seeds: tuple[int, ...]) -> list[dict[str, Any]]:
    given, found, total = np.load(DATA / "arrival_order.npz"), work(trace, place.kinds), int(place.count.sum())
    judged = {"FGD": tables(found, place, FRAGMENTS), "ours": tables(found, place, Weights())}
    runs: list[dict[str, Any]] = []
    for seed in seeds:
        order, rank = (given[name].astype(np.int64) for name in (f"{trace}_{seed}", f"{trace}_{seed}_perm"))
        machines, arrivals, milli = ordered(place.machines, rank), found.of[order], found.milli[order]
        most = bound(milli, found.shapes, arrivals, total)
        for policy in POLICIES:
            began = time.perf_counter()
            if policy in judged:
                where = pack(machines, found.shapes, arrivals, judged[policy]).node
            else:
                where = bestfit(machines, found.shapes, arrivals)
            took, curve = time.perf_counter() - began, allocated(milli, where, total)
            apart = 0.0 if policy == "ours" else float(np.nanmax(np.abs(curve - published(trace, policy, seed))))
            run = {"trace": trace, "seed": seed, "policy": policy, "at_100": curve[100], "at_130": curve[130], "bound": most}
            runs.append({**run, "apart": apart, "per_s": len(arrivals) / took})
    return runs


def larger(place: Cluster, found: Work, times: int, share: float) -> dict[str, float]:
    """The cluster so many times over, filled to `share` by demands drawn from the mix."""
    many = Machines(*(np.tile(column, (times, 1)) if column.ndim == 2 else np.tile(column, times) for column in place.machines))
    drawn = np.random.default_rng(1).choice(found.of, size=int(len(found.of) * times * share * 1.02))
    judged, began = tables(found, place, Weights()), time.perf_counter()
    where = pack(many, found.shapes, drawn, judged).node
    took = time.perf_counter() - began
    return {"nodes": len(many.cpu_milli), "placed": int((where >= 0).sum()), "per_s": len(drawn) / took}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=len(SEEDS))
    asked.add_argument("--no-speed", action="store_true")
    chosen = asked.parse_args()
    if not DATA.exists():
        raise SystemExit(f"the trace is not here: {DATA.name} under SUAN_DATA")
    facts, place = report.machine(), cluster()
    runs = [run for trace in TRACES for run in measured(trace, place, SEEDS[: chosen.seeds])]
    print(report.line(facts))
    print(report.table(TITLES, [row for trace in TRACES for row in summary(trace, runs)]))
    found = work("default", place.kinds)
    sizes = [] if chosen.no_speed else [larger(place, found, times, share) for times, share in ((1, 1.0), (8, 1.0), (80, 0.3))]
    if sizes:
        print(report.table(("nodes", "placed", "decisions/s"), [tuple(map(report.figure, size.values())) for size in sizes]))
    report.save("packing", facts, runs=runs, sizes=sizes)


def summary(trace: str, runs: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    of = {p: [run for run in runs if run["trace"] == trace and run["policy"] == p] for p in POLICIES}
    mean = {(p, key): float(np.mean([run[key] for run in of[p]])) for p in POLICIES for key in ("at_100", "at_130", "bound")}
    low = mean["FGD", "at_100"]
    return [
        (
            trace,
            policy,
            f"{mean[policy, 'at_100']:.2f}",
            f"{np.std([run['at_100'] for run in of[policy]], ddof=min(1, len(of[policy]) - 1)):.2f}",
            f"{mean[policy, 'at_130']:.2f}",
            f"{mean[policy, 'bound']:.2f}",
            f"{(mean[policy, 'at_100'] - low) / (mean[policy, 'bound'] - low):.2f}",
            "-" if policy == "ours" else f"{max(run['apart'] for run in of[policy]):.2f}",
            report.figure(float(np.median([run["per_s"] for run in of[policy]]))),
        )
        for policy in POLICIES
    ]


if __name__ == "__main__":
    main()
