"""No phrase is left out whose words are there: what is looked for is read off the patterns, and is theirs as they are now."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intent.said import ANOTHER_HAND, AS_SHIPPED, CORPUS, FRESH, MOMENT, STRANGERS, UNSEEN, corpus
from tools import needed as made

from suanwang.intent.say import words_needed
from suanwang.intent.say.cover import folded
from suanwang.intent.say.needed import mark, possible, present, ready
from suanwang.intent.say.phrases import phrases


def test_the_lists_are_those_of_the_patterns_as_they_are() -> None:
    listed = [one.partition(":")[0] for one in words_needed.PATTERNS.split()]
    assert listed == [mark(pattern) for pattern in made.patterns()], "python -m tools.needed"


@pytest.mark.parametrize("file", [CORPUS, ANOTHER_HAND, *FRESH, *STRANGERS, *UNSEEN], ids=lambda file: file.stem)
def test_what_is_left_out_is_not_there(file) -> None:
    for line in corpus(file)[::10]:
        text = folded(line.sentence).text
        words = present(text)
        left = [phrase.pattern for phrase in phrases(AS_SHIPPED, text) if not possible(phrase.pattern, words)]
        assert [pattern for pattern in left if ready(pattern).search(text)] == []
        assert len(left) > 300


def test_what_is_not_listed_is_looked_for() -> None:
    (own,) = (phrase.pattern for phrase in phrases(MOMENT, "") if "扫描服务" in phrase.pattern)
    assert possible(own, present("")) and not possible(made.patterns()[0], present(""))


@pytest.mark.parametrize(
    ("pattern", "lists"),
    [
        ("(?:very )?near", [{"near"}]),
        ("near (?:the )?(?:sea|lake)s?", [{"near sea", "near lake", "near the sea", "near the lake"}]),
        ("cheap(?:er|est)?|costs? less", [{"cheap", "cost less", "costs less"}]),
        (r"\d+ (?:yuan|kuai)(?! each)", [{" yuan", " kuai"}]),
        (r"near(?!by) \w(?!off)(?=the sea)", [{"the sea"}, {"near "}]),
        (r"(?:far|off)\d+(?<=x)(?<!y)", [{"far", "off"}, {"x"}]),
        (r"on \d (?:gpu|card)|with \w+ processors?", [{" gpu", " card", " processor"}, {"on ", "with "}]),
        ("over (?:and over )+again", [{"and over "}, {"again"}]),
        (r"(?:no|not)?\s?\d*", []),
    ],
)
def test_what_a_pattern_needs(pattern: str, lists: list[set[str]]) -> None:
    assert list(map(set, made.needed(pattern))) == lists


PATTERNS = st.recursive(
    st.sampled_from(["a", "ab", "b中", " ", "[ab]", r"\w", "[^a]"]),
    lambda part: st.one_of(
        st.lists(part, min_size=2, max_size=4).map("".join),
        st.lists(part, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(part, st.sampled_from(["?", "*", "+", "{1,2}", "{2}", "{0,2}?"])).map(lambda two: f"(?:{two[0]}){two[1]}"),
        part.map(lambda one: f"({one})"),
    ),
    max_leaves=20,
)


@given(PATTERNS, st.data())
@settings(deadline=None, max_examples=400)
def test_where_a_pattern_is_found_are_words_of_all_its_lists(pattern: str, data) -> None:
    text = data.draw(st.from_regex(pattern, fullmatch=True))
    assert all(any(word in text for word in words) for words in made.needed(pattern))
