"""What one unit of a product takes: run so many and twice as many, meter the CPU time, and count the difference, so that
starting costs nothing, in calibrated fuel (docs/unit.md)."""

import os
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from suanwang.model.fault import RuntimeFault

ROUNDS = 5


class Taken(NamedTuple):
    """cpu_s: of one unit, the median of the rounds; spread: their standard deviation, relative. memory_bytes: most at once."""

    cpu_s: float
    spread: float
    memory_bytes: int


def taken(run: Sequence[str], units: int, folder: Path, rounds: int = ROUNDS) -> Taken:
    """RuntimeFault SUAN-R060: it cannot be run, or fails."""
    each, peak = list[float](), 0
    for _ in range(rounds):
        (once, first), (twice, second) = _run(run, units, folder), _run(run, 2 * units, folder)
        each.append((twice - once) / units)
        peak = max(peak, first, second)
    middle = statistics.median(each)
    if middle <= 0:
        raise RuntimeFault("SUAN-R060", f"{units} units take too little to be measured", "give it more units")
    return Taken(middle, statistics.stdev(each) / middle if len(each) > 1 else 0.0, peak)


def _run(run: Sequence[str], units: int, folder: Path) -> tuple[float, int]:
    """(CPU seconds, peak bytes) of the program and all that it waited for."""
    argv = [part.replace("{units}", str(units)) for part in run]
    try:
        child = subprocess.Popen(
            argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError as problem:
        raise RuntimeFault("SUAN-R060", f"{argv[0]} cannot be run: {problem}", "install it") from problem
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeFault("SUAN-R060", f"{' '.join(argv)} ended with {child.returncode}", f"cd {folder} && {' '.join(argv)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
