"""The agent alone, cut off, killed and lied to; with a played brain, a played runtime, and real files."""

import asyncio
import errno
import json
import shutil
import tempfile
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import msgspec
import pytest

from suanwang.agent import holding, pulse
from suanwang.agent import loop as agent_loop
from suanwang.agent.holding import OUTCOMES_PER_REPORT
from suanwang.agent.loop import Agent
from suanwang.agent.pulse import CHUNK_BYTES
from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.model.demand import Command, Python, Wasm
from suanwang.model.fault import LogFault, RuntimeFault
from suanwang.model.file import FileRef
from suanwang.model.order import DesiredState
from suanwang.model.view import Acknowledged
from suanwang.store.outbox import Outbox
from tests.agent.stage import (
    BRAIN,
    DONE,
    NODE,
    OWNER,
    FakeBrain,
    FakeRuntime,
    agent,
    array,
    killed,
    order,
    play,
    serving,
    until,
    until_cancelled,
)


class Gate(FakeRuntime):
    """Each task waits to be let through, then writes a file and ends with 30 fuel."""

    def __init__(self) -> None:
        super().__init__(self._wait)
        self.open = asyncio.Semaphore(0)

    async def _wait(self, spec: RunSpec, cancel: asyncio.Event) -> RunResult:
        await self.open.acquire()
        out = Path(spec.folder, "out")
        out.mkdir()
        (out / f"{dict(spec.env)['SUAN_TASK']}.txt").write_text("result of " + dict(spec.env)["SUAN_TASK"])
        return RunResult(state="done", code="", exit_code=0, fuel=30, cpu_s=0.1, wall_s=0.1, memory_peak_bytes=1)

    def let(self, tasks: int) -> None:
        for _ in range(tasks):
            self.open.release()


def disk(folder: Path) -> tuple[list[str], list[tuple[str, int]], int]:
    """(orders, untold outcomes, tasks known to have ended) of what is on the disk now."""
    copy = Path(tempfile.mkdtemp(dir=folder.parent))
    for file in folder.glob("outbox.sqlite*"):
        shutil.copy(file, copy)
    outbox = Outbox(copy / "outbox.sqlite")
    orders = [o.id for o in outbox.orders()]
    untold = [(o.placement_id, o.task) for o in outbox.untold()]
    ended = len(outbox.ended("job-x/1"))
    outbox.close()
    shutil.rmtree(copy)
    return orders, untold, ended


def nothing_left(folder: Path) -> bool:
    work = folder / "work"
    return disk(folder) == ([], [], 0) and not [p for p in work.rglob("*") if not p.is_dir()]


# lied to


def test_a_stale_generation_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.give(order(1), order(2))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(runtime.ran) == 2)
            before = disk(tmp_path)
            brain.lie(DesiredState(node_id=NODE, generation=1, orders=("job-x/9",), fresh=(order(9),)))
            await until(lambda: brain.lied == 1 and len(brain.asked) >= 3)
            assert brain.asked[-1] == 2 and disk(tmp_path) == before
            runtime.let(2)
            await until(lambda: len(brain.acked) == 2)
            assert {o.state for o in brain.outcomes} == {"done"} and len(runtime.ran) == 2

    play(scene())


def test_other_orders_under_the_same_generation_are_refused_and_the_same_in_another_order_are_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.give(order(1), order(2))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(runtime.ran) == 2)
            brain.lie(DesiredState(node_id=NODE, generation=2, orders=("job-x/1", "job-x/9"), fresh=(order(9),)))
            brain.lie(DesiredState(node_id=NODE, generation=2, orders=("job-x/2", "job-x/1"), fresh=()))
            await until(lambda: brain.lied == 2)
            assert disk(tmp_path)[0] == ["job-x/1", "job-x/2"]
            runtime.let(2)
            await until(lambda: len(brain.acked) == 2)
            assert {o.state for o in brain.outcomes} == {"done"} and sorted(runtime.ran) == [0, 0]
            assert caplog.text.count("SUAN-W010") == 1

    play(scene())


