"""What nodes were heard to say of themselves, on its way into the world, and what of it the other brains are told.

Many heartbeats are taken in at once, before anybody looks: each makes a new world.
"""

from collections.abc import Iterable

import msgspec

from suanwang.brain.state import State
from suanwang.model.node import Reading
from suanwang.world.fold import heard

HEARD_MAX = 500
"""Heartbeats that are taken in together at most."""
FRESH_S = 3.0
"""Readings no older than this are passed on to the other brains."""

_readings = msgspec.msgpack.Decoder(tuple[Reading, ...])
_pack = msgspec.msgpack.Encoder().encode


class Heard:
    """doubtful: nodes that may never tell of something that they were given. Times are by a clock that does not jump."""

    def __init__(self) -> None:
        self._waiting: dict[str, Reading] = {}  # not in the world yet
        self._at: dict[str, float] = {}
        self._own: dict[str, tuple[Reading, float]] = {}
        self.doubtful = set[str]()

    def hear(self, state: State, reading: Reading, at: float) -> set[str]:
        """A heartbeat; the jobs of which it says something else than the one before."""
        node_id = reading.node_id
        before = self._waiting.get(node_id) or state.world.readings.get(node_id)
        self._waiting[node_id] = _with_files(reading, self._waiting.get(node_id))
        self._at[node_id] = at
        if len(self._waiting) >= HEARD_MAX:
            self.take_in(state)
        live = state.live.get(node_id, {})
        if (reading.stuck and live) or (reading.ending is not None and not all(live.values())):
            self.doubtful.add(node_id)
        if before is not None and before.running == reading.running:
            return set()
        return {job for job, _ in (*reading.running, *(before.running if before else ()))}

    def take_in(self, state: State) -> None:
        """Have in the world what was heard."""
        if not self._waiting:
            return
        state.world = heard(state.world, self._waiting.values(), self._at)
        self._own.update(
            (node_id, (_with_files(reading, self._own.get(node_id, (None,))[0]), self._at[node_id]))
            for node_id, reading in self._waiting.items()
        )
        self._waiting.clear()
        self._at.clear()

    def word(self, now: float) -> bytes:
        """What the other brains are told: who was heard here of late. Files are told once."""
        own = {n: (reading, at) for n, (reading, at) in self._own.items() if at >= now - FRESH_S}
        self._own = {n: (r if r.files is None else msgspec.structs.replace(r, files=None), at) for n, (r, at) in own.items()}
        return _pack(tuple(reading for reading, _ in own.values()))


def heard_of_peer(state: State, word: bytes, at: float, since: float) -> Iterable[str]:
    """Take in what another brain heard at that time, as far as it is news, and not from before `since`; the jobs that it
    speaks of."""
    world = state.world
    rows = [(r, row) for r in _readings.decode(word) if (row := world.row(r.node_id)) is not None]
    news = tuple(r for r, row in rows if at > max(world.heard_at[row], since))
    if news:
        state.world = heard(world, news, at)
    return {job for reading in news for job, _ in reading.running}


def _with_files(reading: Reading, before: Reading | None) -> Reading:
    """A reading, with what the one before it, which nobody has taken in yet, said of files."""
    if reading.files is not None or before is None or before.files is None:
        return reading
    return msgspec.structs.replace(reading, files=before.files)
