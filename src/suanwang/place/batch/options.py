"""What each demand may choose, in columns: a site, and a way there that is quick enough.

    demand    0                1         ...
    option    0    1    2      3         first = 0, 3, ...    gain, site: one for each
    takes     4 7 S0   4 7 2 S1   ...    start = 0, 3, ...    link, amount: of links 0, 1, ... and sites S0, S1, ...

gain = value - work x price of the site - rate x prices of the links, in CNY an hour; options without a gain are left out.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from suanwang.steer.ways import Links, disjoint
from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

WAYS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """Links that carry both ways alike, between routers numbered from 0; arrays of one shape. price: CNY an hour for 1 Mb/s."""

    a: Ints
    b: Ints
    latency_ms: Floats
    rate_mbit: Floats
    price: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """router: where. room: how much work it takes. price: CNY an hour for one unit of work."""

    router: Ints
    room: Floats
    price: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Demands:
    """router: where the users are. latency_ms_max: one way. value: CNY an hour, if it is served."""

    router: Ints
    work: Floats
    rate_mbit: Floats
    latency_ms_max: Floats
    value: Floats


class Options(NamedTuple):
    """Those of demand i are first[i] to first[i + 1]; option c takes amount[e] of resource link[e], e from start[c] to
    start[c + 1]. Resources are the links of the net, then the sites; room: of each. site, gain: of each option."""

    first: Ints
    start: Ints
    link: Links
    amount: Floats
    site: Ints
    gain: Floats
    room: Floats


def options_of(net: Net, sites: Sites, demands: Demands, ways: int = WAYS) -> Options:
    """Every site by up to so many ways that share no link, within the demand's latency, and with a gain."""
    routers, origin = np.unique(demands.router, return_inverse=True)
    pairs = np.stack((np.repeat(routers, len(sites.router)), np.tile(sites.router, len(routers))), axis=1)
    both = (np.append(net.a, net.b), np.append(net.b, net.a), np.tile(net.latency_ms, 2) + 1e-6)
    found = disjoint(*both, pairs.astype(np.int64), ways)
    along = found.link % np.int32(max(len(net.a), 1))
    needs = (demands.work, demands.rate_mbit, demands.latency_ms_max, demands.value)
    parts = _options(found.first, found.start, along, origin.astype(np.int64), *needs, net.latency_ms, net.price, sites.price)
    return Options(*parts, np.append(net.rate_mbit, sites.room))


@compiled
def _options(
    way_first: Ints,
    way_start: Ints,
    way_link: Links,
    origin: Ints,
    work: Floats,
    rate: Floats,
    latency_most: Floats,
    value: Floats,
    latency: Floats,
    link_price: Floats,
    site_price: Floats,
) -> tuple[Ints, Ints, Links, Floats, Ints, Floats]:
    """(first, start, link, amount, site, gain). Ways are those of pair origin x sites + site."""
    sites, links, ways = len(site_price), len(latency), len(way_start) - 1
    delay, toll = np.zeros(ways), np.zeros(ways)
    for p in range(ways):
        for e in range(way_start[p], way_start[p + 1]):
            delay[p] += latency[way_link[e]]
            toll[p] += link_price[way_link[e]]
    most, long = 0, 0
    for i in range(len(work)):
        begin, end = way_first[origin[i] * sites], way_first[(origin[i] + 1) * sites]
        most += end - begin
        long += way_start[end] - way_start[begin] + end - begin
    first, start, link = np.zeros(len(work) + 1, np.int64), np.zeros(most + 1, np.int64), np.empty(long, np.int32)
    amount, site, gain, made, entries = np.empty(long), np.empty(most, np.int64), np.empty(most), 0, 0
    for i in range(len(work)):
        for s in range(sites):
            for p in range(way_first[origin[i] * sites + s], way_first[origin[i] * sites + s + 1]):
                more = value[i] - work[i] * site_price[s] - rate[i] * toll[p]
                if delay[p] > latency_most[i] or more <= 0:
                    continue
                for e in range(way_start[p], way_start[p + 1]):
                    link[entries], amount[entries] = way_link[e], rate[i]
                    entries += 1
                link[entries], amount[entries] = links + s, work[i]
                entries += 1
                site[made], gain[made] = s, more
                made += 1
                start[made] = entries
        first[i + 1] = made
    kept = link[:entries].copy(), amount[:entries].copy()
    return first, start[: made + 1].copy(), kept[0], kept[1], site[:made].copy(), gain[:made].copy()
