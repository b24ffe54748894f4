"""What the kernel of a router is to hold: from the network, the plan and the present weights to next hops, groups, routes,
SIDs, rules.

    a request   CS-ID/128 -> group of the service -> next hop of one instance: encapsulated along the path in use to the SID
    that
                takes it out in front of that instance
    a reply     users' prefix -> next hop along the path in use back to their router, which takes it out
    a node      its locator and its prefix -> the interface that it was heard at
    a limit     replies of a service whose paths are limited -> a table of their color (model.steering.PathLimits), or nowhere
    users       what comes from them is looked up in a table of their own (GATE) first: services, and nothing of the SRv6 domain

An encapsulated packet is routed again by its new address, so the device of such a next hop says nothing but where it stands:
all stand on one that is always up (ANCHOR), so that a link that fails takes none of them along. That second look-up still
sees the interface that the packet came in by; so what users send to a service first goes once through the anchor's pair of
interfaces, or the rules that keep users out of the domain would keep their encapsulated packets out as well.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from suanwang.model.fib import MAIN, Fib, Group, NextHop, Route, Rule, Sid, key_of
from suanwang.model.network import Network
from suanwang.model.steering import Contact, End, Policy, Served, Steering
from suanwang.steer import address
from suanwang.steer.address import ADJACENT, INSTANCE, TAKE_OUT, number_of, router_of
from suanwang.steer.interior import tree
from suanwang.steer.segments import carriers

ANCHOR = "suan-sid"
"""An interface of each router and node that is always up, for SIDs and encapsulating next hops to stand on."""
ANCHOR_PAIR = f"{ANCHOR}-x"
"""Its other end: what is sent there comes in by the anchor."""
ANCHOR_LOCAL, PAIR_LOCAL = "fe80::5a:1", "fe80::5a:2"
GATE = 100
"""Table that packets from users are looked up in first."""
WAKE = "suan-wake"
"""The interface where packets for a service without an instance are seen."""
BUCKETS = 8192
"""Of each service's group: so many flows can be told apart. A bucket without a packet for the service's affinity may move."""
WEIGHT_LEAST, WEIGHT_MOST = 1, 256
BEFORE_PROTOCOL = 512
"""Metric of routes that come before the routing protocol's own."""
LOCAL = 255
_HOPS, _GROUPS, _SPAN = 0x10000000, 0x20000000, 0x10000000
_FIRST, _THEN, _ANY_OTHER = 1000, 2000, 3000
"""Priorities of rules; one more for each access network."""
_REPLIES, _REPLIES_SPAN = 4000, 28_000
"""Priorities of the rules for replies of services whose paths are limited."""

Weights = Mapping[str, Mapping[str, int]]


def interior(network: Network, router: int) -> Fib:
    """The routing protocol's routes and the router's own SIDs; `network` as it is now, links that are down said so."""
    names = {r.number: r.name for r in network.routers}
    own = number_of(router)
    routes = [
        Route(prefix=prefix, device=names[hop], via=address.link_local(number_of(hop)), source=address.home(own))
        for end, (_, hop) in tree(network, router).items()
        for prefix in (address.locators(end), address.unicasts(end), address.accesses(end), address.plants(end))
    ]
    ends = [link.b if link.a == router else link.a for link in network.links if router in (link.a, link.b)]
    sids = [
        Sid(prefix=address.locator(own), action="End", device=ANCHOR, csid=(32, 16)),
        Sid(prefix=address.sid(own, TAKE_OUT), action="End.DT6", device=ANCHOR, table=MAIN),
        *(
            Sid(
                prefix=address.sid(own, ADJACENT + end), action="End.X", device=ANCHOR,
                via=address.link_local(number_of(end)), csid=(32, 32), out=names[end],
            )
            for end in ends
        ),
    ]  # fmt: skip
    return _fib(routes=routes, sids=sids)


class Grouped(NamedTuple):
    """A service as the kernel is to know it. group: the id of its group. members: contacts that can be reached from here, each
    with the id of its next hop and its weight, 0 if it is none of the group."""

    served: Served
    group: int
    members: tuple[tuple[Contact, int, int], ...]


