"""What is left of a resource is worth what those to come would gain by it: a value for each resource, by what is left and how
many are still to come. A demand bears what the rest of the day loses by it: a large one, that keeps others out of a small room,
bears more than its price, and what would be left when the last has come bears nothing.

    takers   who wants the resource: how much, and what more they gain through it than without, at the prices of all others
    values   V(k+1, left) = V(k, left) + the mean, over the takers, of max(0, gain - (V(k, left) - V(k, left - amount)))
    answered each demand the option that gains most after what it takes from every V

Decomposition of network revenue management by resource: Talluri and van Ryzin, "The Theory and Practice of Revenue Management"
(2004), 3.4.4. One demand's chance is spread over a step of several, in parts small enough to be stable.
"""

import numpy as np

from suanwang.place.batch.options import Options
from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints

CELLS, STEPS = 48, 80
"""V is known at so many amounts of what is left, and after so many parts of those to come; between them it is a plane."""


def worth(like: Options, price: Floats, left: Floats, coming: int, expected: int) -> Floats:
    """V, CNY an hour, of each resource x parts of those to come x cells of what is left. like: demands as they will come, of
    which `coming` are still due of the `expected`. price, left: of each resource."""
    steps = max(4, STEPS * coming // expected)
    many = len(like.first) - 1
    at, amount, gain = _takers(like, price, len(left))
    order = np.argsort(at, kind="stable")
    bounds = np.searchsorted(at[order], np.arange(len(left) + 1))
    return _values(bounds, amount[order], gain[order], np.maximum(left, 1e-300), coming / steps / many, steps)


@compiled
def _takers(options: Options, price: Floats, resources: int) -> tuple[Ints, Floats, Floats]:
    """(resource, amount, what more a demand gains through it) of every demand and each resource that gains it something."""
    first, start, link, amount = options.first, options.start, options.link, options.amount
    rest, through, takes = np.empty(len(options.gain)), np.empty(resources), np.empty(resources)
    met, last = np.empty(resources, np.int64), np.full(resources, -1)
    at, much, more, many = np.empty(len(link), np.int64), np.empty(len(link)), np.empty(len(link)), 0
    for i in range(len(first) - 1):
        found = 0
        for c in range(first[i], first[i + 1]):
            rest[c] = options.gain[c]
            for e in range(start[c], start[c + 1]):
                rest[c] -= amount[e] * price[link[e]]
            for e in range(start[c], start[c + 1]):
                r, gain = link[e], rest[c] + amount[e] * price[link[e]]
                if last[r] != i:
                    last[r], through[r], takes[r], met[found] = i, gain, amount[e], r
                    found += 1
                elif gain > through[r]:
                    through[r], takes[r] = gain, amount[e]
        for x in range(found):
            r, without = met[x], 0.0
            for c in range(first[i], first[i + 1]):
                if rest[c] > without and not _uses(options, c, r):
                    without = rest[c]
            if through[r] > without:
                at[many], much[many], more[many] = r, takes[r], through[r] - without
                many += 1
    return at[:many].copy(), much[:many].copy(), more[:many].copy()


@compiled
def _uses(options: Options, c: int, r: int) -> bool:
    """Whether option c takes of resource r."""
    found = False
    for e in range(options.start[c], options.start[c + 1]):
        found |= options.link[e] == r
    return found


@compiled
def _values(bounds: Ints, amount: Floats, gain: Floats, left: Floats, chance: float, steps: int) -> Floats:
    """The takers of resource r are bounds[r] to bounds[r + 1]. chance: how many like each taker come in one step."""
    value = np.zeros((len(left), steps + 1, CELLS + 1))
    for r in range(len(left)):
        begin, end = bounds[r], bounds[r + 1]
        if begin == end:
            continue
        halves, whole, weight, moved = np.empty(end - begin, np.int64), np.empty(end - begin), np.empty(end - begin), 0.0
        for j in range(begin, end):
            cells = min(amount[j] / left[r] * CELLS, 2.0 * CELLS)
            halves[j - begin] = max(1, round(2 * cells))
            weight[j - begin] = 2 * cells / halves[j - begin]
            whole[j - begin] = gain[j] / weight[j - begin]
            moved += min(1.0, cells)
        order = np.argsort(halves - whole / (2 * whole.max()), kind="mergesort")
        _value(halves[order], whole[order], weight[order], chance, int(chance * moved) + 1, value[r])
    return value


@compiled
def _value(halves: Ints, gain: Floats, weight: Floats, chance: float, parts: int, value: Floats) -> None:
    """One resource. halves: what each taker needs, rounded to half cells, least first; of those alike, the most gain first.
    weight: what each needs, in parts of that: so many of the rounded ones take and gain as much. A step goes in so many parts
    that no more than a cell is taken in one."""
    many, row, new = len(gain), np.zeros(CELLS + 1), np.zeros(CELLS + 1)
    sums, weights = np.append(0.0, np.cumsum(weight * gain)), np.append(0.0, np.cumsum(weight))
    group = np.append(np.flatnonzero(np.append(1, np.diff(halves))), many)
    for s in range(1, len(value)):
        for _ in range(parts):
            for g in range(1, CELLS + 1):
                total, x = 0.0, 0
                while x < len(group) - 1 and halves[group[x]] <= 2 * g:
                    under = 2 * g - halves[group[x]]
                    lost = row[g] - 0.5 * (row[under // 2] + row[(under + 1) // 2])
                    low, high = group[x], group[x + 1]
                    while low < high:
                        middle = (low + high) // 2
                        if gain[middle] > lost:
                            low = middle + 1
                        else:
                            high = middle
                    total += sums[low] - sums[group[x]] - (weights[low] - weights[group[x]]) * lost
                    x += 1
                new[g] = row[g] + chance / parts * total
            row[:] = new
        value[s] = row


@compiled
def _at(value: Floats, step: float, cells: float) -> float:
    """V of one resource, between the points where it is known."""
    s, g = min(int(step), len(value) - 2), min(int(cells), CELLS - 1)
    u, w = step - s, cells - g
    return (1 - u) * ((1 - w) * value[s, g] + w * value[s, g + 1]) + u * ((1 - w) * value[s + 1, g] + w * value[s + 1, g + 1])


@compiled
def answered(options: Options, order: Ints, coming: int, left: Floats, value: Floats, option: Ints) -> None:
    """Answer the demands that come, in order and in place: each the option that gains most after what it takes from every V,
    if it gains. value: from `worth` with this `left` and `coming`."""
    full, steps = np.maximum(left, 1e-300), float(value.shape[1] - 1)
    for x in range(len(order)):
        i, high, best = order[x], 0.0, -1
        step = steps * (coming - x - 1) / coming
        for c in range(options.first[i], options.first[i + 1]):
            rest = options.gain[c]
            for e in range(options.start[c], options.start[c + 1]):
                r = options.link[e]
                if options.amount[e] > left[r]:
                    rest = -np.inf
                    break
                had, takes = CELLS * float(left[r] / full[r]), CELLS * float(options.amount[e] / full[r])
                rest -= _at(value[r], step, had) - _at(value[r], step, had - takes)
            if rest > high:
                high, best = rest, c
        option[i] = best
        if best >= 0:
            for e in range(options.start[best], options.start[best + 1]):
                left[options.link[e]] -= options.amount[e]
