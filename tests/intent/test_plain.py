"""Talk is passed over and shown; what could be a wish, or of what an amount is, is asked about."""

import re

import pytest
from tests.intent.said import AS_SHIPPED

from suanwang.intent.say import talk_zh
from suanwang.intent.say.places import LANDS, PLACE
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


def test_no_plain_chinese_word_is_or_contains_a_place() -> None:
    assert not [plain for plain in listed("zh").plain if re.search(PLACE, plain) or re.search(LANDS, plain)]


def test_no_plain_chinese_word_hides_what_can_be_had() -> None:
    named = [word for product in AS_SHIPPED.products for word in product.words if not word.isascii()]
    assert not [plain for plain in listed("zh").plain if any(word in plain for word in named)]


@pytest.mark.parametrize(
    ("sentence", "aside"),
    [
        ("奶奶想把这些老视频变成mp4，花个二十块到头了", ("奶奶",)),
        ("老师您好，跑 a.py，客户催命", ("客户催命",)),
    ],
)
def test_what_was_passed_over_in_chinese_is_told(sentence: str, aside: tuple[str, ...]) -> None:
    said = understood(sentence, AS_SHIPPED)
    assert isinstance(said, Understood) and said.aside == aside


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


def test_no_open_part_of_chinese_talk_holds_a_character_that_may_turn_a_meaning_around() -> None:
    turning = {word for word in listed("zh").turning if len(word) == 1} - {"修"}  # 修图
    assert not [word for word in turning if re.fullmatch(talk_zh._T, word)]  # pyright: ignore[reportPrivateUsage]
