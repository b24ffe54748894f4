"""A brain on a real port that answers whatever a test tells it to, in HTTP and in a session."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import NamedTuple

import msgspec

from suanwang.drivers.frames import Frames, frame
from suanwang.model.session import FromBrain, Tell, Told
from suanwang.model.view import Acknowledged


class Request(NamedTuple):
    """path: with its query."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = tuple[int, bytes]


class PlayedBrain:
    """answer: to requests. refuses: a request that would begin a session; None lets it. greets: what a session is told first.

    replies: to each report; None says nothing. cuts: so many bytes before the end of an answer it hangs up.
    asked, told: all that came.
    """

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.told: list[Tell] = []
        self.answer: Callable[[Request], Awaitable[Answer] | Answer] = lambda request: (200, b"{}")
        self.refuses: Callable[[Request], bytes | None] = lambda request: None
        self.greets: Callable[[Request], list[bytes]] = lambda request: []
        self.replies: Callable[[Tell], FromBrain | bytes | None] = _acknowledged
        self.cuts = 0
        self.url = ""

    @property
    def sessions(self) -> list[str]:
        """Paths of the sessions that were asked for."""
        return [r.path for r in self.asked if "upgrade" in r.headers]

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncGenerator["PlayedBrain"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            while True:
                request = await _read(reader)
                self.asked.append(request)
                if "upgrade" in request.headers:
                    await self._session(request, reader, writer)
                    return
                answer = self.answer(request)
                status, body = answer if isinstance(answer, tuple) else await answer
                writer.write(http(status, body)[: -self.cuts or None])
                if self.cuts:
                    return

    async def _session(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (no := self.refuses(request)) is not None:
            writer.write(no)
            await writer.drain()
            return
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: suanwang\r\n\r\n" + b"".join(self.greets(request)))
        frames = Frames()
        while data := await reader.read(1 << 16):
            for body in frames.feed(data):
                told = msgspec.msgpack.decode(body, type=Tell)
                self.told.append(told)
                reply = self.replies(told)
                if reply is not None:
                    writer.write(reply if isinstance(reply, bytes) else said(reply))


def http(status: int, body: bytes) -> bytes:
    """An answer."""
    return b"HTTP/1.1 %d x\r\ncontent-length: %d\r\n\r\n" % (status, len(body)) + body


def said(message: FromBrain) -> bytes:
    """What a brain says in a session."""
    return frame(msgspec.msgpack.encode(message))


def _acknowledged(told: Tell) -> FromBrain | None:
    outcomes = tuple((o.placement_id, o.task) for o in told.report.outcomes)
    return Told(number=told.number, acknowledged=Acknowledged(outcomes=outcomes)) if outcomes else None


async def _read(reader: asyncio.StreamReader) -> Request:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, path, _ = first.split(" ")
    return Request(method, path, headers, body)
