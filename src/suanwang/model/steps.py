"""A job graph that runs: which step waits for which, what each is given, and each alone as a demand like any other.

Edges are never written down: a step waits for those whose `writes` its `reads` cover, and for those named in `after`.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from suanwang.model.demand import NATIVE, TRUST_LEVELS, Demand, Limits, Step, Steps
from suanwang.model.file import FileRef

T = TypeVar("T")


def covers(prefix: str, path: str) -> bool:
    """Whether a name ("half.csv", or "out/" for all below it) covers a path or another name."""
    return path == prefix or (prefix.endswith("/") and path.startswith(prefix))


def waits(steps: tuple[Step, ...]) -> tuple[tuple[int, ...], ...]:
    """For each step, the indexes of those that it waits for, each once, rising."""
    index = {step.name: at for at, step in enumerate(steps)}
    plain = {w.name: at for at, step in enumerate(steps) for w in step.writes if not w.name.endswith("/")}
    folders = [(w.name, at) for at, step in enumerate(steps) for w in step.writes if w.name.endswith("/")]

    def of(read: str) -> set[int]:
        if not read.endswith("/"):
            return {plain[read]} if read in plain else {at for name, at in folders if covers(name, read)}
        return {at for name, at in (*plain.items(), *folders) if covers(read, name) or covers(name, read)}

    return tuple(tuple(sorted({i for read in s.reads for i in of(read)} | {index[name] for name in s.after})) for s in steps)


def needing(above: tuple[tuple[int, ...], ...], step: int) -> frozenset[int]:
    """A step, and all that wait for it, directly or not. above: as `waits` answers."""
    below = dict[int, list[int]]()
    for at, parents in enumerate(above):
        for parent in parents:
            below.setdefault(parent, []).append(at)
    found, left = {step}, [step]
    while left:
        more = [at for at in below.get(left.pop(), ()) if at not in found]
        found.update(more)
        left += more
    return frozenset(found)


def task_demand(demand: Demand, index: int) -> Demand:
    """What one task asks for: of a graph its step alone, within what the graph limits; of any other job the job itself."""
    if not isinstance(demand.work, Steps):
        return demand
    step = demand.work.steps[index]
    return msgspec.structs.replace(
        demand,
        name=step.name,
        work=step.work,
        files=given(step, demand.files),
        outputs=tuple(w.name for w in step.writes),
        env=step.env,
        near=step.near or demand.near,
        needs=step.needs,
        limits=narrowed(demand.limits, step.limits),
        fuel_per_task=step.fuel_per_task,
        task_s_max=step.task_s_max,
    )


def narrowed(whole: Limits, own: Limits) -> Limits:
    """The limits of one step: the narrower of its own and the graph's (intent.steps holds that regions and tiers are among
    the graph's); without what is bounded for the graph as a whole."""
    latencies = [ms for ms in (whole.latency_ms_max, own.latency_ms_max) if ms is not None]
    return Limits(
        latency_ms_max=min(latencies, default=None),
        regions=own.regions or whole.regions,
        nodes=own.nodes or whole.nodes,
        trust=max(whole.trust, own.trust, key=TRUST_LEVELS.index),
        tiers=own.tiers or whole.tiers,
    )


def given(step: Step, files: Iterable[FileRef]) -> tuple[FileRef, ...]:
    """Of some files those that a step reads, by path."""
    found = picked(step.reads, {f.path: f for f in files})
    return tuple(found[path] for path in sorted(found))


def picked(names: Iterable[str], there: Mapping[str, T]) -> dict[str, T]:
    """What is there under these names."""
    found = {name: there[name] for name in names if name in there}
    folders = tuple(name for name in names if name.endswith("/"))
    return found | {path: value for path, value in there.items() if path.startswith(folders)} if folders else found


def meeting(writes: Iterable[str]) -> "Meeting":
    """What is written, to be asked whether a name is of it."""
    plain = frozenset(writes)
    return Meeting(plain=plain, folders=tuple(name for name in plain if name.endswith("/")))


class Meeting(msgspec.Struct, frozen=True):
    """Names that are written. folders: those of them that stand for all below."""

    plain: frozenset[str]
    folders: tuple[str, ...]

    def of(self, read: str) -> bool:
        """Whether something of what is read under this name is written."""
        above = read in self.plain or read.startswith(self.folders)
        return above or (read.endswith("/") and any(name.startswith(read) for name in self.plain))


def tied(demand: Demand) -> bool:
    """Whether where a task may run depends on reserved room or on where other tasks are."""
    return bool(demand.gang or demand.reservation or demand.spread or demand.beside or demand.apart)


def side_effects(demand: Demand) -> bool:
    """Whether doing a task twice may show: a native command may reach the network, and two honest runs may differ."""
    return isinstance(demand.work, NATIVE) or demand.serve is not None
