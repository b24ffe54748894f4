"""Where a job goes: `choose` turns a world and an ask into a Plan that leaves nothing to choose, or a Refusal with reasons."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import fsum
from typing import NamedTuple, NotRequired, TypedDict

import msgspec

from suanwang.market.price import cost_micro, fuel_for
from suanwang.model.plan import Placement, Plan, Refusal
from suanwang.place.ask import Ask
from suanwang.place.explain import explain
from suanwang.place.replicas import layers, owners, together
from suanwang.place.reserved import quiet
from suanwang.place.room import kinds, plenty
from suanwang.place.think import Thought, think
from suanwang.world.fold import kwh_per_fuel
from suanwang.world.supply import WHOLE, devices_for
from suanwang.world.world import World

HEADROOM = 10
"""Fuel a placement may burn, as a multiple of the prediction, where no budget says otherwise."""
LISTED = 64
"""Nodes that were ruled out and are listed with all their reasons; the counts are exact in any case."""


class How(TypedDict):
    """What a decision is given beside the ask, see `choose`."""

    job_id: str
    seed: int
    number: int
    attempt: int
    tasks: Sequence[int]
    listed: NotRequired[int]
    change: NotRequired[bool]


class Given(NamedTuple):
    """Accelerators for a placement: their kind, their numbers task by task, and how much of each."""

    kind: str = ""
    devices: tuple[int, ...] = ()
    share_milli: int = WHOLE


def choose(
    world: World,
    ask: Ask,
    *,
    job_id: str,
    seed: int,
    number: int,
    attempt: int,
    tasks: Sequence[int],
    listed: int = LISTED,
    change: bool = True,
) -> Plan | Refusal:
    """Place the tasks (indexes into the demand's items, at least one), or say why not.

    number: of the first placement; ids are "<job>/<number>" and up. listed and change: how much of the explanation is worked
    out (nodes listed with reasons, the smallest change that would admit or flip); the decision itself is the same.
    Deterministic in (world, ask, seed), whatever the order in which nodes joined.
    """
    assert tasks, "nothing to place"
    thought = think(world, ask, len(tasks), seed)
    parts = layers(thought)
    if not parts[0].shares:
        return msgspec.structs.replace(_refused(world, _nameless(ask), len(tasks), listed, change), job_id=job_id)
    whole = thought if ask.replicas == 1 else together(thought, parts)
    placements = _placements(ask, parts, job_id, number, attempt, tasks)
    return Plan(
        job_id=job_id,
        world_version=world.version,
        placements=placements,
        hold_micro=sum(p.hold_micro for p in placements),
        price_micro=sum(p.price_micro for p in placements),
        finish_s=max(p.finish_s for p in placements),
        carbon_g=fsum(p.carbon_g for p in placements),
        energy_kwh=fsum(p.energy_kwh for p in placements),
        explanation=explain(whole, listed=listed, change=change and ask.replicas == 1),
    )


@lru_cache(16)
def _refused(world: World, ask: Ask, count: int, listed: int, change: bool) -> Refusal:
    """Chance has no part in a no: who asks for the same of the same world gets the same. A busy hour is full of them."""
    part = layers(think(world, ask, count, 0))[0]
    why = explain(part, listed=listed, change=change and ask.replicas == 1)
    return Refusal(job_id="", code=_code(part), passing=_passing(part), explanation=why)


def _nameless(ask: Ask) -> Ask:
    """The same to a placer, whatever it is called and whatever it carries, as long as that has all the time it takes."""
    files = ask.demand.files if ask.demand.limits.finish_s_max is not None else ()
    demand = msgspec.structs.replace(ask.demand, name="", items=(), files=files, env=(), outputs=())
    return msgspec.structs.replace(ask, demand=demand)


def _code(thought: Thought) -> str:
    """P011 no nodes at all, P012 no node can take it, P013 together they cannot keep a bound, P014 too few owners, P015 no room
    for a gang."""
    if not thought.world.ids:
        return "SUAN-P011"
    return {"": "SUAN-P012", "owners": "SUAN-P014", "gang": "SUAN-P015"}.get(thought.binding, "SUAN-P013")


def _passing(thought: Thought) -> bool:
    """Whether waiting may help: the same ask gets a plan once all nodes are heard and nothing is held, by other tasks of the
    job and by those that it keeps away from neither; and once there is somebody to stand beside."""
    rested = msgspec.structs.replace(thought.ask, there=(), beside=thought.ask.beside or None, apart=frozenset())
    calm = think(*quiet(thought.world, rested), thought.count, thought.seed)
    return bool(calm.shares) and (thought.ask.replicas == 1 or owners(calm) >= thought.ask.replicas)


def _placements(
    ask: Ask, parts: Sequence[Thought], job_id: str, number: int, attempt: int, tasks: Sequence[int]
) -> tuple[Placement, ...]:
    """parts: one for each replica."""
    chunks = [(part, at, chunk) for part in parts for at, chunk in _chunks(part, tasks)]
    money = _money(ask, [len(chunk) * _price(part, at) for part, at, chunk in chunks])
    return tuple(
        _placement(part, at, chunk, f"{job_id}/{number + k}", job_id, attempt, share)
        for k, ((part, at, chunk), share) in enumerate(zip(chunks, money, strict=True))
    )


def _chunks(thought: Thought, tasks: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """(position, its tasks)."""
    start = 0
    for at, size in thought.shares:
        yield at, tuple(tasks[start : start + size])
        start += size


def _money(ask: Ask, weights: Sequence[int]) -> list[int | None]:
    """The budget divided: to each its predicted cost, the rest in proportion to it, so all have the same headroom.

    weights: tasks x price of each placement.
    """
    budget = ask.budget_micro
    if budget is None:
        return [None] * len(weights)
    costs = [cost_micro(ask.fuel, weight) for weight in weights]
    spare, whole = max(0, budget) - sum(costs), max(1, sum(weights))
    return [cost + spare * weight // whole for cost, weight in zip(costs, weights, strict=True)]


def _price(thought: Thought, at: int) -> int:
    return int(thought.world.price_micro_per_tfuel[thought.figures.rows[at]])


def _placement(
    thought: Thought, at: int, tasks: tuple[int, ...], placement_id: str, job_id: str, attempt: int, money: int | None
) -> Placement:
    figured, ask, size = thought.figures, thought.ask, len(tasks)
    slots = 1 if figured.slots is None else int(figured.slots[at])
    rounds = -(-size // slots)
    width = -(-size // rounds)  # no wider than it takes to end in as many rounds
    price, given, row = _price(thought, at), _accelerators(thought, at, width), int(figured.rows[at])
    fuel = size * ask.fuel
    fuel_max = fuel * HEADROOM if money is None else max(fuel, fuel_for(money, price))
    return Placement(
        id=placement_id,
        job_id=job_id,
        node_id=thought.world.ids[row],
        tasks=tasks,
        attempt=attempt,
        width=width,
        runtime=ask.runtime,
        cpu_milli=width * ask.demand.needs.cpu_milli,
        memory_bytes=width * ask.demand.needs.memory_bytes,
        accelerators=(given.kind, len(given.devices)),
        devices=given.devices,
        share_milli=given.share_milli,
        price_micro_per_tfuel=price,
        fuel_max=fuel_max,
        hold_micro=cost_micro(fuel_max, price),
        latency_ms=float(figured.latency_ms[at]),
        finish_s=float(figured.rest_s[at]) + float(figured.move_s[at]) + float(figured.task_s[at]) * rounds,
        carbon_g=float(figured.task_g[at]) * size,
        price_micro=cost_micro(fuel, price),
        quorum=ask.quorum,
        reservation=ask.reservation,
        move_bytes=0 if figured.moves is None else int(figured.moves.bytes[at]),
        egress_micro=0 if figured.moves is None else round(float(figured.moves.egress_micro[at])),
        energy_kwh=fuel * kwh_per_fuel(thought.world.nodes[row]) * float(thought.world.pue[row]),
    )


def _accelerators(thought: Thought, at: int, width: int) -> Given:
    """The kind of which the node has the most free; the first named wins a tie."""
    need, world = thought.ask.demand.needs.accelerator, thought.world
    if need is None or not need.count:
        return Given()
    row = thought.figures.rows[at]
    kind = max(kinds(thought.ask, world), key=lambda name: int(plenty(need, world.accelerators[name])[row]))
    devices = devices_for(world.accelerators[kind].idle[row].tolist(), need.count, need.share_milli, width)
    return Given(kind, devices, need.share_milli)
