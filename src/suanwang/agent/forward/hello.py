"""Who stands behind this router, and at which of its interfaces: learned from signed hellos, so that the network follows
compute.

A node is connected as soon as its hello proves who it is, asked whether it answers (ICMPv6 echo), and joined when it does. One
that moves to another interface is believed there only when it was silent at the first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from suanwang.model.fault import AuthorityFault
from suanwang.model.steering import Member
from suanwang.steer.address import home, router_of
from suanwang.trust import hello

MOVE_S = 3.0
ASK_S = 0.5
REFUSED_MAX = 16
"""Reasons of refusals that are kept to be shown."""


@dataclass
class Doorstep:
    """The members behind one router. attached: device by locator. joined: those that answered. refused: how many hellos were
    not believed; reasons: the last of them, (code, why)."""

    router: int
    attached: dict[int, str] = field(default_factory=dict[int, str])
    joined: set[int] = field(default_factory=set[int])
    refused: int = 0
    reasons: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _heard_at: dict[int, float] = field(default_factory=dict[int, float])
    _last: dict[int, float] = field(default_factory=dict[int, float])
    _members: dict[int, Member] = field(default_factory=dict[int, Member])

    def follow(self, members: Sequence[Member]) -> bool:
        """Believe these, of whom those behind another router do not concern us; whether anybody is not attached any more."""
        self._members = {member.locator: member for member in members if router_of(member.locator) == self.router}
        return self._forget([locator for locator in self.attached if locator not in self._members])

    def hear(self, datagram: bytes, device: str, wall: float, now: float) -> bool:
        """A hello came in by this device; whether that attaches somebody, or elsewhere. wall: seconds since 1970."""
        try:
            said = hello.opened(datagram, self._members.values(), wall, self._last)
        except AuthorityFault as fault:
            self._refuse(fault.code, fault.why)
            return False
        place, heard_at = self.attached.get(said.locator), self._heard_at.get(said.locator, float("-inf"))
        if place not in (None, device) and now - heard_at < MOVE_S:
            self._refuse("SUAN-A076", f"{said.node_id} is heard at {device}, and still at {place}")
            return False
        self._last[said.locator], self._heard_at[said.locator] = said.at, now
        if place == device:
            return False
        self.attached[said.locator] = device
        self.joined.discard(said.locator)
        return True

    def present(self, devices: Collection[str]) -> bool:
        """Only these devices exist; whether anybody was behind another one."""
        return self._forget([locator for locator, device in self.attached.items() if device not in devices])

    def unproven(self) -> Mapping[str, int]:
        """Address of each that is attached and has not answered yet, and its locator."""
        return {home(locator): locator for locator in self.attached if locator not in self.joined}

    def answered(self, address: str) -> int | None:
        """An echo came from there; the locator of who has joined by that."""
        locator = self.unproven().get(address)
        if locator is not None:
            self.joined.add(locator)
        return locator

    def _forget(self, gone: Sequence[int]) -> bool:
        for locator in gone:
            del self.attached[locator]
            self.joined.discard(locator)
            self._heard_at.pop(locator, None)
        return bool(gone)

    def _refuse(self, code: str, why: str) -> None:
        self.refused += 1
        self.reasons = [*self.reasons[1 - REFUSED_MAX :], (code, why)]
