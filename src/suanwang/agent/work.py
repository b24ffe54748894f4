"""Carrying out one order: its files, its tasks at most `width` at a time, its fuel as one purse that is never overdrawn.

Tasks that take no time are handed over several at once, so that what surrounds a task is paid for once. What a task does
badly is an outcome; what the node cannot do is a Fault, and gives the whole order back.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import msgspec

from suanwang.agent.aside import aside, near, unless
from suanwang.agent.cache import Cache
from suanwang.agent.devices import Granted, granted
from suanwang.agent.files import (
    LITTLE_BYTES,
    LITTLE_FILES,
    TOO_MUCH,
    Gathered,
    Keep,
    fill,
    gather,
    keep_plain,
    lay,
    little,
    tidy,
)
from suanwang.agent.places import Place, Places, blank
from suanwang.agent.pulls import Pulls
from suanwang.agent.purse import Purse
from suanwang.drivers.runtime import RunResult, RunSpec, Runtime
from suanwang.model.demand import RESULT, Command, Item, Python, Wasm, Work, result_path
from suanwang.model.fault import Fault, LogFault, QuotaFault, RuntimeFault, WireFault
from suanwang.model.file import FileRef
from suanwang.model.job import Outcome, result_hash
from suanwang.model.node import Accelerator
from suanwang.model.order import Order

OUTPUT_BYTES_MAX = 256 << 20
"""A single file that a task writes, its stdout included, may grow to this."""
NOTE_CHARS_MAX = 500
FETCHES = 4
"""Files of an order fetched at the same time."""
FETCH_TRIES = 8
"""How often a file is asked for where the brain answers, but badly. While it does not answer, the order waits for it."""
FETCH_PAUSE_S, FETCH_PAUSE_S_MAX = 0.1, 5.0
BATCH_S, BATCH_MAX, BATCH_BYTES_MAX = 0.05, 32, 64 << 20
"""Tasks are handed over together if they take so long together, are so many, and their files so large, at most."""
BATCH_SHARE = 4
"""No batch is so large that there are fewer than so many of its kind for each slot: so no task's part of the fuel is small."""


@dataclass
class Live:
    """A task in progress. place: None if it will have ended before anybody could look at what it prints.

    told: stream -> how many bytes of it the brain has.
    """

    place: Place | None
    told: dict[str, int] = field(default_factory=dict[str, int])


class Ran(NamedTuple):
    """How a task ran: fuel of the result is what may be charged; started_at: seconds since 1970."""

    task: int
    item: Item | None
    place: Place
    result: RunResult
    started_at: float


