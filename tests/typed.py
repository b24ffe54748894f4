"""What tests type instead of `suan`: the same command, but as a fork of a process that has its imports (warm.py)."""

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
WARM = Path(__file__).with_name("warm.py")


class Typed:
    """words: what to type. env: where the process is started; a command has its caller's. inside: what starts it elsewhere."""

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None, inside: Sequence[str | Path] = ()) -> None:
        path = folder / "suan.socket"
        command = [*inside, sys.executable, "-m", "tests.warm", path]
        self._process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None and self._process.stdout.readline() == b"ready\n", "it did not start"
        self.words = (sys.executable, "-I", "-S", str(WARM), str(path))

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@cache
def suan() -> tuple[str, ...]:
    """For all tests of this process."""
    folder = tempfile.TemporaryDirectory(prefix="suan-typed-")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("SUAN_", "OTEL_"))}
    made = Typed(Path(folder.name), plain)
    atexit.register(folder.cleanup)
    atexit.register(made.close)
    return made.words
