"""A task's folder changes hands: to the task's user before, back to the agent's user after, with nothing in it that could
harm whoever reads it: no setuid bits, no pipes or sockets that block a reader, no links that lead out of the folder.
Only to be called while no process of the task is alive, so that nothing changes under our feet."""

import contextlib
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

PATH_BYTES_MAX = 3000
"""Folders below a longer path are removed: soon it would be longer than the kernel accepts (PATH_MAX, 4096)."""


def hand_over(folder: Path, uid: int) -> None:
    """Make `uid` the owner of all that is in it. Needs root; OSError where the file system has no owners."""
    for entry, _ in _walk(folder):
        os.chown(entry, uid, uid, follow_symlinks=False)


def take_back(folder: Path) -> None:
    """Make all of it readable and removable by the user we run as."""
    root, uid, gid = os.path.realpath(folder), os.geteuid(), os.getegid()
    for entry, mode in _walk(folder):
        # A file may vanish with the folder that was too deep; what cannot be mended is left for the caller to stumble on.
        with contextlib.suppress(OSError):
            if uid == 0:
                os.chown(entry, uid, gid, follow_symlinks=False)
            _mend(entry, mode, root)


def cut_off(folder: Path, size: int) -> bool:
    """Whether a file in it ends where the bound on files cuts, at `size`. What was given may be larger."""
    return any(os.lstat(e).st_size == size for e, mode in _walk(folder) if stat.S_ISREG(mode))


def _mend(entry: str, mode: int, root: str) -> None:
    if stat.S_ISDIR(mode):
        os.chmod(entry, 0o700 | (mode & 0o755))
    elif stat.S_ISREG(mode):
        os.chmod(entry, 0o600 | (mode & 0o755))
    elif not stat.S_ISLNK(mode) or os.path.commonpath((root, os.path.realpath(entry))) != root:
        os.unlink(entry)


def _walk(folder: Path) -> Iterator[tuple[str, int]]:
    """(path, mode) of the folder and all in it; a folder comes before what is in it, so that it can be opened up first."""
    todo = [os.fspath(folder)]
    while todo:
        entry = todo.pop()
        mode = os.lstat(entry).st_mode
        if stat.S_ISDIR(mode) and len(os.fsencode(entry)) > PATH_BYTES_MAX:
            _remove(entry)
            continue
        yield entry, mode
        if stat.S_ISDIR(mode):
            with contextlib.suppress(OSError), os.scandir(entry) as inside:
                todo += [e.path for e in inside]


def _remove(deep: str) -> None:
    """These tools walk by descriptors, not by paths, so that no depth stops them."""
    subprocess.run(["chmod", "-R", "u+rwX", "--", deep], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", "--", deep], check=False, stderr=subprocess.DEVNULL)
