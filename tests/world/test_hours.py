"""What was told of the hours: merging, looking up, and what the world makes of it."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.brain.sample import SHENZHEN, a_node

from suanwang.model.grid import Grid
from suanwang.model.where import Site
from suanwang.world.ahead import ahead, site_hours
from suanwang.world.fold import at_hour, empty, joined, kwh_per_fuel
from suanwang.world.hours import KEPT_H, figure, hall, intensity, mean_intensity, merged

SITE = Site(name="sz", place=SHENZHEN, carbon_g_kwh=400.0, pue=1.3)
Row = st.lists(st.none() | st.floats(0, 1000), min_size=1, max_size=40)


def grid(*carbon: float | None, first: int = 1000, **more: object) -> Grid:
    return Grid(scope="region", where="guangdong", first_hour=first, carbon=carbon, **more)  # type: ignore[arg-type]


@given(Row, Row, st.integers(0, 60))
def test_what_is_told_again_replaces_and_what_is_not_told_stays(
    old: list[float | None], new: list[float | None], at: int
) -> None:
    both = merged(merged(None, grid(*old, first=1000)), grid(*new, first=970 + at))
    said = {1000 + k: v for k, v in enumerate(old)} | {970 + at + k: v for k, v in enumerate(new) if v is not None}
    kept = {both.first_hour + k: v for k, v in enumerate(both.carbon) if v is not None}
    assert kept == {hour: value for hour, value in said.items() if value is not None}
    assert merged(both, grid(*new, first=970 + at)) == both, "telling it twice changes nothing"


def test_old_hours_are_forgotten() -> None:
    both = merged(grid(*range(KEPT_H)), grid(7.0, first=1000 + KEPT_H + 50))
    assert both.hours == KEPT_H and both.carbon[-1] == 7.0 and both.first_hour == 1051


def test_an_hour_that_is_not_known_is_as_on_the_last_day_that_is_within_a_week() -> None:
    told = grid(*range(24), *([None] * 24))
    assert figure(told, "carbon", 1005) == 5 and figure(told, "carbon", 1005 + 24) == 5
    assert figure(told, "carbon", 1005 + 7 * 24) == 5 and figure(told, "carbon", 1005 + 8 * 24) is None
    assert figure(told, "price", 1005) is None and figure(None, "carbon", 1005) is None


def test_a_site_goes_before_its_region_and_what_is_declared_comes_last() -> None:
    own = Grid(scope="site", where="sz", first_hour=1000, carbon=(100.0,))
    grids = {own.key: own, "region/guangdong": grid(200.0, 300.0)}
    assert intensity(grids, SITE, 1000) == (100.0, 1.3)
    assert intensity({"region/guangdong": grid(200.0)}, SITE, 1000) == (200.0, 1.3)
    assert intensity({}, SITE, 1000) == (400.0, 1.3)


def test_the_pue_follows_the_weather_where_the_cooling_is_known() -> None:
    grids = {"region/guangdong": grid(temperature=(5.0, 35.0))}
    free = msgspec.structs.replace(SITE, cooling="free")
    assert hall(grids, SITE, 1001) == 1.3
    assert 1.0 < hall(grids, free, 1000) < hall(grids, free, 1001)


@given(st.floats(0, 5 * 3600), st.floats(0, 5 * 3600))
def test_a_span_is_weighed_by_its_part_of_each_hour(begin: float, length: float) -> None:
    rows = [100.0, 300.0, 50.0, 0.0, 700.0, 20.0, 80.0, 10.0, 5.0, 60.0, 9.0]
    grids, start = {"region/guangdong": grid(*rows)}, 1000 * 3600.0 + begin
    steps = np.linspace(begin, begin + max(length, 1e-3), 4001)
    exact = float(np.mean([rows[int(s // 3600)] for s in (steps[:-1] + steps[1:]) / 2])) * 1.3
    assert mean_intensity(grids, SITE, start, start + length)[0] == pytest.approx(exact, rel=0.02, abs=0.5)


def test_the_world_has_the_figures_of_the_hour_and_who_joins_later_too() -> None:
    one, other = (msgspec.structs.replace(a_node(name), site=SITE) for name in ("a", "b"))
    dear = msgspec.structs.replace(other, offer=msgspec.structs.replace(other.offer, price_micro_by_hour=tuple(range(24))))
    world = at_hour(joined(empty(), one), 1001, {"region/guangdong": grid(200.0, 300.0)})
    world = joined(world, dear)
    assert world.carbon_g_kwh.tolist() == [300.0, 300.0]
    assert world.carbon_g_per_fuel[0] == pytest.approx(kwh_per_fuel(one) * 300.0 * 1.3)
    row = world.row(dear.id)
    assert row is not None and int(world.price_micro_per_tfuel[row]) == 1001 % 24
    assert int(at_hour(world, 1002).price_micro_per_tfuel[row]) == 1002 % 24
    assert at_hour(at_hour(world, 1002), 1002).carbon_g_kwh.tolist() == at_hour(world, 1002).carbon_g_kwh.tolist()


def test_what_is_told_of_the_hours_to_come_is_sure_and_the_rest_is_foreseen() -> None:
    day = 300 + 100 * np.sin(2 * np.pi * np.arange(24 * 8) / 24)
    told = grid(*day.tolist(), 1.0, None, 3.0)
    seen = ahead(told, "carbon", 1000 + 24 * 8 - 1)
    assert seen.told[:5].tolist() == [True, True, False, True, False] and seen.value[1] == 1.0 and seen.value[3] == 3.0
    assert seen.error[1] == 0.0 and seen.way[1] == "told" and seen.way[4] in ("yesterday", "usual", "last week", "blend")
    assert abs(seen.value[10] - day[9]) < 20 and seen.error[10] < seen.plain_error[10]


def test_nobody_says_how_good_a_forecast_of_one_day_is() -> None:
    seen = ahead(grid(*range(20)), "carbon", 1019)
    assert np.isinf(seen.error[5]) and seen.value[5] == 0.0 and seen.way[5] == "yesterday"
    assert not np.isfinite(ahead(grid(5.0), "carbon", 3000).value).any(), "a week later nothing is known"
    assert site_hours({}, SITE, 1000).carbon[0] == pytest.approx(520.0)
