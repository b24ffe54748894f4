"""The brain's loop on a real log: accept, place, pay, lose, cancel, restart; money sums to zero after every event."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from suanwang.brain import commands, loop
from suanwang.brain.jobs import JobState
from suanwang.brain.loop import Brain
from suanwang.brain.replay import decision, restore
from suanwang.brain.state import State
from suanwang.market.ledger import hold_account, user_account
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Needs
from suanwang.model.fault import ConflictFault, LogFault, QuotaFault
from suanwang.model.job import Outcome
from suanwang.model.node import Node, Reading
from suanwang.model.plan import Plan, Refusal
from suanwang.model.view import Report
from suanwang.store.log import SqliteLog
from tests.brain.sample import a_demand, a_node


class World:
    """A brain with a hand-driven clock and nodes played by the test. ahead_s: what that clock jumped ahead of a steady one."""

    def __init__(self, folder: Path) -> None:
        self.now, self.ahead_s = 1_000.0, 0.0
        self.folder = folder
        self.brain = self.start()

    def start(self) -> Brain:
        self.brain = Brain(SqliteLog(self.folder / "log.sqlite"), lambda: self.now, steady=self.steady, tick_s=0.02)
        return self.brain

    def steady(self) -> float:
        return self.now - self.ahead_s

    @property
    def state(self) -> State:
        return self.brain.state

    async def prepare(self, *nodes: Node) -> None:
        await self.brain.command(commands.add_user("ann", ("user",), 10_000_000))
        for node in nodes:
            await self.brain.command(commands.join(node, "t"))
            self.brain.hear(Reading(node_id=node.id, generation=0))

    async def submit(self, job_id: str, demand: Demand, key: str | None = None) -> None:
        await self.brain.command(commands.submit(job_id, "ann", demand, key or job_id))

    async def report(
        self, node: Node, *outcomes: Outcome, returned: tuple[tuple[str, str], ...] = ()
    ) -> list[tuple[str, int, str]]:
        refused: list[tuple[str, int, str]] = []
        told = Report(reading=Reading(node_id=node.id, generation=0), outcomes=outcomes, returned=returned)
        await self.brain.command(commands.report(node.id, told, lambda _: True, refused))
        return refused


def live(folder: Path, scene: Callable[[World], Awaitable[None]]) -> World:
    """Run a scene against a serving brain, then check the money and that a replay gives the same state."""

    async def act() -> World:
        world = World(folder)
        serving = asyncio.create_task(world.brain.run())
        try:
            async with asyncio.timeout(60):
                await scene(world)
                await world.brain.settled()
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
        return world

    world = asyncio.run(act())
    assert world.state.ledger.total() == 0
    again = restore(SqliteLog(folder / "log.sqlite"))
    assert again.state.ledger.rows() == world.state.ledger.rows()
    assert again.tree.root() == world.brain.tree.root()
    assert {j.id: (j.state, bytes(j.tasks)) for j in again.state.jobs.values()} == {
        j.id: (j.state, bytes(j.tasks)) for j in world.state.jobs.values()
    }
    return world


def taken(folder: Path, job: JobState) -> list[Plan | Refusal]:
    """The decisions about a job that the log still knows of."""
    found = [decision(body) for number, body in SqliteLog(folder / "log.sqlite").read(0) if number in job.decided]
    return [one for one in found if isinstance(one, Plan | Refusal)]


def done(placement: str, task: int = 0, fuel: int = 10**9, state: str = "done") -> Outcome:
    return Outcome(
        placement_id=placement, task=task, state=state, code="" if state == "done" else "exit", fuel=fuel, started_at=1_000.0
    )


def test_a_job_is_accepted_placed_run_and_billed(tmp_path: Path) -> None:
    node = a_node("n1", price=30_000)

    async def scene(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand())
        assert w.state.jobs["job-a"].state == "running"
        desired = await w.brain.desired(node.id, 0, 0)
        assert desired.orders == ("job-a/1",) and desired.fresh[0].fuel_max > 10**9
        assert w.state.ledger.balance(hold_account("job-a")) > 0
        assert await w.report(node, done("job-a/1")) == []
        after = await w.brain.desired(node.id, desired.generation, 0)
        assert after.orders == () and after.generation > desired.generation

    world = live(tmp_path, scene)
    job = world.state.jobs["job-a"]
    assert job.state == "done" and job.posted_micro == 30
    assert world.state.ledger.balance(user_account("olga")) == 30
    assert world.state.ledger.balance(hold_account("job-a")) == 0
    assert world.state.ledger.balance(user_account("ann")) == 10_000_000 - 30


def test_the_same_key_is_the_same_job_and_another_demand_is_refused(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(a_node("n1"))
        await w.submit("job-a", a_demand(), key="k")
        await w.submit("job-b", a_demand(), key="k")
        assert list(w.state.jobs) == ["job-a"]
        with pytest.raises(ConflictFault):
            await w.submit("job-c", a_demand(2), key="k")

    live(tmp_path, scene)


def test_outcomes_count_once_and_only_from_the_node_that_holds_the_task(tmp_path: Path) -> None:
    node, other = a_node("n1"), a_node("n2", price=90_000)

    async def scene(w: World) -> None:
        await w.prepare(node, other)
        await w.submit("job-a", a_demand(2))
        place = next(iter(w.state.jobs["job-a"].placements))
        assert await w.report(other, done(place)) == [(place, 0, "SUAN-R030")]
        assert await w.report(node, done(place), done(place)) == [(place, 0, "SUAN-R031")]
        assert await w.report(node, done(place)) == [(place, 0, "SUAN-R031")]
        assert await w.report(node, done(place, 1), done(place, 7)) == [(place, 7, "SUAN-R030")]

    assert live(tmp_path, scene).state.jobs["job-a"].posted_micro == 60


def test_impossible_fuel_costs_the_node_the_placement_and_pays_nothing(tmp_path: Path) -> None:
    liar, honest = a_node("liar", price=10_000), a_node("honest", price=90_000)

    async def scene(w: World) -> None:
        await w.prepare(liar, honest)
        await w.submit("job-a", a_demand())
        assert w.state.jobs["job-a"].placements["job-a/1"].placement.node_id == liar.id
        assert await w.report(liar, done("job-a/1", fuel=10**18)) == [("job-a/1", 0, "SUAN-R032")]
        held = w.state.jobs["job-a"].placements["job-a/2"]
        assert held.placement.node_id == honest.id and held.placement.attempt == 2
        await w.report(honest, done("job-a/2"))

    assert live(tmp_path, scene).state.jobs["job-a"].posted_micro == 90


async def fall_silent(w: World, job_id: str) -> None:
    """No node is heard for so long that all of a job's placements are lost."""
    w.now += 60
    while any(held.live for held in w.state.jobs[job_id].placements.values()):
        await asyncio.sleep(0.01)


