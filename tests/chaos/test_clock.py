"""A clock that jumps by hours, forward and back, while jobs run, wait and end: each ends once, is paid once, and nobody is
taken to be dead, or alive, for ever.
"""

import asyncio
import random
import ssl
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from httpx import Response

from suanwang.api import secure
from suanwang.api.secure import Tls
from suanwang.brain.views import bill_view, job_view, node_view
from suanwang.drivers.tls import Peer, client_context, tls_fault
from suanwang.model import event as ev
from suanwang.model.job import JOB_FINAL, Outcome
from suanwang.model.node import Node, Reading
from suanwang.trust.svid import make_authority
from tests.api.stage import OPERATOR, PlayedNode, problem, staged
from tests.brain.sample import a_demand, a_node
from tests.brain.test_brain import World, done, live
from tests.chaos.checks import written

HOUR_S = 3600.0
BRAIN = "brain-of-a-test"
TICKS_S = 0.15
"""Some ticks of the brains here."""


async def jump(w: World, seconds: float) -> None:
    """The clock jumps, and the brain has looked at it before any node is heard again."""
    w.now, w.ahead_s = w.now + seconds, w.ahead_s + seconds
    await asyncio.sleep(TICKS_S)


async def wait(w: World, seconds: float) -> None:
    """Time goes by, without a jump, and the brain has noticed."""
    w.now += seconds
    await asyncio.sleep(TICKS_S)


def beat(w: World, *nodes: Node) -> None:
    for node in nodes:
        w.brain.hear(Reading(node_id=node.id, generation=0))


async def work_off(w: World, node: Node) -> None:
    """The node does what it is asked for, with the clock of the brain."""
    for order in (await w.brain.desired(node.id, 0, 0)).fresh:
        told = [task for task, _ in order.tasks]
        await w.report(node, *(dated(w, done(order.id, task)) for task in told))


def dated(w: World, outcome: Outcome) -> Outcome:
    return msgspec.structs.replace(outcome, started_at=w.now - 1.0, wall_s=1.0)


@pytest.mark.parametrize("seed", range(4))
def test_jobs_end_once_and_are_paid_once_whatever_the_clock_does(tmp_path: Path, seed: int) -> None:
    nodes, chance = (a_node("n1"), a_node("n2", owner="otto")), random.Random(seed)

    async def scene(w: World) -> None:
        w.now = 1_000_000.0
        await w.prepare(*nodes)
        for n in range(12):
            await w.submit(f"job-{n}", a_demand(chance.randrange(1, 4)))
            if chance.random() < 0.3:
                await jump(w, chance.uniform(-0.9, 0.9) * HOUR_S)
            beat(w, *nodes)
            await work_off(w, chance.choice(nodes))
        for _ in range(20):
            beat(w, *nodes)
            w.now += 1.0
            for node in nodes:
                await work_off(w, node)
            await asyncio.sleep(0.02)
        assert all(node_view(w.state, node, w.steady(), 10.0).state == "ready" for node in nodes)

    world = live(tmp_path, scene)
    log = written(tmp_path / "log.sqlite")
    ends = [e.job_id for e in log.events if isinstance(e, ev.JobEnded | ev.JobRefused)]
    assert log.wrong == [] and sorted(ends) == sorted(world.state.jobs) and len(ends) == 12
    for job in world.state.jobs.values():
        bill = bill_view(world.state, job, "CNY")
        assert job.state in JOB_FINAL and bill.posted_micro == job.posted_micro <= job.held_micro
        assert all(line.charge_period_start < line.charge_period_end for line in bill.lines)


