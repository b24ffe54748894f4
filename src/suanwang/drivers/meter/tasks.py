"""What it costs to begin a task in a runtime that is warm: the smallest WebAssembly module, the shortest Python file."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from suanwang.drivers.meter.measure import Start
from suanwang.drivers.runtime import RunSpec, Runtime, run_one
from suanwang.model.demand import Python, Wasm, Work
from suanwang.model.fault import RuntimeFault

EMPTY_MODULE = bytes.fromhex("0061736d01000000 01040160 0000 03020100 070a01065f737461727400 00 0a040102000b")
"""(module (func (export "_start"))) in the binary format of the WebAssembly core specification, section 5."""

FUEL_MAX = 10**10
MEMORY_BYTES_MAX = 256 << 20
OUTPUT_BYTES_MAX = 1 << 20
WALL_S_MAX = 30.0


def task_starts(runtime: Runtime, folder: Path, python: bool = True) -> tuple[Start, ...]:
    """Start-ups for measure.measure: "wasm_start", and "python_call" if the runtime has its Python ready.

    folder: an empty folder of ours; two small files are written there, removing it is the caller's.
    """
    (folder / "empty.wasm").write_bytes(EMPTY_MODULE)
    (folder / "empty.py").write_text("pass\n")
    wasm = ("wasm_start", _once(runtime, folder, Wasm(file="empty.wasm")))
    return (wasm, ("python_call", _once(runtime, folder, Python(file="empty.py")))) if python else (wasm,)


def _once(runtime: Runtime, folder: Path, work: Wasm | Python) -> Callable[[], Awaitable[object]]:
    spec = _spec(work, work.file, folder)

    async def once() -> None:
        """SUAN-R042: the task did not succeed."""
        result = await run_one(runtime, spec, asyncio.Event())
        if result.state != "done":
            raise RuntimeFault("SUAN-R042", f"{work.file} ended as {result.state}: {result.code} {result.note}", "suan doctor")

    return once


def _spec(work: Work, file: str, folder: Path) -> RunSpec:
    return RunSpec(
        work=work,
        argv=(file,),
        env=(),
        folder=str(folder),
        stdout=str(folder / "stdout"),
        stderr=str(folder / "stderr"),
        item="",
        fuel_max=FUEL_MAX,
        cpu_milli=1000,
        memory_bytes_max=MEMORY_BYTES_MAX,
        output_bytes_max=OUTPUT_BYTES_MAX,
        wall_s_max=WALL_S_MAX,
    )
