"""Runs of the lab that are independent and undisturbed, all requests of each kept in a file.

    paths         are measured anew before each run (crowd.scene.fresh)
    others        on this machine give way to the lab, and what they took all the same is written down (crowd.cores): the
                  twin is told
    order         repeat by repeat, those that judge first, the cells of each in random order; stopped by the clock alone, and
                  gone on with later

The runs of seeds below SEEN were looked at while the twin was made. It is judged by those of SEEN and up alone, which nobody
looked at before its last change was made, and which are read once: by p50, p99 and answers of all requests
of a cell together, each called within CLOSE, beyond it, or undecided (bench/fidelity.py). A run of these in which others took
QUIET cores or more does not count, and is made again; of seeds 0 to 10 one in which they took more than 0.75 was made again,
once. Of several runs of a seed the quietest counts.
"""

import json
import random
import statistics
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from crowd.arrivals import END_S, IDLE, LIMIT_S, schedules
from crowd.cores import foremost
from crowd.judge import Rows
from crowd.run import played
from crowd.scene import Scene
from crowd.stage import CPU_MS, QUOTAS

CELLS = tuple((policy, event) for policy in ("nearest", "static", "round robin", "hybrid")
              for event in ("steady", "flash crowd", "site death", "link cut", "grey failure"))  # fmt: skip
ACCOUNTED = ("steady", "flash crowd", "link cut", "grey failure")
IDLES = (("round robin", IDLE), ("hybrid", IDLE))
"""What the lab takes where nobody asks: to calibrate by."""
SEEN = 15
QUIET = 0.5
"""Cores that others take at most of a run that judges. Runs in which they took 1.0 left the lab sure of its p99 to 43 %."""
SHARE = 1.0
"""Of the static split: by capacity alone, the best that was found in trying (crowd.run.swept)."""
NAMES = tuple(QUOTAS)
IDLE_CORES = (0.0048, 0.0145)
"""Cores that all machines take when nobody asks; and where ingresses check them."""
AROUND_S = 0.62
"""So much longer than its requests the account of a run lasts."""
NEAR_S = 300.0
"""A run says how fast the machine was in another that began so much earlier or later."""
Row = dict[str, object]


def measured(file: Path, repeats: int, minutes: float) -> bool:
    """Go on with the runs of the file for so long; whether all are there."""
    todo, until = missing(file, repeats), time.monotonic() + 60 * minutes
    if not todo:
        return True
    with foremost():
        scene = Scene()
        try:
            while todo and time.monotonic() < until:
                _one(scene, *todo.pop(0), file)
        finally:
            scene.close()
    return not missing(file, repeats)


def missing(file: Path, repeats: int) -> list[tuple[str, str, int]]:
    """Runs that are still to be made, in order."""
    made = {(r["policy"], r["event"], r["seed"]) for r in kept(file) if r["seed"] < SEEN or quiet(r)}
    found = list[tuple[str, str, int]]()
    for seed in (*range(SEEN, repeats), *range(min(SEEN, repeats))):
        cells = [(p, e, seed) for p, e in CELLS + IDLES * (seed < SEEN) if (p, e, seed) not in made]
        random.Random(seed).shuffle(cells)
        found += cells
    return found


def kept(file: Path) -> list[Row]:
    """The run that counts of each cell and seed."""
    best = dict[object, Row]()
    for line in file.read_text().splitlines() if file.exists() else ():
        row = json.loads(line)
        key = row["policy"], row["event"], row["seed"]
        if key not in best or row["cores"]["others"] < best[key]["cores"]["others"]:
            best[key] = row
    return list(best.values())


def quiet(row: Row) -> bool:
    """Nobody else used the machine."""
    return row["cores"]["others"] < QUIET


def rows_of(row: Row) -> Rows:
    """As crowd.judge reads them."""
    times = sorted(t for some in schedules(row["event"], row["seed"]).values() for t in some)
    where = [NAMES[int(w)] if w != "-" else "" for w in row["where"]]
    return [(t, ms / 1000, w) for t, ms, w in zip(times, row["took_ms"], where, strict=True)]


def cpu_ms(row: Row, runs: Iterable[Row]) -> float:
    """CPU time of a request at its machine in this run, by the kernel's account, less what machines take when nobody asks:
    how fast the machine was. Where machines died, and their account with them, as in the runs that were made within NEAR_S
    of it; CPU_MS if there are none."""
    if row["event"] != "site death":
        return _accounted_ms(row)
    beside = [run for run in runs if run["event"] in ACCOUNTED and abs(run["at"] - row["at"]) < NEAR_S]
    return statistics.median(map(_accounted_ms, beside)) if beside else CPU_MS


def _accounted_ms(row: Row) -> float:
    rows = rows_of(row)
    lasted_s = AROUND_S + max(END_S, *(meant + took for meant, took, _ in rows))
    idle = IDLE_CORES[row["policy"] == "hybrid"]
    return 1000 * (row["cores"]["server"][0] - idle) * lasted_s / sum(bool(where) for _, _, where in rows)


def _one(scene: Scene, policy: str, event: str, seed: int, file: Path) -> None:
    began = time.time()
    rows, facts = played(scene, policy, event, seed, SHARE)
    row = {
        "policy": policy, "event": event, "seed": seed, "at": round(began), "cores": facts["cores"],
        "late_ms": round(facts["late_ms"], 1),
        "took_ms": [round(1000 * (t if w else LIMIT_S), 2) for _, t, w in _ordered(rows)],
        "where": "".join(str(NAMES.index(w)) if w else "-" for _, _, w in _ordered(rows)),
    }  # fmt: skip
    with file.open("a") as out:
        out.write(json.dumps(row, separators=(",", ":")) + "\n")


def _ordered(rows: Iterable[Sequence]) -> list[Sequence]:
    return sorted(rows, key=lambda row: row[0])
