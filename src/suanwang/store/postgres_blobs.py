"""Files by content, for several brains: PostgreSQL holds all of them, the folder those that this brain has met.

What is in the folder is never asked for again: bytes cannot change under their name, and a right to read is never taken back.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import BinaryIO, cast

from suanwang.store.blobs import PIECE_BYTES, Blobs
from suanwang.store.postgres import Connection, Postgres

_SCHEMA = """
SELECT pg_advisory_xact_lock(1398096206);
CREATE TABLE IF NOT EXISTS blobs(sha256 TEXT PRIMARY KEY, size BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS pieces(sha256 TEXT, at INTEGER, body BYTEA NOT NULL, PRIMARY KEY(sha256, at));
ALTER TABLE pieces ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS readers(sha256 TEXT, reader TEXT, PRIMARY KEY(sha256, reader));
"""


class PostgresBlobs(Blobs):
    """Blobs that other brains on the same database have too. Faults of Blobs, and LogFault SUAN-L001."""

    def __init__(self, folder: Path, database: Postgres) -> None:
        super().__init__(folder)
        self._asked, self._moved = database.link(), database.link()  # a question does not wait for a file
        self._asked.do(lambda c, _: c.execute(_SCHEMA))

    def size(self, sha256: str) -> int | None:
        """See Blobs.size."""
        here = super().size(sha256)
        return (
            self._asked.do(lambda c, _: c.fetchval("SELECT size FROM blobs WHERE sha256 = $1", sha256))
            if here is None
            else here
        )

    def may_read(self, sha256: str, reader: str) -> bool:
        """See Blobs.may_read."""
        if super().may_read(sha256, reader):
            return True
        query = "SELECT count(*) FROM readers WHERE sha256 = $1 AND reader = $2"
        given = bool(self._asked.do(lambda c, _: c.fetchval(query, sha256, reader)))
        if given:
            super().give([sha256], reader)
        return given

    def give(self, hashes: Iterable[str], reader: str) -> None:
        """See Blobs.give."""
        rows = sorted({h for h in hashes if not super(PostgresBlobs, self).may_read(h, reader)})
        if rows:
            statement = "INSERT INTO readers SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING"
            self._asked.do(lambda c, _: c.execute(statement, rows, reader))
            super().give(rows, reader)

    async def put(self, sha256: str, chunks: AsyncIterator[bytes], reader: str | None) -> int:
        """See Blobs.put."""
        size = await super().put(sha256, chunks, None)
        await asyncio.to_thread(self._share, sha256, size, reader)
        return size

    def keep(self, file: BinaryIO, reader: str | None) -> tuple[str, int]:
        """See Blobs.keep."""
        sha256, size = super().keep(file, None)
        self._share(sha256, size, reader)
        return sha256, size

    def get(self, sha256: str, reader: str | None) -> Path:
        """See Blobs.get. Fetches what is not in the folder."""
        allowed = reader is None or self.may_read(sha256, reader)
        if allowed and super().size(sha256) is None and self.size(sha256) is not None:
            super().keep(cast(BinaryIO, _Pieces(self, sha256)), None)
        return super().get(sha256, reader)

    def close(self) -> None:
        """Hang up too."""
        super().close()
        self._asked.close()
        self._moved.close()

    def piece(self, sha256: str, at: int) -> bytes:
        """The piece of that number; b"" after the last."""
        query = "SELECT body FROM pieces WHERE sha256 = $1 AND at = $2"
        return self._moved.do(lambda c, _: c.fetchval(query, sha256, at)) or b""

    def _share(self, sha256: str, size: int, reader: str | None) -> None:
        async def bring(connection: Connection, _: int) -> None:
            async with connection.transaction():
                fresh = "INSERT INTO blobs VALUES($1, $2) ON CONFLICT DO NOTHING RETURNING 1"
                if await connection.fetchval(fresh, sha256, size):
                    with self.path(sha256).open("rb") as file:
                        for at, piece in enumerate(iter(lambda: file.read(PIECE_BYTES), b"")):
                            await connection.execute("INSERT INTO pieces VALUES($1, $2, $3)", sha256, at, piece)

        self._moved.do(bring)
        if reader is not None:
            self.give([sha256], reader)


class _Pieces:
    """A blob in the database, as a file to read from."""

    def __init__(self, blobs: PostgresBlobs, sha256: str) -> None:
        self._blobs, self._sha256, self._at = blobs, sha256, 0

    def read(self, _size: int = -1) -> bytes:
        piece = self._blobs.piece(self._sha256, self._at)
        self._at += 1
        return piece
