"""A hostile user at the edge of the domain, with real packets: nothing of his gets in but what is meant for users."""

import socket
from collections.abc import Generator

import pytest
from tests.drivers.kernel.spaces import needs_root, spaces
from tests.steer.nets import a_served, a_steering

from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.drivers.kernel.namespace import inside
from suanwang.drivers.probe import header
from suanwang.model.fib import Put, Route
from suanwang.model.network import Access, Link, Network, Router
from suanwang.steer.address import contact, home, link_local, locators, number_of, unicasts, user
from suanwang.steer.change import diff
from suanwang.steer.routes import desired

NETWORK = Network(
    routers=(Router(number=1, name="r", roles=("ingress",)), Router(number=2, name="e", roles=("egress",))),
    links=(Link(a=1, b=2, latency_ms=1.0),),
    accesses=(Access(router=1, number=1, name="u"),),
)
SERVED = a_served(NETWORK)
pytestmark = needs_root


class Edge:
    """A user, the ingress router with what a forwarder puts there, and behind it a wire on which all that gets through is
    seen."""

    def __init__(self, real: dict[str, str]) -> None:
        u, r = Links(real["u"]), Links(real["r"])
        u.address("r", f"{user(1, 1, 2)}/64")
        u.default_route("r", user(1, 1, 1))
        r.address("u", f"{user(1, 1, 1)}/64")
        r.address("lo", f"{home(number_of(1))}/128")
        anchor(r)
        r.link_local("u", link_local(number_of(1)))
        kernel = Kernel(real["r"])
        interior = [Route(prefix=p, device="e", via="fe80::3") for p in (locators(2), unicasts(2))]
        kernel.apply([Put(route) for route in interior])
        steering = a_steering(NETWORK, 1, SERVED)
        weights = {SERVED.id: {c.id: 100 for c in SERVED.contacts}}
        mine = Kernel(real["r"], protocol=82)
        mine.apply(diff(desired(steering, weights, {}, {}, ("u",)), mine.read()))
        with inside(real["e"]):
            self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x86DD))
            self.wire.bind(("r", 0))
        self.wire.settimeout(0.4)
        with inside(real["u"]):
            self.raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
            self.udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)

    def passed(self) -> list[str]:
        """Destinations of what came out on the other side, but for neighbours' talk."""
        found: list[str] = []
        try:
            while True:
                packet = self.wire.recv(2000)
                to = socket.inet_ntop(socket.AF_INET6, packet[14 + 24 : 14 + 40])
                if packet[14 + 6] != socket.IPPROTO_ICMPV6 and not to.startswith("ff"):
                    found.append(to)
        except TimeoutError:
            return found


@pytest.fixture(scope="module")
def edge() -> Generator[Edge]:
    with spaces("u", "r", "e", wires=(("u", "r"), ("r", "e"))) as real:
        yield Edge(real)


def plain(source: str, to: str) -> bytes:
    """A UDP packet with any source."""
    body = b"\x00\x09\x00\x09\x00\x08\x00\x00"
    head = b"\x60\x00\x00\x00" + len(body).to_bytes(2, "big") + b"\x11\x40"
    return head + socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, to) + body


def test_what_is_meant_for_users_passes(edge: Edge) -> None:
    edge.udp.sendto(b"x", (SERVED.cs_id, 80))
    assert any(to.startswith("fcbb:bb00:2") for to in edge.passed()), "to the service, encapsulated"
    edge.udp.sendto(b"x", (contact(number_of(2, 1), 1), 80))
    assert edge.passed() == [contact(number_of(2, 1), 1)]


@pytest.mark.parametrize("to", ["fcbb:bb00:201:e001::", "fcbb:bb00:200::", "fcbb:bb00:100:c000::"])
def test_nothing_from_users_enters_the_srv6_block(edge: Edge, to: str) -> None:
    edge.udp.sendto(b"x", (to, 80))
    edge.raw.sendto(plain(user(1, 1, 2), to), (to, 0))
    assert edge.passed() == []


def test_a_segment_routing_header_of_a_users_own_is_not_obeyed(edge: Edge) -> None:
    """Neither by way of the block nor by way of the router's own address."""
    for carriers in (("fcbb:bb00:201:e001::",), (home(number_of(1)), "fcbb:bb00:200::")):
        packet = header(user(1, 1, 2), carriers) + bytes(24)
        edge.raw.sendto(packet, (carriers[0], 0))
        assert [to for to in edge.passed() if to.startswith("fcbb")] == []


@pytest.mark.parametrize("source", [SERVED.cs_id, home(number_of(1)), home(number_of(2)), "fd10:0:201::2", "2001:db8::1"])
def test_a_source_that_is_not_the_users_own_gets_nowhere(edge: Edge, source: str) -> None:
    for to in (contact(number_of(2, 1), 1), SERVED.cs_id):
        edge.raw.sendto(plain(source, to), (to, 0))
    assert edge.passed() == []
