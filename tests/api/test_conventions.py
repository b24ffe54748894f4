"""What every door of the API has in common, held for each by walking the document that is checked in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from suanwang.api.catalogue import entries
from suanwang.api.said import is_known
from tests.api.stage import Stage, staged

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
AGAIN_IS_ONCE = {
    **dict.fromkeys(("ask", "missing", "twin_try", "twin_replay"), "it changes nothing"),
    **dict.fromkeys(
        ("cancel", "unreserve", "accept_intent", "withdraw_intent", "leave", "confirm_intent"), "what is so stays so"
    ),
    **dict.fromkeys(("join", "cosign"), "told again it is the same"),
    **dict.fromkeys(("make_token", "svid"), "another of them takes nothing from the first, and is shown to who asks only"),
}
"""POSTs that need no idempotency key, and why."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        yield made


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, found in DOCUMENT["paths"].items():
        for method, operation in found.items():
            yield method, path, operation


def named(method: str) -> list[Any]:
    return [pytest.param(path, operation, id=operation["operationId"]) for m, path, operation in operations() if m == method]


def parameters(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in operation.get("parameters", [])}


def answer(operation: dict[str, Any]) -> dict[str, Any]:
    """The schema of the noun that it gives; {} of anything else."""
    contents = [told.get("content", {}) for status, told in operation["responses"].items() if status.startswith("2")]
    refs = [content["application/json"]["schema"].get("$ref", "") for content in contents if "application/json" in content]
    return DOCUMENT["components"]["schemas"].get(refs[-1].rpartition("/")[2], {}) if refs else {}


def test_every_route_and_parameter_has_its_words_and_no_words_are_left_over() -> None:
    routes = [operation for _, _, operation in operations()]
    named = {f"param.{name}" for operation in routes for name in parameters(operation)}
    named |= {f"operation.{operation['operationId']}" for operation in routes}
    assert named ^ {key for key in entries() if key.startswith(("operation.", "param."))} == set()


@pytest.mark.parametrize(("path", "operation"), named("post"))
def test_every_post_may_be_told_again(path: str, operation: dict[str, Any]) -> None:
    key = parameters(operation).get("idempotency-key")
    assert (key is not None and key["required"]) != (operation["operationId"] in AGAIN_IS_ONCE), path


@pytest.mark.parametrize(("path", "operation"), named("get"))
def test_every_list_comes_in_pages(path: str, operation: dict[str, Any]) -> None:
    shape, told = answer(operation), parameters(operation)
    if "items" not in shape.get("properties", {}) or operation["operationId"] == "grid":  # a site each, as told
        return
    assert "next" in shape["properties"] and {"limit", "cursor"} <= told.keys(), path
    assert told["limit"]["schema"]["maximum"] == 1000


@pytest.mark.parametrize(("path", "operation"), [case for m in ("get", "post", "put", "delete") for case in named(m)])
def test_every_no_is_a_problem_document(path: str, operation: dict[str, Any]) -> None:
    no = operation["responses"]["default"]["content"]
    assert no == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}, path


def test_every_stream_can_be_taken_up_again() -> None:
    streams = [
        o for _, _, o in operations() if any("text/event-stream" in r.get("content", {}) for r in o["responses"].values())
    ]
    assert streams and all("last-event-id" in parameters(stream) for stream in streams)


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "code"),
    [
        ("GET", "/v1/nothing", {}, b"", 404, "SUAN-N000"),
        ("DELETE", "/v1/domain", {}, b"", 405, "SUAN-U050"),
        ("POST", "/v1/jobs", {"content-type": "text/yaml", "idempotency-key": "k"}, b"{}", 415, "SUAN-U052"),
        ("POST", "/v1/jobs", {"content-type": "application/json", "idempotency-key": "k"}, b"{", 400, "SUAN-U002"),
        ("POST", "/v1/jobs", {"content-type": "application/json"}, b"{}", 400, "SUAN-U002"),
        ("POST", "/v1/nodes", {"content-type": "application/json"}, b" " * (300 << 10), 413, "SUAN-U051"),
        ("GET", "/v1/jobs?limit=1001", {}, b"", 400, "SUAN-U002"),
        ("GET", "/v1/jobs?limit=no", {}, b"", 400, "SUAN-U002"),
    ],
)
def test_whatever_goes_wrong_is_told_the_same_way(
    stage: Stage, method: str, path: str, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    told = {"authorization": f"Bearer {stage.token('root', 'user operator')}", **headers}
    answered = stage.client.request(method, path, content=body, headers=told)
    assert (answered.status_code, answered.json()["code"]) == (status, code), answered.text
    assert answered.headers["content-type"] == "application/problem+json"


def test_what_is_wrong_is_called_as_it_was_asked(stage: Stage) -> None:
    assert stage.operator.get("/v1/jobs?state=odd").json()["detail"].startswith("state: ")
    assert "/v1/nothing" in stage.operator.get("/v1/nothing").json()["detail"]
    assert "DELETE /v1/domain" in stage.operator.ask("DELETE", "/v1/domain").json()["detail"]
    assert "king" in stage.operator.post("/v1/tokens", {"kind": "king", "user": "a"}).json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "operation"), [pytest.param(*one, id=one[2]["operationId"]) for one in operations()]
)
def test_what_a_door_does_not_take_is_refused_and_nothing_done(
    stage: Stage, method: str, path: str, operation: dict[str, Any]
) -> None:
    filled = re.sub(r"\{[a-z_0-9]+\}", "1", path)
    known = [name for name, one in parameters(operation).items() if one["in"] == "query"]
    told = {"authorization": f"Bearer {stage.token('root', 'user operator')}", "idempotency-key": "k"}
    odd = stage.client.request(method, f"{filled}?dry-run=true", headers=told)
    assert odd.status_code in (400, 403), odd.text
    if odd.status_code == 400:  # what is for nodes only is refused before
        assert odd.json()["code"] == "SUAN-U001" and all(name in odd.json()["detail"] for name in known)
    for name in known:
        answered = stage.client.request(method, f"{filled}?{name}=%00", headers=told)
        assert answered.status_code != 400 or answered.json()["code"] != "SUAN-U001", answered.text


def test_words_that_may_be_chosen_are_told(stage: Stage) -> None:
    assert "queued, running" in stage.operator.get("/v1/jobs?state=odd").json()["detail"]


def test_who_has_the_answer_already_is_told_only_that(stage: Stage) -> None:
    path = "/v1/account"
    first = stage.operator.get(path)
    tag = first.headers["etag"]
    for asked in (tag, f'W/{tag}, "other"', "*"):
        again = stage.operator.get(path, if_none_match=asked)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert stage.operator.get(path, if_none_match='"other"').content == first.content
    stage.operator.post("/v1/accounts/root/grants", {"amount_micro": 1}, idempotency_key="k")
    changed = stage.operator.get(path, if_none_match=tag)
    assert changed.status_code == 200 and changed.headers["etag"] != tag


def test_a_tag_is_known_only_whole() -> None:
    assert is_known('"a"', '"a"') and is_known('"b" , W/"a"', '"a"')
    assert not is_known("", '"a"') and not is_known('"ab"', '"a"') and not is_known("a", '"a"')
