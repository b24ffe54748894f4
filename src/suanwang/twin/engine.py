"""Simulated time: one loop in machine code that takes whatever comes next, until it is told to stop.

    arrival      a client asks: a rule picks the site (twin.rules), the request sets out        not in the heap: one at a time
    reached      at the site. The first server that is free takes it, in order of coming, and how long it takes is known from
                 the seed: so it is settled here when it is done, and nobody need look again (Kiefer and Wolfowitz 1955)
    done, back   only where somebody watches: who is at a site now, what a client has under way

All it knows lies in arrays, so that it can stop at any time and go on: what decides in between may be any function, and what
seldom happens (twin.run: changes of the world, states written down) is done in between.
"""

import math
from typing import NamedTuple

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.twin.chance import GAP, NEED, ORIGIN, drawn, exponential, normal, uniform
from suanwang.twin.fleet import Pick
from suanwang.twin.heap import pop, push, replace
from suanwang.twin.rules import picked
from suanwang.world.compiled import compiled

REACHED, COUNTED, DONE, BACK = range(4)
"""What happens to a request; COUNTED: it reaches its site, and its client counts it."""
PRESENT, OWN = 1, 2
"""What a rule watches (Pick.watch)."""
SIZE, NUMBER, EVENTS = range(3)
NOW, NEXT, RATE = range(3)
LOST = np.inf
"""As a latency: it will never be answered. NaN: not reached yet."""
EXPONENTIAL, FIXED, LOGNORMAL = range(3)


class Live(NamedTuple):
    """The state of a run. counts, clock: see the names above. heap_*: events: 4 x number of the request + what happens to it.

    Of sites: free (when each server is, infinite for none), service_ms (mean now), up, present. Of client and site: rtt_ms,
    link (0 if cut), own under way; sent in all, the last row by all clients. known_*: as clients know it. keep, other: lots
    for where a request arises. Of requests: at, client, site, latency.
    """

    counts: Ints
    clock: Floats
    heap_at: Floats
    heap_of: Ints
    free: Floats
    service_ms: Floats
    up: Ints
    present: Ints
    rtt_ms: Floats
    link: Ints
    own: Ints
    sent: Ints
    known_present: Ints
    known_up: Ints
    known_sent: Ints
    keep: Floats
    other: Ints
    trace_at: Floats
    trace_client: Ints
    at: Floats
    client: Ints
    site: Ints
    latency: Floats


@compiled
def advance(live: Live, pick: Pick, servers: Ints, until: float, law: int, spread: float, seed: int) -> None:
    """Go on until then; what happens at that very moment is still to come."""
    at, of, rtt_ms, site_of, own = live.heap_at, live.heap_of, live.rtt_ms, live.site, live.own
    size, number, events = live.counts[SIZE], live.counts[NUMBER], live.counts[EVENTS]
    upcoming, rate = live.clock[NEXT], live.clock[RATE]
    while True:
        first = at[0] if size > 0 else np.inf
        if upcoming <= first:
            if upcoming >= until:
                break
            client = (
                live.trace_client[number]
                if len(live.trace_at) > 0
                else drawn(uniform(seed, number, ORIGIN), live.keep, live.other)
            )
            site = picked(
                pick, seed, number, client, servers, live.service_ms, rtt_ms[client], live.present, live.known_present,
                live.known_up, live.known_sent, live.sent, own[client],
            )  # fmt: skip
            live.at[number], live.client[number], site_of[number] = upcoming, client, site
            if site < 0 or live.link[client, site] == 0:
                live.latency[number] = LOST
            else:
                live.sent[client, site] += 1
                live.sent[-1, site] += 1
                what = REACHED
                if pick.watch == OWN:
                    own[client, site] += 1
                    what = COUNTED
                size = push(at, of, size, upcoming + rtt_ms[client, site] / 2, 4 * number + what)
            number += 1
            upcoming = following(upcoming, rate, number, live.trace_at, len(live.at), seed)
        else:
            if first >= until:
                break
            one, what = of[0] >> 2, of[0] & 3
            site, client = site_of[one], live.client[one]
            if what == DONE:
                if live.latency[one] != LOST:
                    live.present[site] -= 1
                size = pop(at, of, size)
            elif what == BACK:
                own[client, site] -= 1
                size = pop(at, of, size)
            elif live.up[site] == 0:
                live.latency[one] = LOST
                if what == COUNTED:
                    own[client, site] -= 1
                size = pop(at, of, size)
            else:
                done = _served(first, live.free[site], servers[site], needed(seed, one, law, spread) * live.service_ms[site])
                back = done + rtt_ms[client, site] / 2
                live.latency[one] = back - live.at[one]
                if pick.watch == PRESENT:
                    live.present[site] += 1
                    replace(at, of, size, done, 4 * one + DONE)
                elif what == COUNTED:
                    replace(at, of, size, back, 4 * one + BACK)
                else:
                    size = pop(at, of, size)
        events += 1
    live.counts[SIZE], live.counts[NUMBER], live.counts[EVENTS] = size, number, events
    live.clock[NEXT], live.clock[NOW] = upcoming, until


@compiled
def _served(now: float, free: Floats, servers: int, takes: float) -> float:
    """By the server that is free first; returns when it is done."""
    best, least = 0, free[0]
    for k in range(1, servers):
        if free[k] < least:
            best, least = k, free[k]
    done = max(now, least) + takes
    free[best] = done
    return done


@compiled
def needed(seed: int, number: int, law: int, spread: float) -> float:
    """What a request needs, as a multiple of its site's mean service time."""
    if law == EXPONENTIAL:
        return exponential(seed, number, NEED)
    if law == FIXED:
        return 1.0
    wide = math.log(1.0 + spread * spread)
    return math.exp(math.sqrt(wide) * normal(seed, number, NEED) - wide / 2)


@compiled
def following(now: float, rate: float, number: int, trace_at: Floats, room: int, seed: int) -> float:
    """When request `number` comes; never, where there is no room to write it down."""
    if number >= room:
        return np.inf
    if len(trace_at) > 0:
        return trace_at[number]
    return now + exponential(seed, number, GAP) / rate if rate > 0.0 else np.inf
