"""PUE: at its anchors, never better for being warmer, each way of cooling in its order, and plausible over a real year."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.world.pue import COOLINGS, POWER_LOSS, Cooling, pue, wet_bulb_c

DATA = Path(os.environ.get("SUAN_DATA", Path(__file__).parents[2] / "../shared/data")) / "weather-hourly-2023"


def test_the_two_published_figures_are_met() -> None:
    assert float(pue("free", np.array(-3.9))) - POWER_LOSS == pytest.approx(1.05)
    assert float(pue("free", np.array(35.0))) - POWER_LOSS == pytest.approx(1.30)
    assert float(pue("chiller", np.array(35.0))) - POWER_LOSS == pytest.approx(1.30)


@given(st.sampled_from(COOLINGS), st.floats(-15, 45), st.floats(0, 15), st.floats(25, 95))
def test_warmer_is_never_better(cooling: Cooling, cold: float, more: float, humid: float) -> None:
    air = np.array([cold, cold + more])
    found = pue(cooling, air, np.full(2, humid))
    assert 1.0 < found[0] <= found[1] + 1e-9 and found[1] < 1.6


@given(st.floats(-10, 42), st.floats(10, 90), st.floats(0, 10))
def test_more_humid_is_never_better_where_water_evaporates(air: float, humid: float, more: float) -> None:
    found = pue("evaporative", np.full(2, air), np.array([humid, humid + more]))
    assert found[0] <= found[1] + 1e-9


@given(st.floats(-15, 45), st.floats(5, 99))
def test_free_cooling_never_costs_and_dry_air_cools(air: float, humid: float) -> None:
    chiller, free, wet, liquid = (float(pue(c, np.array(air), np.array(humid))) for c in COOLINGS)
    assert free <= chiller + 1e-9 and liquid <= free + 1e-9
    assert wet <= free + 0.0101  # wetting is all that it can lose


def test_the_wet_bulb_is_stulls() -> None:
    assert float(wet_bulb_c(np.array(20.0), np.array(50.0))) == pytest.approx(13.7, abs=0.05)
    assert float(wet_bulb_c(np.array(20.0), np.array(100.0))) == pytest.approx(20.0, abs=0.2)


@given(st.floats(-20, 50), st.floats(0, 100))
def test_the_wet_bulb_is_never_above_the_dry(air: float, humid: float) -> None:
    assert float(wet_bulb_c(np.array(air), np.array(humid))) <= air


def test_what_is_not_known_stays_unknown() -> None:
    found = pue("evaporative", np.array([20.0, np.nan]), np.array([np.nan, 50.0]))
    assert np.isnan(found).all()


@pytest.mark.skipif(not DATA.is_dir(), reason="data set weather-hourly-2023 is not here (SUAN_DATA)")
def test_a_real_year_is_plausible_and_in_order() -> None:
    for file in sorted(DATA.glob("*.json.gz")):
        hourly = json.loads(gzip.decompress(file.read_bytes()))["hourly"]
        air, humid = np.array(hourly["temperature_2m"], np.float64), np.array(hourly["relative_humidity_2m"], np.float64)
        chiller, free, wet, liquid = (float(np.nanmean(pue(c, air, humid))) for c in COOLINGS)
        assert 1.05 < liquid < free <= chiller < 1.40 and 1.05 < wet < chiller, file.name
