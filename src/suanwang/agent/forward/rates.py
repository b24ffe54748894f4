"""New flows a second, by service: counted here, told by other ingresses, and added up.

    own      counts of the kernel (drivers.kernel.flows), smoothed (steer.counting), from the first count on
    others   as their forwarders told it, for as long as it is believed

An ingress says what it likes of itself, so what it says is bounded, and is no more than a term of the sum. (Pure: counts and
times are given.)
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from suanwang.model.steering import Loads, Rate, Served
from suanwang.steer.counting import CALM_S, Count

TELL_S, IDLE_TELL_S = 0.25, 1.0
"""Between two tellings; and while nothing comes in."""
LEAST = 0.01
"""What is less is nothing."""


class Rates:
    """What one ingress knows."""

    def __init__(self) -> None:
        self._own: dict[str, Count] = {}
        self._counted_at: float | None = None
        self._told: dict[str, dict[str, tuple[float, float]]] = {}
        self._ingresses = self._services = frozenset[str]()

    def follow(self, ingresses: Collection[str], services: Sequence[Served]) -> None:
        """Believe these others, about these services, and forget all else that they told."""
        self._ingresses, self._services = frozenset(ingresses), frozenset(one.id for one in services)
        self._told = {
            node: {service: rate for service, rate in rates.items() if service in self._services}
            for node, rates in self._told.items()
            if node in self._ingresses
        }

    def count(self, came: Mapping[str, int], services: Sequence[Served], now: float) -> None:
        """came: new flows by address since the last count."""
        since, self._counted_at = self._counted_at, now
        if since is None or now <= since:
            return
        self._own = {one.id: self._own.get(one.id, Count()).after(came.get(one.cs_id, 0), now - since) for one in services}

    def hear(self, said: Loads, now: float) -> None:
        """A node tells its rates; only what another ingress says of a service that is there is kept."""
        if said.node_id in self._ingresses:
            found = {
                one.service: (one.flows_per_s, now) for one in said.rates if one.possible and one.service in self._services
            }
            self._told[said.node_id] = self._told.get(said.node_id, {}) | found

    def own(self) -> tuple[Rate, ...]:
        """As it is told: services with any new flows, by id."""
        rates = sorted((id, round(count.per_s, 3)) for id, count in self._own.items())
        return tuple(Rate(service=id, flows_per_s=rate) for id, rate in rates if rate >= LEAST)

    def here(self, now: float, lifetime_s: float) -> dict[str, float]:
        """Own rates by service; none if they were not counted of late."""
        counted = self._counted_at is not None and now - self._counted_at < lifetime_s
        return {one.service: one.flows_per_s for one in self.own()} if counted else {}

    def elsewhere(self, now: float, lifetime_s: float) -> dict[str, dict[str, float]]:
        """By ingress and service, what was heard of late."""
        return {
            node: {service: rate for service, (rate, at) in told.items() if now - at < lifetime_s}
            for node, told in self._told.items()
        }

    def all(self, now: float, lifetime_s: float) -> dict[str, float]:
        """By service, over this ingress and all that were heard of late."""
        found = Counter(self.here(now, lifetime_s))
        for told in self.elsewhere(now, lifetime_s).values():
            found.update(told)
        return dict(found)


class Telling:
    """When rates are told, each time under a number above all before. node_id: who tells."""

    def __init__(self, node_id: str) -> None:
        self._node_id, self._number, self._at = node_id, 0, -math.inf
        self._rates: tuple[Rate, ...] = ()

    def due(self, rates: tuple[Rate, ...], now: float, wall: float, lifetime_s: float) -> Loads | None:
        """None if it is not worth telling now. wall: seconds since 1970."""
        if not (rates or self._rates) and now - self._at < IDLE_TELL_S:
            return None
        self._number, self._at = max(self._number + 1, int(wall * 1000)), now
        gone = {one.service for one in self._rates} - {one.service for one in rates}
        self._rates = rates
        told = (*rates, *(Rate(service=id, flows_per_s=0.0) for id in sorted(gone)))
        return Loads(node_id=self._node_id, number=self._number, at=wall, lifetime_s=lifetime_s, window_s=CALM_S, rates=told)
