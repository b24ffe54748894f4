"""Simulated time: one loop in machine code that takes whatever comes next, until it is told to stop.

    arrival      a client asks: a rule picks the site (twin.rules), the request sets out          not in the heap: one at a time
    reached      at the site: to a free server, or to the end of the queue
    done         a server is free: the next in the queue; the answer is on its way
    back         the answer is with the client, where clients count what they have under way
    tick         the state of all sites is written down, so that it can be known later; then what is due of the changes

All it knows lies in arrays, so that the loop can stop at any time and go on: what decides in between may be any function.
Requests live in slots; each event stands for a slot and what happens to it.
"""

import math
from typing import NamedTuple

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.twin.chance import GAP, NEED, ORIGIN, drawn, exponential, lots, normal, uniform
from suanwang.twin.fleet import EVERY, Pick
from suanwang.twin.heap import pop, push, replace
from suanwang.twin.rules import picked
from suanwang.world.compiled import compiled

REACHED, DONE, BACK = 0, 1, 2
FREE, ON_WAY, WAITING, SERVED, GONE = range(5)
SIZE, NUMBER, SPARE, FRESH, EVENTS, LOST, CHANGE, TICKS, UNDER_WAY = range(9)
NOW, NEXT, TICK = range(3)
NOBODY = -1


class Live(NamedTuple):
    """The state of a run. counts, clock: see the names above. heap_*: events. slot_*: requests under way; a slot's `next` is
    who waits behind it, or the next free one. Of sites: servers, service_ms, slow (times longer now), up, busy, waiting,
    first, last of the queue, present. Of client and site: rtt_ms, link (0 if cut), own under way; sent in all, the last row
    by all clients. past_*: states at ticks, row tick modulo their length. Of requests: at, client, site, latency. reached,
    load: by window and site.
    """

    counts: Ints
    clock: Floats
    heap_at: Floats
    heap_of: Ints
    slot_number: Ints
    slot_need: Floats
    slot_next: Ints
    slot_phase: Ints
    servers: Ints
    service_ms: Floats
    slow: Floats
    up: Ints
    busy: Ints
    waiting: Ints
    first: Ints
    last: Ints
    present: Ints
    rtt_ms: Floats
    link: Ints
    sent: Ints
    own: Ints
    past_present: Ints
    past_up: Ints
    past_sent: Ints
    base_rates: Floats
    rates: Floats
    keep: Floats
    other: Ints
    changes: Floats
    trace_at: Floats
    trace_client: Ints
    at: Floats
    client: Ints
    site: Ints
    latency: Floats
    reached: Ints
    load: Floats


@compiled
def advance(live: Live, pick: Pick, until: float, tick_ms: float, window_ms: float, law: int, spread: float, seed: int) -> None:
    """Go on until then; what happens at that very moment is still to come."""
    counts, clock = live.counts, live.clock
    at, of = live.heap_at, live.heap_of
    while counts[SIZE] > 0 or clock[NEXT] < np.inf or counts[CHANGE] < len(live.changes) or until < np.inf:
        stop = min(until, clock[TICK])
        change = counts[CHANGE]
        if change < len(live.changes):
            stop = min(stop, live.changes[change, 0])
        while True:
            first = at[0] if counts[SIZE] > 0 else np.inf
            if clock[NEXT] < first:
                if clock[NEXT] >= stop:
                    break
                clock[NOW] = clock[NEXT]
                _arrive(live, pick, law, spread, tick_ms, seed)
            else:
                if first >= stop:
                    break
                clock[NOW] = first
                what = of[0]
                if what & 3 == REACHED:
                    _reach(live, what >> 2, window_ms)
                elif what & 3 == DONE:
                    _finish(live, what >> 2, pick.tracks)
                else:
                    number = live.slot_number[what >> 2]
                    live.own[live.client[number], live.site[number]] -= 1
                    _leave(live, what >> 2)
                    counts[SIZE] = pop(at, of, counts[SIZE])
            counts[EVENTS] += 1
        clock[NOW] = stop
        if stop >= until:
            break
        if change < len(live.changes) and live.changes[change, 0] <= stop:
            _turn(live, live.changes[change], seed)
            counts[CHANGE] += 1
        else:
            _tick(live, tick_ms, window_ms)


