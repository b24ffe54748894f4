"""Steering with a state that is one second old, against the bound: `python bench/stale.py`, table on stdout,
bench/results/stale.json.

30 sites at random places, round trips of 1 (the own site) to 40 ms, 2, 4 or 8 servers each (M/M/c, 20 ms a request); every
site is also an ingress, and what its users ask for has nothing to do with what it can do: some want many times as much. Each
ingress decides by itself, unless it says "one for all". The bound is what no steering can beat: the own site's round trip,
the service, and the wait of one queue before all servers together. "ways" is a nearer bound: the least round trips that leave
no site more work than it can do (a linear program), and the same wait. Every policy sees the same requests under the same
seed; the first fifth of a run is not counted.
"""

import argparse
from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog

import report
from suanwang.steer.queues import wait_ms
from suanwang.twin import laws
from suanwang.twin.compare import Mean, better, mean
from suanwang.twin.fleet import Fleet, Pick, Seen
from suanwang.twin.run import Law, Run, rule, stepped

SITES, SIZES, SERVICE_MS, FAR_MS, UNEVEN = 30, (2, 4, 8), 20.0, 40.0, 1.0
LOADS = (0.5, 0.7, 0.85)
OLD_MS = 1000.0
END_MS, SKIP = 12_000.0, 0.2


def scene(load: float, place: int, sizes: tuple[int, ...] = SIZES) -> Fleet:
    """The same sites and users for every load; `place` numbers maps."""
    chance = np.random.default_rng(place)
    at = chance.random((SITES, 2))
    ms = np.linalg.norm(at[:, None] - at[None, :], axis=2)
    servers = chance.choice(sizes, SITES).astype(np.int64)
    want = np.exp(UNEVEN * chance.standard_normal(SITES))
    rates = want / want.sum() * load * servers.sum() / SERVICE_MS
    return Fleet(servers=servers, service_ms=np.full(SITES, SERVICE_MS), rtt_ms=1 + (FAR_MS - 1) * ms / ms.max(), rates=rates)


def bound_ms(fleet: Fleet) -> float:
    """Own site, service, and one queue for all."""
    return float(fleet.rates @ fleet.rtt_ms.min(1) / fleet.rates.sum()) + SERVICE_MS + _pooled_ms(fleet)


def ways_ms(fleet: Fleet) -> float:
    """As the bound, but with the least round trips that leave no site more work than it can do."""
    clients, sites = fleet.rtt_ms.shape
    each = np.kron(np.eye(clients), np.ones(sites))
    full = np.kron(np.ones(clients), np.eye(sites))
    best = linprog(
        fleet.rtt_ms.ravel(), A_ub=full, b_ub=fleet.servers / SERVICE_MS, A_eq=each, b_eq=fleet.rates, method="highs"
    )
    return best.fun / float(fleet.rates.sum()) + SERVICE_MS + _pooled_ms(fleet)


def _pooled_ms(fleet: Fleet) -> float:
    return wait_ms(int(fleet.servers.sum()), float(fleet.rates.sum()) * SERVICE_MS, SERVICE_MS)


def _always(pick: Pick) -> Law:
    def law(run: Run, now_ms: float) -> Pick:
        return pick

    return law


def _static(fleet: Fleet) -> Law:
    known = laws.best(fleet.rates, fleet.rtt_ms, fleet.servers, fleet.service_ms)
    return _always(rule("shares", fleet, weights=known))


