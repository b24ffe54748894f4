"""An agent with instances of services, a played brain and a played runtime."""

import asyncio
from pathlib import Path

import msgspec

from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.model.fault import RuntimeFault
from suanwang.model.order import Attachment, DesiredState
from suanwang.model.steering import Contact, Loads
from tests.agent.serve.scene import FakeGround, Health, Metered, serve_order, serving_on
from tests.agent.stage import DONE, NODE, FakeBrain, FakeRuntime, agent, play, serving, until, until_cancelled

AT = Attachment(locator=0x0301, selectors=(("::1", 9),), lifetime_s=0.5)


class Domain(FakeBrain):
    """A brain that gives the node a place in the network."""

    def __init__(self, attachment: Attachment | None = AT) -> None:
        super().__init__()
        self.attachment = attachment

    def state(self, after: int = 0) -> DesiredState:
        return msgspec.structs.replace(super().state(after), attachment=self.attachment)

    def move(self, attachment: Attachment | None) -> None:
        self.attachment = attachment
        self.generation += 1
        self._change()

    @property
    def contacts(self) -> tuple[Contact, ...]:
        return self.reports[-1].reading.contacts if self.reports else ()


def test_an_instance_is_a_contact_from_its_first_good_check_until_its_end(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime, health, ground = Domain(None), Metered(until_cancelled), Health(None), FakeGround()
        one = serving_on(tmp_path / "serving", runtime, plain=ground, check=health)
        async with serving(agent(tmp_path, brain, FakeRuntime(), serving=one)):
            brain.give(serve_order(needs=msgspec.structs.replace(serve_order().needs, cpu_milli=500)))
            await until(lambda: health.asked > 2 and brain.reports)
            assert brain.contacts == () and runtime.now == 1
            health.takes = 0.002
            await until(lambda: brain.contacts)
            (contact,) = brain.contacts
            assert contact == Contact(id="job-x/1", node_id=NODE, address="fd00::1", port=8080, speed=0.5)
            await until(lambda: brain.reports[-1].loads)
            brain.take_back("job-x/1")
            await until(lambda: brain.acked)
            assert brain.outcomes[-1].state == "cancelled" and ground.taken == set()
            await until(lambda: brain.contacts == ())

    play(scene())


def test_one_that_dies_is_told_as_failed_and_to_selectors_as_ill_at_once(tmp_path: Path) -> None:
    async def scene() -> None:
        die = asyncio.Event()

        async def until_death(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
            await die.wait()
            return DONE

        brain, sent = Domain(), list[tuple[Loads, tuple[tuple[str, int], ...]]]()
        one = serving_on(tmp_path / "serving", Metered(until_death), sent=sent)
        async with serving(agent(tmp_path, brain, FakeRuntime(), serving=one)):
            brain.give(serve_order())
            await until(lambda: sent and sent[-1][0].loads[0].healthy)
            assert sent[-1][1] == AT.selectors and brain.contacts[0].locator == 0x0301
            die.set()
            await until(lambda: brain.acked)
            assert (brain.outcomes[-1].state, brain.outcomes[-1].code) == ("failed", "exit")
            await until(lambda: sent[-1][0].loads and not sent[-1][0].loads[0].healthy)
            await until(lambda: sent[-1][0].loads == ())  # after its lifetime nobody believes it anyway
            numbers = [loads.number for loads, _ in sent]
            assert numbers == sorted(set(numbers))

    play(scene())


def test_requests_in_flight_and_cores_are_in_the_report(tmp_path: Path) -> None:
    async def scene() -> None:
        brain, runtime, ground = Domain(None), Metered(until_cancelled), FakeGround()
        ground.busy = {1: 4, 2: 1}
        one = serving_on(tmp_path / "serving", runtime, plain=ground)
        async with serving(agent(tmp_path, brain, FakeRuntime(), serving=one)):
            brain.give(serve_order(1), serve_order(2))

            def told() -> dict[str, float]:
                loads = brain.reports[-1].loads if brain.reports else None
                return {load.contact: load.in_flight for load in loads.loads} if loads else {}

            await until(lambda: told() == {"job-x/1": 4, "job-x/2": 1})

    play(scene())


def test_a_node_that_starts_again_without_its_brain_serves_where_it_did(tmp_path: Path) -> None:
    async def scene() -> None:
        brain = Domain()
        one = serving_on(tmp_path / "serving", Metered(until_cancelled))
        async with serving(agent(tmp_path, brain, FakeRuntime(), serving=one)):
            brain.give(serve_order())
            await until(lambda: brain.contacts)
        brain.cut = True
        runtime = Metered(until_cancelled)
        again = serving_on(tmp_path / "serving", runtime)
        async with serving(agent(tmp_path, brain, FakeRuntime(), serving=again)):
            await until(again.contacts)
            assert again.contacts()[0].locator == 0x0301

    play(scene())


def test_before_a_new_node_knows_its_place_no_instance_starts(tmp_path: Path) -> None:
    async def scene() -> None:
        runtime = Metered(until_cancelled)
        one = serving_on(tmp_path / "serving", runtime)
        running = asyncio.create_task(anext(one.runtimes(serve_order())["process"].run((SPEC,), asyncio.Event())))
        await asyncio.sleep(0.05)
        assert runtime.now == 0
        one.follow(None)
        await until(lambda: runtime.now == 1)
        running.cancel()

    play(scene())


def test_a_node_that_gets_another_number_gives_up_what_stood_under_the_old_one(tmp_path: Path) -> None:
    async def scene() -> None:
        grounds = list[FakeGround]()

        def attach(locator: int) -> FakeGround:
            grounds.append(FakeGround(locator))
            return grounds[-1]

        brain = Domain()
        one = serving_on(tmp_path / "serving", Metered(until_cancelled), attach=attach)
        async with serving(agent(tmp_path, brain, FakeRuntime(), serving=one)):
            brain.give(serve_order(1))
            await until(lambda: brain.contacts)
            brain.move(msgspec.structs.replace(AT, locator=0x0302))
            await until(lambda: brain.acked)
            assert "place in the network" in brain.outcomes[-1].note and grounds[0].closed and not grounds[0].taken
            brain.give(serve_order(2))
            await until(lambda: brain.contacts)
            assert brain.contacts[0].locator == 0x0302
        assert grounds[1].closed

    play(scene())


def test_a_node_that_cannot_be_attached_serves_on_its_own_addresses(tmp_path: Path) -> None:
    async def scene() -> None:
        def attach(locator: int) -> FakeGround:
            raise RuntimeFault("SUAN-R041", "this node is in no network namespace with a name")

        brain, plain = Domain(), FakeGround()
        one = serving_on(tmp_path / "serving", Metered(until_cancelled), attach=attach, plain=plain)
        async with serving(agent(tmp_path, brain, FakeRuntime(), serving=one)):
            brain.give(serve_order())
            await until(lambda: brain.contacts)
            assert brain.contacts[0].locator == 0 and plain.taken == {1}

    play(scene())


def test_an_agent_that_is_stopped_in_the_moment_of_news_stops(tmp_path: Path) -> None:
    async def scene() -> None:
        brain = Domain()
        one = serving_on(tmp_path / "serving", Metered(until_cancelled))
        running = asyncio.create_task(agent(tmp_path, brain, FakeRuntime(), serving=one).run())
        await until(lambda: brain.reports)
        one.news.set()
        running.cancel()
        await asyncio.wait((running,), timeout=5)
        assert running.cancelled()

    play(scene())


def test_an_agent_that_serves_nothing_gives_the_order_back(tmp_path: Path) -> None:
    async def scene() -> None:
        brain = FakeBrain()
        async with serving(agent(tmp_path, brain, FakeRuntime())):
            brain.give(serve_order())
            await until(lambda: brain.returned)
            assert "SUAN-R011" in brain.returned[0][1]

    play(scene())


SPEC = RunSpec(
    work=serve_order().work,
    argv=("serve",),
    env=(),
    folder="/x",
    stdout="/x/o",
    stderr="/x/e",
    item="",
    fuel_max=1,
    cpu_milli=1000,
    memory_bytes_max=1 << 20,
    output_bytes_max=1 << 20,
    wall_s_max=10.0,
)