def test_a_restarted_agent_still_refuses_what_is_stale_but_takes_another_brains_word(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), FakeRuntime()
        brain.give(order(1), order(2), order(3))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(brain.acked) == 3)
        old = FakeBrain()
        old.give(order(9))
        async with serving(agent(tmp_path, old, runtime)):
            await until(lambda: len(old.asked) >= 3)
            assert not old.outcomes and len(runtime.ran) == 3
        async with serving(agent(tmp_path, old, runtime, brain_id="brain-other")):
            await until(lambda: ("job-x/9", 0) in old.acked)

    play(scene())


def test_an_order_named_twice_or_told_again_runs_once(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        one = order(1)
        brain.generation = 1
        brain.live[one.id] = (1, one)
        brain.lie(DesiredState(node_id=NODE, generation=1, orders=(one.id,), fresh=(one, one)))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: runtime.ran)
            brain.generation = 2
            brain.lie(DesiredState(node_id=NODE, generation=2, orders=(one.id,), fresh=(one,)))
            await until(lambda: brain.lied == 2)
            runtime.let(2)
            await until(lambda: brain.acked)
            assert runtime.ran == [0] and len(brain.outcomes) == 1

    play(scene())


def test_a_brain_that_answers_at_once_is_not_asked_as_fast_as_it_answers(tmp_path: Path) -> None:
    async def scene() -> None:
        brain = FakeBrain()
        brain.give(order(1))
        always = brain.desired

        async def hasty(node_id: str, after: int) -> DesiredState:
            return await always(node_id, 0)

        brain.desired = hasty  # type: ignore[method-assign]
        async with serving(agent(tmp_path, brain, FakeRuntime())):
            for _ in range(100):
                await asyncio.sleep(0)
            await until(lambda: len(brain.reports) >= 3)
            assert len(brain.asked) < 100

    play(scene())


# many at once


class Quick(FakeRuntime):
    """Tasks that take no time. batches: how many were handed over at once; heavy: this one needs so much fuel, the others 1."""

    def __init__(self, heavy: tuple[int, int] = (-1, 1)) -> None:
        super().__init__(self._print)
        self.batches, self.heavy = list[int](), heavy

    async def run(self, specs: Sequence[RunSpec], cancel: asyncio.Event) -> AsyncGenerator[RunResult]:
        self.batches.append(len(specs))
        async for result in super().run(specs, cancel):
            yield result

    async def _print(self, spec: RunSpec, cancel: asyncio.Event) -> RunResult:
        task = int(dict(spec.env)["SUAN_TASK"])
        Path(spec.stdout).write_text(f"task {task}")
        need = self.heavy[1] if task == self.heavy[0] else 1
        if need > spec.fuel_max:
            return msgspec.structs.replace(DONE, state="failed", code="fuel", fuel=spec.fuel_max)
        return msgspec.structs.replace(DONE, fuel=need, wall_s=0.001)


def test_tasks_that_take_no_time_are_handed_over_together_and_told_apart(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Quick()
        brain.give(array(Command(argv=("x",)), *map(str, range(200)), width=2))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(brain.acked) == 200)
            await until(lambda: nothing_left(tmp_path) or brain.live)
        assert max(runtime.batches) > 4 and sorted(runtime.ran) == list(range(200))
        for (_, task), outcome in brain.acked.items():
            assert outcome.stdout and brain.files[outcome.stdout.sha256] == f"task {task}".encode()
            assert outcome.fuel == 1 and outcome.state == "done"
        starts = sorted(o.started_at for o in brain.acked.values())
        assert starts[0] == 1000.0 and starts[-1] > 1000.0, "each began when the one before it had ended"
        assert {c.task for c in brain.chunks} <= set(runtime.ran[:2]), "nobody looks at what one prints that is over at once"

    play(scene())


def test_a_task_that_needs_more_than_its_share_of_a_batch_gets_it(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Quick(heavy=(100, 500))
        brain.give(array(Command(argv=("x",)), *map(str, range(200)), width=1, fuel_max=1000))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(brain.acked) == 200)
        assert {o.state for o in brain.acked.values()} == {"done"} and sum(o.fuel for o in brain.acked.values()) == 699
        assert runtime.ran.count(100) == 2 and len(runtime.ran) == 201 and len(brain.outcomes) == 200

    play(scene())


