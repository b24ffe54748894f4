"""Intents: their life by the table, what is measured of them, what is done to keep them, and what is given back."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.api.catalogue import Words
from suanwang.api.render.services import service_page
from suanwang.brain import commands
from suanwang.brain.apply import apply
from suanwang.brain.decide import rehearse
from suanwang.brain.fleet import ServiceState
from suanwang.brain.follow import Course
from suanwang.brain.intents import IntentState, fold, report_of
from suanwang.brain.jobs import JobState
from suanwang.brain.keep import AGAIN_S, BEGIN_S, Keeper, still
from suanwang.brain.network import Ear
from suanwang.brain.outlook import service_view
from suanwang.brain.promise import accepted, credit, credited, find_intent, received, withdrawn
from suanwang.brain.replay import Grown, Living, saved, state_of
from suanwang.brain.state import State
from suanwang.intent.targets import of_job, of_service
from suanwang.model import event as ev
from suanwang.model.fault import ConflictFault, NotFoundFault, QuotaFault
from suanwang.model.intent import INTENT_FINAL, INTENT_NEXT, Found, Intent, Target
from suanwang.model.job import Outcome
from suanwang.model.node import Node, Reading
from suanwang.model.plan import Refusal
from suanwang.model.serving import Scale, Service
from suanwang.model.steering import Load, Loads
from suanwang.model.view import Report
from suanwang.trust.merkle import Tree
from tests.brain.sample import SHENZHEN, a_demand, a_node
from tests.brain.test_tend import Scene, a_service

FUEL = 10**12


def intent_of(about: Service, name: str = "i", user: str = "ann", part: float = 0.5) -> Intent:
    return Intent(id=name, user=user, words="as said", kind="service", name=about.name, targets=of_service(about), credit=part)


def limited(service: Service, **limits: object) -> Service:
    demand = msgspec.structs.replace(service.demand, limits=msgspec.structs.replace(service.demand.limits, **limits))
    return msgspec.structs.replace(service, demand=demand)


class Kept(Scene):
    """A scene with an intent on a service, whose instances tell of their load unless they are mute, and burn when they end."""

    def __init__(self, service: Service, *nodes: Node) -> None:
        super().__init__(*(nodes or (a_node("a"), a_node("b"))))
        self.ear, self.keeper, self.mute, self.answers_ms = Ear(), Keeper(), set[str](), 1.0
        intent = intent_of(service)
        self.do(lambda state, now: received(state, intent, None, now))
        self.service: ServiceState = self.publish(service)
        self.do(lambda state, now: accepted(state, "i", "ann", self.service.id, now))
        self.number = 0

    @property
    def one(self) -> IntentState:
        return self.state.intents["i"]

    def tick(self, seconds: float = 1.0) -> list[ev.Event]:
        self.step(seconds)
        self.number += 1
        for contact in self.seen().contacts.values():
            if contact.node_id not in self.mute:
                load = Load(contact=contact.id, in_flight=1.0, latency_ms=self.answers_ms)
                loads = Loads(
                    node_id=contact.node_id, number=self.number, at=self.now, lifetime_s=3.0, window_s=1.0, loads=(load,)
                )
                told = Report(reading=Reading(node_id=contact.node_id, generation=0), loads=loads)
                self.ear.hear(self.state, contact.node_id, told, self.now)
        self.ear.look(self.state, self.now, self.now)
        self.wanted = dict(self.ear.wanted)
        self.ear.more = self.keeper.more
        events = still(self.state, self.keeper.look(self.state, self.ear, self.now, self.now))
        for event in events:
            apply(self.state, event)
        return events

    def ticks(self, count: int) -> list[ev.Event]:
        return [event for _ in range(count) for event in self.tick()]

    def silence(self) -> str:
        """The node of an instance is heard of no more. Its id."""
        node = next(iter(self.seen().contacts.values())).node_id
        self.mute.add(node)
        return node

    def end(self, job_id: str, fuel: int = FUEL // 10) -> None:
        """It ends by itself, is charged, and credited."""
        job = self.state.jobs[job_id]
        held = next(h for h in job.placements.values() if h.live)
        fuel = min(fuel, held.placement.fuel_max)
        outcome = Outcome(placement_id=held.placement.id, task=0, state="failed", code="exit", fuel=fuel)
        apply(self.state, ev.TasksEnded(at=self.now, job_id=job_id, placement_id=held.placement.id, outcomes=(outcome,)))
        over = ev.JobEnded(at=self.now, job_id=job_id, state="failed", reason="exit")
        apply(self.state, over)
        for event in credited(self.state, (over,), self.now):
            apply(self.state, event)


def missed(one: IntentState) -> list[str]:
    return [f.measure for f in one.found if not f.met]


# the table


def test_every_state_is_reached_and_only_the_last_ones_lead_nowhere() -> None:
    reached = set(INTENT_NEXT.values())
    assert reached == {"received", "accepted", "rejected", "compliant", "degraded", "ended"}
    assert {was for was, _ in INTENT_NEXT if was} == reached - INTENT_FINAL


@pytest.mark.parametrize("state", sorted({was for was, _ in INTENT_NEXT} | INTENT_FINAL))
@pytest.mark.parametrize("happening", sorted({event for _, event in INTENT_NEXT}))
def test_what_is_not_in_the_table_is_refused_by_name(state: str, happening: str) -> None:
    one = IntentState(intent=intent_of(a_service()), state=state)
    if (state, happening) in INTENT_NEXT:
        one.move(happening, 1.0)
        assert one.state == INTENT_NEXT[state, happening] and one.spans[-1].at == 1.0
    else:
        with pytest.raises(ConflictFault, match=f"SUAN-U171.*{happening}"):
            one.move(happening, 1.0)
        assert one.state == state and not one.spans


# what is measured, and what that makes of it


def test_it_is_compliant_once_up_degraded_when_silent_and_compliant_again() -> None:
    scene = Kept(a_service(least=1))
    scene.ticks(4)
    assert scene.one.state == "compliant"
    node = scene.silence()
    scene.ticks(8)
    assert scene.one.state == "degraded" and missed(scene.one) == ["available"]
    scene.mute.discard(node)
    scene.ticks(4)
    assert scene.one.state == "compliant"
    report = report_of(scene.one, scene.now, 60.0, 10)
    held = {h.measure: h for h in report.whole.targets}
    assert report.whole.degraded_s == held["available"].missed_s > 0 and held["spend"].missed_s == 0.0
    assert [done.what.split(":")[0] for done in report.done if done.what[0] in "cd"] == ["compliant", "degraded", "compliant"]


def test_it_is_told_once_not_at_every_look() -> None:
    scene = Kept(a_service(least=1))
    scene.ticks(4)
    scene.silence()
    judged = [e for e in scene.ticks(60) if isinstance(e, ev.IntentJudged)]
    assert len(judged) == 1


def test_a_short_silence_is_nothing() -> None:
    scene = Kept(a_service(least=1))
    scene.ticks(4)
    node = scene.silence()
    scene.ticks(4)  # a load is believed for 3 s
    scene.mute.discard(node)
    assert not [e for e in scene.ticks(10) if isinstance(e, ev.IntentJudged)] and scene.one.state == "compliant"


def test_what_takes_long_to_come_up_is_not_degraded_yet_and_what_never_does_is() -> None:
    scene = Kept(a_service(least=3, most=4), a_node("a", cores=1))  # room for two
    scene.ticks(int(BEGIN_S) - 5)
    assert scene.one.state == "accepted"
    scene.ticks(15)
    assert scene.one.state == "degraded" and missed(scene.one) == ["available"]


def test_where_nothing_helps_the_smallest_change_that_would_is_named() -> None:
    scene = Kept(limited(a_service(least=1, most=1), regions=("guangdong",)), a_node("a"))
    scene.ticks(4)
    scene.do(commands.join(in_harbin("b"), "t"))
    scene.do(commands.leave(scene.state.named["a"]))
    scene.ticks(10)
    assert scene.one.state == "degraded" and missed(scene.one) == ["available"] and scene.one.proposal is not None
    assert scene.one.proposal.field == "limits.region" and "b" in scene.one.proposal.why


def in_harbin(name: str) -> Node:
    node = a_node(name)
    return msgspec.structs.replace(node, site=msgspec.structs.replace(node.site, place=HARBIN))


HARBIN = msgspec.structs.replace(
    SHENZHEN, name="harbin", name_zh="哈尔滨", region="heilongjiang", latitude=45.8, longitude=126.5
)


def test_slow_answers_get_more_instances_up_to_the_most_and_then_a_proposal_with_its_price() -> None:
    scene = Kept(a_service(least=1, most=2, deadline_ms=30.0), a_node("a"), a_node("b"))
    scene.ticks(4)
    scene.answers_ms = 50.0
    scene.ticks(5 * int(AGAIN_S))
    assert len(scene.service.instances) == 2, "one more was started by itself"
    assert scene.one.state == "degraded" and missed(scene.one) == ["answer"]
    proposal = scene.one.proposal
    assert proposal is not None and (proposal.field, proposal.was, proposal.to) == ("scale.max", "2", "3")
    assert "a day" in proposal.why
    scene.answers_ms = 5.0
    scene.ticks(5)
    assert scene.one.state == "compliant" and scene.one.proposal is None
    scene.ticks(120)
    assert len(scene.service.instances) == 1, "it goes when it is not needed any more"


def test_an_instance_that_is_outside_makes_way_for_one_inside() -> None:
    scene = Kept(limited(a_service(least=1, drain_s=2.0), regions=("guangdong",)), a_node("a"))
    scene.ticks(4)
    assert scene.one.state == "compliant"
    scene.do(commands.join(in_harbin("a"), "t"))
    scene.do(commands.join(a_node("b"), "t"))
    events = scene.ticks(12)
    assert [e.move.target for e in events if isinstance(e, ev.InstanceMoved)] == ["b"]
    assert scene.sites() == ["b-site"] and scene.one.state == "compliant"
    assert any("another instance takes the place" in done.what for done in scene.one.done)
    page = service_page(Words("en"), service_view(scene.state, scene.ear, scene.service, scene.now), scene.now)
    assert any("from a to b" in line for line in page if isinstance(line, str))


def test_a_program_that_ends_by_itself_is_not_the_networks_miss() -> None:
    scene = Kept(a_service(least=1))
    scene.ticks(4)
    for _ in range(30):
        for job in list(scene.service.instances):
            if any(h.live for h in scene.state.jobs[job].placements.values()):
                scene.end(job)
        scene.tick()
    assert scene.one.state == "degraded" and all(f.own for f in scene.one.found if not f.met)
    assert scene.one.credited_micro == 0 and scene.state.ledger.total() == 0


# what is given back


def test_a_part_of_what_was_charged_while_it_was_missed_is_given_back_once() -> None:
    scene = Kept(a_service(least=1))
    scene.ticks(4)
    node = scene.silence()
    scene.ticks(16)
    scene.mute.discard(node)
    scene.ticks(10)
    (job,) = scene.service.instances
    before = scene.state.ledger.balance("user:ann")
    scene.end(job)
    done = scene.state.jobs[job]
    missed_s, lasted = scene.one.credited_s(done.placed_at, done.ended_at), done.ended_at - done.placed_at
    assert 0 < missed_s < lasted and done.posted_micro > 0
    assert done.credited_micro == int(0.5 * done.posted_micro * missed_s / lasted) > 0
    assert credit(scene.state, done, scene.now) is None, "once"
    again = ev.IntentCredited(at=scene.now, intent_id="i", job_id=job, amount_micro=1, missed_s=1.0, of_s=1.0)
    assert still(scene.state, [again]) == []
    with pytest.raises(ConflictFault, match="credited already"):
        apply(scene.state, again)
    assert scene.state.ledger.total() == 0 and scene.state.ledger.balance("user:ann") > before


def test_a_service_that_its_owner_withdraws_is_not_missed_while_it_drains() -> None:
    scene = Kept(a_service(least=1))
    scene.ticks(4)
    scene.do(commands.withdraw(scene.service.id, "ann", False))
    scene.ticks(30)
    assert scene.one.state == "ended" and scene.one.spans[-2].state == "compliant" and not scene.state.fleet.services


def test_who_asks_of_his_own_node_gets_nothing_back() -> None:
    scene = Kept(a_service(least=1), a_node("a", owner="ann"), a_node("b", owner="ann"))
    scene.ticks(4)
    scene.silence()
    scene.ticks(16)
    (job,) = scene.service.instances
    scene.end(job)
    assert scene.state.jobs[job].posted_micro > 0 and scene.one.credited_micro == 0


def test_also_an_intent_that_is_withdrawn_since_is_paid_for() -> None:
    scene = Kept(a_service(least=1))
    scene.ticks(4)
    scene.silence()
    scene.ticks(16)
    scene.do(lambda state, now: withdrawn(state, "i", "ann", now))
    assert scene.one.state == "ended"
    (job,) = scene.service.instances
    scene.end(job)
    assert scene.one.credited_micro > 0


class Of:
    """A job of ann's under an intent."""

    def __init__(self, **limits: object) -> None:
        demand = a_demand()
        self.demand = msgspec.structs.replace(demand, limits=msgspec.structs.replace(demand.limits, **limits))
        self.scene = Scene(a_node("a"))
        self.state, self.keeper = self.scene.state, Keeper()
        intent = Intent(id="i", user="ann", words="w", kind="job", name="job", targets=of_job(self.demand), credit=0.25)
        self.scene.do(lambda state, now: received(state, intent, None, now))
        accept = ev.JobAccepted(at=self.scene.now, job_id="job-1", user="ann", key="k", digest="", demand=self.demand)
        apply(self.state, accept)
        self.scene.do(lambda state, now: accepted(state, "i", "ann", "job-1", now))
        self.scene.step()

    def end(self, after_s: float, how: str = "done", code: str = "", fuel: int = 10**9) -> IntentState:
        self.scene.now += after_s
        job = self.state.jobs["job-1"]
        placement = next(iter(job.placements))
        outcome = Outcome(placement_id=placement, task=0, state=how, code=code, fuel=fuel)
        apply(self.state, ev.TasksEnded(at=self.scene.now, job_id=job.id, placement_id=placement, outcomes=(outcome,)))
        apply(self.state, ev.JobEnded(at=self.scene.now, job_id=job.id, state=how, reason=code))
        for _ in range(3):
            for event in still(self.state, self.keeper.look(self.state, Ear(), self.scene.now, self.scene.now)):
                apply(self.state, event)
        return self.state.intents["i"]


