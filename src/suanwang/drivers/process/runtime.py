"""Native commands, each in a sandbox of its own, bounded and measured by a control group or by resource limits.

The order is the safety: build the box with the task waiting inside, set every bound, open the gate, attend, and when all of
its processes are gone take the folder back. Whatever goes wrong in between, the task is dead before `run` returns.
"""

import asyncio
import contextlib
import functools
import itertools
import os
import shutil
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

from suanwang.drivers.cgroup import Group, Tree
from suanwang.drivers.cgroup import find as find_cgroups
from suanwang.drivers.kernel.namespace import inside
from suanwang.drivers.process.attend import End, attend, result
from suanwang.drivers.process.box import UID_FIRST, Box
from suanwang.drivers.process.folder import hand_over, take_back
from suanwang.drivers.process.limit import PIDS_MAX, apply, limits
from suanwang.drivers.process.meter import GroupMeter, Meter, TreeMeter, Use
from suanwang.drivers.process.probe import refusal
from suanwang.drivers.process.seccomp import program
from suanwang.drivers.process.start import Live, start_bare, start_boxed
from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.model.demand import Command
from suanwang.model.fault import RuntimeFault

P = ParamSpec("P")
T = TypeVar("T")
THREADS = 4
"""For file work and for reading meters; a thread is busy for a fraction of a millisecond per task and look."""


