"""Node and path as one choice, in money: `python bench/joint.py`, table, bench/results/joint.json.

What counts is value served less what computing and transit cost, in CNY an hour. On ChinaNet with the ten clusters of East
Data, West Computing, and on made-up backbones (TopoHub's Gabriel graphs, laid out as backbones are):

    together       all demands at once                    beside the integer program in HiGHS, stopped after --limit seconds;
                   parts are of the better of the two, with --many demands of our bound
    day known      one after the other; the demands of one other day that was alike are known, and how many will come
    in turn        the same from nothing: learned from those before
    growing        the same, not knowing how many: prices only grow with use
    compute first  sites by the best choice that knows no links, then the best ways to those sites that there are
    greedy         one after the other, whatever gains most and fits

Then other days and other backbones, on which nothing was tuned: how far `day known` and `in turn` are below `together`, and
what `day known` loses, split exactly at the prices that prove the bound: bound - gain is what demands that were refused, taken
without a gain or sent elsewhere would have gained at these prices, and the price of what was left over.
"""

import argparse
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

import nets
import report
from suanwang.place.batch.joint import Chosen, in_turn, together
from suanwang.place.batch.options import Demands, Net, Options, Sites, options_of
from suanwang.world.distance import GLASS_KM_PER_MS

CNY_MBIT_1000_KM = 0.01
"""An hour of 1 Mb/s over 1,000 km, assumed: some 7 CNY a month."""


def asked(chance: np.random.Generator, count: int, weight: np.ndarray) -> Demands:
    """Assumed: cores and Mb/s spread like lognormals, a third needs an answer from nearby, prices that people would pay."""
    work, rate = chance.lognormal(2.0, 0.8, count), chance.lognormal(3.7, 1.0, count)
    return Demands(
        chance.choice(len(weight), count, p=weight / weight.sum()), work, rate, chance.choice([5.0, 12.0, 40.0], count),
        work * chance.uniform(0.2, 0.6, count) + rate * chance.uniform(0.005, 0.03, count),
    )  # fmt: skip


def case(graph: nets.Graph, router: np.ndarray, price: np.ndarray, count: int, room: float, seed: int) -> Options:
    """room: what links hold, in what all demands would put on an average link over three hops; sites hold three quarters."""
    a, b, latency, place = graph
    chance = np.random.default_rng(seed)
    demands = asked(chance, count, np.bincount(np.r_[a, b], minlength=len(place)).astype(float))
    rate = np.full(len(a), room * 3 * demands.rate_mbit.sum() / len(a))
    net = Net(a, b, latency, rate, latency * GLASS_KM_PER_MS / 1000 * CNY_MBIT_1000_KM)
    sites = Sites(router, np.full(len(router), 0.75 * demands.work.sum() / len(router)), price)
    return options_of(net, sites, demands)


TUNED, HELD = (
    ("gabriel/50/0", "gabriel/100/0"),
    ("gabriel/50/0", "gabriel/100/0", "gabriel/50/1", "gabriel/100/1", "gabriel/75/0"),
)


def cases(count: int, day: int = 0, backbones: tuple[str, ...] = TUNED) -> dict[str, Options]:
    """day: the same networks, other demands."""
    found = {}
    graph, clusters = nets.chinanet(), nets.hubs()
    if graph is not None and clusters is not None:
        router = np.array([nets.nearest(graph[3], float(c["longitude"]), float(c["latitude"])) for c in clusters])
        price = np.array([(0.25 if c["role"] == "demand" else 0.14) * float(c["pue_max"]) / 1.2 for c in clusters])
        for room in (0.5, 1.0):
            found[f"ChinaNet, links {room:g}"] = case(graph, router, price, count, room, 1 + day)
    for name in backbones:
        graph = nets.topohub(name)
        if graph is not None:
            chance = np.random.default_rng(2)
            router = chance.choice(len(graph[3]), 8, replace=False)
            found[name] = case(graph, router, chance.uniform(0.12, 0.3, 8), count, 0.5, 3 + day)
    if not found:
        chance = np.random.default_rng(4)
        a = np.arange(30)
        graph = np.r_[a, a[::3]], np.r_[(a + 1) % 30, (a[::3] + 11) % 30], chance.uniform(0.5, 3, 40), [(0.0, 0.0)] * 30
        found["a ring with chords"] = case(graph, a[::5], chance.uniform(0.12, 0.3, 6), count, 0.5, 3 + day)
    return found


