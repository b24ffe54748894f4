"""The rule of reserved room: others may stand on it only if they are gone when it begins; who reserved it, only while it is
open.

That they are gone is not hoped but bounded: a task is stopped after task_s_max, and START_S are allowed for until it starts.
"""

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType

import msgspec
import numpy as np

from suanwang.model.quantity import show_duration
from suanwang.model.reason import Reason
from suanwang.place.ask import Ask
from suanwang.place.room import ACCELERATOR, CPU, MEMORY
from suanwang.place.rule import Rule
from suanwang.world.fold import idle, placed
from suanwang.world.reserved import Reserved
from suanwang.world.world import Bools, Floats, Ints, World

START_S = 60.0
"""From placing a task to its start: its node hears of it, and fetches its files."""


def horizon(ask: Ask) -> float:
    """When a task that is placed now is over at the latest, in seconds since 1970."""
    return ask.asked_at + START_S + ask.demand.task_s_max


def left(world: World, ask: Ask) -> World:
    """The world without the room of all reservations, but the ask's own, that are open or begin before a task can be over."""
    return beside(world, ask.reservation, ask.asked_at, horizon(ask))


def beside(world: World, own: str, since: float, until: float) -> World:
    """The world without the room of all reservations, but one's own, for such a time."""
    soon = [r.id for r in world.reserved.values() if r.id != own and _overlaps(r, since, until)]
    return _without(world, frozenset(soon)) if soon else world


def _overlaps(reserved: Reserved, since: float, until: float) -> bool:
    return reserved.from_at < until and reserved.until_at > since


@lru_cache(16)
def _without(world: World, ids: frozenset[str]) -> World:
    return replace(placed(world, [world.reserved[id].rest() for id in sorted(ids)]), version=world.version)


def quiet(world: World, ask: Ask) -> tuple[World, Ask]:
    """The same on a quiet day: nothing is held, no other reservation is there, and the ask's own is open."""
    own = world.reserved.get(ask.reservation)
    kept = {} if own is None else {own.id: replace(own, used=())}
    calm = replace(idle(world), reserved=MappingProxyType(kept))
    return calm, ask if own is None else msgspec.structs.replace(ask, asked_at=max(ask.asked_at, own.from_at))


def rounds(world: World, ask: Ask, rows: Ints) -> Floats:
    """Shape (rows,): how many tasks in turn may be given to each: one to a gang, else as many as are over in time."""
    most = np.full(len(rows), 1.0 if ask.demand.gang else np.inf)
    for one in world.reserved.values():
        ends = one.until_at if one.id == ask.reservation else one.from_at
        row = world.row(one.room.node_id)
        if row is not None and (one.id == ask.reservation or ends >= horizon(ask)):
            here = np.flatnonzero(rows == row)
            most[here] = np.minimum(most[here], np.floor((ends - START_S - ask.asked_at) / ask.demand.task_s_max))
    return np.maximum(most, 1.0)


def own_slots(world: World, ask: Ask, fit: Ints) -> Ints:
    """How many tasks fit at once, if they may use only what is reserved. Any shape, the same out."""
    own = world.reserved.get(ask.reservation)
    if own is None:
        return fit
    return np.minimum(fit, _fits(own, ask))


def _fits(own: Reserved, ask: Ask) -> int:
    """How many tasks fit at once into what is left of a reservation."""
    rest, needs, fit = own.rest(), ask.demand.needs, 1 << 40
    if needs.cpu_milli:
        fit = min(fit, rest.cpu_milli // needs.cpu_milli)
    if needs.memory_bytes:
        fit = min(fit, rest.memory_bytes // needs.memory_bytes)
    if needs.accelerator is not None:
        kind, count = rest.accelerators
        wanted = not needs.accelerator.kinds or kind in needs.accelerator.kinds
        fit = min(fit, count * 1000 // (needs.accelerator.count * needs.accelerator.share_milli) if wanted else 0)
    return fit


def _reserved(ask: Ask, world: World) -> Bools:
    if ask.reservation:
        mask = np.zeros(len(world.ids), np.bool_)
        own = world.reserved.get(ask.reservation)
        row = None if own is None else world.row(own.room.node_id)
        if own is not None and row is not None:
            mask[row] = _why_not_own(own, ask) is None
        return mask
    room = left(world, ask)
    return world.everyone if room is world else ~(_room(ask, world) & ~_room(ask, room))


def _room(ask: Ask, world: World) -> Bools:
    return CPU.allows(ask, world) & MEMORY.allows(ask, world) & ACCELERATOR.allows(ask, world)


def _why_not_reserved(ask: Ask, world: World, i: int) -> Reason | None:
    if ask.reservation:
        own = world.reserved.get(ask.reservation)
        if own is None:
            return Reason(rule="reserved", need="a reservation that is not over", have="it is over")
        if own.room.node_id != world.ids[i]:
            return Reason(rule="reserved", need="the node that is reserved", have="another")
        return _why_not_own(own, ask)
    if _reserved(ask, world)[i]:
        return None
    mine = [r for r in world.reserved.values() if r.room.node_id == world.ids[i] and _overlaps(r, ask.asked_at, horizon(ask))]
    first = min(mine, key=lambda r: (r.from_at, r.id))
    need = f"room for {show_duration(ask.demand.task_s_max)}, the longest that a task may take"
    return Reason(rule="reserved", need=need, have=f"reserved from {clock(first.from_at)} by {first.user}", passing=True)


def _why_not_own(own: Reserved, ask: Ask) -> Reason | None:
    """Why a task cannot be placed in its reservation now."""
    if ask.asked_at < own.from_at:
        return Reason(rule="reserved", need="an open reservation", have=f"it opens at {clock(own.from_at)}", passing=True)
    if horizon(ask) > own.until_at:
        need = f"time for a task, {show_duration(ask.demand.task_s_max)}"
        return Reason(rule="reserved", need=need, have=f"it ends at {clock(own.until_at)}")
    if _fits(own, ask) < 1:
        whole = replace(own, used=())
        return Reason(rule="reserved", need="room in the reservation", have="too little", passing=_fits(whole, ask) >= 1)
    return None


def too_short(count: int, most: int) -> Reason:
    """Of `count` tasks a node can take `most` before it is reserved, or its reservation ends."""
    need, have = f"time for {count} tasks", f"time for {most}"
    return Reason(rule="reserved", need=need, have=have, gap=float(count - most), unit="tasks", passing=True)


def clock(at: float) -> str:
    """A moment as people write it, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


RESERVED = Rule("reserved", _reserved, _why_not_reserved)
