"""Devices of a node: what is held of each, and which a task gets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from suanwang.world.supply import devices_for, supply, tasks_fit

idles = st.lists(st.sampled_from((0, 250, 400, 500, 750, 1000)), max_size=5)


@given(idles, st.sampled_from((100, 250, 300, 500, 1000)), st.integers(1, 3), st.integers(1, 12))
def test_what_is_given_fits_and_as_many_as_could_be_get_theirs(idle: list[int], share: int, count: int, width: int) -> None:
    count = count if share == 1000 else 1
    of = supply(np.array([len(idle)]), 1000 - np.array([idle], np.int32).reshape(1, -1))
    fit = int(tasks_fit(of, np.array([0]), count, share)[0])
    assert fit == (idle.count(1000) // count if share == 1000 else sum(left // share for left in idle))
    given = devices_for(idle, count, share, width)
    assert all(given.count(d) * share <= idle[d] for d in set(given))
    if width <= fit:
        assert len(given) == width * count
    if width == 1 and share < 1000 and given:
        assert idle[given[0]] == min(left for left in idle if left >= share)


@given(idles, idles)
def test_sums_are_those_of_the_devices(one: list[int], other: list[int]) -> None:
    width = max(len(one), len(other), 1)
    held = np.array([[1000 - left for left in row] + [0] * (width - len(row)) for row in (one, other)], np.int32)
    of = supply(np.array([len(one), len(other)]), held)
    for at, row in enumerate((one, other)):
        assert of.free[at] == row.count(1000) and of.left[at] == sum(row) and of.most[at] == max(row, default=0)


def test_shares_fill_a_device_before_they_break_another() -> None:
    assert devices_for([1000, 500, 1000], 1, 500, 3) == (1, 0, 0)
    assert devices_for([1000, 500, 1000], 2, 1000, 1) == (0, 2)
    assert devices_for([0, 400], 1, 500, 1) == devices_for([0, 400], 1, 1000, 1) == ()
