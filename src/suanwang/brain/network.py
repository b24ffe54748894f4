"""What the brain knows of services and paths now, and in no log: it is heard from agents, believed for a while, and heard
again.

From it and from the state follow three things, each time somebody looks: how many instances each service is to have, what is to
start and to go (brain.tend), and what each forwarder is to follow.
"""

from collections import deque
from collections.abc import Iterable, Mapping

import msgspec

from suanwang.brain.fleet import ServiceState
from suanwang.brain.flights import Flights
from suanwang.brain.state import State
from suanwang.brain.tend import Seen, contacts
from suanwang.model.network import Network
from suanwang.model.steering import Contact, End, Load, Member, PathLimits, PathState, Policy, Served, Steering
from suanwang.model.view import Report
from suanwang.steer import choose, scale
from suanwang.steer.address import number_of, router_of
from suanwang.steer.interior import tree
from suanwang.steer.paths import policy

LIFETIME_S = 3.0
"""A load that is older is not believed."""
ASKED_S = 30.0
"""So long after somebody asked for a service that has no instance, one is wanted."""
UNHEARD_S = 10.0
PAST_MAX = 240
"""Loads of an instance that are kept, half a minute's worth: what they were, for who asks how it has been."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from one look. steering: by id of the forwarder. weights: by ingress router, service and contact id."""

    seen: Seen
    steering: Mapping[str, Steering]
    weights: Mapping[int, Mapping[str, Mapping[str, int]]]
    contacts: Mapping[str, Contact]


