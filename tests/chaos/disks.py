"""Disks that are full at once and have room again: a tiny file system where we may mount one, else a bound on every file."""

import contextlib
import os
import resource
import subprocess
from pathlib import Path
from typing import Protocol

import pytest

BLOCKS = (1 << 20, 1 << 12, 1)


class Disk(Protocol):
    def fill(self, *pids: int, left_bytes: int = 0) -> None:
        """From now on these processes find no room here, or only so much."""
        ...

    def empty(self, *pids: int) -> None:
        """There is room again."""
        ...

    def close(self) -> None: ...


class Tmpfs:
    """A file system of so many bytes at a folder; a file of ours fills it to the last byte. Skips the test where it may not."""

    def __init__(self, folder: Path, size_bytes: int) -> None:
        folder.mkdir(parents=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "chaos", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"a tmpfs cannot be mounted here: {done.stderr.strip()}")
        self._folder, self._ballast = folder, folder / "ballast"

    def fill(self, *pids: int, left_bytes: int = 0) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            for block in BLOCKS:
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(block))
            file.truncate(max(0, file.tell() - left_bytes))

    def empty(self, *pids: int) -> None:
        self._ballast.unlink()

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self._folder)], check=True)


class Bound:
    """No file of a process may grow beyond what it has, give or take `left_bytes`: the nearest to it without any rights."""

    def fill(self, *pids: int, left_bytes: int = 0) -> None:
        for pid in pids:
            largest = max((os.stat(f).st_size for f in _open_files(pid)), default=0) if left_bytes else 1
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + left_bytes, resource.RLIM_INFINITY))

    def empty(self, *pids: int) -> None:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self) -> None:
        pass


def _open_files(pid: int) -> list[Path]:
    return [file for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_file()]
