"""A way to the brain that can be cut at the worst moment: connections go through it one by one, as a plan says.

agent --TLS--> tunnel --TLS--> brain        what passes is not looked at; the brain is known by its key, not by its address
"""

import contextlib
import socket
import struct
import sys
import threading
from collections.abc import Sequence

from tests.chaos.network import free_port

HANG_UP = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: a closed connection is reset, as those of a killed process often are."""


class Tunnel:
    """plan: for each connection that comes: "pass"; "cut" or "reset" in the handshake; "late", reset after it.

    After the last comes "pass". A "closed" stops listening, until `open` is called with another plan.
    """

    def __init__(self, brain_port: int) -> None:
        self.port, self._brain_port = free_port(), brain_port
        self._listener: socket.socket | None = None
        self._through: list[socket.socket] = []
        self.closed = threading.Event()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def open(self, *plan: str) -> None:
        self.close()
        self.closed.clear()
        self._listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        threading.Thread(target=self._serve, args=(self._listener, plan), daemon=True).start()

    def close(self) -> None:
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def cut(self) -> None:
        """Nothing passes any more, and nobody is told: all connections are dead, and no new one comes about."""
        self.close()
        for end in self._through:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._through.clear()

    def _serve(self, listener: socket.socket, plan: Sequence[str]) -> None:
        steps = iter(plan)
        with contextlib.suppress(OSError):
            while (step := next(steps, "pass")) != "closed":
                connection, _ = listener.accept()
                if step in ("pass", "late"):
                    self._join(connection, step)
                else:
                    connection.recv(65536)
                    _hang_up(connection, reset=step == "reset")
            listener.close()
        self.closed.set()

    def _join(self, one: socket.socket, step: str) -> None:
        other = socket.create_connection(("127.0.0.1", self._brain_port))
        self._through += (one, other)
        sayings = 1 if step == "late" else sys.maxsize
        for source, target, most in ((one, other, sayings), (other, one, sys.maxsize)):
            threading.Thread(target=_pump, args=(source, target, most), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket, sayings: int) -> None:
    """Pass on what is said, so many times; then hang up on who says more."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if not sayings:
                _hang_up(source, reset=True)
                break
            sayings -= 1
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _hang_up(connection: socket.socket, *, reset: bool) -> None:
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANG_UP)
    connection.close()
