"""An intent on a service is kept though its node is killed: degraded, then compliant by itself, reported, paid back in part."""

import contextlib
import os
import signal
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.test_life import Network

APP = Path(__file__).parents[1] / "examples" / "serve" / "app.py"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Generator[Network]:
    made = Network(tmp_path_factory.mktemp("intent"))
    (made.folder / "app.py").write_text(APP.read_text())
    (made.folder / "hello.py").write_text("print('hello')\n")
    try:
        made.suan("up", "--no-node", "--detach", "--port", "0", "--dir", "brain", "--credit", "50")
        for name in ("one", "two"):  # of somebody else: what one's own node gets is not given back
            token = str(made.get("token", "make", "--kind", "join", "--user", "olga")["token"])
            made.join(name, "--city", "shenzhen", "--price", "20 CNY/Tfuel", "--token", token)
        yield made
    finally:
        for ready in made.folder.glob("*/*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)


def report(network: Network, intent: str) -> Any:
    return network.get("intents", intent)


def until(network: Network, intent: str, state: str, limit_s: float = 90.0) -> Any:
    end = time.monotonic() + limit_s
    while (shown := report(network, intent))["view"]["state"] != state:
        assert time.monotonic() < end, (shown["view"]["state"], shown["view"]["found"], shown["done"])
        time.sleep(0.2)
    return shown


SENTENCE = "serve `python3 app.py` to users in Shenzhen within 20 ms, at most 60 yuan a day"


def called(name: str) -> str:
    return SENTENCE.replace("to users", f"called {name} to users")


def test_a_service_is_kept_through_the_loss_of_its_node(network: Network) -> None:
    said = network.suan("ask", "--yes", SENTENCE, "app.py")
    assert (
        "held to, once accepted: available >= 1 instances, latency <= 20 ms" in said.stdout
        and "50% are given back" in said.stdout
    )
    asked: Any = network.get("intents")["items"][0]["intent"]  # type: ignore[index]
    intent, name = asked["id"], asked["name"]
    shown = until(network, intent, "compliant")
    assert {f["measure"]: f["met"] for f in shown["view"]["found"]} == {"available": True, "latency": True, "spend": True}

    held = next(i for i in network.get("services", name)["instances"] if i["state"] == "up")["node"]  # type: ignore[union-attr,index]
    network.kill(held, "node")
    shown = until(network, intent, "degraded")
    assert [f["measure"] for f in shown["view"]["found"] if not f["met"]] == ["available"]
    shown = until(network, intent, "compliant")  # nobody did anything
    other = "two" if held == "one" else "one"
    assert any("is placed on" in one["what"] and other in one["what"] for one in shown["done"])
    whole = shown["whole"]
    assert whole["degraded_s"] > 0 and whole["compliant_s"] > 0
    assert next(t for t in whole["targets"] if t["measure"] == "available")["missed_s"] == pytest.approx(whole["degraded_s"])
    assert next(t for t in whole["targets"] if t["measure"] == "latency")["missed_s"] == 0.0

    network.kill("brain", "brain")  # what was promised outlives the brain
    network.suan("up", "--no-node", "--detach", "--port", network.url.rsplit(":", 1)[1], "--dir", "brain")
    assert report(network, intent)["view"]["state"] in ("compliant", "degraded")
    until(network, intent, "compliant")

    network.suan("withdraw", name)
    until(network, intent, "ended")
    end = time.monotonic() + 60
    while not (credited := report(network, intent)["view"]["credited_micro"]) and time.monotonic() < end:
        time.sleep(0.2)  # the instance drains, and is charged when it has ended
    bills = [b for b in network.get("bill")["items"] if b["credited_micro"]]  # type: ignore[union-attr,index]
    assert credited > 0 and [b["credited_micro"] for b in bills] == [credited]
    bill = bills[0]
    assert credited < 0.5 * bill["posted_micro"]
    assert "were given back" in network.suan("bill", bill["job_id"]).stdout


def test_a_job_is_judged_when_it_has_ended(network: Network) -> None:
    network.suan("ask", "--yes", "run hello.py, at most 1 yuan, within 10 minutes", "hello.py")
    view = network.get("intents")["items"][0]  # type: ignore[index]
    shown = until(network, view["intent"]["id"], "ended")  # type: ignore[index]
    assert [s["measure"] for s in shown["view"]["found"]] == ["done", "finish", "cost"]
    assert all(s["met"] for s in shown["view"]["found"]) and shown["view"]["credited_micro"] == 0
    assert shown["view"]["reason"] == "the job is done"


def test_what_cannot_be_is_rejected_with_what_would_help(network: Network) -> None:
    said = network.suan("ask", "--yes", "run hello.py within 1 ms of Harbin, at most 1 yuan", "hello.py", expect=5)
    assert "this cannot be: SUAN-P012" in said.stdout and "what would help: limits.latency" in said.stdout
    assert network.get("intents")["items"][0]["state"] == "rejected"  # type: ignore[index]


def test_two_intents_that_contradict_each_other(network: Network) -> None:
    network.suan("ask", "--yes", called("twice"), "app.py")
    again = called("twice").replace("20 ms", "15 ms")
    said = network.suan("ask", "--yes", again, "app.py", expect=5)
    assert "SUAN-U170" in said.stdout and "latency 15 -> 20" in said.stdout
    dear = called("other").replace("60 yuan", "90 yuan")
    said = network.suan("ask", "--yes", dear, "app.py", expect=5)
    assert "together your services may cost" in said.stdout and "limits.budget" in said.stdout