def takes(options: Options) -> csr_array:
    of = np.repeat(np.arange(len(options.gain)), np.diff(options.start))
    return csr_array((options.amount, (options.link, of)), shape=(len(options.room), len(options.gain)))


def exactly(options: Options, limit_s: float) -> tuple[float, float]:
    """(gain, bound) of the integer program in HiGHS."""
    of = np.repeat(np.arange(len(options.first) - 1), np.diff(options.first))
    one = csr_array((np.ones(len(of)), (of, np.arange(len(of)))), shape=(len(options.first) - 1, len(of)))
    limits = LinearConstraint(vstack([takes(options), one]), ub=np.r_[options.room, np.ones(one.shape[0])])
    solved = milp(-options.gain, constraints=limits, integrality=np.ones(len(of)), bounds=Bounds(0, 1),
                  options={"time_limit": limit_s, "mip_rel_gap": 5e-4})  # fmt: skip
    return (0.0 if solved.fun is None else float(-solved.fun)), float(-solved.mip_dual_bound)


def fits(options: Options, found: Chosen) -> bool:
    chosen = found.option[found.option >= 0]
    return bool((takes(options)[:, chosen].sum(axis=1) <= options.room * (1 + 1e-9)).all())


def compute_first(options: Options) -> Chosen:
    """Sites as if links held anything; then only ways to those."""
    sites = int(options.site.max()) + 1
    links = len(options.room) - sites
    free = options._replace(room=np.r_[np.full(links, 1e12), options.room[links:]])
    option = together(free).option
    site = np.where(option >= 0, options.site[option], -1)
    of = np.repeat(np.arange(len(site)), np.diff(options.first))
    kept = np.flatnonzero(options.site == site[of])
    entries = np.concatenate([np.arange(options.start[c], options.start[c + 1]) for c in kept])
    first = np.append(0, np.cumsum(np.bincount(of[kept], minlength=len(site))))
    start = np.append(0, np.cumsum(np.diff(options.start)[kept]))
    some = Options(
        first, start, options.link[entries], options.amount[entries], options.site[kept], options.gain[kept], options.room
    )
    found = together(some)
    return Chosen(np.where(found.option >= 0, kept[found.option], -1), found.gain, found.bound, found.price)


def greedy(options: Options, order: np.ndarray) -> Chosen:
    left, option = options.room.copy(), np.full(len(options.first) - 1, -1)
    for i in order:
        for c in options.first[i] + np.argsort(-options.gain[options.first[i] : options.first[i + 1]], kind="stable"):
            at = slice(options.start[c], options.start[c + 1])
            if (options.amount[at] <= left[options.link[at]]).all():
                left[options.link[at]] -= options.amount[at]
                option[i] = c
                break
    return Chosen(option, float(options.gain[option[option >= 0]].sum()), float("inf"), left)


def timed(call: object, *args: object) -> tuple[Chosen, float]:
    call(*args)
    began = time.perf_counter()
    found = call(*args)
    return found, 1000 * (time.perf_counter() - began)


def compared(name: str, options: Options, other_day: Options, limit_s: float) -> dict[str, object]:
    count = len(options.first) - 1
    order = np.random.default_rng(5).permutation(count)
    found = {
        "together": timed(together, options),
        "day known": timed(in_turn, options, order, count, other_day),
        "in turn": timed(in_turn, options, order, count), "growing": timed(in_turn, options, order, 0),
        "compute first": timed(compute_first, options), "greedy": timed(greedy, options, order),
    }  # fmt: skip
    assert all(fits(options, result) for result, _ in found.values()), name
    began, bound = time.perf_counter(), found["together"][0].bound
    best, least = exactly(options, limit_s) if limit_s else (bound, bound)
    return {"name": name, "demands": count, "options": len(options.gain), "highs": best, "highs_bound": least,
            "best": max(best, found["together"][0].gain) if limit_s else bound,
            "highs_s": time.perf_counter() - began, "bound": bound,
            "gain": {k: r.gain for k, (r, _) in found.items()}, "ms": {k: ms for k, (_, ms) in found.items()},
            "served": {k: int((r.option >= 0).sum()) for k, (r, _) in found.items()}}  # fmt: skip


