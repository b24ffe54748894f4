"""The log in PostgreSQL, for several brains: an event's number is a primary key, so of two that think they are next one wins.

One thread runs asyncpg's loop. A link is one connection on it, made when it is needed and made again, a bounded number of
times, when it was lost. A batch carries a number drawn for it, so that a commit whose answer was lost is recognised.
"""

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from typing import Any, Protocol, TypeVar, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from suanwang.model.fault import ConflictFault, LogFault, UsageFault
from suanwang.store.log import Snapshot

T = TypeVar("T")
Row = Sequence[Any]


class Connection(Protocol):
    """What is used of asyncpg.Connection, which says little about its types."""

    async def execute(self, query: str, *args: object) -> str: ...
    async def fetch(self, query: str, *args: object) -> Sequence[Row]: ...
    async def fetchrow(self, query: str, *args: object) -> Row | None: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...
    async def add_listener(self, channel: str, callback: Callable[[object, int, str, object], None]) -> None: ...
    def transaction(self) -> contextlib.AbstractAsyncContextManager[object]: ...
    def is_closed(self) -> bool: ...
    def terminate(self) -> None: ...


Work = Callable[[Connection, int], Awaitable[T]]

PAUSES_S = (0.1, 0.5, 1.0, 2.0)
"""Before the second and later tries of what met a lost connection: a database that restarts is waited for."""
CONNECT_S, STATEMENT_S, TURN_MS = 5, 30, 5_000
PAGE = 500
_SETTINGS = {
    "application_name": "suanwang",
    "synchronous_commit": "on",
    "tcp_keepalives_idle": "5",  # the turn of a machine that vanished passes on within seconds
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
_TURN = 0x5355414E
_SCHEMA = f"""
SELECT pg_advisory_xact_lock({_TURN + 1});
CREATE TABLE IF NOT EXISTS events(number BIGINT PRIMARY KEY, batch BIGINT NOT NULL, body BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS living(number BIGINT PRIMARY KEY, body BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS over_and_done(id BIGSERIAL PRIMARY KEY, number BIGINT NOT NULL, body BYTEA NOT NULL);
CREATE UNLOGGED TABLE IF NOT EXISTS words(brain TEXT PRIMARY KEY, at TIMESTAMPTZ NOT NULL, body BYTEA NOT NULL);
"""
_APPEND = """
WITH last AS (SELECT COALESCE(MAX(number), 0) AS number FROM events),
written AS (
    INSERT INTO events(number, batch, body)
    SELECT $1::bigint + t.at - 1, $2::bigint, t.body
    FROM last, unnest($3::bytea[]) WITH ORDINALITY AS t(body, at) WHERE last.number = $1::bigint - 1 RETURNING 1
)
SELECT count(*), pg_notify('suan_log', $4::text) FROM written
"""
_EXCHANGE = """
WITH mine AS (
    INSERT INTO words VALUES($1, clock_timestamp(), $2)
    ON CONFLICT (brain) DO UPDATE SET at = excluded.at, body = excluded.body
),
gone AS (DELETE FROM words WHERE brain <> $1 AND at < clock_timestamp() - interval '1 minute')
SELECT extract(epoch FROM clock_timestamp() - at)::float8 AS age_s, body FROM words WHERE brain <> $1
"""
_LOST = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError,
         asyncpg.TooManyConnectionsError)  # fmt: skip


class Postgres:
    """A database. name: drawn afresh for each process, to tell its own notifications from those of others."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.name = secrets.token_hex(8)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="postgres", daemon=True).start()

    def link(self, greet: Callable[[Connection], Awaitable[None]] | None = None, **settings: str) -> "Link":
        """A connection of its own. greet: what to do first on every new one; settings: of PostgreSQL."""
        return Link(self, greet, {**_SETTINGS, **settings})

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """Run in the database's thread, and wait for it."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()

    async def connect(self, settings: dict[str, str]) -> Connection:
        """A new connection. UsageFault SUAN-U073 if the URL is none."""
        try:
            made = await asyncpg.connect(  # pyright: ignore
                self._url, timeout=CONNECT_S, command_timeout=STATEMENT_S, server_settings=settings
            )
        except (ValueError, asyncpg.ClientConfigurationError):
            raise UsageFault(
                "SUAN-U073", "the address of the log cannot be understood", "--log postgresql://USER@HOST/DATABASE"
            ) from None  # the words of the error may hold the password
        return cast(Connection, made)


