"""The brain's spans, from the events that are written: a job from acceptance to its end, in it how long it waited for its
decision, each placement, and the writing itself."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import msgspec

from suanwang.api.tracing.spans import Span, Tracer, Value, job_span, parsed, placement_span, span_id
from suanwang.model import event as ev
from suanwang.model.plan import Plan
from suanwang.store.log import Log, Snapshot

_event: Callable[[bytes], ev.Event] = msgspec.json.Decoder(ev.Event).decode  # type: ignore[assignment]

_log = logging.getLogger("suanwang.tracing")

JOBS_MAX = 100_000
"""Jobs under way that are traced at once; the oldest makes room."""


class _Job:
    """A traced job under way. since: from when on it waits for a decision. placed: placement -> (when, the node's id)."""

    def __init__(self, event: ev.JobAccepted, trace: str, caller: str) -> None:
        self.trace, self.caller, self.id = trace, caller, event.job_id
        self.name, self.user, self.at = event.demand.name, event.user, event.at
        self.since, self.decisions = event.at, 0
        self.placed: dict[str, tuple[float, str]] = {}

    def span(self, about: str, name: str, at: float, until: float, said: dict[str, Value], parent: str = "") -> Span:
        inside = parent or job_span(self.id)
        return Span(self.trace, span_id(self.trace, about), span_id(self.trace, inside), name, at, until,
                    {"suan.job.id": self.id, **said})  # fmt: skip


class TracedLog:
    """A Log whose appends are looked at. clock: seconds since 1970. Jobs that were accepted before it began are not traced."""

    def __init__(self, log: Log, tracer: Tracer, clock: Callable[[], float]) -> None:
        self._log, self._tracer, self._clock = log, tracer, clock
        self._jobs: dict[str, _Job] = {}

    def append(self, first: int, bodies: Sequence[bytes]) -> None:
        began = self._clock()
        self._log.append(first, bodies)
        try:
            self._look(first, bodies, began, self._clock())
        except Exception:  # what was written is written: nobody's work may suffer from being looked at
            _log.exception("events %d to %d are not traced", first, first + len(bodies) - 1)

    def _look(self, first: int, bodies: Sequence[bytes], began: float, ended: float) -> None:
        for number, event in enumerate(map(_event, bodies), first):
            for span in self._heard(event):
                self._tracer.take(span)
            job = self._jobs.get(getattr(event, "job_id", ""))
            if job is not None:
                said: dict[str, Value] = {
                    "suan.event": type(event).__name__,
                    "suan.event.number": number,
                    "suan.events": len(bodies),
                }
                self._tracer.take(job.span(f"write {number}", "log append", began, ended, said))
                if isinstance(event, ev.JobEnded):
                    del self._jobs[event.job_id]

    def read(self, after: int) -> Iterator[tuple[int, bytes]]:
        return self._log.read(after)

    def snapshot(self, save: Snapshot | None = None) -> Snapshot | None:
        return self._log.snapshot(save)

    def close(self) -> None:
        self._log.close()

    def _heard(self, event: ev.Event) -> Iterator[Span]:
        """The spans that are over with this event."""
        if isinstance(event, ev.JobAccepted):
            context = parsed(event.trace)
            if context is not None:
                self._jobs[event.job_id] = _Job(event, *context)
                if len(self._jobs) > JOBS_MAX:  # its end is in no event that passed here: another brain wrote it
                    del self._jobs[next(iter(self._jobs))]
            return
        job = self._jobs.get(getattr(event, "job_id", ""))
        if job is None:
            return
        match event:
            case ev.JobPlaced():
                yield _decided(job, event.at, event.plan)
                job.placed |= {p.id: (event.at, p.node_id) for p in event.plan.placements}
            case ev.PlacementLost():
                job.since = event.at
                yield from _over(job, event.placement_id, event.at, "lost")
            case ev.TasksEnded():
                if all(outcome.state != "cancelled" for outcome in event.outcomes):
                    yield _settled(job, event)
            case ev.JobEnded():
                for placement in tuple(job.placed):
                    yield from _over(job, placement, event.at, "")
                yield _whole(job, event)
            case _:
                pass


def _decided(job: _Job, at: float, plan: Plan) -> Span:
    job.decisions += 1
    told, since, job.since = plan.explanation, job.since, at
    return job.span(
        f"decision {job.id}/{job.decisions}", "decide", since, at,
        {
            "suan.world.version": plan.world_version, "suan.candidates": told.candidates, "suan.admitted": told.admitted,
            "suan.winner": told.winner, "suan.runner_up": told.runner_up, "suan.margin_cny": told.margin,
            "suan.placements": len(plan.placements), "suan.price_micro": plan.price_micro,
        },
    )  # fmt: skip


def _settled(job: _Job, event: ev.TasksEnded) -> Span:
    """Outcomes that came: from the first one's end on its node to their being told."""
    ends = [outcome.started_at + outcome.wall_s for outcome in event.outcomes]
    about = f"outcomes {event.placement_id} {event.outcomes[0].task}"
    return job.span(about, "outcomes told", min(event.at, *ends), event.at,
                    {"suan.tasks": len(event.outcomes), "suan.fuel": sum(o.fuel for o in event.outcomes)},
                    placement_span(event.placement_id))  # fmt: skip


def _over(job: _Job, placement: str, at: float, failed: str) -> Iterator[Span]:
    with suppress(KeyError):
        since, node = job.placed.pop(placement)
        made = job.span(
            placement_span(placement), "placement", since, at, {"suan.placement.id": placement, "suan.node.id": node}
        )
        yield made._replace(failed=failed)


def _whole(job: _Job, event: ev.JobEnded) -> Span:
    made = job.span(job_span(job.id), f"job {job.name}", job.at, event.at, {"suan.job.name": job.name, "suan.user": job.user,
                    "suan.job.state": event.state})  # fmt: skip
    return made._replace(parent=job.caller, failed="" if event.state == "done" else event.reason or event.state)
