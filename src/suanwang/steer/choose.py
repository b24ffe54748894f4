"""The path selector (C-PS): from what is known of instances and paths to the share of new flows that each instance gets.

    load     how much work comes in at each ingress, as a part of what all instances together can do: new flows, by the work of
             a flow; and at least what requests in flight and their growth say
    cost     of one more request at an instance: the way there and back, twice, and TAIL times its toll, by how busy it is
    split    the load of all ingresses is divided so that nobody would have less cost elsewhere (steer.shares); of that each
             ingress follows its own part
    list     what one more flow costs at each instance, by how many this ingress has under way there (steer.prices): each new
             flow goes where it is cheapest, and all of them together near to the split. Where nothing can choose for each
             flow, they are dealt by the split itself

What comes in does not depend on how it is split, so the split does not chase its own effect: no oscillation, no herd. How
much an instance can do is what its node is known to, corrected by what is seen: a request that takes longer than the queue
explains makes its instance count for less. It is told by nodes, and timed by the selector itself; the worse is believed, so
that nobody gains by what it says. The law and its limits: docs/steering-choice.md.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from suanwang.model.steering import End, Load, Served
from suanwang.steer.columns import Bools, Floats, Known, Layout, blank, laid, moved, parts, sums
from suanwang.steer.prices import prices, shift_of
from suanwang.steer.shares import BUSY_MOST, Rooms, busy_of, divided, present

UNIT_MS = 10.0
"""Time of one request at an instance of average speed that is idle, until more is known."""
UNLIKE = 5.0
"""An instance is at most so many times as quick or as slow as the average of its service, by what was said beforehand."""
TAIL = 3.0
"""Waiting counts for so much, since it is what makes the slow answers slow: of an M/M/1 queue the 95th percentile is ln 20 =
3.0 times the mean."""
CALM_S = 0.5
"""Requests in flight are counted over about so long, since they come and go one by one: of a few the busy time would else
seem less."""
FALL_S = 1.0
"""The load is believed at once when it rises; when it falls, by two thirds of the difference in so many seconds."""
TURNS = 2.0
"""Times that a packet goes there and back before a new flow has its answer: TCP asks first."""
QUEUED, AT_ONCE = 1.5, 1.0
"""Requests in flight beyond so many times what follows from its part, and so many more, are a queue that those who come wait
for."""
DRAIN_MS, ROOM_LEAST = 500.0, 0.1
"""A queue is to be worked off in so long: the time for it is not there for those who come. No less than so much is left."""
DOUBT = 1.5
"""A time of one request, worked out from few that are in flight, errs: only what is longer by so much is a sign."""
PEAK_S = 0.5
"""Who is in flight now met the queue of a while ago: the most that was, less by two thirds in so many seconds."""
TOLD, MANY, FORGOTTEN = 0.5, 3.0, 0.8
"""Part of what is new in the time of one request as told, if so many are in flight or more; what is left after a second of what
is unusual."""
QUICKER, SLOWLY = 0.5, 0.1
"""Parts of what is new in answer times: an answer that was slow may have waited in a queue that was not told of yet."""
WORK_S, FLOWS_LEAST, APART = 5.0, 5.0, 2.0
"""How busy all are over the rate of flows, each over about so long and of so many flows at least, is the work of a flow. What
follows from it is believed up to so many times what is seen in flight: a rate that somebody made up does no more."""
NOTHING = 1e-12
WANT_LEAST = 0.1
"""Of what one contact can do, as if at least so much came in: whoever comes first to a service that nobody asks for finds
what is nearest."""
KEPT_S, OWN_MOST = 60.0, 3.0
"""For how long flows are under way beside their request is learned over so long, and at once if it is less; flows under way
beyond so many times what is usual are a queue, and say nothing of it."""
FEW = 8.0
"""Beyond that and so many more they are a queue of which nobody needs to tell."""
SURE = 0.8
"""Where rates are counted, no less is believed to come in than so much of what is seen in flight. All of it, as it was, is
too much: a rise is believed at once, so that chance alone makes it seem more."""
PART_LEAST = 1e-3
"""Of all, where nothing comes in here: what comes next is to find its way all the same."""
ROUNDS, AFRESH = 24, 30
"""Of the division, from where the last step ended, and from nothing."""
STILL = 0.06
"""Weights stay as they are while none would change by more than this part of the largest."""
LEAST, MOST = 1, 256
"""LEAST: of an instance that is well and gets no share: its flows stay, and hardly any new ones come."""
STEP_S = 0.04
LIFETIME_S = 3.0


class Probe(NamedTuple):
    """What the selector itself measured of a contact, way included; ms None: it did not answer."""

    ms: float | None
    at: float


class Door(NamedTuple):
    """Where users come in. flows_per_s: new flows, by service id; one that is not named has none. latency_ms: one way, by where
    a policy leads."""

    flows_per_s: Mapping[str, float]
    latency_ms: Mapping[End, float]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """loads: by contact, and when each was heard. latency_ms: one way, by where a policy leads. probes: by contact, along
    the policies of color 0. flows_per_s: new flows that come in here, by service id; under_way: those from here that wait for
    an answer, by contact; doors: the other ingresses. Times: the caller's clock."""

    services: tuple[Served, ...]
    loads: Mapping[str, tuple[Load, float]] = msgspec.field(default_factory=dict[str, tuple[Load, float]])
    latency_ms: Mapping[End, float] = msgspec.field(default_factory=dict[End, float])
    probes: Mapping[str, Probe] = msgspec.field(default_factory=dict[str, Probe])
    flows_per_s: Mapping[str, float] = msgspec.field(default_factory=dict[str, float])
    under_way: Mapping[str, int] = msgspec.field(default_factory=dict[str, int])
    doors: tuple[Door, ...] = ()
    lifetime_s: float = LIFETIME_S


