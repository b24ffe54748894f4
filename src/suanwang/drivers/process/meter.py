"""How much a running task has used: exactly, from its control group, or as well as can be seen, from /proc and wait4."""

import resource
from typing import NamedTuple, Protocol

from suanwang.drivers.cgroup import Group
from suanwang.drivers.process.tree import Proc, descent


class Use(NamedTuple):
    """cpu_s: so far. memory_peak_bytes: so far. memory_over: the memory bound was broken."""

    cpu_s: float
    memory_peak_bytes: int
    memory_over: bool


class Meter(Protocol):
    def read(self) -> Use:
        """While it runs."""
        ...

    def settle(self, rusage: resource.struct_rusage) -> Use:
        """After its end; rusage: of the process we waited for, and so of all that it waited for."""
        ...


class GroupMeter:
    """The control group's own account: exact to the nanosecond, also for processes that came and went unseen."""

    def __init__(self, group: Group) -> None:
        self._group = group

    def read(self) -> Use:
        return Use(self._group.cpu_s(), self._group.memory_peak_bytes(), self._group.memory_killed())

    def settle(self, rusage: resource.struct_rusage) -> Use:
        return self.read()


class TreeMeter:
    """Without a control group. Two sums, both too low at worst, so the larger one counts: what living processes say of
    themselves and of the children they waited for, and the last word of every process ever seen. A child that lives and dies
    between two readings and is waited for by nobody escapes; the exact account needs a control group.

    pid: the outermost process, so that orphans are seen too; what it used before the gate opened is not the task's.
    """

    def __init__(self, pid: int, memory_bytes_max: int) -> None:
        self._pid = pid
        self._max = memory_bytes_max
        self._last: dict[tuple[int, int], Proc] = {}
        self._cpu_s = 0.0
        self._peak = 0
        self._before_s = sum(p.cpu_s + p.reaped_s for p in descent(pid))
        # A child's ru_maxrss starts at the size of the process that forked it, so only more than that is news (getrusage(2)).
        self._floor_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def read(self) -> Use:
        now = descent(self._pid)
        self._last |= {(p.pid, p.start): p for p in now}
        said = sum(p.cpu_s + p.reaped_s for p in now)
        seen = sum(p.cpu_s for p in self._last.values())
        self._cpu_s = max(self._cpu_s, said - self._before_s, seen - self._before_s)
        self._peak = max(self._peak, sum(p.memory_bytes for p in now))
        return self._use()

    def settle(self, rusage: resource.struct_rusage) -> Use:
        self._cpu_s = max(self._cpu_s, rusage.ru_utime + rusage.ru_stime - self._before_s)
        if rusage.ru_maxrss > self._floor_kib:
            self._peak = max(self._peak, rusage.ru_maxrss * 1024)
        return self._use()

    def _use(self) -> Use:
        return Use(self._cpu_s, self._peak, self._peak > self._max)
