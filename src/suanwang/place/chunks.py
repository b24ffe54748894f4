"""How many items of an array a node takes at a time: many at first, few at the end, and more the faster it is.

Guided self-scheduling (Polychronopoulos and Kuck, IEEE Trans. Computers 36(12), 1987) hands out a share of what is left, so
that the last pieces are small and all end together; shares by speed are those of weighted factoring (Hummel, Schmidt, Uma and
Wein, SPAA 1996). A node's speed is what it did until now, so one that turns slow gets less from then on. And what is late all
the same may be done a second time elsewhere, if that is thought to save time (`worth_copying`).
"""

import math
from collections.abc import Sequence

import msgspec

from suanwang.market.price import cost_micro
from suanwang.model.plan import Placement

SHARE = 0.5
"""Of what is left, to all nodes together, before anybody asks again. Half, as in factoring; all would be a static split."""
TRUST_ITEMS = 4.0
OVERDUE = 1.25
"""A task that is over its time is believed to take this much of what it took until now: ours, from no theory."""


class Pace(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a node did of an array until now: items in seconds that it was busy; speed: what it was believed to do, items a
    second, before it did any."""

    items: int
    busy_s: float
    speed: float


def speed_of(pace: Pace, trust_items: float = TRUST_ITEMS) -> float:
    """Items a second: what was seen, weighed against what was believed as if that were `trust_items` items more."""
    return (pace.items + trust_items) / (pace.busy_s + trust_items / pace.speed)


def chunk(left: int, asking: int, paces: Sequence[Pace], shares: Sequence[float], least: int = 1) -> int:
    """How many of the items that are left the node `asking` (index into paces) gets now; no fewer than `least`, if there
    are.

    shares: what each would get, in any unit, if it were as fast as believed: by speed, or as cost and limits have it.
    """
    weights = [share * speed_of(pace) / pace.speed for share, pace in zip(shares, paces, strict=True)]
    return min(left, max(least, math.ceil(SHARE * left * weights[asking] / sum(weights))))


def cut(placement: Placement, placement_id: str, tasks: tuple[int, ...], width: int) -> Placement:
    """Some of the tasks of a placement, which holds no accelerators, as one of their own, with their part of fuel and money."""
    assert not placement.devices, "devices are numbered, and go to a whole placement"
    size, whole = len(tasks), len(placement.tasks)
    fuel_max = placement.fuel_max * size // whole
    rounds, all_rounds = -(-size // width), -(-whole // placement.width)
    return msgspec.structs.replace(
        placement,
        id=placement_id,
        tasks=tasks,
        width=width,
        cpu_milli=placement.cpu_milli * width // placement.width,
        memory_bytes=placement.memory_bytes * width // placement.width,
        fuel_max=fuel_max,
        hold_micro=min(cost_micro(fuel_max, placement.price_micro_per_tfuel), placement.hold_micro * size // whole),
        finish_s=placement.finish_s * rounds / all_rounds,
        carbon_g=placement.carbon_g * size / whole,
        price_micro=placement.price_micro * size // whole,
    )


def believed_s(planned_s: float, ran_s: float) -> float:
    """What a task takes in all that was thought to take `planned_s` and still runs after `ran_s`."""
    return planned_s if ran_s < planned_s else ran_s * OVERDUE


def worth_copying(left_s: float, fresh_s: float, copies: int = 1) -> bool:
    """Whether one more copy of a task is expected to use less time of cores in all than to wait (Mantri: Ananthanarayanan and
    others, OSDI 2010): with c copies running that need `left_s` more, c + 1 for `fresh_s` take less than c for `left_s`.

    fresh_s: from now until a new copy would end, its files and its wait for cores counted (`Choice.runner_up_finish_s` less
    now).
    """
    return (copies + 1) * fresh_s < copies * left_s
