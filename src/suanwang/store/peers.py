"""The other brains on the same log: whose turn it is to write, that something was written, and which nodes each one hears.

Nothing here decides what happened; the log's numbering does. A turn that is not honoured costs a second try, no more.
"""

from collections.abc import Callable, Sequence
from typing import Protocol


class Peers(Protocol):
    """What brains that share a log tell each other. From any thread; may block. LogFault SUAN-L001 if it cannot be done."""

    def take_turn(self) -> None:
        """Wait for this brain's turn to decide and write, a bounded while, so that what it decides is seldom in vain."""
        ...

    def end_turn(self) -> None:
        """Let the next one."""
        ...

    def listen(self, call: Callable[[], object]) -> None:
        """Have `call` run, in a thread of its own, whenever another brain may have written."""
        ...

    def exchange(self, word: bytes) -> Sequence[tuple[float, bytes]]:
        """Leave a word for the others in place of the last one; (age in seconds, word) of each of theirs."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...
