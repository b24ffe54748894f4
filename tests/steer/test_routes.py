"""What routers are told to hold carries every packet where it belongs: no loop, no black hole, on the path that was chosen."""

import itertools

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steer.nets import a_served, a_steering, networks, without
from tests.steer.walk import Delivered, Lost, walk

from suanwang.drivers.kernel.fake import FakeKernel
from suanwang.model.fib import MAIN, Fib, Group, Route
from suanwang.model.network import Access, Link, Network, Router
from suanwang.model.steering import Contact, End, PathLimits, Served, Steering
from suanwang.steer import address, paths
from suanwang.steer.address import INSTANCE, router_of
from suanwang.steer.change import diff
from suanwang.steer.choices import CONTACTS, SERVICES, choices, chosen
from suanwang.steer.routes import GATE, WAKE, desired, grouped, interior


def joined(*fibs: Fib) -> Fib:
    """What two owners hold in one kernel."""
    return Fib(**{name: tuple(e for fib in fibs for e in getattr(fib, name)) for name in Fib.__struct_fields__})


def domain(network: Network, steering: Steering, active: dict[End, int], weights: dict[str, int]) -> dict[int, Fib]:
    """All kernels: the routing protocol's part everywhere, the forwarders' parts, and the nodes' SIDs at their routers'
    interfaces."""
    fibs = {r.number: interior(network, r.number) for r in network.routers}
    served = steering.services[0]
    fibs[1] = joined(fibs[1], desired(steering, {served.id: weights}, active, {}, ("home",)))
    for end in {router_of(c.locator) for c in served.contacts}:
        attached = {c.locator: c.node_id for c in served.contacts if router_of(c.locator) == end}
        own = desired(a_steering(network, end, served), {served.id: weights}, {}, attached, ())
        fibs[end] = joined(fibs[end], own) if end != 1 else fibs[end]
    return fibs


def arrives(served: Served, got: Delivered, want: str) -> None:
    """At the node of the contact, with the SID of its instance in front of it."""
    contact = next(c for c in served.contacts if c.id == want)
    assert got.via == address.link_local(contact.locator)
    assert got.headers[0][0] == served.cs_id
    assert got.headers[-1][0] == address.sid(contact.locator, INSTANCE + contact.function).partition("/")[0]


@given(networks(7))
@settings(max_examples=60, deadline=None)
def test_every_contact_is_reached_along_exactly_the_path_in_use(network: Network) -> None:
    served = a_served(network)
    steering = a_steering(network, 1, served)
    for policy in steering.policies:
        for index, path in enumerate(policy.paths):
            chosen = next(c for c in served.contacts if router_of(c.locator) == policy.endpoint)
            fibs = domain(network, steering, {(policy.endpoint, 0): index}, {chosen.id: 1})
            got = walk(fibs, 1, served.cs_id)
            arrives(served, got, chosen.id)
            assert got.way == path.routers


@given(networks(6))
@settings(max_examples=40, deadline=None)
def test_with_any_link_down_the_surviving_path_still_carries_before_and_after_the_protocol_converges(network: Network) -> None:
    served = a_served(network)
    steering = a_steering(network, 1, served)
    for link in network.links:
        for policy in steering.policies:
            chosen = next(c for c in served.contacts if router_of(c.locator) == policy.endpoint)
            around = [i for i, p in enumerate(policy.paths) if not _uses(p.routers, link.a, link.b)]
            for index in around[:1]:
                for world in (network, without(network, link.a, link.b)):  # before, and after it has converged
                    fibs = domain(
                        world, msgspec.structs.replace(steering, network=network), {(policy.endpoint, 0): index}, {chosen.id: 1}
                    )
                    got = walk(fibs, 1, served.cs_id)
                    arrives(served, got, chosen.id)
                    assert not _uses(got.way, link.a, link.b)


def _uses(routers: tuple[int, ...], a: int, b: int) -> bool:
    return any({x, y} == {a, b} for x, y in itertools.pairwise(routers))


