"""Plans for job graphs: each can be carried out as it says, none is longer than HEFT's or shorter than can be, and the reasons
are true."""

import gzip
import os
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.place.graphs import HOME, graphs, grounds, heft_s, optimum_s

from suanwang.intent.wfcommons import graph_from_wfcommons
from suanwang.model.graph import Graph, GraphFile, GraphTask, parents
from suanwang.model.graph_plan import Host
from suanwang.model.network import Link, Network, Router
from suanwang.place.chunks import believed_s, worth_copying
from suanwang.place.graph.again import Begun, held
from suanwang.place.graph.check import faults
from suanwang.place.graph.columns import case
from suanwang.place.graph.explain import why_not
from suanwang.place.graph.plan import carried_out, heft, scattered, schedule

DATA = Path(os.environ.get("SUAN_DATA", Path(__file__).parents[3] / "shared" / "data")) / "workflow-dags-wfcommons"
FEW = settings(max_examples=60, deadline=None)
Ground = tuple[tuple[Host, ...], Network]


def longer(a: float, b: float) -> bool:
    return a > b + 1e-9 * max(1.0, b)


@given(graphs(), grounds(), st.booleans(), st.integers(0, 3))
@FEW
def test_every_plan_can_be_carried_out_and_none_is_longer_than_heft(
    graph: Graph, ground: Ground, shared: bool, seed: int
) -> None:
    hosts, network = ground
    told = case(graph, hosts, network, HOME, shared=shared)
    plain, listed, ours = heft(told), schedule(told, steps=0), schedule(told, steps=300, seed=seed)
    assert plain is not None and listed is not None and ours is not None
    for plan in (plain, listed, ours):
        assert faults(graph, hosts, network, HOME, plan, shared=shared) == []
    assert not longer(listed.makespan_s, plain.makespan_s) and not longer(ours.makespan_s, listed.makespan_s)
    assert schedule(told, steps=300, seed=seed) == ours


@given(graphs(), grounds())
@FEW
def test_a_plan_that_did_not_count_links_is_carried_out_later_or_as_it_was(graph: Graph, ground: Ground) -> None:
    hosts, network = ground
    thought = heft(case(graph, hosts, network, HOME, shared=False))
    assert thought is not None
    real = carried_out(case(graph, hosts, network, HOME), thought)
    assert real is not None and faults(graph, hosts, network, HOME, real) == []
    assert {(r.task, r.host) for r in real.runs} == {(r.task, r.host) for r in thought.runs}


@given(graphs(), grounds(), st.data())
@FEW
def test_any_choice_of_hosts_makes_a_plan(graph: Graph, ground: Ground, data: st.DataObject) -> None:
    hosts, network = ground
    told = case(graph, hosts, network, HOME)
    wide = [[k for k, host in enumerate(told.hosts) if host.cores >= task.cores] for task in graph.tasks]
    where = [data.draw(st.sampled_from(able)) for able in wide]
    plan = scattered(told, where)
    assert plan is not None and faults(graph, hosts, network, HOME, plan) == []
    assert [run.host for run in plan.runs] == [told.hosts[k].name for k in where]


@given(graphs(most=4, widest=1), grounds(most=2, cores=1))
@settings(max_examples=40, deadline=None)
def test_tiny_graphs_get_the_exact_optimum(graph: Graph, ground: Ground) -> None:
    hosts, network = ground
    told = case(graph, hosts, network, HOME, shared=False)
    ours, best = schedule(told, steps=500), optimum_s(graph, hosts, network)
    assert ours is not None
    assert ours.makespan_s == pytest.approx(best, abs=1e-9)
    assert not longer(ours.bound_s, best)


