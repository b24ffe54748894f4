"""Many tasks to few sites at the least cost: `python bench/assign.py`, table, bench/results/assign.json.

Beside it scipy's linear_sum_assignment (a modified Jonker-Volgenant in C++) with one column for each slot; laying out those
columns is not counted. Both find the cheapest assignment, which is asserted; scipy gives no prices. Three inputs of each kind,
each call from nothing: nothing is kept between calls. Then the same where the ways to the sites hold only so much, beside the
whole integer program in HiGHS, stopped at one in ten thousand or after LIMIT_S; its answer must not be cheaper, nor its bound
dearer, than what ours proves. Seeds are SEEDS, on which nothing was tuned.
"""

import statistics
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array, vstack

import nets
import report
from suanwang.place.batch.assign import Assigned, assign
from suanwang.place.batch.limited import Limited, limited
from suanwang.steer.ways import disjoint

ROUNDS, THEIRS, SEEDS, LIMIT_S = 9, 1, (11, 12, 13), 12.0
TASKS, SITES, SLOTS = 1000, 200, 6
KINDS = ("uniform", "limits", "full", "distance", "alike", "cities", "one place")
ALLOWED = 0.05, 0.35
"""Part of all paths that are within a task's own limit, at least and at most."""
NEAR = 1e-4
"""Where it will do, as in HiGHS."""
CASES = ((SITES, 0.9), (SITES, 0.8), (SITES, 0.7), (10, 0.8))


def problem(kind: str, seed: int, tasks: int = TASKS, sites: int = SITES) -> tuple[np.ndarray, np.ndarray]:
    """(cost, slots): uniform: any number; limits: the same, and a task may use only paths whose latency, which has nothing to
    do with cost, is within its own limit; full: no slot to spare; else way and price: distance: tasks from anywhere; alike: of
    ten kinds; cities: from near ten places; one place: from near one, so that all want the same sites."""
    chance, slots = np.random.default_rng(seed), np.full(sites, SLOTS)
    if kind in ("uniform", "full"):
        return chance.random((sites * SLOTS if kind == "full" else tasks, sites)) * 100, slots
    if kind == "limits":
        cost, limit = chance.random((tasks, sites)) * 100, chance.uniform(*ALLOWED, tasks)
        return np.where(chance.random((tasks, sites)) <= limit[:, None], cost, np.inf), slots
    users, place = chance.random((tasks, 2)), chance.random((sites, 2))
    if kind != "distance":
        users = users[chance.integers(0, 1 if kind == "one place" else 10, tasks)]
    if kind in ("cities", "one place"):
        users = users + 0.003 * chance.normal(size=users.shape)
    cost = 100 * np.hypot(*(users[:, None, :] - place[None, :, :]).transpose(2, 0, 1)) + chance.random(sites) * 30
    return np.ascontiguousarray(cost), slots


def timed(call: object, *args: object) -> tuple[float, object]:
    """(ms of this thread on a processor, result): what others do on the machine counts for less."""
    began = time.thread_time()
    result = call(*args)
    return 1000 * (time.thread_time() - began), result


def race(kind: str, seed: int, tasks: int = TASKS, sites: int = SITES) -> dict[str, object]:
    """Ours and scipy's in turn, the same input, the answers compared."""
    cost, slots = problem(kind, seed, tasks, sites)
    column = np.repeat(np.arange(sites), slots)
    wide, ours, theirs = np.ascontiguousarray(cost[:, column]), [], []
    assign(cost, slots)
    for turn in range(ROUNDS):
        ms, found = timed(assign, cost, slots)
        ours.append(ms)
        if turn < THEIRS:
            ms, (rows, at) = timed(linear_sum_assignment, wide)
            theirs.append(ms)
    assert isinstance(found, Assigned) and (np.bincount(found.site, minlength=sites) <= slots).all()
    best = float(wide[rows, at].sum())
    assert abs(found.cost - best) <= 1e-9 * best, (kind, found.cost, best)
    return {"kind": kind, "seed": seed, "tasks": len(cost), "sites": sites, "ours_ms": statistics.median(ours),
            "ours_ms_most": max(ours), "scipy_ms": statistics.median(theirs),
            "cost": found.cost, "gap": found.gap, "read_ms": read_ms(cost)}  # fmt: skip


def read_ms(cost: np.ndarray) -> float:
    """What reading all costs once takes, here for their least: no method that has to know them can take less."""
    cost.min()
    return statistics.median(timed(cost.min)[0] for _ in range(ROUNDS))


