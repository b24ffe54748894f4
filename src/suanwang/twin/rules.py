"""Rules by which a request finds its site, as machine code: one function of what a client knows at that moment.

    shares        drawn in proportion to weights, as new flows are by a group of next hops in the kernel
    nearest       the least round trip of those known to be up
    two choices   two sites at random by their servers, the one with the lesser time expected (Mitzenmacher 2001)
    joint         the least time expected of all: round trip, queue as known, service; with what was decided since, if asked
    prices        steer.prices: the least price, by what the client has under way itself

What is known of sites is as old as it is; round trips, and what a client has under way itself, are known now.
"""

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.twin.chance import SITE, SITE_MORE, drawn, uniform
from suanwang.twin.fleet import Pick
from suanwang.world.compiled import compiled

SHARES, NEAREST, TWO, JOINT, PRICES = range(5)
_OWN, _ALL = 1, 2


@compiled
def picked(
    pick: Pick, seed: int, number: int, client: int, servers: Ints, service_ms: Floats, rtt_ms: Floats, present: Ints,
    known_present: Ints, known_up: Ints, known_sent: Ints, sent: Ints, own: Ints,
) -> int:  # fmt: skip
    """The site, -1 if none is known to be up, by any rule but `shares`, which the loop draws by itself. present: now."""
    if pick.rule == PRICES:
        return _cheapest(pick.price, own, client)
    here = known_present if pick.age_ms > 0 else present
    if pick.rule == TWO:
        one = drawn(uniform(seed, number, SITE), client, pick.keep, pick.other)
        two = drawn(uniform(seed, number, SITE_MORE), client, pick.keep, pick.other)
        first = rtt_ms[client, one] + _ms(here[one], servers[one], service_ms[one])
        second = rtt_ms[client, two] + _ms(here[two], servers[two], service_ms[two])
        return one if first <= second else two
    best, least = -1, np.inf
    for s in range(len(servers)):
        if known_up[s] == 0:
            continue
        cost = rtt_ms[client, s]
        if pick.rule == JOINT:
            there = float(here[s])
            if pick.drain:
                there = max(0.0, there - pick.age_ms * servers[s] / service_ms[s])
            if pick.mine == _OWN:
                there += sent[client, s] - known_sent[client, s]
            elif pick.mine == _ALL:
                there += sent[-1, s] - known_sent[-1, s]
            cost += _ms(there, servers[s], service_ms[s])
        if cost < least:
            best, least = s, cost
    return best


@compiled
def _ms(there: float, servers: int, service_ms: float) -> float:
    """Time expected at a site where so many are: those beyond its servers wait for those before them."""
    return service_ms * (1.0 + max(0.0, there + 1.0 - servers) / servers)


@compiled
def _cheapest(price: Floats, under_way: Ints, client: int) -> int:
    """The site with the least price for a client, by what it has under way (by client and site); the first of equals."""
    best, least, most = 0, np.inf, price.shape[2] - 1
    for s in range(under_way.shape[1]):
        cost = price[client, s, min(under_way[client, s], most)]
        if cost < least:
            best, least = s, cost
    return best
