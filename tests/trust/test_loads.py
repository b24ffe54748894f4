"""Loads are believed only of who signed them, of its own contacts, once, and while they are young."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.brain.sample import key_of

from suanwang.model.fault import AuthorityFault
from suanwang.model.steering import Load, Loads
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.loads import BYTES_MAX, opened, pack, parted

KEY, PUBLIC = key_of("m1"), public_of(key_of("m1"))
NODE = id_of("node", PUBLIC)
KEYS = {NODE: PUBLIC.hex(), "node-other": public_of(key_of("m2")).hex()}
SAID = Loads(node_id=NODE, number=7, at=1000.0, lifetime_s=3.0, window_s=0.25, loads=(Load(contact="c/1", in_flight=2.5),))


def refused(datagram: bytes, now: float = 1000.1, last: int = 0) -> str:
    with pytest.raises(AuthorityFault) as wrong:
        opened(datagram, KEYS, {NODE: last}, now)
    return wrong.value.code


def test_what_was_signed_is_what_is_read() -> None:
    assert opened(pack(KEY, SAID), KEYS, {NODE: 7}, 1000.1) == SAID


def test_forged_replayed_old_and_foreign_ones_are_refused() -> None:
    good = pack(KEY, SAID)
    assert refused(pack(key_of("m2"), SAID)) == "SUAN-A078"
    assert refused(pack(KEY, msgspec.structs.replace(SAID, node_id="node-other"))) == "SUAN-A078"
    assert refused(pack(KEY, msgspec.structs.replace(SAID, node_id="node-nobody"))) == "SUAN-A078"
    assert refused(good, last=8) == "SUAN-A079"
    assert refused(good, now=1010.0) == "SUAN-A079"
    assert refused(good, now=990.0) == "SUAN-A079"


@given(st.integers(0, 400), st.integers(1, 255))
def test_one_altered_byte_is_found(at: int, change: int) -> None:
    good = bytearray(pack(KEY, SAID))
    good[at % len(good)] ^= change
    refused(bytes(good))


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    refused(noise)


@given(st.integers(0, 200))
def test_many_contacts_go_in_several_datagrams_that_each_fit(count: int) -> None:
    many = msgspec.structs.replace(SAID, loads=tuple(Load(contact=f"job-{i:010d}/1", in_flight=1.0) for i in range(count)))
    parts = parted(many)
    assert tuple(load for part in parts for load in part.loads) == many.loads
    assert all(len(pack(KEY, part)) <= BYTES_MAX for part in parts)
