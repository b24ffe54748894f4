"""The decision about any job, whatever it is: a step of a graph, a part of an array, or all of it at once; now or later."""

from suanwang.brain.chunks import divides, next_chunk
from suanwang.brain.decide import decide
from suanwang.brain.jobs import JobState
from suanwang.brain.state import State
from suanwang.brain.steps import next_step
from suanwang.model import event as ev
from suanwang.model.deferral import Deferral
from suanwang.model.plan import Refusal


def judge(
    state: State, job: JobState, now: float, known: Refusal | None = None, later: Deferral | None = None
) -> ev.Event | None:
    """As `decide` answers; known and later: as there."""
    if job.waits:
        return next_step(state, job, now)
    if later is None and divides(job):
        return next_chunk(state, job, now, known)
    return decide(state, job, now, known, later)
