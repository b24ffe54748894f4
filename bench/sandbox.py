"""What the sandbox alone takes, without brain or agent: JSON of samples in microseconds. Run by bench/tap.py in a process of
its own, because an executor sets limits on the process that it lives in."""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from wasmtime import Linker, Store, wat2wasm

from suanwang.api.process import cache_folder
from suanwang.drivers.runtime import RunSpec, run_one
from suanwang.drivers.wasm import component, flight
from suanwang.drivers.wasm.engine import build
from suanwang.drivers.wasm.execute import Executor
from suanwang.drivers.wasm.modules import Modules
from suanwang.drivers.wasm.runtime import WasmRuntime
from suanwang.drivers.wasm.stopper import Stopper
from suanwang.drivers.wasm.wire import Task
from suanwang.model.demand import Python, Wasm

NOOP_WASM = bytes(wat2wasm('(module (memory (export "memory") 1) (func (export "_start")))'))
"""A WASI command that does nothing."""
NOOP_PYTHON = b"pass\n"
WARM, ROUNDS = 50, 1_000


def samples(what: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Microseconds of each call, after warming up."""
    for _ in range(WARM):
        what()
    took = list[float]()
    for _ in range(rounds):
        began = time.perf_counter_ns()
        what()
        took.append((time.perf_counter_ns() - began) / 1000)
    return took


def inside(folder: Path) -> dict[str, list[float]]:
    """As a worker process does it."""
    cache, engine, tag = cache_folder(), build(), component.tag()
    stopper, linker = Stopper(engine), Linker(engine)
    linker.define_wasi()
    modules = Modules(engine, cache, tag)
    executor = Executor(engine, modules, stopper)
    noop = modules.get(NOOP_WASM)
    told = {"folder": str(folder), "stdout": str(folder / "stdout"), "stderr": str(folder / "stderr")}
    bounds = {"fuel_max": 10**9, "memory_bytes_max": 64 << 20, "output_bytes_max": 1 << 20, "wall_s_max": 60.0}
    task = Task(number=1, kind="wasm", file=str(folder / "noop.wasm"), argv=("noop.wasm",), **told, **bounds)

    def instantiate() -> None:
        with Store(engine) as store:
            store.set_fuel(10**9)
            flight.sliced(store)
            store.set_epoch_deadline(1)
            flight.instantiate(linker, store, noop, stopper.halted)

    def run() -> None:
        stopper.expect()
        assert executor.run(task).state == "done"

    return {
        "instantiate": samples(instantiate),
        "load": samples(lambda: Modules(engine, cache, tag).get(NOOP_WASM)),
        "execute": samples(run),
    }


async def through_a_worker(folder: Path, work: Python | Wasm, rounds: int) -> list[float]:
    """As an agent does it: asked and answered over pipes."""
    runtime = WasmRuntime(cache_folder(), 1)
    paths = {"folder": str(folder), "stdout": str(folder / "stdout"), "stderr": str(folder / "stderr")}
    bounds = {"fuel_max": 10**9, "memory_bytes_max": 64 << 20, "output_bytes_max": 1 << 20, "wall_s_max": 60.0}
    spec = RunSpec(work=work, argv=(work.file,), env=(), item="", cpu_milli=1000, **paths, **bounds)
    never, took = asyncio.Event(), list[float]()
    for i in range(WARM + rounds):
        began = time.perf_counter_ns()
        assert (await run_one(runtime, spec, never)).state == "done"
        took += [(time.perf_counter_ns() - began) / 1000] if i >= WARM else []
    await runtime.close()
    return took


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "noop.wasm").write_bytes(NOOP_WASM)
        (folder / "noop.py").write_bytes(NOOP_PYTHON)
        found = inside(folder)
        found["wasm"] = asyncio.run(through_a_worker(folder, Wasm(file="noop.wasm"), ROUNDS))
        found["python"] = asyncio.run(through_a_worker(folder, Python(file="noop.py"), ROUNDS // 5))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
