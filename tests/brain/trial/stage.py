"""A small domain as a running brain would know it: nodes at sites, a service whose instances are heard, jobs and what came."""

from collections import deque

import msgspec

from suanwang.brain import commands
from suanwang.brain.network import Ear
from suanwang.brain.state import State
from suanwang.brain.trial.days import Days
from suanwang.brain.trial.known import Known, packed, unpacked
from suanwang.model.network import Link, Network, Router
from suanwang.model.node import Node, Reading
from suanwang.model.serving import Service
from suanwang.model.steering import Contact, Load
from suanwang.model.where import Site
from suanwang.steer.address import contact as address
from suanwang.trust.key import public_of
from suanwang.world.fold import heard
from tests.brain.sample import SHENZHEN, a_demand, a_node, key_of
from tests.brain.test_tend import a_service

NOW = 1_000_000.0
ROUTERS = (
    Router(number=1, name="in1", roles=("ingress",)),
    Router(number=2, name="e1", roles=("egress",), site="near"),
    Router(number=3, name="e2", roles=("egress",), site="far"),
)
LINKS = (Link(a=1, b=2, latency_ms=2.0), Link(a=1, b=3, latency_ms=8.0), Link(a=2, b=3, latency_ms=30.0))
NETWORK = Network(routers=ROUTERS, links=LINKS)


def node_at(name: str, site: str, router: int = 0, **more: int) -> Node:
    node = a_node(name, **more)  # type: ignore[arg-type]
    return msgspec.structs.replace(node, site=Site(name=site, place=SHENZHEN), router=router)


class Domain:
    """Nodes near-1 and far-1, each behind its router, and money. What is done here is done by the brain's own loop."""

    def __init__(self, *nodes: Node, network: Network = NETWORK) -> None:
        self.days, self.ear = Days(State(), NOW), Ear()
        self.days.do(commands.add_user("ann", ("user",), 1_000_000_000))
        self.days.do(commands.tell_network(network))
        for node in nodes or (node_at("near-1", "near", 2), node_at("far-1", "far", 3)):
            self.days.do(commands.join(node, ""))

    @property
    def state(self) -> State:
        return self.days.state

    def publish(self, service: Service | None = None) -> None:
        key = public_of(key_of("a service"))
        self.days.do(commands.publish("ann", service or a_service(least=2), key.hex(), ""))
        self.days.run_until(self.days.time + 10.0)

    def tell(self, in_flight: float = 0.5, latency_ms: float = 20.0, cpu: float = 0.15, samples: int = 100) -> None:
        """Every instance says that it can be reached, and what its load is."""
        for node_id, live in self.state.live.items():
            locator = self.state.fleet.locators.get(node_id, 0)
            contacts = tuple(
                Contact(
                    id=p,
                    node_id=node_id,
                    address=address(locator, k + 1) if locator else "::1",
                    port=80,
                    function=k + 1 if locator else 0,
                    locator=locator,
                )
                for k, p in enumerate(live)
            )
            self.days.state.world = heard(self.state.world, [Reading(node_id=node_id, generation=0, contacts=contacts)], 0.0)
            for one in contacts:
                load = Load(contact=one.id, in_flight=in_flight, latency_ms=latency_ms, cpu=cpu)
                self.ear.past[one.id] = deque((float(k), load) for k in range(samples))

    def submit(self, name: str, tasks: int = 1, fuel: int = 10**11, **more: object) -> None:
        demand = msgspec.structs.replace(a_demand(tasks, fuel=fuel), name=name, **more)  # type: ignore[arg-type]
        assert self.days.do(commands.submit(f"job-{name}", "ann", demand, name)) is None

    def known(self) -> Known:
        return unpacked(packed(self.state, self.ear, self.days.time))
