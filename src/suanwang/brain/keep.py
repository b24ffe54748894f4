"""Keeping intents: how it stands with each target by what is measured now, what that makes of the intent, and what is done.

    found -> so for GRACE_S -> compliant or degraded, in the log -> an instance elsewhere, or one more;
    where nothing within its limits helps, the smallest change that would

Lost instances are replaced, and requests are steered, whether somebody stated an intent or not; here is only what is done
beyond that.
"""

from collections.abc import Iterator, Sequence

import msgspec

from suanwang.brain.decide import imagined, rehearse
from suanwang.brain.fleet import ServiceState
from suanwang.brain.found import Look, found_of_job, found_of_service, missed, round_trips_ms, said
from suanwang.brain.intents import DAY_S, IntentState
from suanwang.brain.jobs import JobState
from suanwang.brain.network import Ear
from suanwang.brain.outlook import service_view
from suanwang.brain.promise import change_of, next_of_job
from suanwang.brain.state import State
from suanwang.brain.tend import demand_of
from suanwang.model import event as ev
from suanwang.model.explanation import Term
from suanwang.model.intent import INTENT_NEXT, Found, Proposal
from suanwang.model.plan import Plan, Refusal
from suanwang.model.quantity import money_text
from suanwang.model.serving import InstanceView, Move

GRACE_S = 2.0
"""So long targets must be met, or missed, before the intent is said to be compliant, or degraded."""
BEGIN_S = 60.0
"""So long a service may take to come up before its intent is missed."""
AGAIN_S = 5.0
"""Between two looks for what would help, and between two instances that are added since answers take too long."""
LESS_S = 60.0
"""One of those goes after answers were quick enough for so long."""
FORGOTTEN_S = DAY_S
"""What was received and not accepted for so long ends."""
MICRO = 1_000_000


class Watch(msgspec.Struct, kw_only=True):
    """What is remembered of an intent between two looks. told: what there is to tell, and since when. found: at the last look.
    remedy: what would help, looked for at looked_at. changed_at: when an instance was last added or taken away."""

    told: object = None
    found: tuple[Found, ...] = ()
    since: float
    remedy: tuple[tuple[ev.Event, ...], Proposal | None] = ((), None)
    looked_at: float = float("-inf")
    changed_at: float = float("-inf")


class Keeper:
    """more: service id -> instances beyond those that its load asks for."""

    def __init__(self) -> None:
        self._watches: dict[str, Watch] = {}
        self.more: dict[str, int] = {}

    def found(self, intent_id: str) -> tuple[Found, ...]:
        """How it stands now with an intent that is in force; nothing of another, or before the first look."""
        watch = self._watches.get(intent_id)
        return watch.found if watch else ()

    def look(self, state: State, ear: Ear, steady: float, now: float) -> list[ev.Event]:
        """What follows now of all intents. steady: now, by a clock that does not jump."""
        living = [one for one in state.intents.values() if not one.final]
        self._watches = {one.intent.id: self._watches.get(one.intent.id) or Watch(since=steady) for one in living}
        about = {one.about for one in living}
        for gone in self.more.keys() - about:
            del self.more[gone]
        return [event for one in living for event in self._look(state, ear, one, steady, now)]

    def _look(self, state: State, ear: Ear, one: IntentState, steady: float, now: float) -> Iterator[ev.Event]:
        if one.state == "received":
            if now - one.since > FORGOTTEN_S:
                yield ev.IntentEnded(at=now, intent_id=one.intent.id, reason="it was not accepted within a day")
        elif one.intent.kind == "job":
            yield from self._of_job(state, one, state.jobs.get(one.about), now)
        elif (service := state.fleet.services.get(one.about)) is None or service.withdrawn:
            yield ev.IntentEnded(at=now, intent_id=one.intent.id, reason="its service was withdrawn", over=True)
        else:
            view = service_view(state, ear, service, steady)
            yield from self._of_service(Look(state, ear, one, service, view, steady, now))

    def _of_service(self, look: Look) -> Iterator[ev.Event]:
        one, watch, found = look.one, self._watches[look.one.intent.id], found_of_service(look)
        watch.found = found
        if (told := said(found, None)) != watch.told:
            watch.told, watch.since, watch.looked_at = told, look.steady, float("-inf")
        self._scale(look, watch, found)
        begins = one.state == "accepted" and missed(found) and look.now - one.since < BEGIN_S
        if begins or look.steady - watch.since < GRACE_S:
            return
        if look.steady - watch.looked_at >= AGAIN_S:
            watch.remedy, watch.looked_at = remedy(look, found), look.steady
            yield from watch.remedy[0]
        if one.state == "accepted" or said(found, watch.remedy[1]) != said(one.found, one.proposal):
            yield ev.IntentJudged(at=look.now, intent_id=one.intent.id, found=found, proposal=watch.remedy[1])

    def _of_job(self, state: State, one: IntentState, job: JobState | None, now: float) -> Iterator[ev.Event]:
        if job is None:
            yield ev.IntentEnded(at=now, intent_id=one.intent.id, reason="its job is not known any more", over=True)
            return
        found = self._watches[one.intent.id].found = found_of_job(state, one, job, now)
        if (event := next_of_job(state, one, job, found, now)) is not None:
            yield event

    def _scale(self, look: Look, watch: Watch, found: Sequence[Found]) -> None:
        """One more while answers take too long and all that are wanted are there; one less a while after they do not."""
        service, slow = look.service, "answer" in missed(found)
        more, rested = self.more.get(service.id, 0), look.steady - max(watch.changed_at, watch.since)
        if slow and rested >= AGAIN_S and look.view.wanted <= len(look.heard) < service.service.scale.most:
            self.more[service.id], watch.changed_at = more + 1, look.steady
        elif not slow and more and rested >= LESS_S:
            self.more[service.id], watch.changed_at = more - 1, look.steady


