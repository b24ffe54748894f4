"""Parking: with a true forecast as good as hindsight, without one never wasting twice as much, and always enough awake."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.place.park import CAPS, Fleet, Load, fleet_watts, park

CORES, IDLE_W, PEAK_W, WAKE_KWH = 10.0, 100.0, 400.0, 0.35


def alike(count: int, wake_kwh: float = WAKE_KWH) -> Fleet:
    ones = np.ones(count)
    return Fleet(CORES * ones, IDLE_W * ones, PEAK_W * ones, 0 * ones, wake_kwh * ones, np.zeros(count, np.int64))


def wasted_kwh(demand: np.ndarray, count: int, told: bool, wake_kwh: float = WAKE_KWH) -> float:
    """Energy of idling and waking when the rule is followed hour by hour; all asleep at first, none asked for after the end."""
    fleet, awake, idle, wasted = alike(count, wake_kwh), np.zeros(count, np.bool_), np.zeros(count, np.int64), 0.0
    demand = np.concatenate((demand, np.zeros(60)))
    for t in range(len(demand) - 50):
        seen = demand[t : t + 50] if told else demand[t : t + 1]
        plan = park(fleet, awake, idle, Load(seen, np.zeros(len(seen)), np.ones(len(seen), np.bool_)))
        state = np.array(plan.state)
        wasted += wake_kwh * int(np.sum(state == "wake"))
        awake = state != "park"
        needed = fleet.before() < demand[t] - 1e-9
        assert np.all(awake[needed]), "not enough awake"
        wasted += IDLE_W / 1000 * int(np.sum(awake & ~needed))
        idle = np.where(awake & ~needed, idle + 1, 0)
    return wasted


def hindsight_kwh(demand: np.ndarray, count: int, wake_kwh: float = WAKE_KWH) -> float:
    """Each layer of load alone: wake once, then every gap costs the less of idling through it and waking after it."""
    total = 0.0
    for layer in range(count):
        busy = np.flatnonzero(demand > CORES * layer + 1e-9)
        if len(busy):
            gaps = np.diff(busy) - 1
            total += wake_kwh + float(np.minimum(gaps[gaps > 0] * IDLE_W / 1000, wake_kwh).sum())
    return total


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 39), min_size=5, max_size=40))
def test_with_a_true_forecast_it_is_as_good_as_hindsight_but_for_the_hysteresis(demand: list[float]) -> None:
    load = np.array(demand)
    best = hindsight_kwh(load, 4)
    assert best - 1e-9 <= wasted_kwh(load, 4, told=True) <= 1.2 * best + 1e-9


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 39), min_size=5, max_size=40))
def test_without_a_forecast_it_never_wastes_more_than_twice(demand: list[float]) -> None:
    load = np.array(demand)
    assert wasted_kwh(load, 4, told=False, wake_kwh=0.4) <= 2 * hindsight_kwh(load, 4, 0.4) + 1e-9


def test_a_short_lull_is_sat_out_and_a_long_one_is_not() -> None:
    def told(hours: int) -> str:
        cores = np.array([5.0] * hours + [15.0] * 4)
        load = Load(cores, np.zeros(len(cores)), np.ones(len(cores), np.bool_))
        return park(alike(2), np.ones(2, np.bool_), np.zeros(2, np.int64), load).state[1]

    assert [told(h) for h in (1, 3, 4, 5, 8)] == ["keep", "keep", "keep", "park", "park"]


def test_a_forecast_that_is_not_believed_is_not_followed() -> None:
    cores = np.array([5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 15.0])
    doubted = Load(cores, np.zeros(7), np.zeros(7, np.bool_))

    def state(idle: int) -> str:
        return park(alike(2), np.ones(2, np.bool_), np.array([0, idle]), doubted).state[1]

    assert [state(idle) for idle in (0, 3, 4)] == ["keep", "keep", "park"]


def test_the_error_is_kept_in_hand_and_waking_begins_in_time() -> None:
    fleet = alike(2)
    late = Fleet(fleet.cores, fleet.idle_w, fleet.peak_w, fleet.parked_w, fleet.wake_kwh, np.full(2, 2))
    asleep = np.array([True, False])

    def second(cores: list[float], error: float) -> str:
        load = Load(np.array(cores), np.array([0.0] + [error] * (len(cores) - 1)), np.ones(len(cores), np.bool_))
        return park(late, asleep, np.zeros(2, np.int64), load).state[1]

    assert second([5, 5, 5, 5], 0.0) == "park"
    assert second([5, 5, 15, 5], 0.0) == "wake"
    assert second([5, 5, 5, 15], 0.0) == "park"
    assert second([5, 5, 8, 5], 1.5) == "wake"
    assert second([5], 0.0) == "park"


def test_the_best_machines_are_filled_first_and_a_part_filled_one_is_capped() -> None:
    fleet = Fleet(
        np.array([10.0, 10.0]),
        np.array([100.0, 50.0]),
        np.array([400.0, 200.0]),
        np.zeros(2),
        np.full(2, 0.1),
        np.zeros(2, np.int64),
    )
    load = Load(np.array([6.5]), np.zeros(1), np.ones(1, np.bool_))
    plan = park(fleet, np.ones(2, np.bool_), np.array([9, 0]), load)
    assert plan.state == ("park", "cap") and plan.cap.tolist() == [1.0, 0.7]
    assert plan.cap[1] in CAPS
    kept = fleet_watts(fleet, np.ones(2, np.bool_), np.ones(2), 6.5)
    done = fleet_watts(fleet, np.array([False, True]), plan.cap, 6.5)
    assert kept == pytest.approx([100, 50 + 150 * 0.65]) and done == pytest.approx([0, 50 + 150 * 0.65 * 0.7])
