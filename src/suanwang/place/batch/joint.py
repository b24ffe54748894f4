"""Where work goes and which way it is reached are one choice: what a demand takes up, at the site and on each link of the way,
bears a price, and the option that gains most after that is taken.

    together   all demands are known: prices at which the options that are worth them just fill links and sites
               (steer.climb), then each demand its best that fits, then exchanges as long as they gain (place.batch.fit)
    in_turn    demands come one by one and are answered at once: prices that would have served best so far, had what is left
               been there in proportion, less a little that is kept back; they grow as a resource fills

The prices also prove that no choice whatever gains more than `bound`. In turn: Agrawal, Wang and Ye, "A dynamic near-optimal
algorithm for online linear programming", Operations Research 62 (2014); growth with use: Awerbuch, Azar and Plotkin, FOCS 1993.
"""

from dataclasses import dataclass

import numpy as np

from suanwang.place.batch.fit import answered, better, fitted
from suanwang.place.batch.options import Options
from suanwang.steer.climb import TRUST, Asked, climbed
from suanwang.world.world import Floats, Ints

LEVELS = ((0.5, 6), (0.25, 3), (0.12, 3), (0.06, 4), (0.03, 4), (0.015, 4))
SHARP = 0.06
"""(tau, steps) of the climb: parts of a demand's best gain; from SHARP on prices are tried out."""
LEARN = ((0.1, 2), (0.05, 3))
PASSES = 12
LESSONS, KNOWN = 40, 4
"""How often prices are worked out anew while the expected demands come; the part of them during which a known price serves."""
FIRST, SOONER = 8, 0.25
"""Before the first lesson so many come; the next is due when a quarter more have come, if that is sooner: prices from a few are
poor, and what is sold too cheap at first is gone."""
KEPT = 1.0
"""The part KEPT / sqrt(those who have come) of the room is kept back in a lesson, for what the few do not tell of the many."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """option: of each demand, -1 if it is refused. gain: the sum, CNY an hour. bound: no choice gains more; inf of `in_turn`,
    which has not seen all. price: of each resource, CNY an hour for one unit."""

    option: Ints
    gain: float
    bound: float
    price: Floats


def together(options: Options) -> Chosen:
    """The most gain, or nearly, over all demands at once."""
    asked, own, amount, unit = _scaled(options)
    room, price, load = options.room / unit, np.zeros(len(unit)), np.zeros(len(unit))
    trust, bound, best = TRUST, float(asked.size.sum()), Chosen(np.full(len(asked.size), -1), 0.0, 0.0, price)
    for tau, steps in LEVELS if len(options.gain) else ():
        trust, least = climbed(asked, room, price, load, tau, steps, trust, own, amount)
        bound = min(bound, least)
        if tau > SHARP:
            continue
        option = fitted(options, price / unit)
        better(options, price / unit, option, PASSES)
        gain = float(options.gain[option[option >= 0]].sum())
        if gain > best.gain:
            best = Chosen(option, gain, 0.0, price / unit)
    return Chosen(best.option, best.gain, bound, best.price)


def in_turn(options: Options, order: Ints, expected: int = 0, price: Floats | None = None) -> Chosen:
    """Answer the demands in this order, each before the next is seen. expected: how many will come, 0 if nobody knows; then
    prices only grow with use. price: of a day like this one, which serves until enough have come to learn from."""
    left, option = options.room.copy(), np.full(len(options.first) - 1, -1)
    prices, known = np.zeros(len(left)) if price is None else price, price is not None
    alone = expected // KNOWN if known else 0
    seen, done = np.zeros((2, len(left))), 0
    while done < len(order):
        if alone < done < expected:
            share = done / (expected - done) * (1 - KEPT / np.sqrt(done))
            prices, known = _lesson(_part(options, order[:done]), left * share, prices), True
        coming = order[done : done + (_until_next(done, expected) if expected else len(order))]
        answered(options, coming, left, prices, done if known else -1, max(expected, 1), seen, option)
        done += len(coming)
    return Chosen(option, float(options.gain[option[option >= 0]].sum()), float("inf"), prices)


def _until_next(done: int, expected: int) -> int:
    """How many come before the next lesson."""
    return max(1, min(expected // LESSONS, int(SOONER * done))) if done else FIRST


def _lesson(options: Options, room: Floats, price: Floats) -> Floats:
    """The prices at which these demands would just fill this room, from those of before."""
    asked, own, amount, unit = _scaled(options)
    prices, load = price * unit, np.zeros(len(unit))
    for tau, steps in LEARN:
        climbed(asked, room / unit, prices, load, tau, steps, TRUST, own, amount)
    return prices / unit


def _scaled(options: Options) -> tuple[Asked, Floats, Floats, Floats]:
    """(asked, own cost of each option, amount of each entry, unit of each resource): a demand's size is its best gain, costs
    are parts of it, and an ordinary demand takes about 1 of each resource for each CNY of its size."""
    many = np.diff(options.first)
    size = np.zeros(len(many))
    size[many > 0] = np.maximum.reduceat(options.gain, options.first[:-1][many > 0]) if len(options.gain) else 0.0
    of = np.repeat(size, many)
    share = options.amount / np.repeat(of, np.diff(options.start))
    taken, takers = (np.bincount(options.link, weight, len(options.room)) for weight in (share, None))
    unit = taken / np.maximum(takers, 1)
    unit[unit <= 0] = 1.0
    return Asked(options.first, options.start, options.link, size), 1 - options.gain / of, share / unit[options.link], unit


def _part(options: Options, rows: Ints) -> Options:
    """Only these demands."""
    kept = _runs(options.first[rows], options.first[rows + 1])
    entries = _runs(options.start[kept], options.start[kept + 1])
    first = np.append(0, np.cumsum(options.first[rows + 1] - options.first[rows]))
    start = np.append(0, np.cumsum(options.start[kept + 1] - options.start[kept]))
    amount, link = options.amount[entries], options.link[entries]
    return Options(first, start, link, amount, options.site[kept], options.gain[kept], options.room)


def _runs(begin: Ints, end: Ints) -> Ints:
    """The numbers begin[0] to end[0], then begin[1] to end[1], and so on."""
    length: Ints = end - begin
    shift: Ints = begin - np.cumsum(length) + length
    return np.repeat(shift, length) + np.arange(int(length.sum()))
