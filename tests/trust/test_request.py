"""A signed request is good for one method, path, body and brain; a desired state for one node and generation."""

import pytest

from suanwang.model.fault import AuthorityFault
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.request import sha256_hex, sign_desired, sign_request, verify_desired, verify_request

NODE_SECRET, BRAIN_SECRET = b"\x03" * 32, b"\x04" * 32
NODE, BRAIN = id_of("node", public_of(NODE_SECRET)), id_of("brain", public_of(BRAIN_SECRET))
NOW = 1_800_000_000.0
REQUEST = {"method": "POST", "path": "/v1/node/report?x=1", "body_sha256": sha256_hex(b"{}"), "audience": BRAIN}
DESIRED = {"node_id": NODE, "generation": 7, "body": b"orders"}


def test_a_request_is_accepted_again_within_its_minute_and_not_after():
    text = sign_request(NODE_SECRET, **REQUEST, now=NOW)
    for now in (NOW - 20, NOW, NOW + 89):
        assert verify_request(text, **REQUEST, now=now, node_id=NODE).issuer == NODE
    with pytest.raises(AuthorityFault, match="SUAN-A003"):
        verify_request(text, **REQUEST, now=NOW + 91)
    with pytest.raises(AuthorityFault, match="SUAN-A006"):
        verify_request(text, **REQUEST, now=NOW, node_id="node-other")


@pytest.mark.parametrize(
    ("name", "value"),
    [("method", "GET"), ("path", "/v1/node/report?x=2"), ("body_sha256", sha256_hex(b"{ }")), ("audience", "brain-other")],
)
def test_a_request_is_for_nothing_else(name: str, value: str):
    text = sign_request(NODE_SECRET, **REQUEST, now=NOW)
    with pytest.raises(AuthorityFault, match=f"SUAN-A009: .*{name}"):
        verify_request(text, **(REQUEST | {name: value}), now=NOW)


def test_a_desired_state_is_from_the_brain_for_this_node_and_generation():
    text = sign_desired(BRAIN_SECRET, **DESIRED, now=NOW)
    assert verify_desired(text, **DESIRED, brain_id=BRAIN, now=NOW + 1800).claim("generation") == "7"
    for other in ({"node_id": "node-other"}, {"generation": 8}, {"body": b"Orders"}):
        with pytest.raises(AuthorityFault, match="SUAN-A009"):
            verify_desired(text, **(DESIRED | other), brain_id=BRAIN, now=NOW)
    forged = sign_desired(NODE_SECRET, **DESIRED, now=NOW)
    with pytest.raises(AuthorityFault, match="SUAN-A006"):
        verify_desired(forged, **DESIRED, brain_id=BRAIN, now=NOW)
    with pytest.raises(AuthorityFault, match="SUAN-A005"):
        verify_request(text, **REQUEST, now=NOW)
