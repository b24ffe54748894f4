"""New flows are given to contacts in the kernel: by price and by what is under way; and stay where they are, whatever comes and
goes beside them."""

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator

import numpy as np
import pytest
from tests.drivers.kernel.spaces import needs_root, spaces

from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.chooser import Chooser
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.drivers.kernel.namespace import inside
from suanwang.model.fault import KernelFault
from suanwang.model.fib import Group, NextHop, Put, Route, Sid
from suanwang.steer.choices import Choice
from suanwang.steer.prices import STEPS
from suanwang.steer.routes import ANCHOR

SERVICE, GROUP, WAIT_S = "fd73::1", 50, 20.0
ACK_S = 0.06
"""An acknowledgement may be held back for 40 ms."""
HOPS = {"x": 1, "y": 2, "z": 3}


class World:
    """A user, a router, and three contacts of one service, each of which says its name to who connects and waits for the
    end."""

    def __init__(self, real: dict[str, str]) -> None:
        self.real, self.kernel, self.chooser = real, Kernel(real["r"]), Chooser(real["r"])
        self.doors = list[socket.socket]()
        for name in HOPS:
            with inside(real[name]):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    door = socket.socket(socket.AF_INET6, kind)
                    door.bind((SERVICE, 80))
                    self.doors.append(door)
                    threading.Thread(target=tcp if kind == socket.SOCK_STREAM else udp, args=(door, name), daemon=True).start()

    def grouped(self, *names: str) -> None:
        """These are members, all alike."""
        members = tuple((HOPS[name], 1) for name in names)
        self.kernel.apply(
            [
                Put(Group(id=GROUP, members=members, buckets=512, idle_s=30.0)),
                Put(Route(prefix=f"{SERVICE}/128", next_hop=GROUP)),
            ]
        )
        time.sleep(0.03)  # a bucket that is first used within the tick in which it was made counts as never used

    def put(self, prices: dict[str, list[float]] | None, weights: dict[str, float] | None = None) -> None:
        names = sorted(prices or weights or {})
        rows = np.array([row + [row[-1]] * (STEPS - len(row)) for row in (prices[n] for n in names)]) if prices else None
        contacts = tuple((f"job/{name}", HOPS[name], (weights or {}).get(name, 1.0)) for name in names)
        choice = Choice(address=SERVICE, group=GROUP, contacts=contacts, prices=rows)
        self.chooser.put([choice], {GROUP: self.kernel.buckets(GROUP)})

    def connected(self) -> tuple[socket.socket, str]:
        """A new flow that waits for an answer, and who has it: so says the first answer, and the second does not come."""
        made, name = self.asked()
        time.sleep(ACK_S)
        before = self.under_way(name)
        made.sendall(b"wait")
        until(lambda: self.under_way(name) > before)
        return made, name

    def asked(self) -> tuple[socket.socket, str]:
        """A new flow, and who has answered in it."""
        with inside(self.real["c"]):
            made = socket.create_connection((SERVICE, 80), timeout=WAIT_S)
        made.sendall(b"who")
        return made, made.recv(1).decode()

    def under_way(self, name: str) -> int:
        return self.chooser.under_way()[f"job/{name}"]

    def said(self) -> str:
        """Who answers a datagram from a new port."""
        with inside(self.real["c"]), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as made:
            made.settimeout(WAIT_S)
            made.sendto(b"?", (SERVICE, 80))
            return made.recv(1).decode()

    def close(self) -> None:
        for one in (*self.doors, self.kernel, self.chooser):
            one.close()


def tcp(door: socket.socket, name: str) -> None:
    door.listen(256)
    with contextlib.suppress(OSError):
        while True:
            threading.Thread(target=waits, args=(door.accept()[0], name), daemon=True).start()


def waits(there: socket.socket, name: str) -> None:
    with there, contextlib.suppress(OSError):
        while said := there.recv(64):
            if said != b"wait":
                there.sendall(name.encode() if said == b"who" else said)


