"""The interior routing protocol's view, as a model of it: least latency over the links that are up, one next hop for each
destination.

Cost is latency in whole nanoseconds plus one for each hop, so that sums are exact and every router that computes them comes
to the same; of neighbours on equally cheap ways the one of the smallest number is taken, so that no two routers disagree and
there is no loop.
"""

import heapq
from collections.abc import Collection, Mapping
from functools import lru_cache

from suanwang.model.network import Link, Network

Ends = tuple[int, int]
"""(smaller, larger) number of the routers of a link."""


def tree(network: Network, root: int) -> dict[int, tuple[float, int]]:
    """router -> (milliseconds from the root, the neighbour to go through), without the root itself."""
    towards = next_hops(network)[root]
    cost = _distances(neighbours(up(network)), root)
    return {router: (cost[router] / 1e6, towards[router]) for router in cost if router != root}


def way(network: Network, a: int, b: int) -> tuple[int, ...] | None:
    """The routers that the protocol goes through, both ends included."""
    towards, at = next_hops(network), [a]
    while at[-1] != b:
        following = towards.get(at[-1], {}).get(b)
        if following is None:
            return None
        at.append(following)
    return tuple(at)


@lru_cache(64)
def next_hops(network: Network) -> Mapping[int, Mapping[int, int]]:
    """router -> destination -> neighbour: of those on a cheapest way, the one of the smallest number."""
    near = neighbours(up(network))
    found: dict[int, dict[int, int]] = {r.number: {} for r in network.routers}
    for destination in found:
        cost = _distances(near, destination)
        for router in cost:
            if router != destination:
                found[router][destination] = min(
                    n for n, link in near[router].items() if n in cost and cost[n] + cost_of(link) == cost[router]
                )
    return found


def cost_of(link: Link) -> int:
    """Nanoseconds, and one for the hop."""
    return round(link.latency_ms * 1e6) + 1


def up(network: Network) -> list[Link]:
    """The links that carry packets."""
    return [link for link in network.links if link.up]


def ends(link: Link) -> Ends:
    """(smaller, larger) number."""
    return in_order((link.a, link.b))


def in_order(pair: Ends) -> Ends:
    return pair if pair[0] < pair[1] else (pair[1], pair[0])


def neighbours(links: Collection[Link]) -> Mapping[int, Mapping[int, Link]]:
    """router -> neighbour -> the link between them."""
    found: dict[int, dict[int, Link]] = {}
    for link in links:
        found.setdefault(link.a, {})[link.b] = link
        found.setdefault(link.b, {})[link.a] = link
    return found


def _distances(near: Mapping[int, Mapping[int, Link]], root: int) -> dict[int, int]:
    cost, todo = dict[int, int](), [(0, root)]
    while todo:
        far, at = heapq.heappop(todo)
        if at in cost:
            continue
        cost[at] = far
        for following, link in near.get(at, {}).items():
            if following not in cost:
                heapq.heappush(todo, (far + cost_of(link), following))
    return cost
