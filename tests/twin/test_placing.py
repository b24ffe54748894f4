"""A run of the board is the same run by `choose` on a world that is folded: the same nodes, the same times, the same line."""

import heapq

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st

from suanwang.model.plan import Plan
from suanwang.place.ask import Ask
from suanwang.place.choose import choose
from suanwang.place.stream import NOWHERE, board, turns
from suanwang.twin.placing import Jobs, run
from suanwang.world.fold import placed, released
from suanwang.world.world import World
from tests.place.test_stream import a_world, shapes

comes = st.lists(st.tuples(st.floats(0.01, 2), st.integers(0, 2), st.floats(0.5, 20)), min_size=5, max_size=30)


def jobs_of(come: list[tuple[float, int, float]]) -> Jobs:
    at, shape, longer = zip(*come, strict=True)
    return Jobs(np.cumsum(at), np.array(shape), turns(range(len(come))), np.array(longer))


def by_choose(world: World, asks: list[Ask], jobs: Jobs) -> tuple[list[int], list[float]]:
    """Whoever waits is asked again after every end, each by itself, in the order of arrival."""
    node, started = [NOWHERE] * len(jobs.at_s), [float("nan")] * len(jobs.at_s)
    happens = [(float(at), job, "") for job, at in enumerate(jobs.at_s)]
    line = list[int]()
    while happens:
        now, job, ends = heapq.heappop(happens)
        line += [] if ends else [job]
        world = released(world, ends) if ends else world
        for waiting in line.copy() if ends else line[-1:]:
            ask, seed = asks[int(jobs.shape[waiting])], waiting
            plan = choose(world, ask, job_id=f"j{waiting}", seed=seed, number=1, attempt=1, tasks=(0,), listed=0, change=False)
            if isinstance(plan, Plan):
                world, one = placed(world, plan.placements), plan.placements[0]
                node[waiting], started[waiting] = world.ids.index(one.node_id), now
                line.remove(waiting)
                heapq.heappush(happens, (now + one.finish_s * float(jobs.longer[waiting]), waiting, one.id))
    return node, started


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**64), st.integers(0, 2**63), comes)
def test_the_same_nodes_at_the_same_times(where: int, what: int, come: list[tuple[float, int, float]]) -> None:
    world, asks, jobs = a_world(where), shapes(what), jobs_of(come)
    ran = run(board(world, asks), jobs)
    node, started = by_choose(world, asks, jobs)
    assert ran.node.tolist() == node
    assert np.array_equal(ran.started_s, started, equal_nan=True)
    waited = (ran.started_s > jobs.at_s).any()
    event(f"somebody waited: {waited}")
    assert ran.events == len(node) + int((ran.node >= 0).sum())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**64), st.integers(0, 2**63), comes)
def test_in_the_end_all_is_free_again(where: int, what: int, come: list[tuple[float, int, float]]) -> None:
    world, asks = a_world(where), shapes(what)
    here, before = board(world, asks), board(world, asks)
    run(here, jobs_of(come))
    for name in ("cpu_left", "memory_left", "held", "score", "low"):
        assert np.array_equal(getattr(here, name), getattr(before, name)), name
