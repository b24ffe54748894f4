"""Who has had the cores in a run: each kind of process of the lab, the kernel, and others that have nothing to do with it.

ran, waited     /proc/PID/task/*/schedstat: ns on a core, ns runnable and not on one, how often it was put on one
busy            /proc/stat: of all cores together, in hundredths of a second
"""

import contextlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from crowd.scene import Scene

KINDS = ("client", "server", "router", "nodes", "relay", "brain")
SHARES = ("/sys/fs/cgroup/cpu/suanwang/cpu.shares",)
WEIGHT = 29154
"""What the kernel gives to nice -15 (sched_prio_to_weight); 1024 is usual."""
Ran = tuple[float, float, int]
"""Seconds that it ran, seconds that it waited for a core or for its quota, how often it came to run."""
_TICKS_S = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def foremost() -> Iterator[None]:
    """Others on this machine give way to what is started herein, and to all control groups of the product: weights are 28 to 1.
    Within the lab all stay alike. As root."""
    group = Path("/proc/self/autogroup")
    shares = next((f for f in map(Path, SHARES) if f.exists()), None)
    before = shares.read_text() if shares else ""
    with contextlib.suppress(OSError):  # a kernel without
        group.write_text("-15")
    if shares:
        shares.write_text(str(WEIGHT))
    try:
        yield
    finally:
        if shares:
            shares.write_text(before)
        with contextlib.suppress(OSError):
            group.write_text("0")


class Used:
    """From now on."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._at = scene, time.monotonic()
        self._ran, self._busy = ran(scene), busy()

    def since(self) -> dict[str, object]:
        """By kind, cores that ran, cores' worth of waiting, and turns a second; and the cores that went to the kernel's
        interrupts, to others, and to other machines."""
        passed, now, busy_now = time.monotonic() - self._at, ran(self._scene), busy()
        kinds: dict[str, list[float]] = {kind: [0.0, 0.0, 0.0] for kind in KINDS}
        for pid, (kind, found) in now.items():
            before = self._ran.get(pid, (kind, (0.0, 0.0, 0)))[1]
            for column in range(3):
                kinds[kind][column] += (found[column] - before[column]) / passed
        tasks, interrupts, stolen = ((b - a) / passed for a, b in zip(self._busy, busy_now, strict=True))
        return {
            **{kind: [round(x, 4) for x in found] for kind, found in kinds.items()},
            "kernel": round(interrupts, 4),
            "others": round(tasks - sum(found[0] for found in kinds.values()), 4),
            "stolen": round(stolen, 4),
        }


def ran(scene: Scene) -> dict[int, tuple[str, Ran]]:
    """Of each process of the lab by now."""
    servers = children(scene.nodes.process.pid)
    pids = {
        "client": [c.process.pid for c in scene.clients.values()], "server": servers,
        "router": [c.process.pid for c in scene.routers.values()], "nodes": [scene.nodes.process.pid],
        "relay": [int(f.read_text()) for f in scene.folder.glob("*.pid")], "brain": [os.getpid()],
    }  # fmt: skip
    return {pid: (kind, _ran(pid)) for kind, some in pids.items() for pid in some}


def children(pid: int) -> list[int]:
    """Of all its threads."""
    return [int(word) for file in Path(f"/proc/{pid}/task").glob("*/children") for word in _read(file).split()]


def busy() -> tuple[float, float, float]:
    """Seconds of cores that went to tasks, to interrupts, and were not given to this machine."""
    user, nice, system, _, _, irq, softirq, stolen = map(int, _read(Path("/proc/stat")).split()[1:9])
    return (user + nice + system) / _TICKS_S, (irq + softirq) / _TICKS_S, stolen / _TICKS_S


def _ran(pid: int) -> Ran:
    rows = [[int(word) for word in _read(file).split()] for file in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    run_ns, wait_ns, turns = _summed(row for row in rows if row)
    return run_ns / 1e9, wait_ns / 1e9, turns


def _summed(rows: Iterable[list[int]]) -> tuple[int, int, int]:
    run_ns = wait_ns = turns = 0
    for row in rows:
        run_ns, wait_ns, turns = run_ns + row[0], wait_ns + row[1], turns + row[2]
    return run_ns, wait_ns, turns


def _read(file: Path) -> str:
    """What has ended in the meantime has nothing to say."""
    try:
        return file.read_text()
    except OSError:
        return ""
