"""Tasks end, or are lost with their placement: what that settles, stops and opens again."""

from suanwang.brain import gangs
from suanwang.brain.applied.life import close_placement, stir, unlist
from suanwang.brain.applied.records import draw_energy, learn_fuel, note_verdicts, show_speed
from suanwang.brain.applied.services import note_kept
from suanwang.brain.jobs import BLOCKED, CANCELLED, DONE, FAILED, WAITING, JobState
from suanwang.brain.quorum import Effects, reopen, tell
from suanwang.brain.state import State
from suanwang.market.settle import (
    for_outcomes,
    for_refused,
)
from suanwang.model import event as ev
from suanwang.trust.record import DISAGREED, LOST


def tasks_ended(state: State, e: ev.TasksEnded) -> None:
    job = state.jobs[e.job_id]
    held = job.placements[e.placement_id]
    effects = Effects()
    for outcome in e.outcomes:
        tell(job, held, outcome, effects)
        draw_energy(state, job, held, outcome)
    _take_effect(state, job, effects)
    for task, above in enumerate(job.waits):
        if job.tasks[task] == BLOCKED and all(job.tasks[parent] == DONE for parent in above):
            job.tasks[task] = WAITING
    learn_fuel(state, job, e.outcomes)
    show_speed(state, job, held, e.outcomes)
    _stop_copies(state, job, e.at)
    stir(state, job)
    if held.open == 0:
        close_placement(state, job, held)
    if job.demand.gang:
        _as_one(state, job)


def _stop_copies(state: State, job: JobState, at: float) -> None:
    """Whoever only has tasks left that others have done is to stop, and to say what it burned."""
    if job.demand.limits.spare_micro is None:
        return
    for held in job.placements.values():
        left = [t for t in held.placement.tasks if t not in held.told] if held.live else []
        if left and all(job.outcomes[t] is not None for t in left):
            unlist(state, held)
            held.ended_at = max(held.ended_at, at)


def _take_effect(state: State, job: JobState, effects: Effects) -> None:
    """Post what was accepted, give back what was refused of placements that are over, remember who was right."""
    for placement_id, (paid, kept) in effects.before.items():
        held = job.placements[placement_id]
        posts = for_outcomes(held.placement, state.node_of(held).owner, paid, held.paid)
        backs = () if held.live else for_refused(held.placement, job.user, kept, held.paid + held.pending)
        state.ledger.apply((*posts, *backs))
        job.posted_micro += sum(t.amount_micro for t in posts)
        if (reserved := state.reservations.get(held.placement.reservation)) is not None:
            reserved.used_micro += sum(t.amount_micro for t in posts)
    note_verdicts(state, [(state.node_of(job.placements[p]), verdict) for p, verdict in effects.verdicts])


def placement_lost(state: State, e: ev.PlacementLost) -> None:
    job = state.jobs[e.job_id]
    held = job.placements[e.placement_id]
    held.returned, held.silent = e.returned, e.silent
    if e.silent:
        state.missing.setdefault(held.placement.node_id, {})[held.placement.id] = None
    job.reason = e.reason
    stir(state, job)
    note_kept(state, job, e.at, f"instance {job.id} is lost by {state.node_of(held).name}: {e.reason}")
    unwanted = job.cancelling or all(job.tasks[t] == CANCELLED for t in held.placement.tasks)
    if e.lied or not (e.returned or e.moved or unwanted):
        note_verdicts(state, [(state.node_of(held), DISAGREED if e.lied else LOST)])
    close_placement(state, job, held)
    if job.demand.gang:
        gangs.lose(job, held)
        _as_one(state, job)
        return
    effects = Effects()
    for task in held.placement.tasks:
        if task not in held.told and not job.settled(task):
            reopen(job, task, effects)
    _take_effect(state, job, effects)


def _as_one(state: State, job: JobState) -> None:
    """What is broken, or has failed, of a gang is stopped everywhere, and begins again when all of it is over."""
    if job.broken or job.count(FAILED):
        for held in job.placements.values():
            if held.live:
                unlist(state, held)
    if job.broken:
        gangs.mend(job)
