"""The contract of the log, held by every log; and what only PostgreSQL has to answer for: lost connections and peers."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from suanwang.model.fault import ConflictFault, LogFault, UsageFault
from suanwang.store.log import Log, Snapshot, SqliteLog
from suanwang.store.postgres import Connection, Postgres, PostgresLog, PostgresPeers
from tests.conftest import Server

Open = Callable[[], Log]


@pytest.fixture(params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same log again and again, as several brains would."""
    logs: list[SqliteLog | PostgresLog] = []
    url = request.getfixturevalue("postgres").database() if request.param == "postgres" else ""

    def open_log() -> Log:
        logs.append(PostgresLog(Postgres(url)) if url else SqliteLog(tmp_path / "log.sqlite"))
        return logs[-1]

    yield open_log
    for log in logs:
        log.close()


def test_what_was_appended_is_read_in_order_by_everyone(opened: Open) -> None:
    one, other = opened(), opened()
    one.append(1, [b"a", b"b"])
    other.append(3, [b"\x00c"])
    one.append(4, [])
    for log in (one, other, opened()):
        assert list(log.read(0)) == [(1, b"a"), (2, b"b"), (3, b"\x00c")]
        assert list(log.read(2)) == [(3, b"\x00c")] and list(log.read(3)) == []


@pytest.mark.parametrize("first", [1, 2, 4])
def test_a_number_that_is_not_next_is_refused_whole(opened: Open, first: int) -> None:
    log = opened()
    log.append(1, [b"a", b"b"])
    with pytest.raises(ConflictFault, match="SUAN-L002"):
        log.append(first, [b"x", b"y"])
    assert [body for _, body in log.read(0)] == [b"a", b"b"]


def test_a_long_log_is_read_whole(opened: Open) -> None:
    log = opened()
    log.append(1, [str(n).encode() for n in range(1, 1301)])
    assert [(n, int(body)) for n, body in log.read(0)] == [(n, n) for n in range(1, 1301)]


def test_the_newest_snapshot_is_kept(opened: Open) -> None:
    log = opened()
    assert log.snapshot() is None
    for since, number in ((0, 7), (7, 9)):
        made = Snapshot(since, number, b"%d lives" % number, (b"%d is over" % number,))
        assert log.snapshot(made) == made
    newest = Snapshot(0, 9, b"9 lives", (b"7 is over", b"9 is over"))
    for since, number in ((0, 8), (7, 12)):
        assert log.snapshot(Snapshot(since, number, b"of a brain that lags", (b"again",))) == newest
    assert opened().snapshot() == newest


def test_of_many_writers_each_number_has_one(opened: Open) -> None:
    """Eight writers, each of its own log, try until they have written 20 batches: nothing is lost, doubled or torn."""
    start = threading.Barrier(8)

    def write(name: int, log: Log) -> None:
        start.wait()
        for batch in range(20):
            while True:
                at = max((n for n, _ in log.read(0)), default=0)
                try:
                    log.append(at + 1, [f"{name}/{batch}/{part}".encode() for part in range(3)])
                    break
                except ConflictFault:
                    continue

    logs = [opened() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8), logs))
    rows = list(opened().read(0))
    assert [n for n, _ in rows] == list(range(1, 8 * 20 * 3 + 1))
    parts = [body.decode().split("/") for _, body in rows]
    assert {(a, b) for a, b, _ in parts} == {(str(a), str(b)) for a in range(8) for b in range(20)}
    assert all(parts[i][:2] == parts[i + 2][:2] and parts[i][2] == "0" for i in range(0, len(parts), 3))


def test_a_server_that_restarts_is_waited_for(postgres: Server) -> None:
    log = PostgresLog(Postgres(postgres.database()))
    log.append(1, [b"a"])
    postgres.stop()
    restart = threading.Timer(0.4, postgres.start)
    restart.start()
    log.append(2, [b"b"])
    restart.join()
    assert [body for _, body in log.read(0)] == [b"a", b"b"]
    log.close()


class Cut:
    """A connection that once loses the answer to a statement that the server has carried out."""

    def __init__(self, real: Connection) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    async def fetchrow(self, query: str, *args: object) -> None:
        await self._real.fetchrow(query, *args)
        raise ConnectionResetError("the answer was lost")


def test_a_commit_whose_answer_is_lost_is_no_second_batch(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Postgres(postgres.database())
    log, connect = PostgresLog(database), database.connect
    log.close()

    async def cut(settings: dict[str, str]) -> Connection:
        monkeypatch.setattr(database, "connect", connect)
        return cast(Connection, Cut(await connect(settings)))

    monkeypatch.setattr(database, "connect", cut)
    log.append(1, [b"a", b"b"])
    log.append(3, [b"c"])
    assert [body for _, body in log.read(0)] == [b"a", b"b", b"c"]
    log.close()


def test_what_is_no_database_is_said_so_and_no_password_is_shown(postgres: Server) -> None:
    with pytest.raises(LogFault, match="SUAN-L001") as fault:
        PostgresLog(Postgres(postgres.database().replace("@/t", "@/none")))
    with pytest.raises(UsageFault, match="SUAN-U073") as usage:
        PostgresLog(Postgres("mysql://ann:secret@/x"))
    assert "secret" not in f"{fault.value} {usage.value}"


def test_peers_write_in_turn_and_hear_of_each_other(database: Callable[[], str]) -> None:
    url = database()
    one, other = Postgres(url), Postgres(url)
    log, first, second = PostgresLog(one), PostgresPeers(one), PostgresPeers(other)
    told, taken = threading.Event(), threading.Event()
    second.listen(told.set)
    assert first.exchange(b"one") == [] and [w for _, w in second.exchange(b"two")] == [b"one"]
    [(age_s, word)] = first.exchange(b"three")
    assert word == b"two" and 0 <= age_s < 60

    first.take_turn()
    waiting = threading.Thread(target=lambda: (second.take_turn(), taken.set()))
    waiting.start()
    assert not taken.wait(0.2)
    log.append(1, [b"a"])
    first.end_turn()
    assert taken.wait(5) and told.wait(5)
    waiting.join()
    second.end_turn()
    first.take_turn()
    first.close()  # who goes away has had its turn
    second.take_turn()
    second.end_turn()


def test_a_log_from_before_there_were_checksums_goes_on(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)) as db:
        db.execute("CREATE TABLE events(number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
        db.execute("INSERT INTO events VALUES(1, CAST('a' AS BLOB))")
        log = SqliteLog(tmp_path / "log.sqlite")
        log.append(2, [b"b"])
        assert list(log.read(0)) == [(1, b"a"), (2, b"b")]
        db.execute("UPDATE events SET body = CAST('c' AS BLOB)")
        with pytest.raises(LogFault, match=r"SUAN-L005: event 2 .*damaged"):
            list(log.read(0))
        log.close()
