"""Ids and addresses follow from keys alone, and from nothing else."""

from ipaddress import IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.fault import AuthorityFault, UsageFault
from suanwang.trust.identity import CS_ID_PREFIX, cs_id, id_of, spiffe_id, verifies_cs_id
from suanwang.trust.key import is_signed, public_of, sign_bytes

KEY = st.binary(min_size=32, max_size=32)
RFC8032_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC8032_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def test_keys_are_those_of_rfc_8032():
    assert public_of(RFC8032_SECRET) == RFC8032_PUBLIC
    signature = sign_bytes(RFC8032_SECRET, b"")
    assert signature.hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155")
    assert is_signed(RFC8032_PUBLIC, signature, b"") and not is_signed(RFC8032_PUBLIC, signature, b"x")
    assert not is_signed(b"short", signature, b"") and not is_signed(RFC8032_PUBLIC, b"short", b"")


def test_ids_stay_what_they_are():
    """An id is for ever: a change of these values would give every node, brain and service a new name."""
    assert id_of("node", RFC8032_PUBLIC) == "node-62aiel6swtqanp3n2be274ccar"
    assert id_of("function", RFC8032_PUBLIC, "resize") == "function-32c7y5xqazm57jhcuxzzibasnv"
    assert cs_id(RFC8032_PUBLIC) == "fd73:756e:7761:69d8:bbe0:ed22:b029:ff3c"
    assert spiffe_id("brain-x", "node-abc") == "spiffe://brain-x/node/node-abc"


@given(KEY, KEY, st.text(max_size=8), st.text(max_size=8))
def test_ids_differ_by_kind_key_and_name(one: bytes, other: bytes, name: str, other_name: str):
    assert id_of("node", one).partition("-")[2] != id_of("brain", one).partition("-")[2]
    assert (id_of("node", one) == id_of("node", other)) == (one == other)
    assert (id_of("function", one, name) == id_of("function", one, other_name)) == (name == other_name)


@given(KEY, KEY)
def test_a_cs_id_lies_in_the_prefix_and_belongs_to_one_key(one: bytes, other: bytes):
    address = IPv6Address(cs_id(one))
    assert address in IPv6Network(CS_ID_PREFIX)
    assert verifies_cs_id(address.exploded.upper(), one)
    assert verifies_cs_id(str(address), other) == (one == other)
    moved = cs_id(one, "2001:db8:5::/48")
    assert not verifies_cs_id(moved, one) and verifies_cs_id(moved, one, "2001:db8:5::/48")
    assert not verifies_cs_id(str(IPv6Address(int(address) ^ 1)), one)


def test_what_is_no_key_or_prefix_is_refused():
    with pytest.raises(AuthorityFault, match="SUAN-A008"):
        id_of("node", b"short")
    with pytest.raises(AuthorityFault, match="SUAN-A008"):
        public_of(b"short")
    for prefix in ("fd00::/64", "fd00::1/48", "10.0.0.0/8", "x"):
        with pytest.raises(UsageFault, match="SUAN-U040"):
            cs_id(RFC8032_PUBLIC, prefix)
    assert not verifies_cs_id("10.0.0.1", RFC8032_PUBLIC) and not verifies_cs_id("", RFC8032_PUBLIC)
