"""Do it again until the time is up, then say the middle and how far the rest lay from it."""

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from suanwang.model.metric import Metric

Clock = Literal["cpu", "wall"]
REPETITIONS_MIN = 3
"""Fewer have no middle; on a very slow machine this may outlast the budget."""

REPETITIONS_MAX = 100_000

MILLISECONDS = 1e3


class Repeated(msgspec.Struct, frozen=True, kw_only=True):
    """Readings of one kernel, one a repetition, in `unit`. cpu_s, wall_s: over all counted repetitions."""

    type: str
    unit: str
    values: tuple[float, ...]
    cpu_s: float
    wall_s: float


def seconds_each(
    work: Callable[[], object],
    budget_s: float,
    clock: Clock = "cpu",
    repetitions: int = 0,
    repetitions_max: int = REPETITIONS_MAX,
) -> tuple[tuple[float, ...], float, float]:
    """(seconds of each repetition on `clock`, CPU seconds in all, wall seconds in all) after one uncounted warm-up.

    clock: "cpu" is this process's CPU time, which neighbours on a busy machine and a cap do not stretch; "wall" is for what
    waits (disk, other processes). repetitions: exactly so many; 0 means until `budget_s` is used, at least REPETITIONS_MIN.
    """
    tick = time.process_time if clock == "cpu" else time.perf_counter
    work()
    seconds: list[float] = []
    cpu_0, wall_0 = time.process_time(), time.perf_counter()
    while not _enough(len(seconds), repetitions, repetitions_max, time.perf_counter() - wall_0, budget_s):
        start = tick()
        work()
        seconds.append(tick() - start)
    return tuple(seconds), time.process_time() - cpu_0, time.perf_counter() - wall_0


def _enough(done: int, repetitions: int, repetitions_max: int, wall_s: float, budget_s: float) -> bool:
    if repetitions:
        return done >= repetitions
    return done >= repetitions_max or (done >= REPETITIONS_MIN and wall_s >= budget_s)


def rates(
    type: str,
    unit: str,
    work_each: float,
    work: Callable[[], object],
    budget_s: float,
    clock: Clock = "cpu",
    repetitions: int = 0,
    repetitions_max: int = REPETITIONS_MAX,
) -> Repeated:
    """Repeat `work`, which does `work_each` (in the unit's numerator), and give it per second. Rest as in seconds_each."""
    seconds, cpu_s, wall_s = seconds_each(work, budget_s, clock, repetitions, repetitions_max)
    values = tuple(work_each / max(each, 1e-9) for each in seconds)
    return Repeated(type=type, unit=unit, values=values, cpu_s=cpu_s, wall_s=wall_s)


def durations_ms(type: str, work: Callable[[], object], budget_s: float, repetitions_max: int = REPETITIONS_MAX) -> Repeated:
    """Repeat `work` and give the wall time of each repetition in milliseconds."""
    seconds, cpu_s, wall_s = seconds_each(work, budget_s, "wall", repetitions_max=repetitions_max)
    values = tuple(each * MILLISECONDS for each in seconds)
    return Repeated(type=type, unit="ms", values=values, cpu_s=cpu_s, wall_s=wall_s)


async def awaited_ms(type: str, work: Callable[[], Awaitable[object]], budget_s: float) -> Repeated:
    """durations_ms for what is awaited; CPU time is this process's, with all that its loop did meanwhile."""
    await work()
    values: list[float] = []
    cpu_0, wall_0 = time.process_time(), time.perf_counter()
    while not _enough(len(values), 0, REPETITIONS_MAX, time.perf_counter() - wall_0, budget_s):
        start = time.perf_counter()
        await work()
        values.append((time.perf_counter() - start) * MILLISECONDS)
    cpu_s, wall_s = time.process_time() - cpu_0, time.perf_counter() - wall_0
    return Repeated(type=type, unit="ms", values=tuple(values), cpu_s=cpu_s, wall_s=wall_s)


def middle(values: tuple[float, ...]) -> tuple[float, float]:
    """(median, spread) where spread = (p90 - p10) / 2 / median, the relative half-width of model.metric.Metric."""
    median = statistics.median(values)
    if len(values) < 2 or median == 0:
        return median, 0.0
    deciles = statistics.quantiles(values, n=10, method="inclusive")
    return median, (deciles[8] - deciles[0]) / 2 / median


def metric_of(repeated: Repeated) -> Metric:
    """The median as a measured L0 metric. The CATS draft has no word for a median; "mean" is the nearest of its four."""
    median, spread = middle(repeated.values)
    return Metric(
        type=repeated.type,
        level=0,
        format="float",
        unit=repeated.unit,
        source="directly measured",
        statistics="mean",
        value=median,
        spread=spread,
        window_s=repeated.wall_s,
    )
