"""Forecasts: right where the answer is known, silent on what comes later, and modest where persistence is as good."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.world.forecast import DAY, WEEK, filled, forecast, foreseen

AHEAD = 48


def daily(days: int) -> np.ndarray:
    hours = np.arange(24 * days)
    return 50 + 20 * np.sin(2 * np.pi * hours / 24) + 8 * np.cos(4 * np.pi * hours / 24)


def weekly(weeks: int) -> np.ndarray:
    weekend = (np.arange(WEEK * weeks) // DAY) % 7 >= 5
    return daily(7 * weeks) * np.where(weekend, 0.5, 1.0)


def walk(hours: int, seed: int = 1) -> np.ndarray:
    return 100 + np.cumsum(np.random.default_rng(seed).normal(0, 1, hours))


def test_a_day_that_repeats_is_known() -> None:
    told = forecast(daily(20), AHEAD)
    truth = daily(22)[-AHEAD:]
    assert told.value[0] == pytest.approx(truth, abs=1e-6)
    assert np.all(told.error[0] < 1e-6) and np.all(told.error[0] <= told.plain_error[0])
    assert told.helps()[0, [5, 11, 40]].all()


def test_a_week_that_repeats_is_known() -> None:
    told = forecast(weekly(8), AHEAD)
    assert told.value[0] == pytest.approx(weekly(9)[WEEK * 8 : WEEK * 8 + AHEAD], rel=0.02, abs=0.5)


def test_nothing_beats_persistence_where_nothing_changes() -> None:
    told = forecast(np.full(800, 7.0), AHEAD)
    assert np.all(told.value == 7.0) and np.all(told.error == 0.0) and not told.helps().any()


def test_on_a_random_walk_it_stays_near_persistence() -> None:
    series = walk(3000)
    told = foreseen(series, AHEAD)
    for lead in (1, 6, 24, AHEAD):
        at = np.arange(1000, 3000 - lead)
        ours = np.abs(told.value[at, lead - 1] - series[at + lead]).mean()
        plain = np.abs(series[at] - series[at + lead]).mean()
        assert ours <= 1.1 * plain
    assert told.helps()[1000:].mean() < 0.5


def test_it_is_used_because_it_helps_and_the_error_that_is_told_is_the_error_that_is() -> None:
    series = weekly(20) + np.random.default_rng(2).normal(0, 2, WEEK * 20)
    told = foreseen(series, AHEAD)
    for lead in (3, 12, 30):
        at = np.arange(WEEK * 6, len(series) - lead)
        ours = np.abs(told.value[at, lead - 1] - series[at + lead]).mean()
        plain = np.abs(series[at] - series[at + lead]).mean()
        assert ours < 0.5 * plain
        assert float(told.error[at, lead - 1].mean()) == pytest.approx(ours, rel=0.15)
        assert float(told.plain_error[at, lead - 1].mean()) == pytest.approx(plain, rel=0.15)
    assert told.helps()[WEEK * 6 :].all(axis=1).mean() > 0.9


def test_the_error_of_persistence_is_its_mean_error_in_the_first_days() -> None:
    series = walk(200)
    told = foreseen(series, 5)
    assert told.plain_error[150, 2] == pytest.approx(np.abs(series[DAY + 3 : 151] - series[DAY:148]).mean())
    assert np.all(np.isinf(told.error[:DAY])) and np.all(told.way[:DAY] == 0)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(30, 400))
def test_nothing_that_comes_later_changes_what_was_foreseen(seed: int, until: int) -> None:
    series = walk(500, seed)
    series[np.random.default_rng(seed).integers(0, 500, 40)] = np.nan
    whole, part = foreseen(series, 12), foreseen(series[:until], 12)
    assert np.array_equal(whole.value[:until], part.value, equal_nan=True)
    assert np.array_equal(whole.error[:until], part.error)


def test_a_missing_hour_is_the_hour_a_day_before_and_scores_nobody() -> None:
    series = daily(20)
    holes = series.copy()
    holes[[100, 101, 300, 479]] = np.nan
    assert filled(holes) == pytest.approx(series)
    assert forecast(holes, AHEAD).value[0] == pytest.approx(forecast(series, AHEAD).value[0], abs=1e-3)
    assert np.all(forecast(holes, AHEAD).error[0] < 1e-3)


def test_before_anything_is_known_nothing_is_said() -> None:
    told = foreseen(np.array([np.nan, np.nan, 5.0, np.nan]), 3)
    assert np.isnan(told.value[:2]).all() and np.isinf(told.error).all()
    assert np.all(told.value[2:] == 5.0)


def test_a_spike_does_not_spoil_what_follows() -> None:
    series = daily(40)
    series[[500, 600, 700]] = 5000.0
    told = foreseen(series, 24)
    at = np.arange(720, 900)
    wrong = np.abs(np.array([told.value[at, lead] - daily(40)[at + lead + 1] for lead in range(24)]))
    assert np.median(wrong) < 1.0 and wrong.mean() < 4.0
