"""Why it went where it went: one decision put into the explanation record, from its masks and a few dozen nouns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from suanwang.market.price import cost_micro
from suanwang.model.explanation import Explanation, Finalist, RuleCount, RuledOut, Term
from suanwang.model.reason import Reason
from suanwang.place.bounds import over_budget, too_dirty, too_slow
from suanwang.place.change import smallest
from suanwang.place.crowd import crowd, too_many
from suanwang.place.gang import too_narrow
from suanwang.place.rank import ESTIMATED, UNITS, figures, slots, weights
from suanwang.place.replicas import owners
from suanwang.place.reserved import too_short
from suanwang.place.rule import Rule
from suanwang.place.rules import RULES
from suanwang.place.spread import bounds
from suanwang.place.think import Thought, failing
from suanwang.world.fold import idle
from suanwang.world.world import Bools

MEASURED, ASSUMED = "measured by the node", "assumed"
_NEAREST = 3
_FIRST = 256


def explain(thought: Thought, *, listed: int, change: bool) -> Explanation:
    """The record of a decision. listed: at most so many ruled-out nodes with their reasons; change: look for one at all."""
    world, ask = thought.world, thought.ask
    fails = failing(thought) if listed or change else None
    finalists = _finalists(thought)
    winner = thought.winner if thought.shares else None
    second = _runner_up(thought, winner)
    return Explanation(
        world_version=world.version,
        seed=thought.seed,
        candidates=len(world.ids),
        admitted=len(thought.figures.rows),
        fuel_per_task=ask.fuel,
        fuel_basis=ask.fuel_basis,
        rules=_counts(thought),
        finalists=finalists,
        ruled_out=tuple(_ruled_out(thought, row) for row in ([] if fails is None else _fewest(fails, listed))),
        winner="" if winner is None else _name(thought, winner),
        runner_up="" if second is None else _name(thought, second),
        margin=0.0 if winner is None or second is None else float(thought.score[second] - thought.score[winner]),
        change=smallest(thought, fails) if change and fails is not None else None,
    )


def _name(thought: Thought, at: int) -> str:
    return thought.world.nodes[int(thought.figures.rows[at])].name


def _runner_up(thought: Thought, winner: int | None) -> int | None:
    """The best node that got nothing, or, if all of the best got something, the best after the winner."""
    used = dict(thought.shares)
    others = [at for at in thought.order if at != winner]
    return next((at for at in others if at not in used), others[0] if others else None) if used else None


def _finalists(thought: Thought) -> tuple[Finalist, ...]:
    """The best few, best first; the winner is always among them."""
    at = list(thought.order)
    if thought.shares and thought.winner not in at:
        at[-1] = thought.winner
    weight, used = weights(thought.ask.demand.prefer), dict(thought.shares)
    values = {name: column[at].tolist() for name, column in thought.alone.items()}
    scored: list[float] = thought.score[at].tolist()
    return tuple(
        _finalist(thought, position, {name: column[k] for name, column in values.items()}, weight, scored[k], used)
        for k, position in enumerate(at)
    )


def _finalist(
    thought: Thought, at: int, value: dict[str, float], weight: dict[str, float], score: float, used: dict[int, int]
) -> Finalist:
    world, ask, row = thought.world, thought.ask, int(thought.figures.rows[at])
    node = world.nodes[row]
    return Finalist(
        node_id=node.id,
        node=node.name,
        site=node.site.name,
        score=score,
        terms=tuple(
            Term(name=name, value=one, unit=UNITS[name], weight=weight[name], contribution=one * weight[name])
            for name, one in value.items()
        ),
        price_micro=cost_micro(ask.fuel * thought.count, node.offer.price_micro_per_tfuel),
        latency_ms=value["latency"],
        basis=ESTIMATED if ask.demand.near else "",
        finish_s=value["finish"],
        carbon_g=value["carbon"],
        tasks=used.get(at, 0),
        **_moved(thought, at),
    )


def _moved(thought: Thought, at: int) -> dict[str, Any]:
    found = thought.figures.moves
    if found is None or not found.bytes[at]:
        return {}
    basis = MEASURED if found.measured[at] else ASSUMED
    return {"move_bytes": int(found.bytes[at]), "move_s": float(found.seconds[at]), "move_basis": basis}


def _counts(thought: Thought) -> tuple[RuleCount, ...]:
    """Rules that ruled somebody out, in the order of the rules; a bound that no set of nodes keeps stands first."""
    counts: list[RuleCount] = []
    for rule, mask in zip(RULES, thought.masks, strict=True):
        if count := len(mask) - int(np.count_nonzero(mask)):
            names = tuple(thought.world.nodes[row].name for row in _nearest(thought, rule, mask))
            counts.append(RuleCount(rule=rule.name, count=count, nearest=names))
    return tuple(sorted(counts, key=lambda count: count.rule != thought.binding))


def _nearest(thought: Thought, rule: Rule, mask: Bools) -> list[int]:
    """The few nearest misses of one rule; the first by id where distance has no meaning."""
    if rule.gap is None:
        first = np.flatnonzero(~mask[:_FIRST])
        rows = first if len(first) >= _NEAREST else np.flatnonzero(~mask)
        return rows[:_NEAREST].tolist()
    rows = np.flatnonzero(~mask)
    gap = rule.gap(thought.ask, thought.world, rows)
    if len(rows) > _FIRST:
        near = np.flatnonzero(gap <= np.partition(gap, _NEAREST)[_NEAREST])
        rows, gap = rows[near], gap[near]
    return rows[np.argsort(gap, kind="stable")[:_NEAREST]].tolist()


def _fewest(fails: NDArray[np.uint8], listed: int) -> list[int]:
    """Rows that fail something, those that fail least first, then by id."""
    rows: list[int] = []
    level, levels = 1, int(fails.max()) if listed and len(fails) else 0
    while level <= levels and len(rows) < listed:
        rows += np.flatnonzero(fails == level)[: listed - len(rows)].tolist()
        level += 1
    return rows


def _ruled_out(thought: Thought, row: int) -> RuledOut:
    node = thought.world.nodes[row]
    reasons = [
        rule.why_not(thought.ask, thought.world, row) or _whole(thought, rule.name, row)
        for rule, mask in zip(RULES, thought.masks, strict=True)
        if not mask[row]
    ]
    return RuledOut(node_id=node.id, node=node.name, site=node.site.name, reasons=tuple(reasons))


def _whole(thought: Thought, bound: str, row: int) -> Reason:
    """One task would do, but all the tasks on this node alone break a bound, and sharing them does not help."""
    limit, ask = bounds(thought.ask), thought.ask
    alone = figures(thought.world, ask, np.array([row]), thought.count).alone()
    if bound == "budget" and limit.budget_micro is not None:
        cost = cost_micro(ask.fuel * thought.count, int(thought.world.price_micro_per_tfuel[row]))
        return over_budget(limit.budget_micro, cost)
    if bound == "finish" and limit.finish_s is not None:
        return too_slow(limit.finish_s, float(alone["finish"][0]))
    if bound == "spread" and ask.demand.spread is not None:
        groups = crowd(thought.world, ask)
        assert groups is not None, "a spread that bounds nothing"
        return too_many(ask.demand.spread, thought.world.nodes[row], thought.count, int(groups.left[groups.group[row]]))
    if bound == "owners":
        have = owners(thought)
        gap = float(ask.replicas - have)
        return Reason(rule="owners", need=str(ask.replicas), have=str(have), gap=gap, unit="owners")
    if bound == "reserved":
        took = figures(thought.room, ask, np.array([row]), thought.count).most
        return too_short(thought.count, 0 if took is None else int(took[0]))
    if bound == "gang":
        have, quiet = (int(slots(w, ask, np.array([row]), thought.count)[0]) for w in (thought.world, idle(thought.world)))
        return too_narrow(thought.count, have, quiet)
    assert bound == "carbon" and limit.carbon_g is not None, f"rule {bound} rules out a node and cannot say why"
    return too_dirty(limit.carbon_g, float(alone["carbon"][0]))
