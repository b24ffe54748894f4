"""A way to run one command in a real sandbox and see how it ended, with and without control groups."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from suanwang.drivers.cgroup import find
from suanwang.drivers.process import ProcessRuntime
from suanwang.drivers.runtime import RunResult, RunSpec, run_one
from suanwang.model.demand import Command

FUEL_PER_CPU_S = 1e9


class Seen(NamedTuple):
    result: RunResult
    stdout: str
    stderr: str
    folder: Path


Run = Callable[..., Seen]


def spec_for(base: Path, argv: tuple[str, ...], network: bool = False, **changes: object) -> RunSpec:
    folder = base / "task"
    folder.mkdir(exist_ok=True)
    spec = RunSpec(
        work=Command(argv=argv, network=network),
        argv=argv,
        env=(),
        folder=str(folder),
        stdout=str(base / "stdout"),
        stderr=str(base / "stderr"),
        item="",
        fuel_max=int(20 * FUEL_PER_CPU_S),
        cpu_milli=1000,
        memory_bytes_max=256 << 20,
        output_bytes_max=1 << 20,
        wall_s_max=20.0,
    )
    return msgspec.structs.replace(spec, **changes)


def run_once(base: Path, argv: tuple[str, ...], cgroups: object, cancel_s: float | None = None, **changes: object) -> Seen:
    async def scene() -> RunResult:
        runtime = ProcessRuntime(FUEL_PER_CPU_S, base / "scratch", cgroups=cgroups)  # pyright: ignore
        cancel = asyncio.Event()
        if cancel_s is not None:
            asyncio.get_running_loop().call_later(cancel_s, cancel.set)
        try:
            return await run_one(runtime, spec, cancel)
        finally:
            await runtime.close()

    spec = spec_for(base, argv, **changes)  # pyright: ignore
    result = asyncio.run(scene())
    out, err = (Path(p).read_text(errors="replace") for p in (spec.stdout, spec.stderr))
    return Seen(result, out, err, Path(spec.folder))


def need_sandbox(scratch: Path) -> None:
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    if not ProcessRuntime(1.0, scratch).sandbox():
        pytest.skip("this system forbids the sandbox")


@pytest.fixture(params=["group", "limits"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """Both ways to hold a task: by a control group, and by resource limits alone."""
    need_sandbox(tmp_path / "scratch")
    cgroups = find() if request.param == "group" else None
    if request.param == "group" and cgroups is None:
        pytest.skip("no control group can be written here (needs root or a delegated group)")
    return lambda *argv, **changes: run_once(tmp_path, argv, cgroups, **changes)
