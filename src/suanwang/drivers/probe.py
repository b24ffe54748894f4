"""Probes that go out along one segment list and come back along another to where they began.

    IPv6 | segment routing header: carriers out and back, then ourselves | UDP | probe

The header is built by hand and given to a raw socket: it costs the kernel no route and no address of its own, one socket serves
all paths, and routers on the way treat it as any other packet. Nothing but the segment lists decides where it goes. When it
arrived is the kernel's word, so that a process that was busy measures no delay that was not there.

A list that begins with a SID of our own names the first link. A kernel does nothing by its SIDs to packets that it sends
itself, so such a probe comes in by the anchor (drivers.kernel.anchor), as packets from users do.
"""

import contextlib
import fcntl
import hmac
import socket
import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

from suanwang.model.fault import RuntimeFault
from suanwang.steer.routes import ANCHOR, ANCHOR_PAIR

PORT = 7424
ECHO_REQUEST, ECHO_REPLY = 128, 129
_CODE_BYTES = 16
_NO_CHECKSUM = 102  # UDP_NO_CHECK6_RX, linux/udp.h: the probe's own code is its checksum
_STAMPED = 35  # SO_TIMESTAMPNS, asm-generic/socket.h
_ROUTING, _UDP, _SRH = 43, 17, 4
_HOPS = 64
_SIOCGIFHWADDR, _ETH_P_IPV6 = 0x8927, 0x86DD
_PROBE = struct.Struct(">II")
_STAMP = struct.Struct("qq")
_AT_ONCE = 4096


class Echo(NamedTuple):
    """A probe of ours that came back. track: of which path. number: as it was sent. at: when, by the kernel's clock (since
    1970)."""

    track: int
    number: int
    at: float


def header(home: str, carriers: Sequence[str], port: int = PORT) -> bytes:
    """All of a probe but its payload, from `home` to `home` by way of the carriers (RFC 8754). carriers: at least one, in
    order."""
    own = _packed(home)
    segments = [own, *map(_packed, reversed(carriers))]
    left = len(segments) - 1
    routing = struct.pack(">BBBBBBH", _UDP, 2 * len(segments), _SRH, left, left, 0, 0) + b"".join(segments)
    size = 8 + _PROBE.size + _CODE_BYTES
    ipv6 = struct.pack(">IHBB", 6 << 28, len(routing) + size, _ROUTING, _HOPS) + own + segments[-1]
    return ipv6 + routing + struct.pack(">HHHH", port, port, size, 0)


class ProbeSocket:
    """Sends probes and takes those that came back. home: the router's own address. secret: 16 bytes or more, ours alone.

    A probe proves itself by a code that only its path's probes carry: who can read it is on that path, and could as well let
    probes pass and drop all else. forged: what came to our port and was not by us. RuntimeFault SUAN-R073 if the system does
    not let us.
    """

    def __init__(self, home: str, secret: bytes, port: int = PORT) -> None:
        self.forged = 0
        self._secret = secret
        self._codes: dict[bytes, bytes] = {}
        self._anchor = b""
        self._out, self._in, self._loop = _opened(home, port)

    def fileno(self) -> int:
        """Of the socket that probes come back to, for an event loop."""
        return self._in.fileno()

    def send(self, packet_header: bytes, to: str, track: int, number: int) -> bool:
        """One probe. to: the first carrier; "" to let it come in by the anchor. False if it could not leave, as where there is
        no route."""
        told = _PROBE.pack(track, number)
        packet = packet_header + told + self._code(told[:4], make=True)
        try:
            if to:
                self._out.sendto(packet, (to, 0))
            else:
                self._looped(packet)
        except OSError:
            return False
        return True

    def arrived(self) -> list[Echo]:
        """Those that came since it was last asked, at most some thousands, in the order in which they came."""
        echoes: list[Echo] = []
        with contextlib.suppress(BlockingIOError):
            for _ in range(_AT_ONCE):
                data, ancillary, _flags, _peer = self._in.recvmsg(64, 64)
                if len(data) != _PROBE.size + _CODE_BYTES or not self._ours(data):
                    self.forged += 1
                    continue
                seconds, nanos = _STAMP.unpack(ancillary[0][2])
                track, number = _PROBE.unpack_from(data)
                echoes.append(Echo(track, number, seconds + nanos * 1e-9))
        return echoes

    def close(self) -> None:
        """Its sockets."""
        for one in (self._out, self._in, self._loop):
            one.close()

    def _looped(self, packet: bytes) -> None:
        """OSError where there is no anchor."""
        if not self._anchor:
            found = fcntl.ioctl(self._loop, _SIOCGIFHWADDR, struct.pack("16s24x", ANCHOR.encode()))
            self._anchor = found[18:24]
        self._loop.sendto(packet, (ANCHOR_PAIR, _ETH_P_IPV6, 0, 0, self._anchor))

    def _ours(self, data: bytes) -> bool:
        return hmac.compare_digest(data[_PROBE.size :], self._code(data[:4]))

    def _code(self, track: bytes, *, make: bool = False) -> bytes:
        """Made once, where probes are sent; of a path that none was sent along there is none."""
        if make and track not in self._codes:
            self._codes[track] = hmac.digest(self._secret, track, "sha256")[:_CODE_BYTES]
        return self._codes.get(track, b"")


class Pinger:
    """Asks whether an address answers: ICMPv6 echo (RFC 4443), which a kernel answers by itself. RuntimeFault SUAN-R073."""

    def __init__(self, home: str, number: int = 0x5357) -> None:
        self._number = number
        try:
            self._socket = socket.socket(socket.AF_INET6, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.IPPROTO_ICMPV6)
            self._socket.bind((home, 0))
        except OSError as error:
            raise _refused(error) from error

    def ask(self, address: str, sequence: int) -> None:
        """Send one request; what cannot be sent is lost, like any other."""
        with contextlib.suppress(OSError):
            self._socket.sendto(struct.pack(">BBHHH", ECHO_REQUEST, 0, 0, self._number, sequence & 0xFFFF), (address, 0))

    def answered(self) -> list[str]:
        """Addresses that answered since it was last asked."""
        found: list[str] = []
        with contextlib.suppress(BlockingIOError):
            while True:
                data, peer = self._socket.recvfrom(64)
                if len(data) >= 8 and data[0] == ECHO_REPLY and data[4:6] == self._number.to_bytes(2, "big"):
                    found.append(peer[0])
        return found

    def close(self) -> None:
        """The socket."""
        self._socket.close()


Prober = Callable[[str, bytes], ProbeSocket]


def _opened(home: str, port: int) -> tuple[socket.socket, socket.socket, socket.socket]:
    try:
        out = socket.socket(socket.AF_INET6, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.IPPROTO_RAW)
        looped = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, 0)
        back = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        back.setsockopt(socket.SOL_SOCKET, _STAMPED, 1)
        back.setsockopt(socket.IPPROTO_UDP, _NO_CHECKSUM, 1)
        back.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        back.bind((home, port))
    except OSError as error:
        raise _refused(error) from error
    return out, back, looped


def _refused(error: OSError) -> RuntimeFault:
    why = f"the system lets us send no probes: {error.strerror or error}"
    return RuntimeFault("SUAN-R073", why, "run it as root, on a router whose loopback carries its own address")


def _packed(address: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6, address)
