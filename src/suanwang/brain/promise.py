"""What is promised of an intent, and what a broken promise costs: heard, judged beside the others, accepted, given back, ended.

All of it follows from the log, so that whoever folds it comes to the same, and nothing is given back twice.
"""

from collections.abc import Iterable

import msgspec

from suanwang.brain.fleet import ServiceState
from suanwang.brain.found import found_of_job, said
from suanwang.brain.intents import IntentState
from suanwang.brain.jobs import JobState
from suanwang.brain.state import State
from suanwang.brain.views import find_job, find_service
from suanwang.intent.targets import contradiction, spending
from suanwang.market.ledger import hold_account, user_account
from suanwang.market.settle import paid_micro
from suanwang.model import event as ev
from suanwang.model.fault import ConflictFault, NotFoundFault, QuotaFault
from suanwang.model.intent import INTENT_FINAL, UNITS, Found, Intent, Proposal
from suanwang.model.plan import Plan, Refusal

INTENTS_MAX = 1_000
"""Of one user, that are not over."""
MICRO = 1_000_000
No = tuple[str, Proposal | None]
"""(why an intent cannot be kept, what would help)"""


def received(state: State, intent: Intent, answer: Plan | Refusal | None, now: float) -> list[ev.Event]:
    """An intent is heard; it is rejected at once where it cannot be, or not beside others of the same owner.

    answer: what would be decided of it, None if that is not known. The same id again is nothing; with another intent it is
    ConflictFault SUAN-U043. QuotaFault SUAN-U172: too many.
    """
    if (known := state.intents.get(intent.id)) is not None:
        if msgspec.structs.replace(known.intent, credit=intent.credit) != intent:
            raise ConflictFault("SUAN-U043", f"the key was used for another intent, {known.intent.id}", "use a new key")
        return []
    mine = sum(one.intent.user == intent.user and not one.final for one in state.intents.values())
    if mine >= INTENTS_MAX:
        why = f"{intent.user} has {mine} intents that are not over"
        raise QuotaFault("SUAN-U172", why, "end some first: suan intents ID --withdraw")
    heard = ev.IntentReceived(at=now, intent=intent)
    no = _beside_others(state, intent) or _alone(intent, answer)
    return [heard] if no is None else [heard, ev.IntentRejected(at=now, intent_id=intent.id, reason=no[0], proposal=no[1])]


def _beside_others(state: State, intent: Intent) -> No | None:
    """What it contradicts of the owner's other intents."""
    others = [
        one
        for one in state.intents.values()
        if one.intent.user == intent.user and one.state in ("accepted", "compliant", "degraded") and one.intent.id != intent.id
    ]
    against = contradiction(intent, (one.intent for one in others))
    if against is not None:
        other, measure, was, becomes = against
        why = f"SUAN-U170: {other.id} wants {measure} of {intent.name} to be {was:g} {UNITS[measure]}, and this {becomes:g}"
        return why, Proposal(field=measure, was=f"{becomes:g}", to=f"{was:g}", why=f"or withdraw {other.id}")
    own, promised = spending((intent,)), spending(one.intent for one in others)
    free = (state.ledger.balance(user_account(intent.user)) + _held(state, others)) / MICRO
    if own and promised + own > free:
        why = f"SUAN-U170: together your services may cost {promised + own:g} CNY a day, and there are {free:g} CNY"
        return why, Proposal(field="limits.budget", was=f"{own:g} CNY", to=f"{max(0.0, free - promised):g} CNY")
    return None


def _held(state: State, intents: Iterable[IntentState]) -> int:
    """Money that instances of services under these intents hold already."""
    services = {one.about: service for one in intents if (service := state.fleet.services.get(one.about)) is not None}
    return sum(state.ledger.balance(hold_account(job)) for service in services.values() for job in service.instances)


def _alone(intent: Intent, answer: Plan | Refusal | None) -> No | None:
    if not isinstance(answer, Refusal) or answer.passing:
        return None
    return f"{answer.code}: no node can take {intent.name}", change_of(answer)


def change_of(refusal: Refusal) -> Proposal | None:
    """The smallest change that a refusal names."""
    change = refusal.explanation.change
    if change is None:
        return None
    return Proposal(field=change.field, was=change.was, to=change.to, why=f"it would let in {', '.join(change.admits[:3])}")


