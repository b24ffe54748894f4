"""Where the others are: what a decision has to know of the tasks that a job has already, of its service's other instances,
and of the jobs and services that it is to stand beside or keep away from.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from suanwang.brain.fleet import Instance, ServiceState, named
from suanwang.brain.jobs import JobState, PlacementState
from suanwang.brain.state import State
from suanwang.model.demand import Demand, Spread
from suanwang.model.fault import NotFoundFault
from suanwang.place.ask import Ask
from suanwang.place.crowd import GROUP

AGED = 0.8
"""An instance is replaced when so much of what it was given, of time or at full load of fuel, is used up."""

MOVING_S = 300.0
"""If nobody has taken the place of an instance after so long, it stays after all."""


def asks_of(state: State, job: JobState, ask: Ask, now: float) -> tuple[Ask, ...]:
    """The ask with all that in it; several, to be tried in turn, for an instance of a service: where the fewest others are
    first, where there is one more next, and so on, as far as its owner allows; then anywhere it may be."""
    placed = ask
    if job.demand.beside or job.demand.apart:
        placed = msgspec.structs.replace(ask, beside=_beside(state, job), apart=_apart(state, job))
    stated, service = job.demand.spread, _service(state, job)
    if service is None:
        return (placed if stated is None else _spread(placed, stated, _counts(state, stated, _live((job,)))),)
    placed = msgspec.structs.replace(placed, sites=frozenset(service.service.sites) or None)
    by = stated or Spread()
    counts = _counts(state, by, _others(state, service, job, now))
    levels = dict.fromkeys(min(fewer + 1, stated.most if stated else fewer + 1) for fewer in _levels(state, placed, by, counts))
    even = (_spread(placed, msgspec.structs.replace(by, most=most), counts) for most in levels)
    return (*even, placed) if stated is None else tuple(even) or (_spread(placed, stated, counts),)


def beside_it(state: State, job: JobState, held: PlacementState, now: float) -> int:
    """How many other instances of its service are in its group: at its site, unless its owner said otherwise."""
    service, by = _service(state, job), job.demand.spread or Spread()
    counts = _counts(state, by, _others(state, service, job, now)) if service else Counter[str]()
    return counts[GROUP[by.by](state.node_of(held))]


def _service(state: State, job: JobState) -> ServiceState | None:
    """That a job is an instance of."""
    serve = job.demand.serve
    return state.fleet.services.get(serve.service) if serve else None


def _spread(ask: Ask, spread: Spread, counts: Counter[str]) -> Ask:
    return msgspec.structs.replace(
        ask, demand=msgspec.structs.replace(ask.demand, spread=spread), there=tuple(sorted(counts.items()))
    )


def _counts(state: State, spread: Spread, helds: Iterable[PlacementState]) -> Counter[str]:
    """Tasks that each group has."""
    counts = Counter[str]()
    for held in helds:
        if (node := state.node(held.placement.node_id)) is not None:
            counts[GROUP[spread.by](node)] += held.open
    return counts


def _levels(state: State, ask: Ask, spread: Spread, counts: Counter[str]) -> list[int]:
    """How many instances groups have, the fewest first: whether any of those will do is for the rules to say."""
    groups = {GROUP[spread.by](node) for node in state.world.nodes if ask.sites is None or node.site.name in ask.sites}
    return sorted({counts[group] for group in groups})


def _live(jobs: Iterable[JobState]) -> list[PlacementState]:
    return [held for job in jobs for held in job.placements.values() if held.live]


def _others(state: State, service: ServiceState, job: JobState, now: float) -> Iterator[PlacementState]:
    """Placements of the instances that stay: one that another takes the place of is in nobody's way."""
    for job_id, instance in service.instances.items():
        if job_id != job.id and stays(state, service, instance, state.jobs[job_id], now):
            yield from _live((state.jobs[job_id],))


def stays(state: State, service: ServiceState, instance: Instance, job: JobState, now: float) -> bool:
    """Whether an instance is as and where it is wanted: not let go, of the present version, not too old, not moving."""
    moving = instance.moving_at and now - instance.moving_at < MOVING_S
    fit = not (instance.retired_at or moving) and instance.version == service.version
    return fit and not aged(state, job, now)


def aged(state: State, job: JobState, now: float) -> bool:
    """Whether an instance is to be replaced before its time, or the fuel that it was given, is up."""
    held = next((h for h in reversed(job.placements.values()) if h.live), None)
    if held is None:
        return False
    return now - job.placed_at >= lease_s(state, job, held)


def lease_s(state: State, job: JobState, held: PlacementState) -> float:
    """How long an instance is left where it is."""
    burns_per_s = state.node_of(held).speed.fuel_per_cpu_s * max(1, held.placement.cpu_milli) / 1000
    return AGED * min(job.demand.task_s_max, held.placement.fuel_max / burns_per_s)


def _beside(state: State, job: JobState) -> frozenset[str] | None:
    """Sites where the job to stand beside is, or was last; none if it is nowhere yet."""
    if not job.demand.beside:
        return None
    jobs = companions(state, job.demand.beside, job.user)
    helds = _live(jobs) or [held for other in jobs for held in other.placements.values()]
    return frozenset(state.node_of(held).site.name for held in helds)


def _apart(state: State, job: JobState) -> frozenset[str]:
    jobs = companions(state, job.demand.apart, job.user) if job.demand.apart else ()
    return frozenset(held.placement.node_id for held in _live(jobs))


def companions(state: State, name: str, user: str) -> tuple[JobState, ...]:
    """The user's job of this name or id, the newest, or all instances of the user's service of this name; none if there is
    neither."""
    service = named(state.fleet.services, name, user)
    if service is not None:
        return tuple(state.jobs[job_id] for job_id in service.instances)
    job = state.jobs.get(name)
    if job is None:
        ids = reversed(state.accepted_of.get(user, []))
        mine = (j for j in map(state.jobs.__getitem__, ids) if j.demand.name == name and j.demand.serve is None)
        job = next(mine, None)
    return (job,) if job is not None and job.user == user else ()


def check_near(state: State, user: str, demand: Demand) -> None:
    """What a demand names must be there when it is accepted. NotFoundFault SUAN-N001, N002, N016."""
    for key, name in (("with", demand.beside), ("apart", demand.apart)):
        if name and not companions(state, name, user) and named(state.fleet.services, name, user) is None:
            raise NotFoundFault("SUAN-N001", f"{key} names {name[:80]!r}, and you have no such job or service", "suan ps")
    sites = {node.site.name for node in state.world.nodes} if any(data.site for data in demand.data) else set[str]()
    for data in demand.data:
        if data.node and data.node not in state.named:
            raise NotFoundFault("SUAN-N002", f"data lie on {data.node[:80]!r}, and there is no such node", "suan nodes")
        if data.site and data.site not in sites:
            raise NotFoundFault("SUAN-N016", f"data lie at {data.site[:80]!r}, and no node stands at such a site", "suan nodes")
