"""How rates are best divided: which share of the requests of each ingress goes to which site, so that all together lose the
least time.

    least      sum over ingress i, site s of flow(i, s) x rtt(i, s)  +  sum over sites of the time spent there (steer.queues)
    where      flow(i, s) >= 0, and over sites it adds up to the rate of ingress i
    best       at every ingress, rtt + toll is the same for all sites that it uses, and no less at any other (Wardrop 1952, with
               tolls; Gallager 1977)

Rates come from outside and change slowly; queues are changed by how we steer, and quickly. So shares that follow from rates do
not chase their own effect, and every ingress that was told the same rates finds the same shares, whenever it looks: it is the
idea of steer.choose, whose one total of load becomes a rate for each ingress, and one server several.
"""

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.steer.queues import FULL, toll
from suanwang.world.compiled import compiled

GRID = 400
"""Tolls are looked up between so many loads of each site, nearer together the fuller it is."""
ROUNDS, SWEEPS, ENOUGH = 40, 60, 1e-5
"""ROUNDS: of halving. SWEEPS: over all ingresses at most, until no share moves by more than ENOUGH."""


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
    work = np.maximum(rates, 1e-12)
    flow = before * work.reshape(-1, 1)
    total = flow.sum(0)
    for _ in range(SWEEPS):
        moved = 0.0
        for i in range(ingresses):
            rest = np.maximum(total - flow[i], 0.0)
            mine = _best(work[i], rtt_ms[i], rest, service_ms, loads, tolls)
            moved = max(moved, np.abs(mine - flow[i]).max() / work[i])
            total = rest + mine
            flow[i] = mine
        if moved < ENOUGH:
            break
    return flow / work.reshape(-1, 1)


@compiled
def _best(rate: float, rtt_ms: Floats, rest: Floats, service_ms: Floats, loads: Floats, tolls: Floats) -> Floats:
    """One ingress's flow to each site, beside the rest's, by halving for what a request costs where it is sent."""
    flow = np.zeros(len(rest))
    low, high = 0.0, 1e7
    for _ in range(ROUNDS):
        cost = np.sqrt(max(low, 1e-2) * high)
        if _taken(cost, rtt_ms, rest, service_ms, loads, tolls, flow) > rate:
            high = cost
        else:
            low = cost
    much = _taken(high, rtt_ms, rest, service_ms, loads, tolls, flow)
    if much > 0.0:
        return flow * (rate / much)
    room = np.where(np.isfinite(rtt_ms), loads[:, -1] / service_ms, 0.0)
    return room * (rate / room.sum()) if room.sum() > 0.0 else np.full(len(rest), rate / len(rest))


@compiled
def _taken(cost: float, rtt_ms: Floats, rest: Floats, service_ms: Floats, loads: Floats, tolls: Floats, flow: Floats) -> float:
    """Fill `flow` with what each site takes until a request there costs so much; returns the sum."""
    much = 0.0
    for s in range(len(rest)):
        flow[s] = 0.0
        over = cost - rtt_ms[s]
        if over > tolls[s, 0]:
            flow[s] = max(0.0, _load(over, loads[s], tolls[s]) / service_ms[s] - rest[s])
            much += flow[s]
    return much


@compiled
def _load(toll_ms: float, loads: Floats, tolls: Floats) -> float:
    """The load at which a site's toll is so much, between the two of the grid around it."""
    if toll_ms >= tolls[-1]:
        return loads[-1]
    low, high = 0, len(tolls) - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if tolls[middle] <= toll_ms:
            low = middle
        else:
            high = middle
    part = (toll_ms - tolls[low]) / (tolls[high] - tolls[low])
    return loads[low] + part * (loads[high] - loads[low])
