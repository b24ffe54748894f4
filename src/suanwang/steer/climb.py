"""Prices at which what is asked just fills what there is: the highest point of a concave function, by Newton's method.

    spread   at these prices, what each demand sends which way, the load of every resource, and the function's value
    curved   how loads fall as prices rise: the function's second derivatives, for the resources whose price may change
    solved   the step to where the loads would meet the capacities, if the function were a parabola

A demand of size d sends each part of d where it costs least, or nowhere, which costs 1. So that there are second derivatives it
divides itself over ways that cost within `tau` of each other (Nesterov, "Smooth minimization of non-smooth functions",
Mathematical Programming 103 (2005), with the square as the distance). So that no step goes farther than the parabola can be
trusted, the diagonal is raised (Levenberg and Marquardt). For any prices, sum(capacity x price) + sum(size x max(0, 1 - the
cheapest way)) is no less than the most that can be saved of what all would cost if nobody sent anything (duality): the bound.
"""

from typing import NamedTuple

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.steer.ways import Links
from suanwang.world.compiled import compiled

TRIES = 4
TRUST, TRUST_MOST, TRUST_RISE, TRUST_FALL = 0.5, 2.0, 1.5, 0.25
"""How far a price moves in one step at first, at most, in tau; how that changes when a step goes well or too far."""


class Asked(NamedTuple):
    """The ways of demand i are first[i] to first[i + 1]; way p takes of the resources link[start[p]] to link[start[p + 1]].

    size: of each demand.
    """

    first: Ints
    start: Ints
    link: Links
    size: Floats


@compiled
def climbed(
    asked: Asked,
    capacity: Floats,
    price: Floats,
    load: Floats,
    tau: float,
    steps: int,
    trust: float,
    own: Floats | None,
    amount: Floats | None,
) -> tuple[float, float]:
    """Better prices, and the load at them, in place; (trust for the next step, the least bound that was seen).

    own: what each way costs beside the prices, None for nothing. amount: what each entry of `link` takes for each unit sent,
    None for 1.
    """
    links, tiny = len(price), 1e-9 * (asked.size.sum() + 1e-300)
    flow, low = np.empty(len(asked.start) - 1), np.empty(len(asked.size))
    at, free = np.empty(links, np.int64), np.empty(links, np.int64)
    slope, curve = np.empty(links), np.empty((links, links))
    value, least = spread(asked, capacity, price, tau, load, flow, low, own, amount)
    for _ in range(steps):
        many = 0
        for e in range(links):
            at[e] = -1
            if price[e] > 0 or load[e] > capacity[e]:
                at[e], free[many], slope[many] = many, e, load[e] - capacity[e]
                many += 1
        if many == 0:
            break
        _curved(asked, tau, flow, at, many, curve, amount)
        kept, good = price.copy(), False
        for tried in range(TRIES):
            step = _solved(curve, slope, many, trust * tau, tiny)
            for x in range(many):
                price[free[x]] = max(0.0, kept[free[x]] + step[x])
            found, bound = spread(asked, capacity, price, tau, load, flow, low, own, amount)
            least = min(least, bound)
            if found >= value:
                value, good = found, True
                trust = min(TRUST_MOST, trust * TRUST_RISE) if tried == 0 else trust
                break
            trust *= TRUST_FALL
        if not good:
            price[:] = kept
            spread(asked, capacity, price, tau, load, flow, low, own, amount)
            break
    return trust, least


