"""How the work that comes in at several places is divided among the contacts of each service, so that all together lose the
least time.

    least      sum over places i and contacts s of flow(i, s) x way(i, s), and over contacts of the time spent there
    where      flow(i, s) >= 0, and over contacts it adds up to what comes in at i
    best       at every place, way + toll is the same for all contacts that it uses, and no less at any other (Wardrop 1952,
               with tolls; Gallager 1977)

What comes in does not depend on how it is divided, so the division does not chase its own effect. But each place finds it for
itself, and many flows make up the same loads: two who know nearly the same must come to nearly the same flows. So each place
spreads a little: of two contacts one of which costs `spread_ms` more, it gets less by the factor e, for what each can do. With
that there is one division, and it changes little with what is known (stochastic user equilibrium, Fisk 1980).

The toll, what one more request costs all, is that of a queue with c servers that are busy for the part r of their time (M/M/c);
there are c r + r^m / (1 - r) in the mean, m = sqrt(2 (c + 1)): Sakasegawa 1977, exact for c = 1.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from suanwang.steer.columns import Floats, Ints

BUSY_MOST = 0.92
"""Nobody is given more than this part of its time."""
FULL = 0.98
"""Of that, so much is divided at most: if more comes in, as if it were so much."""
SPREAD_MS = 4.0
STUCK = 0.5
"""Where all of what comes in goes to one contact, little leaves it at first as its toll rises: it is taken to be at most so
much."""
NEAR = 1e-5
"""Tolls that change by no more than this part of them are found. Where all flows follow prices a part in a thousand matters."""
_HALVINGS = 14  # of how busy one is: to one part in 16,000
_GRID = 256
_NONE, _NEVER = 1e-12, -1e300


class Rooms(NamedTuple):
    """Contacts, of all services one after the other. room: the part of its service that each can do, 0 if it takes none.
    idle_ms: toll of one that is idle. servers: requests that it works on at a time. starts: the first of each service; owner:
    the service of each."""

    room: Floats
    idle_ms: Floats
    servers: Ints
    starts: Ints
    owner: Ints


class _Curves(NamedTuple):
    """By kind (a number of servers) and place on a grid from 0 to 1, all nearly straight: 1 / sqrt(toll) by how busy they are;
    how busy they are by n / (1 + n), where n are there."""

    root: Floats
    busy: Floats


def divided(
    want: Floats, way_ms: Floats, rooms: Rooms, price_ms: Floats, rounds: int, spread_ms: float = SPREAD_MS
) -> tuple[Floats, Floats]:
    """(what each contact gets from each place, a row each, in parts of what its service can do; the toll of each contact).

    want: what comes in, by place and service, in the same parts. way_ms: by place and contact. price_ms: tolls to begin from;
    the nearer they are, the fewer rounds it takes, of at most `rounds`.
    """
    starts, owner = rooms.starts, rooms.owner
    can, all_of = BUSY_MOST * FULL * np.add.reduceat(rooms.room, starts), want.sum(0)
    want = (want * np.divide(can, all_of, out=np.ones_like(can), where=all_of > can))[:, owner]
    near = np.where(rooms.room > 0, np.log(np.maximum(rooms.room, _NONE)) - way_ms / spread_ms, _NEVER)
    price = np.maximum(price_ms, rooms.idle_ms)
    for _ in range(rounds):
        flow = _flows(near - price / spread_ms, want, rooms)
        load = flow.sum(0)
        alone = (flow * flow / np.where(want > 0, want, 1.0)).sum(0) / np.where(load > 0, load, 1.0)
        before, price = price, _priced(load, price, rooms, spread_ms / (1.0 - np.minimum(alone, STUCK)))
        if np.all(np.abs(price - before) <= NEAR * before):
            break
    return _flows(near - price / spread_ms, want, rooms), price


def toll(servers: Ints, busy: Floats) -> Floats:
    """What one more request costs all, in service times, its own included: 1 if they are idle."""
    m = np.sqrt(2.0 * (servers + 1))
    return 1.0 + busy ** (m - 1) * (m - (m - 1) * busy) / (servers * (1.0 - busy) ** 2)


def present(servers: Ints, busy: Floats) -> Floats:
    """Requests that are there in the mean."""
    return servers * busy + busy ** np.sqrt(2.0 * (servers + 1)) / (1.0 - busy)


def busy_of(servers: Ints, there: Floats) -> Floats:
    """For which part of their time servers are busy where so many are there in the mean; of one there / (1 + there)."""
    curves, kinds = _curves_of(servers)
    return _at(curves.busy, kinds, there / (1.0 + there))


def _flows(good: Floats, want: Floats, rooms: Rooms) -> Floats:
    """What comes in at each place, in proportion to e ^ good."""
    part = np.exp(good - np.maximum.reduceat(good, rooms.starts, axis=1)[:, rooms.owner]) * (rooms.room > 0)
    sums = np.add.reduceat(part, rooms.starts, axis=1)[:, rooms.owner]
    return part * (want / np.where(sums > 0, sums, 1.0))


def _priced(load: Floats, price: Floats, rooms: Rooms, spread_ms: Floats) -> Floats:
    """The toll of each contact at the load that it would draw then, if all others stayed as they are; and then all by so much
    that what is drawn at these tolls is all that comes in: else what is common to all would be found only slowly. spread_ms:
    what a toll rises by until the load falls by the factor e, by contact."""
    curves, kinds = _curves_of(rooms.servers)
    level = price / spread_ms + np.log(np.maximum(load / np.maximum(rooms.room, _NONE), _NONE))
    low, high = np.full(len(load), _NONE), np.full(len(load), BUSY_MOST)
    for _ in range(_HALVINGS):
        busy = 0.5 * (low + high)
        less = rooms.idle_ms / (spread_ms * _at(curves.root, kinds, busy) ** 2) + np.log(busy) < level
        low, high = np.where(less, busy, low), np.where(less, high, busy)
    found = np.maximum(spread_ms * (level - np.log(high)), rooms.idle_ms)
    root, slope = _at(curves.root, kinds, high), 100 * (_at(curves.root, kinds, high) - _at(curves.root, kinds, high + 0.01))
    gives = rooms.room * root**3 / np.maximum(2 * rooms.idle_ms * slope, 1e-9)  # load for one ms more: d room busy / d toll
    over = np.add.reduceat(load - rooms.room * high, rooms.starts) / np.maximum(np.add.reduceat(gives, rooms.starts), _NONE)
    return np.clip(found + over[rooms.owner], np.maximum(rooms.idle_ms, found / 2), 2 * found)


def _curves_of(servers: Ints) -> tuple[_Curves, Ints]:
    """(curves of all kinds that there are, the kind of each entry)."""
    kinds, kind = np.unique(servers, return_inverse=True)
    return _curves(tuple(kinds.tolist())), kind


@lru_cache(64)
def _curves(servers: tuple[int, ...]) -> _Curves:
    busy = np.concatenate((np.linspace(0.0, 0.9, 900, endpoint=False), 1 - np.geomspace(0.1, 1e-6, 600)))
    grid, kinds = np.linspace(0.0, 1.0, _GRID + 1), [np.array(c) for c in servers]
    there = [present(c, busy) for c in kinds]
    return _Curves(
        root=np.array([np.interp(grid, busy, 1 / np.sqrt(toll(c, busy))) for c in kinds]),
        busy=np.array([np.interp(grid, n / (1 + n), busy) for n in there]),
    )


def _at(curve: Floats, kinds: Ints, x: Floats) -> Floats:
    """The row of each entry's kind at x, 0 to 1, straight between two points of the grid."""
    place = x * _GRID
    left = np.minimum(place.astype(np.int64), _GRID - 1)
    flat, first = curve.ravel(), kinds * (_GRID + 1) + left
    below = flat[first]
    return below + (place - left) * (flat[first + 1] - below)
