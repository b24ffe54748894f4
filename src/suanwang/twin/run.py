"""A run: a fleet and a rule in, what came of it out; at once, or in steps between which a law sets the rule."""

from collections import deque
from collections.abc import Callable

import numpy as np

from suanwang.steer.columns import Bools, Floats, Ints
from suanwang.twin.chance import lots
from suanwang.twin.cores import MOST
from suanwang.twin.engine import EVENTS, LOST, NEXT, NOW, NUMBER, OWN, PRESENT, RATE, SIZE, Live, advance, following
from suanwang.twin.fleet import EVERY, LAWS, RULES, Change, Fleet, Pick, Rule, Seen
from suanwang.twin.quota import bound, quotas

TICK_MS = 10.0
"""States are written down so often, if old ones are asked for: what is known is as old as it is said to be, or so much
older."""
ANSWER_AGAIN_MS = 200.0
"""What a site sends again that was not acknowledged, it sends after a round trip and this (TCP_RTO_MIN of Linux)."""


class Run:
    """A fleet in simulated time. requests: there are so many at most. old_ms: how old a state may be that a rule looks at.
    trace: (times, clients) of arrivals, in place of chance."""

    def __init__(
        self, fleet: Fleet, seed: int, requests: int, *, old_ms: float = 0.0, trace: tuple[Floats, Ints] | None = None
    ) -> None:
        self.fleet, self.seed = fleet, seed
        self.live, self.rates = blank(fleet, requests, trace, seed), fleet.rates.copy()
        self._changes = deque(sorted(fleet.changes, key=lambda change: change.at_ms))
        self._past = deque[tuple[Ints, Ints, Ints]](maxlen=round(old_ms / TICK_MS) + 1)
        self._tick_at = 0.0 if old_ms > 0 else np.inf
        self._first = 0  # all requests before this one are over
        self._watch = 0
        self._cut_ms = np.full(fleet.rtt_ms.shape, np.inf)
        self._draw(0.0)

    @property
    def now_ms(self) -> float:
        return float(self.live.clock[NOW])

    def until(self, time_ms: float, pick: Pick) -> None:
        """Go on until then by this rule; without end, until nothing more happens. A rule that watches who is present must have
        been there from the beginning."""
        live, fleet = self.live, self.fleet
        assert pick.watch != PRESENT or self._watch == PRESENT or not live.counts[NUMBER], "who came before was not counted"
        assert round(pick.age_ms / TICK_MS) < (self._past.maxlen or 0), "so old a state is not kept"
        self._watch = pick.watch
        while True:
            change = self._changes[0].at_ms if self._changes else np.inf
            stop = min(time_ms, change, self._tick_at)
            self._know(pick)
            advance(
                live, pick, fleet.servers, stop, LAWS.index(fleet.law), fleet.spread, fleet.turns, fleet.again_ms, self.seed
            )
            over = live.counts[SIZE] == 0 and live.clock[NEXT] == np.inf and not self._changes
            if over and time_ms == np.inf:
                live.clock[NOW] = np.inf  # what is settled comes to pass
            if stop == time_ms or live.clock[NOW] == np.inf:
                return
            if change <= stop:
                self._turn(self._changes.popleft())
            else:
                self._past.append(
                    (np.bincount(live.site[self.there()], minlength=len(live.up)), live.up.copy(), live.sent.copy())
                )
                self._tick_at += TICK_MS

    def there(self) -> Ints:
        """Numbers of the requests that are at a site now."""
        live, now = self.live, self.now_ms
        number = int(live.counts[NUMBER])
        at, client, site = live.at[self._first : number], live.client[self._first : number], live.site[self._first : number]
        latency = live.latency[self._first : number]
        rtt = live.rtt_ms[client, site]
        left = at + latency - rtt / 2 > now  # false of what is not reached yet
        here = (at + (self.fleet.turns - 0.5) * rtt <= now) & left & (latency < LOST)
        over = ~np.isnan(latency) & (~left | (latency == LOST))
        found = self._first + np.flatnonzero(here)
        self._first += int(np.argmin(over)) if not over.all() else len(over)
        return found

    def seen(self) -> Seen:
        """So far. What is not answered yet is not known, though it may be settled."""
        live, number = self.live, int(self.live.counts[NUMBER])
        client, site, latency = live.client[:number], live.site[:number], live.latency[:number]
        lost, under_way = latency == LOST, np.zeros(1, np.bool_)
        if self.now_ms < np.inf:
            done = live.at[:number] + latency - live.rtt_ms[client, site] / 2
            under_way = ~lost & ~(done <= self.now_ms)
        hidden = lost | under_way
        shown = np.where(hidden, np.nan, latency) if hidden.any() else latency
        return Seen(
            at_ms=live.at[:number], client=client, site=site, latency_ms=shown,
            rtt_ms=live.rtt_ms, turns=self.fleet.turns, lost=int(lost.sum()), under_way=int(under_way.sum()),
            events=int(live.counts[EVENTS]),
        )  # fmt: skip

    def _know(self, pick: Pick) -> None:
        """What clients know of sites by now: the state of as long ago as the rule says, and from the beginning the first."""
        live = self.live
        if pick.age_ms == 0 or not self._past:
            live.known_up[:] = live.up
            live.known_sent[:] = live.sent
            return
        old = self._past[-min(len(self._past), round(pick.age_ms / TICK_MS) + 1)]
        live.known_present[:], live.known_up[:], live.known_sent[:] = old

    def _turn(self, change: Change) -> None:
        """The world is another one."""
        live, now = self.live, self.now_ms
        clients = slice(None) if change.client == EVERY else change.client
        sites = slice(None) if change.site == EVERY else change.site
        match change.turn:
            case "site dies":
                there = self.there()
                live.latency[there[_of(live.site[there], change.site)]] = LOST
                live.up[sites], live.present[sites] = 0, 0
                live.free[sites] = np.where(np.isinf(live.free[sites]), np.inf, now)
            case "site lives":
                live.up[sites] = 1
            case "link cut":
                live.link[clients, sites] = 0
                self._cut_ms[clients, sites] = np.minimum(self._cut_ms[clients, sites], now)
            case "link mends":
                self._answered_again(now)
                live.link[clients, sites] = 1
                self._cut_ms[clients, sites] = np.inf
            case "longer":
                live.rtt_ms[clients, sites] = self.fleet.rtt_ms[clients, sites] * change.times
            case "slow" if len(live.quota):
                for site in np.arange(len(live.up))[sites].flat:
                    bound(live.quota, int(site), float(self.fleet.cores[site]) / change.times, now)
            case "slow":
                live.service_ms[sites] = self.fleet.service_ms[sites] * change.times
            case "rate":
                self.rates[clients] = self.fleet.rates[clients] * change.times
                self._draw(now)

    def _answered_again(self, now: float) -> None:
        """Answers that went over a link while it was cut are sent until one comes through, at doubling distances."""
        number = int(self.live.counts[NUMBER]) if self.fleet.again_ms > 0 else 0
        client, site, latency = self.live.client[:number], self.live.site[:number], self.live.latency[:number]
        back = self.live.at[:number] + latency
        missed = (back >= self._cut_ms[client, site]) & (back < now)
        wait = ANSWER_AGAIN_MS + self.live.rtt_ms[client, site]
        tries = np.ceil(np.log2(1 + np.maximum(now - back, 1e-9) / wait))
        latency[missed] += ((2**tries - 1) * wait)[missed]

    def _draw(self, now: float) -> None:
        """Lots for where requests arise, and when the next does: what is left of a gap goes by the new rate."""
        live, clock = self.live, self.live.clock
        before, rate = clock[RATE], self.rates.sum()
        lots(self.rates, live.keep[0], live.other[0])
        clock[RATE] = rate
        if before > 0 and rate > 0 and not len(live.trace_at):
            clock[NEXT] = now + (clock[NEXT] - now) * before / rate
        else:
            clock[NEXT] = following(now, rate, int(live.counts[NUMBER]), live.trace_at, len(live.at), self.seed)


