"""The plan for a job graph: the shortest, cheapest or greenest of several that keep the bounds of the graph as a whole.

The planner (place.graph) makes plans short. To make one cheap as well, it is asked again with the dearer nodes left out, step
by step, and so for carbon and distance: a ladder of plans, of which the one that is preferred is taken among those that keep
every bound. Loads machine code, so it is imported when the first graph comes.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from suanwang.brain.steps import Question
from suanwang.market.price import cost_micro
from suanwang.model.explanation import Explanation, RuleCount, RuledOut
from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.graph_plan import GraphPlan, Host
from suanwang.model.network import Link, Network, Router
from suanwang.model.plan import Refusal
from suanwang.model.reason import Reason
from suanwang.place.bounds import over_budget, too_dirty, too_slow
from suanwang.place.chunks import believed_s
from suanwang.place.graph.again import Begun, held
from suanwang.place.graph.columns import case
from suanwang.place.graph.plan import schedule
from suanwang.steer.interior import way

RUNGS = 6
"""Plans looked at for each of price, carbon and distance."""
CHOICES_MAX = 256
"""A graph of more tasks keeps no figures of why each is where it is."""

May = Mapping[str, frozenset[str]]


class Rung(NamedTuple):
    """A plan and what it comes to."""

    plan: GraphPlan
    finish_s: float
    price_micro: int
    carbon_g: float
    latency_ms: float


def solve(asked: Question) -> GraphPlan | Refusal:
    """The plan to follow, or why none keeps the bounds. Deterministic; may take a second."""
    rungs = list[Rung]()
    for may in _ladder(asked):
        plan = _planned(asked, may)
        if plan is not None:
            rungs.append(_rung(asked, plan))
            if asked.prefer == "speed" and not _breaks(asked, rungs[-1]):
                break  # the first has every node, so no other is shorter but by chance
    good = [rung for rung in rungs if not _breaks(asked, rung)]
    if good:
        return min(good, key=lambda rung: _merit(asked, rung)).plan
    return _no(asked, rungs)


def warm() -> None:
    """Have the machine code behind this at hand, which takes half a minute the first time: on a made-up graph, half begun."""
    graph = Graph(
        name="made up",
        tasks=(GraphTask(name="a", work_s=1.0, writes=("x",)), GraphTask(name="b", work_s=1.0, reads=("x",))),
        files=(GraphFile(name="x", size_bytes=1),),
    )
    network = Network(
        routers=(Router(number=1, name="r"), Router(number=2, name="s")), links=(Link(a=1, b=2, latency_ms=1.0, rate_mbit=1.0),)
    )
    hosts = (Host(name="h", router=1, cores=1, speed=1.0), Host(name="i", router=2, cores=1, speed=1.0))
    told = case(graph, hosts, network, 1)
    assert schedule(told, steps=8) is not None, "two tasks on two hosts"
    known, fixed = held(told, [Begun(task="a", host="h", start_s=0.0, took_s=1.0)], 0.5)
    schedule(known, steps=8, fixed=fixed)


def _ladder(asked: Question) -> Iterator[May]:
    """Who may run what: everybody; then without the dearest, the dirtiest, the farthest, more and more of them."""
    yield asked.may
    figures = [{n: float(node.offer.price_micro_per_tfuel) for n, node in asked.nodes.items()}, asked.carbon_g_per_fuel]
    for of in (*figures, asked.latency_ms) if any(asked.latency_ms.values()) else figures:
        levels = sorted(set(of.values()))[:-1]
        for level in levels[:: max(1, len(levels) // RUNGS)][:RUNGS]:
            yield {task: _below(names, of, level) for task, names in asked.may.items()}


def _below(names: frozenset[str], of: Mapping[str, float], level: float) -> frozenset[str]:
    """Those at or below a level; the lowest of all if none is."""
    return frozenset(n for n in names if of[n] <= max(level, min(of[n] for n in names)))


def _planned(asked: Question, may: May) -> GraphPlan | None:
    told = case(asked.graph, asked.hosts, asked.network, asked.home, may=may)
    if not asked.begun and not asked.now_s:
        return schedule(told, seed=asked.seed)
    begun = [
        Begun(task=task, host=host, start_s=start, took_s=believed_s(length, asked.now_s - start))
        for task, host, start, length in asked.begun
    ]
    known, fixed = held(told, begun, asked.now_s)
    return schedule(known, seed=asked.seed, fixed=fixed)


def _rung(asked: Question, plan: GraphPlan) -> Rung:
    nodes, fuel = asked.nodes, asked.fuel
    runs = tuple(
        msgspec.structs.replace(
            run,
            node_id=nodes[run.host].id,
            fuel=fuel[run.task],
            price_micro=cost_micro(fuel[run.task], nodes[run.host].offer.price_micro_per_tfuel),
            carbon_g=fuel[run.task] * asked.carbon_g_per_fuel[run.host],
        )
        for run in plan.runs
    )
    via = (way(asked.network, s.source, s.target) or () for s in plan.sendings)
    sendings = tuple(msgspec.structs.replace(s, via=hops) for s, hops in zip(plan.sendings, via, strict=True))
    whole = msgspec.structs.replace(
        plan,
        runs=runs,
        sendings=sendings,
        choices=plan.choices if len(runs) <= CHOICES_MAX else (),
        routers=tuple((router.number, router.name) for router in asked.network.routers),
        network="told" if asked.told else "modelled",
    )
    far = max(asked.latency_ms[run.host] for run in runs)
    return Rung(whole, plan.makespan_s, whole.price_micro, whole.carbon_g, far)


def _breaks(asked: Question, rung: Rung) -> tuple[str, Reason] | None:
    """The bound of the graph that a plan breaks, and by how much."""
    limits = asked.limits
    if rung.price_micro > asked.budget_micro:
        return "budget", over_budget(asked.budget_micro, rung.price_micro)
    if limits.finish_s_max is not None and rung.finish_s > limits.finish_s_max:
        return "finish", too_slow(limits.finish_s_max, rung.finish_s)
    if limits.carbon_g_max is not None and rung.carbon_g > limits.carbon_g_max:
        return "carbon", too_dirty(limits.carbon_g_max, rung.carbon_g)
    return None


def _merit(asked: Question, rung: Rung) -> tuple[float, float]:
    first = {"price": rung.price_micro, "carbon": rung.carbon_g, "latency": rung.latency_ms, "speed": rung.finish_s}
    return float(first[asked.prefer]), rung.finish_s


def _no(asked: Question, rungs: list[Rung]) -> Refusal:
    """No plan keeps every bound: each that was looked at, with what it breaks. Without any plan no way leads to the nodes."""
    broken = [(rung, found) for rung in rungs if (found := _breaks(asked, rung))]
    listed = tuple(
        RuledOut(node_id="", node=f"plan {at}", site=", ".join(sorted({r.host for r in rung.plan.runs})[:4]), reasons=(why,))
        for at, (rung, (_, why)) in enumerate(broken[:RUNGS], 1)
    )
    names = [name for _, (name, _) in broken]
    return Refusal(
        job_id=asked.job_id,
        code="SUAN-P013" if broken else "SUAN-P012",
        passing=False,
        explanation=Explanation(
            world_version=asked.world_version,
            seed=asked.seed,
            candidates=len(asked.hosts),
            admitted=0 if not broken else len(asked.hosts),
            fuel_per_task=sum(asked.fuel.values()) // len(asked.fuel),
            fuel_basis="planned",
            rules=tuple(RuleCount(rule=name, count=names.count(name)) for name in dict.fromkeys(names)),
            finalists=(),
            ruled_out=listed,
        ),
    )
