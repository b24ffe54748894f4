"""How requests are steered: the instances of a service, what is measured of them and of paths, and the plan a forwarder
follows.

The words are those of the IETF CATS framework (RFC 10053): CS-ID, service contact instance (CSCI), C-PS, C-SMA, C-NMA.
"""

from hashlib import sha256
from typing import Annotated

import msgspec

from suanwang.model.network import Form, Network
from suanwang.model.told import Figure, Named, Ordinal

INSTANCES_MAX = 0x0FFF
"""Of services, on one node."""
End = tuple[int, int]
"""Where a policy leads to: (endpoint, color); the headend is whoever speaks."""


class PathLimits(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """What every path of a service must keep, there and back. regions, risks: that it avoids. rate_mbit: that every link
    carries at least, 0 for any. latency_ms: one way, at most, 0 for any."""

    regions: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    rate_mbit: float = 0.0
    latency_ms: float = 0.0

    @property
    def color(self) -> int:
        """The color of the policies that keep them (RFC 9256, 2.1): 0 for those that limit nothing, else it follows from what
        is limited, so that all who ask for the same share policies."""
        if self == PathLimits():
            return 0
        said = msgspec.json.encode((sorted(self.regions), sorted(self.risks), self.rate_mbit, self.latency_ms))
        return 0x1000_0000 | int.from_bytes(sha256(said).digest()[:4], "big") >> 4


class Contact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A service contact instance. id: the placement it runs as. node_id: of the node it runs on.

    locator: the node's number in the network (steer.address), 0 where it is in no SRv6 domain. function: of its SID on that
    node. address, port: where it is reached by itself (CSCI-ID). speed: of its node beside others, any unit: where nothing
    was measured yet, load is shared by it. servers: requests that it works on at a time. draining: it gets no new flows.
    """

    id: Named
    node_id: Named
    address: Named
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)]
    locator: Ordinal = 0
    function: Ordinal = 0
    speed: Figure = 1.0
    servers: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 1
    draining: bool = False


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A service as a forwarder steers it.

    public_key: hex; the CS-ID is derived from it (trust.identity.cs_id). port: of the anycast address. health: path of its
    checks, "" for a connection only. affinity_s: a flow that was silent for longer may go to another instance. color: of the
    policies that its packets take. weights: by contact id, as the brain chose them; empty in the distributed form.
    """

    id: str
    name: str
    cs_id: str
    public_key: str
    port: int
    health: str = ""
    affinity_s: float = 10.0
    color: int = 0
    contacts: tuple[Contact, ...] = ()
    weights: tuple[tuple[str, int], ...] = ()


class Path(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A way through the network. routers: numbers, from the headend to the endpoint. latency_ms: one way, by the links.

    segments: the SIDs that pin it, uncompressed, as 16-bit numbers of nodes and functions after the block (steer.address),
    without the headend's own; empty if the routing protocol's own way is it.
    """

    routers: tuple[int, ...]
    segments: tuple[int, ...]
    latency_ms: float
    rate_mbit: float = 0.0
    risks: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An SR policy <headend, color, endpoint> (RFC 9256). paths: the best first; those after it protect it.

    color: 0 is least latency; others see PathLimits.
    """

    headend: int
    color: int
    endpoint: int
    paths: tuple[Path, ...]


class Member(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A node behind a router, as the forwarder there is to connect it and others are to believe it.

    locator: its number in the network. public_key: hex, of the agent, which signs what it tells of its instances.
    """

    node_id: str
    name: str
    locator: int
    public_key: str


class Steering(msgspec.Struct, frozen=True, kw_only=True):
    """What a forwarder is to follow until it hears of a newer one. number: rises with each.

    router: the forwarder's own number. policies: those it is the headend of. members: all nodes that have a locator.
    ingresses: forwarders of the other ingresses, which it tells its rates and believes theirs; locator: of their routers.
    lifetime_s: what a measurement is believed for.
    """

    number: int
    form: Form
    router: int
    network: Network
    services: tuple[Served, ...] = ()
    policies: tuple[Policy, ...] = ()
    members: tuple[Member, ...] = ()
    ingresses: tuple[Member, ...] = ()
    lifetime_s: float = 3.0


class Load(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is measured of one instance over the last window (CATS level 0).

    in_flight: requests taken and not answered, mean. latency_ms: from request to answer, of those in flight, or of its checks
    if there are none; 0 if unknown. cpu: cores used. healthy: its checks pass.
    """

    contact: Named
    in_flight: Figure
    latency_ms: Figure = 0.0
    cpu: Figure = 0.0
    healthy: bool = True


FLOWS_PER_S_MOST = 1e6
"""Of one ingress, for one service; whoever tells more is not believed at all about it."""


class Rate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What comes in at one ingress for one service. service: its id. flows_per_s: new flows a second, smoothed."""

    service: Named
    flows_per_s: float

    @property
    def possible(self) -> bool:
        """Whether an ingress can have it: a number, not below 0 (no NaN is), and not beyond bounds."""
        return 0 <= self.flows_per_s <= FLOWS_PER_S_MOST


class Loads(msgspec.Struct, frozen=True, kw_only=True):
    """What a C-SMA, or an ingress, tells, signed, to every path selector. number: rises with each. at: seconds since 1970.
    window_s: measured over.

    lifetime_s: it is not believed for longer. loads: of a node's own instances. rates: of an ingress; services that are not
    among them have none.
    """

    node_id: Named
    number: Ordinal
    at: Figure
    lifetime_s: Figure
    window_s: Figure
    loads: Annotated[tuple[Load, ...], msgspec.Meta(max_length=INSTANCES_MAX)] = ()
    rates: Annotated[tuple[Rate, ...], msgspec.Meta(max_length=10_000)] = ()


class PathState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is measured of one path of a policy (C-NMA). index: among its paths. rtt_ms: there and back, median; 0 if unknown.

    jitter_ms: (p90 - p10) / 2. loss: share of probes, 0-1. up: it carries packets now. active: it is the one in use.
    """

    headend: Ordinal
    endpoint: Ordinal
    color: Ordinal
    index: Ordinal
    rtt_ms: Figure
    jitter_ms: Figure
    loss: Figure
    up: bool
    active: bool
