"""The first lines that a newcomer types, one right after the other."""

import contextlib
import os
import signal
from pathlib import Path

from tests.test_life import Network


def test_what_is_typed_right_after_up_finds_a_node(tmp_path: Path) -> None:
    network = Network(tmp_path)
    for stranger in ("coverage", "numba", "uvloop", "msgspec"):  # files of the user's that are called like modules of ours
        (tmp_path / f"{stranger}.py").write_text("raise SystemExit('this is not the module that was meant')\n")
    (tmp_path / "hello.py").write_text("import sys\nprint('hello', *sys.argv[1:])\n")
    try:
        network.suan("up", "--detach", "--port", "0")
        assert network.suan("run", "hello.py", "world").stdout == "hello world\n"
        assert "was placed on" in network.suan("why", "hello").stdout
        assert "done" in network.suan("bill", "hello").stdout
    finally:
        for ready in (tmp_path / ".suan").glob("*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)