def lost(options: Options, found: Chosen, best: Chosen) -> dict[str, float]:
    """What `found` is below the bound, in parts of it, at the prices of `best`."""
    cost = np.bincount(
        np.repeat(np.arange(len(options.gain)), np.diff(options.start)), options.amount * best.price[options.link]
    )
    rest, left = (
        options.gain - cost,
        (options.room - takes(options)[:, found.option[found.option >= 0]].sum(axis=1)) * best.price,
    )
    parts = dict.fromkeys(("refused", "taken without gain", "other node", "other way"), 0.0)
    for i in np.flatnonzero(np.diff(options.first)):
        mine, had = slice(options.first[i], options.first[i + 1]), found.option[i]
        good = options.first[i] + int(np.argmax(rest[mine]))
        if had < 0:
            parts["refused"] += max(0.0, rest[good])
        elif rest[good] <= 0:
            parts["taken without gain"] -= rest[had]
        else:
            parts["other way" if options.site[had] == options.site[good] else "other node"] += rest[good] - rest[had]
    sites = int(options.site.max()) + 1
    parts |= {"left of links": left[:-sites].sum(), "left of sites": left[-sites:].sum()}
    bound = (
        np.maximum.reduceat(np.maximum(rest, 0), options.first[:-1][np.diff(options.first) > 0]).sum()
        + options.room @ best.price
    )
    assert abs(sum(parts.values()) - (bound - found.gain)) < 1e-6 * bound
    return {name: float(part / bound) for name, part in parts.items()}


def held_out(count: int, days: int) -> list[dict[str, object]]:
    rows: dict[str, dict[str, object]] = {}
    for day in range(days):
        other = cases(count, 700 + day, HELD)
        for name, options in cases(count, 500 + day, HELD).items():
            order, best = np.random.default_rng(6 + day).permutation(count), together(options)
            known, learned = in_turn(options, order, count, other[name]), in_turn(options, order, count)
            row = rows.setdefault(name, {"name": name, "known": [], "learned": [], "lost": [], "bound": []})
            for key, value in zip(("known", "learned", "bound"), (known.gain, learned.gain, best.bound), strict=True):
                row[key].append(value / best.gain)
            row["lost"].append(lost(options, known, best))
    return list(rows.values())


def main() -> None:
    told = argparse.ArgumentParser()
    told.add_argument("--demands", type=int, default=600)
    told.add_argument("--many", type=int, default=2000, help="demands of a second round, against our own bound")
    told.add_argument("--limit", type=float, default=20.0)
    told.add_argument("--days", type=int, default=8, help="days of the third round, with other backbones")
    told = told.parse_args()
    facts, rows = report.machine(), []
    for count, limit in ((told.demands, told.limit), (told.many, 0.0))[: 1 + (told.many > 0)]:
        other = cases(count, 100)
        rows += [compared(name, options, other[name], limit) for name, options in cases(count).items()]
    print(report.line(facts))
    kinds = ("together", "day known", "in turn", "growing", "compute first", "greedy")
    header = ("network ", "demands", "HiGHS, CNY/h", "best", "its bound", "s", *kinds, "together, ms", "our bound")
    print(report.table(header, [
        (r["name"], str(r["demands"]), report.figure(r["highs"]), report.figure(r["best"]),
         f"{100 * r['highs_bound'] / r['best']:.2f} %", report.figure(r["highs_s"]),
         *(f"{100 * r['gain'][k] / r['best']:.2f} %" for k in kinds),
         report.figure(r["ms"]["together"]), f"{100 * r['bound'] / r['best']:.2f} %") for r in rows]))  # fmt: skip
    others = held_out(told.demands, told.days)
    kinds = tuple(others[0]["lost"][0]) if others else ()
    header = ("network ", "day known", "in turn", "our bound", "day known, least", *kinds)
    print(report.table(header, [
        (r["name"], *(f"{100 * np.mean(r[k]):.2f} %" for k in ("known", "learned", "bound")), f"{100 * min(r['known']):.2f} %",
         *(f"{100 * np.mean([x[k] for x in r['lost']]):.2f} %" for k in kinds)) for r in others]))  # fmt: skip
    report.save("joint", facts, rows=rows, held_out=others)


if __name__ == "__main__":
    main()
