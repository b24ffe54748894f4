"""How busy this machine is, from /proc: the share of CPU time since the last look, and the memory in use."""

from collections.abc import Callable
from pathlib import Path


def sampler(root: Path = Path("/proc")) -> Callable[[], tuple[float, int]]:
    """A function that answers (CPU share 0-1 since it was last called, bytes of memory in use)."""
    last = _jiffies(root)

    def look() -> tuple[float, int]:
        nonlocal last
        now = _jiffies(root)
        busy, total = now[0] - last[0], now[1] - last[1]
        last = now
        return (max(0.0, busy / total) if total > 0 else 0.0), _memory_used(root)  # a virtual machine's counters may fall

    return look


def _jiffies(root: Path) -> tuple[int, int]:
    """(busy, all) since boot; proc(5), first line of /proc/stat: user nice system idle iowait irq softirq steal."""
    fields = [int(f) for f in (root / "stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def _memory_used(root: Path) -> int:
    rows = dict(line.split(":", 1) for line in (root / "meminfo").read_text().splitlines() if ":" in line)
    return (int(rows["MemTotal"].split()[0]) - int(rows["MemAvailable"].split()[0])) * 1024