def udp(door: socket.socket, name: str) -> None:
    with contextlib.suppress(OSError):
        while True:
            door.sendto(name.encode(), door.recvfrom(64)[1])


@pytest.fixture
def world() -> Generator[World]:
    wires = (("c", "r"), ("r", "x"), ("r", "y"), ("r", "z"))
    with spaces("c", "r", *HOPS, wires=wires) as real:
        for name in HOPS:
            links = Links(real[name])
            links.address("lo", f"{SERVICE}/128")
            links.close()
            sid = Sid(prefix=f"fcbb:bb00:{HOPS[name]}00:e001::/64", action="End.DT6", device="r", table=255)
            Kernel(real[name]).apply([Put(sid), Put(Route(prefix="fd10::/64", device="r", via="fe80::2"))])
        user = Links(real["c"])
        user.address("r", "fd10::2/64")
        user.close()
        Kernel(real["c"]).apply([Put(Route(prefix="fd73::/16", device="r", via="fe80::2"))])
        router = Links(real["r"])
        router.address("c", "fd10::1/64")
        anchor(router)
        router.close()
        ways = [Put(Route(prefix=f"fcbb:bb00:{n}00::/40", device=d, via=f"fe80::{n + 2}")) for d, n in HOPS.items()]
        hops = [Put(NextHop(id=n, device=ANCHOR, segments=(f"fcbb:bb00:{n}00:e001::",))) for n in HOPS.values()]
        Kernel(real["r"]).apply([*ways, *hops])
        made = World(real)
        try:
            made.grouped(*HOPS)
            assert made.chooser.attach(("c", "nowhere"))
            yield made
        finally:
            made.close()


