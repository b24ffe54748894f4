"""A lab file becomes a plan: the network as steering knows it, and every namespace, cable and address that it takes to build
it.

    routers:   in1: {roles: [ingress], city: guangzhou}        a name, what it is for, where it stands
    links:     - {ends: [in1, t1], delay: 1ms, jitter: 0.1ms, loss: 0.1%, rate: 100Mb, risks: [duct-7]}
    access:    home-1: {at: in1, delay: 0.2ms}                  a network of users, one namespace in which any client runs
    machines:  near-1: {at: e1, cpu: 0.3}                       machines of a site, that become nodes
    brain:     {at: t1}

A delay that is left out follows from the distance between the two cities.
"""

from collections.abc import Mapping
from typing import cast

import msgspec

from suanwang.intent.document import Document, choice, scalar, section, word, words, wrong_kind
from suanwang.model import quantity
from suanwang.model.fault import UsageFault
from suanwang.model.network import FORMS, Access, Form, Link, Network, Router
from suanwang.model.where import Place
from suanwang.steer import address
from suanwang.steer.address import number_of
from suanwang.steer.whole import checked
from suanwang.world.distance import distance_km, rtt_ms
from suanwang.world.gazetteer import find

KEYS = ("name", "form", "converge", "routers", "links", "access", "machines", "brain")
ROUTER_KEYS, LINK_KEYS = ("roles", "city", "site"), ("ends", "delay", "jitter", "loss", "rate", "risks")
CORE_MTU = 9000
"""Between routers there is room for the outer headers, so that users keep their 1500."""
QUEUE_BYTES = 1 << 20
CONVERGE_MS = 300.0
"""How long the modelled routing protocol takes after a link changes: between the 66 ms of OSPF that sees its own link go down
and the 310 ms of one that finds out by BFD (FRR 8.4, measured)."""


class Cable(msgspec.Struct, frozen=True, kw_only=True):
    """Between two boxes, by name. Each end is an interface that is named after the other box. core: between routers.

    Figures as in model.network.Link.
    """

    a: str
    b: str
    latency_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    rate_mbit: float = 0.0
    core: bool = False

    @property
    def stretched(self) -> bool:
        """Whether it needs the relay: a plain pair of interfaces has no length."""
        return any((self.latency_ms, self.jitter_ms, self.loss, self.rate_mbit))


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A namespace. kind: "router", "machine", "users" or "brain". addresses: (interface, address with its length). gateway:
    of the default route, (interface, address); ("", "") for none. router: name of the router that it is at; "" for one
    itself. cores: that a machine lends."""

    name: str
    kind: str
    addresses: tuple[tuple[str, str], ...]
    link_locals: tuple[tuple[str, str], ...] = ()
    gateway: tuple[str, str] = ("", "")
    router: str = ""
    city: str = ""
    cores: float = 1.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """name: of the lab, at the head of each of its namespaces."""

    name: str
    network: Network
    boxes: tuple[Box, ...]
    cables: tuple[Cable, ...]
    converge_ms: float = CONVERGE_MS

    def space(self, box: str) -> str:
        """Name of a box's namespace."""
        return f"{self.name}-{box}"

    def box(self, name: str) -> Box:
        """UsageFault SUAN-U095: the lab has no such box."""
        found = next((b for b in self.boxes if b.name == name), None)
        if found is None:
            raise UsageFault(
                "SUAN-U095", f"the lab has no box {name[:40]!r}", f"it has {', '.join(b.name for b in self.boxes)}"
            )
        return found


def plan_of(document: Document) -> Plan:
    """The plan that a lab file means. UsageFaults name the place of what is wrong; NotFoundFault SUAN-N010 a city that is
    unknown."""
    _only(document, KEYS, "")
    routers = _routers(section(document, "routers"))
    numbers = {router.name: router.number for router in routers}
    places = {name: _city(cast(Document, entry)) for name, entry in section(document, "routers").items()}
    links = tuple(_link(entry, at, numbers, places) for at, entry in enumerate(_list(document.get("links"), "links")))
    accesses = _accesses(section(document, "access"), numbers)
    form = "hybrid" if document.get("form") is None else choice(document["form"], "form", FORMS)
    network = checked(Network(form=cast(Form, form), routers=routers, links=links, accesses=accesses))
    boxes, cables = _built(document, network, places)
    return Plan(
        name=word(document.get("name") or "lab", "name", "three-sites"),
        network=network,
        boxes=boxes,
        cables=cables,
        converge_ms=CONVERGE_MS if document.get("converge") is None else quantity.latency_ms(document["converge"], "converge"),
    )


