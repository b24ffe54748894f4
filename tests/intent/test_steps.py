"""Graph files: what is read and written makes the edges; what is wrong is named by its task; and back to a document."""

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.intent import check, document_from, given_files, graph_from, parse_yaml, wanted_files
from suanwang.intent.burn import FILE, RECIPE, scaled
from suanwang.intent.wfcommons import graph_from_wfcommons
from suanwang.model.demand import Demand, Onnx, Python, Steps
from suanwang.model.fault import Fault, UsageFault
from suanwang.model.file import FileRef
from suanwang.model.graph import Graph, in_order
from suanwang.model.steps import covers, meeting, task_demand, waits

DATA = Path(os.environ.get("SUAN_DATA", Path(__file__).parents[3] / "shared" / "data")) / "workflow-dags-wfcommons"
TEXT = """
name: story
near: shenzhen
limits: {budget: 2 CNY, finish: 5min, region: [guangdong, guizhou]}
needs: {memory: 256MiB}
tasks:
  cut: {python: cut.py, reads: "raw/*.csv", writes: {parts/: 3 MB}, limits: {tier: device}}
  fit: {python: fit.py, args: ["2"], reads: parts/a.csv, writes: curve.csv, limits: {region: guizhou}}
  sum: {run: [python3, sum.py], reads: [parts/, curve.csv], writes: sum.txt, needs: {cpu: 2}, after: [fit]}
"""
THERE = ("cut.py", "fit.py", "raw/1.csv", "raw/2.csv", "sum.py")


def expand(patterns: object) -> tuple[str, ...]:
    found = [p for p in THERE if any(Path(p).match(pattern) for pattern in patterns)]  # type: ignore[attr-defined]
    if not found:
        raise UsageFault("SUAN-U022", "nothing there")
    return tuple(found)


def read(text: str) -> Demand:
    document = wanted_files(parse_yaml(text), expand)
    return graph_from(document, tuple(FileRef(path=p, sha256="0" * 64, size=9) for p in given_files(document)))


def test_files_make_the_edges_and_each_task_is_a_demand_of_its_own() -> None:
    demand = read(TEXT)
    assert isinstance(demand.work, Steps)
    assert waits(demand.work.steps) == ((), (0,), (0, 1))
    assert (demand.task_count, demand.outputs, demand.prefer) == (3, ("sum.txt",), "speed")
    assert [f.path for f in demand.files] == list(THERE)
    cut, fit, total = (task_demand(demand, t) for t in range(3))
    assert [f.path for f in cut.files] == ["cut.py", "raw/1.csv", "raw/2.csv"] and cut.outputs == ("parts/",)
    assert cut.limits.tiers == ("device",) and cut.limits.regions == ("guangdong", "guizhou")
    assert fit.limits.regions == ("guizhou",) and fit.work == Python(file="fit.py", argv=("2",))
    assert fit.limits.budget_micro is None, "money is the graph's"
    assert (total.needs.cpu_milli, total.needs.memory_bytes) == (2000, 512 << 20) and cut.needs.memory_bytes == 256 << 20


def test_a_step_that_is_a_model_writes_where_it_says_and_is_held_to_its_node() -> None:
    text = """
tasks:
  near: {onnx: {file: a.onnx, optimise: false}, args: x.npz, reads: [x.npz], writes: mid.npz, limits: {node: phone}}
  far: {onnx: b.onnx, args: [mid.npz], reads: [mid.npz], writes: {y.npz: 1 kB}, limits: {node: hall}}
"""
    document = wanted_files(parse_yaml(text), lambda patterns: tuple(p for p in patterns if p in ("a.onnx", "b.onnx", "x.npz")))
    files = tuple(FileRef(path=p, sha256="0" * 64, size=9) for p in given_files(document))
    demand = graph_from(document, files)
    assert [f.path for f in files] == ["a.onnx", "b.onnx", "x.npz"]
    near, far = (task_demand(demand, t) for t in range(2))
    assert near.work == Onnx(file="a.onnx", inputs=("x.npz",), output="mid.npz", optimise=False)
    assert far.work == Onnx(file="b.onnx", inputs=("mid.npz",), output="y.npz") and far.outputs == ("y.npz",)
    assert (near.limits.nodes, far.limits.nodes) == (("phone",), ("hall",)) and check(demand) == demand


