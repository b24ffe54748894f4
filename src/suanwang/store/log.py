"""The log: numbered events, durable once `append` returns. What is not in it did not happen.

One role of three methods, so that another database can stand in for SQLite. Appending names the number of its first event:
of two writers that think they are next, one succeeds and the other is told to look again.
"""

import contextlib
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from suanwang.model.fault import ConflictFault, LogFault


class Log(Protocol):
    """Events are opaque bytes here, numbered 1, 2, 3, ..."""

    def append(self, first: int, bodies: Sequence[bytes]) -> None:
        """Write events first, first+1, ...; they are on stable storage when this returns.

        Raises ConflictFault SUAN-L002 if `first` is not the next number, LogFault SUAN-L001 if it cannot be written.
        """
        ...

    def read(self, after: int) -> Iterator[tuple[int, bytes]]:
        """Events with a number greater than `after`, in order."""
        ...

    def snapshot(self, save: tuple[int, bytes] | None = None) -> tuple[int, bytes] | None:
        """Keep a snapshot of the state after event number save[0], or give back the newest one kept."""
        ...


class SqliteLog:
    """A Log in one SQLite file: write-ahead journal, one transaction and one fsync for each `append`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _foreign():
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")  # the fsync at commit is what "accepted" means
            self._db.execute("CREATE TABLE IF NOT EXISTS events(number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
            self._db.execute("CREATE TABLE IF NOT EXISTS snapshots(number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")

    def append(self, first: int, bodies: Sequence[bytes]) -> None:
        """See Log.append."""
        with _foreign(), self._transaction():
            (last,) = self._db.execute("SELECT COALESCE(MAX(number), 0) FROM events").fetchone()
            if first != last + 1:
                raise ConflictFault(
                    "SUAN-L002", f"event {first} was to be written but the log ends at {last}", "read on and try again"
                )
            self._db.executemany("INSERT INTO events VALUES(?, ?)", enumerate(bodies, first))

    def read(self, after: int) -> Iterator[tuple[int, bytes]]:
        """See Log.read."""
        with _foreign():
            yield from self._db.execute("SELECT number, body FROM events WHERE number > ? ORDER BY number", (after,))

    def snapshot(self, save: tuple[int, bytes] | None = None) -> tuple[int, bytes] | None:
        """See Log.snapshot. Only the newest is kept."""
        with _foreign(), self._transaction():
            if save is not None:
                self._db.execute("INSERT OR REPLACE INTO snapshots VALUES(?, ?)", save)
                self._db.execute("DELETE FROM snapshots WHERE number < ?", (save[0],))
                return save
            return self._db.execute("SELECT number, body FROM snapshots ORDER BY number DESC LIMIT 1").fetchone()

    def close(self) -> None:
        """Fold the write-ahead file into the database and close it."""
        self._db.close()

    @contextlib.contextmanager
    def _transaction(self) -> Generator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


@contextlib.contextmanager
def _foreign() -> Generator[None]:
    """Map SQLite's errors to ours, once."""
    try:
        yield
    except sqlite3.Error as error:
        raise LogFault("SUAN-L001", f"the log cannot be used: {error}", "suan doctor") from error
