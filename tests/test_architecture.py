"""The shape of the code, held: what is pure stays pure, layers are kept, and no test is a shell."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "suanwang"
PURE = [
    *(
        f
        for p in ("model", "world", "place", "market", "steer", "trust", "intent", "twin")
        for f in sorted((SOURCE / p).glob("**/*.py"))
    ),
    *(
        SOURCE / "brain" / f"{name}.py"
        for name in (
            "decide",
            "fleet",
            "state",
            "jobs",
            "quorum",
            "commands",
            "tend",
            "outlook",
            "views",
            "history",
            "steps",
            "solve",
            "chunks",
            "late",
        )
    ),
]
FORBIDDEN_CALLS = {"open", "print", "input", "exec", "eval", "breakpoint", "__import__"}
FORBIDDEN_NAMES = {
    "now",
    "today",
    "utcnow",
    "urandom",
    "environ",
    "getenv",
    "token_bytes",
    "token_hex",
    "default_rng",
    "time_ns",
}
FORBIDDEN_MODULES = {
    "asyncio", "glob", "http", "httpx", "importlib", "logging", "os", "pathlib", "random", "secrets", "shutil", "signal",
    "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip


def impurities(text: str) -> list[str]:
    """Whatever in the source reaches for the outside: I/O, clocks, chance, the environment, or an await."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            found.append(f"line {node.lineno}: {node.func.id}()")
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_NAMES and not _ours(node):
            found.append(f"line {node.lineno}: .{node.attr}")
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found += [f"line {node.lineno}: import {n}" for n in names if n.split(".")[0] in FORBIDDEN_MODULES]
        if isinstance(node, ast.Await | ast.AsyncFunctionDef | ast.Global | ast.Nonlocal):
            found.append(f"line {node.lineno}: {type(node).__name__}")
    return found


def _ours(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in {"self", "work", "item"}


@pytest.mark.parametrize("file", PURE, ids=lambda f: str(f.relative_to(SOURCE)))
def test_below_the_purity_line_nothing_reaches_outside(file: Path) -> None:
    assert impurities(file.read_text()) == []


@pytest.mark.parametrize(
    "sample",
    ["import os", "from time import time", "open('x')", "import numpy as np\nnp.random.default_rng()", "d.datetime.now()"],
)
def test_the_purity_test_can_fail(sample: str) -> None:
    assert impurities(sample)


def test_imports_go_down_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_no_import_hides_in_a_function() -> None:
    lazy = SOURCE / "api" / "cli"
    hidden = [
        f"{file.relative_to(ROOT)}:{inner.lineno}"
        for file in SOURCE.glob("**/*.py")
        if lazy not in file.parents and "pyrun" not in file.parts
        for outer in ast.walk(ast.parse(file.read_text()))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_every_file_tells_its_theory() -> None:
    untold = [str(f.relative_to(ROOT)) for f in SOURCE.glob("**/*.py") if not ast.get_docstring(ast.parse(f.read_text()))]
    assert untold == []


def test_nothing_is_named_by_what_it_is_not() -> None:
    banned = {"utils", "util", "manager", "helper", "helpers", "base", "common", "service", "misc"}
    assert [f for f in SOURCE.glob("**/*.py") if f.stem in banned] == []
