"""Over TCP: a connection comes first, and what is lost on its way is sent again."""

import numpy as np
import pytest

from suanwang.twin.fleet import Change, Fleet
from suanwang.twin.run import ANSWER_AGAIN_MS, Run, rule, run


def tcp(*changes: Change) -> Fleet:
    """One client, two sites alike, 8 ms there and back, 1 ms a request."""
    return Fleet(
        servers=np.full(2, 4), service_ms=np.ones(2), rtt_ms=np.full((1, 2), 8.0), rates=np.array([0.1]), law="fixed",
        turns=2.0, again_ms=1000.0, changes=changes,
    )  # fmt: skip


def test_a_connection_costs_a_round_trip_more() -> None:
    times = np.array([1.0, 50.0])
    seen = run(tcp(), rule("shares", tcp()), 1, 10, trace=(times, np.zeros(2, np.int64)))
    assert seen.latency_ms == pytest.approx([17.0, 17.0])
    assert seen.load(0.0, 100.0).sum() == pytest.approx(2 * 1.0 / 100)


def test_what_reaches_a_dead_site_is_sent_again_and_goes_elsewhere_by_then() -> None:
    fleet = tcp(Change(at_ms=10.0, turn="site dies", site=0))
    one = Run(fleet, 1, 10, trace=(np.array([20.0]), np.zeros(1, np.int64)))
    one.until(500.0, rule("shares", fleet, weights=np.array([[1.0, 0.0]])))
    assert one.seen().under_way == 1 and len(one.there()) == 0
    one.until(np.inf, rule("shares", fleet, weights=np.array([[0.0, 1.0]])))
    assert one.seen().latency_ms == pytest.approx([1017.0]) and one.seen().site.tolist() == [1]


def test_each_time_it_waits_twice_as_long_and_gives_up_in_the_end() -> None:
    fleet = tcp(Change(at_ms=10.0, turn="site dies"), Change(at_ms=4000.0, turn="site lives"))
    seen = run(fleet, rule("shares", fleet), 1, 10, trace=(np.array([20.0]), np.zeros(1, np.int64)))
    assert seen.latency_ms == pytest.approx([7017.0])  # sent at 0, 1, 3 and 7 s
    never = tcp(Change(at_ms=10.0, turn="site dies"))
    seen = run(never, rule("shares", never), 1, 10, trace=(np.array([20.0]), np.zeros(1, np.int64)))
    assert seen.lost == 1 and np.isnan(seen.latency_ms[0])


def test_a_cut_link_takes_connections_and_answers() -> None:
    """The first is through before; the second's answer goes lost, the third's connection is answered too late, the fourth asks
    while it is cut."""
    fleet = tcp(Change(at_ms=100.0, turn="link cut"), Change(at_ms=130.0, turn="link mends"))
    times = np.array([80.0, 87.0, 95.0, 105.0])
    seen = run(fleet, rule("shares", fleet), 1, 10, trace=(times, np.zeros(4, np.int64)))
    assert seen.latency_ms == pytest.approx([17.0, 17.0 + ANSWER_AGAIN_MS + 8.0, 1017.0, 1017.0])


def test_ways_can_get_longer() -> None:
    fleet = tcp(Change(at_ms=100.0, turn="longer", site=0, times=3.0), Change(at_ms=200.0, turn="longer", times=1.0))
    times, pick = np.array([10.0, 150.0, 250.0]), rule("shares", fleet, weights=np.array([[1.0, 0.0]]))
    seen = run(fleet, pick, 1, 10, trace=(times, np.zeros(3, np.int64)))
    assert seen.latency_ms == pytest.approx([17.0, 49.0, 17.0])
