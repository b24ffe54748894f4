"""What the CA signs says who it is for, for how long and for what; a peer is the one expected, or refused."""

import datetime

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.fault import AuthorityFault
from suanwang.trust.identity import id_of, spiffe_id
from suanwang.trust.key import public_of
from suanwang.trust.svid import CA_S, Authority, brain_svid, check_peer, fingerprint, is_good, make_authority, node_svid

NOW = 1_800_000_000.0
SECRET, NODE_KEY = b"\x03" * 32, b"\x04" * 32
BRAIN, NODE = id_of("brain", b"\x01" * 32), id_of("node", public_of(NODE_KEY))
CA = make_authority(SECRET, BRAIN, 7, NOW)


def client_of(pem: str, at: float, ca: Authority = CA) -> list[str]:
    """The names that a verifier of client certificates, not ours, finds good at that time."""
    store = Store([x509.load_pem_x509_certificate(ca.certificate.encode())])
    verifier = PolicyBuilder().store(store).time(datetime.datetime.fromtimestamp(at, datetime.UTC)).build_client_verifier()
    found = verifier.verify(x509.load_pem_x509_certificate(pem.encode()), []).subjects
    return [name.value for name in found or ()]


def test_a_nodes_certificate_holds_for_its_life_under_its_ca_and_names_it():
    pem = node_svid(CA, BRAIN, NODE, public_of(NODE_KEY), 8, NOW, 3600.0)
    assert client_of(pem, NOW + 1) == [f"spiffe://{BRAIN}/node/{NODE}"]
    for at in (NOW - 120, NOW + 3601):
        with pytest.raises(VerificationError):
            client_of(pem, at)
    with pytest.raises(VerificationError):
        client_of(pem, NOW, make_authority(b"\x05" * 32, BRAIN, 7, NOW))


def test_only_the_brains_certificate_serves():
    made = brain_svid(CA, BRAIN, b"\x06" * 32, ("localhost", "::1"), 9, NOW)
    brain = x509.load_pem_x509_certificate(made.certificate.encode())
    names = brain.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [BRAIN, "localhost"]
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["::1"]
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [spiffe_id(BRAIN, BRAIN)]
    node = x509.load_pem_x509_certificate(node_svid(CA, BRAIN, NODE, public_of(NODE_KEY), 8, NOW).encode())
    uses = [c.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value for c in (brain, node)]
    assert [list(u) for u in uses] == [[ExtendedKeyUsageOID.SERVER_AUTH], [ExtendedKeyUsageOID.CLIENT_AUTH]]


def test_a_ca_is_kept_while_it_is_this_brains_and_not_at_its_end():
    assert is_good(CA, BRAIN, NOW)
    assert not is_good(CA, id_of("brain", b"\x02" * 32), NOW)
    assert not is_good(CA._replace(secret=b"\x09" * 32), BRAIN, NOW)
    assert not is_good(CA, BRAIN, NOW + 0.95 * CA_S)
    assert not is_good(CA._replace(certificate="nonsense"), BRAIN, NOW)
    assert len(fingerprint(CA.certificate)) == 64


@given(st.lists(st.sampled_from([NODE, "node-other"]), max_size=3), st.integers(-10, 10))
def test_a_peer_is_exactly_the_expected_one_and_not_expired(named: list[str], left_s: int):
    uris = tuple(spiffe_id(BRAIN, name) for name in named)
    if named == [NODE] and left_s > 0:
        check_peer(uris, NOW + left_s, spiffe_id(BRAIN, NODE), NOW)
    else:
        with pytest.raises(AuthorityFault) as caught:
            check_peer(uris, NOW + left_s, spiffe_id(BRAIN, NODE), NOW)
        assert caught.value.code == "SUAN-A060"
