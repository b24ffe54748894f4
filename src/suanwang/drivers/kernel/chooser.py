"""Each new flow of users is given to one contact of its service, in the kernel, at its first packet: the cheapest by the
price list of steer.prices and by how many flows it has under way from here.

    program    on each access device, where packets come in: knows the flow, or chooses; then sets the packet's hash so that the
               resilient group of the service (steer.routes) takes it to that contact
    tables     services by address; of each its contacts' prices, in which buckets of the group they are, and who may be
               dealt by weight; flows by addresses and ports, of which those longest ago are forgotten first; how many are
               under way
    stays      the program and its tables hang on the device, so that flows find their way while the forwarder is away; who
               comes next goes on with them

What is no TCP has no end that could be seen: its flows are dealt by weight, and not counted. A flow that the tables do not know
goes as the group's own hash says: so it was before there was a program, and so it is where the kernel lets nobody have one.
"""

import contextlib
import errno
import ipaddress
import os
import socket
import struct
import time
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from suanwang.drivers.kernel import bpf
from suanwang.drivers.kernel.bpf import Line, Map, Program, assembled
from suanwang.drivers.kernel.channel import Channel
from suanwang.drivers.kernel.message import ACK, CREATE, EXCL, REPLACE, attributes, nested, number_in, text, u32
from suanwang.drivers.kernel.namespace import inside
from suanwang.model.fault import KernelFault
from suanwang.steer.choices import CONTACTS, SERVICES, Choice
from suanwang.steer.prices import STEPS

BUCKETS, LOTS = 16, 256
"""Of one contact so many buckets are used; contacts are dealt by so many lots."""
FLOWS = 65_536
NEVER, UNIT_US, PRICE_MOST = 0xFFFFFFFF, 4, (1 << 26) - 1
"""Prices are told in so many microseconds, up to four minutes; never is more than any."""
AWAY_NS = 60_000_000_000
"""A flow without a packet for so long is not counted as under way; it finds its way all the same."""
NAME = "suan_choose"
_PRIORITY, _HANDLE = 83, 1
_NEWQDISC, _NEWTFILTER, _DELTFILTER, _GETTFILTER = 36, 44, 45, 46  # linux/rtnetlink.h
_CLSACT, _CLSACT_HANDLE, _INGRESS = 0xFFFFFFF1, 0xFFFF0000, 0xFFFFFFF2  # linux/pkt_sched.h
_TCMSG = struct.Struct("=BBHiIII")
_KIND, _OPTIONS, _FD, _NAMED, _FLAGS, _ID = 1, 2, 6, 7, 8, 11  # linux/pkt_cls.h: TCA_KIND, ..., TCA_BPF_*
_PROTOCOL = socket.htons(0x86DD)

TABLE = np.dtype(
    [
        ("never", "<u4"), ("by_price", "<u4"), ("shift", "<u4"), ("tag", "<u4", CONTACTS), ("many", "<u4", CONTACTS),
        ("lost", "<i4", CONTACTS), ("bucket", "<u4", (CONTACTS, BUCKETS)), ("cheap", "<u4", (CONTACTS, STEPS)), ("lot", "u1",
    LOTS), ]
)  # fmt: skip
"""Of one service. tag: who has this place, 0 for nobody; many: 0 if the group has no bucket of it. lost: flows whose end was
not seen. cheap: a price, read at flows under way >> shift, over the place that has it: the least of all
says both."""
FLOW = np.dtype(
    [("tag", "<u4"), ("place", "<u4"), ("salt", "<u4"), ("over", "<u4"), ("waits", "<u4"), ("ack", "<u4"), ("seen", "<u8")]
)
"""waits: it is under way: it was asked for, or something in it, and what came was not acknowledged yet. ack: what had been,
then."""
KEY = np.dtype([("from", "u1", 16), ("to", "u1", 16), ("ports", "u1", 4), ("protocol", "<u4")])


