"""Files by content: a blob's name is the SHA-256 of its bytes, so that nothing can be altered and nothing is sent twice.

Who may read a blob is written beside it: whoever once brought all its bytes, and whoever it was given to by name.
"""

import contextlib
import hashlib
import os
import re
import sqlite3
import tempfile
import threading
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from suanwang.model.fault import LogFault, NotFoundFault, QuotaFault, UsageFault

BLOB_BYTES_MAX = 1 << 30
PIECE_BYTES = 1 << 20
LEFT, LEFT_BYTES = 1 / 16, 256 << 20
GIVEN_MAX = 10_000
"""So many of those who were given something last are known without looking: nothing that was given is ever taken back."""
_NAME = re.compile(r"[0-9a-f]{64}")
_COMING = "in-"
_EMPTY = hashlib.sha256(b"").hexdigest()


class Blobs:
    """A folder of blobs, for one process, called from any thread. LogFault SUAN-L003 where it cannot be used.

    left: this share of the disk, and at most LEFT_BYTES of it, blobs do not take: it is for a log that lies beside them, which
    goes on when whoever may bring files has filled the rest.
    """

    def __init__(self, folder: Path, left: float = 0.0) -> None:
        self._folder, self._lock, self._left = folder, threading.Lock(), left
        self._given = dict[tuple[str, str], None]()
        with _foreign():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for unfinished in folder.glob(f"{_COMING}*"):  # a process was killed while they came in
                unfinished.unlink(missing_ok=True)
            self._db = sqlite3.connect(folder / "readers.sqlite", isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS readers(sha256 TEXT, reader TEXT, PRIMARY KEY(sha256, reader)) WITHOUT ROWID"
            )

    def path(self, sha256: str) -> Path:
        """Where the blob is, or would be. UsageFault SUAN-U030 if it is no SHA-256."""
        _check(sha256)
        return self._folder / sha256[:2] / sha256[2:]

    def has(self, sha256: str) -> bool:
        """Whether all its bytes are here."""
        return self.size(sha256) is not None

    def size(self, sha256: str) -> int | None:
        """How many bytes it has; None if they are not all here, as when power failed before any had reached the disk.

        UsageFault SUAN-U030 if it is no SHA-256.
        """
        _check(sha256)
        try:
            found = os.stat(f"{self._folder}/{sha256[:2]}/{sha256[2:]}").st_size
        except OSError:
            return None
        return found if found or sha256 == _EMPTY else None

    def may_read(self, sha256: str, reader: str) -> bool:
        """Whether `reader` brought it or was given it."""
        if (sha256, reader) in self._given:
            return True
        with _foreign(), self._lock:
            row = self._db.execute("SELECT 1 FROM readers WHERE sha256 = ? AND reader = ?", (sha256, reader)).fetchone()
        if row is not None:
            self._remember([(sha256, reader)])
        return row is not None

    def give(self, hashes: Iterable[str], reader: str) -> None:
        """Let `reader` read these."""
        rows = [row for h in hashes if (row := (h, reader)) not in self._given]
        if not rows:
            return
        with _foreign(), self._lock, self._db:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR IGNORE INTO readers VALUES(?, ?)", rows)
        self._remember(rows)

    async def put(self, sha256: str, chunks: AsyncIterator[bytes], reader: str | None) -> int:
        """Store a stream under its name; returns its size. reader: who brought it (None: nobody is written down).

        The bytes must have that SHA-256 (UsageFault SUAN-U031) and be at most BLOB_BYTES_MAX (QuotaFault SUAN-U032).
        """
        self.path(sha256)
        with _Coming(self._folder, self._left) as coming:
            async for chunk in chunks:
                coming.take(chunk)
            self._arrived(coming, sha256, reader)
        return coming.size

    def keep(self, file: BinaryIO, reader: str | None) -> tuple[str, int]:
        """Store what an open file has from here to its end, piece by piece; (its name, its size). QuotaFault SUAN-U032."""
        with _Coming(self._folder, self._left) as coming:
            while piece := file.read(PIECE_BYTES):
                coming.take(piece)
            self._arrived(coming, coming.sha256, reader)
        return coming.sha256, coming.size

    def get(self, sha256: str, reader: str | None) -> Path:
        """The file of a blob. NotFoundFault SUAN-N020 if it is not here, or not this reader's (None reads all)."""
        path = self.path(sha256)
        if not self.has(sha256) or not (reader is None or self.may_read(sha256, reader)):
            raise NotFoundFault("SUAN-N020", f"there is no file {sha256[:12]}... for you here", "upload it first")
        return path

    def held(self) -> Iterator[tuple[str, int, float]]:
        """(name, size in bytes, when it was last written or touched, seconds since 1970) of every blob."""
        for folder in self._folder.glob("[0-9a-f][0-9a-f]"):
            with os.scandir(folder) as entries:
                for entry in entries:
                    info = entry.stat()
                    yield folder.name + entry.name, info.st_size, info.st_mtime

    def drop(self, sha256: str) -> None:
        """Forget a blob; nothing if it is not here."""
        with _foreign():
            self.path(sha256).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the list of readers."""
        self._db.close()

    def _remember(self, rows: Iterable[tuple[str, str]]) -> None:
        with self._lock:
            self._given.update(dict.fromkeys(rows))
            while len(self._given) > GIVEN_MAX:
                del self._given[next(iter(self._given))]

    def _arrived(self, coming: "_Coming", sha256: str, reader: str | None) -> None:
        if coming.sha256 != sha256:
            raise UsageFault(
                "SUAN-U031",
                f"the bytes sent have SHA-256 {coming.sha256[:12]}..., not {sha256[:12]}...",
                "sha256sum FILE, and send it again",
            )
        coming.settle(self.path(sha256))
        if reader is not None:
            self.give([sha256], reader)


class _Coming:
    """Bytes on their way in: hashed, counted and bounded; gone again unless they settle."""

    def __init__(self, folder: Path, left: float) -> None:
        self._left = left
        with _foreign():
            handle, name = tempfile.mkstemp(dir=folder, prefix=_COMING)
        self._file, self._path = os.fdopen(handle, "wb"), Path(name)
        self._digest, self.size = hashlib.sha256(), 0

    def __enter__(self) -> "_Coming":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # of what is thrown away
            self._file.close()
        self._path.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def take(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > BLOB_BYTES_MAX:
            raise QuotaFault("SUAN-U032", f"a file may have {BLOB_BYTES_MAX} bytes; this one has more", "split -b 1G FILE")
        self._digest.update(piece)
        with _foreign():
            self._roomy(len(piece))
            self._file.write(piece)

    def _roomy(self, more: int) -> None:
        """LogFault SUAN-L003 if so many bytes more would take what is left for the log."""
        if not self._left:
            return
        disk = os.fstatvfs(self._file.fileno())
        free, kept = disk.f_bavail * disk.f_frsize, min(LEFT_BYTES, int(self._left * disk.f_blocks * disk.f_frsize))
        if free - more < kept:
            why = (
                f"files cannot be stored: the last {kept >> 20} MiB of the disk are for the log, and {free >> 20} MiB are free"
            )
            raise LogFault("SUAN-L003", why, "make room on the brain's disk")

    def settle(self, final: Path) -> None:
        with _foreign():
            self._file.close()
            final.parent.mkdir(exist_ok=True, mode=0o700)
            self._path.replace(final)


def _check(sha256: str) -> None:
    if not _NAME.fullmatch(sha256):
        raise UsageFault("SUAN-U030", f"{sha256[:80]!r} is not a SHA-256 in 64 lower-case hex digits", "sha256sum FILE")


@contextlib.contextmanager
def _foreign() -> Generator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise LogFault("SUAN-L003", f"files cannot be stored: {error}", "suan doctor") from error
