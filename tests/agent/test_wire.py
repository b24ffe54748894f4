"""The agent's side of the wire against forgers, nonsense and broken lines: nothing unsigned moves the agent."""

import asyncio
import contextlib
import hashlib
import socket
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import msgspec
import pytest

from suanwang.drivers import session as sessions
from suanwang.drivers.frames import FRAME_BYTES_MAX, LENGTH, frame
from suanwang.drivers.wire import BULK, PIECE_BYTES, Wire
from suanwang.model.fault import AuthorityFault, Fault, NotFoundFault, QuotaFault, WireFault
from suanwang.model.job import Outcome
from suanwang.model.node import Reading
from suanwang.model.order import DesiredState
from suanwang.model.session import Told, Wished, Wrong
from suanwang.model.view import Acknowledged, Problem, Report
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.request import sign_desired, verify_request
from tests.agent.played import PlayedBrain, http, said
from tests.agent.stage import NODE, FakeRuntime, agent, disk_orders, order, play, serving, until

KEY, BRAIN_KEY, FORGER_KEY = (bytes([n]) * 32 for n in (1, 2, 3))
BRAIN_ID = id_of("brain", public_of(BRAIN_KEY))
NOW = 1_000_000.0
ENDED = Outcome(placement_id="job-x/1", task=0, state="done")
BEAT = Report(reading=Reading(node_id=NODE, generation=1))
NEWS = Report(reading=Reading(node_id=NODE, generation=1), outcomes=(ENDED,))


@contextlib.asynccontextmanager
async def wired(brain: PlayedBrain, url: str = "") -> AsyncGenerator[Wire]:
    async with brain.serving():
        made = Wire(url or brain.url, KEY, lambda: NOW)
        made.trusts(BRAIN_ID)
        try:
            yield made
        finally:
            await made.close()


def signed(told: DesiredState, *, key: bytes = BRAIN_KEY, node: str = NODE, now: float = NOW, **other: int) -> Wished:
    body = msgspec.json.encode(told)
    text = sign_desired(key, node_id=node, generation=other.get("generation", told.generation), body=body, now=now)
    return Wished(statement=text, body=body)


