"""Probes on real routers go out along one way and come back along another; what is not ours is not taken for ours."""

import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from tests.drivers.kernel.spaces import needs_root, spaces

from suanwang.drivers.datagram import DatagramSocket
from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.drivers.kernel.namespace import inside
from suanwang.drivers.probe import PORT, Echo, Pinger, ProbeSocket, header
from suanwang.drivers.wake import Waker, destination
from suanwang.model.fault import RuntimeFault
from suanwang.model.fib import Fib
from suanwang.model.network import Link, Network, Router
from suanwang.steer.address import home, link_local, number_of
from suanwang.steer.change import diff
from suanwang.steer.routes import interior

NAMES = ("a", "b", "c", "d")
NETWORK = Network(
    routers=tuple(Router(number=n, name=name) for n, name in enumerate(NAMES, 1)),
    links=(
        Link(a=1, b=2, latency_ms=1.0),
        Link(a=1, b=3, latency_ms=2.0),
        Link(a=2, b=4, latency_ms=1.0),
        Link(a=3, b=4, latency_ms=2.0),
    ),
)
WIRES = (("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"))
OWN = home(number_of(1))
BY_C = "fcbb:bb00:300:400:300::"
SECRET = b"s" * 16


@pytest.fixture(scope="module")
def real() -> Generator[dict[str, str]]:
    with spaces(*NAMES, wires=WIRES) as found:
        for number, name in enumerate(NAMES, 1):
            links, kernel = Links(found[name]), Kernel(found[name], 84)
            anchor(links)
            links.address("lo", f"{home(number_of(number))}/128")
            for a, b in WIRES:
                if name in (a, b):
                    links.link_local(b if name == a else a, link_local(number_of(number)))
            kernel.apply(diff(interior(NETWORK, number), Fib()))
            links.close()
            kernel.close()
        yield found


@contextmanager
def probes(space: str, secret: bytes = SECRET) -> Generator[ProbeSocket]:
    with inside(space):
        made = ProbeSocket(OWN, secret)
    try:
        yield made
    finally:
        made.close()


def soon(asked: Callable[[], list]) -> list:
    """What there is to take within a moment."""
    for _ in range(200):
        if found := asked():
            return found
        time.sleep(0.005)
    return []


@needs_root
@pytest.mark.parametrize("carriers", [("fcbb:bb00:400::",), (BY_C,), ("fcbb:bb00:300:400::", "fcbb:bb00:200::")])
def test_a_probe_comes_back_the_way_that_its_segments_say(real: dict[str, str], carriers: tuple[str, ...]) -> None:
    with probes(real["a"]) as ours:
        before = time.time()
        assert ours.send(header(OWN, carriers), carriers[0], 7, 1)
        (echo,) = soon(ours.arrived)
        assert (echo.track, echo.number) == (7, 1) and before - 0.01 <= echo.at <= time.time() + 0.01


@needs_root
def test_a_list_that_begins_with_a_link_of_our_own_is_followed_too(real: dict[str, str]) -> None:
    by_our_link_to_c = "fcbb:bb00:100:d003:400:300::"
    with probes(real["a"]) as ours:
        ours.send(header(OWN, [by_our_link_to_c]), "", 1, 1)
        assert [echo.track for echo in soon(ours.arrived)] == [1]


@needs_root
def test_a_cut_link_takes_only_the_probes_that_were_to_use_it(real: dict[str, str]) -> None:
    links = Links(real["c"])
    with probes(real["a"]) as ours:
        links.down("d")
        ours.send(header(OWN, [BY_C]), BY_C, 1, 1)
        ours.send(header(OWN, ["fcbb:bb00:400::"]), "fcbb:bb00:400::", 2, 1)
        assert [echo.track for echo in soon(ours.arrived)] == [2]
    links.up("d")
    links.link_local("d", link_local(number_of(3)))
    links.close()
    kernel = Kernel(real["c"], 84)
    kernel.apply(diff(interior(NETWORK, 3), kernel.read()))
    kernel.close()


@needs_root
def test_what_is_not_by_us_is_counted_and_not_believed(real: dict[str, str]) -> None:
    with inside(real["d"]):
        eve = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with probes(real["a"]) as ours, eve:
        ours.send(header(OWN, ["fcbb:bb00:400::"]), "fcbb:bb00:400::", 7, 1)
        assert [type(echo) for echo in soon(ours.arrived)] == [Echo]
        for forged in (b"", b"x" * 24, (7).to_bytes(4, "big") + (1).to_bytes(4, "big") + bytes(16), bytes(9) * 500):
            eve.sendto(forged, (OWN, PORT))
        told: list[Echo] = []
        for _ in range(200):
            told += ours.arrived()
            if ours.forged == 4:
                break
            time.sleep(0.005)
        assert told == [] and ours.forged == 4


@needs_root
def test_a_router_without_its_own_address_can_send_no_probes(real: dict[str, str]) -> None:
    with inside(real["b"]), pytest.raises(RuntimeFault) as wrong:
        ProbeSocket(OWN, SECRET)
    assert wrong.value.code == "SUAN-R073"


@needs_root
def test_a_neighbour_answers_and_nobody_else_does(real: dict[str, str]) -> None:
    with inside(real["a"]):
        pinger = Pinger(OWN)
    pinger.ask(home(number_of(4)), 1)
    pinger.ask("fd00:0:9900::1", 1)
    assert soon(pinger.answered) == [home(number_of(4))]
    pinger.close()


@needs_root
def test_datagrams_to_a_group_are_heard_with_the_interface_they_came_by(real: dict[str, str]) -> None:
    with inside(real["a"]):
        ears = DatagramSocket("::", 7999)
        ears.hear("ff02::1")
    with inside(real["b"]):
        mouth = DatagramSocket()
        assert mouth.send(b"hello", "ff02::1", 7999, "a")
    with inside(real["a"]):  # an interface has its name only there
        (came,) = soon(ears.arrived)
    assert (came.data, came.device) == (b"hello", "b") and came.sender in ("fe80::2", link_local(number_of(2)))
    assert ears.in_count == 1 and mouth.out_bytes == 5
    with inside(real["a"]), pytest.raises(RuntimeFault) as wrong:
        DatagramSocket("::", 7999)
    assert wrong.value.code == "SUAN-R074"
    ears.close()
    mouth.close()


@needs_root
def test_packets_that_end_in_the_device_say_whom_they_were_for(real: dict[str, str]) -> None:
    links = Links(real["a"])
    waker = Waker(links.tun("wake-test"))
    links.up("wake-test")
    links.address("wake-test", "fd99::1/64")
    with inside(real["a"]), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as asked:
        for _ in range(3):
            asked.sendto(b"x", ("fd99::5", 80))
    found: set[str] = set()
    for _ in range(200):
        found |= set(waker.asked())
        if "fd99::5" in found:
            break
        time.sleep(0.005)
    assert "fd99::5" in found
    waker.close()
    links.close()


@pytest.mark.parametrize("packet", [b"", bytes(40), b"\x45" + bytes(60), b"abc"])
def test_what_is_no_ipv6_packet_is_for_nobody(packet: bytes) -> None:
    assert destination(packet) == ""
