"""A compute or network metric with the fields of the IETF CATS metric definition draft (draft-ietf-cats-metric-definition)."""

from typing import Literal

import msgspec

Source = Literal["nominal", "estimation", "directly measured", "normalization", "aggregation"]
Statistics = Literal["max", "min", "mean", "cur"]


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """level 0: raw, a unit each. Level 1: normalised per category, 0-10. Level 2: one number, 0-10 (`norm_fi`).

    spread: relative half-width of the readings behind the value ((p90 - p10) / 2 / median), 0 where there was one reading.
    window_s: measurement window in seconds.
    """

    type: str
    level: int
    format: Literal["int", "float", "octet"]
    unit: str
    source: Source
    statistics: Statistics
    value: float
    spread: float = 0.0
    window_s: float = 0.0