def _routers(routers: Document) -> tuple[Router, ...]:
    found: list[Router] = []
    for at, (name, value) in enumerate(routers.items(), 1):
        entry = _mapping(value, f"routers.{name}", "{roles: [transit], city: wuhan}")
        _only(entry, ROUTER_KEYS, f"routers.{name}.")
        place = _city(entry)
        roles = ("transit",) if entry.get("roles") is None else words(entry["roles"], f"routers.{name}.roles", "[ingress]")
        found.append(
            Router(
                number=at,
                name=name,
                roles=roles,
                site="" if entry.get("site") is None else word(entry["site"], f"routers.{name}.site", "near"),
                region=place.region if place else "",
                latitude=place.latitude if place else 0.0,
                longitude=place.longitude if place else 0.0,
            )
        )
    return tuple(found)


def _city(entry: Document) -> Place | None:
    return None if entry.get("city") is None else find(word(entry["city"], "city", "wuhan"))


def _link(value: object, at: int, numbers: Mapping[str, int], places: Mapping[str, Place | None]) -> Link:
    where = f"links[{at}]"
    entry = _mapping(value, where, "{ends: [in1, t1], delay: 1ms}")
    _only(entry, LINK_KEYS, f"{where}.")
    ends = words(entry.get("ends"), f"{where}.ends", "[in1, t1]")
    unknown = [name for name in ends if name not in numbers]
    if len(ends) != 2 or unknown:
        raise UsageFault("SUAN-U003", f"{where}.ends is {', '.join(ends)}; it names two routers.", "write ends: [in1, t1]")
    return Link(
        a=numbers[ends[0]],
        b=numbers[ends[1]],
        latency_ms=_delay(entry, where, places[ends[0]], places[ends[1]]),
        jitter_ms=_ms(entry, "jitter", where),
        loss=_share(entry.get("loss"), f"{where}.loss"),
        rate_mbit=0.0 if entry.get("rate") is None else quantity.rate_mbit(entry["rate"], f"{where}.rate"),
        risks=() if entry.get("risks") is None else words(entry["risks"], f"{where}.risks", "[duct-7]"),
    )


def _delay(entry: Document, where: str, a: Place | None, b: Place | None) -> float:
    if entry.get("delay") is not None:
        return _ms(entry, "delay", where)
    if a is None or b is None:
        raise UsageFault("SUAN-U003", f"{where} has no delay, and its ends have no cities to take it from.", "add delay: 2ms")
    return round(rtt_ms(distance_km(a, b)) / 2, 3)


def _ms(entry: Document, key: str, where: str) -> float:
    return 0.0 if entry.get(key) is None else quantity.latency_ms(entry[key], f"{where}.{key}")


def _share(value: object, where: str) -> float:
    if value is None:
        return 0.0
    text = scalar(value, where, "0.1%")
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise UsageFault("SUAN-U013", f"{where} is {text[:20]!r}; it is a share from 0 to 1.", "write it like this: 0.1%")
    return share


def _accesses(entries: Document, numbers: Mapping[str, int]) -> tuple[Access, ...]:
    found: list[Access] = []
    for name, value in entries.items():
        entry = _mapping(value, f"access.{name}", "{at: in1}")
        _only(entry, ("at", "delay"), f"access.{name}.")
        router = numbers[_at(entry, f"access.{name}", numbers)]
        number = 1 + sum(access.router == router for access in found)
        found.append(Access(router=router, number=number, name=name, latency_ms=_ms(entry, "delay", f"access.{name}")))
    return tuple(found)


def _at(entry: Document, where: str, numbers: Mapping[str, int]) -> str:
    name = word(entry.get("at") or "", f"{where}.at", "in1")
    if name not in numbers:
        raise UsageFault("SUAN-U003", f"{where}.at is {name[:20]!r}, which is no router.", f"it can be {', '.join(numbers)}")
    return name


