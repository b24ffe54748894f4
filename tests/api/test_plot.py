"""The drawing of a trial: sound SVG, both sides in it, and nothing of what others named can break out of it."""

import xml.etree.ElementTree as ElementTree

import msgspec

from suanwang.api.catalogue import Words
from suanwang.api.render.plot import AFTER, BEFORE, svg
from suanwang.model.trial import Trial
from tests.api.cli.conftest import trial

SVG = "{http://www.w3.org/2000/svg}"


def drawn(found: Trial, lang: str = "en") -> ElementTree.Element:
    return ElementTree.fromstring(svg(Words(lang), found))


def test_both_sides_are_drawn() -> None:
    page = drawn(trial(()))
    lines = [line.get("stroke") for line in page.iter(f"{SVG}polyline")]
    bars = [bar for bar in page.iter(f"{SVG}rect") if bar.get("fill") in (BEFORE, AFTER)]
    texts = " ".join(text.text or "" for text in page.iter(f"{SVG}text"))
    assert lines == [BEFORE, AFTER] and len(bars) == 2 * (2 + 1)
    assert "web" in texts and "near" in texts and "placed" in texts
    assert "站点" in " ".join(text.text or "" for text in drawn(trial(()), "zh").iter(f"{SVG}text"))


def test_a_slower_world_lies_to_the_right() -> None:
    before, after = (
        [float(p.split(",")[0]) for p in line.get("points", "").split()] for line in drawn(trial(())).iter(f"{SVG}polyline")
    )
    assert all(a >= b for a, b in zip(after, before, strict=True)) and after != before


def test_a_name_is_only_a_name() -> None:
    found = trial(())
    evil = msgspec.structs.replace(found.services[0], name='</text><script>alert("x")</script>\x1b[2J')
    page = svg(Words("en"), msgspec.structs.replace(found, services=(evil,)))
    assert b"<script" not in page and b"\x1b" not in page and ElementTree.fromstring(page) is not None


def test_where_there_is_nothing_an_empty_page_is_drawn() -> None:
    assert drawn(msgspec.structs.replace(trial(()), services=(), jobs=None)).tag == f"{SVG}svg"