class OrderRun:
    """One order under way. running: task index -> where; places: for its tasks; done_before: task -> fuel it burned.

    own: the node's own owner gave it. accelerators: the node's. pulls: told how fast files came.
    ended: told each outcome, whose files are then needed in the cache until somebody releases them.
    """

    def __init__(
        self,
        order: Order,
        *,
        places: Places,
        runtimes: Mapping[str, Runtime],
        cache: Cache,
        fetch: Callable[[str], AsyncIterator[bytes]],
        clock: Callable[[], float],
        ended: Callable[[Outcome], None],
        done_before: Mapping[int, int],
        own: bool,
        pulls: Pulls,
        accelerators: tuple[Accelerator, ...] = (),
    ) -> None:
        self.order, self._places, self._own, self._accelerators = order, places, own, accelerators
        self._pulls = pulls
        self.running: dict[int, Live] = {}
        self.cancel = asyncio.Event()
        self._runtimes, self._cache, self._fetch, self._clock, self._ended = runtimes, cache, fetch, clock, ended
        self._todo = [(t, i) for t, i in reversed(dict(order.tasks).items()) if t not in done_before]
        self._width = max(1, min(order.width, len(self._todo)))
        self._purse = Purse(order.fuel_max - sum(done_before.values()), self._width)
        self._task_s, self._alone = 0.0, False
        self._common: dict[str, tuple[FileRef, bytes]] | None = None
        self._laid: list[Place] = []
        self._needed = [f.sha256 for f in order.files]
        cache.need([*self._needed, *(f.sha256 for _, item in self._todo for f in _own(item))])

    @property
    def waiting(self) -> int:
        """How many tasks have not started."""
        return len(self._todo)

    async def run(self) -> None:
        """To the end of every task, or until cancelled. A Fault means that this node cannot run the order at all."""
        try:
            await self._bring(self._needed)
            if _little(self.order.files) and not self.cancel.is_set():
                self._common = {f.path: (f, self._cache.path(f.sha256).read_bytes()) for f in self.order.files}
            if self._width == 1:
                await self._work_off(0)
                return
            async with asyncio.TaskGroup() as group:
                for slot in range(self._width):
                    group.create_task(self._work_off(slot))
        finally:
            self._cache.release([*self._needed, *(f.sha256 for _, item in self._todo for f in _own(item))])
            if self._laid:
                await aside(self._leave, self._laid, again=True)

    async def _work_off(self, slot: int) -> None:
        devices = granted(self._accelerators, self.order, slot)
        while self._todo:
            some = dict(self._todo.pop() for _ in range(self._batch()))
            try:
                for outcome in await self._tasks(some, devices):
                    self._ended(outcome)
                    self._cache.release(f.sha256 for f in _own(some.pop(outcome.task)))
            finally:
                self._todo += reversed(some.items())

    def _batch(self) -> int:
        """How many tasks to hand over next."""
        if self._alone or not self._task_s:
            return 1
        large = max(1, sum(f.size for f in (*self.order.files, *_own(self._todo[-1][1]))))
        share = len(self._todo) // (BATCH_SHARE * self._width)
        return max(1, min(BATCH_MAX, share, int(BATCH_S / self._task_s), BATCH_BYTES_MAX // large))

    async def _tasks(self, some: Mapping[int, Item | None], devices: Granted) -> list[Outcome]:
        """Run tasks, one after the other. Those that have no outcome are to be run again."""
        await self._bring([f.sha256 for item in some.values() for f in _own(item)])
        if self.cancel.is_set():
            return [self._never(index) for index in some]
        runtime, kept = self._runtime(), Counter[str]()
        laid = {index: self._laid.pop() for index in some if self._laid}
        places = laid | {index: self._places.take() for index in some if index not in laid}
        self.running |= {index: Live(place if len(some) == 1 else None) for index, place in places.items()}
        try:
            await near(self._few(some), self._fill, some, places, frozenset(laid))
            ran = await self._burn(runtime, some, places, devices)
            alone = len(ran) == 1 and little(ran[0].place.folder, ran[0].place.files)
            outcomes = await near(alone, self._outcomes, ran, kept, places)
            kept.subtract(f.sha256 for outcome in outcomes for f in outcome.files)
            return outcomes
        finally:
            self._cache.release(kept.elements())
            for index in some:
                del self.running[index]
            if places:
                await aside(self._leave, tuple(places.values()), again=False)

    def _runtime(self) -> Runtime:
        kind = kind_of(self.order.work)
        if kind not in self._runtimes:
            raise RuntimeFault("SUAN-R011", f"this node has no runtime for {kind} work", "suan doctor")
        return self._runtimes[kind]

    def _few(self, some: Mapping[int, Item | None]) -> bool:
        return len(some) == 1 and _little((*self.order.files, *(f for item in some.values() for f in _own(item))))

    def _fill(self, some: Mapping[int, Item | None], places: Mapping[int, Place], laid: frozenset[int]) -> None:
        """laid: tasks in whose places what is common to all is laid out already."""
        for index, item in some.items():
            folder = places[index].files
            if self._common is None:
                fill(folder, (*self.order.files, *_own(item)), self._cache.path)
                continue
            if index not in laid:
                lay(folder, self._common.values())
            fill(folder, _own(item), self._cache.path)

    def _leave(self, places: Iterable[Place], again: bool) -> None:
        for place in places:
            self._places.give_back(place, again)

    def _left(self, place: Place) -> None:
        """A place is free: it is for the next task, if there is one and what is common to all is still there, or for others."""
        again = kind_of(self.order.work) != "process"
        if again and self._todo and self._common is not None and tidy(place.files, self._common) and blank(place):
            self._laid.append(place)
        else:
            self._places.give_back(place, again)

    async def _burn(
        self, runtime: Runtime, some: Mapping[int, Item | None], places: Mapping[int, Place], devices: Granted
    ) -> list[Ran]:
        """Run tasks within their part of the purse. One that ran out of a part that others shared is left out, and not
        charged: from now on each has a slot's whole part."""
        loop = asyncio.get_running_loop()
        part, at, began = self._purse.set_aside(len(some)), self._clock(), loop.time()
        specs = [self._spec(index, item, places[index], part, devices) for index, item in some.items()]
        results, starts = list[RunResult](), list[float]()
        async for result in runtime.run(specs, self.cancel):
            results.append(result)
            starts.append(at)
            at += result.wall_s
        self._task_s = (loop.time() - began) / len(results)
        short = [len(some) > 1 and result.code == "fuel" for result in results]
        self._alone = self._alone or any(short)
        used = [0 if again else result.fuel for again, result in zip(short, results, strict=True)]
        charged = self._purse.settle(part, [*used, *(0 for _ in range(len(some) - len(used)))])
        return [
            Ran(index, item, places[index], msgspec.structs.replace(result, fuel=fuel), start)
            for (index, item), result, fuel, start, again in zip(some.items(), results, charged, starts, short, strict=False)
            if not again
        ]

    def _spec(self, index: int, item: Item | None, place: Place, fuel: int, devices: Granted) -> RunSpec:
        spec = spec_of(self.order, index, item, place, fuel)
        return msgspec.structs.replace(spec, own=self._own, env=(*spec.env, *devices.env), devices=devices.files)

    def _never(self, index: int) -> Outcome:
        return Outcome(
            placement_id=self.order.id,
            task=index,
            state="cancelled",
            code="cancelled",
            exit_code=-1,
            started_at=self._clock(),
        )

    def _outcomes(self, ran: Iterable[Ran], kept: Counter[str], places: dict[int, Place]) -> list[Outcome]:
        """What is told of tasks that ran. kept: counts what was stored; places: those that are given back are taken out."""
        outcomes = list[Outcome]()
        for one in ran:
            outcomes.append(self._outcome(one, kept))
            self._left(places.pop(one.task))
        return outcomes

    def _outcome(self, ran: Ran, kept: Counter[str]) -> Outcome:
        """What is told of a task that ran; more output than is taken makes it a failed one."""
        index, item, place, result, started = ran
        files = (*self.order.files, *_own(item))

        def keep(file: BinaryIO) -> tuple[str, int]:
            sha256, size = self._cache.keep(file)
            kept[sha256] += 1
            return sha256, size

        state, code, outputs, notes = result.state, result.code, (), [result.note]
        if state == "done":
            try:
                found = self._gathered(place.files, files, keep)
                outputs, notes = self._named(index, item, found.files), [*notes, found.note]
            except RuntimeFault as fault:
                if fault.code != TOO_MUCH:
                    raise
                state, code, notes = "failed", "output", [fault.why]
        stdout, stderr = keep_plain(place.stdout, "stdout", keep), keep_plain(place.stderr, "stderr", keep)
        return Outcome(
            placement_id=self.order.id,
            task=index,
            state=state,
            code=code,
            exit_code=result.exit_code,
            fuel=result.fuel,
            cpu_s=result.cpu_s,
            wall_s=result.wall_s,
            memory_peak_bytes=result.memory_peak_bytes,
            outputs=outputs,
            stdout=stdout,
            stderr=stderr,
            result_sha256=result_hash(outputs, stdout) if state == "done" else "",
            started_at=started,
            note=sayable("; ".join(filter(None, notes))),
        )

    def _gathered(self, folder: Path, files: tuple[FileRef, ...], keep: Keep) -> Gathered:
        if not _function(self.order.work):
            return gather(folder, self.order.outputs, files, keep)
        given = [f for f in files if f.path != RESULT]  # a result comes back also where an earlier one lay, and is the same
        return gather(folder, (*self.order.outputs, RESULT), given, keep)

    def _named(self, index: int, item: Item | None, outputs: tuple[FileRef, ...]) -> tuple[FileRef, ...]:
        """The outputs as they come back: the result of a function under a name that is this task's own."""
        name = result_path(index, self.order.tasks_total, array=item is not None)
        if not _function(self.order.work) or name == RESULT:
            return outputs
        return tuple(msgspec.structs.replace(f, path=name) if f.path == RESULT else f for f in outputs if f.path != name)

    async def _bring(self, hashes: Iterable[str]) -> None:
        """Fetch what is not here. Returns at once when the order is cancelled."""
        lacking = [h for h in dict.fromkeys(hashes) if not self._cache.has(h)]
        if lacking:
            await unless(self.cancel, self._fetch_all(lacking))

    async def _fetch_all(self, lacking: list[str]) -> None:
        loop, size = asyncio.get_running_loop(), 0
        began = loop.time()

        async def one_by_one() -> None:
            nonlocal size
            while lacking:
                size += await self._fetch_one(lacking.pop())

        async with asyncio.TaskGroup() as group:
            for _ in range(FETCHES):
                group.create_task(one_by_one())
        self._pulls.note(size, loop.time() - began)

    async def _fetch_one(self, sha256: str) -> int:
        tries, pause = 0, FETCH_PAUSE_S
        while True:
            try:
                return await self._cache.bring(sha256, self._fetch(sha256))
            except (WireFault, LogFault, QuotaFault) as fault:  # a full log and a quota of requests pass
                tries += fault.code != "SUAN-W001"
                if tries == FETCH_TRIES:
                    raise
            await asyncio.sleep(pause)
            pause = min(FETCH_PAUSE_S_MAX, 2 * pause)


def kind_of(work: Work) -> str:
    """The runtime that work needs."""
    return {Command: "process", Python: "python", Wasm: "wasm"}[type(work)]


def spec_of(order: Order, index: int, item: Item | None, place: Place, fuel: int) -> RunSpec:
    """A task as its runtime wants it; `{}` in the arguments becomes the element's value."""
    value = item.value if item else ""
    argv = tuple(a.replace("{}", value) if item else a for a in _argv(order.work))
    gang = (("SUAN_GANG_SIZE", str(order.tasks_total)), ("SUAN_GANG_RANK", str(index))) if order.gang else ()
    env = (*order.env, ("SUAN_JOB", order.job_id), ("SUAN_TASK", str(index)), ("SUAN_ITEM", value), *gang)
    return RunSpec(
        work=order.work,
        argv=argv,
        env=env,
        folder=str(place.files),
        stdout=str(place.stdout),
        stderr=str(place.stderr),
        item=value,
        fuel_max=fuel,
        cpu_milli=order.needs.cpu_milli,
        memory_bytes_max=order.needs.memory_bytes,
        output_bytes_max=OUTPUT_BYTES_MAX,
        wall_s_max=order.task_s_max,
    )


def _argv(work: Work) -> tuple[str, ...]:
    return work.argv if isinstance(work, Command) else (work.file, *work.argv)


def _own(item: Item | None) -> tuple[FileRef, ...]:
    return (item.file,) if item and item.file else ()


def _little(files: Sequence[FileRef]) -> bool:
    """Whether these are few and small, and in no folders."""
    size = sum(f.size for f in files)
    return len(files) <= LITTLE_FILES and size <= LITTLE_BYTES and not any("/" in f.path for f in files)


def _function(work: Work) -> bool:
    return isinstance(work, Python) and bool(work.function)


def explain(error: BaseException) -> str:
    """One line about why an order could not be run, for the brain and the user."""
    if isinstance(error, BaseExceptionGroup):
        return explain(cast("tuple[BaseException, ...]", error.exceptions)[0])
    return sayable(f"{error.code}: {error.why}" if isinstance(error, Fault) else f"{type(error).__name__}: {error}")


def sayable(text: str) -> str:
    """What any encoder takes, and not too much of it."""
    return text[:NOTE_CHARS_MAX].encode("utf-8", "replace").decode()