def test_a_job_that_ended_in_time_was_compliant() -> None:
    one = Of(finish_s_max=60.0).end(5.0)
    assert one.state == "ended" and one.spans[-2].state == "compliant" and one.credited_micro == 0
    assert {f.measure: f.value for f in one.found}["finish"] == 6.0


def test_a_job_that_was_late_is_credited_once_and_says_by_how_much() -> None:
    of = Of(finish_s_max=60.0)
    one = of.end(99.0)
    posted = of.state.jobs["job-1"].posted_micro
    assert [s.state for s in one.spans[-2:]] == ["degraded", "ended"] and missed(one) == ["finish"]
    assert one.credited_micro == posted // 4 > 0 and of.state.ledger.total() == 0


@pytest.mark.parametrize(("how", "code"), [("failed", "exit"), ("cancelled", "cancelled by the user")])
def test_what_its_owner_did_to_a_job_is_not_paid_for(how: str, code: str) -> None:
    one = Of(finish_s_max=60.0).end(99.0, how, code)
    assert one.state == "ended" and "done" in missed(one) and one.credited_micro == 0


def test_with_its_job_the_intent_is_over_and_paid_for_in_the_same_turn() -> None:
    of = Of(finish_s_max=60.0)
    placement = next(iter(of.state.jobs["job-1"].placements))
    outcome = Outcome(placement_id=placement, task=0, state="done", fuel=10**9)
    of.scene.now += 99.0
    told = [ev.TasksEnded(at=of.scene.now, job_id="job-1", placement_id=placement, outcomes=(outcome,))]
    events = Course().decided(of.state, [lambda state, now: told], of.scene.now)[1]
    assert [type(e) for e in events[-3:]] == [ev.IntentJudged, ev.IntentCredited, ev.IntentEnded]
    assert of.state.intents["i"].final and of.state.intents["i"].credited_micro > 0


