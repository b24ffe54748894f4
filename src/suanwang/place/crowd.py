"""How many tasks of one job may be together: on a node, at a site, at an owner's, in a region.

The rule `spread` keeps a node out whose group is full. For an array the groups' bounds go into the sharing (place.spread): of
the nodes of a group the best are filled until the group is full.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from suanwang.model.demand import Spread
from suanwang.model.node import Node
from suanwang.model.reason import Reason
from suanwang.place.ask import Ask
from suanwang.place.rule import Rule
from suanwang.world.world import Bools, Floats, Ints, World

GROUP: Mapping[str, Callable[[Node], str]] = MappingProxyType(
    {
        "site": lambda node: node.site.name,
        "node": lambda node: node.id,
        "owner": lambda node: node.owner,
        "region": lambda node: node.site.place.region,
    }
)
"""The name of the group that a node is in."""


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """group: of each of some nodes, an index into `left`, which says how many more tasks each group may take."""

    group: Ints
    left: Ints

    def at(self, positions: Ints) -> "Crowd":
        """The same for some of the nodes, or in another order."""
        return Crowd(self.group[positions], self.left)


def crowd(world: World, ask: Ask) -> Crowd | None:
    """For all nodes of the world; None where any number may be together."""
    spread = ask.demand.spread
    if spread is None:
        return None
    group, names = _groups(world, spread)
    there = dict(ask.there)
    return Crowd(group, np.maximum(spread.most - np.array([there.get(name, 0) for name in names], np.int64), 0))


def _groups(world: World, spread: Spread) -> tuple[Ints, list[str]]:
    """(number of the group of each node, names of the groups)."""
    if spread.by == "node":
        return np.arange(len(world.ids)), list(world.ids)
    if spread.by in ("owner", "region"):
        codes = world.owners if spread.by == "owner" else world.regions
        return (world.owner if spread.by == "owner" else world.region), list(codes)
    names = list(dict.fromkeys(site.name for site in world.sites.all))
    number = {name: at for at, name in enumerate(names)}
    return np.array([number[site.name] for site in world.sites.all], np.int64)[world.site], names


def kept(room: Ints, crowd: Crowd | None) -> Ints:
    """Room in the order of filling, with each group's cut off where the group is full. Shape and order as given."""
    if crowd is None:
        return room
    order = np.argsort(crowd.group, kind="stable")
    group, sorted_room = crowd.group[order], room[order]
    before = np.cumsum(sorted_room) - sorted_room
    first = np.searchsorted(group, group, side="left")
    cut = np.empty_like(room)
    cut[order] = np.clip(crowd.left[group] - (before - before[first]), 0, sorted_room)
    return cut


def _spread(ask: Ask, world: World) -> Bools:
    found = crowd(world, ask)
    return world.everyone if found is None else (found.left > 0)[found.group]


def _why_not_spread(ask: Ask, world: World, i: int) -> Reason | None:
    spread = ask.demand.spread
    if spread is None:
        return None
    node = world.nodes[i]
    have = dict(ask.there).get(GROUP[spread.by](node), 0)
    if have < spread.most:
        return None
    gap = float(have + 1 - spread.most)
    return Reason(
        rule="spread", need=at_most(spread), have=f"{have} {where(spread, node)}", gap=gap, unit="tasks", passing=True
    )


def at_most(spread: Spread) -> str:
    """ "2 by site"."""
    return f"{spread.most} by {spread.by}"


def where(spread: Spread, node: Node) -> str:
    """The group of a node, in words."""
    name = node.name if spread.by == "node" else GROUP[spread.by](node)
    return f"at {spread.by} {name or '-'}"


def too_many(spread: Spread, node: Node, count: int, left: int) -> Reason:
    """All the tasks here alone would be too many."""
    have = f"{count} {where(spread, node)}"
    return Reason(rule="spread", need=at_most(spread), have=have, gap=float(count - left), unit="tasks")


def _gap_spread(ask: Ask, world: World, rows: Ints) -> Floats:
    found = crowd(world, ask)
    spread = ask.demand.spread
    assert found is not None and spread is not None, "a gap in what is not bounded"
    names = _groups(world, spread)[1]
    have = np.array([dict(ask.there).get(name, 0) for name in names], np.float64)
    return (have + 1 - spread.most)[found.group[rows]]


SPREAD = Rule("spread", _spread, _why_not_spread, _gap_spread)
