"""An answer that is all there goes out in one piece: one system call, and who waits for it is woken once.

An ASGI application sends a head and a body, which the server writes each by itself. Our protocol offers one more way to the
application, in the extensions of a request's scope; what it leaves behind in the server is what the two messages leave.
"""

from collections.abc import Iterable
from functools import partial
from weakref import ref

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

WHOLE = "suanwang.whole"
"""The extension: called with (status, headers, body). The headers tell the body's length, where there is one."""


class Whole(HttpToolsProtocol):
    """HTTP as the server speaks it, and whole answers."""

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        cycle = self.cycle
        if cycle is not None and cycle.scope is self.scope:  # not where it was an upgrade
            told = partial(answered, ref(cycle))  # what it would keep alive keeps it alive: that would be left to the collector
            self.scope.setdefault("extensions", {})[WHOLE] = told  # type: ignore[typeddict-item]


async def answered(
    asked: "ref[RequestResponseCycle]", status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> None:
    """Write it, as soon as the connection takes more."""
    cycle = asked()
    assert cycle is not None, "the server keeps what it waits for an answer to"
    if cycle.flow.write_paused and not cycle.disconnected:
        await cycle.flow.drain()
    if cycle.disconnected:
        return
    assert not cycle.response_started, "one request has one answer"
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    lines = [b"%s: %s\r\n" % line for line in (*cycle.default_headers, *headers)]
    closing = b"" if cycle.keep_alive else b"connection: close\r\n"
    cycle.transport.write(b"".join((STATUS_LINE[status], *lines, closing, b"\r\n", body)))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
