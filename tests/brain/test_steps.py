"""Job graphs in a real brain: planned, begun in order, planned anew when a node dies, billed once, the same after a restart."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from suanwang.brain import commands
from suanwang.brain.jobs import BLOCKED, CANCELLED, DONE, PLACED, WAITING, JobState
from suanwang.brain.views import desired_view, job_view
from suanwang.market.ledger import hold_account
from suanwang.market.price import cost_micro
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Limits, Step, Steps, Wasm
from suanwang.model.fault import Fault
from suanwang.model.file import FileRef
from suanwang.model.graph import GraphFile
from suanwang.model.job import Outcome
from suanwang.model.node import Node, Reading
from suanwang.model.order import Order
from tests.brain.sample import a_demand, a_node
from tests.brain.test_brain import World, live

CODE = FileRef(path="job.wasm", sha256="0" * 64, size=1)


def a_step(name: str, reads: tuple[str, ...] = (), writes: tuple[str, ...] = (), **more: object) -> Step:
    fields = {"fuel_per_task": 10**9, **more}
    return Step(
        name=name,
        work=Wasm(file="job.wasm"),
        reads=("job.wasm", *reads),
        writes=tuple(GraphFile(name=w, size_bytes=10**6) for w in writes),
        **fields,  # type: ignore[arg-type]
    )


def diamond(**more: object) -> Demand:
    """a -> (b, c) -> d"""
    steps = (
        a_step("a", (), ("a.out",)),
        a_step("b", ("a.out",), ("b.out",)),
        a_step("c", ("a.out",), ("c.out",)),
        a_step("d", ("b.out", "c.out"), ("d.out",)),
    )
    fields: dict[str, object] = {"limits": Limits(budget_micro=1_000_000), "prefer": "speed", **more}
    return Demand(name="diamond", work=Steps(steps=steps), files=(CODE,), outputs=("d.out",), **fields)  # type: ignore[arg-type]


def wrote(order: Order, task: int, **more: object) -> Outcome:
    """What a node tells of a step that wrote all it should."""
    files = tuple(FileRef(path=p, sha256=f"{task:064d}", size=7) for p in order.outputs)
    fields: dict[str, object] = {"state": "done", "fuel": 10**6, "outputs": files, "started_at": 1_000.0, **more}
    return Outcome(placement_id=order.id, task=task, **fields)  # type: ignore[arg-type]


def orders(world: World, *nodes: Node) -> dict[int, tuple[Node, Order]]:
    """task -> who is to run it now."""
    told = ((node, order) for node in nodes for order in desired_view(world.state, node.id, 0).fresh)
    return {task: (node, order) for node, order in told for task, _ in order.tasks}


async def begun(world: World, *nodes: Node, tasks: set[int]) -> dict[int, tuple[Node, Order]]:
    """Once exactly these tasks are with nodes."""
    for _ in range(9000):
        found = orders(world, *nodes)
        if set(found) == tasks:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"never: {tasks}; now {set(orders(world, *nodes))}, {world.state.jobs['job-1'].reason}")


def test_a_graph_runs_step_after_step_and_files_go_by_their_digests(tmp_path: Path) -> None:
    nodes = a_node("n1"), a_node("n2")

    async def scene(world: World) -> None:
        await world.prepare(*nodes)
        await world.submit("job-1", diamond())
        job = world.state.jobs["job-1"]
        assert list(job.tasks) == [WAITING, BLOCKED, BLOCKED, BLOCKED]
        for tasks in ({0}, {1, 2}, {3}):
            at = await begun(world, *nodes, tasks=tasks)
            for task in tasks:
                node, order = at[task]
                assert job.runs[task].node_id == node.id, "where the plan has it"
                await world.report(node, wrote(order, task))
            if tasks == {3}:
                assert {f.path: f.sha256 for f in at[3][1].files} == {
                    "job.wasm": CODE.sha256, "b.out": f"{1:064d}", "c.out": f"{2:064d}"
                }  # fmt: skip
        assert (job.state, job.count(DONE)) == ("done", 4)
        assert job.posted_micro == 4 * 30_000 * 10**6 // 10**12 or job.posted_micro >= 0

    live(tmp_path, scene)


def test_what_a_dead_node_had_is_planned_anew(tmp_path: Path) -> None:
    nodes = a_node("n1"), a_node("n2")

    async def scene(world: World) -> None:
        await world.prepare(*nodes)
        await world.submit("job-1", diamond())
        node, order = (await begun(world, *nodes, tasks={0}))[0]
        await world.report(node, wrote(order, 0))
        at = await begun(world, *nodes, tasks={1, 2})
        dead = at[1][0]
        await world.brain.command(commands.leave(dead.id))
        alive = next(n for n in nodes if n.id != dead.id)
        at = await begun(world, alive, tasks={1, 2})
        for task in (1, 2):
            await world.report(alive, wrote(at[task][1], task))
        at = await begun(world, alive, tasks={3})
        await world.report(alive, wrote(at[3][1], 3))
        assert world.state.jobs["job-1"].state == "done"
        plans = [b for b in await world.brain.events(1, 1000) if b'"graph_planned"' in b]
        assert len(plans) >= 2, "planned anew"

    live(tmp_path, scene)


def test_a_step_that_fails_ends_the_graph(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(world: World) -> None:
        await world.prepare(node)
        await world.submit("job-1", diamond())
        _, order = (await begun(world, node, tasks={0}))[0]
        await world.report(node, wrote(order, 0, state="failed", code="exit", exit_code=3, outputs=()))
        job = world.state.jobs["job-1"]
        assert (job.state, job.reason, list(job.tasks[1:])) == ("failed", "exit", [BLOCKED] * 3)

    live(tmp_path, scene)


def test_a_file_that_was_not_written_is_named(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(world: World) -> None:
        await world.prepare(node)
        await world.submit("job-1", diamond())
        _, order = (await begun(world, node, tasks={0}))[0]
        await world.report(node, wrote(order, 0, outputs=()))
        job = world.state.jobs["job-1"]
        assert job.state == "failed" and "did not write 'a.out'" in job.reason

    live(tmp_path, scene)


def test_a_graph_goes_on_after_the_brain_was_killed(tmp_path: Path) -> None:
    nodes = a_node("n1"), a_node("n2")

    async def first(world: World) -> None:
        await world.prepare(*nodes)
        await world.submit("job-1", diamond())
        node, order = (await begun(world, *nodes, tasks={0}))[0]
        await world.report(node, wrote(order, 0))
        await begun(world, *nodes, tasks={1, 2})

    before = live(tmp_path, first).state.jobs["job-1"]

    async def second(world: World) -> None:
        job = world.state.jobs["job-1"]
        assert (job.runs, job.tasks, job.waits) == (before.runs, before.tasks, before.waits)
        for node in nodes:
            world.brain.hear(Reading(node_id=node.id, generation=0))
        for tasks in ({1, 2}, {3}):
            at = await begun(world, *nodes, tasks=tasks)
            for task in tasks:
                await world.report(at[task][0], wrote(at[task][1], task))
        assert job.state == "done" and len(job.placements) == 4

    live(tmp_path, second)


@pytest.mark.parametrize(
    ("limits", "rule"),
    [({"budget_micro": 1}, "budget"), ({"finish_s_max": 0.8}, "finish"), ({"carbon_g_max": 1e-9}, "carbon")],
)
def test_a_bound_of_the_whole_is_kept_or_the_graph_is_refused(tmp_path: Path, limits: dict[str, float], rule: str) -> None:
    node = a_node("n1", price=30_000_000)

    async def scene(world: World) -> None:
        await world.prepare(node)
        await world.submit("job-1", diamond(limits=Limits(**{"budget_micro": 1_000_000, **limits})))  # type: ignore[arg-type]
        job = world.state.jobs["job-1"]
        for _ in range(9000):
            if job.final:
                break
            await asyncio.sleep(0.02)
        assert job.state == "refused"
        found = next(e for e in map(lambda b: msgspec.json.decode(b, type=ev.Event), await world.brain.events(1, 100))
                     if isinstance(e, ev.JobRefused))  # fmt: skip
        assert rule in {r.rule for r in found.refusal.explanation.rules}

    live(tmp_path, scene)


def test_the_cheapest_nodes_that_keep_the_time_are_taken_where_price_is_preferred(tmp_path: Path) -> None:
    cheap, dear = a_node("n1", price=10_000), a_node("n2", price=90_000)

    async def scene(world: World) -> None:
        await world.prepare(cheap, dear)
        await world.submit("job-1", diamond(prefer="price"))
        await begun(world, cheap, dear, tasks={0})
        assert {run.node_id for run in world.state.jobs["job-1"].runs} == {cheap.id}

    live(tmp_path, scene)


def test_a_step_is_cancelled_with_what_waits_for_it_and_the_rest_goes_on(tmp_path: Path) -> None:
    nodes = a_node("n1"), a_node("n2")

    async def scene(world: World) -> None:
        await world.prepare(*nodes)
        await world.submit("job-1", diamond())
        job = world.state.jobs["job-1"]
        node, order = (await begun(world, *nodes, tasks={0}))[0]
        await world.report(node, wrote(order, 0))
        at = await begun(world, *nodes, tasks={1, 2})
        await world.brain.command(commands.cancel_step("diamond", "b", "ann", False))
        assert list(job.tasks) == [DONE, CANCELLED, PLACED, CANCELLED] and job_view(world.state, job).cancelled == ("b", "d")
        assert set(orders(world, *nodes)) == {2}, "its node is told to stop it"
        size = world.state.seq
        await world.brain.command(commands.cancel_step("diamond", "b", "ann", False))
        await world.brain.command(commands.cancel_step("diamond", "d", "ann", False))
        assert world.state.seq == size, "asking again changes nothing"
        node, order = at[1]
        burned = wrote(order, 1, state="cancelled", code="cancelled", outputs=(), fuel=5 * 10**8)
        await world.report(node, burned)
        assert job.outcomes[1] == burned and job.posted_micro == paid(job) > 0, "what ran is paid"
        node, order = at[2]
        await world.report(node, wrote(order, 2))
        assert (job.state, job.reason) == ("cancelled", "2 of 4 steps were cancelled by the user"), "d is all that it was for"
        assert world.state.ledger.balance(hold_account("job-1")) == 0 and not any(world.state.live.values())

    live(tmp_path, scene)


def test_a_graph_with_another_end_is_done_without_the_cancelled_one(tmp_path: Path) -> None:
    node = a_node("n1")
    fork = (a_step("a", (), ("a.out",)), a_step("b", ("a.out",), ("b.out",)), a_step("c", ("a.out",), ("c.out",)))
    demand = msgspec.structs.replace(diamond(), work=Steps(steps=fork), outputs=("b.out", "c.out"))

    async def scene(world: World) -> None:
        await world.prepare()
        await world.submit("job-1", demand)  # nobody is there yet, so that there is no plan
        await world.brain.command(commands.cancel_step("job-1", "c", "ann", False))
        await world.prepare(node)
        job = world.state.jobs["job-1"]
        for task in (0, 1):
            _, order = (await begun(world, node, tasks={task}))[task]
            await world.report(node, wrote(order, task))
        assert (job.state, job.reason) == ("done", "1 of 3 steps were cancelled by the user")
        assert list(job.tasks) == [DONE, DONE, CANCELLED] and job.given[2] == ()

    live(tmp_path, scene)


def test_a_step_that_ends_before_it_hears_is_paid_and_still_cancelled(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(world: World) -> None:
        await world.prepare(node)
        await world.submit("job-1", diamond())
        job = world.state.jobs["job-1"]
        _, order = (await begun(world, node, tasks={0}))[0]
        await world.brain.command(commands.cancel_step("job-1", "a", "ann", False))
        assert list(job.tasks) == [CANCELLED] * 4 and not job.final, "until its node has said what it burned"
        await world.report(node, wrote(order, 0, fuel=5 * 10**8))
        assert job.state == "cancelled" and job.posted_micro == paid(job) > 0

    live(tmp_path, scene)


def test_a_cancelled_step_is_not_given_to_others_when_its_node_leaves(tmp_path: Path) -> None:
    nodes = a_node("n1"), a_node("n2")

    async def scene(world: World) -> None:
        await world.prepare(*nodes)
        await world.submit("job-1", diamond())
        job = world.state.jobs["job-1"]
        node, _ = (await begun(world, *nodes, tasks={0}))[0]
        await world.brain.command(commands.cancel_step("job-1", "a", "ann", False))
        await world.brain.command(commands.leave(node.id))
        assert (job.state, len(job.placements), job.posted_micro) == ("cancelled", 1, 0)

    live(tmp_path, scene)


def test_a_step_that_is_over_or_unknown_is_not_cancelled(tmp_path: Path) -> None:
    node = a_node("n1")

    async def scene(world: World) -> None:
        async def refused(step: str, code: str, *words: str) -> None:
            with pytest.raises(Fault) as fault:
                await world.brain.command(commands.cancel_step("job-1", step, "ann", False))
            assert fault.value.code == code and all(word in str(fault.value) for word in words), fault.value

        await world.prepare(node)
        await world.submit("job-1", diamond())
        _, order = (await begun(world, node, tasks={0}))[0]
        await world.report(node, wrote(order, 0))
        await refused("a", "SUAN-P021", "done already")
        await refused("z", "SUAN-N014", "a, b, c, d")
        await world.brain.command(commands.cancel("job-1", "ann", False))
        await refused("a", "SUAN-P021")
        await world.submit("job-2", a_demand())
        with pytest.raises(Fault, match="no job graph"):
            await world.brain.command(commands.cancel_step("job-2", "a", "ann", False))

    live(tmp_path, scene)


def paid(job: JobState) -> int:
    """What its outcomes cost, by the price of whoever ran each."""
    ran = [(job.placements[o.placement_id].placement, o.fuel) for o in job.outcomes if o is not None]
    return sum(cost_micro(fuel, placement.price_micro_per_tfuel) for placement, fuel in ran)
