"""A process under a CPU quota: against the clock moved by hand, and against what the kernel promises."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from suanwang.drivers.cgroup import _quota_us  # pyright: ignore[reportPrivateUsage]
from suanwang.steer.columns import Floats
from suanwang.twin.cores import BREAKS, BUSY, CORES, TURNS, moved
from suanwang.twin.fleet import Change, Fleet
from suanwang.twin.quota import (
    BEGAN,
    HELD,
    KEPT_MS,
    NOTHING_MS,
    PAID_MS,
    PERIOD,
    PLAIN,
    QUOTA,
    SLICE_MS,
    TICK_MS,
    TICKED,
    USED,
    Costs,
    quotas,
    throttled,
)  # fmt: skip
from suanwang.twin.run import rule, run

STEPS = 100
"""A ms, of time that is moved by hand."""
ALONE = np.zeros((0, 9))


def one(cores: float, others: float = 0.0, costs: Costs = PLAIN, on: int = 1) -> Floats:
    """A process whose periods begin at 0, and ticks at 1, so that they never meet."""
    rows = quotas(np.array([cores]), np.array([others]), 1, costs, on)
    rows[0, [BEGAN, TICKED]] = 0.0, 1.0
    return rows


def done(at: float, free: float, needs: float, rows: Floats, shared: Floats = ALONE) -> float:
    """When all of a request is, of which nothing follows its answer."""
    answered, over = throttled(at, free, needs, 0, rows, shared, 1, 0)
    assert over == pytest.approx(answered)
    return over


class ByHand:
    """What the kernel does, in steps of a hundredth of a ms: at refills, at ticks, and when the process falls asleep. tied: two
    things came at the same moment, and either could have been the first."""

    def __init__(self, cores: float) -> None:
        self.period = 10 if cores >= 0.1 else 100
        self.quota = self.pool = cores * self.period
        self.here, self.now, self.runs, self.tied = PAID_MS, 0, False, False

    def request(self, at: int, needs: int) -> float:
        if at > self.now:
            self._sleeps()
        while self.now < at:
            self._passes()
        while needs > 0:
            self.runs |= self.here > NOTHING_MS
            needs -= self.runs
            self.here -= self.runs / STEPS
            self._passes()
        self.tied |= self.now % (self.period * STEPS) == 0 or (self.now - STEPS) % round(TICK_MS * STEPS) == 0
        return self.now / STEPS

    def _sleeps(self) -> None:
        self._takes()
        back = max(0.0, self.here - KEPT_MS)
        self.here, self.pool, self.runs = self.here - back, self.pool + back, False

    def _takes(self) -> None:
        if self.here <= NOTHING_MS:
            some = min(SLICE_MS - self.here, self.pool)
            self.here, self.pool = self.here + some, self.pool - some

    def _passes(self) -> None:
        self.now += 1
        if self.now % (self.period * STEPS) == 0:
            self.pool = self.quota
            if self.here <= NOTHING_MS:
                some = min(PAID_MS - self.here, self.pool)
                self.here, self.pool = self.here + some, self.pool - some
        if (self.now - STEPS) % round(TICK_MS * STEPS) == 0 and self.runs:
            self.tied |= abs(self.here) < 1e-4
            self._takes()
            self.runs = self.here > NOTHING_MS


@given(st.lists(st.integers(10, 4000), min_size=1, max_size=8), st.integers(20, 600), st.sampled_from((0.1, 0.15, 0.5, 0.066)))
@settings(max_examples=60, deadline=None)
def test_it_ends_when_it_does_by_hand(gaps: list[int], needs: int, cores: float) -> None:
    hand, rows, free = ByHand(cores), one(cores), 0.0
    for at in np.cumsum(gaps).tolist():
        free, by_hand = done(at / STEPS, free, needs / STEPS, rows), hand.request(at, needs)
        assume(not hand.tied)
        assert free == pytest.approx(by_hand, abs=0.011)


@given(st.lists(st.floats(0.0, 30.0), min_size=1, max_size=30), st.floats(0.1, 5.0), st.floats(0.02, 0.9))
@settings(max_examples=100, deadline=None)
def test_it_never_gets_more_than_its_quota(gaps: list[float], needs: float, cores: float) -> None:
    rows, free, at = one(cores), 0.0, 0.0
    for n, gap in enumerate(gaps):
        at += gap
        before = free
        free = done(at, free, needs, rows)
        assert free >= max(at, before) + needs - 1e-9
        periods = np.floor(free / rows[0, PERIOD]) + 1
        assert (n + 1) * needs <= periods * rows[0, QUOTA] + TICK_MS + 1e-3
        assert rows[0, HELD] <= SLICE_MS + 1e-9 and rows[0, USED] == pytest.approx((n + 1) * needs)


def test_an_idle_process_takes_no_longer_than_its_work() -> None:
    assert done(105.0, 0.0, 1.0, one(0.2)) == pytest.approx(106.0)


def test_at_its_limit_it_does_what_its_quota_allows() -> None:
    rows, free = one(0.1), 0.0
    for _ in range(1000):
        free = done(0.0, free, 1.56, rows)
    assert free / 1000 == pytest.approx(10 * 1.56, rel=0.01)


HOST = np.zeros((2, 9))
HOST[0, [CORES, BUSY, TURNS]] = 2, 1, 1
"""Where nobody waits for a core, and one in four wakes on the other one."""
WAKES = {to: next(n for n in range(100) if moved(0.0, 1, n, HOST) == to) for to in (False, True)}


def woken(at: float, free: float, needs: float, rows: Floats, elsewhere: bool) -> float:
    """As `done`, of one that wakes its process on the other core, or on the same."""
    return throttled(at, free, needs, 0, rows, HOST, 1, WAKES[elsewhere])[1]


def test_what_a_core_keeps_is_there_for_whoever_comes_back() -> None:
    """Of 2 ms in each period 1 stays on each core, beside those of the next period."""
    rows, free = one(0.2, on=2), 0.0
    for at in (1.0, 11.0, 21.0):
        free = woken(at, free, 0.2, rows, elsewhere=True)
    assert woken(32.5, free, 2.9, rows, elsewhere=True) == pytest.approx(35.4)


def test_who_overdrew_on_a_core_is_held_there_and_not_elsewhere() -> None:
    rows = one(0.1, on=2)
    free = woken(3.0, 0.0, 0.2, rows, elsewhere=False)
    free = woken(14.5, free, 1.0, rows, elsewhere=True)
    free = woken(24.5, free, 2.5, rows, elsewhere=True)
    same, other = rows.copy(), rows.copy()
    assert woken(27.2, free, 0.3, same, elsewhere=False) == pytest.approx(30.3)
    assert woken(27.2, free, 0.3, other, elsewhere=True) == pytest.approx(27.5)


def test_each_break_is_a_look_at_what_is_left() -> None:
    """Of 1 ms, a request of 1.5 that begins right after a tick is done before the next; not where who runs is put aside all the
    time."""
    shared = HOST.copy()
    shared[0, BREAKS] = 1e6
    assert done(4.1, 0.0, 1.5, one(0.1, on=2)) == pytest.approx(5.6)
    assert done(4.1, 0.0, 1.5, one(0.1, on=2), shared) == pytest.approx(10.5, abs=1e-3)


def test_who_wakes_its_process_takes_more_and_so_does_who_is_held() -> None:
    rows = one(0.1, costs=Costs(woken_ms=0.4, torn_ms=0.1))
    first = done(0.0, -1.0, 0.5, rows)
    assert rows[0, USED] == pytest.approx(0.9)
    assert done(0.5, first, 0.5, rows) == pytest.approx(1.4) and rows[0, USED] == pytest.approx(1.4)
    done(2.0, 1.4, 0.5, rows)  # what was overdrawn holds it
    assert rows[0, USED] == pytest.approx(1.4 + 0.4 + 0.1 + 0.5)


def test_what_follows_an_answer_keeps_only_those_who_come_next() -> None:
    rows = one(1.0, costs=Costs(after_ms=0.5))
    assert throttled(5.0, 0.0, 1.0, 0, rows, ALONE, 1, 0) == pytest.approx((6.0, 6.5))


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
