"""Starting a task so that it waits at a gate, and holding on to it: who it is, when it ends, and a sure way to kill it.

`bwrap` (and our keeper, without a sandbox) tells the task's process id through a status pipe and lets it run when a byte
comes through a gate pipe; between the two the agent sets every bound. Processes are held by pidfd (pidfd_open(2)), which
never means another process. Starting happens in the event loop's own thread: "die with parent" means that thread.
"""

import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from suanwang.drivers.process import keeper
from suanwang.drivers.process.box import Box, command, environment, files, options
from suanwang.drivers.process.tree import children

START_S_MAX = 30.0
STOP_S_MAX = 10.0
STATUS_BYTES = 65536


class Live:
    """A started process and its ends of the two pipes. Use as a context: leaving it closes what is held, after `end`."""

    def __init__(self, process: subprocess.Popen[bytes], status: int, gate: int) -> None:
        self.pid = process.pid
        self.ended = asyncio.Event()
        self._process = process
        self._status, self._gate = status, gate
        self._said = b""
        self._told = asyncio.Event()
        self._child, self._child_fd = 0, -1
        self._fd = os.pidfd_open(process.pid)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._fd, self._on_end)
        os.set_blocking(status, False)
        loop.add_reader(status, self._on_status)

    async def child(self) -> int:
        """Process id of the task itself, waiting at the gate; 0 if it could not be started."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_S_MAX):
                await self._told.wait()
        pid = self._say("child-pid") or 0
        if pid:
            try:
                self._child, self._child_fd = pid, os.pidfd_open(pid)
            except ProcessLookupError:
                return 0
        return pid

    def go(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self._gate, b"1")

    def kill(self) -> None:
        """The task, and with it all of its processes; the outer process then ends by itself, so that it can still account."""
        with contextlib.suppress(ProcessLookupError):
            if self._child_fd >= 0:
                signal.pidfd_send_signal(self._child_fd, signal.SIGKILL)
            else:
                self._process.kill()

    async def end(self) -> tuple[int | None, resource.struct_rusage]:
        """Wait for the end: (exit code of the task, None where it never ran; use of all its processes). Call it once."""
        await self.ended.wait()
        _, status, rusage = os.wait4(self.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._on_status()
        return self._say("exit-code"), rusage

    async def abandon(self) -> None:
        """Make sure that nothing is left of it."""
        if self._process.returncode is None:
            await self.stop()
            await self.end()

    async def drain(self, seconds: float) -> None:
        """Ask it to end, and give it so long. Process 1 of a box hears no one, so those that it started are asked too."""
        for pid in (self._child, *children(self._child)):
            _terminate(pid, self._child)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.ended.wait()

    async def stop(self) -> None:
        """Kill, and wait until it is so. TimeoutError if the kernel cannot kill it."""
        self.kill()
        async with asyncio.timeout(STOP_S_MAX):
            await self.ended.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        loop = asyncio.get_running_loop()
        for fd in (self._fd, self._status):
            loop.remove_reader(fd)
        for fd in (self._fd, self._child_fd, self._status, self._gate):
            if fd >= 0:
                os.close(fd)

    def _on_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._fd)
        self.ended.set()
        self._told.set()

    def _on_status(self) -> None:
        with contextlib.suppress(BlockingIOError):
            more = os.read(self._status, STATUS_BYTES)
            self._said += more
            if not more:
                asyncio.get_running_loop().remove_reader(self._status)
        if b"\n" in self._said:
            self._told.set()

    def _say(self, key: str) -> int | None:
        for line in self._said.splitlines():
            told = msgspec.json.decode(line)
            if key in told:
                return told[key]
        return None


def _terminate(pid: int, parent: int) -> None:
    """SIGTERM, if it is `parent` or still one of its children."""
    with contextlib.suppress(ProcessLookupError):
        fd = os.pidfd_open(pid)
        try:
            if pid == parent or pid in children(parent):
                signal.pidfd_send_signal(fd, signal.SIGTERM)
        finally:
            os.close(fd)


def boxed_call(
    held: contextlib.ExitStack,
    bwrap: str,
    box: Box,
    hostname: str,
    argv: tuple[str, ...],
    seccomp: bytes,
    own: tuple[str, ...] = (),
) -> tuple[list[str], list[int]]:
    """The command line of bubblewrap and the descriptors it needs, open until `held` is closed. own: options of the caller."""
    passwd, group, variables = (_memory_file(held, text) for text in files(box))
    # Through a file, not the command line: other users of the node can read command lines.
    args = _memory_file(held, b"\0".join(os.fsencode(x) for x in options(box, hostname, passwd, group, variables)) + b"\0")
    fds = [passwd, group, variables, args]
    if seccomp:
        fds.append(_memory_file(held, seccomp))
        own = ("--seccomp", str(fds[-1]), *own)
    return [bwrap, "--args", str(args), *own, "--", *command(box, argv)], fds


def start_boxed(bwrap: str, box: Box, hostname: str, argv: tuple[str, ...], seccomp: bytes, out: tuple[int, int]) -> Live:
    """In a sandbox. out: descriptors for stdout and stderr. OSError when bubblewrap cannot be started."""
    with contextlib.ExitStack() as held, _Pipes() as pipes:
        own = ("--json-status-fd", str(pipes.status_there), "--block-fd", str(pipes.gate_there))
        call, fds = boxed_call(held, bwrap, box, hostname, argv, seccomp, own)
        return pipes.start(call, {}, "/", fds, out)


def start_bare(folder: str, env: tuple[tuple[str, str], ...], argv: tuple[str, ...], out: tuple[int, int]) -> Live:
    """Without one, for the node owner's own work."""
    with _Pipes() as pipes:
        variables = dict(environment(env, home=folder, path=os.environ.get("PATH", os.defpath)))
        wires = (str(pipes.status_there), str(pipes.gate_there))
        call = [sys.executable, "-I", "-S", str(Path(keeper.__file__)), *wires, *argv]
        return pipes.start(call, variables, folder, [], out)


class _Pipes:
    """Status and gate. The far ends are closed here in every case, the near ends only if nothing was started."""

    def __enter__(self) -> Self:
        self._status, self.status_there = os.pipe()
        self.gate_there, self._gate = os.pipe()
        self._started = False
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        near = () if self._started else (self._status, self._gate)
        for fd in (self.status_there, self.gate_there, *near):
            os.close(fd)

    def start(self, call: list[str], env: dict[str, str], folder: str, fds: list[int], out: tuple[int, int]) -> Live:
        process = subprocess.Popen(
            call,
            stdin=subprocess.DEVNULL,
            stdout=out[0],
            stderr=out[1],
            env=env,
            cwd=folder,
            pass_fds=[*fds, self.status_there, self.gate_there],
            start_new_session=True,
        )
        self._started = True
        return Live(process, self._status, self._gate)


def _memory_file(held: contextlib.ExitStack, content: bytes) -> int:
    """A descriptor at the start of a file that exists only in memory; closed with `held`."""
    fd = os.memfd_create("suan")
    held.callback(os.close, fd)
    os.write(fd, content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
