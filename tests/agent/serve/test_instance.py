"""One instance: well, ill, given up, stopped."""

import asyncio

import pytest

from suanwang.agent.serve import instance as serve_instance
from suanwang.agent.serve.instance import ILL_CHECKS
from tests.agent.serve.scene import Health, instance
from tests.agent.stage import play, until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STARTING_EVERY_S", "EVERY_S_MIN"):
        monkeypatch.setattr(serve_instance, name, 0.001)


def test_it_is_unknown_then_well_then_ill_after_some_bad_checks_in_a_row_and_well_again_after_one_good_one() -> None:
    async def scene() -> None:
        health, told, stop = Health(None), list[bool | None](), asyncio.Event()
        one = instance(health, told)
        tending = asyncio.create_task(one.until(stop))
        await until(lambda: health.asked > 5)
        assert one.well is None and one.latency_ms == 0 and told == []
        health.takes = 0.004
        await until(lambda: one.well)
        assert told == [True]
        asked, health.takes = health.asked, None
        await until(lambda: one.well is False)
        assert health.asked >= asked + ILL_CHECKS and one.latency_ms >= 4
        health.takes = 0.004
        await until(lambda: one.well)
        stop.set()
        assert await tending == "" and one.draining
        assert told == [True, False, True, True]

    play(scene())


def test_single_bad_checks_are_forgiven() -> None:
    async def scene() -> None:
        answers = iter([0.001, None, None, 0.001] * 5)
        over = asyncio.Event()

        async def check(address: str, port: int, path: str, limit_s: float) -> float | None:
            try:
                return next(answers)
            except StopIteration:
                over.set()
                await asyncio.Event().wait()
                return None

        told = list[bool | None]()
        tending = asyncio.create_task(instance(check, told).until(asyncio.Event()))
        await over.wait()
        tending.cancel()
        assert told == [True]

    play(scene())


def test_one_that_never_gets_well_is_given_up_and_so_is_one_that_stays_ill(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        monkeypatch.setattr(serve_instance, "START_S_MAX", 0.05)
        assert "no 2xx or 3xx from /" in await instance(Health(None)).until(asyncio.Event())
        monkeypatch.setattr(serve_instance, "START_S_MAX", 60.0)
        monkeypatch.setattr(serve_instance, "ILL_S_MAX", 0.05)
        health = Health()
        one = instance(health)
        tending = asyncio.create_task(one.until(asyncio.Event()))
        await until(lambda: one.well)
        health.takes = None
        assert "was not good for 0.05 s" in await tending

    play(scene())


def test_a_check_that_hangs_shows_in_the_latency_before_it_fails() -> None:
    async def scene() -> None:
        hang = asyncio.Event()
        asked = 0

        async def check(address: str, port: int, path: str, limit_s: float) -> float | None:
            nonlocal asked
            asked += 1
            if asked > 1:
                hang.set()
                await asyncio.Event().wait()
            return 0.001

        one = instance(check)
        tending = asyncio.create_task(one.until(asyncio.Event()))
        await hang.wait()
        await until(lambda: one.latency_ms > 20)
        assert one.well and one.asking
        tending.cancel()

    play(scene())