def test_an_intent_on_a_job_is_judged_when_it_is_accepted() -> None:
    of = Of(finish_s_max=60.0)
    events = Course().decided(of.state, [lambda state, now: received(state, again(of), None, now)], of.scene.now)[1]
    assert [type(e) for e in events] == [ev.IntentReceived]
    events = Course().decided(of.state, [lambda state, now: accepted(state, "j", "ann", "job-1", now)], of.scene.now)[1]
    assert [type(e) for e in events if e.intent_id == "j"] == [ev.IntentAccepted, ev.IntentJudged]
    assert of.state.intents["j"].state == "compliant"


def again(of: Of) -> Intent:
    return Intent(id="j", user="ann", words="w", kind="job", name="job", targets=of_job(of.demand), credit=0.25)


# beside others


def test_two_intents_of_one_owner_that_contradict_each_other() -> None:
    scene = Kept(limited(a_service(), latency_ms_max=20.0))
    nearer = intent_of(limited(a_service(), latency_ms_max=15.0), "j")
    scene.do(lambda state, now: received(state, nearer, None, now))
    one = scene.state.intents["j"]
    assert one.state == "rejected" and one.reason.startswith("SUAN-U170") and one.proposal is not None
    assert (one.proposal.field, one.proposal.was, one.proposal.to) == ("latency", "15", "20")
    scene.do(commands.add_user("eve", ("user",), 100_000_000))
    scene.do(lambda state, now: received(state, msgspec.structs.replace(nearer, id="k", user="eve"), None, now))
    assert scene.state.intents["k"].state == "received", "another's is another's"


