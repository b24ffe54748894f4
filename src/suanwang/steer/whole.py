"""Whether a network can be: every number and name once, every link between two routers that are there, every figure of this
world."""

import re
from collections.abc import Collection, Iterator

import msgspec

from suanwang.model.fault import UsageFault
from suanwang.model.network import BEHIND_MAX, ROUTERS_MAX, Link, Network
from suanwang.model.steering import PathLimits

LINKS_MAX = 10_000
COLORS_MAX = 32
"""Different limits of paths in a domain: every headend holds and probes policies for each."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,13}")
_ROLES = {"ingress", "transit", "egress"}


def checked(network: Network) -> Network:
    """The network with all in its order. UsageFault SUAN-U093 for the first thing that cannot be."""
    wrong = next(_wrong(network), "")
    if wrong:
        raise UsageFault("SUAN-U093", f"the network cannot be: {wrong}", "look at the file of the network")
    return msgspec.structs.replace(
        network,
        routers=tuple(sorted(network.routers, key=lambda r: r.number)),
        links=tuple(sorted((_turned(link) for link in network.links), key=lambda x: (x.a, x.b))),
        accesses=tuple(sorted(network.accesses, key=lambda a: (a.router, a.number))),
    )


def keepable(limits: PathLimits, network: Network, others: Collection[PathLimits]) -> None:
    """UsageFault SUAN-U003: what is asked of paths means nothing here, so it would be kept by nobody. SUAN-U013: there are too
    many different limits already. others: those of all other services."""
    if not limits.color:
        return
    colors = {other.color for other in others} - {0, limits.color}
    if len(colors) >= COLORS_MAX:
        why = f"services here limit their paths in {len(colors)} ways already, each of which all routers must measure"
        raise UsageFault("SUAN-U013", why, "ask for what another service asks for")
    if not network.routers:
        why = "path limits what packets may cross, and this domain has no routers to steer by"
        raise UsageFault("SUAN-U003", why, "leave path out, or limit where instances run: limits.region")
    known = {risk for link in network.links for risk in link.risks}
    if unknown := sorted(set(limits.risks) - known):
        why = f"path.risks names {unknown[0][:40]!r}, which no link here has"
        raise UsageFault("SUAN-U003", why, f"links have {', '.join(sorted(known)[:20]) or 'none'}: suan links")


def _turned(link: Link) -> Link:
    return link if link.a < link.b else msgspec.structs.replace(link, a=link.b, b=link.a)


def _wrong(network: Network) -> Iterator[str]:
    numbers = [r.number for r in network.routers]
    names = [*(r.name for r in network.routers), *(a.name for a in network.accesses)]
    if len(set(numbers)) < len(numbers) or len(set(names)) < len(names):
        yield "two routers or access networks have the same number or name"
    for router in network.routers:
        if not 1 <= router.number <= ROUTERS_MAX:
            yield f"router {router.name[:20]!r} has the number {router.number}; it can be 1 to {ROUTERS_MAX}"
        if not set(router.roles) <= _ROLES or not router.roles:
            yield f"router {router.name[:20]!r} is none of ingress, transit, egress"
        if not (abs(router.latitude) <= 90 and abs(router.longitude) <= 180):
            yield f"router {router.name[:20]!r} is not on the globe"
    yield from (f"{name[:20]!r} is no name" for name in names if not _NAME.fullmatch(name))
    yield from _wrong_links(network, set(numbers))
    for access in network.accesses:
        if access.router not in numbers or not 1 <= access.number <= BEHIND_MAX or not 0 <= access.latency_ms <= 10_000:
            yield f"the access network {access.name[:20]!r} is behind no router, or has no number"


def _wrong_links(network: Network, numbers: set[int]) -> Iterator[str]:
    if len(network.links) > LINKS_MAX:
        yield f"it has {len(network.links)} links; at most {LINKS_MAX} are taken"
    ends = [frozenset((link.a, link.b)) for link in network.links]
    if len(set(ends)) < len(ends):
        yield "there are two links between the same routers"
    for link in network.links:
        figures = (link.latency_ms, 10_000), (link.jitter_ms, 10_000), (link.loss, 1), (link.rate_mbit, 1e7)
        if link.a == link.b or not {link.a, link.b} <= numbers:
            yield f"a link goes from {link.a} to {link.b}, which is no pair of routers"
        if not all(0 <= value <= most for value, most in figures) or len(link.risks) > 64:
            yield f"the link from {link.a} to {link.b} has figures that cannot be"
