"""A run: a fleet and a rule in, what came of it out; at once, or in steps between which a law sets the weights."""

from collections.abc import Callable

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.twin.chance import lots
from suanwang.twin.engine import EVENTS, LOST, NOBODY, NOW, NUMBER, SPARE, UNDER_WAY, Live, advance, schedule
from suanwang.twin.fleet import LAWS, RULES, TURNS, Fleet, Pick, Rule, Seen

TICK_MS, WINDOW_MS = 10.0, 100.0
"""States are written down each tick, so what is told of one second ago is true to so much; figures by window are over so
long."""


class Run:
    """A fleet in simulated time. requests: it ends after so many, or when nobody goes on. history_ms: how old a state may be
    that a rule looks at. trace: (times, clients) of arrivals in place of chance.
    """

    def __init__(
        self,
        fleet: Fleet,
        seed: int,
        requests: int,
        *,
        horizon_ms: float,
        history_ms: float = 0.0,
        tick_ms: float = TICK_MS,
        window_ms: float = WINDOW_MS,
        trace: tuple[Floats, Ints] | None = None,
    ) -> None:
        self.fleet, self.seed, self.tick_ms, self.window_ms = fleet, seed, tick_ms, window_ms
        rows, windows = int(history_ms / tick_ms) + 2, int(horizon_ms / window_ms) + 1
        self.live = blank(fleet, requests, rows, windows, trace)
        schedule(self.live, seed)

    @property
    def now_ms(self) -> float:
        return float(self.live.clock[NOW])

    def until(self, time_ms: float, pick: Pick) -> None:
        """Go on until then by this rule."""
        law = LAWS.index(self.fleet.law)
        advance(self.live, pick, time_ms, self.tick_ms, self.window_ms, law, self.fleet.spread, self.seed)

    def seen(self) -> Seen:
        live, counts = self.live, self.live.counts
        number = int(counts[NUMBER])
        return Seen(
            at_ms=live.at[:number], client=live.client[:number], site=live.site[:number], latency_ms=live.latency[:number],
            reached=live.reached, load=live.load, window_ms=self.window_ms, lost=int(counts[LOST]),
            under_way=int(counts[UNDER_WAY]), events=int(counts[EVENTS]),
        )  # fmt: skip


def blank(fleet: Fleet, requests: int, rows: int, windows: int, trace: tuple[Floats, Ints] | None) -> Live:
    """Nothing has happened, and all sites are up and idle."""
    clients, sites = fleet.rtt_ms.shape
    counts = np.zeros(9, np.int64)
    counts[SPARE] = NOBODY
    keep, other = np.empty(clients), np.empty(clients, np.int64)
    lots(fleet.rates, keep, other)
    at, client = trace if trace is not None else (np.empty(0), np.empty(0, np.int64))
    if trace is not None:
        requests = min(requests, len(at))
    whole: dict[str, Ints] = {name: np.zeros(sites, np.int64) for name in ("busy", "waiting", "first", "last", "present")}
    return Live(
        counts=counts, clock=np.zeros(3),
        heap_at=np.empty(requests + 1), heap_of=np.empty(requests + 1, np.int64),
        slot_number=np.empty(requests, np.int64), slot_need=np.empty(requests),
        slot_next=np.empty(requests, np.int64), slot_phase=np.zeros(requests, np.int64),
        servers=fleet.servers, service_ms=fleet.service_ms, slow=np.ones(sites), up=np.ones(sites, np.int64), **whole,
        rtt_ms=fleet.rtt_ms, link=np.ones((clients, sites), np.int64), sent=np.zeros((clients + 1, sites), np.int64),
        own=np.zeros((clients, sites), np.int64), past_present=np.zeros((rows, sites), np.int64),
        past_up=np.ones((rows, sites), np.int64), past_sent=np.zeros((rows, clients + 1, sites), np.int64),
        base_rates=fleet.rates, rates=fleet.rates.copy(), keep=keep, other=other, changes=_rows(fleet),
        trace_at=at, trace_client=client, at=np.empty(requests), client=np.empty(requests, np.int64),
        site=np.empty(requests, np.int64), latency=np.full(requests, np.nan),
        reached=np.zeros((windows, sites), np.int64), load=np.zeros((windows, sites)),
    )  # fmt: skip


def _rows(fleet: Fleet) -> Floats:
    rows = [(c.at_ms, TURNS.index(c.turn), c.site, c.client, c.times) for c in fleet.changes]
    return np.array(sorted(rows, key=lambda row: row[0]), float).reshape(-1, 5)


def rule(
    name: Rule,
    fleet: Fleet,
    *,
    weights: Floats | None = None,
    age_ms: float = 0.0,
    mine: int = 0,
    drain: bool = False,
    price: Floats | None = None,
    tick_ms: float = TICK_MS,
) -> Pick:
    """A rule as the loop reads it. weights: by client and site, in any unit; of none, sites are drawn by what they can do."""
    clients, sites = fleet.rtt_ms.shape
    given = weights if weights is not None else np.tile(fleet.servers / fleet.service_ms, (clients, 1))
    keep, other = np.empty((clients, sites)), np.empty((clients, sites), np.int64)
    for i in range(clients):
        lots(given[i], keep[i], other[i])
    return Pick(
        rule=RULES.index(name), age=round(age_ms / tick_ms), mine=mine, drain=drain, tracks=name == "prices",
        keep=keep, other=other, price=price if price is not None else np.empty((0, 0, 0)),
    )  # fmt: skip


Law = Callable[[Run, float], Pick]
"""A law in steps: looks at what it is told of a run at a time, and gives the rule for the next step."""


def run(
    fleet: Fleet,
    pick: Pick,
    seed: int,
    requests: int,
    *,
    history_ms: float = 0.0,
    tick_ms: float = TICK_MS,
    trace: tuple[Floats, Ints] | None = None,
) -> Seen:
    """So many requests by one rule, until the last is answered."""
    horizon_ms = 2 * requests / float(fleet.rates.sum())
    one = Run(fleet, seed, requests, horizon_ms=horizon_ms, history_ms=history_ms, tick_ms=tick_ms, trace=trace)
    one.until(np.inf, pick)
    return one.seen()


def stepped(fleet: Fleet, law: Law, seed: int, requests: int, step_ms: float, end_ms: float, history_ms: float) -> Seen:
    """By a law that is asked every `step_ms`, as the selector of an ingress is."""
    one = Run(fleet, seed, requests, horizon_ms=end_ms, history_ms=history_ms)
    while one.now_ms < end_ms:
        one.until(min(end_ms, one.now_ms + step_ms), law(one, one.now_ms))
    return one.seen()
