"""A process under a CPU quota: against the clock moved by hand, and against what the kernel promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.drivers.cgroup import _quota_us  # pyright: ignore[reportPrivateUsage]
from suanwang.steer.columns import Floats
from suanwang.twin.cores import BUSY, CORES, MOVED, TURNS
from suanwang.twin.fleet import Change, Fleet
from suanwang.twin.quota import BEGAN, LEFT, PERIOD, QUOTA, TICK_MS, quotas, throttled
from suanwang.twin.run import rule, run

STEP = 0.01
ALONE = np.zeros((0, 9))


def one(cores: float, others: float = 0.0) -> Floats:
    """A process whose periods begin at 0."""
    rows = quotas(np.array([cores]), np.array([others]), 1)
    rows[0, BEGAN] = 0.0
    return rows


def by_hand(times: list[float], needs: float, cores: float) -> list[float]:
    """When each is done, in steps of a hundredth of a ms; quotas are looked at in every step."""
    quota, period = (cores * 10, 10.0) if cores >= 0.1 else (cores * 100, 100.0)
    left, now, turn, found = quota, 0.0, 0, list[float]()
    for at in times:
        rest, now = needs, max(now, at)
        while rest > 1e-9:
            while now >= (turn + 1) * period - 1e-9:
                turn, left = turn + 1, min(quota, left + quota)
            if left > 1e-9:
                ran = min(STEP, rest)
                rest, left, now = rest - ran, left - ran, now + ran
            else:
                now += STEP
        found.append(now)
    return found


@given(st.lists(st.floats(0.1, 40.0), min_size=1, max_size=6), st.floats(0.2, 6.0), st.sampled_from((0.1, 0.15, 0.5, 0.05)))
@settings(max_examples=60, deadline=None)
def test_it_ends_when_it_does_by_hand(gaps: list[float], needs: float, cores: float) -> None:
    times, rows, free, found = np.cumsum(gaps).round(2).tolist(), one(cores), 0.0, list[float]()
    for at in times:
        free = throttled(at, free, round(needs, 2), 0.0, 0, rows, ALONE, 1, 0)
        found.append(free)
    assert np.allclose(found, by_hand(times, round(needs, 2), cores), atol=0.05 + 0.02 * len(times))


@given(st.lists(st.floats(0.0, 30.0), min_size=1, max_size=30), st.floats(0.1, 5.0), st.floats(0.0, 1.0), st.floats(0.02, 0.9))
@settings(max_examples=100, deadline=None)
def test_it_never_gets_more_than_its_quota(gaps: list[float], needs: float, late: float, cores: float) -> None:
    rows, free, at = one(cores), 0.0, 0.0
    for n, gap in enumerate(gaps):
        at += gap
        before = free
        free = throttled(at, free, needs, late, 0, rows, ALONE, 1, 0)
        assert free >= max(at, before) + needs - 1e-9
        periods = np.floor(free / rows[0, PERIOD]) + 1
        assert (n + 1) * needs <= periods * rows[0, QUOTA] + TICK_MS + 1e-6
        assert rows[0, LEFT] <= rows[0, QUOTA] + 1e-9


def test_an_idle_process_takes_no_longer_than_its_work() -> None:
    assert throttled(105.0, 0.0, 1.0, 0.0, 0, one(0.2), ALONE, 1, 0) == pytest.approx(106.0)


def test_at_its_limit_it_does_what_its_quota_allows() -> None:
    rows, free = one(0.1), 0.0
    for _ in range(1000):
        free = throttled(0.0, free, 1.56, 0.0, 0, rows, ALONE, 1, 0)
    assert free / 1000 == pytest.approx(10 * 1.56, rel=0.01)


@pytest.mark.parametrize(("cores", "moves", "done"), [(0.1, 0.0, 12.4), (0.1, 1.0, 20.4), (0.2, 1.0, 12.4)])
def test_who_is_woken_on_another_core_leaves_a_millisecond_behind(cores: float, moves: float, done: float) -> None:
    """Of one in each period nothing is left until the next begins; of two, enough."""
    shared = np.zeros((2, 9))
    shared[0, [CORES, BUSY, MOVED, TURNS]] = 2, 2, moves, 1
    assert throttled(12.0, 0.0, 0.4, 0.0, 0, one(cores), shared, 1, 0) == pytest.approx(done)


@pytest.mark.parametrize("milli", [10, 50, 99, 100, 150, 1000])
def test_quota_and_period_are_those_that_the_driver_sets(milli: int) -> None:
    quota_us, period_us = _quota_us(milli)
    rows = quotas(np.array([milli / 1000]), np.array([0.0]), 1)
    assert (rows[0, QUOTA], rows[0, PERIOD]) == pytest.approx((quota_us / 1000, period_us / 1000))


def test_other_work_leaves_less_and_does_not_change_the_period() -> None:
    rows = one(0.1, 0.02)
    assert (rows[0, QUOTA], rows[0, PERIOD]) == pytest.approx((0.8, 10.0))


def test_a_fleet_under_quotas_and_one_that_loses_its_quota() -> None:
    """Ten times as slow from then on, which the long period of a small quota shows as well."""

    def fleet(*changes: Change) -> Fleet:
        return Fleet(
            servers=np.ones(1, np.int64), service_ms=np.full(1, 1.5), rtt_ms=np.full((1, 1), 4.0), rates=np.array([0.02]),
            law="fixed", turns=2.0, cores=np.array([0.2]), others=np.zeros(1), changes=changes,
        )  # fmt: skip

    well = run(fleet(), rule("shares", fleet()), 1, 400).latency_ms
    assert np.min(well) >= 8.0 + 1.5 - 1e-6 and np.median(well) == pytest.approx(8.0 + 1.5)
    slow = fleet(Change(at_ms=10_000.0, turn="slow", times=10.0))
    seen = run(slow, rule("shares", slow), 1, 400)
    assert np.array_equal(seen.latency_ms[seen.at_ms < 9_000], well[seen.at_ms < 9_000])
    assert np.median(seen.latency_ms[seen.at_ms > 12_000]) > 200
