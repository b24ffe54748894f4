"""What happened -> the next picture: each function takes a World and returns the next one, with version + 1.

Columns that did not change are the same object in both, so a batch costs one copy of each column it touches.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from suanwang.model.demand import TRUST_LEVELS
from suanwang.model.node import Node, Reading
from suanwang.model.plan import Placement
from suanwang.model.record import ERROR_START
from suanwang.model.where import Site
from suanwang.world import stored
from suanwang.world.hours import Grids, intensity, price_at
from suanwang.world.reserved import Reserved, used
from suanwang.world.shelf import Shelf
from suanwang.world.supply import Supply, held_by, moved, quiet, supply, widened
from suanwang.world.world import RUNTIME_BITS, Codes, Ints, Sites, World, frozen

T = TypeVar("T")
Array = NDArray[Any]
JOULES_PER_KWH = 3.6e6


def kwh_per_fuel(node: Node) -> float:
    """Modelled: watts_per_core x CPU seconds / 3.6e6, where one fuel is 1 / fuel_per_cpu_s CPU seconds. The machine's own
    energy, before PUE."""
    return node.watts_per_core / max(node.speed.fuel_per_cpu_s, 1.0) / JOULES_PER_KWH


def carbon_g_per_fuel(node: Node) -> float:
    """Modelled, by what its site declares: the machine's energy x PUE x gCO2e/kWh.

    Operational energy only, as in SCI's E x I (ISO/IEC 21031:2024) with PUE; making the machine is not in it.
    """
    return kwh_per_fuel(node) * node.site.pue * node.site.carbon_g_kwh


def _runtimes(node: Node) -> int:
    return sum(RUNTIME_BITS.get(name, 0) for name in set(node.runtimes))


def _trust(node: Node) -> int:
    return TRUST_LEVELS.index(node.trust) if node.trust in TRUST_LEVELS else -1


def _mix(node: Node) -> int:
    return int.from_bytes(blake2b(node.id.encode(), digest_size=8).digest(), "big")


PARTICULARS: Mapping[str, tuple[type[np.generic], Callable[[Node], Any]]] = {
    "cpu_milli_total": (np.int64, lambda n: n.capacity.cpu_milli),
    "memory_bytes_total": (np.int64, lambda n: n.capacity.memory_bytes),
    "fuel_per_s": (np.float64, lambda n: max(n.speed.fuel_per_s, 1.0)),
    "fuel_per_cpu_s": (np.float64, lambda n: max(n.speed.fuel_per_cpu_s, 1.0)),
    "price_micro_per_tfuel": (np.int64, lambda n: n.offer.price_micro_per_tfuel),
    "egress_micro_per_gb": (np.int64, lambda n: n.offer.egress_micro_per_gb),
    "carbon_g_kwh": (np.float64, lambda n: n.site.carbon_g_kwh),
    "pue": (np.float64, lambda n: n.site.pue),
    "watts_per_core": (np.float64, lambda n: n.watts_per_core),
    "carbon_g_per_fuel": (np.float64, carbon_g_per_fuel),
    "trust": (np.int64, _trust),
    "runtimes": (np.int64, _runtimes),
    "contained": (np.bool_, lambda n: bool(n.sandbox)),
    "mix": (np.uint64, _mix),
    "node_reputation": (np.float64, lambda _: 1.0 - ERROR_START),
    "owner_reputation": (np.float64, lambda _: 1.0 - ERROR_START),
    "reputation": (np.float64, lambda _: 1.0 - ERROR_START),
    "rest_s": (np.float64, lambda _: 0.0),
}
"""Columns that are a function of the node alone."""

OTHERS: Mapping[str, type[np.generic]] = {
    **{name: np.int64 for name in ("cpu_milli_held", "cpu_milli_free", "memory_bytes_held", "memory_bytes_free")},
    **{name: np.int64 for name in ("site", "arch", "region", "owner", "number", "queued")},
    **{name: np.bool_ for name in ("alive", "everyone")},
    "heard_at": np.float64,
    "pull_bytes_per_s": np.float64,
}
COLUMNS: Mapping[str, type[np.generic]] = {**{name: kind for name, (kind, _) in PARTICULARS.items()}, **OTHERS}


def empty() -> World:
    """Nothing yet: version 0."""
    columns: dict[str, Any] = {name: frozen(np.array((), kind)) for name, kind in COLUMNS.items()}
    none: Codes = MappingProxyType({})
    return World(
        version=0,
        nodes=(),
        ids=(),
        sites=_sites(()),
        held=Shelf(),
        readings=Shelf(),
        archs=none,
        regions=none,
        owners=none,
        numbers=none,
        accelerators=MappingProxyType({}),
        **columns,
    )


def joined(world: World, *nodes: Node, now: float = 0.0) -> World:
    """Nodes join, or come back with changed particulars; they keep the placements they hold and count as heard at `now`.

    Joining many at once costs about as much as joining one.
    """
    latest = {node.id: node for node in nodes}
    fresh = tuple(latest[node_id] for node_id in sorted(latest))
    world = _with_names(world, fresh)
    fits = np.fromiter((bisect_left(world.ids, n.id) for n in fresh), np.int64, len(fresh))
    back = np.fromiter((world.row(n.id) is not None for n in fresh), np.bool_, len(fresh))
    rows = _rows(world, fresh, now)
    merged = {name: _merged(getattr(world, name), fits, back, values) for name, values in rows.items()}
    new = [n for n, is_back in zip(fresh, back.tolist(), strict=True) if not is_back]
    at = fits[~back].tolist()
    nodes_now = _threaded(_exchanged(world.nodes, fits[back].tolist(), fresh, back.tolist()), at, new)
    ids_now = _threaded(world.ids, at, [n.id for n in new])
    accelerators = _supplies(world, fresh, fits, back)
    return _next(world, nodes=nodes_now, ids=ids_now, accelerators=accelerators, **merged)


def left(world: World, *node_ids: str) -> World:
    """Nodes leave. What they hold stays on the books until it is released, and is theirs again if they come back."""
    rows = [row for node_id in node_ids if (row := world.row(node_id)) is not None]
    stay = np.ones(len(world.ids), np.bool_)
    stay[rows] = False
    kept = np.flatnonzero(stay).tolist()
    columns = {name: frozen(getattr(world, name)[stay]) for name in COLUMNS}
    supplies = {kind: supply(s.total[stay], s.held[stay]) for kind, s in world.accelerators.items()}
    return _next(
        world,
        nodes=tuple(world.nodes[row] for row in kept),
        ids=tuple(world.ids[row] for row in kept),
        readings=world.readings.changed({}, node_ids),
        stored=stored.noted(world.stored, [(n, world.numbers[n], b"") for n in node_ids if n in world.numbers]),
        accelerators=MappingProxyType(supplies),
        **columns,
    )


def placed(world: World, placements: Iterable[Placement]) -> World:
    """Placements are held on their nodes. Placing the same id twice is the same as once."""
    fresh = {p.id: p for p in placements if p.id not in world.held}
    reserved = used(world.reserved, fresh.values(), ())
    return _next(world, held=world.held.changed(fresh), reserved=reserved, **_held(world, tuple(fresh.values()), 1))


def released(world: World, *placement_ids: str) -> World:
    """Placements end, and give back what they held. An id that is not held is passed over."""
    gone = tuple(world.held[placement_id] for placement_id in dict.fromkeys(placement_ids) if placement_id in world.held)
    held, reserved = world.held.changed({}, tuple(p.id for p in gone)), used(world.reserved, (), gone)
    return _next(world, held=held, reserved=reserved, **_held(world, gone, -1))


def reserved(world: World, *, come: Iterable[Reserved] = (), gone: Iterable[str] = ()) -> World:
    """Reservations are made, and end; by id. What is placed in one stays."""
    over = frozenset(gone)
    now = {id: one for id, one in world.reserved.items() if id not in over} | {one.id: one for one in come}
    return _next(world, reserved=MappingProxyType(now))


def heard(world: World, readings: Iterable[Reading], now: float | Mapping[str, float]) -> World:
    """Agents reported: their nodes are alive, last heard `now`, or each at its own time; but nothing is placed where no order
    can be taken. Readings of nodes that are not here are passed over."""
    known = {r.node_id: r for r in readings if world.row(r.node_id) is not None}
    rows = [bisect_left(world.ids, node_id) for node_id in known]
    return _next(
        world,
        readings=world.readings.changed(known),
        alive=_set(world.alive, rows, [not r.stuck for r in known.values()]),
        heard_at=_set(world.heard_at, rows, [now[n] for n in known] if isinstance(now, Mapping) else now),
        queued=_set(world.queued, rows, [r.queued for r in known.values()]),
        pull_bytes_per_s=_set(world.pull_bytes_per_s, rows, [r.pull_bytes_per_s for r in known.values()]),
        stored=stored.noted(
            world.stored, [(r.node_id, world.numbers[r.node_id], r.files) for r in known.values() if r.files is not None]
        ),
    )


def same_room(one: World, other: World) -> bool:
    """Whether a decision would see no difference: what changed, if anything, is who was heard when."""
    return one is other or all(getattr(one, column) is getattr(other, column) for column in _LOOKED_AT)


def noticed(world: World, now: float) -> World:
    """Nodes that were said to have been heard in the future, since it was not known when, count as heard `now`."""
    rows = np.flatnonzero(world.heard_at > now).tolist()
    return _next(world, heard_at=_set(world.heard_at, rows, now)) if rows else world


def judged(world: World, *, nodes: Mapping[str, float], owners: Mapping[str, float], speeds: Mapping[str, float]) -> World:
    """New reputations by node id and by owner, and the speeds to count with by node id. Who is not here is passed over."""
    rows = {node_id: row for node_id in {**nodes, **speeds} if (row := world.row(node_id)) is not None}
    here = [node_id for node_id in nodes if node_id in rows]
    of_node = _set(world.node_reputation, [rows[n] for n in here], [nodes[n] for n in here])
    of_owner = world.owner_reputation
    for owner, value in owners.items():
        if owner in world.owners:
            of_owner = _set(of_owner, np.flatnonzero(world.owner == world.owners[owner]).tolist(), value)
    both = world.reputation
    if of_node is not world.node_reputation or of_owner is not world.owner_reputation:
        both = frozen(np.minimum(of_node, of_owner))
    timed = [node_id for node_id in speeds if node_id in rows]
    believed = _set(world.fuel_per_s, [rows[n] for n in timed], [max(speeds[n], 1.0) for n in timed])
    return _next(world, node_reputation=of_node, owner_reputation=of_owner, reputation=both, fuel_per_s=believed)


def silent(world: World, node_ids: Iterable[str]) -> World:
    """Nodes are not heard any more (`World.unheard` finds them): nothing is placed there until they are heard again."""
    rows = [row for node_id in node_ids if (row := world.row(node_id)) is not None]
    return _next(world, alive=_set(world.alive, rows, False))


def idle(world: World) -> World:
    """The same nodes on a quiet day: all heard, nothing held. For asking whether waiting would help; not a next version."""
    accelerators = {kind: quiet(of) for kind, of in world.accelerators.items()}
    return replace(
        world,
        alive=world.everyone,
        cpu_milli_free=world.cpu_milli_total,
        memory_bytes_free=world.memory_bytes_total,
        accelerators=MappingProxyType(accelerators),
    )


def rested(world: World, wake_s: Mapping[str, float]) -> World:
    """Nodes by id that are at rest from now on, and how long they take to wake; 0: they are at full power again."""
    rows = {node_id: row for node_id in wake_s if (row := world.row(node_id)) is not None}
    column = _set(world.rest_s, list(rows.values()), [wake_s[node_id] for node_id in rows])
    return world if column is world.rest_s else _next(world, rest_s=column)


def at_hour(world: World, hour: int, grids: Grids | None = None) -> World:
    """The hour has begun (since 1970, UTC), or more was told of the grid: carbon, PUE and prices are those of this hour."""
    grids = world.grids if grids is None else grids
    told = _of_hour(world.nodes, hour, grids) if grids or any(n.offer.price_micro_by_hour for n in world.nodes) else {}
    return replace(world, version=world.version + bool(told), hour=hour, grids=grids, **told)


def _of_hour(nodes: Sequence[Node], hour: int, grids: Grids) -> dict[str, Array]:
    """The columns that go by the hour."""
    sites = {site: intensity(grids, site, hour) for site in dict.fromkeys(n.site for n in nodes)}
    told = [sites[n.site] for n in nodes]
    return {
        "carbon_g_kwh": frozen(np.array([carbon for carbon, _ in told], np.float64)),
        "pue": frozen(np.array([halls for _, halls in told], np.float64)),
        "carbon_g_per_fuel": frozen(np.array([kwh_per_fuel(n) * c * p for n, (c, p) in zip(nodes, told, strict=True)])),
        "price_micro_per_tfuel": frozen(np.array([price_at(n, hour) for n in nodes], np.int64)),
    }


_LOOKED_AT = tuple(f.name for f in fields(World) if f.name not in ("version", "readings", "heard_at", "queued"))


def _next(world: World, **changes: Any) -> World:
    return replace(world, version=world.version + 1, **changes)


def _set(column: Array, rows: list[int], values: Any) -> Array:
    """The column with new values in some rows; the same object where they are no news."""
    if not rows or bool(np.all(column[rows] == values)):
        return column
    fresh = column.copy()
    fresh[rows] = values
    return frozen(fresh)


def _merged(column: Array, fits: Ints, back: NDArray[np.bool_], values: Array) -> Array:
    """Rows of nodes that are back are set, rows of new nodes inserted where they sort."""
    column = _set(column, fits[back].tolist(), values[back])
    return column if bool(back.all()) else frozen(np.insert(column, fits[~back], values[~back], axis=0))


def _exchanged(old: tuple[Node, ...], rows: list[int], fresh: Sequence[Node], back: list[bool]) -> tuple[Node, ...]:
    if not rows:
        return old
    now = list(old)
    for row, node in zip(rows, (n for n, is_back in zip(fresh, back, strict=True) if is_back), strict=True):
        now[row] = node
    return tuple(now)


def _threaded(old: tuple[T, ...], at: list[int], new: Sequence[T]) -> tuple[T, ...]:
    """`new[i]` put before `old[at[i]]`; `at` rises."""
    if not new:
        return old
    now: list[T] = []
    start = 0
    for stop, value in zip(at, new, strict=True):
        now.extend(old[start:stop])
        now.append(value)
        start = stop
    now.extend(old[start:])
    return tuple(now)


def _with_names(world: World, nodes: Sequence[Node]) -> World:
    """Names that appear for the first time get codes; sites nobody stands on any more are forgotten when they are many."""
    sites = world.sites
    known = set(sites.all)
    added = tuple(site for site in dict.fromkeys(n.site for n in nodes) if site not in known)
    if added:
        sites = _sites(sites.all + added)
    world = replace(
        world,
        sites=sites,
        archs=_codes(world.archs, (n.arch for n in nodes)),
        regions=_codes(world.regions, (n.site.place.region for n in nodes)),
        owners=_codes(world.owners, (n.owner for n in nodes)),
        numbers=_codes(world.numbers, (n.id for n in nodes)),
    )
    return world if len(sites.all) <= 2 * (len(world.ids) + len(nodes)) + 64 else _tidied(world, nodes)


def _tidied(world: World, nodes: Sequence[Node]) -> World:
    kept = tuple(dict.fromkeys([*(n.site for n in world.nodes), *(n.site for n in nodes)]))
    where = {site: at for at, site in enumerate(kept)}
    column = np.fromiter((where[n.site] for n in world.nodes), np.int64, len(world.nodes))
    return replace(world, sites=_sites(kept), site=frozen(column))


def _codes(known: Codes, names: Iterable[str]) -> Codes:
    added = [name for name in dict.fromkeys(names) if name not in known]
    if not added:
        return known
    return MappingProxyType({**known, **{name: len(known) + at for at, name in enumerate(added)}})


def _sites(sites: tuple[Site, ...]) -> Sites:
    return Sites(
        sites,
        frozen(np.array([s.place.latitude for s in sites], np.float64)),
        frozen(np.array([s.place.longitude for s in sites], np.float64)),
        frozen(np.array([s.access_ms for s in sites], np.float64)),
    )


def _rows(world: World, nodes: Sequence[Node], now: float) -> dict[str, Array]:
    """Every column's values for the nodes that join. `world` already knows their names."""
    rows: dict[str, Array] = {name: np.array([of(n) for n in nodes], kind) for name, (kind, of) in PARTICULARS.items()}
    where = {site: at for at, site in enumerate(world.sites.all)}
    texts = {
        "site": [where[n.site] for n in nodes],
        "arch": [world.archs[n.arch] for n in nodes],
        "region": [world.regions[n.site.place.region] for n in nodes],
        "owner": [world.owners[n.owner] for n in nodes],
        "number": [world.numbers[n.id] for n in nodes],
        "queued": [reading.queued if (reading := world.readings.get(n.id)) else 0 for n in nodes],
    }
    rows |= {name: np.array(values, np.int64) for name, values in texts.items()}
    rows |= _of_hour(nodes, world.hour, world.grids) if world.hour >= 0 else {}
    rows |= {"alive": np.ones(len(nodes), np.bool_), "everyone": np.ones(len(nodes), np.bool_)}
    rows["heard_at"] = np.full(len(nodes), now)
    rows["pull_bytes_per_s"] = np.array([r.pull_bytes_per_s if (r := world.readings.get(n.id)) else 0.0 for n in nodes])
    return rows | _held_rows(world, nodes, rows)


