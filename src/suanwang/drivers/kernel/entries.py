"""The nouns of model.fib as rtnetlink writes them, and back: next hops, groups, routes, SIDs (RFC 8754, 8986, 9800), rules.

Numbers are those of linux/rtnetlink.h, nexthop.h, lwtunnel.h, seg6_iptunnel.h, seg6_local.h and fib_rules.h.
"""

import struct
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network

from suanwang.drivers.kernel.channel import Request
from suanwang.drivers.kernel.message import (
    AF_INET6,
    CREATE,
    EXCL,
    NESTED,
    REPLACE,
    attribute,
    attributes,
    nested,
    number_in,
    text,
    u8,
    u16,
    u32,
)
from suanwang.model.fib import MAIN, Entry, Group, NextHop, Route, Rule, Sid

NEWROUTE, DELROUTE, GETROUTE = 24, 25, 26
NEWRULE, DELRULE, GETRULE = 32, 33, 34
NEWHOP, DELHOP, GETHOP = 104, 105, 106
ROUTE_HEAD, RULE_HEAD, HOP_HEAD = struct.Struct("=BBBBBBBBI"), struct.Struct("=BBBBBBBBI"), struct.Struct("=BBBBI")
SEG6, SEG6_LOCAL = 5, 7
ENCAP_RED = 3
KINDS = {"unicast": 1, "blackhole": 6, "unreachable": 7, "prohibit": 8}
ACTIONS = {"End": 1, "End.X": 2, "End.DX6": 5, "End.DT6": 7}
RULE_ACTIONS = {"table": 1, "blackhole": 6, "prohibit": 8}
_NEXT_CSID = 4
TICKS = 100
"""Of the kernel's clock_t in a second (USER_HZ)."""
SID_METRIC = 1024
Index = Callable[[str], int]
Name = Callable[[int], str]


def put(entry: Entry, protocol: int, index: Index) -> Request:
    """The request that makes it so, whether or not something of its key is there. A rule must not be there (see Kernel)."""
    match entry:
        case NextHop():
            return NEWHOP, CREATE | REPLACE, _hop(entry, protocol, index)
        case Group():
            return NEWHOP, CREATE | REPLACE, _group(entry, protocol)
        case Route():
            return NEWROUTE, CREATE | REPLACE, _route(entry, protocol, index)
        case Sid():
            return NEWROUTE, CREATE | REPLACE, _sid(entry, protocol, index)
        case Rule():
            return NEWRULE, CREATE | EXCL, _rule(entry, protocol)


def drop(entry: Entry, protocol: int) -> Request:
    """The request that takes it away."""
    match entry:
        case NextHop() | Group():
            return DELHOP, 0, HOP_HEAD.pack(0, 0, 0, 0, 0) + u32(1, entry.id)
        case Route():
            return DELROUTE, 0, _head(entry.prefix, entry.table, protocol, 0) + u32(6, entry.metric)
        case Sid():
            return DELROUTE, 0, _head(entry.prefix, MAIN, protocol, 0) + u32(6, SID_METRIC)
        case Rule():
            return DELRULE, 0, _rule(entry, protocol)


# writing


def _packed(address: str) -> bytes:
    return IPv6Address(address).packed


def segments_header(segments: tuple[str, ...]) -> bytes:
    """A segment routing header (RFC 8754) of these segments, given in the order of travel."""
    last = len(segments) - 1
    head = struct.pack("=BBBBBBH", 0, 2 * len(segments), 4, last, last, 0, 0)
    return head + b"".join(_packed(s) for s in reversed(segments))


def _hop(hop: NextHop, protocol: int, index: Index) -> bytes:
    body = HOP_HEAD.pack(AF_INET6, 0, protocol, 0, 0) + u32(1, hop.id) + u32(5, index(hop.device))
    if hop.via:
        body += attribute(6, _packed(hop.via))
    if hop.segments:
        encap = attribute(1, struct.pack("=i", ENCAP_RED) + segments_header(hop.segments))
        body += u16(7, SEG6) + attribute(8 | NESTED, encap)
    return body


def _group(group: Group, protocol: int) -> bytes:
    members = b"".join(struct.pack("=IBBH", id, weight - 1, 0, 0) for id, weight in group.members)
    body = HOP_HEAD.pack(0, 0, protocol, 0, 0) + u32(1, group.id) + attribute(2, members) + u16(3, int(group.buckets > 0))
    if group.buckets:
        timers = u32(2, round(group.idle_s * TICKS)) + u32(3, round(group.unbalanced_s * TICKS))
        body += nested(12, u16(1, group.buckets), timers)
    return body


def _head(prefix: str, table: int, protocol: int, kind: int) -> bytes:
    net = IPv6Network(prefix)
    head = ROUTE_HEAD.pack(AF_INET6, net.prefixlen, 0, 0, table if table < 256 else 0, protocol, 0, kind, 0)
    head += attribute(1, net.network_address.packed) if net.prefixlen else b""
    return head + (u32(15, table) if table > 255 else b"")


def _route(route: Route, protocol: int, index: Index) -> bytes:
    body = _head(route.prefix, route.table, protocol, KINDS[route.kind]) + u32(6, route.metric)
    if route.source:
        body += attribute(7, _packed(route.source))
    if route.next_hop:
        return body + u32(30, route.next_hop)
    if route.via:
        body += attribute(5, _packed(route.via))
    return body + (u32(4, index(route.device)) if route.device else b"")


