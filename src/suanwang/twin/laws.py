"""The laws of the real network, played in simulated time: what they are told is as old as given, and what they say is how requests
are sent in the next step.

    selector    steer.choose at every ingress, as a forwarder steps it: loads and checks in, weights out
    by_rates    steer.shares on the rates that ingresses told
    by_prices   the same, and at each request steer.prices on what the ingress has under way

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
from suanwang.twin.engine import FRESH, NUMBER, SERVED, WAITING
from suanwang.twin.fleet import Fleet, Pick
from suanwang.twin.run import Law, Run, rule

TELL_MS, CHECK_MS, STEP_MS = 125.0, 250.0, 1000 * choose.STEP_S
"""Loads are told eight times a second at most (steer.loads), contacts are checked four times; a law is stepped so often."""
CALM_MS = 2000.0
"""Rates are counted over about so long."""
UNDER_WAY_MOST = 120


def selector(fleet: Fleet, age_ms: float, *, per_server: bool = False) -> Law:
    """The present law. One contact for each site, whose speed is what all its servers do. per_server: a site tells requests in
    flight per server instead of all: the law takes each contact for one server."""
    served, clients = _served(fleet), len(fleet.rates)
    memory = [choose.Memory() for _ in range(clients)]
    latency = [{(s + 1, 0): float(ms) / 2 for s, ms in enumerate(row)} for row in fleet.rtt_ms]
    loads, late = dict[str, tuple[Load, float]](), deque[tuple[float, tuple[Load, ...]]]()
    by = fleet.servers if per_server else np.ones_like(fleet.servers)
    checked, due = [dict[str, choose.Probe]() for _ in range(clients)], {"tell": 0.0, "check": 0.0}

    def law(run: Run, now_ms: float) -> Pick:
        if now_ms >= due["tell"]:
            due["tell"] = now_ms + TELL_MS
            late.append((now_ms, measured(run, by)))
        while late and late[0][0] <= now_ms - age_ms:
            loads.update({load.contact: (load, now_ms / 1000) for load in late.popleft()[1]})
        if now_ms >= due["check"]:
            due["check"] = now_ms + CHECK_MS
            for i in range(clients):
                checked[i] = _checks(run, i, now_ms / 1000)
        weights, heard = np.zeros(fleet.rtt_ms.shape), dict(loads)
        for i in range(clients):
            seen = choose.Seen(services=(served,), loads=heard, latency_ms=latency[i], probes=checked[i])
            memory[i], told = choose.step(memory[i], seen, now_ms / 1000)
            weights[i] = [told["s"][contact.id] for contact in served.contacts]
        return rule("shares", fleet, weights=weights)

    return law


def by_rates(fleet: Fleet, age_ms: float, *, priced: bool = False, every_ms: float = 200.0) -> Law:
    """Rates as they were counted at each ingress, told to all; servers that are up as they were told. priced: what is said of a
    request is not the share, but the price."""
    told, due = Told(fleet, age_ms), {"at": 0.0}
    known = {"shares": np.full(fleet.rtt_ms.shape, 1.0 / len(fleet.servers)), "pick": None}

    def law(run: Run, now_ms: float) -> Pick:
        rates, servers = told.at(run, now_ms)
        if known["pick"] is None or now_ms >= due["at"]:
            due["at"] = now_ms + every_ms
            part = shares(rates, fleet.rtt_ms, servers, fleet.service_ms, known["shares"])
            known["shares"] = part
            if priced:
                price = prices(rates, fleet.rtt_ms, servers, fleet.service_ms, part, UNDER_WAY_MOST)
                known["pick"] = rule("prices", fleet, price=price)
            else:
                known["pick"] = rule("shares", fleet, weights=part)
        return known["pick"]

    return law


def by_prices(fleet: Fleet, age_ms: float) -> Law:
    return by_rates(fleet, age_ms, priced=True)


class Told:
    """What all ingresses were told of each other's rates and of which sites are up: as it was so long ago."""

    def __init__(self, fleet: Fleet, age_ms: float) -> None:
        self._fleet, self._age_ms = fleet, age_ms
        self._late = deque[tuple[float, Floats, Ints]]()
        self._rates = np.zeros(len(fleet.rates))
        self._counted, self._at, self._weight = 0, 0.0, 0.0
        self._known = fleet.rates, fleet.servers

    def at(self, run: Run, now_ms: float) -> tuple[Floats, Ints]:
        """(requests a ms by ingress, servers by site). Until the first was told: as the fleet was laid out."""
        number, passed = int(run.live.counts[NUMBER]), now_ms - self._at
        if passed > 0:
            came = np.bincount(run.live.client[self._counted : number], minlength=len(self._rates)) / passed
            kept = np.exp(-passed / CALM_MS)
            self._rates = kept * self._rates + (1 - kept) * came
            self._weight = kept * self._weight + (1 - kept)
            self._counted, self._at = number, now_ms
            self._late.append((now_ms, self._rates / self._weight, self._fleet.servers * run.live.up))
        while self._late and self._late[0][0] <= now_ms - self._age_ms:
            self._known = self._late.popleft()[1:]
        return self._known


def measured(run: Run, by: Ints) -> tuple[Load, ...]:
    """What each site that is up would tell now: requests in flight, and twice the median of how long they are there already
    (agent.serve.measure)."""
    live, fresh = run.live, int(run.live.counts[FRESH])
    phase = live.slot_phase[:fresh]
    numbers = live.slot_number[:fresh][(phase == WAITING) | (phase == SERVED)]
    where, waited = live.site[numbers], run.now_ms - live.at[numbers]
    waited = waited - run.fleet.rtt_ms[live.client[numbers], where] / 2
    return tuple(
        Load(
            contact=_name(s),
            in_flight=float(live.present[s]) / float(by[s]),
            latency_ms=2 * float(np.median(waited[where == s])) if live.present[s] else 0.0,
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
