"""What a node tells of the load of its instances, and an ingress of its rates, in datagrams that prove who says it: signed,
numbered, short-lived.

    datagram  = signature, 64 bytes | body
    body      = MessagePack of Loads
    signature = Ed25519 over "suanwang loads v1" NUL body

Believed is only a member or an ingress that the brain named, with the key that it named, of contacts that are that member's, if
the number is above the last one and the time within its life.
"""

from collections.abc import Mapping

import msgspec

from suanwang.model.fault import AuthorityFault
from suanwang.model.steering import Loads
from suanwang.trust.key import SIGNATURE_BYTES, is_signed, sign_bytes

BYTES_MAX = 1200
"""Of a datagram, so that it fits any path unparted."""
SKEW_S = 2.0
"""How far the clocks of node and selector may be apart, beyond the life of what is told."""
_DOMAIN = b"suanwang loads v1\0"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Loads).decode


def pack(private_key: bytes, loads: Loads) -> bytes:
    """One datagram. UsageFault is never raised here: who has too many instances parts them first (see `parted`)."""
    body = _encode(loads)
    return sign_bytes(private_key, _DOMAIN + body) + body


def parted(loads: Loads) -> tuple[Loads, ...]:
    """As many as it takes for each to fit a datagram. They share a number, and each tells of other contacts or services."""
    if len(loads.loads) + len(loads.rates) <= 1 or SIGNATURE_BYTES + len(_encode(loads)) <= BYTES_MAX:
        return (loads,)
    mid, half = (len(loads.loads) + 1) // 2, len(loads.rates) // 2
    parts = ((loads.loads[:mid], loads.rates[:half]), (loads.loads[mid:], loads.rates[half:]))
    return tuple(one for a, b in parts for one in parted(msgspec.structs.replace(loads, loads=a, rates=b)))


def opened(datagram: bytes, keys: Mapping[str, str], last: Mapping[str, int], now: float) -> Loads:
    """What it says. keys: public key, hex, by id of the node. last: by node, the newest number heard before; parts of one
    telling share theirs. now: seconds since 1970.

    AuthorityFault: SUAN-A078 forged, altered, or by no member; SUAN-A079 heard before, too old, or from the future.
    """
    signature, body = datagram[:SIGNATURE_BYTES], datagram[SIGNATURE_BYTES:]
    try:
        loads = _decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise AuthorityFault("SUAN-A078", "this is no telling of loads", _JOIN) from None
    key = keys.get(loads.node_id)
    if key is None or not is_signed(bytes.fromhex(key), signature, _DOMAIN + body):
        raise AuthorityFault("SUAN-A078", f"{loads.node_id[:40]} is no member, or did not sign this", _JOIN)
    age_s = now - loads.at
    if loads.number < last.get(loads.node_id, 0) or not -SKEW_S <= age_s <= min(loads.lifetime_s, 60.0) + SKEW_S:
        why = f"number {loads.number} of {loads.node_id[:40]} is {age_s:.1f} s old, and {last.get(loads.node_id, 0)} was heard"
        raise AuthorityFault("SUAN-A079", why, "set the clocks (NTP)")
    return loads


_JOIN = "join the node first: suan join"