class Listed(NamedTuple):
    """A price list. ids: contacts, row by row. rows: by contact and step, ms. shift: flows under way >> shift are the step."""

    ids: tuple[str, ...]
    rows: Floats
    shift: int


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What a selector remembers from one step to the next; it is never changed, but made anew."""

    layout: Layout | None = None
    state: Floats | None = None
    at: float = float("-inf")


def step(memory: Memory, seen: Seen, now: float) -> tuple[Memory, dict[str, dict[str, int]]]:
    """(what to remember, weights 0 to 256 by service and contact). Sooner than STEP_S after the last step only who lives
    changes."""
    layout, state = _known(memory, seen.services)
    if not layout.ids:
        return Memory(layout=layout, state=state, at=now), {s.id: {} for s in seen.services}
    due = now - memory.at >= STEP_S
    known = _heard(Known(*state), layout, seen)
    fresh = now - known.heard_at < seen.lifetime_s
    alive, passed_s = _alive(known, layout, fresh), min(1.0, now - memory.at)
    if due:
        known = chosen(known, layout, _ways_ms(layout, seen), _rates(layout, seen), _own(layout, seen), alive, fresh, passed_s)
    else:
        known = _living(known, layout, alive)
    return Memory(layout=layout, state=np.array(known), at=now if due else memory.at), _told(layout, known.weight)


def priced(memory: Memory, seen: Seen, now: float) -> dict[str, Listed]:
    """What one more flow costs at each contact, by service, as it follows from what `step` has found last. A service of whose
    contacts none was heard of late, and to whom the brain gave weights, is not in it: those weights are better."""
    layout, state = _known(memory, seen.services)
    if not layout.ids:
        return {}
    known = Known(*state)
    usual, slow = _units_ms(known, layout)
    way_ms = _ways_ms(layout, seen)[0]
    own = _usual_own(known, layout, way_ms)
    shift = np.array([shift_of(most) for most in np.maximum.reduceat(own, layout.starts)], np.int64)
    rows = prices(way_ms, TAIL * usual * slow, layout.servers, known.busy, known.part, own, shift[layout.owner])
    rows[known.weight <= 0] = np.inf
    blind = _blind(layout, now - known.heard_at < seen.lifetime_s, known.weight > 0)
    ends = np.append(layout.starts[1:], len(layout.ids))
    return {
        one.id: Listed(layout.ids[start:end], rows[start:end], bits)
        for one, start, end, bits, dark in zip(
            layout.held, layout.starts.tolist(), ends.tolist(), shift.tolist(), blind.tolist(), strict=True
        )
        if not dark
    }


def _kept(known: Known, layout: Layout, way_ms: Floats, passed_s: float) -> Floats:
    """For how long flows of each service stay under way when their request and one way there and back are over: Little's law,
    on all that are under way from here. It rises slowly: flows that wait in a queue are under way for longer, too."""
    more = sums(known.own - _usual_own(known, layout, way_ms), layout)
    now = known.kept_ms + (1000 * more / np.maximum(sums(known.sent, layout), NOTHING))[layout.owner]
    now = np.where((sums(known.sent, layout) > 0)[layout.owner], np.maximum(0.0, now), known.kept_ms)
    return np.minimum(now, known.kept_ms + (1 - math.exp(-passed_s / KEPT_S)) * (now - known.kept_ms))


def _usual_own(known: Known, layout: Layout, way_ms: Floats) -> Floats:
    """Flows from here that are under way at each contact in the mean, as they follow from the division. way_ms: there and
    back, twice."""
    return known.part * present(layout.servers, known.busy) + known.sent / 1000 * (way_ms / TURNS + known.kept_ms)


def chosen(
    known: Known, layout: Layout, way_ms: Floats, rates: Floats, own: Floats, alive: Bools, fresh: Bools, passed_s: float
) -> Known:
    """One step of the law, on columns. way_ms: there and back, twice, by ingress, this one first, and contact. rates: new flows
    a second, by ingress and service. own: flows under way from here, by contact. alive: who may get new flows. fresh: who was
    heard of late; where nobody was, the brain's weights are better than none. passed_s: since the last."""
    usual, slow = _units_ms(known, layout)
    unit, room = usual * slow, layout.room / slow
    most = OWN_MOST * _usual_own(known, layout, way_ms[0])
    known = known._replace(in_flight=np.maximum(known.in_flight, own - most - FEW))
    known = _learnt(known._replace(total=_total(known, layout, room, unit, passed_s)), layout, rates.sum(0), passed_s)
    want = _want(known, layout, room, rates)
    queue_ms = unit * _excess(known, layout) / layout.servers
    room = alive * room * np.clip(1 - queue_ms / DRAIN_MS, ROOM_LEAST, 1)
    rooms = Rooms(room, TAIL * unit, layout.servers, layout.starts, layout.owner)
    flow, price = divided(want, way_ms, rooms, known.price, ROUNDS if known.price.any() else AFRESH)
    blind = _blind(layout, fresh, alive)
    weight = _weights(np.where(blind[layout.owner], alive * layout.given, flow[0]), alive, layout)
    known = known._replace(
        price=price,
        busy=np.minimum(flow.sum(0) / np.where(room > 0, room, 1.0), BUSY_MOST),
        part=flow[0] / np.maximum(flow.sum(0), NOTHING),
        sent=rates[0][layout.owner] * parts(flow[0], layout.starts, layout.owner),
        told_ms=usual + (known.told_ms - usual) * FORGOTTEN**passed_s,
        weight=_still(weight, known.weight, alive, layout),
    )
    own = np.minimum(own, OWN_MOST * _usual_own(known, layout, way_ms[0]))
    known = known._replace(own=known.own + (1 - math.exp(-passed_s / WORK_S)) * (own - known.own))
    return known._replace(kept_ms=_kept(known, layout, way_ms[0], passed_s))


