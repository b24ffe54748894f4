"""Power while a GPU cluster fills, by the protocol of bench/packing.py: `make bench NAME=power`.

Watts are modelled by steps (world.power.watts_stepped, as PWR has them): a socket or an accelerator that is touched draws all
it is rated for. Looked at when demands for 10, 20, ... 90 % of all accelerators have come; saved: against FGD, in the same
run.

    stays on   who runs nothing draws what idle sockets and accelerators draw (as PWR has it)
    sleeps     who runs nothing draws nothing, and wakes at once; the same placements

    BestFit, FGD   as in bench/packing.py
    PWR+FGD        a tenth PWR, nine tenths FGD, as published (Lettich et al., CCGrid 2025, arXiv 2412.17484), written here
    after it:
                   least watts more, counted from 0 to 100 over the nodes that may; FGD says which accelerator
    ours           least waste; watts do not count
    ours, watts    the same, and watts count (place.draw)
    bound          no packing of what has come draws less: kinds of node as a whole, sockets and accelerators in parts, shares
                   cut as well as can be, all known beforehand. A linear program
    unmoved        nor does one that moves nothing, in the mean of watts: the same program for all levels at once, and what was
                   placed at one stays. At each level, and in the mean of what is saved at each, it is no bound
"""

import argparse
import functools
import itertools
from collections import Counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

import report
from packing import DATA, SEEDS, TRACES, Cluster, Work, allocated, bestfit, cluster, ordered, tables, work
from suanwang.place.cutting import worth
from suanwang.place.draw import draw
from suanwang.place.pack import Machines, gains, pack
from suanwang.place.waste import FRAGMENTS, Ends, Shapes, Waste, Weights, ends
from suanwang.world.power import Kind, openb, watts_stepped
from suanwang.world.supply import WHOLE

POLICIES = ("BestFit", "FGD", "PWR+FGD", "ours", "ours, watts")
BOUNDS = ("bound", "unmoved")
LEVELS = tuple(range(10, 100, 10))
SHOWN = (10, 30, 50, 70, 90)
BOUNDED = 3
"""Seeds of which the bound is worked out."""
PWR_PART = 0.1
Columns = NDArray[np.float64]


class Rig(NamedTuple):
    """The cluster, and what each node is; rows as in the file."""

    place: Cluster
    kinds: list[Kind]


class Run(NamedTuple):
    """One order of arrivals. rank: rows of the file in the order in which equals are taken; milli: of each arrival."""

    rank: NDArray[np.int64]
    machines: Machines
    shapes: Shapes
    arrivals: NDArray[np.int64]
    milli: NDArray[np.int64]

    def until(self, level: int, total: int) -> int:
        """How many have come when demands for so many percent have."""
        return int(np.searchsorted(np.cumsum(self.milli) / total / 10, level, side="right"))


