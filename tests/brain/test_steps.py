"""Job graphs in a real brain: planned, begun in order, planned anew when a node dies, billed once, the same after a restart."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from suanwang.brain import commands
from suanwang.brain.jobs import BLOCKED, DONE, WAITING
from suanwang.brain.views import desired_view
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Limits, Step, Steps, Wasm
from suanwang.model.file import FileRef
from suanwang.model.graph import GraphFile
from suanwang.model.job import Outcome
from suanwang.model.node import Node, Reading
from suanwang.model.order import Order
from tests.brain.sample import a_node
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
