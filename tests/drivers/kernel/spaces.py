"""Throw-away network namespaces for tests, wired as asked; nothing of them is left, whatever happens."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count

import pytest

from suanwang.drivers.kernel import namespace
from suanwang.drivers.kernel.links import Links

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces take root")
_numbers = count(1)
SETTINGS = {
    "net.ipv6.conf.all.forwarding": 1,
    "net.ipv6.conf.all.seg6_enabled": 1,
    "net.ipv6.conf.default.seg6_enabled": 1,
    "net.ipv6.conf.all.accept_dad": 0,
    "net.ipv6.conf.default.accept_dad": 0,
    "net.ipv6.fib_multipath_hash_policy": 1,
}


@contextmanager
def spaces(*names: str, wires: tuple[tuple[str, str], ...] = ()) -> Generator[dict[str, str]]:
    """Namespaces by short name. Each wire is a pair of interfaces, each named after the other end, with fe80::N of its own."""
    real = {name: f"t{os.getpid()}-{next(_numbers)}-{name}" for name in names}
    try:
        for name in names:
            namespace.create(real[name])
            with_lo = Links(real[name])
            with_lo.sysctls(SETTINGS)
            with_lo.up("lo")
            with_lo.close()
        for a, b in wires:
            one, other = Links(real[a]), Links(real[b])
            one.veth(b, a, real[b], mtu=9000)
            for links, device, number in ((one, b, names.index(a) + 1), (other, a, names.index(b) + 1)):
                links.addr_gen_none(device)
                links.up(device)
                links.link_local(device, f"fe80::{number:x}")
            one.close()
            other.close()
        yield real
    finally:
        for name in real.values():
            namespace.remove(name)
