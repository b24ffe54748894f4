"""Whether a plan for a job graph can be carried out as it says: worked out from the nouns alone."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from suanwang.model.graph import Graph, makers
from suanwang.model.graph_plan import GraphPlan, Host, Run, Sending
from suanwang.model.network import Network
from suanwang.steer.interior import ends, up, way

SLACK = 1e-9
"""Of the makespan: what rounding may do."""
_BYTES_PER_MBIT = 125_000.0

Span = tuple[float, float, str]
"""(begin, end, whose)."""


def faults(
    graph: Graph, hosts: Sequence[Host], network: Network, home: int, plan: GraphPlan, *, shared: bool = True
) -> list[str]:
    """What is wrong with the plan, a sentence each; empty if nothing is. home: router where given files lie."""
    slack = SLACK * max(1.0, plan.makespan_s)
    found = [*_runs(graph, hosts, plan, slack)]
    if found:
        return found  # the rest would stumble over it
    return [
        *_overlaps("core", _core_spans(plan.runs), slack),
        *_files(graph, hosts, home, plan, slack),
        *_ways(graph, network, plan, slack, shared),
    ]


def _runs(graph: Graph, hosts: Sequence[Host], plan: GraphPlan, slack: float) -> Iterator[str]:
    host = {h.name: h for h in hosts}
    if sorted(run.task for run in plan.runs) != sorted(task.name for task in graph.tasks):
        yield "not every task runs once"
        return
    task = {t.name: t for t in graph.tasks}
    for run in plan.runs:
        on, of = host.get(run.host), task[run.task]
        if on is None:
            yield f"{run.task} runs on {run.host}, which is not there"
        elif len(set(run.cores)) != of.cores or not all(0 <= core < on.cores for core in run.cores):
            yield f"{run.task} needs {of.cores} cores and has {run.cores} of {on.cores} on {run.host}"
        elif run.start_s < -slack or abs(run.finish_s - run.start_s - of.work_s / on.speed) > slack:
            yield f"{run.task} runs from {run.start_s} to {run.finish_s} s, not for {of.work_s / on.speed} s"
    last = max((run.finish_s for run in plan.runs), default=0.0)
    if abs(last - plan.makespan_s) > slack:
        yield f"the last task ends at {last} s, not at {plan.makespan_s} s"
    if plan.bound_s > plan.makespan_s + slack:
        yield f"the plan takes {plan.makespan_s} s, less than the bound of {plan.bound_s} s"


def _core_spans(runs: Sequence[Run]) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = defaultdict(list)
    for run in runs:
        for core in run.cores:
            spans[f"{core} of {run.host}"].append((run.start_s, run.finish_s, run.task))
    return spans


def _overlaps(kind: str, spans: dict[str, list[Span]], slack: float) -> Iterator[str]:
    for name, taken in spans.items():
        for (_, end, one), (begin, _, other) in pairwise(sorted(taken)):
            if begin < end - slack:
                yield f"{kind} {name} has {one} and {other} at the same time"


def _files(graph: Graph, hosts: Sequence[Host], home: int, plan: GraphPlan, slack: float) -> Iterator[str]:
    """Everything is at the site of a task when it begins, and nothing is sent from where it is not yet."""
    router = {host.name: host.router for host in hosts}
    run = {r.task: r for r in plan.runs}
    there: dict[tuple[str, int], float] = {}
    made = makers(graph)
    for file in graph.files:
        if file.name in made:
            of = run[graph.tasks[made[file.name]].name]
            there[file.name, router[of.host]] = of.finish_s
        else:
            there[file.name, home] = 0.0
    for task in graph.tasks:
        there[f"\0{task.name}", router[run[task.name].host]] = run[task.name].finish_s
    left = list(plan.sendings)
    while left:  # one may pass on what another brought at the same moment, so not in the order of time alone
        ready = [s for s in left if all(there.get((n, s.source), math.inf) <= s.start_s + slack for n in _names(s))]
        if not ready:
            yield from (f"{_label(s)} leaves {s.source} at {s.start_s} s and is not there yet" for s in left)
            return
        for s in ready:
            words = {f"\0{graph.tasks[made[n]].name}" for n in s.files if n in made}  # what a task wrote says that it is done
            there |= {(n, s.target): min(s.there_s, there.get((n, s.target), math.inf)) for n in {*_names(s), *words}}
        left = [s for s in left if s not in ready]
    for task in graph.tasks:
        own = run[task.name]
        for name in (*task.reads, *(f"\0{other}" for other in task.after)):
            if there.get((name, router[own.host]), math.inf) > own.start_s + slack:
                yield f"{task.name} begins at {own.start_s} s without {name!r}"


def _ways(graph: Graph, network: Network, plan: GraphPlan, slack: float, shared: bool) -> Iterator[str]:
    """A sending takes as long as its links need, and each link carries one at a time."""
    size = {file.name: file.size_bytes for file in graph.files}
    links = {ends(link): link for link in up(network)}
    spans: dict[str, list[Span]] = defaultdict(list)
    for sending in plan.sendings:
        hops = list(pairwise(way(network, sending.source, sending.target) or ()))
        if not hops:
            yield f"there is no way from {sending.source} to {sending.target}"
            continue
        takes = [_carry_s(sum(size[name] for name in sending.files), links[min(hop), max(hop)].rate_mbit) for hop in hops]
        due = sending.start_s + max(takes) + sum(links[min(hop), max(hop)].latency_ms for hop in hops) / 1000
        if abs(due - sending.there_s) > slack:
            yield f"{_label(sending)} is there at {sending.there_s} s, not at {due} s"
        for hop, carry_s in zip(hops, takes, strict=True):
            spans[f"{hop[0]}-{hop[1]}"].append((sending.start_s, sending.start_s + carry_s, _label(sending)))
    if shared:
        yield from _overlaps("link", spans, slack)


def _carry_s(size_bytes: int, rate_mbit: float) -> float:
    return size_bytes / (rate_mbit * _BYTES_PER_MBIT) if rate_mbit else 0.0


def _names(sending: Sending) -> tuple[str, ...]:
    """What it carries; a word that a task is done is told from files by its first character, which no file's name has."""
    return sending.files or (f"\0{sending.after}",)


def _label(sending: Sending) -> str:
    return f"{', '.join(sending.files[:2]) or sending.after} to {sending.target}"
