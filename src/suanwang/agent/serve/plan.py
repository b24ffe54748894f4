"""What a node in an SRv6 domain, and each instance on it, are to forward by: one function of their numbers each.

    uplink ── node: home on lo, uN on its locator ── veth ── instance: CS-ID and contact on lo
                    SID e000+i: take out, hand to the instance        default route: the node

A steered packet ends its way at the instance's SID, so that several instances of one service on a node keep the same address
and port. What an instance answers carries the CS-ID and needs no tunnel: the way back is by the destination alone.
"""

from collections.abc import Mapping
from ipaddress import IPv6Address

from suanwang.model.fib import Fib, Route, Sid, key_of
from suanwang.steer.address import INSTANCE, contact, home, link_local, locator, sid

PROTOCOL = 85
"""Routes of a node's agent carry it (rtnetlink(7), rtm_protocol)."""
DOMAIN = ("fd00::/32", "fd10::/32")
"""All unicast addresses and access networks of a domain (steer.address)."""
INSIDE = "up"
"""An instance's only interface."""


def device(number: int) -> str:
    """The node's end of the link to an instance."""
    return f"i{number}"


def function(number: int) -> int:
    """Of the SID that leads to an instance."""
    return INSTANCE + number


def neighbour(node: int, number: int) -> str:
    """Link-local address of an instance: unlike any node's, whose upper parts are zero."""
    return str(IPv6Address(0xFE80 << 112 | function(number) << 16 | node))


def of_node(node: int, uplink: str, gateway: str, instances: tuple[int, ...]) -> Fib:
    """node: its locator. gateway: address of its router on the uplink. The node speaks to the domain as its home address."""
    up = tuple(Route(prefix=p, device=uplink, via=gateway, source=home(node), metric=512) for p in DOMAIN)
    down = tuple(Route(prefix=f"{contact(node, n)}/128", device=device(n), via=neighbour(node, n)) for n in instances)
    ends = (Sid(prefix=sid(node, function(n)), action="End.DX6", device=device(n), via=contact(node, n)) for n in instances)
    own = Sid(prefix=locator(node), action="End", device=uplink, csid=(32, 16))
    return Fib(routes=tuple(sorted((*up, *down), key=key_of)), sids=tuple(sorted((own, *ends), key=key_of)))


def of_instance(node: int, number: int) -> Fib:
    """What it begins by itself carries its own address, not the service's: an answer to that might go to another instance."""
    return Fib(routes=(Route(prefix="::/0", device=INSIDE, via=link_local(node), source=contact(node, number)),))


def sysctls(uplink: str) -> Mapping[str, int]:
    """Of the node's network namespace."""
    conf = {f"net.ipv6.conf.{name}.{key}": 1 for name in ("all", "default", uplink) for key in ("forwarding", "seg6_enabled")}
    return conf | {f"net.ipv6.conf.{name}.accept_dad": 0 for name in ("all", "default")}