@given(networks(6))
@settings(max_examples=40, deadline=None)
def test_replies_come_back_to_the_users(network: Network) -> None:
    served = a_served(network)
    user = address.user(1, 1, 2)
    for end in {router_of(c.locator) for c in served.contacts} - {1}:
        steering = a_steering(network, end, served)
        for index, path in enumerate(steering.policies[0].paths):
            fibs = {r.number: interior(network, r.number) for r in network.routers}
            fibs[end] = joined(fibs[end], desired(steering, {}, {(1, 0): index}, {}, ()))
            fibs[1] = joined(fibs[1], Fib(routes=(_access(),)))
            got = walk(fibs, end, user)
            assert got.at == 1 and got.way == path.routers and [h[0] for h in got.headers] == [user]


def _access() -> Route:
    """The users' own network, which the kernel knows by itself."""
    return Route(prefix=address.access(1, 1), metric=256, device="home")


@given(networks(6), st.integers(2, 4), st.data())
@settings(max_examples=60, deadline=None)
def test_nothing_of_a_limited_service_crosses_what_it_avoids_whatever_fails(
    network: Network, forbidden: int, data: st.DataObject
) -> None:
    """There and back, while all is well, with a link down, and after the routing protocol has found its way around that: it
    arrives by an allowed way or not at all."""
    routers = tuple(msgspec.structs.replace(r, region="x" if r.number == forbidden and not r.roles[0].endswith("gress") else "")
                    for r in network.routers)  # fmt: skip
    network, limits = msgspec.structs.replace(network, routers=routers), PathLimits(regions=("x",))
    served = msgspec.structs.replace(a_served(network), color=limits.color)
    avoided = {r.number for r in routers if r.region}
    user, cut = address.user(1, 1, 2), data.draw(st.sampled_from(network.links))
    for end in {router_of(c.locator) for c in served.contacts} - {1}:
        there, back = paths.policy(network, 1, end, limits), paths.policy(network, end, 1, limits)
        assert (there is None) == (back is None)
        chosen = next(c for c in served.contacts if router_of(c.locator) == end)
        said = [
            msgspec.structs.replace(
                a_steering(network, at, served), policies=(*a_steering(network, at, served).policies, *more)
            )
            for at, more in ((1, filter(None, [there])), (end, filter(None, [back])))
        ]
        for world in (network, without(network, cut.a, cut.b)):
            fibs = {r.number: interior(world, r.number) for r in network.routers}
            fibs[1] = joined(
                fibs[1], desired(said[0], {served.id: {chosen.id: 1}}, {}, {}, ("home",)), Fib(routes=(_access(),))
            )
            fibs[end] = joined(fibs[end], desired(said[1], {}, {}, {chosen.locator: chosen.node_id}, ()))
            for start, to, source in ((1, served.cs_id, user), (end, user, served.cs_id)):
                try:
                    got = walk(fibs, start, to, source=source)
                except Lost:
                    assert there is None or world is not network
                    continue
                assert not avoided & set(got.way)
                if there is None:
                    assert start == 1 and got.way == (1,) and not got.via, "where packets for nobody are seen"
                elif start == 1:
                    arrives(served, got, chosen.id)
                else:
                    assert got.at == 1 and [h[0] for h in got.headers] == [user]


