"""A job as a graph: tasks that read and write files; a task may begin when all that it reads is there.

raw --> [cut] --> half --> [fit] --> curve       edges are never written down: they follow from the files
"""

from collections.abc import Mapping

import msgspec


class GraphFile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """name: unique in its graph. A file that no task writes is given: it is there before anything begins."""

    name: str
    size_bytes: int


class GraphTask(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """name: unique in its graph. work_s: seconds that it takes on `cores` cores of the reference machine (world.score), all of
    them busy all the time; on another machine so many times less as its cores are faster.

    reads, writes: names of files, each at most once. after: names of tasks that it waits for without reading from them.
    """

    name: str
    work_s: float
    cores: int = 1
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """Each file is written by one task at most, and the tasks can be put in an order (intent.graph.check_graph holds it)."""

    name: str
    tasks: tuple[GraphTask, ...]
    files: tuple[GraphFile, ...] = ()


def makers(graph: Graph) -> Mapping[str, int]:
    """file -> index of the task that writes it; given files are not in it."""
    return {name: at for at, task in enumerate(graph.tasks) for name in task.writes}


def parents(graph: Graph) -> tuple[tuple[int, ...], ...]:
    """For each task, the indices of those that it waits for, each once, rising."""
    made, index = makers(graph), {task.name: at for at, task in enumerate(graph.tasks)}
    return tuple(
        tuple(sorted({made[name] for name in task.reads if name in made} | {index[name] for name in task.after}))
        for task in graph.tasks
    )


def in_order(waits: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """Indices so that each comes after its parents (Kahn 1962). Those on a circle, or
    behind one, are left out."""
    left, kids = [len(of) for of in waits], [list[int]() for _ in waits]
    for task, of in enumerate(waits):
        for parent in of:
            kids[parent].append(task)
    found = [task for task, count in enumerate(left) if not count]
    for task in found:  # grows while it is read
        for kid in kids[task]:
            left[kid] -= 1
            if not left[kid]:
                found.append(kid)
    return tuple(found)
