"""What was told of the hours, kept and looked up: a site's own figure goes before its region's, and what a provider declared
stands where nobody told anything.

An hour that is not known is taken as the same hour of the day before, as far as a week back: for what must have a figure now,
and for counting afterwards. What will be is for world/ahead.py to say.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from suanwang.model.grid import WHATS, Grid, What
from suanwang.model.node import Node
from suanwang.model.where import Site
from suanwang.world.pue import COOLINGS, Cooling, pue
from suanwang.world.world import Floats

DAY, WEEK = 24, 168
KEPT_H = 10 * WEEK
"""Hours that are kept before the last one that was told; a forecast learns no more from older ones."""
Grids = Mapping[str, Grid]


def merged(old: Grid | None, new: Grid) -> Grid:
    """Both: a figure told again replaces the one before, an hour not told leaves it."""
    if old is None:
        return _clipped(new, new.first_hour, new.first_hour + new.hours)
    first = min(old.first_hour, new.first_hour)
    return _clipped(_over(old, new, first), first, max(old.first_hour + old.hours, new.first_hour + new.hours))


def _over(old: Grid, new: Grid, first: int) -> Grid:
    last = max(old.first_hour + old.hours, new.first_hour + new.hours)
    columns: dict[str, tuple[float | None, ...]] = {}
    for what in WHATS:
        row: list[float | None] = [None] * (last - first)
        for grid in (old, new):
            for at, value in enumerate(getattr(grid, what), grid.first_hour - first):
                row[at] = row[at] if value is None else value
        columns[what] = tuple(row) if any(value is not None for value in row) else ()
    return msgspec.structs.replace(new, first_hour=first, **columns)


def _clipped(grid: Grid, first: int, last: int) -> Grid:
    """Without what is too old to be of use."""
    drop = max(0, last - first - KEPT_H)
    columns = {what: getattr(grid, what)[drop:] for what in WHATS}
    return msgspec.structs.replace(grid, first_hour=grid.first_hour + drop, **columns)


def column(grid: Grid, what: What) -> Floats:
    """Shape (hours,), from its first hour on; NaN where it is not known."""
    row: tuple[float | None, ...] = getattr(grid, what)
    return np.array([np.nan if value is None else value for value in row], np.float64)


def figure(grid: Grid | None, what: What, hour: int) -> float | None:
    """As told, or as it was at that hour of the last day, within a week, that is known."""
    row: Sequence[float | None] = getattr(grid, what) if grid else ()
    at = hour - grid.first_hour if grid else 0
    for back in range(0, WEEK + 1, DAY):
        if 0 <= at - back < len(row) and (value := row[at - back]) is not None:
            return value
    return None


def of_site(grids: Grids, site: Site, what: What, hour: int) -> float | None:
    """A figure for a site: its own, else its region's."""
    for key in (f"site/{site.name}", f"region/{site.place.region}"):
        if (value := figure(grids.get(key), what, hour)) is not None:
            return value
    return None


def intensity(grids: Grids, site: Site, hour: int) -> tuple[float, float]:
    """(gCO2e per kWh of the grid, PUE) of a site in an hour: what was told or follows from it, else as declared."""
    carbon = of_site(grids, site, "carbon", hour)
    return site.carbon_g_kwh if carbon is None else carbon, hall(grids, site, hour)


def hall(grids: Grids, site: Site, hour: int) -> float:
    """PUE: modelled by the weather where both weather and cooling are known, else as declared."""
    warm = of_site(grids, site, "temperature", hour) if site.cooling in COOLINGS else None
    if warm is None:
        return site.pue
    damp = of_site(grids, site, "humidity", hour)
    cooling: Cooling = site.cooling  # type: ignore[assignment]
    return float(pue(cooling, np.array([warm]), None if damp is None else np.array([damp]))[0])


def mean_intensity(grids: Grids, site: Site, begin_s: float, end_s: float) -> tuple[float, float]:
    """(gCO2e per kWh at the meter of the machine, PUE), means over a span of time, hours in it weighted by their part."""
    first, last = int(begin_s // 3600), int(max(begin_s, end_s) // 3600)
    if last - first > WEEK:  # nobody runs so long; and who says so need not make us count
        last = first + WEEK
    parts = [(max(0.0, min(end_s, 3600.0 * (h + 1)) - max(begin_s, 3600.0 * h)), h) for h in range(first, last + 1)]
    total = sum(part for part, _ in parts)
    weights = [(part / total if total else 1.0 / len(parts), h) for part, h in parts]
    told = [(weight, *intensity(grids, site, h)) for weight, h in weights]
    return sum(w * carbon * halls for w, carbon, halls in told), sum(w * halls for w, _, halls in told)


def price_at(node: Node, hour: int) -> int:
    """What a node asks in an hour, in millionths for a Tfuel."""
    table = node.offer.price_micro_by_hour
    return table[hour % DAY] if table else node.offer.price_micro_per_tfuel
