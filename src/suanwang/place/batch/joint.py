"""Where work goes and which way it is reached are one choice: what a demand takes up, at the site and on each link of the way,
bears a price, and the option that gains most after that is taken.

    together   all demands are known: prices at which the options that are worth them just fill links and sites
               (steer.climb), then each demand its best that fits, then exchanges as long as they gain (place.batch.fit)
    in_turn    demands come one by one and are answered at once: now and then, prices at which those to come, if they are like
               those that came, would just fill what is left; with these, what each part of what is left is worth (.worth)

The prices also prove that no choice whatever gains more than `bound`. Prices from those who came: Agrawal, Wang and Ye, "A
dynamic near-optimal algorithm for online linear programming", Operations Research 62 (2014); worked out anew with what is left:
Jasin and Kumar, "A re-solving heuristic with bounded revenue loss", Mathematics of Operations Research 37 (2012).
"""

from dataclasses import dataclass

import numpy as np

from suanwang.place.batch.fit import better, fitted, grown
from suanwang.place.batch.options import Options
from suanwang.place.batch.worth import answered, worth
from suanwang.steer.climb import TRUST, Asked, climbed
from suanwang.world.world import Floats, Ints

LEVELS = ((0.5, 6), (0.25, 3), (0.12, 3), (0.06, 4), (0.03, 4), (0.015, 4))
SHARP = 0.06
"""(tau, steps) of the climb: parts of a demand's best gain; from SHARP on prices are tried out."""
ROUGH, LEARN = LEVELS[:4], ((0.2, 2), (0.1, 3), (0.05, 3))
"""From no prices at all; from those of the lesson before."""
PASSES = 12
LESSONS, FIRST, SOONER = 20, 8, 0.25
"""How many lessons while the expected demands come. Before the first so many come, if none are known; the next is due when a
quarter more are known, if that is sooner: prices from a few are poor, and what is sold too cheap at first is gone."""


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


def in_turn(options: Options, order: Ints, expected: int = 0, like: Options | None = None) -> Chosen:
    """Answer the demands in this order, each before the next is seen. expected: how many will come, 0 if nobody knows; then
    prices only grow with use. like: the demands of other days that were like this one, over the same resources."""
    left, option = options.room * (1 - 1e-12), np.full(len(options.first) - 1, -1)
    prices, seen, done = np.zeros(len(left)), np.zeros((2, len(left))), 0
    before = _part(options, order[:0]) if like is None else like
    while done < len(order):
        known, due = done + len(before.first) - 1, expected - done
        coming = order[done : done + (_until_next(known, expected) if due > 0 else len(order))]
        if known and due > 0:
            alike = _both(before, _part(options, order[:done]))
            prices = _lesson(alike, left * (known / due), prices)
            answered(options, coming, due, left, worth(alike, prices, left, due, expected), option)
        else:
            grown(options, coming, left, seen, option)
        done += len(coming)
    return Chosen(option, float(options.gain[option[option >= 0]].sum()), float("inf"), prices)


def _until_next(known: int, expected: int) -> int:
    """How many come before the next lesson."""
    return max(1, min(expected // LESSONS, int(SOONER * known))) if known else FIRST


def _lesson(options: Options, room: Floats, price: Floats) -> Floats:
    """The prices at which these demands would just fill this room, from those of before."""
    asked, own, amount, unit = _scaled(options)
    prices, load, trust = price * unit, np.zeros(len(unit)), TRUST
    for tau, steps in LEARN if price.any() else ROUGH:
        trust, _ = climbed(asked, room / unit, prices, load, tau, steps, trust, own, amount)
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


def _both(one: Options, other: Options) -> Options:
    """The demands of one, then those of the other."""
    first = np.append(one.first, one.first[-1] + other.first[1:])
    start = np.append(one.start, one.start[-1] + other.start[1:])
    link, amount = np.append(one.link, other.link), np.append(one.amount, other.amount)
    site, gain = np.append(one.site, other.site), np.append(one.gain, other.gain)
    return Options(first, start, link, amount, site, gain, other.room)


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
