"""The Python component: CPython with its standard library, built once per cache, compiled once per machine.

Building takes some 10 s and compiling as long, so it happens in a subprocess, under a lock: agents that start together on one
machine wait for one build. Two builds are not the same bytes, and burn fuel that differs by parts in a thousand (the hash
seed is drawn while building). Nodes whose fuel must be equal to the last unit use the same file: put it at `component_path`.
"""

import fcntl
import hashlib
import importlib.metadata
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from suanwang.drivers.wasm import cache as caches
from suanwang.drivers.wasm import settings
from suanwang.model.fault import RuntimeFault

GUEST = Path(__file__).parent / "pyrun"
GUEST_FILES = ("app.py", "folder.py", "stdlib.py", "world.wit")
BUILD_S_MAX = 900.0


class Interrupted(RuntimeFault):
    """The build was stopped by Ctrl-C, as is whoever wanted it."""


def tag() -> str:
    """What compiled code depends on besides its source: wasmtime's version and the engine's configuration."""
    return f"{importlib.metadata.version('wasmtime')}-{settings.digest()}"


def component_path(cache: Path) -> Path:
    """Where the component lies, or is to be put: its name tells the guest's sources and the CPython they are built with."""
    seen = hashlib.sha256(importlib.metadata.version("componentize-py").encode())
    for name in GUEST_FILES:
        seen.update((GUEST / name).read_bytes())
    return cache / f"python-{seen.hexdigest()[:16]}.wasm"


def component_sha256(cache: Path) -> str:
    """SHA-256 of the component, hex; "" while there is none. Equal components burn equal fuel."""
    try:
        with component_path(cache).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def compiled_path(cache: Path) -> Path | None:
    """Where the compiled component lies or would lie; None while there is no component."""
    sha256 = component_sha256(cache)
    return caches.artefact(cache, f"python-{sha256}", tag()) if sha256 else None


def ensure_python(cache: Path, building: Callable[[], AbstractContextManager[object]] = nullcontext) -> Path:
    """The compiled component, built first where it is missing (20-40 s, once). building: entered for as long as that takes.

    SUAN-R025: the cache is not safe; SUAN-R022: the build failed; Interrupted: it was stopped.
    """
    caches.trusted(cache)
    with open(cache / "python.lock", "w") as lock:
        ready = compiled_path(cache)
        if ready and ready.exists():
            return ready
        with building():
            fcntl.flock(lock, fcntl.LOCK_EX)
            ready = compiled_path(cache)
            if not (ready and ready.exists()):
                _build(cache)
                ready = compiled_path(cache)
    if not (ready and ready.exists()):
        raise RuntimeFault("SUAN-R022", "the sandboxed Python was built, but is not in the cache", "suan doctor")
    return ready


def _build(cache: Path) -> None:
    argv = [sys.executable, "-P", "-m", "suanwang.drivers.wasm.build", str(cache)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    try:
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, errors="replace", timeout=BUILD_S_MAX)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeFault("SUAN-R022", f"the sandboxed Python could not be built: {error}", "suan doctor") from error
    if done.returncode == -signal.SIGINT:
        raise Interrupted("SUAN-R022", "the sandboxed Python could not be built: it was interrupted", "suan up")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeFault("SUAN-R022", f"the sandboxed Python could not be built: {last}", "suan doctor")
