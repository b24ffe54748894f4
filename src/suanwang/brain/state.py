"""Everything the brain knows, as a fold over the log: apply(state, event) and nothing else changes it.

No clock, no chance, no I/O here: the same events give the same state, which is how a restart, a replay and an audit agree.
Readings are the one exception in `world`: they are not logged, and are told again within a heartbeat. When a node was heard is
for whoever hears it to say, by a clock of its own: from here, one that joins was heard just now, whenever that is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import inf
from types import MappingProxyType

import msgspec

from suanwang.brain import gangs
from suanwang.brain.fleet import Fleet, Instance, ServiceState, free_locator
from suanwang.brain.history import code_key
from suanwang.brain.intents import IntentState, fold, of_service
from suanwang.brain.jobs import BLOCKED, DONE, FAILED, PLACED, WAITING, JobState, PlacementState, Room
from suanwang.brain.quorum import Effects, reopen, tell
from suanwang.market.ledger import Ledger, hold_account
from suanwang.market.settle import (
    for_burned,
    for_closed,
    for_credit,
    for_ended,
    for_grant,
    for_outcomes,
    for_placed,
    for_preempted,
    for_refused,
    for_reservation_ended,
    for_reserved,
    for_resumed,
    for_unburned,
)
from suanwang.model import event as ev
from suanwang.model.demand import NATIVE, Steps
from suanwang.model.fault import ConflictFault
from suanwang.model.grid import HOUR_S
from suanwang.model.job import JOB_NEXT, Outcome
from suanwang.model.node import Node
from suanwang.model.plan import Placement, Preempted
from suanwang.model.record import Record
from suanwang.model.reservation import Reservation
from suanwang.model.steps import task_demand, waits
from suanwang.steer.address import router_of
from suanwang.trust.record import DISAGREED, LOST, after, reputation, speed_believed, timed
from suanwang.world.asked import noted, want
from suanwang.world.fold import at_hour, empty, joined, judged, kwh_per_fuel, left, placed, released, reserved, rested
from suanwang.world.hours import mean_intensity, merged
from suanwang.world.reserved import Reserved
from suanwang.world.world import World

DECISIONS_KEPT = 8
RESERVATIONS_KEPT = 1_000
SERVED_S = 30.0
"""An instance that ran for so long was of use."""
LONG_S, BUSY = 1.0, 0.5
"""A task shows a speed if it took so long, and kept its core busy for such a share of what the node lends."""


class ReservationState(msgspec.Struct, kw_only=True):
    """A reservation, and what came of it. joined: number of the event that told its node's particulars. ended: how it ended,
    "" while it has not. used_micro: what jobs paid for work in it."""

    reservation: Reservation
    joined: int
    ended: str = ""
    ended_at: float = 0.0
    used_micro: int = 0
    charged_micro: int = 0


class State(msgspec.Struct, kw_only=True):
    """seq: number of the last event applied. accepted: ids of all jobs, oldest first; accepted_of: those of a user.

    grants: "OPERATOR/KEY" -> (user, millionths).

    unfinished: jobs that are not final; unfinished_of: how many of them a user has.

    parked: jobs that wait for room, longest first. deferred: jobs that wait for a better hour. resting: ids of
    nodes at rest. pressing, yielding, sparing: unfinished jobs that are urgent, deferrable, and may have copies. keys:
    (user, idempotency key) -> job id. live: node id -> its live placements, each with whether the desired state still names
    it. code_fuel: code key -> (tasks ended, their fuel), the history that estimates rest on. records, owner_records: by node
    id and by owner's name, of those of whom something is known.

    particulars: what nodes said of themselves, by the number of the event; joined: node id -> number of its last such event.
    named: name -> id of the node that has it, also of one that left. touched: jobs in which something has changed that no
    snapshot has yet. missing: node id -> placements that it lost by being silent, of jobs that are not over. stirred: ids of
    jobs and nodes for whom something has changed, for those who wait to hear of it. fleet: services, and the network.
    reservations: by id, oldest first; of those that are over the last few. graphs: unfinished
    jobs that are graphs. intents: by id, oldest first; of those that are over the last few.
    """

    seq: int = 0
    world: World = msgspec.field(default_factory=empty)
    ledger: Ledger = msgspec.field(default_factory=Ledger)
    users: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict[str, tuple[str, ...]])
    revoked: set[str] = msgspec.field(default_factory=set[str])
    grants: dict[str, tuple[str, int]] = msgspec.field(default_factory=dict[str, tuple[str, int]])
    jobs: dict[str, JobState] = msgspec.field(default_factory=dict[str, JobState])
    accepted: list[str] = msgspec.field(default_factory=list[str])
    accepted_of: dict[str, list[str]] = msgspec.field(default_factory=dict[str, "list[str]"])
    unfinished: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    unfinished_of: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    deferred: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    parked: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    pressing: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    yielding: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    sparing: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    keys: dict[tuple[str, str], str] = msgspec.field(default_factory=dict[tuple[str, str], str])
    particulars: dict[int, Node] = msgspec.field(default_factory=dict[int, Node])
    joined: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    named: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    generations: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    live: dict[str, dict[str, bool]] = msgspec.field(default_factory=dict[str, dict[str, bool]])
    code_fuel: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict[str, tuple[int, int]])
    records: dict[str, Record] = msgspec.field(default_factory=dict[str, Record])
    owner_records: dict[str, Record] = msgspec.field(default_factory=dict[str, Record])
    touched: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    resting: set[str] = msgspec.field(default_factory=set[str])
    missing: dict[str, dict[str, None]] = msgspec.field(default_factory=dict[str, dict[str, None]])
    stirred: set[str] = msgspec.field(default_factory=set[str])
    fleet: Fleet = msgspec.field(default_factory=Fleet)
    reservations: dict[str, ReservationState] = msgspec.field(default_factory=dict[str, "ReservationState"])
    graphs: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    intents: dict[str, IntentState] = msgspec.field(default_factory=dict[str, IntentState])

    def node(self, node_id: str) -> Node | None:
        """A node as it last said it was, also one that has left; None if it never joined."""
        number = self.joined.get(node_id)
        return None if number is None else self.particulars[number]

    def node_of(self, held: PlacementState) -> Node:
        """The node of a placement as it was when it was given the work."""
        return self.particulars[held.joined]

    def record(self, node_id: str) -> Record:
        """What is known of a node."""
        return self.records.get(node_id) or Record()

    def add(self, job: JobState) -> None:
        """Have a job, the newest, found by who submitted it and when."""
        self.jobs[job.id] = job
        self.accepted.append(job.id)
        self.accepted_of.setdefault(job.user, []).append(job.id)
        self.keys[(job.user, job.key)] = job.id

    def rank(self, job: JobState) -> None:
        """Have an unfinished job found by its priority, and by what it spares for copies."""
        if job.demand.limits.spare_micro is not None:
            self.sparing[job.id] = None
        if job.demand.priority != "normal":
            (self.pressing if job.demand.priority == "urgent" else self.yielding)[job.id] = None

    def owner_record(self, owner: str) -> Record:
        """What is known of an owner, over all nodes."""
        return self.owner_records.get(owner) or Record()


def apply(state: State, event: ev.Event) -> None:
    """Fold one event in. A contradiction is a bug in whoever wrote the event, and is raised before anything is changed."""
    _APPLY[type(event)](state, event)
    state.seq += 1


def _user_added(state: State, e: ev.UserAdded) -> None:
    state.users[e.user] = e.roles


def _granted(state: State, e: ev.Granted) -> None:
    state.ledger.apply(for_grant(e.user, e.amount_micro))
    if e.key:
        state.grants[e.key] = (e.user, e.amount_micro)


def _token_revoked(state: State, e: ev.TokenRevoked) -> None:
    state.revoked.add(e.token_id)


def _node_joined(state: State, e: ev.NodeJoined) -> None:
    before = state.node(e.node.id)
    if before is not None:
        del state.named[before.name]
    state.named[e.node.name] = e.node.id
    state.resting.discard(e.node.id)
    state.particulars[state.seq + 1] = e.node
    state.joined[e.node.id] = state.seq + 1
    state.generations.setdefault(e.node.id, 0)
    state.live.setdefault(e.node.id, {})
    _connect(state, e.node)
    if e.node.role == "compute":
        state.world = recorded(joined(state.world, e.node, now=inf), state, (e.node,))


def _connect(state: State, node: Node) -> None:
    """Its place in the network, if it has one: a forwarder's is its router, a node's the first that is free behind its
    router."""
    fleet = state.fleet
    if node.role == "forwarder":
        fleet.forwarders[node.id] = node.router
        _tell_nodes(state)
        return
    elsewhere = node.router and router_of(fleet.locators.get(node.id, 0)) != node.router
    if elsewhere and (number := free_locator(node.router, fleet.locators.values())):
        fleet.locators[node.id] = number
        _tell_node(state, node.id)


def _tell_nodes(state: State) -> None:
    for node_id in state.fleet.locators:
        _tell_node(state, node_id)


def _tell_node(state: State, node_id: str) -> None:
    """Its desired state is another: what it is attached to has changed."""
    state.generations[node_id] += 1
    state.stirred.add(node_id)


def _network_told(state: State, e: ev.NetworkTold) -> None:
    state.fleet.network = e.network
    _tell_nodes(state)


def _grid_told(state: State, e: ev.GridTold) -> None:
    grids = {**state.world.grids, e.grid.key: merged(state.world.grids.get(e.grid.key), e.grid)}
    state.world = at_hour(state.world, int(e.at // HOUR_S), MappingProxyType(grids))


def _service_published(state: State, e: ev.ServicePublished) -> None:
    known = state.fleet.services.get(e.service_id)
    if known is None:
        state.fleet.services[e.service_id] = ServiceState(
            id=e.service_id, user=e.user, service=e.service, cs_id=e.cs_id, public_key=e.public_key, published_at=e.at
        )
        return
    same = known.service.demand == e.service.demand
    known.service, known.published_at, known.withdrawn = e.service, e.at, False
    known.version += not same
    known.failures = 0


def _service_withdrawn(state: State, e: ev.ServiceWithdrawn) -> None:
    state.fleet.services[e.service_id].withdrawn = True


def _instance_retired(state: State, e: ev.InstanceRetired) -> None:
    if (found := _instance(state, state.jobs[e.job_id])) is not None:
        found[1].retired_at = e.at


def _instance_moved(state: State, e: ev.InstanceMoved) -> None:
    if (found := _instance(state, state.jobs[e.job_id])) is not None:
        found[0].moved, found[1].moving_at = e.move, e.at
        _kept(state, state.jobs[e.job_id], e.at, f"another instance takes the place of {e.job_id} on {e.move.source}")


def _instance(state: State, job: JobState) -> tuple[ServiceState, Instance] | None:
    """The service that a job is an instance of, and what is known of it there."""
    serve = job.demand.serve
    service = state.fleet.services.get(serve.service) if serve else None
    instance = service.instances.get(job.id) if service else None
    return (service, instance) if service and instance else None


def _instance_over(state: State, job: JobState, at: float) -> None:
    """An instance has ended. One that ended by itself, soon, counts against its service; one that served for a while clears
    it."""
    if (found := _instance(state, job)) is None:
        return
    service, instance = found
    _kept(state, job, at, f"instance {job.id} ended: {job.reason or job.state}")
    for one in of_service(state.intents, service.id):
        one.charge(at, job.posted_micro, sum(held.emitted_g for held in job.placements.values()))
    del service.instances[job.id]
    if job.placed_at and at - job.placed_at >= SERVED_S:
        service.failures = 0
    if not instance.retired_at and job.state != "cancelled":
        service.failures, service.failed_at = service.failures + 1, at
    if service.withdrawn and not service.instances:
        del state.fleet.services[service.id]


def _node_rested(state: State, e: ev.NodeRested) -> None:
    _rest(state, e.node_id, e.resting)


def _rest(state: State, node_id: str, resting: bool) -> None:
    """At rest from now on, or at full power again; its desired state is another."""
    node = state.node(node_id)
    assert node is not None, "only a node that is known rests"
    (state.resting.add if resting else state.resting.discard)(node_id)
    state.world = rested(state.world, {node_id: node.wake_s if resting else 0.0})
    _tell_node(state, node_id)


def _node_left(state: State, e: ev.NodeLeft) -> None:
    state.resting.discard(e.node_id)
    state.world = left(state.world, e.node_id)


def _job_accepted(state: State, e: ev.JobAccepted) -> None:
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
    _move(state, job, "accepted")
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


def _job_placed(state: State, e: ev.JobPlaced) -> None:
    job = state.jobs[e.job_id]
    for given in e.plan.preempted:
        _give_way(state, job, given, e.at)
    state.ledger.apply(for_placed(e.plan, job.user))
    _move(state, job, "placed")
    _wait_no_more(state, job)
    job.reason = ""
    job.placed_at = job.placed_at or e.at
    job.held_micro += e.plan.hold_micro
    _remember(state, job, refused=False)
    for placement in e.plan.placements:
        _give(state, job, placement, e.at)
        where = state.node(placement.node_id)
        _kept(state, job, e.at, f"instance {job.id} is placed on {where.name if where else placement.node_id}")
    state.world = placed(state.world, e.plan.placements)


def _wait_no_more(state: State, job: JobState) -> None:
    """Neither for room nor for an hour."""
    state.parked.pop(job.id, None)
    state.deferred.pop(job.id, None)
    job.start_at = 0.0


def _give_way(state: State, job: JobState, given: Preempted, at: float) -> None:
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
    _close(state, other, held)
    for task in held.placement.tasks:
        if task not in held.told and other.tasks[task] == PLACED:
            other.tasks[task] = WAITING
            other.attempts[task] -= 1
    _stir(state, other)


def _preempted_told(state: State, e: ev.PreemptedTold) -> None:
    job = state.jobs[e.job_id]
    room = job.room[e.placement_id]
    _stir(state, job)
    room.told.update(task for task, _ in e.burned)
    _pay_burned(state, job, room, sum(fuel for _, fuel in e.burned), over=len(room.told) == room.given.tasks)


def _pay_burned(state: State, job: JobState, room: Room, fuel: int, *, over: bool) -> None:
    """Of room that was given up, so much more fuel had been burned; over: that is all, and the rest goes back."""
    before, paid = room.fuel, room.paid_micro
    room.fuel = min(room.given.fuel_max, before + fuel)
    job.posted_micro += room.paid_micro - paid
    posts = for_burned(room.placement, job.id, room.owner, before, room.fuel)
    rest = for_unburned(job.id, job.user, room.kept_micro) if over else ()
    state.ledger.apply((*posts, *rest))
    room.over = over


def _give(state: State, job: JobState, placement: Placement, at: float) -> None:
    node = placement.node_id
    if node in state.resting:
        _rest(state, node, False)
    state.generations[node] += 1
    state.live[node][placement.id] = True
    job.placements[placement.id] = PlacementState(
        placement=placement, joined=state.joined[node], generation=state.generations[node], given_at=at
    )
    state.stirred.add(node)
    for task in placement.tasks:
        job.tasks[task], job.attempts[task], job.quorum[task] = PLACED, placement.attempt, placement.quorum
        job.given[task] = (*job.given[task], placement.id)


def _graph_planned(state: State, e: ev.GraphPlanned) -> None:
    """What is done or under way is where it is; only of the rest does the plan say anything new."""
    job = state.jobs[e.job_id]
    assert isinstance(job.demand.work, Steps), "only a graph is planned"
    found = {run.task: run for run in (*job.runs, *e.plan.runs)}
    job.runs = tuple(found[step.name] for step in job.demand.work.steps)
    job.planned = state.seq + 1
    job.reason, job.refused = "", False
    state.parked.pop(job.id, None)
    _stir(state, job)


def _job_waits(state: State, e: ev.JobWaits) -> None:
    job = state.jobs[e.job_id]
    _wait_no_more(state, job)
    _stir(state, job)
    state.parked[job.id] = None
    job.reason = e.refusal.code
    _remember(state, job, refused=True)


def _job_deferred(state: State, e: ev.JobDeferred) -> None:
    job = state.jobs[e.job_id]
    _wait_no_more(state, job)
    _stir(state, job)
    state.deferred[job.id] = None
    job.start_at, job.reason = e.deferral.start_at, "deferred"
    _remember(state, job, refused=False)


def _job_refused(state: State, e: ev.JobRefused) -> None:
    job = state.jobs[e.job_id]
    _remember(state, job, refused=True)
    _end(state, job, "refused", e.refusal.code, e.at)


def _tasks_ended(state: State, e: ev.TasksEnded) -> None:
    job = state.jobs[e.job_id]
    held = job.placements[e.placement_id]
    effects = Effects()
    for outcome in e.outcomes:
        tell(job, held, outcome, effects)
        _draw(state, job, held, outcome)
    _take_effect(state, job, effects)
    for task, above in enumerate(job.waits):
        if job.tasks[task] == BLOCKED and all(job.tasks[parent] == DONE for parent in above):
            job.tasks[task] = WAITING
    _learn(state, job, e.outcomes)
    _time(state, job, held, e.outcomes)
    _stop_copies(state, job, e.at)
    _stir(state, job)
    if held.open == 0:
        _close(state, job, held)
    if job.demand.gang:
        _as_one(state, job)


def _stop_copies(state: State, job: JobState, at: float) -> None:
    """Whoever only has tasks left that others have done is to stop, and to say what it burned."""
    if job.demand.limits.spare_micro is None:
        return
    for held in job.placements.values():
        left = [t for t in held.placement.tasks if t not in held.told] if held.live else []
        if left and all(job.outcomes[t] is not None for t in left):
            _unlist(state, held)
            held.ended_at = max(held.ended_at, at)


def _draw(state: State, job: JobState, held: PlacementState, outcome: Outcome) -> None:
    """The energy of what a task burned, modelled, and its carbon by what is known of the hours in which it ran."""
    node, begin = state.node_of(held), outcome.started_at
    carbon, halls = mean_intensity(state.world.grids, node.site, begin, begin + outcome.wall_s)
    kwh = outcome.fuel * kwh_per_fuel(node)
    held.kwh += kwh * halls
    held.emitted_g += kwh * carbon
    held.core_s += outcome.wall_s * job.demand.needs.cpu_milli / 1000


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
    _note(state, [(state.node_of(job.placements[p]), verdict) for p, verdict in effects.verdicts])


def _note(state: State, verdicts: Sequence[tuple[Node, str]]) -> None:
    """What was found of nodes goes into their records and their owners', and from there into the world."""
    for node, verdict in verdicts:
        state.records[node.id] = after(state.record(node.id), verdict)
        state.owner_records[node.owner] = after(state.owner_record(node.owner), verdict)
    if verdicts:
        state.world = recorded(state.world, state, {node.id: node for node, _ in verdicts}.values())


