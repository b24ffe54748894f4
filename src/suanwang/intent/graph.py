"""Whether a job graph can be: names of their own, numbers within bounds, all that is named is there, one maker a file, no
circle."""

import math
from collections import Counter
from collections.abc import Iterable

from suanwang.model.fault import UsageFault
from suanwang.model.graph import Graph, GraphTask, in_order, parents
from suanwang.model.quantity import BYTES_LIMIT, DURATION_S_LIMIT, quoted

TASKS_MAX = 10_000
FILES_MAX = 100_000
USES_MAX = 1_000_000
"""Of files and tasks, by all tasks together."""
CORES_MAX = 10_000
NAME_MAX = 1024
_SHOWN = 6


def check_graph(graph: Graph) -> Graph:
    """The graph, if it can be. UsageFault SUAN-U111 for what contradicts itself, SUAN-U112 for a circle, SUAN-U013 for numbers
    out of bounds; the message names the first task or file that is wrong."""
    _bounded("tasks", len(graph.tasks), 1, TASKS_MAX)
    _bounded("files", len(graph.files), 0, FILES_MAX)
    _bounded("uses of files and tasks", sum(len(t.reads) + len(t.writes) + len(t.after) for t in graph.tasks), 0, USES_MAX)
    _named("task", [task.name for task in graph.tasks])
    _named("file", [file.name for file in graph.files])
    for file in graph.files:
        _bounded(f"the size of {quoted(file.name)} in bytes", file.size_bytes, 0, BYTES_LIMIT)
    for task in graph.tasks:
        _bounded(f"the seconds of work of {quoted(task.name)}", task.work_s, 0, DURATION_S_LIMIT)
        _bounded(f"the cores of {quoted(task.name)}", task.cores, 1, CORES_MAX)
    _known(graph)
    _one_maker(graph.tasks)
    _no_circle(graph)
    return graph


def contradicts(why: str, todo: str) -> UsageFault:
    """The fault for a graph that contradicts itself."""
    return UsageFault("SUAN-U111", why, todo)


def twice(names: Iterable[str]) -> str | None:
    """The first name that is there more than once."""
    return next((name for name, count in Counter(names).items() if count > 1), None)


def _bounded(what: str, value: float, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise UsageFault(
            "SUAN-U013", f"{what}: {value}; it is between {least} and {most}.", "correct the number, or split the graph"
        )


def _named(kind: str, names: list[str]) -> None:
    for name in names:
        if not 1 <= len(name) <= NAME_MAX or not name.isprintable():
            raise contradicts(f"a {kind} is called {quoted(name)}; a name has 1 to {NAME_MAX} plain characters.", "rename it")
    if (double := twice(names)) is not None:
        raise contradicts(f"there are two {kind}s called {quoted(double)}.", "give each a name of its own")


def _known(graph: Graph) -> None:
    files, tasks = {file.name for file in graph.files}, {task.name for task in graph.tasks}
    for task in graph.tasks:
        uses = (("reads", task.reads, files), ("writes", task.writes, files), ("waits for", task.after, tasks))
        for verb, names, known in uses:
            for name in names:
                if name not in known:
                    raise contradicts(f"{quoted(task.name)} {verb} {quoted(name)}, which the graph does not have.", "add it")
            if (double := twice(names)) is not None:
                raise contradicts(f"{quoted(task.name)} {verb} {quoted(double)} twice.", "name it once")


def _one_maker(tasks: tuple[GraphTask, ...]) -> None:
    made: dict[str, str] = {}
    for task in tasks:
        for name in task.writes:
            other = made.setdefault(name, task.name)
            if other != task.name:
                why = f"{quoted(name)} is written by {quoted(other)} and by {quoted(task.name)}."
                raise contradicts(why, "let each file have one task that writes it")


def _no_circle(graph: Graph) -> None:
    waits = parents(graph)
    inside = set(range(len(waits))) - set(in_order(waits))
    if not inside:
        return
    seen, at = list[int](), min(inside)
    while at not in seen:  # every task in there waits for another in there, so going back ends up on a circle
        seen.append(at)
        at = next(parent for parent in waits[at] if parent in inside)
    back = seen[seen.index(at) :][::-1]
    first = back.index(min(back))
    circle = [graph.tasks[k].name for k in (*back[first:], *back[:first])]
    shown = " -> ".join(quoted(name) for name in [*circle[:_SHOWN], circle[0]])
    more = f" ({len(circle)} tasks)" if len(circle) > _SHOWN else ""
    raise UsageFault("SUAN-U112", f"the tasks wait for each other: {shown}{more}.", "break the circle")
