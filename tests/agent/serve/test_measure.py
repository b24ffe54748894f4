"""Windows: what was looked at becomes one number of each kind."""

import asyncio
from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from suanwang.agent.serve.instance import Instance
from suanwang.agent.serve.measure import Gauge, Numbered
from tests.agent.serve.scene import Health, instance
from tests.agent.stage import NODE


def well(id: str = "job-x/1") -> Instance:
    async def made() -> Instance:
        return instance(Health(), id=id)

    one = asyncio.run(made())
    one.well = True
    return one


@given(st.lists(st.integers(0, 100), min_size=1, max_size=8))
def test_requests_in_flight_are_the_mean_of_the_looks_of_this_window_alone(counts: list[int]) -> None:
    gauge, one = Gauge(), well()
    gauge.look((one,), ((5,) * 1000,))
    gauge.loads((one,), 0.0)
    for count in counts:
        gauge.look((one,), ((5,) * count,))
    (load,) = gauge.loads((one,), 0.25)
    assert load.in_flight == mean(counts) and load.healthy
    assert gauge.loads((one,), 0.5)[0].in_flight == 0


def test_a_check_of_ours_is_no_request_of_anybodys() -> None:
    async def scene() -> None:
        gauge = Gauge()
        asked = asyncio.Event()

        async def hangs(address: str, port: int, path: str, limit_s: float) -> float | None:
            asked.set()
            await asyncio.Event().wait()
            return None

        one = instance(hangs)
        one.well = True
        tending = asyncio.create_task(one.until(asyncio.Event()))
        await asked.wait()
        gauge.look((one,), ((1, 90, 40),))
        gauge.look((one,), ((),))
        (load,) = gauge.loads((one,), 0.0)
        assert load.in_flight == 1 and load.latency_ms == 130
        tending.cancel()

    asyncio.run(scene())


def test_answers_take_what_those_in_flight_show_and_a_stream_shows_nothing() -> None:
    gauge, one = Gauge(), well()
    gauge.look((one,), ((10, 30, 20),))
    gauge.look((one,), ((),))
    gauge.look((one,), ((60, 3_600_000),))
    (load,) = gauge.loads((one,), 0.0)
    assert load.in_flight == 5 / 3 and load.latency_ms == 80
    gauge.look((one,), ((3_600_000,),))
    assert gauge.loads((one,), 0.1)[0].latency_ms == one.latency_ms


def test_cores_are_cpu_time_over_time() -> None:
    gauge, one, used = Gauge(), well(), [5.0]
    one.cpu_s = lambda: used[0]
    assert gauge.loads((one,), 10.0)[0].cpu == 0
    used[0] = 5.5
    assert gauge.loads((one,), 10.25)[0].cpu == 2.0


def test_one_that_was_never_well_is_not_told_and_one_that_is_gone_is_told_as_ill_for_a_while() -> None:
    gauge, one, new = Gauge(), well("job-x/1"), well("job-x/2")
    new.well = None
    assert [load.contact for load in gauge.loads((one, new), 0.0)] == ["job-x/1"]
    gauge.gone("job-x/1", until=3.0)
    assert [(load.contact, load.healthy) for load in gauge.loads((new,), 1.0)] == [("job-x/1", False)]
    assert [load.healthy for load in gauge.loads((one,), 2.0)] == [True]  # the same placement, started again
    assert gauge.loads((new,), 3.0) == ()


def test_one_that_drains_takes_nothing_more() -> None:
    gauge, one = Gauge(), well()
    one.draining = True
    assert not gauge.loads((one,), 0.0)[0].healthy


def test_numbers_rise_over_restarts() -> None:
    first = Numbered(NODE, lambda: 1000.0)
    told = [first((), 3.0).number for _ in range(5)]
    assert told == sorted(set(told))
    assert Numbered(NODE, lambda: 1002.0)((), 3.0).number > told[-1]