def _of(sites: Ints, site: int) -> Bools:
    return np.ones(len(sites), np.bool_) if site == EVERY else sites == site


def blank(fleet: Fleet, requests: int, trace: tuple[Floats, Ints] | None, seed: int) -> Live:
    """Nothing has happened, and all sites are up and idle."""
    clients, sites = fleet.rtt_ms.shape
    at, client = trace if trace is not None else (np.empty(0), np.empty(0, np.int64))
    room = min(requests, len(at)) if trace is not None else requests
    servers = np.arange(int(fleet.servers.max())) < fleet.servers[:, None]
    pairs = (clients, sites)
    return Live(
        counts=np.zeros(3, np.int64), clock=np.zeros(3), heap_at=np.empty(room + 1), heap_of=np.empty(room + 1, np.int64),
        free=np.where(servers, 0.0, np.inf), service_ms=fleet.service_ms.copy(), up=np.ones(sites, np.int64),
        present=np.zeros(sites, np.int64), rtt_ms=fleet.rtt_ms.copy(), link=np.ones(pairs, np.int64),
        own=np.zeros(pairs, np.int64), sent=np.zeros((clients + 1, sites), np.int64), known_present=np.zeros(sites, np.int64),
        known_up=np.ones(sites, np.int64), known_sent=np.zeros((clients + 1, sites), np.int64),
        keep=np.empty((1, clients)), other=np.empty((1, clients), np.int64), shared=shared(fleet),
        quota=quotas(fleet.cores, fleet.others, seed, fleet.costs, fleet.shared.cores if fleet.shared else 1),
        trace_at=at, trace_client=client,
        at=np.empty(room), client=np.empty(room, np.int64), site=np.empty(room, np.int64), latency=np.full(room, np.nan),
    )  # fmt: skip


