"""How many choices the path selector makes a second on one core: `python bench/choices.py`, table, bench/results/choices.json.

A choice is one instance's weight, from what was told of it to the number that a kernel is given. "columns" is the law on
columns alone; "step" also takes in what was told of every instance since the last step and gives weights by name.
"""

import json
import random
import time

import numpy as np

import report
from suanwang.model.steering import Contact, Load, Served
from suanwang.steer import choose
from suanwang.steer.address import number_of
from suanwang.steer.columns import Known, blank

SIZES = ((1, 6), (10, 100), (1_000, 10), (1_000, 100))
SECONDS = 2.0


def services(count: int, each: int) -> tuple[Served, ...]:
    chance = random.Random(count)
    return tuple(
        Served(id=f"s{s:04d}", name="s", cs_id="::", public_key="", port=80, contacts=tuple(
            Contact(id=f"s{s:04d}-{c:03d}", node_id="n", address="::", port=80, locator=number_of(1 + c % 100, 1), function=1,
                    speed=chance.choice([1.0, 2.0, 4.0])) for c in range(each)))
        for s in range(count)
    )  # fmt: skip


def seen(all_of: tuple[Served, ...], now: float, chance: random.Random) -> choose.Seen:
    loads = {c.id: (Load(contact=c.id, in_flight=chance.expovariate(0.5)), now) for s in all_of for c in s.contacts}
    return choose.Seen(services=all_of, loads=loads, latency_ms={(n, 0): chance.uniform(1, 40) for n in range(1, 101)})


def timed(count: int, each: int) -> tuple[float, float]:
    """(steps, steps on columns) a second."""
    all_of, chance = services(count, each), random.Random(1)
    memory, now, told = choose.Memory(), 100.0, [seen(all_of, 0.0, chance) for _ in range(3)]
    memory, _ = choose.step(memory, told[0], now)
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS or steps < 3:
        now += 0.1
        fresh = told[steps % 3]
        loads = {c: (load, now) for c, (load, _) in fresh.loads.items()}
        memory, _ = choose.step(memory, choose.Seen(services=all_of, loads=loads, latency_ms=fresh.latency_ms), now)
        steps += 1
    whole = steps / (time.perf_counter() - began)
    layout, known = memory.layout, Known(*memory.state)
    way, alive = np.full((1, len(layout.ids)), 10.0), np.ones(len(layout.ids), np.bool_)
    rates = np.zeros((1, len(layout.held)))
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS or steps < 3:
        known = choose.chosen(known, layout, way, rates, alive, alive, 0.1)
        steps += 1
    assert blank(1).shape[0] == len(Known._fields)
    return whole, steps / (time.perf_counter() - began)


def main() -> None:
    facts, rows = report.machine(), []
    for count, each in SIZES:
        whole, columns = timed(count, each)
        rows.append({"services": count, "instances": each, "step_choices_s": whole * count * each,
                     "columns_choices_s": columns * count * each, "step_ms": 1000 / whole})  # fmt: skip
    print(report.line(facts))
    print("services  instances each   choices/s (step)   choices/s (columns)   ms a step")
    for r in rows:
        rates = f"{r['step_choices_s']:16,.0f}   {r['columns_choices_s']:19,.0f}"
        print(f"{r['services']:8d}  {r['instances']:14d}   {rates}   {r['step_ms']:9.2f}")
    (report.RESULTS / "choices.json").write_text(json.dumps({"machine": facts, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
