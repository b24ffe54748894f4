"""The fuel of one order: a purse that is never overdrawn, in whatever turns its tasks start and end."""

from collections.abc import Sequence


class Purse:
    """The fuel of an order, shared by its slots: each start sets aside an equal part of what is free for the idle ones."""

    def __init__(self, fuel: int, width: int) -> None:
        self._free, self._slots = max(0, fuel), width

    def set_aside(self, count: int = 1) -> int:
        """Fuel for each of so many tasks about to start in a slot."""
        part = self._free // max(1, self._slots) // count
        self._free -= part * count
        self._slots -= 1
        return part

    def settle(self, part: int, used: Sequence[int]) -> list[int]:
        """The tasks that were given `part` each used so much; the rest is free again. What may be charged of each: never more
        than `part`."""
        charged = [min(max(0, u), part) for u in used]
        self._free += part * len(used) - sum(charged)
        self._slots += 1
        return charged