def test_a_graph_from_the_wire_is_held_to_the_same_and_comes_back_the_same() -> None:
    demand = read(TEXT)
    assert check(demand) == demand
    assert graph_from(document_from(demand), demand.files) == demand


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("writes: sum.txt", "writes: curve.csv"), "SUAN-U111", "two tasks"),
        (("writes: sum.txt", "writes: parts/x"), "SUAN-U111", "written as a whole"),
        (("reads: parts/a.csv", "reads: [parts/a.csv, sum.txt]"), "SUAN-U112", "wait for each other"),
        (("reads: parts/a.csv", "reads: nowhere.csv"), "SUAN-U022", "nothing"),
        (("after: [fit]", "after: [fat]"), "SUAN-U111", "'sum' waits for"),
        (("limits: {region: guizhou}", "limits: {region: hubei}"), "SUAN-U003", "the graph's"),
        (("limits: {region: guizhou}", "limits: {budget: 1 CNY}"), "SUAN-U003", 'task "fit": limits.budget'),
        (("limits: {tier: device}", "limits: {tier: desk}"), "SUAN-U005", 'task "cut"'),
        (("needs: {memory: 256MiB}", "over: 0-9"), "SUAN-U001", "over"),
        (("needs: {cpu: 2}", "over: 0-9"), "SUAN-U001", 'task "sum"'),
        (("limits: {tier: device}", "outputs: x"), "SUAN-U001", 'task "cut"'),
    ],
)
def test_what_is_wrong_is_named(change: tuple[str, str], code: str, said: str) -> None:
    assert change[0] in TEXT
    with pytest.raises(Fault) as caught:
        read(TEXT.replace(*change))
    assert caught.value.code == code and said.replace("'", '"') in caught.value.why.replace("'", '"'), caught.value


@pytest.mark.parametrize(("tasks", "said"), [("{}", "no task in it"), ("[a]", "must be a mapping"), ("", "must be a mapping")])
def test_a_graph_without_tasks_says_so(tasks: str, said: str) -> None:
    with pytest.raises(Fault, match=said) as caught:
        read(f"name: none\ntasks: {tasks}\n")
    assert caught.value.code == "SUAN-U002"


NAMES = st.sampled_from(["a", "b", "d/", "d/a", "d/b", "d/e/", "d/e/f"])


@given(st.lists(NAMES, unique=True), NAMES)
@settings(max_examples=200, deadline=None)
def test_meeting_is_what_covers_says(writes: list[str], one: str) -> None:
    assert meeting(writes).of(one) == any(covers(one, w) or covers(w, one) for w in writes)


def recorded() -> list[Path]:
    return sorted(DATA.glob("*montage*.json.gz")) + sorted(DATA.glob("*blast-chameleon-small*.json.gz"))


def runs(graph: Graph) -> None:
    """It is a graph of the same shape, and the recipe tells of every task."""
    document, given, recipe = scaled(graph, 0.01)
    refs = tuple(FileRef(path=p, sha256="0" * 64, size=s) for p, s in ((FILE, 1), (RECIPE, 1), *given.items()))
    demand = graph_from(document, refs)
    assert isinstance(demand.work, Steps) and demand.task_count == len(graph.tasks)
    told = json.loads(recipe)
    assert set(told) == {step.name for step in demand.work.steps}
    assert len(in_order(waits(demand.work.steps))) == len(graph.tasks)
    fuel = sum(step.fuel_per_task for step in demand.work.steps)
    burned = 6.4e9 * 0.01 * sum(task.work_s * task.cores for task in graph.tasks)
    assert burned <= fuel <= burned * 1.05 + 2e9 * len(graph.tasks)


def test_recorded_workflows_become_graphs_that_run() -> None:
    if not recorded():
        pytest.skip("no recorded workflows (SUAN_DATA)")
    for file in recorded():
        runs(graph_from_wfcommons(gzip.decompress(file.read_bytes())))


def test_a_made_up_record_with_odd_names_runs() -> None:
    files = [{"id": "in put.txt", "sizeInBytes": 10**6}, {"id": "/data/out", "sizeInBytes": 10**5}]
    tasks = [
        {"id": "one two", "inputFiles": ["in put.txt"], "outputFiles": ["/data/out"]},
        {"id": "three", "inputFiles": ["/data/out"], "parents": ["one two"]},
    ]
    ran = [{"id": "one two", "runtimeInSeconds": 3.0}, {"id": "three", "runtimeInSeconds": 4.0, "coreCount": 2.0}]
    workflow = {"specification": {"tasks": tasks, "files": files}, "execution": {"tasks": ran}}
    runs(graph_from_wfcommons(json.dumps({"name": "odd", "schemaVersion": "1.5", "workflow": workflow})))