class Ear:
    """Remembers what was heard, with when, by a clock that does not jump; and what the selector and the scaler remember."""

    def __init__(self) -> None:
        self.loads: dict[str, tuple[tuple[Load, ...], float]] = {}
        self.rates: dict[str, tuple[Mapping[str, float], float]] = {}
        self.paths: dict[str, tuple[tuple[PathState, ...], float]] = {}
        self.forwarders: dict[str, float] = {}
        self.asked: dict[str, float] = {}
        self.past: dict[str, deque[tuple[float, Load]]] = {}
        self.wanted: dict[str, int] = {}
        self.flights = Flights()
        self.more: Mapping[str, int] = {}  # instances beyond those, that an intent asks for
        self.shown: Shown | None = None
        self._scales: dict[str, scale.Memory] = {}
        self._choices: dict[int, choose.Memory] = {}
        self._policies: dict[tuple[int, int, PathLimits], Policy | None] = {}
        self._policies_of = Network()
        self._last: dict[str, Steering] = {}

    def hear(self, state: State, node_id: str, told: Report, now: float) -> None:
        """Take in what a report says of loads and paths. Of loads only those of instances that the node holds; of asked-for
        services only those that are, and only from a forwarder."""
        if told.loads is not None:
            held = state.live.get(node_id, {})
            own = tuple(load for load in told.loads.loads if load.contact in held)
            self.loads[node_id] = (own, now)
            for load in own:
                self.past.setdefault(load.contact, deque(maxlen=PAST_MAX)).append((now, load))
        if node_id in state.fleet.forwarders:
            self.forwarders[node_id] = now
            if told.loads is not None:
                believed = (r for r in told.loads.rates if r.possible and r.service in state.fleet.services)
                self.rates[node_id] = ({rate.service: rate.flows_per_s for rate in believed}, now)
            if told.paths:
                self.paths[node_id] = (told.paths, now)
            self.asked.update((s, now) for s in told.asked if s in state.fleet.services)

    def load_of(self, contact: Contact, now: float) -> tuple[Load, float] | None:
        """The last load of an instance that is still believed, and how old it is in seconds."""
        told, at = self.loads.get(contact.node_id, ((), 0.0))
        if now - at > LIFETIME_S:
            return None
        load = next((load for load in told if load.contact == contact.id), None)
        return None if load is None else (load, now - at)

    def rates_of(self, state: State, service: str, now: float) -> dict[str, float]:
        """New flows a second of a service, by name of the ingress, of those that have told theirs of late."""
        names = {r.number: r.name for r in state.fleet.network.routers if "ingress" in r.roles}
        return {
            names[router]: told.get(service, 0.0)
            for node, router in state.fleet.forwarders.items()
            if router in names and (told := self._rates_told(node, now)) is not None
        }

    def _rates(self, state: State, now: float) -> dict[int, Mapping[str, float]]:
        """By router, of the forwarders that have told theirs of late."""
        told = {router: self._rates_told(node, now) for node, router in state.fleet.forwarders.items()}
        return {router: rates for router, rates in told.items() if rates is not None}

    def _rates_told(self, node_id: str, now: float) -> Mapping[str, float] | None:
        told, at = self.rates.get(node_id, (None, 0.0))
        return told if now - at <= LIFETIME_S else None

    def look(self, state: State, now: float, at: float) -> Shown:
        """All that follows now. now: by the steady clock; at: seconds since 1970, which numbers of steerings are made of."""
        found = contacts(state)
        here = {contact.id for contact in found.values()}
        self.past = {contact: loads for contact, loads in self.past.items() if contact in here}
        self.rates = {node: told for node, told in self.rates.items() if now - told[1] <= LIFETIME_S}
        seen = Seen(contacts=found, unfit=self._unfit(found, now), wanted=self._scaled(state, found, now, at))
        weights = self._chosen(state, found, now)
        steering = {n: s for n, r in state.fleet.forwarders.items() if (s := self._steering(state, n, r, found, weights, at))}
        self.shown = Shown(seen=seen, steering=steering, weights=weights, contacts=found)
        return self.shown

    def _unfit(self, found: Mapping[str, Contact], now: float) -> frozenset[str]:
        loads = {job: self.load_of(contact, now) for job, contact in found.items()}
        return frozenset(job for job, load in loads.items() if load is not None and not load[0].healthy)

    def _scaled(self, state: State, found: Mapping[str, Contact], now: float, at: float) -> dict[str, int]:
        wanted: dict[str, int] = {}
        for service in state.fleet.services.values():
            loads = [load[0] for job in service.instances if job in found and (load := self.load_of(found[job], now))]
            in_flight = sum(load.in_flight for load in loads)
            self.flights.hear(service.id, in_flight, at)
            memory, wanted[service.id] = scale.wanted(
                self._scales.get(service.id) or scale.Memory(),
                service.service.scale,
                up=sum(job in found for job in service.instances),
                in_flight=in_flight,
                soon=self.flights.soon(service.id, at) or 0.0,
                asked=now - self.asked.get(service.id, float("-inf")) < ASKED_S,
                now=now,
            )
            wanted[service.id] = min(service.service.scale.most, wanted[service.id] + self.more.get(service.id, 0))
            self._scales[service.id] = memory
        self._scales = {s: m for s, m in self._scales.items() if s in wanted}
        self.flights.peaks = {s: peaks for s, peaks in self.flights.peaks.items() if s in wanted}
        self.wanted = wanted
        return wanted

    # what forwarders follow

    def _chosen(self, state: State, found: Mapping[str, Contact], now: float) -> dict[int, dict[str, dict[str, int]]]:
        """Weights for each ingress that has a forwarder, and once for those who ask from elsewhere (router 0)."""
        ingresses = {r.number for r in state.fleet.network.routers if "ingress" in r.roles}
        services = tuple(_served(service, found, everywhere=True) for service in state.fleet.services.values())
        loads = {c.id: (load[0], now - load[1]) for c in found.values() if (load := self.load_of(c, now))}
        chosen: dict[int, dict[str, dict[str, int]]] = {}
        rates = self._rates(state, now)
        here = sorted(ingresses & set(state.fleet.forwarders.values()))
        doors = {router: choose.Door(rates.get(router, {}), self._latencies(state, router)) for router in here}
        nowhere = choose.Door({}, {})
        for router in (0, *here):
            mine = doors.get(router, nowhere)
            ways = mine.latency_ms
            lost = [
                c.id for served in services if served.color for c in served.contacts if _no_way(c, served.color, router, ways)
            ]
            seen = choose.Seen(
                services=services, loads=loads, latency_ms=ways, probes={id: choose.Probe(None, now) for id in lost},
                flows_per_s=mine.flows_per_s, doors=tuple(door for other, door in doors.items() if other != router),
                lifetime_s=LIFETIME_S,
            )  # fmt: skip
            memory = self._choices.get(router) or choose.Memory()
            self._choices[router], chosen[router] = choose.step(memory, seen, now)
        return chosen

    def _latencies(self, state: State, router: int) -> dict[End, float]:
        """One way to each router, milliseconds: as its forwarder measured it, or by the links."""
        network = state.fleet.network
        found = {(end, 0): ms for end, (ms, _) in tree(network, router).items()}
        limited = [limits for limits in _limits(state) if limits.color]
        planned = (self._policy(network, router, end, x) for x in limited for end in self._ends(state, router))
        found |= {(p.endpoint, p.color): p.paths[0].latency_ms for p in planned if p}
        measured = (p for paths, _ in self.paths.values() for p in paths)
        return found | {(p.endpoint, p.color): p.rtt_ms / 2 for p in measured if p.headend == router and p.active and p.rtt_ms}

    def _steering(
        self,
        state: State,
        node_id: str,
        router: int,
        found: Mapping[str, Contact],
        weights: Mapping[int, Mapping[str, Mapping[str, int]]],
        at: float,
    ) -> Steering | None:
        """None for a router that the network does not have. The same as before, number and all, if nothing has changed."""
        network = state.fleet.network
        if all(r.number != router for r in network.routers):
            return None
        none: Mapping[str, Mapping[str, int]] = {}
        mine = weights.get(router, none) if network.form != "distributed" else none
        made = Steering(
            number=0,
            form=network.form,
            router=router,
            network=network,
            services=tuple(_served(service, found, mine) for service in state.fleet.services.values()),
            policies=tuple(
                p for end in self._ends(state, router) for x in _limits(state) if (p := self._policy(network, router, end, x))
            ),
            members=tuple(_members(state)),
            ingresses=tuple(_ingresses(state, router)),
            lifetime_s=LIFETIME_S,
        )
        before = self._last.get(node_id)
        if before is not None and msgspec.structs.replace(before, number=0) == made:
            return before
        number = max(int(at * 1000), before.number + 1 if before else 0)
        self._last[node_id] = msgspec.structs.replace(made, number=number)
        return self._last[node_id]

    def _ends(self, state: State, router: int) -> list[int]:
        """Where its policies go: an ingress to every router with nodes behind it, an egress back to every ingress."""
        network = state.fleet.network
        roles = next(r.roles for r in network.routers if r.number == router)
        ends = {router_of(n) for n in state.fleet.locators.values()} if "ingress" in roles else set[int]()
        if "egress" in roles:
            ends |= {r.number for r in network.routers if "ingress" in r.roles}
        return sorted(ends - {router})

    def _policy(self, network: Network, headend: int, endpoint: int, limits: PathLimits) -> Policy | None:
        if self._policies_of is not network:
            self._policies, self._policies_of = {}, network
        if (headend, endpoint, limits) not in self._policies:
            self._policies[headend, endpoint, limits] = policy(network, headend, endpoint, limits)
        return self._policies[headend, endpoint, limits]


