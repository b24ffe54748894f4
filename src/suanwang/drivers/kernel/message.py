"""Rtnetlink messages as bytes (rtnetlink(7), netlink(7)): a header, a fixed part, and attributes that may hold attributes."""

import struct
from collections.abc import Iterator

HEADER = struct.Struct("=IHHII")
ATTRIBUTE = struct.Struct("=HH")
NESTED = 0x8000
TYPE_MASK = 0x3FFF

REQUEST, ACK, ROOT, MATCH, REPLACE, EXCL, CREATE = 1, 4, 0x100, 0x200, 0x100, 0x200, 0x400
DUMP = ROOT | MATCH
ERROR, DONE = 2, 3
AF_INET6 = 10


def attribute(kind: int, data: bytes) -> bytes:
    """One attribute, padded to four bytes."""
    return ATTRIBUTE.pack(4 + len(data), kind) + data + bytes(-len(data) % 4)


def u8(kind: int, value: int) -> bytes:
    return attribute(kind, struct.pack("=B", value))


def u16(kind: int, value: int) -> bytes:
    return attribute(kind, struct.pack("=H", value))


def u32(kind: int, value: int) -> bytes:
    return attribute(kind, struct.pack("=I", value))


def text(kind: int, value: str) -> bytes:
    return attribute(kind, value.encode() + b"\0")


def nested(kind: int, *parts: bytes) -> bytes:
    return attribute(kind | NESTED, b"".join(parts))


def message(kind: int, flags: int, body: bytes, number: int) -> bytes:
    """A request that is acknowledged, or a dump."""
    return HEADER.pack(16 + len(body), kind, flags | REQUEST, number, 0) + body


def attributes(data: bytes) -> dict[int, bytes]:
    """The attributes of a part, by kind; of several of one kind the last."""
    return dict(each(data))


def each(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every attribute, in order. One that claims to be longer than what is there ends it."""
    at = 0
    while at + 4 <= len(data):
        size, kind = ATTRIBUTE.unpack_from(data, at)
        if size < 4 or at + size > len(data):
            return
        yield kind & TYPE_MASK, data[at + 4 : at + size]
        at += (size + 3) & ~3


def number_in(data: bytes) -> int:
    """An unsigned number of one, two, four or eight bytes."""
    return int.from_bytes(data, "little")


def messages(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """(kind, flags, number, body) of each message in what was received."""
    at = 0
    while at + 16 <= len(data):
        size, kind, flags, number, _ = HEADER.unpack_from(data, at)
        if size < 16 or at + size > len(data):
            return
        yield kind, flags, number, data[at + 16 : at + size]
        at += (size + 3) & ~3
