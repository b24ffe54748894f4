"""Two brains on one log: whoever writes, both know it, every job ends once, and what is decided twice is written once."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from suanwang.brain import commands
from suanwang.brain.loop import Brain
from suanwang.brain.replay import restore, saved
from suanwang.brain.state import State
from suanwang.market.ledger import user_account
from suanwang.model import event as ev
from suanwang.model.fault import ConflictFault, LogFault
from suanwang.model.job import Outcome
from suanwang.model.node import Node, Reading
from suanwang.model.view import Report
from suanwang.store.log import Log, SqliteLog
from suanwang.store.peers import Peers
from suanwang.store.postgres import Postgres, PostgresLog, PostgresPeers
from suanwang.trust.merkle import Tree
from tests.brain.sample import a_demand, a_node

JOBS = 60


class Rude:
    """Peers that never wait for each other, so that many writes meet a conflict. words: left so far, and when."""

    def __init__(self, words: dict[int, tuple[float, bytes]], clock: Callable[[], float]) -> None:
        self._words, self._clock = words, clock

    def take_turn(self) -> None: ...
    def end_turn(self) -> None: ...
    def listen(self, call: Callable[[], object]) -> None: ...
    def exchange(self, word: bytes) -> Sequence[tuple[float, bytes]]:
        now, me = self._clock(), id(self)
        self._words[me] = (now, word)
        return [(now - at, left) for name, (at, left) in self._words.items() if name != me]


Sides = Callable[[], tuple[Log, Peers]]


@pytest.fixture(params=["rude", "postgres"])
def sides(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sides]:
    """Makes a brain's side of the shared log."""
    url = request.getfixturevalue("postgres").database() if request.param == "postgres" else ""

    def make() -> tuple[Log, Peers]:
        if not url:
            return SqliteLog(tmp_path / "log.sqlite"), Rude({}, lambda: 0.0)
        database = Postgres(url)
        return PostgresLog(database), PostgresPeers(database)

    yield make


@contextlib.asynccontextmanager
async def serving(*brains: Brain) -> AsyncGenerator[None]:
    tasks = [asyncio.create_task(brain.run()) for brain in brains]
    try:
        async with asyncio.timeout(120):
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def core(state: State, tree: Tree) -> object:
    """All of a state that follows from the log."""
    state.touched, state.fresh = dict.fromkeys(state.jobs), dict.fromkeys(state.particulars)
    kept = saved(state, tree, 0)
    living, grown = (msgspec.msgpack.decode(part) for part in (kept.living, kept.grown[0]))
    living.pop("world_version")  # counts readings too, which each brain has its own of
    grown["jobs"].sort(key=lambda job: job["number"])
    return living, grown


class Players:
    """Users and nodes that talk to either brain, as chance has it, and tell things twice."""

    def __init__(self, brains: tuple[Brain, Brain], seed: int) -> None:
        self.brains, self.chance = brains, random.Random(seed)
        self.nodes = [a_node(f"n{i}", cores=4, price=30_000) for i in range(4)]

    def any(self) -> Brain:
        return self.chance.choice(self.brains)

    async def prepare(self) -> None:
        await self.any().command(commands.add_user("ann", ("user",), 10**9))
        for node in self.nodes:
            await self.any().command(commands.join(node, "t"))

    async def submit(self, name: str) -> None:
        demand = a_demand(self.chance.randint(1, 3), budget=1_000)
        for attempt in range(self.chance.choice([1, 1, 2])):  # the second time with the same key, maybe at the other brain
            await self.persist(lambda a=attempt: commands.submit(f"{name}-{a}", "ann", demand, name))
        await asyncio.sleep(self.chance.random() * 0.01)

    async def persist(self, act: Callable[[], commands.Act]) -> None:
        while True:
            try:
                return await self.any().command(act())
            except (ConflictFault, LogFault):
                await asyncio.sleep(0.01)

    async def work(self, node: Node) -> None:
        while True:
            await asyncio.sleep(self.chance.random() * 0.02)
            for brain in self.brains:
                brain.hear(Reading(node_id=node.id, generation=0))
            desired = await self.any().desired(node.id, 0, 0)
            outcomes = [
                Outcome(placement_id=o.id, task=t, state="done", code="", fuel=10**9, started_at=1.0)
                for o in desired.fresh
                for t, _ in o.tasks
            ]
            told = Report(reading=Reading(node_id=node.id, generation=0), outcomes=tuple(outcomes))
            for _ in range(self.chance.choice([1, 2])):
                await self.persist(lambda told=told: commands.report(node.id, told, lambda _: True, []))


