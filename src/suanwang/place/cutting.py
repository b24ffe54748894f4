"""Cutting stock: what a hole in a shared accelerator is worth, if everything that is asked for is packed as well as can be.

The least number of accelerators that hold a mix of shares is a linear program over patterns; patterns are found as they are
needed, by a knapsack (Gilmore, Gomory, Operations Research 9, 1961). Its dual says which part of an accelerator each share
truly takes: 810 of 1000 takes all of it where nothing is asked for that fits beside it. A hole is worth the dearest
set of shares that fits in it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.optimize import linprog  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

from suanwang.place.knapsack import filled
from suanwang.world.supply import WHOLE
from suanwang.world.world import Floats, Ints

_EXACT = 1e-7
_PATTERNS_MAX = 2000


def worth(amounts: Mapping[int, float]) -> Floats:
    """Shape (WHOLE + 1,): the part of an accelerator, 0-1, that a hole of so many thousandths stands for; rising.

    amounts: how much of each share (1 to 999 thousandths) is asked for, in any unit.
    """
    sizes = np.array(sorted(size for size, amount in amounts.items() if 0 < size < WHOLE and amount > 0), np.int64)
    parts = _parts(sizes, np.array([amounts[size] for size in sizes.tolist()], np.float64))
    value, _ = filled(np.append(sizes, WHOLE), np.append(parts, 1.0))
    return np.minimum(value, 1.0)


def _parts(sizes: Ints, amounts: Floats) -> Floats:
    """The part of an accelerator that each share takes, at the least number of accelerators for the amounts."""
    patterns = [np.where(np.arange(len(sizes)) == i, WHOLE // size, 0) for i, size in enumerate(sizes.tolist())]
    parts = np.zeros(len(sizes))
    while patterns and len(patterns) < _PATTERNS_MAX:
        found: Any = linprog(np.ones(len(patterns)), A_ub=-np.array(patterns).T, b_ub=-amounts / amounts.sum(), method="highs")
        assert found.status == 0, f"every amount can be packed: {found.message}"
        parts = np.maximum(0.0, -found.ineqlin.marginals)
        value, taken = filled(sizes, parts)
        if value[WHOLE] <= 1 + _EXACT:
            break
        patterns.append(pattern(sizes, taken))
    return parts


def pattern(sizes: Ints, taken: Ints) -> Ints:
    """How many of each share the dearest filling of a whole accelerator holds."""
    counts, room = np.zeros(len(sizes), np.int64), WHOLE
    while room:
        last = int(taken[room])
        if last < 0:
            room -= 1
        else:
            counts[last] += 1
            room -= int(sizes[last])
    return counts
