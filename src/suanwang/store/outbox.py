"""What an agent must not forget: the orders it took on, how its tasks ended until the brain knows, and which brain's word it
followed last. One SQLite file; each call is one transaction, which a killed process does not undo.

A power cut may undo the last of them, all from some moment on. That is enough: the brain's log is the truth, it names every
order again to a node that comes back, and a task whose outcome is forgotten is run again.
"""

import contextlib
import sqlite3
from collections.abc import Generator, Sequence
from pathlib import Path

import msgspec

from suanwang.model.fault import LogFault
from suanwang.model.job import Outcome
from suanwang.model.order import Order

Key = tuple[str, int]
"""(placement id, task index): what an outcome is told apart by."""


class _Ended(msgspec.Struct):
    """Of an outcome, what matters to the tasks that follow."""

    task: int
    fuel: int = 0


_order = msgspec.json.Decoder(Order)
_outcome = msgspec.json.Decoder(Outcome)
_ended = msgspec.json.Decoder(_Ended)
_encode = msgspec.json.Encoder().encode


class Outbox:
    """One SQLite file in the node's folder. LogFault SUAN-L006 where it cannot be written or read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._foreign():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("CREATE TABLE IF NOT EXISTS orders(id TEXT PRIMARY KEY, body BLOB NOT NULL)")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS outcomes(placement TEXT, task INTEGER, body BLOB NOT NULL, "
                "acked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(placement, task))"
            )
            self._db.execute("CREATE INDEX IF NOT EXISTS untold ON outcomes(acked) WHERE acked = 0")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS followed(brain TEXT PRIMARY KEY, generation INTEGER NOT NULL, mark TEXT NOT NULL)"
            )

    def take(self, orders: Sequence[Order], brain: str, generation: int, mark: str) -> None:
        """Remember new orders, and the desired state that they came with."""
        with self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO orders VALUES(?, ?)", [(o.id, _encode(o)) for o in orders])
            self._db.execute("INSERT OR REPLACE INTO followed VALUES(?, ?, ?)", (brain, generation, mark))

    def followed(self, brain: str) -> tuple[int, str] | None:
        """(generation, mark) of the desired state that was last taken from this brain."""
        with self._foreign():
            rows = self._db.execute("SELECT generation, mark FROM followed WHERE brain = ?", (brain,)).fetchall()
        return (int(rows[0][0]), str(rows[0][1])) if rows else None

    def orders(self) -> tuple[Order, ...]:
        """All orders not yet dropped, oldest first."""
        with self._foreign():
            rows = self._db.execute("SELECT body FROM orders ORDER BY rowid").fetchall()
            return tuple(_order.decode(body) for (body,) in rows)

    def write(self, ended: Sequence[Outcome] = (), told: Sequence[Key] = (), dropped: Sequence[str] = ()) -> None:
        """Remember outcomes, the first one of each task; which of them the brain has; and forget orders with all of theirs."""
        rows = [(o.placement_id, o.task, _encode(o)) for o in ended]
        gone = [(order_id,) for order_id in dropped]
        with self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO outcomes(placement, task, body) VALUES(?, ?, ?)", rows)
            self._db.executemany("UPDATE outcomes SET acked = 1 WHERE placement = ? AND task = ?", told)
            self._db.executemany("DELETE FROM orders WHERE id = ?", gone)
            self._db.executemany("DELETE FROM outcomes WHERE placement = ?", gone)

    def untold(self, most: int = -1, bytes_most: int = 1 << 62) -> tuple[Outcome, ...]:
        """The oldest outcomes that the brain does not have: at most `most` (-1: all), of `bytes_most` together, or one."""
        found: list[Outcome] = []
        with self._foreign():
            rows = self._db.execute("SELECT body FROM outcomes WHERE acked = 0 ORDER BY rowid LIMIT ?", (most,))
            for (body,) in rows:
                bytes_most -= len(body)
                if found and bytes_most < 0:
                    break
                found.append(_outcome.decode(body))
            rows.close()
        return tuple(found)

    def ended(self, order_id: str) -> dict[int, int]:
        """Task index -> fuel, of the tasks of an order that have ended."""
        with self._foreign():
            rows = self._db.execute("SELECT body FROM outcomes WHERE placement = ?", (order_id,)).fetchall()
            return {o.task: o.fuel for o in (_ended.decode(body) for (body,) in rows)}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextlib.contextmanager
    def _transaction(self) -> Generator[None]:
        with self._foreign(), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield

    @contextlib.contextmanager
    def _foreign(self) -> Generator[None]:
        try:
            yield
        except (OSError, sqlite3.Error, msgspec.DecodeError) as error:
            why = f"the node's orders and outcomes cannot be kept in {self._path}: {error}"
            raise LogFault(
                "SUAN-L006", why, "look at disk space; if it is damaged, remove it: the brain tells again"
            ) from error
