"""What has to come to a node before work can begin there: files of the job that it lacks, and data that lie elsewhere.

    bytes   = files that the node has not said it has + data that are not at the node
    seconds = bytes / rate      rate: what the node measured when it last fetched files, else RATE_ASSUMED
    egress  = price of the data's holder x bytes that leave it

Work follows its data when they are many and the data follow cheap work when they are few: data gravity. Both parts go into the
one objective (place.rank), seconds as part of `finish`, egress as a term of its own. Data count as at a node if they are on
it, at its site, or at a place in the same city; what lies behind the same egress is taken to cost nothing and no time.

Each node that takes tasks of an array fetches what all of them share once. Files of single elements are left out: every node
would fetch the same amount for the same tasks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from operator import attrgetter

import numpy as np

from suanwang.model.data import Data
from suanwang.model.demand import Demand
from suanwang.model.file import FileRef
from suanwang.world.distance import distance_km_to
from suanwang.world.stored import mark
from suanwang.world.world import Bools, Floats, Ints, World

GB = 10**9
RATE_ASSUMED = 12.5e6
"""Bytes a second, 100 Mbit/s: a modest line, and what a node is taken to have that has not measured its own yet."""
FILES_LOOKED = 16
"""Only the largest files are looked for on the nodes; the others count as to be fetched everywhere."""
LITTLE_BYTES = 64 << 10
"""Files that are no more than this, and are nowhere yet, cost nobody any time worth a figure."""
CITY_KM = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """What is to come to some nodes; arrays of one shape. measured: the rate is the node's own. priced: some of it costs money
    somewhere."""

    bytes: Ints
    seconds: Floats
    egress_micro: Floats
    measured: Bools
    priced: bool


def moves(world: World, demand: Demand, rows: Ints | None = None) -> Moves | None:
    """What is to come to some rows (all, if None); None where nothing worth a figure is to come anywhere."""
    files = _files(world, demand.files)
    if files is None and not demand.data:
        return None
    total = np.zeros(len(world.ids), np.int64) if files is None else files
    egress, priced = np.zeros(len(world.ids)), False
    for data in demand.data:
        away = ~_here(world, data)
        price = _price(world, data, ~away)
        total = total + data.size_bytes * away
        egress = egress + (data.size_bytes / GB * price) * away
        priced = priced or price > 0
    known = world.pull_bytes_per_s > 0
    seconds = total / np.where(known, world.pull_bytes_per_s, RATE_ASSUMED)
    if rows is None:
        return Moves(total, seconds, egress, known, priced)
    return Moves(total[rows], seconds[rows], egress[rows], known[rows], priced)


def weighed(world: World, demand: Demand) -> tuple[tuple[str, ...], bool]:
    """What a decision goes by of all that readings tell: the marks of files, and whether it counts how fast nodes fetch."""
    found = tuple(dict.fromkeys(mark(file.sha256) for file in _looked(demand.files)))
    many = bool(demand.data) or sum(file.size for file in demand.files) > LITTLE_BYTES
    return found, many or any(one in world.stored.holders for one in found)


def _looked(files: tuple[FileRef, ...]) -> Iterable[FileRef]:
    return files if len(files) <= FILES_LOOKED else nlargest(FILES_LOOKED, files, key=attrgetter("size"))


def _files(world: World, files: tuple[FileRef, ...]) -> Ints | None:
    """Shape (nodes,): bytes of the files that each node lacks; None if they are little and nowhere."""
    if not files:
        return None
    told = world.stored.holders
    found = [(file.size, held) for file in _looked(files) if (held := told.get(mark(file.sha256))) is not None]
    total = sum(file.size for file in files)
    if not found:
        return None if total <= LITTLE_BYTES else np.full(len(world.ids), total, np.int64)
    here = np.zeros(len(world.numbers), np.int64)
    for size, held in found:
        here[held] += size
    return total - here[world.number]


def _here(world: World, data: Data) -> Bools:
    """Shape (nodes,): where the data are, so that nothing is to be moved."""
    if data.node:
        return np.fromiter((node.name == data.node for node in world.nodes), np.bool_, len(world.nodes))
    if data.site:
        return _of_sites(world, (site.name == data.site for site in world.sites.all))
    assert data.place is not None, "data are at a place, a site or a node"
    return (distance_km_to(data.place, world.sites.latitude, world.sites.longitude) <= CITY_KM)[world.site]


def _of_sites(world: World, chosen: Iterable[bool]) -> Bools:
    return np.fromiter(chosen, np.bool_, len(world.sites.all))[world.site]


def _price(world: World, data: Data, here: Bools) -> int:
    """Millionths for 10^9 bytes: as the demand says, else the most that a node there asks."""
    stated = data.egress_micro_per_gb
    return int(world.egress_micro_per_gb[here].max(initial=0)) if stated is None else stated
