"""A brain and a runtime that do what a test says, and an agent with real files between them."""

import asyncio
import contextlib
import hashlib
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from pathlib import Path

import msgspec

from suanwang.agent.loop import Agent
from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.model.demand import Command, Item, Needs, Work
from suanwang.model.fault import NotFoundFault, WireFault
from suanwang.model.file import FileRef
from suanwang.model.job import Outcome
from suanwang.model.order import DesiredState, Order
from suanwang.model.view import Acknowledged, Chunk, Report
from suanwang.store.outbox import Outbox

NODE, BRAIN, OWNER = "node-aaaaaaaaaa", "brain-bbbbbbbbbb", "bob"
CUT = WireFault("SUAN-W001", "the brain cannot be reached: cut")
DONE = RunResult(state="done", code="", exit_code=0, fuel=1, cpu_s=0.1, wall_s=0.1, memory_peak_bytes=1)
CANCELLED = msgspec.structs.replace(DONE, state="cancelled", code="cancelled")

Play = Callable[[RunSpec, asyncio.Event], Awaitable[RunResult]]


def order(number: int = 1, tasks: int = 1, **changes: object) -> Order:
    """An order of a native command; tasks: how many."""
    plain = Order(
        id=f"job-x/{number}",
        job_id="job-x",
        user="ada",
        work=Command(argv=("work",)),
        files=(),
        outputs=("out/",),
        env=(),
        tasks=tuple((i, None) for i in range(tasks)),
        tasks_total=tasks,
        needs=Needs(),
        width=1,
        fuel_max=1000,
        task_s_max=60.0,
        attempt=1,
    )
    return msgspec.structs.replace(plain, **changes)


def array(work: Work, *values: str, **changes: object) -> Order:
    """An order over values."""
    tasks = tuple((i, Item(value=v)) for i, v in enumerate(values))
    return msgspec.structs.replace(order(tasks=len(values), work=work, **changes), tasks=tasks)


class FakeRuntime:
    """Plays each task as told; knows which ran, and how many at once."""

    def __init__(self, play: Play | None = None) -> None:
        self.play = play
        self.specs: list[RunSpec] = []
        self.now = self.most = 0

    @property
    def ran(self) -> list[int]:
        return [int(dict(s.env)["SUAN_TASK"]) for s in self.specs]

    async def run(self, specs: Sequence[RunSpec], cancel: asyncio.Event) -> AsyncGenerator[RunResult]:
        for spec in specs:
            yield await self._run(spec, cancel)

    async def _run(self, spec: RunSpec, cancel: asyncio.Event) -> RunResult:
        self.specs.append(spec)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await self.play(spec, cancel) if self.play else DONE
        finally:
            self.now -= 1

    async def close(self) -> None: ...


