"""The services of a domain and their instances, and the places of nodes in its network, as the log tells of them."""

from collections.abc import Iterable, Mapping

import msgspec

from suanwang.model.network import BEHIND_MAX, Network
from suanwang.model.serving import Failing, Move, Service
from suanwang.steer.address import number_of, router_of


class Instance(msgspec.Struct, kw_only=True):
    """An instance that is not over. version: of its service. retired_at: since when it gets no new flows, 0 while it does.
    moving_at: since when another is to take its place elsewhere, 0 if none is."""

    version: int
    retired_at: float = 0.0
    moving_at: float = 0.0


class ServiceState(msgspec.Struct, kw_only=True):
    """A service. version: rises with each publishing. instances: by job id, oldest first. started: how many there ever were.

    moved: the last move of an instance. failing: instances that failed since the last that was of use.
    """

    id: str
    user: str
    service: Service
    cs_id: str
    public_key: str
    published_at: float
    version: int = 1
    withdrawn: bool = False
    instances: dict[str, Instance] = msgspec.field(default_factory=dict[str, Instance])
    started: int = 0
    moved: Move | None = None
    failing: Failing | None = None


class Fleet(msgspec.Struct, kw_only=True):
    """services: by id. network: as the operator told it. locators: node id -> its number in the network, also of nodes that
    have left: who comes back has the same. forwarders: node id -> its router's number."""

    services: dict[str, ServiceState] = msgspec.field(default_factory=dict[str, ServiceState])
    network: Network = Network()
    locators: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    forwarders: dict[str, int] = msgspec.field(default_factory=dict[str, int])


def free_locator(router: int, taken: Iterable[int]) -> int:
    """The smallest number behind a router that no node has; 0 if all are taken."""
    used = {number for number in taken if router_of(number) == router}
    return next((n for k in range(1, BEHIND_MAX + 1) if (n := number_of(router, k)) not in used), 0)


def named(services: Mapping[str, ServiceState], name: str, user: str | None) -> ServiceState | None:
    """A service by id or name, as far as this user may see it (None sees all)."""
    found = services.get(name) or next((s for s in services.values() if s.service.name == name), None)
    return found if found is not None and user in (None, found.user) else None
