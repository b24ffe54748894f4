"""The models of examples/split, and a way to run one in the sandbox."""

import asyncio
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import msgspec
import pytest

from suanwang.drivers.onnx.runtime import OnnxRuntime, packages
from suanwang.drivers.process import ProcessRuntime
from suanwang.drivers.runtime import RunResult, RunSpec, run_one
from suanwang.model.demand import Onnx

FUEL_PER_CPU_S = 1e9
EXAMPLE = Path(__file__).parents[3] / "examples" / "split" / "models.py"


class Seen(NamedTuple):
    result: RunResult
    stderr: str
    folder: Path


Run = Callable[..., Seen]


@pytest.fixture(scope="session")
def models() -> ModuleType:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    spec = importlib.util.spec_from_file_location("split_models", EXAMPLE)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run work in the sandbox, with these files in its folder."""
    if packages() is None:
        pytest.skip("onnxruntime is not installed")
    if not ProcessRuntime(1.0, tmp_path / "scratch").sandbox():
        pytest.skip("this system has no sandbox")

    def once(work: Onnx, files: dict[str, bytes], cancel_s: float | None = None, **changes: object) -> Seen:
        spec = msgspec.structs.replace(_spec(tmp_path, work, files), **changes)

        async def scene() -> RunResult:
            process, cancel = ProcessRuntime(FUEL_PER_CPU_S, tmp_path / "scratch"), asyncio.Event()
            if cancel_s is not None:
                asyncio.get_running_loop().call_later(cancel_s, cancel.set)
            try:
                return await run_one(OnnxRuntime(process), spec, cancel)
            finally:
                await process.close()

        result = asyncio.run(scene())
        return Seen(result, Path(spec.stderr).read_text(errors="replace"), Path(spec.folder))

    return once


def _spec(base: Path, work: Onnx, files: dict[str, bytes]) -> RunSpec:
    folder = base / "task"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return RunSpec(
        work=work,
        argv=(work.file, *work.inputs),
        env=(("SUAN_TASK", "7"),),
        folder=str(folder),
        stdout=str(base / "stdout"),
        stderr=str(base / "stderr"),
        item="",
        fuel_max=int(20 * FUEL_PER_CPU_S),
        cpu_milli=1000,
        memory_bytes_max=512 << 20,
        output_bytes_max=16 << 20,
        wall_s_max=30.0,
    )
