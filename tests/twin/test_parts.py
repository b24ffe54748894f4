"""The parts of simulated time by themselves: chance, the heap, comparisons, the hall."""

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from suanwang.twin import heap
from suanwang.twin.chance import GAP, NEED, drawn, exponential, lots, normal, uniform
from suanwang.twin.compare import better, mean, student
from suanwang.twin.hall import NOWHERE, Hall, first_fit, simulate


def test_chance_is_splitmix64() -> None:
    """Its first word under seed 0 is published with the generator."""
    assert uniform(0, 0, 0) == (0xE220A8397B1DCDAF >> 11) / 2**53
    assert uniform(7, 2**40, NEED) == uniform(7, 2**40, NEED) != uniform(8, 2**40, NEED)


@pytest.mark.parametrize("stream", [GAP, NEED])
def test_draws_are_spread_as_they_should_be(stream: int) -> None:
    u = np.array([uniform(11, k, stream) for k in range(20_000)])
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 0.03
    assert stats.kstest([exponential(11, k, stream) for k in range(5_000)], "expon").pvalue > 1e-4
    assert stats.kstest([normal(11, k, stream) for k in range(5_000)], "norm").pvalue > 1e-4


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20).filter(lambda w: sum(w) > 1e-3))
@settings(deadline=None)
def test_lots_give_each_its_part(weights: list[float]) -> None:
    given_out, keep, other = np.array(weights), np.empty((1, len(weights))), np.empty((1, len(weights)), np.int64)
    lots(given_out, keep[0], other[0])
    part = keep[0].copy()
    np.add.at(part, other[0], 1 - keep[0])
    assert np.allclose(part / len(weights), given_out / given_out.sum(), atol=1e-9)
    u = (np.arange(2000) + 0.5) / 2000
    assert {drawn(float(x), 0, keep, other) for x in u} <= set(np.flatnonzero(given_out > 0))


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 1)), max_size=200))
@settings(deadline=None)
def test_the_heap_gives_the_first_first(steps: list[tuple[int, float]]) -> None:
    at, of, size, known = np.empty(300), np.empty(300, np.int64), 0, list[float]()
    for what, time in steps:
        if what == 0 and known:
            assert at[0] == heapq.heappop(known)
            size = heap.pop(at, of, size)
        elif what == 1 and known:
            assert at[0] == heapq.heapreplace(known, time)
            heap.replace(at, of, size, time, 1)
        else:
            size = heap.push(at, of, size, time, 1)
            heapq.heappush(known, time)
        assert size == len(known) and (not known or at[0] == known[0])


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 10, 29])
def test_student_is_as_scipy_has_it(freedom: int) -> None:
    for probability in (0.5, 0.9, 0.95, 0.99):
        assert student(probability, freedom) == pytest.approx(stats.t.ppf(0.5 + probability / 2, freedom), rel=1e-9)


def test_differences_seed_by_seed_see_what_means_do_not() -> None:
    chance = np.random.default_rng(1)
    common = 100 * chance.random(10)
    a, b = common + 0.1 * chance.random(10), common + 1 + 0.1 * chance.random(10)
    assert better(a, b).sure and better(a, b).value == pytest.approx(1, abs=0.1)
    assert mean(a).half > 10 and not mean([1.0]).sure


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_first_fit_is_first_fit(seed: int) -> None:
    chance = np.random.default_rng(seed)
    hosts, wanted = chance.integers(0, 9, (chance.integers(1, 20), 2)), chance.integers(0, 5, (30, 2))
    free, expected = hosts.copy(), list[int]()
    for want in wanted:
        fits = np.flatnonzero((free >= want).all(1))
        expected.append(int(fits[0]) if len(fits) else NOWHERE)
        if len(fits):
            free[fits[0]] -= want
    assert first_fit(hosts, wanted).tolist() == expected


def test_tasks_in_a_hall_run_in_turn_on_what_is_free() -> None:
    hall = Hall(
        hosts=np.array([[4], [2]]), machines=np.array([[4], [4], [2]]), machine_mips=np.full(3, 100.0),
        tasks=np.array([2, 2, 2, 1, 2, 4, 3]), task_length=np.full(7, 1000.0), submitted_s=np.zeros(7),
    )  # fmt: skip
    ran = simulate(hall)
    assert ran.host.tolist() == [0, NOWHERE, 1]
    assert ran.machine.tolist() == [0, 2, 0, 2, 0, NOWHERE, 0]
    expected = [10.0, 10.0, 10.0, 20.0, 20.0, np.nan, 30.0]
    assert np.allclose(ran.ended_s, expected, equal_nan=True)
