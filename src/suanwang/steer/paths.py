"""Ways through the network: the shortest that keeps every constraint, and others that fail at other times.

Cost is that of the routing protocol (steer.interior); of ways of equal cost the one whose routers have the smaller numbers,
from the start, is taken.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from suanwang.model.network import Link, Network
from suanwang.model.steering import Path, PathLimits, Policy
from suanwang.steer.interior import Ends, cost_of, ends, in_order, neighbours, up, way
from suanwang.steer.segments import pin

NONE = PathLimits()
BACKUPS = 2
SHARED_COST = 10**12
"""For a link that a way shares with the one that it is to protect, in nanoseconds: more than any way takes; so ways that share
nothing win, and of the others those that share least. A shared risk counts half."""


def shortest(network: Network, a: int, b: int, limits: PathLimits = NONE, avoid_links: Collection[Ends] = ()) -> Path | None:
    """The way of least latency within the limits, None if there is none. Regions are those of routers between the ends.

    avoid_links: (smaller, larger) numbers of their ends.
    """
    usable = [link for link in _allowed(network, a, b, limits) if ends(link) not in set(avoid_links)]
    found = _dijkstra(neighbours(usable), a, b, {})
    return path_of(network, found, strictly=limits != NONE) if found and _quick(network, found, limits) else None


def policy(network: Network, headend: int, endpoint: int, limits: PathLimits = NONE) -> Policy | None:
    """The least-latency way within the limits and up to two that protect it: the first shares no link and no risk with it if
    that can be, else as few as can be; the second likewise with both. All keep the limits. None if there is no way at all."""
    return _policy(network, headend, endpoint, limits)


@lru_cache(4096)
def _policy(network: Network, headend: int, endpoint: int, limits: PathLimits) -> Policy | None:
    allowed = neighbours(_allowed(network, headend, endpoint, limits))
    first = way(network, headend, endpoint) if limits == NONE else _dijkstra(allowed, headend, endpoint, {})
    if first is None or headend == endpoint or not _quick(network, first, limits):
        return None
    found = [first]
    for _ in range(BACKUPS):
        other = _dijkstra(allowed, headend, endpoint, _shared(network, found))
        if other is None or other in found:
            break
        if _quick(network, other, limits):
            found.append(other)
    paths = tuple(path_of(network, routers, strictly=limits != NONE) for routers in found)
    return Policy(headend=headend, color=limits.color, endpoint=endpoint, paths=paths)


def _allowed(network: Network, a: int, b: int, limits: PathLimits) -> list[Link]:
    bad = {r.number for r in network.routers if r.region in limits.regions and r.number not in (a, b)}
    risks, rate = set(limits.risks), limits.rate_mbit
    return [x for x in up(network) if not ({x.a, x.b} & bad or risks & set(x.risks)) and not 0 < x.rate_mbit < rate]


def _quick(network: Network, routers: tuple[int, ...], limits: PathLimits) -> bool:
    return not limits.latency_ms or _latency_ms(network, routers) <= limits.latency_ms


def path_of(network: Network, routers: tuple[int, ...], *, strictly: bool = False) -> Path:
    """What follows from the routers of a way: its latency, its least rate, its risks, and the segments that pin it (see
    `pin`)."""
    links = [_link(network, a, b) for a, b in _steps(routers)]
    rates = [link.rate_mbit for link in links if link.rate_mbit]
    return Path(
        routers=routers,
        segments=pin(network, routers, strictly=strictly),
        latency_ms=sum(link.latency_ms for link in links),
        rate_mbit=min(rates, default=0.0),
        risks=tuple(sorted({risk for link in links for risk in link.risks})),
    )


def why_not(network: Network, path: Path, best: Path) -> str:
    """Why a path is not the one in use, in words: what it costs more, and what it shares with the one that it protects."""
    more = path.latency_ms - best.latency_ms
    said = [f"{more:+.3g} ms each way"]
    if path.rate_mbit > 0 and (not best.rate_mbit or path.rate_mbit < best.rate_mbit):
        said.append(f"carries {path.rate_mbit:g} Mb/s")
    names = {r.number: r.name for r in network.routers}
    both = set(map(in_order, _steps(path.routers))) & set(map(in_order, _steps(best.routers)))
    risks = sorted(set(path.risks) & set(best.risks))
    if both:
        said.append("shares " + ", ".join(f"{names[a]} - {names[b]}" for a, b in sorted(both)))
    if risks:
        said.append("shares the risk " + ", ".join(risks))
    return "; ".join(said if both or risks else [*said, "shares nothing with it"])


def _steps(routers: tuple[int, ...]) -> Iterator[Ends]:
    return pairwise(routers)


def _link(network: Network, a: int, b: int) -> Link:
    return next(link for link in network.links if {link.a, link.b} == {a, b})


def _latency_ms(network: Network, routers: tuple[int, ...]) -> float:
    return sum(_link(network, a, b).latency_ms for a, b in _steps(routers))


def _shared(network: Network, known: list[tuple[int, ...]]) -> dict[Ends, int]:
    """What each link costs more for being shared with ways that are known already, or for a risk that is."""
    used = [{in_order(step) for step in _steps(routers)} for routers in known]
    risky = [{risk for a, b in _steps(routers) for risk in _link(network, a, b).risks} for routers in known]
    return {
        ends(link): sum(
            SHARED_COST * (ends(link) in links) + SHARED_COST // 2 * bool(risks & set(link.risks))
            for links, risks in zip(used, risky, strict=True)
        )
        for link in network.links
    }


def _dijkstra(
    neighbours: Mapping[int, Mapping[int, Link]], a: int, b: int, extra: Mapping[Ends, int]
) -> tuple[int, ...] | None:
    """The cheapest way; of equal ones that whose numbers are smaller, from the start."""
    todo: list[tuple[int, tuple[int, ...]]] = [(0, (a,))]
    done: set[int] = set()
    while todo:
        cost, routers = heapq.heappop(todo)
        at = routers[-1]
        if at == b:
            return routers
        if at in done:
            continue
        done.add(at)
        for following, link in neighbours.get(at, {}).items():
            if following not in done:
                heapq.heappush(todo, (cost + cost_of(link) + extra.get(ends(link), 0), (*routers, following)))
    return None
