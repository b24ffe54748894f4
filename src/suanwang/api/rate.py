"""How often one caller may ask: a token bucket each, for a bounded number of callers; time is an argument."""

from collections import OrderedDict

import msgspec

from suanwang.model.fault import QuotaFault

CALLERS_MAX = 10_000
"""Whoever asked longest ago is forgotten first: with every bucket but the largest it would be full again by then."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """per_s: requests a second in the long run. burst: requests that may come at once after a quiet time, at least 1."""

    per_s: float
    burst: float


USERS = Rate(per_s=500.0, burst=2_000.0)
NODES = Rate(per_s=500.0, burst=2_000.0)


class RateFault(QuotaFault):
    """Too many requests. retry_s: seconds until the next one may come."""

    def __init__(self, rate: Rate, retry_s: float) -> None:
        why = f"more than {rate.per_s:g} requests a second, after {rate.burst:g} at once; the next may come in {retry_s:.1f} s"
        super().__init__("SUAN-U053", why, "ask less often; watch a job by its events instead of asking again and again")
        self.retry_s = retry_s


class Buckets:
    """caller -> (requests left, when that was so)."""

    def __init__(self, most: int = CALLERS_MAX) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._most = most

    def take(self, caller: str, rate: Rate, now: float) -> None:
        """Count one request. RateFault SUAN-U053 if it comes too early; it is then not counted."""
        left, at = self._left.get(caller, (rate.burst, now))
        left = min(rate.burst, left + max(0.0, now - at) * rate.per_s)
        if left < 1.0:
            raise RateFault(rate, (1.0 - left) / rate.per_s)
        self._left[caller] = (left - 1.0, now)
        self._left.move_to_end(caller)
        if len(self._left) > self._most:
            self._left.popitem(last=False)

    def __len__(self) -> int:
        return len(self._left)
