"""Jobs as they are told, kept encoded while nothing in them changes: they are asked for far more often than they change."""

from collections import OrderedDict
from typing import cast

import msgspec

from suanwang.brain.jobs import JobState
from suanwang.brain.state import State
from suanwang.brain.views import job_view, tasks_running
from suanwang.model.job import Job

KEPT_MAX = 10_000
"""So many are kept; some 10 MB."""
_encode = msgspec.json.Encoder().encode


class Rows:
    """All that a job is told of itself follows from its last event, and from what its nodes run now."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, int, msgspec.Raw]] = OrderedDict()

    def row(self, state: State, job: JobState) -> Job:
        """The bytes of `job_view`, which an encoder takes for the noun. state: one that is durable."""
        running = tasks_running(state, job)
        changed, ran, row = self._kept.get(job.id, (0, 0, None))
        if row is None or (changed, ran) != (job.changed, running):
            row = msgspec.Raw(_encode(job_view(state, job)))
            self._kept[job.id] = job.changed, running, row
            if len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return cast(Job, row)
