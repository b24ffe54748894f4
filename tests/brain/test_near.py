"""Tasks and instances that are spread, jobs that stand beside or apart from others, and files that draw the next job."""

import msgspec
import pytest

from suanwang.brain import commands
from suanwang.brain.apply import apply
from suanwang.brain.decide import conclude, decide
from suanwang.brain.state import State
from suanwang.brain.views import bill_view
from suanwang.model import event as ev
from suanwang.model.data import Data
from suanwang.model.demand import Spread
from suanwang.model.fault import NotFoundFault
from suanwang.model.job import Outcome
from suanwang.model.node import Reading
from suanwang.model.plan import Plan
from suanwang.world.fold import heard
from tests.brain.sample import a_demand, a_node
from tests.brain.test_tend import Scene, a_service


class Played:
    """A state with nodes a, b, c, cheapest first, of two cores each."""

    def __init__(self) -> None:
        self.state, self.now = State(), 1_000.0
        self.do(commands.add_user("ann", ("user",), 100_000_000))
        self.do(commands.add_user("bob", ("user",), 100_000_000))
        for price, name in enumerate("abc", 1):
            self.do(commands.join(a_node(name, price=30_000 * price), "t"))

    def do(self, act) -> None:  # type: ignore[no-untyped-def]
        for event in act(self.state, self.now):
            apply(self.state, event)

    def submit(self, name: str, user: str = "ann", **more: object) -> str:
        demand = msgspec.structs.replace(a_demand(more.pop("tasks", 1)), name=name, **more)  # type: ignore[arg-type]
        self.do(commands.submit(f"job-{name}", user, demand, name))
        self.look(f"job-{name}")
        return f"job-{name}"

    def look(self, job_id: str) -> None:
        if (event := decide(self.state, self.state.jobs[job_id], self.now)) is not None:
            apply(self.state, event)

    def where(self, job_id: str) -> dict[str, int]:
        helds = [h for h in self.state.jobs[job_id].placements.values() if h.live]
        return {self.state.node_of(h).name: len(h.placement.tasks) for h in helds}

    def end(self, job_id: str) -> None:
        for held in list(self.state.jobs[job_id].placements.values()):
            done = tuple(Outcome(placement_id=held.placement.id, task=t, state="done", fuel=5) for t in held.placement.tasks)
            apply(self.state, ev.TasksEnded(at=self.now, job_id=job_id, placement_id=held.placement.id, outcomes=done))
        apply(self.state, conclude(self.state.jobs[job_id], self.now))  # type: ignore[arg-type]


def test_an_array_is_spread_and_what_is_lost_goes_where_there_is_room() -> None:
    played = Played()
    job = played.submit("j", tasks=3, spread=Spread(by="site", most=2))
    assert played.where(job) == {"a": 2, "b": 1}
    held = next(h for h in played.state.jobs[job].placements.values() if played.state.node_of(h).name == "b")
    apply(played.state, ev.PlacementLost(at=1.0, job_id=job, placement_id=held.placement.id, reason="", returned=True))
    played.look(job)
    assert played.where(job) == {"a": 2, "c": 1}  # b gave it back; a would be cheaper, and is full


def test_beside_apart_and_waiting_for_the_other() -> None:
    played = Played()
    first = played.submit("first", needs=msgspec.structs.replace(a_demand().needs, cpu_milli=1500))
    assert played.where(first) == {"a": 1}
    assert played.where(played.submit("away", apart="first")) == {"b": 1}
    assert played.where(played.submit("with-away", beside="away")) == {"b": 1}
    big = msgspec.structs.replace(a_demand().needs, cpu_milli=2000)
    stuck = played.submit("stuck", needs=big)
    assert played.where(stuck) == {"c": 1}
    waits = played.submit("waits", needs=big)
    beside = played.submit("beside", beside="waits")
    state = played.state.jobs[beside]
    assert (state.state, played.where(waits), beside in played.state.parked) == ("queued", {}, True)
    played.end(stuck)
    played.look(waits)
    played.look(beside)  # c is full: it waits for room there, though a has some
    assert (played.where(waits), played.where(beside)) == ({"c": 1}, {})
    played.end(waits)
    played.look(beside)
    assert played.where(beside) == {"c": 1}  # where the other was last


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"beside": "nobody"}, "SUAN-N001"),
        ({"apart": "hers"}, "SUAN-N001"),
        ({"data": (Data(size_bytes=1, node="nowhere"),)}, "SUAN-N002"),
        ({"data": (Data(size_bytes=1, site="nowhere"),)}, "SUAN-N016"),
    ],
)
def test_what_is_named_must_be_there_and_ones_own(more: dict[str, object], code: str) -> None:
    played = Played()
    played.submit("hers", user="bob")
    with pytest.raises(NotFoundFault) as caught:
        played.submit("j", **more)
    assert caught.value.code == code


def test_data_are_in_the_plan_and_on_the_bill_and_in_no_account() -> None:
    played = Played()
    data = Data(size_bytes=2 * 10**9, node="c", egress_micro_per_gb=3)
    job = played.submit("j", data=(data,))
    assert played.where(job) == {"a": 1}
    played.end(job)
    bill = bill_view(played.state, played.state.jobs[job], "CNY")
    assert (bill.moved_bytes, bill.elsewhere_micro) == (2 * 10**9, 6)
    assert bill.held_micro == bill.posted_micro + bill.voided_micro and played.state.ledger.total() == 0


def test_the_next_job_of_the_same_code_goes_where_the_code_is() -> None:
    played = Played()
    file = a_demand().files[0]
    for name in "abc":  # of one price, so that only files tell them apart
        played.do(commands.join(a_node(name), "t"))
    node = next(n for n in played.state.world.nodes if n.name == "b")
    played.state.world = heard(
        played.state.world, [Reading(node_id=node.id, generation=0, files=bytes.fromhex(file.sha256[:8]))], 1.0
    )
    for number in range(2):
        job = played.submit(f"j{number}")
        assert played.where(job) == {"b": 1}
    assert isinstance(played.state.world.held[f"{job}/1"].move_bytes, int)


def test_instances_are_spread_as_stated_and_a_newer_version_is_not_in_the_way_of_itself() -> None:
    scene = Scene(a_node("a"), a_node("b", price=1))
    service = scene.publish(a_service(least=3, most=3, drain_s=2.0))
    scene.step()
    assert scene.sites() == ["a-site", "a-site", "b-site"] or scene.sites() == ["a-site", "b-site", "b-site"]
    hard = a_service(least=3, most=3, drain_s=2.0)
    demand = msgspec.structs.replace(hard.demand, spread=Spread(by="site", most=1))
    scene.publish(msgspec.structs.replace(hard, demand=demand))
    for _ in range(30):
        scene.step()
    fresh = [j for j, i in service.instances.items() if i.version == 2]
    placed = [scene.state.node_of(h).name for j in fresh for h in scene.state.jobs[j].placements.values() if h.live]
    assert sorted(placed) == ["a", "b"] and len(fresh) == 3  # the third finds no site that may have it, and waits
    refused = next(scene.state.jobs[j] for j in fresh if not scene.state.jobs[j].placements)
    assert refused.id in scene.state.parked
    answer = decide(scene.state, refused, scene.now)
    assert answer is None and not isinstance(answer, Plan)
