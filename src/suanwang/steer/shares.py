"""How rates are best divided: which share of the requests of each ingress goes to which site, so that all together lose the
least time.

    least      sum over ingress i, site s of flow(i, s) x rtt(i, s)  +  sum over sites of the time spent there (steer.queues)
    where      flow(i, s) >= 0, and over sites it adds up to the rate of ingress i
    best       at every ingress, rtt + toll is the same for all sites that it uses, and no less at any other (Wardrop 1952, with
               tolls; Gallager 1977)

Rates come from outside and change slowly; queues are changed by how we steer, and quickly. So shares that follow from rates do
not chase their own effect, and every ingress that was told the same rates finds the same shares, whenever it looks: it is the
idea of steer.choose, whose one total of load becomes a rate for each ingress, and one server several.

Both stand because they know different things. steer.choose runs on what its forwarder hears and times by itself, and finds out
how quick an instance is; here the rates of all ingresses, the servers and their service times must be told. Ingresses tell
their rates (agent.forward.rates); servers and service times nobody tells yet. Where all are known, as in the twin, this is much
better at high load (docs/benchmarks.md, stale).
"""

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.steer.queues import FULL, toll
from suanwang.world.compiled import compiled

GRID = 400
"""Tolls are looked up between so many loads of each site, nearer together the fuller it is."""
ROUNDS, SWEEPS, ENOUGH, LEAST = 40, 60, 1e-5, 1e-12
"""ROUNDS: of halving. SWEEPS: over all ingresses at most, until no share moves by more than ENOUGH. LEAST:
a rate of none, so that what has no requests has shares all the same."""


@compiled
def shares(rates: Floats, rtt_ms: Floats, servers: Ints, service_ms: Floats, before: Floats) -> Floats:
    """The best share of each ingress (row) at each site (column); rows add up to 1.

    rates: requests a ms, by ingress. rtt_ms: by ingress and site, infinite where no way leads. servers: 0 of a site that takes
    none. before: shares to begin from; the nearer, the sooner it is done. What is more than all can do is spread as if each
    could do that much more.
    """
    ingresses, sites = rtt_ms.shape
    loads, tolls = np.zeros((sites, GRID)), np.full((sites, GRID), np.inf)
    for s in range(sites):
        for k in range(GRID):
            loads[s, k] = servers[s] * FULL * (1.0 - (1.0 - k / (GRID - 1.0)) ** 2)
            if servers[s] > 0:
                tolls[s, k] = service_ms[s] * toll(servers[s], loads[s, k])
    flow, total, rest, mine = np.empty((ingresses, sites)), np.zeros(sites), np.empty(sites), np.empty(sites)
    for i in range(ingresses):
        for s in range(sites):
            flow[i, s] = before[i, s] * max(rates[i], LEAST)
            total[s] += flow[i, s]
    for _ in range(SWEEPS):
        moved = 0.0
        for i in range(ingresses):
            rate = max(rates[i], LEAST)
            for s in range(sites):
                rest[s] = max(total[s] - flow[i, s], 0.0)
            _best(rate, i, rtt_ms, rest, service_ms, loads, tolls, mine)
            for s in range(sites):
                moved = max(moved, abs(mine[s] - flow[i, s]) / rate)
                total[s], flow[i, s] = rest[s] + mine[s], mine[s]
        if moved < ENOUGH:
            break
    for i in range(ingresses):
        for s in range(sites):
            flow[i, s] /= max(rates[i], LEAST)
    return flow


@compiled
def _best(
    rate: float, ingress: int, rtt_ms: Floats, rest: Floats, service_ms: Floats, loads: Floats, tolls: Floats, flow: Floats
) -> None:
    """Fill `flow` with one ingress's flow to each site, beside the rest's, by halving for what a request costs where it is
    sent."""
    low, high = 0.0, 1e7
    for _ in range(ROUNDS):
        cost = np.sqrt(max(low, 1e-2) * high)
        if _taken(cost, ingress, rtt_ms, rest, service_ms, loads, tolls, flow) > rate:
            high = cost
        else:
            low = cost
    much = _taken(high, ingress, rtt_ms, rest, service_ms, loads, tolls, flow)
    if much <= 0.0:  # the others have filled all: by what each can do
        for s in range(len(rest)):
            flow[s] = loads[s, -1] / service_ms[s] if rtt_ms[ingress, s] < np.inf else 0.0
            much += flow[s]
    for s in range(len(rest)):
        flow[s] = flow[s] * (rate / much) if much > 0.0 else rate / len(rest)


@compiled
def _taken(
    cost: float, ingress: int, rtt_ms: Floats, rest: Floats, service_ms: Floats, loads: Floats, tolls: Floats, flow: Floats
) -> float:
    """Fill `flow` with what each site takes until a request there costs so much; returns the sum."""
    much = 0.0
    for s in range(len(rest)):
        flow[s] = 0.0
        over = cost - rtt_ms[ingress, s]
        if over > tolls[s, 0]:
            flow[s] = max(0.0, _load(over, s, loads, tolls) / service_ms[s] - rest[s])
            much += flow[s]
    return much


@compiled
def _load(toll_ms: float, site: int, loads: Floats, tolls: Floats) -> float:
    """The load at which a site's toll is so much, between the two of the grid around it."""
    low, high = 0, tolls.shape[1] - 1
    if toll_ms >= tolls[site, high]:
        return loads[site, high]
    while high - low > 1:
        middle = (low + high) >> 1
        if tolls[site, middle] <= toll_ms:
            low = middle
        else:
            high = middle
    part = (toll_ms - tolls[site, low]) / (tolls[site, high] - tolls[site, low])
    return loads[site, low] + part * (loads[site, high] - loads[site, low])
