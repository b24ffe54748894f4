"""What `suan up` says when it finds an agent that runs already, and when it is interrupted while it builds."""

import fcntl
import io
import signal
import subprocess
from pathlib import Path

import pytest

from suanwang.api import up
from suanwang.api.catalogue import Words
from suanwang.api.options import NodeOptions, UpOptions
from suanwang.api.talk import Talk
from suanwang.drivers.wasm import component
from suanwang.drivers.wasm.component import Interrupted, ensure_python


@pytest.fixture
def err(monkeypatch) -> io.StringIO:
    said = io.StringIO()
    monkeypatch.setattr(up, "here", lambda lang: Talk(Words(lang), said, live=False))
    monkeypatch.setattr(up, "_serve", lambda options, *_: said.write(f"node {options.with_node}\n"))
    return said


@pytest.mark.parametrize(
    ("node", "lang", "told"),
    [
        (NodeOptions(), "en", ""),
        (NodeOptions(name="b"), "en", "what you say of it now was not taken. To have it: suan leave --dir"),
        (NodeOptions(name="b"), "zh", "没有采用。要采用：先 suan leave --dir"),
    ],
)
def test_a_node_that_runs_already_goes_on_and_that_is_said(tmp_path: Path, err, node, lang, told):
    (tmp_path / "node").mkdir()
    with (tmp_path / "node" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        up.up(UpOptions(folder=str(tmp_path), node=node, lang=lang))
    assert told in err.getvalue() and err.getvalue().endswith("node False\n")
    assert bool(told) == ("suan leave" in err.getvalue())


def test_a_build_that_is_interrupted_is_no_failure(tmp_path: Path, monkeypatch):
    (tmp_path / "suanwang").mkdir(mode=0o700)
    stopped = subprocess.CompletedProcess((), -signal.SIGINT, "", "KeyboardInterrupt")
    monkeypatch.setattr(component.subprocess, "run", lambda *_, **__: stopped)
    with pytest.raises(Interrupted):
        ensure_python(tmp_path / "suanwang")
    said = io.StringIO()
    monkeypatch.setattr(up, "cache_folder", lambda: tmp_path / "suanwang")
    assert up._python(None, Talk(Words("zh"), said, live=False)) == ""  # type: ignore[arg-type]
    assert said.getvalue() == ""
