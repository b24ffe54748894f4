"""A gang lives and dies as one: what is lost of it ends all of it, and one task that fails ends the others.

What was burned until then is paid for, as told; then all tasks begin again, and each has had one attempt more.
"""

from suanwang.brain.jobs import FAILED, WAITING, JobState, PlacementState
from suanwang.model.job import ATTEMPTS_MAX


def lose(job: JobState, held: PlacementState) -> None:
    """A part was lost. If a task has failed, all are being stopped already, and what was lost will not be told; else all the
    tasks wait, also those that had ended."""
    if job.count(FAILED) and not job.broken:
        for task in held.placement.tasks:
            if task not in held.told:
                job.tasks[task] = FAILED
        return
    job.broken = True
    for task in range(len(job.tasks)):
        job.tasks[task], job.outcomes[task] = WAITING, None


def mend(job: JobState) -> None:
    """Nothing of a broken gang runs any more: it may be placed anew, unless it was tried too often."""
    if any(held.live for held in job.placements.values()):
        return
    job.broken = False
    if any(job.tries(task) >= ATTEMPTS_MAX for task in range(len(job.tasks))):
        job.tasks[:] = bytes((FAILED,)) * len(job.tasks)
