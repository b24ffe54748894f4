"""The one connection that a node keeps to its brain: desired states come down as they change, reports go up, and nobody
asks whether there is anything new. It begins as an HTTP request, signed like any other, and is then upgraded (RFC 9110, 7.8).
"""

import asyncio
import socket
import ssl
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import msgspec

from suanwang.drivers.frames import Frames, frame
from suanwang.drivers.problem import fault_from, named
from suanwang.drivers.tls import tls_fault
from suanwang.model.fault import Fault, WireFault
from suanwang.model.session import FromBrain, Steer, Tell, Told, Wished
from suanwang.model.view import Acknowledged, Report

T = TypeVar("T")
NAME = b"suanwang"
"""What the connection is upgraded to."""
CONNECT_S, ANSWER_S = 5.0, 30.0
UNANSWERED_MS = 10_000
"""The system gives a connection up whose other end acknowledges nothing for so long."""
HEAD_BYTES_MAX = 64 << 10
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(FromBrain).decode


async def open_session(url: str, path: str, authorization: str, context: ssl.SSLContext | None) -> "Session":
    """A session with the brain at `url`. Faults that the brain names; WireFault SUAN-W001, W002, W030 to W034."""
    split, loop = urlsplit(url), asyncio.get_running_loop()
    host, port = split.hostname or "", split.port or (443 if context else 80)
    made = Session(url)
    try:
        async with asyncio.timeout(CONNECT_S):
            await loop.create_connection(lambda: made, host, port, ssl=context)
            made.ask(path, split.netloc, authorization)
            await made.opened
    except (OSError, TimeoutError) as error:
        made.close()
        raise lost(url, error) from error
    except BaseException:
        made.close()
        raise
    return made


def lost(url: str, error: BaseException) -> WireFault:
    """The fault of a brain that cannot be reached, or not any more."""
    why = f"the brain cannot be reached: {error or type(error).__name__}"
    return tls_fault(url, error) or WireFault("SUAN-W001", why, "is it running? suan up")


class Session(asyncio.Protocol):
    """after: generation of the last desired state that was taken from `states`; whoever wants others opens another session.

    over: why it has ended, None while it has not.
    """

    def __init__(self, url: str) -> None:
        self.after = 0
        self.states: asyncio.Queue[Wished] = asyncio.Queue()
        self.steers: asyncio.Queue[Steer] = asyncio.Queue()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.over: Fault | None = None
        self._url = url
        self._transport: asyncio.Transport | None = None
        self._ended = asyncio.Event()
        self._head = bytearray()
        self._frames = Frames()
        self._number = 0
        self._awaited: dict[int, asyncio.Future[Acknowledged]] = {}

    def ask(self, path: str, host: str, authorization: str) -> None:
        """Send the request that it begins with."""
        lines = (f"GET {path} HTTP/1.1", f"host: {host}", "connection: upgrade", f"upgrade: {NAME.decode()}",
                 f"authorization: {authorization}")  # fmt: skip
        self._write("\r\n".join((*lines, "", "")).encode())

    async def wished(self) -> Wished:
        """The next desired state, whenever there is one. The fault with which the session ends, if it ends first."""
        return await self._next(self.states)

    async def steer(self) -> Steer:
        """What a forwarder is to follow now, likewise; what came meanwhile and is older is passed over."""
        newest = await self._next(self.steers)
        while not self.steers.empty():
            newest = self.steers.get_nowait()
        return newest

    async def _next(self, queue: asyncio.Queue[T]) -> T:
        coming, ended = asyncio.ensure_future(queue.get()), asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait((coming, ended), return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                return coming.result()
            assert self.over is not None
            raise self.over
        finally:
            coming.cancel()
            ended.cancel()

    async def tell(self, report: Report) -> Acknowledged:
        """Send a report. One that holds outcomes or gives orders back is answered; any other need only be sent."""
        if self.over is not None:
            raise self.over
        self._number += 1
        number = self._number
        answer: asyncio.Future[Acknowledged] = asyncio.get_running_loop().create_future()
        if report.outcomes or report.returned:
            self._awaited[number] = answer
        else:
            answer.set_result(Acknowledged())
        self._write(frame(_encode(Tell(number=number, report=report))))
        try:
            async with asyncio.timeout(ANSWER_S):
                return await answer
        except TimeoutError:
            self.end(WireFault("SUAN-W001", f"the brain cannot be reached: no answer within {ANSWER_S:g} s", "suan doctor"))
            raise self.over or AssertionError from None
        finally:
            self._awaited.pop(number, None)

    def close(self) -> None:
        """Hang up."""
        self.end(WireFault("SUAN-W001", "the brain cannot be reached: the session was closed here", "suan doctor"))

    def end(self, fault: Fault) -> None:
        """It is over, for this reason; who waits is told."""
        if self.over is None:
            self.over = fault
            self._ended.set()
            for waiting in (self.opened, *self._awaited.values()):
                if not waiting.done():
                    waiting.set_exception(fault)
                    waiting.exception()  # it may be that nobody asks
        if self._transport is not None:
            self._transport.close()

    # what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        plain: Any = transport.get_extra_info("socket")
        if plain is not None and plain.family in (socket.AF_INET, socket.AF_INET6):
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)

    def data_received(self, data: bytes) -> None:
        try:
            if self.opened.done():
                self._hear(data)
            else:
                self._begin(data)
        except Fault as fault:
            self.end(fault)

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(lost(self._url, exc or ConnectionResetError("it hung up")))

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def _begin(self, data: bytes) -> None:
        """The answer to the request: 101, and all that follows is ours; or anything else, and that was it."""
        self._head += data
        head, gap, rest = bytes(self._head).partition(b"\r\n\r\n")
        if not gap:
            if len(head) > HEAD_BYTES_MAX:
                raise WireFault("SUAN-W002", "the brain's answer makes no sense: its head does not end", "suan --version")
            return
        status, length = _read_head(head)
        if status == 101:
            self.opened.set_result(None)
            self._hear(rest)
        elif len(rest) >= length:
            raise fault_from(status, rest[:length])

    def _hear(self, data: bytes) -> None:
        for body in self._frames.feed(data):
            try:
                told = _decode(body)
            except (msgspec.MsgspecError, UnicodeError) as error:
                raise WireFault("SUAN-W002", f"the brain's answer makes no sense: {error}", "is it of this version?") from error
            if isinstance(told, Wished):
                self.states.put_nowait(told)
            elif isinstance(told, Steer):
                self.steers.put_nowait(told)
            elif (waiting := self._awaited.get(told.number)) is not None and not waiting.done():
                if isinstance(told, Told):
                    waiting.set_result(told.acknowledged)
                else:
                    waiting.set_exception(named(told.code, told.why, told.todo))


def _read_head(head: bytes) -> tuple[int, int]:
    """(status, content length) of an HTTP/1.1 answer."""
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(":", 1) for line in lines[1:] if ":" in line)
    try:
        return int(lines[0].split(" ")[1]), min(HEAD_BYTES_MAX, int(fields.get("content-length", "0")))
    except (IndexError, ValueError) as error:
        raise WireFault("SUAN-W002", "the brain's answer makes no sense: it is not HTTP", "check the address") from error
