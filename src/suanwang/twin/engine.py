"""Simulated time: one loop in machine code that takes whatever comes next, until it is told to stop.

    arrival      a client asks: a rule picks the site (twin.rules), the request sets out        not in the heap: one at a time
    again        what was lost on its way is sent once more, by the rule as it is then; the draws are those of the first time
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
from suanwang.twin.chance import GAP, NEED, ORIGIN, SITE, drawn, exponential, normal, uniform
from suanwang.twin.cores import ASK_MS, came, pace, waited
from suanwang.twin.fleet import Pick
from suanwang.twin.heap import pop, push, replace
from suanwang.twin.quota import AFTER, throttled
from suanwang.twin.rules import SHARES, picked
from suanwang.world.compiled import compiled

REACHED, COUNTED, DONE, BACK, AGAIN = range(5)
"""What happens to a request; COUNTED: it reaches its site, and its client counts it."""
PRESENT, OWN = 1, 2
"""What a rule watches (Pick.watch)."""
SIZE, NUMBER, EVENTS = range(3)
NOW, NEXT, RATE = range(3)
LOST = np.inf
"""As a latency: it will never be answered. NaN: not reached yet."""
EXPONENTIAL, FIXED, LOGNORMAL = range(3)
TRIES_MS = 127.0
"""In times of again_ms: what is lost is given up by then (the six repetitions of tcp_syn_retries)."""


class Live(NamedTuple):
    """The state of a run. counts, clock: see the names above. heap_*: events: 8 x number of the request + what happens to it.

    Of sites: free (when each server is, infinite for none), service_ms (mean now), up, present. Of client and site: rtt_ms,
    link (0 if cut), own under way; sent in all, the last row by all clients. known_*: as clients know it. keep, other: lots
    for where a request arises. quota: see twin.quota; shared: see twin.cores. Of requests: at, client, site, latency.
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
    quota: Floats
    shared: Floats
    trace_at: Floats
    trace_client: Ints
    at: Floats
    client: Ints
    site: Ints
    latency: Floats


@compiled
def advance(
    live: Live, pick: Pick, servers: Ints, until: float, law: int, spread: float, turns: float, again_ms: float, seed: int
) -> None:  # fmt: skip
    """Go on until then; what happens at that very moment is still to come."""
    # by name, once: each look into a tuple of arrays counts who else looks, and that costs as much as an event
    heap_at, heap_of, free, up, present = live.heap_at, live.heap_of, live.free, live.up, live.present
    service_ms, rtt_ms, link, own, sent = live.service_ms, live.rtt_ms, live.link, live.own, live.sent
    known_present, known_up, known_sent = live.known_present, live.known_up, live.known_sent
    born_at, client_of, site_of, latency = live.at, live.client, live.site, live.latency
    keep, other, trace_at, trace_client, quota = live.keep, live.other, live.trace_at, live.trace_client, live.quota
    shared, asks = live.shared, int(turns)
    ask_ms = shared[0, ASK_MS] * pace(shared)[0] if len(shared) > 0 else 0.0
    share_keep, share_other, shares, watch = pick.keep, pick.other, pick.rule == SHARES, pick.watch
    size, number, events = int(live.counts[SIZE]), int(live.counts[NUMBER]), int(live.counts[EVENTS])
    upcoming, rate, out, bounded = live.clock[NEXT], live.clock[RATE], turns - 0.5, len(quota) > 0
    while True:
        first = heap_at[0] if size > 0 else np.inf
        now = min(upcoming, first)
        if now >= until:
            break
        events += 1
        if upcoming <= first:
            one, what = number, AGAIN
            client = int(trace_client[one]) if len(trace_at) > 0 else drawn(uniform(seed, one, ORIGIN), 0, keep, other)
            born_at[one], client_of[one] = upcoming, client
            number += 1
            upcoming = following(upcoming, rate, number, trace_at, len(born_at), seed)
        else:
            one, what = int(heap_of[0]) >> 3, int(heap_of[0]) & 7
            client = int(client_of[one])
            if what == AGAIN:
                size = pop(heap_at, heap_of, size)
        if what == AGAIN:
            if shares:
                site = drawn(uniform(seed, one, SITE), client, share_keep, share_other)
            else:
                site = picked(
                    pick, seed, one, client, servers, service_ms, rtt_ms, present, known_present, known_up, known_sent, sent,
                    own,
                )  # fmt: skip
            site_of[one] = site
            if site < 0 or link[client, site] == 0:
                latency[one], again_at = _lost(now, born_at[one], again_ms)
                if again_at < np.inf:
                    size = push(heap_at, heap_of, size, again_at, 8 * one + AGAIN)
                continue
            sent[client, site] += 1
            sent[-1, site] += 1
            what = REACHED
            if watch == OWN:
                own[client, site] += 1
                what = COUNTED
            there = now + out * rtt_ms[client, site]
            if len(shared) > 0:
                came(now, site, shared)
                for turn in range(asks):
                    there += ask_ms + waited(now, seed, one, turn, shared)
            size = push(heap_at, heap_of, size, there, 8 * one + what)
            continue
        site = int(site_of[one])
        if what == DONE:
            if latency[one] != LOST:
                present[site] -= 1
            size = pop(heap_at, heap_of, size)
        elif what == BACK:
            own[client, site] -= 1
            size = pop(heap_at, heap_of, size)
        elif up[site] == 0 or (turns > 1.0 and link[client, site] == 0):
            if what == COUNTED:
                own[client, site] -= 1
            latency[one], again_at = _lost(now - out * rtt_ms[client, site], born_at[one], again_ms)
            size = pop(heap_at, heap_of, size)
            if again_at < np.inf:
                size = push(heap_at, heap_of, size, max(now, again_at), 8 * one + AGAIN)
        else:
            takes = needed(seed, one, law, spread) * service_ms[site]
            if bounded:
                needs = takes - quota[site, AFTER]
                done, free[site, 0] = throttled(now, free[site, 0], needs, site, quota, shared, seed, one)
            else:
                done = _served(now, free, site, servers[site], takes)
            back = done + rtt_ms[client, site] / 2
            if len(shared) > 0:
                back += ask_ms + waited(now, seed, one, asks, shared)
            latency[one] = back - born_at[one]
            if watch == PRESENT:
                present[site] += 1
                replace(heap_at, heap_of, size, done, 8 * one + DONE)
            elif what == COUNTED:
                replace(heap_at, heap_of, size, back, 8 * one + BACK)
            else:
                size = pop(heap_at, heap_of, size)
    live.counts[SIZE], live.counts[NUMBER], live.counts[EVENTS] = size, number, events
    live.clock[NEXT], live.clock[NOW] = upcoming, until


@compiled
def _lost(sent_at: float, born_at: float, again_ms: float) -> tuple[float, float]:
    """(its latency for now, when it is sent again): each time after twice as long, and not for ever."""
    passed = sent_at - born_at
    if again_ms <= 0.0 or 2.0 * passed + again_ms > TRIES_MS * again_ms:
        return LOST, np.inf
    return np.nan, born_at + 2.0 * passed + again_ms


@compiled
def _served(now: float, free: Floats, site: int, servers: int, takes: float) -> float:
    """By the server that is free first; returns when it is done."""
    best, least = 0, free[site, 0]
    for k in range(1, servers):
        if free[site, k] < least:
            best, least = k, free[site, k]
    done = max(now, least) + takes
    free[site, best] = done
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