class Chooser:
    """namespace: by name, "" for that of this thread. Takes CAP_BPF and CAP_NET_ADMIN, and CAP_SYS_ADMIN to go on with a
    program that is there."""

    def __init__(self, namespace: str = "") -> None:
        self._namespace = namespace
        self._channel = Channel(namespace)
        self._held: _Held | None = None
        self._on: dict[str, int] = {}
        self._services: dict[str, int] = {}
        self._tables: dict[int, NDArray[np.void]] = {}
        self._names: dict[int, dict[int, str]] = {}

    def attach(self, devices: Collection[str]) -> bool:
        """Be on these devices; whether it is. KernelFault SUAN-K006: the kernel has no such programs, or not for us."""
        try:
            with inside(self._namespace):
                there = {name: index for index, name in socket.if_nameindex() if name in devices}
            if there == self._on:
                return self._held is not None
            if self._held is None:
                self._held = self._adopted(there.values()) or _Held.made()
                self._recall()
            program = self._held.program
            self._on = {
                name: index for name, index in there.items() if self._found(index) == program.id or self._hang(index, program)
            }
        except OSError as error:
            why = f"new flows cannot be chosen for in the kernel: {error.strerror}"
            raise KernelFault(
                "SUAN-K006", why, "give the forwarder CAP_BPF, or run it as root; weights steer until then"
            ) from error
        return True

    def put(self, choices: Sequence[Choice], buckets: Mapping[int, NDArray[np.int64]]) -> None:
        """From now on new flows are given so. buckets: by group, the next hop of each; a contact that has none gets no flow.
        Services that are not named are left to their groups. OSError as the kernel says it."""
        held = self._held
        assert held is not None, "it is on no device"
        wanted = {one.address: one for one in choices[:SERVICES]}
        for address in self._services.keys() - wanted.keys():
            held.services.drop(_packed(address))
            self._forget(self._services.pop(address))
        for address, choice in wanted.items():
            number = self._services.get(address)
            if number is None:
                number = min(set(range(SERVICES)) - set(self._services.values()))
                self._forget(number)
            before = self._tables.get(number, np.zeros((), TABLE))
            table, gone = _table(choice, before, buckets.get(choice.group, np.zeros(0, np.int64)))
            if gone.any():
                self._reset(number, gone)
            if number not in self._tables or table.tobytes() != before.tobytes():
                held.tables.put(_number(number), table.tobytes())
                self._tables[number] = table
            self._names[number] = _places(choice, table)
            if address not in self._services:
                held.services.put(_packed(address), _number(number))
                self._services[address] = number

    def under_way(self) -> Mapping[str, int]:
        """Flows from here that wait for an answer, by contact."""
        found: dict[str, int] = {}
        for number, names in self._names.items():
            counts = self._counts(number) - self._tables[number]["lost"]
            found |= {name: max(0, int(counts[place])) for place, name in names.items()}
        return found

    def swept(self) -> None:
        """Flows whose end nobody saw are under way no more: what the table of flows does not have, or has had no packet of for
        a minute. As far as that is certain, since flows come and go meanwhile. A device off which somebody took the program
        gets it again when `attach` is asked next."""
        held = self._held
        if held is None:
            return
        self._on = {name: index for name, index in self._on.items() if self._found(index) == held.program.id}
        if not self._names:
            return
        first = {number: self._counts(number) for number in self._names}
        keys, values = held.flows.all()
        last = {number: self._counts(number) for number in self._names}
        key, flow = keys.view(KEY).ravel(), values.view(FLOW).ravel()
        here = (key["protocol"] == socket.IPPROTO_TCP) & (flow["waits"] != 0) & (flow["seen"] + AWAY_NS > held.now_ns())
        for address, number in self._services.items():
            table = self._tables[number]
            to = np.frombuffer(_packed(address), np.uint8)
            ours = flow[here & (key["to"] == to).all(1)]
            ours = ours[table["tag"][ours["place"] % CONTACTS] == ours["tag"]]
            seen = np.bincount(ours["place"].astype(np.int64), minlength=CONTACTS)[:CONTACTS]
            low, high = np.minimum(first[number], last[number]) - seen, np.maximum(first[number], last[number]) - seen
            lost = np.where(low > 0, low, np.where(high < 0, high, 0)).astype(np.int32)
            if np.any(lost != table["lost"]):
                table["lost"] = lost
                held.tables.put(_number(number), table.tobytes())

    @property
    def program_id(self) -> int:
        """Of the program, as the kernel numbers it; 0 before it is on any device."""
        return self._held.program.id if self._held is not None else 0

    def detach(self) -> None:
        """Off all devices that it is on; what flows by then goes as the groups say."""
        for index in self._on.values():
            with contextlib.suppress(OSError):
                self._channel.ask(_DELTFILTER, 0, self._message(index) + text(_KIND, "bpf"))
        self._on = {}

    def close(self) -> None:
        """Our descriptors only: on the devices everything stays."""
        self._channel.close()
        if self._held is not None:
            self._held.close()
            self._held = None

    def _counts(self, number: int) -> NDArray[np.int64]:
        assert self._held is not None
        found = self._held.counts.get(_number(number)) or bytes(4 * CONTACTS)
        return np.frombuffer(found, "<i4").astype(np.int64)

    def _reset(self, number: int, gone: NDArray[np.bool_]) -> None:
        assert self._held is not None
        counts = np.where(gone, 0, self._counts(number)).astype("<i4")
        self._held.counts.put(_number(number), counts.tobytes())

    def _forget(self, number: int) -> None:
        assert self._held is not None
        self._tables.pop(number, None)
        self._names.pop(number, None)
        self._held.tables.put(_number(number), bytes(TABLE.itemsize))
        self._held.counts.put(_number(number), bytes(4 * CONTACTS))

    def _recall(self) -> None:
        """Which services and contacts have which places, as whoever was here before left them."""
        assert self._held is not None
        keys, values = self._held.services.all()
        for key, value in zip(keys, values, strict=True):
            address, number = str(ipaddress.IPv6Address(key.tobytes())), int(value.view("<u4")[0])
            self._services[address] = number
            self._tables[number] = np.frombuffer(self._held.tables.get(_number(number)) or b"", TABLE)[0].copy()
            self._names[number] = {}

    def _adopted(self, indexes: Collection[int]) -> "_Held | None":
        """The program that hangs on one of these devices, if it is the same as ours."""
        for index in indexes:
            if id := self._found(index):
                with contextlib.suppress(OSError):
                    return _Held.of(bpf.held(id))
        return None

    def _found(self, index: int) -> int:
        """The id of the program on this device, 0 if there is none."""
        try:
            for _, body in self._channel.dump(_GETTFILTER, _TCMSG.pack(0, 0, 0, index, 0, _INGRESS, 0)):
                told = attributes(body[_TCMSG.size :])
                options = attributes(told.get(_OPTIONS, b""))
                if options.get(_NAMED, b"").rstrip(b"\0").decode() == NAME and _ID in options:
                    return number_in(options[_ID])
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOENT, errno.ENODEV):  # no filters there yet
                raise
        return 0

    def _hang(self, index: int, program: Program) -> bool:
        """Whether the device was still there."""
        head = _TCMSG.pack(0, 0, 0, index, _CLSACT_HANDLE, _CLSACT, 0)
        how = nested(_OPTIONS, u32(_FD, program.fd), text(_NAMED, NAME), u32(_FLAGS, 1))
        try:
            with contextlib.suppress(FileExistsError):
                self._channel.ask(_NEWQDISC, CREATE | EXCL, head + text(_KIND, "clsact"))
            self._channel.ask(_NEWTFILTER, CREATE | REPLACE | ACK, self._message(index) + text(_KIND, "bpf") + how)
        except OSError as error:
            if error.errno != errno.ENODEV:
                raise
            return False
        return True

    @staticmethod
    def _message(index: int) -> bytes:
        return _TCMSG.pack(0, 0, 0, index, _HANDLE, _INGRESS, _PRIORITY << 16 | _PROTOCOL)


