"""What the sites ask and have room for in the next hours, as arrays: a row a site, a column an hour, the first is this one.

A site stands for its nodes: price and carbon of a Tfuel there are means over them, weighted by how fast they burn. Room is what
they burn in an hour, less what is held by work that is thought to run still; of the hours to come only ROOM of it, since
others will come whom nobody knows yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from suanwang.model.node import Node
from suanwang.world.ahead import site_hours
from suanwang.world.fold import kwh_per_fuel
from suanwang.world.hours import price_at
from suanwang.world.world import Bools, Floats, Ints, World

HOUR_S = 3600.0
ROOM = 0.8


@dataclass(frozen=True, slots=True)
class Held:
    """What a placement holds, and until when, in seconds from now: infinite for an instance of a service."""

    node_id: str
    cpu_milli: int
    until_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """now_s: seconds since 1970; left_s: of this hour. names: of the sites. row_of: site code of the world -> row, or -1.

    price: CNY for a Tfuel; carbon_g: for a Tfuel, with PUE; error_g: by how much that was foreseen wrongly so far, where nobody
    has measured it all that there is; told: whether it was told; room: Tfuel. All of shape (sites, hours).
    """

    now_s: float
    left_s: float
    names: tuple[str, ...]
    row_of: Ints
    price: Floats
    carbon_g: Floats
    error_g: Floats
    told: Bools
    room: Floats


def times(world: World, now_s: float, wide: int, held: Iterable[Held]) -> Times:
    """Of the nodes that are heard."""
    hour, left_s = int(now_s // HOUR_S), HOUR_S - now_s % HOUR_S
    here: Ints = np.flatnonzero(world.alive)
    codes: Ints = np.unique(world.site[here])
    row: Ints = np.searchsorted(codes, world.site[here])
    row_of = np.full(len(world.sites.all), -1, np.int64)
    row_of[codes] = np.arange(len(codes))
    nodes = [world.nodes[int(at)] for at in here]
    sites = [world.sites.all[int(code)] for code in codes]
    speed = world.fuel_per_s[here] * world.cpu_milli_total[here] / 1000 * HOUR_S / 1e12
    share: Floats = speed / np.maximum(np.bincount(row, speed, len(codes)), 1e-12)[row]
    drawn: Floats = share * np.array([kwh_per_fuel(node) for node in nodes], np.float64) * 1e12
    kwh = np.bincount(row, drawn, len(codes)).astype(np.float64)[:, None]
    ways = [site_hours(world.grids, site, hour) for site in sites]
    carbon, wrong = (_table([getattr(way, name) for way in ways], wide) for name in ("carbon", "error"))
    wrong = np.where(np.isfinite(wrong), wrong, carbon.max(axis=1, initial=0.0)[:, None])
    return Times(
        now_s=now_s,
        left_s=left_s,
        names=tuple(site.name for site in sites),
        row_of=row_of,
        price=_prices(nodes, world.price_micro_per_tfuel[here], row, share, hour, len(codes), wide),
        carbon_g=carbon * kwh,
        error_g=wrong * kwh,
        told=_table([way.told for way in ways], wide) > 0,
        room=_room(world, here, row, speed, left_s, len(codes), wide, held),
    )


def _table(rows: Sequence[Floats | Bools], wide: int) -> Floats:
    return np.array([row[:wide] for row in rows], np.float64).reshape(-1, wide)


def _prices(nodes: Sequence[Node], now: Ints, row: Ints, share: Floats, hour: int, sites: int, wide: int) -> Floats:
    asked = np.repeat(now[:, None].astype(np.float64), wide, axis=1)
    for i, node in enumerate(nodes):
        if node.offer.price_micro_by_hour:
            asked[i] = [price_at(node, hour + k) for k in range(wide)]
    total = np.zeros((sites, wide))
    np.add.at(total, row, share[:, None] * asked / 1e6)
    return total


def _room(
    world: World, here: Ints, row: Ints, speed: Floats, left_s: float, sites: int, wide: int, held: Iterable[Held]
) -> Floats:
    """Tfuel that can still be burned."""
    part = np.full(wide, ROOM)
    part[0] = left_s / HOUR_S
    room = np.bincount(row, speed, sites)[:, None] * part
    at = {int(i): k for k, i in enumerate(here.tolist())}
    begins = np.concatenate(([0.0], left_s + HOUR_S * np.arange(wide - 1)))
    spans = np.concatenate(([left_s], np.full(wide - 1, HOUR_S)))
    for one in held:
        k = at.get(-1 if (i := world.row(one.node_id)) is None else i)
        if k is not None:
            busy = np.clip((one.until_s - begins) / spans, 0.0, 1.0) * spans / HOUR_S
            room[row[k]] -= speed[k] * one.cpu_milli / max(1, int(world.cpu_milli_total[here[k]])) * busy
    return np.maximum(0.0, room)
