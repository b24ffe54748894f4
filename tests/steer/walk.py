"""A packet's way through kernels that are values: longest prefix first, segments shifted, taken out and sent on, as Linux
does it.

Only what our own tables hold is played: routes, next hops that encapsulate, End and End.X with NEXT-C-SID, End.DX6, End.DT6.
"""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network
from typing import NamedTuple

from suanwang.model.fib import MAIN, Fib, Group, NextHop, Route, Sid
from suanwang.steer.address import link_local, number_of

HOPS_MAX = 64
Header = tuple[str, tuple[str, ...]]
"""A destination, and the segments that follow it."""


class Delivered(NamedTuple):
    """Where a packet left the network: the router, the neighbour it was handed to ("" for one on link), its way, and what it
    carries."""

    at: int
    via: str
    way: tuple[int, ...]
    headers: tuple[Header, ...]


class Lost(Exception):
    """A black hole or a loop; the text says where."""


def walk(fibs: Mapping[int, Fib], start: int, destination: str, flow: int = 0, source: str = "") -> Delivered:
    """fibs: by router's number. flow: which member of a group it takes, as an index into its weights. source: of the packet
    within; what is put around it is the routers' own."""
    near = {link_local(number_of(router)): router for router in fibs}
    at, headers, way = start, [(destination, ())], [start]
    for _ in range(HOPS_MAX):
        entry = looked_up(fibs[at], headers[-1][0], source if len(headers) == 1 else "")
        via: str | None = None
        if isinstance(entry, Sid):
            headers, via = _done(entry, headers)
            if entry.action == "End.DX6":
                return Delivered(at, via or "", tuple(way), tuple(headers))
        elif entry is None or entry.kind != "unicast":
            raise Lost(f"router {at} has no route to {headers[-1][0]}, after {way}")
        elif entry.next_hop:
            hop = hop_of(fibs[at], entry.next_hop, flow)
            headers = [*headers, (hop.segments[0], hop.segments[1:])]
        else:
            via = entry.via
        if via is None:
            continue
        if via not in near:
            return Delivered(at, via, tuple(way), tuple(headers))
        at = near[via]
        way.append(at)
    raise Lost(f"a loop: {way}")


def looked_up(fib: Fib, destination: str, source: str) -> Route | Sid | None:
    """By rules about the source first, then in the main table."""
    said = sorted(fib.rules, key=lambda rule: rule.priority) if source else []
    for rule in said:
        if rule.action == "table" and not rule.device and IPv6Address(source) in net(rule.source):
            found = longest(fib, destination, rule.table)
            if found is not None:
                return found
    return longest(fib, destination)


def longest(fib: Fib, destination: str, table: int = MAIN) -> Route | Sid | None:
    """The entry that Linux takes."""
    address = IPv6Address(destination)
    fits = [(net(e.prefix).prefixlen, -(e.metric if isinstance(e, Route) else 1024), e) for e in (*fib.routes, *fib.sids)
            if address in net(e.prefix) and (e.table if isinstance(e, Route) else MAIN) == table]  # fmt: skip
    return max(fits, key=lambda fit: fit[:2])[2] if fits else None


@lru_cache(None)
def net(prefix: str) -> IPv6Network:
    return IPv6Network(prefix)


def hop_of(fib: Fib, id: int, flow: int) -> NextHop:
    """The next hop that a flow takes."""
    group = next((g for g in fib.groups if g.id == id), None)
    return next(h for h in fib.next_hops if h.id == (_member(group, flow) if group else id))


def _member(group: Group, flow: int) -> int:
    spread = [id for id, weight in group.members for _ in range(weight)]
    return spread[flow % len(spread)]


def _done(sid: Sid, headers: list[Header]) -> tuple[list[Header], str | None]:
    """What a SID makes of a packet, and the neighbour it goes to; None: it is looked up again."""
    destination, segments = headers[-1]
    if sid.action in ("End.DX6", "End.DT6"):
        if len(headers) < 2 or segments:
            raise Lost(f"nothing to take out at {sid.prefix}")
        return headers[:-1], sid.via if sid.action == "End.DX6" else None
    block, bits = sid.csid
    value = int(IPv6Address(destination))
    argument = value & ((1 << (128 - block - bits)) - 1)
    if argument:
        shifted = value >> (128 - block) << (128 - block) | argument << bits
        following = (str(IPv6Address(shifted)), segments)
    elif segments:
        following = (segments[0], segments[1:])
    else:
        raise Lost(f"{sid.prefix} is the end of the segments")
    return [*headers[:-1], following], sid.via or None
