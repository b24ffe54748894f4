"""Tasks to sites: always the cheapest assignment there is, a proof with it, and where there is none, why."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from suanwang.place.batch.assign import Assigned, Crowded, assign

KINDS = ("uniform", "ties", "alike", "wide", "far")


def a_problem(seed: int, tasks: int, sites: int, kind: str, barred: float) -> tuple[np.ndarray, np.ndarray]:
    """(cost, slots) of some shape: all different, many equal, all tasks alike, negative too, or mostly distance."""
    chance = np.random.default_rng(seed)
    cost = {
        "uniform": lambda: chance.random((tasks, sites)),
        "ties": lambda: chance.integers(0, 4, (tasks, sites)).astype(float),
        "alike": lambda: np.repeat(chance.random((1, sites)), tasks, 0),
        "wide": lambda: chance.normal(size=(tasks, sites)) * 1e6,
        "far": lambda: np.abs(chance.random((tasks, 1)) - chance.random((1, sites))) + 1e-9 * chance.random((tasks, sites)),
    }[kind]()
    return np.where(chance.random((tasks, sites)) < barred, np.inf, cost), chance.integers(0, 5, sites)


def exactly(cost: np.ndarray, slots: np.ndarray) -> float | None:
    """The least cost by the Hungarian method on a column for each slot; None if there is no assignment."""
    column = np.repeat(np.arange(len(slots)), slots)
    try:
        rows, at = linear_sum_assignment(cost[:, column])
    except ValueError:
        return None
    return float(cost[rows, column[at]].sum()) if len(rows) == len(cost) else None


def proven(cost: np.ndarray, slots: np.ndarray, price: np.ndarray) -> float:
    """What no assignment can be cheaper than, by the prices of slots alone."""
    least = (cost[:, slots > 0] + price[slots > 0]).min(axis=1).sum() if len(cost) else 0.0
    return float(least - (slots * price).sum())


def check(cost: np.ndarray, slots: np.ndarray) -> None:
    found, best = assign(cost, slots), exactly(cost, slots)
    if best is None:
        assert isinstance(found, Crowded)
        elsewhere = np.setdiff1d(np.flatnonzero(slots > 0), found.sites)
        assert np.isinf(cost[np.ix_(found.tasks, elsewhere)]).all() and len(found.tasks) > slots[found.sites].sum()
        return
    assert isinstance(found, Assigned)
    assert (np.bincount(found.site, minlength=len(slots)) <= slots).all()
    near = 1e-9 * max(1.0, np.abs(cost[np.isfinite(cost)]).max(initial=0.0))
    assert abs(found.cost - best) <= near and abs(cost[np.arange(len(cost)), found.site].sum() - best) <= near
    assert 0 <= found.gap <= near and (found.price >= 0).all()
    assert found.cost - proven(cost, slots, found.price) <= near


@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(1, 15), st.sampled_from(KINDS), st.sampled_from([0.0, 0.3, 0.7]))
@settings(max_examples=300, deadline=None)
def test_no_assignment_is_cheaper_and_none_is_missed(seed: int, tasks: int, sites: int, kind: str, barred: float) -> None:
    check(*a_problem(seed, tasks, sites, kind, barred))


@given(st.integers(0, 2**32), st.sampled_from(KINDS))
@settings(max_examples=10, deadline=None)
def test_with_no_slot_to_spare(seed: int, kind: str) -> None:
    cost, slots = a_problem(seed, 200, 80, kind, 0.0)
    check(cost[: slots.sum()], slots)


def test_many_tasks_that_are_all_alike_end_too() -> None:
    """A war of prices: hundreds of tasks that all want the same sites."""
    cost = np.tile(np.arange(50.0) ** 2, (400, 1))
    check(cost, np.full(50, 8))


def test_who_may_go_nowhere_is_named() -> None:
    cost = np.array([[1.0, 2.0, np.inf], [1.0, np.inf, np.inf], [3.0, np.inf, np.inf], [5.0, 1.0, 2.0]])
    found = assign(cost, np.array([1, 2, 3]))
    assert isinstance(found, Crowded) and sorted(found.tasks) == [1, 2] and list(found.sites) == [0]


def test_the_same_is_chosen_every_time() -> None:
    cost, slots = a_problem(7, 60, 40, "uniform", 0.2)
    first, second = assign(cost, slots), assign(cost.copy(), slots.copy())
    assert isinstance(first, Assigned) and isinstance(second, Assigned)
    assert (first.site == second.site).all() and (first.price == second.price).all()
