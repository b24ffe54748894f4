"""What one unit of a product takes: run so many and twice as many, meter the CPU time, and count the difference, so that
starting costs nothing, in calibrated fuel (docs/unit.md)."""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from suanwang.model.fault import RuntimeFault

ROUNDS = 5
_BETWEEN = """
import os, sys
child = os.fork()
if not child:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    try:
        os.execvp(sys.argv[1], sys.argv[1:])
    except OSError:
        os._exit(127)
_, status, used = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""The kernel counts what a process held before it became the program (ru_maxrss): a small process in between, of some 10 MiB,
rather than all of this one."""


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
    told = subprocess.run([sys.executable, "-I", "-S", "-c", _BETWEEN, *argv], cwd=folder, capture_output=True, text=True)
    status, cpu_s, peak_kib = told.stdout.split()
    if status == "127":
        raise RuntimeFault("SUAN-R060", f"{argv[0]} cannot be run: there is no such program", f"install {argv[0]}")
    if status != "0":
        raise RuntimeFault("SUAN-R060", f"{' '.join(argv)} ended with {status}", f"cd {folder} && {' '.join(argv)}")
    return float(cpu_s), int(peak_kib) * 1024
