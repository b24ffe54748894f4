"""The brain's side of a node's session: states go down once they are durable, reports come up and are taken in turn.

Ten thousand of these live in one process, so a heartbeat costs no task and no answer: it is cut out, decoded and heard.
"""

import asyncio
import contextlib
import hashlib
import re
import socket
from typing import Any, cast
from urllib.parse import parse_qs

import httptools
import msgspec

from suanwang.api.callers import Asked, caller_of, same_peer
from suanwang.api.door import Door
from suanwang.api.hearing import listened, steered, taken, wished
from suanwang.api.problems import status_of, told
from suanwang.api.secure import Protocol
from suanwang.drivers.frames import Frames, frame
from suanwang.drivers.session import NAME, UNANSWERED_MS
from suanwang.drivers.tls import PEER
from suanwang.model.fault import AuthorityFault, Fault, LogFault, NotFoundFault, QuotaFault, UsageFault
from suanwang.model.session import FromBrain, Tell, Told, Wrong
from suanwang.model.view import Report
from suanwang.trust.request import check_request

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
LOOK_S, SILENT_S = 10.0, 60.0
"""How often a session is looked after at least, and after how long a silent one is ended. What has ended is taken out of the
desired state with the next order, or at the next look."""
UNDER_WAY_MAX = 8
"""Reports of one node that are being taken; while there are so many, no more are read from it."""
AGAIN_S = 0.5
PATH = re.compile(r"/v1/nodes/([a-z0-9-]{1,64})/session")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Tell).decode


def opens(door: Door, request: Asked) -> tuple[str, int, float]:
    """(who, newest generation it has, when its certificate ends) of a request that begins a session.

    Faults as for any request of a node: it has joined, it signed exactly this, over a connection of its own.
    """
    found = PATH.fullmatch(request.url.path)
    after = parse_qs(request.url.query).get("after", ["0"])[0]
    if found is None or not re.fullmatch("[0-9]{1,16}", after):
        raise NotFoundFault("SUAN-N000", "a session begins at /v1/nodes/ID/session?after=GENERATION", "docs/security.md")
    now = door.clock()
    caller = caller_of(request, door.brain.state, door.brain_id, door.key, now)
    if caller.signed is None or caller.node_id != found[1]:
        raise AuthorityFault("SUAN-A042", "a node may speak only for itself", "suan join, on that node")
    door.buckets.take(caller.node_id, door.nodes, door.brain.steady())
    path = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    check_request(caller.signed, method="GET", path=path, body_sha256=EMPTY_SHA256, audience=door.brain_id)
    if door.authority is None:
        return caller.node_id, int(after), now + 86400.0
    same_peer(request, caller, door.brain_id, now)
    extensions: dict[str, Any] = request.scope.get("extensions") or {}
    return caller.node_id, int(after), extensions[PEER]["svid"][1]