class _Held:
    """The program and its tables."""

    def __init__(self, services: Map, tables: Map, counts: Map, flows: Map, program: Program) -> None:
        self.services, self.tables, self.counts, self.flows, self.program = services, tables, counts, flows, program

    @classmethod
    def made(cls) -> "_Held":
        services = Map.made(bpf.HASH, 16, 4, SERVICES, "suan_services")
        tables = Map.made(bpf.ARRAY, 4, TABLE.itemsize, SERVICES, "suan_tables")
        counts = Map.made(bpf.ARRAY, 4, 4 * CONTACTS, SERVICES, "suan_counts")
        flows = Map.made(bpf.LRU_HASH, KEY.itemsize, FLOW.itemsize, FLOWS, "suan_flows")
        code = assembled(_lines(services.fd, tables.fd, counts.fd, flows.fd))
        return cls(services, tables, counts, flows, bpf.load(code, NAME))

    @classmethod
    def of(cls, program: Program) -> "_Held | None":
        """None if it is not the same as a new one."""
        fresh = cls.made()
        fresh.close()
        if fresh.program.tag != program.tag or len(program.maps) != 4:
            os.close(program.fd)
            return None
        services, tables, counts, flows = (Map.held(id) for id in program.maps)
        return cls(services, tables, counts, flows, program)

    def now_ns(self) -> int:
        """By the kernel's clock of packets."""
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)

    def close(self) -> None:
        for one in (self.services, self.tables, self.counts, self.flows):
            one.close()
        os.close(self.program.fd)


