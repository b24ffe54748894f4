"""How much of a traffic matrix a wide-area network carries, on given paths: `python bench/traffic.py`, table,
bench/results/traffic.json.

US Carrier (158 routers, 378 directed links), a gravity matrix between all pairs, up to four paths a pair that share no link,
in three sizes. Beside it the exact linear program in HiGHS, solved once per size, and filling paths one after the other.
`--no-lp`: only the bound that our own prices prove.
"""

import argparse
import statistics
import time

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

import nets
import report
from suanwang.steer.traffic import Carried, carry
from suanwang.steer.ways import Ways, disjoint

PARTS = (0.05, 0.1, 0.2)
"""All demand together, of what all routers can send."""
ROUNDS = 9


def exactly(ways: Ways, demand: np.ndarray, capacity: np.ndarray, method: str) -> tuple[float, float]:
    """(the most, seconds) by linear programming."""
    paths = len(ways.start) - 1
    at = np.repeat(np.arange(paths), np.diff(ways.start))
    of = np.repeat(np.arange(len(demand)), np.diff(ways.first))
    over = csr_array((np.ones(len(at)), (ways.link, at)), shape=(len(capacity), paths))
    each = csr_array((np.ones(paths), (of, np.arange(paths))), shape=(len(demand), paths))
    began = time.perf_counter()
    solved = linprog(-np.ones(paths), A_ub=vstack([over, each]), b_ub=np.r_[capacity, demand], method=method)
    assert solved.success, solved.message
    return float(-solved.fun), time.perf_counter() - began


def one_after_the_other(ways: Ways, demand: np.ndarray, capacity: np.ndarray) -> float:
    """Shortest paths first, each as much as fits."""
    left, rest, total = capacity.copy(), demand.copy(), 0.0
    of, length = np.repeat(np.arange(len(demand)), np.diff(ways.first)), np.diff(ways.start)
    for p in np.argsort(length, kind="stable"):
        along = ways.link[ways.start[p] : ways.start[p + 1]]
        more = min(rest[of[p]], left[along].min())
        left[along] -= more
        rest[of[p]] -= more
        total += more
    return total


def fits(ways: Ways, demand: np.ndarray, capacity: np.ndarray, found: Carried) -> bool:
    load = np.bincount(ways.link, np.repeat(found.flow, np.diff(ways.start)), len(capacity))
    of = np.repeat(np.arange(len(demand)), np.diff(ways.first))
    sent = np.bincount(of, found.flow, len(demand))
    return bool((found.flow >= 0).all() and (load <= capacity * (1 + 1e-12)).all() and (sent <= demand * (1 + 1e-12)).all())


def measured(part: float, method: str) -> dict[str, object]:
    tail, head, capacity = nets.uscarrier()
    pairs, demand = nets.gravity(tail, head, capacity, part)
    began = time.perf_counter()
    ways = disjoint(tail, head, np.ones(len(tail)), pairs, 4)
    paths_s = time.perf_counter() - began
    found, times, again = carry(ways, demand, capacity), [], []
    changed = demand * np.random.default_rng(1).uniform(0.9, 1.1, len(demand))
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = carry(ways, demand, capacity)
        times.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        warm = carry(ways, changed, capacity, found.price)
        again.append(1000 * (time.perf_counter() - began))
    assert fits(ways, demand, capacity, found) and fits(ways, changed, capacity, warm)
    best, lp_s = exactly(ways, demand, capacity, method) if method else (float("nan"), float("nan"))
    return {"part": part, "paths": len(ways.start) - 1, "links": len(capacity), "demand": demand.sum(), "paths_s": paths_s,
            "ms": statistics.median(times), "ms_most": max(times), "carried": found.total / demand.sum(),
            "of_best": found.total / best, "of_bound": found.total / found.bound, "bound_of_best": found.bound / best,
            "warm_ms": statistics.median(again), "warm_of_bound": warm.total / warm.bound,
            "filled_of_best": one_after_the_other(ways, demand, capacity) / best, "lp_s": lp_s, "lp": method}  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--lp", default="highs-ipm")
    asked.add_argument("--no-lp", dest="lp", action="store_const", const="")
    asked.add_argument("--parts", type=float, nargs="*", default=PARTS)
    told = asked.parse_args()
    facts = report.machine()
    rows = [measured(part, told.lp) for part in told.parts]
    print(report.line(facts))
    header = ("demand", "paths", "ms", "most", "carried", "of the most", "proven", "again, ms", "proven", "LP, s", "fill")
    print(report.table(header, [
        (f"{r['part']:g}", str(r["paths"]), report.figure(r["ms"]), report.figure(r["ms_most"]),
         *(f"{100 * r[k]:.2f} %" for k in ("carried", "of_best", "of_bound")), report.figure(r["warm_ms"]),
         f"{100 * r['warm_of_bound']:.2f} %", report.figure(r["lp_s"]), f"{100 * r['filled_of_best']:.2f} %")
        for r in rows]))  # fmt: skip
    report.save("traffic", facts, rows=rows)


if __name__ == "__main__":
    main()
