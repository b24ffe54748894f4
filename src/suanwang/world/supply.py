"""Accelerators of one kind, a row per node and a column per device: how much of each is held, in thousandths.

A device is held as a whole or in shares; what is left of it can be given to those who ask for no more than that, and what is
left of several devices does not add up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from suanwang.model.plan import Placement

A = TypeVar("A", bound=NDArray[np.generic])
Ints = NDArray[np.int64]
Shares = NDArray[np.int32]
WHOLE = 1000
"""Thousandths of a device."""


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """total: devices, shape (nodes,). held: thousandths of each that placements hold, shape (nodes, devices of the node that
    has most); idle: what is left, 0 where there is no such device. Shape (nodes,): free: how many are wholly idle; most: what
    is left of the device that is idlest; left: of all of them together."""

    total: Ints
    held: Shares
    idle: Shares
    free: Ints
    most: Ints
    left: Ints


def supply(total: Ints, held: Shares) -> Supply:
    """What is left of devices of which so much is held: a device that a node has no more has nothing left."""
    idle = _idle(total, held)
    return Supply(_frozen(total), _frozen(held), _frozen(idle), *_sums(idle))


def held_by(placements: Iterable[tuple[int, Placement]], nodes: int, width: int) -> Shares:
    """Thousandths that placements hold, each with the row of its node; at least so many devices wide."""
    rows, devices, shares = _lists(placements)
    held = np.zeros((nodes, max([width, *(d + 1 for d in devices)])), np.int32)
    np.add.at(held, (rows, devices), shares)
    return held


def moved(old: Supply, placements: Sequence[tuple[int, Placement]], sign: int) -> Supply:
    """After some placements come (sign 1) or go (sign -1)."""
    rows, devices, shares = _lists(placements)
    held = widened(old.held, max(devices, default=0) + 1)
    held = held.copy() if held is old.held else held
    np.add.at(held, (rows, devices), sign * np.array(shares, np.int32))
    idle = widened(old.idle, held.shape[1]).copy()
    free, most, left, at = old.free.copy(), old.most.copy(), old.left.copy(), sorted(set(rows))
    idle[at] = _idle(old.total[at], held[at])
    free[at], most[at], left[at] = _sums(idle[at])
    return Supply(old.total, _frozen(held), _frozen(idle), _frozen(free), _frozen(most), _frozen(left))


def quiet(old: Supply) -> Supply:
    """The same devices with nothing held."""
    return supply(old.total, np.zeros_like(old.held))


def tasks_fit(of: Supply, rows: Ints, count: int, share: int) -> Ints:
    """Shape (rows,): how many tasks that need so many devices, or such a share of one, fit at once. count: at least 1."""
    return of.free[rows] // count if share >= WHOLE else (of.idle[rows] // share).sum(1)


def devices_for(idle: Sequence[int], count: int, share: int, width: int) -> tuple[int, ...]:
    """Numbers of the devices for `width` tasks, task by task. idle: thousandths left of each. Whole devices: the first that are
    idle; shares: each of the device that has least left and enough, so that others stay whole. Fewer where it does not fit."""
    if share >= WHOLE:
        return tuple(number for number, left in enumerate(idle) if left == WHOLE)[: count * width]
    left, found = list(idle), list[int]()
    for _ in range(width):
        enough = [(free, number) for number, free in enumerate(left) if free >= share]
        if not enough:
            break
        number = min(enough)[1]
        left[number] -= share
        found.append(number)
    return tuple(found)


def widened(held: Shares, width: int) -> Shares:
    """The same with room for so many devices."""
    more = width - held.shape[1]
    return held if more <= 0 else np.pad(held, ((0, 0), (0, more)))


def _idle(total: Ints, held: Shares) -> Shares:
    idle = np.maximum(WHOLE - held, 0)
    for number in range(held.shape[1]):
        idle[total <= number, number] = 0
    return idle


def _sums(idle: Shares) -> tuple[Ints, Ints, Ints]:
    """(free, most, left) of what is idle."""
    free, most, left = (idle == WHOLE).sum(1), idle.max(1, initial=0), idle.sum(1, dtype=np.int64)
    return _frozen(free.astype(np.int64)), _frozen(most.astype(np.int64)), _frozen(left)


def _lists(placements: Iterable[tuple[int, Placement]]) -> tuple[list[int], list[int], list[int]]:
    """(row, device, thousandths) of all that they hold."""
    found = [(row, device, p.share_milli) for row, p in placements for device in p.held_devices]
    return [r for r, _, _ in found], [d for _, d, _ in found], [s for _, _, s in found]


def _frozen(column: A) -> A:
    column.setflags(write=False)
    return column