def test_a_node_that_was_cut_off_goes_on_with_what_nobody_else_was_given(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand(3))
        named = await w.brain.desired(node.id, 0, 0)
        await w.report(node, done("job-a/1", 0))
        held = w.state.ledger.balance(hold_account("job-a"))
        for _ in range(4):  # more often than a task may be placed
            await fall_silent(w, "job-a")
            assert w.state.jobs["job-a"].state == "running" and w.state.ledger.balance(hold_account("job-a")) == 0
            assert await w.report(node, done("job-a/1", 1)) == [("job-a/1", 1, "SUAN-R031")], "not before it is back"
            await w.brain.back(node.id)
            assert w.state.ledger.balance(hold_account("job-a")) == held
        again = await w.brain.desired(node.id, named.generation, 0)
        assert again.orders == ("job-a/1",) and [t for t, _ in again.fresh[0].tasks] == [1, 2]
        assert await w.report(node, done("job-a/1", 1), done("job-a/1", 2)) == []

    job = live(tmp_path, scene).state.jobs["job-a"]
    assert (job.state, job.posted_micro, list(job.placements)) == ("done", 90, ["job-a/1"])


def test_work_that_somebody_else_was_given_meanwhile_stays_there(tmp_path: Path) -> None:
    cut, other = a_node("n1", price=10_000), a_node("n2", price=90_000)

    async def scene(w: World) -> None:
        await w.prepare(cut, other)
        await w.submit("job-a", a_demand())
        w.now += 60
        while not w.state.jobs["job-a"].placements["job-a/1"].silent:
            w.brain.hear(Reading(node_id=other.id, generation=0))
            await asyncio.sleep(0.01)
        while "job-a/2" not in w.state.jobs["job-a"].placements:
            await asyncio.sleep(0.01)
        await w.brain.back(cut.id)
        assert (await w.brain.desired(cut.id, 0, 0)).orders == ()
        assert await w.report(cut, done("job-a/1")) == [("job-a/1", 0, "SUAN-R031")]
        await w.report(other, done("job-a/2"))

    assert live(tmp_path, scene).state.jobs["job-a"].posted_micro == 90


def test_nobody_comes_back_to_a_job_that_was_cancelled(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand())
        await fall_silent(w, "job-a")
        await w.brain.command(commands.cancel("job-a", "ann", operator=False))
        await w.brain.back(node.id)
        assert w.state.jobs["job-a"].state == "cancelled" and (await w.brain.desired(node.id, 0, 0)).orders == ()

    assert live(tmp_path, scene).state.missing == {}


