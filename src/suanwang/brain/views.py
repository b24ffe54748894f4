"""The state as the doors show it: pure functions from what the brain keeps to the nouns of model.view."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from suanwang.brain.fleet import ServiceState, named
from suanwang.brain.jobs import CANCELLED, DONE, FAILED, JobState, PlacementState, Room, inputs
from suanwang.brain.state import State
from suanwang.market.bill import Displaced, Head, Used, bill
from suanwang.market.ledger import hold_account, user_account
from suanwang.model.demand import Steps
from suanwang.model.fault import NotFoundFault
from suanwang.model.job import TASK_STATES, Job, Outcome, Task
from suanwang.model.money import Bill
from suanwang.model.node import Node
from suanwang.model.order import LOADS_PORT, Attachment, DesiredState, Order
from suanwang.model.steps import task_demand
from suanwang.model.view import Account, NodeView
from suanwang.steer.address import home, number_of
from suanwang.trust.record import FLOOR, speed_seen
from suanwang.world.fold import carbon_g_per_fuel, kwh_per_fuel
from suanwang.world.sci import making_g
from suanwang.world.supply import WHOLE


def job_view(state: State, job: JobState) -> Job:
    """A job as seen from outside."""
    return Job(
        id=job.id,
        user=job.user,
        demand=job.demand,
        state=job.state,
        reason=job.reason,
        accepted_at=job.accepted_at,
        placed_at=job.placed_at,
        ended_at=job.ended_at,
        tasks_total=len(job.tasks),
        tasks_done=job.count(DONE),
        tasks_failed=job.count(FAILED),
        tasks_running=tasks_running(state, job),
        fuel=job.fuel,
        hold_micro=state.ledger.balance(hold_account(job.id)),
        spent_micro=job.posted_micro,
        nodes=tuple(dict.fromkeys(state.node_of(h).name for h in job.placements.values())),
        start_at=job.start_at,
        gave_way=job.gave_way,
        compensated_micro=job.compensated_micro,
        cancelled=_cancelled(job),
    )


def _cancelled(job: JobState) -> tuple[str, ...]:
    """Names of the steps that were cancelled, in the order of the graph."""
    if not isinstance(job.demand.work, Steps) or not job.count(CANCELLED):
        return ()
    return tuple(step.name for step, how in zip(job.demand.work.steps, job.tasks, strict=True) if how == CANCELLED)


def tasks_running(state: State, job: JobState) -> int:
    """How many of its tasks run now, as its nodes say."""
    return sum(_running(state, job.id, h.placement.node_id) for h in job.placements.values() if h.live)


def _running(state: State, job_id: str, node_id: str) -> int:
    reading = state.world.readings.get(node_id)
    return sum(1 for job, _ in reading.running if job == job_id) if reading else 0


def task_view(state: State, job: JobState, index: int) -> Task:
    """A task as seen from outside."""
    items, outcome = job.demand.items, job.outcomes[index]
    steps = job.demand.work.steps if isinstance(job.demand.work, Steps) else ()
    on = outcome.placement_id if outcome else next(reversed(job.given[index]), "")
    energy, carbon = _of_task(state, job, outcome)
    return Task(
        index=index,
        item=steps[index].name if steps else items[index].value if items else "",
        state=TASK_STATES[job.tasks[index]],
        attempt=job.attempts[index],
        node=state.node_of(job.placements[on]).name if on else "",
        outcome=outcome,
        replicas=len(job.given[index]),
        energy_kwh=energy,
        carbon_g=carbon,
    )


def _of_task(state: State, job: JobState, outcome: Outcome | None) -> tuple[float, float]:
    """(kWh, gCO2e) of what settled a task: its part of its placement's, by fuel."""
    held = job.placements.get(outcome.placement_id) if outcome else None
    if outcome is None or held is None or not held.fuel:
        return 0.0, 0.0
    energy, carbon = drawn(state.node_of(held), held)
    return energy * outcome.fuel / held.fuel, carbon * outcome.fuel / held.fuel


