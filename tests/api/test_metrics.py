"""The metrics say what the doors say; the page of docs and the dashboard know every one of them, and no other."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from suanwang.api.catalogue import entries
from tests.api.stage import Stage, demand

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    with made.client:
        yield made


def scraped(stage: Stage) -> dict[tuple[str, ...], float]:
    answer = stage.operator.get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[(sample.name, *sample.labels.values())] = sample.value
    return found


def test_they_are_the_state_of_now(stage: Stage) -> None:
    stage.node("n1")
    ada = stage.person("ada")
    before = scraped(stage)
    assert before["suanwang_nodes", "ready"] == 1 and before["suanwang_cores", "n1-site"] == 2
    assert before["suanwang_cores_free", "n1-site"] == 2 and before["suanwang_jobs", "running"] == 0
    ada.job(demand())
    after = scraped(stage)
    assert after["suanwang_jobs", "running"] == 1 and after["suanwang_placements",] == 1
    assert after["suanwang_cores_free", "n1-site"] == 1
    assert after["suanwang_events_total",] == stage.log_size() > before["suanwang_events_total",]


def test_they_are_for_operators(stage: Stage) -> None:
    assert stage.person("ada").get("/metrics").status_code == 403
    assert stage.client.get("/metrics").status_code == 401


def test_docs_and_dashboard_know_each_of_them(stage: Stage) -> None:
    stage.node("n1")
    names = {
        re.sub(r"_created$", "", line.split()[2])
        for line in stage.operator.get("/metrics").text.splitlines()
        if "# TYPE" in line
    }
    words = {key.removeprefix("metric.") for key in entries() if key.startswith("metric.")}
    assert words == {re.sub("_total$", "", name) for name in names}
    told = set(re.findall(r"`(suanwang_\w+)`", (DOCS / "reference" / "metrics.md").read_text()))
    assert {re.sub("_total$", "", name) for name in told} == {re.sub("_total$", "", name) for name in names}
    board = json.loads((DOCS / "grafana.json").read_text())
    used = {name for panel in board["panels"] for name in re.findall(r"suanwang_\w+", panel["targets"][0]["expr"])}
    assert used <= told
