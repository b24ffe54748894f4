"""The console's files at the door: open to all, packed, kept where their name says what is in them, and never from
elsewhere."""

import gzip
from collections.abc import Generator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from suanwang.api.callers import Asked
from suanwang.api.console import POLICY, built, console_routes
from suanwang.api.problems import on_fault
from suanwang.model.fault import Fault
from tests.api.stage import staged


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>算网</p>")
    (tmp_path / "assets" / "index-1.js").write_text("let a = 1;\n" * 100)
    (tmp_path / "assets" / "secret.key").write_text("no page")
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Generator[TestClient[Litestar]]:
    handlers = {Fault: on_fault}
    with TestClient(Litestar(console_routes(folder), request_class=Asked, exception_handlers=handlers)) as made:  # type: ignore[arg-type]
        yield made


def test_only_files_of_known_kinds_are_served(folder: Path) -> None:
    assert set(built(folder)) == {"index.html", "assets/index-1.js"}


def test_the_first_page_is_looked_at_again_and_its_files_are_kept(client: TestClient[Litestar]) -> None:
    page, script = client.get("/"), client.get("/assets/index-1.js")
    assert (page.text, page.headers["content-type"]) == ("<p>算网</p>", "text/html; charset=utf-8")
    assert page.headers["cache-control"] == "no-cache" and "immutable" in script.headers["cache-control"]
    assert {page.headers["content-security-policy"], script.headers["content-security-policy"]} == {POLICY}


def test_who_can_unpack_gets_it_packed(client: TestClient[Litestar]) -> None:
    plain = client.get("/assets/index-1.js", headers={"accept-encoding": "identity"})
    packed = client.get("/assets/index-1.js", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text and int(packed.headers["content-length"]) == len(gzip.compress(plain.content, mtime=0))


@pytest.mark.parametrize("path", ["/assets/secret.key", "/assets/..%2Findex.html", "/assets/none.js", "/assets/%2e%2e"])
def test_what_was_not_built_is_not_there(client: TestClient[Litestar], path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404


def test_an_unbuilt_console_says_how_to_build_it(tmp_path: Path) -> None:
    with TestClient(Litestar(console_routes(tmp_path / "none"), request_class=Asked)) as client:
        assert "make console" in client.get("/").text


def test_no_token_is_asked_for_the_files_but_for_all_that_they_show(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        assert stage.client.get("/").status_code == 200
        assert stage.client.get("/v1/nodes").status_code == 401