class Session(asyncio.Protocol):
    """node_id: who is at the other end, proved. after: newest generation that it has. life_s: until its certificate ends."""

    def __init__(self, door: Door, node_id: str, after: int, life_s: float, transport: asyncio.Transport) -> None:
        loop = asyncio.get_running_loop()
        self._door, self._node_id, self._transport = door, node_id, transport
        peer: Any = transport.get_extra_info("peername")
        self._host = str(peer[0]) if peer else ""
        self._frames = Frames()
        self._heard_at = loop.time()
        self._taking: set[asyncio.Task[None]] = set()
        self._writable = asyncio.Event()
        self._writable.set()
        self._end = loop.call_later(max(0.0, life_s), transport.close)
        self._pushing = [loop.create_task(self._push(after))]
        if node_id in door.brain.state.fleet.forwarders:
            self._pushing.append(loop.create_task(self._steer()))
        before = door.sessions.get(node_id)
        door.sessions[node_id] = transport
        if before is not None:  # it came back before its old connection was known to be dead; or it wants more than its share
            before.close()

    def shutdown(self) -> None:
        """The server stops."""
        self._transport.close()

    # what the event loop calls

    def data_received(self, data: bytes) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        try:
            for body in self._frames.feed(data):
                told = _read(body)
                try:
                    self._hear(told)
                except QuotaFault as fault:
                    self._say(_wrong(told.number, fault))
        except Fault as fault:  # whoever says such a thing is not spoken with any more
            self._say(_wrong(0, fault))
            self._transport.close()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._door.sessions.get(self._node_id) is self._transport:
            del self._door.sessions[self._node_id]
        self._end.cancel()
        for task in self._pushing:
            task.cancel()
        self._writable.set()

    def _hear(self, told: Tell) -> None:
        door = self._door
        if self._node_id in door.brain.state.revoked:
            raise AuthorityFault("SUAN-A050", "this node's key was revoked", "join with a new key and a new token")
        door.buckets.take(self._node_id, door.nodes, door.brain.steady())
        listened(door, self._node_id, from_host(told.report, self._host))
        if told.report.outcomes or told.report.returned:
            task = asyncio.get_running_loop().create_task(self._take(told.number, told.report))
            self._taking.add(task)
            task.add_done_callback(self._took)
            if len(self._taking) >= UNDER_WAY_MAX:
                self._transport.pause_reading()

    async def _take(self, number: int, report: Report) -> None:
        try:
            self._say(Told(number=number, acknowledged=await taken(self._door, self._node_id, report)))
        except Fault as fault:
            self._say(_wrong(number, fault))

    def _took(self, task: asyncio.Task[None]) -> None:
        self._taking.discard(task)
        if not self._transport.is_closing():
            with contextlib.suppress(RuntimeError):  # it was not paused
                self._transport.resume_reading()
        if not task.cancelled() and task.exception() is not None:  # a bug: what was in the report is told again
            self._transport.close()

    def _say(self, message: FromBrain) -> None:
        if not self._transport.is_closing():
            self._transport.write(frame(_encode(message)))

    async def _push(self, after: int) -> None:
        """Every newer state, as soon as it is durable and the one before has left."""
        loop, door = asyncio.get_running_loop(), self._door
        with contextlib.suppress(LogFault, QuotaFault):  # then what it had is to be done again
            await door.brain.back(self._node_id)
        while not self._transport.is_closing():
            await self._writable.wait()
            try:
                told = await door.brain.desired(self._node_id, after, LOOK_S)
            except LogFault:
                await asyncio.sleep(AGAIN_S)
                continue
            if told.generation > after:
                after = told.generation
                self._say(wished(door, told))
            elif loop.time() - self._heard_at > SILENT_S:
                self._transport.close()

    async def _steer(self) -> None:
        """To a forwarder: what it is to follow, whenever that changes; only the newest, if the line is slow."""
        after = 0
        while not self._transport.is_closing():
            await self._writable.wait()
            told = await self._door.brain.steering(self._node_id, after, LOOK_S)
            if told is not None and told.number > after:
                after = told.number
                self._say(steered(self._door, self._node_id, told))


def from_host(report: Report, host: str) -> Report:
    """The report with instances where they can be: outside of an SRv6 domain at the address that the node speaks from, so
    that no node sends users to somebody else."""
    reading = report.reading
    if not any(c.function == 0 and c.address != host for c in reading.contacts):
        return report
    told = tuple(c if c.function else msgspec.structs.replace(c, address=host) for c in reading.contacts)
    return msgspec.structs.replace(report, reading=msgspec.structs.replace(reading, contacts=told))


def _wrong(number: int, fault: Fault) -> Wrong:
    return Wrong(number=number, code=fault.code, why=fault.why, todo=fault.todo)


def _read(body: bytes) -> Tell:
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise UsageFault("SUAN-U002", f"the message is not what belongs here: {error}"[:500], "docs/security.md") from None


def protocol_for(door: Door) -> type[Protocol]:
    """What the server speaks: HTTP, and a session with whoever asks for one and may have it."""

    class Upgrading(Protocol):
        def _should_upgrade(self) -> bool:
            return self._get_upgrade() == NAME

        def handle_websocket_upgrade(self) -> None:
            """The server's name for it; it knows of no other upgrade."""
            parsed = httptools.parse_url(self.url)
            scope: dict[str, Any] = {**self.scope, "path": parsed.path.decode(), "raw_path": parsed.path}
            scope["query_string"] = parsed.query or b""
            transport = cast(asyncio.Transport, self.transport)
            session = upgraded(door, scope, transport)
            if session is not None:
                transport.set_protocol(session)
                self.connections.discard(self)

    return Upgrading


def upgraded(door: Door, scope: dict[str, Any], transport: asyncio.Transport) -> Session | None:
    """The session that a request begins, or None, and the connection is closed after a problem document."""
    request = Asked(scope)  # type: ignore[arg-type]
    try:
        node_id, after, ends_at = opens(door, request)
    except Fault as fault:
        transport.write(told(status_of(fault), fault.code, fault.why, fault.todo))
        transport.close()
        return None
    transport.write(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: " + NAME + b"\r\n\r\n")
    _watched(transport)
    return Session(door, node_id, after, ends_at - door.clock(), transport)


def _watched(transport: asyncio.Transport) -> None:
    """The system gives the connection up when nothing that is sent is acknowledged."""
    plain: Any = transport.get_extra_info("socket")
    if plain is not None and plain.family in (socket.AF_INET, socket.AF_INET6):
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)