def grouped(steering: Steering, weights: Weights, attached: Mapping[int, str], chosen: Collection[str] = ()) -> list[Grouped]:
    """Every service. chosen: those for whose flows something else chooses, so that all members of a group are alike."""
    return _grouped(steering, weights, attached, chosen, _Ids())


def desired(
    steering: Steering,
    weights: Weights,
    active: Mapping[End, int],
    attached: Mapping[int, str],
    accesses: Sequence[str],
    chosen: Collection[str] = (),
) -> Fib:
    """What a forwarder's kernel is to hold. weights: by service and contact, 0 to 256. active: by where a policy leads, the
    index of the path in use, 0 if it does not say. attached: by locator, the interface that a member was heard at. accesses:
    interfaces toward users. chosen: as `grouped` has it."""
    policies = {(policy.endpoint, policy.color): policy for policy in steering.policies}
    ids = _Ids()
    hops, groups, routes = list[NextHop](), list[Group](), list[Route]()
    for served, group, members in _grouped(steering, weights, attached, chosen, ids):
        for contact, hop, _ in members:
            segments = _to(contact, served.color, steering.router, policies, active)
            hops.append(NextHop(id=hop, device=ANCHOR, segments=segments))
        routes.append(_route_of(served, group, members, groups))
    for policy in steering.policies:
        if _returns(steering, policy):
            name = f"back/{policy.endpoint}" + (f"/{policy.color}" if policy.color else "")
            hop = NextHop(id=ids.hop(name), device=ANCHOR, segments=_back(policy, active))
            hops.append(hop)
            table = policy.color or MAIN
            routes.append(Route(prefix=address.accesses(policy.endpoint), table=table, metric=BEFORE_PROTOCOL, next_hop=hop.id))
    routes += [
        Route(prefix=prefix, device=device, via=address.link_local(locator))
        for locator, device in attached.items()
        for prefix in (address.locator(locator), address.unicast(locator))
    ]
    rules = _rules(steering, accesses)
    routes += _gate(steering) if rules else []
    routes += _limited(steering)
    return _fib(hops, groups, routes, (), [*rules, *_replies(steering, ids)])


def _grouped(
    steering: Steering, weights: Weights, attached: Mapping[int, str], chosen: Collection[str], ids: "_Ids"
) -> list[Grouped]:
    policies = {(policy.endpoint, policy.color): policy for policy in steering.policies}
    found = list[Grouped]()
    for served in steering.services:
        usable = _usable(served, weights.get(served.id, {}), steering.router, policies, attached)
        alike = served.id in chosen
        members = tuple(
            (contact, ids.hop(contact.id), min(weight, WEIGHT_LEAST) if alike else weight) for contact, weight in usable
        )
        found.append(Grouped(served, ids.group(served.id) if any(weight for _, _, weight in members) else 0, members))
    return found


def _usable(
    served: Served,
    weights: Mapping[str, int],
    router: int,
    policies: Mapping[End, Policy],
    attached: Mapping[int, str],
) -> Iterable[tuple[Contact, int]]:
    """Contacts that can be reached from here, with their weight. One that drains stays a member with the least weight: flows
    that it has stay with it, and hardly any new ones come. If all that are left drain, they serve until others come."""
    here = [c for c in served.contacts if c.locator and (c.locator in attached if router_of(c.locator) == router
                                                          else (router_of(c.locator), served.color) in policies)]  # fmt: skip
    for contact in here:
        weight = min(WEIGHT_MOST, max(0, weights.get(contact.id, 0)))
        yield contact, max(WEIGHT_LEAST, weight) if contact.draining else weight


def _route_of(served: Served, group: int, members: Sequence[tuple[Contact, int, int]], groups: list[Group]) -> Route:
    prefix = f"{served.cs_id}/128"
    if not group:
        return Route(prefix=prefix, device=WAKE)
    of = tuple(sorted((hop, weight) for _, hop, weight in members if weight))
    groups.append(Group(id=group, members=of, buckets=BUCKETS, idle_s=served.affinity_s))
    return Route(prefix=prefix, next_hop=group)


def _to(
    contact: Contact, color: int, router: int, policies: Mapping[End, Policy], active: Mapping[End, int]
) -> tuple[str, ...]:
    """Along the path in use to the SID in front of the instance."""
    end = router_of(contact.locator)
    own = (contact.locator, INSTANCE + contact.function)
    return carriers(own if end == router else (*_way(policies[end, color], active), *own))


