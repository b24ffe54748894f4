"""The formulas of a queue against published values, sums written out, and each other."""

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.steer.queues import erlang_b, erlang_c, likely, present, steps, toll, wait_ms

queues = st.tuples(st.integers(1, 60), st.floats(0.02, 0.98)).map(lambda q: (q[0], q[0] * q[1]))


def written_out(servers: int, load: float) -> float:
    """Erlang's sum as it stands in the books, in fractions."""
    a = Fraction(load)
    terms = [a**k / factorial(k) for k in range(servers)]
    last = a**servers / factorial(servers) * servers / (servers - a)
    return float(last / (sum(terms) + last))


@pytest.mark.parametrize(("servers", "load", "known"), [(1, 0.7, 0.7), (2, 1.0, 1 / 3), (14, 10.0, 0.1741), (20, 18.0, 0.5508)])
def test_known_values(servers: int, load: float, known: float) -> None:
    assert erlang_c(servers, load) == pytest.approx(known, abs=1e-4)


@given(queues)
@settings(max_examples=60, deadline=None)
def test_as_the_sum_written_out(queue: tuple[int, float]) -> None:
    assert erlang_c(*queue) == pytest.approx(written_out(*queue), rel=1e-9)


def test_one_server_waits_as_mm1() -> None:
    assert wait_ms(1, 0.75, 10.0) == pytest.approx(30.0)
    assert erlang_b(1, 0.75) == pytest.approx(0.75 / 1.75)
    assert wait_ms(4, 4.0, 10.0) == np.inf


@given(queues)
@settings(max_examples=60, deadline=None)
def test_the_toll_is_what_the_number_present_rises_by(queue: tuple[int, float]) -> None:
    servers, load = queue
    h = 1e-5 * load
    slope = (present(servers, load + h) - present(servers, load - h)) / (2 * h)
    assert toll(servers, load) == pytest.approx(slope, rel=1e-5)


@given(queues)
@settings(max_examples=60, deadline=None)
def test_steps_balance_and_their_mean_is_the_toll(queue: tuple[int, float]) -> None:
    servers, load = queue
    step, chance = np.empty(6000), np.empty(6000)
    steps(servers, load, step)
    likely(servers, load, chance)
    n = np.arange(1, 200)
    balance = present(servers, load) - n + np.minimum(n, servers) * step[n - 1] - load * step[n]
    assert np.abs(balance / step[n]).max() < 1e-6
    assert (chance * step).sum() == pytest.approx(toll(servers, load), rel=1e-4)
    assert (chance * np.arange(6000)).sum() == pytest.approx(present(servers, load), rel=1e-4)
    assert np.all(np.diff(step[: 3 * servers]) > -1e-9)