def test_nobody_comes_back_to_what_cannot_be_paid_any_more(tmp_path: Path) -> None:
    wide, narrow = a_node("n1", cores=2), a_node("n2", cores=1)

    async def scene(w: World) -> None:
        await w.prepare(wide, narrow)
        await w.submit("job-a", a_demand(budget=6_000_000, needs=Needs(cpu_milli=2000)))
        w.now += 60
        while w.state.jobs["job-a"].placements["job-a/1"].live:
            w.brain.hear(Reading(node_id=narrow.id, generation=0))
            await asyncio.sleep(0.01)
        await w.submit("job-b", a_demand(budget=6_000_000))
        assert w.state.jobs["job-b"].placements["job-b/1"].placement.node_id == narrow.id
        await w.brain.back(wide.id)
        assert (await w.brain.desired(wide.id, 0, 0)).orders == ()
        await w.report(narrow, done("job-b/1"))
        await w.brain.back(wide.id)
        assert (await w.brain.desired(wide.id, 0, 0)).orders != ()

    live(tmp_path, scene)


def test_a_restart_knows_who_may_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SNAPSHOT_EVERY", 1)
    node = a_node("n1")

    async def scene(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand())
        await fall_silent(w, "job-a")
        await w.brain.command(commands.add_user("bob", ("user",), 0))

    world = live(tmp_path, scene)
    assert restore(SqliteLog(tmp_path / "log.sqlite")).state.missing == world.state.missing == {node.id: {"job-a/1": None}}


def test_a_snapshot_that_is_not_kept_is_no_fault_of_what_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SNAPSHOT_EVERY", 1)

    async def scene(w: World) -> None:
        log = SqliteLog(tmp_path / "log.sqlite")

        def full(*_: object) -> None:
            raise LogFault("SUAN-L001", "no room", "make room")

        with monkeypatch.context() as patched:
            patched.setattr(SqliteLog, "snapshot", full)
            await w.prepare(a_node("n1"))
            await w.submit("job-a", a_demand())
            await w.submit("job-b", a_demand())
        assert log.snapshot() is None and w.state.jobs["job-b"].state == "running"
        await w.submit("job-c", a_demand())
        while (kept := log.snapshot()) is None or kept.number < w.state.seq:
            await asyncio.sleep(0.01)
        assert not w.state.touched and not w.state.fresh

    assert {"job-a", "job-b", "job-c"} == live(tmp_path, scene).state.jobs.keys()


def test_a_silent_node_loses_its_work_at_most_three_times(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand())
        for _ in range(3):
            w.now += 60
            while w.state.world.alive[0] or w.state.jobs["job-a"].count(1):
                await asyncio.sleep(0.01)
            w.brain.hear(Reading(node_id=node.id, generation=0))
            while w.state.jobs["job-a"].state == "running" and not w.state.jobs["job-a"].count(1):
                await asyncio.sleep(0.01)

    job = live(tmp_path, scene).state.jobs["job-a"]
    assert job.state == "failed" and len(job.placements) == 3 and job.posted_micro == 0


def test_a_full_network_queues_and_a_freed_one_takes_the_next(tmp_path: Path) -> None:
    node = a_node("n1", cores=1)

    async def scene(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand())
        await w.submit("job-b", a_demand())
        assert w.state.jobs["job-b"].state == "queued"
        await w.report(node, done("job-a/1"))
        assert w.state.jobs["job-b"].state == "running"
        await w.report(node, done("job-b/1"))

    assert live(tmp_path, scene).state.jobs["job-b"].state == "done"