@compiled
def _arrive(live: Live, pick: Pick, law: int, spread: float, tick_ms: float, seed: int) -> None:
    counts, now = live.counts, live.clock[NOW]
    number = counts[NUMBER]
    counts[NUMBER] += 1
    if len(live.trace_at) > 0:
        client = live.trace_client[number]
    else:
        client = drawn(uniform(seed, number, ORIGIN), live.keep, live.other)
    live.at[number], live.client[number] = now, client
    schedule(live, seed)
    site = picked(
        pick, seed, number, client, counts[TICKS], tick_ms, live.servers, live.service_ms, live.rtt_ms[client],
        live.present, live.past_present, live.past_up, live.past_sent, live.sent, live.own[client],
    )  # fmt: skip
    live.site[number] = site
    if site == NOBODY or live.link[client, site] == 0:
        counts[LOST] += 1
        return
    slot = counts[SPARE]
    if slot == NOBODY:
        slot = counts[FRESH]
        counts[FRESH] += 1
    else:
        counts[SPARE] = live.slot_next[slot]
    need = 1.0
    if law == 0:
        need = exponential(seed, number, NEED)
    elif law == 2:
        wide = math.log(1.0 + spread * spread)
        need = math.exp(math.sqrt(wide) * normal(seed, number, NEED) - wide / 2)
    live.slot_number[slot], live.slot_need[slot], live.slot_phase[slot] = number, need, ON_WAY
    live.sent[client, site] += 1
    live.sent[-1, site] += 1
    live.own[client, site] += 1
    counts[UNDER_WAY] += 1
    reach = now + live.rtt_ms[client, site] / 2
    counts[SIZE] = push(live.heap_at, live.heap_of, counts[SIZE], reach, slot * 4 + REACHED)


@compiled
def schedule(live: Live, seed: int) -> None:
    """When the next request comes; never, where there is no more room to write it down."""
    number = live.counts[NUMBER]
    if number >= len(live.at):
        live.clock[NEXT] = np.inf
    elif len(live.trace_at) > 0:
        live.clock[NEXT] = live.trace_at[number]
    else:
        total = live.rates.sum()
        live.clock[NEXT] = live.clock[NOW] + exponential(seed, number, GAP) / total if total > 0.0 else np.inf


@compiled
def _reach(live: Live, slot: int, window_ms: float) -> None:
    """The first event of the heap: at its site."""
    counts, number = live.counts, live.slot_number[slot]
    site = live.site[number]
    if live.up[site] == 0:
        _lose(live, slot)
        counts[SIZE] = pop(live.heap_at, live.heap_of, counts[SIZE])
        return
    live.reached[min(int(live.clock[NOW] / window_ms), len(live.reached) - 1), site] += 1
    live.present[site] += 1
    if live.busy[site] < live.servers[site]:
        live.busy[site] += 1
        replace(live.heap_at, live.heap_of, counts[SIZE], _served(live, slot, site), slot * 4 + DONE)
        return
    live.slot_phase[slot], live.slot_next[slot] = WAITING, NOBODY
    if live.waiting[site] == 0:
        live.first[site] = slot
    else:
        live.slot_next[live.last[site]] = slot
    live.last[site] = slot
    live.waiting[site] += 1
    counts[SIZE] = pop(live.heap_at, live.heap_of, counts[SIZE])


@compiled
def _served(live: Live, slot: int, site: int) -> float:
    """A server takes it; returns when it is done."""
    live.slot_phase[slot] = SERVED
    return live.clock[NOW] + live.slot_need[slot] * live.service_ms[site] * live.slow[site]


