"""The next hours of a grid: what was told of them, and where nothing was, what is foreseen from the hours before.

A forecast is used by its measured error (world/forecast.py); where none was measured yet, the plain profile: the same hour of
the day or the week before, whichever was nearer to what came, once there are two days to tell by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from suanwang.model.grid import Grid, What
from suanwang.model.where import Site
from suanwang.world.forecast import WAYS, filled, forecast
from suanwang.world.hours import DAY, WEEK, column
from suanwang.world.pue import COOLINGS, Cooling, pue
from suanwang.world.world import Bools, Floats

TOLD = "told"
WIDE_H = 72
"""So far ahead is looked."""
ERROR_HOURS = 24
"""A profile's error is believed once it was seen so often."""


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """One column of a grid, from this hour on; every array has the shape (hours,).

    value: NaN where nothing can be said. error: mean absolute, as measured so far; 0 where told, infinite where nobody knows.
    plain_error: of saying that nothing changes. told: by the operator. way: "told", one of forecast.WAYS, or "".
    """

    value: Floats
    error: Floats
    plain_error: Floats
    told: Bools
    way: tuple[str, ...]


@lru_cache(512)
def ahead(grid: Grid, what: What, hour: int, wide: int = WIDE_H) -> Ahead:
    """hour: since 1970, the first one; wide: how many."""
    row, at = column(grid, what), hour - grid.first_hour
    value, told = np.full(wide, np.nan), np.zeros(wide, np.bool_)
    here = row[max(0, at) : max(0, at + wide)]
    value[max(0, -at) : max(0, -at) + len(here)] = here
    told = np.isfinite(value)
    error, plain = np.where(told, 0.0, np.inf), np.where(told, 0.0, np.inf)
    way = np.where(told, TOLD, "").astype(object)
    past = row[: max(0, at + 1)]
    known = np.flatnonzero(np.isfinite(past))
    if not told.all() and len(known) and at - int(known[-1]) <= WEEK:
        last = int(known[-1])
        _foresee(past[: last + 1], at - last, (value, error, plain, way), told)
    return Ahead(value, error, plain, told, tuple(way.tolist()))


def _foresee(past: Floats, since: int, into: tuple[Floats, Floats, Floats, "np.ndarray[tuple[int], np.dtype[np.object_]]"],
             told: Bools) -> None:  # fmt: skip
    """Fill in what was not told, in place. past: up to the last known hour, which was `since` hours ago."""
    value, error, plain, way = into
    seen = forecast(past, len(value) + since)
    steady = filled(past)
    for k in np.flatnonzero(~told).tolist():
        lead = k + since - 1
        if lead >= 0 and np.isfinite(seen.error[0, lead]):
            value[k], error[k] = seen.value[0, lead], seen.error[0, lead]
            plain[k], way[k] = seen.plain_error[0, lead], WAYS[int(seen.way[0, lead])]
        else:
            value[k], error[k], way[k] = _profile(steady, lead + 1)


def _profile(past: Floats, after: int) -> tuple[float, float, str]:
    """(value, error, way) of the hour so many after the last of the past (0: that hour itself)."""
    best = (float(past[-1]), np.inf, "")
    for period, name in ((DAY, "yesterday"), (WEEK, "last week")):
        back = len(past) - 1 + after - period * max(1, -(-after // period))
        if back < 0:
            continue
        wrong = np.abs(past[period:] - past[:-period])[-WEEK:]
        error = float(np.nanmean(wrong)) if np.isfinite(wrong).sum() >= ERROR_HOURS else np.inf
        if not best[2] or error < best[1]:
            best = (float(past[back]), error, name)
    return best


def of_site(grids: Mapping[str, Grid], site: Site, what: What, hour: int) -> Ahead | None:
    """A column for a site: its own, else its region's; None where neither was told."""
    for key in (f"site/{site.name}", f"region/{site.place.region}"):
        grid = grids.get(key)
        if grid is not None and getattr(grid, what):
            return ahead(grid, what, hour)
    return None


@dataclass(frozen=True, slots=True, eq=False)
class SiteHours:
    """What a site's hours are reckoned with, shape (WIDE_H,): carbon, gCO2e per kWh at the machine's meter and its measured
    error, both with PUE; pue; told: whether the carbon was."""

    carbon: Floats
    error: Floats
    pue: Floats
    told: Bools


def site_hours(grids: Mapping[str, Grid], site: Site, hour: int) -> SiteHours:
    """Where nothing can be said of an hour, it is as the provider declared."""
    told = of_site(grids, site, "carbon", hour)
    halls = _halls(grids, site, hour)
    if told is None:
        still = np.full(WIDE_H, site.carbon_g_kwh)
        return SiteHours(still * halls, np.zeros(WIDE_H), halls, np.ones(WIDE_H, np.bool_))
    carbon = np.where(np.isfinite(told.value), told.value, site.carbon_g_kwh)
    return SiteHours(carbon * halls, told.error * halls, halls, told.told)


def _halls(grids: Mapping[str, Grid], site: Site, hour: int) -> Floats:
    warm = of_site(grids, site, "temperature", hour) if site.cooling in COOLINGS else None
    if warm is None:
        return np.full(WIDE_H, site.pue)
    damp = of_site(grids, site, "humidity", hour)
    cooling: Cooling = site.cooling  # type: ignore[assignment]
    modelled = pue(cooling, warm.value, None if damp is None else damp.value)
    return np.where(np.isfinite(modelled), modelled, site.pue)
