"""Worlds that are made up, for trials: so many nodes in the cities of the gazetteer with jobs that come at a rate, or the
machines of a lab file with one service, as if it had been measured. Nothing of it is drawn: the same call, the same world.
"""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from suanwang.brain import commands
from suanwang.brain.fleet import Fleet
from suanwang.brain.network import Ear
from suanwang.brain.replay import Living
from suanwang.brain.state import State
from suanwang.brain.trial.days import START_S, Days
from suanwang.brain.trial.known import Arrival, Heard, Known, packed, unpacked
from suanwang.lab.plan import Plan
from suanwang.market.ledger import ISSUER, user_account
from suanwang.model.demand import Command, Demand, Item, Limits, Needs, Serve, Wasm
from suanwang.model.fault import UsageFault
from suanwang.model.network import Network
from suanwang.model.node import Accelerator, Capacity, Node, Offer, Speed
from suanwang.model.serving import Scale, Service
from suanwang.model.steering import Contact
from suanwang.model.where import Place, Site
from suanwang.steer.queues import present
from suanwang.trust.identity import short_hash
from suanwang.twin.fit import TOLD
from suanwang.world.gazetteer import PLACES, find
from suanwang.world.scramble import scrambled

USER, AT = "planner", 1_767_225_600.0
CREDIT_MICRO = 10**15
SITES = 64
"""Cities that made-up nodes stand in, at most."""
SPEEDS = (1.6e9, 2.4e9, 3.2e9)
PRICES = (20_000, 30_000, 45_000)
CARBON = (60.0, 300.0, 580.0)
MIX = 256
"""Shapes of made-up jobs."""
SERVED, LOAD, ANSWER_MS = "web", 0.6, 10.0
"""The service of a lab's world: how busy each instance is, and how long it works on a request."""


def made(
    nodes: Sequence[Node], arrivals: Iterable[Arrival] = (), while_s: float = 1.0, coming: Iterable[Arrival] = ()
) -> Known:
    """A world of these nodes, in which one user has all the money that is needed."""
    living = Living(
        seq=len(nodes),
        world_version=1,
        present=tuple(sorted(node.id for node in nodes)),
        accounts=((ISSUER, -CREDIT_MICRO, 0, ""), (user_account(USER), CREDIT_MICRO, 0, "")),
        users={USER: ("user",)},
        revoked=set(),
        jobs=(),
        particulars=dict(enumerate(nodes, 1)),
        joined={node.id: number for number, node in enumerate(nodes, 1)},
        generations={node.id: 0 for node in nodes},
        live={node.id: {} for node in nodes},
        code_fuel={},
        records={},
        owner_records={},
        fleet=Fleet(),
    )
    return Known(at=AT, living=living, arrivals=tuple(arrivals), while_s=while_s, coming=tuple(coming))


def synthetic(nodes: int, rate: float) -> Known:
    """nodes: in all. rate: jobs a second. UsageFault SUAN-U013."""
    if not (1 <= nodes <= 100_000 and 0.0 <= rate <= 10_000.0):
        why = f"{nodes} nodes and {rate:g} jobs a second; it can be 1 to 100,000 nodes and up to 10,000 jobs a second"
        raise UsageFault("SUAN-U013", why, "suan twin try jobs x2 --nodes 1000 --rate 10")
    places = list(PLACES.values())[:SITES]
    arrivals = [_arrival(k, places) for k in range(MIX)] if rate > 0 else []
    return made([_node(k, places) for k in range(nodes)], arrivals, MIX / rate if rate > 0 else 1.0)


def _drawn(number: int, stream: int, below: int) -> int:
    """A number from 0, the same each time."""
    return int(scrambled(np.array([number * 16 + stream + 1], np.uint64))[0]) % below


def _node(k: int, places: Sequence[Place]) -> Node:
    place = places[k % len(places)]
    kind = _drawn(k, 0, len(SPEEDS))
    site = Site(name=f"{place.name}-site", place=place, carbon_g_kwh=CARBON[k % len(places) % len(CARBON)])
    cores = 4 << _drawn(k, 1, 4)
    return node_of(
        f"made-{k}", site, cores_milli=1000 * cores, memory_bytes=cores << 32, fuel_per_s=SPEEDS[kind],
        price=PRICES[_drawn(k, 2, len(PRICES))],
    )  # fmt: skip


