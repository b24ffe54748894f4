"""An app of a service and a job, made, changed, left alone and removed by its files, on a real brain and a real node."""

import contextlib
import json
import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.test_life import Network

APP = Path(__file__).parents[1] / "examples" / "serve" / "app.py"
SHOP = """name: web
run: python3 app.py
files: [app.py]
port: 8080
scale: {min: 1, max: 2}
needs: {cpu: 0.2, memory: 128MiB}
---
name: seed
run: echo seeded
files: []
"""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Generator[Network]:
    made = Network(tmp_path_factory.mktemp("apply"))
    shop = made.folder / "shop"
    shop.mkdir()
    (shop / "shop.yaml").write_text(SHOP)
    (shop / "app.py").write_text(APP.read_text())
    try:
        made.suan("up", "--detach", "--port", "0")
        yield made
    finally:
        for ready in (made.folder / ".suan").glob("*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)


def changes(network: Network, *arguments: str) -> list[tuple[str, str]]:
    shown = json.loads(network.suan("apply", "-f", "shop", "--dry-run", "--json", *arguments).stdout)
    return [(change["name"], change["action"]) for change in shown["items"]]


def test_an_app_is_made_once_changed_and_removed(network: Network) -> None:
    shop = network.folder / "shop" / "shop.yaml"
    assert changes(network) == [("web", "create"), ("seed", "create")]
    assert network.get("services")["items"] == []  # a dry run does nothing

    said = network.suan("apply", "-f", "shop", "--yes")
    assert '"shop" is as its files say' in said.stderr
    network.until("seed", "done")
    assert changes(network) == [("web", "keep"), ("seed", "keep")]
    assert "2 as asked for" in network.suan("apply", "-f", "shop").stdout  # nothing to accept
    assert len([j for j in network.get("ps", "--app", "shop")["items"] if j["demand"]["name"] == "seed"]) == 1  # type: ignore[union-attr,index]

    shop.write_text(SHOP.replace("max: 2", "max: 3").replace("name: seed\nrun: echo seeded", "name: late\nrun: sleep 600"))
    network.suan("apply", "-f", "shop", "--yes")
    assert network.get("services", "web")["service"]["scale"]["most"] == 3  # type: ignore[index]
    network.until("late", "running", "queued")

    network.suan("apply", "--app", "shop", "--remove", "--yes")
    assert [s["state"] for s in network.get("services")["items"]] in ([], ["ending"])  # type: ignore[union-attr,index]
    assert network.until("late", "cancelled")["state"] == "cancelled"
    assert changes(network) == [("web", "create"), ("late", "again")]


def test_without_a_yes_nothing_is_done(network: Network) -> None:
    assert "SUAN-U160" in network.suan("apply", "-f", "shop", expect=2).stderr
    assert "up" not in network.suan("services").stdout


def test_what_no_node_can_take_is_refused_before_anything_is_done(network: Network) -> None:
    file = network.folder / "huge.yaml"
    file.write_text("name: small\nrun: echo 1\nfiles: []\n---\nname: huge\nrun: echo 1\nfiles: []\nneeds: {cpu: 900}\n")
    said = network.suan("apply", "-f", "huge.yaml", "--yes", expect=5)
    assert "SUAN-P" in said.stdout
    assert network.get("ps", "--app", "huge")["items"] == []