@compiled
def spread(
    asked: Asked,
    capacity: Floats,
    price: Floats,
    tau: float,
    load: Floats,
    flow: Floats,
    low: Floats,
    own: Floats | None,
    amount: Floats | None,
) -> tuple[float, float]:
    """Into flow, load and low: what each demand sends each way, the load, the cost of each demand's cheapest way, at most 1.

    (value of the function, bound).
    """
    first, start, link, size = asked
    most = 0
    for i in range(len(size)):
        most = max(most, first[i + 1] - first[i])
    cost, which = np.empty(most + 1), np.empty(most + 1, np.int64)
    value, bound, sharp = 0.0, 0.0, 1.0 / tau
    load[:] = 0.0
    for i in range(len(size)):
        cost[0], which[0], many = 1.0, -1, 1
        for p in range(first[i], first[i + 1]):
            flow[p] = 0.0
            along = 0.0 if own is None else own[p]
            for e in range(start[p], start[p + 1]):
                along += price[link[e]] if amount is None else price[link[e]] * amount[e]
            x = many
            while x > 0 and cost[x - 1] > along:
                cost[x], which[x] = cost[x - 1], which[x - 1]
                x -= 1
            cost[x], which[x] = along, p
            many += 1
        low[i] = cost[0]
        bound += size[i] * (1.0 - cost[0])
        used, sum_, level = 1, cost[0], cost[0] + tau
        while used < many and cost[used] < level:
            sum_ += cost[used]
            used += 1
            level = (sum_ + tau) / used
        for x in range(used):
            part = (level - cost[x]) * sharp
            value += size[i] * part * (cost[x] + 0.5 * tau * part)
            p = which[x]
            if p >= 0:
                flow[p] = size[i] * part
                for e in range(start[p], start[p + 1]):
                    load[link[e]] += flow[p] if amount is None else flow[p] * amount[e]
    for e in range(len(price)):
        value -= capacity[e] * price[e]
        bound += capacity[e] * price[e]
    return value, bound


@compiled
def _curved(asked: Asked, tau: float, flow: Floats, at: Ints, many: int, curve: Floats, amount: Floats | None) -> None:
    """How the loads of the resources that may change their price fall as prices rise: the upper half of a matrix.

    Of a demand of size d divided over k ways (to send nothing is one), which take a of the resources: d / tau x (sum of a a' -
    (sum of a)(sum of a)' / k).
    """
    first, start, link, size = asked
    curve[:many, :many] = 0.0
    times, seen, here, much = np.zeros(many), np.empty(many, np.int64), np.empty(many, np.int64), np.empty(many)
    for i in range(len(size)):
        sent, used = 0.0, 0
        for p in range(first[i], first[i + 1]):
            sent += flow[p]
            used += flow[p] > 0
        used += sent < size[i] * (1 - 1e-12)
        if used < 2:
            continue
        each, alone, met = size[i] / tau, first[i + 1] - first[i] == 1, 0
        weight = each * (1 - 1 / used) if alone else each
        for p in range(first[i], first[i + 1]):
            if flow[p] <= 0:
                continue
            held = 0
            for e in range(start[p], start[p + 1]):
                x = at[link[e]]
                if x < 0:
                    continue
                takes, y = 1.0 if amount is None else amount[e], held
                while y > 0 and here[y - 1] > x:
                    here[y], much[y] = here[y - 1], much[y - 1]
                    y -= 1
                here[y], much[y] = x, takes
                held += 1
                if not alone:
                    if times[x] == 0:
                        seen[met] = x
                        met += 1
                    times[x] += takes
            for y in range(held):
                for z in range(y, held):
                    curve[here[y], here[z]] += weight * much[y] * much[z]
        for y in range(met):
            for z in range(met):
                if seen[y] <= seen[z]:
                    curve[seen[y], seen[z]] -= each / used * times[seen[y]] * times[seen[z]]
        for y in range(met):
            times[seen[y]] = 0


@compiled
def _solved(curve: Floats, slope: Floats, many: int, radius: float, tiny: float) -> Floats:
    """The step that Newton's method takes, with so much added to the diagonal that no price moves by much more than `radius`.

    Gaussian elimination of a symmetric matrix, of which the upper half is given.
    """
    left, step = np.empty((many, many)), slope[:many].copy()
    for x in range(many):
        left[x, x:] = curve[x, x:many]
        left[x, x] += 1e-6 * curve[x, x] + abs(slope[x]) / radius + tiny
    for x in range(many):
        for y in range(x + 1, many):
            part = left[x, y] / left[x, x]
            if part != 0:
                step[y] -= part * step[x]
                for z in range(y, many):
                    left[y, z] -= part * left[x, z]
    for x in range(many - 1, -1, -1):
        sum_ = step[x]
        for z in range(x + 1, many):
            sum_ -= left[x, z] * step[z]
        step[x] = sum_ / left[x, x]
    return step
