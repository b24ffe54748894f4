"""Files by content: whole or not at all, from many threads, in pieces."""

import asyncio
import errno
import hashlib
import io
import os
import threading
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from suanwang.model.fault import Fault, LogFault, QuotaFault, UsageFault
from suanwang.store import blobs as blobs_module
from suanwang.store.blobs import LEFT, Blobs


def name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def test_what_is_kept_is_found_by_its_content_and_only_by_whom_it_was_given_to(tmp_path: Path) -> None:
    store = Blobs(tmp_path)
    sha256, size = store.keep(io.BytesIO(b"content"), "ada")
    assert (sha256, size) == (name(b"content"), 7)
    assert asyncio.run(store.put(name(b"more"), chunks(b"mo", b"re"), None)) == 4
    assert store.get(sha256, "ada").read_bytes() == b"content"
    assert store.get(name(b"more"), None).read_bytes() == b"more"
    for sha, reader in ((sha256, "eve"), (name(b"more"), "ada"), (name(b"none"), None)):
        with pytest.raises(Fault) as caught:
            store.get(sha, reader)
        assert caught.value.code == "SUAN-N020"
    assert {(s, n) for s, n, _ in store.held()} == {(sha256, 7), (name(b"more"), 4)}
    store.drop(sha256)
    store.drop(sha256)
    assert not store.has(sha256)


def test_a_file_that_lost_its_bytes_with_the_power_is_to_be_brought_again(tmp_path: Path) -> None:
    """A name that reached the disk, and nothing of what it stood for; but a file of no bytes is one."""
    store = Blobs(tmp_path)
    sha256, _ = store.keep(io.BytesIO(b"content"), "ada")
    none, _ = store.keep(io.BytesIO(b""), "ada")
    store.path(sha256).write_bytes(b"")
    assert not store.has(sha256) and store.size(sha256) is None
    with pytest.raises(Fault) as caught:
        store.get(sha256, "ada")
    assert caught.value.code == "SUAN-N020"
    assert (
        asyncio.run(store.put(sha256, chunks(b"content"), "ada")) == 7 and store.get(sha256, "ada").read_bytes() == b"content"
    )
    assert store.size(none) == 0 and store.get(none, "ada").read_bytes() == b""


def test_blobs_leave_a_part_of_the_disk_to_what_lies_beside_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = {"blocks": 1 << 20}
    disk = os.statvfs(tmp_path)

    def told(_: int) -> os.statvfs_result:
        return os.statvfs_result((4096, 4096, 1 << 20, free["blocks"], free["blocks"], *disk[5:]))

    monkeypatch.setattr(blobs_module.os, "fstatvfs", told)
    beside, alone = Blobs(tmp_path / "brain", LEFT), Blobs(tmp_path / "node")
    free["blocks"] = (256 << 20) // 4096 + 1
    assert beside.keep(io.BytesIO(b"x" * 4096), "ada")[1] == 4096
    with pytest.raises(LogFault) as caught:
        beside.keep(io.BytesIO(b"y" * 4097), "ada")
    assert caught.value.code == "SUAN-L003" and "256" in caught.value.why and not list(tmp_path.glob("brain/in-*"))
    assert alone.keep(io.BytesIO(b"y" * 4097), "ada")[1] == 4097


@pytest.mark.parametrize("way", ["put", "keep"])
def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Blobs(tmp_path)

    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(blobs_module.os, "fdopen", lambda handle, mode: Full())
        with pytest.raises(LogFault) as caught:
            if way == "put":
                asyncio.run(store.put(name(b"x"), chunks(b"x"), "ada"))
            else:
                store.keep(io.BytesIO(b"x"), "ada")
    assert caught.value.code == "SUAN-L003"
    assert not list(tmp_path.glob("in-*")) and not store.has(name(b"x")) and not store.may_read(name(b"x"), "ada")


def test_wrong_bytes_too_many_or_a_broken_stream_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs_module, "BLOB_BYTES_MAX", 10)
    store = Blobs(tmp_path)

    async def breaking() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(UsageFault):
        asyncio.run(store.put(name(b"a"), chunks(b"b"), "ada"))
    with pytest.raises(QuotaFault):
        asyncio.run(store.put(name(b"a" * 11), chunks(b"a" * 11), "ada"))
    with pytest.raises(QuotaFault):
        store.keep(io.BytesIO(b"a" * 11), "ada")
    with pytest.raises(ConnectionResetError):
        asyncio.run(store.put(name(b"x"), breaking(), "ada"))
    assert list(store.held()) == [] and not list(tmp_path.glob("in-*"))


def test_many_threads_may_store_and_give_at_once(tmp_path: Path) -> None:
    store, errors = Blobs(tmp_path), list[BaseException]()

    def work(who: str) -> None:
        try:
            for i in range(50):
                store.keep(io.BytesIO(b"same %d" % (i % 3)), who)
                store.give([name(b"other %d" % i)], who)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"user{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and all(store.may_read(name(b"same 1"), f"user{n}") for n in range(6))


def test_a_big_file_passes_in_pieces(tmp_path: Path) -> None:
    store = Blobs(tmp_path / "blobs")
    with (tmp_path / "big").open("wb+") as file:
        file.truncate(64 << 20)
        tracemalloc.start()
        sha256, size = store.keep(file, None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert size == 64 << 20 and store.has(sha256) and peak < 8 << 20
