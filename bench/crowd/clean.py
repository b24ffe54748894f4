"""Runs of the lab that are independent and undisturbed, all requests of each kept in a file.

    paths         are measured anew before each run (crowd.scene.fresh)
    others        on this machine give way to the lab, and what they took all the same is written down (crowd.cores). A run in
                  which they took more than DISTURBED cores is made again, once; then the one counts in which they took less
    order         repeat by repeat, those that judge first, the cells of each in random order; stopped by the clock alone, and
                  gone on with later

The cells and these rules were written before anything was measured. DISTURBED was 0.25 and TRIES 3 for the first 40 runs; the
cell that calibrates was alike with 0.5 and 0.8 cores of others, so it was raised before any other cell was looked at.

The runs of seeds below SEEN were looked at while the twin was made. It is judged by those of SEEN and up alone,
which were measured after this was written, in three windows of six minutes, and are read once, when the twin is no longer
changed: by p50, p99 and answers of all requests of a cell together, within CLOSE of the lab's, or within the lab's own 95 %
(bench/fidelity.py).
"""

import json
import random
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from crowd.arrivals import IDLE, LIMIT_S, schedules
from crowd.cores import foremost
from crowd.judge import Rows
from crowd.run import played
from crowd.scene import Scene
from crowd.stage import QUOTAS

CELLS = tuple((policy, event) for policy in ("nearest", "static", "round robin", "hybrid")
              for event in ("steady", "flash crowd", "site death", "link cut", "grey failure"))  # fmt: skip
IDLES = (("round robin", IDLE), ("hybrid", IDLE))
"""What the lab takes where nobody asks: to calibrate by."""
SEEN = 7
DISTURBED, TRIES = 0.75, 2
SHARE = 1.0
"""Of the static split: by capacity alone, the best that was found in trying (crowd.run.swept)."""
NAMES = tuple(QUOTAS)
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
    made = {(r["policy"], r["event"], r["seed"]) for r in kept(file)}
    found = list[tuple[str, str, int]]()
    for seed in (*range(SEEN, repeats), *range(min(SEEN, repeats))):
        cells = [(p, e, seed) for p, e in CELLS + IDLES * (seed < SEEN) if (p, e, seed) not in made]
        random.Random(seed).shuffle(cells)
        found += cells
    return found


def kept(file: Path) -> list[Row]:
    """The run that counts of each cell and seed."""
    best = dict[object, Row]()
    tried = dict[object, int]()
    for line in file.read_text().splitlines() if file.exists() else ():
        row = json.loads(line)
        key = row["policy"], row["event"], row["seed"]
        tried[key] = tried.get(key, 0) + 1
        if key not in best or row["cores"]["others"] < best[key]["cores"]["others"]:
            best[key] = row
    return [row for key, row in best.items() if tried[key] >= TRIES or row["cores"]["others"] <= DISTURBED]


def rows_of(row: Row) -> Rows:
    """As crowd.judge reads them."""
    times = sorted(t for some in schedules(row["event"], row["seed"]).values() for t in some)
    where = [NAMES[int(w)] if w != "-" else "" for w in row["where"]]
    return [(t, ms / 1000, w) for t, ms, w in zip(times, row["took_ms"], where, strict=True)]


def _one(scene: Scene, policy: str, event: str, seed: int, file: Path) -> None:
    for _ in range(TRIES):
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
        if facts["cores"]["others"] <= DISTURBED:
            return


def _ordered(rows: Iterable[Sequence]) -> list[Sequence]:
    return sorted(rows, key=lambda row: row[0])
