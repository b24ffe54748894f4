"""Services, the network and routes as the doors show them: what the log says, joined with what was heard a moment ago."""

from collections.abc import Mapping

import msgspec

from suanwang.brain.fleet import ServiceState
from suanwang.brain.network import LIFETIME_S, Ear
from suanwang.brain.state import State
from suanwang.model.fault import NotFoundFault
from suanwang.model.network import Network, Router
from suanwang.model.serving import Candidate, ForwarderView, InstanceView, NetworkView, RouteView, ServiceView
from suanwang.model.steering import Contact, Path, PathLimits, PathState
from suanwang.steer.address import INSTANCE, router_of
from suanwang.steer.answers import Choice
from suanwang.steer.paths import policy, why_not
from suanwang.steer.segments import bytes_saved, carriers


def service_view(state: State, ear: Ear, service: ServiceState, now: float) -> ServiceView:
    """now: by the steady clock."""
    spec, serve = service.service, service.service.demand.serve
    wanted = 0 if service.withdrawn else ear.wanted.get(service.id, spec.scale.least)
    instances = tuple(_instance(state, ear, service, job, now) for job in service.instances)
    return ServiceView(
        id=service.id,
        name=spec.name,
        user=service.user,
        cs_id=service.cs_id,
        port=serve.port if serve else 0,
        version=service.version,
        published_at=service.published_at,
        state=_state(service, instances, wanted),
        wanted=wanted,
        service=spec,
        instances=instances,
        flows=tuple(sorted(ear.rates_of(state, service.id, now).items())),
        moved=service.moved,
        failing=service.failing,
    )


def _state(service: ServiceState, instances: tuple[InstanceView, ...], wanted: int) -> str:
    staying = [i for i in instances if i.state != "draining"]
    up = sum(i.state == "up" for i in staying)
    if service.withdrawn:
        return "ending"
    if any(i.version != service.version for i in staying):
        return "rolling"
    if not wanted:
        return "idle"
    return "up" if up >= wanted else "starting" if up or not service.failing else "down"


def _instance(state: State, ear: Ear, service: ServiceState, job_id: str, now: float) -> InstanceView:
    instance, job = service.instances[job_id], state.jobs[job_id]
    held = next((h for h in reversed(job.placements.values()) if h.live), None)
    node = state.node(held.placement.node_id) if held else None
    shown = ear.shown
    contact = shown.contacts.get(job_id) if shown else None
    load = ear.load_of(contact, now) if contact else None
    unfit = shown is not None and job_id in shown.seen.unfit
    return InstanceView(
        job=job_id,
        node=node.name if node else "",
        site=node.site.name if node else "",
        state="draining" if instance.retired_at else "starting" if contact is None else "unhealthy" if unfit else "up",
        version=instance.version,
        contact=contact,
        load=load[0] if load else None,
        weights=_shares(state, ear, service, contact) if contact else (),
    )


def _shares(state: State, ear: Ear, service: ServiceState, contact: Contact) -> tuple[tuple[str, float], ...]:
    names = {r.number: r.name for r in state.fleet.network.routers}
    weights = _weights(ear)
    return tuple(
        (names.get(router, "*"), share)
        for router in weights
        if (share := share_of(weights[router].get(service.id, {}), contact.id)) > 0
    )


def _weights(ear: Ear) -> Mapping[int, Mapping[str, Mapping[str, int]]]:
    """By ingress router, service and contact."""
    none: Mapping[int, Mapping[str, Mapping[str, int]]] = {}
    return ear.shown.weights if ear.shown else none


def share_of(weights: Mapping[str, int], contact: str) -> float:
    """Of new flows, 0-1."""
    return weights.get(contact, 0) / max(1, sum(weights.values()))


def _named(contact: Contact) -> Contact:
    return msgspec.structs.replace(contact, id=_label(contact.id))


def _label(contact: str) -> str:
    """Such as may stand in a name."""
    return contact.replace("/", "-")


def names_like(service: ServiceState, name: str, user: str) -> bool:
    """Whether a service is the one of this name and user, as names are written in addresses: without regard to case."""
    return (service.service.name.lower(), service.user.lower()) == (name.lower(), user.lower())


