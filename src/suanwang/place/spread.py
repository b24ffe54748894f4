"""How many tasks go where: fix a deadline, fill nodes in the order of what a task costs there, and keep the best deadline.

With the deadline fixed, a node can take slots x floor(deadline / seconds per task) tasks, and filling in the order of unit
cost is optimal for a sum of per-task terms. A dozen deadlines between the shortest possible and "all on the first node" trade
the finish against the rest, so one method serves every preference: price fills the cheapest node first, speed ends on the
shortest deadline, where all finish together. If a shared bound breaks, the order leans step by step towards what is bounded.
A node takes no more of a gang than fit at once, and of others no more than it can end before its room is reserved.
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
    most: Ints
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
    if figures.most is not None and bool((figures.most < figures.count).any()):
        keeps["gang" if limit.once else "reserved"] = figures.most >= figures.count
    return keeps


def spread(figures: Figures, weight: Mapping[str, float], ties: NDArray[np.uint64], limit: Bounds) -> tuple[Ints, float] | None:
    """Tasks per row of the figures and the objective in CNY, or None where no deadline and leaning keeps every bound.

    ties: a draw per row, for equal unit costs. Heuristic where two bounds bind at once: it may miss a plan, never break one.
    """
    assert figures.slots is not None and figures.most is not None, "one task needs no spreading"
    unit = _unit(figures, weight)
    if int(figures.most.sum()) < figures.count:
        return None
    shortest = _shortest(figures.slots, figures.most, figures.task_s, figures.count)
    for lean in _LEANINGS if limit.budget_micro is not None or limit.carbon_g is not None else (0.0,):
        lane = _lane(figures, unit, _key(figures, unit, limit, lean), ties)
        if found := _best(lane, figures.count, shortest, weight["finish"], limit):
            shares = np.zeros(len(figures.rows), np.int64)
            shares[lane.at] = found[0]
            return shares, found[1]
    return None


def binding(figures: Figures, limit: Bounds, broken: Collection[str]) -> str:
    """The bound that stands in the way of every spread: room for a gang, or time before a reservation, then finish, then the
    one that even its own best order breaks most.

    broken: those that some node would break alone, at least one.
    """
    assert figures.slots is not None and figures.most is not None, "one task needs no spreading"
    if int(figures.most.sum()) < figures.count:
        return "gang" if limit.once else "reserved"
    in_time = np.inf if limit.finish_s is None else limit.finish_s
    if _rooms(figures.slots, figures.most, figures.task_s, in_time).sum() < figures.count:
        return "finish"
    over = {
        "budget": _use(_least(figures, figures.price_micro, limit), limit.budget_micro),
        "carbon": _use(_least(figures, figures.task_g, limit), limit.carbon_g),
        "finish": 0.0,
        "gang": 0.0,
        "reserved": 0.0,
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
    assert figures.slots is not None and figures.most is not None, "one task needs no spreading"
    at = np.lexsort((ties, key))
    return Lane(
        at, figures.slots[at], figures.most[at], figures.task_s[at], unit[at], figures.price_micro[at], figures.task_g[at]
    )


def _best(lane: Lane, count: int, shortest: float, finish_weight: float, limit: Bounds) -> tuple[Ints, float] | None:
    """The shares (in lane order) with the lowest objective over all deadlines that keep the bounds."""
    best: tuple[Ints, float] | None = None
    for deadline in _deadlines(lane, count, shortest, limit.finish_s):
        shares = _filled(lane, count, deadline)
        finish = float((-(-shares // lane.slots) * lane.task_s).max())
        total = float((shares * lane.unit).sum()) + finish_weight * finish
        if (best is None or total < best[1]) and _keeps(lane, shares, finish, count, limit):
            best = shares, total
    return best


def _deadlines(lane: Lane, count: int, shortest: float, finish_s: float | None) -> Iterator[float]:
    unhurried = float((-(-_filled(lane, count, np.inf) // lane.slots) * lane.task_s).max())
    longest = unhurried if finish_s is None else min(unhurried, finish_s)
    yield shortest
    if longest > shortest:
        yield from np.geomspace(shortest, longest, _DEADLINES)[1:-1].tolist()
        yield longest


def _rooms(slots: Ints, most: Ints, task_s: Floats, deadline: float) -> Floats:
    """How many tasks each node can end by the deadline."""
    return np.minimum(slots * np.floor(deadline / task_s), most)


def _filled(lane: Lane, count: int, deadline: float) -> Ints:
    room = np.minimum(_rooms(lane.slots, lane.most, lane.task_s, deadline), count).astype(np.int64)
    before = np.cumsum(room) - room
    return np.clip(count - before, 0, room)


def _keeps(lane: Lane, shares: Ints, finish: float, count: int, limit: Bounds) -> bool:
    if int(shares.sum()) != count or (limit.finish_s is not None and finish > limit.finish_s):
        return False
    # each placement is billed by itself, so each is rounded by itself
    if limit.budget_micro is not None and np.floor(shares * lane.price_micro + 0.5).sum() > limit.budget_micro:
        return False
    return limit.carbon_g is None or float((shares * lane.task_g).sum()) <= limit.carbon_g


def _shortest(slots: Ints, most: Ints, task_s: Floats, count: int) -> float:
    """The shortest deadline by which all nodes together finish, at most 2^-40 of the search range too long."""
    alone = most >= count
    last = np.ceil(np.minimum(most, count) / slots) * task_s
    high = float(last[alone].min()) if alone.any() else float(last.max())
    low = max(float(task_s.min()), count / float((slots / task_s).sum())) * (1 - 1e-12)
    for _ in range(_HALVINGS):
        if high - low <= 1e-9 * high:
            break
        middle = (low + high) / 2
        if float(_rooms(slots, most, task_s, middle).sum()) >= count:
            high = middle
        else:
            low = middle
    return high


def _least(figures: Figures, per_task: Floats, limit: Bounds) -> float:
    """The least that all tasks together take of something, if of the bounds only the finish is kept."""
    assert figures.slots is not None, "one task needs no spreading"
    lane = _lane(figures, per_task, per_task, np.zeros(len(per_task), np.uint64))
    deadline = np.inf if limit.finish_s is None else limit.finish_s
    return float((_filled(lane, figures.count, deadline) * per_task[lane.at]).sum())