def recorded(world: World, state: State, nodes: Iterable[Node]) -> World:
    """The world with the records of some nodes and of their owners in it."""
    nodes = tuple(nodes)
    return judged(
        world,
        nodes={n.id: reputation(state.record(n.id)) for n in nodes},
        owners={n.owner: reputation(state.owner_record(n.owner)) for n in nodes},
        speeds={n.id: speed_believed(n.speed.fuel_per_s, state.record(n.id)) for n in nodes},
    )


def _time(state: State, job: JobState, held: PlacementState, outcomes: tuple[Outcome, ...]) -> None:
    """What its tasks show of a node's speed. Native work may wait, and start-up hides the speed of short work."""
    demand = task_demand(job.demand, held.placement.tasks[0])
    if isinstance(demand.work, NATIVE):
        return
    node, cores = state.node_of(held), min(1.0, max(1, demand.needs.cpu_milli) / 1000)
    busy = BUSY * cores * node.cap
    shown = [o for o in outcomes if o.state == "done" and o.wall_s >= LONG_S and o.cpu_s >= busy * o.wall_s]
    for outcome in shown:
        state.records[node.id] = timed(state.record(node.id), outcome.fuel / (outcome.wall_s * cores))
    if shown:
        state.world = recorded(state.world, state, (node,))


