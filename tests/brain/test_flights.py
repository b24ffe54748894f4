"""Loads of services: scaled ahead where a forecast was nearer over the last day than "as now", and not where it was not."""

import numpy as np

from suanwang.brain.flights import AHEAD_S, ENOUGH_H, Flights
from suanwang.brain.soon import said
from suanwang.model.serving import Scale
from suanwang.steer.scale import Memory, wanted

HOUR_S = 3600.0


def heard(row: np.ndarray) -> Flights:
    flights = Flights()
    for hour, in_flight in enumerate(row.tolist()):
        flights.hear("web", in_flight / 2, 1000 * HOUR_S + hour * HOUR_S)
        flights.hear("web", in_flight, 1000 * HOUR_S + hour * HOUR_S + 1800)
    return flights


def test_a_daily_rush_is_foreseen_and_scaled_for_before_it_comes() -> None:
    rush = np.where(np.arange(24 * 8) % 24 == 9, 40.0, 2.0)
    before = 24 * 7 + 9  # the rush begins
    flights, now = heard(rush[:before]), (1000 + before) * HOUR_S
    flights.said, flights.said_at = said(flights.series(now - 1.0)), int((now - 1.0) // HOUR_S)
    assert (flights.soon("web", now - AHEAD_S - 60.0) or 99.0) < 10.0
    soon = flights.soon("web", now - AHEAD_S + 60.0)
    assert soon is not None and soon > 30.0
    scale = Scale(least=1, most=10, in_flight=4)
    assert wanted(Memory(count=4, since=0.0, busy_at=0.0), scale, up=4, in_flight=2.0, asked=False, now=5.0, soon=soon)[1] == 8
    assert flights.soon("web", now + 2 * HOUR_S) is None, "what was said is of its hour"


def test_where_now_is_the_better_guess_nothing_is_foreseen() -> None:
    steps = np.repeat(np.random.default_rng(1).uniform(1, 50, 20), 24)
    assert said(heard(steps[:-3]).series((1000 + len(steps) - 3) * HOUR_S)) == {}


def test_nothing_is_said_before_there_are_two_days() -> None:
    assert heard(np.ones(ENOUGH_H - 2)).series((1000 + ENOUGH_H - 2) * HOUR_S) == {}
    assert list(heard(np.ones(ENOUGH_H)).series((1000 + ENOUGH_H) * HOUR_S)) == ["web"]
