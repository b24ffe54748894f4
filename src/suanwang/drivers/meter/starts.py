"""What it costs to begin: milliseconds from asking for a process, or a sandboxed one, to its end, when it does nothing."""

import shutil
import subprocess
from collections.abc import Callable

NOTHING = "true"

SANDBOX = ("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--unshare-all", "--die-with-parent")
"""Arguments of bubblewrap: every name space of its own, as native tasks get it."""


def process_start() -> Callable[[], None] | None:
    """Start `true` and wait for it; None where there is no such program."""
    program = shutil.which(NOTHING)
    return None if program is None else lambda: _run([program])


def sandbox_start() -> Callable[[], None] | None:
    """The same under bubblewrap; None where bubblewrap is absent or not allowed to make name spaces."""
    sandbox, program = shutil.which("bwrap"), shutil.which(NOTHING)
    if sandbox is None or program is None:
        return None
    command = [sandbox, *SANDBOX, program]
    try:
        _run(command)
    except (OSError, subprocess.SubprocessError):
        return None
    return lambda: _run(command)


def _run(command: list[str]) -> None:
    """CalledProcessError, TimeoutExpired or OSError as they come."""
    subprocess.run(
        command, check=True, timeout=10, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
