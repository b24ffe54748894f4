"""Plain requests over kept connections, from threads: what a node asks seldom need not be quick, but it must not be large.

The standard library's client takes a fifteenth of the memory and a sixth of the time of the usual ones.
"""

import contextlib
import http.client
import os
import socket
import ssl
import threading
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

CONNECT_S, TIMEOUT_S = 5.0, 30.0
"""Who is there takes a connection at once, however busy; all else may take longer."""
IDLE_MAX = 8
ANSWER_BYTES_MAX = 64 << 20
Body = bytes | Path
"""Bytes, or a file that has them."""
BROKEN = (OSError, http.client.HTTPException)
"""What a connection can die of; ssl.SSLError is among them."""


class Answer(NamedTuple):
    """status: of HTTP."""

    status: int
    body: bytes


class Line:
    """Connections to one address, all with this context (None: plain HTTP). From any thread. Raises what is in BROKEN.

    A request on a kept connection that turns out to be dead is made once more on a fresh one, so it must bear to be made twice.
    """

    def __init__(self, url: str, context: ssl.SSLContext | None) -> None:
        split = urlsplit(url)
        self._host, self._port, self._context = split.hostname or "", split.port, context
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()

    def ask(self, method: str, path: str, headers: dict[str, str], body: Body = b"") -> Answer:
        """One request and its whole answer. OSError also where a file cannot be read."""
        with self.answered(method, path, headers, body) as response:
            return Answer(response.status, piece_of(response, ANSWER_BYTES_MAX))

    @contextlib.contextmanager
    def answered(
        self, method: str, path: str, headers: dict[str, str], body: Body = b""
    ) -> Generator[http.client.HTTPResponse]:
        """The answer, to be read while the context lasts."""
        connection, response = self._made(method, path, headers, body)
        try:
            yield response
        except BaseException:
            connection.close()
            raise
        if response.isclosed() and not response.will_close:
            self._rest(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Hang up; a connection in use is closed by who uses it."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _made(
        self, method: str, path: str, headers: dict[str, str], body: Body
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        kept = self._take()
        if kept is not None:
            try:
                return kept, _sent(kept, method, path, headers, body)
            except FileNotFoundError:
                kept.close()
                raise
            except BROKEN:
                kept.close()
        fresh = self._fresh()
        try:
            return fresh, _sent(fresh, method, path, headers, body)
        except BaseException:
            fresh.close()
            raise

    def _fresh(self) -> http.client.HTTPConnection:
        """Connected: left to the library, that would wait for as long as an answer may take."""
        if self._context is None:
            made = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)
        else:
            made = http.client.HTTPSConnection(self._host, self._port, timeout=TIMEOUT_S, context=self._context)
        sock = socket.create_connection((made.host, made.port), CONNECT_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(TIMEOUT_S)
        made.sock = self._context.wrap_socket(sock, server_hostname=self._host) if self._context else sock
        return made

    def _take(self) -> http.client.HTTPConnection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _rest(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if len(self._idle) < IDLE_MAX:
                self._idle.append(connection)
                return
        connection.close()


def piece_of(response: http.client.HTTPResponse, most: int) -> bytes:
    """The next bytes of an answer, b"" at its end. IncompleteRead if it was cut short: the library says nothing."""
    piece = response.read(most)
    if response.length and len(piece) < most:
        raise http.client.IncompleteRead(piece, response.length)
    return piece


def _sent(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: Body
) -> http.client.HTTPResponse:
    if isinstance(body, bytes):
        connection.request(method, path, body, headers)
    else:
        with body.open("rb") as file:
            connection.request(method, path, file, {**headers, "content-length": str(os.fstat(file.fileno()).st_size)})
    return connection.getresponse()
