"""Rules by which a request finds its site, as machine code: one function of what a client knows at that moment.

    shares        drawn in proportion to weights, as new flows are by a group of next hops in the kernel
    nearest       the least round trip of those known to be up
    two choices   two sites at random by their servers, the one with the lesser time expected (Mitzenmacher 2001)
    joint         the least time expected of all: round trip, queue as known, service; with what was decided since, if asked
    prices        steer.prices: the least price, by what the client has under way itself

What is known of sites is as old as `pick.age` says; round trips, and what a client has under way itself, are known now.
"""

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.steer.prices import cheapest
from suanwang.twin.chance import SITE, SITE_MORE, drawn, uniform
from suanwang.twin.fleet import Pick
from suanwang.world.compiled import compiled

SHARES, NEAREST, TWO, JOINT, PRICES = range(5)
_OWN, _ALL = 1, 2


@compiled
def picked(
    pick: Pick, seed: int, number: int, client: int, ticks: int, tick_ms: float, servers: Ints, service_ms: Floats,
    rtt_ms: Floats, present: Ints, past_present: Ints, past_up: Ints, past_sent: Ints, sent: Ints, own: Ints,
) -> int:  # fmt: skip
    """The site, -1 if none is known to be up. ticks: states written down so far. rtt_ms, own: of this client."""
    if pick.rule == SHARES:
        return drawn(uniform(seed, number, SITE), pick.keep[client], pick.other[client])
    if pick.rule == PRICES:
        return cheapest(pick.price[client], own)
    row = max(0, ticks - 1 - pick.age) % len(past_present)
    if pick.rule == TWO:
        keep, other = pick.keep[client], pick.other[client]
        first = drawn(uniform(seed, number, SITE), keep, other)
        second = drawn(uniform(seed, number, SITE_MORE), keep, other)
        here = present if pick.age == 0 else past_present[row]
        one, two = _ms(first, here, servers, service_ms, rtt_ms), _ms(second, here, servers, service_ms, rtt_ms)
        return first if one <= two else second
    best, least = -1, np.inf
    for s in range(len(servers)):
        if past_up[row, s] == 0:
            continue
        cost = rtt_ms[s]
        if pick.rule == JOINT:
            there = float(present[s]) if pick.age == 0 else float(past_present[row, s])
            if pick.drain:
                there = max(0.0, there - pick.age * tick_ms * servers[s] / service_ms[s])
            if pick.mine == _OWN:
                there += sent[client, s] - past_sent[row, client, s]
            elif pick.mine == _ALL:
                there += sent[-1, s] - past_sent[row, -1, s]
            cost += service_ms[s] * (1.0 + max(0.0, there + 1.0 - servers[s]) / servers[s])
        if cost < least:
            best, least = s, cost
    return best


@compiled
def _ms(site: int, present: Ints, servers: Ints, service_ms: Floats, rtt_ms: Floats) -> float:
    """Time expected where `present` requests are: those beyond the servers wait for those before them."""
    return rtt_ms[site] + service_ms[site] * (1.0 + max(0.0, present[site] + 1.0 - servers[site]) / servers[site])