class ProcessRuntime:
    """Runs `Command` work (the role in drivers.runtime).

    fuel_per_cpu_s: this node's calibrated speed. scratch: a folder of ours, for trying out the sandbox. expose: absolute
    folders that every task may read, beside /usr. name: the host name a task sees. cgroups, bwrap: found on the
    machine unless given; None for none. Where there is no sandbox, only the owner's own work runs, without one.

    Without a control group: memory is summed every 50 ms, cpu_milli is not enforced, and CPU time is a lower bound.
    Total size of files is not bounded, only the size of each. With the network, a task can reach what the node can reach.
    Accelerators are not passed into the sandbox.
    """

    def __init__(
        self,
        fuel_per_cpu_s: float,
        scratch: Path,
        expose: tuple[Path, ...] = (),
        name: str = "suan",
        *,
        cgroups: Tree | Literal["find"] | None = "find",
        bwrap: str | None = "find",
    ) -> None:
        for path in expose:
            if not path.is_absolute() or not path.is_dir() or path == Path("/"):
                raise RuntimeFault("SUAN-R013", f"{path} cannot be exposed to tasks", "name an existing absolute folder, not /")
        self._fuel_per_cpu_s = fuel_per_cpu_s
        self._scratch = scratch
        self._expose = expose
        self._name = name
        self._cgroups = find_cgroups() if cgroups == "find" else cgroups
        self._bwrap = shutil.which("bwrap") if bwrap == "find" else bwrap
        self._seccomp = program(os.uname().machine)
        self._sandbox: str | None = None
        self._uids: set[int] = set()
        self._closed = False
        self._running: set[asyncio.Event] = set()
        self._uses: dict[str, Use] = {}
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="process")
        if self._cgroups is not None:
            self._cgroups.sweep()

    def sandbox(self) -> str:
        """ "bubblewrap", or "" where it is missing or the system forbids it. Tries it once (some 20 ms), then remembers."""
        if self._sandbox is None:
            works = self._bwrap is not None and not refusal(self._bwrap, self._scratch, self._seccomp)
            self._sandbox = "bubblewrap" if works else ""
        return self._sandbox

    def cpu_s(self, folder: str) -> float:
        """CPU seconds that the task in this folder has used, as last seen; 0 if none runs there."""
        return self._uses[folder].cpu_s if folder in self._uses else 0.0

    async def run(self, specs: Sequence[RunSpec], cancel: asyncio.Event) -> AsyncGenerator[RunResult]:
        """See drivers.runtime. RuntimeFault SUAN-R010: no sandbox here; R011: not a command, or closed; R012: cannot be killed;
        R014: the node's system refused."""
        for spec in specs:
            yield await self._run(spec, cancel)

    async def _run(self, spec: RunSpec, cancel: asyncio.Event) -> RunResult:
        work = spec.work
        if not isinstance(work, Command) or self._closed:
            raise RuntimeFault(
                "SUAN-R011", "closed" if self._closed else "this runtime runs native commands only", "suan run -- COMMAND"
            )
        if not await self._aside(self.sandbox) and not spec.own:
            todo = "install bubblewrap and allow user namespaces; `suan doctor` says which is missing"
            raise RuntimeFault("SUAN-R010", "native work cannot be contained on this node: there is no sandbox", todo)
        if _unfit(spec):
            return await self._aside(_never, spec)
        over = asyncio.Event()
        self._running.add(over)
        try:
            with self._user() as uid:
                return await self._faulted(spec, work.network, uid, cancel)
        finally:
            self._running.discard(over)
            self._uses.pop(spec.folder, None)
            over.set()

    async def close(self) -> None:
        """Running tasks end as cancelled."""
        self._closed = True
        for over in tuple(self._running):
            await over.wait()
        self._pool.shutdown()

    async def _faulted(self, spec: RunSpec, network: bool, uid: int | None, cancel: asyncio.Event) -> RunResult:
        """What the node's own system refuses, said as our fault."""
        try:
            return await self._guarded(spec, network, uid, cancel)
        except TimeoutError as error:
            raise RuntimeFault(
                "SUAN-R012", "a task could not be killed; its processes hang in the kernel", "restart it"
            ) from error
        except OSError as error:
            raise RuntimeFault("SUAN-R014", f"the node could not run a task: {error.strerror}", "suan doctor") from error

    async def _guarded(self, spec: RunSpec, network: bool, uid: int | None, cancel: asyncio.Event) -> RunResult:
        """With its group and its folder, which are given back in every case, when nothing of the task runs any more."""
        group = self._cgroups.group() if self._cgroups else None
        try:
            if uid is not None:
                await self._aside(hand_over, Path(spec.folder), uid)
            end = await self._live(spec, network, uid, group, cancel)
        finally:
            await asyncio.shield(self._aside(_clear, group, Path(spec.folder)))
        return await self._aside(result, spec, end, self._fuel_per_cpu_s)

    async def _live(self, spec: RunSpec, network: bool, uid: int | None, group: Group | None, cancel: asyncio.Event) -> End:
        """From the start to the end of all its processes."""
        with contextlib.ExitStack() as held:
            out = (_open(held, spec.stdout, spec.drain_s > 0), _open(held, spec.stderr, spec.drain_s > 0))
            with inside(spec.namespace):  # what is started there stays there
                started = self._start(spec, network, uid, out)
            live = held.enter_context(started)
            try:
                end = await self._attended(live, spec, group, cancel)
            except BaseException:  # also when our own caller gives up: the task must not outlive the call
                await asyncio.shield(live.abandon())
                raise
            cut = [_cut(fd, spec.output_bytes_max) for fd in out]
            return end._replace(code="output") if any(cut) and not end.code else end

    def _start(self, spec: RunSpec, network: bool, uid: int | None, out: tuple[int, int]) -> Live:
        env = (("SUAN_ITEM", spec.item), *spec.env)
        if not self._sandbox or self._bwrap is None:
            return start_bare(spec.folder, env, spec.argv, out)
        tmp = spec.memory_bytes_max // 4
        expose = (*((str(path), str(path)) for path in self._expose), *spec.expose)
        box = Box(folder=spec.folder, uid=uid, network=network, memory_bytes=tmp, env=env, expose=expose, devices=spec.devices)
        return start_boxed(self._bwrap, box, self._name, spec.argv, self._seccomp, out)

    async def _attended(self, live: Live, spec: RunSpec, group: Group | None, cancel: asyncio.Event) -> End:
        pid = await live.child()
        if not pid or not self._bind(pid, spec, group):
            live.kill()
            await live.end()
            return End("sandbox", None, Use(0.0, 0, False), 0.0)
        meter: Meter = GroupMeter(group) if group else TreeMeter(live.pid, spec.memory_bytes_max)
        seen = functools.partial(self._uses.__setitem__, spec.folder)
        return await attend(live, meter, spec, self._fuel_per_cpu_s, lambda: self._closed, cancel, self._pool, seen)

    def _bind(self, pid: int, spec: RunSpec, group: Group | None) -> bool:
        """Set every bound on the waiting task; False if it is gone already."""
        try:
            if group is not None:
                group.bound(spec.cpu_milli, spec.memory_bytes_max, PIDS_MAX)
                group.add(pid)
            apply(pid, limits(spec, self._fuel_per_cpu_s, group is not None, bool(self._sandbox)))
        except ProcessLookupError:
            return False
        return True

    @contextlib.contextmanager
    def _user(self) -> Iterator[int | None]:
        """As root: a host user of its own for each task that runs at the same time. Else None."""
        if os.geteuid() != 0 or not self._sandbox:
            yield None
            return
        uid = next(u for u in itertools.count(UID_FIRST) if u not in self._uids)
        self._uids.add(uid)
        try:
            yield uid
        finally:
            self._uids.discard(uid)

    async def _aside(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """File work in a thread of our own, so that the loop goes on; not in the loop's threads, which others may keep busy."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, functools.partial(work, *args, **named))


def _clear(group: Group | None, folder: Path) -> None:
    if group is not None:
        group.remove()
    take_back(folder)


def _unfit(spec: RunSpec) -> bool:
    """What neither the kernel nor a shell can carry: no program, zero bytes, variables whose names are not identifiers."""
    words = (*spec.argv, spec.item, *(value for _, value in spec.env))
    names = [name for name, _ in spec.env]
    return not spec.argv or any("\0" in w for w in words) or not all(n.isascii() and n.isidentifier() for n in names)


def _never(spec: RunSpec) -> RunResult:
    """The outcome of a task that could not be started; its output is there, and empty."""
    with contextlib.ExitStack() as held:
        for path in (spec.stdout, spec.stderr):
            _open(held, path)
    return result(spec, End("sandbox", None, Use(0.0, 0, False), 0.0), 1.0)


def _open(held: contextlib.ExitStack, path: str, append: bool = False) -> int:
    """For writing, empty; never through a link that a user's files may have put there. append: it may be cut meanwhile."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC | (os.O_APPEND if append else 0)
    fd = os.open(path, flags, 0o600)
    held.callback(os.close, fd)
    return fd


def _cut(fd: int, size: int) -> bool:
    """Whether the file was too long, and is cut now."""
    if os.fstat(fd).st_size <= size:
        return False
    os.ftruncate(fd, size)
    return True
