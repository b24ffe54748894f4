"""What a queue costs, by its formulas: a site with c servers that requests come to at random (M/M/c).

    load       a = rate x service time, in servers' worth of work (erlangs); what is said here holds for a < c
    waits      a request waits with probability C(c, a), and then for service / (c - a) in the mean
    toll       what one more request a second costs all of them: the derivative of the time spent, over the rate
    steps      what one more request costs all of them when n are there: the toll, where it is known how many there are

Erlang 1917, in the recursive form of B that does not overflow (Jagerman 1974). Steps: Krishnan 1987; Tijms, A First Course in
Stochastic Models, 2003, 7.5.
"""

import numpy as np

from suanwang.steer.columns import Floats

FULL = 0.995
"""Beyond this part of its servers a site is taken to be as full as this: the formulas have no answer there."""


def erlang_b(servers: int, load: float) -> float:
    """Probability that all servers are busy where nobody waits: B(k) = a B(k - 1) / (k + a B(k - 1)), B(0) = 1."""
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Probability that a request has to wait: C = c B / (c - a (1 - B)). 1 if the load is more than the servers do."""
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1.0 - blocked))


def wait_ms(servers: int, load: float, service_ms: float) -> float:
    """Mean time in the queue, service not included. Infinite if the load is more than the servers do."""
    if load >= servers:
        return np.inf
    return erlang_c(servers, load) * service_ms / (servers - load)


def present(servers: int, load: float) -> float:
    """Mean number of requests at the site: a + C a / (c - a)."""
    return load + erlang_c(servers, load) * load / (servers - load)


def toll(servers: int, load: float) -> float:
    """d present / d load: in service times, what one more request costs all, its own time included. 1 for an idle site.

    With dB/da = B (c / a - 1 + B).
    """
    if load < 1e-9:
        return 1.0
    room, b = servers - load, erlang_b(servers, load)
    b_rise = b * (servers / load - 1.0 + b)
    below = room + load * b
    c = servers * b / below
    c_rise = servers * (b_rise * below - b * (b - 1.0 + load * b_rise)) / (below * below)
    return 1.0 + c_rise * load / room + c * servers / (room * room)


def steps(servers: int, load: float, found: Floats) -> None:
    """Fill found[n] with what one more request costs all, in service times, when n are there and others keep coming.

    It follows from balance: load x step(n) = present - n + min(n, c) step(n - 1). Upwards from 0 this is exact while n < load,
    downwards from the straight line that holds from c - 1 on while n > load; each way the errors shrink.
    """
    load = max(load, 1e-6)
    mean, slope, straight = present(servers, load), 1.0 / (servers - load), servers - 1
    for n in range(len(found)):
        if n >= straight:
            found[n] = (servers * slope - mean) * slope + slope * n
        elif n == 0:
            found[0] = mean / load
        elif n <= load:
            found[n] = (mean - n + n * found[n - 1]) / load
    for n in range(min(straight, len(found)) - 1, 0, -1):
        if n > load:
            after = found[n + 1] if n + 1 < len(found) else (servers * slope - mean) * slope + slope * (n + 1)
            found[n] = (load * after - mean + n + 1) / (n + 1)


def likely(servers: int, load: float, found: Floats) -> None:
    """Fill found[n] with the probability that n are there; the last entry takes what is beyond."""
    load = max(load, 1e-6)
    found[0], total = 1.0, 1.0
    for n in range(1, len(found)):
        found[n] = found[n - 1] * load / min(n, servers)
        total += found[n]
        if total > 1e200:
            found[: n + 1] /= total
            total = 1.0
    found /= total
