"""The runtime for WebAssembly and for sandboxed Python: a task burns the same fuel wherever it runs.

Unseeded `random`, the order of listings and of sets are the same on every node; clocks and `secrets` are real. What a
task asks of its file system (attributes, listings) may cost some tens of fuel more or less, because it numbers and
orders files as it likes.
"""

import asyncio
import functools
import itertools
import json
import os
import statistics
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, aclosing, nullcontext
from pathlib import Path

from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.drivers.wasm import component
from suanwang.drivers.wasm.cache import trusted
from suanwang.drivers.wasm.pool import Pool, Worker
from suanwang.drivers.wasm.wire import CORRUPT, Answer, Ended, Rated, Task
from suanwang.model.demand import Python, Wasm
from suanwang.model.fault import RuntimeFault

ASSUMED_FUEL_PER_CPU_S = 1e9
"""Until a task has shown better; used only for a task whose worker had to be killed."""
RATE_WAIT_S = 30.0
"""So much longer than meant may a measurement take: a busy machine is slow, and that is what is measured."""
MEASURABLE_CPU_S = 0.02
FUEL_MAX = (1 << 63) - 1
NEVER = RunResult(state="cancelled", code="cancelled", exit_code=-1, fuel=0, cpu_s=0.0, wall_s=0.0, memory_peak_bytes=0)
"""Of a task that was cancelled before a worker was free."""


