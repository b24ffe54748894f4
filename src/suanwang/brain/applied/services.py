"""Services are published and withdrawn, their instances come and go, and intents on them keep account."""

from suanwang.brain.applied.life import stir
from suanwang.brain.fleet import Instance, ServiceState
from suanwang.brain.intents import fold, of_service
from suanwang.brain.jobs import JobState
from suanwang.brain.state import State
from suanwang.market.settle import for_credit
from suanwang.model import event as ev
from suanwang.model.fault import ConflictFault
from suanwang.model.serving import Failing

AGAIN_S, AGAIN_S_MAX = 0.5, 60.0
"""After an instance ended by itself the second time in a row, the next one waits twice so long; then twice that, and so on."""
SERVED_S = 30.0
"""An instance that ran for so long was of use."""


def service_published(state: State, e: ev.ServicePublished) -> None:
    known = state.fleet.services.get(e.service_id)
    if known is None:
        state.fleet.services[e.service_id] = first_published(e)
    else:
        published_again(known, e)


def first_published(e: ev.ServicePublished) -> ServiceState:
    """A service that nobody had published before."""
    return ServiceState(
        id=e.service_id, user=e.user, service=e.service, cs_id=e.cs_id, public_key=e.public_key, published_at=e.at
    )


def published_again(known: ServiceState, e: ev.ServicePublished) -> None:
    """Its instances are replaced if they would be others."""
    same = known.service.demand == e.service.demand
    known.service, known.published_at, known.withdrawn = e.service, e.at, False
    known.version += not same
    known.failing = None


def service_withdrawn(state: State, e: ev.ServiceWithdrawn) -> None:
    service = state.fleet.services[e.service_id]
    service.withdrawn = True
    _forget(state, service)


def instance_retired(state: State, e: ev.InstanceRetired) -> None:
    if (found := _instance(state, state.jobs[e.job_id])) is not None:
        found[1].retired_at = e.at


def instance_moved(state: State, e: ev.InstanceMoved) -> None:
    if (found := _instance(state, state.jobs[e.job_id])) is not None:
        found[0].moved, found[1].moving_at = e.move, e.at
        note_kept(state, state.jobs[e.job_id], e.at, f"another instance takes the place of {e.job_id} on {e.move.source}")


def _instance(state: State, job: JobState) -> tuple[ServiceState, Instance] | None:
    """The service that a job is an instance of, and what is known of it there."""
    serve = job.demand.serve
    service = state.fleet.services.get(serve.service) if serve else None
    instance = service.instances.get(job.id) if service else None
    return (service, instance) if service and instance else None


def instance_over(state: State, job: JobState, at: float) -> None:
    """An instance has ended. One that ended by itself, soon, counts against its service; one that served for a while clears
    it."""
    if (found := _instance(state, job)) is None:
        return
    service, instance = found
    note_kept(state, job, at, f"instance {job.id} ended: {job.reason or job.state}")
    for one in of_service(state.intents, service.id):
        one.charge(at, job.posted_micro, sum(held.emitted_g for held in job.placements.values()))
    del service.instances[job.id]
    if job.placed_at and at - job.placed_at >= SERVED_S:
        service.failing = None
    if not instance.retired_at and job.state != "cancelled":
        service.failing = _failing(state, service, job, at)
    _forget(state, service)


def _forget(state: State, service: ServiceState) -> None:
    """One that was withdrawn is gone with its last instance."""
    if service.withdrawn and not service.instances:
        del state.fleet.services[service.id]


def _failing(state: State, service: ServiceState, job: JobState, at: float) -> Failing:
    """With one more, which a node may never have had."""
    many = service.failing.many + 1 if service.failing else 1
    held, outcome = next(reversed(job.placements.values()), None), job.outcomes[0]
    wait_s = min(AGAIN_S_MAX, AGAIN_S * 2.0 ** min(16, many - 1)) if many > 1 else 0.0
    return Failing(
        many=many,
        job=job.id,
        node=state.node_of(held).name if held else "",
        at=at,
        state=job.state,
        reason=job.reason,
        exit_code=outcome.exit_code if outcome else 0,
        again_at=at + wait_s,
    )


def intent_changed(state: State, e: ev.OfIntent) -> None:
    fold(state.intents, e)


def intent_credited(state: State, e: ev.IntentCredited) -> None:
    job = state.jobs[e.job_id]
    if job.credited_micro:
        raise ConflictFault("SUAN-U171", f"{job.id} was credited already", f"suan bill {job.id}")
    state.ledger.apply(for_credit(job.user, job.id, job.posted_micro, e.amount_micro))
    job.credited_micro = e.amount_micro
    stir(state, job)
    fold(state.intents, e)


def note_kept(state: State, job: JobState, at: float, what: str) -> None:
    """What is done to a service is done to keep the intent that it is under, if there is one."""
    if state.intents and (found := _instance(state, job)) is not None:
        for one in of_service(state.intents, found[0].id):
            one.note(at, what)