def _blind(layout: Layout, fresh: Bools, alive: Bools) -> Bools:
    """Services of whose contacts nobody was heard of late, and to whom the brain gave weights."""
    return (sums(fresh.astype(float), layout) == 0) & (sums(alive * layout.given, layout) > 0)


def usual_ms(layout: Layout) -> Floats:
    """Time of one request at each contact when it is idle, by what was said of its speed."""
    speed = layout.speed / layout.servers
    mean = (sums(speed, layout) / sums(np.ones(len(speed)), layout))[layout.owner]
    return UNIT_MS * np.clip(mean / speed, 1 / UNLIKE, UNLIKE)


def _units_ms(known: Known, layout: Layout) -> tuple[Floats, Floats]:
    """(time of one request at each contact as it should be, how many times as long it takes)."""
    usual = usual_ms(layout) * _pace(known, layout)
    return usual, np.maximum(1.0, np.maximum(known.unit_ms, known.told_ms / DOUBT) / usual)


def _pace(known: Known, layout: Layout) -> Floats:
    """How much longer than UNIT_MS requests of this service take, by what was told: the harmonic mean over what each can do,
    in which one that has become slow counts for little, and one that says it is quick for no more than it should be."""
    times = np.clip(known.told_ms / usual_ms(layout), 1.0, UNLIKE)
    return 1 / sums(layout.room / times, layout)[layout.owner]


