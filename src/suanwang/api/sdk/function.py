"""`@suanwang.function(near="shanghai")`: a Python function whose calls run on the network: `.remote()`, `.map()`, `.spawn()`.

The function and what it refers to become a script (source.py), each call an item; so a call is an ordinary task, decided,
metered and billed as any other, in the sandboxed Python. Arguments and results go as JSON.
"""

import hashlib
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
from suanwang.api.sdk.source import ENTRY, script_of
from suanwang.intent import Flags, flags_to_document
from suanwang.model.demand import Item
from suanwang.model.fault import RuntimeFault, UsageFault
from suanwang.model.file import FileRef
from suanwang.model.plan import Refusal

P = ParamSpec("P")
R = TypeVar("R")
SCRIPT = "function.py"
INLINE_MAX = 3000
"""Characters of arguments that go as text; longer ones go as a file of their own."""


def function(**wanted: Any) -> Callable[[Callable[P, R]], "Function[P, R]"]:
    """Make a function's calls run on the network. wanted: as the flags of `suan run` (near, within, budget, cpu, ...)."""

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
    """Called as it is, it runs here. client: the brain to ask; the one of the client configuration if none is set."""

    def __init__(self, work: Callable[P, R], wanted: dict[str, Any], client: Client | None = None) -> None:
        self._work, self._wanted, self.client = work, wanted, client
        self.__name__, self.__doc__ = work.__name__, work.__doc__

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
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / SCRIPT).write_text(text, encoding="utf-8")
            flags = Flags(target=f"{SCRIPT}:{ENTRY}", name=self._wanted.get("name", self.__name__.strip("_")))
            wanted = {k: v if isinstance(v, str | bool) else str(v) for k, v in self._wanted.items() if k != "name"}
            document = flags_to_document(msgspec.structs.replace(flags, **wanted))
            packed = package_document(document, Path(folder))
            items, blobs = _items(calls)
            demand = msgspec.structs.replace(packed.demand, items=items)
            for sha256 in client.wire.missing((*packed.paths, *blobs)):
                if sha256 in blobs:
                    client.wire.put_bytes(sha256, blobs[sha256])
                else:
                    client.wire.put_file(sha256, packed.paths[sha256])
            return Spawned(client, RunningJob(client, client.wire.submit(demand, uuid.uuid4().hex)))


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
            raise PlacementFault(taken[-1], job.view.demand.name)
    for task in job.tasks():
        if task.outcome is None or task.state != "done":
            said = " ".join([*job.logs(task.index, "stderr")][-3:]) if task.outcome else ""
            code = task.outcome.code if task.outcome else job.view.reason or job.view.state
            raise RuntimeFault(
                "SUAN-R019", f"task {task.index} of {job.id} did not succeed ({code}). {said}"[:1000], f"suan ps {job.id}"
            )
        with tempfile.TemporaryFile() as file:
            ref = next(f for f in task.outcome.outputs if f.path.startswith("result"))
            client.wire.save_blob(ref.sha256, ref.size, file)
            file.seek(0)
            yield json.load(file)
