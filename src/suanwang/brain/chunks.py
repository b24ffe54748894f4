"""An array is given out in chunks as results come in, so that what is left goes to those who are free; pure.

Each time, the whole of what waits is decided as if the job's own work held no room: that says which nodes take part, by price,
time, distance or carbon as the user has it, and how much each would get. A node that is free then gets a part of that, in
pieces of its own for each slot, so that no slot waits for another. What would be over in CHUNK_S is given out at once.
"""

from math import ceil

import msgspec

from suanwang.brain.decide import decide, overdue, rehearse
from suanwang.brain.jobs import JobState, PlacementState
from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.model.plan import Placement, Plan, Refusal
from suanwang.model.steps import tied
from suanwang.place.chunks import Pace, chunk, cut
from suanwang.world.fold import released

CHUNK_S = 3.0
"""A chunk is to take so long at least, that asking for the next one is little beside it."""
LANES_MAX = 8
"""So many pieces at most are given to one node; with more slots each piece takes several."""


def divides(job: JobState) -> bool:
    """Whether a job is an array that is given out in chunks. Replicas are dealt out to owners all at once; and accelerators are
    numbered, so that which are free shows only in the world as it is. Who is urgent, or tied to
    others or to reserved room, takes what there is at once."""
    demand = job.demand
    plain = demand.priority != "urgent" and not tied(demand)
    return plain and len(demand.items) > 1 and demand.verify.replicas == 1 and demand.needs.accelerator is None


def next_chunk(state: State, job: JobState, now: float, known: Refusal | None = None) -> ev.Event | None:
    """The event for an array's waiting tasks, as `decide` gives it; None while those who take part are all busy with it."""
    tasks = job.waiting()
    if not tasks or job.cancelling or job.final or known is not None:
        return decide(state, job, now, known)
    live = [held for held in job.placements.values() if held.live]
    quiet = released(state.world, *(held.placement.id for held in live)) if live else state.world
    answer = rehearse(msgspec.structs.replace(state, world=quiet), job, tasks, now)
    if isinstance(answer, Refusal):
        return _no(state, job, answer, now) if not live else None
    given = _given(job, answer, live, now)
    if not given:
        return None
    return ev.JobPlaced(at=now, job_id=job.id, plan=_plan(answer, given))


def _no(state: State, job: JobState, answer: Refusal, now: float) -> ev.Event | None:
    if not answer.passing or overdue(state, job, now):
        return ev.JobRefused(at=now, job_id=job.id, refusal=answer)
    return None if job.refused else ev.JobWaits(at=now, job_id=job.id, refusal=answer)


def _plan(answer: Plan, given: list[Placement]) -> Plan:
    return msgspec.structs.replace(
        answer,
        placements=tuple(given),
        hold_micro=sum(p.hold_micro for p in given),
        price_micro=sum(p.price_micro for p in given),
        finish_s=max(p.finish_s for p in given),
        carbon_g=sum(p.carbon_g for p in given),
    )


def _given(job: JobState, plan: Plan, live: list[PlacementState], now: float) -> list[Placement]:
    """Pieces for the slots that are free, of what the plan has for their node."""
    busy = dict[str, int]()
    for held in live:
        busy[held.placement.node_id] = busy.get(held.placement.node_id, 0) + held.placement.width
    whole = plan.placements
    paces, shares = [_pace(job, p, now) for p in whole], [float(len(p.tasks)) for p in whole]
    left = sum(len(p.tasks) for p in whole)
    found = list[Placement]()
    for at, placement in enumerate(whole):
        free = placement.width - busy.get(placement.node_id, 0)
        if free <= 0:
            continue
        task_s = placement.finish_s / ceil(len(placement.tasks) / placement.width)
        least = ceil(CHUNK_S / max(task_s, 1e-9)) * placement.width
        size = min(len(placement.tasks), chunk(left, at, paces, shares, least))
        found += _pieces(job, placement, size, free, len(found))
    return found


def _pieces(job: JobState, placement: Placement, size: int, free: int, before: int) -> list[Placement]:
    """A chunk in as many pieces as there are slots, or as one where it is all there is and the node is free."""
    number = len(job.placements) + before + 1
    if size == len(placement.tasks) and free == placement.width:
        return [msgspec.structs.replace(placement, id=f"{job.id}/{number}")]
    width = max(1, ceil(placement.width / LANES_MAX))
    each = max(1, size * width // placement.width)
    found, at = list[Placement](), 0
    while at < len(placement.tasks) and free >= width:
        tasks = placement.tasks[at : at + each]
        found.append(cut(placement, f"{job.id}/{number + len(found)}", tasks, min(width, len(tasks))))
        at, free = at + each, free - width
    return found


def _pace(job: JobState, placement: Placement, now: float) -> Pace:
    """What a node did of this job, and what it was believed to do, for one slot."""
    task_s = max(placement.finish_s / ceil(len(placement.tasks) / placement.width), 1e-9)
    mine = [held for held in job.placements.values() if held.placement.node_id == placement.node_id and held.told]
    busy_s = sum(((now if held.live else held.ended_at) - held.given_at) * held.placement.width for held in mine)
    return Pace(items=sum(len(held.told) for held in mine), busy_s=max(0.0, busy_s), speed=1.0 / task_s)
