"""Price lists, from where all that comes is seen to where nothing is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.steer import queues
from suanwang.steer.prices import LEVELS, prices
from suanwang.steer.shares import BUSY_MOST

WAY_MS, UNIT_MS = 10.0, 20.0


def listed(servers: int, level: int, part: float, usual: float | None = None, shift: int = 0) -> np.ndarray:
    """level: how busy, in steps of the curves. usual: as it follows from the part, if not said."""
    busy = level / LEVELS * BUSY_MOST
    own = part * queues.present(servers, busy * servers) if usual is None else usual
    found = prices(*(np.array([x]) for x in (WAY_MS, UNIT_MS, servers, busy, part, own, shift)))
    return (found[0] - WAY_MS) / UNIT_MS


@pytest.mark.parametrize("servers", [1, 4])
@pytest.mark.parametrize("level", [24, 40])
def test_who_sends_all_pays_what_one_more_costs_with_so_many_there(servers: int, level: int) -> None:
    exact = np.empty(64)
    queues.steps(servers, level / LEVELS * BUSY_MOST * servers, exact)
    assert listed(servers, level, 1.0) == pytest.approx(exact[:32], rel=1e-6)


@pytest.mark.parametrize("servers", [1, 4])
def test_who_sends_nothing_pays_the_toll(servers: int) -> None:
    """As nearly as the mean over numbers of which none is below zero is that over all."""
    load = 24 / LEVELS * BUSY_MOST * servers
    assert listed(servers, 24, 0.0)[0] == pytest.approx(queues.toll(servers, load), rel=0.05)


@given(st.integers(1, 16), st.integers(0, LEVELS), st.floats(0.0, 1.0), st.floats(0.0, 100.0), st.integers(0, 4))
@settings(max_examples=200, deadline=None)
def test_the_more_is_under_way_the_dearer_and_always_a_number(
    servers: int, level: int, part: float, beside: float, shift: int
) -> None:
    usual = part * (queues.present(servers, level / LEVELS * BUSY_MOST * servers) + beside)
    found = listed(servers, level, part, usual, shift)
    assert np.isfinite(found).all() and (found > 0.99).all() and (np.diff(found) >= -1e-9).all()
