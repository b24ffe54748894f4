"""Keeping intents: how it stands with each target by what is measured now, what that makes of the intent, and what is done.

    measured -> found -> held for GRACE_S -> compliant or degraded, in the log -> another instance, elsewhere or one more;
    where nothing within its limits helps, the smallest change that would

Lost instances are replaced, and requests are steered, whether there is an intent or not; here is what is done beyond that.
"""

from collections.abc import Iterable, Iterator, Sequence

from suanwang.brain.decide import imagined, rehearse
from suanwang.brain.fleet import ServiceState
from suanwang.brain.intents import DAY_S, IntentState, unfinished
from suanwang.brain.jobs import JobState
from suanwang.brain.network import Ear
from suanwang.brain.outlook import route_view, service_view
from suanwang.brain.state import State
from suanwang.brain.tend import demand_of
from suanwang.brain.views import drawn, find_job, find_service
from suanwang.intent.targets import contradiction, met, spending
from suanwang.market.ledger import hold_account, user_account
from suanwang.model import event as ev
from suanwang.model.explanation import Term
from suanwang.model.fault import ConflictFault, NotFoundFault, QuotaFault
from suanwang.model.intent import INTENT_FINAL, UNITS, Found, Intent, Measure, Proposal, Target
from suanwang.model.plan import Plan, Refusal
from suanwang.model.quantity import money_text
from suanwang.model.serving import InstanceView, Move, ServiceView

GRACE_S = 2.0
"""So long targets must be met, or missed, before the intent is said to be compliant, or degraded."""
MORE_S, LESS_S = 5.0, 60.0
"""Between two instances that are added since answers take too long; and until one of them goes, once they do not."""
FORGOTTEN_S = DAY_S
"""What was received and not accepted for so long ends."""
INTENTS_MAX = 1_000
"""Of one user, that are not over."""
MICRO = 1_000_000


