"""Made-up networks for tests: any shape, delays, risks and failures that Hypothesis thinks of."""

import msgspec
from hypothesis import strategies as st
from tests.brain.sample import key_of

from suanwang.model.network import Access, Link, Network, Router
from suanwang.model.steering import Contact, Served, Steering
from suanwang.steer.address import contact, number_of
from suanwang.steer.paths import policy
from suanwang.trust.identity import cs_id
from suanwang.trust.key import public_of


@st.composite
def networks(draw: st.DrawFn, most: int = 7) -> Network:
    """Connected: a tree, and some more links. The first router has users, the last two have nodes."""
    count = draw(st.integers(3, most))
    pairs = {(draw(st.integers(1, n - 1)), n) for n in range(2, count + 1)}
    more = st.tuples(st.integers(1, count), st.integers(1, count)).filter(lambda p: p[0] < p[1])
    pairs |= draw(st.sets(more, max_size=2 * count))
    risk = st.lists(st.sampled_from(["r1", "r2", "r3"]), max_size=2, unique=True).map(tuple)
    links = tuple(
        Link(a=a, b=b, latency_ms=draw(st.sampled_from([0.0, 1.0, 1.0, 2.0, 5.0, 7.5, 20.0])), risks=draw(risk))
        for a, b in sorted(pairs)
    )
    roles = {1: ("ingress",), count - 1: ("egress",), count: ("egress",)}
    routers = tuple(Router(number=n, name=f"r{n}", roles=roles.get(n, ("transit",))) for n in range(1, count + 1))
    return Network(routers=routers, links=links, accesses=(Access(router=1, number=1, name="home"),))


def without(network: Network, a: int, b: int) -> Network:
    """The same with one link down."""
    links = tuple(msgspec.structs.replace(x, up=False) if {x.a, x.b} == {a, b} else x for x in network.links)
    return msgspec.structs.replace(network, links=links)


def a_served(network: Network, name: str = "web", per_site: int = 1) -> Served:
    """With instances behind each egress."""
    key = public_of(key_of(name))
    ends = [r.number for r in network.routers if "egress" in r.roles]
    contacts = tuple(
        Contact(
            id=f"{name}-{end}-{k}/1", node_id=f"node-{end}-{k}", address=contact(number_of(end, k), 1), port=80,
            locator=number_of(end, k), function=1,
        )
        for end in ends
        for k in range(1, per_site + 1)
    )  # fmt: skip
    return Served(id=name, name=name, cs_id=cs_id(key), public_key=key.hex(), port=80, contacts=contacts)


def a_steering(network: Network, router: int = 1, *services: Served, number: int = 1) -> Steering:
    """What the forwarder on a router follows."""
    roles = next(r.roles for r in network.routers if r.number == router)
    ends = [r.number for r in network.routers if ("egress" if "ingress" in roles else "ingress") in r.roles]
    policies = tuple(p for end in ends if end != router and (p := policy(network, router, end)))
    served = services or (a_served(network),)
    return Steering(number=number, form="hybrid", router=router, network=network, services=served, policies=policies)
