"""The laws of the real network, played in simulated time: what they are told is as old as given, and what they say is how
requests are sent in the next step.

    Selectors    steer.choose at every ingress, as a forwarder steps it: loads and checks in, weights out
    ByRates      steer.shares on the rates that ingresses told; priced: at each request, steer.prices on what is under way

Nothing is decided here. A law is asked again and again, so each keeps what its ingresses remember between two steps.
"""

from collections import deque

import numpy as np

from suanwang.model.steering import Contact, Load, Served
from suanwang.steer import choose
from suanwang.steer.address import number_of
from suanwang.steer.columns import Floats, Ints
from suanwang.steer.prices import prices
from suanwang.steer.shares import shares
from suanwang.twin.engine import NUMBER
from suanwang.twin.fleet import Fleet, Pick
from suanwang.twin.run import Run, rule

TELL_MS, CHECK_MS, STEP_MS = 125.0, 250.0, 1000 * choose.STEP_S
"""Loads are told eight times a second at most (steer.loads), contacts are checked four times; a law is stepped so often."""
CALM_MS, WEIGH_MS = 2000.0, 200.0
"""Rates are counted over about so long, and shares are found anew so often."""
UNDER_WAY_MOST = 120


class Selectors:
    """The present law, one for each ingress. A site is one contact, as quick as all its servers together. per_server: a site
    tells requests in flight per server, since the law takes each contact for one."""

    def __init__(self, fleet: Fleet, age_ms: float, *, per_server: bool = False) -> None:
        self._fleet, self._age_ms, self._served = fleet, age_ms, _served(fleet)
        self._by = fleet.servers if per_server else np.ones_like(fleet.servers)
        self._ways = [{(s + 1, 0): float(ms) / 2 for s, ms in enumerate(row)} for row in fleet.rtt_ms]
        self._memory = [choose.Memory() for _ in fleet.rates]
        self._checked = [dict[str, choose.Probe]() for _ in fleet.rates]
        self._late = deque[tuple[float, tuple[Load, ...]]]()
        self._heard = dict[str, tuple[Load, float]]()
        self._tell_at = self._check_at = 0.0

    def __call__(self, run: Run, now_ms: float) -> Pick:
        self._hear(run, now_ms)
        weights = np.zeros(self._fleet.rtt_ms.shape)
        for i, memory in enumerate(self._memory):
            seen = choose.Seen(services=(self._served,), loads=self._heard, latency_ms=self._ways[i], probes=self._checked[i])
            self._memory[i], told = choose.step(memory, seen, now_ms / 1000)
            weights[i] = [told["s"][contact.id] for contact in self._served.contacts]
        return rule("shares", self._fleet, weights=weights)

    def _hear(self, run: Run, now_ms: float) -> None:
        """Loads arrive as late as they do; each ingress checks for itself."""
        if now_ms >= self._tell_at:
            self._tell_at = now_ms + TELL_MS
            self._late.append((now_ms, measured(run, self._by)))
        while self._late and self._late[0][0] <= now_ms - self._age_ms:
            fresh = {load.contact: (load, now_ms / 1000) for load in self._late.popleft()[1]}
            self._heard = self._heard | fresh
        if now_ms >= self._check_at:
            self._check_at = now_ms + CHECK_MS
            self._checked = [_checks(run, i, now_ms / 1000) for i in range(len(self._checked))]


class ByRates:
    """Rates as they were counted at each ingress, and which sites are up, told to all. priced: what is said of a request is not
    the share, but the price of each site by what its ingress has under way there."""

    def __init__(self, fleet: Fleet, age_ms: float, *, priced: bool = False) -> None:
        self._fleet, self._age_ms, self._priced = fleet, age_ms, priced
        self._late = deque[tuple[float, Floats, Ints]]()
        self._told = fleet.rates, fleet.servers
        self._counted, self._at, self._weight = 0, 0.0, 0.0
        self._rates = np.zeros(len(fleet.rates))
        self._part = np.full(fleet.rtt_ms.shape, 1.0 / len(fleet.servers))
        self._pick, self._weigh_at = rule("shares", fleet), 0.0

    def __call__(self, run: Run, now_ms: float) -> Pick:
        self._hear(run, now_ms)
        if now_ms >= self._weigh_at:
            self._weigh_at = now_ms + WEIGH_MS
            (rates, servers), fleet = self._told, self._fleet
            self._part = shares(rates, fleet.rtt_ms, servers, fleet.service_ms, self._part)
            if self._priced:
                price = prices(rates, fleet.rtt_ms, servers, fleet.service_ms, self._part, UNDER_WAY_MOST)
                self._pick = rule("prices", fleet, price=price)
            else:
                self._pick = rule("shares", fleet, weights=self._part)
        return self._pick

    def _hear(self, run: Run, now_ms: float) -> None:
        """Until the first was told: as the fleet was laid out."""
        number, passed = int(run.live.counts[NUMBER]), now_ms - self._at
        if passed > 0:
            came = np.bincount(run.live.client[self._counted : number], minlength=len(self._rates)) / passed
            kept = float(np.exp(-passed / CALM_MS))
            self._rates = kept * self._rates + (1 - kept) * came
            self._weight = kept * self._weight + (1 - kept)
            self._counted, self._at = number, now_ms
            self._late.append((now_ms, self._rates / self._weight, self._fleet.servers * run.live.up))
        while self._late and self._late[0][0] <= now_ms - self._age_ms:
            self._told = self._late.popleft()[1:]


def measured(run: Run, by: Ints) -> tuple[Load, ...]:
    """What each site that is up would tell now: requests in flight, and twice the median of how long they are there already
    (agent.serve.measure)."""
    live, numbers = run.live, run.there()
    where, client = live.site[numbers], live.client[numbers]
    waited = run.now_ms - live.at[numbers] - live.rtt_ms[client, where] / 2
    present = np.bincount(where, minlength=len(live.up))
    return tuple(
        Load(
            contact=_name(s),
            in_flight=float(present[s]) / float(by[s]),
            latency_ms=2 * float(np.median(waited[where == s])) if present[s] else 0.0,
        )
        for s in range(len(live.up))
        if live.up[s]
    )


def _served(fleet: Fleet) -> Served:
    speeds = fleet.servers / fleet.service_ms
    contacts = tuple(
        Contact(id=_name(s), node_id=_name(s), address="::", port=80, locator=number_of(s + 1, 1), speed=float(speed))
        for s, speed in enumerate(speeds)
    )
    return Served(id="s", name="s", cs_id="::", public_key="", port=80, contacts=contacts)


def _checks(run: Run, client: int, now: float) -> dict[str, choose.Probe]:
    """An ingress's own checks: whether a contact answers, at once and in no time; over a link that is cut nothing does."""
    there = run.live.up * run.live.link[client]
    return {_name(s): choose.Probe(float(run.fleet.rtt_ms[client, s]) if there[s] else None, now) for s in range(len(there))}


def _name(site: int) -> str:
    return f"c{site:05d}"
