"""How far the twin is from the lab: the same schedules, policies and events in real routers and in simulated time.

    python bench/fidelity.py                      the runs of the lab that are kept, and placements (8 minutes)
    python bench/fidelity.py --only services      without placements; --only placements: those alone
    python bench/fidelity.py --only lab           makes the runs of the lab that are missing (root), for --minutes at most;
                                                  --fresh forgets those that are kept

Twenty cells, four policies in five events, each run with paths that are all up (crowd.clean). One cell, round robin in a steady
run, and the lab with nobody asking calibrated what is not known otherwise. The twin was made in sight of some runs of all cells
("seen"), and is judged by others, in which nobody else used the machine. A figure of a cell is that of all requests of its runs
together.

The lab itself is not sure of its figures. How sure it is, is said twice: by drawing its requests again and again as if each
came from a run of its own, which is what the size of the sample gives, and by drawing runs, and requests of each, which has in
it that runs differ. How far the twin is off is drawn in pairs, the runs of the lab with what the twin made of the same runs; it
is called within 10 %, or beyond, only where 95 % of that is, and undecided otherwise.
"""

import argparse
import json
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

import report
from crowd.arrivals import END_S, EVENT_S, LIMIT_S
from crowd.clean import CELLS, SEEN, SHARE, Row, cpu_ms, kept, measured, quiet, rows_of
from crowd.judge import Rows
from crowd.paths import Paths
from crowd.rehearsal import AFTER_MS, ALONE_MS, CALIBRATED, CLOCK_MS, GAPS_S, HOST, TORN, WAY_MS, WOKEN, like, rehearsed
from crowd.stage import CPU_MS, Stage
from placed import compared
from suanwang.twin.quota import TICK_MS

RUNS = report.RESULTS / "fidelity.jsonl"
CALIBRATED_BY = ("round robin", "steady")
KINDS = {"calm": ("steady", "grey failure"), "crowd": ("flash crowd",), "cut": ("site death", "link cut")}
FIGURES = ("p50_ms", "p99_ms", "answered_s")
CLOSE = 0.10
DRAWS = 400
LATE_MS = 500.0
"""Who waited so long was sent again."""


class Cell(NamedTuple):
    """One figure of a policy in an event. runs: of the lab. low, high: between which the lab's is with 95 %, by runs and
    requests; alone_low, alone_high: by requests alone. error: relative; least, most: between which it is with 95 %."""

    policy: str
    event: str
    figure: str
    runs: int
    lab: float
    low: float
    high: float
    alone_low: float
    alone_high: float
    twin: float
    least: float
    most: float

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

    @property
    def verdict(self) -> str:
        if self.least >= -CLOSE and self.most <= CLOSE:
            return "within"
        return "beyond" if self.least > CLOSE or self.most < -CLOSE else "undecided"


Took = list[np.ndarray]
"""Of each run, ms of all requests after the event; LIMIT_S, where no answer came."""
Figures = tuple[float, float, float]


def took(rows: Rows) -> np.ndarray:
    return np.array([1000 * (t if where else LIMIT_S) for meant, t, where in rows if meant >= EVENT_S])


def figures(runs: Took) -> Figures:
    """Of all runs together, as FIGURES."""
    ms = np.concatenate(runs)
    p50, p99 = np.percentile(ms, [50, 99])
    return float(p50), float(p99), float(np.sum(ms < 1000 * LIMIT_S)) / len(runs) / (END_S - EVENT_S)


def off_by(lab: Figures, twin: Figures) -> list[float]:
    """Relative errors, as FIGURES."""
    return [t / ours - 1 if ours else 0.0 if not t else np.inf for ours, t in zip(lab, twin, strict=True)]


