"""What one more flow costs at each contact, by how many of its own an ingress has under way there: a price list, made a few
times a second from loads and rates that were told, and read at each new flow.

    price(s, k) = way + TAIL x unit x mean of step(n)      n: who is there, as far as this ingress can know with k under way

The shares of steer.shares say how many are there in the mean; of the rest, an ingress that has sent a part p of them sees p in
its own flows that wait for an answer: fresh, whatever the age of what it was told. Of n it then knows a part (the regression
of n on k), and over what it does not know the price is a mean. Where it sends nothing that is the toll, as the shares have it;
where all comes from it, the exact step of a queue that it sees (Krishnan 1987): the same rule, from one end to the other.

Its own decision counts at once, since k does; and it needs no word of anybody's queue, so that there is nothing to be late. A
flow is under way for longer than its request is there: the way, and acknowledgements that are held back. What is usual of it
is measured, and says nothing of n: the more of it, the less k tells.
"""

import math
from functools import lru_cache

import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.steer.queues import likely, present, steps
from suanwang.steer.shares import BUSY_MOST

STEPS = 32
"""Columns of a price list."""
ROOM, MORE = 4.0, 8.0
"""It goes on for so many times the flows that are usually under way, and so many more."""
LONG = 4
"""A list of queue lengths goes on for so many times the servers, and 64 more."""
LEVELS, WIDTHS, GRID = 48, 8, 2
"""Curves are kept for so many levels of how busy a contact is, and widths of what is not known; so many points for each one
that is there."""
ONLY = 1e-9
BELIEF = 1.0
"""What own flows say of those of others counts for so much more. The regression takes all to come as chance has it; but each
ingress holds its own number near to what is usual, so that the rest of a difference says more. Chosen by simulation: 1 and 2
are alike, 0 is 2 % worse (bench/stale.py, on maps that its table does not show)."""


def shift_of(usual: float) -> int:
    """By how many bits flows under way are shortened, so that a list of STEPS columns is long enough."""
    return max(0, math.ceil(math.log2((ROOM * usual + MORE) / STEPS)))


def prices(way_ms: Floats, unit_ms: Floats, servers: Ints, busy: Floats, part: Floats, usual: Floats, shift: Ints) -> Floats:
    """Price in ms of one more flow, by contact and step of own flows under way.

    way_ms: what the way costs. unit_ms: what one service time costs. busy: the part of its time that it is, 0 to 1. part: what
    comes from here of all that it gets. usual: own flows that are under way in the mean. shift: of each contact's list.
    """
    level = np.rint(np.clip(busy / BUSY_MOST, 0.0, 1.0) * LEVELS).astype(np.int64)
    mean, spread = _moments(servers, level)
    beside = np.maximum(usual / np.maximum(part, ONLY) - mean, 0.0)  # if all came from here
    gain = spread / np.maximum(part * spread + (1.0 - part) * mean + beside, ONLY)
    left = np.sqrt(np.maximum(0.0, 1.0 - gain * part))
    width = np.rint(left * WIDTHS).astype(np.int64)
    under_way = (np.arange(STEPS) + 0.5) * 2.0 ** shift[:, None] - 0.5
    believed = gain * (1.0 + BELIEF * (1.0 - part))
    centre = mean[:, None] + believed[:, None] * (under_way - usual[:, None])
    return way_ms[:, None] + unit_ms[:, None] * _read(servers, level, width, centre)


def _moments(servers: Ints, level: Ints) -> tuple[Floats, Floats]:
    """(mean, variance) of how many are there."""
    found = [_queue(c, at)[:2] for c, at in zip(servers.tolist(), level.tolist(), strict=True)]
    return np.array([m for m, _ in found]), np.array([s for _, s in found])


def _read(servers: Ints, level: Ints, width: Ints, centre: Floats) -> Floats:
    """Each contact's curve at its centres; beyond its end as the last two points go on."""
    found = np.empty_like(centre)
    for i, kind in enumerate(zip(servers.tolist(), level.tolist(), width.tolist(), strict=True)):
        curve = _curve(*kind)
        x = np.clip(centre[i], 0.0, None) * GRID
        left = np.minimum(x.astype(np.int64), len(curve) - 2)
        found[i] = curve[left] + (x - left) * (curve[left + 1] - curve[left])
    return found


@lru_cache(4096)
def _queue(servers: int, level: int) -> tuple[float, float, Floats, Floats]:
    """(mean, variance, chance of each number, step at each number)."""
    load = max(level / LEVELS * BUSY_MOST, 1e-6) * servers
    length = LONG * servers + 64
    step, chance = np.empty(2 * length), np.empty(length)
    steps(servers, load, step)
    likely(servers, load, chance)
    mean = present(servers, load)
    return mean, float(chance @ (np.arange(length) - mean) ** 2), chance, step


@lru_cache(4096)
def _curve(servers: int, level: int, width: int) -> Floats:
    """The mean of step(n), by where the middle of n is (GRID points for each one that is there); n is spread around it as it
    is around its mean, but width / WIDTHS as wide."""
    mean, _, chance, step = _queue(servers, level)
    numbers = np.arange(len(chance))
    centre = np.arange(GRID * len(chance)) / GRID
    x = np.clip(centre[:, None] + width / WIDTHS * (numbers - mean), 0.0, len(step) - 1.001)
    at = x.astype(np.int64)
    return (step[at] + (x - at) * (step[at + 1] - step[at])) @ chance
