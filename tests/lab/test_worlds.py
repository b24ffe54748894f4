"""Made-up worlds: the same each time, of any size; public traces where they are, and small ones like them always."""

import os
from pathlib import Path

import msgspec
import pytest

from suanwang.brain.trial.days import Days
from suanwang.brain.trial.effects import Change
from suanwang.brain.trial.known import revived
from suanwang.brain.trial.trial import tried
from suanwang.intent.whatif import whatifs
from suanwang.lab import traces, worlds
from suanwang.lab.file import read_plan
from suanwang.model.fault import Fault

DATA = Path(os.environ.get("SUAN_DATA", Path(__file__).parents[2] / "../shared/data"))
NODES = [{"sn": f"n{k}", "cpu_milli": "8000", "memory_mib": "32768", "gpu": str(k), "model": "T4"} for k in range(3)]
TASKS = [
    {"name": f"p{k}", "cpu_milli": "4000", "memory_mib": "4096", "num_gpu": str(k % 2), "gpu_spec": "T4|V100" if k % 2 else "",
     "creation_time": str(100 * k), "deletion_time": str(100 * k + 1000)}
    for k in range(8)
]  # fmt: skip
REQUESTS = [
    {"TIMESTAMP": f"2023-11-16 18:15:{k:02d}.6805900", "ContextTokens": "400", "GeneratedTokens": "100"} for k in range(20)
]


def test_a_made_up_world_is_the_same_each_time() -> None:
    one, again = worlds.synthetic(300, 2.0), worlds.synthetic(300, 2.0)
    assert msgspec.msgpack.encode(one) == msgspec.msgpack.encode(again)
    state = revived(one)
    assert len(state.world.ids) == 300 and len({n.site.name for n in state.world.nodes}) > 10
    assert len(one.arrivals) / one.while_s == pytest.approx(2.0) and state.ledger.total() == 0


def test_its_jobs_are_placed() -> None:
    found = tried(worlds.synthetic(50, 1.0), Change(whatifs=whatifs(["jobs x2"])), 2, 20.0)
    assert found.jobs is not None
    placed = found.jobs.figures[0]
    assert placed.after.value > placed.before.value > 5 and found.broken == ()


@pytest.mark.parametrize(("nodes", "rate"), [(0, 1.0), (100_001, 1.0), (1, -1.0), (1, float("nan"))])
def test_there_are_bounds(nodes: int, rate: float) -> None:
    with pytest.raises(Fault) as wrong:
        worlds.synthetic(nodes, rate)
    assert wrong.value.code == "SUAN-U013"


@pytest.mark.parametrize(("lab", "instances"), [("three-sites", 6), ("hubs", 10)])
def test_a_lab_is_a_world_with_a_service_at_each_machine(lab: str, instances: int) -> None:
    known = worlds.of_lab(read_plan(lab))
    assert len(known.heard) == instances and len(revived(known).world.ids) == instances


def test_tasks_of_a_cluster_come_in_their_order_and_take_as_long_beside_each_other() -> None:
    known = traces.openb(NODES, TASKS, 4.0)
    assert [one.demand.name for one in known.coming] == [row["name"] for row in TASKS]
    assert [one.at - worlds.AT for one in known.coming] == [k / 4.0 for k in range(8)]
    found = tried(known, Change(), 1, 60.0)
    assert found.jobs is not None and found.jobs.figures[0].before.value == 6, "two of them find no room"
    assert [one.code for one in found.jobs.codes] == ["SUAN-P012"]


def test_requests_come_as_they_came() -> None:
    known = traces.azure(REQUESTS, 4, 0.0)
    assert known.coming[-1].at - known.coming[0].at == pytest.approx(19.0)
    faster = traces.azure(REQUESTS, 4, 10.0)
    assert faster.coming[-1].at - faster.coming[0].at == pytest.approx(2.0)
    days = Days(revived(known), known.at)
    days.come("job-a", known.coming[0])
    assert days.fates["job-a"].began_at == known.at


def test_a_trace_that_is_not_there_is_said(tmp_path: Path) -> None:
    for name, code in (("openb", "SUAN-N052"), ("azure", "SUAN-N052"), ("moon", "SUAN-U130")):
        with pytest.raises(Fault) as wrong:
            traces.trace(name, tmp_path, 10, 1.0)
        assert wrong.value.code == code


@pytest.mark.skipif(not (DATA / traces.FILES["tasks"]).exists(), reason="the public traces are not here (SUAN_DATA)")
def test_the_public_traces_are_read() -> None:
    cluster = traces.trace("openb", DATA, 0, 2.0)
    assert len(cluster.living.particulars) == 1213 and len(cluster.coming) == 8152
    assert len(traces.trace("azure", DATA, 10, 0.0).coming) > 10_000
