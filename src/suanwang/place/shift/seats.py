"""Whole jobs get a seat, one site and hours in a row, at given prices: the largest first; then they make way, and move."""

import numpy as np

from suanwang.place.shift.auction import NONE
from suanwang.world.compiled import compiled
from suanwang.world.world import Bools, Floats, Ints


@compiled
def seats(
    cost: Floats,
    egress: Floats,
    kwh: Floats,
    most: Floats,
    first: Ints,
    last: Ints,
    late: float,
    whole: Bools,
    room: Floats,
    price: Floats,
    start: Ints,
) -> tuple[Floats, Floats, Floats]:
    """Whole jobs only: (flat kWh, kWh left over by job, kWh by site and hour). The largest first; who finds no seat asks each
    that has one to move; then each looks once more whether it can be cheaper elsewhere."""
    sites = cost.shape[0]
    length = 0
    for j in range(len(kwh)):
        length += max(0, last[j] - first[j]) * sites
    filled, left, taken = np.zeros(length), np.zeros(len(kwh)), np.zeros(cost.shape)
    seat = np.full(len(kwh), -1, np.int64)
    dear = cost + price
    order = [int(j) for j in np.argsort(-kwh)]
    for j in order:
        if whole[j]:
            seat[j] = _seat(j, dear, egress, kwh, most, first, last, room, taken)
            _put(int(seat[j]), float(kwh[j]), float(most[j]), sites, 1.0, taken)
    for j in order:
        if whole[j] and seat[j] < 0 and kwh[j] > NONE:
            _make_way(j, seat, dear, egress, kwh, most, first, last, room, taken, whole)
    for j in order:
        if whole[j] and seat[j] >= 0:
            _put(int(seat[j]), float(kwh[j]), float(most[j]), sites, -1.0, taken)
            seat[j] = _seat(j, dear, egress, kwh, most, first, last, room, taken)
            _put(int(seat[j]), float(kwh[j]), float(most[j]), sites, 1.0, taken)
    for j in range(len(kwh)):
        if not whole[j]:
            continue
        if seat[j] < 0:
            left[j] = kwh[j]
            continue
        s, t, rest = seat[j] % sites, seat[j] // sites, kwh[j]
        while rest > NONE:
            filled[start[j] + (t - first[j]) * sites + s] = min(rest, most[j])
            rest -= most[j]
            t += 1
    return filled, left, taken


@compiled
def _make_way(
    j: int,
    seat: Ints,
    dear: Floats,
    egress: Floats,
    kwh: Floats,
    most: Floats,
    first: Ints,
    last: Ints,
    room: Floats,
    taken: Floats,
    whole: Bools,
) -> None:
    """A seat for j by moving one other whole job, if there is such a one. In place."""
    sites = dear.shape[0]
    for other in range(len(seat)):
        if not whole[other] or seat[other] < 0 or last[other] <= first[j] or first[other] >= last[j]:
            continue
        before = seat[other]
        _put(before, kwh[other], most[other], sites, -1.0, taken)
        mine = _seat(j, dear, egress, kwh, most, first, last, room, taken)
        if mine >= 0:
            _put(mine, kwh[j], most[j], sites, 1.0, taken)
            its = _seat(other, dear, egress, kwh, most, first, last, room, taken)
            if its >= 0:
                _put(its, kwh[other], most[other], sites, 1.0, taken)
                seat[j], seat[other] = mine, its
                return
            _put(mine, kwh[j], most[j], sites, -1.0, taken)
        _put(before, kwh[other], most[other], sites, 1.0, taken)


@compiled
def _seat(
    j: int, dear: Floats, egress: Floats, kwh: Floats, most: Floats, first: Ints, last: Ints, room: Floats, taken: Floats
) -> int:
    """Hour x sites + site of the cheapest beginning that has room to the end, -1 if there is none."""
    sites = dear.shape[0]
    span = int(np.ceil((kwh[j] - NONE) / most[j])) if kwh[j] > NONE else 0
    best, at = np.inf, -1
    for t in range(first[j], last[j] - span + 1):
        for s in range(sites):
            total, rest, fits = egress[j, s] * kwh[j], kwh[j], np.isfinite(egress[j, s])
            for u in range(t, t + span):
                some = min(rest, most[j])
                if not fits or some > room[s, u] - taken[s, u] + NONE:
                    fits = False
                    break
                total += some * dear[s, u]
                rest -= some
            if fits and total < best:
                best, at = total, t * sites + s
    return at


@compiled
def _put(seat: int, kwh: float, most: float, sites: int, sign: float, taken: Floats) -> None:
    """Take the room of a seat, or give it back (sign -1). In place; a seat of -1 is none."""
    if seat < 0:
        return
    s, t, rest = seat % sites, seat // sites, kwh
    while rest > NONE:
        taken[s, t] += sign * min(rest, most)
        rest -= most
        t += 1
