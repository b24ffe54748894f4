"""A process that is told by lines and answers by lines."""

import contextlib
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from suanwang.drivers.kernel.namespace import inside

HERE = Path(__file__).parent


class Child:
    """A process that is told by lines and answers by lines."""

    def __init__(self, words: Sequence[str], space: str = "", log: Path | None = None) -> None:
        with inside(space), (log or Path(os.devnull)).open("ab") as err:
            self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, cwd=HERE.parent)
        assert self.answer().strip() == "ready", words

    def tell(self, line: bytes) -> None:
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        return self.process.stdout.readline().decode()

    def ask(self, **told: object) -> str:
        self.tell(json.dumps(told).encode())
        return self.answer()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
