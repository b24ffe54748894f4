"""The agent's side of the wire: outward connections only. A session for states and reports, requests for the rest, all signed.

Foreign errors become WireFault here; what the brain refuses becomes the Fault that it named.
"""

import asyncio
import hashlib
import math
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from suanwang.drivers.addresses import Addresses
from suanwang.drivers.line import BROKEN, Answer, Body, Line, piece_of
from suanwang.drivers.problem import fault_from
from suanwang.drivers.session import Session, lost, open_session
from suanwang.drivers.tls import NOBODY, Peer, client_context, present
from suanwang.model.fault import Fault, NotFoundFault, WireFault
from suanwang.model.order import DesiredState
from suanwang.model.session import Wished
from suanwang.model.steering import Steering
from suanwang.model.view import Acknowledged, Hashes, Joined, Joining, Leaving, Report, Svid
from suanwang.trust.key import pem_of
from suanwang.trust.request import sign_request, verify_desired, verify_steering

T = TypeVar("T")
BULK = 8
"""Files under way at once. They wait for one another, before they are signed, and never keep a heartbeat waiting."""
PIECE_BYTES = 1 << 18


class Wire:
    """Speaks to one domain for one node. clock: seconds since 1970. peer: who must be at the other end.

    Everything may raise what the brain refused, WireFault SUAN-W001 where it cannot be reached, SUAN-W002 where the answer
    makes no sense, and SUAN-W030 to W034 where TLS does not come about.
    """

    def __init__(self, url: str, key: bytes, clock: Callable[[], float], peer: Peer = NOBODY) -> None:
        self._brains, self._key, self._clock, self._peer = Addresses(url), key, clock, peer
        self._audience = ""
        self._certificate = ""
        self._lines: dict[str, Line] = {}
        self._session: Session | None = None
        self._opening = asyncio.Lock()
        self._after = 0
        self._room = asyncio.Semaphore(BULK)

    def trusts(self, brain_id: str) -> None:
        """Speak only to this brain from now on; its id is the hash of its key, so nobody else can sign for it."""
        self._audience = brain_id

    async def join(self, joining: Joining) -> Joined:
        """Ask to be taken in."""
        return _read(await self._send("POST", "/v1/nodes", msgspec.json.encode(joining)), Joined)

    async def renew(self, node_id: str) -> float:
        """Get a certificate for this node and show it on new connections; says when to do it again, seconds since 1970.

        What is under way ends on its old connection. A node whose certificate has expired gets a new one all the same: this
        call shows none and is signed.
        """
        if not self._peer.ca:
            return math.inf
        got = _read(await self._send("POST", f"/v1/nodes/{node_id}/svid", b"", bare=True), Svid)
        old, self._lines, self._certificate = self._lines, {}, got.certificate
        for line in old.values():
            line.close()
        return got.renew_at

    async def leave(self, node_id: str, rehearse: bool = False) -> None:
        """Say goodbye. rehearse: ConflictFault SUAN-U132 if that would break something promised."""
        await self._send("POST", f"/v1/nodes/{node_id}/leave{'?rehearse=true' if rehearse else ''}", b"")

    async def leaving(self, node_id: str) -> Leaving:
        """Where this node's work would go if it left; nothing is done."""
        return _read(await self._send("POST", f"/v1/nodes/{node_id}/leave?dry_run=true", b""), Leaving)

    async def desired(self, node_id: str, after: int) -> DesiredState:
        """The desired state as soon as it is newer than `after`. Refused unless this brain signed it."""
        if after != self._after and self._session is not None:
            self._session.close()  # what was told last was not taken: to be told again
        self._after = after
        session = await self._talking(node_id)
        try:
            told = self._proved(node_id, await session.wished())
        except Fault:
            session.close()  # whoever sent it is not listened to any more
            raise
        self._after = told.generation
        return told

    def _proved(self, node_id: str, wished: Wished) -> DesiredState:
        told, now = _read(wished.body, DesiredState), self._clock()
        text, brain_id, generation = wished.statement, self._audience, told.generation
        verify_desired(text, node_id=node_id, generation=generation, body=wished.body, brain_id=brain_id, now=now)
        return told

    async def steering(self, node_id: str) -> Steering:
        """What a forwarder is to follow, as soon as there is something newer. Refused unless this brain signed it."""
        session = await self._talking(node_id)
        try:
            steer = await session.steer()
            told = _read(steer.body, Steering)
            now, brain_id = self._clock(), self._audience
            verify_steering(steer.statement, node_id=node_id, number=told.number, body=steer.body, brain_id=brain_id, now=now)
        except Fault:
            session.close()
            raise
        return told

    async def report(self, node_id: str, report: Report) -> Acknowledged:
        """Readings, outcomes and output."""
        return await (await self._talking(node_id)).tell(report)

    async def fetch(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes of a blob, as a stream."""
        path, brain = f"/v1/blobs/{sha256}", self._brains.now
        async with self._room:
            answered = self._line(brain).answered("GET", path, self._signed("GET", path, b""))
            response = await self._aside(brain, answered.__enter__)
            try:
                if response.status >= 400:
                    raise fault_from(response.status, await self._aside(brain, response.read))
                while piece := await self._aside(brain, piece_of, response, PIECE_BYTES):
                    yield piece
            except BaseException as error:
                answered.__exit__(type(error), error, None)
                raise
            answered.__exit__(None, None, None)

    async def missing(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these blobs the brain does not have yet."""
        asked = msgspec.json.encode(Hashes(sha256=hashes))
        return _read(await self._send("POST", "/v1/blobs/missing", asked), Hashes).sha256

    async def put(self, sha256: str, file: Path) -> None:
        """Bring a blob. The signature is over its name, which is over its bytes. NotFoundFault SUAN-N020: it is not there."""
        if not await asyncio.to_thread(file.exists):
            raise NotFoundFault("SUAN-N020", f"the file {sha256[:12]}... is not here any more", "run the job again")
        path, brain = f"/v1/blobs/{sha256}", self._brains.now
        async with self._room:
            self._checked(await self._asked(brain, "PUT", path, self._signed("PUT", path, None, sha256), file))

    async def close(self) -> None:
        """Hang up."""
        for line in self._lines.values():
            line.close()
        if self._session is not None:
            self._session.close()

    async def _talking(self, node_id: str) -> Session:
        """The session, opened anew if there is none."""
        async with self._opening:
            if self._session is None or self._session.over is not None:
                self._session = await self._opened(node_id)
            return self._session

    async def _opened(self, node_id: str) -> Session:
        path = f"/v1/nodes/{node_id}/session?after={self._after}"
        for left in reversed(range(len(self._brains.all))):
            brain = self._brains.now
            authorization = self._signed("GET", path, b"")["authorization"]
            try:
                return await open_session(brain, path, authorization, self._context())
            except WireFault as fault:
                if fault.code == "SUAN-W001":
                    self._brains.lost(brain)
                if fault.code != "SUAN-W001" or not left:
                    raise
        raise AssertionError("a loop with a last attempt always returns or raises")

    def _context(self, bare: bool = False) -> ssl.SSLContext | None:
        """For a connection to the brain of now. bare: without showing who we are."""
        if not self._brains.now.startswith("https:"):
            return None
        made = client_context(self._peer)
        if self._certificate and not bare:
            present(made, self._certificate, pem_of(self._key))
        return made

    def _line(self, brain: str) -> Line:
        if brain not in self._lines:
            self._lines[brain] = Line(brain, self._context())
        return self._lines[brain]

    async def _send(self, method: str, path: str, body: bytes, *, bare: bool = False) -> bytes:
        """Asks every brain in turn, if need be: whatever a node says may be said twice."""
        for left in reversed(range(len(self._brains.all))):
            brain = self._brains.now
            headers = {**self._signed(method, path, body), "content-type": "application/json"}
            try:
                return self._checked(await self._asked(brain, method, path, headers, body, bare=bare))
            except WireFault as fault:
                if fault.code != "SUAN-W001" or not left:
                    raise
        raise AssertionError("a loop with a last attempt always returns or raises")

    async def _asked(
        self, brain: str, method: str, path: str, headers: dict[str, str], body: Body, *, bare: bool = False
    ) -> Answer:
        line = Line(brain, self._context(bare=True)) if bare else self._line(brain)
        try:
            return await self._aside(brain, line.ask, method, path, headers, body)
        finally:
            if bare:
                line.close()

    async def _aside(self, brain: str, work: Callable[..., T], *given: object) -> T:
        """In a thread; what a connection can die of becomes our fault, and the next brain's turn comes."""
        try:
            return await asyncio.to_thread(work, *given)
        except BROKEN as error:
            self._brains.lost(brain)
            raise lost(brain, error) from error

    def _checked(self, answer: Answer) -> bytes:
        if answer.status >= 400:
            raise fault_from(answer.status, answer.body)
        return answer.body

    def _signed(self, method: str, path: str, body: bytes | None, sha256: str = "") -> dict[str, str]:
        digest = sha256 or hashlib.sha256(body or b"").hexdigest()
        statement = sign_request(
            self._key, method=method, path=path, body_sha256=digest, audience=self._audience, now=self._clock()
        )
        return {"authorization": f"Node {statement}"}


def _read(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError as error:
        raise WireFault("SUAN-W002", f"the brain's answer makes no sense: {error}", "is it of this version?") from error
