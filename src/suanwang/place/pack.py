"""Pack demands one by one, as they come, onto nodes with whole and shared accelerators; nothing that was placed is moved.

Each goes where it adds least to the waste (place.waste). Equal is what differs by little: the gain counts in LEVELS levels,
finest about zero, and among equals the first node in order takes it, which keeps later nodes whole. Shapes come again and again, and
one placement changes one node: the level of every node is kept per shape, and only what has changed since is looked at again.
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
    """A row per node, in the order in which equals are taken. idle: thousandths of each accelerator, shape (nodes, most on any), 0
    where there is none. kind: number of the kind of its accelerators."""

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
    cpu, memory, idle = machines.cpu_milli.copy(), machines.memory.copy(), machines.idle.copy()
    node = _pack(cpu, memory, machines.kind, idle, shapes, arrivals.astype(np.int64), waste)
    return Packed(node, Machines(cpu, memory, machines.kind, idle))


@compiled
def _pack(cpu: Ints, memory: Ints, kind: Ints, idle: NDArray[np.int16], shapes: Shapes, arrivals: Ints, waste: Waste) -> Ints:
    """Changes cpu, memory and idle."""
    nodes, many = len(cpu), len(shapes.cpu_milli)
    now = np.empty(nodes)
    for i in range(nodes):
        now[i] = _of(waste, kind[i], cpu[i], idle[i])
    level, device = np.empty((many, nodes), np.int8), np.zeros((many, nodes), np.int8)
    known, changed, changes = np.full(many, -1, np.int64), np.empty(len(arrivals), np.int64), 0
    node = np.full(len(arrivals), -1, np.int64)
    for k in range(len(arrivals)):
        s = arrivals[k]
        if known[s] < 0 or changes - known[s] > nodes:
            for i in range(nodes):
                level[s, i], device[s, i] = _look(waste, shapes, s, kind[i], cpu[i], memory[i], idle[i], now[i])
        else:
            for at in range(known[s], changes):
                i = changed[at]
                level[s, i], device[s, i] = _look(waste, shapes, s, kind[i], cpu[i], memory[i], idle[i], now[i])
        known[s] = changes
        i = _first_best(level[s])
        if level[s, i] < 0:
            continue
        cpu[i] -= shapes.cpu_milli[s]
        memory[i] -= shapes.memory[s]
        _take(idle[i], shapes.count[s], shapes.share[s], device[s, i])
        now[i] = _of(waste, kind[i], cpu[i], idle[i])
        node[k] = i
        changed[changes] = i
        changes += 1
    return node


@compiled
def _first_best(level: NDArray[np.int8]) -> int:
    most = np.int8(-1)
    for i in range(len(level)):
        most = max(most, level[i])
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
    total, whole, sum_idle = 0.0, 0, 0
    for j in range(len(idle)):
        total += waste.single[at, cut, idle[j]]
        sum_idle += idle[j]
        whole += idle[j] == WHOLE
    return total - WHOLE * whole * waste.several[at, cut, whole] + waste.run[at, cpu // waste.core_step, sum_idle // 10]


@compiled
def _level(gain: float) -> int:
    return int(LEVELS / (1.0 + math.exp(-gain / WHOLE)))


@compiled
def _best(
    waste: Waste, shapes: Shapes, s: int, kind: int, cpu: int, memory: int, idle: NDArray[np.int16], now: float
) -> tuple[float, int]:
    """(thousandths by which the waste falls, device) if the shape goes to a node of which the waste is `now`; NOWHERE if it does not
    fit."""
    count, share, left, wanted = shapes.count[s], shapes.share[s], cpu - shapes.cpu_milli[s], shapes.kinds[s]
    if left < 0 or memory < shapes.memory[s] or (wanted != 0 and (wanted >> kind) & 1 == 0):
        return NOWHERE, 0
    at, cut = waste.of_kind[kind], _cut(waste.cuts, left)
    then, whole, sum_idle = 0.0, 0, 0
    for j in range(len(idle)):
        then += waste.single[at, cut, idle[j]]
        sum_idle += idle[j]
        whole += idle[j] == WHOLE
    if count == 0 or share == WHOLE:
        if whole < count:
            return NOWHERE, 0
        whole -= count
        then += waste.run[at, left // waste.core_step, (sum_idle - count * WHOLE) // 10] - count * waste.single[at, cut, WHOLE]
        return now - then + WHOLE * whole * waste.several[at, cut, whole], 0
    then += waste.run[at, left // waste.core_step, max(0, sum_idle - share) // 10]
    best, level, device = NOWHERE, -1, 0
    for j in range(len(idle)):
        if idle[j] >= share:
            others = whole - (idle[j] == WHOLE)
            here = then - waste.single[at, cut, idle[j]] + waste.single[at, cut, idle[j] - share]
            gain = now - here + WHOLE * others * waste.several[at, cut, others]
            if gain > best and _level(gain) > level:
                best, level, device = gain, _level(gain), j
    return best, device


@compiled
def _look(
    waste: Waste, shapes: Shapes, s: int, kind: int, cpu: int, memory: int, idle: NDArray[np.int16], now: float
) -> tuple[int, int]:
    """(level, device); level -1 where it does not fit."""
    gain, device = _best(waste, shapes, s, kind, cpu, memory, idle, now)
    return (_level(gain) if gain > NOWHERE else -1), device


def gains(machines: Machines, shapes: Shapes, row: int, waste: Waste) -> Floats:
    """Shape (nodes,): by how many thousandths of an accelerator the waste would fall if that shape went there; NOWHERE where it does
    not fit."""
    return _gains(machines, shapes, row, waste)


@compiled
def _gains(machines: Machines, shapes: Shapes, row: int, waste: Waste) -> Floats:
    found = np.empty(len(machines.cpu_milli))
    for i in range(len(found)):
        kind, cpu, idle = machines.kind[i], machines.cpu_milli[i], machines.idle[i]
        now = _of(waste, kind, cpu, idle)
        found[i], _ = _best(waste, shapes, row, kind, cpu, machines.memory[i], idle, now)
    return found
