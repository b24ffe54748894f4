"""A job and its tasks: their states, and the tables of what may follow what."""

import hashlib
from collections.abc import Iterable

import msgspec

from suanwang.model.demand import Demand
from suanwang.model.file import FileRef

JOB_STATES = ("queued", "running", "done", "failed", "cancelled", "refused")
JOB_FINAL = frozenset({"done", "failed", "cancelled", "refused"})

JOB_NEXT: dict[tuple[str, str], str] = {
    ("", "accepted"): "queued",
    ("queued", "placed"): "running",
    ("queued", "refused"): "refused",
    ("queued", "cancelled"): "cancelled",
    ("running", "placed"): "running",  # lost or remaining tasks, placed again
    ("running", "done"): "done",
    ("running", "failed"): "failed",
    ("running", "cancelled"): "cancelled",
    ("running", "refused"): "failed",  # no node left for what remains
}
"""(state, event) -> state. What is not in it is refused by name. docs/lifecycle.md is printed from it."""

TASK_STATES = ("waiting", "placed", "done", "failed", "blocked", "cancelled")
"""blocked: a step of a graph that waits for others; cancelled: one that is not to run, since its user said so."""
ATTEMPTS_MAX = 3
"""A task that is lost (its node went away) is placed again at most until this many attempts."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one task ended on one node.

    state: "done", "failed", or "cancelled". code: "" when done, else why ("exit", "fuel", "memory", "time", "output",
    "sandbox", "cancelled", "missing"), or "disagree" where replicas did. exit_code: of the process or WASI; -1 where there is
    none. fuel: burned, in fuel (native work: CPU seconds x the node's calibrated speed). result_sha256: over the sorted outputs
    and stdout, so that replicas can be compared. stdout, stderr: stored like files.
    """

    placement_id: str
    task: int
    state: str
    code: str = ""
    exit_code: int = 0
    fuel: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_peak_bytes: int = 0
    outputs: tuple[FileRef, ...] = ()
    stdout: FileRef | None = None
    stderr: FileRef | None = None
    result_sha256: str = ""
    started_at: float = 0.0
    note: str = ""

    @property
    def files(self) -> tuple[FileRef, ...]:
        """Everything that it gives back."""
        return (*self.outputs, *(f for f in (self.stdout, self.stderr) if f is not None))


def result_hash(outputs: Iterable[FileRef], stdout: FileRef | None) -> str:
    """One hash over all that a task gave back, so that replicas can be compared."""
    lines = [*sorted(f"{f.sha256} {f.path}" for f in outputs), f"{stdout.sha256 if stdout else ''} <stdout>"]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A task as seen from outside. node: name of the node that holds or held it, or whose outcome is the canonical one.

    replicas: to how many placements it was given so far. energy_kwh, carbon_g: of the canonical outcome, modelled, with PUE.
    """

    index: int
    item: str
    state: str
    attempt: int
    node: str
    outcome: Outcome | None = None
    replicas: int = 1
    energy_kwh: float = 0.0
    carbon_g: float = 0.0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job as seen from outside. Times are seconds since 1970, 0 where not yet. spent_micro: posted so far.

    gave_way: how often it gave way to urgent work, for which its user got compensated_micro in all.
    start_at: when it is to start, if it waits for a better hour. cancelled: of a graph, steps that were cancelled, and those
    that waited for them.
    """

    id: str
    user: str
    demand: Demand
    state: str
    reason: str
    accepted_at: float
    placed_at: float
    ended_at: float
    tasks_total: int
    tasks_done: int
    tasks_failed: int
    tasks_running: int
    fuel: int
    hold_micro: int
    spent_micro: int
    nodes: tuple[str, ...]
    start_at: float = 0.0
    gave_way: int = 0
    compensated_micro: int = 0
    cancelled: tuple[str, ...] = ()
