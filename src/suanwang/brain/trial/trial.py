"""What if: the present and the changed domain side by side in simulated time, the same chance for both, and what differs.

First nothing comes but what is there: it shows what becomes of present jobs and of services' instances, and is the evidence of
the gate. Then each service is run with its requests (twin), and jobs come as they came lately, once for each seed.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from suanwang.brain.state import State
from suanwang.brain.trial.days import Days
from suanwang.brain.trial.effects import LAW, Change, check
from suanwang.brain.trial.jobs import Ran, broken_jobs, compared, jobs_trial, lived, ran
from suanwang.brain.trial.known import Known, revived
from suanwang.brain.trial.services import Case, Site, case_of, wanted_after
from suanwang.model.fault import QuotaFault
from suanwang.model.trial import Broken, Compared, Curve, ServiceTrial, Trial
from suanwang.steer.columns import Floats
from suanwang.twin.error import error_beside
from suanwang.twin.traffic import END_MS, POLICIES, REQUESTS_MOST, SETTLED_MS, SHARES, WARM_MS, Lived, live, requests_of

SERVICES_MAX = 16
"""The busiest services are run; the others are left out, and that is said."""
TOLD_LEAST = 20
"""Measured answer times that a prediction is held against: fewer tell nothing."""
SETTLE_S = (SETTLED_MS - WARM_MS) / 1000
LOST_MOST = 10.0
"""Of a service with a deadline no more than so many requests in a thousand may be lost."""
NOW = Change()


def tried(known: Known, change: Change, seeds: int, span_s: float, enough: Callable[[], bool] = lambda: False) -> Trial:
    """Faults of trial.effects.check; QuotaFault SUAN-U131: more than a trial takes on."""
    state = revived(known)
    check(state, change, POLICIES)
    wanted = wanted_after(known, state, change)
    quiet = [ran(lived(known, one, span_s, None, enough, more), known.at) for one, more in ((NOW, {}), (change, wanted))]
    settled = lived(known, change, SETTLE_S, None, enough, wanted)
    cases, left_out = _cases(known, state, settled, change)
    services = tuple(_service(case, change.law, seeds, enough) for case in cases)
    runs = seeds if known.arrivals and not known.coming else 1  # what comes for sure comes so each time
    before, after = _runs(known, change, runs, span_s, enough, wanted) if _comes(known) else ([quiet[0]], [quiet[1]])
    broken = [*_broken_services(state, services), *broken_jobs(state, quiet[0], quiet[1])]
    return Trial(
        at=known.at,
        changes=change.whatifs,
        seeds=seeds,
        span_s=span_s,
        nodes=len(state.world.ids),
        services=services,
        jobs=jobs_trial(before, after, span_s) if before[0].jobs or after[0].jobs else None,
        broken=tuple(broken),
        notes=_notes(known, change, services, left_out),
        lab=error_beside(change.whatifs) if services else (),
    )


def _comes(known: Known) -> bool:
    return bool(known.arrivals or known.coming)


def _runs(
    known: Known, change: Change, seeds: int, span_s: float, enough: Callable[[], bool], wanted: dict[str, int]
) -> tuple[list[Ran], list[Ran]]:
    before = [ran(lived(known, NOW, span_s, seed, enough, {}), known.at) for seed in range(seeds)]
    return before, [ran(lived(known, change, span_s, seed, enough, wanted), known.at) for seed in range(seeds)]


def _cases(known: Known, state: State, settled: Days, change: Change) -> tuple[list[Case], int]:
    """The busiest services, and how many were left out."""
    found = [case_of(known, state, settled, s, change) for s in state.fleet.services.values() if not s.withdrawn]
    cases = sorted((case for case in found if case is not None), key=lambda case: -case.rate)
    return cases[:SERVICES_MAX], max(0, len(cases) - SERVICES_MAX)


def _service(case: Case, law: str, seeds: int, enough: Callable[[], bool]) -> ServiceTrial:
    """One service before and after, run by run."""
    if requests_of(case.before, case.times) > REQUESTS_MOST:
        why = f"{case.service.service.name} has {case.rate * 1000:.0f} requests a second"
        raise QuotaFault("SUAN-U131", f"{why}, more than {REQUESTS_MOST} in {END_MS / 1000:g} s", "try a smaller load")
    before, after = list[Lived](), list[Lived]()
    for seed in range(seeds):
        before.append(live(case.before, LAW, seed))
        after.append(live(case.after, law, seed, case.times))
        if enough():
            raise QuotaFault("SUAN-U131", f"there was time for {seed + 1} of {seeds} seeds", "ask for less: --seeds 2")
    spec = case.service.service
    return ServiceTrial(
        name=spec.name,
        requests_per_s=case.rate * 1000,
        instances_before=len(case.sites_before),
        instances_after=sum(one.up for one in case.sites_after),
        law=law,
        deadline_ms=spec.deadline_ms,
        figures=_figures(case, before, after),
        sites=_by_site(case, before, after),
        curve=_curve(before, after),
    )


def _figures(case: Case, before: Sequence[Lived], after: Sequence[Lived]) -> tuple[Compared, ...]:
    """p50, p99 and lost requests; a percentile of which there is nothing counts as 0."""
    told = np.array([ms for one in case.heard for ms in one.latency_ms])
    found: list[Compared] = []
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        sides = [[float(np.nan_to_num(one.percentile(share))) for one in runs] for runs in (before, after)]
        found.append(compared(name, "ms", sides[0], sides[1], error_of(told, before, share)))
    lost = [[one.lost_per_mille for one in runs] for runs in (before, after)]
    return (*found, compared("lost", "‰", lost[0], lost[1]))


def error_of(told: Floats, before: Sequence[Lived], share: float) -> float | None:
    """By how much the twin is off when it predicts what agents tell now, relatively; None if they tell too little."""
    predicted = np.concatenate([one.told_ms for one in before])
    if len(told) < TOLD_LEAST or not len(predicted):
        return None
    measured = float(np.quantile(told, share))
    return float(np.quantile(predicted, share)) / measured - 1.0 if measured > 0 else None


def _by_site(case: Case, before: Sequence[Lived], after: Sequence[Lived]) -> tuple[Compared, ...]:
    """Requests at each site in the mean; the measured ones tell the error."""
    names = sorted({one.site for one in (*case.sites_before, *case.sites_after)})
    found: list[Compared] = []
    for name in names:
        was = [_load(one, case.sites_before, name) for one in before]
        now = [_load(one, case.sites_after, name) for one in after]
        told = sum(h.in_flight for h, one in zip(case.heard, case.sites_before, strict=True) if one.site == name)
        found.append(compared(name, "requests", was, now, float(np.mean(was)) / told - 1.0 if told > 0 else None))
    return tuple(found)


def _load(lived: Lived, sites: Sequence[Site], name: str) -> float:
    return float(sum(lived.load[at] for at, one in enumerate(sites) if one.site == name))


def _curve(before: Sequence[Lived], after: Sequence[Lived]) -> Curve:
    sides = [np.concatenate([one.latency_ms for one in runs]) for runs in (before, after)]
    was, now = (tuple(np.quantile(all_ms, SHARES).tolist()) if len(all_ms) else (0.0,) * len(SHARES) for all_ms in sides)
    return Curve(share=SHARES, before_ms=was, after_ms=now)


def _broken_services(state: State, services: Sequence[ServiceTrial]) -> list[Broken]:
    """Those that would have fewer instances than they must, or answer later than was declared."""
    known = {s.service.name: s for s in state.fleet.services.values()}
    pairs = ((one, known[one.name]) for one in services)
    told = (broken_service(one, service.service.scale.least, service.user) for one, service in pairs)
    return [one for one in told if one is not None]


def broken_service(one: ServiceTrial, least: int, user: str) -> Broken | None:
    """What of a service's promise would be broken, if anything would."""
    named = partial(Broken, kind="service", name=one.name, user=user)
    p99, lost = one.figures[1], one.figures[2]
    if one.instances_after < min(one.instances_before, max(1, least)):
        left = f"{one.instances_after} of {one.instances_before} instances would be left"
        why, comes = f"{left}, and {one.requests_per_s:.1f} requests a second come", one.requests_per_s
        return named(how="fewer", now=one.instances_before, then=one.instances_after, bound=comes, why=why)
    if one.deadline_ms and p99.before.value <= one.deadline_ms < p99.after.value - (p99.after.half or 0.0):
        was, would = p99.before.value, p99.after.value
        why = f"p99 would be {would:.1f} ms, now {was:.1f} ms; its deadline is {one.deadline_ms:g} ms"
        return named(how="late", now=was, then=would, bound=one.deadline_ms, why=why)
    if one.deadline_ms and lost.after.value - (lost.after.half or 0.0) > max(LOST_MOST, lost.before.value):
        was, would = lost.before.value, lost.after.value
        return named(how="lost", now=was, then=would, why=f"{would:.1f} of 1000 requests would be lost, now {was:.1f}")
    return None


def _notes(known: Known, change: Change, services: Sequence[ServiceTrial], left_out: int) -> tuple[str, ...]:
    """What the figures rest on, as keys of the catalogue."""
    notes = ["model"]
    if services:
        notes.append("fit")
    if known.arrivals and not known.coming:
        notes.append("mix")
    if any(one.what == "cut" for one in change.whatifs):
        notes.append("cut")
    if left_out:
        notes.append("busiest")
    return tuple(notes)
