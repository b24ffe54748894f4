"""What it costs that each new flow is chosen for in the kernel: `python bench/chooser.py` as root, table on stdout,
bench/results/chooser.json.

The kernel runs the program on one packet a million times and says how long each takes (BPF_PROG_TEST_RUN): a packet that is for
no service, one of a flow that goes on, and the first of a new one among so many contacts. A packet that both begins and ends a
flow is chosen for every second time; what the other times cost is taken off. What the forwarder does is timed here: a table
written, the buckets of a group read.
"""

import ipaddress
import os
import statistics
import struct
import time
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

import report
from suanwang.drivers.kernel import bpf
from suanwang.drivers.kernel.chooser import Chooser
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.drivers.kernel.namespace import create, remove
from suanwang.model.fib import Group, NextHop, Put
from suanwang.steer.choices import Choice
from suanwang.steer.prices import STEPS
from suanwang.steer.routes import BUCKETS

SERVICE, OTHER = "fd73::1", "fd74::1"
TIMES, ROUNDS = 1_000_000, 5
SYN, ACK, SYN_FIN = 0x02, 0x10, 0x03


def packet(to: str, port: int, flags: int) -> bytes:
    tcp = struct.pack("!HHIIBBHHH", port, 80, 1, 0, 5 << 4, flags, 65535, 0, 0)
    head = struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64)
    source, there = (ipaddress.IPv6Address(one).packed for one in ("fd10::2", to))
    return bytes(12) + b"\x86\xdd" + head + source + there + tcp


def fastest(program: bpf.Program, what: bytes) -> float:
    return min(program.run(what, TIMES)[1] for _ in range(ROUNDS))


def given(chooser: Chooser, choice: Choice, buckets: Mapping[int, np.ndarray], chance: np.random.Generator) -> None:
    prices = np.sort(chance.random((len(choice.contacts), STEPS)) * 50, axis=1)
    chooser.put([choice._replace(prices=prices)], buckets)


def took_ms(do: Callable[[], object]) -> float:
    found = []
    for _ in range(50):
        began = time.perf_counter()
        do()
        found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found)


def main() -> None:
    facts, space = report.machine(), f"bench{os.getpid()}"
    create(space)
    try:
        links = Links(space)
        links.up("lo")
        kernel, chooser = Kernel(space), Chooser(space)
        chooser.attach(("lo",))
        program = bpf.held(chooser.program_id)
        rows, chance = list[list[str]](), np.random.default_rng(1)
        kernel.apply([Put(NextHop(id=n + 1, device="lo")) for n in range(64)])
        found = dict[str, dict[str, float]]()
        for count in (2, 8, 64):
            members = tuple((n + 1, 1) for n in range(count))
            kernel.apply([Put(Group(id=100 + count, members=members, buckets=BUCKETS, idle_s=10.0))])
            contacts = tuple((f"job/{n}", n + 1, 1.0) for n in range(count))

            read = took_ms(partial(kernel.buckets, 100 + count))
            buckets = {100 + count: kernel.buckets(100 + count)}
            put = partial(given, chooser, Choice(SERVICE, 100 + count, contacts), buckets, chance)
            put()
            none = fastest(program, packet(OTHER, 1, ACK))
            program.run(packet(SERVICE, 1, SYN))
            goes_on = fastest(program, packet(SERVICE, 1, ACK))
            both = fastest(program, packet(SERVICE, 2, SYN_FIN))
            found[str(count)] = {"none_ns": none, "goes_on_ns": goes_on, "new_ns": 2 * both - goes_on, "put_ms": took_ms(put),
                                 "buckets_ms": read}  # fmt: skip
            rows.append([str(count), *(report.figure(one) for one in found[str(count)].values())])
        chooser.detach()
    finally:
        remove(space)
    print(report.line(facts))
    print(report.table(["contacts", "not for a service ns", "goes on ns", "new ns", "table ms", "buckets ms"], rows))
    report.save("chooser", facts, found=found)


if __name__ == "__main__":
    main()