def still(state: State, events: Sequence[ev.Event]) -> list[ev.Event]:
    """Those of these events that are not known already, or late: between a look and the log others write too."""
    return [event for event in events if _still(state, event)]


def _still(state: State, event: ev.Event) -> bool:
    match event:
        case ev.InstanceMoved():
            job = state.jobs[event.job_id]
            service = state.fleet.services.get(job.demand.serve.service) if job.demand.serve else None
            return service is not None and job.id in service.instances and not service.instances[job.id].moving_at
        case ev.IntentJudged():
            one = state.intents.get(event.intent_id)
            if one is None or (one.state, "missed" if missed(event.found) else "met") not in INTENT_NEXT:
                return False
            return one.state == "accepted" or said(event.found, event.proposal) != said(one.found, one.proposal)
        case ev.IntentCredited():
            return not state.jobs[event.job_id].credited_micro
        case ev.IntentEnded():
            return event.intent_id in state.intents and not state.intents[event.intent_id].final
        case _:
            return True


# what is done


def remedy(look: Look, found: Sequence[Found]) -> tuple[tuple[ev.Event, ...], Proposal | None]:
    """(what is to happen, what would help where nothing within its limits does)."""
    misses = missed(found)
    if misses.keys() & {"available", "latency", "region"}:
        answer = _would(look.state, look.service, look.now)
        if isinstance(answer, Refusal):
            return (), change_of(answer)
        return (_elsewhere(look, answer) if misses.keys() & {"latency", "region"} else ()), None
    if "answer" in misses:
        return (), _more(look, misses["answer"])
    for measure, field in (("spend", "limits.budget"), ("carbon", "limits.carbon")):
        if measure in misses:
            return (), _dearer(look, misses[measure], field)
    return (), None


def _would(state: State, service: ServiceState, now: float) -> Plan | Refusal:
    """Where one more instance would go."""
    return rehearse(state, imagined(service.user, demand_of(service), now), (0,), now)


def _more(look: Look, slow: Found) -> Proposal | None:
    """One instance more than it may have, and what that costs."""
    most = look.service.service.scale.most
    if len(look.view.instances) < most:
        return None
    answer = _would(look.state, look.service, look.now)
    price = f"; one more costs about {money_text(answer.price_micro)} a day" if isinstance(answer, Plan) else ""
    why = f"answers take {slow.value or 0.0:.4g} ms with all {most} instances that it may have{price}"
    return Proposal(field="scale.max", was=str(most), to=str(most + 1), why=why)


def _dearer(look: Look, dear: Found, field: str) -> Proposal:
    """The limit of each instance that would do."""
    most, value = max(1, look.service.service.scale.most), dear.value or 0.0
    was, to = dear.limit / most, value / most
    if field == "limits.carbon":
        return Proposal(field=field, was=f"{was:.4g}g", to=f"{to:.4g}g", why=f"it emits {value:.4g} g a day")
    return Proposal(
        field=field, was=money_text(int(was * MICRO)), to=money_text(int(to * MICRO) + 1), why=f"it costs {value:.4g} CNY a day"
    )


def _elsewhere(look: Look, plan: Plan) -> tuple[ev.Event, ...]:
    """The instance that is farthest out makes way for one where the plan says; one at a time."""
    state, service = look.state, look.service
    if any(instance.moving_at for instance in service.instances.values()):
        return ()
    near, regions = service.service.demand.near, service.service.demand.limits.regions
    far = round_trips_ms(look, near) if near else {}

    def out(instance: InstanceView) -> tuple[bool, float]:
        node = state.node(state.named.get(instance.node, ""))
        return bool(regions) and node is not None and node.site.place.region not in regions, far.get(instance.job, 0.0)

    worst, target = max(look.heard, key=out, default=None), state.node(plan.placements[0].node_id)
    if worst is None or target is None or target.site.name == worst.site:
        return ()
    row = state.world.row(target.id)
    there = float(state.world.latency_ms(near)[row]) if near and row is not None else 0.0
    stays, moves = (
        (Term(name="latency", value=ms, unit="ms", weight=0.0, contribution=0.0),) for ms in (far.get(worst.job, 0.0), there)
    )  # it is not for what it costs that it moves
    move = Move(at=look.now, job=worst.job, source=worst.node, target=target.name, left_s=0.0, stays=stays, moves=moves,
                cost=0.0, gain=0.0)  # fmt: skip
    return (ev.InstanceMoved(at=look.now, job_id=worst.job, move=move),)