def _sid(sid: Sid, protocol: int, index: Index) -> bytes:
    does = u32(1, ACTIONS[sid.action])
    if sid.table:
        does += u32(3, sid.table)
    if sid.via:
        does += attribute(5, _packed(sid.via))
    if sid.out:
        does += u32(7, index(sid.out))
    if sid.csid != (0, 0):
        does += nested(11, u32(1, 1 << _NEXT_CSID), u8(2, sid.csid[0]), u8(3, sid.csid[1]))
    body = _head(sid.prefix, MAIN, protocol, KINDS["unicast"]) + u32(6, SID_METRIC) + u32(4, index(sid.device))
    return body + u16(21, SEG6_LOCAL) + attribute(22 | NESTED, does)


def _rule(rule: Rule, protocol: int) -> bytes:
    to, source = (IPv6Network(p) if p else None for p in (rule.to, rule.source))
    bits = [net.prefixlen if net else 0 for net in (to, source)]
    table = rule.table if rule.table < 256 else 0
    body = RULE_HEAD.pack(AF_INET6, *bits, 0, table, 0, 0, RULE_ACTIONS[rule.action], 0)
    body += u32(6, rule.priority) + u8(21, protocol)
    body += attribute(1, to.network_address.packed) if to else b""
    body += attribute(2, source.network_address.packed) if source else b""
    body += text(3, rule.device) if rule.device else b""
    return body + (u32(15, rule.table) if rule.table else b"")


# reading


def hop_of(body: bytes, name: Name) -> NextHop | Group | None:
    """A next hop or group; None if it is of a kind that is never ours."""
    found = attributes(body[HOP_HEAD.size :])
    id = number_in(found[1])
    if 2 in found:
        return _group_of(id, found)
    if 5 not in found:
        return None
    via = str(IPv6Address(found[6])) if 6 in found else ""
    segments = _segments(attributes(found[8])[1]) if 8 in found and number_in(found.get(7, b"")) == SEG6 else ()
    return NextHop(id=id, device=name(number_in(found[5])), via=via, segments=segments)


def hop_protocol(body: bytes) -> int:
    return body[2]


def _group_of(id: int, found: dict[int, bytes]) -> Group:
    raw = found[2]
    members = tuple((hop, weight + 1) for hop, weight, _, _ in struct.iter_unpack("=IBBH", raw[: len(raw) // 8 * 8]))
    how = attributes(found[12]) if number_in(found.get(3, b"")) == 1 and 12 in found else {}
    idle, unbalanced = (number_in(how.get(kind, b"")) / TICKS for kind in (2, 3))
    return Group(id=id, members=members, buckets=number_in(how.get(1, b"")), idle_s=idle, unbalanced_s=unbalanced)


def _segments(data: bytes) -> tuple[str, ...]:
    count = data[4 + 4] + 1
    start = 4 + 8
    return tuple(str(IPv6Address(data[start + 16 * i : start + 16 * i + 16])) for i in reversed(range(count)))


def route_protocol(body: bytes) -> int:
    return body[5]


def route_of(body: bytes, name: Name) -> Route | Sid | None:
    """A route or local SID; None if it is of a kind that is never ours."""
    _, bits, _, _, table, _, _, kind, _ = ROUTE_HEAD.unpack_from(body)
    found = attributes(body[ROUTE_HEAD.size :])
    prefix = f"{IPv6Address(found.get(1, bytes(16)))}/{bits}"
    kinds = {number: word for word, number in KINDS.items()}
    if kind not in kinds:
        return None
    device = name(number_in(found[4])) if 4 in found else ""
    if number_in(found.get(21, b"")) == SEG6_LOCAL:
        return _sid_of(prefix, device, attributes(found[22]), name)
    next_hop = number_in(found.get(30, b""))
    gate = "" if next_hop or 5 not in found else str(IPv6Address(found[5]))
    return Route(
        prefix=prefix,
        table=number_in(found[15]) if 15 in found else table,
        metric=number_in(found.get(6, b"")),
        kind=kinds[kind],  # type: ignore[arg-type]
        next_hop=next_hop,
        device="" if next_hop or kind != 1 else device,
        via=gate,
        source=str(IPv6Address(found[7])) if 7 in found else "",
    )


def _sid_of(prefix: str, device: str, does: dict[int, bytes], name: Name) -> Sid | None:
    actions = {number: word for word, number in ACTIONS.items()}
    action = actions.get(number_in(does[1]))
    if action is None:
        return None
    flavor = attributes(does[11]) if 11 in does else {}
    csid = (number_in(flavor.get(2, b"\x20")), number_in(flavor.get(3, b"\x10"))) if flavor else (0, 0)
    return Sid(
        prefix=prefix,
        action=action,  # type: ignore[arg-type]
        device=device,
        via=str(IPv6Address(does[5])) if 5 in does else "",
        table=number_in(does.get(3, b"")),
        csid=csid,
        out=name(number_in(does[7])) if 7 in does else "",
    )


def rule_of(body: bytes) -> tuple[int, Rule] | None:
    """(its protocol, the rule); None if it is of a kind that is never ours."""
    _, to_bits, source_bits, _, table, _, _, action, _ = RULE_HEAD.unpack_from(body)
    found = attributes(body[RULE_HEAD.size :])
    actions = {number: word for word, number in RULE_ACTIONS.items()}
    if action not in actions:
        return None
    rule = Rule(
        priority=number_in(found.get(6, b"")),
        device=found.get(3, b"").rstrip(b"\0").decode(),
        to=f"{IPv6Address(found[1])}/{to_bits}" if 1 in found else "",
        source=f"{IPv6Address(found[2])}/{source_bits}" if 2 in found else "",
        action=actions[action],  # type: ignore[arg-type]
        table=(number_in(found[15]) if 15 in found else table) if actions[action] == "table" else 0,
    )
    return number_in(found.get(21, b"")), rule
