"""`suan links set FILE`: the network told from the command line to a real brain, checked as the file of `suan up` is."""

import json
from collections.abc import Generator
from pathlib import Path

import httpx
import msgspec
import pytest
from tests.api.stage import Stage, staged
from tests.api.test_serving import NETWORK

from suanwang.api.topology import network_in
from suanwang.model.fault import UsageFault


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suan) -> Generator[Stage]:
    with staged(tmp_path / "brain") as made:
        monkeypatch.setenv("SUAN_TOKEN", made.operator.token)
        yield made


def wire(stage: Stage) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        said = stage.client.request(request.method, str(request.url.copy_with(host="testserver.local")), content=request.read(),
                                    headers={k: v for k, v in request.headers.items() if k != "host"})  # fmt: skip
        return httpx.Response(said.status_code, content=said.content, headers={"content-type": said.headers["content-type"]})

    return httpx.MockTransport(handle)


def test_an_operator_tells_the_network_and_what_is_shown_can_be_told_again(suan, stage: Stage) -> None:
    Path("net.json").write_bytes(msgspec.json.encode(NETWORK))
    tried = suan("links", "set", "net.json", "--dry-run", transport=wire(stage))
    assert tried.code == 0 and "dry run" in tried.out and not stage.brain.state.fleet.network.routers
    assert suan("links", "set", "net.json", transport=wire(stage)).code == 0
    told = stage.brain.state.fleet.network
    assert [r.name for r in told.routers] == [r.name for r in NETWORK.routers]
    Path("shown.json").write_text(suan("links", "--json", transport=wire(stage)).out)
    size = stage.log_size()
    again = json.loads(suan("links", "set", "shown.json", "--json", transport=wire(stage)).out)
    assert again["network"]["version"] == told.version and stage.log_size() == size


def test_only_operators_tell_it(suan, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("net.json").write_bytes(msgspec.json.encode(NETWORK))
    monkeypatch.setenv("SUAN_TOKEN", stage.person("ann").token)
    said = suan("links", "set", "net.json", transport=wire(stage))
    assert said.code == 4 and "SUAN-A040" in said.err and not stage.brain.state.fleet.network.routers


@pytest.mark.parametrize(
    ("text", "why"),
    [("{", "holds no network"), ("{}", 'has no "routers"'), ('{"routers": [{"number": 1}]}', "name"), (None, "No such file")],
)
def test_a_file_that_is_no_network_is_refused_before_anybody_is_asked(suan, brain, text: str | None, why: str) -> None:
    if text is not None:
        Path("net.json").write_text(text)
    said = suan("links", "set", "net.json")
    assert said.code == 2 and "SUAN-U093" in said.err and why in said.err and not brain.seen
    with pytest.raises(UsageFault, match="SUAN-U093"):
        network_in("net.json")


def test_one_that_cannot_be_names_what_is_wrong(suan, brain) -> None:
    Path("net.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(NETWORK, routers=NETWORK.routers[:1])))
    said = suan("links", "set", "net.json")
    assert said.code == 2 and "the network cannot be: " in said.err and not brain.seen
    assert suan("links", "--dry-run").code == suan("links", "set").code == 2
