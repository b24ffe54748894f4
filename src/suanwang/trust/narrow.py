"""Narrower tokens without asking anyone: a holder adds a caveat and replaces what proves the token by something weaker.

    token      = statement: body "." signature
    narrowed   = body "." caveat "." ... "." caveat "." tag          each base64url, as in statements
    first tag  = HMAC-SHA256(signature, "suanwang caveat v1" NUL caveat);  the next one is keyed with the tag before it

The construction is that of macaroons (Birgisson et al., NDSS 2014). A tag can be made from the one before it, and not the
other way round, so caveats can be added, and not removed, changed or put in another order. Only the brain can check: Ed25519
signs without chance, so it makes the signature, which a narrowed token no longer shows, anew from its key.
"""

import hmac
import math
from functools import lru_cache
from typing import TypeVar

import msgspec

from suanwang.model.fault import AuthorityFault
from suanwang.model.statement import Caveat, Statement
from suanwang.trust.key import SIGNATURE_BYTES, sign_bytes
from suanwang.trust.statement import DOMAIN, TEXT_MOST, base64, check_issuer, check_time, genuine, malformed, unbase64

CAVEAT = b"suanwang caveat v1\0"
TAG_BYTES = 32
_FREE = Caveat()
N = TypeVar("N", int, float)


def narrow(text: str, caveat: Caveat) -> str:
    """The same token with one more caveat. AuthorityFault SUAN-A001: `text` is no token, or it becomes longer than 16 KiB."""
    *parts, proof_text = text.split(".")
    proof = unbase64(proof_text)
    if not parts or len(proof) != (SIGNATURE_BYTES if len(parts) == 1 else TAG_BYTES):
        raise malformed("its proof has the wrong length")
    block = msgspec.json.encode(caveat)
    made = ".".join([*parts, base64(block), base64(_tag(proof, block))])
    if len(made) > TEXT_MOST:
        raise malformed(f"longer than {TEXT_MOST} characters")
    return made


def verify_narrowed(
    text: str, private_key: bytes, *, now: float, kind: str, issuer: str, skew_s: float = 30.0
) -> tuple[Statement, Caveat]:
    """The statement, as `verify` gives it, and all its caveats together. private_key: of the brain that issued it.

    AuthorityFault: those of `verify`; SUAN-A002 if a caveat was removed, changed or moved, SUAN-A003 if one has expired.
    """
    statement, limits = _proved(text, private_key, kind, issuer)
    check_time(statement, now, skew_s)
    if limits.expires_at is not None:
        check_time(msgspec.structs.replace(statement, expires_at=limits.expires_at), now, skew_s)
    return statement, limits


@lru_cache(4096)
def _proved(text: str, private_key: bytes, kind: str, issuer: str) -> tuple[Statement, Caveat]:
    """The part of verifying that comes out the same every time, remembered for tokens that are shown again and again."""
    statement, limits = _genuine(text, private_key)
    check_issuer(statement, kind, issuer)
    return statement, limits


def _genuine(text: str, private_key: bytes) -> tuple[Statement, Caveat]:
    if text.count(".") < 2:
        return genuine(text), _FREE
    if len(text) > TEXT_MOST:
        raise malformed(f"longer than {TEXT_MOST} characters")
    body_text, *blocks, tag_text = text.split(".")
    proof = signature = sign_bytes(private_key, DOMAIN + unbase64(body_text))
    for block in (raw := [unbase64(b) for b in blocks]):
        proof = _tag(proof, block)
    # before anything is believed: the signature above was made here, over whatever was sent
    if not hmac.compare_digest(proof, unbase64(tag_text)):
        raise AuthorityFault(
            "SUAN-A002", "the caveats do not fit: one was altered, removed or moved", "use the token as it was"
        )
    return genuine(f"{body_text}.{base64(signature)}"), together([_caveat(b) for b in raw])


def together(caveats: list[Caveat]) -> Caveat:
    """What all of them allow."""
    limits = _FREE
    for more in caveats:
        limits = Caveat(
            roles=_common(limits.roles, more.roles),
            jobs=_common(limits.jobs, more.jobs),
            budget_micro=_least(limits.budget_micro, more.budget_micro),
            expires_at=_least(limits.expires_at, more.expires_at),
        )
    return limits


def _common(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    return tuple(sorted(set(one) & set(other)))


def _least(one: N | None, other: N | None) -> N | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _tag(proof: bytes, block: bytes) -> bytes:
    return hmac.digest(proof, CAVEAT + block, "sha256")


def _caveat(block: bytes) -> Caveat:
    """In the one spelling that `narrow` writes; a caveat that this brain does not know is one that it cannot keep."""
    try:
        caveat = msgspec.json.decode(block, type=Caveat)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise malformed("a caveat is not one that is known here") from None
    if msgspec.json.encode(caveat) != block or not math.isfinite(caveat.expires_at or 0.0):
        raise malformed("a caveat is not in its one allowed form")
    return caveat
