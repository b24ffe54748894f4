"""The doors of the twin: for operators; what is rehearsed and would break something is refused, and nothing has happened."""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from suanwang.brain.trial.known import Known
from suanwang.model.trial import Replayed, Trial
from tests.api.stage import Stage, demand, staged

DONE = {"changes": ["kill node n1"], "seeds": 1, "span_s": 5.0}


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as made:
        yield made


def under_way(stage: Stage) -> None:
    """A node, and a job on it."""
    stage.node("n1")
    assert stage.operator.job(demand()).state == "running"


def test_a_change_is_tried_and_a_loss_is_refused_before_it_happens(stage: Stage) -> None:
    under_way(stage)
    size = stage.log_size()
    found = msgspec.json.decode(stage.operator.post("/v1/twin/try", DONE).content, type=Trial)
    assert found.nodes == 1 and found.jobs is not None and found.jobs.present == 1
    node_id = stage.brain.state.named["n1"]
    refused = stage.operator.post(f"/v1/nodes/{node_id}/leave?rehearse=true", {})
    assert refused.status_code == 409 and refused.json()["code"] == "SUAN-U132" and "job" in refused.json()["detail"]
    assert stage.log_size() == size and stage.brain.state.world.row(node_id) is not None
    assert stage.operator.post(f"/v1/nodes/{node_id}/leave", {}).status_code == 204


def test_the_log_is_run_again(stage: Stage) -> None:
    under_way(stage)
    found = msgspec.json.decode(stage.operator.post("/v1/twin/replay", {"last_s": 0.0}).content, type=Replayed)
    assert found.decisions == found.same == 1 and found.last == stage.log_size()


def test_the_world_is_for_operators(stage: Stage) -> None:
    stage.node("n1")
    known = msgspec.json.decode(stage.operator.get("/v1/twin/world").content, type=Known)
    assert known.living.present == stage.brain.state.world.ids
    eve = stage.person("eve")
    assert eve.get("/v1/twin/world").json()["code"] == "SUAN-A040"
    assert eve.post("/v1/twin/try", DONE).json()["code"] == "SUAN-A040"
    assert eve.post("/v1/twin/replay", {}).json()["code"] == "SUAN-A040"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"changes": ["destroy all"]}, "SUAN-U130"),
        ({"seeds": 0}, "SUAN-U002"),
        ({"span_s": 1e9}, "SUAN-U002"),
        ({"speed": 1}, "SUAN-U002"),
    ],
)
def test_what_is_not_understood_costs_nothing(stage: Stage, body: dict[str, object], code: str) -> None:
    answer = stage.operator.post("/v1/twin/try", body)
    assert answer.status_code == 400 and answer.json()["code"] == code


def test_the_brain_starts_without_what_only_trials_need() -> None:
    """Machine code and statistics are loaded in a trial's own process."""
    text = "import sys, suanwang.api.up, suanwang.api.server; print([m for m in ('numba', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
