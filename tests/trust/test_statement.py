"""A statement is accepted in one spelling, from one key, for one purpose, at its time; anything else has its own code."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.fault import AuthorityFault
from suanwang.model.statement import Statement
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of, sign_bytes
from suanwang.trust.statement import DOMAIN, ISSUERS, TEXT_MOST, sign, statement_id, verify

SECRET, OTHER = b"\x01" * 32, b"\x02" * 32
NOW = 1_800_000_000.0
BRAIN = id_of("brain", public_of(SECRET))
TOKEN = sign(SECRET, "user", "alice", {"roles": "user,operator", "area": "anhui"}, NOW, NOW + 60)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \né"


def code_of(run: Callable[[], object]) -> str:
    with pytest.raises(AuthorityFault) as caught:
        run()
    assert caught.value.why and caught.value.todo
    return caught.value.code


def packed(body: bytes, secret: bytes = SECRET) -> str:
    """A body of our choice with a good signature, as a dishonest issuer could make it."""
    parts = (body, sign_bytes(secret, DOMAIN + body))
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def body_of(text: str) -> bytes:
    head = text.partition(".")[0]
    return urlsafe_b64decode(head + "=" * (-len(head) % 4))


NAMES = st.text(max_size=20)


@given(st.sampled_from(sorted(ISSUERS)), NAMES, st.dictionaries(NAMES, NAMES, max_size=5), st.floats(0, 4e9), st.floats(1, 1e9))
def test_what_was_signed_comes_back(kind: str, subject: str, claims: dict[str, str], at: float, life: float):
    text = sign(SECRET, kind, subject, claims, at, at + life)
    statement = verify(text, now=at, kind=kind, issuer=id_of(ISSUERS[kind], public_of(SECRET)))
    assert (statement.subject, dict(statement.claims), statement.issued_at) == (subject, claims, at)
    assert statement.id == statement_id(text) and len(statement.id) == 26
    assert text == sign(SECRET, kind, subject, claims, at, at + life)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from(ALPHABET))
def test_any_other_character_is_refused(place: int, char: str):
    altered = TOKEN[:place] + char + TOKEN[place + 1 :]
    if altered != TOKEN:
        code = code_of(lambda: verify(altered, now=NOW, kind="user"))
        assert code in ("SUAN-A001", "SUAN-A002")


def test_every_single_place_is_covered():
    """All places, each with its neighbour in the alphabet: the last characters hold bits that base64 does not use."""
    for place, char in enumerate(TOKEN):
        other = ALPHABET[(ALPHABET.index(char) + 1) % 64]
        code_of(lambda text=TOKEN[:place] + other + TOKEN[place + 1 :]: verify(text, now=NOW, kind="user"))


@given(st.text(max_size=60) | st.builds(lambda cut, more: TOKEN[:cut] + more, st.integers(0, len(TOKEN)), st.text(min_size=1)))
def test_any_other_text_is_refused(text: str):
    if text != TOKEN:
        assert code_of(lambda: verify(text, now=NOW, kind="user")) in ("SUAN-A001", "SUAN-A002")


def test_validity_in_time():
    verify(TOKEN, now=NOW - 30, kind="user")
    verify(TOKEN, now=NOW + 89, kind="user")
    assert code_of(lambda: verify(TOKEN, now=NOW - 31, kind="user")) == "SUAN-A004"
    assert code_of(lambda: verify(TOKEN, now=NOW + 90, kind="user")) == "SUAN-A003"
    assert code_of(lambda: verify(TOKEN, now=NOW + 60, kind="user", skew_s=0)) == "SUAN-A003"


def test_kind_issuer_and_key():
    assert code_of(lambda: verify(TOKEN, now=NOW, kind="join")) == "SUAN-A005"
    foreign = sign(OTHER, "user", "alice", {}, NOW, NOW + 60)
    assert code_of(lambda: verify(foreign, now=NOW, kind="user", issuer=BRAIN)) == "SUAN-A006"
    claimed = msgspec.structs.replace(msgspec.json.decode(body_of(foreign), type=Statement), issuer=BRAIN)
    lie = packed(msgspec.json.encode(claimed), OTHER)
    assert code_of(lambda: verify(lie, now=NOW, kind="user", issuer=BRAIN)) == "SUAN-A007"
    node = sign(OTHER, "request", "x", {}, NOW, NOW + 60)  # a node's key cannot issue a user token
    as_user = msgspec.structs.replace(msgspec.json.decode(body_of(node), type=Statement), kind="user")
    assert code_of(lambda: verify(packed(msgspec.json.encode(as_user), OTHER), now=NOW, kind="user")) == "SUAN-A007"
    spliced = TOKEN.partition(".")[0] + "." + foreign.partition(".")[2]
    assert code_of(lambda: verify(spliced, now=NOW, kind="user")) == "SUAN-A002"


@pytest.mark.parametrize(
    "twist",
    [
        lambda body: body + b" ",
        lambda body: body.replace(b":", b": ", 1),
        lambda body: body.replace(b"{", b'{"more":1,', 1),
        lambda body: body.replace(b'{"kind":"user"', b'{"kind":"user","kind":"user"', 1),
        lambda body: body.replace(b"1800000000.0", b"1800000000", 1),
        lambda body: body.replace(b"1800000000.0", b"1.8e9", 1),
        lambda body: body.replace(b"1800000060.0", b"1800000000.0", 1),  # no life
        lambda body: body.replace(b"alice", b"\\u0061lice", 1),
        lambda body: body.replace(b'"id":""', b'"id":"x"', 1),
        lambda body: body.replace(b',"id":""', b"", 1),
        lambda body: body.replace(b'["area","anhui"],', b'["roles","operator"],', 1),  # a claim twice
        lambda body: body.replace(b'["area","anhui"]', b'["zone","anhui"]', 1),  # not sorted
        lambda body: body.replace(b"alice", b"\xff", 1),
        lambda body: body.replace(b"alice", b"\\ud800", 1),
        lambda body: body.replace(b'["area","anhui"]', b'["area","anhui","x"]', 1),
        lambda body: b"[" * 9000,
        lambda body: b"null",
        lambda body: body.replace(public_of(SECRET).hex().encode(), public_of(SECRET).hex().upper().encode()),
    ],
)
def test_another_spelling_is_refused_even_with_a_good_signature(twist: Callable[[bytes], bytes]):
    body = body_of(TOKEN)
    assert packed(body) == TOKEN and twist(body) != body
    assert code_of(lambda: verify(packed(twist(body)), now=NOW, kind="user")) == "SUAN-A001"


def test_size_is_bounded():
    assert code_of(lambda: sign(SECRET, "user", "x" * TEXT_MOST, {}, NOW, NOW + 1)) == "SUAN-A001"
    assert code_of(lambda: verify("A" * (TEXT_MOST + 1), now=NOW, kind="user")) == "SUAN-A001"
    assert code_of(lambda: sign(SECRET, "user", "x", {}, NOW, float("inf"))) == "SUAN-A001"
    assert code_of(lambda: sign(SECRET, "user", "x", {}, NOW, NOW)) == "SUAN-A001"
