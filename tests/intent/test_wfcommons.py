"""Recorded workflows become graphs, in each of their formats; what cannot be is refused by name, whatever it is."""

import gzip
import json
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.intent.graph import check_graph
from suanwang.intent.wfcommons import graph_from_wfcommons
from suanwang.model.fault import Fault, UsageFault
from suanwang.model.graph import Graph, GraphFile, GraphTask, in_order, parents

DATA = Path(os.environ.get("SUAN_DATA", Path(__file__).parents[3] / "shared" / "data")) / "workflow-dags-wfcommons"


def new(**changes: object) -> dict:
    """raw -> cut -> (left, right) -> join, and a clean-up after it that reads nothing."""
    tasks = [
        {"id": "cut", "name": "c", "parents": [], "children": ["join"],
         "inputFiles": ["raw"], "outputFiles": ["left", "right"]},
        {"id": "join", "name": "j", "parents": ["cut"], "children": ["tidy"],
         "inputFiles": ["left", "right"], "outputFiles": ["out"]},
        {"id": "tidy", "name": "t", "parents": [], "children": []},
    ]  # fmt: skip
    files = [{"id": name, "sizeInBytes": 10 * (k + 1)} for k, name in enumerate(("raw", "left", "right", "out"))]
    ran = [{"id": "cut", "runtimeInSeconds": 4}, {"id": "join", "runtimeInSeconds": 2.5, "coreCount": 2.0},
           {"id": "tidy", "runtimeInSeconds": 0, "machines": ["m"]}]  # fmt: skip
    plain = {
        "name": "small",
        "schemaVersion": "1.5",
        "workflow": {"specification": {"tasks": tasks, "files": files}, "execution": {"tasks": ran}},
    }
    return plain | changes


def old() -> dict:
    """The same as format 1.4 has it: by name, files inside of tasks."""

    def files(link: str, *names: str) -> list[dict]:
        size = {"raw": 10, "left": 20, "right": 30, "out": 40}
        return [{"link": link, "name": name, "sizeInBytes": size[name]} for name in names]

    tasks = [
        {"name": "c", "id": "cut", "runtimeInSeconds": 4, "files": files("input", "raw") + files("output", "left", "right")},
        {"name": "j", "id": "join", "runtimeInSeconds": 2.5, "cores": 2, "parents": ["c"],
         "files": files("input", "left", "right") + files("output", "out")},
        {"name": "t", "id": "tidy", "runtimeInSeconds": 0, "parents": ["j"]},
    ]  # fmt: skip
    return {"name": "small", "schemaVersion": "1.4", "workflow": {"tasks": tasks}}


SMALL = Graph(
    name="small",
    tasks=(
        GraphTask(name="cut", work_s=4, reads=("raw",), writes=("left", "right")),
        GraphTask(name="join", work_s=2.5, cores=2, reads=("left", "right"), writes=("out",)),
        GraphTask(name="tidy", work_s=0, after=("join",)),
    ),
    files=tuple(GraphFile(name=name, size_bytes=10 * (k + 1)) for k, name in enumerate(("raw", "left", "right", "out"))),
)


@pytest.mark.parametrize("told", [new(), new(schemaVersion="1.6"), old()], ids=["1.5", "1.6", "1.4"])
def test_each_format_means_the_same(told: dict) -> None:
    assert graph_from_wfcommons(json.dumps(told)) == graph_from_wfcommons(json.dumps(told).encode()) == SMALL


def changed(path: str, value: object) -> str:
    """The small record with one thing changed; `path`: keys and positions, parted by dots."""
    record = new()
    at: object = record
    *way, last = path.split(".")
    for step in way:
        at = at[int(step) if step.isdigit() else step]  # type: ignore[index]
    if value is None:
        del at[last]  # type: ignore[attr-defined]
    else:
        at[int(last) if last.isdigit() else last] = value  # type: ignore[index]
    return json.dumps(record)


