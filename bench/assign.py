"""Many tasks to few sites at the least cost: `python bench/assign.py`, table, bench/results/assign.json.

Beside it scipy's linear_sum_assignment (a modified Jonker-Volgenant in C++) with one column for each slot; laying out those
columns is not counted. Both find the cheapest assignment; scipy gives no prices. Then the same where the ways to the sites hold
only so much, beside the integer program in HiGHS.
"""

import statistics
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array, vstack

import nets
import report
from suanwang.place.batch.assign import Assigned, Crowded, assign
from suanwang.place.batch.limited import Limited, limited
from suanwang.steer.ways import disjoint

ROUNDS = 15
TASKS, SITES, SLOTS = 1000, 200, 6
CASES = ((300, 1.0), (300, 0.9), (1000, 0.8), (1000, 0.7))


def problem(kind: str, tasks: int = TASKS, sites: int = SITES) -> tuple[np.ndarray, np.ndarray]:
    """(cost, slots): uniform: any number; distance: way and price; alike: ten kinds of tasks; full: no slot to spare."""
    chance, slots = np.random.default_rng(1), np.full(sites, SLOTS)
    if kind == "full":
        tasks = sites * SLOTS
    cost = chance.random((tasks, sites)) * 100
    if kind in ("distance", "alike"):
        users, place = chance.random((tasks, 2)), chance.random((sites, 2))
        if kind == "alike":
            users = users[chance.integers(0, 10, tasks)]
        cost = 100 * np.hypot(*(users[:, None, :] - place[None, :, :]).transpose(2, 0, 1)) + chance.random(sites) * 30
    return np.ascontiguousarray(cost), slots


def timed(call: object, *args: object) -> tuple[float, object]:
    began = time.perf_counter()
    result = call(*args)
    return 1000 * (time.perf_counter() - began), result


def race(kind: str, tasks: int = TASKS, sites: int = SITES) -> dict[str, object]:
    """Ours and scipy's in turn, the same input, the answers compared."""
    cost, slots = problem(kind, tasks, sites)
    column = np.repeat(np.arange(sites), slots)
    wide, ours, theirs = np.ascontiguousarray(cost[:, column]), [], []
    assign(cost, slots)
    for _ in range(ROUNDS):
        ms, found = timed(assign, cost, slots)
        ours.append(ms)
        ms, (rows, at) = timed(linear_sum_assignment, wide)
        theirs.append(ms)
    assert isinstance(found, Assigned) and (np.bincount(found.site, minlength=sites) <= slots).all()
    best = float(wide[rows, at].sum())
    assert abs(found.cost - best) <= 1e-9 * best, (kind, found.cost, best)
    return {"kind": kind, "tasks": len(cost), "sites": sites, "ours_ms": statistics.median(ours),
            "ours_ms_most": max(ours), "scipy_ms": statistics.median(theirs), "cost": found.cost, "gap": found.gap}  # fmt: skip


