"""Assignment when links hold only so much: what is found fits, nothing is cheaper, and its bound is one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from suanwang.place.batch.assign import Crowded
from suanwang.place.batch.limited import Limited, Tight, limited
from suanwang.steer.ways import Ways, disjoint

Case = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, Ways, np.ndarray]


def a_case(seed: int, tasks: int, sites: int, room: float) -> Case:
    """(cost, slots, origin, rate, ways, capacity): a ring of routers with some chords. room: how much links hold."""
    chance, routers = np.random.default_rng(seed), 8
    chords = [(a, b) for a, b in chance.integers(0, routers, (4, 2)).tolist() if a != b]
    ends = np.array([*((n, (n + 1) % routers) for n in range(routers)), *chords])
    tail, head = np.r_[ends[:, 0], ends[:, 1]], np.r_[ends[:, 1], ends[:, 0]]
    place = chance.integers(0, routers, sites)
    pairs = np.array([(o, s) for o in range(routers) for s in place])
    ways = disjoint(tail, head, np.ones(len(tail)), pairs, 1)
    cost = chance.random((tasks, sites)) + 0.2
    cost[chance.random((tasks, sites)) < 0.1] = np.inf
    slots = chance.integers(0, 2 * tasks // sites + 2, sites)
    capacity = room * chance.uniform(0.5, 1.5, len(tail)) * tasks * 3 / len(tail)
    return cost, slots, chance.integers(0, routers, tasks), chance.uniform(0.2, 1.8, tasks), ways, capacity


def use(case: Case) -> np.ndarray:
    """What each task takes of each link at each site, shape (tasks, sites, links)."""
    cost, slots, origin, rate, ways, capacity = case
    taken = np.zeros((*cost.shape, len(capacity)))
    for i, k in np.ndindex(*cost.shape):
        p = ways.first[origin[i] * len(slots) + k]
        taken[i, k, ways.link[ways.start[p] : ways.start[p + 1]]] = rate[i]
    return taken


def exactly(case: Case) -> float | None:
    """The least cost, by integer programming; None if nothing fits."""
    cost, slots, _, _, _, capacity = case
    tasks, sites = cost.shape
    rows = [
        np.kron(np.eye(tasks), np.ones(sites)),
        np.kron(np.ones(tasks), np.eye(sites)),
        use(case).reshape(tasks * sites, -1).T,
    ]
    limits = LinearConstraint(np.vstack(rows), np.r_[np.ones(tasks), np.full(sites + len(capacity), -np.inf)],
                              np.r_[np.ones(tasks), slots, capacity])  # fmt: skip
    may = np.isfinite(cost).ravel()
    bounds = Bounds(0, may)  # pyright: ignore[reportArgumentType]
    solved = milp(np.where(may, cost.ravel(), 0), constraints=limits, integrality=np.ones(tasks * sites), bounds=bounds)
    return float(solved.fun) if solved.success else None


@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 4), st.sampled_from([0.2, 0.5, 1.0, 2.0, 10.0]))
@settings(max_examples=60, deadline=None)
def test_what_is_found_fits_and_nothing_is_cheaper(seed: int, tasks: int, sites: int, room: float) -> None:
    case = a_case(seed, tasks, sites, room)
    found, best = limited(*case), exactly(case)
    if isinstance(found, Limited):
        assert best is not None and found.cost == pytest.approx(best, abs=1e-6)
        assert found.cost - 1e-5 <= found.bound <= found.cost + 1e-6
        check_fits(case, found)
    else:
        assert best is None
    if isinstance(found, Tight):
        assert len(found.links)


def check_fits(case: Case, found: Limited) -> None:
    cost, slots, _, _, _, capacity = case
    rows = np.arange(len(cost))
    assert (np.bincount(found.site, minlength=len(slots)) <= slots).all()
    assert (use(case)[rows, found.site].sum(axis=0) <= capacity * (1 + 1e-8)).all()
    assert found.cost == pytest.approx(cost[rows, found.site].sum())


def binding() -> Case:
    cost, slots, origin, rate, ways, capacity = a_case(1, 60, 8, 1.2)
    return cost, slots + 10, origin, rate, ways, capacity


def test_the_least_where_links_bind() -> None:
    case = binding()
    found, free, best = limited(*case), limited(*case[:5], np.full(len(case[5]), 1e9)), exactly(case)
    assert isinstance(found, Limited) and isinstance(free, Limited)
    assert found.cost > free.cost * 1.01  # the limits matter here
    assert found.cost == pytest.approx(best, rel=1e-8) and found.toll.any() and not free.toll.any()
    check_fits(case, found)


def test_what_will_do_is_within_what_was_asked() -> None:
    case = binding()
    found, best = limited(*case, above=0.01), exactly(case)
    assert isinstance(found, Limited) and best is not None
    assert found.bound <= best + 1e-6 and best - 1e-6 <= found.cost <= found.bound * 1.01 + 1e-6
    check_fits(case, found)


def test_with_no_branches_the_bound_still_holds() -> None:
    case = binding()
    found, best = limited(*case, branches=0), exactly(case)
    assert best is not None and not isinstance(found, Crowded) and found.bound <= best + 1e-6
    if isinstance(found, Limited):
        check_fits(case, found)


def test_a_full_link_may_be_exactly_full() -> None:
    """One link, whole rates that fill it to the last: what rounding would forbid is allowed."""
    ways = disjoint(np.array([0, 1]), np.array([1, 0]), np.ones(2), np.array([(0, 0), (0, 1)]), 1)
    cost = np.tile([5.0, 1.0], (7, 1)) + np.arange(7.0)[:, None] * [0.0, 0.1]
    found = limited(cost, np.array([7, 7]), np.zeros(7, np.int64), np.full(7, 1.1), ways, np.array([3.3, 0.0]))
    assert isinstance(found, Limited) and list(found.site) == [1, 1, 1, 0, 0, 0, 0]


def test_links_that_cannot_hold_it_are_named() -> None:
    case = a_case(2, 40, 4, 0.05)
    found = limited(*case)
    assert isinstance(found, Tight) and len(found.links)
