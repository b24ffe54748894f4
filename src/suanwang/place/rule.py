"""What a rule is: one small value with two faces, a mask over all nodes and a reason for one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from suanwang.model.reason import Reason
from suanwang.place.ask import Ask
from suanwang.world.world import Bools, Floats, Ints, World

Mask = Callable[[Ask, World], Bools]
Gap = Callable[[Ask, World, Ints], Floats]


@dataclass(frozen=True, slots=True)
class Rule:
    """allows: mask of shape (nodes,). why_not: the reason for one row, None if it may.

    gap: how far off some rows are, shape of the rows; None where distance has no meaning.
    """

    name: str
    allows: Mask
    why_not: Callable[[Ask, World, int], Reason | None]
    gap: Gap | None = None


def but(world: World, node_ids: Iterable[str]) -> Bools:
    """All nodes but these; those that are not here are passed over."""
    rows = [row for node_id in node_ids if (row := world.row(node_id)) is not None]
    if not rows:
        return world.everyone
    mask = world.everyone.copy()
    mask[rows] = False
    return mask
