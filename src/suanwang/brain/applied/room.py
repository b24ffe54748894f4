"""Room that is given up for urgent work, and room that is reserved."""

from suanwang.brain.applied.life import close_placement, stir
from suanwang.brain.jobs import PLACED, WAITING, JobState, Room
from suanwang.brain.state import ReservationState, State
from suanwang.market.settle import (
    for_burned,
    for_preempted,
    for_reservation_ended,
    for_reserved,
    for_unburned,
)
from suanwang.model import event as ev
from suanwang.model.plan import Preempted
from suanwang.model.reservation import Reservation
from suanwang.world.fold import reserved
from suanwang.world.reserved import Reserved

RESERVATIONS_KEPT = 1_000


def give_way(state: State, job: JobState, given: Preempted, at: float) -> None:
    """A placement ends, so that its room is the job's, which pays for it. Its tasks wait again, and have lost no attempt."""
    other = state.jobs[given.placement_id.rsplit("/", 1)[0]]
    held = other.placements[given.placement_id]
    job.room[given.placement_id] = Room(given=given, at=at, placement=held.placement, owner=state.node_of(held).owner)
    state.ledger.apply(for_preempted(given, job.id, job.user, other.user))
    job.held_micro += given.hold_micro
    job.posted_micro += given.compensation_micro
    other.compensated_micro += given.compensation_micro
    other.gave_way, other.gave_way_at, other.reason = other.gave_way + 1, at, "it gave way to an urgent job"
    held.gave_way_to = job.id
    close_placement(state, other, held)
    for task in held.placement.tasks:
        if task not in held.told and other.tasks[task] == PLACED:
            other.tasks[task] = WAITING
            other.attempts[task] -= 1
    stir(state, other)


def preempted_told(state: State, e: ev.PreemptedTold) -> None:
    job = state.jobs[e.job_id]
    room = job.room[e.placement_id]
    stir(state, job)
    room.told.update(task for task, _ in e.burned)
    pay_burned(state, job, room, sum(fuel for _, fuel in e.burned), over=len(room.told) == room.given.tasks)


def pay_burned(state: State, job: JobState, room: Room, fuel: int, *, over: bool) -> None:
    """Of room that was given up, so much more fuel had been burned; over: that is all, and the rest goes back."""
    before, paid = room.fuel, room.paid_micro
    room.fuel = min(room.given.fuel_max, before + fuel)
    job.posted_micro += room.paid_micro - paid
    posts = for_burned(room.placement, job.id, room.owner, before, room.fuel)
    rest = for_unburned(job.id, job.user, room.kept_micro) if over else ()
    state.ledger.apply((*posts, *rest))
    room.over = over


def reservation_made(state: State, e: ev.ReservationMade) -> None:
    made = e.reservation
    state.ledger.apply(for_reserved(made))
    over = [id for id, one in state.reservations.items() if one.ended]
    for id in over[: max(0, len(over) - RESERVATIONS_KEPT)]:
        del state.reservations[id]
    state.reservations[made.id] = ReservationState(reservation=made, joined=state.joined[made.room.node_id])
    state.world = reserved(state.world, come=(in_world(made),))


def in_world(made: Reservation) -> Reserved:
    """A reservation as the world has it."""
    return Reserved(made.id, made.user, made.room, made.asked.from_at, made.asked.until_at)


def reservation_ended(state: State, e: ev.ReservationEnded) -> None:
    one = state.reservations[e.reservation_id]
    made = one.reservation
    one.ended, one.ended_at, one.charged_micro = e.state, e.at, one.unused_micro if e.charged else 0
    state.ledger.apply(for_reservation_ended(made, state.particulars[one.joined].owner, one.charged_micro))
    state.world = reserved(state.world, gone=(made.id,))
