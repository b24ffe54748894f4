"""What a rule is: one small value with two faces, a mask over all nodes and a reason for one."""

from collections.abc import Callable
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