def test_after_the_clock_went_back_a_node_that_is_heard_is_there(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(w: World) -> None:
        w.now = 1_000_000.0
        await w.prepare(node)
        await jump(w, -3 * HOUR_S)
        beat(w, node)
        await w.submit("job-a", a_demand())
        await wait(w, 5.0)
        assert w.state.jobs["job-a"].state == "running" and w.state.world.alive.all()
        await wait(w, 20.0)
        assert not w.state.world.alive.any(), "and one that is heard no more is not"

    live(tmp_path, scene)


def test_after_the_clock_went_back_a_node_that_is_dead_loses_its_work(tmp_path: Path) -> None:
    dead, other = a_node("n1", price=1), a_node("n2", price=90_000)

    async def scene(w: World) -> None:
        w.now = 1_000_000.0
        await w.prepare(dead, other)
        await w.submit("job-a", a_demand())
        assert set(w.state.live[dead.id]) == {"job-a/1"}
        await jump(w, -3 * HOUR_S)
        for _ in range(10):
            beat(w, other)
            await wait(w, 6.0)
        assert not w.state.live[dead.id]

    live(tmp_path, scene)


def test_a_clock_that_jumps_ahead_costs_no_job(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(w: World) -> None:
        w.now = 1_000_000.0
        await w.prepare(node)
        await w.submit("job-a", a_demand())
        for _ in range(3):
            beat(w, node)
            await jump(w, HOUR_S / 2)
            beat(w, node)
            await wait(w, 1.0)
        await work_off(w, node)
        assert w.state.jobs["job-a"].state == "done"

    live(tmp_path, scene)


def test_what_waits_is_not_forgotten(tmp_path: Path) -> None:
    """Who waits for room is refused after an hour, by the clock as it is; until then the job is there, wherever that goes."""
    node = a_node("n1", cores=1)

    async def scene(w: World) -> None:
        w.now = 1_000_000.0
        await w.prepare(node)
        await w.submit("first", a_demand())
        await w.submit("second", a_demand())
        assert w.state.jobs["second"].state == "queued"
        await jump(w, -5 * HOUR_S)
        beat(w, node)
        await work_off(w, node)
        await asyncio.sleep(TICKS_S)
        await work_off(w, node)
        assert [job.state for job in w.state.jobs.values()] == ["done", "done"]
        shown = job_view(w.state, w.state.jobs["second"])
        assert shown.hold_micro == 0 and shown.spent_micro == 30

    live(tmp_path, scene)


@pytest.mark.parametrize(("seconds", "code"), [(-2 * HOUR_S, "SUAN-A004"), (2 * HOUR_S, "SUAN-A003")])
def test_tokens_of_another_time_are_refused_by_name(tmp_path: Path, seconds: float, code: str) -> None:
    with staged(tmp_path) as stage:
        node = stage.node()
        stage.now += seconds
        problem(stage.operator.get("/v1/account"), 401, code)
        problem(told_before(node, seconds), 401, code)
        stage.operator.token = stage.token(OPERATOR, "user operator")
        assert stage.operator.get("/v1/account").status_code == 200
        assert node.ask("POST", *NOTHING).status_code == 200


NOTHING = ("/v1/blobs/missing", b'{"sha256":[]}')
"""Something to ask for that a node may."""


def told_before(node: PlayedNode, seconds: float) -> Response:
    """A node's request, signed with the time before the jump."""
    return node.ask("POST", *NOTHING, age_s=seconds)


@pytest.mark.parametrize("ahead_s", [-48 * HOUR_S, 2 * HOUR_S])
def test_a_brain_whose_clock_is_elsewhere_is_refused_by_name(ahead_s: float) -> None:
    assert handshake(Served(ahead_s)) == "SUAN-W030"


def test_a_clock_that_went_ahead_is_followed_by_the_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    assert after_a_look(Served(-48 * HOUR_S), monkeypatch) == ""


def test_a_clock_that_went_back_is_followed_by_the_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    assert after_a_look(Served(2 * HOUR_S), monkeypatch) == ""


class Served:
    """A brain's end of TLS. ahead_s: how far its clock is ahead of everybody else's."""

    def __init__(self, ahead_s: float) -> None:
        self.ahead_s = ahead_s
        authority = make_authority(bytes(32), BRAIN, 1, time.time() - 100 * HOUR_S)
        self.peer = Peer(authority.certificate, BRAIN)
        self.tls = Tls(authority, BRAIN, ("localhost",), lambda: time.time() + self.ahead_s)


def after_a_look(served: Served, monkeypatch: pytest.MonkeyPatch) -> str:
    """The clock is set right, and the brain has looked at it."""
    monkeypatch.setattr(secure, "LOOK_S", 0.02)
    served.ahead_s = 0.0

    async def look() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await served.tls.keep_fresh()

    asyncio.run(look())
    return handshake(served)


def handshake(served: Served) -> str:
    """The code of what a client has against it; "" if nothing."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = served.tls.context.wrap_bio(to_server, to_client, server_side=True)
    client = client_context(served.peer).wrap_bio(to_client, to_server)
    for _ in range(4):
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                fault = tls_fault("the brain", error)
                return fault.code if fault else "no fault"
    return ""
