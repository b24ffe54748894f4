"""Signatures on what travels: a node signs each request to its brain, the brain signs each desired state for a node.

Both are ordinary statements, bound to their bytes by SHA-256. A request holds for 60 seconds and may be replayed within
them; that is harmless, because every effect is idempotent (outcomes count once by placement and task, generations only
rise, joining twice is joining once), so no store of seen requests is needed.
"""

from hashlib import sha256

from suanwang.model.fault import AuthorityFault
from suanwang.model.statement import Statement
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.statement import sign, verify

REQUEST_S = 60.0
DESIRED_S = 3600.0
"""Long, for clocks of machines at home; an old desired state is refused by its generation, not by its age."""


def sha256_hex(body: bytes) -> str:
    """SHA-256 of the body, 64 lower-case hex digits; of b"" where there is none."""
    return sha256(body).hexdigest()


def sign_request(private_key: bytes, *, method: str, path: str, body_sha256: str, audience: str, now: float) -> str:
    """The statement that goes with one HTTP request of a node. path: with its query; audience: id of the brain it is for.

    body_sha256 is given as a hash, so that a large body can be signed, and checked, before it is read.
    """
    claims = _request_claims(method, path, body_sha256, audience)
    return sign(private_key, "request", id_of("node", public_of(private_key)), claims, now, now + REQUEST_S)


def verify_request(
    text: str, *, method: str, path: str, body_sha256: str, audience: str, now: float, node_id: str | None = None
) -> Statement:
    """The statement, if it was signed for exactly this request; `issuer` is the id of the node that sent it.

    Within its 60 seconds it may be replayed (see the top of this file). With no node_id given, the caller must look up
    whether it knows the issuer. Faults of `verify`, and AuthorityFault SUAN-A009: signed for another request.
    """
    statement = verify(text, now=now, kind="request", issuer=node_id)
    check_request(statement, method=method, path=path, body_sha256=body_sha256, audience=audience)
    return statement


def check_request(statement: Statement, *, method: str, path: str, body_sha256: str, audience: str) -> None:
    """AuthorityFault SUAN-A009 unless the statement, verified already, is about exactly this request.

    Apart from verifying, so that who is calling is known before a body is read.
    """
    _check_bound(statement, statement.issuer, _request_claims(method, path, body_sha256, audience))


def sign_desired(private_key: bytes, *, node_id: str, generation: int, body: bytes, now: float) -> str:
    """The brain's statement about the bytes of a DesiredState. The generation stands in it so that both must agree."""
    claims = {"body_sha256": sha256_hex(body), "generation": str(generation)}
    return sign(private_key, "desired", node_id, claims, now, now + DESIRED_S)


def verify_desired(text: str, *, node_id: str, generation: int, body: bytes, brain_id: str, now: float) -> Statement:
    """The statement, if this brain signed exactly these bytes for this node with this generation.

    The caller refuses a generation older than the one it has. Faults of `verify`, and AuthorityFault SUAN-A009.
    """
    statement = verify(text, now=now, kind="desired", issuer=brain_id)
    _check_bound(statement, node_id, {"body_sha256": sha256_hex(body), "generation": str(generation)})
    return statement


def sign_steering(private_key: bytes, *, node_id: str, number: int, body: bytes, now: float) -> str:
    """The brain's statement about the bytes of a Steering for one forwarder."""
    claims = {"body_sha256": sha256_hex(body), "number": str(number)}
    return sign(private_key, "steering", node_id, claims, now, now + DESIRED_S)


def verify_steering(text: str, *, node_id: str, number: int, body: bytes, brain_id: str, now: float) -> Statement:
    """The statement, if this brain signed exactly these bytes for this forwarder; which refuses an older number itself.

    Faults of `verify`, and AuthorityFault SUAN-A009.
    """
    statement = verify(text, now=now, kind="steering", issuer=brain_id)
    _check_bound(statement, node_id, {"body_sha256": sha256_hex(body), "number": str(number)})
    return statement


def _request_claims(method: str, path: str, body_sha256: str, audience: str) -> dict[str, str]:
    return {"audience": audience, "body_sha256": body_sha256, "method": method, "path": path}


def _check_bound(statement: Statement, subject: str, expected: dict[str, str]) -> None:
    """Exactly the expected subject and claims, none missing and none more."""
    said = dict(statement.claims) | {"subject": statement.subject}
    want = expected | {"subject": subject}
    off = sorted(name for name in said.keys() | want.keys() if said.get(name) != want.get(name))
    if off:
        why = f"the signature is for another message: {', '.join(off)[:120]} differ"
        raise AuthorityFault("SUAN-A009", why, "send what was signed; check that no proxy rewrites paths or bodies")
