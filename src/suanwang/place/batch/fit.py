"""What prices say, made to fit: whole demands, and nothing over its room; then exchanges, as long as one gains.

An option's cost at prices is what it takes times the price of each resource; it is worth it if its gain is more.
"""

import numpy as np

from suanwang.place.batch.options import Options
from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

NEAR = 0.5
"""An option that loses more than this part of its gain at the prices is not tried in an exchange."""
GROWTH, FULL = 30.0, 1.5
"""Where prices only grow: FULL x (GROWTH^use - 1) / (GROWTH - 1), in parts of what an ordinary demand so far would gain."""


@compiled
def _fits(options: Options, left: Floats, c: int) -> bool:
    """Whether what option c takes is left."""
    short = 0
    for e in range(options.start[c], options.start[c + 1]):
        short += options.amount[e] > left[options.link[e]]
    return short == 0


@compiled
def _take(options: Options, left: Floats, c: int, sign: float) -> None:
    """Take what option c needs (sign 1), or give it back (-1)."""
    for e in range(options.start[c], options.start[c + 1]):
        left[options.link[e]] -= sign * options.amount[e]


@compiled
def _profit(options: Options, price: Floats, c: int) -> float:
    """Gain of option c less what it costs at these prices."""
    rest = options.gain[c]
    for e in range(options.start[c], options.start[c + 1]):
        rest -= options.amount[e] * price[options.link[e]]
    return rest


@compiled
def fitted(options: Options, price: Floats) -> Ints:
    """An option for each demand, -1 for none: those whose best option is most worth its price come first, each with the best
    that still fits; then the others, with whatever fits."""
    first, demands = options.first, len(options.first) - 1
    option, left, worth = np.full(demands, -1), options.room * (1 - 1e-12), np.full(demands, -np.inf)
    rest = np.empty(len(options.gain))
    for i in range(demands):
        most = 1e-300
        for c in range(first[i], first[i + 1]):
            rest[c] = _profit(options, price, c)
            worth[i], most = max(worth[i], rest[c]), max(most, options.gain[c])
        worth[i] /= most
    order: Ints = np.argsort(-worth, kind="mergesort")
    for turn in range(2):
        for x in range(demands):
            i = order[x]
            if option[i] >= 0:
                continue
            best = 0.0 if turn == 0 else -np.inf
            for c in range(first[i], first[i + 1]):
                if rest[c] > best and _fits(options, left, c):
                    best, option[i] = rest[c], c
            if option[i] >= 0:
                _take(options, left, int(option[i]), 1.0)
    return option


@compiled
def better(options: Options, price: Floats, option: Ints, passes: int) -> None:
    """Improve a choice in place: a better option for one; or a demand that was left out comes in, for another that takes a
    different option or, if that pays, leaves."""
    left = options.room * (1 - 1e-12)
    for i in range(len(option)):
        if option[i] >= 0:
            _take(options, left, option[i], 1.0)
    for _ in range(passes):
        moved = False
        for i in range(len(option)):
            moved |= _upgrade(options, left, option, i)
        for i in range(len(option)):
            if option[i] < 0:
                moved |= _exchange(options, left, price, option, i)
        if not moved:
            break


@compiled
def _upgrade(options: Options, left: Floats, option: Ints, i: int) -> bool:
    """The best option of demand i that fits in what is left and its own place; whether that is another."""
    had, gain = option[i], options.gain
    if had >= 0:
        _take(options, left, had, -1.0)
    best = had
    for c in range(options.first[i], options.first[i + 1]):
        if (best < 0 or gain[c] > gain[best] * (1 + 1e-12)) and _fits(options, left, c):
            best = c
    if best >= 0:
        _take(options, left, best, 1.0)
    option[i] = best
    return best != had


@compiled
def _exchange(options: Options, left: Floats, price: Floats, option: Ints, i: int) -> bool:
    """Bring demand i in where one other makes room for more gain in all; whether that could be."""
    first, start, link, gain = options.first, options.start, options.link, options.gain
    most, mine, other, instead = 1e-9, -1, -1, -1
    for c in range(first[i], first[i + 1]):
        if _profit(options, price, c) < -NEAR * gain[c]:
            continue
        short = -1
        for e in range(start[c], start[c + 1]):
            if options.amount[e] > left[link[e]]:
                short = link[e]
        for j in range(len(option)):
            had, uses = option[j], False
            if had < 0:
                continue
            for e in range(start[had], start[had + 1]):
                uses |= link[e] == short
            if not uses:
                continue
            _take(options, left, had, -1.0)
            if _fits(options, left, c):
                _take(options, left, c, 1.0)
                new, more = -1, gain[c] - gain[had]
                for d in range(first[j], first[j + 1]):
                    rest = gain[d] + gain[c] - gain[had]
                    if rest > more and rest > most and _fits(options, left, d):
                        new, more = d, rest
                if more > most:
                    most, mine, other, instead = more, c, j, new
                _take(options, left, c, -1.0)
            _take(options, left, had, 1.0)
    if mine < 0:
        return False
    _take(options, left, option[other], -1.0)
    _take(options, left, mine, 1.0)
    if instead >= 0:
        _take(options, left, instead, 1.0)
    option[i], option[other] = mine, instead
    return True


@compiled
def grown(options: Options, coming: Ints, left: Floats, seen: Floats, option: Ints) -> None:
    """Answer the demands that come, in order and in place, at prices that grow with use: each its option of most profit that
    fits, if there is a profit. Awerbuch, Azar and Plotkin, FOCS 1993.

    seen: for each resource, what those who came so far would take of it for 1 CNY of gain, summed, and how often it was among
    their options.
    """
    room = np.maximum(options.room, 1e-300)
    for i in coming:
        most = 1e-300
        for c in range(options.first[i], options.first[i + 1]):
            most = max(most, options.gain[c])
        for c in range(options.first[i], options.first[i + 1]):
            for e in range(options.start[c], options.start[c + 1]):
                seen[0, options.link[e]] += options.amount[e] / most
                seen[1, options.link[e]] += 1
        high, at = 0.0, -1
        for c in range(options.first[i], options.first[i + 1]):
            rest = options.gain[c] if _fits(options, left, c) else 0.0
            for e in range(options.start[c], options.start[c + 1]):
                r = options.link[e]
                part = FULL * (GROWTH ** (1 - left[r] / room[r]) - 1) / (GROWTH - 1)
                rest -= options.amount[e] * part * seen[1, r] / max(seen[0, r], 1e-300)
            if rest > high:
                high, at = rest, c
        option[i] = at
        if at >= 0:
            _take(options, left, at, 1.0)
