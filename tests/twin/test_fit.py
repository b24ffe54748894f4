"""From measurements back to what was measured: of queues whose figures are known by formula, the fit finds them again."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.steer.queues import present, wait_ms
from suanwang.twin.fit import SERVERS_MOST, TOLD, fitted, load_at, rates_by_client


@settings(deadline=None)
@given(st.integers(1, 16), st.floats(0.1, 0.95), st.floats(1.0, 500.0))
def test_a_queue_is_found_again(servers: int, share: float, service_ms: float) -> None:
    """An M/M/c station whose every server keeps one core busy; its mean time in the system by Erlang's formula."""
    load = share * servers
    in_flight, rate = present(servers, load), load / service_ms
    mean_ms = service_ms + wait_ms(servers, load, service_ms)
    assert abs(in_flight - rate * mean_ms) < 1e-9 * in_flight
    found, takes_ms, comes = fitted(in_flight, TOLD * mean_ms, load, servers)
    assert found == servers
    assert abs(comes / rate - 1) < 1e-6 and abs(takes_ms / service_ms - 1) < 1e-6


@settings(deadline=None)
@given(st.integers(1, SERVERS_MOST), st.floats(0.01, 50.0))
def test_whatever_is_in_flight_there_is_a_load_for_it(servers: int, in_flight: float) -> None:
    load = load_at(in_flight, servers)
    assert 0 < load < servers and abs(present(servers, load) - in_flight) < 1e-3 * in_flight


def test_one_that_waits_for_others_works_on_more_requests_than_it_has_cores() -> None:
    """Eight are in flight and a tenth of its core is busy: they do not queue for the core."""
    assert fitted(8.0, 100.0, 0.1, 1.0)[0] > 8
    assert fitted(8.0, 100.0, 0.95, 1.0)[0] < 8


def test_nothing_in_flight_is_no_request() -> None:
    servers, service_ms, rate = fitted(0.0, 12.0, 0.0, 2.0)
    assert (servers, service_ms, rate) == (2, 12.0, 0.0)


@given(st.lists(st.floats(0.0, 10.0), min_size=2, max_size=2).filter(lambda rates: sum(rates) > 0.1))
def test_rates_are_told_by_who_goes_where(rates: list[float]) -> None:
    weights = np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 1.0]])
    share = weights / weights.sum(1, keepdims=True)
    found = rates_by_client(np.array(rates) @ share, weights)
    assert np.allclose(found, rates, atol=0.05 * sum(rates)) and abs(found.sum() - sum(rates)) < 1e-9 * sum(rates)


def test_clients_that_cannot_be_told_apart_count_alike() -> None:
    assert np.allclose(rates_by_client(np.array([2.0, 4.0]), np.array([[1.0, 2.0], [1.0, 2.0]])), [3.0, 3.0])
