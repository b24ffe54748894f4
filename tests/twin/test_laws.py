"""The law that steers in simulated time is the one that steers the network, and not a copy of it."""

from functools import partial

import numpy as np
import pytest

from suanwang.steer import choose
from suanwang.twin.fleet import Change
from suanwang.twin.laws import ByRates, Selectors
from suanwang.twin.run import stepped
from tests.twin.stage import two


def test_the_law_of_the_network_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """All to contact 2 says the law, told in its own words; so all goes there."""
    asked = list[choose.Seen]()

    def law(memory: choose.Memory, seen: choose.Seen, now: float) -> tuple[choose.Memory, dict[str, dict[str, int]]]:
        asked.append(seen)
        return memory, {"s": {c.id: 256 if i == 2 else 0 for i, c in enumerate(seen.services[0].contacts)}}

    monkeypatch.setattr(choose, "step", law)
    fleet = two(0.3)
    seen = stepped(fleet, Selectors(fleet, 200.0), 1, 1000, 40.0, 800.0, 200.0)
    assert len(asked) == 2 * 20 and np.all(seen.site == 2)
    assert asked[-1].latency_ms[3, 0] == 3.0 and not asked[0].loads and len(asked[-1].loads) == 3


@pytest.mark.parametrize("law", [Selectors, ByRates, partial(ByRates, priced=True)])
def test_who_dies_gets_nothing_once_it_is_known(law) -> None:  # type: ignore[no-untyped-def]
    fleet = two(0.4, changes=(Change(at_ms=1000.0, turn="site dies", site=1),))
    seen = stepped(fleet, law(fleet, 300.0), 1, 2000, 40.0, 3000.0, 300.0)
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


def test_prices_beat_shares_and_shares_beat_guessing() -> None:
    fleet = two(0.75)
    from_rates, priced = (
        np.nanmean(stepped(fleet, law(fleet, 1000.0), 3, 40_000, 200.0, 50_000.0, 1000.0).latency_ms)
        for law in (ByRates, partial(ByRates, priced=True))
    )
    assert priced < 0.97 * from_rates
