"""Small fleets for the tests of simulated time."""

import numpy as np

from suanwang.twin.fleet import Fleet


def even(load: float = 0.8, sites: int = 4, servers: int = 3, **more: object) -> Fleet:
    """One client, sites alike, 10 ms a request."""
    rate = load * sites * servers / 10.0
    rtt = np.linspace(2.0, 20.0, sites).reshape(1, -1)
    return Fleet(servers=np.full(sites, servers), service_ms=np.full(sites, 10.0), rtt_ms=rtt, rates=np.array([rate]), **more)


def two(load: float = 0.6, **more: object) -> Fleet:
    """Two clients, three sites, unlike."""
    servers = np.array([2, 4, 3])
    rates = np.array([0.6, 0.4]) * load * servers.sum() / 10.0
    rtt = np.array([[1.0, 8.0, 20.0], [12.0, 2.0, 6.0]])
    return Fleet(servers=servers, service_ms=np.full(3, 10.0), rtt_ms=rtt, rates=rates, **more)
