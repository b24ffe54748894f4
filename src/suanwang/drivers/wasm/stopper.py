"""Stops the running guest from outside, in three steps, each for a guest that did not notice the one before.

asked      it notices between two slices of fuel (flight.py): at most some milliseconds, fuel exact
+ EPOCH_S  the engine's epoch traps it at its next loop or call: for one that sleeps again and again and burns nothing
+ LOST_S   it sits in a call to the system: the worker tells its fuel, which cannot change there, and ends itself
"""

import threading
import time

from wasmtime import Engine, Store

EPOCH_S, LOST_S = 0.3, 0.6
LOOK_S = 0.1
"""While there are tasks, the listener looks so often at least: a task may begin behind its back."""


class Stopper:
    """One task at a time. The thread that runs calls `begin`, `arm`, `halted` and `end`; the one that listens the others."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self.number: int | None = None
        """Of the task that runs; None between tasks."""
        self.reason = ""
        """Why it is to stop: "", "cancelled" or "time"."""
        self._due = 0.0
        self._steps_done = 0
        self._lost = False
        self._waiting = 0
        self._unwanted = 0

    def expect(self) -> None:
        """A task has come, and will begin in its turn."""
        with self._lock:
            self._waiting += 1

    def begin(self, number: int, wall_s_max: float) -> None:
        with self._lock:
            self.number, self.reason = number, "cancelled" if number <= self._unwanted else ""
            self._due, self._steps_done = time.monotonic() + wall_s_max, 0

    def arm(self, store: Store) -> None:
        """From now on the epoch traps what runs in `store`."""
        with self._lock:
            store.set_epoch_deadline(1)

    def halted(self) -> bool:
        return self.reason != ""

    def cancel(self, number: int) -> None:
        """Ask the task that runs to stop, if it is this one or an earlier and was not asked yet; none of them begins now."""
        with self._lock:
            self._unwanted = max(self._unwanted, number)
            if self.number is not None and self.number <= number and not self.reason:
                self._ask("cancelled")

    def _ask(self, reason: str) -> None:
        self.reason, self._steps_done, self._due = reason, 1, time.monotonic() + EPOCH_S

    def due_s(self) -> float | None:
        """Seconds to the next look, at least 0; None while there is nothing to stop."""
        with self._lock:
            if self.number is None:
                return LOOK_S if self._waiting else None
            return max(0.0, min(LOOK_S, self._due - time.monotonic()))

    def step(self) -> bool:
        """Take the next step if it is due. True: the last one has been, the guest is lost."""
        with self._lock:
            if self.number is None or time.monotonic() < self._due:
                return False
            if self._steps_done == 0:
                self._ask("time")
            elif self._steps_done == 1:
                self._engine.increment_epoch()
                self._steps_done, self._due = 2, time.monotonic() + LOST_S - EPOCH_S
            else:
                self._lost = True
                return True
            return False

    def end(self) -> str:
        """The task has ended: why it was to stop, or "". Does not return if the other thread is saying its last words."""
        with self._lock:
            self.number = None
            self._waiting -= 1
            if not self._lost:
                return self.reason
        while True:
            time.sleep(1)
