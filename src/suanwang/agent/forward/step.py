"""The one step in the middle: from all that is known to all that the kernel is to have, and what was refused on the way (pure).

steering, obeyed    only a newer one, and of it only services whose address proves their key
situation           with which path is in use, who is attached where, what each contact weighs, which devices carry
decision            the whole table; the difference to the kernel's own is somebody else's
"""

from collections.abc import Mapping, Sequence

import msgspec

from suanwang.model.fault import ConflictFault
from suanwang.model.fib import Fib, Group, NextHop, Route
from suanwang.model.steering import End, Served, Steering
from suanwang.steer import routes
from suanwang.steer.choices import Choice
from suanwang.steer.choices import choices as chosen_by
from suanwang.steer.choose import Listed
from suanwang.trust.identity import CS_ID_PREFIX, verifies_cs_id

Weights = Mapping[str, Mapping[str, int]]
"""By service id and contact id, 0 to 256."""


class Refused(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A service that is not steered. code: stable, as of a fault."""

    service: str
    code: str
    why: str


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that a decision follows from. active: where a policy leads -> index of the path in use. attached: locator ->
    device. devices: those that are up and have a carrier. accesses: devices toward access networks. chosen: services for each
    of whose flows the kernel chooses; lists: by what, those that it knows prices of."""

    steering: Steering
    weights: Weights
    active: Mapping[End, int]
    attached: Mapping[int, str]
    devices: frozenset[str]
    accesses: tuple[str, ...]
    chosen: frozenset[str] = frozenset()
    lists: Mapping[str, Listed] = msgspec.field(default_factory=dict[str, Listed])


def obeyed(before: Steering | None, said: Steering, prefix: str = CS_ID_PREFIX) -> tuple[Steering, tuple[Refused, ...]]:
    """What is followed of a steering that the brain sent. prefix: of all CS-IDs.

    ConflictFault SUAN-R075 if it is older than `before`, or for another router.
    """
    if before is not None and (said.number < before.number or said.router != before.router):
        why = f"steering {said.number} for router {said.router} came after {before.number} for router {before.router}"
        raise ConflictFault("SUAN-R075", why, "is this router joined twice? suan lab")
    wrong = [served for served in said.services if not _proves(served, prefix)]
    refused = tuple(Refused(service=served.id, code="SUAN-A077", why=_spoofed(served)) for served in wrong)
    return msgspec.structs.replace(said, services=tuple(s for s in said.services if s not in wrong)), refused


def decide(situation: Situation) -> Fib:
    """What the kernel is to have. Nothing in it needs a device that is not there: the kernel would refuse it, and with it the
    rest."""
    steering = situation.steering
    wanted = routes.desired(
        steering, situation.weights, situation.active, situation.attached, situation.accesses, situation.chosen
    )
    return possible(wanted, situation.devices)


def choices(situation: Situation) -> tuple[Choice, ...]:
    """What each new flow is chosen for by."""
    groups = routes.grouped(situation.steering, situation.weights, situation.attached, situation.chosen)
    return chosen_by(groups, situation.weights, situation.lists, situation.chosen)


def possible(fib: Fib, devices: frozenset[str]) -> Fib:
    """As much of it as these devices carry: next hops elsewhere are gone, groups go on without them, routes with none go."""
    next_hops = tuple(hop for hop in fib.next_hops if hop.device in devices)
    there = {hop.id for hop in next_hops}
    groups = tuple(kept for group in fib.groups if (kept := _without(group, there)) is not None)
    there |= {group.id for group in groups}
    return Fib(
        next_hops=next_hops,
        groups=groups,
        routes=tuple(route for route in fib.routes if _carried(route, there, devices)),
        sids=tuple(sid for sid in fib.sids if sid.device in devices),
        rules=fib.rules,
    )


def only_moved(before: Fib, after: Fib) -> tuple[NextHop, ...]:
    """Next hops that are in both, and not the same."""
    known = {hop.id: hop for hop in before.next_hops}
    return tuple(hop for hop in after.next_hops if known.get(hop.id, hop) != hop)


def access_devices(steering: Steering) -> tuple[str, ...]:
    """Devices are named after what is at their other end."""
    return tuple(access.name for access in steering.network.accesses if access.router == steering.router)


def weights_of(services: Sequence[Served]) -> Weights:
    """As the brain gave them; where it gave none, by speed, so that a forwarder that has chosen nothing yet still steers."""
    return {served.id: dict(served.weights) or _by_speed(served) for served in services if served.contacts}


def _by_speed(served: Served) -> dict[str, int]:
    most = max((contact.speed for contact in served.contacts if not contact.draining), default=0.0) or 1.0
    return {c.id: 0 if c.draining else max(1, round(256 * c.speed / most)) for c in served.contacts}


def _proves(served: Served, prefix: str) -> bool:
    try:
        key = bytes.fromhex(served.public_key)
    except ValueError:
        return False
    return len(key) == 32 and verifies_cs_id(served.cs_id, key, prefix)


def _spoofed(served: Served) -> str:
    return f"{served.cs_id[:46]} is not the address of the key of service {served.name[:40]}"


def _without(group: Group, there: set[int]) -> Group | None:
    members = tuple((id, weight) for id, weight in group.members if id in there)
    if members == group.members:
        return group
    return msgspec.structs.replace(group, members=members) if members else None


def _carried(route: Route, there: set[int], devices: frozenset[str]) -> bool:
    if route.next_hop:
        return route.next_hop in there
    return not route.device or route.device in devices
