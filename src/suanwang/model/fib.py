"""What a kernel forwards by, as values: rules, routes, next hops, groups of them, and local SIDs; and changes to these.

The same nouns are desired, read back and compared. Devices are named, never numbered: a number is known to one kernel only.
"""

from typing import Literal

import msgspec

MAIN = 254
"""The routing table that is looked up by default (rtnetlink(7), RT_TABLE_MAIN)."""


class NextHop(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A next-hop object. id: above 0. via: link-local or global address of the neighbour, "" for on link.

    segments: if any, packets are encapsulated (SRv6, H.Encaps.Red) for these addresses, in the order of travel; each may be a
    uSID carrier.
    """

    id: int
    device: str
    via: str = ""
    segments: tuple[str, ...] = ()


class Group(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A group of next hops, each with a weight of 1 to 256. id: above 0, in the same space as those of next hops.

    buckets: above 0 makes it resilient: a flow stays where it is while its bucket is busy. idle_s: a bucket without a packet
    for so long may move. unbalanced_s: after so long buckets move in any case; 0 for never. buckets 0: a plain group.
    """

    id: int
    members: tuple[tuple[int, int], ...]
    buckets: int = 0
    idle_s: float = 0.0
    unbalanced_s: float = 0.0


class Route(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """prefix: "fd00::/48". Either next_hop (the id of a next hop or group) or device, with via, or a kind other than unicast.

    metric: IPv6 priority, 1024 if the kernel were left to choose. source: preferred source address, "" for none.
    """

    prefix: str
    table: int = MAIN
    metric: int = 1024
    kind: Literal["unicast", "blackhole", "unreachable", "prohibit"] = "unicast"
    next_hop: int = 0
    device: str = ""
    via: str = ""
    source: str = ""


class Sid(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A local SID (RFC 8986), a route in the main table of metric 1024 that does something with its packets.

    action: "End": go on to the next segment. "End.X": go on to it through one neighbour (via, by the interface `out`).
    "End.DX6": take the inner IPv6 packet out and hand it to via ("::" looks it up in the main table). "End.DT6": take it out
    and look it up in `table`. csid: with NEXT-C-SID (RFC 9800), (bits of the block, bits to shift by), for End and End.X; (0,
    0) without. device: any device that is up.
    """

    prefix: str
    action: Literal["End", "End.X", "End.DX6", "End.DT6"]
    device: str
    via: str = ""
    table: int = 0
    csid: tuple[int, int] = (0, 0)
    out: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A routing rule. priority: lower is earlier, unique among ours. device: it came in by, "" for any. to, source: prefixes,
    "" for any. action: "prohibit" or "blackhole", or "table" for a look into one."""

    priority: int
    device: str = ""
    to: str = ""
    source: str = ""
    action: Literal["prohibit", "blackhole", "table"] = "prohibit"
    table: int = 0


Entry = NextHop | Group | Route | Sid | Rule


class Fib(msgspec.Struct, frozen=True, kw_only=True):
    """All of ours in one kernel; each tuple sorted by its key (see `key_of`), without repetition."""

    next_hops: tuple[NextHop, ...] = ()
    groups: tuple[Group, ...] = ()
    routes: tuple[Route, ...] = ()
    sids: tuple[Sid, ...] = ()
    rules: tuple[Rule, ...] = ()


class Put(msgspec.Struct, frozen=True, gc=False, tag="put"):
    """Make it so, whether or not something of that key is there."""

    entry: Entry


class Drop(msgspec.Struct, frozen=True, gc=False, tag="drop"):
    """Take it away. entry: as it is there."""

    entry: Entry


Change = Put | Drop


def key_of(entry: Entry) -> tuple[int | str, ...]:
    """What the kernel tells two of a kind apart by."""
    match entry:
        case NextHop() | Group():
            return (entry.id,)
        case Route():
            return (entry.table, entry.prefix, entry.metric)
        case Sid():
            return (entry.prefix,)
        case Rule():
            return (entry.priority,)
