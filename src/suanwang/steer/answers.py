"""Where no SRv6 domain steers packets, names do: the same weights, drawn from for each client, with the metric's life as TTL.

    web.ann.suan.           A, AAAA    the one instance drawn for this client
                            SVCB       up to four instances, in the order drawn, each with port and address (RFC 9460)
                            HTTPS      the same for services that speak TLS; a browser would take it for an order to use TLS
    ID.web.ann.suan.        A, AAAA    one instance by itself: what SVCB points at
    _8443._https.web.ann.   HTTPS      as a client asks that was given a port
    ann.suan.               nothing, but it exists: a resolver that asks label by label (RFC 9156) must not stop here

Pure: whose address, which seed and what time it is are arguments.
"""

import math
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import ip_address
from typing import Literal, Protocol

import msgspec

from suanwang.model.steering import Contact

ADDRESSES_MAX = 1
"""A client sorts several addresses by its own rules (RFC 6724), which would undo the draw."""
BINDINGS_MAX = 4
"""SVCB records of one answer. Their priorities are kept by clients, so those after the first are there for when it fails."""
LEAST_S = 1
"""Shortest TTL: with 0 some resolvers ask again for every use."""
UNKNOWN_S, NONE_S = 5, 1
"""Seconds that an unknown name, and a service without an instance just now, are remembered as such (RFC 2308)."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What the path selector holds of one service. contacts: none if no instance runs.

    weights: by contact id, 0 to 256; empty where nothing was measured: then load is shared by speed. expires_at: seconds since
    1970, until when the metrics behind it are believed. scheme: what the instances speak.
    """

    contacts: tuple[Contact, ...]
    weights: Mapping[str, int]
    expires_at: float
    scheme: Literal["http", "https"] = "http"


class Choices(Protocol):
    """Knows what to choose from. To be asked is also a sign that the service is wanted: one scaled to zero may be started."""

    def choices(self, service: str) -> Choice | None:
        """service: "NAME.USER", in small ASCII letters. None if there is no such service. Does not block."""
        ...


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """origin: what the names end in. nameservers: addresses of the server itself, told as those of ns.ORIGIN."""

    origin: str = "suan."
    nameservers: tuple[str, ...] = ()


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A question. labels: before the origin, in small ASCII letters. kind: "AAAA" and so on. client: its address.

    seed: any text; the same seed, client and choice draw the same.
    """

    labels: tuple[str, ...]
    kind: str
    client: str
    seed: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One record of the name asked for. data: in presentation form (RFC 1035, 5; RFC 9460, 2.1)."""

    kind: str
    ttl_s: int
    data: str


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """absent_s: where there are no records, how long that may be remembered."""

    known: bool
    records: tuple[Record, ...] = ()
    absent_s: int = UNKNOWN_S


def life_s(choice: Choice, now: float) -> int:
    """Seconds, rounded down, that the choice may be remembered; at least 1, also when it has run out."""
    return max(LEAST_S, math.floor(choice.expires_at - now))


def order(choice: Choice, client: str, seed: str = "") -> tuple[Contact, ...]:
    """The contacts that take new flows, the one for this client first; each comes first with a chance as its weight.

    Weighted rendezvous hashing: the least of -ln(u) / weight wins, u by hash of seed, client and contact (a race of exponential
    clocks, as in Efraimidis and Spirakis, 2006). A client stays with its instance unless that one's weight falls or another's
    rises.
    """
    rates = {c.id: rate for c in choice.contacts if (rate := _rate(choice, c)) > 0}
    places = {name: -math.log(_uniform(seed, client, name)) / rate for name, rate in rates.items()}
    return tuple(sorted((c for c in choice.contacts if c.id in rates), key=lambda c: (places[c.id], c.id)))


