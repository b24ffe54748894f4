"""A service of the domain as the twin plays it: its instances with what was measured of them, the ways to them, and what the
change does to both.

    instances   as they can be reached now; after the change also those that the brain has started by then (trial.days)
    clients     ingress routers with a forwarder, or one that stands for all where no router steers
    ways        as forwarders measured them; where they did not, or the change took the way, by the links
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from suanwang.brain.fleet import ServiceState
from suanwang.brain.state import State
from suanwang.brain.trial.days import START_S, Days
from suanwang.brain.trial.effects import Change
from suanwang.brain.trial.known import Heard, Known
from suanwang.model.network import Network
from suanwang.model.serving import Scale
from suanwang.steer import scale
from suanwang.steer.address import router_of
from suanwang.steer.columns import Floats
from suanwang.steer.interior import tree
from suanwang.steer.queues import present
from suanwang.twin.fit import fitted, rates_by_client
from suanwang.twin.fleet import Change as Turn
from suanwang.twin.fleet import Fleet
from suanwang.twin.traffic import SETTLED_MS, WARM_MS

INSTANCES_MAX = 256
ROUNDS = 10
"""Of scaling: it doubles at most in each."""
NEVER = 1e6
"""As a round trip in ms, of a pair between which nothing gets through: such a link is cut."""


class Site(NamedTuple):
    """An instance: its placement, the node and the site that it is at. up: whether it is there in the end."""

    placement: str
    node_id: str
    site: str
    up: bool = True


class Case(NamedTuple):
    """A service before and after. heard: of the instances before. rate: requests a ms, of all clients. times: what the rate is
    multiplied by."""

    service: ServiceState
    before: Fleet
    after: Fleet
    sites_before: tuple[Site, ...]
    sites_after: tuple[Site, ...]
    heard: tuple[Heard, ...]
    rate: float
    times: float


def load_times(change: Change, service: ServiceState) -> float:
    """By how much its requests are multiplied."""
    return change.times("load", service.service.name) * change.times("load", service.id)


def wanted_after(known: Known, state: State, change: Change) -> dict[str, int]:
    """How many instances the scaler (steer.scale) asks for where the load is another: it asks again until it is content."""
    found: dict[str, int] = {}
    for service in state.fleet.services.values():
        times, jobs = load_times(change, service), [job for job in service.instances if job in known.heard]
        if times != 1.0 and jobs:
            fits = [_fit(state, job, known.heard[job]) for job in jobs]
            work = times * sum(service_ms * rate for _, service_ms, rate in fits)
            servers = max(1, round(sum(c for c, _, _ in fits) / len(fits)))
            found[service.id] = _scaled(service.service.scale, len(jobs), servers, work, known.at)
    return found


def _scaled(spec: Scale, count: int, servers: int, work: float, now: float) -> int:
    """work: in servers' worth, of all instances together. Those that have more than they can do have requests without end."""
    for _ in range(ROUNDS):
        each = work / count
        in_flight = count * present(servers, each) if each < servers else float("1e9")
        memory = scale.Memory(count=count, since=now, busy_at=now)
        wanted = scale.wanted(memory, spec, up=count, in_flight=in_flight, asked=False, now=now)[1]
        if wanted <= count:
            return count
        count = wanted
    return count


def case_of(known: Known, before: State, days: Days, service: ServiceState, change: Change) -> Case | None:
    """None for a service that has no instance now, or no requests: of it nothing can be predicted. days: after the change, at a
    time when what follows from it is over."""
    jobs = [job for job in service.instances if job in known.heard][:INSTANCES_MAX]
    heard = tuple(known.heard[job] for job in jobs)
    sites = tuple(_site(before, one.contact.id, one.contact.node_id) for one in heard)
    if not sites:
        return None
    fits = [_fit(before, job, known.heard[job]) for job in jobs]
    came = np.array([rate for _, _, rate in fits])
    if came.sum() <= 0:
        return None
    clients = _clients(before)
    shares = np.array([[float(known.weights.get(c, {}).get(one.contact.id, 0)) for one in heard] for c in clients])
    rates = rates_by_client(came, np.where(shares.sum(1, keepdims=True) > 0, shares, 1.0))
    servers, service_ms = np.array([c for c, _, _ in fits]), np.array([ms for _, ms, _ in fits])
    all_sites = _after(days, service.id, sites)
    speeds = np.array([max(1e-9, _speed(days.state, one.node_id)) for one in all_sites])
    work = float(np.mean(service_ms * speeds[: len(sites)]))
    more = len(all_sites) - len(sites)
    times = load_times(change, service)
    ways = _rtt(known, days.state, clients, all_sites, before.fleet.network)
    return Case(
        service=service,
        before=Fleet(servers=servers, service_ms=service_ms, rates=rates, rtt_ms=_rtt(known, before, clients, sites)),
        after=Fleet(
            servers=np.concatenate([servers, np.full(more, max(1, round(float(np.mean(servers)))))]),
            service_ms=np.concatenate([service_ms, work / speeds[len(sites) :]]),
            rates=rates,
            rtt_ms=np.where(ways < NEVER, ways, 0.0),
            changes=_turns(known, days, all_sites, len(sites), times, ways),
        ),
        sites_before=sites,
        sites_after=all_sites,
        heard=heard,
        rate=float(rates.sum()),
        times=times,
    )


