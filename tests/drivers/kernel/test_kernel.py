"""The kernel and its fake: what is put is what is read; both refuse and forget alike; flows stay where they are."""

import socket
import struct
import subprocess
import sys
import time
from collections.abc import Generator
from selectors import EVENT_READ, DefaultSelector

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.drivers.kernel.spaces import needs_root, spaces

from suanwang.drivers.kernel import namespace
from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.entries import segments_header
from suanwang.drivers.kernel.fake import FakeKernel
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.drivers.kernel.namespace import inside
from suanwang.model.fault import KernelFault
from suanwang.model.fib import Change, Drop, Fib, Group, NextHop, Put, Route, Rule, Sid
from suanwang.steer.routes import ANCHOR

DEVICE = "b"
HOPS = (
    NextHop(id=1, device=DEVICE, via="fe80::2"),
    NextHop(id=2, device=DEVICE, via="fe80::2", segments=("fcbb:bb00:200:300::",)),
    NextHop(id=3, device=DEVICE, segments=("fcbb:bb00:200::", "fcbb:bb00:300:e001::")),
    NextHop(id=2, device=DEVICE, via="fe80::3"),
)
GROUPS = (
    Group(id=11, members=((1, 1), (2, 256)), buckets=64, idle_s=2.0),
    Group(id=11, members=((3, 7),), buckets=64, idle_s=2.0),
    Group(id=11, members=((1, 1), (3, 9)), buckets=128, idle_s=2.0),
    Group(id=12, members=((2, 3), (3, 5))),
)
ROUTES = (
    Route(prefix="fd73::1/128", next_hop=11),
    Route(prefix="fd73::1/128", next_hop=12),
    Route(prefix="fd73::1/128", device=DEVICE),
    Route(prefix="fd73::1/128", table=100, device=DEVICE, via="fe80::2"),
    Route(prefix="fd00:0:200::/40", next_hop=1, metric=512),
    Route(prefix="fd00:0:200::/40", device=DEVICE, via="fe80::2"),
    Route(prefix="fd00:0:300::/40", kind="prohibit"),
)
SIDS = (
    Sid(prefix="fcbb:bb00:100::/48", action="End", device=DEVICE, csid=(32, 16)),
    Sid(prefix="fcbb:bb00:100:d002::/64", action="End.X", device=DEVICE, via="fe80::2", csid=(32, 32), out=DEVICE),
    Sid(prefix="fcbb:bb00:100:c000::/64", action="End.DT6", device=DEVICE, table=254),
    Sid(prefix="fcbb:bb00:100:e001::/64", action="End.DX6", device=DEVICE, via="fd00:0:100:1::1"),
)
RULES = (
    Rule(priority=1000, device="home", source="fd10:0:101::/64", action="table", table=100),
    Rule(priority=3000, device="home"),
    Rule(priority=1000, to="fcbb:bb00::/32", action="blackhole"),
)
ENTRIES = (*HOPS, *GROUPS, *ROUTES, *SIDS, *RULES)
WHOLE = Fib(next_hops=HOPS[:3], groups=(GROUPS[0], GROUPS[3]), routes=(ROUTES[4], ROUTES[0], ROUTES[3], ROUTES[6]), sids=SIDS,
            rules=RULES[:2])  # fmt: skip


@pytest.fixture(scope="module")
def space() -> Generator[str]:
    with spaces("a", "b", wires=(("a", "b"),)) as real:
        yield real["a"]


@needs_root
def test_an_interface_that_is_made_anew_under_the_same_name_is_routed_by(space: str) -> None:
    """A node's second instance has the number of the first, and a link of its own."""
    links, kernel = Links(space), Kernel(space)
    route = Route(prefix="fd73::9/128", device="i1")
    for _ in range(3):
        links.veth("i1", "i1-peer")
        links.up("i1")
        kernel.apply((Put(route),))
        assert route in kernel.read().routes
        kernel.apply((Drop(route),))
        links.remove("i1")
    kernel.close()
    links.close()


def puts(fib: Fib) -> list[Change]:
    return [Put(e) for part in (fib.next_hops, fib.groups, fib.sids, fib.routes, fib.rules) for e in part]


def drops(fib: Fib) -> list[Change]:
    return [Drop(e) for part in (fib.rules, fib.routes, fib.sids, fib.groups, fib.next_hops) for e in part]


def same(a: Fib, b: Fib) -> bool:
    return all(set(getattr(a, part)) == set(getattr(b, part)) for part in Fib.__struct_fields__)


