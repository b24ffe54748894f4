"""What a program says beside its data, in the language of whoever reads it: lines, and what it is waiting for.

Talk goes to stderr; stdout is for data. What takes longer than a moment is named. On a terminal that line turns and counts the
time until it is over; elsewhere it is written once when it begins and once when it ends.
"""

import itertools
import os
import shutil
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO

from suanwang.api.catalogue import Words
from suanwang.api.render.table import clean, width
from suanwang.api.whys import why
from suanwang.model.fault import Fault
from suanwang.model.quantity import show_duration

MOMENT_S = 1.0
"""Who waits no longer than this is told nothing."""
TICK_S = 0.2
TURNS = "|/-\\"
CLEAR = "\r\x1b[K"


class Talk:
    """live: a line may be redrawn in place. Lines and waits may come from several threads; the oldest wait is the one shown."""

    def __init__(self, words: Words, err: TextIO, live: bool) -> None:
        self.words, self._err, self._live = words, err, live
        self._lock, self._waits = threading.Lock(), list[tuple[str, float]]()
        self._turns = itertools.cycle(TURNS)

    def __call__(self, key: str, **values: object) -> None:
        """One line."""
        self.line(self.words(key, **values))

    def fault(self, key: str, fault: Fault, **values: object) -> None:
        """A line with what went wrong in it: {code}, {what} and {why}."""
        what = self.words.get(f"error.{fault.code}", self.words("problem.unknown"))
        self(key, code=fault.code, what=what.rstrip("."), why=why(self.words, fault.code, fault.why), **values)

    @contextmanager
    def waiting(self, key: str, **values: object) -> Generator[None]:
        """Says what is waited for, if it takes longer than a moment, and how long it took."""
        wait, over = (self.words(key, **values), time.monotonic()), threading.Event()
        watch = threading.Thread(target=self._watch, args=(wait, over), name="waiting", daemon=True)
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def _watch(self, wait: tuple[str, float], over: threading.Event) -> None:
        if over.wait(MOMENT_S):
            return
        text, began = wait
        if not self._live:
            self.line(self.words("wait.for", text=text))
        with self._lock:
            self._waits.append(wait)
        while not over.wait(TICK_S):
            self._turn()
        with self._lock:
            self._waits.remove(wait)
        self.line(self.words("wait.over", text=text, took=show_duration(time.monotonic() - began)))

    def _turn(self) -> None:
        with self._lock:
            if self._live and self._waits:
                text, began = self._waits[0]
                took = show_duration(time.monotonic() - began)
                self._write(CLEAR + fitted(f"{next(self._turns)} {self.words('wait.turning', text=text, took=took)}"))

    def line(self, line: str) -> None:
        """As it is. On a terminal in place of whatever is redrawn there, by this process or by the one that started it."""
        with self._lock:
            self._write(f"{CLEAR if self._err.isatty() else ''}{clean(line)}\n")

    def _write(self, text: str) -> None:
        with suppress(OSError):  # whoever read it is gone, and the work goes on
            self._err.write(text)
            self._err.flush()


def fitted(text: str) -> str:
    """Cut to one line of the terminal, so that it can be redrawn."""
    most = shutil.get_terminal_size().columns - 1
    while text and width(text) > most:
        text = text[:-1]
    return text


def redrawn(err: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether it is a terminal that a line may be redrawn on."""
    return err.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def here(lang: str) -> Talk:
    """For a process that goes on. Only the one that its terminal belongs to redraws there: its children write plain lines."""
    return Talk(Words(lang), sys.stderr, redrawn(sys.stderr, os.environ) and _in_front(sys.stderr))


def _in_front(err: TextIO) -> bool:
    try:
        return os.tcgetpgrp(err.fileno()) == os.getpgrp()
    except OSError:
        return False
