"""Scores: on the scale, never lowered by a better reading, and silent about what nobody measured."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.metric import Metric
from suanwang.world.score import (
    ANCHORS,
    CATEGORY_WEIGHTS,
    Anchor,
    band,
    category_points,
    levels,
    octet,
    points_of,
    total_points,
)


def reading(anchor: Anchor, value: float, level: int = 0, unit: str | None = None) -> Metric:
    return Metric(
        type=anchor.type,
        level=level,
        format="float",
        unit=anchor.unit if unit is None else unit,
        source="directly measured",
        statistics="mean",
        value=value,
        window_s=0.5,
    )


VALUES = st.floats(min_value=1e-6, max_value=1e15, allow_nan=False)
READINGS = st.lists(
    st.tuples(st.sampled_from(ANCHORS), VALUES), min_size=1, max_size=20, unique_by=lambda pair: pair[0].type
).map(lambda pairs: tuple(reading(anchor, value) for anchor, value in pairs))


def test_the_anchor_machine_is_in_the_middle_of_every_scale() -> None:
    readings = tuple(reading(anchor, anchor.at) for anchor in ANCHORS)
    assert category_points(readings) == pytest.approx(dict.fromkeys(CATEGORY_WEIGHTS, 5.0))
    assert [(m.type, m.level, m.value) for m in levels(readings)] == [
        ("computing_comb", 1, 5),
        ("communication_comb", 1, 5),
        ("service_comb", 1, 5),
        ("composed_comb", 1, 5),
        ("norm_fi", 2, 5),
    ]


@pytest.mark.parametrize(
    ("factor", "points"), [(10, 7.5), (100, 10), (1e6, 10), (0.1, 2.5), (0.01, 0), (1e-9, 0), (1.1, 5.1035)]
)
@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor.type)
def test_a_factor_is_worth_the_same_in_every_unit(anchor: Anchor, factor: float, points: float) -> None:
    better = anchor.at * factor if anchor.more else anchor.at / factor
    assert points_of(reading(anchor, better)) == pytest.approx(points, abs=1e-4)


@given(READINGS, st.data())
def test_a_better_reading_never_lowers_any_score(readings: tuple[Metric, ...], data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, len(readings) - 1))
    factor = data.draw(st.floats(min_value=1.0, max_value=1e6))
    anchor = next(a for a in ANCHORS if a.type == readings[chosen].type)
    value = readings[chosen].value * factor if anchor.more else readings[chosen].value / factor
    better = (*readings[:chosen], reading(anchor, value), *readings[chosen + 1 :])
    before, after = category_points(readings), category_points(better)
    assert before.keys() == after.keys()
    assert all(after[name] >= before[name] - 1e-9 for name in before)
    for was, now in zip(levels(readings), levels(better), strict=True):
        assert (was.type, was.level) == (now.type, now.level)
        assert now.value >= was.value


@given(READINGS)
def test_published_metrics_are_octets_near_the_exact_points(readings: tuple[Metric, ...]) -> None:
    exact = category_points(readings)
    total = total_points(exact)
    assert total is not None
    published = {metric.type: metric for metric in levels(readings)}
    assert published.keys() == {f"{name}_comb" for name in exact} | {"norm_fi"}
    for type_, metric in published.items():
        assert metric.format == "octet" and metric.unit == ""
        assert isinstance(metric.value, int) and 0 <= metric.value <= 10
        points = total if type_ == "norm_fi" else exact[type_.removesuffix("_comb")]
        assert abs(metric.value - points) <= 0.5
    assert min(exact.values()) - 1e-9 <= total <= max(exact.values()) + 1e-9


def test_sources_say_what_was_done() -> None:
    found = {m.type: (m.source, m.statistics) for m in levels(tuple(reading(a, a.at) for a in ANCHORS))}
    assert found["computing_comb"] == ("normalization", "mean")
    assert found["composed_comb"] == ("aggregation", "min")
    assert found["norm_fi"] == ("aggregation", "mean")


def test_what_was_not_read_is_absent_and_does_not_pull_down() -> None:
    cores = next(a for a in ANCHORS if a.type == "cores")
    (level1, level2) = levels((reading(cores, 20.0),))
    assert (level1.type, level1.value, level2.type, level2.value) == ("computing_comb", 8, "norm_fi", 8)
    assert levels(()) == ()
    assert total_points({}) is None


def test_composed_is_the_narrower_of_computing_and_communication() -> None:
    by_type = {anchor.type: anchor for anchor in ANCHORS}
    far, strong = reading(by_type["round_trip"], 200.0), reading(by_type["cores"], 20.0)
    slow_start = reading(by_type["sandbox_start"], 1e6)
    assert category_points((far, strong, slow_start))["composed"] == pytest.approx(2.5)
    assert "composed" not in category_points((strong, slow_start))


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf])
@pytest.mark.parametrize("anchor", [ANCHORS[0], next(a for a in ANCHORS if not a.more)], ids=["more", "less"])
def test_odd_values_stay_on_the_scale(anchor: Anchor, value: float) -> None:
    good = (value > 0) == anchor.more
    assert points_of(reading(anchor, value)) == (10.0 if good else 0.0)


def test_foreign_readings_are_left_out() -> None:
    anchor = ANCHORS[0]
    assert points_of(reading(anchor, 1.0, unit="parsec")) is None
    assert points_of(reading(anchor, 1.0, level=1)) is None
    assert points_of(reading(anchor, math.nan)) is None


@pytest.mark.parametrize(
    ("points", "whole", "name"),
    [(0, 0, "low"), (3.49, 3, "low"), (3.5, 4, "medium"), (7.49, 7, "medium"), (7.5, 8, "high"), (10, 10, "high")],
)
def test_octets_and_bands(points: float, whole: int, name: str) -> None:
    assert octet(points) == whole
    assert band(points) == name