def _back(policy: Policy, active: Mapping[End, int]) -> tuple[str, ...]:
    """Along the path in use to the users' router, which takes the reply out."""
    end = number_of(policy.endpoint)
    way = _way(policy, active)
    return carriers((*(way[:-1] if way[-1:] == (end,) else way), end, TAKE_OUT))


def _way(policy: Policy, active: Mapping[End, int]) -> tuple[int, ...]:
    index = active.get((policy.endpoint, policy.color), 0)
    return policy.paths[index if index < len(policy.paths) else 0].segments


def _returns(steering: Steering, policy: Policy) -> bool:
    """Whether users are behind the policy's endpoint, so that replies go there."""
    return any(access.router == policy.endpoint for access in steering.network.accesses)


def _rules(steering: Steering, accesses: Sequence[str]) -> list[Rule]:
    """From users: first what is said of them, then what is said to all; and nothing that pretends to come from elsewhere:
    in silence, since a word of it would go to whom it pretends to be."""
    prefixes = {a.name: address.access(a.router, a.number) for a in steering.network.accesses}
    known = [(device, prefixes[device]) for device in sorted(accesses) if device in prefixes]
    return [
        rule
        for at, (device, prefix) in enumerate(known)
        for rule in (
            Rule(priority=_FIRST + at, device=device, source=prefix, action="table", table=GATE),
            Rule(priority=_THEN + at, device=device, source=prefix, action="table", table=MAIN),
            Rule(priority=_ANY_OTHER + at, device=device, action="blackhole"),
        )
    ]


def _gate(steering: Steering) -> list[Route]:
    """Users reach services, and nothing of the SRv6 domain (RFC 8754, 5.1)."""
    services = [f"{served.cs_id}/128" for served in steering.services]
    return [
        Route(prefix=address.BLOCK_PREFIX, table=GATE, kind="prohibit"),
        *(Route(prefix=prefix, table=GATE, device=ANCHOR_PAIR, via=ANCHOR_LOCAL) for prefix in dict.fromkeys(services)),
    ]


def _limited(steering: Steering) -> list[Route]:
    """A table for each color: replies of its services go by its policies (above), to users here, or nowhere."""
    own = [a for a in steering.network.accesses if a.router == steering.router]
    return [
        route
        for color in sorted({served.color for served in steering.services} - {0})
        for route in (
            Route(prefix="::/0", table=color, kind="unreachable"),
            *(Route(prefix=address.access(a.router, a.number), table=color, device=a.name) for a in own),
        )
    ]


def _replies(steering: Steering, ids: "_Ids") -> list[Rule]:
    """What comes from a limited service is looked up in the table of its color."""
    limited = [served for served in steering.services if served.color]
    return [
        Rule(priority=ids.rule(served.id), source=f"{served.cs_id}/128", action="table", table=served.color)
        for served in limited
    ]


class _Ids:
    """Ids that follow from names, so that they stay the same whatever comes and goes beside them; where two names fall on one
    id, the later one, in the order of asking, takes the next."""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def hop(self, name: str) -> int:
        return self._id(_HOPS, name)

    def group(self, name: str) -> int:
        return self._id(_GROUPS, name)

    def rule(self, name: str) -> int:
        return self._id(_REPLIES, name, _REPLIES_SPAN)

    def _id(self, start: int, name: str, span: int = _SPAN) -> int:
        at = int.from_bytes(sha256(name.encode()).digest()[:4], "big") % span
        while start + at in self._taken:
            at = (at + 1) % span
        self._taken.add(start + at)
        return start + at


def _fib(
    hops: Iterable[NextHop] = (),
    groups: Iterable[Group] = (),
    routes: Iterable[Route] = (),
    sids: Iterable[Sid] = (),
    rules: Iterable[Rule] = (),
) -> Fib:
    return Fib(
        next_hops=tuple(sorted(hops, key=key_of)),
        groups=tuple(sorted(groups, key=key_of)),
        routes=tuple(sorted(routes, key=key_of)),
        sids=tuple(sorted(sids, key=key_of)),
        rules=tuple(sorted(rules, key=key_of)),
    )
