"""Pack demands one by one, as they come, onto nodes with whole and shared accelerators; nothing that was placed is moved.

Each goes where it adds least to the waste (place.waste). Equal is what differs by little: the gain counts in LEVELS levels,
finest about zero, and among equals the first node in order takes it, which keeps later nodes whole. Shapes come again and
again, and one placement changes one node: the level of every node is kept per shape, and only what has changed since is
looked at again.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suanwang.place.cutting import WHOLE
from suanwang.place.waste import Shapes, Waste
from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

LEVELS = 100.0
"""int(LEVELS / (1 + exp(-gain / 1000))), gain in thousandths of an accelerator: as FGD has it."""
NOWHERE = -1e18


class Machines(NamedTuple):
    """A row per node, in the order in which equals are taken. idle: thousandths of each accelerator, shape (nodes, most on
    any), 0 where there is none. kind: number of the kind of its accelerators."""

    cpu_milli: Ints
    memory: Ints
    kind: Ints
    idle: NDArray[np.int16]


class Packed(NamedTuple):
    """node: where each arrival went, -1 for nowhere. machines: what is left."""

    node: Ints
    machines: Machines


def pack(machines: Machines, shapes: Shapes, arrivals: Ints, waste: Waste) -> Packed:
    """arrivals: rows of `shapes`, in the order in which they come."""
    left = Machines(machines.cpu_milli.copy(), machines.memory.copy(), machines.kind, machines.idle.copy())
    return Packed(_pack(left, shapes, arrivals.astype(np.int64), waste), left)


@compiled
def _pack(left: Machines, shapes: Shapes, arrivals: Ints, waste: Waste) -> Ints:
    """Changes what is left."""
    nodes, many, now = len(left.cpu_milli), len(shapes.cpu_milli), _wasted(left, waste)
    level, device = np.empty((many, nodes), np.int8), np.zeros((many, nodes), np.int8)
    known, changed, changes = np.full(many, -1, np.int64), np.empty(len(arrivals), np.int64), 0
    node = np.full(len(arrivals), -1, np.int64)
    for k in range(len(arrivals)):
        s = arrivals[k]
        if known[s] < 0 or changes - known[s] > nodes:
            for i in range(nodes):
                _look(left, shapes, s, i, waste, now, level[s], device[s])
        else:
            for at in range(known[s], changes):
                _look(left, shapes, s, changed[at], waste, now, level[s], device[s])
        known[s] = changes
        i = _first_best(level[s])
        if level[s, i] < 0:
            continue
        left.cpu_milli[i] -= shapes.cpu_milli[s]
        left.memory[i] -= shapes.memory[s]
        _take(left.idle[i], shapes.count[s], shapes.share[s], device[s, i])
        now[i] = _of(waste, left.kind[i], left.cpu_milli[i], left.idle[i])
        node[k] = i
        changed[changes] = i
        changes += 1
    return node


@compiled
def _look(
    left: Machines, shapes: Shapes, s: int, i: int, waste: Waste, now: Floats, level: NDArray[np.int8], device: NDArray[np.int8]
) -> None:
    """Write down the level of a shape on a node, -1 where it does not fit."""
    if not _fits(left, shapes, s, i):
        level[i] = -1
        return
    over, at = left.cpu_milli[i] - shapes.cpu_milli[s], waste.of_kind[left.kind[i]]
    gain, device[i] = _best(waste, at, shapes.count[s], shapes.share[s], over, left.idle[i], now[i])
    level[i] = _level(gain) if gain > NOWHERE else -1


@compiled
def _first_best(level: NDArray[np.int8]) -> int:
    most = np.int8(-1)
    for i in range(len(level)):
        if level[i] > most:
            most = level[i]
    for i in range(len(level)):
        if level[i] == most:
            return i
    return 0


@compiled
def _take(idle: NDArray[np.int16], count: int, share: int, device: int) -> None:
    """A share of that device, or so many whole ones, the first that are idle."""
    if count == 1 and share < WHOLE:
        idle[device] -= share
        return
    left = count
    for j in range(len(idle)):
        if left > 0 and idle[j] == WHOLE:
            idle[j] = 0
            left -= 1


@compiled
def _cut(cuts: Ints, cpu: int) -> int:
    """How many cuts are no more than that: by halving."""
    low, high = 0, len(cuts)
    while low < high:
        middle = (low + high) // 2
        if cuts[middle] <= cpu:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _of(waste: Waste, kind: int, cpu: int, idle: NDArray[np.int16]) -> float:
    """The waste of one node."""
    at, cut = waste.of_kind[kind], _cut(waste.cuts, cpu)
    total, whole, idle_sum = _sums(waste.single[at, cut], idle)
    return total - WHOLE * whole * waste.several[at, cut, whole] + waste.run[at, cpu // waste.core_step, idle_sum // 10]


@compiled
def _sums(single: Floats, idle: NDArray[np.int16]) -> tuple[float, int, int]:
    """(waste of each by itself, how many are whole, idle thousandths)."""
    total, whole, idle_sum = 0.0, 0, 0
    for j in range(len(idle)):
        total += single[idle[j]]
        idle_sum += idle[j]
        whole += idle[j] == WHOLE
    return total, whole, idle_sum


@compiled
def _level(gain: float) -> int:
    return int(LEVELS / (1.0 + math.exp(-gain / WHOLE)))


@compiled
def _best(waste: Waste, at: int, count: int, share: int, left: int, idle: NDArray[np.int16], now: float) -> tuple[float, int]:
    """(thousandths by which the waste falls, device) if a node of set `at` gives that and keeps `left` of its cores; NOWHERE
    if its accelerators do not do. now: its waste."""
    cut = _cut(waste.cuts, left)
    single, several, run = waste.single[at, cut], waste.several[at, cut], waste.run[at, left // waste.core_step]
    then, whole, idle_sum = _sums(single, idle)
    if count == 0 or share == WHOLE:
        whole -= count
        if whole < 0:
            return NOWHERE, 0
        return now - then - run[(idle_sum - count * WHOLE) // 10] + count * single[WHOLE] + WHOLE * whole * several[whole], 0
    then += run[max(0, idle_sum - share) // 10]
    best, level, device = NOWHERE, -1, 0
    for j in range(len(idle)):
        if idle[j] >= share:
            others = whole - (idle[j] == WHOLE)
            gain = now - then + single[idle[j]] - single[idle[j] - share] + WHOLE * others * several[others]
            if gain > best and _level(gain) > level:
                best, level, device = gain, _level(gain), j
    return best, device


@compiled
def _fits(machines: Machines, shapes: Shapes, s: int, i: int) -> bool:
    """But for the accelerators."""
    wanted = shapes.kinds[s]
    return (
        machines.cpu_milli[i] >= shapes.cpu_milli[s]
        and machines.memory[i] >= shapes.memory[s]
        and (wanted == 0 or (wanted >> machines.kind[i]) & 1 == 1)
    )


def wasted(machines: Machines, waste: Waste) -> Floats:
    """Shape (nodes,): thousandths of an accelerator that each node is thought to waste as it is."""
    return _wasted(machines, waste)


@compiled
def _wasted(machines: Machines, waste: Waste) -> Floats:
    found = np.empty(len(machines.cpu_milli))
    for i in range(len(found)):
        found[i] = _of(waste, machines.kind[i], machines.cpu_milli[i], machines.idle[i])
    return found


def gains(machines: Machines, shapes: Shapes, row: int, waste: Waste) -> Floats:
    """Shape (nodes,): by how many thousandths of an accelerator the waste would fall if that shape went there; NOWHERE where
    it does not fit."""
    return _gains(machines, shapes, row, waste)


@compiled
def _gains(machines: Machines, shapes: Shapes, s: int, waste: Waste) -> Floats:
    found, now = np.full(len(machines.cpu_milli), NOWHERE), _wasted(machines, waste)
    for i in range(len(found)):
        if _fits(machines, shapes, s, i):
            left, at = machines.cpu_milli[i] - shapes.cpu_milli[s], waste.of_kind[machines.kind[i]]
            found[i], _ = _best(waste, at, shapes.count[s], shapes.share[s], left, machines.idle[i], now[i])
    return found
