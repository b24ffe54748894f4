"""A country at work: a lab with its brain, forwarders and agents, a plain client, and everything that a service is promised.

Each scene publishes a service of its own.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from suanwang.drivers.kernel.namespace import inside
from suanwang.lab import place
from tests.drivers.kernel.spaces import needs_compiler, needs_curl, needs_root
from tests.lab.country import LAB, SUAN, Country

SO_RCVBUFFORCE = 33
pytestmark = [needs_root, needs_compiler, needs_curl]


def until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.1)


def forwarder(router: str) -> dict[str, Any]:
    return json.loads((place.ROOT / LAB / router / "node" / "forwarder.json").read_text())


def test_nodes_are_connected_by_themselves(country: Country) -> None:
    """Stage 1a: locator, routes and a probe that answered, with no word from anybody."""
    for router, locators in (("e1", ["0x0701", "0x0702"]), ("e2", ["0x0801", "0x0802"]), ("e3", ["0x0901", "0x0902"])):
        deadline = time.monotonic() + 10
        while forwarder(router)["joined"] != locators and time.monotonic() < deadline:
            time.sleep(0.2)
        assert forwarder(router)["joined"] == locators
    measured = {(p["endpoint"], p["index"]): p["rtt_ms"] for p in forwarder("in1")["paths"]}
    assert 4.0 <= measured[7, 0] < 12 and 16.0 <= measured[8, 0] < 30 and 40.0 <= measured[9, 0] < 60


class Tap:
    """Sees every frame that a router sends or receives, and knows an address in it, inner headers included."""

    def __init__(self, router: str, address: str) -> None:
        self._wanted = socket.inet_pton(socket.AF_INET6, address)
        with inside(f"{LAB}-{router}"):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)  # probes pass by all the while
        self._socket.setblocking(False)

    def seen(self) -> int:
        """Frames with the address in them, since the last look."""
        count = 0
        with contextlib.suppress(BlockingIOError):
            while frame := self._socket.recv(20_000):
                count += self._wanted in frame
        return count


def test_packets_of_a_limited_service_go_where_they_may_there_and_back(country: Country) -> None:
    """The quickest way to the far site, which is in Guizhou itself, leads through another router there; that by Hunan does
    not."""
    plain = country.serve("plain", sites=["far"])
    limited = country.serve("limited", sites=["far"], path={"avoid": ["guizhou"]})
    for shown, way in ((plain, ["t1", "t4"]), (limited, ["t2"])):
        taps = {router: Tap(router, shown["cs_id"]) for router in ("t1", "t2", "t3", "t4")}
        for source in ("home-1", "home-2"):
            assert country.get(shown["cs_id"], source).startswith("hello job-")
        carried = {router for router, tap in taps.items() if tap.seen()}
        assert carried == set(way), (shown["service"]["name"], carried)
    route = json.loads(country.asked("route", "home-1", "limited", "--json"))
    assert route["candidates"][0]["path"]["routers"] == [1, 4, 9]
    assert not any(6 in path["routers"] for path, _ in route["backups"])
    for name in ("plain", "limited"):
        country.asked("withdraw", name)


def test_any_plain_client_reaches_a_service_under_its_one_address(country: Country) -> None:
    shown = country.serve("web", scale={"min": 2, "max": 2}, sites=["near", "mid"])
    assert shown["state"] == "up" and sorted(i["site"] for i in shown["instances"]) == ["mid", "near"]
    for source in ("home-1", "home-2"):
        assert country.get(shown["cs_id"], source).startswith("hello job-")

    def route() -> dict[str, Any]:
        return json.loads(country.asked("route", "home-1", "web", "--json"))

    def nearest() -> bool:
        best = route()["candidates"][0]
        return best["instance"]["site"] == "near" and best["share"] > 0.5

    until(nearest, 30)  # that a first answer was slow is soon forgotten
    best = route()["candidates"][0]
    assert best["measured"] and best["header_bytes"] == 40
    near = best["instance"]["contact"]["id"]
    with inside(f"{LAB}-home-1"):
        kept = socket.create_connection((shown["cs_id"], 8080), timeout=30)
    with kept:
        kept.sendall(b"GET / HTTP/1.1\r\n")  # and no more: it waits
        until(lambda: forwarder("in1")["under_way"].get(near) == 1, 30)
    until(lambda: forwarder("in1")["under_way"].get(near) == 0, 30)
    assert [r for r, _ in route()["backups"]] and "fcbb:bb00:7" in best["segments"][0]
    assert "e1" in country.asked("links")
    country.asked("withdraw", "web")


def test_every_ingress_knows_what_comes_in_at_all_of_them(country: Country) -> None:
    made = country.serve("count")
    loops = [country.loop(made["cs_id"], home) for home in ("home-1", "home-2")]

    def differ() -> float:
        """How far what both ingresses know is from what was asked over the last seconds, as a part of it."""
        since = time.time() - 6
        real = sum(row[0] > since for one in loops for row in one.rows) / 6
        known = [forwarder(router)["rates"].get(made["id"], 0.0) for router in ("in1", "in2")]
        return max(abs(rate - real) for rate in known) / real if real and all(len(one.rows) > 40 for one in loops) else 1.0

    try:
        until(lambda: differ() < 0.2, 60)
        shown = dict(country.service("count")["flows"])
        assert shown.keys() == {"in1", "in2"} and min(shown.values()) > 5, shown
        assert "new flows: in1 " in country.asked("services", "count")
    finally:
        for one in loops:
            one.stop()
    until(lambda: not dict(forwarder("in1")["rates"]).get(made["id"]), 60)


def test_a_newer_version_comes_without_one_failed_request(country: Country) -> None:
    shown = country.serve("roll", word="one", scale={"min": 2, "max": 2})
    loop = country.loop(shown["cs_id"])
    time.sleep(1.0)
    country.serve("roll", word="two", scale={"min": 2, "max": 2})
    deadline = time.monotonic() + 40
    while country.service("roll")["state"] != "up" and time.monotonic() < deadline:
        time.sleep(0.3)
    time.sleep(6.0)  # those that were let go are stopped
    rows = loop.stop()
    assert [said for _, _, said in rows if said.startswith("failed")] == []
    assert rows[0][2].startswith("one ") and rows[-1][2].startswith("two ") and len(rows) > 200
    assert {i["version"] for i in country.service("roll")["instances"]} == {2}
    country.asked("withdraw", "roll")


def test_to_zero_and_back_by_the_clients_own_first_packet(country: Country) -> None:
    shown = country.serve("rest", scale={"min": 0, "max": 1, "idle": "2s"})
    assert country.get(shown["cs_id"]).startswith("hello ")
    deadline = time.monotonic() + 40
    while country.service("rest")["instances"] and time.monotonic() < deadline:
        time.sleep(0.3)
    rested = country.service("rest")
    assert rested["instances"] == [] and rested["state"] == "idle"
    began = time.monotonic()
    assert country.get(shown["cs_id"], limit_s=20).startswith("hello "), "the first request is answered, and by the service"
    assert time.monotonic() - began > 0.9
    country.asked("withdraw", "rest")


def spread(country: Country, name: str, **more: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """A service with an instance at each of two sites, and these by site."""
    shown = country.serve(name, scale={"min": 2, "max": 2}, sites=["near", "mid"], **more)
    where = {i["site"]: i["job"] for i in shown["instances"]}
    assert set(where) == {"near", "mid"}, [country.asked("why", i["job"]) for i in shown["instances"]]
    return shown, where


def test_a_site_dies_and_requests_go_elsewhere(country: Country) -> None:
    shown, where = spread(country, "hard")
    loop = country.loop(shown["cs_id"])
    time.sleep(2.0)
    for link in ("t1-e1", "t2-e1"):
        country.suan("lab", "cut", link, "--lab", LAB)
    died = time.time()
    time.sleep(6.0)
    rows = loop.stop()
    for link in ("t1-e1", "t2-e1"):
        country.suan("lab", "mend", link, "--lab", LAB)
    near = where["near"]
    assert any(near in said for at, _, said in rows if at < died - 0.5)
    late = [said for at, _, said in rows if at > died + 4]
    assert late and all(said.startswith("hello ") and near not in said for said in late)
    country.asked("withdraw", shown["service"]["name"])


INTEND = """
import os, sys
from suanwang.api.client import Client
from suanwang.api.config import load_config
from suanwang.model.intent import IntentAsk
config = load_config(os.environ)
with Client(config.url, config.token, config.peer) as client:
    shown = client.service(sys.argv[1])
    view = client.receive_intent(IntentAsk(words="to users in Guangzhou within 30 ms", service=shown.service), "k")
    assert view.state == "received", view
    print(client.accept_intent(view.intent.id, shown.id, "l").intent.id)
