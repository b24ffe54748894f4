"""Telling path selectors: one signed datagram for each, and no answer; what is lost is told again soon."""

import contextlib
import socket

from suanwang.model.steering import Loads
from suanwang.trust.loads import pack


class Selectors:
    """key: the node's private key. The socket is made with the first datagram."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._socket: socket.socket | None = None

    def __call__(self, loads: Loads, selectors: tuple[tuple[str, int], ...]) -> None:
        """Tell all of them (IPv6 address, port). One that cannot be reached is left out."""
        if self._socket is None:
            self._socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        datagram = pack(self._key, loads)
        for selector in selectors:
            with contextlib.suppress(OSError):
                self._socket.sendto(datagram, selector)