def test_every_job_ends_once_whichever_brain_is_asked(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both take snapshots as they go, of which only those that follow one another may be kept."""
    monkeypatch.setattr("suanwang.brain.loop.SNAPSHOT_EVERY", 20)
    one, other = make_brain(sides), make_brain(sides)

    async def scene() -> None:
        players = Players((one, other), seed=7)
        async with serving(one, other):
            await players.prepare()
            workers = [asyncio.create_task(players.work(node)) for node in players.nodes]
            await asyncio.gather(*(players.submit(f"job-{i}") for i in range(JOBS)))
            while not all(len(b.state.jobs) == JOBS and not b.state.unfinished for b in (one, other)):
                await asyncio.sleep(0.05)
                await asyncio.gather(one.look(), other.look())
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await asyncio.gather(one.look(), other.look())

    asyncio.run(scene())
    log = sides()[0]
    again = restore(log)
    assert core(one.state, one.tree) == core(other.state, other.tree) == core(again.state, again.tree)
    assert one.tree.root() == other.tree.root() == again.tree.root()
    events = [msgspec.json.decode(body, type=ev.Event) for _, body in log.read(0)]
    ended = Counter((e.job_id, o.task) for e in events if isinstance(e, ev.TasksEnded) for o in e.outcomes)
    tasks = sum(len(j.tasks) for j in one.state.jobs.values())
    assert all(j.state == "done" for j in one.state.jobs.values()) and len(ended) == tasks and set(ended.values()) == {1}
    assert one.state.ledger.total() == 0
    assert one.state.ledger.balance(user_account("ann")) == 10**9 - 30 * tasks


def make_brain(sides: Sides) -> Brain:
    log, peers = sides()
    return Brain(log, lambda: 1_000.0, peers=peers, tick_s=0.05)


def test_a_node_is_lost_only_when_no_brain_hears_it(tmp_path: Path) -> None:
    """It reports to one brain only; the other one knows, and takes over the judgement when that one is gone."""
    now, words = [1_000.0], dict[int, tuple[float, bytes]]()
    file = tmp_path / "log.sqlite"
    one, other = (Brain(SqliteLog(file), lambda: now[0], peers=Rude(words, lambda: now[0]), tick_s=0.02) for _ in range(2))
    node = a_node("n1")

    def heard_at_other() -> float:
        row = other.state.world.row(node.id)
        return 0.0 if row is None else float(other.state.world.heard_at[row])

    async def scene() -> None:
        async with serving(other):
            async with serving(one):
                await one.command(commands.add_user("ann", ("user",), 10_000_000))
                await one.command(commands.join(node, "t"))
                await other.command(commands.submit("job-a", "ann", a_demand(), "job-a"))
                while node.id not in other.state.joined:
                    await asyncio.sleep(0.01)
                for _ in range(5):
                    now[0] += 6.0
                    one.hear(Reading(node_id=node.id, generation=0))
                    while heard_at_other() < now[0] - 1.0:
                        await asyncio.sleep(0.01)
                assert other.state.jobs["job-a"].placements["job-a/1"].live
            now[0] += 60.0
            while other.state.jobs["job-a"].placements["job-a/1"].live:
                await asyncio.sleep(0.01)
            assert other.state.jobs["job-a"].waiting() == (0,)

    asyncio.run(scene())
