"""The agent's side of the wire against forgers, nonsense and broken lines: nothing unsigned moves the agent."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import msgspec
import pytest

from suanwang.drivers.wire import BULK, Wire
from suanwang.model.fault import AuthorityFault, Fault, NotFoundFault, QuotaFault, WireFault
from suanwang.model.node import Reading
from suanwang.model.order import DesiredState
from suanwang.model.view import Acknowledged, Problem, Report
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.request import sign_desired, verify_request
from tests.agent.stage import NODE, FakeRuntime, agent, disk_orders, order, play, serving, until

KEY, BRAIN_KEY, FORGER_KEY = (bytes([n]) * 32 for n in (1, 2, 3))
BRAIN_ID = id_of("brain", public_of(BRAIN_KEY))
NOW = 1_000_000.0
Handler = Callable[[httpx.Request], httpx.Response]


def wire(handler: Handler) -> Wire:
    made = Wire("http://brain", KEY, lambda: NOW, httpx.MockTransport(handler))
    made.trusts(BRAIN_ID)
    return made


def signed(told: DesiredState, *, key: bytes = BRAIN_KEY, node: str = NODE, now: float = NOW, **other: int) -> httpx.Response:
    body = msgspec.json.encode(told)
    text = sign_desired(key, node_id=node, generation=other.get("generation", told.generation), body=body, now=now)
    return httpx.Response(200, content=body, headers={"suan-statement": text})


TOLD = DesiredState(node_id=NODE, generation=1, orders=("job-x/1",), fresh=(order(1),))
FORGED: dict[str, Callable[[], httpx.Response]] = {
    "unsigned": lambda: httpx.Response(200, content=msgspec.json.encode(TOLD)),
    "garbage for a signature": lambda: httpx.Response(
        200, content=msgspec.json.encode(TOLD), headers={"suan-statement": "x.y"}
    ),
    "signed by another key": lambda: signed(TOLD, key=FORGER_KEY),
    "signed by the node itself": lambda: signed(TOLD, key=KEY),
    "for another node": lambda: signed(TOLD, node="node-cccccccccc"),
    "under another number": lambda: signed(TOLD, generation=2),
    "too old": lambda: signed(TOLD, now=NOW - 7200),
    "altered on the way": lambda: httpx.Response(
        200,
        content=msgspec.json.encode(msgspec.structs.replace(TOLD, fresh=(order(1, user="eve"),))),
        headers=signed(TOLD).headers,
    ),
    "nonsense": lambda: httpx.Response(200, content=b'{"generation": "one"}', headers=signed(TOLD).headers),
    "not even JSON": lambda: httpx.Response(200, content=b"<html>", headers=signed(TOLD).headers),
    "elsewhere": lambda: httpx.Response(302, headers={"location": "http://evil/"}),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_desired_state_is_refused_and_changes_nothing(tmp_path: Path, how: str) -> None:
    async def scene() -> None:
        forged, asked = True, list[str]()

        def brain(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/reports"):
                report = msgspec.json.decode(request.content, type=Report)
                return httpx.Response(
                    200,
                    content=msgspec.json.encode(
                        Acknowledged(outcomes=tuple((o.placement_id, o.task) for o in report.outcomes))
                    ),
                )
            asked.append(str(request.url))
            return FORGED[how]() if forged else signed(TOLD)

        runtime = FakeRuntime()
        async with serving(agent(tmp_path, wire(brain), runtime, brain_id=BRAIN_ID)):
            await until(lambda: len(asked) >= 3)
            assert all("after=0" in url for url in asked)
            assert runtime.ran == [] and disk_orders(tmp_path) == []
            forged = False
            await until(lambda: runtime.ran == [0])

    play(scene())


def test_every_request_is_signed_for_this_brain_and_exactly_this_body() -> None:
    seen: list[httpx.Request] = []

    def brain(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b'{"outcomes": []}')

    async def scene() -> None:
        speaking = wire(brain)
        await speaking.report(NODE, Report(reading=Reading(node_id=NODE, generation=3)))
        await speaking.close()

    play(scene())
    (request,) = seen
    text = request.headers["authorization"].removeprefix("Node ")
    asked = {"method": "POST", "path": f"/v1/nodes/{NODE}/reports", "audience": BRAIN_ID, "now": NOW}
    digest = hashlib.sha256(request.content).hexdigest()
    assert verify_request(text, body_sha256=digest, **asked).issuer == id_of("node", public_of(KEY))
    with pytest.raises(AuthorityFault):
        verify_request(text, body_sha256="0" * 64, **asked)


def broken(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route")


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("")


def refusing(status: int, code: str) -> Handler:
    problem = Problem(type="", title="", status=status, detail="why", code=code, todo="do")
    return lambda request: httpx.Response(status, content=msgspec.json.encode(problem))


@pytest.mark.parametrize(
    ("handler", "kind", "code"),
    [
        (broken, WireFault, "SUAN-W001"),
        (slow, WireFault, "SUAN-W001"),
        (lambda request: httpx.Response(502, content=b"<html>"), WireFault, "SUAN-W002"),
        (lambda request: httpx.Response(200, content=b"<html>"), WireFault, "SUAN-W002"),
        (lambda request: httpx.Response(200, content=b'{"outcomes": 7, "sha256": {}}'), WireFault, "SUAN-W002"),
        (refusing(401, "SUAN-A003"), AuthorityFault, "SUAN-A003"),
        (refusing(404, "SUAN-N020"), NotFoundFault, "SUAN-N020"),
        (refusing(429, "SUAN-U053"), QuotaFault, "SUAN-U053"),
    ],
)
def test_whatever_comes_back_is_a_fault_and_nothing_else(
    tmp_path: Path, handler: Handler, kind: type[Fault], code: str
) -> None:
    (tmp_path / "x").write_bytes(b"x")

    async def fetched(speaking: Wire) -> None:
        async for _ in speaking.fetch("0" * 64):
            raise _Stop

    async def scene() -> None:
        speaking = wire(handler)
        calls = [
            speaking.report(NODE, Report(reading=Reading(node_id=NODE, generation=1))),
            speaking.desired(NODE, 0, 1.0),
            speaking.missing(("0" * 64,)),
            *([speaking.put("0" * 64, tmp_path / "x"), fetched(speaking)] if code != "SUAN-W002" else []),
        ]
        for call in calls:
            with pytest.raises(kind) as caught:
                await call
            assert caught.value.code == code
        await speaking.close()

    play(scene())


class _Stop(Exception):
    pass


def test_a_file_that_is_gone_is_not_a_broken_line(tmp_path: Path) -> None:
    async def scene() -> None:
        with pytest.raises(NotFoundFault) as caught:
            await wire(broken).put("0" * 64, tmp_path / "none")
        assert caught.value.code == "SUAN-N020"

    play(scene())


def test_files_wait_for_one_another_and_never_hold_up_a_report(tmp_path: Path) -> None:
    async def scene() -> None:
        under_way, go, most = 0, asyncio.Event(), 0

        class Slow(httpx.AsyncByteStream):
            async def __aiter__(self) -> AsyncIterator[bytes]:
                nonlocal under_way, most
                under_way += 1
                most = max(most, under_way)
                await go.wait()
                yield b"x"
                under_way -= 1

        def brain(request: httpx.Request) -> httpx.Response:
            if "/blobs/" in request.url.path:
                return httpx.Response(200, stream=Slow())
            return httpx.Response(200, content=b"{}")

        speaking = wire(brain)

        async def fetch() -> bytes:
            return b"".join([chunk async for chunk in speaking.fetch("0" * 64)])

        fetching = [asyncio.create_task(fetch()) for _ in range(3 * BULK)]
        await until(lambda: under_way == BULK)
        await speaking.report(NODE, Report(reading=Reading(node_id=NODE, generation=1)))
        go.set()
        assert await asyncio.gather(*fetching) == [b"x"] * 3 * BULK and most == BULK
        await speaking.close()

    play(scene())
