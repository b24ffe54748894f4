"""A task's own folder: filled from files by content, and read back with suspicion, since strangers' code wrote in it.

Reading opens every folder and file from the one above it and never through a link, so that no name can lead elsewhere, even
if it changes meanwhile. What is not a plain file of the task's own is left where it is, and said.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from suanwang.drivers.clock import new_id
from suanwang.model.fault import RuntimeFault
from suanwang.model.file import FileRef
from suanwang.model.outputs import FILES_MAX, PATH_MAX, covers

OUTPUT_BYTES_MAX = 1 << 30
ENTRIES_MAX = 5 * FILES_MAX
"""Names looked at under the outputs of one task, the inputs that lie there included."""
DEPTH_MAX = 64
LITTLE_FILES, LITTLE_BYTES = 8, 64 << 10
NOTE_NAMES = 3
TOO_MUCH = "SUAN-R021"
_THEIR_DOING = {errno.EACCES, errno.EPERM, errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO}

Keep = Callable[[BinaryIO], tuple[str, int]]
"""Stores what an open file has; gives (its SHA-256, its size)."""


class Gathered(NamedTuple):
    """files: by path. left: what else lay under the outputs, each with why it stays behind."""

    files: tuple[FileRef, ...]
    left: tuple[str, ...]

    @property
    def note(self) -> str:
        """One line about what was left; "" if nothing was."""
        more = f" and {len(self.left) - NOTE_NAMES} more" if len(self.left) > NOTE_NAMES else ""
        return f"not given back: {', '.join(self.left[:NOTE_NAMES])}{more}" if self.left else ""


def fill(folder: Path, files: Iterable[FileRef], source: Callable[[str], Path]) -> None:
    """Lay these files out in a folder that has none of them, made if need be; copies, so that a task can spoil only its own.

    source: SHA-256 -> a file with those bytes. RuntimeFault SUAN-R020 for a path that leads out, R014 if it cannot be done.
    """
    with _refused("a task's folder could not be made"):
        folder.mkdir(parents=True, mode=0o755, exist_ok=True)
    for file in files:
        target = inside(folder, file.path)
        with _refused(f"{printable(file.path)} could not be laid out"):
            if target.parent != folder:
                target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source(file.sha256), target)
            target.chmod(_mode(file))


def lay(folder: Path, given: Iterable[tuple[FileRef, bytes]]) -> None:
    """`fill` with small files whose bytes are at hand and whose paths have no folders in them. RuntimeFault SUAN-R020, R014."""
    with _refused("a task's folder could not be made"):
        folder.mkdir(parents=True, mode=0o755, exist_ok=True)
    for file, content in given:
        with _refused(f"{printable(file.path)} could not be laid out"):
            handle = os.open(inside(folder, file.path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode(file))
            with open(handle, "wb", buffering=0) as target:
                os.fchmod(handle, _mode(file))
                target.write(content)


def inside(folder: Path, path: str) -> Path:
    """folder/path, if path is relative and stays inside. RuntimeFault SUAN-R020."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        raise RuntimeFault("SUAN-R020", f"{path[:80]!r} leaves the task's folder", "name files below it, without ..")
    return folder.joinpath(*parts)


def gather(folder: Path, prefixes: tuple[str, ...], given: Iterable[FileRef], keep: Keep) -> Gathered:
    """Plain files under the prefixes that are new or changed, each kept.

    RuntimeFault SUAN-R021: more than FILES_MAX files, OUTPUT_BYTES_MAX bytes, ENTRIES_MAX names, DEPTH_MAX folders deep.
    R014: the disk cannot be read.
    """
    before = {f.path: f for f in given}
    found: list[FileRef] = []
    left: list[str] = []
    room = OUTPUT_BYTES_MAX
    with _refused("what a task wrote could not be read"):
        for path, info, above in _entries(folder, prefixes):
            why = _unfit(path, info)
            if not why and info.st_size > room:
                raise _too_much(f"more than {OUTPUT_BYTES_MAX >> 20} MiB")
            file = None if why else _kept(path, info, above, before.get(path), keep)
            if file is None or why:
                left.append(f"{printable(path)} ({why or 'unreadable'})")
            elif file != before.get(path):
                found.append(file)
                room -= file.size
            if len(found) > FILES_MAX:
                raise _too_much(f"more than {FILES_MAX} files")
    return Gathered(tuple(sorted(found, key=lambda f: f.path)), tuple(left))


def keep_plain(path: Path, name: str, keep: Keep) -> FileRef | None:
    """A file of ours, such as a task's stdout; None if it is not there or empty."""
    with _refused(f"{name} of a task could not be read"):
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode) or not os.fstat(handle).st_size:
                return None
            sha256, size = keep(file)
    return FileRef(path=name, sha256=sha256, size=size)


def tidy(folder: Path, given: Mapping[str, tuple[FileRef, bytes]]) -> bool:
    """Remove all from a folder but what was given and still is as it was; whether that is all that was given, and all there is.

    given: name, without a folder in it -> (the file, its bytes).
    """
    found = 0
    with contextlib.suppress(OSError):
        if folder.is_symlink():
            return False
        os.chmod(folder, 0o755)
        for entry in _some(folder):
            if entry.name in given and _intact(entry, *given[entry.name]):
                found += 1
            elif entry.is_dir(follow_symlinks=False):
                remove(Path(entry.path))
            else:
                os.unlink(entry.path)
        return found == len(given) and len(_some(folder)) == found
    return False


