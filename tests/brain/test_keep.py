"""Intents are judged by what is measured, kept by moving and adding instances, reported and credited, once."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.api.catalogue import Words
from suanwang.api.render.intents import report_page
from suanwang.api.render.services import service_page
from suanwang.api.render.table import Table
from suanwang.brain import commands
from suanwang.brain.intents import IntentState, report_of
from suanwang.brain.keep import GRACE_S, LESS_S, MORE_S, Keeper, credited, found_of_service
from suanwang.brain.network import Ear
from suanwang.brain.outlook import service_view
from suanwang.brain.replay import Living, living_of, state_of
from suanwang.brain.state import apply
from suanwang.intent.targets import of_service
from suanwang.model import event as ev
from suanwang.model.demand import Limits
from suanwang.model.fault import ConflictFault
from suanwang.model.intent import INTENT_NEXT, Found, Intent
from suanwang.model.job import Outcome
from suanwang.model.node import Node, Reading
from suanwang.model.serving import Service
from suanwang.model.steering import Load, Loads
from suanwang.model.view import Report
from suanwang.model.where import Place
from tests.brain.sample import SHENZHEN, a_node
from tests.brain.test_tend import Scene, a_service

HARBIN = Place(name="harbin", name_zh="哈尔滨", region="heilongjiang", latitude=45.8, longitude=126.5)


def at(node: Node, place: Place) -> Node:
    return msgspec.structs.replace(node, site=msgspec.structs.replace(node.site, place=place))


def served(least: int = 1, most: int = 4, **limits: object) -> Service:
    service = a_service(least=least, most=most)
    demand = msgspec.structs.replace(service.demand, near=SHENZHEN, limits=Limits(budget_micro=5_000_000, **limits))  # type: ignore[arg-type]
    return msgspec.structs.replace(service, demand=demand)


class Kept(Scene):
    """A service under an intent; each step everybody tells how long answers take, and the intent is looked after."""

    def __init__(self, *nodes: Node, service: Service, credit: float = 0.5) -> None:
        super().__init__(*nodes)
        self.ear, self.keeper, self.latency_ms, self.silent = Ear(), Keeper(), 5.0, False
        self.ear.more = self.keeper.more
        self.service = self.publish(service)
        intent = Intent(id="intent-1", user="ann", words="keep it", kind="service", name="web", targets=of_service(service),
                        credit=credit)  # fmt: skip
        self.do(commands.receive_intent(intent, None))
        self.do(commands.accept_intent("intent-1", "ann", "web"))

    @property
    def intent(self) -> IntentState:
        return self.state.intents["intent-1"]

    def step(self, seconds: float = 1.0) -> list[ev.Event]:
        for node_id, live in () if self.silent else self.state.live.items():
            told = tuple(Load(contact=placement, in_flight=1.0, latency_ms=self.latency_ms) for placement in live)
            report = Report(reading=Reading(node_id=node_id, generation=0), loads=self.loads(node_id, told, self.now + seconds))
            self.ear.hear(self.state, node_id, report, self.now + seconds)
        self.seen()
        shown = self.ear.look(self.state, self.now + seconds, self.now + seconds)
        self.wanted = dict(shown.seen.wanted)
        events = super().step(seconds)
        kept = self.keeper.look(self.state, self.ear, self.now, self.now)
        for event in kept:
            apply(self.state, event)
        return [*events, *kept]

    def loads(self, node_id: str, told: tuple[Load, ...], now: float) -> Loads:
        return Loads(node_id=node_id, number=int(now), at=now, lifetime_s=3.0, window_s=1.0, loads=told)

    def steps(self, seconds: int) -> list[ev.Event]:
        return [event for _ in range(seconds) for event in self.step()]

    def up(self) -> list[str]:
        instances = service_view(self.state, self.ear, self.service, self.now).instances
        return sorted(i.node for i in instances if i.state == "up")

    def missed(self) -> list[str]:
        return [f.measure for f in self.intent.found if not f.met]


def test_it_is_compliant_once_it_has_held_for_a_while() -> None:
    scene = Kept(a_node("a"), service=served())
    scene.step()
    assert scene.intent.state == "accepted"
    scene.steps(int(GRACE_S) + 1)
    assert scene.intent.state == "compliant" and scene.missed() == []
    assert not [e for e in scene.steps(20) if isinstance(e, ev.IntentJudged)]  # nothing new is not said again


def test_who_is_not_heard_of_does_not_count_as_there() -> None:
    scene = Kept(a_node("a"), service=served())
    scene.steps(5)
    scene.silent = True
    scene.steps(8)
    assert scene.intent.state == "degraded" and scene.missed() == ["available"]
    scene.silent = False
    scene.steps(4)
    assert scene.intent.state == "compliant"


def test_an_instance_that_is_too_far_away_makes_way_for_one_that_is_not() -> None:
    scene = Kept(a_node("a", price=1), service=served(latency_ms_max=20.0))
    scene.steps(5)
    assert scene.intent.state == "compliant" and scene.up() == ["a"]
    scene.do(commands.join(at(a_node("a", price=1), HARBIN), "t"))  # its site has moved, or its distance was wrong
    scene.steps(5)
    assert scene.intent.state == "degraded" and scene.missed() == ["latency"]
    assert scene.intent.proposal is not None and scene.intent.proposal.field == "limits.latency"  # nobody else is there
    scene.do(commands.join(a_node("b"), "t"))
    events = scene.steps(30)
    moves = [e.move for e in events if isinstance(e, ev.InstanceMoved)]
    assert [(m.source, m.target) for m in moves] == [("a", "b")]
    assert moves[0].stays[0].value > 20.0 > moves[0].moves[0].value
    assert scene.up() == ["b"] and scene.intent.state == "compliant"
    assert any("takes the place of" in done.what for done in scene.intent.done)
    page = service_page(Words("en"), service_view(scene.state, scene.ear, scene.service, scene.now), scene.now)
    assert any("from a to b" in line for line in page if isinstance(line, str))


def test_while_answers_take_too_long_there_are_more_up_to_what_is_allowed_then_it_is_said_what_would_help() -> None:
    slow = msgspec.structs.replace(served(most=3), deadline_ms=50.0)
    scene = Kept(a_node("a"), a_node("b"), a_node("c"), a_node("d"), service=slow)
    scene.steps(5)
    assert scene.intent.state == "compliant" and len(scene.up()) == 1
    scene.latency_ms = 80.0
    scene.steps(int(4 * MORE_S))
    assert scene.intent.state == "degraded" and scene.missed() == ["answer"]
    assert len(scene.up()) == 3
    proposal = scene.intent.proposal
    assert proposal is not None and (proposal.field, proposal.was, proposal.to) == ("scale.max", "3", "4")
    scene.latency_ms = 10.0
    scene.steps(5)
    assert scene.intent.state == "compliant" and len(scene.up()) == 3
    scene.steps(int(3 * LESS_S))
    assert len(scene.up()) == 1 and scene.intent.state == "compliant"


def burned(scene: Kept, job_id: str, fuel: int) -> None:
    """An instance ends, and is paid for what it burned."""
    held = next(h for h in scene.state.jobs[job_id].placements.values() if h.live)
    outcome = Outcome(placement_id=held.placement.id, task=0, state="done", fuel=fuel, started_at=scene.now)
    told = ev.TasksEnded(at=scene.now, job_id=job_id, placement_id=held.placement.id, outcomes=(outcome,))
    ended = ev.JobEnded(at=scene.now, job_id=job_id, state="done", reason="")
    for event in (told, ended):
        apply(scene.state, event)
    for event in credited(scene.state, (told, ended), scene.now):
        apply(scene.state, event)


def test_of_what_was_charged_a_part_is_given_back_for_the_time_that_was_missed_and_only_once() -> None:
    scene = Kept(a_node("a", price=1_000_000), service=served())
    scene.steps(10)
    scene.silent = True
    scene.steps(10)
    scene.silent = False
    scene.steps(10)
    before = scene.state.ledger.balance("user:ann")
    job_id = next(iter(scene.service.instances))
    burned(scene, job_id, 2 * 10**11)
    job, one = scene.state.jobs[job_id], scene.intent
    missed = one.missed_s(job.placed_at, job.ended_at)
    assert job.posted_micro == 200_000 and 0 < missed < 10
    assert job.credited_micro == int(0.5 * 200_000 * missed / (job.ended_at - job.placed_at)) == one.credited_micro > 0
    assert scene.state.ledger.total() == 0
    assert scene.state.ledger.balance("user:ann") >= before + job.credited_micro
    again = ev.IntentCredited(at=scene.now, intent_id="intent-1", job_id=job_id, amount_micro=1, missed_s=1.0, of_s=1.0)
    with pytest.raises(ConflictFault, match="was credited already"):
        apply(scene.state, again)
    assert credited(scene.state, (ev.JobEnded(at=scene.now, job_id=job_id, state="done", reason=""),), scene.now) == []
    view = service_view(scene.state, scene.ear, scene.service, scene.now)
    found = found_of_service(scene.state, scene.ear, scene.intent, scene.service, view, scene.now, scene.now)
    spent = next(f for f in found if f.measure == "spend")
    assert spent.value == pytest.approx(0.2)


def test_an_intent_outlives_a_snapshot() -> None:
    scene = Kept(a_node("a"), service=served())
    scene.steps(5)
    packed = msgspec.msgpack.encode(living_of(scene.state))
    again = state_of(msgspec.msgpack.decode(packed, type=Living))
    assert again.intents == scene.state.intents and again.intents["intent-1"].state == "compliant"


def test_two_limits_of_one_measure_are_a_contradiction_and_more_than_there_is_as_well() -> None:
    scene = Kept(a_node("a"), service=served(latency_ms_max=20.0))
    for number, (name, service, field) in enumerate(
        (("web", served(latency_ms_max=10.0), "latency"), ("other", served(most=100), "limits.budget"))
    ):
        intent = Intent(id=f"intent-{number + 2}", user="ann", words="", kind="service", name=name, targets=of_service(service))
        scene.do(commands.receive_intent(intent, None))
        one = scene.state.intents[intent.id]
        assert one.state == "rejected" and one.reason.startswith("SUAN-U170")
        assert one.proposal is not None and one.proposal.field == field
    assert scene.intent.state == "accepted"


MOVES = st.lists(st.tuples(st.sampled_from([event for _, event in INTENT_NEXT]), st.floats(0.1, 5_000.0)), max_size=30)


@given(MOVES)
def test_windows_add_up_to_the_whole_whatever_happens(moves: list[tuple[str, float]]) -> None:
    one = IntentState(intent=Intent(id="i", user="u", words="", kind="service", name="s", targets=of_service(served())))
    now = 0.0
    for happening, after in moves:
        now += after
        one.found = (Found(measure="available", limit=1.0, value=0.0, met=happening != "missed", how=""),)
        try:
            one.move(happening, now)
        except ConflictFault:
            assert (one.state, happening) not in INTENT_NEXT
    if not one.spans:
        return
    report = report_of(one, now + 1.0, 60.0, 10_000)
    for of in ("compliant_s", "degraded_s"):
        assert sum(getattr(w, of) for w in report.windows) == pytest.approx(getattr(report.whole, of))
    available = next(t for t in report.whole.targets if t.measure == "available")
    assert available.missed_s == pytest.approx(report.whole.degraded_s)
    assert any(isinstance(part, Table | str) for part in report_page(Words("zh"), report, now))
