"""The log: numbered events, durable once `append` returns. What is not in it did not happen.

One role of three methods, so that another database can stand in for SQLite. Appending names the number of its first event:
of two writers that think they are next, one succeeds and the other is told to look again.
"""

import contextlib
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol
from zlib import crc32

from suanwang.model.fault import ConflictFault, LogFault

ROWS_MAX = 1_000
"""Rows of one statement; what SQLite takes by itself is some ten times as many."""
TABLES = {"events": "number INTEGER PRIMARY KEY", "living": "number INTEGER PRIMARY KEY", "over": "number INTEGER NOT NULL"}


class Snapshot(NamedTuple):
    """The state after event `number`. living: what is written whole each time; grown: what is only added to, in that order.

    since: number of the snapshot before it, 0 for none.
    """

    since: int
    number: int
    living: bytes
    grown: tuple[bytes, ...]


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

    def snapshot(self, save: Snapshot | None = None) -> Snapshot | None:
        """The newest snapshot, with all of `grown` that was ever kept; None if there is none.

        save: one to keep first. Its `grown` is added to what is there, so it is kept only if it follows the newest one.
        """
        ...

    def close(self) -> None:
        """Let go of it; nothing else may be asked afterwards."""
        ...


class SqliteLog:
    """A Log in one SQLite file: write-ahead journal, one transaction and one fsync for each `append`.

    SQLite's main file has no checksums, so each row carries its own: a disk that gives back other bytes is found out, and what
    it says is not believed. LogFault SUAN-L005 then.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _foreign():
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")  # the fsync at commit is what "accepted" means
            for table, number in TABLES.items():
                self._db.execute(f"CREATE TABLE IF NOT EXISTS {table}({number}, body BLOB NOT NULL, crc INTEGER) STRICT")
                if not self._db.execute(f"SELECT 1 FROM pragma_table_info('{table}') WHERE name = 'crc'").fetchone():
                    self._db.execute(f"ALTER TABLE {table} ADD COLUMN crc INTEGER")  # of rows that were there before: NULL
            self._reads = sqlite3.connect(path, isolation_level=None, check_same_thread=False)  # waits for no one who writes
            self._reads.execute("PRAGMA query_only=ON")

    def append(self, first: int, bodies: Sequence[bytes]) -> None:
        """See Log.append."""
        with _foreign(), self._transaction():
            (last,) = self._db.execute("SELECT COALESCE(MAX(number), 0) FROM events").fetchone()
            if first != last + 1:
                raise ConflictFault(
                    "SUAN-L002", f"event {first} was to be written but the log ends at {last}", "read on and try again"
                )
            for at in range(0, len(bodies), ROWS_MAX):
                self._insert(first + at, bodies[at : at + ROWS_MAX])

    def _insert(self, first: int, bodies: Sequence[bytes]) -> None:
        """In one statement: a busy interpreter is let go of, and waited for, once and not for each row."""
        rows = ((number, body, crc32(body)) for number, body in enumerate(bodies, first))
        self._db.execute(
            f"INSERT INTO events VALUES {', '.join(['(?, ?, ?)'] * len(bodies))}", tuple(chain.from_iterable(rows))
        )

    def read(self, after: int) -> Iterator[tuple[int, bytes]]:
        """See Log.read."""
        with _foreign():
            rows = self._reads.execute("SELECT number, body, crc FROM events WHERE number > ? ORDER BY number", (after,))
            yield from ((number, _whole(f"event {number}", body, crc)) for number, body, crc in rows)

    def snapshot(self, save: Snapshot | None = None) -> Snapshot | None:
        """See Log.snapshot."""
        with _foreign(), self._transaction():
            (newest,) = self._db.execute("SELECT COALESCE(MAX(number), 0) FROM living").fetchone()
            if save is not None and save.since == newest:
                self._db.execute("DELETE FROM living")
                self._db.execute("INSERT INTO living VALUES(?, ?, ?)", (save.number, save.living, crc32(save.living)))
                rows = [(save.number, part, crc32(part)) for part in save.grown]
                self._db.executemany("INSERT INTO over VALUES(?, ?, ?)", rows)
                return save
            row = self._db.execute("SELECT number, body, crc FROM living").fetchone()
            grown = self._db.execute("SELECT number, body, crc FROM over ORDER BY number, rowid").fetchall()
        if row is None:
            return None
        number, *living = row
        parts = (_whole(f"the snapshot at event {at}", body, crc) for at, body, crc in grown)
        return Snapshot(0, number, _whole(f"the snapshot at event {number}", *living), tuple(parts))

    def close(self) -> None:
        """Fold the write-ahead file into the database and close it."""
        with _foreign():
            self._reads.close()
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
def read_only(path: Path) -> Generator[Iterator[tuple[int, bytes]]]:
    """The events of a log in a file, whoever else has it open. LogFault SUAN-L001: it is none, SUAN-L005: it is damaged."""
    with _foreign(), contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT number, body, crc FROM events ORDER BY number")
        yield ((number, _whole(f"event {number}", body, crc)) for number, body, crc in rows)


def _whole(what: str, body: bytes, crc: int | None) -> bytes:
    """The bytes of a row, if they are what was written. LogFault SUAN-L005 if not."""
    if crc is not None and crc != crc32(body):
        raise LogFault("SUAN-L005", f"{what} of the log is damaged: its checksum is another", "restore the log from a copy")
    return body


@contextlib.contextmanager
def _foreign() -> Generator[None]:
    """Map SQLite's errors to ours, once."""
    try:
        yield
    except sqlite3.Error as error:
        raise LogFault("SUAN-L001", f"the log cannot be used: {error}", "suan doctor") from error
