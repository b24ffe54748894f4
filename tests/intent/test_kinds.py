"""Units that come in kinds: what one takes is known only of what was measured, and nothing is guessed of anything else."""

import pytest
from tests.intent.said import NOW

from suanwang.api.products import products
from suanwang.intent.say.phrases import Moment
from suanwang.intent.say.read import document, understood
from suanwang.model.fault import UsageFault
from suanwang.model.said import Question, Understood

OFFERED = tuple(product for product, _ in products().values())
MOMENT = Moment(NOW, OFFERED)


@pytest.mark.parametrize(
    "sentence",
    [
        "10 million tokens a day with the trigram model",
        "每天1000万个词元，用三元语法模型",
        "the trigram model, 10 million tokens per day",
    ],
)
def test_tokens_of_a_measured_model_become_instances(sentence: str) -> None:
    said = understood(sentence, MOMENT)
    assert isinstance(said, Understood) and said.product == "generate" and said.amount == pytest.approx(1e7 / 86400)
    fuel = next(p for p in OFFERED if p.name == "generate").unit.kinds[0].fuel  # type: ignore[union-attr]
    assert fuel > 0
    assert document(said, OFFERED, fuel_per_s=2e9)["scale"] == {"min": 1, "max": 1}
    busy = fuel * said.amount / 0.7 / 2.5  # a core so slow that it takes two and a half of them
    assert document(said, OFFERED, fuel_per_s=busy)["scale"] == {"min": 3, "max": 3}


@pytest.mark.parametrize("model", ["llama-70b", "Qwen3-32B", "gpt-4o", "deepseek-r1", "mistral-7b"])
def test_of_a_model_that_was_not_measured_nothing_is_guessed(model: str) -> None:
    asked = understood(f"10 million tokens a day with {model}", MOMENT)
    assert isinstance(asked, Question) and asked.key in ("no_profile", "unknown") and model.casefold() in asked.words.casefold()


def test_the_kind_must_be_said_and_what_is_offered_is_understood() -> None:
    asked = understood("10 million tokens a day", MOMENT)
    assert isinstance(asked, Question) and asked.key == "no_kind" and asked.choices
    for choice in asked.choices:
        assert isinstance(understood(f"10 million tokens a day {choice}", MOMENT), Understood)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [("streaming for 200 viewers in 4K", "4k"), ("直播，给200个观众，1080p", "1080p"), ("200 viewers at 720p", "720p")],
)
def test_viewers_take_what_one_of_their_size_takes(sentence: str, kind: str) -> None:
    said = understood(sentence, MOMENT)
    assert isinstance(said, Understood) and said.product == "stream" and said.amount == 200
    kinds = next(p for p in OFFERED if p.name == "stream").unit.kinds  # type: ignore[union-attr]
    fuel, memory = {k.name: k.fuel for k in kinds}, {k.name: k.memory_bytes for k in kinds}
    assert 0 < fuel["720p"] < fuel["1080p"] < fuel["4k"]
    made = document(said, OFFERED, fuel_per_s=fuel[kind] / 0.7)  # a core a viewer, four cores an instance
    fit = min(4, (2 << 30) // memory[kind])  # in its 2 GiB
    assert made["scale"] == {"min": 200 // fit, "max": 200 // fit}


def test_a_viewer_is_served_by_one_instance_which_is_as_large_as_that_takes() -> None:
    said = understood("streaming for 3 viewers in 4K", MOMENT)
    assert isinstance(said, Understood)
    fuel = next(k.fuel for k in next(p for p in OFFERED if p.name == "stream").unit.kinds if k.name == "4k")  # type: ignore[union-attr]
    made = document(said, OFFERED, fuel_per_s=fuel / 0.7 / 8.4)
    assert made["needs"] == {"cpu": "9", "memory": "2GiB"} and made["scale"] == {"min": 3, "max": 3}
    fewer = understood("streaming for 3 viewers in 4K, 2 cores", MOMENT)
    assert isinstance(fewer, Understood)
    with pytest.raises(UsageFault) as caught:
        document(fewer, OFFERED, fuel_per_s=fuel / 0.7 / 8.4)
    assert caught.value.code == "SUAN-U003" and "8.4 cores" in caught.value.why


def test_viewers_an_hour_are_asked_about() -> None:
    asked = understood("200 viewers an hour in 4K", MOMENT)
    assert isinstance(asked, Question) and asked.key == "how_long"
