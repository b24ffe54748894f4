"""What a placement or a job goes through whatever the event: moved on, given, taken off the list, closed, remembered."""

from suanwang.brain.applied.nodes import put_to_rest
from suanwang.brain.jobs import PLACED, JobState, PlacementState
from suanwang.brain.state import State
from suanwang.market.settle import for_closed
from suanwang.model.fault import ConflictFault
from suanwang.model.job import JOB_NEXT
from suanwang.model.plan import Placement
from suanwang.world.fold import released

DECISIONS_KEPT = 8


def wait_no_more(state: State, job: JobState) -> None:
    """Neither for room nor for an hour."""
    unpark(state, job)
    state.deferred.pop(job.id, None)
    job.start_at = 0.0


def unpark(state: State, job: JobState) -> None:
    """Not for room; who calls this stirs the job."""
    state.parked.pop(job.id, None)
    job.parked = 0


def give(state: State, job: JobState, placement: Placement, at: float) -> None:
    node = placement.node_id
    if node in state.resting:
        put_to_rest(state, node, False)
    state.generations[node] += 1
    state.live[node][placement.id] = True
    job.placements[placement.id] = PlacementState(
        placement=placement, joined=state.joined[node], generation=state.generations[node], given_at=at
    )
    state.stirred.add(node)
    for task in placement.tasks:
        job.tasks[task], job.attempts[task], job.quorum[task] = PLACED, placement.attempt, placement.quorum
        job.given[task] = (*job.given[task], placement.id)


def found_again(state: State, held: PlacementState) -> None:
    """Its node is not waited for any more."""
    missing = state.missing.get(held.placement.node_id, {})
    missing.pop(held.placement.id, None)
    if not missing:
        state.missing.pop(held.placement.node_id, None)


def close_placement(state: State, job: JobState, held: PlacementState) -> None:
    """The placement is over: its room is free again; of its hold only what waits for a quorum stays."""
    held.live = False
    unlist(state, held)
    del state.live[held.placement.node_id][held.placement.id]
    state.world = released(state.world, held.placement.id)
    state.ledger.apply(for_closed(held.placement, job.user, held.paid + held.pending))


def unlist(state: State, held: PlacementState) -> None:
    """The desired state of its node no longer names it: the agent is to stop it. It need not hear at once of what has ended."""
    node = held.placement.node_id
    if state.live[node][held.placement.id]:
        state.live[node][held.placement.id] = False
        state.generations[node] += 1
        held.unnamed = state.generations[node]
        if held.open:
            state.stirred.add(node)


def move_on(state: State, job: JobState, happening: str) -> None:
    following = JOB_NEXT.get((job.state, happening))
    if following is None:
        raise ConflictFault("SUAN-P020", f"a job that is {job.state or 'new'} cannot be {happening}", f"suan ps {job.id}")
    job.state = following
    stir(state, job)


def stir(state: State, job: JobState) -> None:
    """Nothing in a job changes without this: those who watch it hear of it, and the next snapshot has it anew."""
    job.changed = state.seq + 1
    state.stirred.add(job.id)
    state.touched[job.id] = None


def remember(state: State, job: JobState, *, refused: bool) -> None:
    job.decided.append(state.seq + 1)
    del job.decided[:-DECISIONS_KEPT]
    job.refused = refused
