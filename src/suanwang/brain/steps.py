"""A job graph on its way: what is to be planned and with what, and which step begins next; pure, like all that decides.

    accepted --question--> (planned beside the loop, brain/solve.py) --planned--> GraphPlanned --next_step--> JobPlaced, ...

Each step is one task of the job, placed alone when what it reads is there, on the node that the plan has for it. Where that
node is gone, or full of others' work, what is not done is planned anew: the same question again.
"""

from collections.abc import Callable, Iterable, Mapping
from math import ceil

import msgspec
import numpy as np

from suanwang.brain.decide import given_back, money_left, overdue, seed_of
from suanwang.brain.history import code_key, fuel_estimate
from suanwang.brain.jobs import BLOCKED, CANCELLED, DONE, FAILED, PLACED, WAITING, JobState
from suanwang.brain.state import State
from suanwang.market.ledger import hold_account
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Limits, Preference, Step, Steps
from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.graph_plan import GraphPlan, Host, Run
from suanwang.model.network import Link, Network, Router
from suanwang.model.node import Node
from suanwang.model.plan import Plan, Refusal
from suanwang.model.steps import meeting, picked, task_demand, waits
from suanwang.place.ask import Ask
from suanwang.place.choose import choose
from suanwang.place.rules import RULES
from suanwang.trust.record import FLOOR
from suanwang.world.distance import distance_km, rtt_ms
from suanwang.world.fold import released
from suanwang.world.score import REFERENCE_FUEL_PER_S
from suanwang.world.world import Bools, World

