"""Talk is passed over and shown; what could be a wish, or of what an amount is, is asked about."""

import pytest
from tests.intent.said import AS_SHIPPED

from suanwang.intent.say.plain import listed
from suanwang.intent.say.read import understood
from suanwang.model.said import Question, Understood


def test_no_plain_english_word_is_or_contains_one_that_may_turn_a_meaning_around() -> None:
    known = listed("en")
    for plain in known.plain:
        assert plain in known.idioms or not known.turning.intersection(plain.replace("-", " ").split()), plain


def test_no_plain_chinese_word_contains_one_that_may_turn_a_meaning_around() -> None:
    known = listed("zh")
    for plain in known.plain:
        assert plain in known.idioms or not [word for word in known.turning if word in plain], plain


def test_what_was_passed_over_is_told_in_order_as_it_was_written() -> None:
    said = understood("It's about our Choir Trip, honestly, run a.py for my Boss", AS_SHIPPED)
    assert isinstance(said, Understood) and said.aside == ("about our Choir Trip", "honestly", "Boss")


@pytest.mark.parametrize(
    "sentence",
    [
        "run a.py, 20 yuan a student",
        "run a.py, at most 20 yuan a pupil",
        "run a.py, ¥20 a photo",
        "run a.py, 20 yuan for each teacher",
        "run a.py, 4 cores a cartoon",
        "run a.py for two of the students, 20 yuan",
        "run a.py only for the choir",
        "run a.py in our hospital",
        "run a.py at the university",
        "run a.py and give it to my boss",
        "run a.py and make a cartoon",
        "run a.py, the ticket cost 20 yuan",
        "my camera cost 300 yuan. run a.py",
        "run a.py. my brother lives near Shenzhen",
        "run a.py, my train leaves by 8pm tonight",
        "run a.py, bird pictures",
        "run a.py like my colleague",
        "run a.py with music",
        "run a.py in colour",
        "run a.py as a cartoon",
        "run boss/a and the choir's x.tiff",
        "run a.py unless the choir sings",
    ],
)
def test_what_could_be_more_than_talk_is_asked_about(sentence: str) -> None:
    assert isinstance(understood(sentence, AS_SHIPPED), Question)
