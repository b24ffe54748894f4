"""No plan is below the floor, whoever made it; and the floor sees what the plain bound does not: a link that all must cross."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.place.graphs import HOME, graphs, grounds

from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.graph_plan import Host
from suanwang.model.network import Link, Network, Router
from suanwang.place.graph.columns import case
from suanwang.place.graph.plan import scattered, schedule

BENCH = Path(__file__).parents[2] / "bench"
NEAR = Host(name="near", router=1, cores=2, speed=1.0)
FAR = Host(name="far", router=2, cores=8, speed=2.0)
LINE = Network(
    routers=(Router(number=1, name="a"), Router(number=2, name="b")), links=(Link(a=1, b=2, latency_ms=10.0, rate_mbit=10.0),)
)


def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("floors", BENCH / "floors.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


floors = bench()


@given(graphs(), grounds(), st.data())
@settings(max_examples=60, deadline=None)
def test_what_a_plan_does_is_possible(graph: Graph, ground: tuple[tuple[Host, ...], Network], data: st.DataObject) -> None:
    hosts, network = ground
    assume({host.router for host in hosts} | {HOME} == {1, 2, 3})
    told = case(graph, hosts, network, HOME)
    wide = [[k for k, host in enumerate(told.hosts) if host.cores >= task.cores] for task in graph.tasks]
    drawn = scattered(told, [data.draw(st.sampled_from(able)) for able in wide])
    ours = schedule(told, steps=300)
    assert drawn is not None and ours is not None
    anywhere = np.ones((len(graph.tasks), len(told.sites)), np.bool_)
    for plan in (drawn, ours):
        assert floors.possible(told, plan.makespan_s * (1 + 1e-6), anywhere, 2)
        at = {run.task: told.sites.index(next(h.router for h in hosts if h.name == run.host)) for run in plan.runs}
        there = np.array([[site == at[task.name] for site in range(len(told.sites))] for task in graph.tasks])
        assert floors.possible(told, plan.makespan_s * (1 + 1e-6), there, 0)
    assert floors.floor_s(told, ours.bound_s, ours.makespan_s) <= ours.makespan_s


def test_a_link_that_all_must_cross_is_seen() -> None:
    """Eight files of a second each and ten seconds of work for each of them: see test_graph; 12.51 s is the best there is."""
    names = [f"{kind}{k}" for kind in ("in", "out") for k in range(8)]
    tasks = [GraphTask(name=f"t{k}", work_s=10.0, reads=(f"in{k}",), writes=(f"out{k}",)) for k in range(8)]
    join = GraphTask(name="join", work_s=1.0, reads=tuple(f"out{k}" for k in range(8)))
    graph = Graph(name="g", tasks=(*tasks, join), files=tuple(GraphFile(name=n, size_bytes=1_250_000) for n in names))
    told = case(graph, (NEAR, FAR), LINE, 1)
    plan = schedule(told)
    assert plan is not None and plan.makespan_s == pytest.approx(12.51)
    assert plan.bound_s == pytest.approx(6.51)
    assert 0.9 * 12.51 < floors.floor_s(told, plan.bound_s, plan.makespan_s) <= 12.51
