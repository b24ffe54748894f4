"""The term "waste" of the ranking: what a task makes of the accelerators that stay idle on its node.

A task that takes the last cores beside an idle accelerator makes it useless; one that takes the accelerator that nobody else
could use mends something, and its waste is below nothing. Judged by what is asked for here (world.asked) with the tables of
place.waste; before that is known, and where there are no accelerators, it is 0.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from suanwang.model.demand import AcceleratorNeed
from suanwang.place.ask import Ask
from suanwang.place.room import kinds, plenty
from suanwang.place.waste import Shapes, Waste, of_idle, plain, waste
from suanwang.world.asked import Mix
from suanwang.world.supply import WHOLE, Shares, Supply
from suanwang.world.world import Bools, Floats, Ints, World, frozen

TASKS_LEAST = 20
"""Of fewer tasks no mix can be told."""
CPU_MILLI_LEAST, DEVICES_LEAST = 64_000, 8
"""The tables are for nodes of so much at least."""
KNOWN_MOST = 32
"""Shapes that a judge remembers."""
_NONE = np.zeros(0, np.int64)


class Known(NamedTuple):
    """What was last worked out for a shape: the columns that it rests on, and `added` for all nodes."""

    cpu_milli_free: Ints
    supplies: tuple[Supply, ...]
    total: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """The tables for a mix. Remembers what it said of the last few shapes: from one decision to the next few nodes change."""

    tables: Waste
    known: dict[tuple[int, AcceleratorNeed | None], Known] = field(
        default_factory=dict[tuple[int, AcceleratorNeed | None], Known]
    )


def added(world: World, ask: Ask, rows: Ints) -> Floats:
    """Shape (rows,): accelerators by which what will stay idle grows if one task goes there; where it does not fit, as if it
    took what there is."""
    judge = judge_of(world)
    if judge is None:
        return np.zeros(len(rows))
    needs = ask.demand.needs
    shape = needs.cpu_milli, needs.accelerator
    now = Known(world.cpu_milli_free, tuple(world.accelerators[name] for name in sorted(world.accelerators)), np.zeros(0))
    had = judge.known.get(shape)
    at = None if had is None else _changed(had, now)
    if had is None or at is None:
        total = anew(judge.tables, world, ask, np.arange(len(world.ids)))
    elif len(at):
        total = had.total.copy()
        total[at] = anew(judge.tables, world, ask, at)
    else:
        total = had.total
    if len(judge.known) >= KNOWN_MOST and had is None:
        judge.known.clear()
    judge.known[shape] = now._replace(total=frozen(total))
    return total if len(rows) == len(total) else total[rows]


def _changed(had: Known, now: Known) -> Ints | None:
    """Rows of nodes of which more or less is free than before; None if they may not be the same nodes."""
    if any(a.total is not b.total or a.idle.shape != b.idle.shape for a, b in zip(had.supplies, now.supplies, strict=True)):
        return None
    differ = had.cpu_milli_free != now.cpu_milli_free
    for a, b in zip(had.supplies, now.supplies, strict=True):
        if a.idle is not b.idle:
            differ[np.flatnonzero(a.idle != b.idle) // a.idle.shape[1]] = True
    return np.flatnonzero(differ)


def anew(tables: Waste, world: World, ask: Ask, rows: Ints) -> Floats:
    """`added`, whatever was known before."""
    total = np.zeros(len(rows))
    taken = _taken(world, ask, rows)
    for number, name in enumerate(sorted(world.accelerators)):
        supply = world.accelerators[name]
        here = np.flatnonzero(supply.total[rows] > 0)
        cpu, left = world.cpu_milli_free[rows[here]], _left(supply, rows[here])
        then = _after(left, ask.demand.needs.accelerator, taken[here] == number)
        cpu_then = np.maximum(cpu - ask.demand.needs.cpu_milli, 0)
        total[here] += (of_idle(tables, number, cpu_then, *then) - of_idle(tables, number, cpu, *left[1:])) / WHOLE
    return total


class Left(NamedTuple):
    """What is left of some nodes' accelerators of one kind. idle: thousandths of each, shape (nodes, devices); the others as
    place.waste.of_idle takes them."""

    idle: Shares
    free: Ints
    left: Ints
    part_rows: Ints
    part_left: Shares


def _left(supply: Supply, rows: Ints) -> Left:
    idle, free, left = supply.idle[rows], supply.free[rows], supply.left[rows]
    if bool(np.all(left == free * WHOLE)):  # nothing is shared
        return Left(idle, free, left, _NONE, _NONE.astype(np.int32))
    at, device = np.nonzero((idle > 0) & (idle < WHOLE))
    return Left(idle, free, left, at, idle[at, device])


def _after(now: Left, need: AcceleratorNeed | None, here: Bools) -> tuple[Ints, Ints, Ints, Shares]:
    """What is left, as `of_idle` takes it, where a task of that need got its devices here; a share is of the device of which
    least is left."""
    if need is None:
        return now[1:]
    if need.share_milli == WHOLE:
        count = np.minimum(need.count * here, now.free)
        return now.free - count, now.left - count * WHOLE, now.part_rows, now.part_left
    enough = np.where(now.idle >= need.share_milli, now.idle, 2 * WHOLE)
    rows = np.flatnonzero(here & (enough.min(1, initial=2 * WHOLE) <= WHOLE))
    idle = now.idle.copy()
    idle[rows, enough[rows].argmin(1)] -= need.share_milli
    at, device = np.nonzero((idle > 0) & (idle < WHOLE))
    return (idle == WHOLE).sum(1), idle.sum(1, dtype=np.int64), at, idle[at, device]


def _taken(world: World, ask: Ask, rows: Ints) -> Ints:
    """Number of the kind that the task would get on each row, -1 for none: that of which there is most (place.choose)."""
    number = {name: at for at, name in enumerate(sorted(world.accelerators))}
    need = ask.demand.needs.accelerator
    wanted = kinds(ask, world) if need else ()
    if need is None or not wanted:
        return np.full(len(rows), -1)
    most = np.stack([plenty(need, world.accelerators[name])[rows] for name in wanted]).argmax(0)
    return np.array([number[name] for name in wanted])[most]


def judge_of(world: World) -> Judge | None:
    """What is asked for here, as a judge; None where it is not known yet, or nothing can be wasted."""
    if not world.accelerators or world.asked.mix.tasks < TASKS_LEAST:
        return None
    devices = max(int(supply.total.max(initial=DEVICES_LEAST)) for supply in world.accelerators.values())
    cpu = int(world.cpu_milli_total.max(initial=CPU_MILLI_LEAST))
    return _judge(
        world.asked.mix, tuple(sorted(world.accelerators)), _rounded(cpu, CPU_MILLI_LEAST), _rounded(devices, DEVICES_LEAST)
    )


def _rounded(value: int, least: int) -> int:
    """The least, doubled as often as it takes: a node more should not make all the tables new."""
    return least << max(0, -(-value // least) - 1).bit_length()


@lru_cache(8)
def _judge(mix: Mix, names: tuple[str, ...], cpu_most: int, devices_most: int) -> Judge:
    wanted, tasks = [want for want, _ in mix.wants], np.array([tasks for _, tasks in mix.wants])
    shapes = Shapes(
        cpu_milli=np.array([want.cpu_milli for want in wanted]),
        memory=np.array([want.memory_bytes for want in wanted]),
        devices=np.array([want.devices for want in wanted]),
        share=np.array([want.share if want.devices else 0 for want in wanted]),
        kinds=np.array([_bits(names, want.kinds) for want in wanted]),
    )
    return Judge(waste(shapes, tasks, kinds=len(names), cpu_most=cpu_most, devices_most=devices_most, worth=plain))


def _bits(names: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """Of the kinds that will do: 0 for any, a bit that no kind has where there is none of them."""
    bits = sum(1 << names.index(name) for name in dict.fromkeys(wanted) if name in names)
    return bits if bits or not wanted else 1 << len(names)