def node_of(
    name: str,
    site: Site,
    *,
    cores_milli: int,
    memory_bytes: int = 8 << 30,
    fuel_per_s: float = 2.4e9,
    price: int = 30_000,
    router: int = 0,
    accelerators: tuple[Accelerator, ...] = (),
) -> Node:
    """A node that nobody owns."""
    return Node(
        id=f"node-{short_hash('suanwang made world v1', name.encode())}", name=name, public_key="", site=site,
        capacity=Capacity(cpu_milli=cores_milli, memory_bytes=memory_bytes, accelerators=accelerators), arch="x86_64",
        runtimes=("wasm", "python", "process"), sandbox="bubblewrap",
        speed=Speed(fuel_per_cpu_s=fuel_per_s, fuel_per_s=fuel_per_s), offer=Offer(price_micro_per_tfuel=price), router=router,
    )  # fmt: skip


def _arrival(k: int, places: Sequence[Place]) -> Arrival:
    """A job: 1 to 8 tasks of 4 s to 5 min; one in three is near somewhere, with a limit that its region can keep."""
    tasks, near = 1 << _drawn(k, 3, 4), places[_drawn(k, 4, len(places))] if _drawn(k, 5, 3) == 0 else None
    fuel = (1 + _drawn(k, 6, 60)) * 10**10
    demand = Demand(
        name=f"shape-{k}", work=Wasm(file=f"shape-{k}.wasm"), fuel_per_task=fuel, near=near,
        items=tuple(Item(value=str(i)) for i in range(tasks)) if tasks > 1 else (),
        needs=Needs(cpu_milli=1000 * (1 << _drawn(k, 7, 3)), memory_bytes=1 << 30),
        limits=Limits(budget_micro=100_000_000, latency_ms_max=30.0 if near else None),
    )  # fmt: skip
    return Arrival(at=AT - MIX + k, user=USER, demand=demand)


def of_lab(plan: Plan, load: float = LOAD) -> Known:
    """The machines of a lab, each with an instance of one service, as busy as is said; its users ask alike."""
    names = {router.name: router for router in plan.network.routers}
    days = Days(State(), AT)
    days.do(commands.add_user(USER, ("user",), CREDIT_MICRO))
    days.do(commands.tell_network(plan.network))
    machines = [box for box in plan.boxes if box.kind == "machine"]
    for box in machines:
        router = names[box.router]
        site = Site(name=router.site or router.name, place=_place(box.city, plan.network, router.number))
        days.do(commands.join(node_of(box.name, site, cores_milli=round(1000 * box.cores), router=router.number), ""))
    cores = min((round(1000 * box.cores) for box in machines), default=0)
    if cores:
        days.do(commands.publish(USER, _service(len(machines), cores), "00" * 32, ""))
        days.run_until(AT + 5 * START_S)
    found = unpacked(packed(days.state, Ear(), days.time))
    return msgspec.structs.replace(found, heard=_heard(days, load))


def _place(city: str, network: Network, number: int) -> Place:
    if city:
        return find(city)
    router = next(r for r in network.routers if r.number == number)
    return Place(name=router.name, region=router.region, latitude=router.latitude, longitude=router.longitude)


def _service(count: int, cpu_milli: int) -> Service:
    demand = Demand(
        name=SERVED, work=Command(argv=("serve",), network=True), needs=Needs(cpu_milli=cpu_milli, memory_bytes=1 << 28),
        limits=Limits(budget_micro=10**12), serve=Serve(service="", cs_id=""), task_s_max=1e9, outputs=(),
    )  # fmt: skip
    return Service(name=SERVED, demand=demand, scale=Scale(least=count, most=2 * count))


def _heard(days: Days, load: float) -> dict[str, Heard]:
    """What each instance would tell if one request at a time took it ANSWER_MS, and it was so busy."""
    found: dict[str, Heard] = {}
    in_flight = present(1, load)
    told = TOLD * ANSWER_MS * in_flight / load
    for job, contact in days.seen().contacts.items():
        held = days.state.jobs[job].placements[contact.id]
        there = Contact(id=contact.id, node_id=held.placement.node_id, address="::", port=1)
        busy = load * held.placement.cpu_milli / 1000
        found[job] = Heard(contact=there, in_flight=in_flight, cpu=busy, latency_ms=(told,), checked_ms=told, samples=1)
    return found
