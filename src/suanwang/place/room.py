"""The rules of room: cpu, memory and accelerators. Too small for ever is hard; full just now will pass."""

from collections.abc import Iterable

import numpy as np

from suanwang.model.demand import AcceleratorNeed
from suanwang.model.quantity import cpu_text, show_bytes
from suanwang.model.reason import Reason
from suanwang.place.ask import Ask
from suanwang.place.rule import Rule
from suanwang.world.supply import WHOLE, Supply
from suanwang.world.world import Bools, Floats, Ints, World


def _cpu(ask: Ask, world: World) -> Bools:
    return world.cpu_milli_free >= ask.demand.needs.cpu_milli


def _why_not_cpu(ask: Ask, world: World, i: int) -> Reason | None:
    need, free, total = ask.demand.needs.cpu_milli, int(world.cpu_milli_free[i]), int(world.cpu_milli_total[i])
    if free >= need:
        return None
    have = f"{cpu_text(free)} free of {cpu_text(total)}" if total >= need else cpu_text(total)
    return Reason(rule="cpu", need=cpu_text(need), have=have, gap=(need - free) / 1000, unit="cores", passing=total >= need)


def _gap_cpu(ask: Ask, world: World, rows: Ints) -> Floats:
    return (ask.demand.needs.cpu_milli - world.cpu_milli_free[rows]) / 1000


def _memory(ask: Ask, world: World) -> Bools:
    return world.memory_bytes_free >= ask.demand.needs.memory_bytes


def _why_not_memory(ask: Ask, world: World, i: int) -> Reason | None:
    need, free, total = ask.demand.needs.memory_bytes, int(world.memory_bytes_free[i]), int(world.memory_bytes_total[i])
    if free >= need:
        return None
    have = f"{show_bytes(free)} free of {show_bytes(total)}" if total >= need else show_bytes(total)
    gap = float(need - free)
    return Reason(rule="memory", need=show_bytes(need), have=have, gap=gap, unit="B", passing=total >= need)


def _gap_memory(ask: Ask, world: World, rows: Ints) -> Floats:
    return (ask.demand.needs.memory_bytes - world.memory_bytes_free[rows]).astype(np.float64)


def kinds(ask: Ask, world: World) -> tuple[str, ...]:
    """Kinds of accelerator that would do, in the order of the demand, or by name where it takes any."""
    need = ask.demand.needs.accelerator
    wanted = need.kinds if need and need.kinds else tuple(sorted(world.accelerators))
    return tuple(kind for kind in wanted if kind in world.accelerators)


def most(columns: Iterable[Ints], world: World) -> Ints:
    """The largest of some columns, row by row; zeros where there are none. Devices of different kinds do not add up."""
    largest = np.zeros(len(world.ids), np.int64)
    for column in columns:
        largest = np.maximum(largest, column)
    return largest


def enough(need: AcceleratorNeed) -> int:
    """What `usable` must come to: devices, or thousandths of one."""
    return need.count if need.share_milli == WHOLE else need.share_milli


def usable(need: AcceleratorNeed, supply: Supply) -> Ints:
    """Shape (nodes,): devices that are wholly idle, or where a share is needed, what is left of the idlest."""
    return supply.free if need.share_milli == WHOLE else supply.most


def plenty(need: AcceleratorNeed, supply: Supply) -> Ints:
    """Shape (nodes,): of several kinds that would do, a task gets that of which there is most."""
    return supply.free if need.share_milli == WHOLE else supply.left


def _accelerator(ask: Ask, world: World) -> Bools:
    need = ask.demand.needs.accelerator
    if need is None:
        return world.everyone
    return most((usable(need, world.accelerators[k]) for k in kinds(ask, world)), world) >= enough(need)


def _why_not_accelerator(ask: Ask, world: World, i: int) -> Reason | None:
    need = ask.demand.needs.accelerator
    if need is None:
        return None
    supplies = [world.accelerators[k] for k in kinds(ask, world)]
    free = max((int(usable(need, supply)[i]) for supply in supplies), default=0)
    if free >= enough(need):
        return None
    total = max((int(supply.total[i]) for supply in supplies), default=0)
    owned = ", ".join(f"{a.count} x {a.kind}" for a in world.nodes[i].capacity.accelerators) or "none"
    scale = 1 if need.share_milli == WHOLE else WHOLE
    have = f"{free / scale:g} free of {owned}" if total >= need.count else owned
    gap, passing = (enough(need) - free) / scale, total >= need.count
    return Reason(rule="accelerator", need=accelerator_text(need), have=have, gap=gap, unit="devices", passing=passing)


def accelerator_text(need: AcceleratorNeed) -> str:
    """ "2 x a100 or h100", "0.25 x any kind"."""
    return f"{need.count * need.share_milli / WHOLE:g} x {' or '.join(need.kinds) or 'any kind'}"


def _gap_accelerator(ask: Ask, world: World, rows: Ints) -> Floats:
    need = ask.demand.needs.accelerator
    if need is None:
        return np.zeros(len(rows))
    free = most((usable(need, world.accelerators[k]) for k in kinds(ask, world)), world)[rows]
    return (enough(need) - free) / (1 if need.share_milli == WHOLE else WHOLE)


CPU = Rule("cpu", _cpu, _why_not_cpu, _gap_cpu)
MEMORY = Rule("memory", _memory, _why_not_memory, _gap_memory)
ACCELERATOR = Rule("accelerator", _accelerator, _why_not_accelerator, _gap_accelerator)
ROOM = (CPU, MEMORY, ACCELERATOR)
"""Those that what others hold can change."""
