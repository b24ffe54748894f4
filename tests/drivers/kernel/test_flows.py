"""New flows as the kernel lets them be counted: first packets of connections to a service that came in
here, and nothing else."""

import socket
import time
from collections import Counter
from collections.abc import Callable, Generator

import pytest
from tests.drivers.kernel.spaces import needs_root, spaces

from suanwang.drivers.kernel.flows import FakeFlows, Flows
from suanwang.drivers.kernel.links import Links
from suanwang.drivers.kernel.namespace import inside

PREFIX, ONE, TWO, OTHER = "fd73:756e:7761::/48", "fd73:756e:7761::1", "fd73:756e:7761::2", "fd73:756e:7762::1"
WAIT_S = 60.0


@pytest.fixture
def pair() -> Generator[dict[str, str]]:
    """A user beside a router that has the services' addresses on its loopback."""
    with spaces("user", "router", wires=(("user", "router"),)) as real:
        router = Links(real["router"])
        for address in (ONE, TWO, OTHER):
            router.address("lo", f"{address}/128")
        router.close()
        routed(real)
        yield real


def routed(real: dict[str, str]) -> None:
    """Addresses between them; a device that was down has lost its own."""
    for space, device, address in (("router", "user", "fd10::1/64"), ("user", "router", "fd10::2/64")):
        links = Links(real[space])
        links.address(device, address)
        if space == "user":
            links.default_route(device, "fd10::1")
        links.close()


def knock(space: str, address: str, times: int, port: int = 81) -> None:
    """Connections that nobody takes: each is one SYN, and a reset."""
    with inside(space):
        for _ in range(times):
            with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as made:
                made.settimeout(WAIT_S)
                made.connect_ex((address, port))


def until(flows: Flows, devices: tuple[str, ...], whole: Callable[[Counter[str]], bool]) -> Counter[str]:
    found, end = Counter[str](), time.monotonic() + WAIT_S
    while not whole(found) and time.monotonic() < end:
        found.update(flows.taken(devices))
    found.update(flows.taken(devices))
    return found


@needs_root
def test_counted_are_first_packets_to_services_that_came_in_here(pair: dict[str, str]) -> None:
    flows = Flows(PREFIX, pair["router"])
    assert flows.taken(("user",)) == {}
    knock(pair["user"], ONE, 5)
    knock(pair["user"], TWO, 2)
    knock(pair["user"], OTHER, 3)
    knock(pair["router"], ONE, 4)
    assert until(flows, ("user",), lambda c: c.total() >= 7) == {ONE: 5, TWO: 2}
    assert flows.taken(("user",)) == {}, "each is counted once"
    flows.close()


@needs_root
def test_a_connection_counts_once_however_much_it_says(pair: dict[str, str]) -> None:
    flows = Flows(PREFIX, pair["router"])
    flows.taken(("user",))
    with inside(pair["router"]):
        door = socket.create_server((ONE, 80), family=socket.AF_INET6)
    with inside(pair["user"]):
        user = socket.create_connection((ONE, 80), timeout=WAIT_S)
    there, _ = door.accept()
    for _ in range(20):
        user.sendall(b"x" * 500)
        there.recv(500)
        there.sendall(b"y")
        user.recv(1)
    for one in (user, there, door):
        one.close()
    assert until(flows, ("user",), lambda c: c.total() >= 1) == {ONE: 1}
    flows.close()


@needs_root
def test_what_a_full_buffer_lost_is_counted_all_the_same(pair: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suanwang.drivers.kernel.flows.BUFFER_BYTES", 4096)
    flows = Flows(PREFIX, pair["router"])
    flows.taken(("user",))
    knock(pair["user"], ONE, 200)
    assert flows.taken(("user",)) == {ONE: 200}
    flows.close()


@needs_root
def test_a_device_that_is_not_there_counts_nothing_and_one_that_comes_back_is_heard(pair: dict[str, str]) -> None:
    flows = Flows(PREFIX, pair["router"])
    assert flows.taken(("nowhere", "user")) == {}
    links = Links(pair["router"])
    links.down("user")
    assert flows.taken(("nowhere", "user")) == {}
    links.up("user")
    links.close()
    routed(pair)
    knock(pair["user"], ONE, 1)
    assert until(flows, ("user",), lambda c: c.total() >= 1)[ONE] >= 1
    flows.close()


def test_the_fake_counts_alike() -> None:
    flows = FakeFlows()
    flows.came = {"user": Counter({ONE: 3}), "else": Counter({TWO: 1})}
    assert flows.taken(("user",)) == {ONE: 3} and flows.taken(("user",)) == {}
