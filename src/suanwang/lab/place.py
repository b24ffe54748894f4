"""Where a lab keeps what it must remember, so that it can be taken down by anybody, also after everything of it was killed."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from suanwang.lab.plan import Plan
from suanwang.model.fault import ConflictFault, NotFoundFault, UsageFault

ROOT = Path("/run/suanwang/lab")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
GONE_S = 5.0


def folder_of(name: str) -> Path:
    """UsageFault SUAN-U095: no name for a lab."""
    if not NAME.fullmatch(name):
        raise UsageFault("SUAN-U095", f"{name[:40]!r} is no name for a lab", "use letters, digits and dashes, 20 at most")
    return ROOT / name


def names() -> tuple[str, ...]:
    """Of all labs on this machine."""
    return tuple(sorted(f.name for f in ROOT.iterdir() if (f / "plan.json").exists())) if ROOT.is_dir() else ()


def claim(plan: Plan) -> Path:
    """The lab's folder, with its plan in it before anything else is made. ConflictFault SUAN-K012: there is one of this
    name."""
    folder = folder_of(plan.name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o755)
    except FileExistsError:
        why = f"there is a lab called {plan.name} already"
        raise ConflictFault("SUAN-K012", why, f"suan lab down {plan.name}") from None
    (folder / "plan.json").write_bytes(msgspec.json.encode(plan))
    return folder


def plan_in(name: str) -> tuple[Path, Plan]:
    """NotFoundFault SUAN-N009: there is no such lab."""
    folder = folder_of(name)
    try:
        return folder, msgspec.json.decode((folder / "plan.json").read_bytes(), type=Plan)
    except (OSError, msgspec.MsgspecError):
        why = f"there is no lab called {name}; there are: {', '.join(names()) or 'none'}"
        raise NotFoundFault("SUAN-N009", why, "suan lab up three-sites") from None


def only(name: str) -> str:
    """The lab that is meant: the one named, or the only one there is. NotFoundFault SUAN-N009."""
    known = names()
    if name or len(known) != 1:
        return name or plan_in("lab")[1].name
    return known[0]


def inhabitants(spaces: Iterator[Path] | list[Path]) -> list[int]:
    """Processes whose network namespace is one of these files."""
    inodes = set[tuple[int, int]]()
    for space in spaces:
        with suppress(OSError):
            found = space.stat()
            inodes.add((found.st_dev, found.st_ino))
    pids: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            with suppress(OSError):
                found = (entry / "ns" / "net").stat()
                if (found.st_dev, found.st_ino) in inodes:
                    pids.append(int(entry.name))
    return pids


def killed(pids: list[int]) -> None:
    """Gone, all of them, before it returns (or after some seconds in which the kernel did not)."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + GONE_S
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
