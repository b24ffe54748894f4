"""How far the twin is from the lab: the same schedules, policies and events in real routers and in simulated time.

    python bench/fidelity.py                      the 810 recorded runs of bench/steering.py, and placements (5 minutes)
    python bench/fidelity.py --only recorded      without placements; --only placements: those alone
    python bench/fidelity.py --only lab           the lab itself anew beside the twin (root): the cells of --lab, --repeats
    times

One cell, round robin in a steady run, calibrated what the lab's machine adds to every request; all other cells are predicted.
The CPU of a request was measured on the server alone. A figure of a cell is the median over its runs, as in
bench/steering.py; how sure the lab's own is, is said by resampling its runs. `--rows FILE` keeps the runs of a new lab and
goes on where it stopped.
"""

import argparse
import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import report
from crowd.arrivals import END_S, EVENT_S, EVENTS
from crowd.judge import Rows, judged
from crowd.paths import Paths
from crowd.policies import POLICIES
from crowd.rehearsal import CPU_MS, GAPS_S, LATE_MS, WAY_MS, rehearsed
from crowd.run import played
from crowd.scene import Scene
from crowd.stage import Stage
from placed import compared
from suanwang.twin.quota import RESUMED_MS, TICK_MS, WOKEN_MS

RECORDED = report.RESULTS / "steering.jsonl"
CALIBRATED = ("round robin", "steady")
KINDS = {
    "calm": ("steady", "grey failure", "liar", "churn", "client moves"),
    "crowd": ("flash crowd", "brain gone"),
    "cut": ("site death", "link cut"),
}
FIGURES = ("p50_ms", "p99_ms", "answered_s")
CLOSE = 0.10
LAB = "round robin/steady,nearest/steady,static/flash crowd,hybrid/flash crowd"


class Cell(NamedTuple):
    """One figure of a policy in an event. low, high: between which the lab's median is with 95 %. error: relative."""

    policy: str
    event: str
    figure: str
    lab: float
    low: float
    high: float
    twin: float

    @property
    def error(self) -> float:
        return self.twin / self.lab - 1 if self.lab else 0.0 if not self.twin else float("inf")

    @property
    def close(self) -> bool:
        return abs(self.error) <= CLOSE

    @property
    def likely(self) -> bool:
        """Close, or nearer than the lab can tell."""
        return self.close or self.low <= self.twin <= self.high


Runs = list[dict[str, float]]


def cells(policy: str, event: str, lab: Runs, twin: Runs) -> list[Cell]:
    found = []
    for figure in FIGURES:
        ours = [r[figure] for r in lab]
        chance = np.random.default_rng(1)
        medians = np.median(chance.choice(ours, (2000, len(ours))), axis=1)
        low, high = np.percentile(medians, [2.5, 97.5])
        theirs = statistics.median(r[figure] for r in twin)
        found.append(Cell(policy, event, figure, statistics.median(ours), float(low), float(high), theirs))
    return found


def answered(one: dict) -> dict[str, float]:
    return {**one, "answered_s": (one["requests"] - one["failed"]) / (END_S - EVENT_S)}


def recorded(chances: int) -> list[Cell]:
    """All cells; runs in the order in which the lab made them, since paths remember."""
    rows = [json.loads(line) for line in RECORDED.read_text().splitlines()]
    paths, lab, twin = Paths(Stage(), GAPS_S), dict[tuple[str, str], Runs](), dict[tuple[str, str], Runs]()
    for row in rows:
        policy, event, seed = row["policy"], row["event"], row["seed"]
        turns = paths.run(event, seed, row["failed"] > 0)
        lab.setdefault((policy, event), []).append(answered(row))
        for chance in range(chances):
            made = judged(rehearsed(policy, event, seed, row["share"], turns, chance))
            twin.setdefault((policy, event), []).append(answered(made))
    return [c for e in EVENTS for p in POLICIES for c in cells(p, e, lab[p, e], twin[p, e])]


def anew(words: str, repeats: int, file: Path | None, chances: int) -> tuple[list[Cell], list[tuple[str, ...]]]:
    """The lab beside the twin; and latencies of all requests of a cell together, by how many of them are quicker."""
    wanted = [tuple(cell.split("/")) for cell in words.split(",")]
    kept = [json.loads(line) for line in file.read_text().splitlines()] if file is not None and file.exists() else []
    done = {(k["policy"], k["event"], k["seed"]): k["rows"] for k in kept}
    todo = [(p, e, s) for s in range(repeats) for p, e in wanted if (p, e, s) not in done]
    if todo:
        run_lab(todo, done, file)
    paths, lab, twin = Paths(Stage(), GAPS_S), dict[tuple[str, str], list[Rows]](), dict[tuple[str, str], list[Rows]]()
    for (policy, event, seed), rows in done.items():
        turns = paths.run(event, seed, any(not where for _, _, where in rows))
        lab.setdefault((policy, event), []).append([(a, b, c) for a, b, c in rows])
        made = [rehearsed(policy, event, seed, 1.0, turns, chance) for chance in range(chances)]
        twin.setdefault((policy, event), []).extend(made)
    found = [
        c for p, e in lab
        for c in cells(p, e, [answered(judged(r)) for r in lab[p, e]], [answered(judged(r)) for r in twin[p, e]])
    ]  # fmt: skip
    return found, [pooled(p, e, lab[p, e], twin[p, e]) for p, e in lab]