@given(graphs(widest=1), grounds(cores=1), st.lists(st.floats(0.1, 1), min_size=9, max_size=9, unique=True))
@FEW
def test_heft_is_that_of_the_paper(graph: Graph, ground: Ground, spread: list[float]) -> None:
    """With times of which no two are alike, so that no choice is a matter of taste; files alone in their bundles."""
    hosts, network = ground
    tasks = tuple(
        msgspec.structs.replace(
            task,
            work_s=task.work_s + 0.5 + more,
            writes=task.writes[:1],
            reads=tuple(name for name in task.reads if name.endswith("0")),
        )
        for task, more in zip(graph.tasks, spread, strict=False)
    )
    hosts = tuple(msgspec.structs.replace(h, speed=h.speed + 0.013 * k) for k, h in enumerate(hosts))
    plain = Graph(name="g", tasks=tasks, files=graph.files)
    plan = heft(case(plain, hosts, network, HOME, shared=False))
    assert plan is not None and plan.makespan_s == pytest.approx(heft_s(plain, hosts, network), abs=1e-9)


@given(graphs(), grounds(), st.data())
@FEW
def test_the_checker_sees_what_is_wrong(graph: Graph, ground: Ground, data: st.DataObject) -> None:
    hosts, network = ground
    plan = schedule(case(graph, hosts, network, HOME), steps=50)
    assert plan is not None
    at = data.draw(st.integers(0, len(plan.runs) - 1))
    run = plan.runs[at]
    broken = data.draw(st.sampled_from(["gone", "twice", "shorter", "early", "elsewhere", "core", "late"]))
    changes: dict[str, object] = {
        "shorter": {"finish_s": run.finish_s - 0.01},
        "early": {"start_s": run.start_s - 1e4, "finish_s": run.finish_s - 1e4},
        "elsewhere": {"host": "nowhere"},
        "core": {"cores": (run.cores[0] + 9,)},
    }
    runs = list(plan.runs)
    if broken == "gone":
        del runs[at]
    elif broken == "twice":
        runs.append(run)
    elif broken in changes:
        runs[at] = msgspec.structs.replace(run, **changes[broken])
    wrong = msgspec.structs.replace(plan, runs=tuple(runs), makespan_s=plan.makespan_s + (1.0 if broken == "late" else 0.0))
    assert faults(graph, hosts, network, HOME, wrong) != []


def fork(count: int, size_bytes: int = 1_250_000) -> Graph:
    """Given files, one for each of some tasks of ten seconds, and one task that reads what they write."""
    files = [f"{kind}{k}" for kind in ("in", "out") for k in range(count)]
    tasks = [GraphTask(name=f"t{k}", work_s=10.0, reads=(f"in{k}",), writes=(f"out{k}",)) for k in range(count)]
    last = GraphTask(name="join", work_s=1.0, reads=tuple(f"out{k}" for k in range(count)))
    return Graph(name="fork", tasks=(*tasks, last), files=tuple(GraphFile(name=name, size_bytes=size_bytes) for name in files))


NEAR = Host(name="near", router=1, cores=2, speed=1.0)
FAR = Host(name="far", router=2, cores=8, speed=2.0)
LINE = Network(
    routers=(Router(number=1, name="a"), Router(number=2, name="b")), links=(Link(a=1, b=2, latency_ms=10.0, rate_mbit=10.0),)
)


def test_a_link_carries_one_at_a_time_and_that_decides() -> None:
    """Eight files of a second each: the last is far after eight, so all are done there after 13.5 seconds and not 6.5. With
    one or two of them done near, which takes ten seconds and one each for what they wrote to follow, it is 12.5."""
    graph = fork(8)
    thought = schedule(case(graph, (NEAR, FAR), LINE, 1, shared=False))
    real = schedule(case(graph, (NEAR, FAR), LINE, 1))
    assert thought is not None and real is not None
    assert thought.makespan_s == pytest.approx(1.01 + 5 + 0.5)
    assert [run.host for run in thought.runs] == ["far"] * 9
    assert sum(run.host == "near" for run in real.runs) in (1, 2)
    assert real.makespan_s == pytest.approx(12.51)
    begins = sorted(s.start_s for s in real.sendings if s.target == 2)
    assert all(b - a >= 1 - 1e-9 for a, b in pairwise(begins))