def _held_rows(world: World, nodes: Sequence[Node], rows: Mapping[str, Array]) -> dict[str, Array]:
    at = {n.id: i for i, n in enumerate(nodes)}
    cpu, memory = np.zeros(len(nodes), np.int64), np.zeros(len(nodes), np.int64)
    for placement in world.held.values():
        if (i := at.get(placement.node_id)) is not None:
            cpu[i] += placement.cpu_milli
            memory[i] += placement.memory_bytes
    return {
        "cpu_milli_held": cpu,
        "cpu_milli_free": np.maximum(rows["cpu_milli_total"] - cpu, 0),
        "memory_bytes_held": memory,
        "memory_bytes_free": np.maximum(rows["memory_bytes_total"] - memory, 0),
    }


def _supplies(world: World, nodes: Sequence[Node], fits: Ints, back: NDArray[np.bool_]) -> Mapping[str, Supply]:
    kinds = sorted({*world.accelerators, *(a.kind for n in nodes for a in n.capacity.accelerators)})
    return MappingProxyType({kind: _supply(world, kind, nodes, fits, back) for kind in kinds})


def _supply(world: World, kind: str, nodes: Sequence[Node], fits: Ints, back: NDArray[np.bool_]) -> Supply:
    old = world.accelerators.get(kind)
    had = (old.total, old.held) if old else (np.zeros(len(world.ids), np.int64), _devices_held(world, kind, world.ids))
    total = np.array([sum(a.count for a in n.capacity.accelerators if a.kind == kind) for n in nodes], np.int64)
    held = _devices_held(world, kind, [n.id for n in nodes], int(total.max(initial=had[1].shape[1])))
    return supply(_merged(had[0], fits, back, total), _merged(widened(had[1], held.shape[1]), fits, back, held))


