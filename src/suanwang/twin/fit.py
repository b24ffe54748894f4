"""From what is measured of an instance to what it is in simulated time: how many requests it works on at once, how long each
takes it, and how many come.

    measured   requests in flight L (a mean), the time T that an answer takes as the agent tells it, cores kept busy
    T          twice the median age of what is in flight; where answers take an exponential time of mean W, that is 2 ln 2 W
    rate       L / W                                              (Little 1961)
    servers    so many that, at the share of its cores that is busy, so many requests would be there as are (M/M/c)
    service    then follows from L alone: the load a at which L are there, over the rate

An ingress does not tell its rate. What each instance gets, and which share of each ingress's requests goes where, tell it as
well as it can be told: the most likely rates are found in turns (Vardi 1996; of equal rates to begin with).
"""

import math

import numpy as np

from suanwang.steer.columns import Floats
from suanwang.steer.queues import present

TOLD = 2.0 * math.log(2.0)
"""What is told of an exponential time, over its mean."""
SERVERS_MOST = 64
BUSY_LEAST, BUSY_MOST = 0.05, 0.98
"""Shares of its cores between which the cores tell how many requests it works on at once."""
_TURNS = 50


def fitted(in_flight: float, told_ms: float, busy: float, cores: float) -> tuple[int, float, float]:
    """(servers, mean service in ms, requests a ms) of an instance. busy: cores in use; cores: that it may use."""
    servers = servers_of(in_flight, busy / cores if cores > 0 else 0.0, cores)
    if in_flight <= 0 or told_ms <= 0:
        return servers, max(told_ms, 0.1), 0.0
    rate = in_flight * TOLD / told_ms
    return servers, load_at(in_flight, servers) / rate, rate


def servers_of(in_flight: float, share: float, cores: float) -> int:
    """How many requests an instance works on at once: as its cores tell, or as many as it has cores, where they tell
    nothing."""
    if not share >= BUSY_LEAST or in_flight <= 0:
        return max(1, round(cores))
    share = min(share, BUSY_MOST)
    return min(range(1, SERVERS_MOST + 1), key=lambda c: abs(present(c, c * share) - in_flight))


def load_at(in_flight: float, servers: int) -> float:
    """The load, in servers' worth of work, at which so many requests are there in the mean."""
    low, high = 0.0, float(servers)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if present(servers, middle) < in_flight else (low, middle)
    return low


def rates_by_client(came: Floats, weights: Floats) -> Floats:
    """Requests from each client. came: at each instance. weights: by client and instance, shares of a client's requests."""
    share = weights / np.maximum(weights.sum(1, keepdims=True), 1e-300)
    rates = np.full(len(share), came.sum() / len(share))
    for _ in range(_TURNS):
        expected = rates @ share
        rates = rates * (share @ np.divide(came, expected, out=np.zeros_like(came), where=expected > 0))
    total = rates.sum()
    return rates * (came.sum() / total) if total > 0 else np.full(len(share), came.sum() / len(share))
