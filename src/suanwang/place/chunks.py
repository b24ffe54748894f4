"""How many items of an array a node takes at a time: many at first, few at the end, and more the faster it is.

Guided self-scheduling (Polychronopoulos and Kuck, IEEE Trans. Computers 36(12), 1987) hands out a share of what is left, so
that the last pieces are small and all end together; shares by speed are those of weighted factoring (Hummel, Schmidt, Uma and
Wein, SPAA 1996). A node's speed is what it did until now, so one that turns slow gets less from then on.
"""

import math
from collections.abc import Sequence

import msgspec

SHARE = 0.5
"""Of what is left, to all nodes together, before anybody asks again. Half, as in factoring; all would be a static split."""


class Pace(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a node did of an array until now: items in seconds that it was busy; speed: what it was believed to do, items a
    second, before it did any."""

    items: int
    busy_s: float
    speed: float


def speed_of(pace: Pace, trust_items: float = 4.0) -> float:
    """Items a second: what was seen, weighed against what was believed as if that were `trust_items` items more."""
    return (pace.items + trust_items) / (pace.busy_s + trust_items / pace.speed)


def chunk(left: int, asking: int, paces: Sequence[Pace], least: int = 1) -> int:
    """How many of the items that are left the node `asking` (index into paces) gets now; no fewer than `least`, if there
    are."""
    speeds = [speed_of(pace) for pace in paces]
    share = math.ceil(SHARE * left * speeds[asking] / sum(speeds))
    return min(left, max(least, share))
