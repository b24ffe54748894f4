"""Recorded scientific workflows (WfCommons JSON, WfFormat 1.4 to 1.6) become job graphs.

    1.5, 1.6   workflow.specification: tasks {id, parents, children, inputFiles, outputFiles}, files {id, sizeInBytes}
               workflow.execution:     tasks {id, runtimeInSeconds, coreCount}
    1.4        workflow.tasks {name, id, parents, children (by name), files {link, name, sizeInBytes}, runtimeInSeconds, cores}

What is read is the shape and the figures; commands, machines and dates are not. A run time is taken as it was measured, as if
all machines of the record were the reference machine: the record says of its machines a clock rate at most, and that is no
speed. Source: the schema and the notes on its versions at github.com/wfcommons/WfFormat; Coleman et al., "WfCommons", FGCS
128 (2022).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from suanwang.intent.graph import check_graph, contradicts, twice
from suanwang.model.fault import UsageFault
from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.quantity import quoted

GRAPH_BYTES_MAX = 64 * 2**20

_Names = tuple[str, ...]


class _File(msgspec.Struct):
    id: str
    sizeInBytes: int


class _Task(msgspec.Struct):
    id: str
    parents: _Names = ()
    children: _Names = ()
    inputFiles: _Names = ()
    outputFiles: _Names = ()


class _Ran(msgspec.Struct):
    id: str
    runtimeInSeconds: float
    coreCount: float | None = None


class _Specification(msgspec.Struct):
    tasks: tuple[_Task, ...]
    files: tuple[_File, ...] = ()


class _Execution(msgspec.Struct):
    tasks: tuple[_Ran, ...]


class _OldFile(msgspec.Struct):
    link: Literal["input", "output"]
    name: str
    sizeInBytes: int
    path: str = ""


class _OldTask(msgspec.Struct):
    name: str
    runtimeInSeconds: float
    id: str = ""
    parents: _Names = ()
    children: _Names = ()
    files: tuple[_OldFile, ...] = ()
    cores: float | None = None


class _Workflow(msgspec.Struct):
    specification: _Specification | None = None
    execution: _Execution | None = None
    tasks: tuple[_OldTask, ...] | None = None


class _Instance(msgspec.Struct):
    name: str
    schemaVersion: Literal["1.4", "1.5", "1.6"]
    workflow: _Workflow


def graph_from_wfcommons(text: bytes | str) -> Graph:
    """The graph that a record holds. UsageFault SUAN-U110 where it cannot be read, else those of `check_graph`."""
    instance = _read(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    old, new = instance.workflow.tasks, instance.workflow.specification
    if instance.schemaVersion == "1.4":
        if old is None:
            raise _unread("workflow.tasks is missing")
        return check_graph(_of_old(instance.name, old))
    if new is None:
        raise _unread("workflow.specification is missing")
    if instance.workflow.execution is None:
        raise _unread("workflow.execution is missing, so no run times are known")
    return check_graph(_of_new(instance.name, new, instance.workflow.execution))


def _read(data: bytes) -> _Instance:
    if len(data) > GRAPH_BYTES_MAX:
        raise _unread(f"it has {len(data)} bytes; at most {GRAPH_BYTES_MAX} are read")
    try:
        return msgspec.json.decode(data, type=_Instance)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        told = "".join(c if c.isprintable() else " " for c in str(error)[:200])
        raise _unread(told or type(error).__name__) from None


def _unread(why: str) -> UsageFault:
    return UsageFault("SUAN-U110", f"the workflow cannot be read: {why}.", "give a WfCommons record of format 1.4 to 1.6")


def _of_new(name: str, specification: _Specification, execution: _Execution) -> Graph:
    ids = [task.id for task in specification.tasks]
    _once("task", ids)
    _once("run", [ran.id for ran in execution.tasks])
    ran = {ran.id: ran for ran in execution.tasks}
    for one, other, words in ((ids, ran, "has no run time"), (ran, set(ids), "ran, but is not specified")):
        if missing := next((i for i in one if i not in other), None):
            raise contradicts(f"{quoted(missing)} {words}.", "name the same tasks in specification and execution")
    waits = _waits([(t.id, t.parents, t.children) for t in specification.tasks], {i: i for i in ids})
    tasks = [
        _task(t.id, ran[t.id].runtimeInSeconds, ran[t.id].coreCount, t.inputFiles, t.outputFiles) for t in specification.tasks
    ]
    return Graph(
        name=name,
        tasks=_with_waits(tasks, waits),
        files=tuple(GraphFile(name=f.id, size_bytes=f.sizeInBytes) for f in specification.files),
    )


def _of_old(name: str, told: Sequence[_OldTask]) -> Graph:
    ids = [task.id or task.name for task in told]
    _once("task", ids)
    known = {i: i for i in ids}
    for task, own in zip(told, ids, strict=True):
        if known.setdefault(task.name, own) != own and task.name not in ids:
            known[task.name] = ""  # it says nothing: two have it
    waits = _waits([(i, t.parents, t.children) for i, t in zip(ids, told, strict=True)], known)
    tasks = [
        _task(i, t.runtimeInSeconds, t.cores, _linked(t, "input"), _linked(t, "output")) for i, t in zip(ids, told, strict=True)
    ]
    return Graph(name=name, tasks=_with_waits(tasks, waits), files=tuple(_sized(f for t in told for f in t.files)))


def _linked(task: _OldTask, link: str) -> list[str]:
    return [file.path + file.name for file in task.files if file.link == link]


def _sized(files: Iterable[_OldFile]) -> list[GraphFile]:
    size: dict[str, int] = {}
    for file in files:
        name = file.path + file.name
        if size.setdefault(name, file.sizeInBytes) != file.sizeInBytes:
            raise contradicts(f"{quoted(name)} has {size[name]} bytes and {file.sizeInBytes} bytes.", "give each file one size")
    return [GraphFile(name=name, size_bytes=bytes_) for name, bytes_ in size.items()]


def _once(kind: str, names: Sequence[str]) -> None:
    if (double := twice(names)) is not None:
        raise contradicts(f"there are two {kind}s called {quoted(double)}.", "give each a name of its own")


def _task(name: str, work_s: float, cores: float | None, reads: Iterable[str], writes: Iterable[str]) -> GraphTask:
    """Part of a core is a whole one; a file named twice is meant once."""
    return GraphTask(
        name=name,
        work_s=work_s,
        cores=1 if cores is None or 0 < cores < 1 else math.ceil(cores) if math.isfinite(cores) else 0,
        reads=tuple(dict.fromkeys(reads)),
        writes=tuple(dict.fromkeys(writes)),
    )


def _waits(told: Sequence[tuple[str, _Names, _Names]], known: Mapping[str, str]) -> dict[str, set[str]]:
    """task -> those that it waits for, whichever end says so. told: (task, its parents, its children)."""
    found: dict[str, set[str]] = {own: set() for own, _, _ in told}
    for own, above, below in told:
        for name in (*above, *below):
            if not known.get(name):
                why = "two tasks have" if name in known else "no task has"
                raise contradicts(f"{quoted(own)} names {quoted(name)}, a name that {why}.", "name tasks by their id")
        found[own] |= {known[name] for name in above}
        for name in below:
            found[known[name]].add(own)
    return found


def _with_waits(tasks: Sequence[GraphTask], waits: Mapping[str, set[str]]) -> tuple[GraphTask, ...]:
    """Only what does not follow from the files is said."""
    made = {name: task.name for task in tasks for name in task.writes}
    return tuple(
        msgspec.structs.replace(task, after=tuple(sorted(waits[task.name] - {made.get(name, "") for name in task.reads})))
        for task in tasks
    )