class Link:
    """One connection, used for one thing at a time."""

    def __init__(
        self, database: Postgres, greet: Callable[[Connection], Awaitable[None]] | None, settings: dict[str, str]
    ) -> None:
        self._database, self._greet, self._settings = database, greet, settings
        self._lock = asyncio.Lock()
        self._connection: Connection | None = None

    def do(self, work: Work[T]) -> T:
        """Have `work(connection, number of tries before)` run. LogFault SUAN-L001 if it fails, or the connection stays lost."""
        return self._database.run(self._tried(work))

    def close(self) -> None:
        """Hang up."""
        self._database.run(self._dropped())

    async def _tried(self, work: Work[T]) -> T:
        async with self._lock:
            for tries, pause_s in enumerate((*PAUSES_S, None)):
                try:
                    return await work(await self._connected(), tries)
                except _LOST as error:
                    await self._dropped()
                    if pause_s is None:
                        raise _unusable(error) from None
                    await asyncio.sleep(pause_s)
                except asyncpg.PostgresError as error:
                    raise _unusable(error) from error
        raise AssertionError("a loop with a last attempt always returns or raises")

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._database.connect(self._settings)
            if self._greet is not None:
                await self._greet(self._connection)
        return self._connection

    async def _dropped(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None


class PostgresLog:
    """A Log in two tables. Each `append` is one statement, which is one transaction and one flush of the server's log."""

    def __init__(self, database: Postgres) -> None:
        self._name = database.name
        self._link = database.link(default_transaction_isolation="read committed")
        self._link.do(lambda c, _: c.execute(_SCHEMA))

    def append(self, first: int, bodies: Sequence[bytes]) -> None:
        """See Log.append."""
        batch = secrets.randbits(62)

        async def write(connection: Connection, tries: int) -> bool:
            with contextlib.suppress(asyncpg.UniqueViolationError):  # the other one was quicker by less than a commit
                row = await connection.fetchrow(_APPEND, first, batch, bodies, self._name)
                if row is not None and row[0] == len(bodies):
                    return True
            return tries > 0 and await connection.fetchval("SELECT batch FROM events WHERE number = $1", first) == batch

        if bodies and not self._link.do(write):
            raise ConflictFault("SUAN-L002", f"event {first} is not the next one in the log", "read on and try again")

    def read(self, after: int) -> Iterator[tuple[int, bytes]]:
        """See Log.read."""
        while rows := self._page(after):
            for row in rows:
                yield row[0], row[1]
            if len(rows) < PAGE:
                return
            after = rows[-1][0]

    def snapshot(self, save: Snapshot | None = None) -> Snapshot | None:
        """See Log.snapshot."""

        async def keep(connection: Connection, _: int) -> Snapshot | None:
            async with connection.transaction():
                await connection.execute(f"SELECT pg_advisory_xact_lock({_TURN + 2})")
                row = await connection.fetchrow("SELECT number, body FROM living ORDER BY number DESC LIMIT 1")
                if save is not None and save.since == (0 if row is None else row[0]):
                    await connection.execute("DELETE FROM living")
                    await connection.execute("INSERT INTO living VALUES($1, $2)", save.number, save.living)
                    for part in save.grown:
                        await connection.execute("INSERT INTO over_and_done(number, body) VALUES($1, $2)", save.number, part)
                    return save
                grown = await connection.fetch("SELECT body FROM over_and_done ORDER BY number, id")
            return None if row is None else Snapshot(0, row[0], row[1], tuple(part[0] for part in grown))

        return self._link.do(keep)

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def _page(self, after: int) -> Sequence[Row]:
        query = "SELECT number, body FROM events WHERE number > $1 ORDER BY number LIMIT $2"
        return self._link.do(lambda c, _: c.fetch(query, after, PAGE))


class PostgresPeers:
    """Peers by an advisory lock, a notification with each append, and one row a brain."""

    def __init__(self, database: Postgres) -> None:
        self._name = database.name
        self._turn = database.link(lock_timeout=str(TURN_MS))
        self._words = database.link(self._attend)
        self._call: Callable[[], object] = lambda: None

    def take_turn(self) -> None:
        """See Peers.take_turn. A brain that hangs in its turn is waited for no longer than TURN_MS."""
        with contextlib.suppress(LogFault):
            self._turn.do(lambda c, _: c.execute(f"SELECT pg_advisory_lock({_TURN})"))

    def end_turn(self) -> None:
        """See Peers.end_turn."""
        with contextlib.suppress(LogFault):
            self._turn.do(lambda c, _: c.execute("SELECT pg_advisory_unlock_all()"))

    def listen(self, call: Callable[[], object]) -> None:
        """See Peers.listen."""
        self._call = call

    def exchange(self, word: bytes) -> Sequence[tuple[float, bytes]]:
        """See Peers.exchange. Words older than a minute are cleared away."""
        rows = self._words.do(lambda c, _: c.fetch(_EXCHANGE, self._name, word))
        return [(row[0], row[1]) for row in rows]

    def close(self) -> None:
        """Hang up."""
        self._turn.close()
        self._words.close()

    async def _attend(self, connection: Connection) -> None:
        await connection.add_listener("suan_log", self._notified)

    def _notified(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        if payload != self._name:
            self._call()


def _unusable(error: Exception) -> LogFault:
    """Foreign errors, once. What asyncpg says never holds the address."""
    why = f"the log in PostgreSQL cannot be used: {str(error) or type(error).__name__}"
    return LogFault("SUAN-L001", why, "see whether psql reaches it at the same address")
