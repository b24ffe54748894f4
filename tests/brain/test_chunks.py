"""Arrays in a real brain: given out in chunks, late tasks copied within the user's line, each result paid once."""

import asyncio
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.brain.jobs import DONE, JobState
from suanwang.market.ledger import user_account
from suanwang.model.demand import Demand, Limits
from suanwang.model.job import Outcome
from suanwang.model.node import Node
from suanwang.model.plan import Placement
from suanwang.place.chunks import cut
from tests.brain.sample import a_demand, a_node
from tests.brain.test_brain import World, live

LONG = 40 * 10**9
"""Fuel of a task that takes 20 s on a slot of the sample node."""


def an_array(tasks: int, *, fuel: int = LONG, spare: int | None = None, **more: object) -> Demand:
    limits = Limits(budget_micro=5_000_000, spare_micro=spare)
    return msgspec.structs.replace(a_demand(tasks, fuel=fuel, prefer="speed"), limits=limits, **more)


def open_of(job: JobState, node: Node) -> list[tuple[str, int]]:
    """(placement, task) that a node is still to tell of."""
    helds = [h for h in job.placements.values() if h.live and h.placement.node_id == node.id]
    return [(h.placement.id, t) for h in helds for t in h.placement.tasks if t not in h.told]


def said(place: str, task: int, state: str = "done", fuel: int = LONG) -> Outcome:
    code = "" if state == "done" else "cancelled"
    return Outcome(placement_id=place, task=task, state=state, code=code, fuel=fuel, started_at=1_000.0, wall_s=20.0)


def test_what_is_left_goes_to_the_node_that_is_free(tmp_path: Path) -> None:
    quick, slow = a_node("n1", cores=1, owner="quentin"), a_node("n2", cores=1, owner="sam")

    async def scene(world: World) -> None:
        await world.prepare(quick, slow)
        await world.submit("job-1", an_array(40))
        job = world.state.jobs["job-1"]
        assert job.waiting(), "not all at once"
        while todo := open_of(job, quick):  # the slow one says nothing
            for place, task in todo:
                world.now, world.ahead_s = world.now + 20.0, world.ahead_s + 20.0
                await world.report(quick, said(place, task))
        first = len(open_of(job, slow))
        assert first == 10 and job.count(DONE) == 30, "half of its half, and no more"
        for place, task in open_of(job, slow):
            await world.report(slow, said(place, task))
        assert job.state == "done" and job.fuel == 40 * LONG

    live(tmp_path, scene)


def test_short_work_is_given_out_at_once(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        await world.prepare(a_node("n1"))
        await world.submit("job-1", an_array(4, fuel=10**9))
        assert len(world.state.jobs["job-1"].placements) == 1 and not world.state.jobs["job-1"].waiting()

    live(tmp_path, scene)


async def both_at_it(world: World, quick: Node, slow: Node, spare: int | None) -> JobState:
    """Two tasks, one at each; the quick one is done, the slow one is late."""
    await world.prepare(quick, slow)
    await world.submit("job-1", an_array(2, spare=spare))
    job = world.state.jobs["job-1"]
    assert len(open_of(job, quick)) == len(open_of(job, slow)) == 1
    world.now, world.ahead_s = world.now + 20.0, world.ahead_s + 20.0
    await world.report(quick, said(*open_of(job, quick)[0]))
    for _ in range(40):  # beyond four times what it was thought to take, so that a copy is worth its time
        world.now, world.ahead_s = world.now + 5.0, world.ahead_s + 5.0
        await asyncio.sleep(0.03)
    return job


def test_a_late_task_is_copied_and_the_loser_is_paid_as_far_as_the_line_goes(tmp_path: Path) -> None:
    quick, slow = a_node("n1", cores=1, owner="quentin"), a_node("n2", cores=1, owner="sam")
    spare = 1_500

    async def scene(world: World) -> None:
        job = await both_at_it(world, quick, slow, spare)
        (place, task), (old, _) = open_of(job, quick)[0], open_of(job, slow)[0]
        await world.report(quick, said(place, task))
        assert job.count(DONE) == 2 and job.state == "running", "the loser has not said what it burned"
        assert job.placements[old].unnamed, "it is to stop"
        await world.report(slow, said(old, task, "cancelled", fuel=2 * LONG))
        cost = LONG * 30_000 // 10**12
        balance = world.state.ledger.balance
        assert job.state == "done" and cost == 1_200
        assert (balance(user_account("quentin")), balance(user_account("sam"))) == (2 * cost, spare)
        assert job.spared_micro == spare and job.posted_micro == 2 * cost + spare

    live(tmp_path, scene)


def test_without_the_line_nothing_is_copied(tmp_path: Path) -> None:
    quick, slow = a_node("n1", cores=1, owner="quentin"), a_node("n2", cores=1, owner="sam")

    async def scene(world: World) -> None:
        job = await both_at_it(world, quick, slow, None)
        assert len(job.placements) == 2 and not open_of(job, quick)

    live(tmp_path, scene)


def test_a_copy_that_fails_leaves_the_task_to_the_one_who_is_at_it(tmp_path: Path) -> None:
    quick, slow = a_node("n1", cores=1, owner="quentin"), a_node("n2", cores=1, owner="sam")

    async def scene(world: World) -> None:
        job = await both_at_it(world, quick, slow, 5_000)
        await world.report(quick, said(*open_of(job, quick)[0], "failed"))
        assert job.state == "running"
        await world.report(slow, said(*open_of(job, slow)[0]))
        assert job.state == "done"

    live(tmp_path, scene)


@given(st.integers(1, 50), st.integers(1, 8), st.integers(0, 10**12), st.integers(0, 10**6), st.data())
@settings(max_examples=100, deadline=None)
def test_pieces_never_hold_more_than_the_whole(tasks: int, width: int, fuel: int, price: int, data: st.DataObject) -> None:
    width = min(width, tasks)
    hold = (fuel * price + 5 * 10**11) // 10**12
    whole = Placement(
        id="j/1", job_id="j", node_id="n", tasks=tuple(range(tasks)), attempt=1, width=width, runtime="wasm",
        cpu_milli=1000 * width, memory_bytes=2**20 * width, price_micro_per_tfuel=price, fuel_max=fuel, hold_micro=hold,
        latency_ms=0.0, finish_s=1.0, carbon_g=1.0, price_micro=hold,
    )  # fmt: skip
    size = data.draw(st.integers(1, tasks))
    pieces = [cut(whole, f"j/{at}", whole.tasks[at : at + size], 1) for at in range(0, tasks, size)]
    assert [t for p in pieces for t in p.tasks] == list(whole.tasks)
    for total, of in ((hold, "hold_micro"), (fuel, "fuel_max")):
        assert sum(getattr(p, of) for p in pieces) <= total
    assert all(p.cpu_milli == 1000 for p in pieces)