def _table(choice: Choice, before: NDArray[np.void], hops: NDArray[np.int64]) -> tuple[NDArray[np.void], NDArray[np.bool_]]:
    """(its table, places whose contact is another one than before). A contact keeps its place."""
    named = [_tag(id) for id, _, _ in choice.contacts]
    tags = {tag: at for at, tag in enumerate(named)}
    row = np.array([tags.get(tag, -1) if tag else -1 for tag in before["tag"].tolist()])
    free = iter(np.flatnonzero(row < 0).tolist())
    for new in sorted(set(range(len(choice.contacts))) - set(row.tolist())):
        if (place := next(free, None)) is not None:
            row[place] = new
    here, table = row >= 0, before.copy()
    table["tag"] = np.where(here, np.array(named)[row], 0)
    many, bucket = _buckets(tuple(hop for _, hop, _ in choice.contacts), hops)
    table["many"], table["bucket"] = np.where(here, many[row], 0), np.where(here[:, None], bucket[row], 0)
    table["cheap"] = NEVER
    able = table["many"] > 0
    if choice.prices is not None:
        table["cheap"][able] = _cheap(choice.prices[row[able]], np.flatnonzero(able))
    table["never"], table["by_price"], table["shift"] = NEVER, choice.prices is not None, choice.shift
    table["lot"] = _lots(np.where(able, np.array([weight for _, _, weight in choice.contacts])[row], 0.0))
    gone = table["tag"] != before["tag"]
    table["lost"] = np.where(gone, 0, before["lost"])
    return table, gone


