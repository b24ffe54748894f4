"""A lab on the real kernel: it is as long as it says, packets take the way that was pinned, links are cut and mended, and
nothing of it is left; the host is never touched."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from suanwang.drivers.kernel import namespace
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.namespace import inside
from suanwang.lab import build, netem, place
from suanwang.lab.file import read_plan
from suanwang.lab.keeper import Told
from suanwang.lab.plan import Plan
from suanwang.lab.tell import tell
from suanwang.model.fault import Fault
from suanwang.model.fib import NextHop, Put, Route
from suanwang.steer.address import TAKE_OUT, number_of
from suanwang.steer.routes import ANCHOR
from suanwang.steer.segments import carriers
from tests.drivers.kernel.spaces import needs_compiler, needs_root

CACHE = Path.home() / ".cache" / "suanwang"
ECHO = """
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(("::", 7))
print("ready", flush=True)
while True:
    data, peer = s.recvfrom(100)
    s.sendto(data, peer)
"""
pytestmark = [needs_root, needs_compiler]


def name() -> str:
    return f"t{os.getpid()}"


@pytest.fixture(params=["relay", "netem"])
def lab(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Generator[tuple[Path, Plan]]:
    """By what gives its links their length."""
    if request.param == "netem" and not netem.there():
        pytest.skip("this kernel has no netem, or tc is not installed")
    monkeypatch.setattr(netem, "there", lambda: request.param == "netem")
    plan = read_plan("three-sites", name())
    folder = build.up(plan, CACHE)
    try:
        yield folder, plan
    finally:
        if plan.name in place.names():
            build.down(plan.name)


class Echo:
    """A machine that answers datagrams, and a user who asks."""

    def __init__(self, plan: Plan, machine: str, user: str = "home-1") -> None:
        with inside(plan.space(machine)):
            self.process = subprocess.Popen([sys.executable, "-c", ECHO], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None and self.process.stdout.readline() == "ready\n"
        self.address = plan.box(machine).addresses[0][1].partition("/")[0]
        with inside(plan.space(user)):
            self.socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.socket.settimeout(1.0)

    def rtt_ms(self, address: str = "") -> float:
        """Least of some; infinite if none came back."""
        best = float("inf")
        for _ in range(4):
            began = time.monotonic()
            self.socket.sendto(b"x", (address or self.address, 7))
            try:
                self.socket.recvfrom(100)
            except TimeoutError:
                continue
            best = min(best, 1000 * (time.monotonic() - began))
        return best

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.socket.close()


def host() -> tuple[str, ...]:
    """Everything of the host's own network that a lab could touch."""
    files = ["/proc/net/dev", "/proc/net/route", "/proc/net/ipv6_route", "/proc/net/if_inet6"]
    kept = [line.partition(":")[0] for line in Path(files[0]).read_text().splitlines()]
    routes = [" ".join(line.split()[:5]) for f in files[1:3] for line in Path(f).read_text().splitlines()]
    settings = [
        f"{p} {p.read_text()}" for p in sorted(Path("/proc/sys/net/ipv6/conf/all").iterdir()) if p.name != "stable_secret"
    ]
    return (*kept, *sorted(routes), Path(files[3]).read_text(), *settings)


def test_the_host_is_the_same_before_during_and_after() -> None:
    before, spaces = host(), namespace.names()
    plan = read_plan("three-sites", name())
    build.up(plan, CACHE)
    during = host()
    build.down(plan.name)
    assert before == during == host()
    assert namespace.names() == spaces and plan.name not in place.names()


def test_distance_is_as_the_file_says(lab: tuple[Path, Plan]) -> None:
    for machine, there_and_back in (("near-1", 4.0), ("mid-1", 16.0), ("far-1", 40.0)):
        echo = Echo(lab[1], machine)
        assert there_and_back <= echo.rtt_ms() < there_and_back + 25
        echo.close()