def run_lab(todo: Sequence[tuple[str, str, int]], done: dict, file: Path | None) -> None:
    scene = Scene()
    try:
        for policy, event, seed in todo:
            rows, _ = played(scene, policy, event, seed, 1.0)
            done[policy, event, seed] = rows
            if file is not None:
                told = {"policy": policy, "event": event, "seed": seed, "rows": rows}
                with file.open("a") as out:
                    out.write(json.dumps(told) + "\n")
    finally:
        scene.close()


def pooled(policy: str, event: str, lab: Iterable[Rows], twin: Iterable[Rows]) -> tuple[str, ...]:
    def at(runs: Iterable[Rows]) -> np.ndarray:
        return np.percentile([1000 * took for rows in runs for meant, took, _ in rows if meant >= EVENT_S], [10, 50, 90, 99])

    pairs = zip(at(lab), at(twin), strict=True)
    return (event, policy, *(f"{a:.1f} / {b:.1f} ({b / a - 1:+.0%})" for a, b in pairs))


def summed(found: Sequence[Cell]) -> list[tuple[str, ...]]:
    """By kind of event and figure: errors, and how many are close."""
    rows = []
    for kind, events in (*KINDS.items(), ("all", EVENTS)):
        for figure in FIGURES:
            some = [c for c in found if c.event in events and c.figure == figure and (c.policy, c.event) != CALIBRATED]
            if some:
                rows.append((kind, figure, f"{len(some)}", *(f"{x:.1%}" for x in off(some)),
                             f"{sum(c.close for c in some)}", f"{sum(c.likely for c in some)}"))  # fmt: skip
    return rows


def off(some: Sequence[Cell]) -> tuple[float, float]:
    """The error that half of them, and nine of ten, do not exceed."""
    half, most = np.percentile([abs(c.error) for c in some], [50, 90])
    return float(half), float(most)


def shown(found: Sequence[Cell]) -> str:
    """A row for each cell; a star: calibrated."""
    rows = []
    for p50, p99, rate in zip(found[::3], found[1::3], found[2::3], strict=True):
        star = " *" if (p50.policy, p50.event) == CALIBRATED else ""
        rows.append((p50.event, p50.policy + star, *(text for c in (p50, p99, rate) for text in
                    (f"{c.lab:.0f} [{c.low:.0f}-{c.high:.0f}]", f"{c.twin:.0f}", f"{c.error:+.0%}"))))  # fmt: skip
    titles = (
        "event ",
        "policy ",
        "lab p50 [95 %]",
        "twin",
        "off",
        "lab p99 [95 %]",
        "twin",
        "off",
        "lab answers/s",
        "twin",
        "off",
    )
    return report.table(titles, rows)


ALL_OF = ("event ", "policy ", *(f"lab / twin, ms, at {part} %" for part in (10, 50, 90, 99)))
SUMS = ("events ", "figure ", "cells", "half are within", "nine of ten", "within 10 %", "or within the lab's own")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--only", choices=("recorded", "lab", "placements"))
    asked.add_argument("--chances", type=int, default=2, help="runs in simulated time for each run of the lab")
    asked.add_argument("--lab", default=LAB, help="policy/event, ...")
    asked.add_argument("--repeats", type=int, default=3)
    asked.add_argument("--rows", type=Path)
    asked.add_argument("--jobs", type=int, default=200)
    told = asked.parse_args()
    facts, file = report.machine(), report.RESULTS / "fidelity.json"
    saved = json.loads(file.read_text()) if file.exists() else {}
    saved.pop("machine", None)
    saved["calibrated"] = {"cell": CALIBRATED, "way_ms": WAY_MS, "late_ms": LATE_MS, "tick_ms": TICK_MS, "cpu_ms": CPU_MS,
                           "woken_ms": WOKEN_MS, "resumed_ms": RESUMED_MS}  # fmt: skip
    print(report.line(facts))
    if told.only in (None, "recorded"):
        found = recorded(told.chances)
        print(shown(found), report.table(SUMS, summed(found)), sep="\n\n")
        saved["recorded"] = {"cells": [c._asdict() for c in found], "sums": summed(found), "chances": told.chances}
    if told.only == "lab":
        found, all_of = anew(told.lab, told.repeats, told.rows, told.chances)
        print(shown(found), report.table(ALL_OF, all_of), sep="\n\n")
        saved["lab"] = {"cells": [c._asdict() for c in found], "requests": all_of, "repeats": told.repeats, "machine": facts}
    if told.only in (None, "placements"):
        placed = compared(told.jobs)
        print(report.table(tuple(placed[0]), [tuple(map(str, one.values())) for one in placed]))
        saved["placements"] = placed
    report.save("fidelity", facts, **saved)


if __name__ == "__main__":
    main()
