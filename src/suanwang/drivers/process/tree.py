"""What /proc says of a process and of all that descends from it (proc_pid_stat(5)). A process that is gone reads as None."""

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Proc(NamedTuple):
    """start: clock ticks since boot; (pid, start) never comes twice. cpu_s: its own; reaped_s: of children it waited for.
    memory_bytes: resident pages that are not shared with a file or another process."""

    pid: int
    start: int
    cpu_s: float
    reaped_s: float
    memory_bytes: int


def look(pid: int) -> Proc | None:
    """One process now, or None."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
        memory = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return None
    part = text[text.rindex(")") + 2 :].split()  # the name before it may hold spaces and parentheses
    return Proc(
        pid=pid,
        start=int(part[19]),
        cpu_s=(int(part[11]) + int(part[12])) * TICK_S,
        reaped_s=(int(part[13]) + int(part[14])) * TICK_S,
        memory_bytes=max(0, int(memory[1]) - int(memory[2])) * PAGE,
    )


def children(pid: int) -> tuple[int, ...]:
    """Direct children, of all its threads."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
    return tuple(found)


def descent(pid: int) -> tuple[Proc, ...]:
    """The process and all its descendants that are still linked to it."""
    found: dict[int, Proc] = {}
    todo = [pid]
    while todo:
        one = todo.pop()
        proc = None if one in found else look(one)
        if proc is not None:
            found[one] = proc
            todo += children(one)
    return tuple(found.values())