def test_a_pinned_way_is_taken(lab: tuple[Path, Plan]) -> None:
    """From in1 to the far site by t2, which the routing protocol does not take; seen by what the link carried."""
    folder, plan = lab
    numbers = {r.name: number_of(r.number) for r in plan.network.routers}
    echo = Echo(plan, "far-1")
    kernel = Kernel(plan.space("in1"))
    segments = carriers((numbers["t2"], numbers["e3"], TAKE_OUT))
    hop = NextHop(id=5, device=ANCHOR, segments=segments)
    kernel.apply([Put(hop), Put(Route(prefix=f"{echo.address}/128", next_hop=5, metric=1))])
    before = carried(folder)
    assert 40.0 <= echo.rtt_ms() < 80.0  # 23 ms there, 20 back
    after = carried(folder)
    assert after["t2-e3"] - before["t2-e3"] >= 4
    echo.close()


def carried(folder: Path) -> dict[str, int]:
    return {s.link: s.traffic.frames + s.traffic.frames_back for s in tell(folder, Told(do="show")) if s.traffic}


def test_a_link_is_cut_in_silence_and_the_protocol_goes_around_it(lab: tuple[Path, Plan]) -> None:
    folder, plan = lab
    echo = Echo(plan, "near-1")
    assert echo.rtt_ms() < 30
    tell(folder, Told(do="cut", link="t1-e1"))
    echo.socket.settimeout(0.05)
    assert echo.rtt_ms() == float("inf"), "before it has converged"
    time.sleep(0.6)
    echo.socket.settimeout(1.0)
    assert 16.0 <= echo.rtt_ms() < 60  # by t2: 3 + 5 ms
    tell(folder, Told(do="mend", link="t1-e1"))
    time.sleep(0.6)
    assert echo.rtt_ms() < 14
    echo.close()


def test_a_links_figures_are_changed_while_it_runs(lab: tuple[Path, Plan]) -> None:
    folder, plan = lab
    echo = Echo(plan, "near-1")
    (shown,) = tell(folder, Told(do="set", link="e1-t1", latency_ms=31.5))
    assert shown.cable.latency_ms == 31.5
    time.sleep(0.6)
    assert 16.0 <= echo.rtt_ms() < 60  # the protocol now prefers the way by t2
    with pytest.raises(Fault) as wrong:
        tell(folder, Told(do="cut", link="no-such"))
    assert wrong.value.code == "SUAN-U096"
    echo.close()


def test_after_kill_9_of_all_of_it_nothing_is_left(lab: tuple[Path, Plan]) -> None:
    folder, plan = lab
    sleeper = None
    with inside(plan.space("near-1")):
        sleeper = subprocess.Popen(["sleep", "1000"])
    for pid in build.processes(folder, ("keeper", "relay")).values():
        os.kill(pid, signal.SIGKILL)
    build.down(plan.name)
    assert sleeper.wait(5) == -signal.SIGKILL
    assert not [n for n in namespace.names() if n.startswith(f"{plan.name}-")]
    assert not folder.exists()


def test_two_labs_side_by_side_and_none_twice(lab: tuple[Path, Plan]) -> None:
    other = read_plan("three-sites", f"{name()}b")
    build.up(other, CACHE)
    try:
        for plan in (lab[1], other):
            echo = Echo(plan, "near-2")
            assert echo.rtt_ms() < 30
            echo.close()
        with pytest.raises(Fault) as twice:
            build.up(other, CACHE)
        assert twice.value.code == "SUAN-K012"
    finally:
        build.down(other.name)
    echo = Echo(lab[1], "near-1")
    assert echo.rtt_ms() < 30
    echo.close()


def test_a_namespace_of_somebody_else_is_never_taken() -> None:
    plan = read_plan("three-sites", f"{name()}c")
    theirs = plan.space("in1")
    namespace.create(theirs)
    try:
        with pytest.raises(Fault) as wrong:
            build.up(plan, CACHE)
        assert wrong.value.code == "SUAN-K012" and theirs in namespace.names()
        assert not [n for n in namespace.names() if n.startswith(f"{plan.name}-") and n != theirs]
    finally:
        namespace.remove(theirs)
