"""Room that is reserved: what a reservation holds beyond what its own jobs hold already, and the world less all that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from suanwang.model.plan import Placement


@dataclass(frozen=True, slots=True)
class Reserved:
    """id: of the reservation, and of its room. user: whose. used: placements in it. Times in seconds since 1970."""

    id: str
    user: str
    room: Placement
    from_at: float
    until_at: float
    used: tuple[Placement, ...] = ()

    def rest(self) -> Placement:
        """What of its room its own jobs do not hold."""
        kind, count = self.room.accelerators
        cpu = self.room.cpu_milli - sum(p.cpu_milli for p in self.used)
        memory = self.room.memory_bytes - sum(p.memory_bytes for p in self.used)
        count = max(0, count - sum(p.accelerators[1] for p in self.used if p.accelerators[0] == kind))
        taken = {device for p in self.used for device in p.held_devices if p.accelerators[0] == kind}
        free = [device for device in self.room.held_devices if device not in taken][:count]
        return msgspec.structs.replace(
            self.room,
            cpu_milli=max(0, cpu),
            memory_bytes=max(0, memory),
            accelerators=(kind, len(free)) if free else ("", 0),
            devices=tuple(free),
        )


NONE: Mapping[str, Reserved] = MappingProxyType({})


def used(reserved: Mapping[str, Reserved], come: Iterable[Placement], gone: Iterable[Placement]) -> Mapping[str, Reserved]:
    """After some placements came and others went; the same object where none of them was in a reservation."""
    fresh = dict[str, Reserved]()
    for placement, comes in (*((p, True) for p in come), *((p, False) for p in gone)):
        of = fresh.get(placement.reservation) or reserved.get(placement.reservation)
        if of is not None:
            rest = tuple(p for p in of.used if p.id != placement.id)
            now = (*rest, placement) if comes else rest
            fresh[of.id] = Reserved(of.id, of.user, of.room, of.from_at, of.until_at, now)
    return MappingProxyType({**reserved, **fresh}) if fresh else reserved
