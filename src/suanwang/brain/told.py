"""Which files nodes have, as far as the log tells: the fold over FilesTold (when one is written: brain/untold.py)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from suanwang.model import event as ev
from suanwang.world.shelf import Shelf
from suanwang.world.stored import Numbers, Stored
from suanwang.world.world import Floats, World, frozen

NOBODY: Numbers = np.array((), np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """known: whether the log told all of it. holders: mark -> numbers of nodes (World.numbers), rising. rates: bytes a second
    by number of the node, for as many as were told of."""

    known: bool = False
    holders: Shelf[Numbers] = field(default_factory=Shelf[Numbers])
    rates: Floats = field(default_factory=lambda: np.zeros(0))


def by_row(world: World, rates: Floats) -> Floats:
    """Shape (nodes,); 0 for those of whom nothing was told."""
    return _longer(rates, len(world.numbers))[world.number]


def _longer(rates: Floats, length: int) -> Floats:
    found = np.zeros(max(length, len(rates)))
    found[: len(rates)] = rates
    return found


def taken(told: Told, event: ev.FilesTold, number_of: Callable[[int], int]) -> Told:
    """number_of: the world's number of a node by the log's."""
    if event.anew:
        told = Told(known=True)
    if not told.known:
        return told
    files = {mark: _changed(told, mark, [*map(number_of, come)], [*map(number_of, gone)]) for mark, come, gone in event.files}
    here, empty = {mark: held for mark, held in files.items() if len(held)}, [m for m, held in files.items() if not len(held)]
    rates = told.rates
    if event.rates:
        numbers = [number_of(node) for node, _ in event.rates]
        rates = _longer(rates, max(numbers) + 1)
        rates[numbers] = [rate for _, rate in event.rates]
    return Told(True, told.holders.changed(here, tuple(empty)), rates)


def _changed(told: Told, mark: str, come: list[int], gone: list[int]) -> Numbers:
    held = told.holders.get(mark, NOBODY)
    return np.union1d(held[~np.isin(held, gone)], come).astype(np.int32)


def as_told(world: World, told: Told) -> World:
    """The world in which nodes have what the log tells that they have."""
    rates = frozen(by_row(world, told.rates))
    return replace(world, stored=Stored(holders=told.holders), pull_bytes_per_s=rates)
