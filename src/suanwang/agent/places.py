"""Folders for tasks to work in. One that comes back empty is lent again: making and removing folders is most of what a small
task would cost a disk.
"""

import itertools
import os
import stat
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from suanwang.agent.files import remove, tidy

IDLE_MAX = 64


class Place(NamedTuple):
    """A folder of the agent's, and in it a task's own, `files`, and what the task prints."""

    folder: Path
    files: Path
    stdout: Path
    stderr: Path


class Places:
    """Places under one folder, which is emptied of what an earlier agent left. From any thread."""

    def __init__(self, folder: Path) -> None:
        remove(folder)
        self._folder, self._numbers, self._idle = folder, itertools.count(1), deque[Place]()

    def take(self) -> Place:
        """A place with nothing in it, to be made by whoever fills it."""
        with suppress(IndexError):
            return self._idle.pop()
        folder = self._folder / str(next(self._numbers))
        return Place(folder, folder / "files", folder / "stdout", folder / "stderr")

    def give_back(self, place: Place, again: bool) -> None:
        """again: it may be lent to somebody else, once all that was in it is gone."""
        if again and len(self._idle) < IDLE_MAX and tidy(place.files, {}) and blank(place):
            self._idle.append(place)
        else:
            remove(place.folder)


def blank(place: Place) -> bool:
    """What was printed is gone; whether nothing stands in its way."""
    with suppress(OSError):
        for file in (place.stdout, place.stderr):
            _blank(file)
        return True
    return False


def _blank(file: Path) -> None:
    with suppress(FileNotFoundError):
        info = os.lstat(file)
        if not stat.S_ISREG(info.st_mode):
            raise OSError(f"{file.name} is not a plain file")
        if info.st_size:
            os.truncate(file, 0)
