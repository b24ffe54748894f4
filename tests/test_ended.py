"""A brain whose loop ends by a bug fails the test that it was in, by name and with the bug; another SIGTERM ends a process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import DOCS

BRAIN = """
import pytest
from suanwang.brain import commands
from suanwang.model.view import Grant
from tests.api.stage import staged

def broken(*_):
    return lambda state, now: 1 / 0

def test_with_a_bug(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "grant", broken)
    with staged(tmp_path) as stage:
        stage.operator.post("/v1/accounts/root/grants", Grant(amount_micro=7), idempotency_key="k")
        stage.operator.get("/v1/domain")

def test_after_it(tmp_path):
    with staged(tmp_path) as stage:
        assert stage.operator.get("/v1/domain").status_code == 200
"""

OTHER = """
import os, signal, time

def test_it_is_told_to_end():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)
"""


def pytest_of(folder: Path, text: str, *flags: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_inner.py").write_text(text)
    root = DOCS.parent
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(root / "pyproject.toml"), "--rootdir", str(folder), "-p"]
    path = os.pathsep.join((str(root / "src"), str(root)))
    return subprocess.run(
        [*command, "tests.conftest", "-p", "no:cacheprovider", *flags, str(folder / "test_inner.py")],
        cwd=folder, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=90,
    )  # fmt: skip


def test_a_brain_that_ends_fails_its_test_by_name(tmp_path: Path) -> None:
    said = pytest_of(tmp_path, BRAIN, "-n", "1", "--dist", "loadfile")
    assert "1 failed, 1 passed" in said.stdout, said.stdout + said.stderr
    assert "FAILED test_inner.py::test_with_a_bug" in said.stdout and "ZeroDivisionError" in said.stdout
    assert "node down" not in said.stdout


def test_another_signal_to_end_is_obeyed(tmp_path: Path) -> None:
    assert pytest_of(tmp_path, OTHER, "-p", "no:xdist").returncode == -signal.SIGTERM