def _learn(state: State, job: JobState, outcomes: tuple[Outcome, ...]) -> None:
    done = [o.fuel for o in outcomes if o.state == "done"]
    if done:
        key = code_key(task_demand(job.demand, outcomes[0].task))
        count, fuel = state.code_fuel.get(key, (0, 0))
        state.code_fuel[key] = (count + len(done), fuel + sum(done))


def _placement_lost(state: State, e: ev.PlacementLost) -> None:
    job = state.jobs[e.job_id]
    held = job.placements[e.placement_id]
    held.returned, held.silent = e.returned, e.silent
    if e.silent:
        state.missing.setdefault(held.placement.node_id, {})[held.placement.id] = None
    job.reason = e.reason
    _stir(state, job)
    _kept(state, job, e.at, f"instance {job.id} is lost by {state.node_of(held).name}: {e.reason}")
    if e.lied or not (e.returned or e.moved or job.cancelling):
        _note(state, [(state.node_of(held), DISAGREED if e.lied else LOST)])
    _close(state, job, held)
    if job.demand.gang:
        gangs.lose(job, held)
        _as_one(state, job)
        return
    effects = Effects()
    for task in held.placement.tasks:
        if task not in held.told and job.tasks[task] not in (DONE, FAILED):
            reopen(job, task, effects)
    _take_effect(state, job, effects)