@compiled
def _finish(live: Live, slot: int, tracks: bool) -> None:
    """The first event of the heap: a server is done with it."""
    counts, number, now = live.counts, live.slot_number[slot], live.clock[NOW]
    if live.slot_phase[slot] == GONE:
        _lose(live, slot)
        counts[SIZE] = pop(live.heap_at, live.heap_of, counts[SIZE])
        return
    site = live.site[number]
    back = now + live.rtt_ms[live.client[number], site] / 2
    live.latency[number] = back - live.at[number]
    live.present[site] -= 1
    counts[UNDER_WAY] -= 1
    if not tracks:
        _leave(live, slot)
    if live.waiting[site] > 0:
        after = live.first[site]
        live.first[site] = live.slot_next[after]
        live.waiting[site] -= 1
        replace(live.heap_at, live.heap_of, counts[SIZE], _served(live, after, site), after * 4 + DONE)
        if tracks:
            counts[SIZE] = push(live.heap_at, live.heap_of, counts[SIZE], back, slot * 4 + BACK)
        return
    live.busy[site] -= 1
    if tracks:
        replace(live.heap_at, live.heap_of, counts[SIZE], back, slot * 4 + BACK)
    else:
        counts[SIZE] = pop(live.heap_at, live.heap_of, counts[SIZE])


@compiled
def _leave(live: Live, slot: int) -> None:
    live.slot_phase[slot] = FREE
    live.slot_next[slot] = live.counts[SPARE]
    live.counts[SPARE] = slot


@compiled
def _lose(live: Live, slot: int) -> None:
    number = live.slot_number[slot]
    live.own[live.client[number], live.site[number]] -= 1
    live.counts[LOST] += 1
    live.counts[UNDER_WAY] -= 1
    _leave(live, slot)


@compiled
def _tick(live: Live, tick_ms: float, window_ms: float) -> None:
    """Tick t is true of t x tick_ms, and lies in row t modulo their number."""
    row = live.counts[TICKS] % len(live.past_present)
    live.past_present[row] = live.present
    live.past_up[row] = live.up
    live.past_sent[row] = live.sent
    window = min(int(live.clock[NOW] / window_ms), len(live.load) - 1)
    live.load[window] += live.present * (tick_ms / window_ms)
    live.counts[TICKS] += 1
    live.clock[TICK] += tick_ms


@compiled
def _turn(live: Live, change: Floats, seed: int) -> None:
    """The world is another one: a row of time, number in TURNS, site, client, times."""
    turn, site, client, times = int(change[1]), int(change[2]), int(change[3]), change[4]
    if turn == 0:
        live.up[site] = 0
        _die(live, site)
    elif turn == 1:
        live.up[site] = 1
    elif turn == 5:
        live.slow[site] = times
    elif turn == 4:
        before = live.rates.sum()
        for i in range(len(live.rates)):
            if client in (EVERY, i):
                live.rates[i] = live.base_rates[i] * times
        lots(live.rates, live.keep, live.other)
        after = live.rates.sum()
        if len(live.trace_at) == 0 and live.counts[NUMBER] < len(live.at):  # what is left of the gap goes by the new rate
            if before > 0.0 and after > 0.0:
                live.clock[NEXT] = live.clock[NOW] + (live.clock[NEXT] - live.clock[NOW]) * before / after
            else:
                schedule(live, seed)
    else:
        for i in range(len(live.link)):
            for s in range(live.link.shape[1]):
                if client in (EVERY, i) and site in (EVERY, s):
                    live.link[i, s] = 0 if turn == 2 else 1


@compiled
def _die(live: Live, site: int) -> None:
    """Who waits is lost at once, who is served when it would have been done; nothing of either reaches a server."""
    while live.waiting[site] > 0:
        slot = live.first[site]
        live.first[site] = live.slot_next[slot]
        live.waiting[site] -= 1
        _lose(live, slot)
    for slot in range(live.counts[FRESH]):
        if live.slot_phase[slot] == SERVED and live.site[live.slot_number[slot]] == site:
            live.slot_phase[slot] = GONE
    live.busy[site] = 0
    live.present[site] = 0
