"""Which files go along with a job: named by globs, never from outside the working folder, bounded in number and size."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from suanwang.model.fault import UsageFault
from suanwang.model.file import FileRef

FILES_MAX = 10_000
BYTES_MAX = 1024**3
CHUNK_BYTES = 1024 * 1024
KEPT = {"brain": ("key", "log.sqlite"), "node": ("key",), "suanwang": ("client.json",)}
"""Name of a folder -> files by which one of ours is known."""


class Files(NamedTuple):
    """refs: sorted by path. paths: SHA-256 -> a file with that content, to send. skipped: left out, with links to elsewhere."""

    refs: tuple[FileRef, ...]
    paths: dict[str, Path]
    skipped: tuple[str, ...] = ()


def expand(folder: Path, globs: Iterable[str]) -> tuple[str, ...]:
    """Paths of regular files, relative to `folder`, sorted. A folder stands for all that is in it.

    UsageFault SUAN-U020 too many, SUAN-U021 it leads out of the folder or is no regular file, SUAN-U022 nothing there.
    """
    root = folder.resolve()
    found: set[str] = set()
    for pattern in globs:
        before = len(found)
        for path in _matches(folder, pattern):
            found.update(_below(folder, root, path)[0] if path.is_dir() else (_inside(folder, root, path),))
            _bounded(len(found), 0)
        if len(found) == before and not any(PurePosixPath(known).match(pattern) for known in found):
            raise UsageFault("SUAN-U022", f"nothing in {folder} is called {pattern!r}", f"ls {folder}")
    return tuple(sorted(found))


def everything(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(every regular file below `folder` but hidden ones and what is ours (KEPT); links that lead out of it and were
    left out), sorted."""
    root = folder.resolve()
    if not folder.is_dir():
        raise UsageFault("SUAN-U022", f"there is no folder {folder}", "workdir: .")
    found, skipped = _below(folder, root, folder)
    return tuple(sorted(found)), tuple(sorted(skipped))


def hashed(folder: Path, names: Iterable[str], skipped: tuple[str, ...] = ()) -> Files:
    """Read every file once. SUAN-U020: together they are too large."""
    refs: list[FileRef] = []
    paths: dict[str, Path] = {}
    total = 0
    for name in names:
        path = folder / name
        ref = _ref(path, name)
        total += ref.size
        _bounded(len(refs), total)
        refs.append(ref)
        paths.setdefault(ref.sha256, path)
    return Files(tuple(refs), paths, skipped)


def _ref(path: Path, name: str) -> FileRef:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            while part := file.read(CHUNK_BYTES):
                digest.update(part)
                size += len(part)
                _bounded(0, size)
    except OSError as problem:
        raise UsageFault("SUAN-U022", f"{path} cannot be read: {problem.strerror}", f"ls -l {path}") from problem
    return FileRef(path=name, sha256=digest.hexdigest(), size=size, executable=bool(mode & stat.S_IXUSR))


def _matches(folder: Path, pattern: str) -> Iterator[Path]:
    parts = PurePosixPath(pattern).parts
    if not pattern or pattern.startswith("/") or ".." in parts:
        raise UsageFault(
            "SUAN-U021", f"{pattern!r} leads out of {folder}", "name files relative to the job's folder, or set --workdir"
        )
    if any(mark in pattern for mark in "*?["):
        open_ = not any(part.startswith(".") for part in parts)
        yield from (path for path in folder.glob(pattern) if not (open_ and _hidden(path.relative_to(folder))))
    elif (folder / pattern).exists():
        yield folder / pattern


def _hidden(path: Path) -> bool:
    """A pattern does not mean hidden files unless it says so, as in a shell: they hold credentials more often than data."""
    return any(part.startswith(".") for part in path.parts)


def _inside(folder: Path, root: Path, path: Path) -> str:
    name = path.relative_to(folder).as_posix()
    if not path.resolve().is_relative_to(root):
        raise UsageFault(
            "SUAN-U021", f"{name} is a link that leads out of {folder}", f"cp --remove-destination $(readlink -f {name}) {name}"
        )
    if not path.is_file():
        raise UsageFault("SUAN-U021", f"{name} is not a regular file", f"ls -l {path}")
    return _sendable(name)


def _below(folder: Path, root: Path, top: Path) -> tuple[list[str], list[str]]:
    """Links to folders are not followed; links to files are, if they stay inside. What is ours (KEPT) stays here."""
    found: list[str] = []
    skipped: list[str] = []
    for here, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _kept(Path(here, name)))
        for name in names:
            path = Path(here, name)
            if name.startswith(".") or not path.is_file():
                continue
            if path.resolve().is_relative_to(root):
                found.append(_sendable(path.relative_to(folder).as_posix()))
            else:
                skipped.append(path.relative_to(folder).as_posix())
        _bounded(len(found), 0)
    return found, skipped


def _kept(folder: Path) -> bool:
    """What `suan up` and `suan join` wrote: whoever has the key or token in it is this brain, node or user."""
    return any((folder / name).is_file() for name in KEPT.get(folder.name, ()))


def _sendable(name: str) -> str:
    if not name.isprintable():
        raise UsageFault("SUAN-U021", f"the file name {name!r} has characters that cannot be sent", "rename it")
    return name


def _bounded(count: int, size: int) -> None:
    if count > FILES_MAX or size > BYTES_MAX:
        more = f"more than {FILES_MAX} files" if count > FILES_MAX else "more than 1 GiB"
        raise UsageFault(
            "SUAN-U020", f"{more} would go along with the job", "name only what it needs: --file 'lib/*.py' --file data.csv"
        )
