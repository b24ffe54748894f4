"""Which placements may give way to urgent work, by what the state knows of them, and the last word of those that did.

Which of them do give way is for place.preempt to say.
"""

from collections.abc import Iterable, Iterator

from suanwang.brain.jobs import JobState, PlacementState
from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.model.job import Outcome
from suanwang.place.preempt import Holding

GAVE_WAY_MAX = 3
"""A job gives way so often; then it is treated as a normal one, so that it ends some day."""
STOP_S = 5.0
"""So long may a node go on with what has given way: it has to hear of it first."""


def giving_way(state: State, user: str, now: float) -> tuple[Holding, ...]:
    """Every placement that an urgent job of this user may take the room of."""
    jobs = (state.jobs[job_id] for job_id in state.yielding)
    return tuple(holding for job in jobs if may_give_way(job) for holding in _holdings(state, job, user, now))


def may_give_way(job: JobState) -> bool:
    """Deferrable, and not too often; not where others would be asked again (replicas) or stopped too (a gang), nor what is
    reached from outside."""
    demand = job.demand
    alone = demand.verify.replicas == 1 and demand.serve is None and not demand.gang
    return demand.priority == "deferrable" and alone and job.gave_way < GAVE_WAY_MAX and not (job.cancelling or job.final)


def _holdings(state: State, job: JobState, user: str, now: float) -> Iterator[Holding]:
    for held in job.placements.values():
        if held.live and held.open and not held.unnamed and _in_time(job, held, now):
            fuel = _burned(state, job, held, now)
            yield Holding(placement=held.placement, tasks=held.open, fuel_max=fuel, own=job.user == user)


def _in_time(job: JobState, held: PlacementState, now: float) -> bool:
    """Whether it can still finish in time, as predicted, if it begins again."""
    finish = job.demand.limits.finish_s_max
    return finish is None or now - job.accepted_at + held.placement.finish_s <= finish


def _burned(state: State, job: JobState, held: PlacementState, now: float) -> int:
    """The most fuel that it can have burned on the tasks it has not ended: of all its cores, since it was given."""
    speed = state.node_of(held).speed
    cores = max(held.placement.width, held.placement.cpu_milli / 1000)
    seconds = max(0.0, now - (held.given_at or job.placed_at)) + STOP_S
    return min(held.placement.fuel_max - held.fuel, int(seconds * max(speed.fuel_per_cpu_s, speed.fuel_per_s) * cores))


def last_word(
    state: State, held: PlacementState, outcomes: Iterable[Outcome], now: float, refused: list[tuple[str, int, str]]
) -> list[ev.Event]:
    """What a node tells of a placement that gave way: what was burned counts, once for each task; results do not, since the
    tasks are somebody else's now. Code SUAN-R031 for what comes twice, or after its job has ended and all is paid."""
    job, placement_id = state.jobs[held.gave_way_to], held.placement.id
    room, burned = job.room[placement_id], dict[int, int]()
    for outcome in outcomes:
        open_still = outcome.task in held.placement.tasks and outcome.task not in held.told
        if room.over or not open_still or outcome.task in (*room.told, *burned):
            refused.append((placement_id, outcome.task, "SUAN-R031"))
        else:
            burned[outcome.task] = max(0, outcome.fuel)
    return [ev.PreemptedTold(at=now, job_id=job.id, placement_id=placement_id, burned=tuple(burned.items()))] if burned else []