HOSTS_MAX = 64
"""Nodes that are looked at for one graph: of those that may take a kind of step, an equal number of the best."""
SIZE_ASSUMED = 1_000_000
"""Bytes of a file whose size nobody has said: an assumption."""
RATE_ASSUMED_MBIT = 1000.0
"""Of every link of a network that the operator has not told of: an assumption."""
UNIT_MILLI = 1000
HUB = 1
LISTED = 16
PLAN_S = 0.1
"""How often graphs are looked after while there are any."""
PLAN_AGAIN_S = 1.0
"""A graph that no plan was found for is planned again no sooner."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """All that planning a graph needs. graph: the steps that are not done. may: step -> names of nodes. nodes: by name.

    home: router where given files lie. told: whether the network is the operator's, or a model. begun: (step, host, start_s,
    planned_s) of those that run. Times: seconds since the job was accepted. fuel: by step. budget_micro: what is left for all
    of it.
    """

    job_id: str
    seed: int
    world_version: int
    graph: Graph
    hosts: tuple[Host, ...]
    nodes: Mapping[str, Node]
    network: Network
    home: int
    told: bool
    may: Mapping[str, frozenset[str]]
    carbon_g_per_fuel: Mapping[str, float]
    latency_ms: Mapping[str, float]
    begun: tuple[tuple[str, str, float, float], ...]
    now_s: float
    fuel: Mapping[str, int]
    limits: Limits
    budget_micro: int
    prefer: Preference


def question(state: State, job: JobState, now: float) -> Question | Refusal:
    """What is to be planned of a graph, on the world as it is; a Refusal where a step has no node that may take it."""
    assert isinstance(job.demand.work, Steps), "only a graph is planned"
    steps, left = job.demand.work.steps, [t for t, s in enumerate(job.tasks) if s not in (DONE, CANCELLED)]
    world = released(state.world, *(p for p, held in job.placements.items() if held.live))
    on = {t: job.holders(t)[0].placement.node_id for t in left if job.tasks[t] == PLACED}
    demands = {t: task_demand(job.demand, t) for t in left}
    fuels = {t: fuel_estimate(demands[t], state.code_fuel.get(code_key(demands[t]))) for t in left}
    rows, may = dict[int, None](), dict[int, list[int]]()
    asked_at = now if state.world.reserved else 0.0
    budget = money_left(state, job) + state.ledger.balance(hold_account(job.id))
    masks = dict[object, list[int]]()
    for t in left:
        ask = _ask(job, demands[t], fuels[t], budget, asked_at)
        if t in on:
            found = [row] if (row := world.row(on[t])) is not None else []
        else:
            kind = (demands[t].needs, demands[t].limits, demands[t].near, ask.runtime, ask.fuel)
            if kind not in masks:
                masks[kind] = _best(ask, world)
            found = masks[kind]
            if not found:
                return _no(world, ask, job, t)
        may[t] = found
        rows |= dict.fromkeys(found)
    unit = min(UNIT_MILLI, *(max(1, demands[t].needs.cpu_milli) for t in left))
    hosts, network, home, told = _ground(
        state, world, [world.nodes[r] for r in rows], job.demand, _lanes(world, rows, demands, unit)
    )
    named = {r: world.nodes[r].name for r in rows}
    far = world.latency_ms(job.demand.near) if job.demand.near else np.zeros(len(world.ids))
    began = now - job.accepted_at
    return Question(
        job_id=job.id,
        seed=seed_of(job.id, job.planned),
        world_version=state.world.version,
        graph=_graph(job, steps, left, demands, {t: f for t, (f, _) in fuels.items()}, unit),
        hosts=hosts,
        nodes={world.nodes[r].name: world.nodes[r] for r in rows},
        network=network,
        home=home,
        told=told,
        may={steps[t].name: frozenset(named[r] for r in found) for t, found in may.items()},
        carbon_g_per_fuel={named[r]: float(world.carbon_g_per_fuel[r]) for r in rows},
        latency_ms={named[r]: float(far[r]) for r in rows},
        begun=tuple(_begun(job, t, steps[t].name, world, on[t]) for t in on),
        now_s=max(0.0, began) if job.planned else 0.0,
        fuel={steps[t].name: fuel for t, (fuel, _) in fuels.items()},
        limits=job.demand.limits,
        budget_micro=budget,
        prefer=job.demand.prefer,
    )


def _ask(job: JobState, demand: Demand, fuel: tuple[int, str], budget_micro: int, asked_at: float, node: str = "") -> Ask:
    return Ask(
        demand=demand,
        user=job.user,
        fuel_per_task=fuel[0],
        fuel_basis=fuel[1],
        budget_micro=budget_micro,
        excluded=given_back(job),
        node=node,
        asked_at=asked_at,
    )


def _best(ask: Ask, world: World) -> list[int]:
    """Rows of the nodes that may take a step: the fastest and the cheapest, if there are many."""
    mask: Bools = world.everyone
    for rule in RULES:
        mask = mask & rule.allows(ask, world)
    rows = np.flatnonzero(mask)
    if len(rows) > HOSTS_MAX:
        fast = rows[np.argsort(-world.fuel_per_s[rows], kind="stable")][: HOSTS_MAX // 2]
        cheap = rows[np.argsort(world.price_micro_per_tfuel[rows], kind="stable")][: HOSTS_MAX // 2]
        rows = np.union1d(fast, cheap)
    return rows.tolist()


def _no(world: World, ask: Ask, job: JobState, task: int) -> Refusal:
    answer = choose(world, ask, job_id=job.id, seed=0, number=1, attempt=1, tasks=(task,))
    assert isinstance(answer, Refusal), "the same rules"
    return msgspec.structs.replace(answer, step=ask.demand.name)


def _lanes(world: World, rows: Iterable[int], demands: Mapping[int, Demand], unit: int) -> dict[str, int]:
    """How many steps of one unit of cores fit on each node beside what others hold; by the memory of the largest step too."""
    memory = max(1, *(d.needs.memory_bytes for d in demands.values()))
    return {
        world.ids[r]: max(1, min(int(world.cpu_milli_free[r]) // unit, int(world.memory_bytes_free[r]) // memory)) for r in rows
    }


def _ground(
    state: State, world: World, nodes: list[Node], demand: Demand, lanes: Mapping[str, int]
) -> tuple[tuple[Host, ...], Network, int, bool]:
    """(hosts, network, home, whether the operator told of it). In a network that nobody told of, files go through the brain."""
    told = state.fleet.network
    known = {router.number for router in told.routers}
    if told.routers and all(node.router in known for node in nodes):
        home = min((r.number for r in told.routers if "ingress" in r.roles), default=told.routers[0].number)
        return tuple(_host(world, node, node.router, lanes) for node in nodes), told, home, True
    centre = demand.near or nodes[0].site.place
    links = tuple(
        Link(
            a=HUB,
            b=at,
            latency_ms=(float(rtt_ms(distance_km(centre, node.site.place))) + node.site.access_ms) / 2,
            rate_mbit=RATE_ASSUMED_MBIT,
        )
        for at, node in enumerate(nodes, HUB + 1)
    )
    routers = tuple(Router(number=at, name=node.name) for at, node in enumerate(nodes, HUB + 1))
    network = Network(routers=(Router(number=HUB, name="brain"), *routers), links=links)
    return tuple(_host(world, node, at, lanes) for at, node in enumerate(nodes, HUB + 1)), network, HUB, False


def _host(world: World, node: Node, router: int, lanes: Mapping[str, int]) -> Host:
    row = world.row(node.id)
    assert row is not None, "a node of this world"
    speed = float(world.fuel_per_s[row]) / REFERENCE_FUEL_PER_S
    return Host(name=node.name, router=router, cores=lanes[node.id], speed=speed)


def _graph(
    job: JobState, steps: tuple[Step, ...], left: list[int], demands: Mapping[int, Demand], fuel: Mapping[int, int], unit: int
) -> Graph:
    """The steps that are not done; what is done was written to files that are now given."""
    above = waits(steps)
    given = {f.path: f.size for f in job.demand.files}
    given |= {f.path: f.size for o in job.outcomes if o and o.state == "done" for f in o.outputs}
    sizes = {w.name: w.size_bytes or SIZE_ASSUMED for t in left for w in steps[t].writes}
    tasks = list[GraphTask]()
    for t in left:
        parents = [p for p in above[t] if p in fuel]
        reads = meeting(steps[t].reads)
        made = {w.name for p in parents for w in steps[p].writes if reads.of(w.name)}
        there = picked(steps[t].reads, given).keys() - made
        silent = [p for p in parents if not any(w.name in made for w in steps[p].writes)]
        ask = _ask(job, demands[t], (fuel[t], ""), 0, 0.0)
        tasks.append(
            GraphTask(
                name=steps[t].name,
                work_s=fuel[t] / (REFERENCE_FUEL_PER_S * ask.cores),
                cores=max(1, ceil(max(1, demands[t].needs.cpu_milli) / unit)),
                reads=tuple(sorted(made | there)),
                writes=tuple(w.name for w in steps[t].writes),
                after=tuple(steps[p].name for p in silent),
            )
        )
    files = tuple(GraphFile(name=name, size_bytes=size) for name, size in {**given, **sizes}.items())
    return Graph(name=job.demand.name, tasks=tuple(tasks), files=files)


def _begun(job: JobState, task: int, name: str, world: World, node_id: str) -> tuple[str, str, float, float]:
    run = job.runs[task]
    node = world.node(node_id)
    return name, node.name if node else run.host, run.start_s, run.finish_s - run.start_s


def planned(job_id: str, number: int, answer: GraphPlan | Refusal) -> Callable[[State, float], list[ev.Event]]:
    """Write down the plan of a graph that was made while `number` was its last one; or that there is none."""

    def act(state: State, now: float) -> list[ev.Event]:
        job = state.jobs.get(job_id)
        if job is None or job.final or job.cancelling or job.planned != number or not stale(state, job):
            return []
        if isinstance(answer, GraphPlan):
            return [ev.GraphPlanned(at=now, job_id=job_id, plan=answer)]
        return _unplanned(state, job, answer, now)

    return act


def _unplanned(state: State, job: JobState, answer: Refusal, now: float) -> list[ev.Event]:
    if any(held.live for held in job.placements.values()):
        return []
    if not answer.passing or overdue(state, job, now):
        return [ev.JobRefused(at=now, job_id=job.id, refusal=answer)]
    return [] if job.refused else [ev.JobWaits(at=now, job_id=job.id, refusal=answer)]


def stale(state: State, job: JobState) -> bool:
    """Whether a graph has to be planned, or planned anew: it never was, or a step that could begin cannot where the plan has
    it, and not because of the job's own work there."""
    if job.final or job.cancelling or job.count(FAILED):
        return False
    return not job.planned or any(_lost(state, job, t) for t in job.waiting())


