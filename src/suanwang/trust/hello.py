"""What a node says on its uplink, so that the router it stands behind connects it: who it is and its number, signed.

    datagram  = signature, 64 bytes | body
    body      = JSON of Hello
    signature = Ed25519 over "suanwang hello v1" NUL body

It is sent to a link-local group, so that it cannot come from further away than the link itself; heard, it is believed only of
members that the brain named, with the key that the brain named, and only if it is newer than what was heard before.
"""

from collections.abc import Iterable, Mapping

import msgspec

from suanwang.model.fault import AuthorityFault
from suanwang.model.steering import Member
from suanwang.trust.key import SIGNATURE_BYTES, is_signed, sign_bytes

GROUP, PORT = "ff02::1", 7422
EVERY_S, FAST_S, FAST = 1.0, 0.1, 5
"""A node says hello FAST times each FAST_S when it gets its number, then each EVERY_S."""
AGE_S_MAX = 30.0
"""Of a hello, and how far two clocks may be apart."""
_DOMAIN = b"suanwang hello v1\0"


class Hello(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """locator: the node's number in the network. at: seconds since 1970, by the node's clock."""

    node_id: str
    locator: int
    at: float


def pack(private_key: bytes, node_id: str, locator: int, now: float) -> bytes:
    """The datagram. now: seconds since 1970."""
    body = msgspec.json.encode(Hello(node_id=node_id, locator=locator, at=float(now)))
    return sign_bytes(private_key, _DOMAIN + body) + body


def opened(datagram: bytes, members: Iterable[Member], now: float, last: Mapping[int, float] | None = None) -> Hello:
    """What it says, if the member of that number signed it. last: by number, `at` of the newest that was heard.

    AuthorityFault: SUAN-A075 forged, altered, or by no member; SUAN-A076 too old, from the future, or heard before.
    """
    signature, body = datagram[:SIGNATURE_BYTES], datagram[SIGNATURE_BYTES:]
    try:
        hello = msgspec.json.decode(body, type=Hello)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise AuthorityFault("SUAN-A075", "this is not a hello", _JOIN) from None
    member = next((one for one in members if one.node_id == hello.node_id and one.locator == hello.locator), None)
    if member is None:
        raise AuthorityFault("SUAN-A075", f"{hello.node_id[:40]} is no member of number {hello.locator:#06x}", _JOIN)
    if not is_signed(bytes.fromhex(member.public_key), signature, _DOMAIN + body):
        raise AuthorityFault("SUAN-A075", f"{hello.node_id[:40]} did not sign this hello", _JOIN)
    age_s = now - hello.at
    if not abs(age_s) <= AGE_S_MAX or hello.at <= (last or {}).get(hello.locator, float("-inf")):
        raise AuthorityFault("SUAN-A076", f"this hello of {hello.node_id[:40]} is {age_s:.0f} s old", "set the clocks (NTP)")
    return hello


_JOIN = "join the node first: suan join"
