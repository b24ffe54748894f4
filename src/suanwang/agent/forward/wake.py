"""Who was asked for and has no instance: told at once, and not again for a while, however many packets come."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from suanwang.model.steering import Served

DEVICE = "suan-wake"
AGAIN_S = 0.5
ASKED_MAX = 100


@dataclass
class Asked:
    """Services that were asked for since it was last told."""

    _waiting: dict[str, None] = field(default_factory=dict[str, None])
    _told_at: dict[str, float] = field(default_factory=dict[str, float])

    def note(self, addresses: Iterable[str], services: Iterable[Served], now: float) -> bool:
        """Packets came for these addresses; whether that is news. Addresses of no service are nobody's."""
        by_address = {served.cs_id: served.id for served in services}
        wanted = [by_address[address] for address in addresses if address in by_address]
        fresh = [service for service in wanted if now - self._told_at.get(service, float("-inf")) >= AGAIN_S]
        for service in fresh[: ASKED_MAX - len(self._waiting)]:
            self._waiting[service] = None
        return bool(fresh)

    def take(self, now: float) -> tuple[str, ...]:
        """Those to be told now."""
        told = tuple(self._waiting)
        self._waiting.clear()
        self._told_at |= dict.fromkeys(told, now)
        return told
