"""Shares and prices: the division is near the best by its conditions, and a price is between a toll and a step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.steer import shares
from suanwang.steer.prices import STEPS, prices, shift_of
from suanwang.steer.queues import present, steps, toll
from suanwang.steer.shares import BUSY_MOST, FULL, SPREAD_MS, Rooms, busy_of, divided

SERVICE_MS = 10.0
worlds = st.tuples(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 6), st.floats(0.1, 0.85))


def world(made: tuple[int, int, int, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(rates, rtt, servers, service) of some ingresses and sites under a load."""
    seed, ingresses, sites, load = made
    chance = np.random.default_rng(seed)
    servers = chance.integers(1, 9, sites)
    want = chance.random(ingresses) + 0.1
    rates = want / want.sum() * load * servers.sum() / SERVICE_MS
    return rates, chance.uniform(1, 40, (ingresses, sites)), servers, np.full(sites, SERVICE_MS)


def lost_ms(part: np.ndarray, rates: np.ndarray, rtt: np.ndarray, servers: np.ndarray) -> float:
    """Mean time of a request, way included; infinite where a site is overfull."""
    load = rates @ part * SERVICE_MS
    if np.any(load >= servers):
        return np.inf
    there = sum(present(int(c), float(a)) for c, a in zip(servers, load, strict=True))
    return ((rates[:, None] * part * rtt).sum() + there) / rates.sum()


def rooms(servers: np.ndarray) -> Rooms:
    count = len(servers)
    return Rooms(servers / servers.sum(), np.full(count, SERVICE_MS), servers, np.zeros(1, int), np.zeros(count, int))


def part_of(
    rates: np.ndarray, rtt: np.ndarray, servers: np.ndarray, spread_ms: float = 1.0, start_ms: float = 0.0
) -> np.ndarray:
    """Shares by ingress and site."""
    want = rates[:, None] * SERVICE_MS / servers.sum()
    flow, _ = divided(want, rtt, rooms(servers), np.full(len(servers), start_ms), 100, spread_ms)
    return flow / flow.sum(1, keepdims=True)


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_little_is_lost_to_the_best(made: tuple[int, int, int, float]) -> None:
    """What is lost is convex in the flows, so it is no further from the least than what moving all to the cheapest sites would
    save at the present tolls (Frank and Wolfe 1956). Spreading costs about spread_ms; the toll is an approximation."""
    rates, rtt, servers, _ = world(made)
    part = part_of(rates, rtt, servers)
    load = rates @ part * SERVICE_MS
    cost = rtt + SERVICE_MS * np.array([toll(int(c), float(a)) for c, a in zip(servers, load, strict=True)])
    gap = (rates[:, None] * part * (cost - cost.min(1, keepdims=True))).sum() / rates.sum()
    assert gap < 2.0 + 0.1 * lost_ms(part, rates, rtt, servers)


