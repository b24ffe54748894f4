"""What this machine is, as far as it decides the readings: the key under which a report may be used again."""

import os
import platform
from importlib import metadata
from pathlib import Path

import msgspec

PACKAGES = ("suanwang", "numpy", "wasmtime")
MEMORY_STEP_BYTES = 64 << 20
"""The kernel keeps a little for itself, not the same at every start: memory is rounded down to whole steps."""


class MachineKey(msgspec.Struct, frozen=True, kw_only=True):
    """arch: as the kernel calls it ("x86_64"). versions: (package, version) of everything that runs the kernels."""

    cpu_model: str
    cores: int
    memory_bytes: int
    arch: str
    versions: tuple[tuple[str, str], ...]


def machine_key(root: Path = Path("/")) -> MachineKey:
    """Read from /proc and /sys under `root`; cores are those this process may run on."""
    memory = memory_bytes(root)
    return MachineKey(
        cpu_model=cpu_model(root),
        cores=cores(),
        memory_bytes=memory - memory % MEMORY_STEP_BYTES,
        arch=platform.machine(),
        versions=(("python", platform.python_version()), *((name, _version(name)) for name in PACKAGES)),
    )


def cpu_model(root: Path = Path("/")) -> str:
    """The marketing name (x86), else the board's name (device tree), else the part number (Arm), else ""."""
    fields = _fields(root / "proc/cpuinfo")
    board = _text(root / "proc/device-tree/model").strip("\0\n ")
    part = " ".join(fields[name] for name in ("CPU implementer", "CPU part") if name in fields)
    return fields.get("model name") or board or part or platform.processor()


def cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_bytes(root: Path = Path("/")) -> int:
    """The machine's memory, or this control group's limit if that is less; 0 where unknown.

    MemTotal and not a NUMA node's own figure, which leaves out memory that was plugged in later.
    """
    total = _fields(root / "proc/meminfo").get("MemTotal", "0 kB").split()[0]
    limits = [int(total) * 1024]
    for path in ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"):
        text = _text(root / path).strip()
        if text.isdecimal():
            limits.append(int(text))
    return min(limits)


def _fields(path: Path) -> dict[str, str]:
    """The first value of every "name : value" line."""
    found: dict[str, str] = {}
    for line in _text(path).splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip(), value.strip())
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
