"""A job from Python: planned, submitted, followed, fetched, billed."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from suanwang.api.catalogue import Words
from suanwang.api.cli.output import Fetched, every_task, fetch
from suanwang.api.cli.package import Package
from suanwang.api.client import Client as Wire
from suanwang.api.render.graphs import graph_page
from suanwang.api.render.jobs import jobs_page
from suanwang.api.render.problem import refusal_text
from suanwang.api.render.why import decided_page
from suanwang.api.sdk.both import both
from suanwang.api.sdk.html import html
from suanwang.api.sdk.seen import SeenBill, SeenDecision, bill_seen, decision_seen, text
from suanwang.api.sdk.spoken import spoken
from suanwang.model.fault import ConflictFault, Fault, QuotaFault
from suanwang.model.graph_plan import GraphPlan
from suanwang.model.intent import IntentAsk
from suanwang.model.job import JOB_FINAL, Job, Task
from suanwang.model.plan import Plan, Refusal

POLL_S = 0.2


class Speaks(Protocol):
    """What is needed of a client: the calls of the API, and in which words things are shown."""

    words: Words

    @property
    def wire(self) -> Wire: ...


class PlacementFault(Fault):
    """No node can take it: the reasons are in `refusal`, the closest change that would help in `todo`."""

    def __init__(self, refusal: Refusal, name: str, words: Words) -> None:
        change = refusal.explanation.change
        super().__init__(refusal.code, _looked(Words("en"), name, refusal), change.flag if change else "suan nodes")
        self.args = (f"{refusal.code}: {_looked(words, name, refusal)}",)
        self.refusal = refusal


def _looked(words: Words, name: str, refusal: Refusal) -> str:
    return " ".join(refusal_text(words, name, refusal, (), "").split("\n")[1].split())


class Planned:
    """A decision that was tried out. taken: the plan, of a job graph that of its steps, or the refusal with its reasons."""

    def __init__(self, client: Speaks, packed: Package, taken: Plan | GraphPlan | Refusal, words: str = "") -> None:
        self._client, self._packed, self.taken, self._words = client, packed, taken, words

    @property
    def demand(self) -> Any:
        """What was asked for, complete, as the API takes it: a `Demand`."""
        return self._packed.demand

    @property
    def ok(self) -> bool:
        """Whether some nodes can take it."""
        return not isinstance(self.taken, Refusal)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Names of the nodes that would get work, the best first; of a graph in the order of its steps."""
        if isinstance(self.taken, GraphPlan):
            return tuple(dict.fromkeys(run.host for run in self.taken.runs))
        return tuple(f.node for f in self.taken.explanation.finalists if f.tasks) if isinstance(self.taken, Plan) else ()

    @both
    def submit(self) -> "RunningJob":
        """Send its files and the job; the sentence that it comes from, if any, is held to. PlacementFault: it was refused."""
        if isinstance(self.taken, Refusal):
            if self.taken.code.startswith("SUAN-M"):
                raise QuotaFault(self.taken.code, "there is not enough money for it", "suan account")
            raise PlacementFault(self.taken, self.demand.name, self._client.words)
        wire = self._client.wire
        held = received(self._client, IntentAsk(words=self._words, demand=self.demand)) if self._words else ""
        for sha256 in wire.missing(tuple(self._packed.paths)) if self._packed.paths else ():
            wire.put_file(sha256, self._packed.paths[sha256])
        job = wire.submit(self.demand, uuid.uuid4().hex)
        if held:
            wire.accept_intent(held, job.id, uuid.uuid4().hex)
        return RunningJob(self._client, job)

    def __repr__(self) -> str:
        return text(self._page())

    def _repr_html_(self) -> str:
        return html(self._page())

    def _page(self) -> Any:
        if isinstance(self.taken, GraphPlan):
            return graph_page(self._client.words, self.demand.name, self.taken, rehearsed=True)
        return decided_page(self._client.words, self.demand.name, self.taken, rehearsed=True)


class RunningJob:
    """A job that was accepted. view: as it was last seen."""

    def __init__(self, client: Speaks, view: Job) -> None:
        self._client, self.view = client, view

    @property
    def id(self) -> str:
        """As the brain named it: "job-...", by which every call finds it."""
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
        """Until it has ended, also where the brain is restarted meanwhile. TimeoutError: it has not within so many seconds; it
        goes on."""
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while self._client.wire.patiently(self.look).state not in JOB_FINAL:
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"{self.id} is {self.view.state} after {timeout_s:g} s")
            time.sleep(POLL_S)
        return self

    def logs(self, task: int = 0, stream: str = "stdout") -> Iterator[str]:
        """Lines of a task's output as they are written, until it ends."""
        offset, rest = 0, b""
        while True:
            with spoken(self._client.words):
                part = self._client.wire.patiently(lambda at=offset: self._client.wire.logs(self.id, task, stream, at))
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
    def cancel(self, step: str = "") -> Job:
        """Stop it; of a job graph, with a name, only this step and what waits for it. What it has burned is paid."""
        return self._client.wire.cancel(self.id, uuid.uuid4().hex, step=step)

    def __repr__(self) -> str:
        return f"<job {self.id} {self.view.demand.name}: {self.view.state}>"

    def _repr_html_(self) -> str:
        return html(jobs_page(self._client.words, (self.look(),), time.time()))


def planned(client: Speaks, packed: Package, words: str = "") -> Planned:
    """What would be decided of something packed. words: the sentence that it comes from, "" for none."""
    answer = client.wire.dry_run(packed.demand, uuid.uuid4().hex)
    taken = answer.plan or answer.graph or answer.refusal
    assert taken is not None, "a dry run answers one of the three"
    return Planned(client, packed, taken, words)


def received(client: Speaks, wanted: IntentAsk) -> str:
    """Id of the intent that a sentence is. ConflictFault SUAN-U170: it cannot be, or not beside your others."""
    view = client.wire.receive_intent(wanted, uuid.uuid4().hex)
    if view.state == "rejected":
        change = view.proposal
        todo = f"{change.field}: {change.to} instead of {change.was}" if change else "suan intents"
        raise ConflictFault("SUAN-U170", view.reason.removeprefix("SUAN-U170: "), todo)
    return view.intent.id
