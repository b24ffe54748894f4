"""A workbench: one runtime for all tests, folders for tasks, and the Python component built once into a lasting cache."""

import asyncio
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from wasmtime import wat2wasm

from suanwang.drivers.runtime import RunResult, RunSpec, run_one
from suanwang.drivers.wasm import component
from suanwang.drivers.wasm.runtime import WasmRuntime
from suanwang.model.demand import Python, Wasm, Work


class Seen(NamedTuple):
    """What a task left behind."""

    result: RunResult
    out: str
    err: str
    folder: Path


class Bench:
    def __init__(self, runner: asyncio.Runner, place: Path, cache: Path) -> None:
        self.runner = runner
        self.place = place
        self.cache = cache
        self.pids: list[int] = []
        self.runtime = self.fresh()
        self._count = itertools.count()

    def fresh(self, workers: int = 2) -> WasmRuntime:
        """A runtime that has no worker yet."""
        return WasmRuntime(self.cache, workers, on_spawn=self.pids.append)

    def folder(self, **files: str | bytes) -> Path:
        """A task's folder with these files; "__" in a name stands for a dot."""
        folder = self.place / f"task{next(self._count)}"
        folder.mkdir()
        for name, content in files.items():
            path = folder / name.replace("__", ".")
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    def spec(self, work: Work, folder: Path, **changes: Any) -> RunSpec:
        fields: dict[str, Any] = {
            "argv": ("task",),
            "env": (),
            "item": "",
            "fuel_max": 10**11,
            "cpu_milli": 1000,
            "memory_bytes_max": 256 << 20,
            "output_bytes_max": 1 << 20,
            "wall_s_max": 60.0,
        }
        out, err = (str(self.place / f"{folder.name}.{name}") for name in ("out", "err"))
        return RunSpec(work=work, folder=str(folder), stdout=out, stderr=err, **{**fields, **changes})

    def run(self, spec: RunSpec, runtime: WasmRuntime | None = None, cancel_after_s: float | None = None) -> Seen:
        async def run() -> RunResult:
            cancel = asyncio.Event()
            if cancel_after_s is not None:
                asyncio.get_running_loop().call_later(cancel_after_s, cancel.set)
            return await run_one(runtime or self.runtime, spec, cancel)

        result = self.runner.run(run())
        out, err = (Path(p).read_text(errors="replace") if os.path.exists(p) else "" for p in (spec.stdout, spec.stderr))
        return Seen(result, out, err, Path(spec.folder))

    def wasm(self, wat: str, folder: Path | None = None, **changes: Any) -> Seen:
        """Run a core module given as text."""
        folder = folder or self.folder()
        (folder / "m.wasm").write_bytes(bytes(wat2wasm(wat)))
        how = {name: changes.pop(name) for name in ("runtime", "cancel_after_s") if name in changes}
        return self.run(self.spec(Wasm(file="m.wasm"), folder, **changes), **how)

    def python(self, source: str, folder: Path | None = None, function: str = "", **changes: Any) -> Seen:
        """Run a Python source as main.py."""
        folder = folder or self.folder()
        (folder / "main.py").write_text(source)
        how = {name: changes.pop(name) for name in ("runtime", "cancel_after_s") if name in changes}
        return self.run(self.spec(Python(file="main.py", function=function), folder, **changes), **how)


@pytest.fixture(scope="session")
def cache() -> Path:
    """Lasting, so that the component is built once and not once per run."""
    place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "suanwang" / "test"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Bench]:
    with asyncio.Runner() as runner:
        bench = Bench(runner, tmp_path_factory.mktemp("wasm"), cache)
        yield bench
        runner.run(bench.runtime.close())


@pytest.fixture(scope="session")
def python(bench: Bench) -> Callable[..., Seen]:
    """Bench.python; skips where the component cannot be built."""
    pytest.importorskip("componentize_py", reason="componentize-py, which builds the sandboxed Python, is not installed")
    component.ensure_python(bench.cache)
    return bench.python