@pytest.mark.parametrize("kind", ["wasm", "process"])
def test_a_task_finds_its_files_as_they_were_given_whatever_others_did_to_theirs(tmp_path: Path, kind: str) -> None:
    seen: list[tuple[bytes, list[str]]] = []

    async def spoil(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
        folder, task = Path(spec.folder), int(dict(spec.env)["SUAN_TASK"])
        seen.append(((folder / "in.txt").read_bytes(), sorted(p.name for p in folder.iterdir())))
        if task % 2:
            (folder / "in.txt").write_text(f"spoilt by {task}")
        if task % 3:
            (folder / "deep").mkdir()
            (folder / "deep" / "left").write_text("left")
        return msgspec.structs.replace(DONE, wall_s=0.001)

    async def scene() -> None:
        brain = FakeBrain()
        work = Wasm(file="in.txt") if kind == "wasm" else Command(argv=("x",))
        given = brain.file("in.txt", b"as given")
        brain.give(array(work, *map(str, range(200)), width=2, files=(given,)))
        async with serving(agent(tmp_path, brain, FakeRuntime(spoil))):
            await until(lambda: len(brain.acked) == 200)
            brain.take_back("job-x/1")
            await until(lambda: nothing_left(tmp_path))
        assert seen == [(b"as given", ["in.txt"])] * 200

    play(scene())


# cut off


def test_orders_of_a_cut_off_agent_go_on_and_are_told_later_once_each(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.give(order(1, tasks=3))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: runtime.ran)
            brain.cut = True
            runtime.let(3)
            await until(lambda: disk(tmp_path)[1] == [("job-x/1", i) for i in range(3)], "outcomes on disk")
            assert brain.outcomes == []
            brain.heal()
            await until(lambda: len(brain.acked) == 3)
            brain.take_back("job-x/1")
            await until(lambda: nothing_left(tmp_path))
            assert [o.task for o in brain.outcomes] == [0, 1, 2] and runtime.ran == [0, 1, 2]

    play(scene())


def test_an_outcome_is_told_until_it_is_acknowledged_and_once_in_each_report(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), FakeRuntime()
        brain.deaf = True
        brain.give(order(1, tasks=4, width=4))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len([r for r in brain.reports if len(r.outcomes) == 4]) >= 2)
            await until(lambda: len(disk(tmp_path)[1]) == 4)
            brain.heal()
            await until(lambda: not disk(tmp_path)[1])
            told = len(brain.outcomes)
            beats = len(brain.reports)
            await until(lambda: len(brain.reports) >= beats + 5)
            assert len(brain.outcomes) == told and len(brain.acked) == 4
            for report in brain.reports:
                assert len({o.task for o in report.outcomes}) == len(report.outcomes)

    play(scene())


def test_files_that_cannot_be_fetched_now_are_waited_for(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), FakeRuntime()
        given = brain.file("in.txt", b"input")
        brain.give(order(1, files=(given,)))
        fetch, tried = brain.fetch, []

        def broken(sha256: str):  # type: ignore[no-untyped-def]
            tried.append(sha256)
            brain.cut = len(tried) < 3
            return fetch(sha256)

        brain.fetch = broken  # type: ignore[method-assign]
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: brain.acked)
            assert len(tried) == 3 and brain.outcomes[0].state == "done" and not brain.returned

    play(scene())


