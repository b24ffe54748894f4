"""The machine code behind plans is made in a process of its own, once on a machine, before anybody needs it.

    suan up --(a few seconds later, or when the first graph is there)--> compiling, low priority --> kept on disk --> ready

A brain loads no compiler before something is planned (decision 0022), and what it then loads is there already. Whoever comes
while it is being made waits for it, and is told so; if it cannot be made there, it is made at its first use.
"""

import asyncio
import contextlib
import hashlib
import importlib
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

SOON_S = 5.0
"""After the brain has begun to answer: the first minute is for whoever started it."""
NICE = 5
"""Unless somebody waits for it already."""
BEHIND = ("place/graph", "place/shift", "world")
"""Packages whose sources the kernels are made of."""
MADE_BY = ("solve", "later")
"""Modules of the brain that use them."""


class Kernels:
    """Ready from the first, where nobody makes anything ahead."""

    def __init__(self) -> None:
        self._ready, self._wanted = asyncio.Event(), asyncio.Event()
        self._ready.set()

    @property
    def preparing(self) -> bool:
        """Whether who wants something planned has to wait for it."""
        return not self._ready.is_set()

    async def ready(self) -> None:
        """Wait until they are made, without more delay."""
        self._wanted.set()
        await self._ready.wait()

    async def make(self, folder: Path, making: Callable[[], AbstractContextManager[object]]) -> None:
        """Make them unless that was done on this machine. folder: where it is noted that it was; making: entered for as long
        as it takes. OSError if it cannot be done ahead: then it is done at their first use."""
        note = folder / f"kernels-{_mark()}"
        if note.exists():
            return
        self._ready.clear()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SOON_S):
                    await self._wanted.wait()
            with making():
                await _compiled(0 if self._wanted.is_set() else NICE)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            note.touch()
        finally:
            self._ready.set()


async def _compiled(nice: int) -> None:
    """OSError if it cannot be done. Ctrl-C at the brain's terminal is not for the compiler: it is stopped with the brain."""
    argv = (sys.executable, "-P", "-m", __name__, str(nice))
    child = await asyncio.create_subprocess_exec(*argv, start_new_session=True)
    try:
        if (status := await child.wait()) != 0:
            raise ChildProcessError(f"the compiler ended with status {status}")
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()


def _mark() -> str:
    """Another one whenever a source, or the Python that runs it, is another."""
    here = Path(__file__).parents[1]
    sources = sorted(path for name in BEHIND for path in (here / name).glob("*.py"))
    seen = [sys.version, *(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in sources)]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16]


def main(nice: int) -> None:
    """In the process of its own."""
    os.nice(nice)
    for name in MADE_BY:
        importlib.import_module(f"suanwang.brain.{name}").warm()


if __name__ == "__main__":
    main(int(sys.argv[1]))
