"""No demand that the door takes and no node that it admits makes the brain decide what it cannot write and read again."""

import math
from collections.abc import Callable, Sequence

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from suanwang.brain import commands
from suanwang.brain.apply import apply
from suanwang.brain.decide import conclude, decide, lost
from suanwang.brain.state import State
from suanwang.brain.views import account_view, bill_view, desired_view, job_view, node_view, task_view
from suanwang.intent import check
from suanwang.market.bill import csv
from suanwang.model import event as ev
from suanwang.model.demand import TRUST_LEVELS, AcceleratorNeed, Command, Demand, Item, Limits, Needs, Python, Verify, Wasm
from suanwang.model.fault import Fault
from suanwang.model.file import FileRef
from suanwang.model.job import Outcome, result_hash
from suanwang.model.node import Accelerator, Capacity, Node, Offer, Reading, Speed
from suanwang.model.view import Report
from suanwang.model.where import Place
from suanwang.world.fold import heard
from tests.brain.sample import a_node

YEAR_S = 366 * 86400.0
one_of = st.sampled_from


def whole(most: int) -> st.SearchStrategy[int]:
    return one_of((0, 1, most - 1, most)) | st.integers(0, most)


def real(most: float) -> st.SearchStrategy[float]:
    return one_of((5e-324, 1e-9, 1.0, most)) | st.floats(0.0, most, exclude_min=True)


PLACES = st.builds(
    Place, name=one_of(("", "shenzhen")), latitude=one_of((-90.0, 22.5, 90.0)), longitude=one_of((-180.0, 114.1, 180.0))
)
LIMITS = st.builds(Limits, budget_micro=one_of((None, 10**6, 10**12))) | st.builds(
    Limits,
    latency_ms_max=st.none() | real(3.6e6),
    budget_micro=st.none() | whole(10**15),
    finish_s_max=st.none() | real(YEAR_S),
    carbon_g_max=st.none() | real(1e12),
    regions=one_of(((), ("guangdong",))),
    trust=one_of(TRUST_LEVELS),
)
NEEDS = st.just(Needs(cpu_milli=1, memory_bytes=1)) | st.builds(
    Needs,
    cpu_milli=whole(10**7),
    memory_bytes=whole(2**60),
    accelerator=st.none() | st.builds(AcceleratorNeed, count=whole(1024), kinds=one_of(((), ("a100",), ("a100", "h100")))),
    arch=one_of(("", "x86_64", "aarch64")),
)
DEMANDS = st.builds(
    Demand,
    name=st.just("job"),
    work=one_of((Wasm(file="x"), Python(file="x"), Command(argv=("x",)))),
    files=st.just((FileRef(path="x", sha256="0" * 64, size=1),)),
    items=one_of((0, 0, 2, 40)).map(lambda n: tuple(Item(value=str(i)) for i in range(n))),
    near=st.none() | PLACES,
    needs=NEEDS,
    limits=LIMITS,
    prefer=one_of(("price", "latency", "speed", "carbon")),
    fuel_per_task=one_of((0, 1, 10**9)) | whole(10**18),
    task_s_max=real(YEAR_S),
    verify=st.just(Verify()) | st.builds(Verify, replicas=one_of((1, 2, 3)), quorum=one_of((1, 2)), adaptive=st.booleans()),
)


def absurd(node: Node, *, a100: int, place: Place, speed: Speed, offer: Offer, cpu: int, memory: int, **more: object) -> Node:
    site = msgspec.structs.replace(node.site, place=place, carbon_g_kwh=more.pop("carbon"), pue=more.pop("pue"))
    cards = (Accelerator(kind="a100", vendor="nvidia", name="A100", count=a100),) if a100 else ()
    capacity = Capacity(cpu_milli=cpu, memory_bytes=memory, accelerators=cards)
    return msgspec.structs.replace(node, site=site, capacity=capacity, speed=speed, offer=offer, **more)


NODES = st.builds(a_node, one_of(("n1", "n2", "n3")), owner=one_of(("olga", "owen", "ann")), cores=st.just(64)) | st.builds(
    absurd,
    st.builds(a_node, one_of(("n1", "n2", "n3"))),
    a100=one_of((0, 1, 1024)),
    place=PLACES,
    speed=st.builds(Speed, fuel_per_cpu_s=one_of((1e5, 1e14)), fuel_per_s=one_of((1e5, 1e14))),
    offer=st.builds(Offer, price_micro_per_tfuel=whole(10**12), price_micro_per_accelerator_hour=whole(10**12)),
    cpu=whole(10**8 - 1).map(lambda n: n + 1),
    memory=whole(2**60 - 1).map(lambda n: n + 1),
    carbon=one_of((0.0, 5000.0)),
    pue=one_of((1.0, 10.0)),
    cap=one_of((0.01, 1.0)),
    watts_per_core=one_of((0.0, 10_000.0)),
    sandbox=one_of(("", "bubblewrap")),
)
"""As far as api.particulars lets a node go."""
OUTCOMES = st.builds(
    Outcome,
    placement_id=st.just(""),
    task=st.just(0),
    state=one_of(("done", "done", "done", "failed", "cancelled", "odd")),
    result_sha256=one_of((result_hash((), None), result_hash((), None), "another")),
    fuel=whole(10**18),
    cpu_s=one_of((0.0, 1.0, 1e12, -1.0)),
    wall_s=one_of((0.0, 2.0, 1e9)),
    started_at=one_of((0.0, 1_000.0, 1e11, 1e12)),
)
STEPS = st.lists(DEMANDS | NODES | OUTCOMES | one_of((1.0, 4000.0)), max_size=12)