def test_more_money_than_there_is_beside_those_accepted_before() -> None:
    scene = Kept(limited(a_service(most=1), budget_micro=60_000_000))
    dear = msgspec.structs.replace(limited(a_service(most=1), budget_micro=70_000_000), name="other")
    scene.do(lambda state, now: received(state, intent_of(dear, "j"), None, now))
    one = scene.state.intents["j"]
    assert one.state == "rejected" and "130 CNY a day" in one.reason and one.proposal is not None
    assert one.proposal.to == "40 CNY"


def test_of_two_that_were_heard_at_once_only_the_first_is_accepted() -> None:
    scene = Scene(a_node("a"))
    for name, ms in (("i", 20.0), ("j", 15.0)):
        intent = intent_of(limited(a_service(), latency_ms_max=ms), name)
        scene.do(lambda state, now, intent=intent: received(state, intent, None, now))
    service = scene.publish(a_service())
    scene.do(lambda state, now: accepted(state, "i", "ann", service.id, now))
    with pytest.raises(ConflictFault, match="SUAN-U170"):
        accepted(scene.state, "j", "ann", service.id, scene.now)
    assert accepted(scene.state, "i", "ann", service.id, scene.now) == [], "twice changes nothing"


def test_nobody_sees_or_ends_the_intent_of_another() -> None:
    scene = Kept(a_service())
    for who, name in (("eve", "i"), ("ann", "x")):
        with pytest.raises(NotFoundFault, match="SUAN-N017"):
            find_intent(scene.state, name, who)
    assert find_intent(scene.state, "web", None) is scene.one