def _reservation_made(state: State, e: ev.ReservationMade) -> None:
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


def _reservation_ended(state: State, e: ev.ReservationEnded) -> None:
    one = state.reservations[e.reservation_id]
    made = one.reservation
    unused = max(0, made.full_micro - one.used_micro) * made.hold_micro // max(1, made.full_micro)
    one.ended, one.ended_at, one.charged_micro = e.state, e.at, unused if e.charged else 0
    state.ledger.apply(for_reservation_ended(made, state.particulars[one.joined].owner, one.charged_micro))
    state.world = reserved(state.world, gone=(made.id,))


def _as_one(state: State, job: JobState) -> None:
    """What is broken, or has failed, of a gang is stopped everywhere, and begins again when all of it is over."""
    if job.broken or job.count(FAILED):
        for held in job.placements.values():
            if held.live:
                _unlist(state, held)
    if job.broken:
        gangs.mend(job)


def _placement_resumed(state: State, e: ev.PlacementResumed) -> None:
    job = state.jobs[e.job_id]
    held = job.placements[e.placement_id]
    node = held.placement.node_id
    state.ledger.apply(for_resumed(held.placement, job.user, held.paid + held.pending))
    _move(state, job, "placed")
    _wait_no_more(state, job)
    job.reason, job.refused = "", False
    if node in state.resting:
        _rest(state, node, False)
    state.generations[node] += 1
    held.live, held.silent, held.unnamed, held.generation = True, False, 0, state.generations[node]
    state.live[node][held.placement.id] = True
    _found(state, held)
    state.stirred.add(node)
    for task in held.placement.tasks:
        if task not in held.told:
            job.tasks[task] = PLACED
    state.world = placed(state.world, (held.placement,))


