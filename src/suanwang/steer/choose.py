"""The path selector (C-PS): from what is known of instances and paths to the share of new flows that each instance gets.

    expected    d = way there and back + (1 + requests in flight, as they will be in a moment) x answer time for each in flight
    compared    with the mean over the service's new flows, D
    moved       who is above D gives up part of its share, the more the further above; that goes to those below, by how far
    below
                they are and how much room they have

Requests in flight and answer times are believed as the worse of what an instance's node tells and what this selector measured
itself, so that nobody gains by lying. The law and why it is stable: docs/steering-choice.md.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from suanwang.model.steering import Load, Served
from suanwang.steer.columns import Floats, Known, Layout, blank, laid, moved, parts

GIVE_MOST, GIVE_USUAL = 0.5, 0.25
"""Of its share that an instance gives up at most in one step: where it is overloaded, and else."""
OVERLOADED = 2.0
"""Times the mean."""
BAND = 0.08
"""Who is no further above the mean gives nothing up: shares do not move for noise."""
AHEAD_S = 0.3
"""Requests in flight are taken as they will be then, if they go on rising or falling as they did."""
SMOOTH = 0.3
UNIT_MS = 10.0
"""Answer time taken for what was never measured."""
LEAST = 1
"""Weight of an instance that is well and gets no share: its flows stay, and hardly any come."""
MOST = 256
STEP_S = 0.2
"""A service is looked at again no sooner."""
LIFETIME_S = 3.0


class Probe(NamedTuple):
    """What the selector itself measured of a contact, way included; ms None: it did not answer."""

    ms: float | None
    at: float


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """loads: by contact, and when each was heard. latency_ms: one way, by router. probes: by contact. Times: the caller's
    clock."""

    services: tuple[Served, ...]
    loads: Mapping[str, tuple[Load, float]] = msgspec.field(default_factory=dict[str, tuple[Load, float]])
    latency_ms: Mapping[int, float] = msgspec.field(default_factory=dict[int, float])
    probes: Mapping[str, Probe] = msgspec.field(default_factory=dict[str, Probe])
    lifetime_s: float = LIFETIME_S


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What a selector remembers from one step to the next; it is never changed, but made anew."""

    layout: Layout | None = None
    state: Floats | None = None
    at: float = float("-inf")


def step(memory: Memory, seen: Seen, now: float) -> tuple[Memory, dict[str, dict[str, int]]]:
    """(what to remember, weights 0 to 256 by service and contact). The same weights as before if it is too soon for a step."""
    layout, state = _known(memory, seen.services)
    if not layout.ids:
        return Memory(layout=layout, state=state, at=now), {s.id: {} for s in seen.services}
    known = _heard(Known(*state), layout, seen, now)
    due = now - memory.at >= STEP_S
    share = _shared(known, layout, seen, now, moves=due)
    known = known._replace(share=share)
    weight = _weights(share, _alive(known, layout, seen, now), layout)
    known = known._replace(weight=weight)
    made = Memory(layout=layout, state=np.array(known), at=now if due else memory.at)
    return made, _told(layout, weight)


def _known(memory: Memory, services: tuple[Served, ...]) -> tuple[Layout, Floats]:
    if memory.layout is not None and memory.layout.services == services and memory.state is not None:
        return memory.layout, memory.state
    layout = laid(services)
    if memory.layout is None or memory.state is None:
        return layout, blank(len(layout.ids))
    return layout, moved(memory.state, memory.layout, layout)


def _heard(known: Known, layout: Layout, seen: Seen, now: float) -> Known:
    """With what was heard since the last step."""
    rows = {name: getattr(known, name).copy() for name in Known._fields}
    for contact, (load, at) in seen.loads.items():
        i = layout.index.get(contact)
        if i is None or at <= rows["heard_at"][i]:
            continue
        rows["before"][i], rows["before_at"][i] = rows["in_flight"][i], rows["heard_at"][i]
        rows["in_flight"][i], rows["heard_at"][i] = load.in_flight, at
        rows["latency_ms"][i], rows["well"][i] = load.latency_ms, float(load.healthy)
    for contact, probe in seen.probes.items():
        i = layout.index.get(contact)
        if i is not None and probe.at > rows["probed_at"][i]:
            rows["probed_at"][i], rows["reached"][i] = probe.at, float(probe.ms is not None)
            rows["probe_ms"][i] = probe.ms or rows["probe_ms"][i]
    return _timed(Known(**rows), layout, seen)