def test_a_long_upload_does_not_look_like_silence(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime, slow = FakeBrain(), Gate(), asyncio.Event()
        brain.before_put = slow.wait
        brain.give(order(1))
        async with serving(agent(tmp_path, brain, runtime)):
            runtime.let(1)
            await until(lambda: disk(tmp_path)[1])
            beats = len(brain.reports)
            await until(lambda: len(brain.reports) >= beats + 5)
            assert not brain.outcomes
            slow.set()
            await until(lambda: brain.acked)

    play(scene())


# killed


def test_after_a_kill_ended_tasks_are_not_run_again_and_unended_ones_are_with_the_fuel_that_is_left(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.give(order(1, tasks=4, fuel_max=100))
        async with serving(agent(tmp_path / "node", brain, runtime)):
            runtime.let(1)
            await until(lambda: brain.acked and len(runtime.ran) == 2)
            brain.cut = True
            runtime.let(1)
            await until(lambda: disk(tmp_path / "node")[2] == 2 and len(runtime.ran) == 3)
            after = killed(tmp_path / "node", tmp_path / "after")
        brain.heal()
        again = Gate()
        async with serving(agent(after, brain, again)):
            again.let(2)
            await until(lambda: len(brain.acked) == 4)
            assert again.ran == [2, 3] and [s.fuel_max for s in again.specs] == [40, 10]
            assert sum(o.fuel for o in brain.acked.values()) <= 100
            brain.take_back("job-x/1")
            await until(lambda: nothing_left(after))

    play(scene())


def test_what_is_no_longer_named_after_a_kill_is_dropped_with_its_files(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.give(order(1, tasks=3), order(2))
        async with serving(agent(tmp_path / "node", brain, runtime)):
            await until(lambda: len(runtime.ran) == 2)
            after = killed(tmp_path / "node", tmp_path / "after")
        assert any((after / "work").rglob("files"))
        brain.take_back("job-x/1")
        brain.doubt = lambda o: "SUAN-R031" if o.placement_id == "job-x/1" else ""
        again = FakeRuntime(until_cancelled)
        async with serving(agent(after, brain, again)):
            await until(lambda: disk(after) == (["job-x/2"], [], 0))
            assert {o.state for o in brain.outcomes} == {"cancelled"} and len(brain.outcomes) == 3

    play(scene())


def test_stopped_in_peace_an_agent_forgets_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.give(order(1, tasks=2))
        one = agent(tmp_path, brain, runtime)
        async with serving(one):
            await until(lambda: runtime.ran)
            brain.cut = True
            runtime.let(1)
            await until(lambda: len(runtime.ran) == 2)
        assert disk(tmp_path)[1] == [("job-x/1", 0)]

    play(scene())


# what cannot be done


def test_an_order_that_cannot_be_run_is_given_back_once_with_the_reason_after_what_was_done(tmp_path: Path) -> None:
    async def scene() -> None:
        async def half(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
            if dict(spec.env)["SUAN_TASK"] == "1":
                raise RuntimeFault("SUAN-R022", "the sandboxed Python is not there")
            return DONE

        brain, runtime = FakeBrain(), FakeRuntime(half)
        brain.give(order(1, tasks=3), order(2))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: nothing_left(tmp_path) or (len(brain.acked) == 2 and brain.returned))
            beats = len(brain.reports)
            await until(lambda: len(brain.reports) >= beats + 5)
            assert brain.returned == [("job-x/1", "SUAN-R022: the sandboxed Python is not there")]
            assert set(brain.acked) == {("job-x/1", 0), ("job-x/2", 0)}
            for report in brain.reports:
                assert not report.returned or "job-x/1" not in {o.placement_id for o in report.outcomes}
            await until(lambda: disk(tmp_path)[0] == ["job-x/2"])

    play(scene())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"files": (FileRef(path="in", sha256="f" * 64, size=1),)}, "SUAN-N020"),
        ({"files": (FileRef(path="../in", sha256="f" * 64, size=1),)}, "SUAN-R020"),
        ({"files": (FileRef(path="/etc/in", sha256="f" * 64, size=1),)}, "SUAN-R020"),
        ({"files": (FileRef(path="x" * 300, sha256="f" * 64, size=1),)}, "SUAN-R014"),
    ],
)
def test_orders_with_files_that_cannot_be_are_given_back(tmp_path: Path, changes: dict[str, object], why: str) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), FakeRuntime()
        if why != "SUAN-N020":
            brain.files["f" * 64] = b"x"

            async def fetch(sha256: str):  # type: ignore[no-untyped-def]
                yield b"x"

            brain.fetch = fetch  # type: ignore[method-assign]
            changes["files"] = tuple(brain.file(f.path, b"x") for f in changes["files"])  # type: ignore[attr-defined]
        brain.give(order(1, **changes))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: brain.returned)
            assert brain.returned[0][1].startswith(why) and str(tmp_path) not in brain.returned[0][1]
            assert runtime.ran == []
            await until(lambda: nothing_left(tmp_path))

    play(scene())