def until(whole: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not whole():
        assert time.monotonic() < end, "waited for too long"
        time.sleep(0.02)


@needs_root
def test_each_flow_goes_where_it_is_cheapest_by_what_is_under_way(world: World) -> None:
    world.put({"x": [1.0, 3.0, 9.0], "y": [2.0, 4.0, 9.0], "z": [5.0, 6.0, 9.0]})
    made = [world.connected() for _ in range(6)]
    assert [name for _, name in made] == ["x", "y", "x", "y", "z", "z"]
    assert world.chooser.under_way() == {"job/x": 2, "job/y": 2, "job/z": 2}
    made[1][0].close()
    until(lambda: world.chooser.under_way()["job/y"] == 1)
    assert world.connected()[1] == "y"
    for one, _ in made:
        one.close()


@needs_root
def test_a_connection_that_is_only_kept_is_not_under_way_and_each_request_in_it_is(world: World) -> None:
    world.put({"x": [1.0, 9.0], "y": [2.0, 9.0], "z": [5.0]})
    with inside(world.real["c"]):
        kept = socket.create_connection((SERVICE, 80), timeout=WAIT_S)
    until(lambda: world.under_way("x") == 0)
    for _ in range(3):
        kept.sendall(b"who")
        assert kept.recv(1) == b"x"
        until(lambda: world.under_way("x") == 0)
        kept.sendall(b"wait")
        until(lambda: world.under_way("x") == 1)
        assert world.connected()[1] == "y", "a request in it counts as much as a flow"
        kept.sendall(b"again")
        kept.recv(5)
        until(lambda: world.under_way("x") == 0)
    kept.close()
    until(lambda: world.chooser.under_way() == {"job/x": 0, "job/y": 0, "job/z": 0})


@needs_root
def test_flows_stay_while_prices_members_and_the_forwarder_change(world: World) -> None:
    world.put({"x": [1.0], "y": [2.0], "z": [3.0]})
    made = [world.connected()[0] for _ in range(5)]
    world.put({"x": [np.inf], "y": [1.0], "z": [3.0]})
    assert world.connected()[1] == "y"
    world.grouped("x", "y")  # of z's buckets the others get some
    world.put({"x": [np.inf], "y": [1.0]})
    world.grouped(*HOPS)
    world.put({"x": [np.inf], "y": [4.0], "z": [3.0]})
    world.chooser.close()
    assert world.asked()[1] == "z", "what hangs on the device goes on alone"
    world.chooser = Chooser(world.real["r"])
    assert world.chooser.attach(("c",))
    world.put({"x": [2.0], "y": [4.0], "z": [3.0]})
    until(lambda: world.chooser.under_way() == {"job/x": 5, "job/y": 0, "job/z": 0})
    for one in made:
        one.sendall(b"still?")
        assert one.recv(6) == b"still?"
        one.close()
    assert world.connected()[1] == "x"


@needs_root
def test_a_contact_that_is_gone_is_not_chosen_and_its_place_is_anothers(world: World) -> None:
    world.put({"x": [1.0], "y": [2.0]})
    held = [world.connected() for _ in range(3)]
    assert [name for _, name in held] == ["x"] * 3
    world.grouped("y", "z")
    world.put({"y": [2.0, 8.0], "z": [5.0]})
    new = [world.connected() for _ in range(2)]
    assert [name for _, name in new] == ["y", "z"], "who has gone has nothing under way"
    assert world.chooser.under_way() == {"job/y": 1, "job/z": 1}
    with pytest.raises(OSError):
        for _ in range(100):
            held[0][0].sendall(b"?")
            time.sleep(0.02)


@needs_root
def test_without_prices_flows_are_dealt_by_weight_and_datagrams_always(world: World) -> None:
    world.put(None, {"x": 3.0, "y": 1.0, "z": 0.0})
    dealt = Counter(world.asked()[1] for _ in range(80))
    assert dealt["z"] == 0 and 40 <= dealt["x"] <= 75 and dealt["x"] + dealt["y"] == 80
    world.put({"x": [1.0], "y": [2.0], "z": [3.0]}, {"x": 0.0, "y": 1.0, "z": 1.0})
    said = Counter(world.said() for _ in range(60))
    assert said["x"] == 0 and said["y"] >= 10 and said["z"] >= 10
    assert world.under_way("x") == 0


@needs_root
def test_flows_whose_end_nobody_saw_are_counted_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put({"x": [1.0], "y": [2.0], "z": [3.0]})
    made = [world.connected()[0] for _ in range(4)]
    world.chooser.swept()
    assert world.chooser.under_way()["job/x"] == 4
    monkeypatch.setattr("suanwang.drivers.kernel.chooser.AWAY_NS", 1_000_000)
    time.sleep(0.01)
    world.chooser.swept()
    assert world.chooser.under_way()["job/x"] == 0
    monkeypatch.undo()
    made[0].sendall(b"!")
    made[0].recv(1)
    time.sleep(ACK_S)
    world.chooser.swept()
    assert world.under_way("x") == 3, "one has its answer, the others are within the minute again"
    for one in made:
        one.close()


@needs_root
def test_a_device_off_which_somebody_took_the_program_gets_it_again(world: World) -> None:
    world.put({"x": [1.0], "y": [2.0], "z": [3.0]})
    somebody = Chooser(world.real["r"])
    try:
        assert somebody.attach(("c",)) and somebody.program_id == world.chooser.program_id
        somebody.detach()
    finally:
        somebody.close()
    assert len({world.asked()[1] for _ in range(40)}) == 3, "as the group says"
    world.chooser.swept()
    assert world.chooser.attach(("c",))
    assert {world.asked()[1] for _ in range(40)} == {"x"}


@needs_root
def test_services_that_are_not_named_go_by_their_groups(world: World) -> None:
    world.put({"x": [1.0], "y": [2.0], "z": [3.0]})
    world.chooser.put([], {})
    assert world.chooser.under_way() == {}
    assert len({world.asked()[1] for _ in range(40)}) == 3
    world.put({"x": [1.0], "y": [2.0], "z": [3.0]})
    world.chooser.detach()
    assert len({world.asked()[1] for _ in range(40)}) == 3


def test_a_kernel_that_has_no_such_programs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "m68k")
    chooser = Chooser()
    with pytest.raises(KernelFault, match="Function not implemented") as told:
        chooser.attach(("lo",))
    assert told.value.code == "SUAN-K006"
    chooser.close()
