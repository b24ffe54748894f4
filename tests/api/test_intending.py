"""Intents at the door: heard once, seen by their owner, accepted for what they are about, withdrawn, reported."""

import time
from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from suanwang.model.intent import IntentAbout, IntentAsk, IntentPage, IntentReport, IntentView
from tests.api.stage import Person, Stage, demand, staged
from tests.brain.test_tend import a_service


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as made:
        made.node("n1")
        yield made


def receive(person: Person, asked: IntentAsk, key: str = "k") -> IntentView:
    answer = person.post("/v1/intents", asked, idempotency_key=key)
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=IntentView)


def test_it_is_heard_once_with_what_would_be_decided_and_what_is_promised(stage: Stage) -> None:
    views = [receive(stage.operator, IntentAsk(words="run it", demand=demand())) for _ in range(2)]
    assert views[0] == views[1] and (views[0].state, views[0].intent.kind) == ("received", "job")
    assert [t.measure for t in views[0].intent.targets] == ["done", "cost"] and views[0].intent.credit == 0.25
    assert views[0].taken is not None
    other = stage.operator.post("/v1/intents", IntentAsk(words="run another", demand=demand()), idempotency_key="k")
    assert other.status_code == 409 and other.json()["code"] == "SUAN-U043"
    page = msgspec.json.decode(stage.operator.get("/v1/intents").content, type=IntentPage)
    assert [v.intent.id for v in page.items] == [views[0].intent.id]


@pytest.mark.parametrize("asked", [IntentAsk(words="w"), IntentAsk(words="w", service=a_service(), demand=demand())])
def test_it_is_about_one_thing(stage: Stage, asked: IntentAsk) -> None:
    answer = stage.operator.post("/v1/intents", asked, idempotency_key="k")
    assert answer.status_code == 400 and answer.json()["code"] == "SUAN-U173"


def test_it_is_accepted_for_the_job_it_was_about_and_judged_by_itself(stage: Stage) -> None:
    view = receive(stage.operator, IntentAsk(words="run it", demand=demand()))
    job = stage.operator.job(demand())
    for _ in range(2):
        answer = stage.operator.post(f"/v1/intents/{view.intent.id}/accept", IntentAbout(about=job.id))
        assert answer.status_code == 200, answer.text
    deadline = time.monotonic() + 60
    while (shown := report(stage, view.intent.id)).view.state != "compliant":
        assert time.monotonic() < deadline, shown
        time.sleep(0.05)
    assert shown.view.about == job.id and shown.done[0].what == "compliant" and shown.whole.share == 1.0
    other = stage.operator.job(msgspec.structs.replace(demand(), name="other"), "o")
    wrong = stage.operator.post(f"/v1/intents/{view.intent.id}/accept", IntentAbout(about=other.id))
    assert wrong.status_code == 409 and wrong.json()["code"] == "SUAN-U171"


def report(stage: Stage, name: str) -> IntentReport:
    return msgspec.json.decode(stage.operator.get(f"/v1/intents/{name}/report").content, type=IntentReport)


def test_only_its_owner_sees_and_ends_it_and_twice_changes_nothing(stage: Stage) -> None:
    view = receive(stage.operator, IntentAsk(words="run it", demand=demand()))
    eve = stage.person("eve")
    assert msgspec.json.decode(eve.get("/v1/intents").content, type=IntentPage).items == ()
    for path in ("", "/report"):
        assert eve.get(f"/v1/intents/{view.intent.id}{path}").json()["code"] == "SUAN-N017"
    assert eve.post(f"/v1/intents/{view.intent.id}/withdraw").status_code == 404
    for _ in range(2):
        ended = msgspec.json.decode(stage.operator.post(f"/v1/intents/{view.intent.id}/withdraw").content, type=IntentView)
        assert (ended.state, ended.reason) == ("ended", "withdrawn by its owner")
    job = stage.operator.job(demand())
    late = stage.operator.post(f"/v1/intents/{view.intent.id}/accept", IntentAbout(about=job.id))
    assert late.status_code == 409 and late.json()["code"] == "SUAN-U171"


def test_windows_that_are_too_short_or_too_many_are_refused(stage: Stage) -> None:
    view = receive(stage.operator, IntentAsk(words="run it", demand=demand()))
    for query in ("window=1", "last=0", "last=100000"):
        assert stage.operator.get(f"/v1/intents/{view.intent.id}/report?{query}").status_code == 400, query
