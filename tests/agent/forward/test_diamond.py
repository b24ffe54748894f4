"""Two forwarders on real routers: a node that says hello is connected, a user reaches the service by its address, a link that
is cut in silence is left, and what somebody flushed is put back."""

import socket
import threading
import time
from collections.abc import Generator

import msgspec
import pytest

from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.namespace import inside
from suanwang.model.fib import Fib
from suanwang.steer.change import diff
from tests.agent.forward.diamond import CS_ID, LOCATOR, PORT, SERVED, Diamond, diamond, steering, stream, until
from tests.brain.sample import key_of
from tests.drivers.kernel.spaces import needs_root

pytestmark = needs_root


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Generator[Diamond]:
    with diamond(tmp_path_factory.mktemp("diamond")) as made:
        made.ingress.tell(steering(1, 4, SERVED))
        made.egress.tell(steering(4, 1, SERVED))
        until(lambda: made.ingress.status().get("number") and made.egress.status().get("number"))
        yield made


def fetch(scene: Diamond) -> bytes:
    with inside(scene.real["home"]):
        asked = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    with asked:
        asked.settimeout(5.0)
        asked.connect((CS_ID, PORT))
        asked.sendall(b"GET / HTTP/1.1\r\nhost: web\r\n\r\n")
        return asked.recv(1024)


def joined(scene: Diamond) -> None:
    if not scene.egress.status().get("joined"):
        scene.greet()
        until(lambda: scene.egress.status()["joined"])


def told(scene: Diamond) -> list[dict]:
    return [rate for report in scene.ingress.reports if report["loads"] for rate in report["loads"]["rates"]]


def test_the_network_follows_a_node_that_says_who_it_is(scene: Diamond) -> None:
    scene.greet(key_of("eve"))
    until(lambda: scene.egress.status()["counters"]["hellos_refused"])
    assert scene.egress.status()["attached"] == {}
    scene.greet()
    until(lambda: scene.egress.status()["joined"])
    assert scene.egress.status()["attached"] == {f"{LOCATOR:#06x}": "m1"}


def test_a_user_reaches_the_service_by_its_address(scene: Diamond) -> None:
    joined(scene)
    until(lambda: scene.ingress.status()["weights"].get("web"))
    assert fetch(scene).endswith(b"ok")


def test_new_flows_of_users_are_counted_and_told_to_the_brain(scene: Diamond) -> None:
    joined(scene)
    until(lambda: scene.ingress.status()["weights"].get("web"))
    for _ in range(20):
        fetch(scene)
    until(lambda: scene.ingress.status()["rates"].get("web", 0.0) > 0.5, 60)
    until(lambda: any(rate["service"] == "web" and rate["flows_per_s"] > 0.5 for rate in told(scene)), 60)
    assert {rate["service"] for rate in told(scene)} == {"web"}
    assert scene.egress.status()["rates"] == {}, "no users come in there"


def test_every_path_is_measured_and_told(scene: Diamond) -> None:
    until(lambda: scene.ingress.reports and len(scene.ingress.reports[-1]["paths"]) == 2)
    until(lambda: all(path["rtt_ms"] > 0 and path["up"] for path in scene.ingress.reports[-1]["paths"]))
    assert [path["active"] for path in scene.ingress.reports[-1]["paths"]] == [True, False]


@pytest.mark.parametrize(("router", "device"), [("t1", "e1"), ("in1", "t1")])
def test_a_cut_link_is_left_and_used_again(
    scene: Diamond, router: str, device: str, capsys: pytest.CaptureFixture[str]
) -> None:
    joined(scene)
    until(lambda: scene.ingress.status()["active"] == {"e1": 0} and scene.egress.status()["active"] == {"in1": 0}, 40)
    cut = threading.Timer(1.0, scene.turn, (router, device), {"up": False})
    cut.start()
    lost, silence = stream(scene.real["home"], 2.5)
    cut.join()
    with capsys.disabled():
        took = [one.status()["counters"]["switch_ms"] for one in (scene.ingress, scene.egress)]
        print(f"\n{router}-{device} cut: {len(lost)} of 2500 questions lost, longest silence {silence * 1000:.0f} ms, "
              f"switches took {took[0]:.1f} and {took[1]:.1f} ms")  # fmt: skip
    assert scene.ingress.status()["active"] == {"e1": 1} and fetch(scene).endswith(b"ok")
    scene.turn(router, device, up=True)
    restored(scene)
    until(lambda: scene.ingress.status()["active"] == {"e1": 0} and scene.egress.status()["active"] == {"in1": 0}, 40)
    assert fetch(scene).endswith(b"ok")


def restored(scene: Diamond) -> None:
    """The routing protocol finds the link again: here nobody plays it, so its routes are put back by hand."""
    for router, name in enumerate(("in1", "t1", "t2", "e1"), 1):
        scene.converge(router, name)


def test_what_somebody_flushed_is_put_back(scene: Diamond) -> None:
    joined(scene)
    kernel = Kernel(scene.real["in1"])
    held = kernel.read()
    kernel.apply(diff(Fib(), held))
    assert kernel.read() == Fib()
    until(lambda: kernel.read() == held, 20)
    kernel.close()
    assert fetch(scene).endswith(b"ok")


def test_asking_for_a_service_that_has_no_instance_is_told_to_the_brain(scene: Diamond) -> None:
    joined(scene)
    scene.ingress.tell(steering(1, 4, msgspec.structs.replace(SERVED, contacts=()), number=2))
    until(lambda: scene.ingress.status()["number"] == 2)
    came: list[bytes] = []
    asking = threading.Thread(target=lambda: came.append(fetch(scene)))
    asking.start()
    until(lambda: any("web" in report["asked"] for report in scene.ingress.reports))
    scene.ingress.tell(steering(1, 4, SERVED, number=3))
    asking.join(10)
    assert came and came[0].endswith(b"ok"), "the client's own SYN, sent again, finds the instance"


def test_it_costs_little_to_watch(scene: Diamond, capsys: pytest.CaptureFixture[str]) -> None:
    before, probes = scene.ingress.cpu_s(), scene.ingress.status()["counters"]["probes_out"]
    time.sleep(3.0)
    used, sent = scene.ingress.cpu_s() - before, scene.ingress.status()["counters"]["probes_out"] - probes
    with capsys.disabled():
        print(f"\n{used / 3:.1%} of a core for one policy of two paths, {sent / 3:.0f} probes/s")
    assert sent > 0