def shared(fleet: Fleet) -> Floats:
    """Rows as twin.cores reads them, when nothing has come yet."""
    if (one := fleet.shared) is None:
        return np.zeros((0, 9))
    rows, site_ms = np.zeros((1 + len(fleet.servers), 9)), float(fleet.service_ms.mean()) + fleet.costs.woken_ms
    turns, breaks = 1.0 + one.torn * one.others, one.breaks * (1.0 + one.broken * one.others)
    rows[0] = one.cores, one.busy, one.way_ms, one.turn_ms, site_ms, one.ask_ms, breaks, one.break_ms, turns
    rows[1:, MOST] = fleet.cores if len(fleet.cores) else fleet.servers
    return rows


def rule(
    name: Rule,
    fleet: Fleet,
    *,
    weights: Floats | None = None,
    age_ms: float = 0.0,
    mine: int = 0,
    drain: bool = False,
    price: Floats | None = None,
) -> Pick:
    """A rule as the loop reads it. weights: by client and site, in any unit; of none, sites are drawn by what they can do."""
    clients, sites = fleet.rtt_ms.shape
    given = weights if weights is not None else np.tile(fleet.servers / fleet.service_ms, (clients, 1))
    keep, other = np.empty((clients, sites)), np.empty((clients, sites), np.int64)
    for i in range(clients):
        lots(given[i], keep[i], other[i])
    watch = OWN if name == "prices" else PRESENT if name in ("joint", "two choices") and age_ms == 0 else 0
    return Pick(
        rule=RULES.index(name), watch=watch, age_ms=age_ms, mine=mine, drain=drain, keep=keep, other=other,
        price=price if price is not None else np.empty((0, 0, 0)),
    )  # fmt: skip


Law = Callable[[Run, float], Pick]
"""A law in steps: looks at what it is told of a run at a time, and gives the rule for the next step."""


def run(fleet: Fleet, pick: Pick, seed: int, requests: int, *, trace: tuple[Floats, Ints] | None = None) -> Seen:
    """So many requests by one rule, until the last is answered."""
    one = Run(fleet, seed, requests, old_ms=pick.age_ms, trace=trace)
    one.until(np.inf, pick)
    return one.seen()


def stepped(fleet: Fleet, law: Law, seed: int, requests: int, step_ms: float, end_ms: float, old_ms: float = 0.0) -> Seen:
    """By a law that is asked every `step_ms`, as the selector of an ingress is."""
    one = Run(fleet, seed, requests, old_ms=old_ms)
    while one.now_ms < end_ms:
        one.until(min(end_ms, one.now_ms + step_ms), law(one, one.now_ms))
    return one.seen()