class WasmRuntime:
    """Implements drivers.runtime.Runtime for Wasm and Python work.

    cache: folder of compiled code, private to this user. workers: tasks at once. cap: share of a core the workers may
    get, 0-1; deadlines allow for it, enforcing it is the caller's (on_spawn is told each new worker's pid). building: entered,
    in another thread, for as long as the sandboxed Python is built.
    """

    def __init__(
        self,
        cache: Path,
        workers: int,
        cap: float = 1.0,
        on_spawn: Callable[[int], None] | None = None,
        building: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._cache = trusted(cache)
        self._pool = Pool(cache, workers, cap, on_spawn)
        self._building = building
        self._tag = component.tag()
        self._python: Path | None = None
        self._preparing = asyncio.Lock()
        self._numbers = itertools.count(1)
        self._fuel_per_cpu_s = ASSUMED_FUEL_PER_CPU_S

    async def prepare(self) -> Path:
        """Build the sandboxed Python if it is not there: 20-40 s, once per machine. SUAN-R025, SUAN-R022."""
        async with self._preparing:
            if self._python is None:
                self._python = await asyncio.to_thread(component.ensure_python, self._cache, self._building)
            return self._python

    async def run(self, specs: Sequence[RunSpec], cancel: asyncio.Event) -> AsyncGenerator[RunResult]:
        """See drivers.runtime. SUAN-R024: not work of this runtime; SUAN-R022, R023, R025: the runtime itself is broken."""
        tasks = [await self._task(spec) for spec in specs]
        async with self._pool.worker(self._tag, cancel) as worker:
            if worker is None:
                yield NEVER
                return
            began = time.monotonic()
            async with aclosing(worker.ask(tasks, cancel)) as answers:
                async for task, answer in _paired(tasks, answers):
                    if isinstance(answer, str):
                        yield self._given_up(worker, task, answer, time.monotonic() - began)
                        await worker.kill()
                    else:
                        yield self._ended(task, answer)
                    began = time.monotonic()

    def _ended(self, task: Task, answer: Answer) -> RunResult:
        assert isinstance(answer, Ended)
        if answer.code == CORRUPT:
            Path(task.file).unlink(missing_ok=True)
            self._python = None
            raise RuntimeFault("SUAN-R022", f"the compiled Python could not be loaded: {answer.note}", "run it again")
        if answer.cpu_s > MEASURABLE_CPU_S and answer.fuel:
            self._fuel_per_cpu_s = answer.fuel / answer.cpu_s
        return _result(answer)

    def _given_up(self, worker: Worker, task: Task, why: str, wall_s: float) -> RunResult:
        """The worker does not answer (its guest sits in a call to the system): fuel from the CPU time it used."""
        cpu_s = worker.cpu_s()
        return RunResult(
            state="cancelled" if why == "cancelled" else "failed",
            code=why,
            exit_code=-1,
            fuel=min(task.fuel_max, round(cpu_s * self._fuel_per_cpu_s)),
            cpu_s=cpu_s,
            wall_s=wall_s,
            memory_peak_bytes=0,
            note="killed; the fuel is estimated from its CPU time",
        )

    async def fuel_rate(self, seconds: float) -> tuple[float, float, float]:
        """Measure a worker with the reference kernel (kernel.wat) for so many seconds.

        Gives fuel per second of wall time (over the whole), fuel per second of CPU time (median of the repetitions), and
        the latter's relative spread, (p90 - p10) / 2 / median.
        """
        task = Task(number=next(self._numbers), kind="rate", rate_s=seconds, wall_s_max=seconds + RATE_WAIT_S)
        never = asyncio.Event()
        async with self._pool.worker(self._tag, never) as worker:
            assert worker is not None
            async with aclosing(worker.ask((task,), never)) as answers:
                answer = await anext(answers)
            if not isinstance(answer, Rated):
                await worker.kill()
                raise RuntimeFault("SUAN-R023", "a sandbox process did not answer while it was measured", "suan doctor")
        wall = sum(fuel for fuel, _, _ in answer.samples) / sum(wall_s for _, wall_s, _ in answer.samples)
        rates = sorted(fuel / cpu_s for fuel, _, cpu_s in answer.samples)
        deciles = statistics.quantiles(rates, n=10)
        median = statistics.median(rates)
        self._fuel_per_cpu_s = median
        return wall, median, (deciles[8] - deciles[0]) / 2 / median

    async def close(self) -> None:
        await self._pool.close()

    async def _task(self, spec: RunSpec) -> Task:
        work = spec.work
        env = spec.env if not spec.item or any(k == "SUAN_ITEM" for k, _ in spec.env) else (*spec.env, ("SUAN_ITEM", spec.item))
        task = functools.partial(
            Task,
            number=next(self._numbers),
            folder=spec.folder,
            stdout=spec.stdout,
            stderr=spec.stderr,
            fuel_max=min(max(spec.fuel_max, 0), FUEL_MAX),
            memory_bytes_max=spec.memory_bytes_max,
            output_bytes_max=spec.output_bytes_max,
            wall_s_max=spec.wall_s_max,
        )
        if isinstance(work, Wasm):
            return task(kind="wasm", file=f"{spec.folder}/{work.file}", argv=spec.argv, env=env)
        if isinstance(work, Python):
            return task(kind="python", file=str(await self.prepare()), ask=_asked(work, spec, env))
        raise RuntimeFault("SUAN-R024", "this runtime runs WebAssembly and Python, not native commands", "suan doctor")


async def _paired(tasks: Sequence[Task], answers: AsyncGenerator[Answer | str]) -> AsyncGenerator[tuple[Task, Answer | str]]:
    at = 0
    async for answer in answers:
        yield tasks[at], answer
        at += 1


def _asked(work: Python, spec: RunSpec, env: tuple[tuple[str, str], ...]) -> str:
    """The request to the guest, see pyrun/app.py."""
    return json.dumps(
        {
            "file": work.file,
            "function": work.function,
            "item": spec.item,
            "argv": [work.file, *spec.argv[1:]],
            "env": dict(env),
            "modules": sorted(_modules(spec.folder)),
        }
    )


def _modules(folder: str) -> Iterator[str]:
    """Paths of the Python files in a task's folder, which a guest would otherwise have to look for."""
    for here, _, names in os.walk(folder):
        above = "" if here == folder else here[len(folder) + 1 :] + "/"
        yield from (above + name for name in names if name.endswith(".py"))


def _result(ended: Ended) -> RunResult:
    return RunResult(
        state=ended.state,
        code=ended.code,
        exit_code=ended.exit_code,
        fuel=ended.fuel,
        cpu_s=ended.cpu_s,
        wall_s=ended.wall_s,
        memory_peak_bytes=ended.memory_peak_bytes,
        note=ended.note,
    )
