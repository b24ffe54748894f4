"""What comes back: the tasks' own output, and their files, which are believed only as far as their hashes and paths allow."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from suanwang.api.cli.door import Door
from suanwang.api.client import Client
from suanwang.api.render.figures import some
from suanwang.api.render.jobs import noted
from suanwang.model.demand import Steps
from suanwang.model.fault import Fault, UsageFault, WireFault
from suanwang.model.file import FileRef
from suanwang.model.job import Job, Task
from suanwang.model.outputs import covers, declared
from suanwang.model.quantity import show_bytes

FOLLOW_S = 0.5
TAIL_BYTES = 4096
TAIL_LINES = 10
NOTES = 3
"""So many tasks may add a remark to the end of a job; `suan ps JOB` has them all."""


class Fetched(NamedTuple):
    """files: how many were written, size: their bytes together; kept: names given to files that would have hidden another;

    notes: (task, what it says of itself), such as files that could not come back.
    """

    files: int
    size: int
    kept: tuple[str, ...]
    notes: tuple[tuple[int, str], ...]


def copy_log(door: Door, client: Client, job: str, task: int, stream: str, *, title: str = "", follow: bool = False) -> None:
    """Copy a task's output to stdout until nothing more is there, or until it ends. title: said before, if there is any."""
    offset = 0
    while True:
        part = client.patiently(lambda at=offset: client.logs(job, task, stream, at))
        if part.data and title:
            door.say(title)
            title = ""
        if part.data:
            door.data(part.data)
        moved, offset = part.offset > offset, part.offset
        if part.ended or (not follow and not moved):
            return
        if not moved:
            door.pause(FOLLOW_S)


def log_texts(client: Client, job: str, tasks: tuple[int, ...], stream: str) -> list[dict[str, object]]:
    """What `suan logs --json` prints: one object a task."""
    texts: list[dict[str, object]] = []
    for task in tasks:
        data, offset, ended = read_log(client, job, task, stream)
        text = data.decode(errors="replace")
        texts.append({"job_id": job, "task": task, "stream": stream, "offset": offset, "ended": ended, "text": text})
    return texts


def read_log(client: Client, job: str, task: int, stream: str) -> tuple[bytes, int, bool]:
    """(everything there is now, where it ends, whether nothing will follow)."""
    data, offset = b"", 0
    while True:
        part = client.logs(job, task, stream, offset)
        data += part.data
        moved, offset = part.offset > offset, max(offset, part.offset)
        if part.ended or not moved:
            return data, offset, part.ended


def stderr_tail(client: Client, job: str, task: int) -> list[str]:
    """The last lines that a task wrote to stderr; nothing if they cannot be had."""
    with suppress(Fault):
        data = read_log(client, job, task, "stderr")[0][-TAIL_BYTES:]
        return data.decode(errors="replace").splitlines()[-TAIL_LINES:]
    return []


def every_task(client: Client, job: str) -> Iterator[Task]:
    """All tasks of a job, page by page."""
    cursor = ""
    while True:
        page = client.tasks(job, cursor=cursor)
        yield from page.items
        if not page.next or page.next == cursor:
            return
        cursor = page.next


def fetch(client: Client, job: Job, folder: Path) -> Fetched:
    """Write the outputs of every task that is done into `folder`.

    WireFault SUAN-W004 content that is not what was promised, SUAN-W005 a path outside the job's declared outputs;
    UsageFault SUAN-U027 the folder cannot take it. Two tasks with the same path and other content: both are kept.
    """
    seen: dict[str, str] = {}
    kept: list[str] = []
    notes: list[tuple[int, str]] = []
    size, graph = 0, isinstance(job.demand.work, Steps)
    for task in every_task(client, job.id):
        if task.outcome is None or task.state != "done":
            continue
        if task.outcome.note:
            notes.append((task.index, task.outcome.note))
        for ref in task.outcome.outputs:
            if graph and not any(covers(prefix, ref.path) for prefix in job.demand.outputs):
                continue  # it went from step to step
            path = _declared(job, task.index, ref)
            if seen.get(path) == ref.sha256:
                continue
            if path in seen:
                path = f"{path}.~{task.index}"
                kept.append(path)
            seen[path] = ref.sha256
            size += ref.size
            write_below(folder, path, lambda file, ref=ref: client.save_blob(ref.sha256, ref.size, file), ref.executable)
    return Fetched(len(seen), size, tuple(kept), tuple(notes))


def bring(door: Door, client: Client, job: Job, folder: Path) -> Fetched:
    """`fetch`, and say what came. Faults as those of `fetch`."""
    fetched = fetch(client, job, folder)
    if fetched.files:
        door.say(door.words("run.fetched", n=fetched.files, size=show_bytes(fetched.size), folder=folder))
    if fetched.kept:
        door.say(door.words("run.kept", names=some(door.words, fetched.kept)))
    for task, note in fetched.notes[:NOTES]:
        door.say(door.words("run.note", task=task, note=noted(door.words, note)))
    return fetched


def check_folder(folder: Path) -> None:
    """UsageFault SUAN-U027 if nothing can be written there, before anything is spent on it."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        what = "cannot be written to" if there.is_dir() else "is not a folder"
        raise UsageFault("SUAN-U027", f"{there} {what}", "suan run ... --out ANOTHER-FOLDER")


def write_below(folder: Path, path: str, fill: Callable[[BinaryIO], None], executable: bool = False) -> None:
    """Create `folder`/`path` whole or not at all. No part of `path` may be a link: each is opened from the one before it."""
    *parents, name = path.split("/")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            here = _open_folder(opened, folder, None)
            for part in parents:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=here)
                here = _open_folder(opened, part, here)
            _put(here, name, fill, 0o755 if executable else 0o644)
    except OSError as problem:
        raise UsageFault(
            "SUAN-U027", f"{folder / path} cannot be written: {problem.strerror}", "suan fetch JOB --out ANOTHER-FOLDER"
        ) from problem


def _open_folder(opened: ExitStack, name: str | Path, above: int | None) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if above is not None else 0)
    handle = os.open(name, flags, dir_fd=above)
    opened.callback(os.close, handle)
    return handle


def _put(folder: int, name: str, fill: Callable[[BinaryIO], None], mode: int) -> None:
    fresh = f".suan-{os.getpid()}.part"
    handle = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode, dir_fd=folder)
    try:
        with os.fdopen(handle, "w+b") as file:
            fill(file)
        os.rename(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(fresh, dir_fd=folder)
        raise


def _declared(job: Job, task: int, ref: FileRef) -> str:
    """The path, if it is one that the job said it would write, or that of the result of this task's function."""
    if declared(job.demand, task, job.tasks_total, ref.path):
        return ref.path
    promised = ", ".join(job.demand.outputs)
    raise WireFault(
        "SUAN-W005",
        f"a task sends {ref.path!r}, which is not under its outputs ({promised})",
        f"suan bill {job.id}; tell the operator",
    )
