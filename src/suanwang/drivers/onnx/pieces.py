"""The pieces of a split: for each tier that has layers, a model of its own, and what it takes from those before it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from suanwang.drivers.onnx.model import Model, piece
from suanwang.model.split import Layers


class Piece(NamedTuple):
    """tier: index. reads: tensors that it takes, from the input or from earlier pieces. writes: those that later ones take, or
    that are results. work_s: as in Layers. content: the model, as bytes."""

    tier: int
    layers: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    work_s: float
    content: bytes


def pieces(model: Model, layers: Layers, kinds: Mapping[str, int], at: Sequence[int]) -> tuple[Piece, ...]:
    """In the order in which they run. kinds: as in Measured. at: tier of each layer."""
    tasks = layers.graph.tasks
    found = list[Piece]()
    for tier in sorted(set(at)):
        own = [task for task, where in zip(tasks, at, strict=True) if where == tier]
        later = [task for task, where in zip(tasks, at, strict=True) if where > tier]
        made = _all(task.writes for task in own)
        writes = tuple(sorted(made & (_all(task.reads for task in later) | set(layers.outputs))))
        names = tuple(task.name for task in own)
        found.append(
            Piece(
                tier=tier,
                layers=names,
                reads=tuple(sorted(_all(task.reads for task in own) - made)),
                writes=writes,
                work_s=sum(task.work_s for task in own),
                content=piece(model, frozenset(names), kinds, writes),
            )
        )
    return tuple(found)


def _all(groups: Iterable[tuple[str, ...]]) -> set[str]:
    return {name for group in groups for name in group}
