"""Services as they live: instances start, are spread, replaced one by one, let go quietly, and start again after they fail."""

from collections.abc import Callable
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.api.catalogue import Words
from suanwang.api.render.services import service_page
from suanwang.brain import commands
from suanwang.brain.apply import apply
from suanwang.brain.decide import conclude, decide
from suanwang.brain.fleet import ServiceState
from suanwang.brain.network import Ear
from suanwang.brain.outlook import service_view
from suanwang.brain.state import State
from suanwang.brain.tend import Seen, contacts, tend
from suanwang.model import event as ev
from suanwang.model.demand import Command, Demand, Limits, Needs, Serve
from suanwang.model.job import Outcome
from suanwang.model.network import Network, Router
from suanwang.model.node import Node, Reading
from suanwang.model.serving import Scale, Service
from suanwang.model.steering import Contact, Load, Loads
from suanwang.model.view import Report
from suanwang.steer.address import contact as address
from suanwang.steer.address import number_of
from suanwang.trust.identity import cs_id
from suanwang.trust.key import public_of
from suanwang.world.fold import heard
from tests.brain.sample import a_node, key_of

KEY = public_of(key_of("a service"))


def a_service(least: int = 1, most: int = 4, argv: str = "serve", **more: object) -> Service:
    demand = Demand(
        name="web",
        work=Command(argv=(argv,), network=True),
        needs=Needs(cpu_milli=500),
        limits=Limits(budget_micro=100_000),
        serve=Serve(service="", cs_id=""),
        task_s_max=86_400.0,
        outputs=(),
    )
    return Service(name="web", demand=demand, scale=Scale(least=least, most=most), **more)  # type: ignore[arg-type]


class Scene:
    """A state with nodes that are played: whatever is placed is up at once, unless its job is in `broken`."""

    def __init__(self, *nodes: Node, routers: tuple[Router, ...] = ()) -> None:
        self.state, self.now = State(), 1_000.0
        self.broken = set[str]()
        self.do(commands.add_user("ann", ("user",), 100_000_000))
        self.do(commands.tell_network(Network(routers=routers)))
        for node in nodes:
            self.do(commands.join(node, "t"))
        self.wanted: dict[str, int] = {}

    def do(self, act: Callable[[State, float], object]) -> None:
        for event in act(self.state, self.now):  # type: ignore[attr-defined]
            apply(self.state, event)

    def publish(self, service: Service) -> ServiceState:
        self.do(commands.publish("ann", service, KEY.hex(), "statement"))
        return next(iter(self.state.fleet.services.values()))

    def seen(self) -> Seen:
        readings = []
        for node_id, live in self.state.live.items():
            told = [self._contact(placement) for placement in live if placement.rsplit("/", 1)[0] not in self.broken]
            readings.append(Reading(node_id=node_id, generation=0, contacts=tuple(told)))
        self.state.world = heard(self.state.world, readings, self.now)
        return Seen(contacts=contacts(self.state), wanted=self.wanted)

    def _contact(self, placement: str) -> Contact:
        node = self.state.jobs[placement.rsplit("/", 1)[0]].placements[placement].placement.node_id
        locator = self.state.fleet.locators.get(node, 0)
        where = address(locator, 1) if locator else "192.0.2.1"
        return Contact(id=placement, node_id="whoever", address=where, port=8080, function=1 if locator else 0)

    def step(self, seconds: float = 1.0) -> list[ev.Event]:
        """Time passes: services are tended, what waits is placed, what is cancelled ends."""
        self.now += seconds
        events = tend(self.state, self.seen(), self.now)
        for event in events:
            apply(self.state, event)
        for job_id in list(self.state.unfinished):
            job = self.state.jobs[job_id]
            if job.cancelling:
                for held in [h for h in job.placements.values() if h.live]:
                    self._end(job_id, held.placement.id, "cancelled", "cancelled")
            if (decided := decide(self.state, job, self.now)) is not None:
                apply(self.state, decided)
            if (ended := conclude(job, self.now)) is not None:
                apply(self.state, ended)
        return events

    def _end(self, job_id: str, placement: str, how: str, code: str) -> None:
        outcome = Outcome(placement_id=placement, task=0, state=how, code=code, exit_code=3 if code == "exit" else 0)
        apply(self.state, ev.TasksEnded(at=self.now, job_id=job_id, placement_id=placement, outcomes=(outcome,)))

    def crash(self, job_id: str) -> None:
        held = next(h for h in self.state.jobs[job_id].placements.values() if h.live)
        self._end(job_id, held.placement.id, "failed", "exit")

    def sites(self) -> list[str]:
        helds = [h for job in self.state.jobs.values() for h in job.placements.values() if h.live]
        return sorted(self.state.node_of(h).site.name for h in helds)