def with_links(sites: int, part: float, seed: int) -> dict[str, object] | None:
    """Tasks from anywhere in ChinaNet to ten sites, or to many at random routers: cost is delay and price; each link holds that
    part of a busy one's load."""
    net, clusters = nets.chinanet(), nets.hubs()
    if net is None or clusters is None:
        return None
    a, b, latency, place = net
    chance, routers = np.random.default_rng(seed), len(place)
    tail, head, delay = np.r_[a, b], np.r_[b, a], np.r_[latency, latency]
    at = np.array([nets.nearest(place, float(c["longitude"]), float(c["latitude"])) for c in clusters])
    at = at if sites == len(at) else chance.integers(0, routers, sites)
    ways = disjoint(tail, head, delay + 1e-6, np.array([(o, s) for o in range(routers) for s in at]), 1)
    far = np.add.reduceat(np.r_[delay[ways.link], 0], np.minimum(ways.start[:-1], len(ways.link)))
    far[np.diff(ways.start) == 0] = 0
    origin, rate = chance.integers(0, routers, TASKS), chance.lognormal(3, 0.7, TASKS)
    cost = far.reshape(routers, -1)[origin] + chance.uniform(0, 12, sites) + chance.uniform(0, 3, (TASKS, sites))
    slots = np.full(sites, SLOTS if sites == SITES else int(1.3 * TASKS / sites))
    free, load = assign(cost, slots), np.zeros(len(tail))
    assert isinstance(free, Assigned)
    for i, k in enumerate(free.site):
        p = origin[i] * sites + k
        load[ways.link[ways.start[p] : ways.start[p + 1]]] += rate[i]
    capacity = np.full(len(tail), part * np.quantile(load[load > 0], 0.95))
    case = (cost, slots, origin, rate, ways, capacity)
    limited(*case[:5], 1e6 * capacity)
    near_ms, near = timed(limited, *case, NEAR)
    ours_ms, found = timed(limited, *case)
    theirs_ms, (best, least) = timed(exactly, *case, LIMIT_S)
    row = {"sites": sites, "part": part, "seed": seed, "over": int((load > capacity).sum()), "free_cost": free.cost,
           "near_ms": near_ms, "ours_ms": ours_ms, "highs_ms": theirs_ms, "highs_cost": best, "highs_bound": least}  # fmt: skip
    if not isinstance(found, Limited) or not isinstance(near, Limited):
        assert np.isnan(best)
        return row
    assert not best < found.bound - 1e-5 and not least > found.cost + 1e-5, row
    return row | {"cost": found.cost, "bound": found.bound, "near_cost": near.cost, "tolls": int((found.toll > 0).sum())}


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
                  integrality=np.ones(len(at)), options={"time_limit": limit_s, "mip_rel_gap": NEAR})  # fmt: skip
    cost, bound = solved.fun, solved.mip_dual_bound
    return (float("nan") if cost is None else float(cost)), (float("nan") if bound is None else float(bound))


def main() -> None:
    facts = report.machine()
    assign(*problem("uniform", 1))
    rows = [race(kind, seed) for kind in KINDS for seed in SEEDS] + [race("distance", 11, 5000, 1000)]
    limits = [row for sites, part in CASES for seed in SEEDS[:1] if (row := with_links(sites, part, seed))]
    print(report.line(facts))
    f = report.figure
    print(report.table(("costs ", "seed", "tasks", "sites", "ours, ms", "most", "scipy, ms", "times", "gap", "reading, ms"), [
        (r["kind"], str(r["seed"]), str(r["tasks"]), str(r["sites"]), f(r["ours_ms"]), f(r["ours_ms_most"]), f(r["scipy_ms"]),
         f(r["scipy_ms"] / r["ours_ms"]), f"{r['gap']:.0e}", f(r["read_ms"])) for r in rows]))  # fmt: skip
    if limits:
        print(report.table(("with links, sites", "room", "seed", "over", "the least, ms", "proven to", "to 1e-4, ms", "above",
                            "HiGHS, ms", "above ", "links cost"), [
            (str(r["sites"]), f"{r['part']:g}", str(r["seed"]), str(r["over"]), f(r["ours_ms"]),
             f"{r['cost'] - r['bound']:.0e}" if "cost" in r else "none", f(r["near_ms"]), above(r, "near_cost"),
             f(r["highs_ms"]), above(r, "highs_cost"), above(r, "cost", "free_cost")) for r in limits]))  # fmt: skip
    report.save("assign", facts, rows=rows, limits=limits)


def above(row: dict, one: str, other: str = "cost") -> str:
    return f"{100 * (row[one] / row[other] - 1):.3f} %" if "cost" in row else "-"


if __name__ == "__main__":
    main()
