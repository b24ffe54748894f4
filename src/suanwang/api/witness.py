"""A witness: looks at a log now and then, and signs its checkpoint only if it continues the one signed before.

What it signed is on disk before anybody can see the signature, so that not even a crash makes it sign two histories. If the
log shows another past, both signed checkpoints are kept as evidence, and nothing is signed any more.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from suanwang.model.audit import Consistency, Cosignature
from suanwang.model.fault import AuthorityFault, LogFault
from suanwang.model.view import Checkpoint
from suanwang.trust.checkpoint import Verifier, open_checkpoint, verifier
from suanwang.trust.cosign import check_growth, cosign


class Log(Protocol):
    """The doors of a brain that a witness uses."""

    def checkpoint(self, quorum: int = 0, offered: bool = False) -> Checkpoint: ...

    def consistency(self, old: int, new: int) -> Consistency: ...

    def bring_cosignature(self, brought: Cosignature) -> Checkpoint: ...


class Seen:
    """What a witness remembers of one log: its key, the last checkpoint signed, and evidence. In one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def log(self, offered: Verifier) -> Verifier:
        """The log's key: at the first meeting the one that is offered. AuthorityFault SUAN-A012 if it is another one later."""
        file = self._folder / "log"
        if not file.exists():
            self._write("log", offered.text + "\n")
        known = verifier(file.read_text())
        if known != offered:
            why = f"this witness watches {known.name}, and is shown {offered.name}"
            raise AuthorityFault("SUAN-A012", why, "a witness of another log needs another key file")
        return known

    def last(self, log: Verifier) -> Checkpoint | None:
        """The checkpoint that was signed last."""
        file = self._folder / "checkpoint"
        if not file.exists():
            return None
        return open_checkpoint(file.read_text(), origin=log.name, public_key=log.public_key)

    def remember(self, head: Checkpoint) -> None:
        """On stable storage when this returns."""
        self._write("checkpoint", head.note)

    def accuse(self, old: Checkpoint, new: Checkpoint) -> None:
        """Keep what the log signed and cannot both be true."""
        self._write(f"evidence-{old.size}-{new.size}", f"{old.note}\n{new.note}")

    def _write(self, name: str, text: str) -> None:
        fresh = self._folder / f"{name}.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._folder / name)
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)  # the new name too
        finally:
            os.close(handle)


def look(at: Log, key: bytes, log: Verifier, seen: Seen, now: Callable[[], float]) -> Checkpoint:
    """One round: fetch, check, remember, sign, hand over. The checkpoint as the log has it then, with all its signatures.

    LogFault SUAN-L021 or SUAN-L022 if the log was rewritten or went back; AuthorityFault SUAN-A010 to A012 if it is not signed.
    """
    last = seen.last(log)
    head = _fetched(at, log, last)
    if last is not None:
        _continues(at, seen, last, head)
    seen.remember(head)
    return at.bring_cosignature(Cosignature(size=head.size, line=cosign(head.note, key, int(now()))))


def _fetched(at: Log, log: Verifier, last: Checkpoint | None) -> Checkpoint:
    """What the log offers to witnesses; its head if this witness has signed a later one already."""
    for offered in (True, False):
        head = open_checkpoint(at.checkpoint(offered=offered).note, origin=log.name, public_key=log.public_key)
        if last is None or head.size >= last.size:
            break
    return head


def _continues(at: Log, seen: Seen, last: Checkpoint, head: Checkpoint) -> None:
    hashes = at.consistency(last.size, head.size).hashes if last.size < head.size else ()
    try:
        check_growth(last, head, hashes)
    except LogFault:
        seen.accuse(last, head)
        raise