def test_as_many_start_as_are_wanted_and_each_at_another_site() -> None:
    scene = Scene(a_node("a"), a_node("b"), a_node("c"))
    service = scene.publish(a_service(least=3))
    scene.step()
    assert scene.sites() == ["a-site", "b-site", "c-site"]
    assert service.cs_id == cs_id(KEY) and all(i.version == 1 for i in service.instances.values())
    assert scene.step() == []


def test_only_at_the_chosen_sites() -> None:
    scene = Scene(a_node("a"), a_node("b", price=1))
    scene.publish(a_service(least=2, sites=("a-site",)))
    scene.step()
    assert scene.sites() == ["a-site", "a-site"]


def test_more_are_wanted_then_fewer_and_the_spare_ones_go_quietly() -> None:
    scene = Scene(a_node("a"), a_node("b"))
    service = scene.publish(a_service(least=1, drain_s=5.0))
    scene.step()
    scene.wanted = {service.id: 3}
    scene.step()
    assert len(service.instances) == 3
    scene.wanted = {service.id: 1}
    retired = [e for e in scene.step() if isinstance(e, ev.InstanceRetired)]
    assert len(retired) == 2 and len(service.instances) == 3
    drains = contacts(scene.state)
    assert sorted(c.draining for c in drains.values()) == [False, True, True]
    scene.step(6.0)
    assert len(service.instances) == 1


def test_a_newer_version_replaces_the_older_one_and_never_are_fewer_up_than_wanted() -> None:
    scene = Scene(a_node("a"), a_node("b"))
    service = scene.publish(a_service(least=2, drain_s=2.0))
    scene.step()
    scene.publish(a_service(least=2, argv="serve-2", drain_s=2.0))
    fewest = 2
    for _ in range(20):
        scene.step()
        up = [j for j, i in service.instances.items() if not i.retired_at and j in contacts(scene.state)]
        fewest = min(fewest, len(up))
    assert fewest == 2
    assert [i.version for i in service.instances.values()] == [2, 2]


def test_an_instance_that_fails_is_started_again_and_each_time_later() -> None:
    scene = Scene(a_node("a"))
    service = scene.publish(a_service(least=1))
    starts: list[float] = []
    for _ in range(200):
        starts += [scene.now + 0.5 for e in scene.step(0.5) if isinstance(e, ev.JobAccepted)]
        for job in list(service.instances):
            if any(h.live for h in scene.state.jobs[job].placements.values()):
                scene.crash(job)
                for event in [conclude(scene.state.jobs[job], scene.now)]:
                    apply(scene.state, event)  # type: ignore[arg-type]
    gaps = [b - a for a, b in pairwise(starts)]
    assert len(starts) >= 5 and gaps == sorted(gaps) and gaps[-1] > 10 * gaps[0]
    failing = service_view(scene.state, Ear(), service, scene.now).failing
    assert failing is not None and failing.many == service.started and failing.again_at > failing.at
    assert (failing.node, failing.state, failing.reason, failing.exit_code) == ("a", "failed", "exit", 3)


def test_of_a_service_that_no_node_takes_the_refusal_is_shown() -> None:
    scene = Scene(a_node("a"))
    needs = msgspec.structs.replace(a_service().demand.needs, cpu_milli=64_000)
    large = msgspec.structs.replace(a_service(), demand=msgspec.structs.replace(a_service().demand, needs=needs))
    service = scene.publish(large)
    scene.step()
    failing = service_view(scene.state, Ear(), service, scene.now).failing
    assert failing is not None and (failing.state, failing.node) == ("refused", "")
    page = "\n".join(str(part) for part in service_page(Words("en"), service_view(scene.state, Ear(), service, 0.0), scene.now))
    assert f"no node takes an instance: tries in a row 1, the last 0 s ago (suan why {failing.job})" in page
    published_anew = scene.publish(msgspec.structs.replace(large, drain_s=1.0))
    assert published_anew.failing is None


def test_an_instance_is_replaced_before_its_day_is_over() -> None:
    scene = Scene(a_node("a"), a_node("b"))
    service = scene.publish(a_service(least=1, drain_s=2.0))
    scene.step()
    (first,) = service.instances
    held = next(iter(scene.state.jobs[first].placements.values())).placement
    life_s = min(86_400.0, held.fuel_max / (2e9 * 0.5))
    scene.step(0.79 * life_s)
    assert list(service.instances) == [first]
    for _ in range(5):
        scene.step(0.02 * life_s)
    assert first not in service.instances and len(service.instances) == 1