def with_links(tasks: int, part: float, limit_s: float) -> dict[str, object] | None:
    """Tasks from anywhere in ChinaNet to ten sites: cost is delay and price; each link holds that part of a busy one's load."""
    net, clusters = nets.chinanet(), nets.hubs()
    if net is None or clusters is None:
        return None
    a, b, latency, place = net
    chance, routers = np.random.default_rng(2), len(place)
    tail, head, delay = np.r_[a, b], np.r_[b, a], np.r_[latency, latency]
    sites = np.array([nets.nearest(place, float(c["longitude"]), float(c["latitude"])) for c in clusters])
    pairs = np.array([(o, s) for o in range(routers) for s in sites])
    ways = disjoint(tail, head, delay + 1e-6, pairs, 1)
    far = np.add.reduceat(np.r_[delay[ways.link], 0], np.minimum(ways.start[:-1], len(ways.link)))
    far[np.diff(ways.start) == 0] = 0
    origin, rate = chance.integers(0, routers, tasks), chance.lognormal(3, 0.7, tasks)
    cost = far.reshape(routers, -1)[origin] + chance.uniform(0, 12, len(sites)) + chance.uniform(0, 3, (tasks, len(sites)))
    slots = np.full(len(sites), int(1.3 * tasks / len(sites)))
    free = assign(cost, slots)
    assert isinstance(free, Assigned)
    load, capacity = np.zeros(len(tail)), np.zeros(len(tail))
    for i, k in enumerate(free.site):
        p = origin[i] * len(sites) + k
        load[ways.link[ways.start[p] : ways.start[p + 1]]] += rate[i]
    capacity[:] = part * np.quantile(load[load > 0], 0.95)
    limited(cost, slots, origin, rate, ways, capacity, 2)
    ours, found = timed(limited, cost, slots, origin, rate, ways, capacity)
    assert not isinstance(found, Crowded)
    theirs, (best, least) = timed(exactly, cost, slots, origin, rate, ways, capacity, limit_s)
    cost_ours = found.cost if isinstance(found, Limited) else float("nan")
    return {"tasks": tasks, "sites": len(sites), "part": part, "ours_ms": ours, "cost": cost_ours, "bound": found.bound,
            "free_cost": free.cost, "highs_ms": theirs, "highs_cost": best, "highs_bound": least}  # fmt: skip


def exactly(cost, slots, origin, rate, ways, capacity, limit_s: float) -> tuple[float, float]:
    """(cost, bound) of the integer program in HiGHS, stopped at one in ten thousand."""
    tasks, sites = cost.shape
    at = np.arange(tasks * sites)
    pair = (origin[:, None] * sites + np.arange(sites)).ravel()
    length = np.diff(ways.start)[pair]
    link = np.concatenate([ways.link[ways.start[p] : ways.start[p + 1]] for p in pair])
    use = csr_array((np.repeat(np.repeat(rate, sites), length), (link, np.repeat(at, length))), shape=(len(capacity), len(at)))
    one = csr_array((np.ones(len(at)), (at // sites, at)), shape=(tasks, len(at)))
    room = csr_array((np.ones(len(at)), (at % sites, at)), shape=(sites, len(at)))
    low, high = np.r_[np.ones(tasks), np.full(sites + len(capacity), -np.inf)], np.r_[np.ones(tasks), slots, capacity]
    solved = milp(cost.ravel(), constraints=LinearConstraint(vstack([one, room, use]), low, high), bounds=Bounds(0, 1),
                  integrality=np.ones(len(at)), options={"time_limit": limit_s, "mip_rel_gap": 1e-4})  # fmt: skip
    cost, bound = solved.fun, solved.mip_dual_bound
    return (float("nan") if cost is None else float(cost)), (float("nan") if bound is None else float(bound))


def main() -> None:
    facts = report.machine()
    rows = [race(kind) for kind in ("uniform", "distance", "alike", "full")] + [race("distance", 5000, 1000)]
    limits = [row for tasks, part in CASES if (row := with_links(tasks, part, 15.0))]
    print(report.line(facts))
    f = report.figure
    print(report.table(("costs ", "tasks", "sites", "ours, ms", "most", "scipy, ms", "times", "gap"), [
        (r["kind"], str(r["tasks"]), str(r["sites"]), f(r["ours_ms"]), f(r["ours_ms_most"]), f(r["scipy_ms"]),
         f(r["scipy_ms"] / r["ours_ms"]), f"{r['gap']:.0e}") for r in rows]))  # fmt: skip
    if limits:
        print(report.table(("with links, tasks", "room", "ours, ms", "above HiGHS", "above bound", "HiGHS, ms", "links cost"), [
            (str(r["tasks"]), f"{r['part']:g}", f(r["ours_ms"]), f"{100 * (r['cost'] / r['highs_cost'] - 1):.2f} %",
             f"{100 * (r['cost'] / r['bound'] - 1):.2f} %", f(r["highs_ms"]),
             f"{100 * (r['highs_cost'] / r['free_cost'] - 1):.1f} %") for r in limits]))  # fmt: skip
    report.save("assign", facts, rows=rows, limits=limits)


if __name__ == "__main__":
    main()
