"""The tree against RFC 6962's own definition: known answers, every proof of small trees, random large ones, altered bits."""

import tracemalloc
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.fault import NotFoundFault
from suanwang.trust.merkle import EMPTY_ROOT, Tree, leaf_hash, verify_consistency, verify_inclusion

RFC_LEAVES = [bytes.fromhex(h) for h in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
"""The leaves of the reference test vectors of Certificate Transparency."""
RFC_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree_of(size: int) -> Tree:
    tree = Tree()
    for number in range(size):
        assert tree.append(leaf(number)) == number
    return tree


def leaf(number: int) -> bytes:
    return leaf_hash(b"event %d" % number)


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH(D[n]) of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


BIG = tree_of(3000)


def test_known_answers():
    tree = Tree()
    assert tree.root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" == EMPTY_ROOT.hex()
    for data, root in zip(RFC_LEAVES, RFC_ROOTS, strict=True):
        tree.append(leaf_hash(data))
        assert tree.root().hex() == root
    assert [tree.root(n).hex() for n in range(1, 9)] == RFC_ROOTS


def test_every_root_and_proof_of_small_trees():
    leaves = [leaf(n) for n in range(34)]
    roots = [naive_root(leaves[:n]) for n in range(35)]
    assert [BIG.root(n) for n in range(35)] == roots
    for new in range(35):
        for old in range(new + 1):
            assert verify_consistency(old, new, BIG.consistency(old, new), roots[old], roots[new])
        for index in range(new):
            assert verify_inclusion(leaves[index], index, new, BIG.inclusion(index, new), roots[new])


@given(st.data())
def test_proofs_verify_and_prove_nothing_else(data: st.DataObject):
    new = data.draw(st.integers(2, BIG.size))
    old = data.draw(st.integers(1, new - 1))
    index = data.draw(st.integers(0, new - 1))
    root, old_root = BIG.root(new), BIG.root(old)
    assert root == naive_root([leaf(n) for n in range(new)]) if new < 200 else True
    inclusion, consistency = BIG.inclusion(index, new), BIG.consistency(old, new)
    assert verify_inclusion(leaf(index), index, new, inclusion, root)
    assert verify_consistency(old, new, consistency, old_root, root)
    assert not verify_inclusion(leaf(index), (index + 1) % new, new, inclusion, root)
    assert not verify_inclusion(leaf(index), index, new, (*inclusion, root), root)
    assert not verify_inclusion(leaf(index), index, new, inclusion[:-1], root)
    assert not verify_consistency(old, new, (*consistency, root), old_root, root)
    assert not verify_consistency(old, new, consistency[:-1], old_root, root)
    assert not verify_consistency(new, old, consistency, root, old_root)


def flipped(hashes: list[bytes], which: int, bit: int) -> list[bytes]:
    whole = bytearray(hashes[which])
    whole[bit // 8] ^= 1 << bit % 8
    return [*hashes[:which], bytes(whole), *hashes[which + 1 :]]


@given(st.data())
def test_any_altered_bit_fails(data: st.DataObject):
    new = data.draw(st.integers(2, BIG.size))
    old, index = data.draw(st.integers(1, new - 1)), data.draw(st.integers(0, new - 1))
    bit = data.draw(st.integers(0, 255))
    parts = [leaf(index), BIG.root(new), *BIG.inclusion(index, new)]
    first, root, *proof = flipped(parts, data.draw(st.integers(0, len(parts) - 1)), bit)
    assert not verify_inclusion(first, index, new, proof, root)
    parts = [BIG.root(old), BIG.root(new), *BIG.consistency(old, new)]
    old_root, root, *proof = flipped(parts, data.draw(st.integers(0, len(parts) - 1)), bit)
    assert not verify_consistency(old, new, proof, old_root, root)


def test_bytes_may_not_move_across_the_border_of_two_hashes():
    whole, (sibling, *rest) = leaf(0), BIG.inclusion(0, 7)
    assert verify_inclusion(whole, 0, 7, (sibling, *rest), BIG.root(7))
    assert not verify_inclusion(whole[:31], 0, 7, (whole[31:] + sibling, *rest), BIG.root(7))


def test_a_wrong_size_is_not_proven():
    assert not verify_inclusion(leaf(0), 0, 16, BIG.inclusion(0, 8), BIG.root(8))
    assert not verify_consistency(4, 16, BIG.consistency(4, 8), BIG.root(4), BIG.root(8))


@given(st.lists(st.integers(0, BIG.size), max_size=4))
def test_a_tree_is_built_again_from_what_it_grew_by(kept_at):
    tree, parts, since = Tree(), [], 0
    for stop in [*sorted(kept_at), BIG.size]:
        for index in range(since, stop):
            tree.append(leaf(index))
        parts.append(tree.grown(since))
        since = stop
    again = Tree(parts)
    assert (again.size, again.root(), again.inclusion(1234)) == (BIG.size, BIG.root(), BIG.inclusion(1234))
    again.append(leaf(0))
    BIG_AND_ONE = Tree([BIG.grown(0)])
    BIG_AND_ONE.append(leaf(0))
    assert again.root() == BIG_AND_ONE.root()


def test_what_is_beyond_the_tree_is_not_found():
    for ask in (lambda: BIG.root(3001), lambda: BIG.inclusion(5, 5), lambda: BIG.inclusion(-1), lambda: BIG.consistency(9, 8)):
        with pytest.raises(NotFoundFault, match="SUAN-N040"):
            ask()


def test_a_leaf_takes_less_than_50_bytes():
    hashed = leaf(0)
    tracemalloc.start()
    try:
        tree = Tree()
        for _ in range(60_000):
            tree.append(hashed)
        used = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert 32 * tree.size < used < 50 * tree.size
