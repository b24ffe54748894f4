"""The law that steers in simulated time is the one that steers the network, and not a copy of it."""

import numpy as np
import pytest

from suanwang.steer import choose
from suanwang.steer.prices import STEPS
from suanwang.twin.fleet import Change
from suanwang.twin.laws import Selectors, best, unfolded
from suanwang.twin.run import rule, stepped
from tests.twin.stage import two


def test_the_law_of_the_network_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """All to contact 2 says the law, told in its own words; so all goes there."""
    asked = list[choose.Seen]()

    def law(memory: choose.Memory, seen: choose.Seen, now: float) -> tuple[choose.Memory, dict[str, dict[str, int]]]:
        asked.append(seen)
        return memory, {"s": {c.id: 256 if i == 2 else 0 for i, c in enumerate(seen.services[0].contacts)}}

    monkeypatch.setattr(choose, "step", law)
    fleet = two(0.3)
    seen = stepped(fleet, Selectors(fleet, 200.0, each=False), 1, 1000, 40.0, 800.0, 200.0)
    assert len(asked) == 2 * 20 and np.all(seen.site == 2)
    assert asked[-1].latency_ms[3, 0] == 3.0 and not asked[0].loads and len(asked[-1].loads) == 3


@pytest.mark.parametrize("each", [True, False])
def test_who_dies_gets_nothing_once_it_is_known(each: bool) -> None:
    fleet = two(0.4, changes=(Change(at_ms=1000.0, turn="site dies", site=1),))
    seen = stepped(fleet, Selectors(fleet, 300.0, each=each), 1, 2000, 40.0, 3000.0, 300.0)
    late = seen.at_ms > 1000 + 300 + 250 + 50
    assert np.any(seen.site[seen.at_ms < 1000] == 1) and not np.any(seen.site[late] == 1)
    assert np.isfinite(seen.latency_ms[late & (seen.at_ms < 2900)]).all()


def test_what_is_told_is_as_old_as_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks for 400 ms; the first word of requests in flight comes 500 ms after there are some."""
    heard, real = list[float](), choose.step

    def watched(memory: choose.Memory, seen: choose.Seen, now: float) -> tuple[choose.Memory, dict[str, dict[str, int]]]:
        if any(load.in_flight for load, _ in seen.loads.values()):
            heard.append(1000 * now)
        return real(memory, seen, now)

    monkeypatch.setattr(choose, "step", watched)
    fleet = two(0.8, changes=(Change(at_ms=0.0, turn="rate", times=0.0), Change(at_ms=400.0, turn="rate", times=1.0)))
    stepped(fleet, Selectors(fleet, 500.0), 1, 1000, 40.0, 1300.0, 500.0)
    assert 900.0 < heard[0] < 1100.0


def test_rates_of_others_are_as_old_as_they_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 400 ms on somebody comes: each ingress counts its own then, and hears of the other's 500 ms later."""
    own, others, real = list[float](), list[float](), choose.step

    def watched(memory: choose.Memory, seen: choose.Seen, now: float) -> tuple[choose.Memory, dict[str, dict[str, int]]]:
        own.extend([1000 * now] if seen.flows_per_s["s"] else [])
        others.extend([1000 * now] if seen.doors[0].flows_per_s["s"] else [])
        return real(memory, seen, now)

    monkeypatch.setattr(choose, "step", watched)
    fleet = two(0.8, changes=(Change(at_ms=0.0, turn="rate", times=0.0), Change(at_ms=400.0, turn="rate", times=1.0)))
    stepped(fleet, Selectors(fleet, 500.0), 1, 1000, 40.0, 1300.0, 500.0)
    assert 400.0 < own[0] < 600.0 and own[0] + 500.0 <= others[0] < own[0] + 600.0


def test_the_price_lists_of_the_network_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Site 0 is the cheapest for as long as one more would be the first there, else site 2."""

    def law(memory: choose.Memory, seen: choose.Seen, now: float) -> dict[str, choose.Listed]:
        rows = np.full((3, STEPS), np.inf)
        rows[0, 0], rows[2] = 1.0, 2.0
        return {"s": choose.Listed(tuple(c.id for c in seen.services[0].contacts), rows, 0)}

    monkeypatch.setattr(choose, "priced", law)
    fleet = two(0.3)
    seen = stepped(fleet, Selectors(fleet, 200.0), 1, 1000, 40.0, 800.0, 200.0)
    assert set(seen.site.tolist()) == {0, 2}
    for client in (0, 1):
        ours = (seen.client == client) & (seen.site == 0)
        at, end = seen.at_ms[ours], (seen.at_ms + seen.latency_ms)[ours]
        assert np.all(at[1:] >= end[:-1] - 1e-9)


def test_lists_are_unfolded_to_the_longest() -> None:
    one, two_ = choose.Listed(("a",), np.arange(STEPS)[None] * 1.0, 0), choose.Listed(("a",), np.arange(STEPS)[None] * 1.0, 1)
    found = unfolded([one, two_])
    assert found.shape == (2, 1, 2 * STEPS)
    assert found[0, 0, 40] == STEPS - 1 and found[1, 0, 40] == 20.0


def test_the_law_is_near_the_best_division_though_what_it_hears_is_old_and_beats_it_where_it_chooses_for_each() -> None:
    """The best division knows rates, servers and their times; the law has to learn them."""
    fleet = two(0.8)
    known = rule("shares", fleet, weights=best(fleet.rates, fleet.rtt_ms, fleet.servers, fleet.service_ms))
    by_weight, by_best, by_each = (
        np.nanmean(seen.latency_ms[seen.at_ms > 5_000.0])
        for law in (Selectors(fleet, 1000.0, each=False), lambda *_: known, Selectors(fleet, 1000.0))
        if (seen := stepped(fleet, law, 3, 40_000, 100.0, 40_000.0, 1000.0))
    )
    assert by_each < 0.95 * by_best and by_weight < 1.25 * by_best