# what is built


def _built(
    document: Document, network: Network, places: Mapping[str, Place | None]
) -> tuple[tuple[Box, ...], tuple[Cable, ...]]:
    numbers, names = {r.name: r.number for r in network.routers}, {r.number: r.name for r in network.routers}
    users = [_users(access, names[access.router]) for access in network.accesses]
    machines, slots = list[tuple[Box, Cable]](), dict[int, int]()
    for name, value in section(document, "machines").items():
        entry = _mapping(value, f"machines.{name}", "{at: e1, cpu: 0.3}")
        _only(entry, ("at", "delay", "cpu", "city"), f"machines.{name}.")
        at = _at(entry, f"machines.{name}", numbers)
        place = _city(entry) or places[at]
        machines.append(_machine(name, "machine", at, numbers[at], slots, entry, place.name if place else ""))
    if document.get("brain") is not None:
        entry = section(document, "brain")
        at = _at(entry, "brain", numbers)
        machines.append(_machine("brain", "brain", at, numbers[at], slots, entry, ""))
    cables = [
        Cable(
            a=names[x.a], b=names[x.b], latency_ms=x.latency_ms, jitter_ms=x.jitter_ms, loss=x.loss, rate_mbit=x.rate_mbit,
            core=True,
        )
        for x in network.links
    ]  # fmt: skip
    cables += [cable for _, cable in (*users, *machines)]
    boxes = [_router(router, cables, [b for b, _ in (*users, *machines)]) for router in network.routers]
    boxes += [box for box, _ in (*users, *machines)]
    taken = [box.name for box in boxes]
    double = next((name for name in taken if taken.count(name) > 1), "")
    if double:
        raise UsageFault("SUAN-U003", f"two things in the lab are called {double!r}.", "give each its own name")
    return tuple(boxes), tuple(cables)


def _users(access: Access, router: str) -> tuple[Box, Cable]:
    host, gate = (address.user(access.router, access.number, n) for n in (2, 1))
    box = Box(name=access.name, kind="users", addresses=((router, f"{host}/64"),), gateway=(router, gate), router=router)
    return box, Cable(a=access.name, b=router, latency_ms=access.latency_ms)


def _machine(
    name: str, kind: str, router: str, number: int, slots: dict[int, int], entry: Document, city: str
) -> tuple[Box, Cable]:
    slots[number] = slot = slots.get(number, 0) + 1
    own, gate = (address.machine(number, slot, n) for n in (2, 1))
    cores = 1.0 if entry.get("cpu") is None else quantity.cpu_milli(entry["cpu"], f"machines.{name}.cpu") / 1000
    box = Box(
        name=name, kind=kind, addresses=((router, f"{own}/64"),), link_locals=((router, f"fe80::ffff:{slot:x}"),),
        gateway=(router, gate), router=router, city=city, cores=cores,
    )  # fmt: skip
    return box, Cable(a=name, b=router, latency_ms=_ms(entry, "delay", f"machines.{name}"))


def _router(router: Router, cables: list[Cable], boxes: list[Box]) -> Box:
    near = [c.b if c.a == router.name else c.a for c in cables if router.name in (c.a, c.b)]
    own = address.link_local(number_of(router.number))
    given = [("lo", f"{address.home(number_of(router.number))}/128")]
    given += [(box.name, f"{box.gateway[1]}/64") for box in boxes if box.router == router.name]
    return Box(name=router.name, kind="router", addresses=tuple(given), link_locals=tuple((name, own) for name in near))


def _mapping(value: object, place: str, example: str) -> Document:
    if not isinstance(value, Mapping):
        raise wrong_kind(place, value, "a mapping", example)
    return cast(Document, value)


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise wrong_kind(place, value, "a list", "[{ends: [in1, t1], delay: 1ms}]")
    return cast(list[object], value)


def _only(document: Document, keys: tuple[str, ...], place: str) -> None:
    unknown = next((key for key in document if key not in keys), None)
    if unknown is not None:
        raise UsageFault("SUAN-U001", f"{place}{unknown} is not known.", f"it can be {', '.join(keys)}")