@needs_root
def test_what_is_put_is_what_is_read_and_twice_is_once(space: str) -> None:
    kernel = Kernel(space)
    for _ in range(2):
        kernel.apply(puts(WHOLE))
        assert same(kernel.read(), WHOLE)
    kernel.apply(drops(WHOLE))
    kernel.apply(drops(WHOLE))
    assert kernel.read() == Fib()
    kernel.close()


@needs_root
def test_what_belongs_to_others_is_neither_read_nor_touched(space: str) -> None:
    ours, theirs = Kernel(space), Kernel(space, protocol=99)
    other = Fib(routes=(Route(prefix="fd99::/64", device=DEVICE),), next_hops=(NextHop(id=77, device=DEVICE),))
    theirs.apply(puts(other))
    ours.apply(puts(WHOLE))
    assert same(theirs.read(), other) and same(ours.read(), WHOLE)
    ours.apply(drops(WHOLE))
    assert same(theirs.read(), other)
    theirs.apply(drops(other))


changes = st.lists(st.tuples(st.sampled_from(ENTRIES), st.booleans()), max_size=14)


@needs_root
@given(changes)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_fake_is_wrong_where_linux_is(space: str, steps: list[tuple[object, bool]]) -> None:
    """After any changes both refused the same, and hold the same."""
    real, fake = Kernel(space), FakeKernel([DEVICE, "home"])
    try:
        for entry, put in steps:
            change: Change = Put(entry) if put else Drop(entry)  # type: ignore[arg-type]
            told = [_refused(kernel, change) for kernel in (real, fake)]
            assert told[0] == told[1], (change, told)
            assert same(real.read(), fake.read()), change
    finally:
        real.apply(drops(real.read()))
        assert real.read() == Fib()
        real.close()


def _refused(kernel: Kernel | FakeKernel, change: Change) -> bool:
    try:
        kernel.apply([change])
    except KernelFault as fault:
        assert fault.code == "SUAN-K004"
        return True
    return False


@needs_root
def test_an_interface_that_is_not_there_is_said_by_name(space: str) -> None:
    with pytest.raises(KernelFault, match="nowhere"):
        Kernel(space).apply([Put(Route(prefix="fd00::/64", device="nowhere"))])


# affinity, with packets: a sender, a router with a group, three receivers behind it

SINK = """
import socket, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(("::", 9))
print("ready", flush=True)
while True:
    data, peer = s.recvfrom(64)
    print(sys.argv[1], peer[1], flush=True)
"""
FLOWS = range(40_000, 40_120)


class Sinks:
    """Where each flow, known by its source port, is received. Real packets through a real group."""

    def __init__(self, real: dict[str, str]) -> None:
        self.kernel = Kernel(real["r"])
        self.sinks = {}
        for name in ("x", "y", "z"):
            with inside(real[name]):
                self.sinks[name] = subprocess.Popen([sys.executable, "-c", SINK, name], stdout=subprocess.PIPE, bufsize=0)
            assert self.sinks[name].stdout.readline() == b"ready\n"
        self.heard = DefaultSelector()
        for sink in self.sinks.values():
            self.heard.register(sink.stdout, EVENT_READ)
        self.senders = {}
        with inside(real["c"]):
            for port in FLOWS:
                self.senders[port] = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
                self.senders[port].bind(("fd10::2", port))

    def where(self) -> dict[int, str]:
        """One packet of each flow, and who got it."""
        for sender in self.senders.values():
            sender.sendto(b"x", ("fd73::1", 9))
        found: dict[int, str] = {}
        while len(found) < len(self.senders):
            ready = self.heard.select(3.0)
            assert ready, f"{len(self.senders) - len(found)} packets were lost"
            for key, _ in ready:
                name, port = key.fileobj.readline().decode().split()  # without a buffer: what is not read yet is seen again
                found[int(port)] = name
        return found

    def close(self) -> None:
        for sink in self.sinks.values():
            sink.kill()
            sink.wait()
            sink.stdout.close()
        self.heard.close()
        for sender in self.senders.values():
            sender.close()
        self.kernel.close()


@pytest.fixture
def sinks() -> Generator[Sinks]:
    with spaces("c", "r", "x", "y", "z", wires=(("c", "r"), ("r", "x"), ("r", "y"), ("r", "z"))) as real:
        _routed(real)
        made = Sinks(real)
        try:
            yield made
        finally:
            made.close()


