"""Copying a log and checking a copy: every leaf hash under the signed root first, then every byte against its leaf hash.

A copy is a folder in the layout of C2SP tlog-tiles, so that any static file server can publish it and others' tools read it.
Nothing is written that was not verified, and an interrupted copy goes on where it stopped.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from suanwang.model.audit import JobProof
from suanwang.model.fault import Fault, LogFault, UsageFault
from suanwang.model.view import Checkpoint
from suanwang.trust.checkpoint import Verifier, open_checkpoint
from suanwang.trust.cosign import check_growth, quorum, rewritten
from suanwang.trust.merkle import HASH_BYTES, Tree, leaf_hash, verify_inclusion
from suanwang.trust.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    damaged,
    entry_of,
    hash_tile,
    is_large,
    large_path,
    split_hashes,
    tiles_of,
    unbundle,
)

CHECKPOINT = "checkpoint"
_OURS = ("tile", "large")


class Trusted(NamedTuple):
    """Whom the reader believes. quorum: how many witnesses must have signed; since: a checkpoint that the reader kept."""

    log: Verifier
    witnesses: tuple[Verifier, ...] = ()
    quorum: int = 0
    since: Checkpoint | None = None

    def open(self, note: str) -> Checkpoint:
        """A checkpoint of this log. AuthorityFault SUAN-A010 to A014 if it is not, or if witnesses are missing."""
        found = open_checkpoint(note, origin=self.log.name, public_key=self.log.public_key)
        self.signers(note)
        return found

    def signers(self, note: str) -> tuple[Verifier, ...]:
        """The witnesses that cosigned. AuthorityFault SUAN-A013 if they are fewer than the quorum."""
        return quorum(note, self.witnesses, self.quorum)


class Source(Protocol):
    """Where the files of a log come from."""

    def get(self, path: str) -> bytes:
        """The bytes at a path of the standard layout; a Fault if they cannot be had."""
        ...


class Copy:
    """An exported log in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, path: str) -> bytes:
        """LogFault SUAN-L020 if the file is not there; UsageFault SUAN-U022 if there is no copy at all."""
        if not self.folder.is_dir():
            raise UsageFault(
                "SUAN-U022", f"{self.folder} is no folder, so no copy of a log", f"suan audit export {self.folder}"
            )
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise damaged(f"{path} cannot be read: {error.strerror}") from None

    def note(self) -> str:
        """The checkpoint that the copy is of."""
        return self.get(CHECKPOINT).decode(errors="replace")

    def put(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all. UsageFault SUAN-U027 if it cannot be written."""
        target = self.folder / path
        fresh = target.with_name(f"{target.name}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
        except OSError as error:
            raise UsageFault("SUAN-U027", f"{target} cannot be written: {error.strerror}", "choose another folder") from error

    def paths(self) -> Iterator[str]:
        """Every file in it, or a link to one."""
        found = (p for p in self.folder.rglob("*") if p.is_symlink() or not p.is_dir())
        return (str(p.relative_to(self.folder)) for p in found)


def believed(log: Verifier, witnesses: Sequence[Verifier], needed: int, since: str) -> Trusted:
    """since: the text of an older checkpoint, or "". AuthorityFault SUAN-A010 to A012 if this log did not sign it."""
    old = open_checkpoint(since, origin=log.name, public_key=log.public_key) if since else None
    return Trusted(log, tuple(witnesses), needed, old)


def verify(copy: Copy, trusted: Trusted) -> Checkpoint:
    """Check a whole copy: signatures, every hash, every entry, no file too many, and that it continues an older checkpoint.

    LogFault SUAN-L020: a file is not what was signed; SUAN-L021, SUAN-L022: the log was rewritten, or went back.
    AuthorityFault SUAN-A010 to A014: signatures.
    """
    head = trusted.open(copy.note())
    tree = _leaves(copy, head.size)
    _same_root(tree, head)
    if trusted.since:
        _continues(tree, trusted.since, head)
    wanted = {CHECKPOINT}
    for tile in tiles_of(head.size):
        data = copy.get(tile.path)
        wanted |= {tile.path, *_checked(copy, tree, tile, data)}
    strange = sorted(set(copy.paths()) - wanted)
    if strange:
        raise damaged(f"{len(strange)} files are no part of the log of {head.size} events: {', '.join(strange[:3])}")
    return head


def check_proof(proof: JobProof, trusted: Trusted) -> Checkpoint:
    """Hold the events of a job against a signed checkpoint. Faults as in `verify`."""
    head = trusted.open(proof.checkpoint)
    for one in proof.events:
        hashes = tuple(bytes.fromhex(h) for h in one.hashes)
        leaf = leaf_hash(entry_of(one.event.encode()))
        if not verify_inclusion(leaf, one.index, head.size, hashes, bytes.fromhex(head.root)):
            raise damaged(f"event {one.index} is not in the log of {head.size} events")
    if trusted.since:
        check_growth(trusted.since, head, proof.consistency.hashes if proof.consistency else ())
    return head


def export(live: Source, note: str, copy: Copy, trusted: Trusted, say: Callable[[Fault], None]) -> Checkpoint:
    """Bring a copy to the checkpoint of `note`, fetching only what it lacks. Faults as in `verify`.

    What a copy had before must be continued by what it gets, else it is left as it is: SUAN-L021 or SUAN-L022.
    """
    head = trusted.open(note)
    before = _before(copy, trusted)
    tree = _tree(live, copy, head)
    for old in (before, trusted.since):
        if old:
            _continues(tree, old, head)
    wanted = set[str]()
    for tile in tiles_of(head.size):
        wanted |= _filled(live, copy, tree, tile, say)
    for path in set(copy.paths()) - wanted:
        if path.split("/")[0] in _OURS:
            (copy.folder / path).unlink()
            with contextlib.suppress(OSError):
                (copy.folder / path).parent.rmdir()
    copy.put(CHECKPOINT, note.encode())
    return head


def _before(copy: Copy, trusted: Trusted) -> Checkpoint | None:
    """What an earlier export ended with. It may have had fewer witnesses."""
    return trusted._replace(quorum=0).open(copy.note()) if (copy.folder / CHECKPOINT).exists() else None


def _tree(live: Source, copy: Copy, head: Checkpoint) -> Tree:
    """The tree of leaf hashes: from the copy's own full tiles where they lead to the signed root, else all from the log."""

    class Both:
        def get(self, path: str) -> bytes:
            return copy.get(path) if (copy.folder / path).exists() else live.get(path)

    with contextlib.suppress(LogFault):
        tree = _leaves(Both(), head.size)
        if tree.root().hex() == head.root:
            return tree
    tree = _leaves(live, head.size)
    _same_root(tree, head)
    return tree


def _leaves(source: Source, size: int) -> Tree:
    tree = Tree()
    for tile in tiles_of(size, range(0, 1)):
        for one in split_hashes(source.get(tile.path), tile.width):
            tree.append(one)
    return tree


def _same_root(tree: Tree, head: Checkpoint) -> None:
    if tree.root().hex() != head.root:
        raise damaged(f"the {head.size} leaf hashes do not give the signed root")


def _continues(tree: Tree, old: Checkpoint, head: Checkpoint) -> None:
    """Held against the whole tree, which has been held against the signed root."""
    if old.size > head.size:
        check_growth(old, head, ())
    if tree.root(old.size).hex() != old.root:
        raise rewritten(old, head)


def _checked(source: Source, tree: Tree, tile: Tile, data: bytes) -> tuple[str, ...]:
    """Hold a tile's bytes against the tree; the paths of the large events that it names, which are checked too."""
    if tile.level != ENTRIES:
        if data != hash_tile(tree, tile):
            raise damaged(f"{tile.path} does not fit the leaf hashes")
        return ()
    entries = unbundle(data, tile.width)
    leaves = hash_tile(tree, Tile(0, tile.number, tile.width))
    for at, entry in enumerate(entries):
        if leaf_hash(entry) != leaves[at * HASH_BYTES : (at + 1) * HASH_BYTES]:
            raise damaged(f"event {tile.number * WIDTH + at} in {tile.path} is not the one that was logged")
    return tuple(_large(source, tile.number * WIDTH + at, entry) for at, entry in enumerate(entries) if is_large(entry))


def _large(source: Source, index: int, entry: bytes) -> str:
    path = large_path(index)
    if entry_of(source.get(path)) != entry:
        raise damaged(f"{path} is not the event that was logged")
    return path


def _filled(live: Source, copy: Copy, tree: Tree, tile: Tile, say: Callable[[Fault], None]) -> set[str]:
    """Have one tile in the copy, verified; the paths that belong to it."""
    if (copy.folder / tile.path).exists():
        try:
            return {tile.path, *_checked(copy, tree, tile, copy.get(tile.path))}
        except Fault as fault:
            say(fault)
    data = live.get(tile.path) if tile.level == ENTRIES else hash_tile(tree, tile)
    large = _checked(live, tree, tile, data)
    for path in large:
        copy.put(path, live.get(path))
    copy.put(tile.path, data)
    return {tile.path, *large}