def accepted(state: State, intent_id: str, user: str, about: str, now: float) -> list[ev.Event]:
    """It is about this job or service from now on.

    ConflictFault SUAN-U171: that is another, or it was not just received. SUAN-U170: another was accepted meanwhile that it
    contradicts.
    """
    one = find_intent(state, intent_id, user)
    found = find_service(state, about, user) if one.intent.kind == "service" else find_job(state, about, user)
    name = found.service.name if isinstance(found, ServiceState) else found.demand.name
    if one.about == found.id:
        return []
    if name != one.intent.name or one.state != "received":
        why = f"{one.intent.id} is {one.state}, and about a {one.intent.kind} called {one.intent.name}, not {name}"
        raise ConflictFault("SUAN-U171", why, f"suan intents {one.intent.id}")
    no = _beside_others(state, one.intent)
    if no is not None:
        raise ConflictFault("SUAN-U170", no[0].removeprefix("SUAN-U170: "), "suan intents")
    begins = ev.IntentAccepted(at=now, intent_id=one.intent.id, about=found.id)
    if isinstance(found, ServiceState):  # it has a while to come up
        return [begins]
    return [begins, ev.IntentJudged(at=now, intent_id=one.intent.id, found=found_of_job(state, one, found, now))]


def withdrawn(state: State, intent_id: str, user: str | None, now: float) -> list[ev.Event]:
    """Its owner holds to it no more; the job or service goes on."""
    one = find_intent(state, intent_id, user)
    return [] if one.final else [ev.IntentEnded(at=now, intent_id=one.intent.id, reason="withdrawn by its owner")]


def find_intent(state: State, name: str, user: str | None) -> IntentState:
    """An intent by id, or by the name of its job or service: the newest that is not over, else the newest. user None sees all.
    NotFoundFault SUAN-N017."""
    seen = [one for one in state.intents.values() if user is None or one.intent.user == user]
    found = [one for one in seen if name in (one.intent.id, one.intent.name)]
    if not found:
        raise NotFoundFault("SUAN-N017", f"there is no intent {name[:80]!r}", "suan intents")
    return max(found, key=lambda one: (one.state not in INTENT_FINAL, one.spans[0].at))


# what is given back


def credited(state: State, events: Iterable[ev.Event], now: float) -> list[ev.Event]:
    """For jobs that have ended: a part of what was charged for them in the time in which an intent on them was missed."""
    ended = (state.jobs[e.job_id] for e in events if isinstance(e, ev.JobEnded))
    return [event for job in ended if (event := credit(state, job, now)) is not None]


def credit(state: State, job: JobState, now: float) -> ev.IntentCredited | None:
    """Once for each instance, by the intent that was missed the longest in its time; also by one that is over since."""
    service, lasted = job.demand.serve.service if job.demand.serve else "", job.ended_at - job.placed_at
    if not service or lasted <= 0 or job.credited_micro:
        return None
    missed = {
        one.intent.id: one.credited_s(job.placed_at, job.ended_at) for one in state.intents.values() if one.about == service
    }
    longest = max(missed, key=missed.__getitem__, default="")
    return _given_back(state, job, longest, missed[longest], lasted, now) if longest else None


def over(state: State, events: Iterable[ev.Event]) -> list[tuple[IntentState, JobState]]:
    """Intents in force on jobs that these events ended."""
    ended = {e.job_id for e in events if isinstance(e, ev.JobEnded)}
    return [(one, state.jobs[one.about]) for one in state.intents.values() if one.about in ended and not one.final]


def next_of_job(state: State, one: IntentState, job: JobState, found: tuple[Found, ...], now: float) -> ev.Event | None:
    """A job is judged as it goes, and for good once it is over: then what was missed is paid for, and the intent ends. found:
    how it stands now."""
    if one.state == "accepted" or said(found, None) != said(one.found, None):
        return ev.IntentJudged(at=now, intent_id=one.intent.id, found=found)
    if not job.final:
        return None
    end = ev.IntentEnded(at=now, intent_id=one.intent.id, reason=f"the job is {job.state}", over=True, found=found)
    return _credit_of_job(state, one, job, now) or end


def _credit_of_job(state: State, one: IntentState, job: JobState, now: float) -> ev.IntentCredited | None:
    """A job that is over is all missed, or not at all."""
    if job.credited_micro or not any(f.credited for f in one.found):
        return None
    lasted = job.ended_at - job.accepted_at
    return _given_back(state, job, one.intent.id, lasted, lasted, now)


def _given_back(
    state: State, job: JobState, intent_id: str, missed_s: float, of_s: float, now: float
) -> ev.IntentCredited | None:
    share = min(1.0, missed_s / of_s) if of_s > 0 else 1.0
    amount = int(state.intents[intent_id].intent.credit * share * paid_to_others(state, job))
    if amount <= 0:
        return None
    return ev.IntentCredited(at=now, intent_id=intent_id, job_id=job.id, amount_micro=amount, missed_s=missed_s, of_s=of_s)


def paid_to_others(state: State, job: JobState) -> int:
    """What was charged, but for what its own user's nodes got: nobody earns by missing what he asked of himself."""
    helds = (held for held in job.placements.values() if state.node_of(held).owner != job.user)
    return min(job.posted_micro, sum(paid_micro(held.placement, held.paid) for held in helds))