def _timed(known: Known, layout: Layout, seen: Seen) -> Known:
    """Answer time for each request in flight, smoothed: the worse of what is told and what was measured here."""
    own = np.maximum(0.0, known.probe_ms - 2 * _way(layout, seen))
    answer = np.maximum(known.latency_ms, own)
    unit = np.where(answer > 0, answer / (1 + known.in_flight), known.unit_ms)
    mixed = np.where(known.unit_ms > 0, (1 - SMOOTH) * known.unit_ms + SMOOTH * unit, unit)
    return known._replace(unit_ms=mixed)


def _way(layout: Layout, seen: Seen) -> Floats:
    """One way, by contact; 0 where it is not known."""
    return np.array([seen.latency_ms.get(router, 0.0) for router in layout.router.tolist()], float)


def _alive(known: Known, layout: Layout, seen: Seen, now: float) -> Floats:
    """1 for contacts that new flows may go to. Of a service none of whose contacts is, all are: a last try is better than
    none."""
    fresh = (now - known.heard_at < seen.lifetime_s) | (known.heard_at < 0)
    well = (known.well > 0) & (known.reached > 0) & fresh & ~layout.draining
    some = parts(well.astype(float), layout.starts, layout.owner)
    lost = np.add.reduceat(some, layout.starts)[layout.owner] == 0
    return np.where(lost, 1.0, well.astype(float))


def expected_ms(known: Known, layout: Layout, seen: Seen) -> Floats:
    """How long a request to each contact will take, there and back."""
    rate = np.where(
        known.before_at > 0, (known.in_flight - known.before) / np.maximum(known.heard_at - known.before_at, 0.05), 0.0
    )
    soon = np.maximum(0.0, known.in_flight + AHEAD_S * rate)
    unit = np.where(known.unit_ms > 0, known.unit_ms, UNIT_MS)
    return 2 * _way(layout, seen) + unit * (1 + soon)


def _shared(known: Known, layout: Layout, seen: Seen, now: float, *, moves: bool) -> Floats:
    alive = _alive(known, layout, seen, now)
    start = parts(alive * layout.room, layout.starts, layout.owner)
    share = np.where(_sum(known.share, layout) > 0, known.share, start) * alive
    share = np.where(_sum(share, layout) > 0, parts(share, layout.starts, layout.owner), start)
    if not moves:
        return share
    took = expected_ms(known, layout, seen)
    mean = _sum(share * took, layout)
    over = took / np.maximum(mean, 1e-9)
    part = np.minimum(np.where(over > OVERLOADED, GIVE_MOST, GIVE_USUAL), np.maximum(0.0, 1 - 1 / np.maximum(over, 1e-9)))
    given = np.where(over > 1 + BAND, share * part, 0.0)
    want = alive * layout.room * np.maximum(0.0, 1 - over)
    wanted = _sum(want, layout)
    given = np.where(wanted > 0, given, 0.0)
    return share - given + want / np.where(wanted > 0, wanted, 1.0) * _sum(given, layout)


def _sum(amounts: Floats, layout: Layout) -> Floats:
    """Of each contact's service."""
    return np.add.reduceat(amounts, layout.starts)[layout.owner]


def _weights(share: Floats, alive: Floats, layout: Layout) -> Floats:
    """The largest share is 256; who is well has at least the least."""
    most = np.maximum.reduceat(share, layout.starts)[layout.owner]
    weight = np.round(MOST * share / np.where(most > 0, most, 1.0))
    return np.where(alive > 0, np.maximum(LEAST, weight), 0.0)


def _told(layout: Layout, weight: Floats) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {service.id: {} for service in layout.services}
    names = [service.id for service in layout.held]
    for contact, owner, value in zip(layout.ids, layout.owner.tolist(), weight.tolist(), strict=True):
        found[names[owner]][contact] = int(value)
    return found