def test_there_are_only_so_many() -> None:
    state = State()
    for number in range(1_000):
        fold(state.intents, ev.IntentReceived(at=0.0, intent=intent_of(a_service(), f"i{number}")))
    with pytest.raises(QuotaFault, match="SUAN-U172"):
        received(state, intent_of(a_service(), "more"), None, 0.0)
    assert received(state, intent_of(a_service(), "i7"), None, 0.0) == [], "the same again is nothing"


def test_what_no_node_can_take_is_rejected() -> None:
    scene = Scene(a_node("a"))
    demand = a_demand(needs=msgspec.structs.replace(a_demand().needs, cpu_milli=10**6))
    job = JobState(id="r", number=0, key="", user="ann", demand=demand, digest="", accepted_at=scene.now)
    job.tasks, job.attempts, job.quorum, job.given, job.outcomes = bytearray(1), bytearray(1), bytearray(1), [()], [None]
    answer = rehearse(scene.state, job, (0,), scene.now)
    assert isinstance(answer, Refusal)
    intent = Intent(id="i", user="ann", words="w", kind="job", name="job", targets=of_job(demand))
    scene.do(lambda state, now: received(state, intent, answer, now))
    one = scene.state.intents["i"]
    assert one.state == "rejected" and one.reason.startswith("SUAN-P012") and one.proposal is not None


# for any course of things

TIMES = st.lists(st.tuples(st.floats(0.1, 5_000.0), st.sampled_from(["met", "missed", "other"])), max_size=30)


