"""Places are found however they are spelt, stand where they are, and are as far apart as they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.fault import Fault, NotFoundFault, UsageFault
from suanwang.model.where import Place
from suanwang.world import distance as d
from suanwang.world import gazetteer as g

points = st.builds(lambda a, b: Place(name="x", latitude=a, longitude=b), st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("shenzhen", "shenzhen"),
        ("Shen Zhen", "shenzhen"),
        ("深圳", "shenzhen"),
        ("深圳市", "shenzhen"),
        ("Xi'an", "xian"),
        ("xi’an", "xian"),
        ("Gui'an", "guian"),
        ("HONG KONG", "hong-kong"),
        ("hongkong", "hong-kong"),
        ("São Paulo", "sao-paulo"),
        ("胡志明市", "ho-chi-minh-city"),
        ("Ürümqi", "urumqi"),
        ("Macau", "macao"),
        (" Beijing ", "beijing"),
    ],
)
def test_finds_however_spelt(typed: str, name: str) -> None:
    assert g.find(typed) is g.PLACES[name]


def test_every_place_is_found_by_both_names_and_lies_in_a_known_region() -> None:
    keys = [g.key_of(n) for p in g.PLACES.values() for n in (p.name, p.name_zh)]
    assert len(keys) == len(set(keys)), "two places share a spelling"
    for place in g.PLACES.values():
        assert g.find(place.name) is g.find(place.name_zh) is place
        assert place.region in g.REGION_NAMES
    assert {p.region for p in g.PLACES.values()} == set(g.REGION_NAMES), "a region without a place"
    assert len(set(g.CLUSTERS)) == 10
    assert all(g.find(name).region in list(g.REGION_NAMES)[:34] for name in g.CLUSTERS)


def test_china_lies_in_china_and_neighbours_of_one_province_lie_together() -> None:
    chinese = [p for p in g.PLACES.values() if p.region in list(g.REGION_NAMES)[:34]]
    assert len(chinese) >= 95
    assert all(18 <= p.latitude <= 50 and 73 <= p.longitude <= 135 for p in chinese)
    wide = {"inner-mongolia", "xinjiang", "gansu", "qinghai", "heilongjiang"}
    for p in chinese:
        for q in chinese:
            assert p.region != q.region or p.region in wide or d.distance_km(p, q) < 700, (p.name, q.name)


@pytest.mark.parametrize(
    ("typed", "hint"), [("shenzen", "shenzhen"), ("hangzou", "hangzhou"), ("深川", "shenzhen"), ("Londn", "london")]
)
def test_an_unknown_place_names_the_closest(typed: str, hint: str) -> None:
    with pytest.raises(NotFoundFault) as caught:
        g.find(typed)
    assert caught.value.code == "SUAN-N010"
    assert typed in caught.value.why
    assert hint in caught.value.todo


def test_a_point_needs_no_name() -> None:
    place = g.find(" 22.5, 114.1 ")
    assert (place.latitude, place.longitude, place.region) == (22.5, 114.1, "")
    assert g.find(place.name) == place
    with pytest.raises(UsageFault) as caught:
        g.find("95,114")
    assert caught.value.code == "SUAN-U013"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Guangdong", "guangdong"),
        ("广东省", "guangdong"),
        ("Inner Mongolia", "inner-mongolia"),
        ("内蒙古自治区", "inner-mongolia"),
        ("新疆维吾尔自治区", "xinjiang"),
        ("香港特别行政区", "hong-kong"),
        ("北京市", "beijing"),
        ("USA", "united-states"),
    ],
)
def test_regions(typed: str, name: str) -> None:
    assert g.find_region(typed) == name
    assert g.find_region(name) == name


def test_an_unknown_region_names_the_closest() -> None:
    with pytest.raises(NotFoundFault) as caught:
        g.find_region("guandong")
    assert caught.value.code == "SUAN-N011"
    assert "guangdong" in caught.value.todo


@given(st.text(max_size=80))
def test_any_text_is_a_place_or_a_fault(text: str) -> None:
    for look in (g.find, g.find_region):
        try:
            look(text)
        except Fault as fault:
            assert fault.code in {"SUAN-N010", "SUAN-N011", "SUAN-U013"}


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [("beijing", "shanghai", 1068), ("shenzhen", "hong-kong", 25), ("london", "new-york", 5570), ("xian", "xian", 0)],
)
def test_known_distances(a: str, b: str, km: float) -> None:
    assert d.distance_km(g.find(a), g.find(b)) == pytest.approx(km, rel=0.01, abs=1)


@given(points, points, points)
def test_distance_is_a_metric_and_the_columns_agree(a: Place, b: Place, c: Place) -> None:
    ab = d.distance_km(a, b)
    assert 0 <= ab <= np.pi * d.EARTH_RADIUS_KM + 1e-6
    assert ab == pytest.approx(d.distance_km(b, a), abs=1e-6)
    assert ab <= d.distance_km(a, c) + d.distance_km(c, b) + 1e-3
    column = d.distance_km_to(a, np.array([b.latitude, c.latitude]), np.array([b.longitude, c.longitude]))
    assert column == pytest.approx([ab, d.distance_km(a, c)], abs=1e-3)


def test_the_round_trip_is_slower_than_light_and_as_stated() -> None:
    assert d.rtt_ms(0.0) == 0
    assert d.rtt_ms(100.0) == pytest.approx(1.567, abs=0.001)
    assert d.rtt_ms(1000.0) > 2 * 1000 / 299.8
    assert d.rtt_ms(np.array([100.0, 200.0])) == pytest.approx([d.rtt_ms(100.0), d.rtt_ms(200.0)])
