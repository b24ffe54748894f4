"""How many tasks go where: fix a deadline, fill nodes in the order of what a task costs there, and keep the best deadline.

With the deadline fixed, a node can take slots x floor((deadline - what is to come first) / seconds per task) tasks, and filling
in the order of unit cost is optimal for a sum of per-task terms; also where groups of nodes (a site's, an owner's) may take
only so many (place.crowd), since such bounds are a polymatroid (Edmonds 1970). What a node costs at once, however many tasks
it gets (moving data there), is no such term: it is spread over what the node could take, and counted in full for each node
that is used. A dozen deadlines between the shortest possible and "all on the first node" trade the finish against the rest,
so one method serves every preference: price fills the cheapest node first, speed ends on the shortest deadline, where all
finish together. If a shared bound breaks, the order leans step by step towards what is bounded. A node takes no more of a gang
than fit at once, and of others no more than it can end before its room is reserved.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suanwang.market.price import fuel_for
from suanwang.place.ask import Ask
from suanwang.place.crowd import Crowd, kept
from suanwang.place.rank import Figures
from suanwang.world.world import Bools, Floats, Ints, World

_DEADLINES = 12
_LEANINGS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)
_HALVINGS = 40
_TRIFLE = 1 + 1e-12


@dataclass(frozen=True, slots=True)
class Bounds:
    """What all shares together must keep; None where there is no bound. once: all at the same time, so one round a node."""

    budget_micro: int | None
    finish_s: float | None
    carbon_g: float | None
    once: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """Nodes in the order in which they are filled; arrays of one shape. unit: CNY per task, without the finish. once: CNY for a
    node that gets any. crowd: how many groups of them may take."""

    at: Ints
    slots: Ints
    most: Ints
    move_s: Floats
    task_s: Floats
    unit: Floats
    once: Floats
    price_micro: Floats
    task_g: Floats
    crowd: Crowd | None

    def finish_s(self, shares: Ints) -> Floats:
        """When each node that has a share is done with it."""
        return self.move_s * (shares > 0) + -(-shares // self.slots) * self.task_s


def bounds(ask: Ask) -> Bounds:
    limits = ask.demand.limits
    budget = None if ask.budget_micro is None else max(0, ask.budget_micro)
    return Bounds(budget, limits.finish_s_max, limits.carbon_g_max, ask.demand.gang)


def keeps_alone(
    world: World, ask: Ask, figures: Figures, alone: Mapping[str, Floats], crowd: Crowd | None = None
) -> dict[str, Bools]:
    """Which nodes would keep each shared bound if all tasks ran there; bound -> mask over the figures' rows. Exact."""
    limit, keeps = bounds(ask), dict[str, Bools]()
    if crowd is not None:
        keeps["spread"] = crowd.left[crowd.group] >= figures.count
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


def spread(
    figures: Figures, weight: Mapping[str, float], ties: NDArray[np.uint64], limit: Bounds, crowd: Crowd | None = None
) -> tuple[Ints, float] | None:
    """Tasks per row of the figures and the objective in CNY, or None where no deadline and leaning keeps every bound.

    ties: a draw per row, for equal unit costs. Heuristic where two bounds of budget and carbon bind at once: it may miss a
    plan, never break one.
    """
    unit, once = _unit(figures, weight), _once(figures, weight)
    if _together(figures, np.inf, crowd) < figures.count:
        return None
    shortest = _shortest(figures, crowd)
    for lean in _LEANINGS if limit.budget_micro is not None or limit.carbon_g is not None else (0.0,):
        lane = _lane(figures, (unit, once), _key(figures, _wide(figures, unit, once), limit, lean), ties, crowd)
        if found := _best(lane, figures.count, shortest, weight["finish"], limit):
            shares = np.zeros(len(figures.rows), np.int64)
            shares[lane.at] = found[0]
            return shares, found[1]
    return None


