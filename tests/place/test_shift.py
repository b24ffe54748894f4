"""Shifting: never beyond room, rate or time; within a step of the exact optimum; bounded by what its own prices prove."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.place.shift.exact import exact
from suanwang.place.shift.hours import Hours, Jobs, Split, emitted_g, terms
from suanwang.place.shift.roll import alone, at_once, roll, why
from suanwang.place.shift.shift import STEP, Shift, shift


def scene(
    seed: int, jobs: int = 8, sites: int = 3, wide: int = 12, tight: float = 0.5, whole: float = 0.0
) -> tuple[Jobs, Hours]:
    """A made-up one. tight: kWh asked for, as a part of all room."""
    chance = np.random.default_rng(seed)
    power = chance.uniform(-0.02, 0.15, (sites, wide))
    room = np.full((sites, wide), 10.0) * chance.uniform(0, 1, (sites, wide))
    egress = chance.uniform(0, 0.1, (sites, sites)) * (1 - np.eye(sites))
    hours = Hours(power, chance.uniform(20, 600, (sites, wide)), chance.uniform(1.05, 1.5, (sites, wide)), room, egress, 1e-4)
    first = chance.integers(0, wide - 1, jobs)
    last = np.minimum(wide, first + chance.integers(1, wide, jobs))
    kwh = chance.uniform(0.2, 1, jobs)
    kwh *= tight * room.sum() / kwh.sum()
    may = chance.uniform(0, 1, (jobs, sites)) < 0.8
    home = chance.integers(0, sites, jobs)
    may[np.arange(jobs), home] = True
    most = kwh / chance.uniform(1, 5, jobs)
    work = Jobs(kwh, most, first, last, home, chance.uniform(0, 5, jobs), may, chance.uniform(0, 1, jobs) < whole)
    return work, hours


def check(jobs: Jobs, hours: Hours, split: Split, late: np.ndarray | None = None) -> None:
    """Every promise of a plan, whoever made it."""
    sites, wide = hours.power.shape
    assert np.all(split.used(sites, wide) <= hours.room() + 1e-6)
    assert np.all((split.hour >= jobs.first[split.job]) & (split.hour < jobs.last[split.job]) & (split.kwh > 0))
    assert np.all(jobs.may[split.job, split.site])
    by_hour = np.zeros((len(jobs), wide))
    np.add.at(by_hour, (split.job, split.hour), split.kwh)
    assert np.all(by_hour <= jobs.most_kwh[:, None] + 1e-6)
    if late is not None:
        assert split.done(len(jobs)) + late == pytest.approx(jobs.kwh, abs=1e-6)
    for j in np.flatnonzero(jobs.whole).tolist():
        mine = split.job == j
        if mine.any():
            assert len(set(split.site[mine].tolist())) == 1
            assert np.all(np.diff(split.hour[mine]) == 1) and split.kwh[mine][:-1] == pytest.approx(jobs.most_kwh[j])
            assert split.kwh[mine].sum() == pytest.approx(jobs.kwh[j])


def total(plan: Shift) -> float:
    return plan.cost + plan.late_each * float(plan.late_kwh.sum())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 0.9))
def test_split_work_is_within_a_step_of_the_optimum_and_its_bound_is_true(seed: int, tight: float) -> None:
    jobs, hours = scene(seed, tight=tight)
    plan, best = shift(jobs, hours), exact(jobs, hours)
    check(jobs, hours, plan.split, plan.late_kwh)
    check(jobs, hours, best.split, best.late_kwh)
    step = STEP * float(np.mean(np.abs(hours.kwh_cost())) + np.max(plan.price[hours.room() > 1e-6], initial=0.0))
    assert plan.bound <= total(best) + 1e-6
    assert total(best) - 1e-6 <= total(plan) <= total(best) + step * float(jobs.kwh.sum()) + 1e-6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 0.6))
def test_whole_jobs_keep_together_and_nobody_beats_the_optimum_or_the_bound(seed: int, tight: float) -> None:
    jobs, hours = scene(seed, jobs=6, sites=2, wide=8, tight=tight, whole=0.6)
    plan, best = shift(jobs, hours), exact(jobs, hours)
    check(jobs, hours, plan.split, plan.late_kwh)
    check(jobs, hours, best.split, best.late_kwh)
    assert plan.bound - 1e-6 <= total(best) <= total(plan) + 1e-6


def test_whole_jobs_alone_take_their_best_seats() -> None:
    """With room for all, each is where a search over all seats puts it."""
    for seed in range(20):
        jobs, hours = scene(seed, tight=0.02, whole=1.0)
        hours = Hours(hours.power, hours.carbon_g, hours.pue, np.full(hours.power.shape, 100.0), hours.egress, 1e-4)
        assert total(shift(jobs, hours)) == pytest.approx(total(exact(jobs, hours)), abs=1e-6)


def test_the_terms_add_up_to_the_cost_and_the_carbon_is_priced() -> None:
    jobs, hours = scene(3)
    plan = shift(jobs, hours)
    by_name = terms(jobs, hours, plan.split)
    assert sum(float(part.sum()) for part in by_name.values()) == pytest.approx(plan.cost)
    assert float(by_name["carbon"].sum()) == pytest.approx(emitted_g(hours, plan.split) * hours.carbon_price)


def plain(power: list[list[float]], room: float = 1.0) -> Hours:
    columns = np.array(power)
    sites = len(columns)
    return Hours(
        columns, np.zeros(columns.shape), np.ones(columns.shape), np.full(columns.shape, room), np.zeros((sites, sites)), 0.0
    )


def one(
    kwh: float = 1.0, most: float = 1.0, last: int = 4, sites: int = 1, gigabytes: float = 0.0, whole: bool = False
) -> Jobs:
    one_of = np.ones(1)
    return Jobs(kwh * one_of, most * one_of, np.zeros(1, np.int64), np.full(1, last), np.zeros(1, np.int64), gigabytes * one_of,
                np.ones((1, sites), np.bool_), np.full(1, whole))  # fmt: skip


def test_it_waits_for_the_cheap_hour_and_is_paid_for_negative_prices() -> None:
    plan = shift(one(), plain([[0.3, 0.1, -0.05, 0.2]]))
    assert (plan.split.hour.tolist(), plan.cost) == ([2], pytest.approx(-0.05))


def test_an_hour_without_a_price_is_not_used() -> None:
    plan = shift(one(), plain([[0.3, 0.1, np.nan, 0.2]]))
    assert (plan.split.hour.tolist(), plan.cost) == ([1], pytest.approx(0.1))
    assert float(shift(one(), plain([[np.nan] * 4])).late_kwh[0]) == pytest.approx(1.0)


def test_it_goes_abroad_only_if_that_pays_for_the_egress() -> None:
    hours = plain([[0.3, 0.3], [0.1, 0.1]])
    dear = Hours(hours.power, hours.carbon_g, hours.pue, hours.room_kwh, np.array([[0, 0.05], [0.05, 0]]), 0.0)
    assert shift(one(last=2, sites=2, gigabytes=3.0), dear).split.site.tolist() == [1]
    assert shift(one(last=2, sites=2, gigabytes=5.0), dear).split.site.tolist() == [0]


def test_why_tells_the_terms_here_and_now_beside_those_chosen() -> None:
    hours = plain([[0.3, 0.1, 0.2, 0.2]])
    told = why(one(), hours, shift(one(), hours).split, 0)
    assert told.where == ((0, 1, pytest.approx(1.0)),)
    assert told.chosen["power"] == pytest.approx(0.1) and told.here_and_now["power"] == pytest.approx(0.3)
    assert told.saved == pytest.approx(0.2)


@pytest.mark.parametrize("whole", [0.0, 0.5])
def test_rolling_with_all_known_from_the_start_comes_to_the_plan(whole: float) -> None:
    for seed in range(6):
        jobs, hours = scene(seed, tight=0.3, whole=whole)
        jobs = Jobs(jobs.kwh, jobs.most_kwh, 0 * jobs.first, jobs.last, jobs.home, jobs.gigabytes, jobs.may, jobs.whole)
        split = roll(jobs, hours, lambda t, h=hours: later(h, t))
        check(jobs, hours, split)
        plan = shift(jobs, hours)
        if plan.late_kwh.sum() < 1e-6:
            missed = jobs.kwh - split.done(len(jobs))
            spent = sum(float(part.sum()) for part in terms(jobs, hours, split).values()) + plan.late_each * missed.sum()
            scale = float(np.mean(np.abs(hours.kwh_cost()))) * float(jobs.kwh.sum())
            assert spent <= plan.cost + (0.002 if not whole else 0.05) * scale


def later(hours: Hours, t: int) -> Hours:
    return Hours(
        hours.power[:, t:], hours.carbon_g[:, t:], hours.pue[:, t:], hours.room_kwh[:, t:], hours.egress, hours.carbon_price
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_at_once_keeps_every_promise_too(seed: int, home: bool) -> None:
    jobs, hours = scene(seed, tight=0.4, whole=0.4)
    split = at_once(jobs, hours, home=home)
    check(jobs, hours, split)
    if home:
        assert np.all(split.site == jobs.home[split.job])


def test_alone_runs_here_and_now() -> None:
    split = alone(one(kwh=2.5), plain([[0.3, 0.1, 0.2, 0.2]], room=0.1), 0)
    assert (split.hour.tolist(), split.kwh.tolist()) == ([0, 1, 2], [1.0, 1.0, 0.5])


def test_the_same_question_has_the_same_answer() -> None:
    jobs, hours = scene(11, jobs=30, wide=30, whole=0.3)
    a, b = shift(jobs, hours), shift(jobs, hours)
    assert a.cost == b.cost and np.array_equal(a.split.kwh, b.split.kwh)


def test_jobs_that_are_expected_leave_their_room_free_and_are_never_run() -> None:
    """The known one could wait for the cheap hour, but who comes then has no other that is cheap."""
    hours = plain([[0.2, 0.1, 0.9]])
    ones, first, last = np.ones(2), np.array([0, 1]), np.array([2, 3])
    both = Jobs(ones, ones, first, last, np.zeros(2, np.int64), 0 * ones, np.ones((2, 1), np.bool_), np.zeros(2, np.bool_))
    alone_known, told = roll(both, hours, lambda t: later(hours, t)), roll(both, hours, lambda t: later(hours, t), both)
    assert alone_known.hour.tolist() == [1, 2] and told.hour.tolist() == [0, 1]
    never = roll(both.some(np.array([0])), hours, lambda t: later(hours, t), both)
    assert never.kwh.sum() == pytest.approx(1.0)
