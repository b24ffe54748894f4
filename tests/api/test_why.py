"""One command explains whatever has a name or an id: each of them here is asked about by both, of a brain with its doors."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from suanwang.api.cli import main
from suanwang.model.intent import IntentAsk
from tests.api.stage import Stage, demand, staged
from tests.api.test_dry_run import done, publish
from tests.api.test_reserving import asked


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with staged(tmp_path) as made:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        monkeypatch.setenv("SUAN_URL", "http://testserver")
        monkeypatch.setenv("SUAN_TOKEN", made.operator.token)
        monkeypatch.setenv("SUAN_LANG", "en")
        yield made


def why(stage: Stage, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(("why", *words), transport=httpx.MockTransport(stage.client._transport.handle_request), now=lambda: stage.now)
    said = capsys.readouterr()
    return code, said.out or said.err


def test_whatever_has_a_name_or_an_id_is_explained(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    node, root = stage.node(), stage.operator
    job = root.job(demand())
    kept: Any = root.post("/v1/reservations", asked(), idempotency_key="r").json()["reservation"]
    intent: Any = root.post("/v1/intents", IntentAsk(words="run it", demand=demand()), idempotency_key="i").json()["intent"]
    service: Any = done(stage, publish(stage)).json()
    for name in (job.demand.name, job.id, f"{job.id}/0"):
        assert f'"{job.demand.name}" was placed on' in why(stage, capsys, name)[1]
    for name in ("eve", kept["id"]):
        assert "in full use it costs" in why(stage, capsys, name)[1]
    assert 'no node can take "web"' in why(stage, capsys, "web")[1], "of a service that runs, its newest instance"
    assert why(stage, capsys, service["id"])[1].startswith("web")
    assert "run it" in why(stage, capsys, intent["id"])[1]
    for name in (node.node.name, node.id):
        assert "reputation" in why(stage, capsys, name)[1].lower()
    assert json.loads(why(stage, capsys, "eve", "--json")[1])["reservation"]["id"] == kept["id"]


def test_what_nothing_is_called_is_said_with_all_that_there_are(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = why(stage, capsys, "nothing")
    assert code == 3 and "SUAN-N019" in said and "no job, service, intent, reservation or node is called 'nothing'" in said
