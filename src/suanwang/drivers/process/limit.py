"""Resource limits (getrlimit(2)) of a task, set from outside while it waits at its gate, before it runs a single instruction.

From outside, because a limit on the number of processes that is set before the user namespace exists would count all of the
user's processes against it (kernel 5.14 and later count per namespace).
"""

import math
import os
import resource

from suanwang.drivers.runtime import RunSpec

PIDS_MAX = 256
PIDS_MAX_OLD = 4096
"""Before kernel 5.14 all processes of the user count, whatever namespace they are in: the bound must leave room for those."""
FILES_OPEN_MAX = 4096
DATA_FACTOR = 2
"""The bound on private memory is per process and counts what is asked for, not what is touched; the meter's sum over all
processes is the real bound, and this one stands behind it, for what grows faster than the meter looks."""
CPU_SLACK_S = 2


def limits(spec: RunSpec, fuel_per_cpu_s: float, grouped: bool, boxed: bool) -> dict[int, int]:
    """RLIMIT number -> value. grouped: a control group bounds memory and processes, so that limits need not.
    boxed: in a user of its own, where a bound on the number of processes counts only the task's.
    """
    found = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: FILES_OPEN_MAX,
        resource.RLIMIT_FSIZE: cut_at(spec),
        resource.RLIMIT_CPU: math.ceil(min(spec.fuel_max / fuel_per_cpu_s, 1e9)) + CPU_SLACK_S,
    }
    if not grouped:
        found[resource.RLIMIT_DATA] = spec.memory_bytes_max * DATA_FACTOR
        if boxed:
            found[resource.RLIMIT_NPROC] = PIDS_MAX if _kernel() >= (5, 14) else PIDS_MAX_OLD
    return found


def cut_at(spec: RunSpec) -> int:
    """Where a file is cut off: one byte later than it may be long, so that it can be told from one that just fits."""
    return spec.output_bytes_max + 1


def apply(pid: int, values: dict[int, int]) -> None:
    """Lower them, never raise. ProcessLookupError when the process is gone."""
    for number, value in values.items():
        _, hard = resource.prlimit(pid, number)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.prlimit(pid, number, (bound, bound))


def _kernel() -> tuple[int, int]:
    major, minor = os.uname().release.split(".")[:2]
    return int(major), int("".join(c for c in minor if c.isdigit()) or 0)