def _site(state: State, placement: str, node_id: str, up: bool = True) -> Site:
    node = state.node(node_id)
    return Site(placement, node_id, node.site.name if node else "", up)


def _fit(state: State, job_id: str, heard: Heard) -> tuple[int, float, float]:
    """(servers, service ms, requests a ms) of an instance, as it was measured."""
    cores = state.jobs[job_id].demand.needs.cpu_milli / 1000
    busy = [ms for ms in heard.latency_ms if ms > 0]
    told = float(np.mean(busy)) if busy else heard.checked_ms
    return fitted(heard.in_flight, told, heard.cpu, cores)


def _speed(state: State, node_id: str) -> float:
    node = state.node(node_id)
    return node.speed.fuel_per_cpu_s * min(1.0, node.cap) if node else 1.0


def _clients(state: State) -> list[int]:
    """Ingress routers that have a forwarder, else all that there are; 0 stands for everybody where there is none."""
    ingresses = sorted(r.number for r in state.fleet.network.routers if "ingress" in r.roles)
    steered = [r for r in ingresses if r in state.fleet.forwarders.values()]
    return steered or ingresses or [0]


def _after(days: Days, service_id: str, sites: Sequence[Site]) -> tuple[Site, ...]:
    """Those that were there, as they are in the end, and then the new ones."""
    service = days.state.fleet.services.get(service_id)
    jobs = service.instances if service else ()
    helds = {h.placement.id: h for job in jobs for h in days.state.jobs[job].placements.values() if h.live}
    alive = {p: h for p, h in helds.items() if h.placement.node_id not in days.dead}
    old = tuple(one._replace(up=one.placement in alive) for one in sites)
    known = {one.placement for one in sites}
    new = (_site(days.state, p, h.placement.node_id) for p, h in alive.items() if p not in known)
    return (*old, *new)[:INSTANCES_MAX]


def _turns(known: Known, days: Days, sites: Sequence[Site], old: int, times: float, ways: Floats) -> tuple[Turn, ...]:
    """What happens in the run after the change, in order of time."""
    turns = [Turn(at_ms=WARM_MS, turn="rate", times=times)] if times != 1.0 else []
    for at, one in enumerate(sites):
        if at >= old:
            turns.append(Turn(at_ms=0.0, turn="site dies", site=at))
            turns.append(Turn(at_ms=_ms(known, days.since[one.placement] + START_S), turn="site lives", site=at))
        elif not one.up:
            gone = known.at if one.node_id in days.dead else days.over.get(one.placement, known.at)
            turns.append(Turn(at_ms=_ms(known, gone), turn="site dies", site=at))
    for client, site in zip(*np.nonzero(ways >= NEVER), strict=True):
        turns.append(Turn(at_ms=WARM_MS, turn="link cut", client=int(client), site=int(site)))
    return tuple(sorted(turns, key=lambda turn: turn.at_ms))


def _ms(known: Known, at: float) -> float:
    """A time of the domain as one of the run."""
    return WARM_MS + min(max(0.0, at - known.at) * 1000, SETTLED_MS - WARM_MS)


def _rtt(known: Known, state: State, clients: Sequence[int], sites: Sequence[Site], was: Network | None = None) -> Floats:
    """Shape (clients, sites): round trips in ms, NEVER where there is no way. was: the network before, of which the measured
    ways are."""
    fleet = state.fleet
    links: Mapping[int, Mapping[int, float]] = {c: _by_links(fleet.network, c) for c in clients}
    before = {c: _by_links(was, c) for c in clients} if was is not None else links
    measured = {(p.headend, p.endpoint): p.rtt_ms for p in known.paths if p.active and p.rtt_ms and not p.color}
    found = np.zeros((len(clients), len(sites)))
    for i, client in enumerate(clients):
        for s, site in enumerate(sites):
            end = router_of(fleet.locators.get(site.node_id, 0))
            if not client or not end or end == client:
                continue
            way = links[client].get(end)
            told = measured.get((client, end)) if way == before[client].get(end) else None
            found[i, s] = NEVER if way is None else told or 2 * way
    return found


def _by_links(network: Network, root: int) -> dict[int, float]:
    """One way, in ms, to each router that can be reached."""
    return {end: ms for end, (ms, _) in tree(network, root).items()} if root else {}