def _known(memory: Memory, services: tuple[Served, ...]) -> tuple[Layout, Floats]:
    if memory.layout is not None and memory.layout.services == services and memory.state is not None:
        return memory.layout, memory.state
    layout = laid(services)
    if memory.layout is None or memory.state is None:
        return layout, blank(len(layout.ids))
    return layout, moved(memory.state, memory.layout, layout)


def _heard(known: Known, layout: Layout, seen: Seen) -> Known:
    """With what was heard since the last step."""
    rows = {name: getattr(known, name).copy() for name in Known._fields}
    for contact, (load, at) in seen.loads.items():
        i = layout.index.get(contact)
        if i is None or at <= rows["heard_at"][i]:
            continue
        rows["before"][i], rows["before_at"][i] = rows["in_flight"][i], rows["heard_at"][i]
        rows["in_flight"][i], rows["heard_at"][i] = load.in_flight, at
        part = 1 - math.exp((rows["before_at"][i] - at) / CALM_S) if rows["before_at"][i] > 0 else 1.0
        rows["calm"][i] += part * (load.in_flight - rows["calm"][i])
        rows["well"][i] = float(load.healthy)
        rows["peak"][i] = max(load.in_flight, rows["peak"][i] * math.exp((rows["before_at"][i] - at) / PEAK_S))
        if load.in_flight >= 1 and load.latency_ms > 0:
            part = TOLD * min(1.0, load.in_flight / MANY)
            rows["told_ms"][i] += part * (load.latency_ms / max(1.0, rows["peak"][i] / layout.servers[i]) - rows["told_ms"][i])
    for contact, probe in seen.probes.items():
        i = layout.index.get(contact)
        if i is not None and probe.at > rows["probed_at"][i]:
            rows["probed_at"][i], rows["reached"][i] = probe.at, float(probe.ms is not None)
            if probe.ms is not None:
                _timed(rows, i, layout.servers[i], max(0.0, probe.ms - 2 * seen.latency_ms.get((layout.ends[i][0], 0), 0.0)))
    return Known(**rows)


def _timed(rows: dict[str, Floats], i: int, servers: int, answer_ms: float) -> None:
    """The time of one request, from an answer to this selector and the queue that it may have waited in. That an idle instance
    is quick with a check says little of what it does with requests."""
    queue = rows["peak"][i]
    unit, before = answer_ms / (1 + queue / servers), rows["unit_ms"][i]
    part = 1.0 if before == 0 else QUICKER if unit < before and queue >= 1 else SLOWLY
    rows["unit_ms"][i] += part * (unit - before)


def _ways_ms(layout: Layout, seen: Seen) -> Floats:
    """There and back, twice, by ingress and contact."""
    doors = (seen.latency_ms, *(door.latency_ms for door in seen.doors))
    return np.array([[2 * TURNS * ms.get(end, 0.0) for end in layout.ends] for ms in doors], float)


def _rates(layout: Layout, seen: Seen) -> Floats:
    """New flows a second, by ingress and service."""
    doors = (seen.flows_per_s, *(door.flows_per_s for door in seen.doors))
    return np.array([[told.get(one.id, 0.0) for one in layout.held] for told in doors], float)


def _own(layout: Layout, seen: Seen) -> Floats:
    """Flows under way from here, by contact."""
    return np.array([seen.under_way.get(one, 0) for one in layout.ids], float)


def _learnt(known: Known, layout: Layout, rate: Floats, passed_s: float) -> Known:
    """Means over WORK_S of what is in flight and of the rate of flows; of a service that nobody counts, nothing."""
    counted, kept = (rate > 0)[layout.owner] | (known.flows > FLOWS_LEAST / WORK_S), math.exp(-passed_s / WORK_S)

    def mean(before: Floats, now: Floats | float) -> Floats:
        return np.where(counted, kept * before + (1 - kept) * now, 0.0)

    return known._replace(
        usual=mean(known.usual, known.in_flight), flows=mean(known.flows, rate[layout.owner]), learnt=mean(known.learnt, 1.0)
    )


