"""Four real routers in a diamond, a user on one side, a node with one instance on the other, and forwarders at both ends.

home - in1 < t1 | t2 > e1 - m1        by t1 it is shorter
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.drivers.kernel.namespace import inside
from suanwang.model.fib import Put, Sid
from suanwang.model.network import Access, Link, Network, Router
from suanwang.model.steering import Contact, Form, Member, Policy, Served, Steering
from suanwang.steer import address
from suanwang.steer.address import INSTANCE, number_of
from suanwang.steer.change import diff
from suanwang.steer.paths import policy
from suanwang.steer.routes import ANCHOR, LOCAL, interior
from suanwang.trust import hello
from suanwang.trust.identity import cs_id, id_of
from suanwang.trust.key import public_of
from tests.brain.sample import key_of
from tests.drivers.kernel.spaces import spaces

PORT = 8080
PROTOCOL = 84
SERVICE_KEY, NODE_KEY = public_of(key_of("web")), key_of("m1")
CS_ID = cs_id(SERVICE_KEY)
LOCATOR = number_of(4, 1)
MEMBER = Member(node_id=id_of("node", public_of(NODE_KEY)), name="m1", locator=LOCATOR, public_key=public_of(NODE_KEY).hex())
CONTACT = Contact(
    id="web-1", node_id=MEMBER.node_id, address=address.contact(LOCATOR, 1), port=PORT, locator=LOCATOR, function=1
)
NETWORK = Network(
    routers=(
        Router(number=1, name="in1", roles=("ingress",)),
        Router(number=2, name="t1"),
        Router(number=3, name="t2"),
        Router(number=4, name="e1", roles=("egress",)),
    ),
    links=(
        Link(a=1, b=2, latency_ms=1.0),
        Link(a=1, b=3, latency_ms=2.0),
        Link(a=2, b=4, latency_ms=1.0),
        Link(a=3, b=4, latency_ms=2.0),
    ),
    accesses=(Access(router=1, number=1, name="home"),),
)
WIRES = (("in1", "t1"), ("in1", "t2"), ("t1", "e1"), ("t2", "e1"), ("home", "in1"), ("e1", "m1"))
NUMBERS = {router.name: router.number for router in NETWORK.routers}
SERVED = Served(id="web", name="web", cs_id=CS_ID, public_key=SERVICE_KEY.hex(), port=PORT, affinity_s=2.0, contacts=(CONTACT,))


def steering(router: int, end: int, *services: Served, number: int = 1, form: Form = "distributed") -> Steering:
    """What the forwarder on an end of the diamond follows."""
    way = policy(NETWORK, router, end)
    return Steering(
        number=number, form=form, router=router, network=NETWORK, services=services, members=(MEMBER,),
        policies=(way,) if isinstance(way, Policy) else (),
    )  # fmt: skip


class Running:
    """A forwarder's process."""

    def __init__(self, space: str, name: str, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        with inside(space):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.agent.forward.router", name, str(folder)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        self.reports: list[dict[str, Any]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, said: Steering) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(said) + b"\n")
        self._process.stdin.flush()

    def status(self) -> dict:
        """What it shows; empty before it has shown anything."""
        with suppress(OSError):
            return json.loads((self.folder / "forwarder.json").read_text())
        return {}

    def cpu_s(self) -> float:
        """Processor time that it has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.reports.append(json.loads(line))


class Diamond:
    """Its namespaces by short name, and its two forwarders."""

    def __init__(self, real: dict[str, str], folder: Path) -> None:
        self.real = real
        for router in NETWORK.routers:
            self._router(router)
        self._home()
        self._node()
        self.ingress = Running(real["in1"], "node-in1", folder / "in1")
        self.egress = Running(real["e1"], "node-e1", folder / "e1")

    def greet(self, key: bytes = NODE_KEY) -> None:
        """The node says hello on its uplink."""
        with inside(self.real["m1"]), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as said:
            device = socket.if_nametoindex("e1")
            said.sendto(hello.pack(key, MEMBER.node_id, LOCATOR, time.time()), (hello.GROUP, hello.PORT, 0, device))

    def turn(self, router: str, device: str, *, up: bool) -> None:
        """An interface of a router is set up or down: who is behind the next router sees nothing of it."""
        links = Links(self.real[router])
        (links.up if up else links.down)(device)
        if up:  # a kernel forgets the addresses of an interface that is set down
            links.link_local(device, address.link_local(number_of(NUMBERS[router])))
        links.close()

    def converge(self, router: int, name: str) -> None:
        """The routing protocol, with all links up."""
        kernel = Kernel(self.real[name], PROTOCOL)
        kernel.apply(diff(interior(NETWORK, router), kernel.read()))
        kernel.close()

    def close(self) -> None:
        self.ingress.kill()
        self.egress.kill()

    def _router(self, router: Router) -> None:
        number, links = number_of(router.number), Links(self.real[router.name])
        anchor(links)
        links.address("lo", f"{address.home(number)}/128")
        for a, b in WIRES:
            if router.name in (a, b):
                links.link_local(b if router.name == a else a, address.link_local(number))
        links.close()
        self.converge(router.number, router.name)

    def _home(self) -> None:
        router, user = Links(self.real["in1"]), Links(self.real["home"])
        router.address("home", f"{address.user(1, 1, 1)}/64")
        user.address("in1", f"{address.user(1, 1, 2)}/64")
        user.default_route("in1", address.user(1, 1, 1))
        router.close()
        user.close()

    def _node(self) -> None:
        links, kernel = Links(self.real["m1"]), Kernel(self.real["m1"], PROTOCOL)
        anchor(links)
        for own in (address.home(LOCATOR), CONTACT.address, CS_ID):
            links.address("lo", f"{own}/128")
        links.link_local("e1", address.link_local(LOCATOR))
        links.default_route("e1", address.link_local(number_of(4)))
        taken_out = Sid(prefix=address.sid(LOCATOR, INSTANCE + 1), action="End.DT6", device=ANCHOR, table=LOCAL)
        kernel.apply([Put(taken_out)])
        links.close()
        kernel.close()


@contextmanager
def diamond(folder: Path) -> Generator[Diamond]:
    """Built, with forwarders that have not been told anything yet."""
    with spaces("in1", "t1", "t2", "e1", "home", "m1", wires=WIRES) as real, ExitStack() as stack:
        made = Diamond(real, folder)
        stack.callback(made.close)
        stack.enter_context(_serving(real["m1"]))
        yield made


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for it. AssertionError if it does not come true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def stream(space: str, seconds: float, every_s: float = 0.001) -> tuple[Sequence[int], float]:
    """Ask the service over UDP, again and again; (the questions that were not answered, the longest silence in seconds)."""
    with inside(space):
        asked = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    asked.connect((CS_ID, PORT))
    asked.settimeout(every_s)
    began = last = time.monotonic()
    sent, answered, silence = 0, set[int](), 0.0
    while (now := time.monotonic()) < began + seconds:
        if sent < (now - began) / every_s:
            asked.send(sent.to_bytes(4, "big"))
            sent += 1
        with suppress(TimeoutError, ConnectionError):
            answered.add(int.from_bytes(asked.recv(64), "big"))
            silence, last = max(silence, time.monotonic() - last), time.monotonic()
    asked.close()
    return [number for number in range(sent - 20) if number not in answered], silence


@contextmanager
def _serving(space: str) -> Generator[None]:
    """An instance: answers over HTTP, and over UDP with what it was asked."""
    with inside(space):
        web = socket.create_server(("::", PORT), family=socket.AF_INET6, backlog=64)
        echo = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        echo.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        echo.bind(("::", PORT))

    def answer() -> None:
        with suppress(OSError):
            while True:
                one, _ = web.accept()
                with one, suppress(OSError):
                    one.recv(1024)
                    one.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")

    def repeat() -> None:
        with suppress(OSError):
            while True:
                data, info, _, peer = echo.recvmsg(64, 64)
                echo.sendmsg([data], [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, info[0][2][:16] + bytes(4))], 0, peer)

    threads = [threading.Thread(target=work, daemon=True) for work in (answer, repeat)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        web.shutdown(socket.SHUT_RDWR)
        for one in (web, echo):
            one.close()
