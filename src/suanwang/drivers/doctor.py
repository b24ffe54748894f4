"""What works on this machine, found by trying, and what to do where it does not. Each check is a value with a stable key; the
English is here. No check raises and none takes longer than 10 s."""

import contextlib
import ctypes
import importlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from suanwang.drivers import cgroup
from suanwang.drivers.accelerators import discover_with_notes
from suanwang.drivers.onnx.runtime import INSTALL, packages
from suanwang.drivers.process.probe import refusal
from suanwang.drivers.process.seccomp import program

State = Literal["ok", "missing", "limited"]
GIB = 1 << 30
DISK_BYTES_MIN = 2 * GIB
MEMORY_BYTES_MIN = GIB
PYTHON_MIN = (3, 11)
TRY_S_MAX = 10.0
ADJTIMEX_BYTES = 256
"""More than struct timex on any machine (208 on x86_64); all zero asks and changes nothing (adjtimex(2))."""
TIME_ERROR = 5
INSTALLERS = (
    ("apt-get", "sudo apt install"),
    ("dnf", "sudo dnf install"),
    ("pacman", "sudo pacman -S"),
    ("apk", "sudo apk add"),
)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """state: "ok"; "limited": works, but less well; "missing". found: what there is. means: what follows for the user.
    todo: what to do, "" if nothing; a command where there is one."""

    key: str
    name: str
    state: State
    found: str
    means: str
    todo: str = ""


def checks(cache: Path | None = None) -> tuple[Check, ...]:
    """All of them, the most important first. cache: folder of the sandboxed Python, where the caller keeps one."""
    return (
        python(),
        wasmtime(),
        python_wasm(cache),
        bubblewrap(),
        onnx(),
        user_namespaces(),
        control_groups(),
        cores(),
        memory(),
        disk(cache or Path.home()),
        clock(),
        *accelerators(),
        architecture(),
    )


def python() -> Check:
    version = sys.version.split()[0]
    good = sys.version_info[:2] >= PYTHON_MIN
    return Check(
        key="python",
        name="Python",
        state="ok" if good else "missing",
        found=version,
        means="Suanwang runs on it" if good else "Suanwang needs Python 3.11 or newer",
        todo="" if good else "uv python install 3.12",
    )


def wasmtime() -> Check:
    """By compiling an empty module: a package for another processor can be installed and still not load."""
    try:
        engine = importlib.import_module("wasmtime")
        engine.Module(engine.Engine(), "(module)")
        version = importlib.metadata.version("wasmtime")
    except Exception as trouble:  # a broken binary package may raise anything
        why = f"{type(trouble).__name__}: {trouble}"
        todo = "install suanwang again on this machine, in a fresh environment"
        return Check(
            key="wasmtime", name="WebAssembly", state="missing", found=why, means="no wasm and Python work here", todo=todo
        )
    means = "runs wasm work, metered to the last instruction"
    return Check(key="wasmtime", name="WebAssembly", state="ok", found=f"wasmtime {version}", means=means)


def python_wasm(cache: Path | None) -> Check:
    """The component is built when the first node starts; it is only a question of whether that will work and is done."""
    name, key = "Sandboxed Python", "python_wasm"
    try:
        importlib.import_module("componentize_py")
        component = importlib.import_module("suanwang.drivers.wasm.component")
        ready = component.compiled_path(cache) if cache else None
    except Exception as trouble:
        why = f"{type(trouble).__name__}: {trouble}"
        todo = "install suanwang again on this machine, in a fresh environment"
        return Check(key=key, name=name, state="missing", found=why, means="no Python work here", todo=todo)
    if ready is not None and ready.exists():
        return Check(key=key, name=name, state="ok", found="built", means="Python work starts at once")
    means = "the first start of a node takes half a minute longer"
    return Check(key=key, name=name, state="ok", found="can be built, not built yet", means=means)


def bubblewrap(path: str | None = "find") -> Check:
    name, key = "Sandbox for native work", "bubblewrap"
    bwrap = shutil.which("bwrap") if path == "find" else path
    none = "no native commands of other people run here; wasm and Python work does"
    if bwrap is None:
        return Check(
            key=key, name=name, state="missing", found="bubblewrap is not installed", means=none, todo=_install("bubblewrap")
        )
    with tempfile.TemporaryDirectory(prefix="suan-doctor-") as folder:
        why = refusal(bwrap, Path(folder), program(os.uname().machine))
    if why:
        found, todo = f"bubblewrap does not start: {why}", _allow_namespaces()
        return Check(key=key, name=name, state="missing", found=found, means=none, todo=todo)
    version = _output((bwrap, "--version")) or "bubblewrap"
    if not program(os.uname().machine):
        means = "native work is contained, but system calls are not filtered on this processor"
        return Check(key=key, name=name, state="limited", found=version, means=means)
    means = "native commands run contained: own files, own processes, no network unless asked"
    return Check(key=key, name=name, state="ok", found=version, means=means)


def onnx() -> Check:
    """Whether the runtime is installed; it is not loaded, for it is only loaded in the sandbox."""
    name, key, todo = "ONNX models", "onnx", f"only if you want it: {INSTALL}"
    if packages() is None:
        means = "no ONNX models run here; all other work does"
        return Check(key=key, name=name, state="limited", found="onnxruntime is not installed", means=means, todo=todo)
    version = importlib.metadata.version("onnxruntime")
    means = "models run in the sandbox, metered as native work"
    found = f"onnxruntime {version}"
    return Check(key=key, name=name, state="ok", found=found, means=means)


