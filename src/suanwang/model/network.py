"""The network as it is built: routers, the links between them, and the networks that reach compute through them."""

from typing import Literal

import msgspec

Form = Literal["centralized", "distributed", "hybrid"]
"""Where the path selector runs: in the brain; in every ingress; in every ingress, within what the brain allows."""
FORMS: tuple[Form, ...] = ("centralized", "distributed", "hybrid")
ROUTERS_MAX = 191
"""Numbers 1 to 191: a router's number is the high byte of every locator behind it, and from 0xc0 on it would be a function."""
BEHIND_MAX = 255
"""Nodes, and access networks, behind one router: the low byte."""


class Router(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """number: 1 to ROUTERS_MAX, unique. name: unique, at most 14 characters of a-z, 0-9 and "-".

    roles: of "ingress", "transit", "egress". site: name of the site behind it, "" if none. region: as in `Place.region`.
    latitude, longitude: degrees.
    """

    number: int
    name: str
    roles: tuple[str, ...] = ("transit",)
    site: str = ""
    region: str = ""
    latitude: float = 0.0
    longitude: float = 0.0


class Link(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One link between two routers, alike in both directions; at most one between any two.

    a, b: router numbers. latency_ms: one way. jitter_ms: half-width of a uniform distribution around it. loss: share of
    packets, 0-1. rate_mbit: 0 for no bound. risks: what it shares with others (a duct, a bridge): names of shared risk groups.
    """

    a: int
    b: int
    latency_ms: float
    jitter_ms: float = 0.0
    loss: float = 0.0
    rate_mbit: float = 0.0
    risks: tuple[str, ...] = ()
    up: bool = True


class Access(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A network of users behind an ingress router. number: 1 to BEHIND_MAX, unique behind its router."""

    router: int
    number: int
    name: str
    latency_ms: float = 0.0


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """version: rises with every change. form: how its services are steered. routers, links, accesses: each sorted by number or
    ends."""

    version: int = 0
    form: Form = "hybrid"
    routers: tuple[Router, ...] = ()
    links: tuple[Link, ...] = ()
    accesses: tuple[Access, ...] = ()
