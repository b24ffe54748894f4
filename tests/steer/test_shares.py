"""Shares and prices: the best division is proved by its conditions, and a price is between a toll and a step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.steer.prices import cheapest, prices
from suanwang.steer.queues import present, steps, toll
from suanwang.steer.shares import shares

SERVICE_MS = 10.0
worlds = st.tuples(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 6), st.floats(0.1, 0.93))


def world(made: tuple[int, int, int, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(rates, rtt, servers, service) of some ingresses and sites under a load."""
    seed, ingresses, sites, load = made
    chance = np.random.default_rng(seed)
    servers = chance.integers(1, 9, sites)
    want = chance.random(ingresses) + 0.1
    rates = want / want.sum() * load * servers.sum() / SERVICE_MS
    return rates, chance.uniform(1, 40, (ingresses, sites)), servers, np.full(sites, SERVICE_MS)


def even(rtt: np.ndarray) -> np.ndarray:
    return np.full(rtt.shape, 1 / rtt.shape[1])


def lost_ms(part: np.ndarray, rates: np.ndarray, rtt: np.ndarray, servers: np.ndarray) -> float:
    """Mean time of a request, way included; infinite where a site is overfull."""
    load = rates @ part * SERVICE_MS
    if np.any(load >= servers):
        return np.inf
    there = sum(present(int(c), float(a)) for c, a in zip(servers, load, strict=True))
    return ((rates[:, None] * part * rtt).sum() + there) / rates.sum()


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_no_more_than_a_hundredth_is_lost_to_the_best(made: tuple[int, int, int, float]) -> None:
    """What is lost is convex in the flows, so it is no further from the least than what moving all to the cheapest sites would
    save at the present tolls (Frank and Wolfe 1956): at the best nobody could do better elsewhere."""
    rates, rtt, servers, service = world(made)
    part = shares(rates, rtt, servers, service, even(rtt))
    assert np.allclose(part.sum(1), 1) and part.min() >= 0
    load = rates @ part * SERVICE_MS
    cost = rtt + SERVICE_MS * np.array([toll(int(c), float(a)) for c, a in zip(servers, load, strict=True)])
    gap = (rates[:, None] * part * (cost - cost.min(1, keepdims=True))).sum() / rates.sum()
    assert gap < 0.01 * lost_ms(part, rates, rtt, servers)


@given(worlds, st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_no_other_division_loses_less(made: tuple[int, int, int, float], other: int) -> None:
    rates, rtt, servers, service = world(made)
    part = shares(rates, rtt, servers, service, even(rtt))
    best = lost_ms(part, rates, rtt, servers)
    chance = np.random.default_rng(other)
    some = chance.dirichlet(np.full(len(servers), 0.3), len(rates))
    for near in (1.0, 0.1, 0.01):
        assert best <= lost_ms((1 - near) * part + near * some, rates, rtt, servers) * (1 + 1e-4)


def test_a_site_that_takes_none_gets_none_and_too_much_is_spread() -> None:
    rtt = np.array([[1.0, 10.0, 20.0], [10.0, 1.0, np.inf]])
    servers, service = np.array([4, 0, 4]), np.full(3, SERVICE_MS)
    part = shares(np.array([0.1, 0.1]), rtt, servers, service, even(rtt))
    assert part[:, 1].max() == 0 and part[1, 0] == pytest.approx(1)
    part = shares(np.array([5.0, 5.0]), np.where(np.isinf(rtt), 30.0, rtt), servers, service, even(rtt))
    assert np.allclose(part.sum(1), 1) and np.isfinite(part).all() and part[:, 1].max() == 0


def test_a_price_is_the_toll_where_nothing_is_sent_and_the_step_where_all_is() -> None:
    rtt, servers, service = np.array([[0.0, 5.0], [7.0, 0.0]]), np.array([4, 4]), np.full(2, SERVICE_MS)
    rates, alone = np.array([0.3, 0.3]), np.eye(2)
    price = prices(rates, rtt, servers, service, alone, 40)
    step = np.empty(60)
    steps(4, 3.0, step)
    assert np.allclose(price[0, 0], SERVICE_MS * step[:41])
    assert price[0, 1, 0] == pytest.approx(5.0 + SERVICE_MS * toll(4, 3.0), rel=1e-4)
    assert price[0, 1, 5] > price[0, 1, 0] + 1.0
    assert np.all(np.diff(price, axis=2) >= -1e-9)


@given(worlds)
@settings(max_examples=30, deadline=None)
def test_prices_rise_with_what_is_under_way_and_the_cheapest_is_the_cheapest(made: tuple[int, int, int, float]) -> None:
    rates, rtt, servers, service = world(made)
    servers[0] = 0 if len(servers) > 1 and made[3] < 0.4 else servers[0]
    part = shares(rates, rtt, servers, service, even(rtt))
    price = prices(rates, rtt, servers, service, part, 30)
    assert np.all(np.diff(price[:, servers > 0], axis=2) > -1e-9)
    under_way = np.random.default_rng(made[0]).integers(0, 40, rtt.shape)
    for i, own in enumerate(under_way):
        costs = [price[i, s, min(k, 30)] for s, k in enumerate(own)]
        assert cheapest(price, under_way, i) == int(np.argmin(costs))