def test_a_task_knows_whether_it_is_of_the_nodes_own_owner(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), FakeRuntime()
        brain.give(order(1), order(2, user=OWNER), order(3, user=""))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(runtime.specs) == 3)
        assert sum(s.own for s in runtime.specs) == 1

    play(scene())


def test_a_node_without_the_runtime_says_so(tmp_path: Path) -> None:
    async def scene() -> None:
        brain = FakeBrain()
        one = Agent(
            node_id=NODE,
            brain_id=BRAIN,
            owner="",
            wire=brain,
            folder=tmp_path,
            runtimes={},
            clock=lambda: 1.0,
            load=lambda: (0.0, 0),
            heartbeat_s=0.05,
        )
        brain.give(order(1))
        async with serving(one):
            await until(lambda: brain.returned)
            assert brain.returned[0][1] == "SUAN-R011: this node has no runtime for process work"

    play(scene())


def test_a_full_disk_gives_the_order_back_and_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> tuple[int, str]:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.give(order(1))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: runtime.ran)
            with monkeypatch.context() as patched:
                patched.setattr("suanwang.store.blobs.tempfile.mkstemp", full)
                runtime.let(1)
                await until(lambda: brain.returned)
            assert "SUAN-L003" in brain.returned[0][1] and "No space left" in brain.returned[0][1]
            await until(lambda: nothing_left(tmp_path))
            brain.give(order(2))
            runtime.let(1)
            await until(lambda: ("job-x/2", 0) in brain.acked)
            assert brain.acked[("job-x/2", 0)].state == "done"

    play(scene())


def test_an_outbox_that_cannot_be_written_loses_nothing_and_the_heart_beats_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LogFault("SUAN-L006", "disk full")

    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.give(order(1))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: runtime.ran)
            with monkeypatch.context() as patched:
                patched.setattr(Outbox, "write", full)
                patched.setattr(Outbox, "take", full)
                runtime.let(2)
                brain.give(order(2))
                beats = len(brain.reports)
                await until(lambda: len(brain.reports) >= beats + 5)
                assert len(brain.acked) == 1 and len(runtime.ran) == 1, "what is known is told; nothing new is begun"
                assert (brain.reports[-1].reading.stuck, brain.reports[-1].reading.generation) == ("SUAN-L006", 1)
            await until(lambda: len(brain.acked) == 2)
            await until(lambda: not brain.reports[-1].reading.stuck)

    play(scene())


def test_an_order_is_given_back_while_the_outbox_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise LogFault("SUAN-L006", "disk full")

    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.give(order(1), order(2, files=(brain.file("../x", b"x"),)))
        monkeypatch.setattr(Outbox, "write", full)
        runtime.let(1)
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: any(back == "job-x/2" for report in brain.reports for back, _ in report.returned))
            await until(lambda: brain.reports[-1].reading.stuck)
            await until(lambda: ("job-x/1", 0) in brain.acked)

    play(scene())


# stopped


def test_cancelling_stops_running_and_waiting_tasks(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), FakeRuntime(until_cancelled)
        brain.give(order(1, tasks=5, width=2))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: runtime.now == 2)
            await until(lambda: brain.reports and brain.reports[-1].reading.queued == 3)
            reading = brain.reports[-1].reading
            assert sorted(reading.running) == [("job-x", 0), ("job-x", 1)]
            assert (reading.node_id, reading.generation) == (NODE, 1)
            assert (reading.cpu_used, reading.memory_used_bytes) == (0.5, 1 << 20)
            assert reading.ending == ()
            brain.take_back("job-x/1")
            await until(lambda: len(brain.acked) == 5)
            assert {(o.state, o.code) for o in brain.outcomes} == {("cancelled", "cancelled")} and len(runtime.ran) == 2
            await until(lambda: nothing_left(tmp_path))
            await until(lambda: (brain.reports[-1].reading.running, brain.reports[-1].reading.queued) == ((), 0))
            told = next(r for r in brain.reports if r.outcomes)
            assert told.reading.ending == ("job-x/1",) and told.reading.generation == 2
            await until(lambda: brain.reports[-1].reading.ending == ())

    play(scene())


