"""A log as it lies on a disk after a kill, to be damaged in every way: part of it in the main file, the rest in the journal.

SQLite's journal carries a checksum over every page, so that a torn one ends at a whole commit. The main file carries none.
"""

import random
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from suanwang.brain.replay import Restored, restore
from suanwang.model.fault import Fault
from suanwang.store.log import SqliteLog
from suanwang.trust.merkle import Tree, leaf_hash
from suanwang.trust.tiles import entry_of

MAIN, JOURNAL, PAGE_BYTES = "log.sqlite", "log.sqlite-wal", 4096
Damage = Callable[[Path, random.Random], None]


class Found(NamedTuple):
    """What a restart makes of a damaged log: a fault's code, or so many events; said: the fault's words.

    like_before: the tree is the one that so many events had, and all money together is zero.
    """

    code: str = ""
    said: str = ""
    size: int = 0
    like_before: bool = True


class Image:
    """The files of a log of these events, written in commits of a few. ends: how many events there were after each commit;
    settled: how many of them are in the main file."""

    def __init__(self, folder: Path, bodies: Sequence[bytes], chance: random.Random) -> None:
        self.folder, self.ends = folder, [0]
        self.roots = roots(bodies)
        log = SqliteLog(folder / "whole" / MAIN)
        self._append(log, bodies[: len(bodies) // 2], chance)
        log.close()  # folds the journal into the main file
        self.settled = self.ends[-1]
        log = SqliteLog(folder / "whole" / MAIN)
        self._append(log, bodies[self.settled :], chance)
        shutil.copytree(folder / "whole", folder / "killed")
        log.close()

    def _append(self, log: SqliteLog, bodies: Sequence[bytes], chance: random.Random) -> None:
        at = 0
        while at < len(bodies):
            some = bodies[at : at + chance.randrange(1, 6)]
            log.append(self.ends[-1] + 1, some)
            self.ends.append(self.ends[-1] + len(some))
            at += len(some)

    def after(self, damage: Damage, chance: random.Random, which: str = "killed") -> Found:
        """What a restart finds in a copy that was damaged. which: "killed", or "whole", all of which is in the main file."""
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder / which, copy)
        damage(copy, chance)
        return self.found(copy / MAIN)

    def found(self, path: Path) -> Found:
        try:
            restored = restore(SqliteLog(path))
        except Fault as fault:
            return Found(fault.code, str(fault))
        return Found("", "", restored.state.seq, self._like_before(restored))

    def _like_before(self, restored: Restored) -> bool:
        size, tree = restored.state.seq, restored.tree
        return tree.size == size and tree.root() == self.roots[size] and restored.state.ledger.total() == 0


def roots(bodies: Sequence[bytes]) -> list[bytes]:
    """The root of the tree over the first 0, 1, 2, ... of these events."""
    tree, found = Tree(), list[bytes]()
    for body in bodies:
        found.append(tree.root())
        tree.append(leaf_hash(entry_of(body)))
    return [*found, tree.root()]


def cut_journal(folder: Path, chance: random.Random) -> None:
    _cut(folder / JOURNAL, chance)


def cut_main(folder: Path, chance: random.Random) -> None:
    _cut(folder / MAIN, chance)


def garble_journal(folder: Path, chance: random.Random) -> None:
    _overwrite(folder / JOURNAL, chance, chance.choice((1, 16, 512)))


def garble_page(folder: Path, chance: random.Random) -> None:
    _overwrite(folder / MAIN, chance, PAGE_BYTES, aligned=True)


def blank_page(folder: Path, chance: random.Random) -> None:
    _overwrite(folder / MAIN, chance, PAGE_BYTES, aligned=True, blank=True)


def flip_byte(folder: Path, chance: random.Random) -> None:
    _overwrite(folder / MAIN, chance, 1)


def _cut(file: Path, chance: random.Random) -> None:
    with file.open("r+b") as opened:
        opened.truncate(chance.randrange(file.stat().st_size))


def _overwrite(file: Path, chance: random.Random, count: int, *, aligned: bool = False, blank: bool = False) -> None:
    unit = count if aligned else 1
    at = chance.randrange(file.stat().st_size // unit) * unit
    with file.open("r+b") as opened, suppress(OSError):
        opened.seek(at)
        opened.write(bytes(count) if blank else chance.randbytes(count))
