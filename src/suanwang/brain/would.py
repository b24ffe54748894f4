"""What a command would make of what it is about: the same checks and the same events, and nothing is written.

    command(state, now) -> events -> the one thing, as it would be

A command looks and answers with events before anything changes, so asking it costs what looking costs. Nothing here changes the
state: what an event changes is copied first, and the world is a snapshot anyhow.
"""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from copy import copy, deepcopy
from typing import TypeVar, cast

import msgspec

from suanwang.brain.applied.services import first_published, published_again
from suanwang.brain.commands import Act
from suanwang.brain.decide import imagined, rehearse
from suanwang.brain.fleet import Instance, ServiceState
from suanwang.brain.intents import IntentState, fold
from suanwang.brain.jobs import JobState, PlacementState
from suanwang.brain.reserve import reservation_view
from suanwang.brain.state import ReservationState, State
from suanwang.brain.tend import demand_of
from suanwang.brain.views import account_view, find_service, job_view
from suanwang.market.settle import for_closed
from suanwang.model import event as ev
from suanwang.model.demand import Steps
from suanwang.model.grid import Grid
from suanwang.model.job import Job
from suanwang.model.network import Network
from suanwang.model.plan import Plan, Refusal
from suanwang.model.reservation import ReservationView
from suanwang.model.view import Account, Displaced, Leaving
from suanwang.world.fold import left, placed, released
from suanwang.world.fold import reserved as kept_for
from suanwang.world.hours import merged

E = TypeVar("E")
INSTANCES_TOLD = 8
JOBS_TOLD = 50


def _only(events: Iterable[ev.Event], kind: type[E]) -> E | None:
    return next((event for event in events if isinstance(event, kind)), None)


# reservations, money, intents


def reserved(state: State, reservation_id: str, act: Act, now: float) -> ReservationView:
    """Where room would be kept, and for how much. Faults of the command."""
    made = _only(act(state, now), ev.ReservationMade)
    one = ReservationState(reservation=made.reservation, joined=0) if made else state.reservations[reservation_id]
    return reservation_view(state, one, now)


def unreserved(state: State, one: ReservationState, act: Act, now: float) -> ReservationView:
    """What giving it back would cost."""
    end = _only(act(state, now), ev.ReservationEnded)
    seen = reservation_view(state, one, now)
    if end is None:
        return seen
    return msgspec.structs.replace(seen, state=end.state, ended_at=now, charged_micro=one.unused_micro if end.charged else 0)


def granted(state: State, user: str, act: Act, currency: str, now: float) -> Account:
    """The account as it would be."""
    more = sum(event.amount_micro for event in act(state, now) if isinstance(event, ev.Granted))
    seen = account_view(state, user, currency)
    return msgspec.structs.replace(seen, balance_micro=seen.balance_micro + more)


def intended(known: IntentState | None, intent_id: str, act: Act, state: State, now: float) -> IntentState:
    """An intent as it would be. known: as it is, None for one that is new."""
    sheet = {} if known is None else {intent_id: deepcopy(known)}
    for event in act(state, now):
        fold(sheet, cast(ev.OfIntent, event))
    return sheet[intent_id]


# jobs


def stopped(state: State, job: JobState, act: Act, now: float) -> Job:
    """A graph as it would be at first: the steps that would be cancelled named, those that run not stopped yet."""
    event, seen = _only(act(state, now), ev.StepsCancelled), job_view(state, job)
    assert isinstance(job.demand.work, Steps), "the command refuses the rest"
    gone = {*seen.cancelled, *(event.steps if event else ())}
    return msgspec.structs.replace(seen, cancelled=tuple(s.name for s in job.demand.work.steps if s.name in gone))


# services


def published(state: State, act: Act, service_id: str, now: float) -> tuple[ServiceState, tuple[Plan | Refusal, ...]]:
    """(the service as it would be, where the instances that it lacks would go)"""
    event, known = _only(act(state, now), ev.ServicePublished), state.fleet.services.get(service_id)
    if known is None:
        assert event is not None, "what is not known is published"
        one = first_published(event)
    else:
        one = copy(known)
        if event is not None:
            published_again(one, event)
    sheet = msgspec.structs.replace(one, instances=dict(one.instances))
    return one, tuple(_instances(_with(state, sheet), sheet, now))


def withdrawn(state: State, name: str, user: str | None, act: Act, now: float) -> ServiceState:
    """A service as it would be at first: its instances let go."""
    act(state, now)
    one = copy(find_service(state, name, user))
    one.withdrawn = True
    return one