def bill_view(state: State, job: JobState, currency: str) -> Bill:
    """What a job cost, so far or in all."""
    at = job.ended_at or max((h.ended_at for h in job.placements.values()), default=0.0) or job.accepted_at
    head = Head(job_id=job.id, job_name=job.demand.name, user=job.user, state=job.state, at=at, currency=currency)
    displaced = [_displaced(state, room) for room in job.room.values()]
    used = [_used(state, job, h) for h in job.placements.values()]
    made = bill(head, used, displaced, state.ledger.balance(hold_account(job.id)))
    return msgspec.structs.replace(made, compensated_micro=job.compensated_micro, credited_micro=job.credited_micro)


def _displaced(state: State, room: Room) -> Displaced:
    held = state.jobs[room.placement.job_id].placements[room.placement.id]
    return Displaced(
        placement_id=room.placement.id,
        node=state.node_of(held),
        tasks=room.given.tasks,
        hold_micro=room.given.hold_micro,
        paid_micro=room.paid_micro,
        fuel=room.fuel,
        at=room.at,
    )


def drawn(node: Node, held: PlacementState) -> tuple[float, float]:
    """(kWh, gCO2e) of all that a placement burned, modelled. What an older log's snapshot did not add up is as declared."""
    if held.kwh or not held.fuel:
        return held.kwh, held.emitted_g
    return held.fuel * kwh_per_fuel(node) * node.site.pue, held.fuel * carbon_g_per_fuel(node)


def _used(state: State, job: JobState, held: PlacementState) -> Used:
    node, part = state.node_of(held), held.paid / held.fuel if held.fuel else 0.0
    energy, carbon = drawn(node, held)
    return Used(
        placement=held.placement,
        node=node,
        fuel=held.paid,
        cpu_s=held.cpu_s,
        tasks=held.accepted,
        carbon_g=carbon * part,
        energy_kwh=energy * part,
        embodied_g=making_g(node.embodied_g, held.core_s, node.capacity.cpu_milli / 1000) * part,
        started_at=held.started_at or job.placed_at,
        ended_at=held.ended_at or job.placed_at,
    )


def node_view(state: State, node: Node, now: float, silent_s: float) -> NodeView:
    """A node with its live state. now: by the brain's steady clock."""
    world, i = state.world, state.world.row(node.id)
    reading = world.readings.get(node.id)
    heard = 0.0 if i is None else float(world.heard_at[i])
    return NodeView(
        node=node,
        state=_node_state(state, node.id, i is not None, now - heard < silent_s),
        heard_s=max(0.0, now - heard),
        cpu_milli_free=0 if i is None else int(world.cpu_milli_free[i]),
        memory_bytes_free=0 if i is None else int(world.memory_bytes_free[i]),
        accelerators_free=() if i is None else _accelerators_free(state, i, node),
        running=len(reading.running) if reading else 0,
        reading=reading,
        reputation=1.0 if i is None else float(world.reputation[i]),
        quarantined=i is not None and bool(world.reputation[i] < FLOOR),
        speed_seen=speed_seen(state.record(node.id)),
        carbon_g_kwh=0.0 if i is None else float(world.carbon_g_kwh[i]),
        pue=0.0 if i is None else float(world.pue[i]),
        price_micro_per_tfuel=0 if i is None else int(world.price_micro_per_tfuel[i]),
    )


def _accelerators_free(state: State, row: int, node: Node) -> tuple[tuple[str, float], ...]:
    kinds = dict.fromkeys(a.kind for a in node.capacity.accelerators)
    return tuple((kind, int(state.world.accelerators[kind].left[row]) / WHOLE) for kind in kinds)


def _node_state(state: State, node_id: str, there: bool, is_heard: bool) -> str:
    if not there or not is_heard:
        return "silent" if there else "left"
    return "resting" if node_id in state.resting else "ready"


def account_view(state: State, user: str, currency: str) -> Account:
    """A user's money."""
    return Account(
        user=user,
        roles=state.users.get(user, ()),
        currency=currency,
        balance_micro=state.ledger.balance(user_account(user)),
        held_micro=state.ledger.held(user),
        earned_micro=state.ledger.earned(user),
    )


def desired_view(state: State, node_id: str, after: int) -> DesiredState:
    """What a node is to do: the ids of all its orders, and those given after generation `after` whole."""
    named = [p for p, listed in state.live[node_id].items() if listed]
    helds = [state.jobs[p.rsplit("/", 1)[0]].placements[p] for p in named]
    fresh = tuple(_order(state.jobs[h.placement.job_id], h) for h in helds if h.generation > after)
    return DesiredState(
        node_id=node_id,
        generation=state.generations[node_id],
        orders=tuple(named),
        fresh=fresh,
        attachment=_attachment(state, node_id),
        rest=node_id in state.resting,
    )


