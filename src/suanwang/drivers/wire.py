"""The agent's side of the wire: outward connections only, every request signed by the node's key.

Foreign errors become WireFault here; what the brain refuses becomes the Fault that it named.
"""

import asyncio
import hashlib
import math
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec

from suanwang.drivers.addresses import Addresses
from suanwang.drivers.problem import fault_from
from suanwang.drivers.tls import NOBODY, Peer, client_context, present, tls_fault
from suanwang.model import fault as faults
from suanwang.model.order import DesiredState
from suanwang.model.view import Acknowledged, Hashes, Joined, Joining, Report, Svid
from suanwang.trust.key import pem_of
from suanwang.trust.request import sign_request, verify_desired

T = TypeVar("T")
BULK = 8
"""Files under way at once. They wait for one another, before they are signed, and never keep a heartbeat waiting."""


class Wire:
    """Speaks to one brain for one node. clock: seconds since 1970. transport: for tests. peer: who must be at the other end.

    Everything may raise what the brain refused, WireFault SUAN-W001 where it cannot be reached, SUAN-W002 where the answer
    makes no sense, and SUAN-W030 to W034 where TLS does not come about.
    """

    def __init__(
        self,
        url: str,
        key: bytes,
        clock: Callable[[], float],
        transport: httpx.AsyncBaseTransport | None = None,
        peer: Peer = NOBODY,
    ) -> None:
        self._brains, self._key, self._clock, self._transport, self._peer = Addresses(url), key, clock, transport, peer
        self._audience = ""
        self._http, self._bulk = self._dial(), self._dial()
        self._worn: tuple[httpx.AsyncClient, ...] = ()
        self._room = asyncio.Semaphore(BULK)

    def trusts(self, brain_id: str) -> None:
        """Speak only to this brain from now on; its id is the hash of its key, so nobody else can sign for it."""
        self._audience = brain_id

    async def join(self, joining: Joining) -> Joined:
        """Ask to be taken in."""
        return _read(await self._send("POST", "/v1/nodes", msgspec.json.encode(joining)), Joined)

    async def renew(self, node_id: str) -> float:
        """Get a certificate for this node and show it on new connections; says when to do it again, seconds since 1970.

        What is under way ends on its old connection; those are closed at the next renewal. A node whose certificate has
        expired gets a new one all the same: this call shows none and is signed.
        """
        if not self._peer.ca:
            return math.inf
        async with self._dial() as bare:
            got = _read(await self._send("POST", f"/v1/nodes/{node_id}/svid", b"", bare), Svid)
        for old in self._worn:
            await old.aclose()
        self._worn = (self._http, self._bulk)
        self._http, self._bulk = self._dial(got.certificate), self._dial(got.certificate)
        return got.renew_at

    async def leave(self, node_id: str) -> None:
        """Say goodbye."""
        await self._send("POST", f"/v1/nodes/{node_id}/leave", b"")

    async def desired(self, node_id: str, after: int, wait_s: float) -> DesiredState:
        """The desired state, newer than `after` or when `wait_s` is over. Refused unless this brain signed it."""
        path = f"/v1/nodes/{node_id}/desired?after={after}&wait={wait_s:g}"
        response = await self._response("GET", path, b"")
        body = response.content
        told = _read(body, DesiredState)
        text, now = response.headers.get("suan-statement", ""), self._clock()
        verify_desired(text, node_id=node_id, generation=told.generation, body=body, brain_id=self._audience, now=now)
        return told

    async def report(self, node_id: str, report: Report) -> Acknowledged:
        """Readings, outcomes and output."""
        path = f"/v1/nodes/{node_id}/reports"
        return _read(await self._send("POST", path, msgspec.json.encode(report)), Acknowledged)

    async def fetch(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes of a blob, as a stream."""
        path, brain = f"/v1/blobs/{sha256}", self._brains.now
        try:
            async with self._room, self._bulk.stream("GET", brain + path, headers=self._signed("GET", path, b"")) as response:
                if response.status_code >= 400:
                    raise fault_from(response.status_code, await response.aread())
                async for chunk in response.aiter_bytes(1 << 18):
                    yield chunk
        except httpx.HTTPError as error:
            raise self._lost(brain, error) from error

    async def missing(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these blobs the brain does not have yet."""
        asked = msgspec.json.encode(Hashes(sha256=hashes))
        return _read(await self._send("POST", "/v1/blobs/missing", asked), Hashes).sha256

    async def put(self, sha256: str, file: Path) -> None:
        """Bring a blob. The signature is over its name, which is over its bytes. NotFoundFault SUAN-N020: it is not there."""
        path, brain = f"/v1/blobs/{sha256}", self._brains.now
        try:
            async with self._room:
                size = {"content-length": str(file.stat().st_size)}
                headers = {**self._signed("PUT", path, None, sha256), **size}
                response = await self._bulk.put(brain + path, content=_chunks(file), headers=headers)
        except httpx.HTTPError as error:
            raise self._lost(brain, error) from error
        except OSError as error:
            why = f"the file {sha256[:12]}... cannot be read here: {error.strerror}"
            raise faults.NotFoundFault("SUAN-N020", why) from error
        if response.status_code >= 400:
            raise fault_from(response.status_code, response.content)

    async def close(self) -> None:
        """Hang up."""
        for client in (self._http, self._bulk, *self._worn):
            await client.aclose()

    def _dial(self, certificate: str = "") -> httpx.AsyncClient:
        """A pool of connections that show this certificate."""
        verify = client_context(self._peer) if self._peer.ca else True
        if certificate and isinstance(verify, ssl.SSLContext):
            present(verify, certificate, pem_of(self._key))
        patience = httpx.Timeout(30.0, connect=5.0)
        return httpx.AsyncClient(verify=verify, timeout=patience, trust_env=False, transport=self._transport)

    async def _send(self, method: str, path: str, body: bytes, over: httpx.AsyncClient | None = None) -> bytes:
        return (await self._response(method, path, body, over)).content

    async def _response(self, method: str, path: str, body: bytes, over: httpx.AsyncClient | None = None) -> httpx.Response:
        """Asks every brain in turn, if need be: whatever a node says may be said twice."""
        for _ in self._brains.all[1:]:
            try:
                return await self._asked(method, path, body, over)
            except faults.WireFault as fault:
                if fault.code != "SUAN-W001":
                    raise
        return await self._asked(method, path, body, over)

    async def _asked(self, method: str, path: str, body: bytes, over: httpx.AsyncClient | None) -> httpx.Response:
        brain = self._brains.now
        headers = {**self._signed(method, path, body), "content-type": "application/json"}
        try:
            response = await (over or self._http).request(method, brain + path, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise self._lost(brain, error) from error
        if response.status_code >= 400:
            raise fault_from(response.status_code, response.content)
        return response

    def _lost(self, brain: str, error: httpx.HTTPError) -> faults.WireFault:
        self._brains.lost(brain)
        return unreachable(error)

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
        raise faults.WireFault("SUAN-W002", f"the brain's answer makes no sense: {error}", "is it of this version?") from error


async def _chunks(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as source:
        while chunk := source.read(1 << 18):
            yield chunk


def unreachable(error: httpx.HTTPError) -> faults.WireFault:
    """The fault of a brain that cannot be reached."""
    return tls_fault("the brain", error) or faults.WireFault(
        "SUAN-W001", f"the brain cannot be reached: {error or type(error).__name__}", "is it running? suan up"
    )
