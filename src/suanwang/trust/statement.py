"""A statement that proves itself: who says what about whom, until when, in one line of text that anyone can check.

    text      = base64url(body) "." base64url(signature)              no padding
    body      = JSON of model.statement.Statement without spaces, fields in their order, claims sorted, id empty
    signature = Ed25519 over "suanwang statement v1" NUL body

There is exactly one spelling of a body: it is parsed, written again and compared, so that unknown, missing or repeated
fields, spaces, other number formats and trailing data are all refused by the same comparison. A statement's id is a hash
of its body alone, so that revoking it also revokes any other signature that its issuer could make over the same body.
"""

import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

import msgspec

from suanwang.model.fault import AuthorityFault
from suanwang.model.statement import Statement
from suanwang.trust.identity import Kind, id_of, short_hash
from suanwang.trust.key import SIGNATURE_BYTES, is_signed, public_of, sign_bytes

TEXT_MOST = 16 * 1024
DOMAIN = b"suanwang statement v1\0"
ISSUERS: dict[str, Kind] = {
    "user": "brain",
    "join": "brain",
    "desired": "brain",
    "steering": "brain",
    "request": "node",
    "service": "service",
    "function": "user",
}
"""Which kind of key signs which kind of statement. A node that signs a user's token is refused by this table alone."""


def sign(private_key: bytes, kind: str, subject: str, claims: Mapping[str, str], issued_at: float, expires_at: float) -> str:
    """The statement's text. kind: one of ISSUERS, which also says what kind of issuer this key is. Times: seconds since 1970.

    AuthorityFault SUAN-A001 if it would not be a statement: not expiring after it was issued, or longer than 16 KiB.
    """
    public_key = public_of(private_key)
    body = _encoded(
        Statement(
            kind=kind,
            issuer=id_of(ISSUERS[kind], public_key),
            public_key=public_key.hex(),
            subject=subject,
            claims=tuple(sorted(claims.items())),
            issued_at=float(issued_at),
            expires_at=float(expires_at),
        )
    )
    text = base64(body) + "." + base64(sign_bytes(private_key, DOMAIN + body))
    _parse(text)
    return text


def verify(text: str, *, now: float, kind: str, issuer: str | None = None, skew_s: float = 30.0) -> Statement:
    """The statement, with its id filled in, if it is genuine, of this kind, valid at `now`, and by `issuer` (if given).

    With no issuer given the caller must still decide whether it trusts `Statement.issuer`, and whether `id` was revoked.
    skew_s: how far the clocks of issuer and verifier may be apart.

    AuthorityFault: SUAN-A001 not a statement, A002 forged or altered, A007 issuer is not the id of the key, A005 another
    kind, A006 another issuer, A004 not valid yet, A003 expired.
    """
    statement = genuine(text)
    check(statement, now=now, kind=kind, issuer=issuer, skew_s=skew_s)
    return statement


def genuine(text: str) -> Statement:
    """The statement, with its id filled in, if the key that it names signed it: nothing that depends on who asks, or when.

    AuthorityFault SUAN-A001, A002 as in `verify`.
    """
    statement, signature = _parse(text)
    body = _encoded(statement)
    if not is_signed(bytes.fromhex(statement.public_key), signature, DOMAIN + body):
        raise AuthorityFault("SUAN-A002", "the signature does not fit: the text was altered or forged", _AGAIN)
    return msgspec.structs.replace(statement, id=_id(body))


def check(statement: Statement, *, now: float, kind: str, issuer: str | None = None, skew_s: float = 30.0) -> None:
    """What `verify` asks of a genuine statement: kind, issuer, time. AuthorityFault SUAN-A003 to A007."""
    check_issuer(statement, kind, issuer)
    check_time(statement, now, skew_s)


def unproven(text: str) -> Statement:
    """What a text says, its form checked and nothing else: for its holder, who has it from somebody they trust.

    AuthorityFault SUAN-A001 if malformed.
    """
    return _parse(text)[0]


def statement_id(text: str) -> str:
    """The id under which a statement is revoked, without checking who signed it. AuthorityFault SUAN-A001 if malformed."""
    return _id(_encoded(_parse(text)[0]))


_AGAIN = "ask for a new token: suan token make"


def check_issuer(statement: Statement, kind: str, issuer: str | None) -> None:
    """The part of `check` that time does not change. AuthorityFault SUAN-A005 to A007."""
    if statement.kind != kind:
        raise AuthorityFault("SUAN-A005", f'this is a "{statement.kind}" statement, a "{kind}" is needed', _AGAIN)
    if statement.issuer != id_of(ISSUERS[kind], bytes.fromhex(statement.public_key)):
        why = f"the issuer calls itself {statement.issuer[:80]}, which is not the id of its key"
        raise AuthorityFault("SUAN-A007", why, _AGAIN)
    if issuer is not None and statement.issuer != issuer:
        why = f"issued by {statement.issuer}, but only {issuer} counts here"
        raise AuthorityFault("SUAN-A006", why, "use a token of this domain")


def check_time(statement: Statement, now: float, skew_s: float) -> None:
    if statement.issued_at > now + skew_s:
        why = f"it is valid {statement.issued_at - now:.0f} s from now"
        raise AuthorityFault("SUAN-A004", why, "set the clocks of both machines (NTP)")
    if statement.expires_at + skew_s <= now:
        raise AuthorityFault("SUAN-A003", f"it expired {now - statement.expires_at:.0f} s ago", _AGAIN)


def _parse(text: str) -> tuple[Statement, bytes]:
    """The statement and its signature, nothing checked but the form, which is unique: one text per statement and signature."""
    if len(text) > TEXT_MOST:
        raise malformed(f"longer than {TEXT_MOST} characters")
    body_text, _, signature_text = text.partition(".")
    body, signature = unbase64(body_text), unbase64(signature_text)
    if len(signature) != SIGNATURE_BYTES:
        raise malformed("the signature has not 64 bytes")
    try:
        statement = msgspec.json.decode(body, type=Statement)
        canonical = _encoded(statement) == body
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise malformed("the body is not the JSON of a statement") from None
    if not canonical or not _is_sound(statement):
        raise malformed("the body is not in its one allowed form")
    return statement, signature


def _is_sound(statement: Statement) -> bool:
    """What JSON cannot say: claims sorted without repetition, a key in hex, an empty id, a life of finite length."""
    names = [name for name, _ in statement.claims]
    return (
        statement.id == ""
        and names == sorted(set(names))
        and len(statement.public_key) == 64
        and all(char in "0123456789abcdef" for char in statement.public_key)
        and math.isfinite(statement.expires_at)
        and statement.issued_at < statement.expires_at
    )


def _encoded(statement: Statement) -> bytes:
    return msgspec.json.encode(statement)


def _id(body: bytes) -> str:
    return short_hash("suanwang statement id v1", body)


def base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64(text: str) -> bytes:
    """Only the one spelling that `base64` writes: no padding, no other alphabet, no stray bits in the last character."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise malformed("not base64url") from None
    if base64(data) != text:
        raise malformed("not base64url in its one allowed form")
    return data


def malformed(why: str) -> AuthorityFault:
    return AuthorityFault("SUAN-A001", f"this is not a statement: {why}", "copy the whole text, without spaces or line breaks")
