"""What the next request costs all of them at each site, by how many of its own an ingress has under way there: a price list,
made from rates that were told, read at each request.

    price(i, s, k) = rtt + service x mean of step(n)      n: who is there, as far as ingress i can know with k under way

The shares of steer.shares say how many are there in the mean; of the rest, an ingress that has sent a part p of them sees p in
its own requests, sent and not answered: fresh, whatever the age of what it was told. Of n it then knows a part (the regression
of n on k), and over what it does not know the price is a mean. Where it sends nothing that is the toll, as the shares have it;
where all comes from it, the exact step of a queue that it sees (Krishnan 1987): the same rule, from one end to the other.

Its own decision counts at once, since k does; and it needs no word of anybody's queue, so that there is nothing to be late.
"""

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.steer.queues import FULL, likely, present, steps
from suanwang.world.compiled import compiled

LONG = 4
"""A list of queue lengths goes on for so many times the servers, and 64 more."""


@compiled
def prices(rates: Floats, rtt_ms: Floats, servers: Ints, service_ms: Floats, shares: Floats, most: int) -> Floats:
    """Price in ms of one more request, by ingress, site, and own requests under way (0 to most).

    rates: requests a ms, by ingress. shares: by ingress and site, rows add up to 1.
    """
    ingresses, sites = rtt_ms.shape
    found = np.full((ingresses, sites, most + 1), np.inf)
    for s in range(sites):
        if servers[s] == 0:
            continue
        flow = rates * shares[:, s]
        load = min(max(flow.sum() * service_ms[s], 1e-6), FULL * servers[s])
        length = LONG * servers[s] + 64
        step, chance = np.empty(2 * length + most + 1), np.empty(length)
        steps(servers[s], load, step)
        likely(servers[s], load, chance)
        mean = present(servers[s], load)
        spread = 0.0
        for n in range(length):
            spread += chance[n] * (n - mean) ** 2
        for i in range(ingresses):
            if not np.isfinite(rtt_ms[i, s]):
                continue
            part = min(1.0, flow[i] * service_ms[s] / load)
            on_way = load / service_ms[s] * rtt_ms[i, s]  # if all came from here
            gain = spread / (part * spread + (1.0 - part) * mean + on_way)
            left = np.sqrt(max(0.0, 1.0 - gain * part))
            usual = part * (mean + on_way)
            for k in range(most + 1):
                centre = mean + gain * (k - usual)
                found[i, s, k] = rtt_ms[i, s] + service_ms[s] * _mean_step(centre, left, mean, step, chance)
    return found


@compiled
def _mean_step(centre: float, left: float, mean: float, step: Floats, chance: Floats) -> float:
    """The mean of step(n) where n is spread as `chance` is around its mean, but `left` times as wide, around `centre`."""
    total = 0.0
    for n in range(len(chance)):
        if chance[n] < 1e-9:
            continue
        x = min(max(0.0, centre + left * (n - mean)), len(step) - 1.001)
        k = int(x)
        total += chance[n] * (step[k] + (x - k) * (step[k + 1] - step[k]))
    return total


@compiled
def cheapest(price: Floats, under_way: Ints, ingress: int) -> int:
    """The site with the least price for an ingress, by what it has under way (by ingress and site); the first of equals."""
    best, least, most = 0, np.inf, price.shape[2] - 1
    for s in range(under_way.shape[1]):
        cost = price[ingress, s, min(under_way[ingress, s], most)]
        if cost < least:
            best, least = s, cost
    return best