@given(TIMES, st.floats(60.0, 7_200.0))
def test_windows_are_parts_of_the_whole_and_nothing_is_counted_twice(course: list[tuple[float, str]], window_s: float) -> None:
    targets = (Target(measure="available", limit=1.0), Target(measure="latency", limit=20.0))
    intents: dict[str, IntentState] = {}
    at = 1_000.0
    fold(intents, ev.IntentReceived(at=at, intent=msgspec.structs.replace(intent_of(a_service()), targets=targets)))
    fold(intents, ev.IntentAccepted(at=at, intent_id="i", about="s"))
    for rest, how in course:
        at += rest
        found = tuple(_found(t, how != {"available": "missed", "latency": "other"}[t.measure]) for t in targets)
        event = ev.IntentJudged(at=at, intent_id="i", found=found)
        if (intents["i"].state, "met" if how == "met" else "missed") in INTENT_NEXT:
            fold(intents, event)
    now = at + 10.0
    report = report_of(intents["i"], now, window_s, 10_000)
    whole = report.whole
    for figure in ("compliant_s", "degraded_s"):
        assert sum(getattr(w, figure) for w in report.windows) == pytest.approx(getattr(whole, figure))
    assert all(w.compliant_s + w.degraded_s <= w.until_at - w.from_at + 1e-6 for w in report.windows)
    assert all(h.missed_s <= whole.degraded_s + 1e-6 for h in whole.targets)
    assert 0.0 <= whole.share <= 1.0


def _found(target: Target, met: bool) -> Found:
    return Found(measure=target.measure, limit=target.limit, value=None, met=met, how="by chance")


DEEDS = st.lists(st.sampled_from(["tick", "mute", "heard", "end", "lose", "withdraw", "own"]), max_size=25)


@settings(max_examples=40, deadline=None)
@given(DEEDS, st.floats(0.0, 1.0))
def test_whatever_happens_money_is_only_moved_and_never_given_back_twice_or_above_the_rate(
    deeds: list[str], part: float
) -> None:
    scene = Kept(a_service(least=2), a_node("a"), a_node("b"))
    scene.state.intents["i"].intent = msgspec.structs.replace(scene.one.intent, credit=part)
    parts = list[bytes]()
    for deed in ("tick", *deeds, "tick"):
        _do(scene, deed)
        assert scene.state.ledger.total() == 0
        kept = saved(scene.state, Tree(), 0)
        parts += kept.grown
        scene.state.touched.clear()
        jobs = scene.state.jobs.values()
        assert all(0 <= job.credited_micro <= part * job.posted_micro for job in jobs)
        assert sum(job.credited_micro for job in jobs) == scene.one.credited_micro
        assert (
            credited(scene.state, [ev.JobEnded(at=0.0, job_id=j.id, state="", reason="") for j in jobs if j.final], 0.0) == []
        )
    again = state_of(msgspec.msgpack.decode(kept.living, type=Living), [msgspec.msgpack.decode(p, type=Grown) for p in parts])
    assert again.intents == scene.state.intents and again.ledger.rows() == scene.state.ledger.rows()
    assert again.jobs == scene.state.jobs, "what was credited when it was over is known too"


def _do(scene: Kept, deed: str) -> None:
    running = [j for j in scene.service.instances if any(h.live for h in scene.state.jobs[j].placements.values())]
    match deed:
        case "mute":
            scene.mute |= {c.node_id for c in scene.seen().contacts.values()}
        case "heard":
            scene.mute.clear()
        case "end" if running:
            scene.end(running[0])
        case "lose" if running:
            held = next(h for h in scene.state.jobs[running[0]].placements.values() if h.live)
            apply(
                scene.state, ev.PlacementLost(at=scene.now, job_id=running[0], placement_id=held.placement.id, reason="silent")
            )
        case "withdraw":
            scene.do(lambda state, now: withdrawn(state, "i", "ann", now))
        case _:
            scene.ticks(4)


def test_what_a_service_and_a_job_are_measured_by() -> None:
    service = limited(
        a_service(least=2, most=3, deadline_ms=30.0),
        latency_ms_max=20.0,
        budget_micro=5_000_000,
        carbon_g_max=7.0,
        regions=("x",),
    )
    found = {t.measure: t.limit for t in of_service(service)}
    assert found == {"available": 2.0, "latency": 20.0, "answer": 30.0, "spend": 15.0, "carbon": 21.0, "region": 1.0}
    resting = msgspec.structs.replace(service, scale=Scale(least=0, most=3))
    assert "available" not in {t.measure for t in of_service(resting)}, "none are wanted while nobody asks"
    job = msgspec.structs.replace(
        a_demand(), limits=msgspec.structs.replace(a_demand().limits, finish_s_max=9.0, carbon_g_max=2.0)
    )
    assert {t.measure: t.limit for t in of_job(job)} == {"done": 1.0, "finish": 9.0, "cost": 1.0, "carbon": 2.0}
