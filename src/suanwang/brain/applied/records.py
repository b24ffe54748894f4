"""What outcomes show: of nodes and owners, of their speed, of the fuel of code, of energy and carbon."""

from collections.abc import Iterable, Sequence

from suanwang.brain.history import code_key
from suanwang.brain.jobs import JobState, PlacementState
from suanwang.brain.state import State
from suanwang.model.demand import NATIVE
from suanwang.model.job import Outcome
from suanwang.model.node import Node
from suanwang.model.steps import task_demand
from suanwang.trust.record import after, reputation, speed_believed, timed
from suanwang.world.fold import judged, kwh_per_fuel
from suanwang.world.hours import mean_intensity
from suanwang.world.world import World

LONG_S, BUSY = 1.0, 0.5
"""A task shows a speed if it took so long, and kept its core busy for such a share of what the node lends."""


def draw_energy(state: State, job: JobState, held: PlacementState, outcome: Outcome) -> None:
    """The energy of what a task burned, modelled, and its carbon by what is known of the hours in which it ran."""
    node, begin = state.node_of(held), outcome.started_at
    carbon, halls = mean_intensity(state.world.grids, node.site, begin, begin + outcome.wall_s)
    kwh = outcome.fuel * kwh_per_fuel(node)
    held.kwh += kwh * halls
    held.emitted_g += kwh * carbon
    held.core_s += outcome.wall_s * job.demand.needs.cpu_milli / 1000


def note_verdicts(state: State, verdicts: Sequence[tuple[Node, str]]) -> None:
    """What was found of nodes goes into their records and their owners', and from there into the world."""
    for node, verdict in verdicts:
        state.records[node.id] = after(state.record(node.id), verdict)
        state.owner_records[node.owner] = after(state.owner_record(node.owner), verdict)
    if verdicts:
        state.world = recorded(state.world, state, {node.id: node for node, _ in verdicts}.values())


def recorded(world: World, state: State, nodes: Iterable[Node]) -> World:
    """The world with the records of some nodes and of their owners in it."""
    nodes = tuple(nodes)
    return judged(
        world,
        nodes={n.id: reputation(state.record(n.id)) for n in nodes},
        owners={n.owner: reputation(state.owner_record(n.owner)) for n in nodes},
        speeds={n.id: speed_believed(n.speed.fuel_per_s, state.record(n.id)) for n in nodes},
    )


def show_speed(state: State, job: JobState, held: PlacementState, outcomes: tuple[Outcome, ...]) -> None:
    """What its tasks show of a node's speed. Native work may wait, and start-up hides the speed of short work."""
    demand = task_demand(job.demand, held.placement.tasks[0])
    if isinstance(demand.work, NATIVE):
        return
    node, cores = state.node_of(held), min(1.0, max(1, demand.needs.cpu_milli) / 1000)
    busy = BUSY * cores * node.cap
    shown = [o for o in outcomes if o.state == "done" and o.wall_s >= LONG_S and o.cpu_s >= busy * o.wall_s]
    for outcome in shown:
        state.records[node.id] = timed(state.record(node.id), outcome.fuel / (outcome.wall_s * cores))
    if shown:
        state.world = recorded(state.world, state, (node,))


def learn_fuel(state: State, job: JobState, outcomes: tuple[Outcome, ...]) -> None:
    done = [o.fuel for o in outcomes if o.state == "done"]
    if done:
        key = code_key(task_demand(job.demand, outcomes[0].task))
        count, fuel = state.code_fuel.get(key, (0, 0))
        state.code_fuel[key] = (count + len(done), fuel + sum(done))
