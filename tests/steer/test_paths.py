"""Ways through a network: each is the shortest that keeps its constraints, and what protects it fails at other times."""

from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steer.nets import networks, without

from suanwang.model.network import Link, Network, Router
from suanwang.model.steering import PathLimits
from suanwang.steer.address import ADJACENT
from suanwang.steer.interior import ends, tree, way
from suanwang.steer.paths import NONE, policy, shortest, why_not


def latency(network: Network, routers: tuple[int, ...]) -> float:
    links = {ends(x): x.latency_ms for x in network.links if x.up}
    return sum(links[min(a, b), max(a, b)] for a, b in pairwise(routers))


def every_way(network: Network, a: int, b: int) -> list[tuple[int, ...]]:
    """All ways without repetition; for small networks."""
    between = [r.number for r in network.routers if r.number not in (a, b)]
    up = {ends(x) for x in network.links if x.up}
    found = [(a, *middle, b) for size in range(len(between) + 1) for middle in permutations(between, size)]
    return [w for w in found if all((min(p), max(p)) in up for p in pairwise(w))]


@given(networks(6), st.data())
@settings(max_examples=60, deadline=None)
def test_the_shortest_way_is_the_shortest_of_all(network: Network, data: st.DataObject) -> None:
    a, b = data.draw(st.permutations([r.number for r in network.routers]))[:2]
    best = min(latency(network, w) for w in every_way(network, a, b))
    found = shortest(network, a, b)
    assert found is not None and found.routers[0] == a and found.routers[-1] == b
    assert abs(found.latency_ms - best) < 1e-9 and abs(latency(network, found.routers) - best) < 1e-9


@given(networks(6), st.data())
@settings(max_examples=60, deadline=None)
def test_every_constraint_is_kept_or_there_is_no_way(network: Network, data: st.DataObject) -> None:
    a, b = data.draw(st.permutations([r.number for r in network.routers]))[:2]
    risk = data.draw(st.sampled_from(["r1", "r2", "r3"]))
    limit = data.draw(st.sampled_from([None, 3.0, 10.0]))
    risky = {ends(x) for x in network.links if risk in x.risks}
    fits = [w for w in every_way(network, a, b) if not any((min(p), max(p)) in risky for p in pairwise(w))]
    best = min((latency(network, w) for w in fits), default=float("inf"))
    found = shortest(network, a, b, PathLimits(risks=(risk,), latency_ms=limit or 0.0))
    if best == float("inf") or (limit is not None and best > limit):
        assert found is None
    else:
        assert found is not None and abs(found.latency_ms - best) < 1e-9 and risk not in found.risks


def test_rates_and_regions() -> None:
    routers = tuple(Router(number=n, name=f"r{n}", region="x" if n == 2 else "") for n in (1, 2, 3, 4))
    links = (
        Link(a=1, b=2, latency_ms=1.0, rate_mbit=100.0),
        Link(a=2, b=4, latency_ms=1.0, rate_mbit=100.0),
        Link(a=1, b=3, latency_ms=3.0),
        Link(a=3, b=4, latency_ms=3.0, rate_mbit=1000.0),
    )
    network = Network(routers=routers, links=links)

    def ways(limits: PathLimits = NONE, avoid_links: tuple[tuple[int, int], ...] = ()) -> tuple[int, ...] | None:
        found = shortest(network, 1, 4, limits, avoid_links)
        return found.routers if found else None

    assert ways() == (1, 2, 4)
    assert ways(PathLimits(rate_mbit=500.0)) == ways(PathLimits(regions=("x",))) == ways(avoid_links=((1, 2),)) == (1, 3, 4)
    assert ways(PathLimits(rate_mbit=5000.0)) is None and ways(PathLimits(latency_ms=1.0)) is None


@given(networks(6), st.data())
@settings(max_examples=60, deadline=None)
def test_all_paths_of_a_limited_policy_keep_its_limits_and_are_pinned_link_by_link(
    network: Network, data: st.DataObject
) -> None:
    a, b = data.draw(st.permutations([r.number for r in network.routers]))[:2]
    limits = PathLimits(
        risks=(data.draw(st.sampled_from(["r1", "r2", "r3"])),), latency_ms=data.draw(st.sampled_from([0.0, 10.0]))
    )
    found, alone = policy(network, a, b, limits), shortest(network, a, b, limits)
    assert (found is None) == (alone is None)
    if found is not None and alone is not None:
        assert found.color == limits.color != 0 and found.paths[0].routers == alone.routers
        assert all(not set(p.risks) & set(limits.risks) and p.latency_ms <= (limits.latency_ms or 1e9) for p in found.paths)
        assert all(sum(n >= ADJACENT for n in p.segments) == len(p.routers) - 1 for p in found.paths)


def test_a_color_follows_from_what_is_limited() -> None:
    one, same = PathLimits(regions=("x", "y")), PathLimits(regions=("y", "x"))
    assert PathLimits().color == 0 and one.color == same.color > 0xFFFF
    assert (
        len({one.color, PathLimits(risks=("x", "y")).color, PathLimits(rate_mbit=1.0).color, PathLimits(latency_ms=1.0).color})
        == 4
    )


@given(networks(7))
@settings(max_examples=80, deadline=None)
def test_the_routing_protocol_never_loops(network: Network) -> None:
    numbers = [r.number for r in network.routers]
    for a in numbers:
        for b, (ms, hop) in tree(network, a).items():
            routers = way(network, a, b)
            assert routers is not None and routers[1] == hop and len(set(routers)) == len(routers)
            assert abs(latency(network, routers) - ms) < 1e-3


@given(networks(7))
@settings(max_examples=80, deadline=None)
def test_a_backup_shares_no_link_if_that_can_be(network: Network) -> None:
    end = len(network.routers)
    found = policy(network, 1, end)
    assert found is not None and found.paths[0].routers == way(network, 1, end)
    used = {(min(p), max(p)) for p in pairwise(found.paths[0].routers)}
    others = [w for w in every_way(network, 1, end) if not used & {(min(p), max(p)) for p in pairwise(w)}]
    shared = [len(used & {(min(p), max(p)) for p in pairwise(p_.routers)}) for p_ in found.paths[1:]]
    if others:
        assert shared and shared[0] == 0
    assert len({p.routers for p in found.paths}) == len(found.paths) <= 3


@given(networks(6))
@settings(max_examples=60, deadline=None)
def test_whichever_link_fails_some_path_of_the_policy_survives_if_any_way_does(network: Network) -> None:
    """Of single links: with what is left of the network connected, the primary or a backup goes around it, unless all ways
    there are share a link that the two backups had to share as well."""
    end = len(network.routers)
    found = policy(network, 1, end)
    assert found is not None
    for link in network.links:
        alive = every_way(without(network, *ends(link)), 1, end)
        around = [p for p in found.paths if ends(link) not in {(min(s), max(s)) for s in pairwise(p.routers)}]
        bridge = not alive
        assert bridge or around, f"{ends(link)} takes all of {[p.routers for p in found.paths]}"


def test_why_an_alternative_is_worse_is_said() -> None:
    routers = tuple(Router(number=n, name=f"r{n}") for n in (1, 2, 3))
    links = (
        Link(a=1, b=2, latency_ms=1.0, risks=("bridge",)),
        Link(a=1, b=3, latency_ms=2.0, risks=("bridge",)),
        Link(a=2, b=3, latency_ms=2.0),
    )
    network = Network(routers=routers, links=links)
    found = policy(network, 1, 2)
    assert found is not None
    assert why_not(network, found.paths[1], found.paths[0]) == "+3 ms each way; shares the risk bridge"
