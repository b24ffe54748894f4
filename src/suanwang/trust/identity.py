"""A name that proves itself: every id is a hash of the public key it stands for, so that nobody has to keep a list.

    node-k3f…          kind, "-", the first 130 bits of SHA-256 in base32 (RFC 4648, lower case: no 0, 1, 8 or 9)
    fd73:756e:7761:…   a service's anycast address (CS-ID): the operator's /48 and the first 80 bits of SHA-256

Whoever sees the key checks the name. docs/identity.md tells how far that reaches.
"""

from base64 import b32encode
from hashlib import sha256
from ipaddress import AddressValueError, IPv6Address, IPv6Network
from typing import Literal

from suanwang.model.fault import UsageFault
from suanwang.trust.key import checked

Kind = Literal["node", "brain", "user", "service", "function"]
ID_CHARS = 26
"""26 characters of 5 bits: 130 bits. Finding a second key for a given id takes about 2^130 trials."""
CS_ID_PREFIX = "fd73:756e:7761::/48"
"""A unique local prefix (RFC 4193) as default; an operator with a routed /48 uses that."""
CS_ID_BITS = 80


def id_of(kind: Kind, public_key: bytes, name: str = "") -> str:
    """The id of what this key stands for, e.g. "node-k3f…". name: of a function, under its publisher's key; else "".

    AuthorityFault SUAN-A008 if the key has not 32 bytes.
    """
    return f"{kind}-{short_hash('suanwang id v1', kind.encode(), checked(public_key), name.encode())}"


def short_hash(domain: str, *parts: bytes) -> str:
    """130 bits of SHA-256 over the domain and the parts, as 26 characters. For names, not for integrity of long data."""
    return b32encode(_digest(domain, *parts))[:ID_CHARS].decode().lower()


def cs_id(public_key: bytes, prefix: str = CS_ID_PREFIX) -> str:
    """The service's anycast IPv6 address under the operator's /48: prefix | first 80 bits of a hash of prefix and key.

    An attacker must search about 2^80 key pairs to take over one given address, or 2^80 / n for any one of the n services
    under the same prefix; the prefix is hashed too, so that one search does not serve against two operators. Compare: a
    cryptographically generated address (RFC 3972) has 59 bits, stretched to 59 + 16 x Sec by slow generation; ORCHIDv2
    (RFC 7343) has 96, because it gives the whole /28 to hashes and so cannot be routed by operator.

    AuthorityFault SUAN-A008 for a wrong key size, UsageFault SUAN-U040 for a prefix that is no IPv6 /48.
    """
    network = _network(prefix)
    digest = _digest("suanwang cs-id v1", network.network_address.packed, checked(public_key))
    low = int.from_bytes(digest[: CS_ID_BITS // 8], "big")
    return str(IPv6Address(int(network.network_address) | low))


def verifies_cs_id(address: str, public_key: bytes, prefix: str = CS_ID_PREFIX) -> bool:
    """Whether this address, in any spelling, is the one that belongs to the key. Faults as in cs_id."""
    try:
        given = IPv6Address(address)
    except AddressValueError:
        return False
    return str(given) == cs_id(public_key, prefix)


def spiffe_id(trust_domain: str, identity: str) -> str:
    """The SPIFFE form of an id: spiffe://TRUST-DOMAIN/node/node-k3f… (the brain's id serves as trust domain)."""
    return f"spiffe://{trust_domain}/{identity.partition('-')[0]}/{identity}"


def _digest(domain: str, *parts: bytes) -> bytes:
    """SHA-256 over length-prefixed parts: no two different lists of parts give the same input."""
    return sha256(b"".join(len(part).to_bytes(4, "big") + part for part in (domain.encode(), *parts))).digest()


def _network(prefix: str) -> IPv6Network:
    try:
        network = IPv6Network(prefix)
    except ValueError as wrong:
        raise UsageFault("SUAN-U040", f"{prefix!r} is no IPv6 prefix: {wrong}", f"give a /48 such as {CS_ID_PREFIX}") from None
    if network.prefixlen != 128 - CS_ID_BITS:
        raise UsageFault("SUAN-U040", f"the prefix is a /{network.prefixlen}, not a /48", f"give a /48 such as {CS_ID_PREFIX}")
    return network
