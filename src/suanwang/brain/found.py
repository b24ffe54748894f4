"""How it stands with the targets of an intent: what was heard a moment ago and what was charged, beside what was wanted.

Every figure says how it was come by. What is not known counts as met: nobody is told of a breach that nobody saw.
"""

from collections.abc import Callable, Iterator, Sequence

from suanwang.brain.fleet import ServiceState
from suanwang.brain.intents import DAY_S, IntentState
from suanwang.brain.jobs import DONE, JobState
from suanwang.brain.network import Ear
from suanwang.brain.outlook import route_view, service_view
from suanwang.brain.state import State
from suanwang.brain.views import drawn
from suanwang.intent.targets import met
from suanwang.model.intent import Found, Measure, Target
from suanwang.model.network import Router
from suanwang.model.serving import Candidate, InstanceView, ServiceView
from suanwang.model.where import Place
from suanwang.world.distance import distance_km

MICRO = 1_000_000
OWN_CODES = frozenset({"exit", "fuel", "memory", "time", "output", "sandbox"})
"""Why a task fails by what it does itself."""
Figure = tuple[float | None, str]
"""(value, how it was come by)"""


def found_of_service(
    state: State, ear: Ear, one: IntentState, service: ServiceState, view: ServiceView, steady: float, now: float
) -> tuple[Found, ...]:
    """How it stands with each target of a service. steady: now, by the clock that does not jump."""
    heard = [i for i in view.instances if i.state == "up" and i.load is not None]
    own = service.failures > 0 or any(i.state == "unhealthy" for i in view.instances)
    figures: dict[Measure, Callable[[], Figure]] = {
        "available": lambda: (float(len(heard)), "instances that were heard of, and whose checks pass"),
        "latency": lambda: _latency(state, ear, service, heard, steady),
        "answer": lambda: _answer(state, ear, service, view, steady),
        "spend": lambda: _used(state, one, service, now, _money),
        "carbon": lambda: _used(state, one, service, now, _carbon),
    }
    inside: Callable[[], Figure] = lambda: (_inside(state, service, heard), "of the instances")  # noqa: E731
    return tuple(_found(t, *figures.get(t.measure, inside)(), own=own and t.measure == "available") for t in one.intent.targets)


def _found(target: Target, value: float | None, how: str, *, own: bool = False) -> Found:
    known_met = value is None or met(target, value)
    return Found(measure=target.measure, limit=target.limit, value=value, met=known_met, how=how, own=own and not known_met)


def _latency(state: State, ear: Ear, service: ServiceState, up: Sequence[InstanceView], steady: float) -> Figure:
    """Where the network steers, of the ways that new flows take; else the farthest instance, as decisions see it."""
    near = service.service.demand.near
    if near is None or not up:
        return None, "no instance"
    entry = _entry(state, near)
    if entry is not None:
        ways = [c for c in route_view(state, ear, entry.name, service, steady).candidates if c.share and c.measured]
        return _mean(ways, lambda c: c.rtt_ms), f"measured from {entry.name}, of the paths that new flows take"
    column = state.world.latency_ms(near)
    rows = [row for i in up if (id := state.named.get(i.node)) and (row := state.world.row(id)) is not None]
    return max((float(column[row]) for row in rows), default=None), "round trip to the farthest instance, estimated"


def _entry(state: State, near: Place) -> Router | None:
    """Of the ingress routers that steer, the nearest."""
    steering = set(state.fleet.forwarders.values())
    found = (r for r in state.fleet.network.routers if "ingress" in r.roles and r.number in steering)
    return min(found, key=lambda r: distance_km(near, Place(name=r.name, latitude=r.latitude, longitude=r.longitude)), default=None)


def _mean(ways: Sequence[Candidate], ms: Callable[[Candidate], float]) -> float | None:
    """Over new flows; None if there are none."""
    share = sum(way.share for way in ways)
    return sum(way.share * ms(way) for way in ways) / share if share else None


def _answer(state: State, ear: Ear, service: ServiceState, view: ServiceView, steady: float) -> Figure:
    """The worst over all places where requests enter; where nobody steers, over the instances."""
    steering = set(state.fleet.forwarders.values())
    means: list[float | None] = []
    for router in state.fleet.network.routers:
        if "ingress" in router.roles and router.number in steering:
            found = route_view(state, ear, router.name, service, steady).candidates
            means.append(_mean([c for c in found if _answers(c.instance)], lambda c: c.rtt_ms + _answers(c.instance)))
    if steering and means:
        return max((ms for ms in means if ms is not None), default=None), "way and answer, mean of new flows at the worst ingress"
    return max((ms for i in view.instances if i.state == "up" and (ms := _answers(i))), default=None), "measured at the instances"


def _answers(instance: InstanceView) -> float:
    return instance.load.latency_ms if instance.load else 0.0


def _used(state: State, one: IntentState, service: ServiceState, now: float, of: "Of") -> Figure:
    """Of the instances that ended within the last day what they took, of those there are what is predicted for so long."""
    over = sum(of(state, end) for end in one.charged if now - end[0] < DAY_S)
    jobs = (state.jobs[job] for job in service.instances)
    living = sum(of(state, job) * min(1.0, (now - job.placed_at) / job.demand.task_s_max) for job in jobs if job.placed_at)
    return over + living, "charged in the last day, and predicted for what runs"


Of = Callable[[State, JobState | tuple[float, int, float]], float]


def _money(_: State, of: JobState | tuple[float, int, float]) -> float:
    if isinstance(of, tuple):
        return of[1] / MICRO
    return sum(held.placement.price_micro for held in of.placements.values() if held.live) / MICRO


def _carbon(_: State, of: JobState | tuple[float, int, float]) -> float:
    if isinstance(of, tuple):
        return of[2]
    return sum(held.placement.carbon_g for held in of.placements.values() if held.live)


def _inside(state: State, service: ServiceState, up: Sequence[InstanceView]) -> float | None:
    regions = service.service.demand.limits.regions
    nodes = [node for i in up if (node := state.node(state.named.get(i.node, ""))) is not None]
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


def view_of_service(state: State, ear: Ear, service: ServiceState, steady: float) -> ServiceView:
    """As it is seen from outside."""
    return service_view(state, ear, service, steady)


def missed(found: Sequence[Found]) -> Iterator[Measure]:
    """The measures whose targets do not hold."""
    return (f.measure for f in found if not f.met)
