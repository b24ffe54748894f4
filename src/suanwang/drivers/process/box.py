"""The box around a task: how bubblewrap is told to build a small machine that has the node's programs and one folder.

Two ways to the same box. As a plain user, a user namespace: inside, the task is user 1000; outside, its files are the agent's.
As root, no user namespace: the task runs as a user of its own that owns nothing but its folder, so that even a hole in the
box leads to nobody. Each option is in bwrap(1); the order matters, later mounts cover earlier ones.
"""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec

UID_FIRST = 1_990_000_000
"""Far above people, services, containers and sub-ids (systemd's uid table calls this range unused)."""
UID_INSIDE = 1000
PATH_INSIDE = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
READ_ONLY = ("/etc/ld.so.cache", "/etc/alternatives")
READ_ONLY_NET = ("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf")

ENVIRONMENT = "/etc/suan.env"
FILES = ("/etc/passwd", "/etc/group", ENVIRONMENT)
# Process 1: it reaps, it dies with bubblewrap, and its end takes every process of the box with it. As root it keeps root's
# number (with no powers but to become the task's user), so that the kernel lets bubblewrap's death reach it; hence nothing of
# the task's, no variable above all (LD_PRELOAD), may touch it.
KEEP = ("/bin/sh", "-c", '(exec "$@"); exit $?', "suan")
# The task's own start. `exec` runs programs only, never the shell's own words; its exit code tells "not found" (127) from
# "may not be run" (126).
ENTER = ("/bin/sh", "-c", f'. {ENVIRONMENT}; exec "$@"', "suan")


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """folder: on the host. uid: the host's user the task runs as, None to stay who we are (in a user namespace).
    memory_bytes: bound of each of the two folders that lie in memory. env: names are identifiers. expose: more of the host,
    read-only. devices: device files of the host that it may use, where they are there."""

    folder: str
    uid: int | None
    network: bool
    memory_bytes: int
    env: tuple[tuple[str, str], ...] = ()
    expose: tuple[Path, ...] = ()
    devices: tuple[str, ...] = ()


def options(
    box: Box, hostname: str, passwd: int, group: int, variables: int, machine_root: Path = Path("/")
) -> tuple[str, ...]:
    """All options but the file descriptors of the starter. passwd, group, variables: descriptors of the contents of `files`."""
    return (
        *_apart(box),
        *("--die-with-parent", "--new-session", "--as-pid-1", "--hostname", hostname, "--clearenv"),
        *_programs(machine_root),
        *("--perms", "0755", "--dir", "/etc"),
        *(x for path in READ_ONLY for x in ("--ro-bind-try", path, path)),
        *(x for path in (READ_ONLY_NET if box.network else ()) for x in ("--ro-bind-try", path, path)),
        *(x for fd, path in zip((passwd, group, variables), FILES, strict=True) for x in _data(fd, path)),
        *("--proc", "/proc", "--dev", "/dev"),
        *(x for path in box.devices for x in ("--dev-bind-try", path, path)),
        *(x for path in ("/tmp", "/dev/shm") for x in _in_memory(path, box.memory_bytes)),
        *(x for path in box.expose for x in ("--ro-bind", str(path), str(path))),
        *("--bind", box.folder, "/work", "--chdir", "/work"),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
    )


def command(box: Box, argv: tuple[str, ...]) -> tuple[str, ...]:
    """What runs in the box."""
    return (*KEEP, *_become(box.uid), *ENTER, *argv)


def environment(
    extra: tuple[tuple[str, str], ...], home: str = "/work", path: str = PATH_INSIDE
) -> tuple[tuple[str, str], ...]:
    """The task's variables: a few that every program expects, and `extra`, which may replace them."""
    plain = {"HOME": home, "PATH": path, "LANG": "C.UTF-8", "TMPDIR": "/tmp", "USER": "suan", "LOGNAME": "suan"}
    return tuple((plain | dict(extra)).items())


def files(box: Box) -> tuple[bytes, bytes, bytes]:
    """Contents of FILES: just the task's user, because programs ask who they are; and its variables, for a shell to read."""
    uid = UID_INSIDE if box.uid is None else box.uid
    variables = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment(box.env))
    return f"suan:x:{uid}:{uid}:suan:/work:/bin/sh\n".encode(), f"suan:x:{uid}:\n".encode(), os.fsencode(variables)


def _apart(box: Box) -> tuple[str, ...]:
    if box.uid is None:
        share = ("--share-net",) if box.network else ()
        return ("--unshare-all", *share, "--uid", str(UID_INSIDE), "--gid", str(UID_INSIDE), "--cap-drop", "ALL")
    net = () if box.network else ("--unshare-net",)
    spaces = ("--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try", *net)
    return (*spaces, "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")


def _become(uid: int | None) -> tuple[str, ...]:
    if uid is None:
        return ()
    who = ("--reuid", str(uid), "--regid", str(uid), "--clear-groups", "--inh-caps=-all")
    return ("/usr/bin/setpriv", *who, "--")


def _programs(root: Path) -> Iterator[str]:
    """/usr, and the old folders beside it: links into it on most systems, real folders on some."""
    yield from ("--ro-bind", str(root / "usr"), "/usr")
    for name in LINKS:
        path = root / name.lstrip("/")
        if path.is_symlink():
            yield from ("--symlink", os.readlink(path), name)
        elif path.is_dir():
            yield from ("--ro-bind", str(path), name)


def _data(fd: int, path: str) -> tuple[str, ...]:
    return ("--perms", "0444", "--ro-bind-data", str(fd), path)


def _in_memory(path: str, size: int) -> tuple[str, ...]:
    return ("--perms", "1777", "--size", str(max(1 << 20, size)), "--tmpfs", path)