def held_up(state: State, job: JobState) -> bool:
    """Whether a step could begin by the plan and none has: its node was full of others' work when it was its turn, and had room
    again before there was another plan."""
    if not job.planned or job.refused or stale(state, job) or job.count(FAILED) or job.cancelling or job.final:
        return False
    rows = ((task, state.world.row(job.runs[task].node_id)) for task in job.waiting())
    return any(row is not None and _room(state.world, row, job, task) for task, row in rows)


def going_on(job_id: str) -> Callable[[State, float], list[ev.Event]]:
    """Begin what a graph's plan has next, if it can."""

    def act(state: State, now: float) -> list[ev.Event]:
        job = state.jobs.get(job_id)
        event = next_step(state, job, now) if job is not None and held_up(state, job) else None
        return [event] if event else []

    return act


def _lost(state: State, job: JobState, task: int) -> bool:
    world, node = state.world, job.runs[task].node_id
    row = world.row(node)
    if row is None or not world.alive[row] or world.reputation[row] < FLOOR or node in given_back(job):
        return True
    return not _room(world, row, job, task) and not any(job.placements[p].live for p in state.live[node] if p in job.placements)


def _room(world: World, row: int, job: JobState, task: int) -> bool:
    assert isinstance(job.demand.work, Steps), "only a graph is planned"
    needs = job.demand.work.steps[task].needs
    return bool(world.cpu_milli_free[row] >= needs.cpu_milli and world.memory_bytes_free[row] >= needs.memory_bytes)