def _found(state: State, held: PlacementState) -> None:
    """Its node is not waited for any more."""
    missing = state.missing.get(held.placement.node_id, {})
    missing.pop(held.placement.id, None)
    if not missing:
        state.missing.pop(held.placement.node_id, None)


def _intent(state: State, e: ev.OfIntent) -> None:
    fold(state.intents, e)


def _intent_credited(state: State, e: ev.IntentCredited) -> None:
    job = state.jobs[e.job_id]
    if job.credited_micro:
        raise ConflictFault("SUAN-U171", f"{job.id} was credited already")
    state.ledger.apply(for_credit(job.user, job.id, job.posted_micro, e.amount_micro))
    job.credited_micro = e.amount_micro
    _stir(state, job)
    fold(state.intents, e)


def _kept(state: State, job: JobState, at: float, what: str) -> None:
    """What is done to a service is done to keep the intent that it is under, if there is one."""
    if state.intents and (found := _instance(state, job)) is not None:
        for one in of_service(state.intents, found[0].id):
            one.note(at, what)


def _cancel_asked(state: State, e: ev.CancelAsked) -> None:
    job = state.jobs[e.job_id]
    job.cancelling = True
    _stir(state, job)
    for held in job.placements.values():
        if held.live:  # the agent stops what its desired state no longer names
            _unlist(state, held)


