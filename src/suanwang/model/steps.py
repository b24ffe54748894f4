"""A job graph that runs: which step waits for which, what each is given, and each alone as a demand like any other.

Edges are never written down: a step waits for those whose `writes` its `reads` cover, and for those named in `after`.
"""

from collections.abc import Iterable

import msgspec

from suanwang.model.demand import TRUST_LEVELS, Command, Demand, Limits, Step, Steps
from suanwang.model.file import FileRef


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


def task_demand(demand: Demand, index: int) -> Demand:
    """What one task asks for: of a graph its step alone, within what the graph limits; of any other job the job itself."""
    if not isinstance(demand.work, Steps):
        return demand
    step = demand.work.steps[index]
    return msgspec.structs.replace(
        demand,
        name=step.name,
        work=step.work,
        files=tuple(f for f in demand.files if any(covers(read, f.path) for read in step.reads)),
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
        trust=max(whole.trust, own.trust, key=TRUST_LEVELS.index),
        tiers=own.tiers or whole.tiers,
    )


def given(step: Step, made: Iterable[FileRef]) -> tuple[FileRef, ...]:
    """Of the files that others made, those that a step reads."""
    return tuple(f for f in made if any(covers(read, f.path) for read in step.reads))


def side_effects(demand: Demand) -> bool:
    """Whether doing a task twice may show: a native command may reach the network, and two honest runs may differ."""
    return isinstance(demand.work, Command | Steps) or demand.serve is not None
