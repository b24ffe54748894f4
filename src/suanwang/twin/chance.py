"""Chance without a state: draw number k of stream j under a seed is a hash of the three, so that it is the same on any
machine, in any order, and whatever else is drawn.

    bits   world.scramble over seed + (16 k + j + 1) x the golden ratio

Two runs under one seed see the same requests, however differently they steer them: what is compared then is the steering.
"""

import math

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.world.compiled import compiled
from suanwang.world.scramble import GOLDEN, scrambled

GAP, ORIGIN, NEED, NEED_MORE, SITE, SITE_MORE, PHASE, TICK, CORE, MOVE, LOOK = range(11)
"""Streams: time to the next arrival, where it arises, how long its service is (two draws), where it is sent (two); of a quota:
when a site's periods begin, when ticks are; how long one waits for a core; whether it is another than before;
when its quota is looked at."""
_GOLDEN = np.uint64(GOLDEN)
_WIDE = np.uint64(16)
_ONE, _11 = np.uint64(1), np.uint64(11)
_scrambled = compiled(scrambled)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2^-53


@compiled
def uniform(seed: int, number: int, stream: int) -> float:
    """In [0, 1), of 53 bits."""
    z = np.uint64(seed) + (np.uint64(number) * _WIDE + np.uint64(stream) + _ONE) * _GOLDEN
    return np.float64(_scrambled(z) >> _11) * _TO_UNIT


@compiled
def exponential(seed: int, number: int, stream: int) -> float:
    """Of mean 1; never 0 to infinity, since 1 - u is in (0, 1]."""
    return -math.log(1.0 - uniform(seed, number, stream))


@compiled
def normal(seed: int, number: int, stream: int) -> float:
    """Of mean 0 and variance 1, from this stream and the next (Box and Muller 1958)."""
    radius = math.sqrt(2.0 * exponential(seed, number, stream))
    return radius * math.cos(2.0 * math.pi * uniform(seed, number, stream + 1))


@compiled
def lots(weights: Floats, keep: Floats, other: Ints) -> None:
    """Fill `keep` and `other` so that `drawn` draws index i with probability weights[i] / sum, in constant time.

    The alias method of Walker 1974, filled in as Vose 1991 does. All weights 0: all alike.
    """
    size, total = len(weights), weights.sum()
    small, large = np.empty(size, np.int64), np.empty(size, np.int64)
    few, many = 0, 0
    for i in range(size):
        keep[i] = weights[i] * size / total if total > 0.0 else 1.0
        other[i] = i
        if keep[i] < 1.0:
            small[few] = i
            few += 1
        else:
            large[many] = i
            many += 1
    while few > 0 and many > 0:
        few -= 1
        less, more = small[few], large[many - 1]
        other[less] = more
        keep[more] -= 1.0 - keep[less]
        if keep[more] < 1.0:
            many -= 1
            small[few] = more
            few += 1
    for k in range(few):  # what rounding left over
        keep[small[k]] = 1.0


@compiled
def drawn(u: float, row: int, keep: Floats, other: Ints) -> int:
    """The index that u, in [0, 1), stands for in a row of lots."""
    place = u * keep.shape[1]
    i = int(place)
    return i if place - i < keep[row, i] else other[row, i]
