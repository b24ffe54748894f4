"""Pack demands one by one, as they come, onto nodes with whole and shared accelerators; nothing that was placed is moved.

Each goes where it adds least to the waste (place.waste). Equal is what differs by little: the gain counts in LEVELS levels,
finest about zero, and among equals the first node in order takes it, which keeps later nodes whole. Shapes come again and
again, and one placement changes one node: the level of every node is kept per shape, and only what has changed since is
looked at again. Where watts count (place.draw), what a demand would make a node draw is taken off the gain, and equals are
taken in the order of what their accelerators draw.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suanwang.place.draw import Draw, nothing
from suanwang.place.waste import Shapes, Waste
from suanwang.world.compiled import compiled
from suanwang.world.supply import WHOLE
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
    """node: where each arrival went, -1 for nowhere. device: which one, of those that take a share. machines: what is left."""

    node: Ints
    device: Ints
    machines: Machines


def pack(machines: Machines, shapes: Shapes, arrivals: Ints, waste: Waste, draw: Draw | None = None) -> Packed:
    """arrivals: rows of `shapes`, in the order in which they come. draw: so that watts count as well."""
    order = np.arange(len(machines.kind)) if draw is None else np.argsort(draw.device_w, kind="stable")
    left, by = _in(order, machines), draw or nothing(machines.cpu_milli)
    node, device = _pack(
        *left, *shapes, arrivals.astype(np.int64), wasted(left, waste), *waste,
        by.cpu_milli[order], by.socket_milli[order], by.socket_w[order], by.device_w[order], by.price, *by.usual_w,
        by.cores, by.idle,
    )  # fmt: skip
    back = np.argsort(order)
    return Packed(np.where(node < 0, -1, order[node]), device, _in(back, left))


def _in(order: Ints, machines: Machines) -> Machines:
    return Machines(machines.cpu_milli[order], machines.memory[order], machines.kind[order], machines.idle[order])


def wasted(machines: Machines, waste: Waste) -> Floats:
    """Shape (nodes,): thousandths of an accelerator that each node is thought to waste as it is."""
    return _wasted(machines.cpu_milli, machines.kind, machines.idle, *waste)


def gains(machines: Machines, shapes: Shapes, row: int, waste: Waste) -> Floats:
    """Shape (nodes,): by how many thousandths of an accelerator the waste would fall if that shape went there; NOWHERE where it
    does not fit."""
    cpu, memory, devices, share, kinds = (int(column[row]) for column in shapes)
    return _gains(*machines, cpu, memory, devices, share, kinds, wasted(machines, waste), *waste)


# what follows is machine code, and takes arrays one by one: a tuple of them costs more than what is done with it


@compiled
def _pack(
    cpu: Ints,
    memory: Ints,
    kind: Ints,
    idle: NDArray[np.int16],
    need_cpu: Ints,
    need_memory: Ints,
    count: Ints,
    share: Ints,
    kinds: Ints,
    arrivals: Ints,
    now: Floats,
    of_kind: Ints,
    cuts: Ints,
    single: Floats,
    several: Floats,
    run: NDArray[np.float32],
    core_step: int,
    cpu_most: Ints,
    socket_milli: Ints,
    socket_w: Floats,
    device_w: Floats,
    price: Floats,
    core_w: float,
    accelerator_w: float,
    end_cores: NDArray[np.float32],
    end_idle: NDArray[np.float32],
) -> tuple[Ints, Ints]:
    """The node and the device of each arrival. Changes cpu, memory, idle and now, the waste of each node, to what is left."""
    nodes, many = len(cpu), len(need_cpu)
    level, device = np.empty((many, nodes), np.int8), np.zeros((many, nodes), np.int8)
    known, changed, changes = np.full(many, -1, np.int64), np.empty(len(arrivals), np.int64), 0
    node, where = np.full(len(arrivals), -1, np.int64), np.full(len(arrivals), -1, np.int64)
    used, total, stage = 0, max(1, idle.sum()), 0
    for k in range(len(arrivals)):
        s = int(arrivals[k])
        part = min(len(price) - 1, used * len(price) // total)
        if part != stage:
            known[:], stage = -1, part
        watt = price[stage]
        anew = known[s] < 0 or changes - known[s] > nodes
        for at in range(0 if anew else int(known[s]), nodes if anew else changes):
            i = at if anew else int(changed[at])
            level[s, i] = -1
            if _fits(cpu[i], memory[i], kind[i], need_cpu[s], need_memory[s], kinds[s]):
                at_kind, on_begun, on_whole = int(of_kind[int(kind[i])]), 0.0, 0.0
                if watt > 0:
                    usual = core_w * need_cpu[s] / 1000 + accelerator_w * count[s] * share[s] / WHOLE
                    begun, whole = _draws(
                        idle, i, cpu_most[i] - cpu[i], need_cpu[s], count[s], share[s], cpu_most[i], socket_milli[i],
                        socket_w[i], device_w[i], end_cores[at_kind], end_idle[at_kind], core_step,
                    )  # fmt: skip
                    on_begun, on_whole = watt * (begun - usual), watt * (whole - usual)
                gain, device[s, i] = _best(
                    idle, i, cpu[i] - need_cpu[s], count[s], share[s], now[i],
                    at_kind, cuts, single, several, run, core_step, on_begun, on_whole,
                )  # fmt: skip
                level[s, i] = _level(gain) if gain > NOWHERE else -1
        known[s] = changes
        i = _first_best(level, s)
        if level[s, i] < 0:
            continue
        cpu[i] -= need_cpu[s]
        memory[i] -= need_memory[s]
        _take(idle, i, count[s], share[s], device[s, i])
        now[i] = _of(idle, i, cpu[i], int(of_kind[int(kind[i])]), cuts, single, several, run, core_step)
        used += count[s] * share[s]
        node[k], where[k] = i, device[s, i] if count[s] == 1 and share[s] < WHOLE else -1
        changed[changes] = i
        changes += 1
    return node, where


@compiled
def _draws(
    idle: NDArray[np.int16],
    i: int,
    busy: int,
    need: int,
    count: int,
    share: int,
    most: int,
    socket: int,
    socket_w: float,
    device_w: float,
    cores: NDArray[np.float32],
    part: NDArray[np.float32],
    core_step: int,
) -> tuple[float, float]:
    """Watts that a demand adds to node i, less what is worth more then: if it takes of an accelerator at work, and if it takes
    whole ones."""
    free, begun = 0, 0
    for j in range(idle.shape[1]):
        free += idle[i, j]
        begun += idle[i, j] if idle[i, j] < WHOLE else 0
    before = _drawn(busy, free, begun, most, socket, socket_w, device_w, cores, part, core_step)
    busy, free = busy + need, max(0, free - count * share)
    after = _drawn(busy, free, begun + count * (WHOLE - share), most, socket, socket_w, device_w, cores, part, core_step)
    if count != 1 or share == WHOLE:
        return after - before, after - before + count * device_w
    joined = _drawn(busy, free, max(0, begun - share), most, socket, socket_w, device_w, cores, part, core_step)
    return joined - before, after - before + device_w


@compiled
def _drawn(
    busy: int,
    free: int,
    begun: int,
    most: int,
    socket: int,
    socket_w: float,
    device_w: float,
    cores: NDArray[np.float32],
    part: NDArray[np.float32],
    core_step: int,
) -> float:
    """Watts of sockets at work for so many of `most` thousandths of cores, less what is idle there, and of accelerators at work
    (`begun` thousandths, of `free` in all), as far as it will be taken. Where there are no accelerators all will be."""
    working = -(-busy // socket)
    room = min(working * socket, most) - busy
    if device_w == 0:
        return socket_w * (working - room / socket)
    at_cores, at_idle = room // core_step, free // 10
    taken = max(0.0, room - cores[at_cores, at_idle])
    return socket_w * (working - taken / socket) - device_w * begun * (1.0 - part[at_cores, at_idle]) / WHOLE


@compiled
def _wasted(
    cpu: Ints,
    kind: Ints,
    idle: NDArray[np.int16],
    of_kind: Ints,
    cuts: Ints,
    single: Floats,
    several: Floats,
    run: NDArray[np.float32],
    core_step: int,
) -> Floats:
    found = np.empty(len(cpu))
    for i in range(len(cpu)):
        found[i] = _of(idle, i, cpu[i], int(of_kind[int(kind[i])]), cuts, single, several, run, core_step)
    return found


@compiled
def _gains(
    cpu: Ints,
    memory: Ints,
    kind: Ints,
    idle: NDArray[np.int16],
    need_cpu: int,
    need_memory: int,
    count: int,
    share: int,
    kinds: int,
    now: Floats,
    of_kind: Ints,
    cuts: Ints,
    single: Floats,
    several: Floats,
    run: NDArray[np.float32],
    core_step: int,
) -> Floats:
    found = np.full(len(cpu), NOWHERE)
    for i in range(len(cpu)):
        if _fits(cpu[i], memory[i], kind[i], need_cpu, need_memory, kinds):
            left, at = cpu[i] - need_cpu, int(of_kind[int(kind[i])])
            found[i], _ = _best(idle, i, left, count, share, now[i], at, cuts, single, several, run, core_step, 0.0, 0.0)
    return found


@compiled
def _fits(cpu: int, memory: int, kind: int, need_cpu: int, need_memory: int, kinds: int) -> bool:
    """But for the accelerators."""
    return cpu >= need_cpu and memory >= need_memory and (kinds == 0 or (kinds >> kind) & 1 == 1)


@compiled
def _first_best(level: NDArray[np.int8], s: int) -> int:
    most = np.int8(-1)
    for i in range(level.shape[1]):
        if level[s, i] > most:
            most = level[s, i]
    for i in range(level.shape[1]):
        if level[s, i] == most:
            return i
    return 0


@compiled
def _take(idle: NDArray[np.int16], i: int, count: int, share: int, device: int) -> None:
    """A share of that device of node i, or so many whole ones, the first that are idle."""
    if count == 1 and share < WHOLE:
        idle[i, device] -= share
        return
    left = count
    for j in range(idle.shape[1]):
        if left > 0 and idle[i, j] == WHOLE:
            idle[i, j] = 0
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
def _of(
    idle: NDArray[np.int16],
    i: int,
    cpu: int,
    at: int,
    cuts: Ints,
    single: Floats,
    several: Floats,
    run: NDArray[np.float32],
    core_step: int,
) -> float:
    """The waste of node i, of set `at`."""
    cut = _cut(cuts, cpu)
    total, whole, idle_sum = _sums(single, at, cut, idle, i)
    return total - WHOLE * whole * several[at, cut, whole] + run[at, cpu // core_step, idle_sum // 10]


@compiled
def _sums(single: Floats, at: int, cut: int, idle: NDArray[np.int16], i: int) -> tuple[float, int, int]:
    """(waste of each by itself, how many are whole, idle thousandths)."""
    total, whole, idle_sum = 0.0, 0, 0
    for j in range(idle.shape[1]):
        total += single[at, cut, idle[i, j]]
        idle_sum += idle[i, j]
        whole += idle[i, j] == WHOLE
    return total, whole, idle_sum


@compiled
def _level(gain: float) -> int:
    return int(LEVELS / (1.0 + math.exp(-gain / WHOLE)))


@compiled
def _best(
    idle: NDArray[np.int16],
    i: int,
    left: int,
    count: int,
    share: int,
    now: float,
    at: int,
    cuts: Ints,
    single: Floats,
    several: Floats,
    run: NDArray[np.float32],
    core_step: int,
    on_begun: float,
    on_whole: float,
) -> tuple[float, int]:
    """(thousandths by which the waste falls, device) if node i, of set `at`, gives that and keeps `left` of its cores;
    NOWHERE if its accelerators do not do. now: its waste. on_begun, on_whole: what is taken off for what it draws, if it takes
    of a device at work and if not."""
    cut, core = _cut(cuts, left), left // core_step
    then, whole, idle_sum = _sums(single, at, cut, idle, i)
    if count == 0 or share == WHOLE:
        whole -= count
        if whole < 0:
            return NOWHERE, 0
        then += run[at, core, (idle_sum - count * WHOLE) // 10] - count * single[at, cut, WHOLE]
        return now - then + WHOLE * whole * several[at, cut, whole] - on_whole, 0
    then += run[at, core, max(0, idle_sum - share) // 10]
    best, level, device = NOWHERE, -1, 0
    for j in range(idle.shape[1]):
        free = idle[i, j]
        if free >= share:
            others = whole - (free == WHOLE)
            gain = (
                now
                - then
                + single[at, cut, free]
                - single[at, cut, free - share]
                + WHOLE * others * several[at, cut, others]
                - (on_whole if free == WHOLE else on_begun)
            )
            if gain > best and _level(gain) > level:
                best, level, device = gain, _level(gain), j
    return best, device