def _job_ended(state: State, e: ev.JobEnded) -> None:
    _end(state, state.jobs[e.job_id], e.state, e.reason, e.at)


def _end(state: State, job: JobState, how: str, reason: str, at: float) -> None:
    _move(state, job, how)
    for held in job.placements.values():
        if held.live:
            _close(state, job, held)
        _found(state, held)
    for room in job.room.values():
        if not room.over:  # nobody has told of it: it is paid for as if it had burned all it can have
            _pay_burned(state, job, room, room.given.fuel_max, over=True)
    job.ended_at, job.reason = at, reason
    _instance_over(state, job, at)
    state.ledger.apply(for_ended(job.id, job.user, state.ledger.balance(hold_account(job.id))))
    del state.unfinished[job.id]
    state.graphs.pop(job.id, None)
    state.unfinished_of[job.user] -= 1
    _wait_no_more(state, job)
    for index in (state.pressing, state.yielding, state.sparing):
        index.pop(job.id, None)


def _close(state: State, job: JobState, held: PlacementState) -> None:
    """The placement is over: its room is free again; of its hold only what waits for a quorum stays."""
    held.live = False
    _unlist(state, held)
    del state.live[held.placement.node_id][held.placement.id]
    state.world = released(state.world, held.placement.id)
    state.ledger.apply(for_closed(held.placement, job.user, held.paid + held.pending))