def _routed(real: dict[str, str]) -> None:
    for name in ("c", "r", "x", "y", "z"):
        links = Links(real[name])
        if name in "xyz":
            links.address("lo", "fd73::1/128")
            links.address("lo", f"fd0{'xyz'.index(name) + 1}::1/128")
            sid = Sid(prefix=f"fcbb:bb00:{'xyz'.index(name) + 1}00:e001::/64", action="End.DT6", device="r", table=255)
            back = Route(prefix="fd10::/64", device="r", via="fe80::2")
            Kernel(real[name]).apply([Put(sid), Put(back)])
        elif name == "c":
            links.address("r", "fd10::2/64")
            Kernel(real[name]).apply([Put(Route(prefix="fd73::/16", device="r", via="fe80::2"))])
        else:
            links.address("c", "fd10::1/64")
            anchor(links)
            ways = [
                Put(Route(prefix=f"fcbb:bb00:{n}00::/40", device=d, via=f"fe80::{n + 2}"))
                for n, d in ((1, "x"), (2, "y"), (3, "z"))
            ]
            hops = [Put(NextHop(id=n, device=ANCHOR, segments=(f"fcbb:bb00:{n}00:e001::",))) for n in (1, 2, 3)]
            Kernel(real[name]).apply([*ways, *hops])
        links.close()


def _weighted(kernel: Kernel, *members: tuple[int, int], buckets: int = 1024, idle_s: float = 30.0) -> None:
    kernel.apply(
        [Put(Group(id=50, members=members, buckets=buckets, idle_s=idle_s)), Put(Route(prefix="fd73::1/128", next_hop=50))]
    )
    time.sleep(0.03)  # a bucket that is first used within the tick in which it was made counts as never used


@needs_root
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 256), st.integers(1, 256), st.integers(1, 256)), min_size=1, max_size=5))
def test_no_weight_moves_a_flow_that_goes_on(sinks: Sinks, weights: list[tuple[int, int, int]]) -> None:
    _weighted(sinks.kernel, (1, 1), (2, 1), (3, 1))
    before = sinks.where()
    assert len(set(before.values())) == 3
    for a, b, c in weights:
        _weighted(sinks.kernel, (1, a), (2, b), (3, c))
        assert sinks.where() == before


@needs_root
def test_a_site_that_is_gone_takes_only_its_own_flows_along(sinks: Sinks) -> None:
    _weighted(sinks.kernel, (1, 1), (2, 1), (3, 1))
    before = sinks.where()
    _weighted(sinks.kernel, (1, 1), (3, 1))
    after = sinks.where()
    moved = {port for port in before if after[port] != before[port]}
    assert moved == {port for port in before if before[port] == "y"}


@needs_root
def test_a_draining_instance_keeps_its_flows_and_gets_hardly_any_new_ones(sinks: Sinks) -> None:
    _weighted(sinks.kernel, (1, 256), (2, 256), (3, 256))
    old = dict(list(sinks.senders.items())[:60])
    every, sinks.senders = sinks.senders, old
    before = sinks.where()
    _weighted(sinks.kernel, (1, 256), (2, 1), (3, 256))
    assert sinks.where() == before
    sinks.senders = {port: s for port, s in every.items() if port not in old}
    new = sinks.where()
    sinks.senders = every
    assert sum(name == "y" for name in new.values()) <= 6  # those that fall on a bucket of a flow that goes on


def test_headers_of_segments_are_as_the_standard_says() -> None:
    """RFC 8754 2: next header, length in 8 octets, type 4, segments left, last entry, flags, tag; the last segment first."""
    head = segments_header(("fcbb:bb00:100::", "fcbb:bb00:200::"))
    assert struct.unpack_from("=BBBBBBH", head) == (0, 4, 4, 1, 1, 0, 0)
    assert head[8:24] == socket.inet_pton(socket.AF_INET6, "fcbb:bb00:200::") and len(head) == 40


@needs_root
def test_a_namespace_is_made_once_and_its_name_is_held_to_be_one() -> None:
    with spaces("a") as real:
        with pytest.raises(KernelFault) as again:
            namespace.create(real["a"])
        assert again.value.code == "SUAN-K001" and real["a"] in namespace.names()
    assert real["a"] not in namespace.names()
    for name in ("", "a/b", ".."):
        with pytest.raises(KernelFault):
            namespace.create(name)
    with pytest.raises(KernelFault), inside("there-is-none"):
        pass
