"""What one connection, and all of them, may take of the brain before anybody is known: bytes of a head, seconds, lines.

The server bounds none of it by itself. Whoever is over a bound is told so, if there is something to answer, and hung up on. A
node's session has bounds of its own (api/session.py); a TLS handshake, which comes before all this, has the event loop's: 60 s.
"""

import asyncio
import contextlib
import resource

from suanwang.api.problems import told
from suanwang.api.whole import Whole

HEAD_BYTES_MAX = 64 << 10
"""A request's line and headers that have not ended after so many bytes; four times the longest token."""
HEAD_S = 10.0
"""From a connection, or a request's first byte, to the end of its head."""
SILENT_S = 30.0
"""A body that has begun goes on within so long."""
LINES_MAX = 8_192
"""Connections that are not sessions. Over it those go first that ask nothing, then whoever comes."""
IDLE, HEAD, BODY = range(3)


class Bounded(Whole):
    """HTTP as the server speaks it, within bounds. A request that comes in one piece costs no timer."""

    _stage, _head_bytes = IDLE, 0
    _alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._within(HEAD_S)
        if len(self.connections) > LINES_MAX and not self._made_room():
            self._refuse(503, "SUAN-R026", f"{LINES_MAX} connections are open", "try again in a few seconds")

    def connection_lost(self, exc: Exception | None) -> None:
        self._within(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._stage == HEAD:
            self._head_bytes += len(data)
            if self._alarm is None:
                self._within(HEAD_S)
            if self._head_bytes > HEAD_BYTES_MAX:
                self._refuse(431, "SUAN-U054", f"a head of more than {HEAD_BYTES_MAX} bytes", "send fewer or shorter headers")
        elif self._stage == BODY:
            self._within(SILENT_S)
        elif self._alarm is not None:
            self._within(None)

    def on_message_begin(self) -> None:
        self._stage, self._head_bytes = HEAD, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stage = BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stage = IDLE
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What is not HTTP at all."""
        self._refuse(400, "SUAN-U002", "this is not a sound HTTP request", "see /v1/openapi.json")

    def _within(self, seconds: float | None) -> None:
        """Hung up on after so long, unless something happens before."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if seconds is None else self.loop.call_later(seconds, self._too_late)

    def _too_late(self) -> None:
        self._alarm = None
        if self._stage == BODY and self.flow.read_paused:  # it is we who do not listen
            self._within(SILENT_S)
        elif self._stage == HEAD:
            self._refuse(408, "SUAN-U055", f"no whole head within {HEAD_S:g} s", "send it again, sooner")
        else:
            self.transport.abort()

    def _refuse(self, status: int, code: str, why: str, todo: str) -> None:
        self.transport.write(told(status, code, why, todo))
        self.transport.close()

    def _made_room(self) -> bool:
        """Hang up on one that asks nothing."""
        others = (line for line in self.connections if isinstance(line, Bounded) and line is not self and line.asks_nothing)
        found = next(others, None)
        if found is not None:
            found.transport.abort()
        return found is not None

    @property
    def asks_nothing(self) -> bool:
        """Whether it waits for its caller, not its caller for it."""
        answered = self.cycle is None or self.cycle.response_complete
        return self._stage != BODY and answered and not self.transport.is_closing()


def all_files() -> None:
    """As many open files as this process may have: a connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
