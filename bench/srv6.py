"""What SRv6 costs beside plain IPv6 on the same way: `python bench/srv6.py`, table of ratios, bench/results/srv6.json. As root.

Six namespaces in a row, four of them routers. One sender, one receiver, in Python: what is compared is the forwarding, in
turns, so that each ratio is to plain IPv6 measured a moment before. TCP with and without segmentation offload, and small
datagrams.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time

import report
from suanwang.drivers.kernel import namespace
from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.drivers.kernel.namespace import inside
from suanwang.model.fib import MAIN, NextHop, Put, Route, Sid
from suanwang.steer.routes import ANCHOR

NAMES = ("c", "r1", "r2", "r3", "r4", "s")
SECONDS, REPEATS = 1.0, 5
FORMS = {
    "plain IPv6": (),
    "1 segment": ("fcbb:bb00:4:c000::",),
    "2 segments": ("fcbb:bb00:2::", "fcbb:bb00:4:c000::"),
    "4 segments": ("fcbb:bb00:2::", "fcbb:bb00:3::", "fcbb:bb00:4::", "fcbb:bb00:4:c000::"),
    "uSID, 4 in one address": ("fcbb:bb00:2:3:4:c000::",),
}
TCP = """
import socket
s = socket.socket(socket.AF_INET6); s.bind(("::", 5)); s.listen(); print("ready", flush=True)
while True:
    c, n = s.accept()[0], 0
    while d := c.recv(1 << 20):
        n += len(d)
    print(n, flush=True)
"""
UDP = """
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.setsockopt(1, 8, 1 << 24); s.bind(("::", 5))
print("ready", flush=True)
n = 0
while True:
    if s.recv(99) == b"end":
        print(n, flush=True); n = -1
    n += 1
"""


def space(name: str) -> str:
    return f"bench6-{name}"


def built() -> None:
    for name in NAMES:
        namespace.remove(space(name))
        namespace.create(space(name))
        links = Links(space(name))
        links.sysctls({f"net.ipv6.conf.{c}.{k}": v for c in ("all", "default") for k, v in
                       (("forwarding", 1), ("seg6_enabled", 1), ("accept_dad", 0))})  # fmt: skip
        links.up("lo")
        anchor(links)
    for at in range(5):
        a, b = NAMES[at], NAMES[at + 1]
        one, other = Links(space(a)), Links(space(b))
        one.veth(b, a, space(b), mtu=9000)
        for links, device, number in ((one, b, at), (other, a, at + 1)):
            links.addr_gen_none(device)
            links.up(device)
            links.link_local(device, f"fe80::{number + 1:x}")
    Links(space("c")).address("r1", "fd0c::2/64")
    Links(space("r1")).address("c", "fd0c::1/64")
    Links(space("s")).address("r4", "fd05::2/64")
    Links(space("r4")).address("s", "fd05::1/64")
    for links, device in ((Links(space("c")), "r1"), (Links(space("s")), "r4")):
        links.mtu(device, 1500)
    for at, name in enumerate(NAMES):
        kernel = Kernel(space(name))
        puts = [Put(Route(prefix="fd05::/64", device=NAMES[at + 1], via=f"fe80::{at + 2:x}"))] if at < 4 else []
        puts += [Put(Route(prefix="fd0c::/64", device=NAMES[at - 1], via=f"fe80::{at:x}"))] if at > 1 else []
        for n in range(1, 5):
            if n != at and 0 < at < 5:
                near = at + 1 if n > at else at - 1
                puts.append(Put(Route(prefix=f"fcbb:bb00:{n}::/48", device=NAMES[near], via=f"fe80::{near + 1:x}")))
        if 0 < at < 5:
            puts.append(Put(Sid(prefix=f"fcbb:bb00:{at}::/48", action="End", device=ANCHOR, csid=(32, 16))))
            puts.append(Put(Sid(prefix=f"fcbb:bb00:{at}:c000::/64", action="End.DT6", device=ANCHOR, table=MAIN)))
        kernel.apply(puts)
    for name in ("c", "s"):
        links = Links(space(name))
        links.default_route("r1" if name == "c" else "r4", "fd0c::1" if name == "c" else "fd05::1")


def formed(segments: tuple[str, ...]) -> None:
    """The first router sends what is for the receiver this way."""
    kernel = Kernel(space("r1"))
    if segments:
        kernel.apply([Put(NextHop(id=1, device=ANCHOR, segments=segments)), Put(Route(prefix="fd05::/64", next_hop=1))])
    else:
        kernel.apply([Put(Route(prefix="fd05::/64", device="r2", via="fe80::3"))])


class Receiver:
    def __init__(self, text: str) -> None:
        with inside(space("s")):
            self.process = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def told(self) -> int:
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def tcp(receiver: Receiver) -> float:
    """Gb/s received."""
    with inside(space("c")):
        s = socket.socket(socket.AF_INET6)
    s.connect(("fd05::2", 5))
    data, began = bytes(1 << 20), time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        s.sendall(data)
    s.close()
    got = receiver.told()
    return got * 8e-9 / (time.perf_counter() - began)


def udp(receiver: Receiver) -> float:
    """Thousand datagrams of 64 bytes a second that arrived."""
    with inside(space("c")):
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.connect(("fd05::2", 5))
    data, began = bytes(64), time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        for _ in range(50):
            s.send(data)
    took = time.perf_counter() - began
    time.sleep(0.1)
    s.send(b"end")
    return receiver.told() / took / 1000


def offload(on: bool) -> None:
    turned = [word for what in ("tso", "gso", "gro") for word in (what, "on" if on else "off")]
    for name in NAMES:
        for device in [link.name for link in Links(space(name)).names() if link.name != "lo"]:
            words = ["ip", "netns", "exec", space(name), "ethtool", "-K", device, *turned]
            subprocess.run(words, check=False, capture_output=True)


def main() -> None:
    facts, found = report.machine(), {}
    built()
    try:
        kinds = {
            "TCP, Gb/s": (TCP, tcp, True),
            "TCP without offload, Gb/s": (TCP, tcp, False),
            "UDP of 64 B, kpps": (UDP, udp, True),
        }
        if subprocess.run(["which", "ethtool"], capture_output=True).returncode:
            print("ethtool is not installed: TCP without offload is left out")
            del kinds["TCP without offload, Gb/s"]
        for kind, (text, work, on) in kinds.items():
            offload(on)
            receiver = Receiver(text)
            found[kind] = {name: [] for name in FORMS}
            for _ in range(REPEATS):
                for name, segments in FORMS.items():
                    formed(segments)
                    found[kind][name].append(work(receiver))
            receiver.close()
    finally:
        for name in NAMES:
            namespace.remove(space(name))
    print(report.line(facts))
    for kind, rows in found.items():
        print(kind)
        for name, values in rows.items():
            ratios = [v / p for v, p in zip(values, rows["plain IPv6"], strict=True)]
            spread = f"[{min(ratios):.2f} - {max(ratios):.2f}]"
            print(f"   {name:24s} {statistics.median(values):8.2f}   {statistics.median(ratios):.2f} of plain  {spread}")
    (report.RESULTS / "srv6.json").write_text(json.dumps({"machine": facts, "found": found}, indent=2) + "\n")


if __name__ == "__main__":
    assert os.geteuid() == 0, "as root"
    main()