def _want(known: Known, layout: Layout, room: Floats, rates: Floats) -> Floats:
    """Work that comes in, by ingress and service, as a part of what all its contacts could do. All of it here, where nobody
    counts."""
    seen, flows, learnt = (row[layout.starts] for row in (known.total, known.flows, known.learnt))
    counted, rate = flows * WORK_S >= FLOWS_LEAST, rates.sum(0)
    done = sums(room * busy_of(layout.servers, known.usual / np.maximum(known.learnt, 1e-9)), layout)
    work = done * learnt / np.where(counted, flows, 1.0)
    total = np.where(counted, np.clip(rate * work, SURE * seen, APART * seen), seen)
    part = rates / np.where(rate > 0, rate, 1.0)
    part[0] = np.where(rate > 0, np.maximum(part[0], PART_LEAST), 1.0)
    return np.maximum(total, WANT_LEAST / sums(np.ones(len(layout.ids)), layout)) * part


def _excess(known: Known, layout: Layout) -> Floats:
    """Requests in flight beyond what its part explains: whoever comes waits for them first."""
    return np.maximum(0.0, known.in_flight - QUEUED * present(layout.servers, known.busy) - AT_ONCE * layout.servers)


def _total(known: Known, layout: Layout, room: Floats, unit_ms: Floats, passed_s: float) -> Floats:
    """Work that comes in, as a part of what all contacts of a service could do. What is answered: of a queue with q in flight
    the server is busy for q / (1 + q). What is not: the growth of the queue, each request of which is one unit long."""
    span = np.maximum(known.heard_at - known.before_at, 0.05)
    growth = np.where(known.before_at > 0, (known.in_flight - known.before) / span, 0.0) * unit_ms / 1000 / layout.servers
    there = np.maximum(known.calm, known.in_flight)
    busy = busy_of(layout.servers, there) + np.maximum(0.0, growth)
    now = sums(room * np.maximum(0.0, busy), layout)[layout.owner]
    return np.where(now > known.total, now, now + math.exp(-passed_s / FALL_S) * (known.total - now))


def _alive(known: Known, layout: Layout, fresh: Bools) -> Bools:
    """Who may get new flows. Of a service none of whose contacts may, all that the brain does not bar: a last try is better
    than none."""
    heard = fresh | (known.heard_at < 0)
    well = (known.well > 0) & (known.reached > 0) & heard & ~layout.draining & ~layout.barred
    return well | ((sums(well.astype(float), layout) == 0)[layout.owner] & ~layout.barred)


def _living(known: Known, layout: Layout, alive: Bools) -> Known:
    """Between two steps: who has died gets nothing, who has come the least; if that leaves nobody with more, all alike."""
    weight = np.where(alive, np.maximum(known.weight, LEAST), 0.0)
    most = np.maximum.reduceat(weight, layout.starts)[layout.owner]
    return known._replace(weight=np.where(most > LEAST, weight, _weights(alive * layout.room, alive, layout)))


def _weights(amount: Floats, alive: Bools, layout: Layout) -> Floats:
    """The largest is 256; who is alive has at least the least. Where there is nothing to go by, by room."""
    some = parts(np.where((sums(amount, layout) > 0)[layout.owner], amount, alive * layout.room), layout.starts, layout.owner)
    most = np.maximum.reduceat(some, layout.starts)[layout.owner]
    return np.where(alive, np.maximum(LEAST, np.round(MOST * some / np.where(most > 0, most, 1.0))), 0.0)


def _still(weight: Floats, before: Floats, alive: Bools, layout: Layout) -> Floats:
    """The weights of before, where no change in a service is worth a message; not where somebody came or died."""
    moved_most = np.maximum.reduceat(np.abs(weight - before), layout.starts)
    same = np.minimum.reduceat((before > 0) == alive, layout.starts)
    return np.where(((moved_most < STILL * MOST) & same)[layout.owner], before, weight)


def _told(layout: Layout, weight: Floats) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {service.id: {} for service in layout.services}
    names = [service.id for service in layout.held]
    for contact, owner, value in zip(layout.ids, layout.owner.tolist(), weight.tolist(), strict=True):
        found[names[owner]][contact] = int(value)
    return found
