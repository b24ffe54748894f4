"""Tiles as the standard has them: the right set for every size, the same hashes by another way, nothing ambiguous."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.trees import tree_over

from suanwang.model.fault import LogFault, NotFoundFault
from suanwang.trust.merkle import leaf_hash
from suanwang.trust.tiles import (
    ENTRIES,
    ENTRY_MOST,
    Tile,
    bundle,
    entry_of,
    hash_tile,
    is_large,
    tile_at,
    tiles_of,
    unbundle,
)

LEAVES = [leaf_hash(b"%d" % i) for i in range(66_000)]
BIG = tree_over(LEAVES)


def root_of(hashes: list[bytes]) -> bytes:
    """By the definition: split at the largest power of two below the count."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(hashes[:half]) + root_of(hashes[half:])).digest()


def hashes_in(data: bytes) -> list[bytes]:
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def test_the_example_of_the_standard():
    """C2SP tlog-tiles, "Partial Tiles": a tree of 70,000."""
    tiles = list(tiles_of(70_000))
    assert [(t.level, t.width) for t in tiles if t.level > 0] == [(1, 256), (1, 17), (2, 1)]
    for level in (ENTRIES, 0):
        assert [t.width for t in tiles if t.level == level] == [256] * 273 + [112]
    assert [t.path for t in tiles_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert Tile(0, 1234067, 256).path == "tile/0/x001/x234/067"


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_000])
def test_tiles_lead_to_the_root_level_by_level(size: int):
    tree, widths = tree_over(LEAVES[:size]), {}
    for tile in tiles_of(size, range(0, 64)):
        data = hash_tile(tree, tile)
        assert len(data) == 32 * tile.width
        widths[tile.level] = widths.get(tile.level, 0) + tile.width
        if tile.level > 0:  # each hash is that of a full tile below
            below = Tile(tile.level - 1, tile.number * 256, 256)
            assert data[:32] == root_of(hashes_in(hash_tile(tree, below)))
        assert hash_tile(BIG, tile) == data, "a later tree has the same tile"
    assert widths == {level: size >> 8 * level for level in range(3) if size >> 8 * level}
    assert size == 0 or tree.root() == root_of(LEAVES[:size])


@given(st.integers(0, 600))
def test_a_tile_beyond_the_tree_is_refused(size: int):
    with pytest.raises(NotFoundFault, match="SUAN-N040"):
        hash_tile(tree_over(LEAVES[:size]), Tile(0, size // 256, size % 256 + 1))


@given(st.integers(ENTRIES, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_every_path_comes_back(level: int, number: int, width: int):
    tile = Tile(level, number, width)
    assert tile_at(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    ["", "tile/0/0", "tile/00/000", "tile/64/000", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/07",
     "tile/0/1000", "tile/0/../000", "tile/0/000/", "tile/entries/000.p/", "tile/0/٠٠٠", f"tile/0/{'x001/' * 9}000"],
)  # fmt: skip
def test_no_other_path_means_a_tile(path: str):
    with pytest.raises(NotFoundFault, match="SUAN-N041"):
        tile_at(path)


@given(st.lists(st.binary(max_size=40), max_size=256), st.data())
def test_a_bundle_holds_exactly_its_entries(entries: list[bytes], data: st.DataObject):
    packed = bundle(entries)
    assert unbundle(packed, len(entries)) == tuple(entries)
    with pytest.raises(LogFault, match="SUAN-L020"):
        unbundle(packed, len(entries) + 1)
    if packed:
        cut = data.draw(st.integers(0, len(packed) - 1))
        with pytest.raises(LogFault, match="SUAN-L020"):
            unbundle(packed[:cut], len(entries))


def test_an_event_that_is_too_long_is_named_by_its_hash():
    small, large = b"x" * ENTRY_MOST, b"x" * (ENTRY_MOST + 1)
    assert entry_of(small) == small and not is_large(small)
    named = entry_of(large)
    assert is_large(named) and sha256(large).hexdigest().encode() in named and b"65536" in named
    assert not is_large(named + b" ") and not is_large(b'{"type":"granted"}')
