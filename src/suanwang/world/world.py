"""One picture of what there is: the nouns, and beside them one read-only NumPy column per figure, a row per node.

Choosing works on columns, so that ten thousand nodes cost microseconds; explaining works on nouns, a few dozen at a time.
Rows are sorted by node id, so the picture does not depend on the order in which nodes joined.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from suanwang.model.node import Node, Reading
from suanwang.model.plan import Placement
from suanwang.model.where import Place, Site
from suanwang.world.asked import NOTHING, Asked
from suanwang.world.distance import distance_km_to, rtt_ms
from suanwang.world.reserved import NONE, Reserved
from suanwang.world.shelf import Shelf
from suanwang.world.stored import UNTOLD, Stored
from suanwang.world.supply import Supply

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = Mapping[str, int]
"""Text to a small number that stands for it in a column. Grows, never changes."""

RUNTIME_BITS: Codes = MappingProxyType({"wasm": 1, "python": 2, "process": 4})
_PLACES_KEPT = 64


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Every distinct site, and its coordinates as arrays. Remembers the round trips to the last few places asked for."""

    all: tuple[Site, ...]
    latitude: Floats
    longitude: Floats
    access_ms: Floats
    _known: dict[Place, Floats] = field(default_factory=dict["Place", "Floats"])

    def round_trip_ms(self, place: Place) -> Floats:
        """Shape (sites,): estimated fibre round trip over the great circle, plus the site's own access time."""
        known = self._known.get(place)
        if known is None:
            far = distance_km_to(place, self.latitude, self.longitude)
            known = frozen(rtt_ms(far) + self.access_ms)
            if len(self._known) >= _PLACES_KEPT:
                self._known.clear()
            self._known[place] = known
        return known


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class World:
    """A snapshot. Every column has shape (nodes,) and is read-only; names carry the unit.

    nodes, ids: sorted by id. held: placement id -> placement, of nodes that are away too. readings: by node id.
    site, arch, region, owner: codes into `sites.all`, `archs`, `regions`, `owners`. runtimes: bits of RUNTIME_BITS.
    trust: rank in demand.TRUST_LEVELS, -1 for a word that is not in it. contained: native work can be sandboxed there.
    fuel_per_s, fuel_per_cpu_s: of one core, at least 1. carbon_g_per_fuel: modelled, from CPU time (docs/deciding.md).
    *_held: sum over placements; *_free = max(0, total - held), so a node that shrank is full, never below nothing.
    node_reputation, owner_reputation: 0-1 by record; reputation: the lower of the two. fuel_per_s: as far as it is believed.
    mix: 64 bits drawn from the node's id, for breaking ties. everyone: all true.
    asked: what has been asked for so far. reserved: by id, reservations that are not over.
    asked: what has been asked for so far. number: of the node in `numbers`, by which `stored` knows which files it has.
    egress_micro_per_gb: asked for data that leave. pull_bytes_per_s: as the node measured it, 0 if it has not.
    """

    version: int
    nodes: tuple[Node, ...]
    ids: tuple[str, ...]
    sites: Sites
    held: Shelf[Placement]
    readings: Shelf[Reading]
    archs: Codes
    regions: Codes
    owners: Codes
    numbers: Codes
    accelerators: Mapping[str, Supply]
    cpu_milli_total: Ints
    cpu_milli_held: Ints
    cpu_milli_free: Ints
    memory_bytes_total: Ints
    memory_bytes_held: Ints
    memory_bytes_free: Ints
    fuel_per_s: Floats
    fuel_per_cpu_s: Floats
    price_micro_per_tfuel: Ints
    carbon_g_kwh: Floats
    pue: Floats
    watts_per_core: Floats
    carbon_g_per_fuel: Floats
    trust: Ints
    site: Ints
    arch: Ints
    region: Ints
    owner: Ints
    runtimes: Ints
    contained: Bools
    alive: Bools
    heard_at: Floats
    queued: Ints
    node_reputation: Floats
    owner_reputation: Floats
    reputation: Floats
    mix: NDArray[np.uint64]
    everyone: Bools
    number: Ints
    egress_micro_per_gb: Ints
    pull_bytes_per_s: Floats
    asked: Asked = NOTHING
    reserved: Mapping[str, Reserved] = field(default_factory=lambda: NONE)
    stored: Stored = UNTOLD

    def row(self, node_id: str) -> int | None:
        """The row of a node, None if it is not here."""
        at = bisect_left(self.ids, node_id)
        return at if at < len(self.ids) and self.ids[at] == node_id else None

    def node(self, node_id: str) -> Node | None:
        at = self.row(node_id)
        return None if at is None else self.nodes[at]

    def latency_ms(self, place: Place) -> Floats:
        """Shape (nodes,): estimated round trip between the place and every node."""
        return self.sites.round_trip_ms(place)[self.site]

    def held_on(self, node_id: str) -> tuple[Placement, ...]:
        """The placements a node holds, by id. Looks through all of them: for rare use."""
        return tuple(sorted((p for p in self.held.values() if p.node_id == node_id), key=lambda p: p.id))

    def unheard(self, since: float) -> tuple[str, ...]:
        """Ids of nodes that count as alive but were last heard before `since`, by the clock that `heard_at` is told by."""
        return tuple(self.ids[at] for at in np.flatnonzero(self.alive & (self.heard_at < since)).tolist())


A = TypeVar("A", bound=NDArray[np.generic])


def frozen(column: A) -> A:
    """The same array, read-only from now on."""
    column.setflags(write=False)
    return column
