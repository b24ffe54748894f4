"""Native work in the unit of fuel: CPU seconds times the node's calibrated speed, and the experiment that shows it holds.

A cap or a neighbour makes the same work take longer, but it does not make it cost more: only CPU time is charged.
"""

import msgspec

from suanwang.drivers.meter.parent import Confine, Order, Request, ask, start
from suanwang.model.node import Speed


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What a fixed amount of native work took, in seconds."""

    cpu_s: float
    wall_s: float


def fuel_of(cpu_s: float, speed: Speed) -> int:
    """Fuel charged for native work: CPU seconds x fuel_per_cpu_s (docs/unit.md), whole, halves to even. Never negative."""
    return max(0, round(cpu_s * speed.fuel_per_cpu_s))


def fixed_work(repetitions: int, confine: Confine | None = None, kernel: str = "scalar") -> Used:
    """Run a kernel exactly so many times in a child of its own, under a cap if `confine` puts it there.

    RuntimeFault SUAN-R041 as in parent.ask. The same `repetitions` is the same work, on any machine and under any cap.
    """
    child = start(confine)
    (done,) = ask(child, Request(orders=(Order(kernel=kernel, repetitions=repetitions),), patience_s=120.0))
    return Used(cpu_s=done.cpu_s, wall_s=done.wall_s)
