"""Files that brains share: brought to one, they are at the other, whole, and for those who may read them only."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import pytest

from suanwang.model.fault import NotFoundFault, UsageFault
from suanwang.store.postgres import Postgres
from suanwang.store.postgres_blobs import PostgresBlobs

BIG = os.urandom((5 << 19) + 1)


async def parts(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 1 << 16):
        yield data[at : at + (1 << 16)]


def test_what_one_brain_was_brought_the_other_has(database: Callable[[], str], tmp_path: Path) -> None:
    url = database()
    one, other = (PostgresBlobs(tmp_path / name, Postgres(url)) for name in ("one", "other"))
    name = hashlib.sha256(BIG).hexdigest()
    assert other.size(name) is None and not other.may_read(name, "ann")
    asyncio.run(one.put(name, parts(BIG), "ann"))
    assert other.size(name) == len(BIG) and other.may_read(name, "ann") and not other.may_read(name, "bob")
    with pytest.raises(NotFoundFault, match="SUAN-N020"):
        other.get(name, "bob")
    assert other.get(name, "ann").read_bytes() == BIG
    one.give([name], "bob")
    assert other.get(name, "bob").read_bytes() == BIG
    assert other.keep(BytesIO(b"small"), "eve") == (hashlib.sha256(b"small").hexdigest(), 5)
    assert one.get(hashlib.sha256(b"small").hexdigest(), "eve").read_bytes() == b"small"
    one.close()
    other.close()


def test_what_is_not_what_it_says_is_nowhere(database: Callable[[], str], tmp_path: Path) -> None:
    url, name = database(), hashlib.sha256(BIG).hexdigest()
    one, other = (PostgresBlobs(tmp_path / where, Postgres(url)) for where in ("one", "other"))
    with pytest.raises(UsageFault, match="SUAN-U031"):
        asyncio.run(one.put(name, parts(BIG[:-1]), "ann"))
    assert one.size(name) is None and other.size(name) is None and not other.may_read(name, "ann")
    with pytest.raises(NotFoundFault):
        other.get(name, None)
    one.close()
    other.close()
