"""How many requests each service had under way, hour by hour: what scaling ahead is reckoned from. Heard, not logged."""

from collections.abc import Mapping

import numpy as np

from suanwang.world.world import Floats

KEPT_H = 3 * 168
ENOUGH_H = 49
"""A forecast is looked for once there are two days to judge it by."""
AHEAD_S = 300.0
"""The next hour counts so long before it begins: an instance takes a while to start."""


class Flights:
    """peaks: service -> hour since 1970 -> the most requests under way in it. said: service -> what is foreseen of this hour
    and of the next, for those where it helps; said_at: the hour it was said in."""

    def __init__(self) -> None:
        self.peaks: dict[str, dict[int, float]] = {}
        self.said: Mapping[str, tuple[float, float]] = {}
        self.said_at = -1

    def hear(self, service: str, in_flight: float, at: float) -> None:
        """So many are under way now. at: seconds since 1970."""
        peaks, hour = self.peaks.setdefault(service, {}), int(at // 3600)
        peaks[hour] = max(in_flight, peaks.get(hour, 0.0))
        if len(peaks) > KEPT_H:
            del peaks[min(peaks)]

    def series(self, at: float) -> dict[str, Floats]:
        """Peaks up to the hour before this one, of services that were heard for long enough; NaN where nobody listened."""
        last = int(at // 3600) - 1
        found = {s: {h: v for h, v in peaks.items() if h <= last} for s, peaks in self.peaks.items()}
        return {s: _row(peaks, last) for s, peaks in found.items() if peaks and last - min(peaks) >= ENOUGH_H - 1}

    def soon(self, service: str, at: float) -> float | None:
        """As many as may well be under way by forecast; None where what is under way now is the better guess."""
        said = self.said.get(service) if self.said_at == int(at // 3600) else None
        return None if said is None else max(said) if 3600.0 - at % 3600.0 <= AHEAD_S else said[0]


def _row(peaks: Mapping[int, float], last: int) -> Floats:
    return np.array([peaks.get(hour, np.nan) for hour in range(min(peaks), last + 1)], np.float64)
