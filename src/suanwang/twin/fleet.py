"""What is simulated, as values: sites with servers and one queue each, clients at places, the round trips between them, what
changes while it runs, and by which rule a request finds its site.

    client --rtt / 2--> site: queue, server --rtt / 2--> client          times in milliseconds throughout

Whoever has to make a connection first goes there and back once more before that (turns = 2).
"""

from typing import Literal, NamedTuple

import msgspec
import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.twin.quota import PLAIN, Costs

Law = Literal["exponential", "fixed", "lognormal"]
LAWS: tuple[Law, ...] = ("exponential", "fixed", "lognormal")
Turn = Literal["site dies", "site lives", "link cut", "link mends", "rate", "slow", "longer"]
TURNS: tuple[Turn, ...] = ("site dies", "site lives", "link cut", "link mends", "rate", "slow", "longer")
Rule = Literal["shares", "nearest", "two choices", "joint", "prices"]
RULES: tuple[Rule, ...] = ("shares", "nearest", "two choices", "joint", "prices")
EVERY = -1


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """At `at_ms` something happens to a site, to the link of a client and a site, or to the rate of a client; EVERY: to all.

    A site that dies loses what it has; what reaches it dead, or goes over a link that is cut, is lost, or is sent again (see
    Fleet). times: of "rate", of "slow" (service times of what reaches the site from then on; of a quota, the part of it that
    is taken away) and of "longer" (round trips), of what it was at the beginning.
    """

    at_ms: float
    turn: Turn
    site: int = EVERY
    client: int = EVERY
    times: float = 1.0


class Shared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The cores of one machine that everything is on (twin.cores, a model): how many; how many are always busy; CPU time of a
    request beside its site's, of which ask_ms at each of its client's turns; how long a turn takes that others wait for; how
    often who runs is put aside, a ms, and for how long. others: cores that others want who give way; torn, broken: how many
    more turns, and breaks, become of one for each of these."""

    cores: int
    busy: float
    way_ms: float
    ask_ms: float
    turn_ms: float
    breaks: float
    break_ms: float
    others: float = 0.0
    torn: float = 0.0
    broken: float = 0.0


class Fleet(msgspec.Struct, frozen=True, kw_only=True):
    """servers, service_ms: of each site. rtt_ms: by client and site. rates: requests a ms, by client, at the beginning.

    law: of service times; spread: of a lognormal one, standard deviation over mean. changes: in order of time.

    turns: round trips until a request has its answer, 2 where a connection is made first. again_ms: what was lost on its way is
    sent again after so long, then after twice that, and so on (TCP); 0: never. cores: of each site that is one process under a
    CPU quota the part of a core that it has, and service_ms is CPU time then (twin.quota, a model); others: what of it goes to
    other work; costs: of a request. Both empty: no quotas. shared: None where each
    has its own cores.
    """

    servers: Ints
    service_ms: Floats
    rtt_ms: Floats
    rates: Floats
    law: Law = "exponential"
    spread: float = 1.0
    changes: tuple[Change, ...] = ()
    turns: float = 1.0
    again_ms: float = 0.0
    cores: Floats = msgspec.field(default_factory=lambda: np.empty(0))
    others: Floats = msgspec.field(default_factory=lambda: np.empty(0))
    costs: Costs = PLAIN
    shared: Shared | None = None


class Pick(NamedTuple):
    """How a request finds its site, as the machine code reads it (twin.run.rule makes one). rule: number in RULES. watch:
    what it has to be told at once, see twin.engine. age_ms: how old the state is that is known, 0 for the present. mine:
    whose decisions since then are added to it: 0 nobody's, 1 the client's own, 2 everybody's. drain: whether sites are taken
    to have worked off meanwhile what they can.

    keep, other: lots to draw a site by, a row for each client. price: see steer.prices.
    """

    rule: int
    watch: int
    age_ms: float
    mine: int
    drain: bool
    keep: Floats
    other: Ints
    price: Floats


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run. Of each request, in order of arrival: at_ms, client, site (-1: none), latency_ms (NaN: it was lost,
    or is still under way). lost, under_way: how many. events: that were worked off."""

    at_ms: Floats
    client: Ints
    site: Ints
    latency_ms: Floats
    rtt_ms: Floats
    turns: float
    lost: int
    under_way: int
    events: int

    def answered(self, since_ms: float = 0.0, until_ms: float = np.inf) -> Floats:
        """Latencies of what was answered, of what arrived in this time."""
        kept = (self.at_ms >= since_ms) & (self.at_ms < until_ms) & ~np.isnan(self.latency_ms)
        return self.latency_ms[kept]

    def load(self, since_ms: float, until_ms: float) -> Floats:
        """Mean number of requests at each site in this time, of those that were answered."""
        known = ~np.isnan(self.latency_ms)
        site, rtt = self.site[known], self.rtt_ms[self.client[known], self.site[known]]
        reached = self.at_ms[known] + (self.turns - 0.5) * rtt
        left = self.at_ms[known] + self.latency_ms[known] - rtt / 2
        there = np.maximum(0.0, np.minimum(left, until_ms) - np.maximum(reached, since_ms))
        return np.bincount(site, there, self.rtt_ms.shape[1]) / (until_ms - since_ms)

    def swing(self, since_ms: float, until_ms: float, window_ms: float = 100.0) -> float:
        """How much what is sent to a site swings: variance over mean of its requests in a window, over all sites together. 1 of
        requests at random; more where clients rush from site to site."""
        kept = (self.site >= 0) & (self.at_ms >= since_ms) & (self.at_ms < until_ms)
        windows, sites = int((until_ms - since_ms) / window_ms), self.rtt_ms.shape[1]
        window = np.minimum(((self.at_ms[kept] - since_ms) / window_ms).astype(np.int64), windows - 1)
        sent = np.bincount(window * sites + self.site[kept], minlength=windows * sites).reshape(windows, sites)
        return float(sent.var(0).sum() / sent.mean(0).sum())