def next_step(state: State, job: JobState, now: float) -> ev.Event | None:
    """The event that begins the step which the plan has first of those whose files are there and whose node has room."""
    if not job.planned or stale(state, job) or job.count(FAILED) or job.cancelling or job.final:
        return None
    no: Refusal | None = None
    for task in sorted(job.waiting(), key=lambda t: job.runs[t].start_s):
        row = state.world.row(job.runs[task].node_id)
        if row is None or not _room(state.world, row, job, task):
            continue  # a step of this job runs there; when it ends this one begins
        if missing := _missing(job, task):
            return ev.JobEnded(at=now, job_id=job.id, state="failed", reason=missing)
        answer = _placed(state, job, task, now)
        if isinstance(answer, Plan):
            return ev.JobPlaced(at=now, job_id=job.id, plan=answer)
        no = no or answer
    return next(iter(_unplanned(state, job, no, now)), None) if no else None


def _missing(job: JobState, task: int) -> str:
    """What a step reads by name and those that should have written it did not; "" if nothing."""
    assert isinstance(job.demand.work, Steps), "only a graph has steps"
    steps = job.demand.work.steps
    for parent in job.waits[task]:
        outcome = job.outcomes[parent]
        made = {f.path for f in outcome.outputs} if outcome else set[str]()
        for write in steps[parent].writes:
            if write.name in steps[task].reads and not write.name.endswith("/") and write.name not in made:
                return f"step {steps[parent].name!r} ended, but did not write {write.name!r}, which {steps[task].name!r} reads"
    return ""


def _placed(state: State, job: JobState, task: int, now: float) -> Plan | Refusal:
    """A step on its node, with its part of the money: in proportion to what it is thought to cost, of all that has not
    begun."""
    demand, run, number = task_demand(job.demand, task), job.runs[task], len(job.placements) + 1
    total = sum(_weight(r) for r, s in zip(job.runs, job.tasks, strict=True) if s in (WAITING, BLOCKED))
    money = money_left(state, job) * _weight(run) // total
    ask = _ask(job, demand, (run.fuel, "planned"), money, now if state.world.reserved else 0.0, run.node_id)
    answer = choose(
        state.world,
        ask,
        job_id=job.id,
        seed=seed_of(job.id, number),
        number=number,
        attempt=1 + job.attempts[task],
        tasks=(task,),
        listed=LISTED if len(job.runs) <= HOSTS_MAX else 0,
        change=False,
    )
    return msgspec.structs.replace(answer, step=demand.name) if isinstance(answer, Refusal) else answer


def _weight(run: Run) -> int:
    return max(1, run.price_micro)
