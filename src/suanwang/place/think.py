"""One decision before it is put into words: the mask of every rule, the figures of who passed, and how the tasks are shared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np
from numpy.typing import NDArray

from suanwang.market.price import cost_micro
from suanwang.place.ask import Ask
from suanwang.place.crowd import crowd
from suanwang.place.rank import Figures, best, drawn, figures, scores, weights
from suanwang.place.reserved import left
from suanwang.place.rules import NAMES, RULES
from suanwang.place.spread import binding, bounds, keeps_alone, spread
from suanwang.world.world import Bools, Floats, Ints, World

FINALISTS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Thought:
    """room: the world less what is reserved. masks: one per rule, in the order of RULES, shape (nodes,). figures, alone,
    score: of the rows that passed every rule.

    order: positions in the figures of the best few, best first. shares: (position, tasks), best first; empty means
    no. binding: the bound that the shares together could not keep, "" where a single node could not or all is well.
    """

    world: World
    room: World
    ask: Ask
    count: int
    seed: int
    masks: tuple[Bools, ...]
    figures: Figures
    alone: dict[str, Floats]
    score: Floats
    order: list[int]
    shares: tuple[tuple[int, int], ...]
    binding: str = ""

    @property
    def winner(self) -> int:
        """Position of the best-scoring node that got tasks."""
        used = dict(self.shares)
        return next((at for at in self.order if at in used), min(used, key=lambda at: float(self.score[at])))


def think(world: World, ask: Ask, count: int, seed: int) -> Thought:
    """Decide where `count` tasks of the demand go. Pure; costs a few passes over the columns."""
    masks = tuple(rule.allows(ask, world) for rule in RULES)
    rows = np.flatnonzero(_all(masks, world))
    room = left(world, ask)
    figured = figures(room, ask, rows, count)
    alone, weight = figured.alone(), weights(ask.demand.prefer)
    score = scores(alone, weight)
    thought = Thought(world, room, ask, count, seed, masks, figured, alone, score, [], ())
    if not len(rows):
        return thought
    order = best(score, world.mix[rows], seed, FINALISTS)
    if count == 1:  # the rules are the bounds
        return replace(thought, order=order, shares=((order[0], 1),))
    return _shared(replace(thought, order=order), weight)


def failing(thought: Thought) -> NDArray[np.uint8]:
    """Shape (nodes,): how many rules each node fails."""
    fails = np.full(len(thought.world.ids), len(thought.masks), np.uint8)
    for mask in thought.masks:
        fails -= mask.view(np.uint8)
    return fails


def _all(masks: Sequence[Bools], world: World) -> Bools:
    fit = world.everyone
    for mask in masks:
        if mask is not world.everyone:
            fit = mask if fit is world.everyone else fit & mask
    return fit


def _shared(thought: Thought, weight: dict[str, float]) -> Thought:
    """An array job: spread over several nodes, or all on one where that is better or the only way."""
    world, ask, figured = thought.world, thought.ask, thought.figures
    limit = bounds(ask)
    ties = drawn(world.mix[figured.rows], thought.seed)
    together = crowd(world, ask)
    mine = None if together is None else together.at(figured.rows)
    found = spread(figured, weight, ties, limit, mine)
    keeps = keeps_alone(world, ask, figured, thought.alone, mine)
    single = _single(thought, keeps)
    if found and _exactly(thought, found[0]) and (single is None or found[1] < float(thought.score[single])):
        return replace(thought, shares=_in_order(found[0], thought.score))
    if single is not None:
        return replace(thought, shares=((single, thought.count),))
    broken = [name for name, keep in keeps.items() if not keep.all()]
    return replace(thought, masks=_narrowed(thought, keeps), binding=binding(figured, limit, broken, mine))


def _single(thought: Thought, keeps: dict[str, Bools]) -> int | None:
    """Position of the best node that could take all the tasks within every bound."""
    at = np.arange(len(thought.score))
    for mask in keeps.values():
        at = at[mask[at]]
    if not len(at):
        return None
    mix = thought.world.mix[thought.figures.rows[at]]
    return int(at[best(thought.score[at], mix, thought.seed, 1)[0]])


def _in_order(shares: Ints, score: Floats) -> tuple[tuple[int, int], ...]:
    at = np.flatnonzero(shares)
    at = at[np.argsort(score[at], kind="stable")]
    return tuple(zip(at.tolist(), shares[at].tolist(), strict=True))


def _exactly(thought: Thought, shares: Ints) -> bool:
    """The same sums as the plan will state, in whole millionths: what vectors rounded must not slip through."""
    limit, figured, ask = bounds(thought.ask), thought.figures, thought.ask
    at = np.flatnonzero(shares)
    if limit.budget_micro is not None:
        prices = thought.world.price_micro_per_tfuel[figured.rows[at]].tolist()
        cost = sum(cost_micro(n * ask.fuel, p) for n, p in zip(shares[at].tolist(), prices, strict=True))
        if cost > limit.budget_micro:
            return False
    return limit.carbon_g is None or fsum((shares[at] * figured.task_g[at]).tolist()) <= limit.carbon_g


def _narrowed(thought: Thought, keeps: dict[str, Bools]) -> tuple[Bools, ...]:
    """No set of nodes will do, so each that passed the rules fails, alone, at least one of the shared bounds."""
    masks = list(thought.masks)
    for name, keep in keeps.items():
        mask = masks[NAMES.index(name)].copy()
        mask[thought.figures.rows[~keep]] = False
        masks[NAMES.index(name)] = mask
    return tuple(masks)
