"""How it stands with the targets of an intent: what was heard a moment ago and what was charged, beside what was wanted.

Every figure says how it was come by. What is not known counts as met: nobody is told of a breach that nobody saw.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from suanwang.brain.fleet import ServiceState
from suanwang.brain.intents import DAY_S, IntentState
from suanwang.brain.jobs import DONE, JobState, PlacementState
from suanwang.brain.network import Ear
from suanwang.brain.outlook import route_view
from suanwang.brain.state import State
from suanwang.brain.views import drawn
from suanwang.intent.targets import met
from suanwang.model.intent import Found, Measure, Proposal, Target
from suanwang.model.network import Router
from suanwang.model.serving import Candidate, InstanceView, ServiceView
from suanwang.model.where import Place
from suanwang.world.distance import distance_km

MICRO = 1_000_000
OWN_CODES = frozenset({"exit", "fuel", "memory", "time", "output", "sandbox"})
"""Why a task fails by what it does itself."""
Figure = tuple[float | None, str]
"""(value, how it was come by)"""


class Look(NamedTuple):
    """An intent on a service as it is looked at. steady: now, by the clock that does not jump."""

    state: State
    ear: Ear
    one: IntentState
    service: ServiceState
    view: ServiceView
    steady: float
    now: float

    @property
    def heard(self) -> list[InstanceView]:
        """Instances whose checks pass, and that were heard of in the last seconds."""
        return [i for i in self.view.instances if i.state == "up" and i.load is not None]


def found_of_service(look: Look) -> tuple[Found, ...]:
    """How it stands with each target of a service."""
    own = look.service.failing is not None or any(i.state == "unhealthy" for i in look.view.instances)
    return tuple(_found(t, *_figure(look, t.measure), own=own and t.measure == "available") for t in look.one.intent.targets)


def _found(target: Target, value: float | None, how: str, *, own: bool = False) -> Found:
    holds = value is None or met(target, value)
    return Found(measure=target.measure, limit=target.limit, value=value, met=holds, how=how, own=own and not holds)


def missed(found: Iterable[Found]) -> dict[Measure, Found]:
    """Those that do not hold."""
    return {f.measure: f for f in found if not f.met}


def said(found: Iterable[Found], proposal: Proposal | None) -> tuple[frozenset[tuple[Measure, bool]], str]:
    """What is worth telling: what is missed, whether that is paid for, what would help. Figures change all the time."""
    return frozenset((f.measure, f.credited) for f in found if not f.met), proposal.field if proposal else ""


def _figure(look: Look, measure: Measure) -> Figure:
    match measure:
        case "available":
            return float(len(look.heard)), "instances that were heard of, and whose checks pass"
        case "latency":
            return _latency(look)
        case "answer":
            return _answer(look)
        case "spend":
            living = (held.placement.price_micro / MICRO * part for held, part in _living(look))
            return sum(e[1] / MICRO for e in _over(look)) + sum(living), "charged in the last day, and predicted for what runs"
        case "carbon":
            living = (held.placement.carbon_g * part for held, part in _living(look))
            return sum(e[2] for e in _over(look)) + sum(living), "modelled, of the last day and predicted for what runs"
        case _:
            return _inside(look), "of the instances"


def _latency(look: Look) -> Figure:
    """Where the network steers, of the ways that new flows take; else to the farthest instance, as decisions see it."""
    near = look.service.service.demand.near
    if near is None or not look.heard:
        return None, "nothing to measure"
    if (entry := _entry(look, near)) is not None:
        ways = [c for c in _ways(look, entry) if c.measured]
        how = f"measured from the nearest ingress, of the paths that new flows take: {entry.name}"
        return _mean(ways, lambda c: c.rtt_ms), how
    return max(round_trips_ms(look, near).values(), default=None), "round trip to the farthest instance, estimated"


def round_trips_ms(look: Look, near: Place) -> dict[str, float]:
    """By job, to each instance: as it was measured where the network steers, else as decisions estimate it."""
    if (entry := _entry(look, near)) is not None:
        found = route_view(look.state, look.ear, entry.name, look.service, look.steady).candidates
        return {c.instance.job: c.rtt_ms for c in found if c.measured}
    world = look.state.world
    column = world.latency_ms(near)
    rows = {i.job: world.row(look.state.named.get(i.node, "")) for i in look.heard}
    return {job: float(column[row]) for job, row in rows.items() if row is not None}


def _entry(look: Look, near: Place) -> Router | None:
    """The ingress router nearest to the users."""
    return min(_entries(look.state), key=lambda r: distance_km(near, _place(r)), default=None)


def _answer(look: Look) -> Figure:
    """The worst over all places where requests enter; where nobody steers, over the instances."""
    entries = _entries(look.state)
    if not entries:
        return max((ms for i in look.heard if (ms := _answers(i))), default=None), "measured at the instances"
    means = (
        _mean([c for c in _ways(look, e) if _answers(c.instance)], lambda c: c.rtt_ms + _answers(c.instance)) for e in entries
    )
    worst = max((ms for ms in means if ms is not None), default=None)
    return worst, "path and answer as measured, mean of new flows at the worst ingress"


def _entries(state: State) -> list[Router]:
    """Ingress routers that steer."""
    steering = set(state.fleet.forwarders.values())
    return [r for r in state.fleet.network.routers if "ingress" in r.roles and r.number in steering]


def _place(router: Router) -> Place:
    return Place(name=router.name, latitude=router.latitude, longitude=router.longitude)


def _ways(look: Look, entry: Router) -> list[Candidate]:
    """What new flows take from there."""
    return [c for c in route_view(look.state, look.ear, entry.name, look.service, look.steady).candidates if c.share]


def _mean(ways: Sequence[Candidate], ms: Callable[[Candidate], float]) -> float | None:
    """Over new flows; None if there are none."""
    share = sum(way.share for way in ways)
    return sum(way.share * ms(way) for way in ways) / share if share else None


def _answers(instance: InstanceView) -> float:
    return instance.load.latency_ms if instance.load else 0.0


def _over(look: Look) -> list[tuple[float, int, float]]:
    """(when, money, grams) of the instances that ended within the last day."""
    return [end for end in look.one.charged if look.now - end[0] < DAY_S]


def _living(look: Look) -> Iterator[tuple[PlacementState, float]]:
    """Placements of the instances there are, each with how much of its lease is over, 0-1."""
    jobs = (look.state.jobs[job] for job in look.service.instances)
    for job in jobs:
        part = min(1.0, max(0.0, look.now - job.placed_at) / job.demand.task_s_max)
        yield from ((held, part) for held in job.placements.values() if held.live)


def _inside(look: Look) -> float | None:
    regions = look.service.service.demand.limits.regions
    nodes = [node for i in look.heard if (node := look.state.node(look.state.named.get(i.node, ""))) is not None]
    return sum(node.site.place.region in regions for node in nodes) / len(nodes) if nodes else None


def found_of_job(state: State, one: IntentState, job: JobState, now: float) -> tuple[Found, ...]:
    """How it stands with each target of a job, so far or in the end."""
    own = job.state == "cancelled" or (job.state == "failed" and job.reason in OWN_CODES)
    how = f"the job is {job.state}{f': {job.reason}' if job.reason else ''}" if job.final else "so far"
    return tuple(_found(t, _of(state, job, t.measure, now), how, own=own) for t in one.intent.targets)


def _of(state: State, job: JobState, measure: Measure, now: float) -> float | None:
    match measure:
        case "done":
            return job.count(DONE) / len(job.tasks) if job.final else None
        case "finish":
            return (job.ended_at or now) - job.accepted_at
        case "cost":
            return job.posted_micro / MICRO
        case _:
            return sum(drawn(state.node_of(held), held)[1] for held in job.placements.values())
