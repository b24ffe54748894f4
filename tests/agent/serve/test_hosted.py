"""What an instance is told, and what is said of how it ended."""

import asyncio
import contextlib
from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from suanwang.agent.places import Place
from suanwang.agent.serve.hosted import DRAIN_S, Hosted
from suanwang.agent.serve.instance import Instance
from suanwang.agent.work import spec_of
from suanwang.drivers.runtime import RunResult, RunSpec, run_one
from suanwang.model.demand import Command, Python
from suanwang.model.fault import RuntimeFault
from suanwang.model.order import Order
from tests.agent.serve.scene import Health, instance, serve_order
from tests.agent.stage import DONE, FakeRuntime, play, until_cancelled

PLACE = Place(Path("/p"), Path("/p/files"), Path("/p/stdout"), Path("/p/stderr"))


def spec(one: Order) -> RunSpec:
    return spec_of(one, 0, None, PLACE, 1000)


def hosted(inner: FakeRuntime, one: Instance) -> Hosted:
    async def stood(_: RunSpec) -> contextlib.AbstractContextManager[Instance]:
        return standing()

    @contextlib.contextmanager
    def standing() -> Generator[Instance]:
        yield one

    return Hosted(inner, stood)


def test_it_is_told_where_to_listen_and_may_whatever_the_demand_said_of_the_network() -> None:
    async def scene() -> None:
        inner = FakeRuntime()
        await run_one(hosted(inner, instance(Health())), spec(serve_order(env=(("PORT", "7"),))), asyncio.Event())
        (ran,) = inner.specs
        assert dict(ran.env)["PORT"] == "1" and dict(ran.env)["HOST"] == "0.0.0.0"
        assert isinstance(ran.work, Command) and ran.work.network and ran.drain_s == DRAIN_S and ran.namespace == ""

    play(scene())


def test_one_that_ends_unasked_has_failed_even_in_peace() -> None:
    async def scene(played: RunResult, code: str) -> None:
        async def ends(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
            return played

        result = await run_one(hosted(FakeRuntime(ends), instance(Health())), spec(serve_order()), asyncio.Event())
        assert (result.state, result.code) == ("failed", code)

    play(scene(DONE, "exit"))
    play(scene(msgspec.structs.replace(DONE, state="failed", code="exit", exit_code=3), "exit"))
    play(scene(msgspec.structs.replace(DONE, state="failed", code="memory"), "memory"))


def test_one_that_was_stopped_is_cancelled_and_one_that_was_given_up_has_failed_with_the_reason() -> None:
    async def scene() -> None:
        stop = asyncio.Event()
        one = instance(Health())
        running = asyncio.create_task(run_one(hosted(FakeRuntime(until_cancelled), one), spec(serve_order()), stop))
        await asyncio.sleep(0)
        stop.set()
        assert (await running).state == "cancelled" and one.draining
        ill = instance(Health())
        ill.give_up("it was ill")
        result = await run_one(hosted(FakeRuntime(until_cancelled), ill), spec(serve_order()), asyncio.Event())
        assert (result.state, result.code, result.note) == ("failed", "exit", "it was ill")

    play(scene())


def test_only_commands_can_listen() -> None:
    async def scene() -> None:
        work = msgspec.structs.replace(spec(serve_order()), work=Python(file="a.py"))
        with pytest.raises(RuntimeFault) as no:
            await run_one(hosted(FakeRuntime(), instance(Health())), work, asyncio.Event())
        assert no.value.code == "SUAN-R011"

    play(scene())
