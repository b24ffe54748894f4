"""The parent's end of the worker processes: started on demand, reused, replaced when one dies."""

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from suanwang.drivers.frames import Frames
from suanwang.drivers.wasm.wire import Answer, Ended, Stop, Task, decode_answer, frame
from suanwang.model.fault import RuntimeFault

GRACE_S = 1.0
"""A worker that was told to stop, or whose task is over time, has so long to answer before it is killed (at full speed)."""
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class Worker:
    """One process. Not shared: whoever holds it waits for all answers."""

    def __init__(self, process: asyncio.subprocess.Process, grace_s: float) -> None:
        self._process = process
        self._grace_s = grace_s
        self._frames, self._come = Frames(), deque[bytes]()
        self.process_cpu_s = 0.0
        """CPU seconds the process had used when it last answered."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, tasks: Sequence[Task], cancel: asyncio.Event) -> AsyncGenerator[Answer | str]:
        """The worker's answer to each in turn; the last may be why it had to be given up: "time" or "cancelled". If it ends
        itself after an answer, there are no more.

        SUAN-R023: the process died by itself, so an answer is lost.
        """
        cancelled = asyncio.ensure_future(cancel.wait())
        read: asyncio.Future[None] | None = None
        try:
            self._write(b"".join(map(frame, tasks)))
            for task in tasks:
                while not self._come:
                    read = asyncio.ensure_future(self._read())
                    if why := await self._wait(task.wall_s_max, tasks[-1].number, read, cancelled):
                        yield why
                        return
                    await read
                answer = self._answer(task)
                yield answer
                if isinstance(answer, Ended) and answer.last:
                    await self.kill()
                    return
        finally:
            cancelled.cancel()
            if read is not None:
                read.cancel()
                await asyncio.gather(read, return_exceptions=True)

    async def _wait(self, wall_s_max: float, last: int, read: "asyncio.Future[None]", cancelled: "asyncio.Future[Any]") -> str:
        """Wait for something to read, pass a cancel on; why there will be nothing, or ""."""
        wanted = not cancelled.done()
        awaited = (read, cancelled) if wanted else (read,)
        limit_s = wall_s_max + self._grace_s if wanted else self._grace_s
        done, _ = await asyncio.wait(awaited, timeout=limit_s, return_when="FIRST_COMPLETED")
        if read in done:
            return ""
        if not wanted:
            return "cancelled"
        if cancelled not in done:
            return "time"
        with suppress(OSError):
            self._write(frame(Stop(number=last)))
        return await self._wait(wall_s_max, last, read, cancelled)

    async def _read(self) -> None:
        assert self._process.stdout
        data = await self._process.stdout.read(1 << 16)
        if not data:
            status = await self._process.wait()
            how = f"signal {-status}" if status < 0 else f"status {status}"
            raise RuntimeFault("SUAN-R023", f"a sandbox process ended by itself ({how})", "suan doctor")
        self._come += self._frames.feed(data)

    def _answer(self, task: Task) -> Answer:
        answer = decode_answer(self._come.popleft())
        assert answer.number == task.number
        self.process_cpu_s = answer.process_cpu_s
        return answer

    def _write(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)

    def cpu_s(self) -> float:
        """CPU seconds used since the last answer; 0 where /proc is not there."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return max(0.0, (int(fields[11]) + int(fields[12])) / CLOCK_TICKS - self.process_cpu_s)

    async def kill(self) -> None:
        """End it now, and wait until it is gone."""
        if self.alive:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()


class Pool:
    """At most `workers` processes at once."""

    def __init__(self, cache: Path, workers: int, cap: float, on_spawn: Callable[[int], None] | None) -> None:
        self._cache = cache
        self._grace_s = GRACE_S / min(1.0, max(cap, 0.05))
        self._on_spawn = on_spawn
        self._room = asyncio.Semaphore(workers)
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()

    @asynccontextmanager
    async def worker(self, tag: str, cancel: asyncio.Event) -> AsyncIterator[Worker | None]:
        """A worker to oneself, when one comes free; None if `cancel` was set before. Leave with it answered or dead."""
        if not await self._enter(cancel):
            yield None
            return
        worker: Worker | None = None
        settled = False
        try:
            worker = self._take() or await self._spawn(tag)
            yield worker
            settled = True
        finally:
            if worker and settled and worker.alive:
                self._idle.append(worker)
            elif worker:
                self._all.discard(worker)
                await worker.kill()
            self._room.release()

    async def _enter(self, cancel: asyncio.Event) -> bool:
        """Take a place in the pool; False, without one, if `cancel` comes first."""
        if cancel.is_set():
            return False
        if not self._room.locked():
            return await self._room.acquire()
        place, gone = asyncio.ensure_future(self._room.acquire()), asyncio.ensure_future(cancel.wait())
        try:
            await asyncio.wait((place, gone), return_when="FIRST_COMPLETED")
        except asyncio.CancelledError:
            if place.done():
                self._room.release()
            raise
        finally:
            gone.cancel()
            if not place.done():
                place.cancel()
        return place.done() and not place.cancelled()

    def _take(self) -> Worker | None:
        """The worker used last that is still there: its code is warm."""
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            self._all.discard(worker)
        return None

    async def _spawn(self, tag: str) -> Worker:
        """-S and a bare environment: it starts sooner, and there is nothing in it to find."""
        argv = ("-P", "-S", "-s", "-m", "suanwang.drivers.wasm.worker", str(self._cache), str(os.getpid()), tag)
        environment = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "LANG": "C.UTF-8"}
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(sys.executable, *argv, stdin=pipe, stdout=pipe, env=environment)
        except OSError as error:
            raise RuntimeFault("SUAN-R023", f"a sandbox process could not be started: {error}", "suan doctor") from error
        worker = Worker(process, self._grace_s)
        self._all.add(worker)
        if self._on_spawn:
            self._on_spawn(worker.pid)
        return worker

    async def close(self) -> None:
        """Kill all workers, busy or not."""
        for worker in tuple(self._all):
            await worker.kill()
        self._all.clear()
        self._idle.clear()