def cells(policy: str, event: str, lab: Took, twin: Sequence[Took]) -> list[Cell]:
    """twin: of each run of the lab, what it is in simulated time, several times."""
    chance, runs, errors, alone = np.random.default_rng(1), list[Figures](), list[list[float]](), list[Figures]()
    together = np.concatenate(lab)
    for _ in range(DRAWS):
        drawn = chance.integers(len(lab), size=len(lab))
        runs.append(figures([chance.choice(lab[n], len(lab[n])) for n in drawn]))
        errors.append(off_by(runs[-1], figures([one for n in drawn for one in twin[n]])))
        alone.append(figures(np.array_split(chance.choice(together, len(together)), len(lab))))
    (low, high), (alone_low, alone_high), (least, most) = (
        np.percentile(np.array(some), [2.5, 97.5], axis=0) for some in (runs, alone, errors)
    )
    ours, theirs = figures(lab), figures([one for some in twin for one in some])
    return [
        Cell(policy, event, f, len(lab), ours[n], *(float(x[n]) for x in (low, high, alone_low, alone_high)), theirs[n],
             float(least[n]), float(most[n])) for n, f in enumerate(FIGURES)
    ]  # fmt: skip


class Pair(NamedTuple):
    """A run of the lab, and what it is in simulated time, several times."""

    row: Row
    lab: np.ndarray
    twin: Took


def pairs(rows: Sequence[Row], chances: int, told: bool = True) -> list[Pair]:
    """told: what the machine was like in each."""
    stage = Stage()
    return [
        Pair(
            row,
            took(rows_of(row)),
            _twin(stage, row, cpu_ms(row, rows) if told else None, chances),
        )
        for row in rows
        if (row["policy"], row["event"]) in CELLS
    ]


def _twin(stage: Stage, row: Row, cpu_ms: float | None, chances: int) -> Took:
    """cpu_ms: that requests took; None if nothing is told of the machine."""
    policy, event, seed = row["policy"], row["event"], row["seed"]
    turns = Paths(stage, GAPS_S).run(event, seed)
    others = row["cores"]["others"]
    machine = CALIBRATED if cpu_ms is None else like(policy, event, seed, SHARE, turns, cpu_ms, others)
    return [took(rehearsed(policy, event, seed, SHARE, turns, chance, machine)) for chance in range(chances)]


def services(title: str, made: Sequence[Pair]) -> dict[str, list]:
    """All cells of these runs."""
    found, late = list[Cell](), list[tuple[str, ...]]()
    for policy, event in CELLS:
        some = [pair for pair in made if (pair.row["policy"], pair.row["event"]) == (policy, event)]
        if some:
            lab, twin = [pair.lab for pair in some], [pair.twin for pair in some]
            found += cells(policy, event, lab, twin)
            both = lab, [one for runs in twin for one in runs]
            late += [(event, policy, *(f"{np.mean(np.concatenate(runs) > LATE_MS):.1%}" for runs in both))]
    late = [row for row in late if row[0] in KINDS["cut"]]
    print(title, shown(found), report.table(SUMS, summed(found)), report.table(NOISE, noise(found)), sep="\n\n")
    print(report.table(LATE, late))
    others = [pair.row["cores"]["others"] for pair in made]
    return {"cells": [{**c._asdict(), "is": c.verdict} for c in found], "sums": summed(found), "noise": noise(found),
            "late": late, "others_cores": others}  # fmt: skip


def summed(found: Sequence[Cell]) -> list[tuple[str, ...]]:
    """By kind of event and figure: errors, and how many are close."""
    rows = []
    for kind, events in (*KINDS.items(), ("all", sum(KINDS.values(), ()))):
        for figure in FIGURES:
            some = [c for c in found if c.event in events and c.figure == figure and (c.policy, c.event) != CALIBRATED_BY]
            if some:
                rows.append((kind, figure, f"{len(some)}", *(f"{x:.1%}" for x in off(some)),
                             f"{sum(c.close for c in some)}", f"{sum(c.likely for c in some)}",
                             *(f"{sum(c.verdict == said for c in some)}" for said in VERDICTS)))  # fmt: skip
    return rows


