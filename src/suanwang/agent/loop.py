"""The agent's loop: fetch the numbered desired state, run what it names, stop what it no longer names, report until heard.

It only ever connects outward. Without the brain it goes on running what it was given, and tells later. Orders survive
kill -9, and so do outcomes but for those of the last half second; a task that has none is run again, and counts once because
outcomes are told apart by id.

Five loops: follow takes orders, deliver tells outcomes and brings their files, beat says that we live and what running tasks
print (a long upload must not look like silence), keep writes down what is not told yet, serving looks after
instances of services.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from suanwang.agent.cache import BYTES_MAX, Cache
from suanwang.agent.places import Places
from suanwang.agent.pulls import Pulls
from suanwang.agent.serve import Serving, Unserved
from suanwang.agent.work import Live, OrderRun, explain
from suanwang.drivers.runtime import Runtime
from suanwang.model.fault import Fault, LogFault, RuntimeFault, WireFault
from suanwang.model.job import Outcome
from suanwang.model.node import Accelerator, Reading
from suanwang.model.order import DesiredState, Order
from suanwang.model.view import Acknowledged, Chunk, Report
from suanwang.store.outbox import Key, Outbox

OUTCOMES_PER_REPORT = 500
OUTCOME_BYTES_PER_REPORT = 8 << 20
RETURNED_PER_REPORT = 100
GONE = ("SUAN-N020", "SUAN-U031", "SUAN-U032")
"""A file that is not here any more, is not what it was, or is more than the brain takes: bringing it again would not help."""
UPLOADS = 4
"""Files brought to the brain at the same time."""
STREAMS: tuple[Literal["stdout", "stderr"], ...] = ("stdout", "stderr")
RUNNING_MAX, ENDING_MAX = 1000, 1000
"""Tasks and orders that a reading names."""
CHUNK_BYTES = 32 * 1024
CHUNKS_BYTES_PER_REPORT = 1 << 20
TICK_S, HEARTBEAT_S_MIN = 0.3, 0.05
LOOKS = 4
"""In each heartbeat, at how busy the machine is."""
GATHER_S = 0.05
FILES_EVERY_S = 30.0
"""How often the files that are here are told, if nothing changes."""
KEEP_S = 0.5
RETRY_S, RETRY_S_MAX = 0.1, 5.0
_log = logging.getLogger("suanwang.agent")


class BrainSide(Protocol):
    """What the agent needs of the wire."""

    async def desired(self, node_id: str, after: int) -> DesiredState: ...
    async def report(self, node_id: str, report: Report) -> Acknowledged: ...
    def fetch(self, sha256: str) -> AsyncIterator[bytes]: ...
    async def missing(self, hashes: tuple[str, ...]) -> tuple[str, ...]: ...
    async def put(self, sha256: str, file: Path) -> None: ...


@dataclass
class Held:
    """An order that the agent has; let go once the brain names it no more, it has ended, and all its outcomes are told.

    run: while it is under way. untold: outcomes that the brain does not have yet. why: it could not be run, and is to be
    given back.
    """

    id: str
    named: bool = True
    run: OrderRun | None = None
    untold: int = 0
    why: str = ""


class Agent:
    """One node's agent. brain_id: whose word it follows. owner: the node's, whose native work needs no sandbox.

    load() -> (share of the machine's CPU used 0-1, bytes of memory used). folder: its own; what is in it survives a restart.
    cache_bytes_max: of files that may be fetched again. serving: looks after instances of services; None to take none.
    accelerators: what the node has, as it told the brain. rest(whether) saves power, or not; the top speed in force then, 0-1.
    """

    def __init__(
        self,
        *,
        node_id: str,
        brain_id: str,
        owner: str,
        wire: BrainSide,
        folder: Path,
        runtimes: Mapping[str, Runtime],
        clock: Callable[[], float],
        load: Callable[[], tuple[float, int]],
        heartbeat_s: float = 1.0,
        cache_bytes_max: int = BYTES_MAX,
        serving: Serving | None = None,
        accelerators: tuple[Accelerator, ...] = (),
        rest: Callable[[bool], float] = lambda _: 1.0,
    ) -> None:
        self.node_id, self._brain_id, self._owner = node_id, brain_id, owner
        self._wire, self._runtimes, self._clock, self._load = wire, runtimes, clock, load
        self._heartbeat_s = max(HEARTBEAT_S_MIN, heartbeat_s)
        self._serving, self._accelerators = serving or Unserved(), accelerators
        self._outbox = Outbox(folder / "outbox.sqlite")
        self._cache = Cache(folder / "blobs", cache_bytes_max)
        self._places, self._pulls = Places(folder / "work"), Pulls()
        self._files_told: tuple[bytes, float] = (b"", float("-inf"))
        self._held: dict[str, Held] = {}
        followed = self._outbox.followed(brain_id) or (0, digest(()))
        self._generation: int = followed[0]
        self._mark: str = followed[1]
        self._after = 0  # everything is asked for once: what is named now may have changed while we were not running
        self._untold = 0
        self._recent: list[Outcome] = []
        self._fresh: dict[Key, Outcome] = {}
        self._told: list[Key] = []
        self._dropped: list[str] = []
        self._news = asyncio.Event()
        self._beaten = float("-inf")
        self._shown: tuple[Key, ...] = ()
        self._unwritten: dict[str, str] = {}  # what cannot be written down now -> the code of why
        self._stuck_shown = ""
        self._turn = 0
        self._loaded = (float("-inf"), (0.0, 0))
        self._slow, self._top_speed = rest, 1.0

    async def run(self) -> None:
        """Serve until cancelled."""
        orders = [(order, self._outbox.ended(order.id)) for order in self._outbox.orders()]
        untold = self._outbox.untold()
        try:
            async with asyncio.TaskGroup() as group:
                self._resume(orders, untold, group)
                group.create_task(_again("desired state not taken", lambda: self._follow(group)))
                group.create_task(_again("outcomes not delivered", self._deliver))
                group.create_task(_again("heartbeat not delivered", self._beat))
                group.create_task(_again("outcomes not written down", self._keep))
                group.create_task(_again("services not looked after", self._serving.step))
        finally:
            with contextlib.suppress(Fault):
                self._record()
            self._serving.close()
            self._outbox.close()
            self._cache.close()

    # orders

    def _resume(
        self, orders: Iterable[tuple[Order, Mapping[int, int]]], untold: tuple[Outcome, ...], group: asyncio.TaskGroup
    ) -> None:
        """Go on where the last run of this agent stopped."""
        self._cache.need(f.sha256 for o in untold for f in o.files)
        for order, ended in orders:
            self._begin(order, ended, group)
        for placement, count in Counter(o.placement_id for o in untold).items():
            self._held.setdefault(placement, Held(placement)).untold = count
        self._untold = len(untold)
        self._news.set()

    async def _follow(self, group: asyncio.TaskGroup) -> None:
        before = self._after
        self._obey(await self._wire.desired(self.node_id, before), group)
        if self._after == before:
            await asyncio.sleep(RETRY_S)  # whoever answers at once that nothing is new is not asked as fast as it answers

    def _rest(self, resting: bool) -> None:
        """Save power while nothing is wanted of it. Whatever it holds has been stopped, or was never there."""
        self._top_speed = self._slow(resting)

    def _obey(self, desired: DesiredState, group: asyncio.TaskGroup) -> None:
        mark = digest(desired.orders)
        if desired.generation < self._generation or (desired.generation == self._generation and mark != self._mark):
            why = f"generation {desired.generation} ({mark}) after {self._generation} ({self._mark})"
            raise WireFault("SUAN-W010", f"a stale or altered desired state was refused: {why}", "see: suan why SUAN-W010")
        names = frozenset(desired.orders)
        fresh = {o.id: o for o in desired.fresh if o.id in names and o.id not in self._held}
        if fresh or desired.generation > self._generation:
            taken = tuple(fresh.values()), self._brain_id, desired.generation, mark
            self._write("orders", lambda: self._outbox.take(*taken))
        self._after, self._generation, self._mark = desired.generation, desired.generation, mark
        self._serving.follow(desired.attachment)
        self._rest(desired.rest)
        for order in fresh.values():
            self._begin(order, {}, group)
        for order_id in self._held.keys() - names:
            self._stop(self._held[order_id])

    def _begin(self, order: Order, done_before: Mapping[int, int], group: asyncio.TaskGroup) -> None:
        run = OrderRun(
            order,
            places=self._places,
            runtimes=self._runtimes if order.serve is None else self._serving.runtimes(order),
            cache=self._cache,
            fetch=self._wire.fetch,
            clock=self._clock,
            ended=self._ended,
            done_before=done_before,
            own=bool(self._owner) and order.user == self._owner,
            pulls=self._pulls,
            accelerators=self._accelerators,
        )
        held = self._held[order.id] = Held(order.id, run=run)
        group.create_task(self._carry_out(held, run))

    async def _carry_out(self, held: Held, run: OrderRun) -> None:
        try:
            await run.run()
        except Exception as error:
            _log.warning("order %s is given back: %s", held.id, explain(error))
            held.why = explain(error)
        held.run = None
        self._news.set()
        self._let_go(held)

    def _stop(self, held: Held) -> None:
        held.named = False
        if held.run is not None:
            held.run.cancel.set()
        self._let_go(held)

    def _let_go(self, held: Held) -> None:
        if not held.named and held.run is None and not held.untold:
            del self._held[held.id]
            self._dropped.append(held.id)

    def _ended(self, outcome: Outcome) -> None:
        self._held[outcome.placement_id].untold += 1
        self._untold += 1
        self._recent.append(outcome)
        self._fresh[outcome.placement_id, outcome.task] = outcome
        self._news.set()

    # what is told

    async def _keep(self) -> None:
        await asyncio.sleep(KEEP_S)
        self._record()

    def _record(self) -> None:
        """Write down what is new since the last time, in one transaction."""
        if self._recent or self._told or self._dropped:
            dropped = frozenset(self._dropped)
            ended = [o for o in self._recent if o.placement_id not in dropped]
            told = [key for key in self._told if key[0] not in dropped]
            self._write("outcomes", lambda: self._outbox.write(ended, told, self._dropped))
            self._recent, self._told, self._dropped = [], [], []
            self._fresh.clear()

    def _write(self, what: str, write: Callable[[], None]) -> None:
        """Write to the outbox; while that cannot be, the brain is told that no orders are taken here."""
        try:
            write()
        except LogFault as fault:
            self._unwritten[what] = fault.code
            raise
        self._unwritten.pop(what, None)

    @property
    def _stuck(self) -> str:
        return next(iter(self._unwritten.values()), "")

    async def _deliver(self) -> None:
        await self._news.wait()
        if self._untold < OUTCOMES_PER_REPORT and any(run.waiting for run in self._runs()):
            await asyncio.sleep(GATHER_S)  # more is about to end: what ends together is written and told together
        self._news.clear()
        try:
            if await self._tell():
                self._news.set()
        except Fault:
            self._news.set()
            raise

    async def _tell(self) -> bool:
        """One report of outcomes and of orders given back; False if there was nothing to tell."""
        returned = [h for h in self._held.values() if h.why and h.named and not h.untold][:RETURNED_PER_REPORT]
        if not self._untold and not returned:
            return False
        outcomes = self._next(waits=not returned)
        sayable = await self._upload(outcomes)
        back = tuple((h.id, h.why) for h in returned)
        answer = await self._report(Report(reading=self._reading(), outcomes=sayable, returned=back))
        for held in returned:
            held.why = ""
            self._dropped.append(held.id)
        self._settle(answer, outcomes)
        return True

    def _next(self, *, waits: bool) -> tuple[Outcome, ...]:
        """The outcomes to tell next: those that were written down long ago, else those that have just ended.

        waits: LogFault SUAN-L006 while there are only such as cannot be read.
        """
        try:
            if self._untold > len(self._fresh):
                self._record()  # also which of them were told meanwhile
                return self._outbox.untold(OUTCOMES_PER_REPORT, OUTCOME_BYTES_PER_REPORT)
        except LogFault:
            if waits and not self._fresh:
                raise
        room, outcomes = OUTCOME_BYTES_PER_REPORT, list[Outcome]()
        for outcome in islice(self._fresh.values(), OUTCOMES_PER_REPORT):
            room -= len(msgspec.json.encode(outcome))
            if outcomes and room < 0:
                break
            outcomes.append(outcome)
        return tuple(outcomes)

    def _settle(self, answer: Acknowledged, outcomes: tuple[Outcome, ...]) -> None:
        """Outcomes that the brain has, or refuses for good, are told. RuntimeFault SUAN-R034, WireFault SUAN-W002: others are
        to be told again."""
        refused = {(placement, task): code for placement, task, code in answer.refused}
        known = {*answer.outcomes, *(key for key, code in refused.items() if code != "SUAN-R034")}
        for key, code in refused.items():
            _log.warning("outcome of %s task %d was refused: %s", *key, code)
        for outcome in outcomes:
            if (outcome.placement_id, outcome.task) in known:
                self._heard(outcome)
        if "SUAN-R034" in refused.values():
            raise RuntimeFault("SUAN-R034", "the brain lacks files of outcomes; they are brought again", "nothing: wait")
        if outcomes and not known:
            raise WireFault("SUAN-W002", f"the brain said nothing about {len(outcomes)} outcomes", "suan --version")

    def _heard(self, outcome: Outcome) -> None:
        held = self._held[outcome.placement_id]
        held.untold -= 1
        self._untold -= 1
        self._told.append((outcome.placement_id, outcome.task))
        self._fresh.pop((outcome.placement_id, outcome.task), None)
        self._cache.release(f.sha256 for f in outcome.files)
        self._let_go(held)

    async def _upload(self, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        """Bring the files that the brain lacks. An outcome whose files are lost on this node becomes a failure that says so."""
        named = dict.fromkeys(f.sha256 for o in outcomes for f in o.files)
        asked = [h for h in await self._wire.missing(tuple(named)) if h in named] if named else []
        lost: dict[str, str] = {}

        async def one_by_one() -> None:
            while asked:
                sha256 = asked.pop()
                try:
                    await self._wire.put(sha256, self._cache.path(sha256))
                except Fault as fault:
                    if fault.code not in GONE:
                        raise
                    lost[sha256] = explain(fault)

        await _together([one_by_one() for _ in range(min(UPLOADS, len(asked)))])
        return tuple(_lost(o, lost) for o in outcomes) if lost else outcomes

    async def _report(self, report: Report) -> Acknowledged:
        fresh = self._serving.news.is_set()
        self._serving.news.clear()
        try:
            answer = await self._wire.report(self.node_id, report)
        except BaseException:
            if fresh:
                self._serving.news.set()
            raise
        self._beaten, self._shown = asyncio.get_running_loop().time(), report.reading.running
        self._stuck_shown = report.reading.stuck
        if report.reading.files is not None:
            self._files_told = (report.reading.files, self._beaten)
        return answer

    # that we live

    async def _beat(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(TICK_S, self._heartbeat_s)):
                await self._serving.news.wait()
        due = asyncio.get_running_loop().time() - self._beaten >= self._heartbeat_s or self._serving.news.is_set()
        printed = self._printed()
        if due or printed or self._running() != self._shown or self._stuck != self._stuck_shown:
            output, loads = tuple(chunk for chunk, _ in printed), self._serving.loads()
            await self._report(Report(reading=self._reading(), output=output, loads=loads))
            for chunk, live in printed:
                live.told[chunk.stream] = chunk.offset + len(chunk.data)

    def _running(self) -> tuple[Key, ...]:
        return tuple((job_id, task) for job_id, task, _ in self._lives())

    def _runs(self) -> list[OrderRun]:
        return [h.run for h in self._held.values() if h.run is not None]

    def _lives(self) -> list[tuple[str, int, Live]]:
        lives = ((run.order.job_id, task, live) for run in self._runs() for task, live in run.running.items())
        return list(islice(lives, RUNNING_MAX))

    def _reading(self) -> Reading:
        cpu, memory = self._now_loaded()
        return Reading(
            node_id=self.node_id,
            generation=self._generation,
            top_speed=self._top_speed,
            running=self._running(),
            ending=self._ending(),
            stuck=self._stuck,
            queued=sum(run.waiting for run in self._runs()),
            cpu_used=cpu,
            memory_used_bytes=memory,
            contacts=self._serving.contacts(),
            pull_bytes_per_s=self._pulls.rate,
            files=self._files(),
        )

    def _files(self) -> bytes | None:
        """Which files are here, if that is news, or was not said for a while: whoever hears may be new."""
        files, (before, at) = self._cache.told(), self._files_told
        return files if files != before or asyncio.get_running_loop().time() - at >= FILES_EVERY_S else None

    def _now_loaded(self) -> tuple[float, int]:
        """How busy the machine is; looked at some times in each heartbeat."""
        at, now = self._loaded[0], asyncio.get_running_loop().time()
        if now - at >= self._heartbeat_s / LOOKS:
            self._loaded = (now, self._load())
        return self._loaded[1]

    def _ending(self) -> tuple[str, ...] | None:
        """Orders that are named no more but not over. None while it is not known which are named, or if they are too many."""
        ending = tuple(islice((held.id for held in self._held.values() if not held.named), ENDING_MAX + 1))
        return ending if self._after and len(ending) <= ENDING_MAX else None

    def _printed(self) -> list[tuple[Chunk, Live]]:
        """What running tasks have printed that the brain does not have, each in turn, no more than a report takes."""
        lives = [(job_id, task, live, live.place) for job_id, task, live in self._lives() if live.place is not None]
        printed, room = list[tuple[Chunk, Live]](), CHUNKS_BYTES_PER_REPORT
        for _ in range(len(lives)):
            if not room:
                break
            self._turn += 1
            job_id, task, live, place = lives[self._turn % len(lives)]
            for stream in STREAMS:
                offset = live.told.get(stream, 0)
                if data := _read(place.folder / stream, offset, min(room, CHUNK_BYTES)):
                    printed.append((Chunk(job_id=job_id, task=task, stream=stream, offset=offset, data=data), live))
                    room -= len(data)
        return printed


def _read(path: Path, offset: int, most: int) -> bytes:
    try:
        if path.stat().st_size <= offset:
            return b""
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(most)
    except OSError:
        return b""  # not started to write, or ended meanwhile


def _lost(outcome: Outcome, lost: Mapping[str, str]) -> Outcome:
    why = next((lost[f.sha256] for f in outcome.files if f.sha256 in lost), "")
    if not why:
        return outcome
    return msgspec.structs.replace(
        outcome, state="failed", code="missing", outputs=(), stdout=None, stderr=None, result_sha256="", note=why
    )


async def _again(what: str, step: Callable[[], Awaitable[None]]) -> None:
    """Take the step for ever; after a Fault, pause, longer each time in a row."""
    pause = RETRY_S
    while True:
        try:
            await step()
            pause = RETRY_S
        except Fault as fault:
            _log.warning("%s: %s", what, fault)
            await asyncio.sleep(pause)
            pause = min(RETRY_S_MAX, pause * 2)


async def _together(works: Iterable[Awaitable[None]]) -> None:
    """All of them, to the end of the slowest; then the first Fault, if any."""
    for ended in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended


def digest(ids: Iterable[str]) -> str:
    """A short mark of a set of orders, to notice two different plans under one number."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]