def test_where_the_protocol_goes_through_what_is_avoided_limited_packets_do_not() -> None:
    """The protocol's own way is allowed, until a link fails; then it goes by the region, and plain services with it."""
    roles = {1: "ingress", 2: "transit", 3: "transit", 4: "egress", 5: "egress"}
    routers = tuple(Router(number=n, name=f"r{n}", roles=(role,), region="x" if n == 3 else "") for n, role in roles.items())
    pairs = ((1, 2, 1.0), (2, 4, 1.0), (1, 3, 5.0), (3, 4, 5.0), (4, 5, 1.0))
    network = Network(
        routers=routers, links=tuple(Link(a=a, b=b, latency_ms=ms) for a, b, ms in pairs),
        accesses=(Access(router=1, number=1, name="home"),),
    )  # fmt: skip
    limits = PathLimits(regions=("x",))
    plain = a_served(network)
    for served in (plain, msgspec.structs.replace(plain, color=limits.color)):
        there = paths.policy(network, 1, 4, limits)
        assert there is not None and [p.routers for p in there.paths] == [(1, 2, 4)]
        steering = a_steering(network, 1, served)
        steering = msgspec.structs.replace(steering, policies=(*steering.policies, there))
        chosen = next(c for c in served.contacts if router_of(c.locator) == 4)
        world = without(network, 2, 4)
        fibs = domain(world, msgspec.structs.replace(steering, network=network), {}, {chosen.id: 1})
        way = walk(fibs, 1, served.cs_id).way
        assert way == ((1, 2, 4) if served.color else (1, 3, 4)), "over the link that is down, where they are lost"


weights = st.lists(st.integers(0, 256), min_size=4, max_size=4)


@given(
    networks(5), st.lists(st.tuples(weights, st.lists(st.integers(0, 2), min_size=2, max_size=2), st.booleans()), max_size=6)
)
@settings(max_examples=60, deadline=None)
def test_no_moment_of_a_change_is_without_a_route(network: Network, steps: list[tuple[list[int], list[int], bool]]) -> None:
    """After every single change on the way from one state to the next, the address that had and will have instances has one
    that is reached; and what the kernel then holds is exactly what it was to hold."""
    served = a_served(network, per_site=2)
    kernel, before = FakeKernel(), Fib()
    others = {r.number: interior(network, r.number) for r in network.routers}
    ends = sorted({router_of(c.locator) for c in served.contacts} - {1})
    for given_weights, indexes, drain in steps:
        contacts = tuple(msgspec.structs.replace(c, draining=drain and i == 0) for i, c in enumerate(served.contacts))
        steering = a_steering(network, 1, msgspec.structs.replace(served, contacts=contacts))
        after = desired(
            steering,
            {served.id: dict(zip([c.id for c in contacts], given_weights, strict=False))},
            dict(zip([(end, 0) for end in ends], indexes, strict=False)),
            {},
            ("home",),
        )
        for change in diff(after, kernel.read()):
            kernel.apply([change])
            held = kernel.read()
            if _serves(before, served) and _serves(after, served):
                for flow in range(0, 512, 37):
                    got = walk({**others, 1: joined(others[1], held), **_ends(network, served)}, 1, served.cs_id, flow)
                    assert got.headers[0][0] == served.cs_id
        assert kernel.read() == after and diff(after, kernel.read()) == ()
        before = after


def _ends(network: Network, served: Served) -> dict[int, Fib]:
    made = {}
    for end in {router_of(c.locator) for c in served.contacts} - {1}:
        attached = {c.locator: c.node_id for c in served.contacts if router_of(c.locator) == end}
        made[end] = joined(interior(network, end), desired(a_steering(network, end, served), {}, {}, attached, ()))
    return made


def _serves(fib: Fib, served: Served) -> bool:
    return any(r.prefix == f"{served.cs_id}/128" and r.next_hop for r in fib.routes)


@given(networks(5), weights, weights)
@settings(max_examples=60, deadline=None)
def test_a_change_of_weights_is_one_message(network: Network, one: list[int], other: list[int]) -> None:
    served = a_served(network, per_site=2)
    steering = a_steering(network, 1, served)
    ids = [c.id for c in served.contacts]

    def held(values: list[int]) -> Fib:
        return desired(steering, {served.id: {i: max(1, v) for i, v in zip(ids, values, strict=False)}}, {}, {}, ())

    changes = diff(held(other), held(one))
    assert len(changes) <= 1 and all(isinstance(c.entry, Group) for c in changes)


THREE = tuple(Router(number=n, name=f"r{n}", roles=("ingress",) if n == 1 else ("egress",)) for n in (1, 2, 3))