async def until_cancelled(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
    """A task that only ends when it is stopped."""
    await cancel.wait()
    return CANCELLED


class FakeBrain:
    """The brain's side of the wire. cut: nothing gets through. deaf: it hears, but its answers are lost.

    outcomes: every outcome as often as it was told; reports: all that came. A hook may answer in its place.
    """

    def __init__(self) -> None:
        self.generation = 0
        self.live: dict[str, tuple[int, Order]] = {}
        self.files: dict[str, bytes] = {}
        self.cut = self.deaf = False
        self.reports: list[Report] = []
        self.asked: list[int] = []
        self.puts: list[str] = []
        self.acked: dict[tuple[str, int], Outcome] = {}
        self.lies: list[DesiredState] = []
        self.lied = 0
        self.doubt: Callable[[Outcome], str] = lambda outcome: ""
        self.before_put: Callable[[], Awaitable[None]] | None = None
        self._changed = asyncio.Event()

    def give(self, *orders: Order) -> None:
        for o in orders:
            self.generation += 1
            self.live[o.id] = (self.generation, o)
        self._change()

    def take_back(self, order_id: str) -> None:
        self.generation += 1
        del self.live[order_id]
        self._change()

    def lie(self, told: DesiredState) -> None:
        """Answer the next question with this."""
        self.lies.append(told)
        self._change()

    def file(self, path: str, data: bytes, executable: bool = False) -> FileRef:
        """A file that the brain has."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.files[sha256] = data
        return FileRef(path=path, sha256=sha256, size=len(data), executable=executable)

    def state(self, after: int = 0) -> DesiredState:
        fresh = tuple(o for generation, o in self.live.values() if generation > after)
        return DesiredState(node_id=NODE, generation=self.generation, orders=tuple(self.live), fresh=fresh)

    @property
    def outcomes(self) -> list[Outcome]:
        return [o for report in self.reports for o in report.outcomes]

    @property
    def returned(self) -> list[tuple[str, str]]:
        return [r for report in self.reports for r in report.returned]

    @property
    def chunks(self) -> list[Chunk]:
        return [c for report in self.reports for c in report.output]

    async def desired(self, node_id: str, after: int) -> DesiredState:
        self.asked.append(after)
        self._reach()
        while not self.lies and after == self.generation:
            await self._changed.wait()
            self._reach()
        if self.lies:
            self.lied += 1
            return self.lies.pop(0)
        return self.state(after)

    async def report(self, node_id: str, report: Report) -> Acknowledged:
        self._reach()
        await asyncio.sleep(0)
        self.reports.append(msgspec.json.decode(msgspec.json.encode(report), type=Report))
        refused = [(o.placement_id, o.task, code) for o in report.outcomes if (code := self._doubted(o))]
        for order_id, _ in report.returned:
            if order_id in self.live:
                self.take_back(order_id)
        no = {(p, t) for p, t, _ in refused}
        good = {(o.placement_id, o.task): o for o in report.outcomes if (o.placement_id, o.task) not in no}
        self.acked |= good
        if self.deaf:
            raise CUT
        return Acknowledged(outcomes=tuple(good), refused=tuple(refused))

    async def fetch(self, sha256: str) -> AsyncIterator[bytes]:
        self._reach()
        if sha256 not in self.files:
            raise NotFoundFault("SUAN-N020", f"there is no file {sha256[:12]}... for you here")
        yield self.files[sha256]

    async def missing(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        self._reach()
        return tuple(h for h in hashes if h not in self.files)

    async def put(self, sha256: str, file: Path) -> None:
        if self.before_put:
            await self.before_put()
        self._reach()
        self.puts.append(sha256)
        self.files[sha256] = file.read_bytes()

    def heal(self) -> None:
        self.cut = self.deaf = False

    def _doubted(self, outcome: Outcome) -> str:
        if (outcome.placement_id, outcome.task) in self.acked:
            return "SUAN-R031"
        if any(f.sha256 not in self.files for f in outcome.files):
            return "SUAN-R034"
        return self.doubt(outcome)

    def _reach(self) -> None:
        if self.cut:
            raise CUT

    def _change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def agent(folder: Path, wire: object, runtime: FakeRuntime, brain_id: str = BRAIN, **more: object) -> Agent:
    """An agent on this folder. Its runtime takes all kinds of work."""
    return Agent(
        node_id=NODE,
        brain_id=brain_id,
        owner=OWNER,
        wire=wire,  # type: ignore[arg-type]
        folder=folder,
        runtimes=dict.fromkeys(("process", "python", "wasm"), runtime),
        clock=lambda: 1000.0,
        load=lambda: (0.5, 1 << 20),
        heartbeat_s=0.05,
        **more,  # type: ignore[arg-type]
    )


@contextlib.asynccontextmanager
async def serving(one: Agent) -> AsyncGenerator[Agent]:
    """While the agent serves; it must not end by itself."""
    task = asyncio.create_task(one.run())
    try:
        yield one
        assert not task.done(), "the agent gave up"
    finally:
        task.cancel()
        await asyncio.wait((task,), timeout=10)
        assert task.done(), "the agent cannot be stopped"
        if not task.cancelled():
            task.result()


async def until(holds: Callable[[], object], what: str = "") -> None:
    """Wait for something that must come about."""
    for _ in range(3000):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"never: {what or 'what was waited for'}")


def killed(folder: Path, into: Path) -> Path:
    """What kill -9 leaves of a folder now: a copy of its bytes, whatever is open."""
    return Path(shutil.copytree(folder, into))


def disk_orders(folder: Path) -> list[str]:
    """The orders that a restart would find."""
    outbox = Outbox(folder / "outbox.sqlite")
    found = [o.id for o in outbox.orders()]
    outbox.close()
    return found


def play(scene: Coroutine[object, object, None]) -> None:
    async def in_time() -> None:
        async with asyncio.timeout(60):
            await scene

    asyncio.run(in_time())