def _devices_held(world: World, kind: str, node_ids: Sequence[str], width: int = 1) -> Array:
    """What is held of a kind on some nodes; some may be held by nodes that had it once."""
    at = {node_id: i for i, node_id in enumerate(node_ids)}
    mine = ((at[p.node_id], p) for p in world.held.values() if p.accelerators[0] == kind and p.node_id in at)
    return held_by(mine, len(at), width)


def _held(world: World, placements: Sequence[Placement], sign: int) -> dict[str, Any]:
    """The held and free columns after some placements come (sign 1) or go (sign -1)."""
    here = [(row, p) for p in placements if (row := world.row(p.node_id)) is not None]
    if not here:
        return {}
    rows = np.array([row for row, _ in here], np.int64)
    cpu = np.array([p.cpu_milli * sign for _, p in here], np.int64)
    memory = np.array([p.memory_bytes * sign for _, p in here], np.int64)
    cpu_held, cpu_free = _moved(world.cpu_milli_total, world.cpu_milli_held, world.cpu_milli_free, rows, cpu)
    ram_held, ram_free = _moved(world.memory_bytes_total, world.memory_bytes_held, world.memory_bytes_free, rows, memory)
    changes = {"cpu_milli_held": cpu_held, "cpu_milli_free": cpu_free, "memory_bytes_held": ram_held}
    return {**changes, "memory_bytes_free": ram_free, "accelerators": _accelerators_held(world, here, sign)}


def _moved(total: Ints, held: Ints, free: Ints, rows: Ints, by: Ints) -> tuple[Ints, Ints]:
    held, free = held.copy(), free.copy()
    np.add.at(held, rows, by)
    free[rows] = np.maximum(total[rows] - held[rows], 0)
    return frozen(held), frozen(free)


def _accelerators_held(world: World, here: Sequence[tuple[int, Placement]], sign: int) -> Mapping[str, Supply]:
    kinds = {p.accelerators[0] for _, p in here if p.accelerators[1]} & world.accelerators.keys()
    if not kinds:
        return world.accelerators
    supplies = dict(world.accelerators)
    for kind in kinds:
        supplies[kind] = moved(supplies[kind], [(row, p) for row, p in here if p.accelerators[0] == kind], sign)
    return MappingProxyType(supplies)
