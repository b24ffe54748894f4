"""Throw-away network namespaces for tests, wired as asked; nothing of them is left, whatever happens."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from suanwang.drivers.kernel import namespace
from suanwang.drivers.kernel.links import Links
from suanwang.model.fault import KernelFault


def lacking() -> str:
    """Why network namespaces with SRv6 cannot be had here; "" if they can."""
    if os.geteuid() != 0:
        return "network namespaces take root"
    if not Path("/proc/sys/net/ipv6/conf/all/seg6_enabled").exists():
        return "this kernel has no SRv6"
    name = f"try{os.getpid()}"
    try:
        namespace.create(name)
        namespace.remove(name)
    except KernelFault as fault:
        return f"no network namespaces here: {fault.why}"
    return ""


WHY = lacking()
needs_root = pytest.mark.skipif(bool(WHY), reason=WHY)
needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="the lab's relay takes a C compiler")
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="the plain client is curl, which is not here")
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
