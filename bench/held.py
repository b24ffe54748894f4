"""One server under a CPU quota, alone: what the kernel makes of it, and the twin's model of that (twin.quota).

    python bench/held.py [--rounds 480] [--turns 4]        as root, where control groups can be made

The server of bench/crowd, asked over loopback: all the time, by several at once, or now and then, at random times. Of each way:
CPU time of a request and how often the group was throttled meanwhile, by the kernel's account; how long answers took, and
how long they take in the model, at the same times and with the same CPU time in the mean. Ways are measured in turn, so that a
machine that becomes slower does so for all.
"""

import argparse
import asyncio
import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import report
from crowd.cores import foremost
from crowd.rehearsal import AFTER_MS, TORN, WOKEN
from suanwang.drivers.cgroup import Group, find
from suanwang.twin.quota import USED, Costs, quotas, throttled

PORT, ASKERS = 18_090, 6
MEMORY_BYTES, PROCESSES = 256 << 20, 64
ASKED_S = 4.0
WAY_MS = 0.6
"""What a request over loopback takes beyond its server: so that the quickest are alike."""
CHANCES = 8
ASK = b"GET / HTTP/1.1\r\nhost: s\r\nconnection: close\r\n\r\n"


class Way(NamedTuple):
    """milli: thousandths of a core, 0 for no quota. rate: requests a second, 0 for all the time."""

    milli: int
    rate: float


ALL_THE_TIME, RANDOM = (0, 200, 150, 100, 66), ((0, 10), (0, 28), (200, 28), (200, 9), (150, 20), (100, 28), (100, 9), (66, 20))
WAYS = (*(Way(milli, 0) for milli in ALL_THE_TIME), *(Way(*way) for way in RANDOM))


class Turn(NamedTuple):
    """at_s, took_s: of each request. cpu_s: that all took; held: periods in which the group was throttled."""

    at_s: list[float]
    took_s: list[float]
    cpu_s: float
    held: int


async def asked(at_s: list[float], took_s: list[float], start: float) -> None:
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("::1", PORT)
    writer.write(ASK)
    await reader.readuntil(b"\r\n\r\n")
    writer.close()
    at_s.append(began - start)
    took_s.append(time.monotonic() - began)


async def often(at_s: list[float], took_s: list[float]) -> None:
    start = time.monotonic()

    async def asker() -> None:
        while time.monotonic() - start < ASKED_S:
            await asked(at_s, took_s, start)

    await asyncio.gather(*(asker() for _ in range(ASKERS)))


async def now_and_then(at_s: list[float], took_s: list[float], rate: float, seed: int) -> None:
    chance, start, at, tasks = random.Random(seed), time.monotonic(), 0.0, list[asyncio.Task[None]]()
    while (at := at + chance.expovariate(rate)) < ASKED_S:
        await asyncio.sleep(max(0.0, start + at - time.monotonic()))
        tasks.append(asyncio.create_task(asked(at_s, took_s, start)))
    await asyncio.gather(*tasks)


@contextlib.contextmanager
def server(rounds: int) -> Iterator[tuple[Group, Path]]:
    """(its group, the kernel's account of how often that was throttled)."""
    tree = find()
    assert tree is not None, "no control groups can be made here"
    group, words = tree.group(), [sys.executable, "crowd/app.py", "x", str(PORT), str(rounds), "::1"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path(__file__).parent)
    try:
        assert process.stdout is not None and process.stdout.readline()
        group.add(process.pid)
        yield group, tree.mount / tree.place_of(process.pid).lstrip("/") / "cpu.stat"
    finally:
        process.kill()
        process.wait()
        group.remove()


def throttled_periods(account: Path) -> int:
    return next(int(line.split()[1]) for line in account.read_text().splitlines() if line.startswith("nr_throttled"))


def turn(group: Group, account: Path, way: Way, seed: int) -> Turn:
    group.bound(way.milli, MEMORY_BYTES, PROCESSES)
    time.sleep(0.15)
    at_s, took_s = list[float](), list[float]()
    cpu_s, held = group.cpu_s(), throttled_periods(account)
    asyncio.run(now_and_then(at_s, took_s, way.rate, seed) if way.rate else often(at_s, took_s))
    return Turn(at_s, took_s, group.cpu_s() - cpu_s, throttled_periods(account) - held)


def modelled(way: Way, at_ms: Sequence[float], cpu_ms: float) -> np.ndarray:
    """How long answers take, ms, where requests take so much CPU time in the mean."""
    alone_ms = cpu_ms
    for _ in range(3):
        took, used = zip(*(_played(way, at_ms, alone_ms, chance) for chance in range(CHANCES)), strict=True)
        alone_ms *= cpu_ms / (np.mean(used) / len(at_ms))
    return WAY_MS + np.concatenate(took)


def _played(way: Way, at_ms: Sequence[float], alone_ms: float, chance: int) -> tuple[np.ndarray, float]:
    costs = Costs(AFTER_MS, WOKEN * alone_ms, TORN * alone_ms)
    rows, free, took = quotas(np.array([way.milli / 1000]), np.zeros(1), chance, costs), 0.0, list[float]()
    for number, at in enumerate(at_ms):
        answered, free = throttled(at, free, alone_ms - AFTER_MS, 0, rows, np.zeros((0, 9)), chance, number)
        took.append(answered - at)
    return np.array(took), float(rows[0, USED])


def row(way: Way, turns: Sequence[Turn]) -> dict[str, object]:
    count = sum(len(one.at_s) for one in turns)
    cpu_ms = 1000 * sum(one.cpu_s for one in turns) / count
    found = {"milli": way.milli, "a second": way.rate or "all the time", "requests": count, "cpu_ms": round(cpu_ms, 2),
             "throttled": round(sum(one.held for one in turns) / count, 2)}  # fmt: skip
    if way.milli and way.rate:
        real = 1000 * np.concatenate([one.took_s for one in turns])
        model = np.concatenate([modelled(way, [1000 * t for t in sorted(one.at_s)], cpu_ms) for one in turns])
        for name, ms in (("took_ms", real), ("model_ms", model)):
            found[name] = [round(float(x), 1) for x in (*np.percentile(ms, [50, 75, 90, 95]), ms.mean())]
    return found


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    told.add_argument("--rounds", type=int, default=480)
    told.add_argument("--turns", type=int, default=4)
    asked_for, facts = told.parse_args(), report.machine()
    print(report.line(facts))
    with foremost(), server(asked_for.rounds) as (group, account):
        made = {way: list[Turn]() for way in WAYS}
        for seed in range(asked_for.turns):
            for way in WAYS:
                made[way].append(turn(group, account, way, seed))
    found = [row(way, turns) for way, turns in made.items()]
    titles = ("milli", "a second", "requests", "cpu_ms", "throttled", "took_ms", "model_ms")
    print(
        report.table(
            (*titles[:-2], "took p50 75 90 95 mean", "model"), [tuple(str(one.get(t, "")) for t in titles) for one in found]
        )
    )
    report.save("held", facts, ways=found)


if __name__ == "__main__":
    main()