SPEC, RAN = "workflow.specification", "workflow.execution"


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (changed(f"{SPEC}.tasks.0.parents", ["tidy"]), "SUAN-U112", '"cut" -> "join" -> "tidy" -> "cut"'),
        (changed(f"{SPEC}.tasks.0.inputFiles", ["out"]), "SUAN-U112", "wait for each other"),
        (changed(f"{SPEC}.tasks.0.inputFiles", ["left"]), "SUAN-U112", '"cut" -> "cut"'),
        (changed(f"{SPEC}.tasks.2.inputFiles", ["gone"]), "SUAN-U111", '"tidy" reads "gone"'),
        (changed(f"{SPEC}.tasks.2.outputFiles", ["out"]), "SUAN-U111", 'written by "join" and by "tidy"'),
        (changed(f"{SPEC}.tasks.2.id", "cut"), "SUAN-U111", 'two tasks called "cut"'),
        (changed(f"{SPEC}.files.1.id", "raw"), "SUAN-U111", 'two files called "raw"'),
        (changed(f"{SPEC}.tasks.2.parents", ["nobody"]), "SUAN-U111", '"nobody", a name that no task has'),
        (changed(f"{RAN}.tasks.0.runtimeInSeconds", -1), "SUAN-U013", 'work of "cut": -1'),
        (changed(f"{RAN}.tasks.0.coreCount", -2), "SUAN-U013", 'cores of "cut": -2'),
        (changed(f"{RAN}.tasks.0.coreCount", 1e300), "SUAN-U013", 'cores of "cut"'),
        (changed(f"{SPEC}.files.0.sizeInBytes", -1), "SUAN-U013", 'size of "raw"'),
        (changed(f"{RAN}.tasks.2", {"id": "cut", "runtimeInSeconds": 1}), "SUAN-U111", 'two runs called "cut"'),
        (changed(f"{RAN}.tasks.2.id", "other"), "SUAN-U111", '"tidy" has no run time'),
        (changed(RAN, None), "SUAN-U110", "no run times are known"),
        (changed(SPEC, None), "SUAN-U110", "specification is missing"),
        (changed(f"{SPEC}.tasks", []), "SUAN-U111", "is not specified"),
        (changed(f"{SPEC}.tasks.0.inputFiles", [7]), "SUAN-U110", "$.workflow.specification.tasks[0].inputFiles[0]"),
        (changed(f"{RAN}.tasks.0.runtimeInSeconds", "1"), "SUAN-U110", "runtimeInSeconds"),
        (changed("schemaVersion", "1.3"), "SUAN-U110", "1.3"),
        (changed(f"{SPEC}.files.0.id", "raw\n"), "SUAN-U111", "plain characters"),
        ("{", "SUAN-U110", "truncated"),
        ("[" * 100_000, "SUAN-U110", ""),
        ('{"name": "\ud800"}', "SUAN-U110", ""),
        (json.dumps(new()).replace('"runtimeInSeconds": 4', '"runtimeInSeconds": 1e999'), "SUAN-U110", ""),
        (json.dumps(new()).replace('"runtimeInSeconds": 4', '"runtimeInSeconds": NaN'), "SUAN-U110", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(text: str, code: str, says: str) -> None:
    with pytest.raises(UsageFault) as raised:
        graph_from_wfcommons(text)
    assert raised.value.code == code and says in raised.value.why and raised.value.todo


def test_names_that_two_tasks_have_are_no_use_in_the_old_format() -> None:
    record = old()
    record["workflow"]["tasks"][2]["name"] = "c"
    with pytest.raises(UsageFault, match="two tasks have"):
        graph_from_wfcommons(json.dumps(record))


def test_a_file_has_one_size_in_the_old_format() -> None:
    record = old()
    record["workflow"]["tasks"][1]["files"][0]["sizeInBytes"] = 21
    with pytest.raises(UsageFault, match="20 bytes and 21 bytes"):
        graph_from_wfcommons(json.dumps(record))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_is_changed_in_a_record_it_is_a_graph_or_a_fault(data: st.DataObject) -> None:
    record = new() if data.draw(st.booleans()) else old()
    for _ in range(data.draw(st.integers(1, 3))):
        at: object = record
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))  # type: ignore[arg-type]
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if not isinstance(at[key], dict | list) or data.draw(st.integers(0, 3)) == 0:  # type: ignore[index]
                at[key] = data.draw(  # type: ignore[index]
                    st.sampled_from([None, -1, 0, 2**70, 1e308, "", "cut", "raw", "\0", [], ["cut"], ["raw", "raw"], {}, True])
                )
                break
            at = at[key]  # type: ignore[index]
    try:
        graph = graph_from_wfcommons(json.dumps(record))
    except Fault as fault:
        assert fault.code in ("SUAN-U110", "SUAN-U111", "SUAN-U112", "SUAN-U013") and fault.why
    else:
        assert check_graph(graph) == graph
        assert msgspec.json.decode(msgspec.json.encode(graph), type=Graph) == graph


@given(st.lists(st.sets(st.integers(0, 7)), min_size=1, max_size=8))
def test_an_order_is_found_if_there_is_one(waits: list[set[int]]) -> None:
    n = len(waits)
    graph = Graph(
        name="g",
        tasks=tuple(GraphTask(name=str(k), work_s=1, after=tuple(str(w) for w in of if w < n)) for k, of in enumerate(waits)),
    )
    order = in_order(parents(graph))
    place = {task: at for at, task in enumerate(order)}
    assert len(place) == len(order)
    assert all(place[parent] < place[task] for task in order for parent in parents(graph)[task])
    stuck = set(range(n)) - set(order)  # each of them waits for another of them, so there is a circle
    assert all(any(parent in stuck for parent in parents(graph)[task]) for task in stuck)
    try:
        check_graph(graph)
    except UsageFault as fault:
        assert fault.code == "SUAN-U112" and stuck
    else:
        assert not stuck


@pytest.mark.skipif(not DATA.exists(), reason=f"no recorded workflows in {DATA} (SUAN_DATA)")
def test_every_recorded_workflow_is_read() -> None:
    files = sorted(DATA.glob("*.json.gz"))
    assert len(files) == 22
    for file in files:
        text = gzip.decompress(file.read_bytes())
        graph, told = graph_from_wfcommons(text), json.loads(text)["workflow"]
        assert len(graph.tasks) == len(told["specification"]["tasks"])
        index = {task.name: at for at, task in enumerate(graph.tasks)}
        said = {task["id"]: sorted(index[p] for p in task["parents"]) for task in told["specification"]["tasks"]}
        assert {graph.tasks[k].name: list(of) for k, of in enumerate(parents(graph))} == said
        assert sum(task.work_s for task in graph.tasks) == pytest.approx(
            sum(ran["runtimeInSeconds"] for ran in told["execution"]["tasks"])
        )
