"""What a hole in a shared accelerator is worth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.place.cutting import worth
from suanwang.world.supply import WHOLE

amounts = st.dictionaries(st.integers(1, 999), st.integers(1, 30).map(float), min_size=1, max_size=6)


def test_of_one_share_holes_are_worth_as_often_as_it_fits() -> None:
    value = worth({300: 5.0})
    assert value[[299, 300, 599, 600, 900, 1000]] == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 1, 1])


def test_beside_what_is_rare_nothing_is_worth_keeping() -> None:
    """Many of 810, few of 160: a hole of 190 will hardly ever be filled, and 810 takes the whole."""
    rare, common = worth({810: 10.0, 160: 1.0}), worth({810: 1.0, 160: 10.0})
    assert rare[[190, 810]] == pytest.approx([0, 1])
    assert common[[190, 810]] == pytest.approx([1 / 6, 5 / 6])


def test_without_shares_only_a_whole_is_worth_anything() -> None:
    value = worth({})
    assert value[WHOLE] == 1 and not value[:WHOLE].any()


@settings(deadline=None)
@given(amounts)
def test_two_holes_are_never_worth_more_than_one_of_both(mix: dict[int, float]) -> None:
    value = worth(mix)
    assert (np.diff(value) >= 0).all() and value[0] == 0 and value[WHOLE] == pytest.approx(1)
    halves = value[: WHOLE // 2 + 1]
    assert (halves + halves <= value[: 2 * len(halves) - 1 : 2] + 1e-9).all()


@settings(deadline=None)
@given(amounts)
def test_no_packing_takes_less_than_all_are_worth(mix: dict[int, float]) -> None:
    """Weak duality, against first fit of the largest first."""
    value, rooms = worth(mix), list[int]()
    for size in sorted((s for s, n in mix.items() for _ in range(int(n))), reverse=True):
        at = next((i for i, room in enumerate(rooms) if room >= size), None)
        if at is None:
            rooms.append(WHOLE - size)
        else:
            rooms[at] -= size
    assert sum(n * value[size] for size, n in mix.items()) <= len(rooms) + 1e-6