def _limits(state: State) -> list[PathLimits]:
    """What services ask of their paths, once each; none first, since checks and plain services go by that."""
    asked = {service.service.path for service in state.fleet.services.values()}
    return sorted(asked | {PathLimits()}, key=lambda limits: limits.color)


def _no_way(contact: Contact, color: int, router: int, ways: Mapping[End, float]) -> bool:
    """Whether no path to a contact keeps what its service asks of paths. Where nobody steers (router 0) none does."""
    end = router_of(contact.locator)
    return end != router and (end, color) not in ways


def _served(
    service: ServiceState,
    found: Mapping[str, Contact],
    weights: Mapping[str, Mapping[str, int]] | None = None,
    *,
    everywhere: bool = False,
) -> Served:
    """everywhere: also the contacts that are in no SRv6 domain, which no forwarder steers to."""
    spec = service.service
    serve = spec.demand.serve
    own = (found[job] for job in service.instances if job in found)
    return Served(
        id=service.id,
        name=spec.name,
        cs_id=service.cs_id,
        public_key=service.public_key,
        port=serve.port if serve else 0,
        health=serve.health if serve else "",
        affinity_s=spec.affinity_s,
        color=spec.path.color,
        contacts=tuple(sorted((c for c in own if c.locator or everywhere), key=lambda c: c.id)),
        weights=tuple(sorted((weights or {}).get(service.id, {}).items())),
    )


def _members(state: State) -> Iterable[Member]:
    for node_id, locator in sorted(state.fleet.locators.items(), key=lambda entry: entry[1]):
        node = state.node(node_id)
        if node is not None and node_id not in state.revoked and state.world.row(node_id) is not None:
            yield Member(node_id=node_id, name=node.name, locator=locator, public_key=node.public_key)


def _ingresses(state: State, router: int) -> Iterable[Member]:
    """Forwarders of ingresses, for another one; none for a router where no users come in."""
    there = {r.number for r in state.fleet.network.routers if "ingress" in r.roles}
    for node_id, number in sorted(state.fleet.forwarders.items(), key=lambda entry: entry[1]):
        node = state.node(node_id)
        if router in there and number in there - {router} and node is not None and node_id not in state.revoked:
            yield Member(node_id=node_id, name=node.name, locator=number_of(number), public_key=node.public_key)