def _unlist(state: State, held: PlacementState) -> None:
    """The desired state of its node no longer names it: the agent is to stop it. It need not hear at once of what has ended."""
    node = held.placement.node_id
    if state.live[node][held.placement.id]:
        state.live[node][held.placement.id] = False
        state.generations[node] += 1
        held.unnamed = state.generations[node]
        if held.open:
            state.stirred.add(node)


def _move(state: State, job: JobState, happening: str) -> None:
    following = JOB_NEXT.get((job.state, happening))
    if following is None:
        raise ConflictFault("SUAN-P020", f"a job that is {job.state or 'new'} cannot be {happening}")
    job.state = following
    _stir(state, job)


def _stir(state: State, job: JobState) -> None:
    """Nothing in a job changes without this: those who watch it hear of it, and the next snapshot has it anew."""
    job.changed = state.seq + 1
    state.stirred.add(job.id)
    state.touched[job.id] = None


def _remember(state: State, job: JobState, *, refused: bool) -> None:
    job.decided.append(state.seq + 1)
    del job.decided[:-DECISIONS_KEPT]
    job.refused = refused


_APPLY: dict[type, Callable[[State, ev.Event], None]] = {
    ev.UserAdded: _user_added,
    ev.Granted: _granted,
    ev.TokenRevoked: _token_revoked,
    ev.NodeJoined: _node_joined,
    ev.NodeLeft: _node_left,
    ev.NodeRested: _node_rested,
    ev.JobAccepted: _job_accepted,
    ev.JobPlaced: _job_placed,
    ev.GraphPlanned: _graph_planned,
    ev.JobWaits: _job_waits,
    ev.JobDeferred: _job_deferred,
    ev.JobRefused: _job_refused,
    ev.TasksEnded: _tasks_ended,
    ev.PlacementLost: _placement_lost,
    ev.PlacementResumed: _placement_resumed,
    ev.PreemptedTold: _preempted_told,
    ev.ReservationMade: _reservation_made,
    ev.ReservationEnded: _reservation_ended,
    ev.NetworkTold: _network_told,
    ev.GridTold: _grid_told,
    ev.ServicePublished: _service_published,
    ev.ServiceWithdrawn: _service_withdrawn,
    ev.InstanceRetired: _instance_retired,
    ev.InstanceMoved: _instance_moved,
    ev.IntentReceived: _intent,
    ev.IntentRejected: _intent,
    ev.IntentAccepted: _intent,
    ev.IntentJudged: _intent,
    ev.IntentEnded: _intent,
    ev.IntentCredited: _intent_credited,
    ev.CancelAsked: _cancel_asked,
    ev.JobEnded: _job_ended,
}  # type: ignore[assignment]
