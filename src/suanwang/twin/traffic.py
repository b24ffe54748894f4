"""One service in simulated time: as many instances as it has, one queue each, and the law by which its requests find them.

    0 ... WARM       nothing counts yet
    WARM             the change happens
    SETTLED ... END  latencies and loads are counted, once what followed is over; lost requests are counted from WARM on

What an agent would tell of each instance is sampled as it is told, so that it can be held against what agents do tell.
"""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import numpy as np

from suanwang.steer.columns import Floats
from suanwang.twin.fleet import Fleet, Pick, Rule
from suanwang.twin.laws import Selectors, measured
from suanwang.twin.run import Law, Run, rule

WARM_MS, SETTLED_MS, END_MS = 3_000.0, 18_000.0, 33_000.0
TOLD_MS, STEP_MS = 125.0, 40.0
AGE_MS = 125.0
"""What is told of an instance is so old when it is used."""
REQUESTS_MOST = 2_000_000
"""In one run."""
SHARES = (*(i / 100 for i in range(100)), 0.995, 0.999)


def _still(name: Rule) -> Callable[[Fleet], Law]:
    """A rule that does not change while it runs."""

    def made(fleet: Fleet) -> Law:
        pick = rule(name, fleet, age_ms=AGE_MS if name in OLD else 0.0)
        return lambda run, now_ms: pick

    return made


POLICIES: dict[str, Callable[[Fleet], Law]] = {
    "selectors": lambda fleet: Selectors(fleet, AGE_MS),
    "nearest": _still("nearest"),
    "two-choices": _still("two choices"),
    "joint": _still("joint"),
    "shares": _still("shares"),
}
"""What `policy` may name. selectors: what forwarders and the brain do today."""
OLD = ("joint", "two choices", "two-choices")
"""Those that look at states as they were a while ago."""


class Lived(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run. latency_ms: of what was answered, once settled. lost, came: requests from WARM on. load: requests at
    each instance in the mean, once settled. told_ms: as agents would tell it, from WARM on."""

    latency_ms: Floats
    lost: int
    came: int
    load: Floats
    told_ms: Floats

    def percentile(self, share: float) -> float:
        """Of latencies, in ms; NaN if nothing was answered."""
        return float(np.quantile(self.latency_ms, share)) if len(self.latency_ms) else np.nan

    @property
    def lost_per_mille(self) -> float:
        return 1000.0 * self.lost / max(1, self.came)


def requests_of(fleet: Fleet, times: float) -> int:
    """How many a run has room for: what comes, and ten standard deviations more."""
    mean = float(fleet.rates.sum()) * max(1.0, times) * END_MS
    return int(mean + 10.0 * mean**0.5 + 100)


def live(fleet: Fleet, policy: str, seed: int, times: float = 1.0) -> Lived:
    """Run it. policy: of POLICIES. times: what the rate rises to at most."""
    law = POLICIES[policy](fleet)
    one = Run(fleet, seed, requests_of(fleet, times), old_ms=AGE_MS if policy in OLD else 0.0)
    told = Told([], [])
    told_at = WARM_MS
    while one.now_ms < END_MS:
        pick: Pick = law(one, one.now_ms)
        one.until(min(END_MS, one.now_ms + STEP_MS), pick)
        if one.now_ms >= told_at:
            told_at += TOLD_MS
            told.hear(one, len(fleet.servers))
    seen = one.seen()
    late = (seen.at_ms >= WARM_MS) & (seen.at_ms < END_MS)
    settled = late & (seen.at_ms >= SETTLED_MS) & ~np.isnan(seen.latency_ms)
    gone = one.live.latency[: len(late)] == np.inf
    return Lived(
        latency_ms=seen.latency_ms[settled],
        lost=int((late & gone).sum()),
        came=int(late.sum()),
        load=_present(told, len(fleet.servers)),
        told_ms=np.array(told.latency_ms),
    )


class Told(NamedTuple):
    """Samples of what agents would tell: latencies of instances that had requests; requests in flight of each instance."""

    latency_ms: list[float]
    in_flight: list[list[float]]

    def hear(self, run: Run, instances: int) -> None:
        loads = {int(load.contact[1:]): load for load in measured(run)}
        self.latency_ms.extend(load.latency_ms for load in loads.values() if load.in_flight > 0)
        self.in_flight.append([loads[s].in_flight if s in loads else 0.0 for s in range(instances)])


def _present(told: Told, instances: int) -> Floats:
    """Requests at each instance in the mean, over the samples after it has settled."""
    rows = np.array(told.in_flight).reshape(-1, instances)
    late = rows[int((SETTLED_MS - WARM_MS) / TOLD_MS) :]
    return late.mean(0) if len(late) else np.zeros(instances)
