"""How much linear memory a component holds: the engine does not tell, but the address space does.

Each linear memory lies at the start of a large reservation: writable pages, and behind them gigabytes that nobody may touch.
"""

from pathlib import Path

RESERVED_BYTES_MIN = 1 << 30
MAPS = Path("/proc/self/maps")


def linear_memory_bytes() -> int:
    """The largest run of writable memory before a reservation; 0 where the system has no such file or there is none."""
    try:
        return largest_before_reservation(MAPS.read_text())
    except OSError:
        return 0


def largest_before_reservation(maps: str) -> int:
    """maps: the text of /proc/PID/maps. Bytes of the largest unbroken "rw-p" run that an inaccessible GiB follows."""
    largest = run = end_before = 0
    for line in maps.splitlines():
        span, mode, _ = line.split(" ", 2)
        start, end = (int(part, 16) for part in span.split("-"))
        if mode.startswith("---") and start == end_before and end - start >= RESERVED_BYTES_MIN:
            largest = max(largest, run)
        before = run if start == end_before else 0
        run = before + end - start if mode.startswith("rw") else 0
        end_before = end
    return largest
