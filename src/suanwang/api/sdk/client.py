"""The network in a few calls: `plan = client.plan(...)`, `job = plan.submit()`, `for line in job.logs()`; each also with
`.aio`.

What is asked for is written as on the command line and goes the same way, so the two cannot differ. Errors are Faults with a
code, the reason in numbers, and what to do.
"""

import os
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from suanwang.api.catalogue import Words, language
from suanwang.api.cli.output import Fetched, every_task, fetch
from suanwang.api.cli.package import Package, package, package_document
from suanwang.api.client import Client as Wire
from suanwang.api.config import load_config
from suanwang.api.render.jobs import jobs_page
from suanwang.api.render.nodes import nodes_page
from suanwang.api.render.problem import refusal_text
from suanwang.api.render.why import decided_page
from suanwang.api.sdk.both import both
from suanwang.api.sdk.html import html
from suanwang.api.sdk.seen import SeenBill, SeenDecision, bill_seen, decision_seen, text
from suanwang.drivers.meet import meet
from suanwang.intent import Flags
from suanwang.model.fault import Fault, QuotaFault
from suanwang.model.job import JOB_FINAL, Job, Task
from suanwang.model.plan import Plan, Refusal

POLL_S = 0.2


class PlacementFault(Fault):
    """No node can take it: the reasons are in `refusal`, the closest change that would help in `todo`."""

    def __init__(self, refusal: Refusal, name: str) -> None:
        change = refusal.explanation.change
        text = refusal_text(Words("en"), name, refusal, (), "")
        super().__init__(refusal.code, " ".join(text.split("\n")[1].split()), change.flag if change else "")
        self.refusal = refusal


class Listed(tuple[Any, ...]):
    """Items, and the table of them in a notebook."""

    def __new__(cls, items: tuple[Any, ...], shown: str) -> "Listed":
        made = super().__new__(cls, items)
        made._shown = shown
        return made

    _shown: str

    def _repr_html_(self) -> str:
        return self._shown


class Client:
    """The brain at `url`, or the one of the client configuration that `suan up` wrote (environment: SUAN_URL, SUAN_TOKEN)."""

    def __init__(self, url: str = "", token: str = "", *, wire: Wire | None = None, lang: str = "") -> None:
        self._wire = wire or _connected(url, token)
        self.words = Words(lang or language(os.environ))

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._wire.close()

    @property
    def wire(self) -> Wire:
        """Every call of the API, one method each."""
        return self._wire

    @both
    def plan(self, target: str = "", *command: str, **wanted: Any) -> "Planned":
        """What would be decided now. Nothing is sent or started.

        target: a job file, x.py, x.py:function or x.wasm; or none and a command. wanted: as the flags of `suan run`:
        near="shenzhen", within="20ms", budget=5, over="in/*.csv", file=["a.txt"], ... UsageFault: it cannot be read.
        """
        return self._planned(package(_flags(target, command, wanted)))

    @both
    def plan_of(self, document: Mapping[str, object], folder: str = ".") -> "Planned":
        """The same for a document, as a job file holds one. folder: where names of files start."""
        return self._planned(package_document(document, Path(folder)))

    @both
    def run(self, target: str = "", *command: str, **wanted: Any) -> "RunningJob":
        """Plan and submit. PlacementFault: no node can take it."""
        return self._planned(package(_flags(target, command, wanted))).submit()

    @both
    def job(self, name: str) -> "RunningJob":
        """A job by id, unique beginning of an id, or name."""
        return RunningJob(self, self._wire.job(name))

    @both
    def jobs(self, limit: int = 100) -> Listed:
        """The newest jobs."""
        items = self._wire.jobs(limit=limit).items
        return Listed(items, html(jobs_page(self.words, items, time.time())))

    @both
    def nodes(self) -> Listed:
        """The nodes, with their live state."""
        items = self._wire.nodes().items
        return Listed(items, html(nodes_page(self.words, items)))

    def _planned(self, packed: Package) -> "Planned":
        answer = self._wire.dry_run(packed.demand, uuid.uuid4().hex)
        taken = answer.plan or answer.refusal
        assert taken is not None, "a dry run answers one of the two"
        return Planned(self, packed, taken)


