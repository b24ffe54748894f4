"""Network namespaces by name, kept as `ip netns` keeps them: a file under /run/netns that the namespace is mounted on.

Switching is a matter of one thread: whoever enters a namespace comes back before anything else runs in that thread, and what
was made inside (a socket, a process) stays inside.
"""

import ctypes
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from suanwang.model.fault import KernelFault

FOLDER = Path("/run/netns")
_NEWNET = 0x40000000  # CLONE_NEWNET, sched.h
_BIND, _SHARED, _REC, _DETACH = 0x1000, 1 << 20, 0x4000, 2  # MS_BIND, MS_SHARED, MS_REC, MNT_DETACH
_HERE = "/proc/thread-self/ns/net"
_libc = ctypes.CDLL(None, use_errno=True)


def names() -> tuple[str, ...]:
    """All that are there, also those of others."""
    return tuple(sorted(f.name for f in FOLDER.iterdir())) if FOLDER.is_dir() else ()


def create(name: str) -> None:
    """Make one, with its loopback down. KernelFault SUAN-K001: it is there already, or we may not."""
    if not name or "/" in name or name in (".", ".."):
        raise KernelFault("SUAN-K001", f"{name!r} is no name of a network namespace", "use letters, digits and dashes")
    FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = FOLDER / name
    try:
        os.close(os.open(place, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o444))
    except OSError as error:
        raise KernelFault("SUAN-K001", f"the network namespace {name} cannot be made: {error.strerror}", "ip netns") from error
    failed = _in_a_thread(place)
    if failed:
        place.unlink()
        raise KernelFault("SUAN-K001", f"the network namespace {name} cannot be made: {os.strerror(failed)}", "be root")


def remove(name: str) -> None:
    """Take it away, if it is there. It lives on while a process or a socket is in it."""
    place = FOLDER / name
    _libc.umount2(os.fsencode(place), _DETACH)
    with suppress(FileNotFoundError):
        place.unlink()


def descriptor(name: str) -> int:
    """An open file of it, "" for that of this thread; to be closed by the caller. KernelFault SUAN-K002: it is not there."""
    try:
        return os.open(FOLDER / name if name else _HERE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise KernelFault("SUAN-K002", f"there is no network namespace {name!r}: {error.strerror}", "ip netns") from error


@contextmanager
def inside(name: str) -> Generator[None]:
    """This thread is in it until the context ends; "": it stays where it is. Not to be held over an await."""
    if not name:
        yield
        return
    back, there = descriptor(""), -1
    try:
        there = descriptor(name)
        _enter(there)
        try:
            yield
        finally:
            _enter(back)
    finally:
        os.close(back)
        if there >= 0:
            os.close(there)


def _enter(fd: int) -> None:
    if _libc.setns(fd, _NEWNET):
        code = ctypes.get_errno()
        raise KernelFault("SUAN-K002", f"the network namespace cannot be entered: {os.strerror(code)}", "be root")


def _in_a_thread(place: Path) -> int:
    """A thread leaves for a namespace of its own, and ends when that is mounted. The errno of what failed, 0 if nothing did."""
    failed = [0]

    def work() -> None:
        target = os.fsencode(place)
        if _libc.unshare(_NEWNET) or _libc.mount(_HERE.encode(), target, b"none", _BIND, None):
            failed[0] = ctypes.get_errno() or 1

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return failed[0]
