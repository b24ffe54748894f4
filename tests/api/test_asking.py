"""A sentence at the door: what is understood, what it means, and what would happen; nothing is carried out by asking."""

from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from suanwang.intent import parse_yaml
from suanwang.model.heard import Heard
from suanwang.model.said import Question, Understood
from tests.api.stage import Stage, staged


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as made:
        yield made


def ask(stage: Stage, sentence: str, zone_minutes: int = 480) -> Heard:
    answer = stage.operator.post("/v1/asks", {"sentence": sentence, "zone_minutes": zone_minutes})
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Heard)


@pytest.mark.parametrize(
    "sentence", ["run `echo hello` near shenzhen, at most 1 yuan", "在深圳附近运行 `echo hello`，1 块以内"]
)
def test_a_job_without_files_is_rehearsed_and_what_was_rehearsed_can_be_submitted(stage: Stage, sentence: str) -> None:
    stage.node()
    size = stage.log_size()
    heard = ask(stage, sentence)
    assert isinstance(heard.said, Understood) and heard.demand is not None and heard.rehearsal is not None
    assert parse_yaml(heard.document)["run"] == "echo hello" and heard.demand.limits.budget_micro == 1_000_000
    assert stage.log_size() == size
    made = stage.operator.post("/v1/jobs", heard.demand, idempotency_key="a")
    assert made.status_code == 201 and made.json()["demand"]["name"] == heard.demand.name


@pytest.mark.parametrize(
    ("sentence", "files"),
    [("run render.py, at most 20 yuan", ("render.py",)), ("转码 *.mp4", ("*.mp4",)), ("run `python3 a.py 0.5`", ("a.py",))],
)
def test_a_job_whose_files_lie_with_the_user_says_which(stage: Stage, sentence: str, files: tuple[str, ...]) -> None:
    heard = ask(stage, sentence)
    assert heard.files == files and heard.demand is None and heard.rehearsal is None and heard.document


def test_a_service_is_understood_but_not_planned_without_its_owners_key(stage: Stage) -> None:
    heard = ask(stage, "serve `python3 -m http.server` on port 8000")
    assert isinstance(heard.said, Understood) and heard.said.kind == "service"
    assert heard.demand is None and heard.files == ()


def test_what_is_not_clear_is_asked(stage: Stage) -> None:
    heard = ask(stage, "frobnicate the quux")
    assert isinstance(heard.said, Question) and heard == Heard(said=heard.said)


def test_the_hour_is_that_of_whoever_says_it(stage: Stage) -> None:
    """The brain's clock says 13:46:40 UTC."""
    here, there = (ask(stage, "run `echo hello` before 23:00 today", zone) for zone in (0, 480))
    assert here.demand is not None and here.demand.limits.finish_s_max is not None
    assert there.demand is not None and there.demand.limits.finish_s_max is not None
    assert here.demand.limits.finish_s_max - there.demand.limits.finish_s_max == 8 * 3600


@pytest.mark.parametrize("body", [{"sentence": ""}, {"sentence": "a", "zone_minutes": 900}, {"sentence": "a", "more": 1}])
def test_what_is_no_sentence_is_refused(stage: Stage, body: dict[str, object]) -> None:
    answer = stage.operator.post("/v1/asks", body)
    assert answer.status_code == 400 and answer.json()["code"] == "SUAN-U002"