class Keeper:
    """What was found of each intent, and since when, by a clock that does not jump. more: service id -> instances beyond those
    that its load asks for."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[tuple[object, ...], float]] = {}
        self._changed: dict[str, float] = {}
        self.more: dict[str, int] = {}

    def look(self, state: State, ear: Ear, steady: float, now: float) -> list[ev.Event]:
        """What follows now of all intents."""
        living = [one for one in state.intents.values() if not one.final]
        self._since = {id: known for id, known in self._since.items() if id in state.intents}
        for gone in self.more.keys() - state.fleet.services.keys():
            del self.more[gone], self._changed[gone]
        return [event for one in living for event in self._look(state, ear, one, steady, now)]

    def _look(self, state: State, ear: Ear, one: IntentState, steady: float, now: float) -> Iterator[ev.Event]:
        if one.state == "received":
            if now - one.since > FORGOTTEN_S:
                yield ev.IntentEnded(at=now, intent_id=one.intent.id, reason="it was not accepted within a day")
            return
        if one.intent.kind == "job":
            yield from _of_job(state, one, state.jobs.get(one.about), now)
            return
        service = state.fleet.services.get(one.about)
        if service is None:
            yield ev.IntentEnded(at=now, intent_id=one.intent.id, reason="its service was withdrawn", over=True)
            return
        view = service_view(state, ear, service, steady)
        found = found_of_service(state, ear, one, service, view, steady, now)
        moved, proposal = _healed(state, service, found, view, now)
        yield from self._judged(one, found, proposal, steady, now)
        if one.state == "degraded":
            yield from moved
        self._scale(service, found, view, steady)

    def _judged(
        self, one: IntentState, found: tuple[Found, ...], proposal: Proposal | None, steady: float, now: float
    ) -> Iterator[ev.Event]:
        """Said once it has been so for a while, and only what was not said before."""
        said = (_missed(found), proposal.field if proposal else "")
        known, since = self._since.get(one.intent.id, ((), steady))
        if known != said:
            since = steady
        self._since[one.intent.id] = said, since
        told = one.state != "accepted" and (_missed(one.found), one.proposal.field if one.proposal else "") == said
        if not told and steady - since >= GRACE_S and not (one.state == "compliant" and not said[0]):
            yield ev.IntentJudged(at=now, intent_id=one.intent.id, found=found, proposal=proposal)

    def _scale(self, service: ServiceState, found: tuple[Found, ...], view: ServiceView, steady: float) -> None:
        """One more while answers take too long and all that are wanted are there; one less a while after they do not."""
        slow = any(f.measure == "answer" and not f.met for f in found)
        more, rested = self.more.get(service.id, 0), steady - self._changed.get(service.id, float("-inf"))
        up = sum(i.state == "up" for i in view.instances)
        if slow and rested >= MORE_S and view.wanted <= up < service.service.scale.most:
            self.more[service.id], self._changed[service.id] = more + 1, steady
        elif not slow and more and rested >= LESS_S:
            self.more[service.id], self._changed[service.id] = more - 1, steady


def _missed(found: Iterable[Found]) -> tuple[Measure, ...]:
    return tuple(f.measure for f in found if not f.met)


# what is measured


def found_of_service(
    state: State, ear: Ear, one: IntentState, service: ServiceState, view: ServiceView, steady: float, now: float
) -> tuple[Found, ...]:
    """How it stands with each target of a service."""
    up = [instance for instance in view.instances if instance.state == "up"]

    def of(target: Target) -> Found:
        match target.measure:
            case "available":
                return _found(
                    target, float(sum(i.load is not None for i in up)), "instances heard of just now, whose checks pass"
                )
            case "latency":
                return _found(target, _latency(state, service, up), "round trip to the farthest instance, as decisions see it")
            case "answer":
                return _found(target, _answer(state, ear, service, view, steady), "measured at the instances, and on the way")
            case "spend":
                return _found(target, _spent(state, one, service, now), "charged in the last day")
            case _:
                return _found(target, _inside(state, service, up), "of the instances")

    return tuple(map(of, one.intent.targets))


def _found(target: Target, value: float | None, how: str) -> Found:
    return Found(measure=target.measure, limit=target.limit, value=value, met=value is None or met(target, value), how=how)


def _latency(state: State, service: ServiceState, up: Sequence[InstanceView]) -> float | None:
    near = service.service.demand.near
    if near is None or not up:
        return None
    column = state.world.latency_ms(near)
    rows = [row for i in up if (id := state.named.get(i.node)) and (row := state.world.row(id)) is not None]
    return max((float(column[row]) for row in rows), default=None)


def _answer(state: State, ear: Ear, service: ServiceState, view: ServiceView, steady: float) -> float | None:
    """The worst over all places where requests enter; without any, over the instances."""
    ingresses = [r.name for r in state.fleet.network.routers if "ingress" in r.roles] if state.fleet.forwarders else []
    means: list[float] = []
    for name in ingresses:
        routes = route_view(state, ear, name, service, steady).candidates
        parts = [
            (c.share, c.rtt_ms + load.latency_ms) for c in routes if c.share and (load := c.instance.load) and load.latency_ms
        ]
        if parts:
            means.append(sum(share * ms for share, ms in parts) / sum(share for share, _ in parts))
    if not ingresses:
        means = [i.load.latency_ms for i in view.instances if i.load and i.load.latency_ms and i.state == "up"]
    return max(means, default=None)


def _spent(state: State, one: IntentState, service: ServiceState, now: float) -> float:
    """Of the instances there are, and of those that ended within the last day."""
    over = sum(micro for at, micro in one.charged if now - at < DAY_S)
    return (over + sum(state.jobs[job].posted_micro for job in service.instances)) / MICRO


def _inside(state: State, service: ServiceState, up: Sequence[InstanceView]) -> float | None:
    regions = service.service.demand.limits.regions
    nodes = [node for i in up if (node := state.node(state.named.get(i.node, ""))) is not None]
    return sum(node.site.place.region in regions for node in nodes) / len(nodes) if nodes else None


# what is done


def _healed(
    state: State, service: ServiceState, found: Sequence[Found], view: ServiceView, now: float
) -> tuple[list[ev.Event], Proposal | None]:
    """(what is to happen, what would help where nothing within its limits does)."""
    missed = {f.measure: f for f in found if not f.met}
    if missed.keys() & {"available", "latency", "region"}:
        answer = _would(state, service, now)
        if isinstance(answer, Refusal):
            return [], _change(answer)
        if missed.keys() & {"latency", "region"}:
            return _elsewhere(state, service, answer, view, now), None
    if (slow := missed.get("answer")) and slow.value is not None and len(view.instances) >= service.service.scale.most:
        most = service.service.scale.most
        why = f"answers take {slow.value:.4g} ms with all {most} instances that it may have"
        return [], Proposal(field="scale.max", was=str(most), to=str(most + 1), why=why)
    if (dear := missed.get("spend")) and dear.value is not None:
        budget = service.service.demand.limits.budget_micro or 0
        need = -(-int(dear.value * MICRO) // max(1, service.service.scale.most))
        why = f"it costs {dear.value:.4g} CNY a day"
        return [], Proposal(field="limits.budget", was=money_text(budget), to=money_text(max(need, budget + 1)), why=why)
    return [], None


def _would(state: State, service: ServiceState, now: float) -> Plan | Refusal:
    """Where one more instance would go."""
    return rehearse(state, imagined(service.user, demand_of(service), now), (0,), now)


def _change(refusal: Refusal) -> Proposal | None:
    change = refusal.explanation.change
    if change is None:
        return None
    return Proposal(field=change.field, was=change.was, to=change.to, why=f"it would let in {', '.join(change.admits[:3])}")


def _elsewhere(state: State, service: ServiceState, plan: Plan, view: ServiceView, now: float) -> list[ev.Event]:
    """The instance that is farthest out makes way for one where the plan says; one at a time."""
    if any(instance.moving_at for instance in service.instances.values()):
        return []
    near, regions = service.service.demand.near, service.service.demand.limits.regions
    column = state.world.latency_ms(near) if near else None

    def out(name: str) -> tuple[bool, float]:
        """Whether a node is outside the regions, and how far away it is, ms."""
        node = state.node(state.named.get(name, ""))
        row = state.world.row(node.id) if node else None
        outside = bool(regions) and node is not None and node.site.place.region not in regions
        return outside, float(column[row]) if column is not None and row is not None else 0.0

    worst = max((i for i in view.instances if i.state == "up"), key=lambda i: out(i.node), default=None)
    target = state.node(plan.placements[0].node_id)
    if worst is None or target is None or out(target.name) >= out(worst.node):
        return []
    stays, moves = (
        (Term(name="latency", value=out(name)[1], unit="ms", weight=0.0, contribution=0.0),)
        for name in (worst.node, target.name)
    )  # it is not for what it costs that it moves
    move = Move(at=now, job=worst.job, source=worst.node, target=target.name, left_s=0.0, stays=stays, moves=moves, cost=0.0,
                gain=0.0)  # fmt: skip
    return [ev.InstanceMoved(at=now, job_id=worst.job, move=move)]


def _of_job(state: State, one: IntentState, job: JobState | None, now: float) -> Iterator[ev.Event]:
    """A job is judged as it goes, and for good once it is over."""
    if job is None:
        yield ev.IntentEnded(at=now, intent_id=one.intent.id, reason="its job is not known any more", over=True)
        return
    found = tuple(_found(target, _of(state, job, target.measure, now), "so far") for target in one.intent.targets)
    if job.final and job.state != "done":
        ended = Found(measure="finish", limit=0.0, value=None, met=False, how=f"the job is {job.state}: {job.reason}")
        found = (*(f for f in found if f.measure != "finish"), ended)
    if one.state == "accepted" or _missed(found) != _missed(one.found):
        yield ev.IntentJudged(at=now, intent_id=one.intent.id, found=found)
    if job.final:
        amount = int(one.intent.credit * job.posted_micro) if _missed(found) else 0
        if amount and not job.credited_micro:
            took = job.ended_at - job.accepted_at
            yield ev.IntentCredited(
                at=now, intent_id=one.intent.id, job_id=job.id, amount_micro=amount, missed_s=took, of_s=took
            )
        yield ev.IntentEnded(at=now, intent_id=one.intent.id, reason=f"its job is {job.state}", over=True)


def _of(state: State, job: JobState, measure: Measure, now: float) -> float:
    match measure:
        case "finish":
            return (job.ended_at or now) - job.accepted_at
        case "cost":
            return job.posted_micro / MICRO
        case _:
            return sum(drawn(state.node_of(held), held)[1] for held in job.placements.values())


def credited(state: State, events: Iterable[ev.Event], now: float) -> list[ev.Event]:
    """For instances that have ended: what was charged in the time in which their service's intent was missed, in part."""
    ended = [state.jobs[e.job_id] for e in events if isinstance(e, ev.JobEnded)]
    found = (_credit(state, job, now) for job in ended if job.demand.serve is not None and job.posted_micro)
    return [event for event in found if event is not None]


