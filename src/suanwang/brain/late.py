"""A second copy of what is late: the last tasks of a job that lag far behind are given to another node as well; pure.

Only where the user says what that may cost (limits.spare), and only work that is free of side effects. The first result of a
task counts. Whoever is left with nothing that is still wanted is stopped, says what it burned, and is paid as far as that line
goes (brain.quorum). The rule is Mantri's (place.chunks.worth_copying), on what is believed now.
"""

from collections.abc import Iterator

import msgspec

from suanwang.brain.decide import money_left, seed_of
from suanwang.brain.history import code_key, fuel_estimate
from suanwang.brain.jobs import CANCELLED, JobState, PlacementState
from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.model.plan import Plan
from suanwang.model.steps import side_effects, task_demand, tied
from suanwang.place.ask import Ask
from suanwang.place.choose import choose
from suanwang.place.chunks import worth_copying

AFTER_S = 2.0
"""What runs for less is not late yet."""
STOP_S = 5.0
"""A copy that is not needed has so long to stop and to say what it burned; then it is given up, unpaid."""


def late(state: State, now: float) -> list[ev.Event]:
    """Copies of what is late, and an end of those that were to stop and say nothing."""
    return [event for j in state.sparing for event in _late(state, state.jobs[j], now)]


def _late(state: State, job: JobState, now: float) -> Iterator[ev.Event]:
    live = [held for held in job.placements.values() if held.live]
    for held in live:
        if held.unnamed and not _to_pay(job, held) and now - held.ended_at > STOP_S:
            why = "its result came from elsewhere"
            yield ev.PlacementLost(at=now, job_id=job.id, placement_id=held.placement.id, reason=why, silent=True)
    if job.cancelling or (job.waiting() and not job.waits):
        return  # of an array, only the last tasks are copied
    for held in live:
        if (plan := _copy(state, job, held, now)) is not None:
            yield ev.JobPlaced(at=now, job_id=job.id, plan=plan)
            return  # one at a time: the next look sees what this one took


def _to_pay(job: JobState, held: PlacementState) -> bool:
    """Whether what is being stopped is paid for as what ran, and not out of the line for copies."""
    return job.cancelling or any(job.tasks[t] == CANCELLED and job.outcomes[t] is None for t in held.placement.tasks)


def _copy(state: State, job: JobState, held: PlacementState, now: float) -> Plan | None:
    """A second placement of all that a late one still has, if that is thought to save time, and the line pays for it."""
    open_ = tuple(t for t in held.placement.tasks if t not in held.told and job.outcomes[t] is None)
    ran_s = now - held.given_at
    if not open_ or held.unnamed or ran_s < AFTER_S or any(len(job.holders(t)) > 1 for t in open_):
        return None
    demand = task_demand(job.demand, open_[0])
    if side_effects(demand) or tied(demand) or any(len(job.given[t]) > 1 for t in open_):
        return None
    money = min((job.demand.limits.spare_micro or 0) - job.spared_micro, money_left(state, job))
    fuel, basis = fuel_estimate(demand, state.code_fuel.get(code_key(demand)))
    mine = frozenset(h.placement.node_id for t in open_ for h in job.holders(t))
    plan = choose(
        state.world,
        Ask(
            demand=msgspec.structs.replace(demand, prefer="speed"),
            user=job.user,
            fuel_per_task=fuel,
            fuel_basis=basis,
            budget_micro=money,
            asked_at=now if state.world.reserved else 0.0,
            excluded=mine | frozenset(h.placement.node_id for h in job.placements.values() if h.returned),
        ),
        job_id=job.id,
        seed=seed_of(job.id, len(job.placements) + 1),
        number=len(job.placements) + 1,
        attempt=1 + max(job.attempts[t] for t in open_),
        tasks=open_,
        change=False,
    )
    return plan if isinstance(plan, Plan) and worth_copying(left_s(held, ran_s), plan.finish_s) else None


def left_s(held: PlacementState, ran_s: float) -> float:
    """Seconds that a placement is believed to need still: what it was thought to take, or, once it is over that, as long
    again as it has taken. That is the mean of a long tail of which nothing is known but that it lasted so far; an
    assumption."""
    planned = held.placement.finish_s
    return planned - ran_s if ran_s < planned else ran_s