def _with(state: State, service: ServiceState) -> State:
    """The state with a service in it, and jobs that can be added to without anybody's noticing."""
    fleet = msgspec.structs.replace(state.fleet, services={**state.fleet.services, service.id: service})
    jobs = cast(dict[str, JobState], ChainMap(dict[str, JobState](), state.jobs))
    return msgspec.structs.replace(state, fleet=fleet, jobs=jobs)


def _instances(state: State, service: ServiceState, now: float) -> Iterator[Plan | Refusal]:
    """Decisions about the instances that it lacks, each beside those before it."""
    there = sum(one.version == service.version and not one.retired_at for one in service.instances.values())
    for number in range(min(INSTANCES_TOLD, max(service.service.scale.least, 1) - there)):
        job = imagined(service.user, demand_of(service), now)
        job.id, job.placed_at = f"rehearsal-{number}", now
        answer = rehearse(state, job, (0,), now)
        yield answer
        if isinstance(answer, Refusal):
            return
        job.placements = {
            p.id: PlacementState(placement=p, joined=state.joined[p.node_id], generation=0) for p in answer.placements
        }
        state.jobs[job.id], service.instances[job.id] = job, Instance(version=service.version)
        state.world = placed(state.world, answer.placements)


# the network and the grid


def network(state: State, act: Act, now: float) -> Network:
    """The network as it would be."""
    event = _only(act(state, now), ev.NetworkTold)
    return event.network if event else state.fleet.network


def grid(state: State, told: Grid, act: Act, now: float) -> Grid:
    """What would be known of a grid."""
    act(state, now)
    return merged(state.world.grids.get(told.key), told)


# nodes


def leaving(state: State, node_id: str, name: str, act: Act, now: float) -> Leaving:
    """Where what a node holds would go, each job on the room that those before it leave."""
    events = act(state, now)
    ended = [event.reservation_id for event in events if isinstance(event, ev.ReservationEnded)]
    gone = _gone(state, [event for event in events if isinstance(event, ev.PlacementLost)])
    without = _without(state, node_id, gone, ended)
    return Leaving(
        node=name,
        displaced=tuple(_displaced(without, job, gone[job], now) for job in list(gone)[:JOBS_TOLD]),
        more=max(0, len(gone) - JOBS_TOLD),
        reservations=tuple(state.reservations[one].reservation.asked.name for one in ended),
    )


def _gone(state: State, lost: Iterable[ev.PlacementLost]) -> dict[str, set[str]]:
    """By job, its placements that would be over; of a gang all of them, since it begins again."""
    gone = dict[str, set[str]]()
    for event in lost:
        gone.setdefault(event.job_id, set()).add(event.placement_id)
    for job in (state.jobs[job_id] for job_id in gone if state.jobs[job_id].demand.gang):
        gone[job.id] = {p for p, held in job.placements.items() if held.live}
    return gone


def _without(state: State, node_id: str, gone: Mapping[str, set[str]], ended: Iterable[str]) -> State:
    """The node gone with its reservations, and what would be over given back: room and money."""
    ledger = state.ledger.copy()
    for job in (state.jobs[job_id] for job_id in gone):
        for held in (job.placements[p] for p in gone[job.id]):
            ledger.apply(for_closed(held.placement, job.user, held.paid + held.pending))
    world = released(state.world, *(p for placements in gone.values() for p in placements))
    return msgspec.structs.replace(state, world=left(kept_for(world, gone=ended), node_id), ledger=ledger)


def _displaced(state: State, job_id: str, gone: set[str], now: float) -> Displaced:
    """One job without these placements. The state's world has it where it would go."""
    job = copy(state.jobs[job_id])
    job.placements = {p: _closed(held) if p in gone else held for p, held in job.placements.items()}
    tasks = tuple(sorted({t for p in gone for t in job.placements[p].placement.tasks if t not in job.placements[p].told}))
    if job.cancelling or not tasks:
        return Displaced(job=job_id, tasks=len(tasks))
    answer = rehearse(state, job, tasks, now, brief=True)
    if isinstance(answer, Refusal):
        return Displaced(job=job_id, tasks=len(tasks), code=answer.code)
    state.world = placed(state.world, answer.placements)
    nodes = (node.name for p in answer.placements if (node := state.node(p.node_id)) is not None)
    return Displaced(job=job_id, tasks=len(tasks), nodes=tuple(dict.fromkeys(nodes)))


def _closed(held: PlacementState) -> PlacementState:
    closed = copy(held)
    closed.live = False
    return closed
