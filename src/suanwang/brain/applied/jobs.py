"""A job is accepted, decided upon, and ends."""

from dataclasses import replace

from suanwang.brain.applied.life import (
    close_placement,
    found_again,
    give,
    move_on,
    remember,
    stir,
    unlist,
    unpark,
    wait_no_more,
)
from suanwang.brain.applied.nodes import put_to_rest
from suanwang.brain.applied.room import give_way, pay_burned
from suanwang.brain.applied.services import instance_over, note_kept
from suanwang.brain.fleet import Instance
from suanwang.brain.jobs import BLOCKED, CANCELLED, PLACED, WAITING, JobState
from suanwang.brain.state import State
from suanwang.market.ledger import hold_account
from suanwang.market.settle import (
    for_ended,
    for_placed,
    for_resumed,
)
from suanwang.model import event as ev
from suanwang.model.demand import Steps
from suanwang.model.graph_plan import Run
from suanwang.model.steps import task_demand, waits
from suanwang.world.asked import noted, want
from suanwang.world.fold import placed


def job_accepted(state: State, e: ev.JobAccepted) -> None:
    count = e.demand.task_count
    number = state.seq + 1
    job = JobState(id=e.job_id, number=number, key=e.key, user=e.user, demand=e.demand, digest=e.digest, accepted_at=e.at,
                   trace=e.trace)  # fmt: skip
    job.tasks, job.attempts, job.quorum = bytearray(count), bytearray(count), bytearray(count)
    job.given, job.outcomes = [()] * count, [None] * count
    if isinstance(e.demand.work, Steps):
        job.waits = waits(e.demand.work.steps)
        job.tasks = bytearray(BLOCKED if above else WAITING for above in job.waits)
        state.graphs[job.id] = None
    move_on(state, job, "accepted")
    state.add(job)
    state.unfinished[job.id] = None
    state.rank(job)
    state.unfinished_of[job.user] = state.unfinished_of.get(job.user, 0) + 1
    if state.world.accelerators:  # nothing else is judged by what is asked for
        parts = (
            [(want(task_demand(e.demand, t).needs), 1) for t in range(count)] if job.waits else [(want(e.demand.needs), count)]
        )
        for needs, tasks in parts:
            state.world = replace(state.world, asked=noted(state.world.asked, needs, tasks))
    if e.demand.serve is not None and (service := state.fleet.services.get(e.demand.serve.service)) is not None:
        service.instances[job.id] = Instance(version=service.version)
        service.started += 1


def job_placed(state: State, e: ev.JobPlaced) -> None:
    job = state.jobs[e.job_id]
    for given in e.plan.preempted:
        give_way(state, job, given, e.at)
    state.ledger.apply(for_placed(e.plan, job.user))
    move_on(state, job, "placed")
    wait_no_more(state, job)
    job.reason = ""
    job.placed_at = job.placed_at or e.at
    job.held_micro += e.plan.hold_micro
    remember(state, job, refused=False)
    for placement in e.plan.placements:
        give(state, job, placement, e.at)
        where = state.node(placement.node_id)
        note_kept(state, job, e.at, f"instance {job.id} is placed on {where.name if where else placement.node_id}")
    state.world = placed(state.world, e.plan.placements)


def graph_planned(state: State, e: ev.GraphPlanned) -> None:
    """What is done or under way is where it is; only of the rest does the plan say anything new."""
    job = state.jobs[e.job_id]
    assert isinstance(job.demand.work, Steps), "only a graph is planned"
    found = {run.task: run for run in (*job.runs, *e.plan.runs)}
    job.runs = tuple(found.get(step.name) or _unplanned(step.name) for step in job.demand.work.steps)
    job.planned = state.seq + 1
    job.reason, job.refused = "", False
    unpark(state, job)
    stir(state, job)


def _unplanned(name: str) -> Run:
    """Of a step that was cancelled before there was a plan."""
    return Run(task=name, host="", cores=(), start_s=0.0, finish_s=0.0)


def job_waits(state: State, e: ev.JobWaits) -> None:
    job = state.jobs[e.job_id]
    wait_no_more(state, job)
    stir(state, job)
    state.parked[job.id], job.parked = None, state.seq + 1
    job.reason = e.refusal.code
    remember(state, job, refused=True)


def job_deferred(state: State, e: ev.JobDeferred) -> None:
    job = state.jobs[e.job_id]
    wait_no_more(state, job)
    stir(state, job)
    state.deferred[job.id] = None
    job.start_at, job.reason = e.deferral.start_at, "deferred"
    remember(state, job, refused=False)


def job_refused(state: State, e: ev.JobRefused) -> None:
    job = state.jobs[e.job_id]
    remember(state, job, refused=True)
    _end(state, job, "refused", e.refusal.code, e.at)


def placement_resumed(state: State, e: ev.PlacementResumed) -> None:
    job = state.jobs[e.job_id]
    held = job.placements[e.placement_id]
    node = held.placement.node_id
    state.ledger.apply(for_resumed(held.placement, job.user, held.paid + held.pending))
    move_on(state, job, "placed")
    wait_no_more(state, job)
    job.reason, job.refused = "", False
    if node in state.resting:
        put_to_rest(state, node, False)
    state.generations[node] += 1
    held.live, held.silent, held.unnamed, held.generation = True, False, 0, state.generations[node]
    state.live[node][held.placement.id] = True
    found_again(state, held)
    state.stirred.add(node)
    for task in held.placement.tasks:
        if task not in held.told:
            job.tasks[task] = PLACED
    state.world = placed(state.world, (held.placement,))


def cancel_asked(state: State, e: ev.CancelAsked) -> None:
    job = state.jobs[e.job_id]
    job.cancelling = True
    stir(state, job)
    for held in job.placements.values():
        if held.live:  # the agent stops what its desired state no longer names
            unlist(state, held)


def steps_cancelled(state: State, e: ev.StepsCancelled) -> None:
    """What runs of them is stopped, and paid for when its node says what it burned."""
    job = state.jobs[e.job_id]
    assert isinstance(job.demand.work, Steps), "only a graph has steps"
    stir(state, job)
    named = frozenset(e.steps)
    for task in (t for t, step in enumerate(job.demand.work.steps) if step.name in named):
        for held in job.holders(task):
            unlist(state, held)
        job.tasks[task] = CANCELLED


def job_ended(state: State, e: ev.JobEnded) -> None:
    _end(state, state.jobs[e.job_id], e.state, e.reason, e.at)


def _end(state: State, job: JobState, how: str, reason: str, at: float) -> None:
    move_on(state, job, how)
    for held in job.placements.values():
        if held.live:
            close_placement(state, job, held)
        found_again(state, held)
    for room in job.room.values():
        if not room.over:  # nobody has told of it: it is paid for as if it had burned all it can have
            pay_burned(state, job, room, room.given.fuel_max, over=True)
    job.ended_at, job.reason = at, reason
    instance_over(state, job, at)
    state.ledger.apply(for_ended(job.id, job.user, state.ledger.balance(hold_account(job.id))))
    del state.unfinished[job.id]
    state.graphs.pop(job.id, None)
    state.unfinished_of[job.user] -= 1
    wait_no_more(state, job)
    for index in (state.pressing, state.yielding, state.sparing):
        index.pop(job.id, None)
