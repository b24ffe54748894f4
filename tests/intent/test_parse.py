"""The YAML of a job file is read as text, strictly, and every refusal says where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.intent import parse_yaml, write_yaml
from suanwang.model.fault import UsageFault

words = st.text(st.characters(codec="utf-8"), max_size=12)
documents = st.dictionaries(
    words,
    st.recursive(
        words | st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
    ),
    max_size=4,
)


def test_a_scalar_is_the_text_that_was_written() -> None:
    found = parse_yaml("{a: no, b: 1.10, c: 007, d: 2026-01-01, e: ~, f: 0x10, g: 'null', h: 1:30, i: , <<: {k: 5}}")
    assert found == {
        **{"a": "no", "b": "1.10", "c": "007", "d": "2026-01-01", "e": None, "f": "0x10", "g": "null", "h": "1:30", "i": None},
        "<<": {"k": "5"},
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "mapping"),
        ("- a", "mapping"),
        ("just text", "mapping"),
        ("a: 1\nb: {c: 1, c: 2}", 'line 2, column 11: the key "c" stands twice'),
        ("a: &x [1]\nb: *x", "line 1, column 4: anchors"),
        ("b: *x", "anchors (&) and aliases (*)"),
        ("a: !!python/object/apply:os.system [id]", "the tag"),
        ("a: !!binary aGk=", "the tag"),
        ("a: !x y", "the tag"),
        ("a: " + "[" * 100_000, "32 levels"),
        ("{" * 50_000, "32 levels"),
        ("a:\n" + "".join(" " * i + "- \n" for i in range(40)), "cannot be read"),
        ("? [a]\n: b", "a key must be text"),
        ("? {a: b}\n: b", "a key must be text"),
        ("~: b", "a key must be text"),
        ("--- {a: b}\n--- {c: d}", "another document"),
        ("a: 'x", "line 1, column"),
        ("a: b: c", "line 1, column 5"),
        ("a: \x07", "not allowed"),
        ("a: \ud800", "not allowed"),
        ('a: "\\UFFFFFFFF"', "does not exist"),
        ("%YAML 7.0\n--- {a: b}", "line 1"),
        ("a: " + "x" * 300_000, "262144"),
        ("a: " + "深" * 90_000, "262144"),
    ],
)
def test_hostile_text_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(UsageFault) as caught:
        parse_yaml(text)
    assert caught.value.code == "SUAN-U004"
    assert says in caught.value.why


@given(documents)
def test_what_is_written_reads_back(document: dict[str, object]) -> None:
    assert parse_yaml(write_yaml(document)) == document


def test_the_writer_never_writes_what_the_reader_refuses() -> None:
    same = ["a"]
    assert parse_yaml(write_yaml({"x": same, "y": same})) == {"x": ["a"], "y": ["a"]}


@given(st.text(alphabet=":-[]{}&*!|>'\"%@`#,?~ \n\tab01\\", max_size=60))
def test_any_text_is_a_document_or_a_fault(text: str) -> None:
    try:
        assert isinstance(parse_yaml(text), dict)
    except UsageFault as fault:
        assert fault.code == "SUAN-U004"
