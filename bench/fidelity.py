"""How far the twin is from the lab: the same schedules, policies and events in real routers and in simulated time.

    python bench/fidelity.py                      the runs of the lab that are kept, and placements (3 minutes)
    python bench/fidelity.py --only services      without placements; --only placements: those alone
    python bench/fidelity.py --only lab           makes the runs of the lab that are missing (root), for --minutes at most;
                                                  --fresh forgets those that are kept

Twenty cells, four policies in five events, each run with paths that are all up (crowd.clean). One cell, round robin in a steady
run, and the lab with nobody asking calibrated what is not known otherwise; all other cells are predicted. The twin was made in
sight of some runs of all cells ("seen"), and is judged by others. A figure of a cell is that of all requests of its runs
together; how sure the lab's own is, is said by drawing runs, and requests of each, again and again.
"""

import argparse
import json
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

import report
from crowd.arrivals import END_S, EVENT_S, LIMIT_S
from crowd.clean import CELLS, SEEN, SHARE, Row, kept, measured, rows_of
from crowd.judge import Rows
from crowd.paths import Paths
from crowd.rehearsal import AFTER_MS, CLOCK_MS, CPU_MS, GAPS_S, HOST, WAY_MS, rehearsed
from crowd.stage import Stage
from placed import compared
from suanwang.twin.quota import TICK_MS

RUNS = report.RESULTS / "fidelity.jsonl"
CALIBRATED = ("round robin", "steady")
KINDS = {"calm": ("steady", "grey failure"), "crowd": ("flash crowd",), "cut": ("site death", "link cut")}
FIGURES = ("p50_ms", "p99_ms", "answered_s")
CLOSE = 0.10
DRAWS = 1000
LATE_MS = 500.0
"""Who waited so long was sent again."""


class Cell(NamedTuple):
    """One figure of a policy in an event. low, high: between which the lab's is with 95 %. error: relative."""

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


Took = list[np.ndarray]
"""Of each run, ms of all requests after the event; LIMIT_S, where no answer came."""


def took(rows: Rows) -> np.ndarray:
    return np.array([1000 * (t if where else LIMIT_S) for meant, t, where in rows if meant >= EVENT_S])


def figures(runs: Took) -> tuple[float, float, float]:
    """Of all runs together, as FIGURES."""
    ms = np.concatenate(runs)
    p50, p99 = np.percentile(ms, [50, 99])
    return float(p50), float(p99), float(np.sum(ms < 1000 * LIMIT_S)) / len(runs) / (END_S - EVENT_S)


def cells(policy: str, event: str, lab: Took, twin: Took) -> list[Cell]:
    chance = np.random.default_rng(1)
    again = [
        figures([chance.choice(lab[n], len(lab[n])) for n in chance.integers(len(lab), size=len(lab))]) for _ in range(DRAWS)
    ]
    low, high = np.percentile(np.array(again), [2.5, 97.5], axis=0)
    ours, theirs = figures(lab), figures(twin)
    return [Cell(policy, event, f, ours[n], float(low[n]), float(high[n]), theirs[n]) for n, f in enumerate(FIGURES)]


def services(rows: Sequence[Row], chances: int) -> dict[str, list]:
    """All cells of these runs, and what the twin makes of their schedules."""
    stage, found, late = Stage(), list[Cell](), list[tuple[str, ...]]()
    for policy, event in CELLS:
        some = [row for row in rows if (row["policy"], row["event"]) == (policy, event)]
        twin = [
            took(rehearsed(policy, event, row["seed"], SHARE, Paths(stage, GAPS_S).run(event, row["seed"]), chance))
            for row in some
            for chance in range(chances)
        ]
        if some:
            lab = [took(rows_of(row)) for row in some]
            found += cells(policy, event, lab, twin)
            late += [(event, policy, *(f"{np.mean(np.concatenate(runs) > LATE_MS):.1%}" for runs in (lab, twin)))]
    late = [row for row in late if row[0] in KINDS["cut"]]
    print(shown(found), report.table(SUMS, summed(found)), report.table(LATE, late), sep="\n\n")
    others = [row["cores"]["others"] for row in rows]
    return {"cells": [c._asdict() for c in found], "sums": summed(found), "late": late, "others_cores": others}


def itself(judged: Sequence[Row], seen: Sequence[Row]) -> list[tuple[str, ...]]:
    """The lab beside the lab: its other runs, of other schedules, in the twin's place."""
    return summed([Cell(**{**one, "twin": other["lab"]}) for one, other in zip(judged, seen, strict=True)])


def summed(found: Sequence[Cell]) -> list[tuple[str, ...]]:
    """By kind of event and figure: errors, and how many are close."""
    rows = []
    for kind, events in (*KINDS.items(), ("all", sum(KINDS.values(), ()))):
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


LATE = ("event ", "policy ", f"lab, later than {LATE_MS:.0f} ms", "twin")
SUMS = ("events ", "figure ", "cells", "half are within", "nine of ten", "within 10 %", "or within the lab's own")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--only", choices=("services", "lab", "placements"))
    asked.add_argument("--chances", type=int, default=4, help="runs in simulated time for each run of the lab")
    asked.add_argument("--repeats", type=int, default=13, help="of each cell in the lab")
    asked.add_argument("--minutes", type=float, default=60.0)
    asked.add_argument("--fresh", action="store_true", help="forget the runs of the lab")
    asked.add_argument("--jobs", type=int, default=200)
    told = asked.parse_args()
    facts, file = report.machine(), report.RESULTS / "fidelity.json"
    saved = json.loads(file.read_text()) if file.exists() else {}
    saved.pop("machine", None)
    print(report.line(facts))
    if told.only == "lab":
        if told.fresh:
            RUNS.unlink(missing_ok=True)
        print("all runs are there" if measured(RUNS, told.repeats, told.minutes) else "runs are missing")
        return
    if told.only in (None, "services"):
        runs = kept(RUNS)
        judged, seen = ([run for run in runs if (run["seed"] < SEEN) == before] for before in (False, True))
        found, known = services(judged, told.chances), services(seen, told.chances)
        print(report.table(SUMS, itself(found["cells"], known["cells"])))
        saved = {"placements": saved.get("placements", [])} | {
            "calibrated": {"cell": CALIBRATED, "way_ms": WAY_MS, "tick_ms": TICK_MS, "cpu_ms": CPU_MS, "after_ms": AFTER_MS,
                           "clock_ms": CLOCK_MS, "host": msgspec.to_builtins(HOST)},
            "chances": told.chances,
            "judged": found, "seen": known, "itself": itself(found["cells"], known["cells"]),
        }  # fmt: skip
    if told.only in (None, "placements"):
        placed = compared(told.jobs)
        print(report.table(tuple(placed[0]), [tuple(map(str, one.values())) for one in placed]))
        saved["placements"] = placed
    report.save("fidelity", facts, **saved)


if __name__ == "__main__":
    main()
