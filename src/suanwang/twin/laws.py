"""The law of the real network, played in simulated time: what it is told is as old as given, and what it says is how requests
are sent in the next step.

    Selectors    steer.choose at every ingress, as a forwarder steps it: loads, rates and checks in, price lists out, by
                 which each request finds its site as each flow does in the kernel; or weights, where the kernel has no such
                 program

Nothing is decided here. A law is asked again and again, so each keeps what its ingresses remember between two steps.
"""

from collections import deque
from collections.abc import Sequence

import numpy as np

from suanwang.model.steering import Contact, Load, Served
from suanwang.steer import choose
from suanwang.steer.address import number_of
from suanwang.steer.columns import Floats, Ints
from suanwang.steer.counting import Count
from suanwang.steer.prices import STEPS
from suanwang.steer.shares import Rooms, divided
from suanwang.twin.engine import NUMBER
from suanwang.twin.fleet import Fleet, Pick
from suanwang.twin.run import Run, rule

TELL_MS, CHECK_MS, STEP_MS = 125.0, 250.0, 125.0
"""Loads are told eight times a second at most (steer.loads), contacts are checked four times, and a forwarder chooses about as
often as it is told."""
ROUNDS, SPREAD_MS = 60, 1.0
"""Of shares that are to be the best, whatever they cost."""


class Counts:
    """Rates of new flows as ingresses count them (steer.counting), a second."""

    def __init__(self, clients: int) -> None:
        self._of: list[Count] = [Count() for _ in range(clients)]
        self._number, self._at_ms = 0, 0.0

    def per_s(self, run: Run, now_ms: float) -> list[float]:
        """By client, with what came since it was last asked."""
        number, passed_s = int(run.live.counts[NUMBER]), (now_ms - self._at_ms) / 1000
        if passed_s > 0:
            came = np.bincount(run.live.client[self._number : number], minlength=len(self._of))
            self._of = [count.after(int(some), passed_s) for count, some in zip(self._of, came, strict=True)]
            self._number, self._at_ms = number, now_ms
        return [count.per_s for count in self._of]


class Selectors:
    """The law, once for each ingress. A site is one contact with as many servers. each: every request is chosen for."""

    def __init__(self, fleet: Fleet, age_ms: float, *, each: bool = True) -> None:
        self._fleet, self._age_ms, self._served, self._each = fleet, age_ms, _served(fleet), each
        self._ways = [{(s + 1, 0): float(ms) / 2 for s, ms in enumerate(row)} for row in fleet.rtt_ms]
        self._memory = [choose.Memory() for _ in fleet.rates]
        self._checked = [dict[str, choose.Probe]() for _ in fleet.rates]
        self._late = deque[tuple[float, tuple[Load, ...], list[float]]]()
        self._heard = dict[str, tuple[Load, float]]()
        self._counts = Counts(len(fleet.rates))
        self._own = self._told = [0.0 for _ in fleet.rates]
        self._tell_at = self._check_at = 0.0

    def __call__(self, run: Run, now_ms: float) -> Pick:
        self._hear(run, now_ms)
        weights, lists = np.zeros(self._fleet.rtt_ms.shape), list[choose.Listed]()
        doors = [choose.Door({"s": rate}, way) for rate, way in zip(self._told, self._ways, strict=True)]
        for i, memory in enumerate(self._memory):
            seen = choose.Seen(
                services=(self._served,), loads=self._heard, latency_ms=self._ways[i], probes=self._checked[i],
                flows_per_s={"s": self._own[i]}, doors=(*doors[:i], *doors[i + 1 :]),
                under_way={c.id: n for c, n in zip(self._served.contacts, run.live.own[i].tolist(), strict=True)},
            )  # fmt: skip
            self._memory[i], told = choose.step(memory, seen, now_ms / 1000)
            weights[i] = [told["s"][contact.id] for contact in self._served.contacts]
            lists += choose.priced(self._memory[i], seen, now_ms / 1000).values() if self._each else ()
        if len(lists) == len(self._memory):
            return rule("prices", self._fleet, price=unfolded(lists))
        return rule("shares", self._fleet, weights=weights)

    def _hear(self, run: Run, now_ms: float) -> None:
        """Loads, and rates of others, arrive as late as they do; each ingress checks, and counts, for itself."""
        if now_ms >= self._tell_at:
            self._tell_at = now_ms + TELL_MS
            self._own = self._counts.per_s(run, now_ms)
            self._late.append((now_ms, measured(run), self._own))
        while self._late and self._late[0][0] <= now_ms - self._age_ms:
            _, loads, self._told = self._late.popleft()
            self._heard = self._heard | {load.contact: (load, now_ms / 1000) for load in loads}
        if now_ms >= self._check_at:
            self._check_at = now_ms + CHECK_MS
            self._checked = [_checks(run, i, now_ms / 1000) for i in range(len(self._checked))]


def unfolded(lists: Sequence[choose.Listed]) -> Floats:
    """Price lists of some ingresses as the engine reads them: by ingress, site, and flows under way."""
    longest = max(one.shift for one in lists)
    rows = [np.repeat(one.rows, 1 << one.shift, axis=1) for one in lists]
    return np.array([np.pad(row, ((0, 0), (0, (STEPS << longest) - row.shape[1])), "edge") for row in rows])


def best(rates: Floats, rtt_ms: Floats, servers: Ints, service_ms: Floats) -> Floats:
    """The best share of each ingress (row) at each site (column), where all is known; rows add up to 1. rates: requests a ms.
    servers: 0 of a site that takes none."""
    room, sites = servers / service_ms, len(servers)
    rooms = Rooms(room / room.sum(), service_ms, np.maximum(servers, 1), np.zeros(1, np.int64), np.zeros(sites, np.int64))
    want = np.maximum(rates, 1e-12)[:, None] / room.sum()
    flow, _ = divided(want, rtt_ms, rooms, np.zeros(sites), ROUNDS, SPREAD_MS)
    return flow / flow.sum(1, keepdims=True)


def measured(run: Run) -> tuple[Load, ...]:
    """What each site that is up would tell now: requests in flight, and twice the median of how long they are there already
    (agent.serve.measure)."""
    live, numbers = run.live, run.there()
    where, client = live.site[numbers], live.client[numbers]
    waited = run.now_ms - live.at[numbers] - live.rtt_ms[client, where] / 2
    present = np.bincount(where, minlength=len(live.up))
    return tuple(
        Load(
            contact=_name(s),
            in_flight=float(present[s]),
            latency_ms=2 * float(np.median(waited[where == s])) if present[s] else 0.0,
        )
        for s in range(len(live.up))
        if live.up[s]
    )


def _served(fleet: Fleet) -> Served:
    speeds = fleet.servers / fleet.service_ms
    contacts = tuple(
        Contact(
            id=_name(s),
            node_id=_name(s),
            address="::",
            port=80,
            locator=number_of(s + 1, 1),
            speed=float(speed),
            servers=int(fleet.servers[s]),
        )
        for s, speed in enumerate(speeds)
    )
    return Served(id="s", name="s", cs_id="::", public_key="", port=80, contacts=contacts)


def _checks(run: Run, client: int, now: float) -> dict[str, choose.Probe]:
    """An ingress's own checks: whether a contact answers, at once and in no time; over a link that is cut nothing does."""
    there = run.live.up * run.live.link[client]
    return {_name(s): choose.Probe(float(run.fleet.rtt_ms[client, s]) if there[s] else None, now) for s in range(len(there))}


def _name(site: int) -> str:
    return f"c{site:05d}"
