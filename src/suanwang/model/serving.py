"""A service: a command that listens, published under an anycast address, with as many instances as its load asks for."""

import msgspec

from suanwang.model.demand import Demand
from suanwang.model.explanation import Term
from suanwang.model.network import Network
from suanwang.model.node import Node
from suanwang.model.plan import Plan, Refusal
from suanwang.model.steering import Contact, Load, Path, PathLimits, PathState

COUNT_MAX = 1_000
"""Instances of one service."""
LEASE_S = 86_400.0
"""An instance runs for a day, then another takes its place; limits.task says otherwise."""


class Scale(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """How many instances there are: least to most, so many that each has `in_flight` requests under way.

    least 0: none while nobody asks; after idle_s seconds without a request the last one is stopped.
    """

    least: int = 1
    most: int = 1
    in_flight: float = 4.0
    idle_s: float = 60.0


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What its owner publishes. demand: of each instance; its `serve` says how it listens, and is completed by the brain.

    sites: only at these, by name; empty for any. affinity_s: a flow that was silent for longer may go to another instance.
    deadline_ms: what its users want an answer within, 0 for no such wish. drain_s: an instance that is to go gets no new
    flows for so long before it is stopped. path: what its packets' ways must keep.
    """

    name: str
    demand: Demand
    scale: Scale = Scale()
    sites: tuple[str, ...] = ()
    affinity_s: float = 10.0
    deadline_ms: float = 0.0
    drain_s: float = 10.0
    path: PathLimits = PathLimits()


class Publishing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service and its owner's word for it. statement: kind "service", signed with the key that the CS-ID is derived from; its
    claim "sha256" is over the JSON of `service`."""

    service: Service
    statement: str


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """An instance, or a placement that has not begun, that is moved because that pays. job: its job; source, target: names of
    nodes. left_s: of its lease, or that its work was to take.

    stays, moves: the terms of the objective for what is left, where it is and where it would go. cost: of moving, in the same
    unit. gain = sum of stays - sum of moves - cost.
    """

    at: float
    job: str
    source: str
    target: str
    left_s: float
    stays: tuple[Term, ...]
    moves: tuple[Term, ...]
    cost: float
    gain: float


class InstanceView(msgspec.Struct, frozen=True, kw_only=True):
    """An instance as seen from outside. job: id of the job it runs as. state: "starting", "up", "unhealthy", "draining".

    weights: by ingress router's name, its share of new flows, 0-1.
    """

    job: str
    node: str
    site: str
    state: str
    version: int
    contact: Contact | None = None
    load: Load | None = None
    weights: tuple[tuple[str, float], ...] = ()


class Failing(msgspec.Struct, frozen=True, kw_only=True):
    """Instances of a service that ended by themselves, one after the other, before any had been of use.

    many: how many. job, node: of the last; node: its name, "" where no node took it. at: when it ended. state, reason: of its
    job. exit_code: of its program. again_at: the next one is not started before.
    """

    many: int
    job: str
    node: str
    at: float
    state: str
    reason: str
    exit_code: int = 0
    again_at: float = 0.0


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A service with its instances. wanted: how many the load asks for. state: "up", "starting", "idle" (none, and none
    wanted), "down" (none, though wanted), "rolling" (an older version still runs), "ending" (withdrawn, its last
    instances drain). moved: the last move of an instance. failing: None unless the last instances failed.
    foreseen: requests under way that it is scaled for ahead of time; None where what is under way now was the better guess
    over the last day, or nobody knows yet. flows: new flows a second, by name of the ingress where they come in; of ingresses
    that tell. taken: of a dry run only: where the instances that it lacks would go, one after the other, the first eight, up to
    the first for which there is no place.
    """

    id: str
    name: str
    user: str
    cs_id: str
    port: int
    version: int
    published_at: float
    state: str
    wanted: int
    service: Service
    instances: tuple[InstanceView, ...] = ()
    foreseen: float | None = None
    flows: tuple[tuple[str, float], ...] = ()
    moved: Move | None = None
    failing: Failing | None = None
    taken: tuple[Plan | Refusal, ...] = ()

    @property
    def flows_per_s(self) -> float | None:
        """New flows a second over all ingresses that tell; None where none does."""
        return sum(per_s for _, per_s in self.flows) if self.flows else None


class ServicePage(msgspec.Struct, frozen=True, kw_only=True):
    """next: cursor for the following page, "" at the end."""

    items: tuple[ServiceView, ...]
    next: str = ""


class ForwarderView(msgspec.Struct, frozen=True, kw_only=True):
    """A router's agent. heard_s: since it was last heard, None if never."""

    node: Node
    heard_s: float | None = None


class NetworkView(msgspec.Struct, frozen=True, kw_only=True):
    """The network as the brain knows it. paths: as the forwarders measured them. members: (node name, its locator)."""

    network: Network
    forwarders: tuple[ForwarderView, ...] = ()
    paths: tuple[PathState, ...] = ()
    members: tuple[tuple[str, int], ...] = ()


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One instance as a place to send a request to from one ingress.

    share: of new flows, 0-1. rtt_ms: of the way there and back, measured (or by the links, if `measured` is false). segments:
    the carriers in the outer header. why: what its share rests on: "load", its load; "late", the same, past the deadline;
    "unheard" of; "pathless", no path keeps what the service asks; else its state.
    """

    instance: InstanceView
    share: float
    path: Path | None
    rtt_ms: float
    measured: bool
    segments: tuple[str, ...]
    header_bytes: int
    header_bytes_plain: int
    why: str


class RouteView(msgspec.Struct, frozen=True, kw_only=True):
    """How requests for a service go from an ingress: every instance, best first. backups: other ways to the first one's site,
    each with why it is not used. flows_per_s: new flows a second that come in there; None where that is not told."""

    ingress: str
    service: str
    cs_id: str
    form: str
    candidates: tuple[Candidate, ...]
    backups: tuple[tuple[Path, str], ...] = ()
    flows_per_s: float | None = None