def test_an_order_that_waits_for_a_file_can_be_stopped(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime, asked = FakeBrain(), FakeRuntime(), asyncio.Event()

        async def never(sha256: str):  # type: ignore[no-untyped-def]
            asked.set()
            await asyncio.Event().wait()
            yield b""

        given = brain.file("in", b"x")
        brain.fetch = never  # type: ignore[method-assign]
        brain.give(order(1, files=(given,)))
        async with serving(agent(tmp_path, brain, runtime)):
            await asked.wait()
            brain.take_back("job-x/1")
            await until(lambda: brain.acked)
            assert brain.outcomes[0].state == "cancelled" and runtime.ran == []
            await until(lambda: nothing_left(tmp_path))
            assert list((tmp_path / "blobs").glob("in-*")) == []

    play(scene())


@pytest.mark.parametrize(("width", "most"), [(1, 1), (3, 3), (50, 7), (0, 1)])
def test_at_most_width_tasks_run_at_once(tmp_path: Path, width: int, most: int) -> None:
    async def scene() -> None:
        full = asyncio.Event()

        async def together(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
            if runtime.now == most:
                full.set()
            await full.wait()
            await asyncio.sleep(0.01)
            return DONE

        brain, runtime = FakeBrain(), FakeRuntime(together)
        brain.give(order(1, tasks=7, width=width))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(brain.acked) == 7)
            assert runtime.most == most and sorted(runtime.ran) == list(range(7))

    play(scene())


# files on their way back


def test_what_the_brain_lost_is_brought_again(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        lost: list[str] = []

        def forget(outcome: object) -> str:
            if lost:
                return ""
            lost.extend(brain.puts)
            brain.files.clear()
            return "SUAN-R034"

        brain.doubt = forget
        brain.give(order(1))
        async with serving(agent(tmp_path, brain, runtime)):
            runtime.let(1)
            await until(lambda: brain.acked)
            assert len(lost) == 1 and brain.puts == lost * 2
            assert [o.state for o in brain.outcomes] == ["done", "done"]
            await until(lambda: not disk(tmp_path)[1])

    play(scene())


def test_files_that_are_gone_from_the_node_make_a_failure_that_says_so_and_hold_up_nobody(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        brain.cut = False
        brain.give(order(1, tasks=2))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: runtime.ran)
            brain.cut = True
            runtime.let(1)
            await until(lambda: disk(tmp_path)[1])
            for blob in (tmp_path / "blobs").glob("??/*"):
                blob.unlink()
            brain.heal()
            runtime.let(1)
            await until(lambda: len(brain.acked) == 2)
            first, second = brain.acked[("job-x/1", 0)], brain.acked[("job-x/1", 1)]
            assert (first.state, first.code, first.files, first.fuel) == ("failed", "missing", (), 30)
            assert first.note.startswith("SUAN-N020") and second.state == "done"

    play(scene())


def test_a_brain_gets_only_files_of_the_outcomes_it_is_told(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), Gate()
        secret = brain.file("secret", b"of another user")
        brain.give(order(1, files=(secret,)))
        honest = brain.missing

        async def curious(hashes: tuple[str, ...]) -> tuple[str, ...]:
            return (*await honest(hashes), secret.sha256)

        brain.missing = curious  # type: ignore[method-assign]
        async with serving(agent(tmp_path, brain, runtime)):
            runtime.let(1)
            await until(lambda: brain.acked)
            assert secret.sha256 not in brain.puts and len(brain.puts) == 1

    play(scene())


def test_results_of_an_array_of_calls_have_names_of_their_own(tmp_path: Path) -> None:
    async def scene() -> None:
        async def call(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
            Path(spec.folder, "result.json").write_text(json.dumps(spec.item))
            return DONE

        brain, runtime = FakeBrain(), FakeRuntime(call)
        old = brain.file("result.json", b'"1"')  # of an earlier run, and what task 1 will find again
        many = array(Python(file="a.py", function="f"), *map(str, range(3)), tasks_total=101, files=(old,))
        single = order(2, work=Python(file="a.py", function="f"), outputs=())
        plain = order(3, work=Python(file="a.py"), outputs=())
        brain.give(many, single, plain)
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(brain.acked) == 5)
            names = [[f.path for f in brain.acked[key].outputs] for key in sorted(brain.acked)]
            assert names == [["result-000.json"], ["result-001.json"], ["result-002.json"], ["result.json"], []]

    play(scene())


# live output


def test_live_output_has_no_gap_and_no_repeat_over_failed_reports_and_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "CHUNKS_BYTES_PER_REPORT", 3 * CHUNK_BYTES)
    text = bytes(i * 7 % 251 for i in range(5 * CHUNK_BYTES + 17))

    async def scene() -> None:
        async def talk(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
            Path(spec.stdout).write_bytes(text)
            await cancel.wait()
            return DONE

        brain, runtime = FakeBrain(), FakeRuntime(talk)
        heard: dict[int, bytes] = {}
        honest = brain.report

        async def flaky(node_id: str, report):  # type: ignore[no-untyped-def]
            if report.output and len(brain.reports) % 3 == 0:
                brain.reports.append(report)
                raise agent_loop.WireFault("SUAN-W001", "cut")
            for chunk in report.output:
                assert chunk.offset == len(heard.get(chunk.task, b"")) and 0 < len(chunk.data) <= CHUNK_BYTES
                heard[chunk.task] = heard.get(chunk.task, b"") + chunk.data
            assert sum(len(c.data) for c in report.output) <= 3 * CHUNK_BYTES
            return await honest(node_id, report)

        brain.report = flaky  # type: ignore[method-assign]
        brain.give(order(1, tasks=5, width=5))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(heard) == 5 and all(t == text for t in heard.values()))

    play(scene())


# what it costs


def test_a_report_of_outcomes_is_one_transaction_and_one_request_and_idle_beats_touch_no_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_loop, "KEEP_S", 3.0)

    async def scene() -> None:
        brain, runtime = FakeBrain(), FakeRuntime()
        one = agent(tmp_path, brain, runtime)
        said: list[str] = []
        one._outbox._db.set_trace_callback(said.append)
        async with serving(one):
            brain.give(order(1, tasks=2 * OUTCOMES_PER_REPORT, width=50))
            await until(lambda: len(brain.acked) == 2 * OUTCOMES_PER_REPORT)
            telling = [r for r in brain.reports if r.outcomes]
            begun = said.count("BEGIN IMMEDIATE")
            assert begun <= len(telling) + 8, f"{begun} transactions for {len(telling)} reports"  # taking, and keeping
            brain.take_back("job-x/1")
            await until(lambda: nothing_left(tmp_path))
            said.clear()
            beats, asked = len(brain.reports), len(brain.asked)
            await until(lambda: len(brain.reports) >= beats + 20)
            assert said == [] and len(brain.asked) == asked  # one long question is open, and that is all

    play(scene())


def test_a_report_carries_no_more_than_a_door_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "OUTCOME_BYTES_PER_REPORT", 3000)

    async def scene() -> None:
        brain, runtime = FakeBrain(), FakeRuntime()
        brain.cut = False
        brain.give(order(1, tasks=20, width=20, work=Command(argv=("x",))))
        brain.deaf = True
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: len(disk(tmp_path)[1]) == 20)
            brain.heal()
            await until(lambda: not disk(tmp_path)[1])
            assert len(brain.acked) == 20 and all(len(r.outcomes) <= 10 for r in brain.reports)

    play(scene())


def test_a_brain_that_acknowledges_nothing_or_something_else_is_told_again(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime = FakeBrain(), FakeRuntime()
        honest, told = brain.report, []

        async def odd(node_id: str, report):  # type: ignore[no-untyped-def]
            if report.outcomes and len(told) < 2:
                told.append(report.outcomes)
                return Acknowledged(outcomes=(("job-y/7", 3),))
            return await honest(node_id, report)

        brain.report = odd  # type: ignore[method-assign]
        brain.give(order(1))
        async with serving(agent(tmp_path, brain, runtime)):
            await until(lambda: brain.acked)
            assert len(told) == 2 and runtime.ran == [0]

    play(scene())
