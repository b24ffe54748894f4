"""New flows of users, counted where they come in: a packet socket on each access device, and a filter in the kernel that lets
nothing through but the first packet of a TCP connection to a service.

    filter    classic BPF: came in here, IPv6 at once followed by TCP, SYN without ACK, to an address under the services' prefix
    copied    the IPv6 header of those, 40 bytes; all else never leaves the kernel
    bounded   what a full buffer loses the kernel counts (PACKET_STATISTICS), and it is shared out like what was read

Checks and probes of the router itself leave by other devices and go to other addresses, so they are not among them. A SYN that
was lost and is sent again counts again; extension headers before TCP hide a flow.
"""

import contextlib
import ctypes
import ipaddress
import socket
import struct
from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from suanwang.drivers.kernel.namespace import inside
from suanwang.model.fault import KernelFault

READ_MOST = 4096
"""Headers read at once from one device: more than its buffer holds."""
BUFFER_BYTES = 1 << 20
_HEADER, _DESTINATION = 40, slice(24, 40)
_IPV6, _SOL_PACKET, _STATISTICS, _ATTACH_FILTER = 0x86DD, 263, 6, 26  # linux/if_ether.h, if_packet.h, asm-generic/socket.h
_LOAD, _LOAD_HALF, _LOAD_BYTE, _AND, _EQUAL, _RETURN = 0x20, 0x28, 0x30, 0x54, 0x15, 0x06  # linux/bpf_common.h
_PACKET_TYPE, _OUTGOING = 0xFFFFF004, 4  # SKF_AD_OFF + SKF_AD_PKTTYPE, PACKET_OUTGOING
_TCP, _FLAGS_AT, _SYN, _SYN_ACK = 6, 53, 0x02, 0x12
_INSTRUCTION, _PROGRAM, _COUNTS = struct.Struct("=HBBI"), struct.Struct("@HP"), struct.Struct("=II")


class _Ear(NamedTuple):
    socket: socket.socket
    device: int


class Flows:
    """prefix: of all services' addresses, /48. namespace: by name, "" for that of this thread. Takes CAP_NET_RAW."""

    def __init__(self, prefix: str, namespace: str = "") -> None:
        self._namespace, self._filter = namespace, _program(prefix)
        self._ears: dict[str, _Ear] = {}

    def taken(self, devices: Collection[str]) -> Mapping[str, int]:
        """New flows by service address since the last call, of devices that were named then and are now.

        KernelFault SUAN-K005: the kernel lets nobody count here.
        """
        with inside(self._namespace):
            there = {name: index for index, name in socket.if_nameindex() if name in devices}
            for name in [n for n, ear in self._ears.items() if there.get(n) != ear.device]:
                self._ears.pop(name).socket.close()
            for name in there.keys() - self._ears.keys():
                self._ears[name] = _Ear(self._opened(name), there[name])
        found = Counter[str]()
        for ear in self._ears.values():
            found.update(_counted(ear.socket))
        return found

    def close(self) -> None:
        """All sockets."""
        for ear in self._ears.values():
            ear.socket.close()
        self._ears.clear()

    def _opened(self, device: str) -> socket.socket:
        """It hears nothing before its filter is in place, and one device from then on."""
        try:
            made = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, 0)
        except OSError as error:
            why = f"new flows on {device} cannot be counted: {error.strerror}"
            raise KernelFault("SUAN-K005", why, "give the forwarder CAP_NET_RAW, or run it as root") from error
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            program = ctypes.create_string_buffer(self._filter, len(self._filter))
            count = len(self._filter) // _INSTRUCTION.size
            made.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, _PROGRAM.pack(count, ctypes.addressof(program)))
            made.bind((device, _IPV6))
        except OSError as error:
            made.close()
            why = f"new flows on {device} cannot be counted: {error.strerror}"
            raise KernelFault("SUAN-K005", why, "suan doctor") from error
        return made


class FakeFlows:
    """For tests: counts what it is told came, once, on devices that are named."""

    def __init__(self) -> None:
        self.came: dict[str, Counter[str]] = {}
        self.closed = False

    def taken(self, devices: Collection[str]) -> Mapping[str, int]:
        found = Counter[str]()
        for device in devices:
            found.update(self.came.pop(device, {}))
        return found

    def close(self) -> None:
        self.closed = True


def _counted(ear: socket.socket) -> Mapping[str, int]:
    """What came by address. A device that went down says so once, and is heard again when it is up."""
    heads = Counter[bytes]()
    try:
        lost = _COUNTS.unpack(ear.getsockopt(_SOL_PACKET, _STATISTICS, _COUNTS.size))[1]
    except OSError:
        lost = 0
    with contextlib.suppress(OSError):
        for _ in range(READ_MOST):
            heads[ear.recv(_HEADER)[_DESTINATION]] += 1
    scale = 1 + lost / heads.total() if heads else 1.0
    return {str(ipaddress.IPv6Address(to)): round(scale * count) for to, count in heads.items() if len(to) == 16}


def _program(prefix: str) -> bytes:
    """Each test that fails jumps to the last instruction, which drops; offsets are from the IPv6 header."""
    net = ipaddress.IPv6Network(prefix)
    assert net.prefixlen == 48, "services share a /48"
    high, low = int.from_bytes(net.network_address.packed[:4]), int.from_bytes(net.network_address.packed[4:6])
    tests = [
        (_LOAD_BYTE, 6, _TCP, 0xFF),
        (_LOAD_BYTE, _FLAGS_AT, _SYN, _SYN_ACK),
        (_LOAD, 24, high, 0),
        (_LOAD_HALF, 28, low, 0),
    ]
    steps = [(_LOAD, 0, 0, _PACKET_TYPE), (_EQUAL, -1, 0, _OUTGOING)]
    for load, at, value, mask in tests:
        steps += [(load, 0, 0, at), *([(_AND, 0, 0, mask)] if mask else []), (_EQUAL, 0, -1, value)]
    steps += [(_RETURN, 0, 0, _HEADER), (_RETURN, 0, 0, 0)]
    last = len(steps) - 1
    return b"".join(
        _INSTRUCTION.pack(code, last - at - 1 if yes < 0 else yes, last - at - 1 if no < 0 else no, value)
        for at, (code, yes, no, value) in enumerate(steps)
    )