def user_namespaces() -> Check:
    name, key = "User namespaces", "user_namespaces"
    if _output(("unshare", "--user", "true")) is not None:
        return Check(key=key, name=name, state="ok", found="allowed", means="the sandbox needs no root")
    means = "a sandbox needs root here" if os.geteuid() else "fine for a node that runs as root; a plain user has no sandbox"
    return Check(key=key, name=name, state="limited", found="forbidden", means=means, todo=_allow_namespaces())


def control_groups(tree: cgroup.Tree | Literal["find"] | None = "find") -> Check:
    name, key = "Control groups", "cgroup"
    tree = cgroup.find() if tree == "find" else tree
    if tree is None:
        there = "version 2" if Path("/sys/fs/cgroup/cgroup.controllers").exists() else "version 1 or none"
        means = "native work is bounded by resource limits: memory is watched, a share of a core is not held"
        todo = "systemd-run --user --scope -p Delegate=yes suan join ..., or run the node as root"
        found = f"none that can be written ({there})"
        return Check(key=key, name=name, state="limited", found=found, means=means, todo=todo)
    controllers = ", ".join(cgroup.V1_CONTROLLERS if tree.version == 1 else cgroup.V2_CONTROLLERS)
    means = "memory, CPU share and processes are bounded by the kernel; native work is metered exactly"
    found = f"version {tree.version}: {controllers}"
    return Check(key=key, name=name, state="ok", found=found, means=means)


def cores() -> Check:
    usable, there = len(os.sched_getaffinity(0)), os.cpu_count() or 1
    found = str(there) if usable == there else f"{usable} of {there}"
    means = "can be lent out, up to the cap you set"
    return Check(key="cores", name="Cores", state="ok", found=found, means=means)


def memory(meminfo: Path = Path("/proc/meminfo")) -> Check:
    fields = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
    total, free = (int(fields[name].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable"))
    enough = total >= MEMORY_BYTES_MIN
    return Check(
        key="memory",
        name="Memory",
        state="ok" if enough else "limited",
        found=f"{total / GIB:.1f} GiB, {free / GIB:.1f} GiB free",
        means="can be lent out" if enough else "enough for small work only",
    )


def disk(folder: Path) -> Check:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    enough = free >= DISK_BYTES_MIN
    return Check(
        key="disk",
        name="Disk",
        state="ok" if enough else "limited",
        found=f"{free / GIB:.1f} GiB free",
        means="room for files of jobs" if enough else "files of jobs may not fit",
        todo="" if enough else f"free some space on the disk of {folder}",
    )


def clock(now: float | None = None) -> Check:
    """Sane: not before this very file was written. Synchronised: what the kernel was told by a time service."""
    name, key, sync = "Clock", "clock", "sudo timedatectl set-ntp true"
    now = time.time() if now is None else now
    found = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    if now < Path(__file__).stat().st_mtime - 86400:
        means = "the clock is wrong: it stands before this program was installed; signatures and bills will be refused"
        return Check(key=key, name=name, state="missing", found=found, means=means, todo=sync)
    if _synchronised():
        return Check(key=key, name=name, state="ok", found=found, means="kept by a time service")
    means = "no time service keeps it, or none that the kernel knows; it may drift"
    return Check(key=key, name=name, state="limited", found=found, means=means, todo=sync)


def accelerators() -> Iterator[Check]:
    name, key = "Accelerators", "accelerators"
    found, notes = discover_with_notes()
    what = ", ".join(f"{each.count} x {each.name} ({each.memory_bytes / GIB:.0f} GiB)" for each in found)
    means = "can be lent out by the hour" if found else "work that needs one goes elsewhere"
    yield Check(key=key, name=name, state="ok", found=what or "none", means=means)
    for note in notes:
        means = "this device cannot be offered"
        yield Check(key="accelerator_note", name=name, state="limited", found=note, means=means)


def architecture() -> Check:
    machine = os.uname().machine
    known = bool(program(machine))
    means = "work for it, and wasm work for any" if known else "wasm work for any; native work without a filter of system calls"
    return Check(key="arch", name="Processor", state="ok" if known else "limited", found=machine, means=means)


def _install(package: str) -> str:
    tool = next((command for program_name, command in INSTALLERS if shutil.which(program_name)), "install")
    return f"{tool} {package}"


def _allow_namespaces(root: Path = Path("/proc/sys")) -> str:
    """The switch that forbids user namespaces here, by the names that distributions gave it."""
    for name, allows in (
        ("kernel.apparmor_restrict_unprivileged_userns", "0"),
        ("kernel.unprivileged_userns_clone", "1"),
        ("user.max_user_namespaces", "15000"),
    ):
        path = root / name.replace(".", "/")
        with contextlib.suppress(OSError):
            value = path.read_text().strip()
            if value != allows and (value == "0" or allows == "0"):
                return f"sudo sysctl -w {name}={allows}"
    return "inside a container: start it with permission to make namespaces"


def _synchronised() -> bool:
    libc = ctypes.CDLL(None)
    return hasattr(libc, "adjtimex") and libc.adjtimex(ctypes.create_string_buffer(ADJTIMEX_BYTES)) not in (-1, TIME_ERROR)


def _output(argv: tuple[str, ...]) -> str | None:
    """What it printed, or None if it cannot be run or fails."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=TRY_S_MAX, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
