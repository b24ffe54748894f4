"""How many tasks go where: fix a deadline, fill nodes in the order of what a task costs there, and keep the best deadline.

With the deadline fixed, a node can take slots x floor(deadline / seconds per task) tasks, and filling in the order of unit
cost is optimal for a sum of per-task terms. A dozen deadlines between the shortest possible and "all on the first node" trade
the finish against the rest, so one method serves every preference: price fills the cheapest node first, speed ends on the
shortest deadline, where all finish together. If a shared bound breaks, the order leans step by step towards what is bounded.
Of a gang a node takes no more than fit at once; then only the nodes' own task times are deadlines.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suanwang.market.price import fuel_for
from suanwang.place.ask import Ask
from suanwang.place.rank import Figures
from suanwang.world.world import Bools, Floats, Ints, World

_DEADLINES = 12
_LEANINGS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Bounds:
    """What all shares together must keep; None where there is no bound. once: all at the same time, so one round a node."""

    budget_micro: int | None
    finish_s: float | None
    carbon_g: float | None
    once: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """Nodes in the order in which they are filled; arrays of one shape. unit: CNY per task, without the finish."""

    at: Ints
    slots: Ints
    task_s: Floats
    unit: Floats
    price_micro: Floats
    task_g: Floats


def bounds(ask: Ask) -> Bounds:
    limits = ask.demand.limits
    budget = None if ask.budget_micro is None else max(0, ask.budget_micro)
    return Bounds(budget, limits.finish_s_max, limits.carbon_g_max, ask.demand.gang)


def keeps_alone(world: World, ask: Ask, figures: Figures, alone: Mapping[str, Floats]) -> dict[str, Bools]:
    """Which nodes would keep each shared bound if all tasks ran there; bound -> mask over the figures' rows. Exact."""
    limit, keeps = bounds(ask), dict[str, Bools]()
    if limit.budget_micro is not None:
        price_most = fuel_for(limit.budget_micro, ask.fuel * figures.count)
        keeps["budget"] = world.price_micro_per_tfuel[figures.rows] <= price_most
    if limit.finish_s is not None:
        keeps["finish"] = alone["finish"] <= limit.finish_s
    if limit.carbon_g is not None:
        keeps["carbon"] = alone["carbon"] <= limit.carbon_g
    if limit.once and figures.slots is not None:
        keeps["gang"] = figures.slots >= figures.count
    return keeps


def spread(figures: Figures, weight: Mapping[str, float], ties: NDArray[np.uint64], limit: Bounds) -> tuple[Ints, float] | None:
    """Tasks per row of the figures and the objective in CNY, or None where no deadline and leaning keeps every bound.

    ties: a draw per row, for equal unit costs. Heuristic where two bounds bind at once: it may miss a plan, never break one.
    """
    assert figures.slots is not None, "one task needs no spreading"
    unit = _unit(figures, weight)
    if limit.once and int(figures.slots.sum()) < figures.count:
        return None
    shortest = _shortest(figures.slots, figures.task_s, figures.count, limit.once)
    for lean in _LEANINGS if limit.budget_micro is not None or limit.carbon_g is not None else (0.0,):
        lane = _lane(figures, unit, _key(figures, unit, limit, lean), ties)
        if found := _best(lane, figures.count, shortest, weight["finish"], limit):
            shares = np.zeros(len(figures.rows), np.int64)
            shares[lane.at] = found[0]
            return shares, found[1]
    return None


def binding(figures: Figures, limit: Bounds, broken: Collection[str]) -> str:
    """The bound that stands in the way of every spread: room for a gang, then finish, then the one that even its own best order
    breaks most.

    broken: those that some node would break alone, at least one.
    """
    assert figures.slots is not None, "one task needs no spreading"
    if limit.once and int(figures.slots.sum()) < figures.count:
        return "gang"
    if limit.finish_s is not None and _rooms(figures.slots, figures.task_s, limit.finish_s, limit.once).sum() < figures.count:
        return "finish"
    over = {
        "budget": _use(_least(figures, figures.price_micro, limit), limit.budget_micro),
        "carbon": _use(_least(figures, figures.task_g, limit), limit.carbon_g),
        "finish": 0.0,
        "gang": 0.0,
    }
    return max(broken, key=lambda name: over[name])


def _use(least: float, limit: float | None) -> float:
    """How much of a bound is needed at the very least, as a share of it."""
    if limit is None:
        return 0.0
    return least / limit if limit > 0 else np.inf if least > 0 else 0.0


def _unit(figures: Figures, weight: Mapping[str, float]) -> Floats:
    """CNY per task; the latency of a job is the mean over its tasks."""
    price = figures.price_micro * (weight["price"] / 1e6) + figures.risk_micro * (weight["risk"] / 1e6)
    rest = figures.task_g * weight["carbon"] + figures.waste_h * weight["waste"]
    return price + figures.latency_ms * (weight["latency"] / figures.count) + rest


