"""What runs well and would run better elsewhere is moved there: seldom, one at a time, and only where it pays.

    stays  = objective of the rest of its lease where it is, at the price that was agreed
    moves  = the same at the place that it would be given today, with what has to come there first
    cost   = moves x (time to start + time to drain) / what is left of the lease: meanwhile both run
    gain   = stays - moves - cost          it moves if gain > LEAST x stays

The objective is the one that every decision is taken by (place.rank), with the weights of what its owner prefers. Nothing
moves to and fro: what has moved is paid for at the price it moved for, and would have to gain as much again, after a rest.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import msgspec
import numpy as np

from suanwang.brain.fleet import ServiceState
from suanwang.brain.jobs import JobState, PlacementState
from suanwang.brain.near import asks_of, lease_s, stays
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

EVERY_S = 60.0
"""Between two looks."""
LEAST = 0.15
"""Of what staying takes, that moving must gain: more than prices wobble by."""
REST_S = 600.0
"""An instance stays for so long at least, and a service has no two moves sooner after one another."""
MOVES_MAX = 4
"""Services of which an instance moves at one look."""
START_S = 10.0
"""Until an instance can be reached; assumed."""
BUSY = 0.5
"""Of what an instance reserves, that it is taken to burn: what it will burn is not known before it ends."""


def rebalance(state: State, seen: Seen, now: float) -> list[ev.Event]:
    """The instances that are to move now, at most one of each service."""
    found = (move for service in state.fleet.services.values() if (move := _best(state, service, seen, now)) is not None)
    return [ev.InstanceMoved(at=now, job_id=move.job, move=move) for move in islice(found, MOVES_MAX)]


def _best(state: State, service: ServiceState, seen: Seen, now: float) -> Move | None:
    """The move of a service that gains most; None while anything else about it changes, or nothing pays."""
    rested = service.moved is None or now - service.moved.at >= REST_S
    settled = all(
        seen.up(job) and stays(state, service, instance, state.jobs[job], now) for job, instance in service.instances.items()
    )
    if service.withdrawn or not (rested and settled):
        return None
    found = [move for job in service.instances for move in _moves(state, state.jobs[job], now)]
    return max(found, key=lambda move: move.gain, default=None)


def _moves(state: State, job: JobState, now: float) -> Iterator[Move]:
    """Whether an instance is to move, and where to."""
    held = next((h for h in job.placements.values() if h.live), None)
    service = state.fleet.services[job.demand.serve.service] if job.demand.serve else None
    if held is None or service is None or now - job.placed_at < REST_S:
        return
    left_s = lease_s(state, job, held) - (now - job.placed_at)
    away_s = START_S + service.service.drain_s
    row = state.world.row(held.placement.node_id)
    if row is None or left_s <= away_s:
        return
    world, ask = _free(state.world, held, row), _asked(state, job, held, left_s, now)
    here = replace(figures(world, ask, np.array([row]), 1), moves=None)  # what it needs is there
    thought = think(world, ask, 1, 0)
    if not thought.shares or int(thought.figures.rows[thought.winner]) == row:
        return
    was = float(scores(here.alone(), weights(ask.demand.prefer))[0])
    would = float(thought.score[thought.winner])
    cost = would * away_s / left_s
    gain = was - would - cost
    if gain > LEAST * was > 0:
        target = world.nodes[int(thought.figures.rows[thought.winner])]
        yield Move(
            at=now,
            job=job.id,
            source=state.node_of(held).name,
            target=target.name,
            left_s=left_s,
            stays=_terms(here, 0, ask),
            moves=_terms(thought.figures, thought.winner, ask),
            cost=cost,
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
    plain = Ask(demand=_lasting(job.demand), user=job.user, fuel_per_task=round(BUSY * burns_per_s * left_s))
    return asks_of(state, job, plain, now)[0]


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
