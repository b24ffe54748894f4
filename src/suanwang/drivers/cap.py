"""A cap: a set of processes together gets at most a share of one core.

With a control group the kernel does it, exactly. Without, one thread does it by hand: in every tenth of a second the processes
run for a while and are stopped for the rest; how long they run follows from what they used in the period before, so that
two busy processes under the same cap get half each. A process is held by pidfd (pidfd_open(2)): a signal can never reach
another one that was given the same number. Whatever happens, short of this process being killed, nobody stays stopped.
"""

import atexit
import contextlib
import os
import signal
import threading
from types import TracebackType
from typing import Literal, Self

from suanwang.drivers.cgroup import Group, Tree, find
from suanwang.drivers.process.tree import Proc, look

PERIOD_S = 0.1
RATE_MIN = 0.2
"""Cores that the held processes are taken to use while they run, at least. Less than one on a crowded machine, where they wait
for a core in their own time; one that was idle may then run on for a period when it wakes, and pays it back in the next."""
DEBT_PERIODS_MAX = 20
"""More overdraft than this is forgiven, so that one strange reading cannot silence a process for long."""


class Cap:
    """share: of one core, for all held processes together; 1 or more does nothing. groups: found on the machine unless given;
    None for none. Do not hold processes that have a control group of their own (native tasks do): they would leave it.

    By hand, children of a held process are not held with it, and it sees SIGSTOP and SIGCONT (shells and debuggers notice).
    """

    def __init__(self, share: float, groups: Tree | Literal["find"] | None = "find") -> None:
        self.share = share
        self._hand: Hand | None = None
        self._group: GroupCap | None = None
        if share < 1:
            tree = find() if groups == "find" else groups
            if tree is not None:
                self._group = GroupCap(tree, share)
            else:
                self._hand = Hand(share)
        atexit.register(self.close)

    def hold(self, pid: int) -> None:
        """One of our own children, not yet waited for. One that is gone is passed over."""
        if self._group is not None:
            self._group.hold(pid)
        elif self._hand is not None:
            self._hand.hold(pid)

    def release(self, pid: int) -> None:
        """At full speed again. One that is not held is passed over."""
        if self._group is not None:
            self._group.release(pid)
        elif self._hand is not None:
            self._hand.release(pid)

    def close(self) -> None:
        """Release all. May be called twice."""
        atexit.unregister(self.close)
        for kind in (self._group, self._hand):
            if kind is not None:
                kind.close()
        self._group = self._hand = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class CapEach:
    """Many caps of the same kind: every held process gets the share by itself (a node that lends half of each core)."""

    def __init__(self, share: float, groups: Tree | Literal["find"] | None = "find") -> None:
        self.share = share
        self._groups: Tree | Literal["find"] | None = groups if share >= 1 or groups != "find" else find()
        self._caps: dict[int, Cap] = {}

    def hold(self, pid: int) -> None:
        """See Cap.hold. Caps of processes that are gone are closed on this occasion."""
        for old in [old for old in self._caps if old == pid or look(old) is None]:
            self.release(old)
        self._caps[pid] = Cap(self.share, self._groups)
        self._caps[pid].hold(pid)

    def release(self, pid: int) -> None:
        cap = self._caps.pop(pid, None)
        if cap is not None:
            cap.close()

    def close(self) -> None:
        for pid in tuple(self._caps):
            self.release(pid)


class GroupCap:
    """By a CPU quota. A released process goes back to the group it came from."""

    def __init__(self, tree: Tree, share: float) -> None:
        self._tree = tree
        self._group: Group = tree.group(("cpu",))
        self._group.quota(max(1, round(share * 1000)))
        self._origins: dict[int, str] = {}

    def hold(self, pid: int) -> None:
        with contextlib.suppress(OSError):
            origin = self._tree.place_of(pid)
            self._group.add(pid)
            self._origins[pid] = origin

    def release(self, pid: int) -> None:
        origin = self._origins.pop(pid, None)
        if origin is not None and pid in self._group.pids():
            with contextlib.suppress(OSError):
                self._tree.put_back(pid, origin)

    def close(self) -> None:
        fallback = next(iter(self._origins.values()), "/")
        for pid in self._group.pids():  # children that were born in the group, too
            with contextlib.suppress(OSError):
                self._tree.put_back(pid, self._origins.get(pid, fallback))
        self._group.quota(0)
        self._group.leave()


class Hand:
    """By stopping and continuing, from one thread."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._held: dict[int, int] = {}
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._debt_s = 0.0
        self._rate = 1.0
        self._thread = threading.Thread(target=self._turn, name="cap", daemon=True)
        self._thread.start()

    def hold(self, pid: int) -> None:
        with self._lock, contextlib.suppress(ProcessLookupError):
            if pid not in self._held:
                self._held[pid] = os.pidfd_open(pid)

    def release(self, pid: int) -> None:
        with self._lock:
            self._drop(pid)

    def close(self) -> None:
        self._done.set()
        self._thread.join()
        with self._lock:
            for pid in tuple(self._held):
                self._drop(pid)

    def _turn(self) -> None:
        """One period after the other: run, stop, rest."""
        try:
            while not self._done.is_set():
                run_s = self._run_s()
                before = self._begin(run_s > 0)
                self._done.wait(run_s)
                if run_s < PERIOD_S:
                    self._signal(signal.SIGSTOP)
                self._learn(self._used(before), run_s)
                self._done.wait(PERIOD_S - run_s)
        finally:
            self._signal(signal.SIGCONT)

    def _run_s(self) -> float:
        """How much of this period they may run: the allowance less the debt, at the rate at which they burned last time."""
        return min(PERIOD_S, max(0.0, self._share * PERIOD_S - self._debt_s) / self._rate)

    def _learn(self, used_s: float, run_s: float) -> None:
        """What is used too much is paid back; what is not used is lost, or a nap would buy a burst."""
        allowance = self._share * PERIOD_S
        self._debt_s = min(max(self._debt_s + used_s - allowance, -allowance / 2), DEBT_PERIODS_MAX * allowance)
        if run_s > 0:
            self._rate = max(RATE_MIN, (self._rate + used_s / run_s) / 2)

    def _begin(self, run: bool) -> tuple[Proc, ...]:
        """Forget who is gone, let the others run if it is their turn, and note what each has used."""
        with self._lock:
            for pid in [pid for pid, fd in self._held.items() if not _send(fd, signal.SIGCONT if run else 0)]:
                self._drop(pid)
            return tuple(proc for pid in self._held if (proc := look(pid)) is not None)

    def _used(self, before: tuple[Proc, ...]) -> float:
        now = ((was, look(was.pid)) for was in before)
        return sum(proc.cpu_s - was.cpu_s for was, proc in now if proc is not None and proc.start == was.start)

    def _signal(self, number: int) -> None:
        with self._lock:
            for fd in self._held.values():
                _send(fd, number)

    def _drop(self, pid: int) -> None:
        fd = self._held.pop(pid, None)
        if fd is not None:
            _send(fd, signal.SIGCONT)
            os.close(fd)


def _send(fd: int, number: int) -> bool:
    try:
        signal.pidfd_send_signal(fd, number)
    except ProcessLookupError:
        return False
    return True
