"""`@suanwang.function(near="shanghai")`: a Python function whose calls run on the network: `.remote()`, `.map()`, `.spawn()`.

The function and what it refers to become a script (source.py), each call an item; so a call is an ordinary task, decided,
metered and billed as any other, in the sandboxed Python. Arguments and results go as JSON.
"""

import hashlib
import inspect
import json
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

import msgspec

from suanwang.api.cli.package import package_document
from suanwang.api.sdk.both import both
from suanwang.api.sdk.client import Client, PlacementFault, RunningJob
from suanwang.api.sdk.flags import flags
from suanwang.api.sdk.source import ENTRY, script_of
from suanwang.intent import flags_to_document
from suanwang.model.demand import Item
from suanwang.model.fault import RuntimeFault, UsageFault
from suanwang.model.file import FileRef
from suanwang.model.plan import Refusal

P = ParamSpec("P")
R = TypeVar("R")
SCRIPT = "function.py"
INLINE_MAX = 3000
"""Characters of arguments that go as text; longer ones go as a file of their own."""
LINES, LINE_CHARS = 6, 160
"""So much of a failed call's stderr stands in the fault."""


def function(**wanted: Any) -> Callable[[Callable[P, R]], "Function[P, R]"]:
    """Make a function's calls run on the network. wanted: as the flags of `suan run` (near, within, budget, cpu, ...).

    TypeError for a name that is no flag.
    """
    flags("", (), wanted)

    def made(work: Callable[P, R]) -> Function[P, R]:
        return Function(work, wanted)

    return made


class Spawned(Generic[R]):
    """A call under way. job: the job that it is."""

    def __init__(self, client: Client, job: RunningJob) -> None:
        self._client, self.job = client, job

    @both
    def result(self, timeout_s: float | None = None) -> R:
        """What the function gave back. RuntimeFault: it failed, with the end of what it said."""
        self.job.wait(timeout_s)
        return next(_results(self._client, self.job))


class Function(Generic[P, R]):
    """Called as it is, it runs here. client: the brain to ask; the one of the client configuration if none is set.

    TypeError for arguments that it does not take, before anything is sent.
    """

    def __init__(self, work: Callable[P, R], wanted: dict[str, Any], client: Client | None = None) -> None:
        self._work, self._wanted, self.client = work, wanted, client
        self.__name__, self.__doc__ = getattr(work, "__name__", type(work).__name__), work.__doc__
        self.__wrapped__ = work

    def __call__(self, *args: P.args, **named: P.kwargs) -> R:
        return self._work(*args, **named)

    def on(self, client: Client) -> "Function[P, R]":
        """The same, asking this brain."""
        return Function(self._work, self._wanted, client)

    @both
    def remote(self, *args: Any, **named: Any) -> Any:
        """One call, waited for."""
        return self._spawned([(args, named)]).result()

    @both
    def spawn(self, *args: Any, **named: Any) -> Spawned[Any]:
        """One call, begun: `.result()` waits for it."""
        return self._spawned([(args, named)])

    @both
    def map(self, *iterables: Iterable[Any]) -> list[Any]:
        """A call for each element, all at once as one array job; results in the order of the elements."""
        calls = [(args, dict[str, Any]()) for args in zip(*iterables, strict=False)]
        if not calls:
            return []
        started = self._spawned(calls)
        started.job.wait()
        return list(_results(self._client(), started.job))

    def _client(self) -> Client:
        if self.client is None:
            self.client = Client()
        return self.client

    def _spawned(self, calls: list[tuple[tuple[Any, ...], dict[str, Any]]]) -> Spawned[Any]:
        client = self._client()
        text = script_of(self._work)
        _check_arguments(self._work, calls)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / SCRIPT).write_text(text, encoding="utf-8")
            wanted = {"name": self.__name__.strip("_"), **self._wanted}
            packed = package_document(flags_to_document(flags(f"{SCRIPT}:{ENTRY}", (), wanted)), Path(folder))
            items, blobs = _items(calls)
            demand = msgspec.structs.replace(packed.demand, items=items)
            for sha256 in client.wire.missing((*packed.paths, *blobs)):
                if sha256 in blobs:
                    client.wire.put_bytes(sha256, blobs[sha256])
                else:
                    client.wire.put_file(sha256, packed.paths[sha256])
            return Spawned(client, RunningJob(client, client.wire.submit(demand, uuid.uuid4().hex)))


def _check_arguments(work: Callable[..., Any], calls: Iterable[tuple[tuple[Any, ...], dict[str, Any]]]) -> None:
    """TypeError, as a call here gives."""
    takes = inspect.signature(work)
    for args, named in calls:
        try:
            takes.bind(*args, **named)
        except TypeError as problem:
            raise TypeError(f"{work.__name__}(): {problem}") from None


def _items(calls: list[tuple[tuple[Any, ...], dict[str, Any]]]) -> tuple[tuple[Item, ...], dict[str, bytes]]:
    """An item for each call; (hash -> bytes) of arguments that go as files."""
    items, blobs = list[Item](), dict[str, bytes]()
    for number, (args, named) in enumerate(calls):
        try:
            text = json.dumps({"args": args, "named": named})
        except (TypeError, ValueError) as problem:
            raise UsageFault(
                "SUAN-U126", f"the arguments cannot be written as JSON: {problem}", "pass plain values"
            ) from problem
        if len(text) <= INLINE_MAX:
            items.append(Item(value=text))
            continue
        data = text.encode()
        sha256 = hashlib.sha256(data).hexdigest()
        blobs[sha256] = data
        path = f"args/{number}.json"
        items.append(Item(value=json.dumps(path), file=FileRef(path=path, sha256=sha256, size=len(data))))
    return tuple(items), blobs


def _results(client: Client, job: RunningJob) -> Iterator[Any]:
    """What each task's function gave back, in order. RuntimeFault: a task failed; PlacementFault: it was refused."""
    if job.view.state == "refused":
        taken = client.wire.why(job.id).taken
        if taken and isinstance(taken[-1], Refusal):
            raise PlacementFault(taken[-1], job.view.demand.name, client.words)
    for task in job.tasks():
        if task.outcome is None or task.state != "done":
            code = task.outcome.code if task.outcome else job.view.reason or job.view.state
            raise _failed(job, task.index, f"did not succeed ({code}). {_last(job, task.index) if task.outcome else ''}")
        ref = next((file for file in task.outcome.outputs if file.path.startswith("result")), None)
        if ref is None:
            raise _failed(job, task.index, "ended without a result: the function left the program, as sys.exit() does")
        with tempfile.TemporaryFile() as file:
            client.wire.save_blob(ref.sha256, ref.size, file)
            file.seek(0)
            yield json.load(file)


def _failed(job: RunningJob, task: int, why: str) -> RuntimeFault:
    return RuntimeFault("SUAN-R019", f"task {task} of {job.id} {why}", f"suan ps {job.id}")


def _last(job: RunningJob, task: int) -> str:
    """The end of what it wrote to stderr, of each line as much as can be read at a glance."""
    lines = [line for line in job.logs(task, "stderr") if line.strip()]
    return " ".join(line[:LINE_CHARS] for line in lines[-LINES:])
