"""A node in an SRv6 domain: its number becomes addresses and SIDs, and every instance gets a network of its own behind it."""

import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from suanwang.agent.serve.plan import INSIDE, PROTOCOL, device, neighbour, of_instance, of_node, sysctls
from suanwang.agent.serve.stand import Stand, Waits
from suanwang.drivers.kernel import namespace
from suanwang.drivers.kernel.diag import InFlight
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.model.demand import Serve
from suanwang.model.fault import RuntimeFault
from suanwang.model.fib import Drop, Put
from suanwang.model.steering import INSTANCES_MAX
from suanwang.steer.address import contact, home, link_local
from suanwang.trust import hello

NAMED = Path("/run/netns")
OWN = Path("/proc/thread-self/ns/net")
ROUTES = Path("/proc/thread-self/net/ipv6_route")
LEFT = "instance of a service"
"""Marks the links that are ours, so that those of an agent that was killed are found."""


class Uplink(NamedTuple):
    """device: of the default route. gateway: the router, as that route names it."""

    device: str
    gateway: str


class Attached:
    """The role in stand.Ground, for one locator. greet(now): the datagram of a hello, now in steady seconds.

    Everything here is of the network namespace of this thread, which must be one with a name (`own`): never the machine's
    first.
    """

    def __init__(self, locator: int, greet: Callable[[], bytes]) -> None:
        self._locator, self._greet = locator, greet
        self._own = own()
        self._uplink = uplink()
        self._links, self._kernel = Links(), Kernel(protocol=PROTOCOL)
        self._numbers: dict[int, InFlight] = {}
        self._hellos = Hellos(self._uplink.device)
        self._sweep()
        self._links.sysctls(sysctls(self._uplink.device))
        self._links.address("lo", f"{home(locator)}/128")
        self._links.link_local(self._uplink.device, link_local(locator))
        self._programmed()

    def take(self, serve: Serve) -> Stand:
        """RuntimeFault SUAN-R015: there are as many as there are numbers."""
        number = next((n for n in range(1, INSTANCES_MAX + 1) if n not in self._numbers), 0)
        if not number:
            raise RuntimeFault("SUAN-R015", f"this node has {INSTANCES_MAX} instances already", "join another node")
        name = self._name(number)
        try:
            self._build(name, number, serve.cs_id)
            self._numbers[number] = InFlight(name, (serve.port,))
            self._programmed()
        except BaseException:
            self._remove(number)
            raise
        return Stand(
            address=contact(self._locator, number),
            port=serve.port,
            host="::",
            namespace=name,
            locator=self._locator,
            function=number,
            number=number,
        )

    def give_back(self, stand: Stand) -> None:
        if stand.number in self._numbers:
            self._remove(stand.number)

    def in_flight(self, stands: tuple[Stand, ...]) -> tuple[Waits, ...]:
        return tuple(self._requests(s.number) for s in stands)

    def alive(self, now: float) -> None:
        if self._hellos.due(now):
            self._hellos.send(self._greet())

    def close(self) -> None:
        for number in tuple(self._numbers):
            self._remove(number)
        for entry in self._kernel.read().sids + self._kernel.read().routes:
            self._kernel.apply((Drop(entry),))
        self._links.drop_address("lo", f"{home(self._locator)}/128")
        self._kernel.close()
        self._hellos.close()

    def _name(self, number: int) -> str:
        return f"{self._own}-i{number}"

    def _build(self, name: str, number: int, cs_id: str) -> None:
        namespace.create(name)
        with contextlib.closing(_Descriptor(namespace.descriptor(name))) as there:
            self._links.veth(device(number), INSIDE, there.fd)
        inside = Links(name)
        inside.sysctls({f"net.ipv6.conf.{n}.accept_dad": 0 for n in ("all", "default")})
        for address in (cs_id, contact(self._locator, number)):
            inside.address("lo", f"{address}/128")
        for links, link, own_address in (
            (inside, INSIDE, neighbour(self._locator, number)),
            (self._links, device(number), link_local(self._locator)),
        ):
            links.addr_gen_none(link)
            links.up(link)
            links.link_local(link, own_address)
        inside.up("lo")
        self._links.alias(device(number), LEFT)
        with contextlib.closing(Kernel(name, PROTOCOL)) as kernel:
            kernel.apply(tuple(Put(route) for route in of_instance(self._locator, number).routes))

    def _remove(self, number: int) -> None:
        self._numbers.pop(number, None)
        self._programmed()
        with contextlib.suppress(OSError):
            self._links.remove(device(number))
        namespace.remove(self._name(number))

    def _programmed(self) -> None:
        """Bring the kernel to what it should be; what goes, goes first."""
        wanted = of_node(self._locator, *self._uplink, tuple(sorted(self._numbers)))
        actual = self._kernel.read()
        want, have = (*wanted.routes, *wanted.sids), (*actual.sids, *actual.routes)
        drops = tuple(Drop(e) for e in have if e not in want)
        puts = tuple(Put(e) for e in want if e not in have)
        if drops or puts:
            self._kernel.apply((*drops, *puts))

    def _sweep(self) -> None:
        """What an agent that was killed has left here."""
        for name in namespace.names():
            if name.startswith(f"{self._own}-i") and name.removeprefix(f"{self._own}-i").isdigit():
                namespace.remove(name)
        for name, text in self._links.aliases().items():
            if text == LEFT:
                self._links.remove(name)

    def _requests(self, number: int) -> Waits:
        return tuple(ms for sample in self._numbers[number].sample().values() for ms in sample.in_flight)


class Hellos:
    """Tells the router at the other end of the uplink that we are here; see trust.hello for how often."""

    def __init__(self, device: str) -> None:
        self._device, self._sent, self._at = device, 0, float("-inf")
        self._socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)

    def due(self, now: float) -> bool:
        if now - self._at < (hello.FAST_S if self._sent < hello.FAST else hello.EVERY_S):
            return False
        self._sent, self._at = self._sent + 1, now
        return True

    def send(self, datagram: bytes) -> None:
        with contextlib.suppress(OSError):
            self._socket.sendto(datagram, (hello.GROUP, hello.PORT, 0, socket.if_nametoindex(self._device)))

    def close(self) -> None:
        self._socket.close()


class _Descriptor:
    def __init__(self, fd: int) -> None:
        self.fd = fd

    def close(self) -> None:
        os.close(self.fd)


def own() -> str:
    """Name of this thread's network namespace. RuntimeFault SUAN-R016 where it has none: it may be the machine's own, whose
    interfaces and routes are none of ours."""
    here = os.stat(OWN)
    for name in namespace.names():
        with contextlib.suppress(OSError):
            if os.path.samestat(os.stat(NAMED / name), here):
                return name
    raise RuntimeFault("SUAN-R016", "this node is in no network namespace with a name", "suan lab up")


def uplink() -> Uplink:
    """From the default route of least metric (ipv6_route of proc(5)). RuntimeFault SUAN-R016: there is none by a router."""
    lines = [line.split() for line in ROUTES.read_text().splitlines()]
    found = [(int(f[5], 16), f[9], f[4]) for f in lines if f[0] == "0" * 32 and f[1] == "00" and f[9] != "lo" and int(f[4], 16)]
    if not found:
        raise RuntimeFault("SUAN-R016", "there is no default route by a router", "ip -6 route add default via ROUTER")
    _, device_, gateway = min(found)
    return Uplink(device_, socket.inet_ntop(socket.AF_INET6, bytes.fromhex(gateway)))