def _intact(entry: os.DirEntry[str], file: FileRef, content: bytes) -> bool:
    """Whether it is this very file: plain, with no other name, its mode and bytes as they were laid out."""
    if not entry.is_file(follow_symlinks=False):
        return False
    handle = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        info = os.fstat(handle)
        alike = (info.st_size, info.st_nlink, stat.S_IMODE(info.st_mode)) == (len(content), 1, _mode(file))
        return alike and os.read(handle, len(content) + 1) == content
    finally:
        os.close(handle)


def _mode(file: FileRef) -> int:
    return 0o755 if file.executable else 0o644


def little(*folders: Path) -> bool:
    """Whether so few and small files lie there, and no folder with any, that looking at all of them takes no time."""
    files, room = LITTLE_FILES, LITTLE_BYTES
    with contextlib.suppress(OSError):
        for folder in folders:
            with os.scandir(folder) as entries:
                for entry in islice(entries, LITTLE_FILES + 1):
                    info = entry.stat(follow_symlinks=False)
                    files, room = files - 1, room - info.st_size
                    if files < 0 or room < 0 or (stat.S_ISDIR(info.st_mode) and Path(entry.path) not in folders):
                        return False
        return True
    return False


def remove(folder: Path) -> None:
    """Remove a folder and all in it, however deep: each folder is moved up before it is emptied, so that no path grows long."""
    doomed = [folder, *folder.parent.glob(f".{folder.name}.gone-*")]
    with contextlib.suppress(OSError):  # what stays is tried again when the agent starts
        while doomed:
            here = doomed.pop()
            if here.is_symlink() or not here.is_dir():
                here.unlink(missing_ok=True)
                continue
            here.chmod(0o700)
            while entries := _some(here):
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        os.chmod(entry.path, 0o700)
                        doomed.append(Path(entry.path).rename(folder.with_name(new_id(f".{folder.name}.gone"))))
                    else:
                        os.unlink(entry.path)
            here.rmdir()


def _some(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(islice(entries, 1000))


def printable(text: str) -> str:
    """For a message: one line that any terminal and any encoder can take, at most 80 characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:80])


def _entries(folder: Path, prefixes: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result, int]]:
    """(path, what it is, descriptor of the folder it lies in) of all but folders that an output prefix covers."""
    todo: list[tuple[str, ...]] = [()]
    room = ENTRIES_MAX
    while todo:
        parts = todo.pop()
        with _opened(folder, parts) as above:
            names = [] if above is None else _listed(above, room)
            room -= len(names)
            for name, info in names:
                path = "/".join((*parts, name))
                if stat.S_ISDIR(info.st_mode):
                    if any(covers(p, path) or p.removeprefix("./").startswith(path + "/") for p in prefixes):
                        todo.append(_deeper(parts, name))
                elif above is not None and any(covers(p, path) for p in prefixes):
                    yield path, info, above


def _deeper(parts: tuple[str, ...], name: str) -> tuple[str, ...]:
    if len(parts) >= DEPTH_MAX:
        raise _too_much(f"folders more than {DEPTH_MAX} deep")
    return (*parts, name)


def _listed(folder: int, room: int) -> list[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        found = [(e.name, e.stat(follow_symlinks=False)) for e in islice(entries, room + 1)]
    if len(found) > room:
        raise _too_much(f"more than {ENTRIES_MAX} names")
    return sorted(found, key=lambda f: f[0])


@contextlib.contextmanager
def _opened(folder: Path, parts: tuple[str, ...]) -> Generator[int | None]:
    """A folder below `folder`, reached step by step and never through a link; None if it is one now, or shut."""
    handle: int | None = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            deeper = _open(part, os.O_DIRECTORY, handle)
            os.close(handle)
            handle = deeper
            if handle is None:
                break
        yield handle
    finally:
        if handle is not None:
            os.close(handle)


def _open(name: str, flags: int, above: int) -> int | None:
    """None if the task made it something that cannot be opened."""
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | flags, dir_fd=above)
    except OSError as error:
        if error.errno not in _THEIR_DOING:
            raise
        return None


def _unfit(path: str, info: os.stat_result) -> str:
    """Why something under the outputs is not given back; "" if it can be."""
    if not stat.S_ISREG(info.st_mode):
        return "a link" if stat.S_ISLNK(info.st_mode) else "no plain file"
    if info.st_nlink > 1:
        return "it has another name elsewhere"  # a hard link may lead to a file that is not the task's
    return "" if path.isprintable() and len(path) <= PATH_MAX else "a name that cannot be sent"


def _kept(path: str, info: os.stat_result, above: int, given: FileRef | None, keep: Keep) -> FileRef | None:
    """The file, or `given` where that is what it still is; None if it cannot be read or is not what was listed any more."""
    handle = _open(path.rpartition("/")[2], 0, above)
    if handle is None:
        return None
    with os.fdopen(handle, "rb") as file:
        now = os.fstat(handle)
        if not os.path.samestat(now, info) or _unfit(path, now):
            return None
        executable = bool(now.st_mode & 0o100)
        alike = given is not None and (given.size, given.executable) == (now.st_size, executable)
        if given and alike and hashlib.file_digest(file, "sha256").hexdigest() == given.sha256:
            return given
        sha256, size = keep(file)
    return FileRef(path=path, sha256=sha256, size=size, executable=executable)


def _too_much(what: str) -> RuntimeFault:
    return RuntimeFault(TOO_MUCH, f"a task left {what} under its outputs", "pack the results into fewer files")


@contextlib.contextmanager
def _refused(what: str) -> Generator[None]:
    """The node's own file system failed: not the task's fault, and no reason to tell where on the node its folder is."""
    try:
        yield
    except OSError as error:
        raise RuntimeFault("SUAN-R014", f"{what}: {error.strerror or error}", "suan doctor") from error