@given(worlds, st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_no_other_division_loses_much_less(made: tuple[int, int, int, float], other: int) -> None:
    rates, rtt, servers, _ = world(made)
    part = part_of(rates, rtt, servers)
    least = lost_ms(part, rates, rtt, servers)
    chance = np.random.default_rng(other)
    some = chance.dirichlet(np.full(len(servers), 0.3), len(rates))
    for near in (1.0, 0.1, 0.01):
        assert least <= lost_ms((1 - near) * part + near * some, rates, rtt, servers) * 1.03 + 1.0


@given(worlds, st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_wherever_it_begins_the_division_is_the_same_and_who_knows_nearly_the_same_divides_nearly_so(
    made: tuple[int, int, int, float], other: int
) -> None:
    """Flows, and not only loads: each ingress follows its own row of what it found, and others count on it."""
    rates, rtt, servers, _ = world(made)
    here, there = (part_of(rates, rtt, servers, SPREAD_MS, start) for start in (0.0, 3000.0))
    assert np.abs(here - there).max() < 0.01
    nearly = rates * np.random.default_rng(other).uniform(0.99, 1.01, len(rates))
    assert np.abs(part_of(nearly, rtt, servers, SPREAD_MS) - here).max() < 0.1


def test_a_site_that_takes_none_gets_none_and_too_much_is_spread() -> None:
    rtt, servers = np.array([[1.0, 10.0, 20.0], [10.0, 1.0, 30.0]]), np.array([4, 4, 4])
    gone = rooms(servers)._replace(room=np.array([1 / 3, 0.0, 1 / 3]))
    for much in (0.1, 5.0):
        flow, _ = divided(np.full((2, 1), much), rtt, gone, np.zeros(3), 60)
        assert np.all(flow[:, 1] == 0) and flow.sum() == pytest.approx(min(2 * much, BUSY_MOST * FULL * 2 / 3))
        assert np.all(flow.sum(0) <= 1 / 3)


def test_services_are_divided_each_for_itself() -> None:
    rtt, servers, owner = (
        np.array([[1.0, 10.0, 5.0, 2.0], [9.0, 2.0, 1.0, 30.0]]),
        np.array([1, 2, 8, 1]),
        np.array([0, 0, 1, 1]),
    )
    room = np.array([1 / 3, 2 / 3, 8 / 9, 1 / 9])
    want = np.array([[0.3, 0.1], [0.2, 0.6]])
    both, _ = divided(want, rtt, Rooms(room, np.full(4, 30.0), servers, np.array([0, 2]), owner), np.zeros(4), 30)
    for s, at in enumerate((slice(0, 2), slice(2, 4))):
        alone = Rooms(room[at], np.full(2, 30.0), servers[at], np.zeros(1, int), np.zeros(2, int))
        assert both[:, at] == pytest.approx(divided(want[:, s : s + 1], rtt[:, at], alone, np.zeros(2), 30)[0], abs=1e-6)


@given(st.integers(1, 32), st.floats(0.01, 0.95))
def test_the_approximations_are_near_what_erlang_has(servers: int, busy: float) -> None:
    """Exactly so for one server."""
    c, r, load = np.array([servers]), np.array([busy]), busy * servers
    assert shares.present(c, r)[0] == pytest.approx(present(servers, load), rel=1e-9 if servers == 1 else 0.06)
    assert shares.toll(c, r)[0] == pytest.approx(toll(servers, load), rel=1e-9 if servers == 1 else 0.25)
    assert busy_of(c, shares.present(c, r))[0] == pytest.approx(busy, abs=0.01)


def test_a_price_is_the_toll_where_nothing_is_sent_and_the_step_where_all_is() -> None:
    servers, busy = np.array([4, 4]), np.full(2, 0.75 * BUSY_MOST)
    load = 4 * busy[0]
    price = prices(
        np.array([0.0, 5.0]), np.full(2, SERVICE_MS), servers, busy, np.array([1.0, 0.0]), np.array([present(4, load), 0.0]),
        np.zeros(2, int),
    )  # fmt: skip
    step = np.empty(60)
    steps(4, load, step)
    assert np.allclose(price[0], SERVICE_MS * step[:STEPS])
    assert price[1, 0] == pytest.approx(5.0 + SERVICE_MS * toll(4, load), rel=0.01)
    assert price[1, 5] > price[1, 0] + 1.0


@given(
    st.lists(st.tuples(st.integers(1, 64), st.floats(0.0, 1.2), st.floats(0.0, 1.0), st.floats(0.0, 300.0)), min_size=1),
    st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_prices_rise_with_what_is_under_way(contacts: list[tuple[int, float, float, float]], shift: int) -> None:
    servers, busy, part, usual = (np.array(column) for column in zip(*contacts, strict=True))
    each = np.ones(len(contacts))
    price = prices(0 * each, each, servers, busy, part, usual, np.full(len(contacts), shift))
    assert np.isfinite(price).all() and np.all(price > 0.99) and np.all(np.diff(price, axis=1) > -1e-9)


@given(st.floats(0.0, 1e6))
def test_a_list_is_long_enough_for_what_is_usual(usual: float) -> None:
    assert STEPS << shift_of(usual) >= 4 * usual + 8


def test_what_clients_keep_open_says_nothing_of_the_queue() -> None:
    """The more of what is under way is no request, the less one more of it costs."""
    servers, busy, one = np.array([1, 1]), np.full(2, 0.7), np.ones(2)
    price = prices(0 * one, one, servers, busy, 0.5 * one, np.array([2.0, 50.0]), np.full(2, 3))
    rise = price[:, 20] - price[:, 0]
    assert rise[1] < 0.5 * rise[0]
