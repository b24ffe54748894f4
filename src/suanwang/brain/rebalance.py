"""What runs well and would run better elsewhere is moved there: seldom, one at a time, and only where it pays.

    stays  = objective of the rest of its lease where it is, at the price that was agreed
    moves  = the same at the place that it would be given today, with what has to come there first
    cost   = moves x (time to start + time to drain) / what is left of the lease: meanwhile both run
    gain   = stays - moves - cost          it moves if gain > LEAST x stays

The objective is the one that every decision is taken by (place.rank), with the weights of what its owner prefers. Nothing
moves to and fro: what has moved is paid for at the price it moved for, and would have to gain as much again, after a rest.

Instances that stand together though fewer could - the other site was full, or gone, when they were placed - part again when
there is room: by the rule that they were placed by (near.asks_of), and whatever it gains. Each such move leaves them more even.

A job's placement that its node has, and has not begun for a while, is taken back where the same figures say so, once at most:
its tasks wait, and are placed in the same turn. Each look sees a bounded number of services and jobs, others each time.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from math import inf
from typing import TypeVar

import msgspec
import numpy as np

from suanwang.brain.decide import Want, ask_of
from suanwang.brain.fleet import ServiceState
from suanwang.brain.jobs import JobState, PlacementState
from suanwang.brain.near import asks_of, beside_it, lease_s, stays
from suanwang.brain.state import State
from suanwang.brain.tend import Seen
from suanwang.model import event as ev
from suanwang.model.demand import Demand
from suanwang.model.explanation import Term
from suanwang.model.serving import Move
from suanwang.place.ask import Ask
from suanwang.place.rank import UNITS, Figures, figures, scores, weights
from suanwang.place.think import think
from suanwang.world.fold import released
from suanwang.world.world import World, frozen

T = TypeVar("T")
EVERY_S = 60.0
"""Between two looks."""
LEAST = 0.15
"""Of what staying takes, that moving must gain: more than prices wobble by."""
REST_S = 600.0
"""An instance stays for so long at least, and a service has no two moves sooner after one another."""
PART_S = 60.0
"""Instances that stand together are let be for so long after they were placed, and after a move that came to be. After one
that did not, for REST_S: where it failed it may fail again."""
MOVES_MAX = 4
"""Services of which an instance moves, and placements that are taken back, at one look."""
SERVICES_SEEN, INSTANCES_SEEN, JOBS_SEEN = 32, 8, 256
"""Of all there are, at one look."""
UNBEGUN_S = 60.0
"""A placement is let be for so long after its job was placed."""
START_S = 10.0
"""Until an instance can be reached; assumed."""
BUSY = 0.5
"""Of what an instance reserves, that it is taken to burn: what it will burn is not known before it ends."""


def rebalance(state: State, seen: Seen | None, now: float) -> list[ev.Event]:
    """What is to move now: at most one instance of each service, and placements that have not begun. seen: None if nothing is
    known of services."""
    services = _turn(list(state.fleet.services.values()), SERVICES_SEEN, now) if seen else []
    found = (move for service in services if seen and (move := _best(state, service, seen, now)) is not None)
    moved = [ev.InstanceMoved(at=now, job_id=move.job, move=move) for move in islice(found, MOVES_MAX)]
    return [*moved, *islice(_taken_back(state, now), MOVES_MAX)]


def _turn(every: list[T], most: int, now: float) -> list[T]:
    """So many of them, others with each look."""
    if len(every) <= most:
        return every
    first = int(now / EVERY_S) * most % len(every)
    return (every[first:] + every[:first])[:most]


def _taken_back(state: State, now: float) -> Iterator[ev.PlacementLost]:
    """Placements that have not begun, and do better elsewhere."""
    jobs = (state.jobs[job_id] for job_id in _turn(list(state.unfinished), JOBS_SEEN, now))
    for job, held in ((one, held) for one in jobs for held in _unbegun(state, one, now)):
        ask = asks_of(state, job, ask_of(state, job, Want(), 1.0, now), now)[0]
        ask = msgspec.structs.replace(ask, budget_micro=None)  # what it holds is given back first
        move = _move(state, held, ask, len(held.placement.tasks), 0.0, held.placement.finish_s, now)
        if move is not None:
            why = f"it had not begun on {move.source}, and {move.target} does better"
            yield ev.PlacementLost(at=now, job_id=job.id, placement_id=held.placement.id, reason=why, moved=move)


def _unbegun(state: State, job: JobState, now: float) -> Iterator[PlacementState]:
    """Placements of a job that their nodes have had for a while, and have not begun; of tasks that nobody had before."""
    demand = job.demand
    bound = demand.serve is not None or demand.verify.replicas > 1 or demand.gang or bool(demand.reservation)
    if bound or now - job.placed_at < UNBEGUN_S:
        return
    for held in job.placements.values():
        reading = state.world.readings.get(held.placement.node_id)
        first = held.live and not held.unnamed and held.placement.attempt == 1 and not held.told
        if not first or reading is None or reading.generation < held.generation:
            continue
        if not any(job_id == job.id for job_id, _ in reading.running):
            yield held


def _best(state: State, service: ServiceState, seen: Seen, now: float) -> Move | None:
    """The move of a service that parts what stands together, else the one that gains most; None while anything else about it
    changes, or nothing is to be had."""
    settled = all(
        seen.up(job) and stays(state, service, instance, state.jobs[job], now) for job, instance in service.instances.items()
    )
    if service.withdrawn or not settled:
        return None
    jobs = [state.jobs[job_id] for job_id in _turn(list(service.instances), INSTANCES_SEEN, now)]
    helds = [(job, held) for job in jobs if (held := next((h for h in job.placements.values() if h.live), None)) is not None]
    rested_s = now - service.moved.at if service.moved else inf
    arrived = service.moved is not None and any(state.node_of(held).name == service.moved.target for _, held in helds)
    if rested_s >= (PART_S if arrived else REST_S):
        parted = next((move for job, held in helds if (move := _parted(state, job, held, now)) is not None), None)
        if parted is not None:
            return parted
    if rested_s < REST_S:
        return None
    found = (_of_instance(state, service, job, held, now) for job, held in helds)
    return max((move for move in found if move is not None), key=lambda move: move.gain, default=None)


def _parted(state: State, job: JobState, held: PlacementState, now: float) -> Move | None:
    """The move of an instance to where fewer others are than beside it; it is not for what it costs that it moves."""
    if now - job.placed_at < PART_S or not (here := beside_it(state, job, held, now)):
        return None
    for ask in asks_of(state, job, ask_of(state, job, Want(), 1.0, now), now):
        spread = ask.demand.spread
        if spread is None or spread.most > here:
            return None
        thought = think(state.world, msgspec.structs.replace(ask, demand=_lasting(ask.demand), budget_micro=None), 1, 0)
        if thought.shares:
            stays, moves = (
                (Term(name="beside", value=float(n), unit="", weight=0.0, contribution=0.0),) for n in (here, spread.most - 1)
            )
            target = thought.world.nodes[int(thought.figures.rows[thought.winner])].name
            source = state.node_of(held).name
            return Move(at=now, job=job.id, source=source, target=target, left_s=0.0, stays=stays, moves=moves, cost=0.0,
                        gain=0.0)  # fmt: skip
    return None


def _of_instance(state: State, service: ServiceState, job: JobState, held: PlacementState, now: float) -> Move | None:
    """The move of an instance if it pays. While another starts and it drains, both run."""
    if now - job.placed_at < REST_S:
        return None
    left_s, both_s = lease_s(state, job, held) - (now - job.placed_at), START_S + service.service.drain_s
    if left_s <= both_s:
        return None
    return _move(state, held, _asked(state, job, held, left_s, now), 1, both_s / left_s, left_s, now)


def _move(state: State, held: PlacementState, ask: Ask, count: int, twice: float, left_s: float, now: float) -> Move | None:
    """The move of a placement if it pays. count: its tasks. twice: the share of what is to come that is done in both places."""
    row = state.world.row(held.placement.node_id)
    if row is None:
        return None
    world = _free(state.world, held, row)
    here = replace(figures(world, ask, np.array([row]), count), moves=None)  # what it needs is there, or on its way
    thought = think(world, ask, count, 0)
    if not thought.shares or row in {int(thought.figures.rows[at]) for at, _ in thought.shares}:
        return None
    was, would = float(scores(here.alone(), weights(ask.demand.prefer))[0]), float(thought.score[thought.winner])
    gain = was - would * (1 + twice)
    if not gain > LEAST * was > 0:
        return None
    return Move(
        at=now,
        job=held.placement.job_id,
        source=state.node_of(held).name,
        target=world.nodes[int(thought.figures.rows[thought.winner])].name,
        left_s=left_s,
        stays=_terms(here, 0, ask),
        moves=_terms(thought.figures, thought.winner, ask),
        cost=would * twice,
        gain=gain,
    )


def _free(world: World, held: PlacementState, row: int) -> World:
    """The world as it would be for its next placement, but that where it is costs what was agreed."""
    empty = released(world, held.placement.id)
    price = empty.price_micro_per_tfuel.copy()
    price[row] = held.placement.price_micro_per_tfuel
    return replace(empty, price_micro_per_tfuel=frozen(price))


def _asked(state: State, job: JobState, held: PlacementState, left_s: float, now: float) -> Ask:
    """What the instance that takes its place will ask first, with what it is taken to burn in the rest of the lease."""
    burns_per_s = state.node_of(held).speed.fuel_per_cpu_s * held.placement.cpu_milli / 1000
    ask = asks_of(state, job, ask_of(state, job, Want(), 1.0, now), now)[0]
    fuel = round(BUSY * burns_per_s * left_s)
    return msgspec.structs.replace(ask, demand=_lasting(ask.demand), fuel_per_task=fuel, budget_micro=None)


def _lasting(demand: Demand) -> Demand:
    """Bounds on what a job may take as a whole say nothing of a part of a lease."""
    limits = msgspec.structs.replace(demand.limits, finish_s_max=None, carbon_g_max=None)
    return msgspec.structs.replace(demand, limits=limits)


def _terms(figured: Figures, at: int, ask: Ask) -> tuple[Term, ...]:
    """Those that count for something."""
    weight = weights(ask.demand.prefer)
    values = {name: float(column[at]) for name, column in figured.alone().items()}
    return tuple(
        Term(name=name, value=value, unit=UNITS[name], weight=weight[name], contribution=value * weight[name])
        for name, value in values.items()
        if value
    )
