"""Scores for other domains: raw readings (L0) to one octet per category (L1) to one octet in all (L2), as IETF CATS has it.

    L0 reading --log scale around an anchor--> points 0-10 --weights--> L1 category --weights--> L2 `norm_fi`

Terms and fields follow draft-ietf-cats-metric-definition (L0 raw, L1 normalised per category, L2 a single number; source
"normalization" and "aggregation"). The draft leaves the functions to the implementer; these are ours:

- normalisation: points = 5 + 2.5 x log10(reading / anchor), or anchor / reading where less is better, cut off at 0 and 10.
  Speeds differ by factors, so a factor is worth the same everywhere: ten times the anchor is 7.5, a hundredth is 0.
- aggregation: the weighted mean of the points of what was read, weights made to sum to one over it. What was not read is
  absent, never zero: a node nobody has probed has no `communication_comb`, rather than a bad one.
- `composed_comb`: the lesser of computing and communication, once there are both: a request passes through both, so the
  narrower one counts. Start-up costs stay out of it, for they weigh on short requests only.

Published metrics carry the octet alone, as CATS forwarders exchange it. The exact points come from `points_of`,
`category_points` and `total_points`; nobody inside the domain chooses by octets, because everyone would rush to the one 9.
"""

import math
from typing import Literal

import msgspec

from suanwang.model.metric import Metric

Category = Literal["computing", "communication", "service"]
Band = Literal["low", "medium", "high"]

POINTS_MAX = 10.0
POINTS_AT_ANCHOR = 5.0
POINTS_PER_TENFOLD = 2.5
"""Two powers of ten either side of the anchor span the octet's 0-10; a ten per cent error of a reading is 0.1 points."""

COMPOSED = "composed_comb"
TOTAL = "norm_fi"


class Anchor(msgspec.Struct, frozen=True):
    """One kind of L0 reading: the value that scores 5, in `unit`, and its share within its category.

    more: true where more is better. A reading counts only under exactly this type and unit.
    """

    type: str
    unit: str
    at: float
    more: bool
    weight: float
    category: Category


ANCHORS: tuple[Anchor, ...] = (
    Anchor("wasm_fuel", "fuel/s", 6.4e9, True, 4.0, "computing"),
    Anchor("cores", "core", 2.0, True, 2.0, "computing"),
    Anchor("memory", "GiB", 24.0, True, 1.0, "computing"),
    Anchor("scalar", "MB/s", 19.0, True, 2.0, "computing"),
    Anchor("fp64", "GFLOP/s", 48.0, True, 1.0, "computing"),
    Anchor("fp32", "GFLOP/s", 100.0, True, 1.0, "computing"),
    Anchor("int8", "GOP/s", 8.0, True, 0.5, "computing"),
    Anchor("memory_bandwidth", "GB/s", 36.0, True, 1.0, "computing"),
    Anchor("disk_write", "MB/s", 1500.0, True, 0.5, "computing"),
    Anchor("disk_sync", "ms", 0.15, False, 0.5, "computing"),
    Anchor("round_trip", "ms", 20.0, False, 2.0, "communication"),
    Anchor("bandwidth", "Mbit/s", 1000.0, True, 1.0, "communication"),
    Anchor("wasm_start", "ms", 0.6, False, 1.0, "service"),
    Anchor("python_call", "ms", 6.5, False, 1.0, "service"),
    Anchor("process_start", "ms", 1.3, False, 1.0, "service"),
    Anchor("sandbox_start", "ms", 8.0, False, 1.0, "service"),
)
"""Compute and service anchors: a rented virtual machine of 2 cores of an AMD EPYC (Zen 4, one thread a core) and 24 GiB under
Linux 6 with a disk on NVMe, CPython 3.11, NumPy 2.4 with OpenBLAS, wasmtime 50; as suanwang.drivers.meter read it, rounded.
An ordinary machine, so that anyone can rent one to check, and in the middle, so that a Raspberry Pi and a big server both stay
on the scale. Communication anchors: 20 ms is the round trip one asks of a nearby city, 1 Gbit/s the common port."""

