"""Control groups: the kernel's own bounds on CPU, memory and processes, and its exact account of what was used.

Two generations exist and many machines still have the first, so both stand behind one small role, `Group`. Everything of
ours lives in one directory, `suanwang`; other directories are never touched. Where no control group can be written, `find`
answers None and callers fall back to resource limits.
Source of every file name: the kernel's Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
"""

import contextlib
import itertools
import os
import signal
import time
from pathlib import Path
from typing import Protocol

OURS = "suanwang"
V1_CONTROLLERS = ("cpu", "cpuacct", "memory", "pids")
V2_CONTROLLERS = ("cpu", "memory", "pids")
PERIOD_US, PERIOD_US_LONG = 10_000, 100_000
"""Length of one quota period: short, so that work under a small quota is slow and not now and then stopped; the kernel's
default where a short one would make the quota too small for the kernel."""
QUOTA_US_MIN = 1_000
"""The kernel refuses a smaller quota."""
REMOVE_TRIES = 100
"""A group can be removed a moment after its last process is gone: tries of 10 ms each."""


class Group(Protocol):
    """One set of processes that is bounded and measured together."""

    def bound(self, cpu_milli: int, memory_bytes: int, pids: int) -> None:
        """Set the bounds; cpu_milli: thousandths of a core, 0 for no bound; memory includes swap. OSError when refused."""
        ...

    def quota(self, cpu_milli: int) -> None:
        """Only the bound on CPU; 0 for none."""
        ...

    def add(self, pid: int) -> None:
        """Move the process in; what it starts from now on stays in. OSError when it is gone."""
        ...

    def pids(self) -> tuple[int, ...]: ...

    def cpu_s(self) -> float:
        """CPU seconds that all its processes, also dead ones, have used."""
        ...

    def memory_peak_bytes(self) -> int:
        """Most memory ever charged to it, file cache included; 0 where the kernel does not say (v2 before 5.19)."""
        ...

    def memory_killed(self) -> bool:
        """Whether the kernel killed a process because the memory bound was reached."""
        ...

    def remove(self) -> None:
        """Kill what is still inside and remove the group. Takes up to a second if processes are slow to die."""
        ...

    def leave(self) -> None:
        """Remove the group if nobody is in it; harm nobody."""
        ...


class V1Group:
    """dirs: controller name -> the group's directory under that controller."""

    def __init__(self, dirs: dict[str, Path]) -> None:
        self._dirs = dirs
        for folder in dirs.values():
            folder.mkdir(parents=True, exist_ok=True)

    def bound(self, cpu_milli: int, memory_bytes: int, pids: int) -> None:
        self.quota(cpu_milli)
        if "memory" in self._dirs:
            self._write("memory", "memory.limit_in_bytes", memory_bytes)
            with contextlib.suppress(OSError):  # absent where the kernel does not account swap
                self._write("memory", "memory.memsw.limit_in_bytes", memory_bytes)
        if "pids" in self._dirs:
            self._write("pids", "pids.max", pids)

    def quota(self, cpu_milli: int) -> None:
        quota, period = _quota_us(cpu_milli)
        self._write("cpu", "cpu.cfs_quota_us", -1)
        self._write("cpu", "cpu.cfs_period_us", period)
        self._write("cpu", "cpu.cfs_quota_us", quota if cpu_milli else -1)

    def add(self, pid: int) -> None:
        for folder in self._dirs.values():
            (folder / "cgroup.procs").write_text(str(pid))

    def pids(self) -> tuple[int, ...]:
        return _pids(next(iter(self._dirs.values())))

    def cpu_s(self) -> float:
        return int(self._read("cpuacct", "cpuacct.usage")) / 1e9

    def memory_peak_bytes(self) -> int:
        return int(self._read("memory", "memory.max_usage_in_bytes"))

    def memory_killed(self) -> bool:
        # failcnt only says that reclaim was needed; oom_kill counts the killed.
        return _field(self._read("memory", "memory.oom_control"), "oom_kill") > 0

    def remove(self) -> None:
        for folder in self._dirs.values():
            _remove(folder)

    def leave(self) -> None:
        for folder in self._dirs.values():
            _leave(folder)

    def _read(self, controller: str, name: str) -> str:
        return (self._dirs[controller] / name).read_text()

    def _write(self, controller: str, name: str, value: int) -> None:
        (self._dirs[controller] / name).write_text(str(value))


class V2Group:
    def __init__(self, folder: Path) -> None:
        self._dir = folder
        folder.mkdir(parents=True, exist_ok=True)

    def bound(self, cpu_milli: int, memory_bytes: int, pids: int) -> None:
        self.quota(cpu_milli)
        self._write("memory.max", str(memory_bytes))
        with contextlib.suppress(OSError):  # absent without swap accounting; oom.group since 4.19
            self._write("memory.swap.max", "0")
        with contextlib.suppress(OSError):
            self._write("memory.oom.group", "1")
        self._write("pids.max", str(pids))

    def quota(self, cpu_milli: int) -> None:
        quota, period = _quota_us(cpu_milli)
        self._write("cpu.max", f"{quota if cpu_milli else 'max'} {period}")

    def add(self, pid: int) -> None:
        self._write("cgroup.procs", str(pid))

    def pids(self) -> tuple[int, ...]:
        return _pids(self._dir)

    def cpu_s(self) -> float:
        return _field((self._dir / "cpu.stat").read_text(), "usage_usec") / 1e6

    def memory_peak_bytes(self) -> int:
        peak = self._dir / "memory.peak"
        return int(peak.read_text()) if peak.exists() else 0

    def memory_killed(self) -> bool:
        events = self._dir / "memory.events"
        return events.exists() and _field(events.read_text(), "oom_kill") > 0

    def remove(self) -> None:
        _remove(self._dir)

    def leave(self) -> None:
        _leave(self._dir)

    def _write(self, name: str, value: str) -> None:
        (self._dir / name).write_text(value)