def test_withdrawn_it_ends_and_is_forgotten() -> None:
    scene = Scene(a_node("a"))
    service = scene.publish(a_service(least=1, drain_s=1.0))
    scene.step()
    scene.do(commands.withdraw(service.id, "ann", False))
    for _ in range(4):
        scene.step()
    assert scene.state.fleet.services == {} and scene.state.ledger.total() == 0


def test_withdrawn_without_an_instance_it_is_forgotten_at_once() -> None:
    scene = Scene(a_node("a"))
    service = scene.publish(a_service(least=1))
    scene.do(commands.withdraw(service.id, "ann", False))
    assert scene.state.fleet.services == {}


def test_published_again_after_it_was_gone_its_instances_are_other_jobs() -> None:
    scene = Scene(a_node("a"))
    for times in (1, 2):
        service = scene.publish(a_service(least=1, drain_s=1.0))
        scene.step()
        assert len(service.instances) == 1 and len(scene.state.jobs) == times
        scene.do(commands.withdraw(service.id, "ann", False))
        for _ in range(4):
            scene.step()
        assert [job.state for job in scene.state.jobs.values()] == ["cancelled"] * times


def test_a_node_speaks_only_for_addresses_of_its_own() -> None:
    """Under its own prefix, of placements that it holds; anything else a node says of contacts is passed over."""
    router = Router(number=3, name="e1", roles=("egress",))
    scene = Scene(msgspec.structs.replace(a_node("a"), router=3), routers=(router,))
    assert list(scene.state.fleet.locators.values()) == [number_of(3, 1)]
    service = scene.publish(a_service(least=1))
    scene.step()
    (job,) = service.instances
    (good,) = scene.seen().contacts.values()
    assert (good.address, good.locator) == (address(number_of(3, 1), 1), number_of(3, 1))
    node = next(iter(scene.state.live))
    stranger = "2001:db8::1"
    for forged in (
        msgspec.structs.replace(good, address=stranger),
        msgspec.structs.replace(good, function=0, address=stranger, port=0),
        msgspec.structs.replace(good, id=f"{job}/77"),
        msgspec.structs.replace(good, function=5000),
    ):
        scene.state.world = heard(scene.state.world, [Reading(node_id=node, generation=0, contacts=(forged,))], scene.now)
        assert contacts(scene.state) == {}


@given(st.lists(st.sampled_from(["more", "less", "crash", "publish", "wait", "mute"]), max_size=25), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_whatever_happens_money_sums_to_zero_and_it_settles_at_what_is_wanted(steps: list[str], least: int) -> None:
    scene = Scene(a_node("a", cores=8), a_node("b", cores=8))
    service = scene.publish(a_service(least=least, most=6, drain_s=1.0))
    wanted = least
    for number, step in enumerate(steps):
        if step in ("more", "less"):
            wanted = max(least, min(6, wanted + (1 if step == "more" else -1)))
            scene.wanted = {service.id: wanted}
        elif step == "publish":
            scene.publish(a_service(least=least, most=6, argv=f"serve-{number}", drain_s=1.0))
        elif step in ("crash", "mute"):
            up = [j for j in service.instances if j in scene.seen().contacts]
            if up and step == "crash":
                scene.crash(up[0])
            elif up:
                scene.broken.add(up[0])
        scene.step()
        assert scene.state.ledger.total() == 0
    scene.broken.clear()
    for _ in range(60):
        scene.step(5.0)
    assert len(service.instances) == wanted
    assert all(i.version == service.version and not i.retired_at for i in service.instances.values())


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 5e-324, 1.0, 1e21]) | st.floats(0, 1e21)] * 3), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_whatever_a_node_tells_of_its_instance_it_is_looked_after(figures: list[tuple[float, float, float]]) -> None:
    """Everything that its noun lets pass."""
    scene, ear = Scene(a_node("a", cores=8)), Ear()
    service = scene.publish(a_service(least=1, most=3))
    scene.step()
    scene.seen()
    (contact,) = contacts(scene.state).values()
    for at, (in_flight, latency_ms, cpu) in enumerate(figures):
        load = Load(contact=contact.id, in_flight=in_flight, latency_ms=latency_ms, cpu=cpu)
        told = Loads(node_id=contact.node_id, number=at, at=0.0, lifetime_s=3.0, window_s=1.0, loads=(load,))
        report = Report(reading=scene.state.world.readings[contact.node_id], loads=told)
        ear.hear(scene.state, contact.node_id, report, float(at))
        shown = ear.look(scene.state, float(at), 1000.0 + at)
        assert 1 <= shown.seen.wanted[service.id] <= 3
        service_view(scene.state, ear, service, float(at))