HAIR = Demand(
    name="job",
    work=Wasm(file="x"),
    files=(FileRef(path="x", sha256="0" * 64, size=1),),
    near=Place(name="", latitude=40.0, longitude=116.0),
    limits=Limits(latency_ms_max=5e-324),
)
"""A limit so small that whatever misses it misses it infinitely."""


class Pure:
    """A brain without its loop: the same functions in the same order, every event as it would be written and read."""

    def __init__(self) -> None:
        self.state, self.now = State(), 1_000.0
        self.run(commands.add_user("ann", ("user",), 10**15))

    def run(self, act: Callable[[State, float], Sequence[ev.Event]]) -> None:
        try:
            self.take(act(self.state, self.now))
        except Fault:
            return
        for job_id in list(self.state.unfinished):
            job = self.state.jobs[job_id]
            while not job.final and (event := decide(self.state, job, self.now) or conclude(job, self.now)):
                self.take([event])
                if isinstance(event, ev.JobWaits):
                    break

    def take(self, events: Sequence[ev.Event]) -> None:
        for event in events:
            assert again(event, ev.Event) == event
            try:
                apply(self.state, event)
            except Fault as fault:
                raise AssertionError(f"an event contradicts the state: {fault}") from fault

    def join(self, node: Node) -> None:
        self.run(commands.join(node, ""))
        self.state.world = heard(self.state.world, (Reading(node_id=node.id, generation=0),), self.now)

    def report(self, like: Outcome) -> None:
        """Every node tells the same of one task of each of its placements."""
        for node_id in self.state.joined:
            told = list[Outcome]()
            for placement_id in self.state.live[node_id]:
                job = self.state.jobs[placement_id.rsplit("/", 1)[0]]
                held = job.placements[placement_id]
                task = next(t for t in held.placement.tasks if t not in held.told)
                fuel = min(like.fuel, held.placement.fuel_max - held.fuel)
                told.append(msgspec.structs.replace(like, placement_id=placement_id, task=task, fuel=fuel))
            report = Report(reading=Reading(node_id=node_id, generation=0), outcomes=tuple(told))
            self.run(commands.report(node_id, report, lambda _: True, []))

    def pass_s(self, seconds: float) -> None:
        self.now += seconds
        for node_id in self.state.joined:
            self.run(lambda state, now, gone=node_id: lost(state, gone, "silent", now))


def again(value: object, kind: object) -> object:
    """As it reads after it was written. JSON knows neither infinity nor what is no number: they come back as null."""
    return msgspec.json.decode(msgspec.json.encode(value), type=kind)  # type: ignore[arg-type]


@example([a_node("n1")], [HAIR])
@given(st.lists(NODES, min_size=1, max_size=3), STEPS)
@settings(deadline=None, max_examples=200)
def test_whatever_happens_can_be_written_shown_and_paid(
    nodes: list[Node], steps: list[Demand | Node | Outcome | float]
) -> None:
    brain = Pure()
    for node in nodes:
        brain.join(node)
    for number, step in enumerate(steps):
        if isinstance(step, Demand):
            try:
                demand = check(step)
            except Fault:
                continue
            brain.run(commands.submit(f"job-{number}", "ann", demand, str(number)))
        elif isinstance(step, Node):
            brain.join(step)
        elif isinstance(step, Outcome):
            brain.report(step)
        else:
            brain.pass_s(step)
    state = brain.state
    assert state.ledger.total() == 0 and account_view(state, "ann", "CNY").balance_micro >= 0
    for job in state.jobs.values():
        views = (
            job_view(state, job),
            bill_view(state, job, "CNY"),
            *(task_view(state, job, i) for i in range(len(job.tasks))),
        )
        assert all(again(view, type(view)) == view for view in views) and csv(bill_view(state, job, "CNY"))
        assert math.isfinite(bill_view(state, job, "CNY").carbon_g)
    for node_id in state.joined:
        node = state.node(node_id)
        assert node is not None
        told = (desired_view(state, node_id, 0), node_view(state, node, brain.now, 10.0))
        assert all(again(view, type(view)) == view for view in told)