"""


def intend(country: Country, name: str) -> str:
    """An intent on a service that there is already. Its id."""
    typed = [SUAN, "lab", "exec", "--lab", LAB, "brain", "--", sys.executable, "-c", INTEND, name]
    done = subprocess.run(typed, capture_output=True, text=True, timeout=60, cwd=country.folder)
    assert done.returncode == 0, done.stderr[-1500:]
    return done.stdout.strip()


def compliance(country: Country, intent: str, wanted: str, limit_s: float = 60.0) -> dict[str, Any]:
    """Its report, once it is as wanted."""
    deadline = time.monotonic() + limit_s
    while True:
        shown = json.loads(country.asked("intents", intent, "--json"))
        if shown["view"]["state"] == wanted:
            return shown
        assert time.monotonic() < deadline, shown
        time.sleep(0.3)


def measured_ms(shown: dict[str, Any]) -> dict[str, float]:
    return {f["measure"]: f["value"] for f in shown["view"]["found"]}


def test_an_intent_on_latency_is_kept_by_steering_while_the_near_site_is_far_for_a_while(country: Country) -> None:
    """The links to the near site are lengthened (netem, or the relay where the kernel has none): new flows go to the other."""
    shown, where = spread(country, "kept", near="guangzhou", limits={"latency": "30ms", "budget": "1 CNY"}, deadline="60ms")
    intent = intend(country, shown["service"]["name"])
    compliance(country, intent, "compliant")
    loop = country.loop(shown["cs_id"])
    broken = time.time()  # the first link may be long, and the service steered, before the second word is answered
    for link in ("t1-e1", "t2-e1"):
        country.suan("lab", "set", link, "--delay", "100ms", "--lab", LAB)
    try:
        time.sleep(12.0)
        report = compliance(country, intent, "compliant")
        after = time.time()
        rows = [row for row in loop.stop() if row[0] > broken]
    finally:
        for link, delay in (("t1-e1", "1.5ms"), ("t2-e1", "5ms")):
            country.suan("lab", "set", link, "--delay", delay, "--lab", LAB)
    late = [(took, said) for at, took, said in rows if after - 5 < at < after - 1]
    assert measured_ms(report)["latency"] <= 30.0
    kept = [took < 0.1 and where["mid"] in said for took, said in late]
    assert len(late) > 10 and sum(kept) > 0.8 * len(kept), "all but the few that see whether it is near again"
    assert any(took > 0.1 for _, took, _ in rows), "it was broken in truth"
    country.asked("withdraw", shown["service"]["name"])


def test_without_the_brain_requests_go_on(country: Country) -> None:
    shown = country.serve("alone", scale={"min": 2, "max": 2})
    pid = int((place.ROOT / LAB / "brain" / "brain" / "ready").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        answers = [country.get(shown["cs_id"]) for _ in range(10)]
    finally:
        os.kill(pid, signal.SIGCONT)
    assert all(a.startswith("hello ") for a in answers)
    assert country.service("alone")["state"] == "up"
    country.asked("withdraw", "alone")
