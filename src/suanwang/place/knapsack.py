"""The unbounded knapsack over thousandths of an accelerator: how dear a set of shares a hole of each size can hold."""

import numpy as np

from suanwang.world.supply import WHOLE
from suanwang.world.world import Floats, Ints

_ROUNDING = 1e-12


def filled(sizes: Ints, values: Floats) -> tuple[Floats, Ints]:
    """(dearest filling of each room from 0 to WHOLE, the last share put in, -1 where room is left). sizes: rising, above 0."""
    best, taken = np.zeros(WHOLE + 1), np.full(WHOLE + 1, -1, np.int64)
    for room in range(1, WHOLE + 1):
        best[room] = best[room - 1]
        fits = np.searchsorted(sizes, room, side="right")
        if fits:
            with_it = best[room - sizes[:fits]] + values[:fits]
            last = int(with_it.argmax())
            if with_it[last] > best[room] + _ROUNDING:
                best[room], taken[room] = with_it[last], last
    return best, taken