def _key(figures: Figures, unit: Floats, limit: Bounds, lean: float) -> Floats:
    """What the order goes by: unit cost at 0, use of the bounded resources at 1, a blend between."""
    if not lean:
        return unit
    pressure = np.zeros(len(unit))
    if limit.budget_micro is not None:
        pressure = pressure + figures.price_micro * (figures.count / max(limit.budget_micro, 1))
    if limit.carbon_g is not None:
        pressure = pressure + figures.task_g * (figures.count / max(limit.carbon_g, 1e-12))
    return unit / _scale(unit) * (1 - lean) + pressure / _scale(pressure) * lean


def _scale(values: Floats) -> float:
    return float(values.max()) or 1.0


def _lane(figures: Figures, unit: Floats, key: Floats, ties: NDArray[np.uint64]) -> Lane:
    assert figures.slots is not None, "one task needs no spreading"
    at = np.lexsort((ties, key))
    return Lane(at, figures.slots[at], figures.task_s[at], unit[at], figures.price_micro[at], figures.task_g[at])


def _best(lane: Lane, count: int, shortest: float, finish_weight: float, limit: Bounds) -> tuple[Ints, float] | None:
    """The shares (in lane order) with the lowest objective over all deadlines that keep the bounds."""
    best: tuple[Ints, float] | None = None
    for deadline in _deadlines(lane, count, shortest, limit):
        shares = _filled(lane, count, deadline, limit.once)
        finish = float((-(-shares // lane.slots) * lane.task_s).max())
        total = float((shares * lane.unit).sum()) + finish_weight * finish
        if (best is None or total < best[1]) and _keeps(lane, shares, finish, count, limit):
            best = shares, total
    return best


def _deadlines(lane: Lane, count: int, shortest: float, limit: Bounds) -> Iterator[float]:
    most = np.inf if limit.finish_s is None else limit.finish_s
    if limit.once:
        times = np.unique(lane.task_s[(lane.task_s >= shortest) & (lane.task_s <= most)])
        yield from times[np.unique(np.linspace(0, len(times) - 1, _DEADLINES).astype(np.int64))].tolist() if len(times) else ()
        return
    longest = min(float(-(-count // lane.slots[0]) * lane.task_s[0]), most)
    yield shortest
    if longest > shortest:
        yield from np.geomspace(shortest, longest, _DEADLINES)[1:-1].tolist()
        yield longest


def _rooms(slots: Ints, task_s: Floats, deadline: float, once: bool) -> Floats:
    """How many tasks each node can end by the deadline."""
    rounds = np.floor(deadline / task_s)
    return slots * (np.minimum(rounds, 1.0) if once else rounds)


def _filled(lane: Lane, count: int, deadline: float, once: bool) -> Ints:
    room = np.minimum(_rooms(lane.slots, lane.task_s, deadline, once), count).astype(np.int64)
    before = np.cumsum(room) - room
    return np.clip(count - before, 0, room)


def _keeps(lane: Lane, shares: Ints, finish: float, count: int, limit: Bounds) -> bool:
    if int(shares.sum()) != count or (limit.finish_s is not None and finish > limit.finish_s):
        return False
    # each placement is billed by itself, so each is rounded by itself
    if limit.budget_micro is not None and np.floor(shares * lane.price_micro + 0.5).sum() > limit.budget_micro:
        return False
    return limit.carbon_g is None or float((shares * lane.task_g).sum()) <= limit.carbon_g


def _shortest(slots: Ints, task_s: Floats, count: int, once: bool) -> float:
    """The shortest deadline by which all nodes together finish, at most 2^-40 of the search range too long. once: there is room
    for all at the same time."""
    if once:
        order = np.argsort(task_s, kind="stable")
        return float(task_s[order[np.searchsorted(np.cumsum(slots[order]), count)]])
    high = float((np.ceil(count / slots) * task_s).min())
    low = max(float(task_s.min()), count / float((slots / task_s).sum())) * (1 - 1e-12)
    for _ in range(_HALVINGS):
        if high - low <= 1e-9 * high:
            break
        middle = (low + high) / 2
        if float((slots * np.floor(middle / task_s)).sum()) >= count:
            high = middle
        else:
            low = middle
    return high


def _least(figures: Figures, per_task: Floats, limit: Bounds) -> float:
    """The least that all tasks together take of something, if nothing but the finish and the rounds are bounded."""
    assert figures.slots is not None, "one task needs no spreading"
    lane = _lane(figures, per_task, per_task, np.zeros(len(per_task), np.uint64))
    deadline = np.inf if limit.finish_s is None else limit.finish_s
    return float((_filled(lane, figures.count, deadline, limit.once) * per_task[lane.at]).sum())
