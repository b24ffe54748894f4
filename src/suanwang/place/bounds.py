"""The rules of the bounds: budget, finish, carbon, latency. Each asks of one task alone; shares together are spread.py's."""

import numpy as np

from suanwang.market.price import cost_micro, fuel_for
from suanwang.model.quantity import show_carbon, show_duration, show_money, show_ms
from suanwang.model.reason import Reason
from suanwang.place.ask import Ask, task_g, task_s
from suanwang.place.gravity import moves
from suanwang.place.rule import Rule
from suanwang.world.world import Bools, Floats, Ints, World


def _budget(ask: Ask, world: World) -> Bools:
    """Out only if not even one task could be paid at this price: a dear node may still take its share beside a cheap one.

    Whether all the shares together keep the budget is the spread's affair. The test is exact: cost_micro is symmetric in
    fuel and price, so the highest affordable price is `fuel_for` with the two exchanged.
    """
    return (
        world.everyone
        if ask.budget_micro is None
        else world.price_micro_per_tfuel <= fuel_for(max(0, ask.budget_micro), ask.fuel)
    )


def _why_not_budget(ask: Ask, world: World, i: int) -> Reason | None:
    if ask.budget_micro is None:
        return None
    cost = cost_micro(ask.fuel, int(world.price_micro_per_tfuel[i]))
    return None if cost <= max(0, ask.budget_micro) else over_budget(ask.budget_micro, cost)


def over_budget(budget_micro: int, cost: int) -> Reason:
    gap = (cost - budget_micro) / 1e6
    return Reason(rule="budget", need=show_money(max(0, budget_micro)), have=show_money(cost), gap=gap, unit="CNY")


def _gap_budget(ask: Ask, world: World, rows: Ints) -> Floats:
    return (world.price_micro_per_tfuel[rows].astype(np.float64) * (ask.fuel / 1e12) - (ask.budget_micro or 0)) / 1e6


def _finish(ask: Ask, world: World) -> Bools:
    """Out only if a single task alone would take too long."""
    limit = ask.demand.limits.finish_s_max
    return world.everyone if limit is None else _first_s(ask, world, None) <= limit


def _first_s(ask: Ask, world: World, rows: Ints | None) -> Floats:
    """Seconds to the end of a first task: what it needs is brought, then it runs."""
    runs = task_s(ask, world.fuel_per_s if rows is None else world.fuel_per_s[rows])
    coming = moves(world, ask.demand, rows)
    return runs if coming is None else coming.seconds + runs


def _why_not_finish(ask: Ask, world: World, i: int) -> Reason | None:
    limit = ask.demand.limits.finish_s_max
    if limit is None:
        return None
    seconds = float(_first_s(ask, world, np.array([i]))[0])
    return None if seconds <= limit else too_slow(limit, seconds)


def too_slow(limit: float, seconds: float) -> Reason:
    return Reason(rule="finish", need=show_duration(limit), have=show_duration(seconds), gap=seconds - limit, unit="s")


def _gap_finish(ask: Ask, world: World, rows: Ints) -> Floats:
    return _first_s(ask, world, rows) - (ask.demand.limits.finish_s_max or 0.0)


def _carbon(ask: Ask, world: World) -> Bools:
    """Out only if a single task alone would emit too much."""
    limit = ask.demand.limits.carbon_g_max
    return world.everyone if limit is None else task_g(ask, world.carbon_g_per_fuel) <= limit


def _why_not_carbon(ask: Ask, world: World, i: int) -> Reason | None:
    limit = ask.demand.limits.carbon_g_max
    if limit is None:
        return None
    grams = float(task_g(ask, world.carbon_g_per_fuel[i : i + 1])[0])
    return None if grams <= limit else too_dirty(limit, grams)


def too_dirty(limit: float, grams: float) -> Reason:
    return Reason(rule="carbon", need=show_carbon(limit), have=show_carbon(grams), gap=grams - limit, unit="gCO2e")


def _gap_carbon(ask: Ask, world: World, rows: Ints) -> Floats:
    return task_g(ask, world.carbon_g_per_fuel[rows]) - (ask.demand.limits.carbon_g_max or 0.0)


def _latency(ask: Ask, world: World) -> Bools:
    near, limit = ask.demand.near, ask.demand.limits.latency_ms_max
    return world.everyone if near is None or limit is None else world.latency_ms(near) <= limit


def _why_not_latency(ask: Ask, world: World, i: int) -> Reason | None:
    near, limit = ask.demand.near, ask.demand.limits.latency_ms_max
    if near is None or limit is None:
        return None
    have = float(world.sites.round_trip_ms(near)[world.site[i]])
    return (
        None if have <= limit else Reason(rule="latency", need=show_ms(limit), have=show_ms(have), gap=have - limit, unit="ms")
    )


def _gap_latency(ask: Ask, world: World, rows: Ints) -> Floats:
    near = ask.demand.near
    assert near is not None, "a gap in latency without a place to be near to"
    return world.sites.round_trip_ms(near)[world.site[rows]] - (ask.demand.limits.latency_ms_max or 0.0)


BUDGET = Rule("budget", _budget, _why_not_budget, _gap_budget)
FINISH = Rule("finish", _finish, _why_not_finish, _gap_finish)
CARBON = Rule("carbon", _carbon, _why_not_carbon, _gap_carbon)
LATENCY = Rule("latency", _latency, _why_not_latency, _gap_latency)
