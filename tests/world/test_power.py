"""Watts: idle at nothing, rated at all, rising between; PWR's steps never below the line; SCI is its formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.world.power import OPENB, SERVER_PEAK_W_PER_CORE, openb, server_watts, watts, watts_stepped
from suanwang.world.sci import SERVER_CORES, SERVER_EMBODIED_G, SERVER_LIFE_H, embodied_g, sci_g

SHARES = st.floats(0, 1)
GREENSKU = (0.2, 0.28, 0.36, 0.44, 0.53, 0.62, 0.7, 0.79, 0.88, 0.95)


def test_the_ends_are_the_data_sheet() -> None:
    t4 = openb("T4", 96, 2)
    assert watts(t4, 0.0) == watts_stepped(t4, 0.0) == 2 * 20 + 2 * 10
    assert watts(t4, 1.0, (1.0, 1.0)) == watts_stepped(t4, 1.0, (1.0, 1.0)) == 2 * 165 + 2 * 70
    assert watts(openb("", 104, 0), 0.5) == 2 * (20 + 0.5 * 185)


def test_pwr_counts_whole_cores_and_sockets() -> None:
    node = openb("P100", 64, 1)
    assert node.sockets == 2
    assert watts_stepped(node, 1 / 64) == 120 + 15 + 25
    assert watts_stepped(node, 0.5) == 120 + 15 + 25
    assert watts_stepped(node, 0.5 + 1 / 64, (0.1,)) == 240 + 250


@given(st.sampled_from(sorted(OPENB)), SHARES, SHARES, st.lists(SHARES, max_size=4))
def test_busier_never_draws_less_and_steps_lie_above_the_line(
    model: str, busy: float, more: float, shares: list[float]
) -> None:
    node = openb(model, 4 * openb(model, 1, 0).processor.cores, 4)  # two whole sockets
    used = shares if node.device else []
    more = min(1.0, busy + more)
    assert watts(node, busy, used) <= watts(node, more, used) + 1e-9
    assert watts_stepped(node, busy, used) <= watts_stepped(node, more, used) + 1e-9
    assert watts(node, busy, used) <= watts_stepped(node, busy, used) + 1e-6


def test_published_shares_of_peak_lie_on_a_line() -> None:
    load = np.arange(1, 11) / 10
    assert np.abs(np.interp(load, [0.1, 1.0], [0.2, 0.95]) - GREENSKU).max() < 0.015


def test_a_server_idles_at_its_share() -> None:
    assert server_watts(64, 1.0) == 64 * SERVER_PEAK_W_PER_CORE
    assert server_watts(64, 0.0) == pytest.approx(0.226 * 64 * SERVER_PEAK_W_PER_CORE)


def test_sci_is_energy_times_intensity_plus_embodied_per_unit() -> None:
    assert sci_g(operational_g=10 * 400.0, embodied=500.0, units=1000) == 4.5
    assert embodied_g(SERVER_CORES * SERVER_LIFE_H) == pytest.approx(sum(SERVER_EMBODIED_G.values()))
    assert 0.3 < embodied_g(1.0) < 0.7
    with pytest.raises(ValueError, match="0 units"):
        sci_g(1.0, 1.0, 0)
