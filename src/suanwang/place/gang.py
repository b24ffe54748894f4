"""The rule of gangs: all tasks at the same time. Whether they fit shows only when they are shared out, so it is spread.py's."""

from suanwang.model.reason import Reason
from suanwang.place.ask import Ask
from suanwang.place.rule import Rule
from suanwang.world.world import Bools, World


def _gang(_: Ask, world: World) -> Bools:
    """A node that takes one task may take its part."""
    return world.everyone


def _why_not_gang(_: Ask, __: World, ___: int) -> Reason | None:
    return None


def too_narrow(count: int, slots: int, quiet: int) -> Reason:
    """Of `count` tasks a node has room for `slots` at once; for `quiet` on a quiet day."""
    need, have = f"{count} at once", f"room for {slots}"
    return Reason(rule="gang", need=need, have=have, gap=float(count - slots), unit="tasks", passing=quiet > slots)


GANG = Rule("gang", _gang, _why_not_gang)
