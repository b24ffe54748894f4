"""Why each task runs where and when it does, read off the schedule in figures; and why a graph fits nowhere."""

import numpy as np

from suanwang.model.graph_plan import Choice
from suanwang.model.reason import Reason
from suanwang.place.graph.build import INF, Made, Table
from suanwang.place.graph.columns import Case, Floats


def choices(case: Case, look: Floats, table: Table, made: Made) -> tuple[Choice, ...]:
    """look: (n, H) finish of each task on every host, as it was found when the task had its turn."""
    return tuple(_choice(case, look[task], table, made, task) for task in range(len(case.graph.tasks)))


def why_not(case: Case) -> Reason | None:
    """The widest task, if no host that given files can get to has enough cores for it."""
    reached = case.ground.rate[np.isfinite(case.origin).any(axis=0)].max(axis=0, initial=0) > 0
    near = reached[case.ground.site] if np.isfinite(case.origin).any() else np.ones(len(case.hosts), np.bool_)
    have = int(np.diff(case.ground.core_at)[near].max(initial=0))
    widest = max(case.graph.tasks, key=lambda task: task.cores)
    if widest.cores <= have:
        return None
    return Reason(rule="cpu", need=str(widest.cores), have=str(have), gap=float(widest.cores - have), unit="cores")


def _choice(case: Case, look: Floats, table: Table, made: Made, task: int) -> Choice:
    host, start = int(made.host[task]), float(made.start[task])
    others = [h for h, finish in enumerate(look.tolist()) if h != host and finish < INF]
    second = min(others, key=lambda h: float(look[h])) if others else None
    bundle, there_s = _last(case, made, task)
    site, free_s = int(case.ground.site[host]), _free_s(case, table, task)
    came = bundle >= 0 and made.source[bundle, site] != site and not np.isfinite(case.origin[bundle, site])
    return Choice(
        task=case.graph.tasks[task].name,
        host=case.hosts[host].name,
        finish_s=float(made.finish[task]),
        runner_up="" if second is None else case.hosts[second].name,
        runner_up_finish_s=0.0 if second is None else float(look[second]),
        waits="" if start <= 0 else "files" if start <= there_s else "cores",
        file=next(iter(case.files[bundle]), "") if bundle >= 0 else "",
        source=case.sites[int(made.source[bundle, site])] if came else 0,
        there_s=there_s,
        core_free_s=free_s,
    )


def _last(case: Case, made: Made, task: int) -> tuple[int, float]:
    """(the bundle that comes last, -1 for none; when)."""
    site, work = case.ground.site[made.host[task]], case.work
    reads = work.read[work.read_at[task] : work.read_at[task + 1]]
    if not len(reads):
        return -1, 0.0
    there = made.there[reads, site]
    return int(reads[there.argmax()]), float(there.max())


def _free_s(case: Case, table: Table, task: int) -> float:
    before = table.before[case.work.lane[task] : case.work.lane[task + 1]]
    return float(np.where(before >= 0, table.end[before], 0.0).max())
