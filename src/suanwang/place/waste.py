"""How much of a node's idle accelerators will stay idle, judged from the mix of what is asked for; lower is better.

    next   thousandths that the next demand could not use: fragmentation as FGD has it (Weng et al., USENIX ATC '23)
    run    that are left if demands go on to come, drawn from the mix, until no more fit: cores and accelerators must run out
           together
    fit    that no set of shares fills up, in the best packing of the whole mix (place.cutting)

The first looks one demand ahead and is blind until a node is nearly full; the second looks to the end, but takes a node's
accelerators for one; the third knows how shares go together. waste = NEXT next + RUN run + FIT fit. The weights were
chosen once for four published workloads together; those near them do as well to within a fifth of a point.

All is worked out beforehand into tables, so that the waste of a node is a few look-ups.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suanwang.place.knapsack import filled
from suanwang.world.supply import WHOLE, Shares
from suanwang.world.world import Bools, Floats, Ints

NEXT, RUN, FIT = 0.5, 1.0, 3.0
TYPICAL = 0.95
"""The most frequent shapes that make up so much of the mix are what "next" asks of; as FGD has it."""
_CORE_STEPS, _IDLE_STEP = 256, 10


Worth = Callable[[Mapping[int, float]], Floats]
"""What holes are worth, given how much of each share is asked for: place.cutting.worth, or `plain`."""


def plain(amounts: Mapping[int, float]) -> Floats:
    """Worth of holes by the shares that fit in, as if there were enough of each: what the fullest set of them takes, and all
    of a whole one. place.cutting.worth also sees how much of each there is, and needs a solver."""
    sizes = sorted(size for size, amount in amounts.items() if 0 < size < WHOLE and amount > 0)
    value, _ = filled(np.array([*sizes, WHOLE]), np.array([*(size / WHOLE for size in sizes), 1.0]))
    return value


class Shapes(NamedTuple):
    """What is asked for; a row each. devices: accelerators, 0 for none. share: thousandths of each, 1000 if whole; only a
    single one may be shared. kinds: bits of the kinds that will do, by their number; 0 for any. memory: any unit."""

    cpu_milli: Ints
    memory: Ints
    devices: Ints
    share: Ints
    kinds: Ints


class Waste(NamedTuple):
    """Tables, by set of kinds that is asked alike.

    of_kind: which set a kind belongs to. cuts: rising thousandths of cores at which more typical shapes fit. single[set, cut,
    idle]: of one accelerator. several[set, cut, whole]: share of the mix that needs more than one, and would find them.
    run[set, cores, idle]: in steps of `core_step` thousandths of a core and 10 of an accelerator.
    """

    of_kind: Ints
    cuts: Ints
    single: Floats
    several: Floats
    run: NDArray[np.float32]
    core_step: int


class Weights(NamedTuple):
    """What each part of the waste counts for."""

    next: float = NEXT
    run: float = RUN
    fit: float = FIT


class Ends(NamedTuple):
    """What is left on average if demands for accelerators go on to come, drawn from the mix, until none fits. Shape (sets,
    cores, idle) each, steps as in Waste.run. cores: thousandths of cores. idle: part of what was idle, 0-1."""

    cores: NDArray[np.float32]
    idle: NDArray[np.float32]


FRAGMENTS = Weights(1.0, 0.0, 0.0)
"""Waste as FGD has it."""
WEIGHTS = Weights()


def waste(
    mix: Shapes, weight: Floats, *, kinds: int, cpu_most: int, devices_most: int, worth: Worth, by: Weights = WEIGHTS
) -> Waste:
    """The tables for a mix. weight: how often each shape is asked for. kinds: how many there are; cpu_most, devices_most: of
    any node. Takes a fraction of a second."""
    used = np.flatnonzero(weight > 0)
    mix, weight = Shapes(*(column[used] for column in mix)), weight[used] / weight[used].sum()
    asked = [tuple(allowed(mix.kinds, kind).tolist()) for kind in range(max(1, kinds))]
    sets = sorted(set(asked))
    often = _typical(mix, weight)
    cuts = np.unique(mix.cpu_milli[often > 0])
    step = -(-max(1, cpu_most) // _CORE_STEPS)
    parts = [_tables(mix, weight, often, np.array(one, np.bool_), cuts, (step, devices_most), worth, by) for one in sets]
    return Waste(
        of_kind=np.array([sets.index(one) for one in asked], np.int64),
        cuts=cuts,
        single=np.stack([single for single, _, _ in parts]),
        several=np.stack([several for _, several, _ in parts]),
        run=np.stack([run for _, _, run in parts]),
        core_step=step,
    )


def of_idle(tables: Waste, kind: int, cpu_milli: Ints, free: Ints, left: Ints, part_rows: Ints, part_left: Shares) -> Floats:
    """Waste in thousandths of nodes whose accelerators are all of one kind. Shape (nodes,) each: free cores, accelerators that
    are idle as a whole, thousandths that are idle in all. Shape (parts,): node and thousandths of each that is idle in part."""
    at, cut = tables.of_kind[kind], np.searchsorted(tables.cuts, cpu_milli, side="right")
    single, several = tables.single[at, cut, WHOLE], tables.several[at, cut, free]
    total = free * single - WHOLE * free * several + tables.run[at, cpu_milli // tables.core_step, left // _IDLE_STEP]
    if len(part_rows):
        np.add.at(total, part_rows, tables.single[at, cut[part_rows], part_left])
    return total


def allowed(kinds: Ints, kind: int) -> Bools:
    """Which shapes take an accelerator of this kind."""
    return (kinds == 0) | ((kinds >> kind) & 1 == 1)


def _typical(mix: Shapes, weight: Floats) -> Floats:
    """The weights of the most frequent, which make up TYPICAL of all, and 0 of the others; memory makes no difference."""
    alike: dict[tuple[int, int, int, int], list[int]] = {}
    columns = (mix.cpu_milli, mix.devices, mix.share, mix.kinds)
    for row, key in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        alike.setdefault(key, []).append(row)
    sums = sorted(((float(weight[rows].sum()), rows) for rows in alike.values()), key=lambda s: -s[0])
    often, seen = np.zeros(len(weight)), 0.0
    for total, rows in sums:
        often[rows] = weight[rows]
        seen += total
        if seen >= TYPICAL:
            break
    return often / often.sum()


def _tables(
    mix: Shapes, weight: Floats, often: Floats, here: Bools, cuts: Ints, grid: tuple[int, int], worth: Worth, by: Weights
) -> tuple[Floats, Floats, NDArray[np.float32]]:
    step, devices = grid
    idle = np.arange(WHOLE + 1)
    single, several = np.zeros((len(cuts) + 1, WHOLE + 1)), np.zeros((len(cuts) + 1, devices + 1))
    for row in np.flatnonzero(often):
        enough = int(np.searchsorted(cuts, int(mix.cpu_milli[row])))
        fits: Bools = (np.arange(len(cuts) + 1) > enough) & bool(here[row])
        usable: Bools = (idle >= mix.share[row]) & bool(mix.devices[row] == 1)
        single += by.next * often[row] * np.where(fits[:, None] & usable, 0, idle)
        if mix.devices[row] > 1:
            several[np.ix_(fits, np.arange(devices + 1) >= mix.devices[row])] += by.next * often[row]
    sharing = here & (mix.devices == 1) & (mix.share < WHOLE)
    if by.fit:
        amounts: dict[int, float] = {}
        for size, amount in zip(mix.share[sharing].tolist(), weight[sharing].tolist(), strict=True):
            amounts[size] = amounts.get(size, 0.0) + amount
        single += by.fit * (idle - WHOLE * worth(amounts))
    return single, several, _run(mix, weight, here & (mix.devices > 0), step, devices, by.run)


def ends(mix: Shapes, weight: Floats, tables: Waste) -> Ends:
    """For the mix that the tables were made for."""
    sets, wide, high = tables.run.shape
    size = wide, high
    cores, idle = np.zeros((2, sets, *size), np.float32)
    for at in range(sets):
        here = (weight > 0) & (mix.devices > 0) & allowed(mix.kinds, int(np.argmax(tables.of_kind == at)))
        takes = _takes(mix, weight, here, tables.core_step)
        cores[at] = tables.core_step * _left(takes, _steps(size, 0))
        idle[at] = _left(takes, _steps(size, 1)) / np.maximum(1, _steps(size, 1))
    return Ends(cores, idle)


def _run(mix: Shapes, weight: Floats, here: Bools, step: int, devices: int, by: float) -> NDArray[np.float32]:
    """by x the idle thousandths that are left of (steps of cores, steps of idle accelerators)."""
    size = (_CORE_STEPS + 1, devices * WHOLE // _IDLE_STEP + 1)
    if not by:
        return np.zeros(size, np.float32)
    left = _left(_takes(mix, weight, here, step), _steps(size, 1))
    return (by * _IDLE_STEP * left).astype(np.float32)


def _steps(size: tuple[int, int], axis: int) -> Ints:
    """Shape `size`: the number of the step along one axis."""
    return np.indices(size, np.int64)[axis]


Takes = Sequence[tuple[tuple[int, int], float]]
"""How often so many steps of cores and of accelerators are asked for."""


def _takes(mix: Shapes, weight: Floats, here: Bools, step: int) -> Takes:
    takes: dict[tuple[int, int], float] = {}
    cores, idle = -(-mix.cpu_milli[here] // step), -(-(mix.devices * mix.share)[here] // _IDLE_STEP)
    for key, often in zip(zip(cores.tolist(), idle.tolist(), strict=True), weight[here].tolist(), strict=True):
        takes[key] = takes.get(key, 0.0) + often
    return sorted(takes.items())


def _left(takes: Takes, end: Ints) -> Floats:
    """Shape (cores, idle), steps, as `end`: what is left, on average, after shapes drawn by how often they come were put in
    until none fits, if `end` is left where that is so; those that do not fit pass by.

    left(c, g) = sum over those that fit of often x left(c - cores, g - idle) / sum of often, and end(c, g) where none fits.
    """
    most_cores, most_idle = end.shape
    left = end.T.astype(np.float64)
    for g in range(1, most_idle):
        total, fits = np.zeros(most_cores), np.zeros(most_cores)
        for (cores, idle), often in takes:
            if idle <= g and cores < most_cores:
                total[cores:] += often * left[g - idle, : most_cores - cores]
                fits[cores:] += often
        left[g] = np.where(fits > 0, total / np.maximum(fits, 1e-300), left[g])
    return left.T.copy()
