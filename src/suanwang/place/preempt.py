"""Room for urgent work where all is full: the cheapest set of deferrable placements on one node that makes enough of it.

Cheapest is the least compensation, then the fewest, then the least work lost; placements of the user who asks come last. The
urgent job pays the compensation, and for what was burned in vain, within its own bounds: if it cannot, it waits.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Unpack

import msgspec
import numpy as np

from suanwang.market.price import cost_micro
from suanwang.model.plan import Placement, Plan, Preempted
from suanwang.place.ask import Ask
from suanwang.place.choose import How, choose
from suanwang.place.room import kinds
from suanwang.place.rules import RULES
from suanwang.world.fold import released
from suanwang.world.supply import Supply, moved, supply, tasks_fit
from suanwang.world.world import World

COMPENSATED = 4
"""Who gives way gets one part in so many of what the tasks that it has to begin again were predicted to cost. What was burned
in vain it does not pay for, so all that it loses is time, and it has said that it has time: so less than the work is worth,
but enough that nobody calls urgent what is not. A quarter is an assumption, one figure for all."""
ROOM = frozenset({"cpu", "memory", "accelerator"})
LOOKS_MAX = 4_000
"""Sets that are looked at on one node, the cheapest first; beyond that the set is good, but may not be the cheapest."""
TRIES_MAX = 8
"""Nodes on which a plan is tried, for one amount of room."""

Cost = tuple[int, int, int, int]
"""(own placements, millionths of compensation, placements, fuel lost): compared in this order, added up one by one."""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A placement that may give way. tasks: how many it has not ended; fuel_max: the most that it can have burned on them.

    own: it is of the user who asks, who cannot compensate himself.
    """

    placement: Placement
    tasks: int
    fuel_max: int
    own: bool

    @property
    def compensation_micro(self) -> int:
        """At least a millionth, to others."""
        return 0 if self.own else max(1, self.placement.price_micro * self.tasks // len(self.placement.tasks) // COMPENSATED)

    @property
    def hold_micro(self) -> int:
        """The most that it can cost who gets the room."""
        return self.compensation_micro + cost_micro(self.fuel_max, self.placement.price_micro_per_tfuel)

    @property
    def cost(self) -> Cost:
        return (int(self.own), self.compensation_micro, 1, self.fuel_max)


def preempt(world: World, ask: Ask, holdings: Sequence[Holding], **how: Unpack[How]) -> Plan | None:
    """A plan for an ask that no node has room for, on room that some of these placements give up; None where there is none.

    Deterministic in its arguments, as `choose` is.
    """
    rows = _rows(world, ask)
    here = {row: [h for h in holdings if h.placement.node_id == world.ids[row]] for row in rows}
    for width in _widths(len(how["tasks"])):
        for row, chosen in _sets(world, ask, here, width)[:TRIES_MAX]:
            plan = _tried(world, ask, chosen, how)
            if plan is not None and any(p.node_id == world.ids[row] for p in plan.placements):
                return plan
    return None


def _rows(world: World, ask: Ask) -> list[int]:
    """Nodes that nothing but room can keep out."""
    fit = world.everyone
    for rule in RULES:
        if rule.name not in ROOM:
            fit = fit & rule.allows(ask, world)
    return np.flatnonzero(fit).tolist()


def _widths(count: int) -> Iterator[int]:
    """Room for how many tasks at once is tried, in turn: for one is enough, unless a bound then breaks."""
    width = 1
    while width < count:
        yield width
        width *= 2
    yield count


def _sets(world: World, ask: Ask, here: dict[int, list[Holding]], width: int) -> list[tuple[int, list[Holding]]]:
    """(row, the cheapest set that makes room for so many tasks), the cheapest first."""
    found: list[tuple[Cost, int, list[Holding]]] = []
    for row, holdings in here.items():
        if holdings:
            chosen = cheapest([h.cost for h in holdings], _enough(world, ask, row, holdings, width))
            if chosen:
                picked = [holdings[at] for at in chosen]
                found.append((_sum([h.cost for h in picked]), row, picked))
    return [(row, picked) for _, row, picked in sorted(found, key=lambda one: one[:2])]


def _enough(world: World, ask: Ask, row: int, holdings: Sequence[Holding], width: int) -> Callable[[Sequence[int]], bool]:
    """Whether a node has room for so many tasks once these placements (positions) are gone."""
    needs, here = ask.demand.needs, np.array([0])
    cpu = int(world.cpu_milli_total[row] - world.cpu_milli_held[row])
    memory = int(world.memory_bytes_total[row] - world.memory_bytes_held[row])
    devices = {kind: _at(world.accelerators[kind], row) for kind in kinds(ask, world)} if needs.accelerator else {}

    def accelerated(gone: Sequence[Placement]) -> bool:
        need = needs.accelerator
        if need is None:
            return True
        after = (moved(of, [(0, p) for p in gone if p.accelerators[0] == kind], -1) for kind, of in devices.items())
        return any(int(tasks_fit(of, here, need.count, need.share_milli)[0]) >= width for of in after)

    def enough(chosen: Sequence[int]) -> bool:
        gone = [holdings[at].placement for at in chosen]
        fits = cpu + sum(p.cpu_milli for p in gone) >= needs.cpu_milli * width
        return fits and memory + sum(p.memory_bytes for p in gone) >= needs.memory_bytes * width and accelerated(gone)

    return enough


def _at(of: Supply, row: int) -> Supply:
    """The devices of one node."""
    return supply(of.total[row : row + 1].copy(), of.held[row : row + 1].copy())


def cheapest(costs: Sequence[Cost], enough: Callable[[Sequence[int]], bool]) -> list[int]:
    """Positions of the cheapest set that is enough; empty if not even all are, or none is needed.

    Sets are looked at in the order of their cost, each made from a cheaper one by adding the next dearer placement, or by
    taking it instead of the last: exact up to LOOKS_MAX sets.
    """
    order = sorted(range(len(costs)), key=lambda at: (costs[at], at))
    if not order or enough(()) or not enough(order):
        return []
    heap: list[tuple[Cost, tuple[int, ...]]] = [(costs[order[0]], (0,))]
    for _ in range(LOOKS_MAX):
        cost, chosen = heapq.heappop(heap)
        if enough([order[at] for at in chosen]):
            return [order[at] for at in chosen]
        if (after := chosen[-1] + 1) < len(order):
            more, last = costs[order[after]], costs[order[chosen[-1]]]
            heapq.heappush(heap, (_sum((cost, more)), (*chosen, after)))
            instead = (cost[0] - last[0], cost[1] - last[1], cost[2] - last[2], cost[3] - last[3])
            heapq.heappush(heap, (_sum((instead, more)), (*chosen[:-1], after)))
    return _lean(order, enough)


def _lean(order: Sequence[int], enough: Callable[[Sequence[int]], bool]) -> list[int]:
    """All, less each that is not needed, the dearest first."""
    kept = list(order)
    for at in reversed(order):
        without = [other for other in kept if other != at]
        if enough(without):
            kept = without
    return kept


def _sum(costs: Sequence[Cost]) -> Cost:
    own, compensation, count, fuel = zip(*costs, strict=True)
    return (sum(own), sum(compensation), sum(count), sum(fuel))


def _tried(world: World, ask: Ask, chosen: Sequence[Holding], how: How) -> Plan | None:
    """The plan if these are gone, and what they can cost is taken from the budget."""
    after = replace(released(world, *(h.placement.id for h in chosen)), version=world.version)
    left = None if ask.budget_micro is None else ask.budget_micro - sum(h.hold_micro for h in chosen)
    plan = choose(after, msgspec.structs.replace(ask, budget_micro=left), **how)
    if not isinstance(plan, Plan) or (left is not None and left < plan.hold_micro):
        return None
    return msgspec.structs.replace(plan, preempted=tuple(_preempted(world, holding) for holding in chosen))


def _preempted(world: World, holding: Holding) -> Preempted:
    node = world.node(holding.placement.node_id)
    assert node is not None, "a placement gives way on a node that is there"
    return Preempted(
        placement_id=holding.placement.id,
        node=node.name,
        tasks=holding.tasks,
        fuel_max=holding.fuel_max,
        compensation_micro=holding.compensation_micro,
        hold_micro=holding.hold_micro,
    )
