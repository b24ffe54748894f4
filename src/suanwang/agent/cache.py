"""The node's copies of files: bounded, the least recently used go first, and what is still needed never goes.

Needed is what a live order runs on, and what an outcome refers to until the brain has it. Everything else may be fetched again.
"""

import contextlib
import os
import threading
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Iterable
from heapq import nlargest
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from suanwang.model.fault import LogFault
from suanwang.model.node import FILES_TOLD
from suanwang.store.blobs import Blobs
from suanwang.world.stored import mark

BYTES_MAX = 4 << 30
LEAST_BYTES = 4096
"""A file counts as at least one block of the disk, so that the number of small ones is bounded too."""


class Cache:
    """Blobs with a bound. need and release count: a blob is needed until it was released as often. From any thread."""

    def __init__(self, folder: Path, bytes_max: int = BYTES_MAX) -> None:
        self._blobs, self._bytes_max = Blobs(folder), bytes_max
        self._lock = threading.Lock()
        self._needed = Counter[str]()
        self._sizes = dict[str, int]()
        self._idle = OrderedDict[str, None]()
        for sha256, size, _ in sorted(self._blobs.held(), key=itemgetter(2)):
            self._sizes[sha256] = max(size, LEAST_BYTES)
            self._idle[sha256] = None
        self._bytes = sum(self._sizes.values())
        self._told: bytes | None = None

    def need(self, hashes: Iterable[str]) -> None:
        """Keep these from now on, also those that are not here yet."""
        with self._lock:
            for sha256 in hashes:
                self._needed[sha256] += 1
                self._idle.pop(sha256, None)

    def release(self, hashes: Iterable[str]) -> None:
        """Take back as much of `need`, or of `keep`."""
        with self._lock:
            for sha256 in hashes:
                self._needed[sha256] -= 1
                if not self._needed[sha256]:
                    del self._needed[sha256]
                    self._rest(sha256)
            self._trim()

    def has(self, sha256: str) -> bool:
        """Whether it is here."""
        return self._blobs.has(sha256)

    def path(self, sha256: str) -> Path:
        """The file of a blob that was needed before, so that it stays. NotFoundFault SUAN-N020 if somebody removed it."""
        path = self._blobs.get(sha256, None)
        os.utime(path)
        return path

    async def bring(self, sha256: str, chunks: AsyncIterator[bytes]) -> int:
        """Store a stream under its name; its size. Faults of Blobs.put."""
        size = await self._blobs.put(sha256, chunks, None)
        with self._lock:
            self._count(sha256, size)
        return size

    def keep(self, file: BinaryIO) -> tuple[str, int]:
        """Store what an open file has from its beginning, as needed; (its name, its size). Faults of Blobs.keep."""
        while True:
            file.seek(0)
            sha256, size = self._blobs.keep(file, None)
            with self._lock:
                if self._blobs.has(sha256):  # else it was here, idle, and has just been dropped
                    self._needed[sha256] += 1
                    self._idle.pop(sha256, None)
                    self._count(sha256, size)
                    return sha256, size

    def told(self) -> bytes:
        """What is here, as a reading says it: the first bytes of each name. If it is too much, half of it are the largest
        files, half those that were used last."""
        with self._lock:
            if self._told is None:
                names = self._sizes.keys()
                if len(names) > FILES_TOLD:
                    largest = nlargest(FILES_TOLD // 2, names, key=self._sizes.__getitem__)
                    used = (n for n in (*self._needed, *reversed(self._idle)) if n in self._sizes and n not in set(largest))
                    names = {*largest, *islice(used, FILES_TOLD - len(largest))}
                self._told = b"".join(sorted(bytes.fromhex(mark(name)) for name in names))
            return self._told

    def close(self) -> None:
        """Close what is open."""
        self._blobs.close()

    def _count(self, sha256: str, size: int) -> None:
        self._told = None
        self._bytes += max(size, LEAST_BYTES) - self._sizes.get(sha256, 0)
        self._sizes[sha256] = max(size, LEAST_BYTES)
        if sha256 not in self._needed:
            self._rest(sha256)
        self._trim()

    def _rest(self, sha256: str) -> None:
        if sha256 in self._sizes:
            self._idle[sha256] = None
            self._idle.move_to_end(sha256)

    def _trim(self) -> None:
        while self._bytes > self._bytes_max and self._idle:
            sha256, _ = self._idle.popitem(last=False)
            self._bytes -= self._sizes.pop(sha256)
            self._told = None
            with contextlib.suppress(LogFault):  # a disk that cannot forget is found out by whoever stores next
                self._blobs.drop(sha256)
