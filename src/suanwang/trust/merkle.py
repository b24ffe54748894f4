"""The Merkle tree of the log (RFC 6962, RFC 9162): append, root at any size, proofs that a leaf is in and that nothing left.

Only every second level of the tree is kept, each in one bytearray: a level-k entry covers 4^k leaves.

    level 1        [0..3]                [4..7]             32 bytes each
    level 0   [0] [1] [2] [3]       [4] [5] [6] [7]  [8]    32 bytes each

The level between is hashed again when it is asked for. That takes 43 bytes per leaf instead of 64, and an append costs one
hash and at most three more per level that it completes.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from suanwang.model.fault import NotFoundFault

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 | data), RFC 6962 section 2.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 | left | right), RFC 6962 section 2.1."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """An append-only tree of leaf hashes. Proofs are tuples of 32-byte hashes, from the leaf upward."""

    __slots__ = ("_levels",)

    def __init__(self, parts: Iterable[tuple[bytes, ...]] = ()) -> None:
        """parts: what `grown` gave, one after the other from the beginning."""
        self._levels = [bytearray()]
        for part in parts:
            self._levels += [bytearray() for _ in range(len(part) - len(self._levels))]
            for level, more in zip(self._levels, part, strict=False):
                level += more

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash (see leaf_hash); its index. O(log n), O(1) on average."""
        assert len(leaf) == HASH_BYTES, "append the hash of a leaf, not its data"
        index = self.size
        level, count, entry = 0, index + 1, leaf
        self._levels[0] += entry
        while count % 4 == 0:  # this entry completes a group of four: write their hash one level up
            entry = self._complete(2 * (level + 1), count // 4 - 1)
            level, count = level + 1, count // 4
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += entry
        return index

    def grown(self, since: int) -> tuple[bytes, ...]:
        """What each level that is kept has more than in the tree of the first `since` leaves; to build the tree again."""
        return tuple(bytes(kept[(since >> 2 * level) * HASH_BYTES :]) for level, kept in enumerate(self._levels))

    def hashes(self, height: int, first: int, count: int) -> bytes:
        """Hashes of `count` complete subtrees of 2^height leaves each, end to end, from number `first` on.

        NotFoundFault SUAN-N040 unless all of them are complete.
        """
        self._size((first + count) << height)
        return b"".join(self._complete(height, first + i) for i in range(count))

    def root(self, size: int | None = None) -> bytes:
        """The tree head over the first `size` leaves (None: all). NotFoundFault SUAN-N040 beyond the tree."""
        size = self._size(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Proof that leaf `index` is in the tree of the first `size` leaves. NotFoundFault SUAN-N040 if it is not."""
        size = self._size(size)
        if not 0 <= index < size:
            raise _beyond(f"leaf {index} is not among the first {size}")
        proof: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low = middle
        return tuple(reversed(proof))

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Proof that the tree of `old` leaves is the beginning of the tree of `new` leaves; empty for old 0 or old = new.

        NotFoundFault SUAN-N040 unless 0 <= old <= new <= size.
        """
        new = self._size(new)
        if not 0 <= old <= new:
            raise _beyond(f"the first {old} leaves are not the beginning of the first {new}")
        proof: list[bytes] = []
        low, high = 0, new
        while 0 < old < high:  # PROOF(m, D[n]) of RFC 6962 section 2.1.2, from the root down
            middle = low + _split(high - low)
            if old <= middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low = middle
        if low:  # the old tree is not one whole subtree: its last part has to be named
            proof.append(self._range(low, high))
        return tuple(reversed(proof))

    def _size(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise _beyond(f"the tree has {self.size} leaves, not {size}")
        return size

    def _range(self, low: int, high: int) -> bytes:
        """Hash over leaves [low, high); low is a multiple of the largest power of two that fits."""
        count = high - low
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._complete(height, low >> height)
        middle = low + _split(count)
        return node_hash(self._range(low, middle), self._range(middle, high))

    def _complete(self, height: int, index: int) -> bytes:
        """Hash of the complete subtree number `index` of 2^height leaves; made from the kept level below if need be."""
        level, between = divmod(height, 2)
        if not between and level < len(self._levels):
            kept = self._levels[level][index * HASH_BYTES : (index + 1) * HASH_BYTES]
            if kept:
                return bytes(kept)
        return node_hash(self._complete(height - 1, 2 * index), self._complete(height - 1, 2 * index + 1))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that this leaf hash is number `index` of the `size` leaves under `root` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes(leaf, root, *proof):
        return False
    place, last, have = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            have = node_hash(sibling, have)
            while not place & 1 and place:  # a last node without sibling rises unchanged
                place, last = place >> 1, last >> 1
        else:
            have = node_hash(have, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and have == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the proof shows that `new_root` over `new` leaves begins with `old_root` over `old` (RFC 9162 2.1.4.2)."""
    if not 0 <= old <= new or not _all_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = (old_root, *proof) if old & (old - 1) == 0 else tuple(proof)
    if not path:
        return False
    return _climb(old - 1, new - 1, path) == (old_root, new_root)


def _climb(place: int, last: int, path: tuple[bytes, ...]) -> tuple[bytes, bytes] | None:
    """The old and the new root that this path leads to; None if it is too long or too short."""
    while place & 1:
        place, last = place >> 1, last >> 1
    old_have = new_have = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old_have, new_have = node_hash(sibling, old_have), node_hash(sibling, new_have)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_have = node_hash(new_have, sibling)
        place, last = place >> 1, last >> 1
    return (old_have, new_have) if last == 0 else None


def _all_hashes(*hashes: bytes) -> bool:
    """Hashes of another length could shift bytes across the border of two children and still fit."""
    return all(len(one) == HASH_BYTES for one in hashes)


def _split(count: int) -> int:
    """The largest power of two below `count` (count > 1)."""
    return 1 << ((count - 1).bit_length() - 1)


def _beyond(why: str) -> NotFoundFault:
    return NotFoundFault("SUAN-N040", why, "ask for the present size first: GET /v1/log/checkpoint")
