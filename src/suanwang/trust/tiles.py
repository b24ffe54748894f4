"""The log as a finite set of files that anyone can copy, serve and check: C2SP tlog-tiles.

    tile/0/x001/234         256 leaf hashes of 32 bytes: leaves 1234 x 256 and following
    tile/1/004.p/210        hashes of full tiles one level below, the first 210 of them
    tile/entries/x001/234   the 256 entries behind the leaf hashes, each after its length in two bytes
    large/315904            an event that is longer than such an entry may be; the entry names its SHA-256

An event is its own entry unless it is too long. Tiles never change; a partial one (.p/N) is replaced by a wider one.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from suanwang.model.fault import LogFault, NotFoundFault
from suanwang.trust.merkle import HASH_BYTES, Tree

WIDTH = 256
HEIGHT = 8
ENTRIES = -1
"""The level that stands for entry bundles."""
ENTRY_MOST = 0xFFFF
_PATH = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_LARGE = re.compile(rb'\{"type":"large_event","size":([1-9][0-9]{0,15}),"sha256":"([0-9a-f]{64})"\}')
"""No event has this type, so that an entry of this form can mean nothing else."""


class Tile(NamedTuple):
    """level: ENTRIES, or 0 to 63. number: within the level. width: how many it has, 1 to 256."""

    level: int
    number: int
    width: int

    @property
    def path(self) -> str:
        """Where the standard puts it, e.g. tile/entries/x001/234.p/17."""
        digits = f"{self.number % 1000:03d}"
        rest = self.number // 1000
        while rest:
            digits, rest = f"x{rest % 1000:03d}/{digits}", rest // 1000
        part = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{'entries' if self.level == ENTRIES else self.level}/{digits}{part}"


def tile_at(path: str) -> Tile:
    """Read what Tile.path writes. NotFoundFault SUAN-N041 for anything else."""
    found = _PATH.fullmatch(path)
    if found and len(found[2]) <= 20:
        level = ENTRIES if found[1] == "entries" else int(found[1])
        made = Tile(level, int(found[2].replace("x", "").replace("/", "") + found[3]), int(found[4] or WIDTH))
        if made.path == path:
            return made
    raise NotFoundFault("SUAN-N041", f"{path[:80]!r} is not the path of a tile", "tile/0/000, tile/entries/000.p/7")


def tiles_of(size: int, levels: range = range(ENTRIES, 64)) -> Iterator[Tile]:
    """The tiles of a tree of `size` leaves, and its entry bundles, level by level."""
    for level in levels:
        full, rest = divmod(size >> HEIGHT * max(0, level), WIDTH)
        yield from (Tile(level, number, WIDTH) for number in range(full))
        if rest:
            yield Tile(level, full, rest)


def hash_tile(tree: Tree, tile: Tile) -> bytes:
    """The bytes of a tile of hashes. NotFoundFault SUAN-N040 beyond the tree."""
    return tree.hashes(HEIGHT * tile.level, tile.number * WIDTH, tile.width)


def split_hashes(data: bytes, width: int) -> tuple[bytes, ...]:
    """The hashes of a tile. LogFault SUAN-L020 if it has not `width` of them."""
    if len(data) != width * HASH_BYTES:
        raise damaged(f"a tile of {width} hashes has {width * HASH_BYTES} bytes, this one {len(data)}")
    return tuple(data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES))


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries, each after its length as a big-endian 16-bit number."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """The entries of a bundle. LogFault SUAN-L020 if it does not hold exactly `width` of them."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or at + 2 > len(data):
            raise damaged("an entry bundle ends within an entry")
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) != width:
        raise damaged(f"an entry bundle has {len(entries)} entries, not {width}")
    return tuple(entries)


def entry_of(event: bytes) -> bytes:
    """What stands in the log for an event: itself, or its size and SHA-256 if it has more than 65,535 bytes."""
    if len(event) <= ENTRY_MOST:
        return event
    return b'{"type":"large_event","size":%d,"sha256":"%s"}' % (len(event), sha256(event).hexdigest().encode())


def is_large(entry: bytes) -> bool:
    """Whether the entry only names its event."""
    return _LARGE.fullmatch(entry) is not None


def large_path(index: int) -> str:
    """Where an event is kept that does not fit its entry."""
    return f"large/{index}"


def damaged(why: str) -> LogFault:
    """LogFault SUAN-L020: this is not the log that was signed."""
    return LogFault("SUAN-L020", why, "export the log again, or restore the copy")