def noise(found: Sequence[Cell]) -> list[tuple[str, ...]]:
    """How sure the lab is of its own figures: half of the 95 %, in the middle of the cells; and how many runs of each would
    make it a third of CLOSE."""
    rows = []
    for kind, events in (*KINDS.items(), ("all", sum(KINDS.values(), ()))):
        for figure in FIGURES[:2]:
            some = [c for c in found if c.event in events and c.figure == figure]
            wide = np.median([(c.high - c.low) / 2 / c.lab for c in some])
            alone = np.median([(c.alone_high - c.alone_low) / 2 / c.lab for c in some])
            runs = np.median([c.runs for c in some])
            enough = runs * (3 * wide / CLOSE) ** 2
            rows.append((kind, figure, f"{runs:.0f}", f"{alone:.1%}", f"{wide:.1%}", f"{enough:.0f}"))
    return rows


def off(some: Sequence[Cell]) -> tuple[float, float]:
    """The error that half of them, and nine of ten, do not exceed."""
    half, most = np.percentile([abs(c.error) for c in some], [50, 90])
    return float(half), float(most)


def shown(found: Sequence[Cell]) -> str:
    """A row for each cell; a star: calibrated."""
    rows = []
    for p50, p99, rate in zip(found[::3], found[1::3], found[2::3], strict=True):
        star = " *" if (p50.policy, p50.event) == CALIBRATED_BY else ""
        rows.append((p50.event, p50.policy + star, f"{p50.runs}", *(text for c in (p50, p99) for text in
                    (f"{c.lab:.0f} [{c.low:.0f}-{c.high:.0f}]", f"[{c.alone_low:.0f}-{c.alone_high:.0f}]", f"{c.twin:.0f}",
                     f"{c.error:+.0%} [{c.least:+.0%} {c.most:+.0%}]", c.verdict)),
                     f"{rate.lab:.0f}", f"{rate.twin:.0f}"))  # fmt: skip
    figure = ("[requests]", "twin", "off [95 %]", "is")
    return report.table(("event ", "policy ", "runs", "p50 [95 %]", *figure, "p99 [95 %]", *figure, "answers/s", "twin"), rows)


VERDICTS = ("within", "beyond", "undecided")
NOISE = ("events ", "figure ", "runs", "the lab's own +- by requests", "by runs", "runs for +- 3 %")
LATE = ("event ", "policy ", f"lab, later than {LATE_MS:.0f} ms", "twin")
SUMS = ("events ", "figure ", "cells", "half are within", "nine of ten", "within 10 %", "or within the lab's own", *VERDICTS)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--only", choices=("services", "lab", "placements"))
    asked.add_argument("--chances", type=int, default=2, help="runs in simulated time for each run of the lab")
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
        judged = [run for run in runs if run["seed"] >= SEEN and quiet(run)]
        seen = [run for run in runs if run["seed"] < SEEN]
        found, known = services("judged", pairs(judged, told.chances)), services("seen", pairs(seen, told.chances))
        blind = services("judged, where the twin is not told of the machine", pairs(judged, told.chances, told=False))
        saved = {"placements": saved.get("placements", [])} | {
            "calibrated": {"cell": CALIBRATED_BY, "way_ms": WAY_MS, "tick_ms": TICK_MS, "cpu_ms": CPU_MS, "alone_ms": ALONE_MS,
                           "woken": WOKEN, "torn": TORN, "after_ms": AFTER_MS,
                           "clock_ms": CLOCK_MS, "host": msgspec.to_builtins(HOST)},
            "chances": told.chances,
            "judged": found, "seen": known, "not_told": blind["sums"],
        }  # fmt: skip
    if told.only in (None, "placements"):
        placed = compared(told.jobs)
        print(report.table(tuple(placed[0]), [tuple(map(str, one.values())) for one in placed]))
        saved["placements"] = placed
    report.save("fidelity", facts, **saved)


if __name__ == "__main__":
    main()
