"""Plan again, when tasks have begun, or took another time than was thought: what is done stands, the rest is free.

    case + what began + now --> (the case as it is now, what cannot be changed) --> plan.schedule(case, fixed=..., before=...)

A task that runs for longer than it was thought to is the common reason. What it will take in the end is the caller's to say;
`chunks.believed_s` is a guess that never lies in the past, and `chunks.worth_copying` says whether to run it a second time.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from suanwang.place.graph.build import Fixed
from suanwang.place.graph.columns import Case


class Begun(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A task that began, on a host. took_s: what it took; of one that still runs, what it is believed to take in all."""

    task: str
    host: str
    start_s: float
    took_s: float


def held(case: Case, begun: Sequence[Begun], now_s: float) -> tuple[Case, Fixed]:
    """The case with the times that are known, and what has begun. What a task read is at its site from its begin on; sendings
    that are under way otherwise are thought to begin anew."""
    host = {h.name: at for at, h in enumerate(case.hosts)}
    index = {task.name: at for at, task in enumerate(case.graph.tasks)}
    work_s, origin = case.work.work_s.copy(), case.origin.copy()
    since, where = np.full(len(index), -1.0), np.full(len(index), -1, np.int64)
    for one in begun:
        task, on = index[one.task], host[one.host]
        since[task], where[task] = one.start_s, on
        work_s[task] = one.took_s * case.ground.speed[on]
        read = case.work.read[case.work.read_at[task] : case.work.read_at[task + 1]]
        site = case.ground.site[on]
        origin[read, site] = np.minimum(origin[read, site], one.start_s)
    return replace(case, work=case.work._replace(work_s=work_s), origin=origin), Fixed(since, where, now_s, origin)
