"""Waiting and resting in the product: the brain's own loop over weeks in simulated time, `python bench/green_live.py [--weeks
N]`.

Four sites in four US grids (grids.py), two nodes of 8 cores each; 160 jobs a week of 10 minutes to 5 hours on one core, 4 to 30
hours to spare, a quarter of them not deferrable; all prefer carbon. The operator tells each hour of carbon as it begins, or all
beforehand. Nodes do what they are given in the time that was predicted, so no network, no start-up and no wrong estimate is in
it; watts are modelled (world/power.py; at rest half of idle: brain/rest.py). A row before and one after, same jobs, same
objective.
"""

import argparse
import random
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

import report
from grids import DATA, SITES, made_up_year, real_year

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.brain.sample import a_demand, a_node
from tests.twin.week import DAY_S, HOUR_S, Week

from suanwang.brain.rest import REST_SHARE
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Limits, Needs
from suanwang.model.node import Node
from suanwang.model.where import Place, Site
from suanwang.world.power import SERVER_IDLE_SHARE

BEGIN_H, HISTORY_H, AFTER_H, JOBS = 480_000, 21 * 24, 60, 160


def nodes(wake_s: float) -> list[Node]:
    found = []
    for region in SITES:
        site = Site(name=region, place=Place(name=region, region=region, latitude=40.0, longitude=-90.0), pue=1.2)
        for k in range(2):
            node = a_node(f"{region}-{k}", owner=f"{region}-{k}", cores=8)
            found.append(msgspec.structs.replace(node, site=site, wake_s=wake_s))
    return found


def jobs(seed: int, priority: str) -> list[tuple[float, Demand]]:
    chance, found = random.Random(seed), []
    for _ in range(JOBS):
        takes_s, spare_s = chance.uniform(600, 5 * HOUR_S), chance.uniform(4 * HOUR_S, 30 * HOUR_S)
        one = a_demand(fuel=int(takes_s * 2e9), needs=Needs(cpu_milli=1000, memory_bytes=64 << 20), prefer="carbon")
        urgent, regions = chance.random() < 0.25, tuple(chance.sample(sorted(SITES), 2))
        limits = Limits(budget_micro=10**9, finish_s_max=takes_s + spare_s, regions=regions)
        found.append((chance.uniform(0, 7 * DAY_S - 1), msgspec.structs.replace(
            one, limits=limits, priority="normal" if urgent else priority)))  # fmt: skip
    return found


def lived(
    carbon: np.ndarray, begin: int, seed: int, *, priority: str, known: bool = False, wake_s: float = 0.0
) -> dict[str, float]:
    """What came of a week. carbon: of the year, shape (sites, hours); known: all of it is told beforehand."""
    span = slice(begin - HISTORY_H, begin + 168 + AFTER_H)
    rows = {region: row[span] for region, row in zip(SITES, carbon, strict=True)}
    week = Week(nodes(wake_s), rows, BEGIN_H, HISTORY_H, known=known)
    drawn = [0.0, 0.0]
    for at_s, demand in jobs(seed, priority):
        week.at(at_s, lambda id=f"job-{at_s:.3f}", demand=demand: week.submit(id, demand))
    for minute in range(0, 9 * 24 * 60, 5):
        week.at(60.0 * minute + 1.0, lambda: _sample(week, drawn))
    week.run(9 * DAY_S)
    state = week.brain.state
    held = [h for job in state.jobs.values() for h in job.placements.values()]
    ends = [(job.state, job.ended_at, job.accepted_at + (job.demand.limits.finish_s_max or 0.0)) for job in state.jobs.values()]
    grams = sum(h.emitted_g for h in held)
    return {
        "grams": grams,
        "sci_g_task": grams / len(state.jobs),
        "late": sum(how != "done" or end > due for how, end, due in ends),
        "waited": len({e.job_id for e in week.events if isinstance(e, ev.JobDeferred)}),
        "wait_h": float(np.mean([(job.placed_at - job.accepted_at) / HOUR_S for job in state.jobs.values()])),
        "kwh": drawn[0],
        "core_h": drawn[1],
        "wakings": sum(isinstance(e, ev.NodeRested) for e in week.events),
    }


def _sample(week: Week, drawn: list[float]) -> None:
    """Five minutes of modelled watts, and of cores held."""
    state = week.brain.state
    for row, node in enumerate(state.world.nodes):
        cores, held = node.capacity.cpu_milli / 1000, int(state.world.cpu_milli_held[row]) / 1000
        peak = cores * node.watts_per_core
        idle = SERVER_IDLE_SHARE * peak * (REST_SHARE if node.id in state.resting else 1.0)
        drawn[0] += (idle + held / cores * (1 - SERVER_IDLE_SHARE) * peak) / 12_000
        drawn[1] += held / 12


WAYS: dict[str, Callable[[np.ndarray, int, int], dict[str, float]]] = {
    "at once": lambda c, at, seed: lived(c, at, seed, priority="normal"),
    "waiting, hours as they begin": lambda c, at, seed: lived(c, at, seed, priority="deferrable"),
    "waiting, all hours told": lambda c, at, seed: lived(c, at, seed, priority="deferrable", known=True),
    "at once, idle nodes rest": lambda c, at, seed: lived(c, at, seed, priority="normal", wake_s=2.0),
}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--weeks", type=int, default=4)
    asked = options.parse_args()
    facts, year = report.machine(), real_year() if DATA.is_dir() else made_up_year()
    print(report.line(facts))
    if not year.real:
        print("MADE-UP YEAR: the data sets are not here (SUAN_DATA)")
    begins = (np.linspace(4, 50, asked.weeks).round().astype(int) * 168).tolist()
    runs = [{"week": at // 168, **{way: live(year.carbon, at, at) for way, live in WAYS.items()}} for at in begins]
    cells = []
    for way in WAYS:
        told = [run[way] for run in runs]
        saved = [1 - run[way]["grams"] / run["at once"]["grams"] for run in runs]
        mean = {key: float(np.mean([t[key] for t in told])) for key in told[0]}
        cells.append([way, f"{mean['sci_g_task']:.2f}", f"{np.mean(saved):.1%}", f"{min(saved):.1%} to {max(saved):.1%}",
                      f"{sum(t['late'] for t in told):.0f}", f"{mean['waited']:.0f}", f"{mean['wait_h']:.1f}",
                      f"{mean['kwh']:.1f}", f"{mean['core_h'] / mean['kwh']:.1f}"])  # fmt: skip
    print(report.table(("way ", "SCI, g/task", "grams saved", "each week", "late", "jobs that waited", "mean wait, h", "kWh",
                        "core-h/kWh"), cells))  # fmt: skip
    report.save("green_live", facts, weeks=runs, real_data=year.real)


if __name__ == "__main__":
    main()
