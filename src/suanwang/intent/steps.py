"""A document with `tasks:` becomes a job graph: each task is read as a job of its own, then put in its place in the graph.

    tasks:
      cut: {python: cut.py, reads: raw.csv, writes: {half.csv: 3 MB}, limits: {tier: device}}
      fit: {python: fit.py, reads: half.csv, writes: curve.csv}           # waits for cut, since it reads what cut writes

What is read and written by no task is given: a file of the job's folder.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

import msgspec

from suanwang.intent.demand import demand_from
from suanwang.intent.document import (
    Document,
    checked_graph,
    checked_step,
    contradiction,
    path,
    paths,
    section,
    word,
    words,
    wrong_kind,
)
from suanwang.intent.graph import check_graph, contradicts, twice
from suanwang.intent.wanted import wanted
from suanwang.intent.write import document_from
from suanwang.model import quantity
from suanwang.model.demand import Demand, Limits, Needs, Step, Steps, Verify
from suanwang.model.fault import UsageFault
from suanwang.model.file import FileRef
from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.quantity import quoted
from suanwang.model.steps import Meeting, covers, meeting, picked, waits

OF_GRAPH = ("reads", "writes", "after")
"""Keys of a task that a job has not."""
WHOLE = ("budget", "finish", "carbon", "spare")
"""Limits that hold for the graph as a whole."""


_GRAPH = FileRef(path="graph.py", sha256="0" * 64, size=0)
"""Stands for the program while what holds for the whole is read."""


def check(demand: Demand) -> Demand:
    """A demand that came from elsewhere, held to the same bounds as a document; with names in their one spelling.

    For a door that takes demands from the wire. Faults as in `demand_from` and `graph_from`. Places are kept as they came.
    """
    steps = demand.work.steps if isinstance(demand.work, Steps) else ()
    for env in (demand.env, *(step.env for step in steps)):
        if (double := twice(key for key, _ in env)) is not None:
            raise contradiction(f"env sets {quoted(double)} twice.", "say it once")
    document = document_from(demand)
    if not isinstance(demand.work, Steps):
        alone = demand_from(document, files=demand.files, items=demand.items)
        data = tuple(msgspec.structs.replace(f, place=d.place) for f, d in zip(alone.data, demand.data, strict=True))
        return msgspec.structs.replace(alone, near=demand.near, data=data)
    found = graph_from(document, demand.files)
    assert isinstance(found.work, Steps), "a document with tasks"
    kept = zip(found.work.steps, demand.work.steps, strict=True)
    placed = tuple(msgspec.structs.replace(step, near=told.near) for step, told in kept)
    return msgspec.structs.replace(found, near=demand.near, work=Steps(steps=placed))


def graph_from(document: Document, files: tuple[FileRef, ...]) -> Demand:
    """The demand that a document with `tasks` means. files: what is given, each by its exact path in somebody's `reads`.

    Faults: those of `demand_from`, with the task in front; SUAN-U111 for a graph that contradicts itself, SUAN-U112 a circle.
    """
    checked_graph(document)
    tasks = _tasks(document)
    whole = demand_from(
        {"python": "graph.py", **_without(document, ("tasks", "outputs", "workdir"))}, files=(_GRAPH,), items=()
    )
    known = {file.path: file for file in files}
    if len(known) < len(files):
        raise contradiction("two of the job's files have the same path.", "name each file once")
    steps = tuple(_step(name, task, document, known) for name, task in tasks.items())
    _check(whole.name, steps, known)
    outputs = _outputs(document, steps)
    used = picked([read for step in steps for read in step.reads], known)
    for step in steps:
        _within(step, whole.limits)
    return msgspec.structs.replace(
        whole,
        work=Steps(steps=steps),
        files=tuple(used[path] for path in sorted(used)),
        outputs=outputs,
        env=(),
        needs=Needs(),
        prefer=whole.prefer if document.get("prefer") is not None else "speed",
        verify=Verify(),
    )


def wanted_files(document: Document, expand: Callable[[Iterable[str]], tuple[str, ...]]) -> dict[str, object]:
    """The document with each task's `reads` written out: patterns and folders of given files by their paths, its program, and
    those of its arguments that are files. expand: the paths that patterns name; none for a name that there is not, if asked
    for that one alone.
    """
    checked_graph(document)
    tasks = _tasks(document)
    made = meeting(name for task in tasks.values() for name in _written(task))
    return {**document, "tasks": {name: _expanded(name, task, made, expand) for name, task in tasks.items()}}


def given_files(document: Document) -> tuple[str, ...]:
    """The files that the tasks of a document as `wanted_files` gives it read and none of them writes, sorted."""
    tasks = _tasks(document)
    made = meeting(name for task in tasks.values() for name in _written(task))
    return tuple(sorted({read for task in tasks.values() for read in _reads(task) if not made.of(read)}))


def _expanded(
    name: str, task: Document, made: Meeting, expand: Callable[[Iterable[str]], tuple[str, ...]]
) -> dict[str, object]:
    reads = _reads(task)
    with _Named(name):
        checked_step(task)
        need = wanted(_without(task, OF_GRAPH))
    given = [read for read in reads if not made.of(read)]
    found = expand(given) if given else ()
    extra = [m for m in need.mentioned if m not in reads and not made.of(m) and _is_there(expand, m)]
    script = [need.script] if need.script and not made.of(need.script) else []
    return {**task, "reads": list(dict.fromkeys((*(r for r in reads if made.of(r)), *found, *script, *extra)))}


def _is_there(expand: Callable[[Iterable[str]], tuple[str, ...]], name: str) -> bool:
    try:
        return expand((name,)) == (name,)
    except UsageFault:
        return False


def _tasks(document: Document) -> Mapping[str, Document]:
    tasks = document.get("tasks")
    example = "{cut: {python: cut.py, writes: half.csv}}"
    if not isinstance(tasks, Mapping):
        raise wrong_kind("tasks", tasks, "a mapping from names to tasks", example)
    if not tasks:
        raise UsageFault("SUAN-U002", "tasks has no task in it.", f"write it like this: tasks: {example}")
    found = cast(Mapping[object, object], tasks)
    for name, task in found.items():
        if not isinstance(name, str) or not isinstance(task, Mapping):
            raise wrong_kind(f"tasks.{name}", task, "a task, under its name", "{python: cut.py, writes: half.csv}")
    return cast(Mapping[str, Document], tasks)


def _step(name: str, task: Document, document: Document, known: Mapping[str, FileRef]) -> Step:
    with _Named(name):
        checked_step(task)
        for key in WHOLE:
            if section(task, "limits").get(key) is not None:
                raise contradiction(f"limits.{key} of a task is not kept.", f"write limits.{key} for the whole graph")
        shared = {key: document[key] for key in ("needs", "env") if document.get(key) is not None and task.get(key) is None}
        reads = _reads(task)
        files = tuple(known[read] for read in reads if read in known)
        near: dict[str, object] = {} if document.get("near") is None else {"near": document["near"]}
        own: dict[str, object] = {**near, **shared, **_without(task, OF_GRAPH), "name": name, "files": []}
        if task.get("onnx") is not None and _written(task):
            own["outputs"] = list(_written(task))  # a model writes where the step says that it does
        if section(document, "limits").get("task") is not None:
            own["limits"] = {"task": section(document, "limits")["task"], **section(own, "limits")}
        alone = demand_from(own, files=files, items=())
    assert not isinstance(alone.work, Steps), "a task has no tasks"
    return Step(
        name=name,
        work=alone.work,
        reads=reads,
        writes=tuple(GraphFile(name=n, size_bytes=size) for n, size in _written(task).items()),
        after=() if task.get("after") is None else words(task["after"], "after", "[cut]"),
        env=alone.env,
        near=None if task.get("near") is None else alone.near,
        needs=alone.needs,
        limits=alone.limits,
        fuel_per_task=alone.fuel_per_task,
        task_s_max=alone.task_s_max,
    )


def _reads(task: Document) -> tuple[str, ...]:
    return () if task.get("reads") is None else paths(task["reads"], "reads", "[raw.csv, model/]")


def _written(task: Document) -> dict[str, int]:
    """File or folder -> how large it is thought to be, 0 where nothing is said."""
    writes = task.get("writes")
    if not isinstance(writes, Mapping):
        return {} if writes is None else dict.fromkeys(paths(writes, "writes", "half.csv, or {half.csv: 3 MB}"), 0)
    sizes = cast(Mapping[object, object], writes)
    found = {path(name, "writes", "half.csv"): size for name, size in sizes.items()}
    return {name: 0 if size is None else quantity.size_bytes(size, f"writes.{name}") for name, size in found.items()}


def _check(name: str, steps: tuple[Step, ...], known: Mapping[str, FileRef]) -> None:
    """That it is a graph at all: names, makers, circles, and that whatever is read is given or made."""
    written = [w.name for step in steps for w in step.writes]
    if (double := twice(written)) is not None:
        raise contradicts(f"{quoted(double)} is written by two tasks.", "let each file have one task that writes it")
    made = meeting(written)
    if (both := next((file for file in known if made.of(file)), None)) is not None:
        raise contradicts(f"{quoted(both)} is given, and written by a task.", "give one of them another name")
    for folder in [w for w in written if w.endswith("/")]:
        inner = next((w for w in written if w != folder and covers(folder, w)), None)
        if inner is not None:
            raise contradicts(f"{quoted(inner)} lies in {quoted(folder)}, which is written as a whole.", "name one of them")
    for step in steps:
        for read in step.reads:
            if read not in known and not made.of(read):
                raise contradicts(f"{quoted(step.name)} reads {quoted(read)}, which is neither given nor written.", "add it")
    names = {step.name for step in steps}
    for step in steps:
        if (unknown := next((a for a in step.after if a not in names), None)) is not None:
            raise contradicts(f"{quoted(step.name)} waits for {quoted(unknown)}, which the graph does not have.", "add it")
    of = waits(steps)
    check_graph(
        Graph(
            name=name,
            tasks=tuple(
                GraphTask(name=s.name, work_s=0.0, after=tuple(steps[p].name for p in above))
                for s, above in zip(steps, of, strict=True)
            ),
            files=tuple(GraphFile(name=w.name, size_bytes=w.size_bytes) for s in steps for w in s.writes),
        )
    )


def _within(step: Step, whole: Limits) -> None:
    for key, own, all_ in (("region", step.limits.regions, whole.regions), ("tier", step.limits.tiers, whole.tiers)):
        if all_ and not set(own) <= set(all_):
            why = f"limits.{key} is {', '.join(own)}, but the graph's is {', '.join(all_)}."
            with _Named(step.name):
                raise contradiction(why, f"add it to the graph's limits.{key}")


def _outputs(document: Document, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """What comes back: what is asked for, else all that is written and read by nobody."""
    if document.get("outputs") is not None:
        return paths(document["outputs"], "outputs", "curve.csv")
    reads = meeting(read for step in steps for read in step.reads)
    return tuple(w.name for step in steps for w in step.writes if not reads.of(w.name))


def _without(document: Document, keys: tuple[str, ...]) -> dict[str, object]:
    return {key: value for key, value in document.items() if key not in keys}


class _Named:
    """What is wrong inside a task is told with the task's name in front."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        word(self._name, "tasks", "cut")

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, UsageFault):
            raise type(fault)(fault.code, f"task {quoted(self._name)}: {fault.why}", fault.todo) from None