class Tree:
    """Where this process may make groups. version: 1 or 2. tops: controller -> our own directory ("" for v2's only one).
    mount: where the hierarchy that bounds CPU is mounted."""

    def __init__(self, version: int, tops: dict[str, Path], mount: Path) -> None:
        self.version = version
        self.tops = tops
        self.mount = mount
        self._numbers = itertools.count(1)

    def group(self, controllers: tuple[str, ...] = V1_CONTROLLERS) -> Group:
        """A new, empty group. controllers: which bounds it shall have (only v1 can tell them apart)."""
        name = f"{os.getpid()}.{next(self._numbers)}"
        if self.version == 2:
            return V2Group(self.tops[""] / name)
        return V1Group({c: self.tops[c] / name for c in controllers})

    def place_of(self, pid: int) -> str:
        """The group that bounds the process's CPU now, below `mount`. OSError when it is gone."""
        for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if ("cpu" if self.version == 1 else "") in controllers.split(","):
                return path
        return "/"

    def put_back(self, pid: int, place: str) -> None:
        """Into the group that `place_of` told. OSError when it, or the process, is gone."""
        (self.mount / place.lstrip("/") / "cgroup.procs").write_text(str(pid))

    def sweep(self) -> None:
        """Remove empty groups that a dead process left; groups with processes in them are left alone."""
        for folder in (child for top in self.tops.values() for child in top.iterdir() if child.is_dir()):
            pid = folder.name.split(".")[0]
            if pid.isdigit() and not Path("/proc", pid).exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()


def find(mountinfo: Path = Path("/proc/self/mountinfo"), membership: Path = Path("/proc/self/cgroup")) -> Tree | None:
    """The control groups this process can write, or None. Makes our own directory; v1 first, because where its controllers
    are mounted, v2 has none."""
    v1, v2 = _mounts(mountinfo)
    return _find_v1(v1) or _find_v2(v2, membership)


def _find_v1(mounts: dict[str, Path]) -> Tree | None:
    if not all(c in mounts for c in V1_CONTROLLERS):
        return None
    tops = {c: mounts[c] / OURS for c in V1_CONTROLLERS}
    try:
        for top in tops.values():
            top.mkdir(exist_ok=True)
    except OSError:
        return None
    usable = all(os.access(top / "cgroup.procs", os.W_OK) for top in tops.values())
    return Tree(1, tops, mounts["cpu"]) if usable else None


def _find_v2(mount: Path | None, membership: Path) -> Tree | None:
    """At the top of the hierarchy (as root), else inside the group that was delegated to us."""
    if mount is None:
        return None
    own = next((line[3:].strip() for line in _lines(membership) if line.startswith("0::")), "/")
    for place in dict.fromkeys((mount, mount / own.lstrip("/"))):
        with contextlib.suppress(OSError):
            return _open_v2(mount, place)
    return None


def _open_v2(mount: Path, place: Path) -> Tree:
    """Raises OSError where it cannot be done."""
    offered = (place / "cgroup.controllers").read_text().split()
    if not set(V2_CONTROLLERS) <= set(offered):
        raise OSError("controllers are missing")
    top = place / OURS
    top.mkdir(exist_ok=True)
    wanted = " ".join(f"+{c}" for c in V2_CONTROLLERS)
    try:
        (place / "cgroup.subtree_control").write_text(wanted)
    except OSError:
        # A group with processes of its own cannot bound children: step into a leaf (cgroup-v2.rst, no internal processes).
        leaf = place / f"{OURS}-agent"
        leaf.mkdir(exist_ok=True)
        (leaf / "cgroup.procs").write_text(str(os.getpid()))
        (place / "cgroup.subtree_control").write_text(wanted)
    (top / "cgroup.subtree_control").write_text(wanted)
    return Tree(2, {"": top}, mount)


def _mounts(mountinfo: Path) -> tuple[dict[str, Path], Path | None]:
    """(v1 controller -> mount point, v2 mount point), from proc_pid_mountinfo(5)."""
    v1: dict[str, Path] = {}
    v2 = None
    for line in _lines(mountinfo):
        left, _, right = line.partition(" - ")
        point, kind = left.split()[4], right.split()
        if kind[0] == "cgroup":
            v1 |= {c: Path(point) for c in kind[2].split(",") if c in V1_CONTROLLERS}
        elif kind[0] == "cgroup2":
            v2 = Path(point)
    return v1, v2


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _quota_us(cpu_milli: int) -> tuple[int, int]:
    """(quota, period)."""
    period = PERIOD_US if cpu_milli * PERIOD_US // 1000 >= QUOTA_US_MIN else PERIOD_US_LONG
    return max(QUOTA_US_MIN, cpu_milli * period // 1000), period


def _field(text: str, name: str) -> int:
    return next((int(line.split()[1]) for line in text.splitlines() if line.split()[:1] == [name]), 0)


def _pids(folder: Path) -> tuple[int, ...]:
    try:
        return tuple(int(p) for p in (folder / "cgroup.procs").read_text().split())
    except FileNotFoundError:  # the group is gone, and nobody is in it
        return ()


def _remove(folder: Path) -> None:
    for _ in range(REMOVE_TRIES):
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:
            _kill_all(folder)
            time.sleep(0.01)


def _leave(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _kill_all(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for pid in _pids(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