class Planned:
    """A decision that was tried out. taken: the plan, or the refusal with its reasons."""

    def __init__(self, client: Client, packed: Package, taken: Plan | Refusal) -> None:
        self._client, self._packed, self.taken = client, packed, taken

    @property
    def demand(self) -> Any:
        return self._packed.demand

    @property
    def ok(self) -> bool:
        """Whether some nodes can take it."""
        return isinstance(self.taken, Plan)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Names of the nodes that would get work, the best first."""
        return tuple(f.node for f in self.taken.explanation.finalists if f.tasks) if self.ok else ()

    @both
    def submit(self) -> "RunningJob":
        """Send its files and the job. PlacementFault: it was refused."""
        if isinstance(self.taken, Refusal):
            if self.taken.code.startswith("SUAN-M"):
                raise QuotaFault(self.taken.code, "there is not enough money for it", "suan account")
            raise PlacementFault(self.taken, self.demand.name)
        wire = self._client.wire
        for sha256 in wire.missing(tuple(self._packed.paths)) if self._packed.paths else ():
            wire.put_file(sha256, self._packed.paths[sha256])
        return RunningJob(self._client, wire.submit(self.demand, uuid.uuid4().hex))

    def __repr__(self) -> str:
        return text(self._page())

    def _repr_html_(self) -> str:
        return html(self._page())

    def _page(self) -> Any:
        return decided_page(self._client.words, self.demand.name, self.taken, rehearsed=True)


class RunningJob:
    """A job that was accepted. view: as it was last seen."""

    def __init__(self, client: Client, view: Job) -> None:
        self._client, self.view = client, view

    @property
    def id(self) -> str:
        return self.view.id

    @property
    def state(self) -> str:
        """As it is now."""
        return self.look().state

    @both
    def look(self) -> Job:
        """The job as it is now."""
        self.view = self._client.wire.job(self.id)
        return self.view

    @both
    def wait(self, timeout_s: float | None = None) -> "RunningJob":
        """Until it has ended. TimeoutError: it has not within so many seconds; it goes on."""
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while self.look().state not in JOB_FINAL:
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"{self.id} is {self.view.state} after {timeout_s:g} s")
            time.sleep(POLL_S)
        return self

    def logs(self, task: int = 0, stream: str = "stdout") -> Iterator[str]:
        """Lines of a task's output as they are written, until it ends."""
        offset, rest = 0, b""
        while True:
            part = self._client.wire.logs(self.id, task, stream, offset)
            *lines, rest = (rest + part.data).split(b"\n")
            yield from (line.decode(errors="replace") for line in lines)
            moved, offset = part.offset > offset, part.offset
            if part.ended and not moved:
                if rest:
                    yield rest.decode(errors="replace")
                return
            if not moved:
                time.sleep(POLL_S)

    @both
    def tasks(self) -> tuple[Task, ...]:
        """Every task, with what became of it."""
        return tuple(every_task(self._client.wire, self.id))

    @both
    def fetch(self, folder: str = ".") -> Fetched:
        """Write what its tasks gave back into a folder."""
        return fetch(self._client.wire, self.look(), Path(folder))

    @both
    def why(self) -> SeenDecision:
        """Where it was placed and why, or why not: as `suan why`."""
        return decision_seen(self._client.wire.why(self.id), self._client.words.lang)

    @both
    def bill(self) -> SeenBill:
        """What was held, used and given back: as `suan bill`."""
        return bill_seen(self._client.wire.bill(self.id), self._client.words.lang)

    @both
    def cancel(self) -> Job:
        """Stop it. What it has burned is paid."""
        return self._client.wire.cancel(self.id, uuid.uuid4().hex)

    def __repr__(self) -> str:
        return f"<job {self.id} {self.view.demand.name}: {self.view.state}>"

    def _repr_html_(self) -> str:
        return html(jobs_page(self._client.words, (self.look(),), time.time()))


def _flags(target: str, command: tuple[str, ...], wanted: Mapping[str, Any]) -> Flags:
    known = set(Flags.__struct_fields__)
    if unknown := [name for name in wanted if name not in known]:
        raise TypeError(f"plan() does not know {unknown[0]!r}; it knows {', '.join(sorted(known))}")
    plain = {name: _flag(value) for name, value in wanted.items() if value is not None}
    return msgspec.structs.replace(Flags(target=target, command=command), **plain)


def _flag(value: object) -> object:
    """A value as the command line would have it: lists as tuples of text, numbers as text."""
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value if isinstance(value, str | bool) else str(value)


def _connected(url: str, token: str) -> Wire:
    own = {"SUAN_URL": url, "SUAN_TOKEN": token}
    config = load_config({**os.environ, **{name: value for name, value in own.items() if value}})
    peer = config.peer
    if config.token and not peer.ca:
        peer = meet(config.url, config.token)
    return Wire(config.url, config.token, peer)