def test_what_no_node_can_take_is_refused_with_reasons(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(a_node("n1", price=90_000_000))
        await w.submit("job-a", a_demand(budget=1_000))

    job = live(tmp_path, scene).state.jobs["job-a"]
    assert job.state == "refused" and taken(tmp_path, job)[-1].explanation.ruled_out[0].reasons


def test_a_cancelled_job_is_billed_for_what_it_used(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand(2))
        await w.report(node, done("job-a/1"))
        await w.brain.command(commands.cancel("job-a", "ann", False))
        assert (await w.brain.desired(node.id, 0, 0)).orders == ()
        await w.report(node, done("job-a/1", 1, fuel=500_000_000, state="cancelled"))

    job = live(tmp_path, scene).state.jobs["job-a"]
    assert job.state == "cancelled" and job.posted_micro == 45


@pytest.mark.parametrize(
    ("behind", "ending", "ends"), [(0, (), True), (1, (), False), (0, ("job-a/1",), False), (0, None, False)]
)
def test_a_job_that_is_cancelled_before_its_node_has_it_ends_when_the_node_says_so(
    tmp_path: Path, behind: int, ending: tuple[str, ...] | None, ends: bool
) -> None:
    """behind: how many states the node has missed; ending: what it says it may still tell of."""
    node = a_node("n1")

    async def scene(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand(2))
        await w.brain.command(commands.cancel("job-a", "ann", False))
        follows = w.state.generations[node.id] - behind
        w.brain.hear(Reading(node_id=node.id, generation=follows, ending=ending))
        if ends:
            await w.brain.ended("job-a", 5.0)
            assert (
                w.state.jobs["job-a"].state == "cancelled"
                and not w.state.live[node.id]
                and not w.state.world.held.get("job-a/1")
            )
            assert w.state.record(node.id).lost == 0
        else:
            await asyncio.sleep(0.1)
            assert w.state.jobs["job-a"].state == "running" and w.state.live[node.id]

    live(tmp_path, scene)


def test_a_node_that_can_take_no_orders_holds_up_nobody_and_keeps_what_it_has(tmp_path: Path) -> None:
    full, other = a_node("n1", price=1), a_node("n2", price=90_000)

    async def scene(w: World) -> None:
        await w.prepare(full, other)
        await w.submit("job-a", a_demand())
        had = w.state.generations[full.id]
        await w.submit("job-b", a_demand())
        w.brain.hear(Reading(node_id=full.id, generation=had, stuck="SUAN-L006"))
        while not w.state.live[other.id]:
            await asyncio.sleep(0.01)
        assert (set(w.state.live[full.id]), set(w.state.live[other.id])) == ({"job-a/1"}, {"job-b/2"})
        await w.submit("job-c", a_demand())
        assert set(w.state.live[other.id]) == {"job-b/2", "job-c/1"}
        w.brain.hear(Reading(node_id=full.id, generation=had))
        await w.submit("job-d", a_demand())
        assert set(w.state.live[full.id]) == {"job-a/1", "job-d/1"}
        w.brain.hear(Reading(node_id=full.id, generation=had + 3, stuck="SUAN-L006"))
        w.now += 11.0
        w.brain.hear(Reading(node_id=other.id, generation=0))
        while w.state.live[full.id]:  # one that is not heard any more has lost what it held, whatever it said last
            await asyncio.sleep(0.01)

    live(tmp_path, scene)


def test_nobody_spends_what_they_have_not(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(a_node("n1"))
        with pytest.raises(QuotaFault, match="SUAN-M001"):
            await w.submit("job-a", a_demand(budget=11_000_000))

    assert not live(tmp_path, scene).state.jobs


def test_a_restart_in_the_middle_goes_on_where_it_was(tmp_path: Path) -> None:
    node = a_node("n1")

    async def first(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand(3))
        await w.report(node, done("job-a/1", 1))

    async def second(w: World) -> None:
        desired = await w.brain.desired(node.id, 0, 0)
        assert [t for t, _ in desired.fresh[0].tasks] == [0, 2]
        await w.report(node, done("job-a/1", 0), done("job-a/1", 2))

    live(tmp_path, first)
    assert live(tmp_path, second).state.jobs["job-a"].state == "done"


def test_a_log_that_cannot_be_written_fails_the_caller_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(w: World) -> None:
        await w.prepare(a_node("n1"))

        def full(first: int, bodies: object) -> None:
            raise LogFault("SUAN-L001", "disk full")

        with monkeypatch.context() as patch:
            patch.setattr(w.brain._log, "append", full)
            with pytest.raises(LogFault):
                await w.submit("job-a", a_demand())
        assert "job-a" not in w.state.jobs and w.state.ledger.balance(user_account("ann")) == 10_000_000
        await w.submit("job-a", a_demand())

    assert live(tmp_path, scene).state.jobs["job-a"].state == "running"


def test_reading_is_not_starved_by_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many commands wait to be written, a reader gets in between two batches."""
    monkeypatch.setattr(loop, "BATCH_MAX", 2)

    async def scene(w: World) -> None:
        await w.prepare()
        over = False

        async def write() -> None:
            while not over:
                await w.brain.command(commands.grant("ann", 1, ""))

        writers = [asyncio.create_task(write()) for _ in range(20)]
        for _ in range(10):
            await asyncio.sleep(0.002)
            await w.brain.settled()
        over = True
        await asyncio.gather(*writers)

    live(tmp_path, scene)


def test_an_altered_log_is_not_served(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append(1, [b'{"type":"granted","at":1,"user":"ann","amount_micro":5}', b'{"type":"nonsense"}'])
    with pytest.raises(LogFault, match="SUAN-L005"):
        restore(log)
    assert ev.Granted  # the first event alone is sound


def test_a_slow_watcher_sees_the_end(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(w: World) -> None:
        await w.prepare(node)
        await w.submit("job-a", a_demand())
        seen = [(await anext(watching := w.brain.watch("job-a", 0)))[1].state]
        await w.report(node, done("job-a/1"))  # while the watcher still looks at what it has
        async with asyncio.timeout(5):
            seen += [job.state async for _, job in watching]
        assert seen == ["running", "done"]

    live(tmp_path, scene)