def reply(zone: Zone, asking: Asking, choices: Choices, now: float) -> Reply:
    """What the zone says. now: seconds since 1970."""
    labels = asking.labels
    if asking.kind == "HTTPS" and len(labels) == 4 and labels[1] == "_https" and labels[0][:1] == "_":
        labels = labels[2:]
    match labels:
        case ():
            return Reply(known=True, records=_apex(zone, asking.kind, now))
        case ("ns",):
            return Reply(known=True, records=_addresses(zone.nameservers, asking.kind, UNKNOWN_S))
        case (_,):
            return Reply(known=True)
        case (service, user) | (_, service, user) if "." not in service:
            return _of_service(zone, f"{service}.{user}", labels[:-2], asking, choices, now)
        case _:
            return Reply(known=False)


def url_of(choice: Choice, contact: Contact) -> str:
    """Scheme and authority of an instance: "http://[fd00::1]:8080"."""
    host = f"[{contact.address}]" if ":" in contact.address else contact.address
    return f"{choice.scheme}://{host}:{contact.port}"


def soa(zone: Zone, now: float, absent_s: int = UNKNOWN_S) -> Record:
    """Start of authority; its last field is how long an absence may be remembered (RFC 2308, 4)."""
    data = f"ns.{zone.origin} hostmaster.{zone.origin} {int(now) % 2**32} 3600 600 86400 {absent_s}"
    return Record(kind="SOA", ttl_s=absent_s, data=data)


def _of_service(zone: Zone, name: str, only: tuple[str, ...], asking: Asking, choices: Choices, now: float) -> Reply:
    choice = choices.choices(name)
    if choice is None or not set(only) <= {c.id.lower() for c in choice.contacts}:
        return Reply(known=False)
    ttl_s = life_s(choice, now)
    if only:
        addresses = tuple(c.address for c in choice.contacts if c.id.lower() == only[0])
        return Reply(known=True, records=_addresses(addresses, asking.kind, ttl_s), absent_s=NONE_S)
    drawn = order(choice, asking.client, f"{asking.seed}:{choice.expires_at:.0f}")
    if asking.kind == "SVCB" or (asking.kind == "HTTPS" and choice.scheme == "https"):
        bindings = (_binding(c, f"{c.id.lower()}.{name}.{zone.origin}") for c in drawn if _is_label(c.id))
        records = tuple(Record(kind=asking.kind, ttl_s=ttl_s, data=f"{n} {b}") for n, b in enumerate(bindings, 1))
        return Reply(known=True, records=records[:BINDINGS_MAX], absent_s=NONE_S)
    records = _addresses(tuple(c.address for c in drawn), asking.kind, ttl_s)
    return Reply(known=True, records=records[:ADDRESSES_MAX], absent_s=NONE_S)


def _apex(zone: Zone, kind: str, now: float) -> tuple[Record, ...]:
    if kind == "SOA":
        return (soa(zone, now),)
    return (Record(kind="NS", ttl_s=3600, data=f"ns.{zone.origin}"),) if kind == "NS" else ()


def _addresses(addresses: tuple[str, ...], kind: str, ttl_s: int) -> tuple[Record, ...]:
    """Those of the family that was asked for."""
    version = {"A": 4, "AAAA": 6}.get(kind)
    return tuple(Record(kind=kind, ttl_s=ttl_s, data=a) for a in addresses if ip_address(a).version == version)


def _binding(contact: Contact, target: str) -> str:
    """Target and parameters of a service binding."""
    return f"{target} port={contact.port} ipv{ip_address(contact.address).version}hint={contact.address}"


def _is_label(text: str) -> bool:
    """Whether it can stand in a name without being escaped."""
    return 0 < len(text) <= 63 and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def _rate(choice: Choice, contact: Contact) -> float:
    if contact.draining:
        return 0.0
    return float(choice.weights.get(contact.id, 0)) if choice.weights else contact.speed


def _uniform(*parts: str) -> float:
    """In (0, 1), by hash."""
    digest = sha256("\0".join(parts).encode()).digest()
    return (int.from_bytes(digest[:8], "big") + 0.5) / 2.0**64
