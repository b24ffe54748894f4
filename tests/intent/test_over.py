"""Ranges, chunks, lists and patterns become the items they look like."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.intent import Globs, Range, items_from, read_over
from suanwang.model.demand import Item
from suanwang.model.fault import Fault, NotFoundFault, UsageFault
from suanwang.model.file import FileRef


def values(over: object) -> list[str]:
    return [item.value for item in items_from(read_over(over))]


def test_items() -> None:
    assert values("0-99") == [str(n) for n in range(100)]
    assert values("1..8") == [str(n) for n in range(1, 9)]
    assert values("098 - 101") == ["098", "099", "100", "101"]
    assert values("0-99/4") == ["0-24", "25-49", "50-74", "75-99"]
    assert values(["a", 5, 1.5, True, "深圳"]) == ["a", "5", "1.5", "true", "深圳"]
    assert read_over("./inputs/*.csv") == Globs(patterns=("inputs/*.csv",))
    assert read_over({"files": ["a.csv", "b/*.csv"]}) == Globs(patterns=("a.csv", "b/*.csv"))


def test_each_matched_file_is_an_item_with_its_file() -> None:
    file = FileRef(path="inputs/a.csv", sha256="0" * 64, size=1)
    assert items_from(read_over("inputs/*.csv"), (file,)) == (Item(value="inputs/a.csv", file=file),)
    with pytest.raises(NotFoundFault) as caught:
        items_from(read_over("inputs/*.csv"), ())
    assert caught.value.code == "SUAN-N012"


@given(st.integers(0, 10**12), st.integers(1, 10**6), st.integers(1, 300))
def test_chunks_cover_the_range_once_and_evenly(first: int, span: int, chunks: int) -> None:
    chunks = min(chunks, span)
    items = items_from(Range(first=first, last=first + span - 1, chunks=chunks))
    ends = [tuple(map(int, item.value.split("-"))) for item in items]
    assert len(items) == chunks
    assert [a for a, _ in ends] == [first] + [b + 1 for _, b in ends[:-1]]
    assert ends[-1][1] == first + span - 1
    sizes = {b - a + 1 for a, b in ends}
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ("99-0", "SUAN-U013"),
        ("0-100000", "SUAN-U013"),
        ("0-9/11", "SUAN-U013"),
        ("0-9/0", "SUAN-U013"),
        ("0-999999999/200000", "SUAN-U013"),
        ("0-" + "9" * 5000, "SUAN-U002"),
        ("abc", "SUAN-U002"),
        ("", "SUAN-U002"),
        ("../*.csv", "SUAN-U002"),
        ("/etc/*", "SUAN-U002"),
        ({"files": []}, "SUAN-U013"),
        ({"file": "x*"}, "SUAN-U002"),
        ({"files": ["a*"], "x": 1}, "SUAN-U002"),
        ([], "SUAN-U013"),
        ([""], "SUAN-U013"),
        (["x" * 5000], "SUAN-U013"),
        ([["a"]], "SUAN-U002"),
        ([None], "SUAN-U002"),
        (["a\0b"], "SUAN-U002"),
        (["x"] * 100_001, "SUAN-U013"),
        (5, "SUAN-U002"),
        (None, "SUAN-U002"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_refusals(over: Any, code: str) -> None:
    with pytest.raises(UsageFault) as caught:
        read_over(over)
    assert caught.value.code == code
    assert "over" in caught.value.why
    assert caught.value.todo


@given(st.text(alphabet="0123456789-./* ab", max_size=20))
def test_any_text_is_bounded_items_or_a_fault(text: str) -> None:
    try:
        over = read_over(text)
    except Fault:
        return
    assert isinstance(over, Globs) or 1 <= len(items_from(over)) <= 100_000