TOLD = DesiredState(node_id=NODE, generation=1, orders=("job-x/1",), fresh=(order(1),))
FALSE = msgspec.json.encode(msgspec.structs.replace(TOLD, fresh=(order(1, user="eve"),)))
FORGED: dict[str, Callable[[], bytes]] = {
    "unsigned": lambda: said(Wished(statement="", body=msgspec.json.encode(TOLD))),
    "garbage for a signature": lambda: said(Wished(statement="x.y", body=msgspec.json.encode(TOLD))),
    "signed by another key": lambda: said(signed(TOLD, key=FORGER_KEY)),
    "signed by the node itself": lambda: said(signed(TOLD, key=KEY)),
    "for another node": lambda: said(signed(TOLD, node="node-cccccccccc")),
    "under another number": lambda: said(signed(TOLD, generation=2)),
    "too old": lambda: said(signed(TOLD, now=NOW - 7200)),
    "altered on the way": lambda: said(msgspec.structs.replace(signed(TOLD), body=FALSE)),
    "nonsense": lambda: said(msgspec.structs.replace(signed(TOLD), body=b'{"generation": "one"}')),
    "not even JSON": lambda: said(msgspec.structs.replace(signed(TOLD), body=b"<html>")),
    "not even a message": lambda: frame(b"<html>"),
    "a message without end": lambda: LENGTH.pack(FRAME_BYTES_MAX + 1),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_desired_state_is_refused_and_changes_nothing(tmp_path: Path, how: str) -> None:
    async def scene() -> None:
        forged, brain, runtime = True, PlayedBrain(), FakeRuntime()
        brain.greets = lambda request: [FORGED[how]() if forged else said(signed(TOLD))]
        async with wired(brain) as wire, serving(agent(tmp_path, wire, runtime, brain_id=BRAIN_ID)):
            await until(lambda: len(brain.sessions) >= 3)
            assert all(path.endswith("after=0") for path in brain.sessions)
            assert runtime.ran == [] and disk_orders(tmp_path) == []
            forged = False
            await until(lambda: runtime.ran == [0])

    play(scene())


def test_states_come_as_they_change_over_one_connection(tmp_path: Path) -> None:
    async def scene() -> None:
        brain = PlayedBrain()
        later = DesiredState(node_id=NODE, generation=2, orders=(), fresh=())
        brain.greets = lambda request: [said(signed(TOLD)), said(signed(later))]
        async with wired(brain) as wire:
            assert await wire.desired(NODE, 0) == TOLD
            assert await wire.report(NODE, BEAT) == Acknowledged()
            assert await wire.desired(NODE, 1) == later
            assert len(brain.sessions) == 1
            assert await wire.desired(NODE, 0) == TOLD, "who did not take what was told is told again"
            assert brain.sessions == [f"/v1/nodes/{NODE}/session?after=0"] * 2

    play(scene())


def test_what_begins_a_session_is_signed_for_this_brain_and_exactly_this() -> None:
    async def scene() -> None:
        brain = PlayedBrain()
        brain.answer = lambda request: (200, b'{"sha256": []}')
        async with wired(brain) as wire:
            await wire.report(NODE, BEAT)
            await wire.missing(("0" * 64,))
        for request in brain.asked:
            text = request.headers["authorization"].removeprefix("Node ")
            asked = {"method": request.method, "path": request.path, "audience": BRAIN_ID, "now": NOW}
            digest = hashlib.sha256(request.body).hexdigest()
            assert verify_request(text, body_sha256=digest, **asked).issuer == id_of("node", public_of(KEY))
            with pytest.raises(AuthorityFault):
                verify_request(text, body_sha256="0" * 64, **asked)
        assert len(brain.asked) == 2

    play(scene())


def refusal(status: int, code: str) -> tuple[int, bytes]:
    return status, msgspec.json.encode(Problem(type="", title="", status=status, detail="why", code=code, todo="do"))


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ((502, b"<html>"), WireFault, "SUAN-W002"),
        ((200, b"<html>"), WireFault, "SUAN-W002"),
        ((200, b'{"outcomes": 7, "sha256": {}}'), WireFault, "SUAN-W002"),
        (refusal(401, "SUAN-A003"), AuthorityFault, "SUAN-A003"),
        (refusal(404, "SUAN-N020"), NotFoundFault, "SUAN-N020"),
        (refusal(429, "SUAN-U053"), QuotaFault, "SUAN-U053"),
    ],
)
def test_whatever_comes_back_is_a_fault_and_nothing_else(
    tmp_path: Path, answer: tuple[int, bytes], kind: type[Fault], code: str
) -> None:
    (tmp_path / "x").write_bytes(b"x")

    async def fetched(wire: Wire) -> None:
        async for _ in wire.fetch("0" * 64):
            raise _Stop

    async def scene() -> None:
        brain = PlayedBrain()
        brain.answer, brain.refuses = (lambda request: answer), (lambda request: http(*answer))
        async with wired(brain) as wire:
            calls = [
                wire.report(NODE, BEAT),
                wire.desired(NODE, 0),
                wire.missing(("0" * 64,)),
                *([wire.put("0" * 64, tmp_path / "x"), fetched(wire)] if answer[0] != 200 else []),
            ]
            for call in calls:
                with pytest.raises(kind) as caught:
                    await call
                assert caught.value.code == code

    play(scene())


class _Stop(Exception):
    pass