def choice_of(ear: Ear, service: ServiceState, now: float, at: float) -> Choice:
    """What is chosen of a service for those whom no router steers. now: by the steady clock; at: seconds since 1970. Nothing of
    one whose paths are limited: nobody could keep that."""
    found = ear.shown.contacts if ear.shown and not service.service.path.color else dict[str, Contact]()
    contacts = tuple(_named(found[job]) for job in service.instances if job in found)
    ages = [load[1] for job in service.instances if job in found and (load := ear.load_of(found[job], now))]
    weights = {_label(contact): weight for contact, weight in _weights(ear).get(0, {}).get(service.id, {}).items()}
    return Choice(contacts=contacts, weights=weights, expires_at=at + LIFETIME_S - max(ages, default=0.0))


def network_view(state: State, ear: Ear, now: float) -> NetworkView:
    """now: by the steady clock."""
    nodes = [(node, ear.forwarders.get(n)) for n in state.fleet.forwarders if (node := state.node(n)) is not None]
    return NetworkView(
        network=state.fleet.network,
        forwarders=tuple(ForwarderView(node=node, heard_s=None if at is None else now - at) for node, at in nodes),
        paths=tuple(p for states, _ in ear.paths.values() for p in states),
        members=tuple((node.name, number) for n, number in state.fleet.locators.items() if (node := state.node(n))),
    )


def route_view(state: State, ear: Ear, source: str, service: ServiceState, now: float) -> RouteView:
    """How requests from a router or access network reach a service. NotFoundFault SUAN-N008: there is no such place."""
    network = state.fleet.network
    ingress = _ingress(network, source)
    weights = _weights(ear).get(ingress.number, {}).get(service.id, {})
    found = [_candidate(state, ear, service, job, ingress, weights, now) for job in service.instances]
    ranked = sorted((c for c in found if c is not None), key=lambda c: (-c.share, c.rtt_ms, c.instance.job))
    return RouteView(
        ingress=ingress.name,
        service=service.service.name,
        cs_id=service.cs_id,
        form=network.form,
        candidates=tuple(ranked),
        backups=_backups(network, ingress.number, ranked[0], service.service.path) if ranked else (),
        flows_per_s=ear.rates_of(state, service.id, now).get(ingress.name),
    )


def _ingress(network: Network, source: str) -> Router:
    access = next((a.router for a in network.accesses if a.name == source), None)
    found = next((r for r in network.routers if r.name == source or r.number == access), None)
    if found is None:
        raise NotFoundFault("SUAN-N008", f"there is no router or access network {source[:40]!r}", "suan links")
    return found


def _candidate(
    state: State, ear: Ear, service: ServiceState, job: str, ingress: Router, weights: Mapping[str, int], now: float
) -> Candidate | None:
    view = _instance(state, ear, service, job, now)
    contact = view.contact
    if contact is None or not contact.locator:
        return None
    end = router_of(contact.locator)
    limits = service.service.path
    way = policy(state.fleet.network, ingress.number, end, limits)
    measured = _measured(ear, ingress.number, end, limits.color)
    path = way.paths[measured.index if measured and measured.index < len(way.paths) else 0] if way else None
    numbers = (*(path.segments if path else ()), contact.locator, INSTANCE + contact.function)
    plain, packed = bytes_saved(numbers)
    share = share_of(weights, contact.id)
    return Candidate(
        instance=view,
        share=share,
        path=path,
        rtt_ms=measured.rtt_ms if measured and measured.rtt_ms else 2 * path.latency_ms if path else 0.0,
        measured=measured is not None and measured.rtt_ms > 0,
        segments=carriers(numbers),
        header_bytes=packed,
        header_bytes_plain=plain,
        why=_why(view, service) if path or not limits.color or end == ingress.number else "pathless",
    )


def _measured(ear: Ear, headend: int, endpoint: int, color: int) -> PathState | None:
    """The path in use between two routers, as its headend last measured it."""
    states = (p for paths, _ in ear.paths.values() for p in paths)
    return next((p for p in states if (p.headend, p.endpoint, p.color) == (headend, endpoint, color) and p.active), None)


def _why(view: InstanceView, service: ServiceState) -> str:
    """What its share rests on. Its figures are the load's."""
    if view.state != "up":
        return view.state
    if view.load is None:
        return "unheard"
    late = service.service.deadline_ms and view.load.latency_ms > service.service.deadline_ms
    return "late" if late else "load"


def _backups(network: Network, headend: int, best: Candidate, limits: PathLimits) -> tuple[tuple[Path, str], ...]:
    if best.instance.contact is None:
        return ()
    way = policy(network, headend, router_of(best.instance.contact.locator), limits)
    if way is None or best.path is None:
        return ()
    return tuple((path, why_not(network, path, best.path)) for path in way.paths if path != best.path)
