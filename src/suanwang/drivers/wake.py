"""Packets to services that have no instance end in a TUN device; what is read there is who was asked for."""

import contextlib
import os
import socket

PACKET_BYTES = 128
"""Of each packet: enough for its addresses."""
_AT_ONCE = 256
_VERSION, _DESTINATION = 6, slice(24, 40)


class Waker:
    """Reads a TUN device. file: its descriptor, without packet information; it is ours from now on."""

    def __init__(self, file: int) -> None:
        os.set_blocking(file, False)
        self._file = file

    def fileno(self) -> int:
        """For an event loop."""
        return self._file

    def asked(self) -> tuple[str, ...]:
        """The addresses that packets were for since it was last asked, each once; the packets are gone."""
        found: dict[str, None] = {}
        with contextlib.suppress(BlockingIOError):
            for _ in range(_AT_ONCE):
                if address := destination(os.read(self._file, PACKET_BYTES)):
                    found[address] = None
        return tuple(found)

    def close(self) -> None:
        """The device goes with it."""
        os.close(self._file)


def destination(packet: bytes) -> str:
    """Whom an IPv6 packet is for; "" if it is none."""
    if len(packet) < 40 or packet[0] >> 4 != _VERSION:
        return ""
    return socket.inet_ntop(socket.AF_INET6, packet[_DESTINATION])
