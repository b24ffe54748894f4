"""The command line, the SDK, the API and the console say the same numbers of the same things."""

import asyncio
import itertools
import json
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from suanwang.api.nodeside import forwarder_of
from suanwang.api.options import NodeOptions
from suanwang.drivers.clock import now
from suanwang.drivers.keys import load_or_make
from suanwang.drivers.wire import Wire
from suanwang.model.node import Reading
from suanwang.model.steering import Loads, Rate
from suanwang.model.view import Joining, Report
from tests.browser.chromium import Chromium
from tests.browser.test_console import browser, built, go, network
from tests.browser.test_looks import ROUTERS, tell
from tests.test_life import Network

__all__ = ["browser", "built", "network"]

SDK = """
import msgspec, sys, suanwang
client = suanwang.Client()
asked = {
    "job": client.wire.job("hello"), "bill": client.wire.bill("hello"), "account": client.wire.account(),
    "nodes": client.wire.nodes().items, "why": client.wire.why("hello"),
}
sys.stdout.buffer.write(msgspec.json.encode(asked))
"""
COMMANDS = {"job": "ps", "bill": "bill hello", "account": "account", "nodes": "nodes", "why": "why hello"}
MOVING = ("heard_s", "reading", "metrics", "cpu_milli_free", "memory_bytes_free", "running", "idle", "load")
"""What a node says anew each second."""


@pytest.fixture(scope="module")
def told(network: Network) -> dict[str, dict[str, Any]]:
    """Reader -> what it says of everything."""
    paths = {"job": "jobs/hello", "bill": "jobs/hello/bill", "account": "account", "nodes": "nodes", "why": "jobs/hello/why"}
    api = {name: _asked(network, f"/v1/{path}") for name, path in paths.items()}
    api["nodes"] = api["nodes"]["items"]
    said = {name: network.get(*words.split()) for name, words in COMMANDS.items()}
    said["nodes"] = said["nodes"]["items"]  # type: ignore[assignment]
    said["job"] = next(job for job in said["job"]["items"] if job["demand"]["name"] == "hello")  # type: ignore[union-attr,index]
    done = subprocess.run([sys.executable, "-c", SDK], env=network.env, capture_output=True, timeout=60, check=True)
    return {"api": api, "command": said, "sdk": json.loads(done.stdout)}


def _asked(network: Network, path: str) -> Any:
    token = json.loads((network.folder / "config" / "suanwang" / "client.json").read_text())["token"]
    asked = urllib.request.Request(network.url + path, headers={"authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.loads(answer.read())


def _standing(noun: Any) -> Any:
    """Without what moves from second to second."""
    if isinstance(noun, dict):
        return {key: _standing(value) for key, value in noun.items() if key not in MOVING}
    return [_standing(value) for value in noun] if isinstance(noun, list) else noun


@pytest.mark.parametrize("what", COMMANDS)
def test_programs_read_the_same(told: dict[str, dict[str, Any]], what: str) -> None:
    api, command, sdk = (_standing(told[reader][what]) for reader in ("api", "command", "sdk"))
    assert api and api == command == sdk


def test_people_read_the_same(told: dict[str, dict[str, Any]], network: Network, browser: Chromium) -> None:
    """Every figure of the command line's tables, in the same words, on the console's pages."""
    job = told["api"]["job"]["id"]
    ps = next(line for line in network.suan("ps").stdout.splitlines() if line.startswith(job))
    for page, said, figures in (
        (f"jobs/{job}", ps, r"[\d.]+ [kMGT]?fuel|[\d.]+ CNY"),
        ("money", network.suan("bill", "hello").stdout, r"[\d.]+ [kMGT]?fuel|[\d.]+ [mk]?gCO2e|[\d.]+ CNY(?= = | \+|$)"),
        ("money", network.suan("account").stdout, r"[\d.]+ CNY"),
        ("nodes", network.suan("nodes").stdout, r"[\d.]+ [MGT]fuel/s|[\d.]+ CNY/Tfuel"),
    ):
        found = re.findall(figures, said, re.MULTILINE)
        assert found, said
        go(browser, page)
        for figure in found:
            browser.reads(figure)


WEB = "name: web\nrun: python3 -m http.server $PORT\nport: 80\nscale: {min: 0, max: 1}\n"
PER_S = 40.25
"""A half at the last digit that is shown, which the doors have to treat alike."""


async def _counts(url: str, token: str, folder: Path, service: str, told: threading.Event, over: threading.Event) -> None:
    """A played forwarder, which tells the same rate until it is over."""
    key = load_or_make(folder / "forwarder")
    wire = Wire(url, key, now)
    try:
        joined = await wire.join(Joining(node=forwarder_of(NodeOptions(name="counts"), key), token=token))
        wire.trusts(joined.brain_id)
        id, rates = joined.node.id, (Rate(service=service, flows_per_s=PER_S),)
        for number in itertools.count(1):
            loads = Loads(node_id=id, number=number, at=now(), lifetime_s=3.0, window_s=2.0, rates=rates)
            await wire.report(id, Report(reading=Reading(node_id=id, generation=0), loads=loads))
            told.set()
            if await asyncio.to_thread(over.wait, 0.5):
                return
    finally:
        await wire.close()


@pytest.fixture
def counted(network: Network) -> Generator[str]:
    """The id of a service whose new flows an ingress counts."""
    tell(network, "PUT", "/v1/network", ROUTERS)
    (network.folder / "web.yaml").write_text(WEB)
    network.suan("serve", "web.yaml")
    made = network.suan("token", "make", "--kind", "join", "--trust", "vouched", "--router", "sz", "--forwarder")
    told, over = threading.Event(), threading.Event()
    id = str(network.get("services", "web")["id"])
    counting = _counts(network.url, made.stdout.strip(), network.folder, id, told, over)
    playing = threading.Thread(target=asyncio.run, args=(counting,))
    playing.start()
    try:
        assert told.wait(30)
        yield id
    finally:
        over.set()
        playing.join()


def test_everybody_reads_the_same_rate_of_new_flows(network: Network, counted: str, browser: Chromium) -> None:
    assert _asked(network, f"/v1/services/{counted}")["flows"] == [["sz", PER_S]]
    sdk = "import suanwang; print([s.flows_per_s for s in suanwang.Client().wire.services().items])"
    done = subprocess.run([sys.executable, "-c", sdk], env=network.env, capture_output=True, timeout=60, check=True, text=True)
    assert done.stdout.strip() == f"[{PER_S}]"
    for command in (("services",), ("services", "web"), ("route", "sz", "web")):
        assert f"{PER_S:.1f}/s" in network.suan(*command).stdout
    for page in ("services", "services/web", "network?from=sz&service=web"):
        go(browser, page)
        browser.reads(f"{PER_S:.1f}/s")


def test_the_terms_of_a_decision_add_up_alike(told: dict[str, dict[str, Any]], browser: Chromium) -> None:
    explained = told["api"]["why"]["taken"][-1]["explanation"]
    winner = next(one for one in explained["finalists"] if explained["winner"] in (one["node_id"], one["node"]))
    assert sum(term["contribution"] for term in winner["terms"]) == pytest.approx(winner["score"])
    go(browser, f"jobs/{told['api']['job']['id']}?tab=why")
    browser.reads(winner["node"])