def test_what_was_sent_on_by_others_may_be_there_before_what_came_straight() -> None:
    """The protocol's way to 2 is short and narrow; who has the file at 3 sends it on in no time. The bound allows that."""
    ways = ((1, 2, 1.0, 1.0), (1, 3, 5.0, 1000.0), (2, 3, 5.0, 1000.0))
    network = Network(
        routers=tuple(Router(number=n, name=f"r{n}") for n in (1, 2, 3)),
        links=tuple(Link(a=a, b=b, latency_ms=ms, rate_mbit=rate) for a, b, ms, rate in ways),
    )
    hosts = tuple(Host(name=f"h{n}", router=n, cores=1, speed=1.0) for n in (2, 3))
    graph = Graph(
        name="g",
        tasks=tuple(GraphTask(name=f"t{n}", work_s=1.0, reads=("f",)) for n in (2, 3)),
        files=(GraphFile(name="f", size_bytes=1_250_000),),
    )
    plan = schedule(case(graph, hosts, network, 1, may={"t2": ["h2"], "t3": ["h3"]}))
    assert plan is not None and faults(graph, hosts, network, 1, plan) == []
    assert plan.makespan_s == pytest.approx(0.01 + 0.005 + 0.01 + 0.005 + 1.0)


def test_reasons_are_true() -> None:
    graph = fork(3)
    plan = schedule(case(graph, (NEAR, FAR), LINE, 1))
    assert plan is not None
    why = {choice.task: choice for choice in plan.choices}
    runs = {run.task: run for run in plan.runs}
    assert set(why) == set(runs)
    for name, choice in why.items():
        assert (choice.host, choice.finish_s) == (runs[name].host, runs[name].finish_s)
        assert choice.runner_up == ("near" if choice.host == "far" else "far")
        assert runs[name].start_s >= max(choice.there_s, choice.core_free_s) - 1e-9
    first = min((c for c in why.values() if c.host == "far"), key=lambda c: c.finish_s)
    assert (first.waits, first.source, first.there_s) == ("files", 1, pytest.approx(1.01))
    assert first.runner_up_finish_s == pytest.approx(10.0)


def test_a_task_that_fits_nowhere_says_so() -> None:
    graph = Graph(name="wide", tasks=(GraphTask(name="t", work_s=1.0, cores=9),))
    told = case(graph, (NEAR, FAR), LINE, 1)
    assert schedule(told) is None and heft(told) is None
    reason = why_not(told)
    assert reason is not None and (reason.rule, reason.need, reason.have, reason.gap) == ("cpu", "9", "8", 1.0)
    cut = msgspec.structs.replace(LINE, links=(msgspec.structs.replace(LINE.links[0], up=False),))
    alone = fork(2)
    there = schedule(case(alone, (NEAR, FAR), cut, 1))
    assert there is not None and {run.host for run in there.runs} == {"near"}
    assert schedule(case(alone, (FAR,), cut, 1)) is None and why_not(case(alone, (FAR,), cut, 1)) is not None
    assert why_not(case(alone, (NEAR, FAR), cut, 1)) is None


@given(graphs(), grounds(), st.data())
@FEW
def test_planning_again_leaves_what_began_and_is_never_worse_than_staying(
    graph: Graph, ground: Ground, data: st.DataObject
) -> None:
    hosts, network = ground
    told = case(graph, hosts, network, HOME)
    plan = schedule(told, steps=50)
    assert plan is not None
    now = plan.makespan_s * data.draw(st.sampled_from([0.0, 0.2, 0.5, 0.9]))
    late, stretch = data.draw(st.integers(0, len(plan.runs) - 1)), data.draw(st.sampled_from([1.0, 1.5, 3.0]))
    begun = [
        Begun(task=run.task, host=run.host, start_s=run.start_s, took_s=(run.finish_s - run.start_s) * by)
        for at, run in enumerate(plan.runs)
        if run.start_s < now and (by := stretch if at == late and run.finish_s >= now else 1.0)
    ]
    then, fixed = held(told, begun, now)
    again, stayed = schedule(then, steps=100, fixed=fixed, before=plan), schedule(then, steps=0, fixed=fixed, before=plan)
    assert again is not None and stayed is not None and not longer(again.makespan_s, stayed.makespan_s)
    runs = {run.task: run for run in again.runs}
    for one in begun:
        assert (runs[one.task].host, runs[one.task].start_s) == (one.host, one.start_s)
        assert runs[one.task].finish_s == pytest.approx(one.start_s + one.took_s)
    known = {one.task for one in begun}
    assert all(run.start_s >= now for name, run in runs.items() if name not in known)
    for at, of in enumerate(parents(graph)):
        if graph.tasks[at].name not in known:
            assert all(runs[graph.tasks[at].name].start_s >= runs[graph.tasks[p].name].finish_s - 1e-9 for p in of)


