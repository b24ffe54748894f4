"""Measure this machine: wasm fuel always, and in full also kernels, disk and start-ups; what fails is noted, not fatal.

quick  wasm fuel, cores, memory                          under 1.5 s
full   + kernels in a child process, disk, start-ups     about 6 s
"""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from suanwang.drivers.meter.disk import disk_sync, disk_write
from suanwang.drivers.meter.machine import MachineKey
from suanwang.drivers.meter.parent import Confine, Order, Request, ask, start
from suanwang.drivers.meter.repeat import Repeated, awaited_ms, durations_ms, metric_of
from suanwang.drivers.meter.report import MeterReport, Profile
from suanwang.drivers.meter.starts import process_start, sandbox_start
from suanwang.model.fault import Fault
from suanwang.model.metric import Metric, Source, Statistics
from suanwang.model.node import Speed

FUEL_S: dict[Profile, float] = {"quick": 0.8, "full": 1.0}
KERNEL_S = {"scalar": 0.6, "fp64": 0.5, "fp32": 0.5, "int8": 0.4, "memory_bandwidth": 0.6}
DISK_S = 0.4
START_S = 0.2
"""Wall seconds for each kernel. Twenty repetitions or more on the anchor machine, so that the median is worth its name."""

ARRAY_BYTES_MAX = 64 << 20
"""Each of three arrays of the bandwidth kernel: six times a large last-level cache together, but never over 1/16 of memory."""

Start = tuple[str, Callable[[], Awaitable[object]]]
"""(type of the L0 metric in milliseconds, what to time), as tasks.task_starts gives them."""

Found = tuple[list[Metric], list[str]]
"""Readings, and a note for each that could not be taken."""

TROUBLE = (Fault, OSError, subprocess.SubprocessError)


class FuelMeter(Protocol):
    """What the meter needs of the WebAssembly runtime."""

    async def fuel_rate(self, seconds: float) -> tuple[float, float, float]:
        """Burn fuel on one core for so many wall seconds: (fuel per wall second, fuel per CPU second, relative spread)."""
        ...


async def measure(
    profile: Profile,
    *,
    taken_at: float,
    key: MachineKey,
    fuel: FuelMeter,
    folder: Path,
    cap: float = 1.0,
    starts: tuple[Start, ...] = (),
    confine: Confine | None = None,
) -> MeterReport:
    """Take the readings of `profile`, one after the other; what blocks runs in a thread.

    taken_at: seconds since 1970, only written down. folder: the state folder, whose disk is measured. cap: share of each core
    that is lent, for the "cores" reading. starts: further start-ups to time. Faults of `fuel` pass: without it nothing can be
    billed; everything else that fails becomes a note.
    """
    fuel_metric, speed = await _fuel(fuel, FUEL_S[profile])
    metrics, notes = [*_nominal(key, cap), fuel_metric], []
    if profile == "full":
        for measured, noted in (await asyncio.to_thread(_machine, key, folder, confine), await _tasks(starts)):
            metrics += measured
            notes += noted
    return MeterReport(taken_at=taken_at, profile=profile, machine=key, metrics=tuple(metrics), speed=speed, notes=tuple(notes))


async def _fuel(fuel: FuelMeter, seconds: float) -> tuple[Metric, Speed]:
    """The reading is per CPU second, like the kernels': the cap counts once, in "cores"."""
    per_s, per_cpu_s, spread = await fuel.fuel_rate(seconds)
    metric = _metric("wasm_fuel", "fuel/s", per_cpu_s, "directly measured", "mean", spread, seconds)
    return metric, Speed(fuel_per_cpu_s=per_cpu_s, fuel_per_s=per_s, spread=spread)


def _nominal(key: MachineKey, cap: float) -> tuple[Metric, ...]:
    memory = key.memory_bytes / (1 << 30)
    return (
        _metric("cores", "core", key.cores * cap, "nominal", "cur"),
        _metric("memory", "GiB", memory, "nominal", "cur"),
    )


def _machine(key: MachineKey, folder: Path, confine: Confine | None) -> Found:
    metrics, notes = _kernels(key, confine)
    for name, take in (*_disk(folder), *_starts()):
        try:
            metrics.append(metric_of(take()))
        except TROUBLE as trouble:
            notes.append(f"{name}: {trouble}")
    return metrics, notes


async def _tasks(starts: tuple[Start, ...]) -> Found:
    metrics: list[Metric] = []
    notes: list[str] = []
    for name, work in starts:
        try:
            metrics.append(metric_of(await awaited_ms(name, work, START_S)))
        except TROUBLE as trouble:
            notes.append(f"{name}: {trouble}")
    return metrics, notes


def _kernels(key: MachineKey, confine: Confine | None) -> Found:
    array_bytes = min(ARRAY_BYTES_MAX, max(1 << 20, key.memory_bytes // 16))
    orders = tuple(Order(kernel=name, budget_s=seconds) for name, seconds in KERNEL_S.items())
    try:
        child = start(confine)
        return [metric_of(each) for each in ask(child, Request(orders=orders, array_bytes=array_bytes))], []
    except (Fault, OSError) as trouble:
        return [], [f"{', '.join(KERNEL_S)}: {trouble}"]


def _disk(folder: Path) -> tuple[tuple[str, Callable[[], Repeated]], ...]:
    return (
        ("disk_write", lambda: disk_write(folder, DISK_S)),
        ("disk_sync", lambda: disk_sync(folder, DISK_S)),
    )


def _starts() -> tuple[tuple[str, Callable[[], Repeated]], ...]:
    """Where the program is there."""
    ours = (("process_start", process_start()), ("sandbox_start", sandbox_start()))
    there = ((name, work) for name, work in ours if work is not None)
    return tuple((name, lambda name=name, work=work: durations_ms(name, work, START_S)) for name, work in there)


def _metric(
    type: str, unit: str, value: float, source: Source, statistics: Statistics, spread: float = 0.0, window_s: float = 0.0
) -> Metric:
    return Metric(
        type=type,
        level=0,
        format="float",
        unit=unit,
        source=source,
        statistics=statistics,
        value=value,
        spread=spread,
        window_s=window_s,
    )
