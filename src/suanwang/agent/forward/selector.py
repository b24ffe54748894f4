"""The path selector as it runs in a forwarder: keeps what was heard and measured of contacts, and chooses by the one law
(steer.choose).

    centralized    the brain's weights, as they came; but nothing goes where no path leads to
    distributed    chosen here
    hybrid         chosen here, among those whom the brain gives some weight; by its weights while nothing is heard of any

Weights matter only where users come in: behind a router without an access network nothing is asked, and nothing chosen.
(Pure: times are given, and datagrams come from elsewhere.)
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from suanwang.agent.forward import step
from suanwang.agent.forward.checks import Checks, Seen
from suanwang.agent.forward.rates import Rates
from suanwang.model.fault import AuthorityFault
from suanwang.model.steering import End, Load, Served, Steering
from suanwang.steer import choose
from suanwang.steer.address import router_of
from suanwang.steer.interior import tree
from suanwang.steer.loads import JUMP, TIMES
from suanwang.trust import loads


class Selector:
    """weights: as they are now. lists: what each new flow is chosen for by, of services whose prices are known here. decisions:
    weights that were chosen. refused: tellings of loads that were not believed."""

    def __init__(self) -> None:
        self.weights: step.Weights = {}
        self.lists: Mapping[str, choose.Listed] = {}
        self.checks = Checks()
        self.rates = Rates()
        self.decisions = self.refused = 0
        self._steering: Steering | None = None
        self._memory = choose.Memory()
        self._keys: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._colors: dict[str, int] = {}
        self._loads: dict[str, tuple[Load, float]] = {}
        self._numbers: dict[str, int] = {}
        self._told_at: dict[str, float] = {}
        self._ways: dict[str, Mapping[End, float]] = {}

    def follow(self, steering: Steering, now: float) -> None:
        """Choose among these contacts from now on, and believe these members."""
        self._steering = steering
        self._keys = {member.node_id: member.public_key for member in (*steering.members, *steering.ingresses)}
        self.rates.follow([member.node_id for member in steering.ingresses], steering.services)
        self._owners = {c.id: c.node_id for served in steering.services for c in served.contacts}
        self._colors = {c.id: served.color for served in steering.services for c in served.contacts}
        self._ways = _ways(steering)
        self._loads = {contact: load for contact, load in self._loads.items() if contact in self._owners}
        self._told_at = {node: at for node, at in self._told_at.items() if node in self._keys}
        self.checks.follow(steering.services if self.chooses else (), now)

    @property
    def chooses(self) -> bool:
        """Whether weights are chosen here."""
        steering = self._steering
        return steering is not None and steering.form != "centralized" and bool(step.access_devices(steering))

    def hear(self, datagram: bytes, wall: float, now: float) -> bool:
        """A node tells its loads, or an ingress its rates; whether that is urgent: an instance has fallen ill, or its queue has
        grown at once. wall: seconds since 1970. AuthorityFault SUAN-A078, A079: it is not believed."""
        try:
            said = loads.opened(datagram, self._keys, self._numbers, wall)
        except AuthorityFault:
            self.refused += 1
            raise
        self._numbers[said.node_id], self._told_at[said.node_id] = said.number, now
        self.rates.hear(said, now)
        own = [load for load in said.loads if self._owners.get(load.contact) == said.node_id]
        urgent = any(self._alarms(load) for load in own)
        self._loads |= {load.contact: (load, now) for load in own}
        return urgent

    def due(self, now: float) -> Iterator[Seen]:
        """Contacts that are to be asked now."""
        return self.checks.due(now, {node: now - at for node, at in self._told_at.items()})

    def chosen(
        self,
        now: float,
        latency_ms: Mapping[End, float],
        unreached: Collection[End] = (),
        under_way: Mapping[str, int] | None = None,
    ) -> bool:
        """Whether any weight is another one. latency_ms: one way, by where a policy leads. unreached: where no path leads to
        now. under_way: flows from here that wait for an answer, by contact; None where nobody sees them."""
        steering, before = self._steering, self.weights
        self.lists = {}
        if steering is None:
            return False
        if not self.chooses:
            self.weights = _reached(step.weights_of(steering.services), steering.services, unreached)
        else:
            seen = choose.Seen(
                services=steering.services, loads=self._loads, latency_ms=latency_ms, probes=self._probes(now, unreached),
                flows_per_s=self.rates.here(now, steering.lifetime_s), under_way=under_way or {}, doors=self._doors(now),
                lifetime_s=steering.lifetime_s,
            )  # fmt: skip
            self._memory, self.weights = choose.step(self._memory, seen, now)
            if under_way is not None:
                self.lists = choose.priced(self._memory, seen, now)
            self.decisions += sum(map(len, self.weights.values()))
        return self.weights != before

    def _alarms(self, load: Load) -> bool:
        before = self._loads.get(load.contact)
        if before is not None and before[0].healthy and not load.healthy:
            return True
        return load.in_flight > TIMES * (before[0].in_flight if before else 0.0) + JUMP

    def _doors(self, now: float) -> tuple[choose.Door, ...]:
        """The other ingresses, in order of their ids. Ways are those of the routing protocol."""
        steering = self._steering
        assert steering is not None
        told = self.rates.elsewhere(now, steering.lifetime_s)
        return tuple(
            choose.Door(told.get(one.node_id, {}), self._ways[one.node_id])
            for one in sorted(steering.ingresses, key=lambda one: one.node_id)
        )

    def _probes(self, now: float, unreached: Collection[End]) -> dict[str, choose.Probe]:
        """Of each contact as it was measured; one that no path leads to is not there."""
        found: dict[str, choose.Probe] = {}
        for id, seen in self.checks.of.items():
            if (router_of(seen.contact.locator), self._colors.get(id, 0)) in unreached:
                found[id] = choose.Probe(None, now)
            elif (measured := seen.measured(now)) is not None:
                found[id] = choose.Probe(*measured)
        return found


def _ways(steering: Steering) -> dict[str, Mapping[End, float]]:
    """Of each other ingress, by its node: milliseconds, one way, to where policies lead."""
    ends = {(router_of(contact.locator), one.color) for one in steering.services for contact in one.contacts}
    there = {router.number for router in steering.network.routers}
    entries = {one.node_id: router_of(one.locator) for one in steering.ingresses}
    found = {node: tree(steering.network, entry) if entry in there else {} for node, entry in entries.items()}
    return {node: {end: to[end[0]][0] for end in ends if end[0] in to} for node, to in found.items()}


def _reached(weights: step.Weights, services: Sequence[Served], unreached: Collection[End]) -> step.Weights:
    """Without contacts that no path leads to; of a service of which that leaves nobody, all."""
    if not unreached:
        return weights
    kept: dict[str, dict[str, int]] = {}
    for served in services:
        lost = {c.id for c in served.contacts if (router_of(c.locator), served.color) in unreached}
        told = weights.get(served.id, {})
        left = {id: 0 if id in lost else weight for id, weight in told.items()}
        kept[served.id] = left if any(left.values()) else dict(told)
    return kept
