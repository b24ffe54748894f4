"""Which nodes may rest: those that hold nothing, have held nothing for a while, and are not kept for what may come.

Decided once a minute by place/park.py. What may come is what was held at most in the last hour, and in this and the next hour
of yesterday, less what is held now; nodes that hold something, and have room, are reckoned with first. A node that is given
work is at full power again with it; waking ahead of need, and the delay before resting, keep nodes from flapping. Loads are
not logged: a brain that starts again has seen none, and lets nobody rest before it has watched for DELAY_MIN.
"""

from math import ceil

import numpy as np

from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.place.park import Fleet, Load, park
from suanwang.world.power import SERVER_IDLE_SHARE
from suanwang.world.world import Floats, Ints

SLOT_S = 60.0
DELAY_MIN = 10
"""A node rests after so many minutes of idling: park weighs them as the cost of waking."""
REST_SHARE = 0.5
"""Our assumption: of what an idle machine draws, so much at rest."""
CORES_LEAST = 1.0
"""So much is kept ready in any case."""


class Rests:
    """What was seen of the load: idle minutes by node, and the most cores held in each hour."""

    def __init__(self) -> None:
        self._at = float("-inf")
        self._idle: dict[str, int] = {}
        self._peaks: dict[int, float] = {}

    def due(self, state: State, now: float) -> bool:
        """Whether a minute has passed, and there is a node that may rest."""
        return now - self._at >= SLOT_S and any(node.wake_s > 0 for node in state.world.nodes)

    def look(self, state: State, now: float) -> list[ev.NodeRested]:
        """Who is to rest, and who is to be ready again."""
        self._at, world = now, state.world
        held = world.cpu_milli_held / 1000
        busy = (
            (world.cpu_milli_held > 0) | (world.memory_bytes_held > 0) | np.array([bool(state.live.get(n)) for n in world.ids])
        )
        may = np.array([node.wake_s > 0 for node in world.nodes]) & world.alive & ~busy
        others = world.alive & ~may
        free = float((world.cpu_milli_free[others] / 1000).sum())
        keep = max(0.0, self._may_come(float(held.sum()), int(now // 3600)) - free)
        idle = {n: self._idle.get(n, -1) + 1 for n, is_free in zip(world.ids, may.tolist(), strict=True) if is_free}
        self._idle = idle
        rows: Ints = np.flatnonzero(may)
        if not len(rows):
            return []
        ids = [world.ids[int(row)] for row in rows]
        awake = np.array([node_id not in state.resting for node_id in ids], np.bool_)
        asked = Load(np.array([keep]), np.zeros(1), np.ones(1, np.bool_))
        idled = np.array([idle[node_id] for node_id in ids], np.int64)
        plan = park(_fleet(state, rows), awake, idled, asked, SLOT_S / 3600)
        turns = {"park": True, "wake": False, "keep": False, "cap": False}
        wanted = [(node_id, turns[how]) for node_id, how in zip(ids, plan.state, strict=True)]
        return [
            ev.NodeRested(at=now, node_id=node_id, resting=resting)
            for node_id, resting in wanted
            if resting != (node_id in state.resting)
        ]

    def _may_come(self, held: float, hour: int) -> float:
        """Cores that may well be asked for beyond those that are held."""
        self._peaks = {h: cores for h, cores in self._peaks.items() if h >= hour - 25}
        self._peaks[hour] = max(held, self._peaks.get(hour, 0.0))
        seen = [self._peaks.get(h, 0.0) for h in (hour, hour - 1, hour - 24, hour - 23)]
        return max(CORES_LEAST, max(seen) - held)


def _fleet(state: State, rows: Ints) -> Fleet:
    """Nodes as park sees them; watts modelled. Waking costs what DELAY_MIN of idling wastes."""
    nodes = [state.world.nodes[int(row)] for row in rows]
    cores: Floats = state.world.cpu_milli_total[rows] / 1000
    peak: Floats = cores * np.array([node.watts_per_core for node in nodes])
    idle = SERVER_IDLE_SHARE * peak
    waste = (1 - REST_SHARE) * idle
    slots = np.array([ceil(node.wake_s / SLOT_S) for node in nodes], np.int64)
    return Fleet(cores, idle, peak, REST_SHARE * idle, waste * DELAY_MIN * SLOT_S / 3.6e6, slots)
