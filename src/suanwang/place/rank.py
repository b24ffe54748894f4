"""Who is best: one objective in CNY, a sum of terms; what the user prefers gets a weight that dominates.

| term | value | weight | weight if preferred | why |
|---|---|---|---|---|
| price | predicted cost, CNY | 1 | 1000 | money is the common scale |
| risk | cost x (1 - r) / r, CNY | 1 | 1000, as price | r: reputation; price and risk are cost / r, what a right result costs |
| latency | round trip, ms | 0.00001 | 1 | 30 ms weigh as little as 0.03 fen: only a tie-break, unless asked for |
| finish | last result, s | 0.00001 | 1 | 17 minutes weigh one fen |
| carbon | modelled, gCO2e | 0.0001 | 1000 | 100 CNY/t, about the price of a Chinese emission allowance |
| waste | accelerator hours made useless | 5 | 5 | about what a data-centre accelerator rents for; below 0 where others gain |
| egress | what moving data there costs, CNY | 1 | 1000, as price | only where data cost anything (place.gravity) |

Equal scores are broken by a hash of the seed and the node's id, never by order, so that decisions taken side by side spread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from suanwang.place.ask import Ask, task_g, task_s
from suanwang.place.gravity import Moves, moves
from suanwang.place.idle import added
from suanwang.place.reserved import own_slots, rounds
from suanwang.place.room import kinds
from suanwang.trust.record import FLOOR
from suanwang.world.scramble import GOLDEN, scrambled
from suanwang.world.supply import tasks_fit
from suanwang.world.world import Floats, Ints, World

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "price": "CNY",
        "risk": "CNY",
        "latency": "ms",
        "finish": "s",
        "carbon": "gCO2e",
        "waste": "accelerator h",
        "egress": "CNY",
    }
)
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"price": 1.0, "risk": 1.0, "latency": 1e-5, "finish": 1e-5, "carbon": 1e-4, "waste": 5.0, "egress": 1.0}
)
PREFERRED: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "price": {"price": 1000.0, "risk": 1000.0, "egress": 1000.0},
        "latency": {"latency": 1.0},
        "speed": {"finish": 1.0},
        "carbon": {"carbon": 1000.0},
    }
)
"""preference -> weights instead of the usual ones."""
ESTIMATED = "estimated from distance"
_FEW = 64


def weights(prefer: str) -> dict[str, float]:
    """The weight of each term, in the order in which they are added up."""
    return {**WEIGHTS, **PREFERRED[prefer]}


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What a task would take on some nodes; every array has the shape of `rows`.

    slots: how many tasks fit in what is free now, at least 1, at most `count`, the tasks to be placed; most: how many may be
    given to it in all, one after the other. moves: what is to come there first, None where nothing is.
    """

    count: int
    rows: Ints
    price_micro: Floats
    risk_micro: Floats
    latency_ms: Floats
    task_s: Floats
    task_g: Floats
    waste_h: Floats
    slots: Ints | None
    most: Ints | None = None
    moves: Moves | None = None

    @property
    def move_s(self) -> Floats:
        """Seconds before the first task can begin."""
        return np.zeros(len(self.rows)) if self.moves is None else self.moves.seconds

    def alone(self) -> dict[str, Floats]:
        """The value of each term for all tasks if they ran on that node alone."""
        rounds = 1 if self.slots is None else np.ceil(self.count / self.slots)
        finish = self.task_s * rounds
        terms = {
            "price": self.price_micro * (self.count / 1e6),
            "risk": self.risk_micro * (self.count / 1e6),
            "latency": self.latency_ms,
            "finish": finish if self.moves is None else self.moves.seconds + finish,
            "carbon": self.task_g * self.count,
            "waste": self.waste_h * self.count,
        }
        return {**terms, "egress": self.moves.egress_micro / 1e6} if self.moves and self.moves.priced else terms


def figures(world: World, ask: Ask, rows: Ints, count: int) -> Figures:
    """Figures for some rows of the world (rising)."""
    near = ask.demand.near
    every = len(rows) == len(world.ids)
    price = world.price_micro_per_tfuel if every else world.price_micro_per_tfuel[rows]
    speed = world.fuel_per_s if every else world.fuel_per_s[rows]
    carbon = world.carbon_g_per_fuel if every else world.carbon_g_per_fuel[rows]
    believed = np.maximum(world.reputation if every else world.reputation[rows], FLOOR)
    fit = None if count == 1 else slots(world, ask, rows, count)
    cost, seconds = price.astype(np.float64) * (ask.fuel / 1e12), task_s(ask, speed)
    return Figures(
        count=count,
        rows=rows,
        price_micro=cost,
        risk_micro=cost * ((1.0 - believed) / believed),
        latency_ms=np.zeros(len(rows)) if near is None else world.sites.round_trip_ms(near)[world.site[rows]],
        task_s=seconds,
        task_g=task_g(ask, carbon),
        waste_h=added(world, ask, rows) * (seconds / 3600.0),
        slots=fit,
        most=None if fit is None else np.minimum(fit * rounds(world, ask, rows), count).astype(np.int64),
        moves=moves(world, ask.demand, rows),
    )


def slots(world: World, ask: Ask, rows: Ints, count: int) -> Ints:
    """How many tasks at once fit into what is free on some rows: 1 to `count`."""
    needs = ask.demand.needs
    fit = np.full(len(rows), count, np.int64)
    if needs.cpu_milli:
        fit = np.minimum(fit, world.cpu_milli_free[rows] // needs.cpu_milli)
    if needs.memory_bytes:
        fit = np.minimum(fit, world.memory_bytes_free[rows] // needs.memory_bytes)
    if (need := needs.accelerator) is not None:
        fits = [tasks_fit(world.accelerators[kind], rows, need.count, need.share_milli) for kind in kinds(ask, world)]
        fit = np.minimum(fit, np.max(fits, axis=0, initial=0)) if fits else fit
    return np.maximum(own_slots(world, ask, fit), 1)


def scores(alone: Mapping[str, Floats], weight: Mapping[str, float]) -> Floats:
    """The sum of the terms, added in their order: exactly what adding up the listed contributions gives. A term that is not
    there counts for nothing, and costs nothing."""
    total: Floats | None = None
    for name, column in alone.items():
        total = column * weight[name] if total is None else total + column * weight[name]
    assert total is not None, "an objective without terms"
    return total


def best(score: Floats, mix: NDArray[np.uint64], seed: int, most_wanted: int) -> list[int]:
    """Positions of the lowest scores, best first, at most so many; ties in the order of `drawn`."""
    wanted = min(most_wanted, len(score))
    near = np.arange(len(score))
    if len(score) > _FEW:
        last = np.partition(score, wanted - 1)[wanted - 1]
        near = np.flatnonzero(score <= last)
        if len(near) > _FEW:
            near = _without_most_ties(near, score, mix, seed, float(last), wanted)
    return near[np.lexsort((drawn(mix[near], seed), score[near]))][:wanted].tolist()


def _without_most_ties(near: Ints, score: Floats, mix: NDArray[np.uint64], seed: int, last: float, wanted: int) -> Ints:
    """Many equal nodes: of those that tie for the last place only the few that the draw favours need to be sorted."""
    level = score[near] == last
    ahead, tied = near[~level], near[level]
    favoured = np.argpartition(drawn(mix[tied], seed), wanted - len(ahead) - 1)[: wanted - len(ahead)]
    return np.concatenate((ahead, tied[favoured]))


def drawn(mix: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """A pseudo-random number per node, of id hash and seed."""
    return scrambled(mix ^ np.uint64((seed + 1) * GOLDEN % 2**64))