REFERENCE_FUEL_PER_S = next(anchor.at for anchor in ANCHORS if anchor.type == "wasm_fuel")
"""One core of the reference machine: the one that scores stand on."""

CATEGORY_WEIGHTS: dict[str, float] = {"computing": 0.4, "communication": 0.3, "service": 0.1, "composed": 0.2}
"""Shares in `norm_fi`, made to sum to one over the categories that are there."""

_BY_TYPE = {anchor.type: anchor for anchor in ANCHORS}


def points_of(metric: Metric) -> float | None:
    """Exact points 0-10 of one L0 reading, or None where no anchor fits its type, unit and level."""
    anchor = _BY_TYPE.get(metric.type)
    if anchor is None or metric.level != 0 or metric.unit != anchor.unit or math.isnan(metric.value):
        return None
    if metric.value <= 0:
        return 0.0 if anchor.more else POINTS_MAX
    tenfolds = math.log10(metric.value) - math.log10(anchor.at)
    return _cut(POINTS_AT_ANCHOR + POINTS_PER_TENFOLD * (tenfolds if anchor.more else -tenfolds))


def category_points(readings: tuple[Metric, ...]) -> dict[str, float]:
    """Exact points 0-10 by category ("computing", ..., "composed"), only of categories that have readings.

    Of several readings of the same type the last one counts.
    """
    points = {metric.type: scored for metric in readings if (scored := points_of(metric)) is not None}
    found: dict[str, float] = {}
    for category in ("computing", "communication", "service"):
        terms = [(points[a.type], a.weight) for a in ANCHORS if a.category == category and a.type in points]
        if terms:
            found[category] = _mean(terms)
    if "computing" in found and "communication" in found:
        found["composed"] = min(found["computing"], found["communication"])
    return found


def total_points(categories: dict[str, float]) -> float | None:
    """Exact points 0-10 over all categories that are there, or None without any."""
    terms = [(points, CATEGORY_WEIGHTS[name]) for name, points in categories.items()]
    return _mean(terms) if terms else None


def levels(readings: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """The L1 metrics of the categories that have readings, then the L2 metric `norm_fi`; empty without any reading.

    Values are octets. An L1 metric is a "normalization", but `composed_comb` and `norm_fi` are an "aggregation".
    window_s: the sum of the windows of the readings that were used.
    """
    window_s = sum(metric.window_s for metric in readings if points_of(metric) is not None)
    categories = category_points(readings)
    level1 = tuple(_level1(category, points, window_s) for category, points in categories.items())
    total = total_points(categories)
    return level1 if total is None else (*level1, _level2(total, window_s))


def octet(points: float) -> int:
    """The whole number 0-10 next to `points`, halves upwards."""
    return int(_cut(points) + 0.5)


def band(value: float) -> Band:
    """How the draft reads an octet: 0-3 low, 4-7 medium, 8-10 high."""
    whole = octet(value)
    return "low" if whole <= 3 else "medium" if whole <= 7 else "high"


def _level1(category: str, points: float, window_s: float) -> Metric:
    composed = category == "composed"
    return Metric(
        type=COMPOSED if composed else f"{category}_comb",
        level=1,
        format="octet",
        unit="",
        source="aggregation" if composed else "normalization",
        statistics="min" if composed else "mean",
        value=octet(points),
        window_s=window_s,
    )


def _level2(points: float, window_s: float) -> Metric:
    return Metric(
        type=TOTAL,
        level=2,
        format="octet",
        unit="",
        source="aggregation",
        statistics="mean",
        value=octet(points),
        window_s=window_s,
    )


def _mean(terms: list[tuple[float, float]]) -> float:
    """Weighted mean of (points, weight)."""
    return sum(points * weight for points, weight in terms) / sum(weight for _, weight in terms)


def _cut(points: float) -> float:
    return min(POINTS_MAX, max(0.0, points))
