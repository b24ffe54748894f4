"""Compute routing against what is done without it: real HTTP over TCP through real routers, one command, one table.

    python bench/steering.py                     9 policies x 9 events x 10 repeats (an hour); resumed where it was stopped
    python bench/steering.py --repeats 2         shorter
    python bench/steering.py --only failover     how long a cut link is felt, by a stream of datagrams
    python bench/steering.py --only crowd        how soon new flows go elsewhere when a crowd comes
    python bench/steering.py --only partition    the brain is cut off for a minute, in which a crowd comes and a site dies

The lab three-sites, without its domain; six machines with one instance each, made unequal by CPU quota; the product's
forwarders, kernel driver, path selector and C-SMA. A policy is a function that says what each ingress is to follow; the path
of the packets is the same for all but DNS and two choices, where the client picks. Within a repeat the policies run in random
order on the same schedule. docs/benchmarks.md says what each means. Nothing is left out: a run that failed is a row that says
so. As root.
"""

import argparse
import json
import random
import statistics
from pathlib import Path

import report
from crowd.arrivals import EVENTS, RATE
from crowd.failover import failover
from crowd.judge import DEADLINE_MS
from crowd.partition import PHASES, partitioned
from crowd.policies import OURS, POLICIES
from crowd.run import run, swept
from crowd.scene import Scene
from crowd.stage import QUOTAS
from crowd.table import TITLES, drawn, table

ROWS = report.RESULTS / "steering.jsonl"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--repeats", type=int, default=10)
    asked.add_argument("--policies", default=",".join(POLICIES))
    asked.add_argument("--events", default=",".join(EVENTS))
    asked.add_argument("--only", default="")
    asked.add_argument("--share", type=float, default=0.0, help="static split by capacity; found by trying if not given")
    asked.add_argument("--fresh", action="store_true", help="forget rows of earlier runs")
    asked.add_argument("--rows", default=str(ROWS))
    told = asked.parse_args()
    policies, events, file = told.policies.split(","), told.events.split(","), Path(told.rows)
    if told.fresh:
        file.unlink(missing_ok=True)
    facts = report.machine()
    scene = Scene()
    try:
        if told.only == "failover":
            gaps = failover(scene, told.repeats)
            print(
                "longest silence of a stream over a cut, ms:",
                [round(g) for g in gaps],
                "median",
                round(statistics.median(gaps)),
            )
            (report.RESULTS / "failover.json").write_text(json.dumps({"machine": facts, "gaps_ms": gaps}, indent=2) + "\n")
            return
        if told.only == "crowd":
            crowds = [run(scene, form, "flash crowd", 2000 + k, 0.0) for k in range(told.repeats) for form in OURS]
            took = {form: sorted(float(r["moved_s"]) for r in crowds if r["policy"] == form) for form in OURS}  # type: ignore[arg-type]
            print("new flows go elsewhere after, s:", took)
            (report.RESULTS / "crowd.json").write_text(json.dumps({"machine": facts, "moved_s": took}, indent=2) + "\n")
            return
        if told.only == "partition":
            found = {"machine": facts, "phases_s": PHASES, "forms": partitioned(scene)}
            (report.RESULTS / "partition.json").write_text(json.dumps(found, indent=2) + "\n")
            return
        rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        share = told.share or next((r["share"] for r in rows if r.get("share")), 0.0) or swept(scene)
        done = {(r["policy"], r["event"], r["seed"]) for r in rows}
        for seed in range(told.repeats):
            cells = [(p, e) for e in events for p in policies if (p, e, seed) not in done]
            random.Random(seed).shuffle(cells)
            for name, event in cells:
                try:
                    made = {**run(scene, name, event, seed, share), "share": share}
                except Exception as error:
                    made = {"policy": name, "event": event, "seed": seed, "error": f"{type(error).__name__}: {error}"[:300]}
                    scene.close()
                    scene = Scene()
                rows.append(made)
                with file.open("a") as out:
                    out.write(json.dumps(made) + "\n")
            print(f"repeat {seed + 1} of {told.repeats} is done", flush=True)
    finally:
        scene.close()
    shown = table(rows, policies, events)
    print(report.line(facts))
    widths = [max(len(str(r[i])) for r in (TITLES, *shown)) for i in range(len(TITLES))]
    for row in (TITLES, *shown):
        print("  ".join(str(cell).ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip())
    (report.RESULTS / "steering.svg").write_text(drawn(rows, policies, events) + "\n")
    result = {"machine": facts, "titles": TITLES, "table": shown, "quotas": QUOTAS, "rates": RATE, "deadline_ms": DEADLINE_MS}
    (report.RESULTS / "steering.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
