"""Which node has which files: for each file the numbers of the nodes that said they have it.

A file goes by the first four bytes of its SHA-256, as agents tell it (model.node.Reading.files).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from suanwang.world.shelf import Shelf

Numbers = NDArray[np.int32]
MARK_BYTES = 4
_NONE = np.array((), np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """told: node id -> marks of its files. holders: mark -> numbers of nodes (World.numbers), rising."""

    told: Shelf[frozenset[str]] = field(default_factory=Shelf[frozenset[str]])
    holders: Shelf[Numbers] = field(default_factory=Shelf[Numbers])


UNTOLD = Stored()


def mark(sha256: str) -> str:
    """Of a file, by its SHA-256 in hex: as much of it as is told."""
    return sha256[: 2 * MARK_BYTES]


def marks(told: bytes) -> frozenset[str]:
    """Those that stand one after the other; a rest that is no mark is passed over."""
    return frozenset(told[at : at + MARK_BYTES].hex() for at in range(0, len(told) - MARK_BYTES + 1, MARK_BYTES))


def noted(stored: Stored, news: Iterable[tuple[str, int, bytes]]) -> Stored:
    """The next version, after nodes said which files they have: (node id, its number, marks). The same object if that is no
    news."""
    none = frozenset[str]()
    fresh = {n: (number, now) for n, number, said in news if (now := marks(said)) != stored.told.get(n, none)}
    if not fresh:
        return stored
    come, gone = dict[str, list[int]](), dict[str, list[int]]()
    for node_id, (number, now) in fresh.items():
        before = stored.told.get(node_id, none)
        for one in now - before:
            come.setdefault(one, []).append(number)
        for one in before - now:
            gone.setdefault(one, []).append(number)
    changed = {one: _changed(stored, one, come.get(one, []), gone.get(one, [])) for one in {**come, **gone}}
    return Stored(
        told=stored.told.changed(
            {n: now for n, (_, now) in fresh.items() if now}, tuple(n for n, (_, now) in fresh.items() if not now)
        ),
        holders=stored.holders.changed(
            {one: held for one, held in changed.items() if len(held)},
            tuple(one for one, held in changed.items() if not len(held)),
        ),
    )


def _changed(stored: Stored, one: str, come: list[int], gone: list[int]) -> Numbers:
    held = stored.holders.get(one, _NONE)
    return np.union1d(held[~np.isin(held, gone)] if gone else held, come).astype(np.int32)