POLICIES: dict[str, Callable[[Fleet], Law]] = {
    "nearest": lambda f: _always(rule("nearest", f)),
    "two choices, 1 s old": lambda f: _always(rule("two choices", f, age_ms=OLD_MS)),
    "joint, fresh": lambda f: _always(rule("joint", f)),
    "joint, 100 ms old, one for all": lambda f: _always(rule("joint", f, age_ms=100, mine=2)),
    "joint, 1 s old, one for all": lambda f: _always(rule("joint", f, age_ms=OLD_MS, mine=2)),
    "joint, 1 s old, one for all, drained": lambda f: _always(rule("joint", f, age_ms=OLD_MS, mine=2, drain=True)),
    "joint, 1 s old, own decisions added": lambda f: _always(rule("joint", f, age_ms=OLD_MS, mine=1)),
    "joint, 1 s old": lambda f: _always(rule("joint", f, age_ms=OLD_MS)),
    "best static split, rates known": _static,
    "the law by weights, 1 s old": lambda f: laws.Selectors(f, OLD_MS, each=False),
    "the law, 1 s old": lambda f: laws.Selectors(f, OLD_MS),
}
OURS = "the law, 1 s old"


def measured(name: str, fleet: Fleet, seed: int, end_ms: float) -> dict[str, float]:
    requests = int(fleet.rates.sum() * end_ms * 1.05 + 1000)
    step = laws.STEP_MS if name.startswith("the law") else end_ms
    seen = stepped(fleet, POLICIES[name](fleet), seed, requests, step, end_ms, OLD_MS)
    return figures(seen, fleet, end_ms)


def figures(seen: Seen, fleet: Fleet, end_ms: float) -> dict[str, float]:
    """Of what arrived after the start and half a second before the end, so that all but a few had their answer."""
    since, until = SKIP * end_ms, end_ms - 500.0
    found = seen.answered(since, until)
    p50, p99 = np.percentile(found, [50, 99])
    return {"ratio": float(found.mean()) / bound_ms(fleet), "mean_ms": float(found.mean()), "p50_ms": float(p50),
            "p99_ms": float(p99), "swing": seen.swing(since, until), "lost": float(seen.lost)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--maps", type=int, default=4, help="of sites and users")
    parser.add_argument("--seeds", type=int, default=1, help="runs on each map")
    parser.add_argument("--end", type=float, default=END_MS)
    parser.add_argument("--only", default="", help="policies with this in their name")
    told = parser.parse_args()
    facts = report.machine()
    runs = [(place, seed) for place in range(told.maps) for seed in range(told.seeds)]
    names = [name for name in POLICIES if told.only in name]
    found: dict[str, dict[float, list[dict[str, float]]]] = {name: {} for name in names}
    for load in LOADS:
        fleets = [scene(load, place) for place in range(told.maps)]
        for name in names:
            found[name][load] = [measured(name, fleets[place], seed, told.end) for place, seed in runs]
            print(f"{load} {name}:", *(f"{one['ratio']:.2f}" for one in found[name][load]), flush=True)
    ways = {
        load: float(np.mean([ways_ms(f) / bound_ms(f) for f in (scene(load, m) for m in range(told.maps))])) for load in LOADS
    }
    print(report.line(facts))
    header = ["mean latency over the bound ", *(str(load) for load in LOADS), "p99 ms", "swing"]
    print(
        report.table(
            header, [row(name, found[name]) for name in names] + [["ways", *(f"{w:.3f}" for w in ways.values()), "", ""]]
        )
    )
    against = {}
    for name in names:
        if name != OURS and OURS in names:
            pairs = [one["ratio"] for one in found[OURS][LOADS[-1]]], [one["ratio"] for one in found[name][LOADS[-1]]]
            against[name] = list(better(*pairs))
    if told.only == "":
        report.save("stale", facts, runs=found, ways=ways, better_by=against, end_ms=told.end)


def ratio(runs: list[dict[str, float]]) -> Mean:
    return mean([one["ratio"] for one in runs])


def row(name: str, by_load: dict[float, list[dict[str, float]]]) -> list[str]:
    """Ratios with intervals over all runs; p99 and swing at the highest load."""
    last = by_load[LOADS[-1]]
    shown = [f"{(r := ratio(runs)).value:.3f} ± {r.half:.3f}" for runs in by_load.values()]
    return [name, *shown, *(report.figure(float(np.mean([one[what] for one in last]))) for what in ("p99_ms", "swing"))]


if __name__ == "__main__":
    main()
