"""Cosignatures are those of the standard; a quorum counts keys, not lines; a log may only grow."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.trees import tree_over

from suanwang.model.fault import AuthorityFault, LogFault, UsageFault
from suanwang.trust.checkpoint import Verifier, make_checkpoint, verifier
from suanwang.trust.cosign import COSIGNATURE, check_growth, cosign, cosigned_at, quorum, with_lines, witness_of
from suanwang.trust.key import is_signed, public_of
from suanwang.trust.merkle import Tree, leaf_hash

LOG, ONE, TWO = b"\x01" * 32, b"\x02" * 32, b"\x03" * 32
WITNESSES = (witness_of(public_of(ONE)), witness_of(public_of(TWO)))
TREE = tree_over(leaf_hash(b"%d" % i) for i in range(40))


def head(size: int, tree: Tree = TREE):
    return make_checkpoint(LOG, origin="suanwang/x", size=size, root=tree.root(size))


NOTE = head(40).note


def test_the_signed_bytes_are_those_of_the_standard():
    """C2SP tlog-cosignature: the message, the timestamp before the signature, and type 4 in the key id."""
    line = cosign(NOTE, ONE, 1679315147)
    dash, name, data = line.rstrip("\n").split(" ")
    raw = b64decode(data)
    message = b"cosignature/v1\ntime 1679315147\n" + NOTE.partition("\n\n")[0].encode() + b"\n"
    assert (dash, name, len(raw)) == ("—", WITNESSES[0].name, 4 + 8 + 64)
    assert raw[:4] == WITNESSES[0].key_id != Verifier(name, public_of(ONE)).key_id
    assert raw[4:12] == (1679315147).to_bytes(8, "big")
    assert is_signed(public_of(ONE), raw[12:], message)
    assert verifier(WITNESSES[0].text, COSIGNATURE) == WITNESSES[0]
    with pytest.raises(UsageFault, match="SUAN-U080"):
        verifier(WITNESSES[0].text)  # a witness's key is no log's key


def test_a_quorum_counts_keys():
    both = with_lines(NOTE, [cosign(NOTE, ONE, 5), cosign(NOTE, ONE, 9), cosign(NOTE, TWO, 7)])
    assert cosigned_at(both, WITNESSES[0]) == 9
    assert quorum(both, WITNESSES, 2) == WITNESSES
    one = with_lines(NOTE, [cosign(NOTE, ONE, 5), cosign(NOTE, ONE, 6)])
    again = Verifier("other-name", WITNESSES[0].public_key, COSIGNATURE)
    for known in (WITNESSES, (WITNESSES[0], WITNESSES[0]), (WITNESSES[0], again)):
        with pytest.raises(AuthorityFault, match="SUAN-A013"):
            quorum(one, known, 2)


@given(st.integers(0, 75), st.integers(1, 255))
def test_a_changed_cosignature_is_never_counted(place: int, flip: int):
    dash, name, data = cosign(NOTE, ONE, 5).rstrip("\n").split(" ")
    raw = bytearray(b64decode(data))
    raw[place] ^= flip
    forged = with_lines(NOTE, [f"{dash} {name} {b64encode(raw).decode()}\n"])
    try:
        assert cosigned_at(forged, WITNESSES[0]) is None  # the key id was hit: it is another's line
    except AuthorityFault as fault:
        assert fault.code == "SUAN-A014"


def test_a_cosignature_of_another_checkpoint_does_not_count():
    with pytest.raises(AuthorityFault, match="SUAN-A014"):
        cosigned_at(with_lines(NOTE, [cosign(head(39).note, ONE, 5)]), WITNESSES[0])


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_a_log_may_only_grow(old: int, new: int, forked_at: int):
    other = tree_over(leaf_hash(b"%d" % i if i < forked_at else b"!%d" % i) for i in range(40))
    if new < old:
        with pytest.raises(LogFault, match="SUAN-L022"):
            check_growth(head(old), head(new), ())
        return
    check_growth(head(old), head(new), [h.hex() for h in TREE.consistency(old, new)])
    if forked_at < old:
        with pytest.raises(LogFault, match="SUAN-L021"):
            check_growth(head(old), head(new, other), [h.hex() for h in other.consistency(old, new)])
        with pytest.raises(LogFault, match="SUAN-L021"):
            check_growth(head(old), head(new, other), ["not hex"])
