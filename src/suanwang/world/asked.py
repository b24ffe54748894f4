"""What is asked for here: how many tasks of each shape, counted as jobs are accepted. A busy past fades: it is halved when it
has grown too large.

What rests on it (place.waste) would be worked out anew with every job; so a copy is kept, and renewed only when the counts have
grown by a quarter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from suanwang.model.demand import Needs

RENEWED = 1.25
"""The copy is renewed when there are so many times the tasks that it holds."""
TASKS_MOST = 100_000.0
SHAPES_MOST = 256
"""The rarest shape is forgotten when there are more."""


class Want(NamedTuple):
    """A shape. devices: accelerators, 0 for none; kinds, share: as in demand.AcceleratorNeed."""

    cpu_milli: int
    memory_bytes: int
    devices: int
    kinds: tuple[str, ...]
    share: int = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """The copy: (shape, tasks), sorted. Two are the same only if they are one object."""

    wants: tuple[tuple[Want, float], ...] = ()

    @property
    def tasks(self) -> float:
        return sum(tasks for _, tasks in self.wants)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """counts: shape -> tasks; total: their sum. mix: the copy."""

    counts: Mapping[Want, float]
    total: float
    mix: Mix


NOTHING = Asked(MappingProxyType({}), 0.0, Mix())


def want(needs: Needs) -> Want:
    """The shape of a task that needs so much."""
    device = needs.accelerator
    if device is None:
        return Want(needs.cpu_milli, needs.memory_bytes, 0, ())
    return Want(needs.cpu_milli, needs.memory_bytes, device.count, device.kinds, device.share_milli)


def noted(asked: Asked, shape: Want, tasks: int) -> Asked:
    """So many more tasks of a shape are asked for."""
    counts = dict(asked.counts)
    counts[shape] = counts.get(shape, 0.0) + tasks
    if len(counts) > SHAPES_MOST:
        del counts[min(counts, key=lambda one: (counts[one], one))]
    total = sum(counts.values())
    if total > TASKS_MOST:
        counts, total = {one: tasks / 2 for one, tasks in counts.items()}, total / 2
    known = asked.mix.tasks
    fresh = total >= RENEWED * known or total < known
    return Asked(MappingProxyType(counts), total, Mix(tuple(sorted(counts.items()))) if fresh else asked.mix)