@pytest.mark.parametrize("said_first", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 101", b"x" * 70_000])
def test_a_brain_that_hangs_up_or_talks_nonsense_is_not_reached(said_first: bytes) -> None:
    async def scene() -> None:
        brain = PlayedBrain()
        brain.refuses = lambda request: said_first
        async with wired(brain) as wire:
            for call in (wire.report(NODE, NEWS), wire.desired(NODE, 0)):
                with pytest.raises(WireFault) as caught:
                    await call
                assert caught.value.code in ("SUAN-W001", "SUAN-W002")

    play(scene())


def test_nobody_there_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"

    async def scene() -> None:
        async with wired(PlayedBrain(), nobody) as wire:
            for call in (wire.report(NODE, BEAT), wire.missing(("0" * 64,)), wire.put("0" * 64, tmp_path / "x")):
                with pytest.raises(WireFault, match="SUAN-W001"):
                    await call

    play(scene())


def test_a_report_is_answered_under_its_number_refused_or_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "ANSWER_S", 0.1)

    async def scene() -> None:
        brain = PlayedBrain()
        async with wired(brain) as wire:
            brain.replies = lambda told: Told(number=told.number + 7, acknowledged=Acknowledged())
            with pytest.raises(WireFault, match="SUAN-W001"):  # an answer to something else is none
                await wire.report(NODE, NEWS)
            brain.replies = lambda told: Wrong(number=told.number, code="SUAN-L001", why="full", todo="")
            with pytest.raises(Fault, match="SUAN-L001: full"):
                await wire.report(NODE, NEWS)
            brain.replies = lambda told: b"\0\0\0\1\xff"
            with pytest.raises(WireFault, match="SUAN-W002"):
                await wire.report(NODE, NEWS)
            brain.replies = lambda told: Told(number=told.number, acknowledged=Acknowledged(outcomes=(("job-x/1", 0),)))
            assert (await wire.report(NODE, NEWS)).outcomes == (("job-x/1", 0),)
            assert [t.report.outcomes for t in brain.told] == [(ENDED,)] * 4

    play(scene())


def test_a_file_that_is_gone_is_not_a_broken_line(tmp_path: Path) -> None:
    async def scene() -> None:
        async with wired(PlayedBrain()) as wire:
            with pytest.raises(NotFoundFault) as caught:
                await wire.put("0" * 64, tmp_path / "none")
            assert caught.value.code == "SUAN-N020"

    play(scene())


def test_files_go_both_ways_whole_over_kept_connections(tmp_path: Path) -> None:
    data = bytes(range(256)) * 5_000
    (tmp_path / "x").write_bytes(data)

    async def scene() -> None:
        brain = PlayedBrain()
        brain.answer = lambda request: (200, data if request.method == "GET" else b"")
        async with wired(brain) as wire:
            for _ in range(3):
                await wire.put("0" * 64, tmp_path / "x")
                assert b"".join([piece async for piece in wire.fetch("0" * 64)]) == data
        assert [r.body for r in brain.asked if r.method == "PUT"] == [data] * 3

    play(scene())


@pytest.mark.parametrize("size", [1_000, 2 * PIECE_BYTES])
@pytest.mark.parametrize("cuts", [1, PIECE_BYTES])
def test_an_answer_that_is_cut_short_is_of_a_brain_that_is_gone(size: int, cuts: int) -> None:
    async def fetched(wire: Wire) -> int:
        return sum([len(piece) async for piece in wire.fetch("0" * 64)])

    async def scene() -> None:
        brain = PlayedBrain()
        brain.answer, brain.cuts = (lambda request: (200, bytes(size))), cuts
        async with wired(brain) as wire:
            for call in (wire.missing(("0" * 64,)), fetched(wire)):
                with pytest.raises(WireFault, match="SUAN-W001"):
                    await call

    play(scene())


def test_files_wait_for_one_another_and_never_hold_up_a_report(tmp_path: Path) -> None:
    async def scene() -> None:
        under_way, go, most, brain = 0, asyncio.Event(), 0, PlayedBrain()

        async def slow() -> tuple[int, bytes]:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await go.wait()
            under_way -= 1
            return 200, b"x"

        brain.answer = lambda request: slow()

        async def fetch(wire: Wire) -> bytes:
            return b"".join([chunk async for chunk in wire.fetch("0" * 64)])

        async with wired(brain) as wire:
            fetching = [asyncio.create_task(fetch(wire)) for _ in range(3 * BULK)]
            await until(lambda: under_way >= min(BULK, 6))
            assert (await wire.report(NODE, NEWS)).outcomes == (("job-x/1", 0),)
            go.set()
            assert await asyncio.gather(*fetching) == [b"x"] * 3 * BULK and most <= BULK

    play(scene())
