"""What the schema says is what is answered: made-up requests of every kind, sound and broken, from an operator and a node."""

from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, checks
from schemathesis.config import SchemathesisConfig

from suanwang.trust.request import sign_request
from tests.api.stage import BRAIN_ID, CODE, Stage, demand, done, hashed, staged

SETTINGS = """
[generation]
database = "none"
deterministic = true

[phases.coverage]
enabled = {coverage}

[checks]
# A schema says less than the law: a demand may be well formed and still be refused, with a reason; and 304 is a yes.
positive_data_acceptance.expected-statuses = ["2xx", "304", "400", "401", "402", "403", "404", "409", "413", "415", "429"]
"""


def schema(coverage: bool) -> schemathesis.BaseSchema:
    """The document that is checked in. coverage: also try every boundary of every constraint."""
    config = SchemathesisConfig.from_str(SETTINGS.format(coverage=str(coverage).lower()))
    return schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs" / "openapi.json", config=config)


ALL, FEWER = schema(True), schema(False)
ANSWERS = checks.CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)
SOME = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)


class Scene:
    """A brain with a person, a job that has ended, and a node."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.node = stage, stage.node()
        self.job = stage.operator.job(demand())
        stage.blobs.give([hashed(CODE)], self.node.id)
        self.node.report(done(self.node.desired().orders[0], stdout=self.node.put(b"hello")))
        self.real = {
            "job_id": self.job.id,
            "name": self.node.id,
            "node_id": self.node.id,
            "user": "root",
            "sha256": hashed(CODE),
        }

    def send(self, case: Case, authorize: Callable[[requests.PreparedRequest], str]) -> httpx.Response:
        asked = requests.Request(**case.as_transport_kwargs("http://testserver.local")).prepare()
        self.stage.now += 1.0  # nobody is in a hurry
        headers = {k: _bytes(v) for k, v in asked.headers.items() if k.lower() != "content-length"}
        headers["authorization"] = authorize(asked).encode()
        return self.stage.client.request(asked.method or "", asked.url or "", content=asked.body, headers=headers)

    def operator(self, _: requests.PreparedRequest) -> str:
        return f"Bearer {self.stage.token('root', 'user operator')}"

    def as_node(self, asked: requests.PreparedRequest) -> str:
        body = asked.body.encode() if isinstance(asked.body, str) else asked.body or b""
        path = asked.path_url
        joins = (asked.method, path) == ("POST", "/v1/nodes")
        digest = path.rsplit("/", 1)[1] if asked.method == "PUT" else hashed(body)
        return "Node " + sign_request(
            self.node.key, method=asked.method or "", path=path, body_sha256=digest, audience="" if joins else BRAIN_ID,
            now=self.stage.now,
        )  # fmt: skip


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Generator[Scene]:
    with staged(tmp_path_factory.mktemp("schema")) as stage:
        yield Scene(stage)


@ALL.parametrize()
@SOME
def test_whatever_is_asked_is_answered_as_the_schema_says(case: Case, scene: Scene) -> None:
    case.validate_response(scene.send(case, scene.operator), excluded_checks=[checks.ignored_auth])  # see test_callers


@FEWER.parametrize()
@SOME
def test_also_about_things_that_are_there(case: Case, scene: Scene) -> None:
    case.path_parameters = {name: scene.real.get(name, value) for name, value in (case.path_parameters or {}).items()}
    case.validate_response(scene.send(case, scene.operator), checks=ANSWERS)


@FEWER.include(path_regex="^/v1/(nodes|blobs)").parametrize()
@SOME
def test_also_when_a_node_asks(case: Case, scene: Scene) -> None:
    case.path_parameters = {name: scene.real.get(name, value) for name, value in (case.path_parameters or {}).items()}
    case.query.pop("wait", None)
    # not the last check: it reads arrays of fixed length by two editions of JSON Schema at once, and fails
    case.validate_response(scene.send(case, scene.as_node), checks=ANSWERS[:-1])
