"""Following one job to its end: a thread listens for events, the caller prints: a line a stage, and a single task's output."""

import queue
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

from suanwang.api.cli.door import Door
from suanwang.api.client import Client
from suanwang.api.render.progress import stage, stage_text, timed
from suanwang.api.talk import fitted
from suanwang.model.fault import Fault, LogFault, WireFault
from suanwang.model.job import JOB_FINAL, Job
from suanwang.model.view import Progress

TICK_S = 0.5
EVENTS_MAX = 1000
PATIENCE_S = 3.0
"""A job that waits longer than this is told how to ask why."""
STEPS = 10
"""Off a terminal an array job says how far it is at most so many times."""


@dataclass
class Lines:
    """One line a stage. On a terminal the last one is redrawn in place; elsewhere a line is written when something changed."""

    door: Door
    said: tuple[object, ...] = ()
    open: bool = False
    held: bool = False
    """Output stands in the middle of a line, which redrawing would wipe out."""

    def tell(self, job: Job, seconds: float) -> None:
        """The job has changed: begin a line for a new stage, or bring the present one up to date."""
        if self.door.live:
            if self.said != stage(job) and self.open:
                self.close()
            self.said = stage(job)
            self._draw(job, seconds)
        elif (mark := (*stage(job), _step(job))) != self.said:
            self.said = mark
            self.door.say(timed(self.door.words, stage_text(self.door.words, job), seconds))

    def tick(self, job: Job, seconds: float) -> None:
        """Time has passed."""
        if self.door.live:
            self._draw(job, seconds)

    def clear(self, midline: bool) -> None:
        """Make room for output, which may end in the middle of a line."""
        if self.open:
            self.door.err.write("\r\x1b[K")
            self.door.err.flush()
            self.open = False
        self.held = midline and self.door.out.isatty()

    def close(self) -> None:
        """End the line that is being redrawn, so that others can write."""
        if self.open or self.held:
            self.door.err.write("\n")
            self.open = self.held = False

    def _draw(self, job: Job, seconds: float) -> None:
        if self.held:
            return
        text = stage_text(self.door.words, job)
        if job.state == "queued" and seconds > PATIENCE_S:
            text = self.door.words("run.patience", text=text, job=job.id)
        line = fitted(timed(self.door.words, text, seconds))
        self.door.err.write(f"\r\x1b[K{line}")
        self.door.err.flush()
        self.open = True


@dataclass
class Tail:
    """Copies what a single task writes to stdout as it comes. Silent for array jobs."""

    door: Door
    client: Client
    lines: Lines
    wanted: bool
    offset: int = 0

    def copy(self, job: Job) -> None:
        """Everything that is there and was not copied yet; if the brain is not, of a job that has not ended later."""
        if not self.wanted or job.tasks_total != 1 or job.state in ("queued", "refused"):
            return
        if job.state in JOB_FINAL:
            self.client.patiently(lambda: self._copy(job))
            return
        with suppress(WireFault, LogFault):
            self._copy(job)

    def _copy(self, job: Job) -> None:
        while True:
            part = self.client.logs(job.id, 0, "stdout", self.offset)
            if part.data:
                self.lines.clear(midline=not part.data.endswith(b"\n"))
                self.door.data(part.data)
            if part.offset <= self.offset:
                return
            self.offset = part.offset


@dataclass
class Watch:
    """The events of one job, out of a thread: a fault travels through the queue like an event."""

    client: Client
    job: str
    heard: "queue.Queue[Progress | Fault | None]" = field(default_factory=lambda: queue.Queue(EVENTS_MAX))

    def start(self) -> None:
        threading.Thread(target=self._listen, name="events", daemon=True).start()

    def _listen(self) -> None:
        try:
            for progress in self.client.events(self.job):
                self.heard.put(progress)
            self.heard.put(None)
        except Fault as fault:
            self.heard.put(fault)


def follow(door: Door, client: Client, job: Job, *, output: bool) -> Job:
    """The job in its final state. output: copy a single task's stdout. KeyboardInterrupt passes through: the job goes on."""
    lines = Lines(door)
    tail = Tail(door, client, lines, output)
    watch = Watch(client, job.id)
    began = time.monotonic()
    lines.tell(job, 0.0)
    shown = job
    watch.start()
    while job.state not in JOB_FINAL:
        try:
            progress = watch.heard.get(timeout=TICK_S)
        except queue.Empty:
            tail.copy(job)
            lines.tick(shown, time.monotonic() - began)
            continue
        if isinstance(progress, Fault):
            lines.close()
            raise progress
        job = client.patiently(lambda known=job: client.job(known.id)) if progress is None else progress.job
        tail.copy(job)
        if job.state not in JOB_FINAL and not _between(shown, job):
            shown = job
            lines.tell(job, (progress.at if progress else 0.0) - job.accepted_at)
    lines.close()
    return job


def _between(before: Job, job: Job) -> bool:
    """Nothing runs any more where it ran, and what came of it is not told yet: that is no step back."""
    return before.tasks_running > 0 == job.tasks_running and job.state == before.state and job.nodes == before.nodes


def _step(job: Job) -> int:
    return (job.tasks_done + job.tasks_failed + len(job.cancelled)) * STEPS // max(1, job.tasks_total)