def _credit(state: State, job: JobState, now: float) -> ev.IntentCredited | None:
    service = job.demand.serve.service if job.demand.serve else ""
    one = next((i for i in state.intents.values() if i.about == service and not i.final), None)
    lasted = job.ended_at - job.placed_at
    if one is None or lasted <= 0 or job.credited_micro:
        return None
    missed = one.missed_s(job.placed_at, job.ended_at)
    amount = int(one.intent.credit * job.posted_micro * min(1.0, missed / lasted))
    if not amount:
        return None
    return ev.IntentCredited(at=now, intent_id=one.intent.id, job_id=job.id, amount_micro=amount, missed_s=missed, of_s=lasted)


# what its owner does


def received(state: State, intent: Intent, answer: Plan | Refusal | None, now: float) -> list[ev.Event]:
    """An intent is heard; it is rejected at once where it cannot be, or not beside others of the same owner.

    answer: what would be decided of it, None if not known. QuotaFault SUAN-U172: too many. The same id again is nothing.
    """
    if intent.id in state.intents:
        return []
    mine = [one for one in state.intents.values() if one.intent.user == intent.user and not one.final]
    if len(mine) >= INTENTS_MAX:
        why = f"{intent.user} has {len(mine)} intents that are not over"
        raise QuotaFault("SUAN-U172", why, "end some first: suan intents ID --withdraw")
    heard = ev.IntentReceived(at=now, intent=intent)
    no = _impossible(state, intent, answer)
    return [heard] if no is None else [heard, ev.IntentRejected(at=now, intent_id=intent.id, reason=no[0], proposal=no[1])]