def rig() -> Rig:
    place = cluster()
    rows = zip(place.machines.kind.tolist(), place.machines.cpu_milli.tolist(), place.count.tolist(), strict=True)
    return Rig(place, [openb(place.kinds[kind], cpu // 1000, count) for kind, cpu, count in rows])


def idle_w(kind: Kind) -> float:
    return watts_stepped(kind, 0.0)


def drawn(rig: Rig, run: Run, node: NDArray[np.int64], device: NDArray[np.int64], stops: list[int]) -> Columns:
    """Shape (2, stops): watts of the whole cluster after so many arrivals, if idle nodes stay on, and if they sleep."""
    idle = run.machines.idle.astype(np.int64)
    cpu, whole, found = run.machines.cpu_milli.copy(), idle.copy(), []
    for k in range(max(stops) + 1):
        if k in stops:
            found.append(_watts(rig, run, cpu, idle, whole))
        s, i = run.arrivals[k], node[k]
        if i < 0:
            continue
        cpu[i] -= run.shapes.cpu_milli[s]
        count, share = run.shapes.devices[s], run.shapes.share[s]
        if count and share == WHOLE:
            idle[i, np.flatnonzero(idle[i] == WHOLE)[:count]] = 0
        elif count:
            idle[i, device[k]] -= share
    assert cpu.min() >= 0 and idle.min() >= 0, "over its bounds"
    return np.array(found).T


def _watts(
    rig: Rig, run: Run, cpu: NDArray[np.int64], idle: NDArray[np.int64], whole: NDArray[np.int64]
) -> tuple[float, float]:
    on = asleep = 0.0
    touched = (idle < whole).sum(1)
    for i, row in enumerate(run.rank.tolist()):
        kind, most = rig.kinds[row], int(run.machines.cpu_milli[i])
        watts = watts_stepped(kind, 1 - int(cpu[i]) / most, (1.0,) * int(touched[i]))
        on += watts
        asleep += watts if touched[i] or cpu[i] < most else 0.0
    return on, asleep


def pwr_fgd(rig: Rig, run: Run, fgd: Waste) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(node, device) of each arrival."""
    left = Machines(run.machines.cpu_milli.copy(), run.machines.memory.copy(), run.machines.kind, run.machines.idle.copy())
    most, kinds = run.machines.cpu_milli, [rig.kinds[row] for row in run.rank.tolist()]
    socket = np.array([2000 * kind.processor.cores for kind in kinds])
    socket_w = np.array([kind.processor.peak_w - kind.processor.idle_w for kind in kinds])
    device_w = np.array([kind.device.peak_w - kind.device.idle_w if kind.device else 0.0 for kind in kinds])
    node, device = np.full((2, len(run.arrivals)), -1)
    for k, s in enumerate(run.arrivals.tolist()):
        gain = gains(left, run.shapes, s, fgd)
        may = np.flatnonzero(gain > -1e17)
        if not len(may):
            continue
        need, count, share = (int(column[s]) for column in (run.shapes.cpu_milli, run.shapes.devices, run.shapes.share))
        busy = most[may] - left.cpu_milli[may]
        more = socket_w[may] * (-(-(busy + need) // socket[may]) - -(-busy // socket[may]))
        if count and share < WHOLE:
            begun = (left.idle[may] >= share) & (left.idle[may] < WHOLE)
            more = more + device_w[may] * ~begun.any(1)
        elif count:
            more = more + device_w[may] * count
        i = int(may[_mixed(-more.astype(np.int64), gain[may]).argmax()])
        alone = Machines(*(column[i : i + 1] for column in left))
        one = pack(alone, run.shapes, np.array([s]), fgd)
        node[k], device[k] = i, one.device[0]
        for column, now in zip(left, one.machines, strict=True):
            column[i] = now[0]
    return node, device


def _mixed(saved: NDArray[np.int64], gain: Columns) -> NDArray[np.int64]:
    low, high = saved.min(), saved.max()
    power = np.full(len(saved), 100) if low == high else (saved - low) * 100 // (high - low)
    fragments = (100 / (1 + np.exp(-gain / WHOLE))).astype(np.int64)
    return np.round(1000 * (PWR_PART * power + (1 - PWR_PART) * fragments)).astype(np.int64)


def tightest(run: Run, node: NDArray[np.int64]) -> NDArray[np.int64]:
    """The accelerator that BestFit takes for a share: the one with least idle."""
    idle, device = run.machines.idle.astype(np.int64), np.full(len(node), -1)
    for k, (s, i) in enumerate(zip(run.arrivals.tolist(), node.tolist(), strict=True)):
        count, share = int(run.shapes.devices[s]), int(run.shapes.share[s])
        if i < 0 or not count:
            continue
        free = np.flatnonzero(idle[i] >= share)
        taken = free[np.argsort(idle[i, free], kind="stable")[:count]]
        idle[i, taken] -= share
        device[k] = taken[0] if share < WHOLE else -1
    return device


def least(rig: Rig, run: Run, stops: list[int], *, sleeps: bool) -> list[float]:
    """Watts after so many arrivals each. No packing that moves nothing draws fewer in sum; for one stop, no packing at all.

    Unknown, for each stop: how many of each shape that came since the last go to each group of like nodes; accelerators, first,
    second, ... sockets at work there, and nodes awake. A node's cores fill its sockets one after the other, the last may hold
    less; accelerators at work need a socket at work in their node. A share takes of an accelerator what the dual of the
    cutting stock program says, and no set of shares on one accelerator takes more than all of it.
    """
    groups = Counter(zip(rig.kinds, rig.place.machines.cpu_milli.tolist(), strict=True))
    come = [_wanted(run, low, high) for low, high in itertools.pairwise([0, *stops])]
    shapes = sorted(set().union(*come))
    assert all(cpu > 0 for cpu, count, _ in shapes if count), "who takes an accelerator takes cores"
    many, size = len(groups), len(shapes) * len(groups)
    wide = size + 5 * many
    high, cost = np.full((len(stops), wide), np.inf), np.zeros((len(stops), wide))
    rows = list[dict[int, float]]()
    for t in range(len(stops)):
        part, at = _part(_shares(come[: t + 1])), t * wide
        for g, ((kind, cpu), nodes) in enumerate(groups.items()):
            assert kind.device is not None, "every node here has accelerators"
            device, awake, sockets = size + g, size + many + g, [size + (2 + j) * many + g for j in range(3)]
            milli = 2000 * kind.processor.cores
            room = [max(0, min(milli, cpu - j * milli)) for j in range(3)]
            high[t, [device, awake, *sockets]] = [nodes * kind.devices, nodes, *(nodes * (r > 0) for r in room)]
            cost[t, device], cost[t, awake] = kind.device.peak_w - kind.device.idle_w, idle_w(kind) if sleeps else 0.0
            cost[t, sockets] = kind.processor.peak_w - kind.processor.idle_w
            high[t, [i * many + g for i, one in enumerate(shapes) if one[1] > kind.devices or one[0] > cpu]] = 0.0
            here = [(u * wide + i * many + g, one) for u in range(t + 1) for i, one in enumerate(shapes) if come[u][one]]
            fill = {at + x: -r / 1000 for x, r in zip(sockets, room, strict=True)}
            rows += [
                {**{x: one[1] * float(part[one[2]]) for x, one in here if one[1]}, at + device: -1.0},
                {**{x: one[0] / 1000 for x, one in here}, **fill},
                {at + device: 1 / kind.devices, at + sockets[0]: -1.0},
                {at + sockets[0]: 1.0, at + awake: -1.0},
                *({at + later: 1.0, at + first: -1.0} for first, later in itertools.pairwise(sockets)),
            ]
    each = [{t * wide + i * many + g: 1.0 for g in range(many)} for t in range(len(stops)) for i in range(len(shapes))]
    limits = {"A_ub": _sparse(rows, cost.size), "b_ub": np.zeros(len(rows)), "A_eq": _sparse(each, cost.size)}
    amounts, most = [float(one[shape]) for one in come for shape in shapes], [(0, top) for top in high.ravel()]
    found = linprog(cost.ravel(), **limits, b_eq=amounts, bounds=most, method="highs")
    assert found.status == 0, found.message
    idle = 0.0 if sleeps else sum(map(idle_w, rig.kinds))
    return [float(watts) + idle for watts in (cost * found.x.reshape(cost.shape)).sum(1)]


def _wanted(run: Run, low: int, high: int) -> Counter[tuple[int, int, int]]:
    """How many of each (thousandths of cores, accelerators, share) come in between."""
    wanted = Counter[tuple[int, int, int]]()
    for s, n in Counter(run.arrivals[low:high].tolist()).items():
        wanted[tuple(int(column[s]) for column in (run.shapes.cpu_milli, run.shapes.devices, run.shapes.share))] += n  # type: ignore[index]
    return wanted


def _shares(come: list[Counter[tuple[int, int, int]]]) -> tuple[tuple[int, float], ...]:
    """How many of each share, without regard to cores."""
    total = Counter[int]()
    for one in come:
        for (_, count, share), n in one.items():
            total[share] += n if count == 1 and share < WHOLE else 0
    return tuple(sorted((share, float(n)) for share, n in total.items() if n))


@functools.lru_cache(32)
def _part(amounts: tuple[tuple[int, float], ...]) -> Columns:
    return worth(dict(amounts))


def _sparse(rows: list[dict[int, float]], wide: int) -> coo_array:
    row = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    column, value = np.array([x for one in rows for x in one]), np.array([v for one in rows for v in one.values()])
    return coo_array((value, (row, column)), shape=(len(rows), wide)).tocsr()


def packed(
    policy: str, rig: Rig, run: Run, judged: dict[str, Waste], left: Ends
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if policy == "BestFit":
        node = bestfit(run.machines, run.shapes, run.arrivals)
        return node, tightest(run, node)
    if policy == "PWR+FGD":
        return pwr_fgd(rig, run, judged["FGD"])
    counts = draw([rig.kinds[row] for row in run.rank.tolist()], left) if policy == "ours, watts" else None
    found = pack(run.machines, run.shapes, run.arrivals, judged["FGD" if policy == "FGD" else "ours"], counts)
    return found.node, found.device


def measured(
    trace: str, rig: Rig, seeds: tuple[int, ...], bounded: int, policies: tuple[str, ...] = POLICIES
) -> list[dict[str, Any]]:
    given, found = np.load(DATA / "arrival_order.npz"), work(trace, rig.place.kinds)
    judged = {"FGD": tables(found, rig.place, FRAGMENTS), "ours": tables(found, rig.place, Weights())}
    left = ends(found.shapes, found.weight, judged["ours"])
    total, runs = int(rig.place.count.sum()), list[dict[str, Any]]()
    for at, seed in enumerate(seeds):
        run = ordered_run(rig, found, given, trace, seed)
        stops = [run.until(level, total) for level in LEVELS]
        for policy in policies:
            node, device = packed(policy, rig, run, judged, left)
            on, asleep = drawn(rig, run, node, device, stops).tolist()
            at_100 = allocated(run.milli, node, total)[100]
            runs.append({"trace": trace, "seed": seed, "policy": policy, "at_100": at_100, "on_w": on, "asleep_w": asleep})
        if at < bounded:
            for policy, split in (("bound", [[stop] for stop in stops]), ("unmoved", [stops])):
                on, asleep = ([w for one in split for w in least(rig, run, one, sleeps=sleeps)] for sleeps in (False, True))
                runs.append({"trace": trace, "seed": seed, "policy": policy, "at_100": None, "on_w": on, "asleep_w": asleep})
    return runs


def ordered_run(rig: Rig, found: Work, given: Any, trace: str, seed: int) -> Run:
    order, rank = (given[name].astype(np.int64) for name in (f"{trace}_{seed}", f"{trace}_{seed}_perm"))
    machines = ordered(rig.place.machines, rank)
    return Run(np.argsort(rank), machines, found.shapes, found.of[order], found.milli[order])


def saved(runs: list[dict[str, Any]], trace: str, policy: str, key: str) -> tuple[Columns, float]:
    """(% saved at each level, mean over the seeds; % saved of the mean watts over the levels), against FGD."""
    of = {run["seed"]: run[key] for run in runs if run["trace"] == trace and run["policy"] == policy}
    fgd = {run["seed"]: run[key] for run in runs if run["trace"] == trace and run["policy"] == "FGD"}
    ours, theirs = (np.array([one[seed] for seed in of]) for one in (of, fgd))
    return 100 * (1 - ours / theirs).mean(0), float(100 * (1 - ours.sum() / theirs.sum()))


def summary(trace: str, runs: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for policy in (*POLICIES, *BOUNDS):
        reached = [run["at_100"] for run in runs if run["trace"] == trace and run["policy"] == policy]
        cells = [trace, policy, f"{np.mean(reached):.2f}" if policy not in BOUNDS else "-"]
        for key in ("on_w", "asleep_w"):
            levels, mean = saved(runs, trace, policy, key)
            shown = [f"{levels[LEVELS.index(level)]:.1f}" for level in SHOWN] if key == "on_w" else []
            cells += [*shown, f"{levels.mean():.1f}", f"{mean:.1f}"]
        rows.append(tuple(cells))
    return rows


def averaged(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Over the seeds, by trace and policy; saved: %, against FGD on the same seeds, at each level and of the mean watts."""
    rows: list[dict[str, Any]] = []
    for trace, policy in dict.fromkeys((run["trace"], run["policy"]) for run in runs):
        mine = [run for run in runs if (run["trace"], run["policy"]) == (trace, policy)]
        row: dict[str, Any] = {"trace": trace, "policy": policy}
        if policy not in BOUNDS:
            row["at_100"] = float(np.mean([run["at_100"] for run in mine]))
        for key in ("on_w", "asleep_w"):
            levels, mean = saved(runs, trace, policy, key)
            row[key] = np.round(np.mean([run[key] for run in mine], axis=0)).tolist()
            row[f"saved_{key}"] = {"levels": np.round(levels, 2).tolist(), "mean": round(mean, 2)}
        rows.append(row)
    return rows


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=len(SEEDS))
    asked.add_argument("--bounded", type=int, default=BOUNDED)
    chosen = asked.parse_args()
    if not DATA.exists():
        raise SystemExit(f"the trace is not here: {DATA.name} under SUAN_DATA")
    facts, here = report.machine(), rig()
    runs = [run for trace in TRACES for run in measured(trace, here, SEEDS[: chosen.seeds], chosen.bounded)]
    titles = (
        "trace ",
        "policy ",
        "at 100 %",
        *(f"{level} %" for level in SHOWN),
        "mean, stays on",
        "of mean W",
        "mean, sleeps",
        "of mean W",
    )
    print(report.line(facts), "saved against FGD, %; watts are modelled", sep="\n")
    print(report.table(titles, [row for trace in TRACES for row in summary(trace, runs)]))
    report.save("power", facts, levels=LEVELS, seeds=chosen.seeds, bounded=chosen.bounded, rows=averaged(runs))


if __name__ == "__main__":
    main()