def _buckets(ids: tuple[int, ...], hops: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(how many of a group's buckets each next hop has, of at most BUCKETS; which, repeated). The last ones: the kernel
    takes from the front when it moves any."""
    order = np.argsort(hops, kind="stable")
    asked, there = np.array(ids), hops[order]
    start, end = np.searchsorted(there, asked), np.searchsorted(there, asked, "right")
    many = np.minimum(end - start, BUCKETS)
    at = end[:, None] - 1 - np.arange(BUCKETS) % np.maximum(many, 1)[:, None]
    bucket = order[np.clip(at, 0, max(0, len(order) - 1))] if len(order) else np.zeros((len(ids), BUCKETS), np.int64)
    return many, bucket


def _cheap(prices: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.uint32]:
    finite = np.isfinite(prices)
    told = np.clip(np.rint(1000 / UNIT_US * np.where(finite, prices, 0.0)), 0, PRICE_MOST - 1).astype(np.int64)
    return np.where(finite, told * CONTACTS + places[:, None], NEVER).astype(np.uint32)


def _lots(weights: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Places in proportion to weights (largest remainders); 255 where there is nobody."""
    if not weights.sum():
        return np.full(LOTS, 255, np.uint8)
    exact = LOTS * weights / weights.sum()
    each = np.floor(exact).astype(np.int64)
    each[np.argsort(-(exact - each), kind="stable")[: LOTS - each.sum()]] += 1
    return np.repeat(np.arange(CONTACTS), each).astype(np.uint8)


def _places(choice: Choice, table: NDArray[np.void]) -> dict[int, str]:
    by_tag = {_tag(id): id for id, _, _ in choice.contacts}
    return {place: by_tag[int(tag)] for place, tag in enumerate(table["tag"]) if int(tag) in by_tag}


@lru_cache(SERVICES * CONTACTS)
def _tag(id: str) -> int:
    return int.from_bytes(sha256(id.encode()).digest()[:4], "big") or 1


def _number(value: int) -> bytes:
    return struct.pack("=I", value)


def _packed(address: str) -> bytes:
    return ipaddress.IPv6Address(address).packed


def _at(name: str) -> int:
    return int(TABLE.fields[name][1])  # type: ignore[index]


def _lines(services: int, tables: int, counts: int, flows: int) -> list[Line]:
    """The program. r6: the packet; r7: the service's table; r8: its counts; r9: the flow, or its protocol. Stack: the IPv6
    header and the ports from -64 on, which from -56 on are the flow's key; -72 the service's number; -120 TCP's
    acknowledgement, -116 its length and -115 its flags; -112 a new flow.

    A flow is under way from its first packet, or one with something in it, until what came from the other side is
    acknowledged: so a connection that is only kept is not, and each request in one is.

    The kernel follows every way through it beforehand, and joins ways that differ in nothing that matters. So the cheapest
    starts from a number that it cannot know, and the place is read out of it as a byte in memory: else each turn of the loop
    would matter to the next (700,000 instructions followed, in place of 6,000)."""
    head, key, to, protocol, number, ack_of, long, flags, flow = -64, -56, -40, -20, -72, -120, -116, -115, -112
    tag, place, salt, over, waits, ack, seen = (int(FLOW.fields[name][1]) for name in FLOW.names)  # type: ignore[index, union-attr]
    syn, syn_ack, end, last = 0x02, 0x12, 0x05, CONTACTS - 1
    lookup = (("call", bpf.LOOKUP), ("jeq", "r0", 0, "out"))
    counted = (
        ("load", "u32", "r3", "r9", place), ("and", "r3", last), ("lsh", "r3", 2), ("mov", "r5", "r8"), ("add", "r5", "r3"),
        ("count", "r5", 0, "r1"),
    )  # fmt: skip
    return [
        ("mov", "r6", "r1"),
        ("mov", "r2", 0), ("mov", "r3", "r10"), ("add", "r3", head), ("mov", "r4", 44), ("mov", "r5", 1),
        ("call", bpf.LOAD_BYTES), ("jne", "r0", 0, "out"),
        ("store", "u64", "r10", ack_of, 0),
        ("load", "u8", "r9", "r10", head + 6),
        ("jeq", "r9", socket.IPPROTO_TCP, "tcp"), ("jne", "r9", socket.IPPROTO_UDP, "out"), ("ja", "service"),
        ("label", "tcp"),
        ("mov", "r1", "r6"), ("mov", "r2", 48), ("mov", "r3", "r10"), ("add", "r3", ack_of), ("mov", "r4", 6), ("mov", "r5", 1),
        ("call", bpf.LOAD_BYTES), ("jne", "r0", 0, "out"),

        ("label", "service"),
        ("store", "u32", "r10", protocol, "r9"),
        ("map", "r1", services), ("mov", "r2", "r10"), ("add", "r2", to), *lookup,
        ("load", "u32", "r1", "r0", 0), ("store", "u32", "r10", number, "r1"),
        ("map", "r1", tables), ("mov", "r2", "r10"), ("add", "r2", number), *lookup, ("mov", "r7", "r0"),
        ("map", "r1", counts), ("mov", "r2", "r10"), ("add", "r2", number), *lookup, ("mov", "r8", "r0"),
        ("map", "r1", flows), ("mov", "r2", "r10"), ("add", "r2", key), ("call", bpf.LOOKUP), ("jeq", "r0", 0, "fresh"),
        ("mov", "r9", "r0"),
        ("load", "u8", "r1", "r10", flags), ("load", "u32", "r2", "r9", over), ("jeq", "r2", 0, "going"),
        ("and", "r1", syn_ack), ("jeq", "r1", syn, "fresh"),  # the ports are used again

        ("label", "going"),
        ("load", "u32", "r3", "r9", place), ("and", "r3", last), ("lsh", "r3", 2), ("mov", "r5", "r7"), ("add", "r5", "r3"),
        ("load", "u32", "r0", "r5", _at("tag")), ("load", "u32", "r2", "r9", tag), ("jne", "r0", "r2", "fresh"),
        ("load", "u32", "r0", "r5", _at("many")), ("jeq", "r0", 0, "fresh"),
        ("call", bpf.KTIME_NS), ("store", "u64", "r9", seen, "r0"),
        ("load", "u32", "r0", "r10", protocol), ("jne", "r0", socket.IPPROTO_TCP, "known"),
        ("load", "u32", "r0", "r9", waits), ("load", "u32", "r2", "r10", ack_of),
        ("load", "u8", "r1", "r10", flags), ("and", "r1", end), ("jne", "r1", 0, "ends"),
        ("load", "u16", "r3", "r10", head + 4), ("swap16", "r3"),
        ("load", "u8", "r4", "r10", long), ("rsh", "r4", 4), ("lsh", "r4", 2), ("jgt", "r3", "r4", "asks"),
        ("jeq", "r0", 0, "known"), ("load", "u32", "r1", "r9", ack), ("jeq", "r1", "r2", "known"),
        ("ja", "answered"),
        ("label", "asks"),
        ("store", "u32", "r9", ack, "r2"), ("jne", "r0", 0, "known"),
        ("store", "u32", "r9", waits, 1), ("mov", "r1", 1), *counted, ("ja", "known"),
        ("label", "ends"),
        ("store", "u32", "r9", over, 1), ("jeq", "r0", 0, "known"),
        ("label", "answered"),
        ("store", "u32", "r9", waits, 0), ("mov", "r1", -1), *counted,
        ("label", "known"),
        ("load", "u32", "r3", "r9", place), ("load", "u32", "r4", "r9", salt), ("ja", "steer"),

        ("label", "fresh"),
        ("load", "u32", "r9", "r10", protocol), ("jne", "r9", socket.IPPROTO_TCP, "deal"),
        ("load", "u8", "r1", "r10", flags), ("and", "r1", syn_ack), ("jne", "r1", syn, "out"),  # it has begun without us
        ("load", "u32", "r1", "r7", _at("by_price")), ("jeq", "r1", 0, "deal"),
        ("load", "u32", "r9", "r7", _at("shift")), ("and", "r9", 31),
        ("mov", "r1", 0), ("load", "u32", "r2", "r7", _at("never")),
        ("label", "each"),
        ("mov", "r4", "r1"), ("lsh", "r4", 2),
        ("mov", "r5", "r8"), ("add", "r5", "r4"), ("load", "u32", "r0", "r5", 0),
        ("mov", "r5", "r7"), ("add", "r5", "r4"), ("load", "u32", "r5", "r5", _at("lost")), ("sub32", "r0", "r5"),
        ("jsgt32", "r0", -1, "some"), ("mov", "r0", 0),
        ("label", "some"),
        ("rsh", "r0", "r9"), ("jlt", "r0", STEPS, "listed"), ("mov", "r0", STEPS - 1),
        ("label", "listed"),
        ("lsh", "r0", 2), ("mov", "r4", "r1"), ("mul", "r4", 4 * STEPS), ("add", "r4", "r0"),
        ("mov", "r5", "r7"), ("add", "r5", "r4"), ("load", "u32", "r4", "r5", _at("cheap")),
        ("jge", "r4", "r2", "next"), ("mov", "r2", "r4"),
        ("label", "next"),
        ("add", "r1", 1), ("jlt", "r1", CONTACTS, "each"),
        ("load", "u32", "r4", "r7", _at("never")), ("jge", "r2", "r4", "out"),
        ("store", "u32", "r10", flow + place, "r2"), ("load", "u8", "r3", "r10", flow + place), ("ja", "begin"),

        ("label", "deal"),
        ("call", bpf.RANDOM), ("and", "r0", LOTS - 1), ("mov", "r5", "r7"), ("add", "r5", "r0"),
        ("load", "u8", "r3", "r5", _at("lot")), ("jgt", "r3", last, "out"),

        ("label", "begin"),
        ("and", "r3", last), ("store", "u32", "r10", flow + place, "r3"),
        ("lsh", "r3", 2), ("mov", "r5", "r7"), ("add", "r5", "r3"),
        ("load", "u32", "r1", "r5", _at("many")), ("jeq", "r1", 0, "out"),
        ("load", "u32", "r1", "r5", _at("tag")), ("store", "u32", "r10", flow + tag, "r1"),
        ("store", "u32", "r10", flow + over, 0), ("store", "u32", "r10", flow + waits, 1), ("store", "u32", "r10", flow +
        ack, 0), ("call", bpf.RANDOM), ("store", "u32", "r10", flow + salt, "r0"),
        ("call", bpf.KTIME_NS), ("store", "u64", "r10", flow + seen, "r0"),
        ("map", "r1", flows), ("mov", "r2", "r10"), ("add", "r2", key), ("mov", "r3", "r10"), ("add", "r3", flow),
        ("mov", "r4", 0), ("call", bpf.UPDATE),
        ("load", "u32", "r3", "r10", flow + place), ("load", "u32", "r4", "r10", flow + salt),
        ("load", "u32", "r1", "r10", protocol), ("jne", "r1", socket.IPPROTO_TCP, "steer"),
        ("and", "r3", last), ("lsh", "r3", 2), ("mov", "r5", "r8"), ("add", "r5", "r3"), ("mov", "r1", 1),
        ("count", "r5", 0, "r1"), ("load", "u32", "r3", "r10", flow + place),

        ("label", "steer"),
        ("and", "r3", last), ("mul", "r3", 4 * BUCKETS), ("and", "r4", BUCKETS - 1), ("lsh", "r4", 2), ("add", "r3", "r4"),
        ("mov", "r5", "r7"), ("add", "r5", "r3"), ("load", "u32", "r2", "r5", _at("bucket")),
        ("lsh", "r2", 1), ("mov", "r1", "r6"), ("call", bpf.SET_HASH),  # a group takes the upper 31 bits of it

        ("label", "out"),
        ("mov32", "r0", -1), ("exit",),
    ]  # fmt: skip
