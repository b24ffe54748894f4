"""A process in its place: one per state folder, in the background if asked, with what all nodes of a machine share."""

import contextlib
import errno
import fcntl
import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import IO

import msgspec

from suanwang.api.options import JoinOptions, UpOptions
from suanwang.model.fault import ConflictFault, Fault, LogFault

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
START_S = 180.0
"""How long a brain or a node may take to start: the first on a machine builds the sandboxed Python."""
LATE_S = 20.0
"""Who gives up by himself after START_S is heard out."""


STRIDES = (5_000, 2, 4_000)
"""Of the garbage collector: new objects before it looks at the youngest, and how many looks before the next older ones. Most of
what lives for a while stays, so the middle is looked through often, while it is small, and the whole seldom."""


def cache_folder() -> Path:
    """Compiled code and the meter's report, shared by all nodes of one user on one machine."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "suanwang"


@contextlib.contextmanager
def alone(folder: Path) -> Generator[None]:
    """Only one process works in a state folder. ConflictFault SUAN-L010 if another one does; faults of `roomy`."""
    with roomy(folder), _opened(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConflictFault("SUAN-L010", f"another process is using {folder}", "stop it, or choose another --dir") from None
        yield


def in_use(folder: Path) -> bool:
    """Whether a process works in a state folder now."""
    with contextlib.suppress(FileNotFoundError), (folder / "lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _opened(folder: Path) -> IO[str]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return (folder / "lock").open("w")


@contextlib.contextmanager
def roomy(folder: Path) -> Generator[None]:
    """LogFault SUAN-L003 if the disk is full, whatever was to be written there."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise LogFault("SUAN-L003", f"files cannot be stored in {folder}: {error.strerror}", "suan doctor") from error


def background(options: UpOptions | JoinOptions, log: Path, ready: Path, say: Callable[[str], None]) -> None:
    """Start it as a process of its own and wait until it has written its ready file. Fault SUAN-B010 if it does not."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready.unlink(missing_ok=True)
    child = start(options, log)
    awaited(ready, log, lambda: child.poll() is not None, say)


def awaited(ready: Path, log: Path, ended: Callable[[], bool], say: Callable[[str], None]) -> None:
    """Wait for a ready file. say: is given each fault that is waited out meanwhile, as the log has it. Fault SUAN-B010 if it
    does not come, or whoever was to write it has ended."""
    deadline, read = time.monotonic() + START_S + LATE_S, log.stat().st_size if log.exists() else 0
    while not ready.exists():
        if ended() or time.monotonic() > deadline:
            raise Fault("SUAN-B010", f"it did not start; the end of {log}: {log.read_text()[-500:].strip()}", f"see {log}")
        time.sleep(0.05)
        read += sum(map(partial(_relayed, say), _lines(log, read)))


def _lines(log: Path, after: int) -> list[bytes]:
    """What was written since, as far as its lines are whole."""
    if not log.exists() or log.stat().st_size <= after:
        return []
    with log.open("rb") as file:
        file.seek(after)
        return [line for line in file if line.endswith(b"\n")]


def _relayed(say: Callable[[str], None], line: bytes) -> int:
    if line.startswith(b"SUAN-"):
        say(line.decode(errors="replace").strip())
    return len(line)


def start(options: UpOptions | JoinOptions, log: Path | None) -> subprocess.Popen[bytes]:
    """A process that does what the options say. They go by standard input: a command line can be read by everyone.

    -P: files that lie where it was started are not its modules.
    """
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("ab")) if log else None
        command = [sys.executable, "-P", "-m", "suanwang.api.background", type(options).__name__]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True)
    assert child.stdin is not None
    child.stdin.write(msgspec.json.encode(options))
    child.stdin.close()
    return child


def hasten() -> None:
    """Begin to start: until `settle`, nobody looks for garbage among what is being made to stay."""
    gc.disable()


def settle() -> None:
    """What has been made stays. From now on cycles are looked for among what is new, in long strides: the nouns hold none."""
    gc.freeze()
    gc.set_threshold(*STRIDES)
    gc.enable()
