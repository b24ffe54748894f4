"""What is simulated, as values: sites with servers and one queue each, clients at places, the round trips between them, what
changes while it runs, and by which rule a request finds its site.

    client --rtt / 2--> site: queue, server --rtt / 2--> client          times in milliseconds throughout
"""

from typing import Literal, NamedTuple

import msgspec
import numpy as np

from suanwang.steer.columns import Floats, Ints

Law = Literal["exponential", "fixed", "lognormal"]
LAWS: tuple[Law, ...] = ("exponential", "fixed", "lognormal")
Turn = Literal["site dies", "site lives", "link cut", "link mends", "rate", "slow"]
TURNS: tuple[Turn, ...] = ("site dies", "site lives", "link cut", "link mends", "rate", "slow")
Rule = Literal["shares", "nearest", "two choices", "joint", "prices"]
RULES: tuple[Rule, ...] = ("shares", "nearest", "two choices", "joint", "prices")
EVERY = -1


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """At `at_ms` something happens to a site, to the link of a client and a site, or to the rate of a client (EVERY: of all).

    A site that dies loses what it has; what reaches it dead, or is sent over a link that is cut, is lost. times: of "rate" and
    "slow" (service times of what starts from then on), of what it was at the beginning.
    """

    at_ms: float
    turn: Turn
    site: int = EVERY
    client: int = EVERY
    times: float = 1.0


class Fleet(msgspec.Struct, frozen=True, kw_only=True):
    """servers, service_ms: of each site. rtt_ms: by client and site. rates: requests a ms, by client, at the beginning.

    law: of service times; spread: of a lognormal one, standard deviation over mean. changes: in order of time.
    """

    servers: Ints
    service_ms: Floats
    rtt_ms: Floats
    rates: Floats
    law: Law = "exponential"
    spread: float = 1.0
    changes: tuple[Change, ...] = ()


class Pick(NamedTuple):
    """How a request finds its site, as the machine code reads it. rule: number in RULES. age: ticks since the state that is
    known was true, 0 for the present. mine: whose decisions since then are added to what was told: 0 nobody's, 1 the client's
    own, 2 everybody's. drain: whether what was told is taken to have been worked off meanwhile. tracks: whether clients count
    what they have under way (`prices` needs it).

    keep, other: lots to draw a site by, a row for each client. price: see steer.prices.
    """

    rule: int
    age: int
    mine: int
    drain: bool
    tracks: bool
    keep: Floats
    other: Ints
    price: Floats


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run. Of each request, in order of arrival: at_ms, client, site (-1: none), latency_ms (NaN: it was lost,
    or is still under way). reached, load: by window and site, requests that came in and mean number present. lost, under_way:
    how many. events: that were worked off."""

    at_ms: Floats
    client: Ints
    site: Ints
    latency_ms: Floats
    reached: Ints
    load: Floats
    window_ms: float
    lost: int
    under_way: int
    events: int

    def answered(self, since_ms: float = 0.0, until_ms: float = np.inf) -> Floats:
        """Latencies of what was answered, of those that arrived in this time."""
        kept = (self.at_ms >= since_ms) & (self.at_ms < until_ms) & ~np.isnan(self.latency_ms)
        return self.latency_ms[kept]

    def swing(self, since_ms: float = 0.0) -> float:
        """How much what comes to a site swings: variance over mean of its requests in a window, the mean of all sites
        weighted by what they get. 1 of arrivals at random, more where clients rush from site to site together."""
        told = self.reached[int(since_ms / self.window_ms) : int(self.at_ms[-1] / self.window_ms)]
        mean = told.mean(0)
        return float(told.var(0).sum() / mean.sum()) if mean.sum() > 0 else 0.0
