"""Traffic on paths: never more than a link holds or a demand wants, near the most there is, and the bound is one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from suanwang.steer.traffic import Carried, carry
from suanwang.steer.ways import Ways


def a_net(seed: int, links: int, demands: int, paths: int, scale: float) -> tuple[Ways, np.ndarray, np.ndarray]:
    """(ways, demand, capacity): each demand with up to so many paths of up to six links, some links and demands of nought."""
    chance = np.random.default_rng(seed)
    first, start, link = [0], [0], list[int]()
    for _ in range(demands):
        for _ in range(chance.integers(0, paths + 1)):
            link += chance.choice(links, chance.integers(0, min(links, 6) + 1), replace=False).tolist()
            start.append(len(link))
        first.append(len(start) - 1)
    demand = scale * chance.exponential(size=demands) * (chance.random(demands) < 0.9)
    capacity = chance.exponential(size=links) * demands / links * (chance.random(links) < 0.9)
    return Ways(np.array(first), np.array(start), np.array(link, np.int32)), demand, capacity


def incidence(ways: Ways, links: int) -> tuple[csr_array, csr_array]:
    """(links x paths, demands x paths)."""
    paths = len(ways.start) - 1
    of = np.repeat(np.arange(len(ways.first) - 1), np.diff(ways.first))
    at = np.repeat(np.arange(paths), np.diff(ways.start))
    return (
        csr_array((np.ones(len(at)), (ways.link, at)), shape=(links, paths)),
        csr_array((np.ones(paths), (of, np.arange(paths))), shape=(len(ways.first) - 1, paths)),
    )


def most(ways: Ways, demand: np.ndarray, capacity: np.ndarray) -> float:
    """The exact answer, by linear programming."""
    over, of = incidence(ways, len(capacity))
    paths = over.shape[1]
    if not paths:
        return 0.0
    solved = linprog(-np.ones(paths), A_ub=vstack([over, of]), b_ub=np.r_[capacity, demand], method="highs-ds")
    return float(-solved.fun)


def check(ways: Ways, demand: np.ndarray, capacity: np.ndarray, found: Carried) -> None:
    over, of = incidence(ways, len(capacity))
    assert (found.flow >= 0).all() and (over @ found.flow <= capacity + 1e-15).all()
    assert (of @ found.flow <= demand * (1 + 1e-12)).all()
    assert found.total == pytest.approx(found.flow.sum())


@given(st.integers(0, 2**32), st.integers(1, 25), st.integers(1, 60), st.integers(0, 4), st.sampled_from([0.1, 1.0, 5.0]))
@settings(max_examples=80, deadline=None)
def test_whatever_is_asked_it_fits_and_the_bound_holds(seed: int, links: int, demands: int, paths: int, scale: float) -> None:
    ways, demand, capacity = a_net(seed, links, demands, paths, scale)
    found = carry(ways, demand, capacity)
    check(ways, demand, capacity, found)
    best = most(ways, demand, capacity)
    assert found.total <= best * (1 + 1e-9) + 1e-12 and best <= found.bound * (1 + 1e-9) + 1e-12
    assert found.total >= 0.9 * best


@pytest.mark.parametrize("scale", [0.2, 1.0, 4.0])
def test_on_a_larger_network_it_is_near_the_most(scale: float) -> None:
    ways, demand, capacity = a_net(3, 60, 1500, 4, scale)
    found = carry(ways, demand, capacity)
    check(ways, demand, capacity, found)
    assert found.total >= 0.99 * most(ways, demand, capacity)
    assert found.bound <= 1.01 * found.total


def test_prices_of_before_serve_again_and_chance_has_no_part() -> None:
    ways, demand, capacity = a_net(5, 60, 1500, 3, 1.0)
    cold = carry(ways, demand, capacity)
    assert (carry(ways, demand, capacity).flow == cold.flow).all()
    changed = demand * np.linspace(0.95, 1.05, len(demand))
    warm = carry(ways, changed, capacity, cold.price)
    check(ways, changed, capacity, warm)
    assert warm.total >= 0.99 * carry(ways, changed, capacity).total


def test_where_two_paths_are_needed_both_are_used() -> None:
    ways = Ways(np.array([0, 2, 3]), np.array([0, 1, 2, 3]), np.array([0, 1, 1], np.int32))
    found = carry(ways, np.array([10.0, 3.0]), np.array([6.0, 7.0]))
    assert found.total == pytest.approx(13.0, rel=0.01) and found.bound >= 13.0 - 1e-9


def test_nothing_asked_nothing_carried() -> None:
    ways = Ways(np.array([0, 1]), np.array([0, 1]), np.array([0], np.int32))
    assert carry(ways, np.zeros(1), np.ones(1)).total == 0
    nowhere = Ways(np.array([0, 0]), np.array([0]), np.zeros(0, np.int32))
    assert carry(nowhere, np.ones(1), np.ones(1)).total == 0
