"""The table of hours that an operator has: read as it is, or refused with the row and the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.intent.grid import BOUNDS, checked, grid_from
from suanwang.model.fault import UsageFault
from suanwang.model.grid import Grid

HEAD = "time,carbon_g_kwh,price\n"


def test_rows_in_any_order_with_gaps_and_negative_prices() -> None:
    text = HEAD + "1970-01-02T03:00Z,400,-0.5\n1970-01-02T00:00Z,100.5,\n1970-01-02T09:00+08:00,,0.25\n"
    told = grid_from(text, "site", "sz")
    assert told == Grid(
        scope="site", where="sz", first_hour=24, carbon=(100.5, None, None, 400.0), price=(None, 0.25, None, -0.5)
    )


def test_a_byte_order_mark_other_columns_and_empty_lines_are_passed_over() -> None:
    told = grid_from("\ufeffTime, note ,Humidity %\n\n1970-01-01 01:00,x,55\n", "region", "guangdong")
    assert told.humidity == (55.0,) and told.first_hour == 1 and not told.carbon


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("", "SUAN-U141", "no rows"),
        ("time\n1970-01-01T00:00Z\n", "SUAN-U141", "needs time and one"),
        ("carbon,price\n1,2\n", "SUAN-U141", "needs time"),
        ("time,carbon,carbon\n1970-01-01T00:00Z,1,1\n", "SUAN-U141", "each once"),
        (HEAD + "1970-01-01T00:00Z,1,1\n2070-01-01T00:00Z,1,1\n", "SUAN-U141", "spans"),
        (HEAD + "noon,1,1\n", "SUAN-U142", "row 2"),
        (HEAD + "1970-01-01T00:30Z,1,1\n", "SUAN-U142", "not the beginning of an hour"),
        (HEAD + "1970-01-01T05:00+05:30,1,1\n", "SUAN-U142", "not an hour of UTC"),
        (HEAD + "1970-01-01T00:00Z,1,1\n1970-01-01T00:00Z,2,1\n", "SUAN-U142", "twice"),
        (HEAD + "1970-01-01T00:00Z,-1,1\n", "SUAN-U142", "between 0 and 5000"),
        (HEAD + "1970-01-01T00:00Z,nan,1\n", "SUAN-U142", "carbon"),
    ],
)
def test_what_cannot_be_is_refused_with_where_and_why(text: str, code: str, why: str) -> None:
    with pytest.raises(UsageFault) as told:
        grid_from(text, "site", "sz")
    assert told.value.code == code and why in str(told.value)


@given(st.sampled_from(sorted(BOUNDS)), st.floats(allow_nan=False))
def test_a_grid_from_elsewhere_is_held_to_the_same_bounds(what: str, value: float) -> None:
    told = Grid(scope="site", where="sz", first_hour=0, **{what: (None, value)})
    low, high = BOUNDS[what]  # type: ignore[index]
    if low <= value <= high:
        assert checked(told) is told
    else:
        with pytest.raises(UsageFault):
            checked(told)
