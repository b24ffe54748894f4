"""A rate from counts: what is more than chance is believed at once, chance is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.steer.counting import Count


def counted(per_s: float, seconds: float, chance: np.random.Generator, start: Count | None = None) -> Count:
    made = start or Count()
    for _ in range(round(seconds * 4)):
        made = made.after(int(chance.poisson(per_s / 4)), 0.25)
    return made


@given(st.integers(0, 10_000), st.floats(5.0, 2_000.0))
@settings(max_examples=60, deadline=None)
def test_a_rate_is_known_as_well_as_chance_allows(seed: int, per_s: float) -> None:
    found = counted(per_s, 20.0, np.random.default_rng(seed)).per_s
    assert abs(found - per_s) < 5 * np.sqrt(per_s) + 3


@given(st.integers(0, 10_000), st.floats(100.0, 500.0), st.sampled_from([5.0, 10.0, 0.0]))
@settings(max_examples=60, deadline=None)
def test_a_crowd_is_known_within_half_a_second_and_so_is_its_end(seed: int, per_s: float, times: float) -> None:
    chance = np.random.default_rng(seed)
    made = counted(times * per_s, 0.5, chance, counted(per_s, 20.0, chance))
    assert abs(made.per_s - times * per_s) < 6 * np.sqrt(2 * times * per_s) + 0.1 * per_s


def test_before_anything_was_counted_it_is_none() -> None:
    assert Count().per_s == 0.0
    assert Count().after(0, 0.25).per_s == 0.0
    assert Count().after(10, 0.25).per_s == pytest.approx(40.0)
