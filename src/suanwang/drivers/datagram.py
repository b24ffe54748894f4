"""Datagrams in and out: UDP sockets that are read when there is time, and groups that are heard on every interface."""

import contextlib
import socket
from collections.abc import Iterable
from typing import NamedTuple

from suanwang.model.fault import RuntimeFault

BYTES_MAX = 9000
_AT_ONCE = 512


class Datagram(NamedTuple):
    """sender: address without zone. device: where it came in, for link-local senders; else ""."""

    data: bytes
    sender: str
    device: str


class DatagramSocket:
    """A UDP socket over IPv6 that never blocks. RuntimeFault SUAN-R074 where it cannot be bound.

    in_count, in_bytes, out_count, out_bytes: what went through it.
    """

    def __init__(self, address: str = "::", port: int = 0) -> None:
        self.in_count = self.in_bytes = self.out_count = self.out_bytes = 0
        self._joined: set[int] = set()
        try:
            self._socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            self._socket.bind((address, port))
        except OSError as error:
            why = f"no UDP on [{address}]:{port}: {error.strerror or error}"
            raise RuntimeFault("SUAN-R074", why, "is another agent running on this router?") from error

    @property
    def port(self) -> int:
        """The one it is bound to."""
        return self._socket.getsockname()[1]

    def fileno(self) -> int:
        """For an event loop."""
        return self._socket.fileno()

    def hear(self, group: str, devices: Iterable[str] | None = None) -> None:
        """Join a group on these devices (None: all that there are now but the loopback), on each only once."""
        for index, name in socket.if_nameindex():
            if index in self._joined or name == "lo" or (devices is not None and name not in devices):
                continue
            with contextlib.suppress(OSError):
                wanted = socket.inet_pton(socket.AF_INET6, group) + index.to_bytes(4, "little")
                self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, wanted)
                self._joined.add(index)

    def send(self, data: bytes, address: str, port: int, device: str = "") -> bool:
        """One datagram. device: for link-local addresses and groups. False if it could not leave."""
        try:
            self._socket.sendto(data, (address, port, 0, socket.if_nametoindex(device) if device else 0))
        except OSError:
            return False
        self.out_count += 1
        self.out_bytes += len(data)
        return True

    def arrived(self) -> list[Datagram]:
        """Those that came since it was last asked, at most some hundreds."""
        came: list[Datagram] = []
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            for _ in range(_AT_ONCE):
                data, peer = self._socket.recvfrom(BYTES_MAX)
                self.in_count += 1
                self.in_bytes += len(data)
                came.append(Datagram(data, peer[0].partition("%")[0], _name(peer[3])))
        return came

    def close(self) -> None:
        """The socket."""
        self._socket.close()


def _name(index: int) -> str:
    if not index:
        return ""
    try:
        return socket.if_indextoname(index)
    except OSError:
        return ""
