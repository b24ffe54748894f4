"""The disk under the state folder: what a sequential write brings, and what a promise costs (one small fsync).

On a file system in memory both are far too good to be true; that is what the folder is made of, and is reported as such.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from suanwang.drivers.meter.repeat import Repeated, durations_ms, rates

WRITE_BYTES = 16 << 20
WRITES_MAX = 16
"""At most 256 MiB a measurement, to spare flash memory."""

RECORD_BYTES = 4096
SYNCS_MAX = 200


def disk_write(folder: Path, budget_s: float) -> Repeated:
    """Write 16 MiB from the start of a file and fsync, again and again: 10^6 bytes a second. OSError as it comes."""
    block = _block(1 << 20)
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:

        def write() -> None:
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            os.ftruncate(file.fileno(), 0)
            for _ in range(WRITE_BYTES // len(block)):
                _write_all(file.fileno(), block)
            os.fsync(file.fileno())

        return rates("disk_write", "MB/s", WRITE_BYTES / 1e6, write, budget_s, "wall", repetitions_max=WRITES_MAX)


def disk_sync(folder: Path, budget_s: float) -> Repeated:
    """Append one record of 4 KiB and fsync: milliseconds. What every answer that promises durability waits for."""
    block = _block(RECORD_BYTES)
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:

        def append() -> None:
            _write_all(file.fileno(), block)
            os.fsync(file.fileno())

        return durations_ms("disk_sync", append, budget_s, SYNCS_MAX)


def _block(size: int) -> bytes:
    """Bytes that a compressing disk cannot shrink."""
    return hashlib.shake_128(b"suanwang disk").digest(size)


def _write_all(descriptor: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(descriptor, view) :]