def _impossible(state: State, intent: Intent, answer: Plan | Refusal | None) -> tuple[str, Proposal | None] | None:
    """(why, what would help) of an intent that cannot be kept."""
    others = unfinished(state.intents.values(), intent.user)
    against = contradiction(intent, others)
    if against is not None:
        other, measure, was, becomes = against
        why = f"SUAN-U170: {other.id} wants {measure} of {intent.name} to be {was:g} {UNITS[measure]}, and this {becomes:g}"
        return why, Proposal(field=measure, was=f"{becomes:g}", to=f"{was:g}", why=f"or withdraw {other.id}")
    together, free = (
        spending((*others, intent)),
        (state.ledger.balance(user_account(intent.user)) + _held(state, others)) / MICRO,
    )
    if intent.kind == "service" and together > free and spending((intent,)):
        alone = max(0.0, free - spending(others))
        why = f"SUAN-U170: together your services may cost {together:g} CNY a day, and there are {free:g} CNY"
        return why, Proposal(field="limits.budget", was=f"{spending((intent,)):g} CNY", to=f"{alone:g} CNY")
    if isinstance(answer, Refusal) and not answer.passing:
        return f"{answer.code}: no node can take {intent.name}", _change(answer)
    return None


def _held(state: State, intents: Iterable[Intent]) -> int:
    """Money that instances of services under these intents hold already."""
    about = {state.intents[intent.id].about for intent in intents}
    services = (service for id, service in state.fleet.services.items() if id in about)
    return sum(state.ledger.balance(hold_account(job)) for service in services for job in service.instances)


def accepted(state: State, intent_id: str, user: str, about: str, now: float) -> list[ev.Event]:
    """It is about this job or service from now on. ConflictFault SUAN-U171: that is another, or it was not just received."""
    one = find_intent(state, intent_id, user)
    found = find_service(state, about, user) if one.intent.kind == "service" else find_job(state, about, user)
    name = found.service.name if isinstance(found, ServiceState) else found.demand.name
    if one.about == found.id:
        return []
    if name != one.intent.name or one.state != "received":
        why = f"{one.intent.id} is {one.state}, and about a {one.intent.kind} called {one.intent.name}, not {name}"
        raise ConflictFault("SUAN-U171", why, f"suan intents {one.intent.id}")
    return [ev.IntentAccepted(at=now, intent_id=one.intent.id, about=found.id)]


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