def test_a_service_without_an_instance_wakes_somebody() -> None:
    network = Network(routers=THREE)
    served = msgspec.structs.replace(a_served(network), contacts=())
    nothing = desired(a_steering(network, 1, served), {}, {}, {}, ())
    assert [(r.prefix, r.device) for r in nothing.routes] == [(f"{served.cs_id}/128", WAKE)]


def test_draining_keeps_the_least_weight() -> None:
    network = Network(routers=THREE, links=(Link(a=1, b=2, latency_ms=1.0), Link(a=1, b=3, latency_ms=1.0)))
    served = a_served(network)
    a, b = served.contacts
    going = msgspec.structs.replace(served, contacts=(msgspec.structs.replace(a, draining=True), b))
    fib = desired(a_steering(network, 1, going), {served.id: {a.id: 0, b.id: 200}}, {}, {}, ())
    assert sorted(w for _, w in fib.groups[0].members) == [1, 200]


def test_users_may_send_nothing_into_the_domain_and_only_from_their_own_prefix() -> None:
    home = Network(routers=THREE, accesses=(Access(router=1, number=1, name="home"),))
    served = a_served(home)
    fib = desired(a_steering(home, 1, served), {}, {}, {}, ("home", "stranger"))
    assert [(r.device, r.source, r.action, r.table) for r in fib.rules] == [
        ("home", "fd10:0:101::/64", "table", GATE),
        ("home", "fd10:0:101::/64", "table", MAIN),
        ("home", "", "blackhole", 0),
    ]
    first = {r.prefix: r.kind for r in fib.routes if r.table == GATE}
    assert first == {"fcbb:bb00::/32": "prohibit", f"{served.cs_id}/128": "unicast"}


def test_the_same_names_have_the_same_ids_whatever_else_there_is() -> None:
    network = Network(routers=THREE, links=(Link(a=1, b=2, latency_ms=1.0), Link(a=1, b=3, latency_ms=1.0)))
    web, other = a_served(network), a_served(network, "other")
    alone, both = (desired(a_steering(network, 1, *services), {}, {}, {}, ()) for services in ((web,), (other, web)))
    assert set(alone.next_hops) <= set(both.next_hops)


@given(networks(5), weights)
@settings(max_examples=40, deadline=None)
def test_where_flows_are_chosen_for_weights_leave_the_groups_alone(network: Network, given_weights: list[int]) -> None:
    """Who has weight is a member, and all are alike; the choice knows each by the next hop that the group has."""
    served = a_served(network, per_site=2)
    steering = a_steering(network, 1, served)
    of = {served.id: dict(zip([c.id for c in served.contacts], given_weights, strict=False))}
    some = {c.id for c in served.contacts if of[served.id].get(c.id)}
    fib = desired(steering, of, {}, {}, ("home",), chosen([served]))
    made = choices(grouped(steering, of, {}, chosen([served])), of, {}, chosen([served]))
    if not fib.groups:
        assert made == ()
        return
    (group,), (choice,) = fib.groups, made
    by_hop = {hop: id for id, hop, _ in choice.contacts}
    assert choice.group == group.id and choice.address == served.cs_id and choice.prices is None
    assert {by_hop[hop] for hop, weight in group.members if weight == 1} == {by_hop[hop] for hop, _ in group.members} <= some
    assert {id: weight for id, _, weight in choice.contacts} == {id: of[served.id].get(id, 0) for id in by_hop.values()}


def test_only_so_many_services_and_contacts_are_chosen_among() -> None:
    contact = Contact(id="c", node_id="n", address="::", port=80)
    one = Served(id="s", name="s", cs_id="::", public_key="", port=80, contacts=(contact,) * CONTACTS)
    many = msgspec.structs.replace(one, contacts=(contact,) * (CONTACTS + 1))
    none = msgspec.structs.replace(one, contacts=())
    assert chosen([many]) == chosen([none]) == frozenset() and chosen([one]) == {"s"}
    assert len(chosen(msgspec.structs.replace(one, id=f"s{n:04}") for n in range(SERVICES + 9))) == SERVICES
