"""ONNX work as native work: the same sandbox, bounds and meter as a command, with onnxruntime and its Python let in to read.

What runs is the agent's own script (runner.py) on the agent's own Python, so a node needs no other; the model is data. Nothing
of onnxruntime is loaded into the agent.
"""

import asyncio
import importlib.util
import json
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from suanwang.drivers.process.runtime import ProcessRuntime
from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.model.demand import Command, Onnx
from suanwang.model.fault import RuntimeFault

PACKAGES = ("numpy", "numpy.libs", "onnxruntime")
"""Folders beside each other that the script imports from; numpy.libs is there where NumPy came as a wheel."""
INSIDE = Path("/opt/suan")
"""Where the sandbox shows them: at their own paths they might hide the task's folder, or be hidden by it."""
INSTALL = "uv pip install 'suanwang[onnx]'"


def packages() -> Path | None:
    """The folder that holds onnxruntime here; None where it is not installed. Loads nothing."""
    found = importlib.util.find_spec("onnxruntime")
    return Path(found.origin).parent.parent if found is not None and found.origin else None


class _Paths(NamedTuple):
    python: Path
    script: Path
    packages: Path


class OnnxRuntime:
    """Runs `Onnx` work (the role in drivers.runtime) by a ProcessRuntime, which stays the caller's to close.

    In the sandbox, beside what every command sees: this Python (unless it lies in /usr), NumPy and onnxruntime, read-only.
    """

    def __init__(self, process: ProcessRuntime) -> None:
        """RuntimeFault SUAN-R090: onnxruntime is not installed."""
        folder = packages()
        if folder is None:
            raise RuntimeFault("SUAN-R090", "onnxruntime is not installed here", INSTALL)
        self._process = process
        home = Path(sys.base_prefix)
        self._here = _Paths(Path(os.path.realpath(sys.executable)), Path(__file__).with_name("runner.py"), folder)
        self._there = _Paths(self._here.python, INSIDE / "runner.py", INSIDE / "packages")
        shown = [(folder / name, self._there.packages / name) for name in PACKAGES]
        shown.append((self._here.script, self._there.script))
        if self._here.python.is_relative_to(home) and home != Path("/usr"):
            self._there = self._there._replace(python=INSIDE / "python" / self._here.python.relative_to(home))
            shown.append((home, INSIDE / "python"))
        self._expose = tuple((str(path), str(inside)) for path, inside in shown if path.exists())

    async def run(self, specs: Sequence[RunSpec], cancel: asyncio.Event) -> AsyncGenerator[RunResult]:
        """See drivers.runtime. Faults as those of ProcessRuntime."""
        async for result in self._process.run([self._as_command(spec) for spec in specs], cancel):
            yield result

    async def close(self) -> None:
        """Nothing is held."""

    def _as_command(self, spec: RunSpec) -> RunSpec:
        if not isinstance(spec.work, Onnx):
            raise RuntimeFault("SUAN-R011", "this runtime runs ONNX models only", "suan run model.onnx")
        paths = self._there if self._process.sandbox() else self._here
        words = (str(paths.python), "-I", "-S", "-B", str(paths.script), str(paths.packages))
        call = (*words, json.dumps(_told(spec, spec.work)))
        return msgspec.structs.replace(spec, work=Command(argv=call), argv=call, expose=self._expose)


def _told(spec: RunSpec, work: Onnx) -> dict[str, object]:
    """What the script needs to know."""
    stem = work.output.removesuffix(".npz")
    return {
        "model": spec.argv[0],
        "inputs": spec.argv[1:],
        "output": f"{stem}-{dict(spec.env).get('SUAN_TASK', '0')}.npz" if spec.item else work.output,
        "threads": max(1, spec.cpu_milli // 1000),
        "optimise": work.optimise,
        "runs": work.runs,
        "devices": bool(spec.devices),
    }
