"""Somebody who does what a page says, from top to bottom, in a folder that is thrown away; one brain for all pages."""

import contextlib
import doctest
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path

from tests.docs.pages import ROOT, Block, blocks, commands
from tests.typed import Typed

LIMIT_S = 180
EXIT_TIME, TRIES = 7, 4
PORTS = 'suan() { if [ "$1" = up ]; then shift; %(suan)s up --port 0 "$@"; else %(suan)s "$@"; fi; }'
"""Any free port instead of 7420: others on this machine may have a brain."""
_SAME = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class House:
    """Where it all happens: a folder, with the client configuration that `suan up` writes. suan: how the command is called."""

    def __init__(self, folder: Path, suan: str = "command suan") -> None:
        self.folder, self.suan = folder, suan
        self._warm: Typed | None = None
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("SUAN_", "OTEL_"))}
        path = f"{Path(sys.executable).parent}:{plain['PATH']}"
        self.env = {**plain, "PATH": path, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "NO_COLOR": "1"}
        self.env["XDG_CACHE_HOME"] = plain.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))  # built once for all tests

    def warm(self) -> None:
        """From now on its commands are forks of a process that has their imports."""
        self._warm = Typed(self.folder, self.env)
        self.suan = shlex.join(self._warm.words)

    def stop(self) -> None:
        """End whatever was started here."""
        if self._warm is not None:
            self._warm.close()
        for ready in self.folder.rglob("ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)


@contextlib.contextmanager
def living(house: House) -> Generator[House]:
    """It is left with nothing running."""
    try:
        yield house
    finally:
        house.stop()


@contextlib.contextmanager
def surroundings(env: dict[str, str], folder: Path) -> Generator[None]:
    """This process stands in the folder, with these variables and no others, for a while."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(env)
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Shell:
    """A shell that goes on from one block to the next, so that `cd` and `export` hold."""

    def __init__(self, folder: Path, env: dict[str, str], suan: str) -> None:
        self._process = subprocess.Popen(
            ["bash"], cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.does(PORTS % {"suan": suan})

    def does(self, command: str, where: str = "") -> tuple[str, int]:
        """What the command printed, both streams, and its exit code. After `set -e` one that fails ends the shell."""
        assert self._process.stdin and self._process.stdout
        mark = secrets.token_hex(8)
        self._process.stdin.write(f'{{ {command}\n}} </dev/null; echo "{mark} $?"\n')
        self._process.stdin.flush()
        watch = threading.Timer(LIMIT_S, self._process.kill)
        watch.start()
        said = ""
        try:
            while (line := self._process.stdout.readline()) and mark not in line:
                said += line
        finally:
            watch.cancel()
        assert line, f"{where}: a command of these failed, or took longer than {LIMIT_S} s:\n{command}\n{said}"
        last, _, code = line.partition(mark)
        return said + last, int(code)

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Reader:
    """Carries out a page. lang: of what the command line says. folder: where."""

    def __init__(self, house: House, folder: Path, lang: str) -> None:
        self.folder, self._suan = folder, house.suan
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "examples").symlink_to(ROOT / "examples")  # a reader stands in the project's folder
        self.env = {**house.env, "SUAN_LANG": lang}
        self._names = dict[str, object]()

    def read(self, page: Path) -> None:
        """AssertionError names the line of the block that does not do as it says."""
        shell = Shell(self.folder, self.env, self._suan)
        try:
            for block in blocks(page):
                if not block.skip:
                    self._block(block, f"{page.name}:{block.line}", shell)
        finally:
            shell.close()

    def _block(self, block: Block, where: str, shell: Shell) -> None:
        if block.title:
            file = self.folder / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.kind == "bash":
            shell.does("set -e")
            shell.does(block.text, where)
            shell.does("set +e")
        elif block.kind == "console":
            for command, shown in commands(block.text):
                _as_shown(where, command, shown, *_tried(shell, command))
        elif block.kind in ("python", "pycon"):
            self._python(block, where)

    def _python(self, block: Block, where: str) -> None:
        """In this process: what the page says of the network is what a program of one's own would get."""
        with surroundings(self.env, self.folder):
            if block.kind == "python":
                file = self.folder / f"block_{block.line}.py"
                file.write_text(block.text, encoding="utf-8")
                exec(compile(block.text, file, "exec"), self._names)
            else:
                self._session(block, where)

    def _session(self, block: Block, where: str) -> None:
        test = doctest.DocTestParser().get_doctest(block.text, self._names, where, where, 0)
        said = list[str]()
        doctest.DocTestRunner(optionflags=_SAME, verbose=False).run(test, out=said.append, clear_globs=False)
        assert not said, f"{where}: {''.join(said)}"
        self._names.update(test.globs)


def _tried(shell: Shell, command: str) -> tuple[str, int]:
    """What it printed, and its exit code. A plan that is only shown is asked for again, as its error says, where loops first
    had to become machine code: on a slow machine that takes longer than a client waits."""
    said, code = shell.does(command)
    for _ in range(TRIES - 1):
        if code != EXIT_TIME or "--dry-run" not in command:
            break
        said, code = shell.does(command)
    return said, code


FAR = re.compile(r"^(?:running|运行中) \d+/\d+\b.*\n", re.MULTILINE)
"""How far a job is, which is said only where it takes long enough, between any two lines."""


def _as_shown(where: str, command: str, shown: str, said: str, code: int) -> None:
    """A command of which the page shows a code of an error fails, any other succeeds; what is shown is printed."""
    fails = re.search(r"SUAN-[A-Z]\d{3}", shown) is not None
    assert (code != 0) == fails, f"{where}: {command}: exit {code}\n{said}"
    if shown and not same(shown, FAR.sub("", said)):
        raise AssertionError(f"{where}: {command}\n--- the page shows\n{shown}\n--- it prints\n{said}")


def same(shown: str, said: str) -> bool:
    """Word for word, however they are spaced; "..." stands for anything."""
    parts = (r"\s+".join(map(re.escape, part.split())) for part in shown.split("..."))
    return (
        re.fullmatch(r"\s*" + ".*?".join(rf"\s*{part}\s*" if part else "" for part in parts) + r"\s*", said, re.DOTALL)
        is not None
    )