def _attachment(state: State, node_id: str) -> Attachment | None:
    """Its place in the SRv6 domain, and whom it tells the loads of its instances: every ingress that has a forwarder."""
    fleet = state.fleet
    locator = fleet.locators.get(node_id, 0)
    if not locator:
        return None
    ingresses = {r.number for r in fleet.network.routers if "ingress" in r.roles}
    there = sorted(set(fleet.forwarders.values()) & ingresses)
    return Attachment(locator=locator, selectors=tuple((home(number_of(router)), LOADS_PORT) for router in there))


def _order(job: JobState, held: PlacementState) -> Order:
    demand, p = task_demand(job.demand, held.placement.tasks[0]), held.placement
    todo = [t for t in p.tasks if t not in held.told]
    assert not isinstance(demand.work, Steps), "a step has no steps"
    return Order(
        id=p.id,
        job_id=job.id,
        user=job.user,
        work=demand.work,
        files=(*demand.files, *inputs(job, p.tasks[0])),
        outputs=demand.outputs,
        env=demand.env,
        tasks=tuple((t, demand.items[t] if demand.items else None) for t in todo),
        tasks_total=len(job.tasks),
        needs=demand.needs,
        width=p.width,
        fuel_max=p.fuel_max - held.fuel,
        task_s_max=demand.task_s_max,
        attempt=p.attempt,
        serve=demand.serve,
        gang=demand.gang,
        accelerator=p.accelerators[0],
        devices=p.held_devices,
        trace=job.trace,
    )


def newest_first(state: State, user: str | None, before: str = "", *, unfinished: bool = False) -> Iterator[JobState]:
    """Jobs, those of `user` or all, newest first, from the one accepted before the job `before` on, which is there.
    However many there are, only those that are taken cost anything. unfinished: only those, of all users."""
    end = state.jobs[before].number if before else state.seq + 1
    if unfinished:
        live = (state.jobs[job_id] for job_id in reversed(state.unfinished))
        return (job for job in live if job.number < end and user in (None, job.user))
    ids = state.accepted if user is None else state.accepted_of.get(user, [])
    last = bisect_left(ids, end, key=lambda job_id: state.jobs[job_id].number)
    return (state.jobs[ids[at]] for at in range(last - 1, -1, -1))


def find_job(state: State, name: str, user: str | None, *, unfinished: bool = False) -> JobState:
    """A job by id, unique beginning of an id, or name (the newest). user None sees all. unfinished: of a name the newest that
    has not ended, if there is one. NotFoundFault SUAN-N001."""
    job = state.jobs.get(name)
    if job is None and unfinished:
        job = _named(newest_first(state, user, unfinished=True), name)
    if job is None:
        job = _named(newest_first(state, user), name) or _begins(state, name, user)
    if job is None or not (user is None or job.user == user):
        raise NotFoundFault("SUAN-N001", f"there is no job {name[:80]!r}", "suan ps")
    return job


def _named(jobs: Iterable[JobState], name: str) -> JobState | None:
    return next((job for job in jobs if job.demand.name == name), None)


def _begins(state: State, name: str, user: str | None) -> JobState | None:
    """The only job whose id begins so."""
    found = list(islice((j for j in newest_first(state, user) if j.id.startswith(name)), 2)) if name else []
    return found[0] if len(found) == 1 else None


def find_node(state: State, name: str) -> Node:
    """A node by id or name. NotFoundFault SUAN-N002."""
    node = state.node(state.named.get(name, name))
    if node is None:
        raise NotFoundFault("SUAN-N002", f"there is no node {name[:80]!r}", "suan nodes")
    return node


def find_service(state: State, name: str, user: str | None) -> ServiceState:
    """A service by id or name. user None sees all. NotFoundFault SUAN-N007."""
    found = named(state.fleet.services, name, user)
    if found is None:
        raise NotFoundFault("SUAN-N007", f"there is no service {name[:80]!r}", "suan services")
    return found