def binding(figures: Figures, limit: Bounds, broken: Collection[str], crowd: Crowd | None = None) -> str:
    """The bound that stands in the way of every spread: room for a gang, or time before a reservation, then how many may be
    together and the finish, then the one that even its own best order breaks most.

    broken: those that some node would break alone, at least one.
    """
    assert figures.slots is not None and figures.most is not None, "one task needs no spreading"
    if int(figures.most.sum()) < figures.count:
        return "gang" if limit.once else "reserved"
    if _together(figures, np.inf, crowd) < figures.count:
        return "spread"
    if limit.finish_s is not None and _together(figures, limit.finish_s, crowd) < figures.count:
        return "finish"
    over = {
        "budget": _use(_least(figures, figures.price_micro, limit.finish_s, crowd), limit.budget_micro),
        "carbon": _use(_least(figures, figures.task_g, limit.finish_s, crowd), limit.carbon_g),
        "finish": 0.0,
        "gang": 0.0,
        "reserved": 0.0,
        "spread": 0.0,
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


def _once(figures: Figures, weight: Mapping[str, float]) -> Floats:
    """CNY for each node that gets any task: for the data that must come to it."""
    if figures.moves is None:
        return np.zeros(len(figures.rows))
    return figures.moves.egress_micro * (weight["egress"] / 1e6)


def _wide(figures: Figures, unit: Floats, once: Floats) -> Floats:
    """CNY per task if a node took all of them: what the order of filling goes by."""
    return unit + once / figures.count


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


def _lane(figures: Figures, cost: tuple[Floats, Floats], key: Floats, ties: NDArray[np.uint64], crowd: Crowd | None) -> Lane:
    """cost: CNY per task, and once."""
    assert figures.slots is not None and figures.most is not None, "one task needs no spreading"
    at = np.lexsort((ties, key))
    return Lane(
        at=at,
        slots=figures.slots[at],
        most=figures.most[at],
        move_s=figures.move_s[at],
        task_s=figures.task_s[at],
        unit=cost[0][at],
        once=cost[1][at],
        price_micro=figures.price_micro[at],
        task_g=figures.task_g[at],
        crowd=None if crowd is None else crowd.at(at),
    )


def _best(lane: Lane, count: int, shortest: float, finish_weight: float, limit: Bounds) -> tuple[Ints, float] | None:
    """The shares (in lane order) with the lowest objective over all deadlines that keep the bounds."""
    best: tuple[Ints, float] | None = None
    for deadline in _deadlines(lane, count, shortest, limit.finish_s):
        shares = _filled(lane, count, deadline)
        finish = float(lane.finish_s(shares).max())
        total = float((shares * lane.unit).sum()) + float(lane.once[shares > 0].sum()) + finish_weight * finish
        if (best is None or total < best[1]) and _keeps(lane, shares, finish, count, limit):
            best = shares, total
    return best


def _deadlines(lane: Lane, count: int, shortest: float, finish_s: float | None) -> Iterator[float]:
    unhurried = float(lane.finish_s(_filled(lane, count, np.inf)).max())
    longest = unhurried if finish_s is None else min(unhurried, finish_s)
    yield shortest
    if longest > shortest:
        yield from np.geomspace(shortest, longest, _DEADLINES)[1:-1].tolist()
        yield longest


def _filled(lane: Lane, count: int, deadline: float) -> Ints:
    rooms = _rooms(lane.slots, lane.most, lane.move_s, lane.task_s, deadline)
    room = kept(np.minimum(rooms, count).astype(np.int64), lane.crowd)
    before = np.cumsum(room) - room
    return np.clip(count - before, 0, room)


def _rooms(slots: Ints, most: Ints, move_s: Floats, task_s: Floats, deadline: float) -> Floats:
    """How many tasks each node can end by the deadline."""
    return np.minimum(slots * np.floor(_left(deadline, move_s) / task_s), most)


def _left(deadline: float, move_s: Floats) -> Floats:
    """Seconds to work in; a trifle more, so that what ends at the deadline is not lost to rounding (_keeps looks exactly)."""
    return np.maximum(deadline - move_s, 0.0) * _TRIFLE


def _keeps(lane: Lane, shares: Ints, finish: float, count: int, limit: Bounds) -> bool:
    if int(shares.sum()) != count or (limit.finish_s is not None and finish > limit.finish_s):
        return False
    # each placement is billed by itself, so each is rounded by itself
    if limit.budget_micro is not None and np.floor(shares * lane.price_micro + 0.5).sum() > limit.budget_micro:
        return False
    return limit.carbon_g is None or float((shares * lane.task_g).sum()) <= limit.carbon_g


def _together(figures: Figures, deadline: float, crowd: Crowd | None) -> float:
    """How many tasks all nodes together could do by then, if there were enough."""
    assert figures.slots is not None and figures.most is not None, "one task needs no spreading"
    rooms = _rooms(figures.slots, figures.most, figures.move_s, figures.task_s, deadline)
    return float(rooms.sum() if crowd is None else kept(np.minimum(rooms, figures.count).astype(np.int64), crowd).sum())


def _shortest(figures: Figures, crowd: Crowd | None) -> float:
    """The shortest deadline by which all nodes together finish, at most 2^-40 of the search range too long. They do."""
    assert figures.slots is not None and figures.most is not None, "one task needs no spreading"
    slots, task_s, count = figures.slots, figures.task_s, figures.count
    last = figures.move_s + np.ceil(np.minimum(figures.most, count) / slots) * task_s
    alone = figures.most >= count
    high = float(last[alone].min()) if crowd is None and alone.any() else float(last.max())
    low = max(float((figures.move_s + task_s).min()), count / float((slots / task_s).sum())) * (1 - 1e-12)
    for _ in range(_HALVINGS):
        if high - low <= 1e-9 * high:
            break
        middle = (low + high) / 2
        if _together(figures, middle, crowd) >= count:
            high = middle
        else:
            low = middle
    return high


def _least(figures: Figures, per_task: Floats, finish_s: float | None, crowd: Crowd | None) -> float:
    """The least that all tasks together take of something, if nothing but the finish, and how many may be together, is
    bounded."""
    none = np.zeros(len(per_task))
    lane = _lane(figures, (per_task, none), per_task, np.zeros(len(per_task), np.uint64), crowd)
    return float((_filled(lane, figures.count, np.inf if finish_s is None else finish_s) * per_task[lane.at]).sum())
