"""Replicas of the same tasks go to different owners: the owners that may are dealt into a team for each replica.

Dealt in the order of their best node, to and fro, so that no team gets all the good ones. Each then takes all the tasks, by
the same thinking as ever, within what the bounds leave it after the others have had at least their cheapest.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from suanwang.market.price import cost_micro
from suanwang.place.ask import Ask
from suanwang.place.crowd import GROUP
from suanwang.place.rank import drawn
from suanwang.place.rules import NAMES
from suanwang.place.think import Thought, think

Team = frozenset[str]
_SHADE = 1 - 1e-9
"""Grams are floats: what several teams emit together must not pass the limit by rounding."""


def layers(thought: Thought) -> tuple[Thought, ...]:
    """One thought for each replica, or a single one without shares that says why not. thought: of one replica, on all nodes."""
    ask = thought.ask
    if ask.replicas == 1 or not thought.shares:
        return (thought,)
    teams = _dealt(thought)
    if not teams:
        return (_too_few(thought),)
    least = [_least(thought, team) for team in teams]
    found: list[Thought] = []
    money, grams, there = ask.budget_micro, ask.demand.limits.carbon_g_max, Counter(dict(ask.there))
    for at, team in enumerate(teams):
        later = least[at + 1 :]
        wanted = msgspec.structs.replace(_asked(ask, team, money, grams, later), there=tuple(sorted(there.items())))
        one = think(thought.world, wanted, thought.count, thought.seed)
        if not one.shares:
            return (one,)
        found.append(one)
        there.update(_groups(one))
        cost, carbon = _taken(one)
        money = None if money is None else money - cost
        grams = None if grams is None else grams - carbon
    return tuple(found)


def _groups(thought: Thought) -> dict[str, int]:
    """How many tasks the groups of the demand's spread get."""
    spread, got = thought.ask.demand.spread, Counter[str]()
    if spread is None:
        return got
    for at, size in thought.shares:
        got[GROUP[spread.by](thought.world.nodes[int(thought.figures.rows[at])])] += size
    return got


def together(thought: Thought, parts: Sequence[Thought]) -> Thought:
    """The thought on all nodes, with the shares of every replica, best first: for the record."""
    where = {row: at for at, row in enumerate(_rows(thought))}
    shares = [(where[_rows(part)[at]], size) for part in parts for at, size in part.shares]
    return replace(thought, shares=tuple(sorted(shares, key=lambda share: float(thought.score[share[0]]))))


def _rows(thought: Thought) -> list[int]:
    return thought.figures.rows.tolist()


def owners(thought: Thought) -> int:
    """How many owners have a node that passed every rule."""
    return len(np.unique(thought.world.owner[thought.figures.rows]))


def _dealt(thought: Thought) -> list[Team]:
    """As many teams as there are replicas; none if there are too few owners."""
    world, rows, wanted = thought.world, thought.figures.rows, thought.ask.replicas
    order = np.lexsort((drawn(world.mix[rows], thought.seed), thought.score))
    best_first: list[int] = rows[order].tolist()
    known = dict.fromkeys(world.nodes[row].owner for row in best_first)
    if len(known) < wanted:
        return []
    teams: list[list[str]] = [[] for _ in range(wanted)]
    for at, owner in enumerate(known):
        turn, seat = divmod(at, wanted)
        teams[wanted - 1 - seat if turn % 2 else seat].append(owner)
    return [frozenset(team) for team in teams]


def _too_few(thought: Thought) -> Thought:
    masks = list(thought.masks)
    at = NAMES.index("owners")
    masks[at] = masks[at].copy()
    masks[at][thought.figures.rows] = False
    return replace(thought, masks=tuple(masks), shares=(), binding="owners")


def _least(thought: Thought, team: Team) -> tuple[int, float]:
    """(millionths, grams) that all tasks take at the very least in a team."""
    world, rows = thought.world, thought.figures.rows
    here = np.isin(world.owner[rows], [world.owners[owner] for owner in team])
    price = int(world.price_micro_per_tfuel[rows[here]].min())
    return cost_micro(thought.ask.fuel * thought.count, price), float(thought.figures.task_g[here].min()) * thought.count


def _asked(ask: Ask, team: Team, money: int | None, grams: float | None, later: list[tuple[int, float]]) -> Ask:
    if money is not None:
        money -= sum(cost for cost, _ in later)
    demand = ask.demand
    if grams is not None:
        grams = max(0.0, grams - sum(carbon for _, carbon in later)) * _SHADE
        demand = msgspec.structs.replace(demand, limits=msgspec.structs.replace(demand.limits, carbon_g_max=grams))
    return msgspec.structs.replace(ask, demand=demand, owners=team, budget_micro=money, replicas=1)


def _taken(thought: Thought) -> tuple[int, float]:
    """(millionths, grams) that a layer is predicted to take."""
    figured, ask = thought.figures, thought.ask
    prices = thought.world.price_micro_per_tfuel
    cost = sum(cost_micro(size * ask.fuel, int(prices[figured.rows[at]])) for at, size in thought.shares)
    return cost, sum(float(figured.task_g[at]) * size for at, size in thought.shares)