def test_work_leaves_a_host_that_turned_slow() -> None:
    """Sixteen tasks of ten seconds on two hosts of two cores; the tasks on one of them turn out to take four times as long."""
    hosts = (NEAR, Host(name="other", router=1, cores=2, speed=1.0))
    told = case(fork(16, 0), hosts, LINE, 1)
    plan = schedule(told, steps=200)
    assert plan is not None and plan.makespan_s == pytest.approx(41.0)
    began = [run for run in plan.runs if run.start_s < 5.0]
    then, fixed = held(
        told,
        [Begun(task=r.task, host=r.host, start_s=r.start_s, took_s=40.0 if r.host == "near" else 10.0) for r in began],
        5.0,
    )
    again = schedule(then, steps=200, fixed=fixed, before=plan)
    assert again is not None and again.makespan_s == pytest.approx(61.0)  # of 12, the slow host does 2 to 4 after 40 s
    assert sum(run.host == "other" for run in again.runs[:-1]) >= 10


def test_what_is_believed_of_a_straggler_and_when_a_copy_is_worth_it() -> None:
    assert believed_s(10.0, 4.0) == 10.0 and believed_s(10.0, 16.0) > 16.0
    assert worth_copying(left_s=21.0, fresh_s=10.0) and not worth_copying(left_s=19.0, fresh_s=10.0)
    assert not worth_copying(left_s=14.0, fresh_s=10.0, copies=2) and worth_copying(left_s=16.0, fresh_s=10.0, copies=2)


@given(graphs(most=6, widest=1), grounds(), st.data())
@FEW
def test_a_task_runs_only_where_it_may(graph: Graph, ground: Ground, data: st.DataObject) -> None:
    hosts, network = ground
    names = [host.name for host in hosts]
    allowed = {t.name: frozenset(data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))) for t in graph.tasks}
    told = case(graph, hosts, network, HOME, may=allowed)
    for plan in (heft(told), schedule(told, steps=100)):
        assert plan is not None and faults(graph, hosts, network, HOME, plan) == []
        assert all(run.host in allowed[run.task] for run in plan.runs)
        assert not longer(plan.bound_s, plan.makespan_s)
    alone = {task.name: {data.draw(st.sampled_from(sorted(allowed[task.name])))} for task in graph.tasks}
    forced, free = schedule(case(graph, hosts, network, HOME, may=alone), steps=0), schedule(told, steps=300)
    assert forced is not None and free is not None and {r.task: {r.host} for r in forced.runs} == alone


@pytest.mark.skipif(not DATA.exists(), reason=f"no recorded workflows in {DATA} (SUAN_DATA)")
@pytest.mark.parametrize("name", ["nextflow__sarek", "pegasus__montage__montage-chameleon-dss"])
def test_recorded_workflows_get_plans_that_can_be_carried_out(name: str) -> None:
    (file,) = DATA.glob(f"{name}*")
    graph = graph_from_wfcommons(gzip.decompress(file.read_bytes()))
    told = case(graph, (NEAR, FAR), LINE, 1)
    plain, ours = heft(told), schedule(told, steps=300)
    assert plain is not None and ours is not None and not longer(ours.makespan_s, plain.makespan_s)
    assert faults(graph, (NEAR, FAR), LINE, 1, plain) == faults(graph, (NEAR, FAR), LINE, 1, ours) == []
