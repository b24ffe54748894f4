"""Jobs in a trial: those that are there live on, others come as they came lately; counted, run by run, before and after."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from suanwang.brain.state import State
from suanwang.brain.trial.days import Days, Fate
from suanwang.brain.trial.effects import Change, begin
from suanwang.brain.trial.known import Arrival, Known, revived
from suanwang.model.fault import QuotaFault
from suanwang.model.trial import Broken, CodeCount, Compared, Estimate, JobsTrial
from suanwang.twin.chance import GAP, ORIGIN, exponential, uniform
from suanwang.twin.compare import Mean, better, mean

COMING_MAX = 50_000
"""Jobs that come in one run."""
FIGURES: tuple[tuple[str, str, Callable[["Ran"], float]], ...] = (
    ("placed", "jobs", lambda ran: sum(f.began_at is not None for f in ran.jobs)),
    ("waiting", "jobs", lambda ran: sum(f.waits for f in ran.jobs)),
    ("refused", "jobs", lambda ran: sum(f.state == "refused" for f in ran.jobs)),
    ("done", "jobs", lambda ran: sum(f.state == "done" for f in ran.jobs)),
    ("cost", "CNY", lambda ran: sum(sum(f.costs.values()) for f in ran.jobs) / 1e6),
    ("carbon", "gCO2e", lambda ran: sum(sum(f.grams.values()) for f in ran.jobs)),
    ("begins", "s", lambda ran: _mean([f.after(f.began_at, ran.at) for f in ran.fresh if f.began_at is not None])),
    ("finish", "s", lambda ran: _mean([f.after(f.ended_at, ran.at) for f in ran.jobs if f.state == "done"])),
)
"""(name, unit, figure of a run)."""


class Ran(NamedTuple):
    """A run that is over. at: when it began. fates: of all jobs, by id."""

    at: float
    fates: Mapping[str, Fate]

    @property
    def jobs(self) -> list[Fate]:
        """Without the instances of services."""
        return [fate for fate in self.fates.values() if not fate.serves]

    @property
    def fresh(self) -> list[Fate]:
        """Those that had not begun when the run did."""
        return [f for f in self.jobs if f.began_at is None or f.began_at >= self.at]


def coming(known: Known, times: float, span_s: float, seed: int) -> list[tuple[float, Arrival]]:
    """(after so many seconds, what is asked for): as it was told, or drawn from what was asked for lately, at that rate; the
    same for a seed, whatever the rate. QuotaFault SUAN-U131."""
    if known.coming:
        told = ((max(0.0, one.at - known.at) / times, one) for one in known.coming) if times > 0 else ()
        return _few([(after, one) for after, one in told if after < span_s])
    rate, mix = times * len(known.arrivals) / known.while_s, known.arrivals
    if rate <= 0:
        return []
    if rate * span_s > COMING_MAX:
        _few([(0.0, mix[0])] * (COMING_MAX + 1))
    found: list[tuple[float, Arrival]] = []
    after, number = 0.0, 0
    while (after := after + exponential(seed, number, GAP) / rate) < span_s:
        found.append((after, mix[int(uniform(seed, number, ORIGIN) * len(mix))]))
        number += 1
    return _few(found)


def _few(jobs: list[tuple[float, Arrival]]) -> list[tuple[float, Arrival]]:
    if len(jobs) > COMING_MAX:
        why = f"more than {COMING_MAX} jobs would come in that time"
        raise QuotaFault("SUAN-U131", why, "ask for a shorter time: --span 1min")
    return jobs


def lived(
    known: Known, change: Change, span_s: float, seed: int | None, enough: Callable[[], bool], wanted: Mapping[str, int]
) -> Days:
    """A domain from now on, under a change, for so long. seed: of what comes; None: nothing does."""
    days = Days(revived(known), known.at, enough)
    days.wanted |= wanted
    if seed is not None:
        for number, (after, one) in enumerate(coming(known, change.times("jobs"), span_s, seed)):
            job = one.job or f"job-trial-{seed}-{number}"
            days.at(after, lambda job=job, one=one: days.come(job, one))
    for event in known.happening:
        days.at(event.at - known.at, lambda event=event: days.happen(event))
    begin(days, change)
    days.run_until(known.at + span_s)
    return days


def ran(days: Days, at: float) -> Ran:
    return Ran(at, days.fates)


def jobs_trial(before: Sequence[Ran], after: Sequence[Ran], span_s: float) -> JobsTrial:
    """From runs of the same seeds, each of so many seconds."""
    present = sum(fate.present for fate in before[0].jobs)
    figures = tuple(
        compared(name, unit, [figure(one) for one in before], [figure(one) for one in after]) for name, unit, figure in FIGURES
    )
    was, now = _codes(before), _codes(after)
    codes = tuple(CodeCount(code=code, before=was[code], after=now[code]) for code in sorted({*was, *now}))
    moved = sum(f.nodes != after[0].fates[job].nodes for job, f in before[0].fates.items() if f.present and not f.serves)
    rate = sum(not fate.present for one in before for fate in one.jobs) / len(before) / max(span_s, 1.0)
    return JobsTrial(present=present, per_s=rate, figures=figures, codes=codes, moved=moved)


def compared(name: str, unit: str, before: Sequence[float], after: Sequence[float], error: float | None = None) -> Compared:
    """A figure of runs before and after, seed by seed."""
    difference = better(before, after)
    return Compared(
        name=name, unit=unit, before=estimate(mean(before)), after=estimate(mean(after)),
        difference=estimate(difference),
        sure=bool(difference.sure) if difference.runs > 1 else difference.value != 0, error=error,
    )  # fmt: skip


def estimate(found: Mean) -> Estimate:
    return Estimate(value=found.value, half=found.half if found.runs > 1 else None)


def broken_jobs(state: State, before: Ran, after: Ran) -> list[Broken]:
    """Jobs that have a place now, and would keep it or end well, but not after the change."""
    found: list[Broken] = []
    for job_id, fate in after.fates.items():
        was = before.fates.get(job_id)
        held = job_id in state.jobs and any(h.live for h in state.jobs[job_id].placements.values())
        if fate.serves or was is None or not held or not _well(was) or _well(fate):
            continue
        waits = fate.state in ("queued", "running")
        how, why = ("waits", "it would wait") if waits else (fate.state, f"it would be {fate.state}")
        code = fate.code if fate.code.startswith("SUAN-") else ""
        found.append(Broken(kind="job", name=fate.name, code=code, how=how, why=why, user=state.jobs[job_id].user))
    return found


def _well(fate: Fate) -> bool:
    """Whether it is on its way, or done."""
    return fate.state == "done" or (fate.state == "running" and not fate.waits)


def _codes(runs: Sequence[Ran]) -> Counter[str]:
    """What jobs that wait or were refused are told, a mean over the runs."""
    counts = Counter(f.code for one in runs for f in one.jobs if f.code and (f.waits or f.state in ("refused", "failed")))
    return Counter({code: count / len(runs) for code, count in counts.items()})  # type: ignore[dict-item]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
