"""From a table that an operator has (CSV: a time and figures in each row) to the hours of a grid; nothing is guessed.

    time,carbon,price,temperature,humidity
    2026-11-26T00:00Z,412.5,0.31,18.2,71

The first row names the columns, in any order; a unit after the name is allowed ("carbon_g_kwh"). An empty cell is an hour
that is not known. Times are ISO 8601, UTC where they say no other, on the hour; rows may be in any order, and hours may be
missing.
"""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite

import msgspec

from suanwang.model.fault import UsageFault
from suanwang.model.grid import HOURS_MAX, WHATS, Grid, Scope, What
from suanwang.model.quantity import quoted
from suanwang.world.gazetteer import find_region

BOUNDS: dict[What, tuple[float, float]] = {
    "carbon": (0.0, 5000.0),
    "price": (-1000.0, 1000.0),
    "temperature": (-90.0, 70.0),
    "humidity": (0.0, 100.0),
}
"""gCO2e per kWh, CNY per kWh, degrees Celsius, per cent."""
EXAMPLE = "time,carbon,price,temperature"


def grid_from(text: str, scope: Scope, where: str) -> Grid:
    """UsageFault SUAN-U141 for a table that is none, SUAN-U142 for a row that cannot be read."""
    rows = [row for row in csv.reader(text.lstrip("\ufeff").splitlines()) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise UsageFault("SUAN-U141", "the file has no rows of hours", f"begin it with a line of names: {EXAMPLE}")
    names = _names(rows[0])
    hours = [(_hour(row, names.index("time"), number), row) for number, row in enumerate(rows[1:], 2)]
    first, last = min(hour for hour, _ in hours), max(hour for hour, _ in hours)
    if last - first >= HOURS_MAX:
        raise UsageFault("SUAN-U141", f"it spans {last - first + 1} hours; at most {HOURS_MAX} are taken", "cut the file")
    columns = {what: _column(what, names, hours, first, last) for what in WHATS if what in names}
    return Grid(scope=scope, where=where, first_hour=first, **columns)


def checked(grid: Grid) -> Grid:
    """A grid from elsewhere, a region by its one spelling. UsageFault SUAN-U142, NotFoundFault SUAN-N011."""
    if not (grid.where and grid.where.isprintable() and grid.hours):
        raise UsageFault("SUAN-U142", "a grid is that of a named site or region, and has hours", "suan grid --help")
    for what, (low, high) in BOUNDS.items():
        for at, value in enumerate(getattr(grid, what)):
            if value is not None and not low <= value <= high:
                raise _beyond(what, f"hour {grid.first_hour + at}", value)
    return msgspec.structs.replace(grid, where=find_region(grid.where)) if grid.scope == "region" else grid


def _names(head: Sequence[str]) -> list[str]:
    names = [_name(cell) for cell in head]
    known = [name for name in names if name]
    if "time" not in known or len(set(known)) != len(known) or len(known) < 2:
        why = f"its columns are {quoted(', '.join(head))}; it needs time and one or more of {', '.join(WHATS)}, each once"
        raise UsageFault("SUAN-U141", why, f"begin it with a line of names: {EXAMPLE}")
    return names


def _name(cell: str) -> str:
    """What a column is, "" for one that is passed over."""
    begins = cell.strip().lower().split("_")[0].split(" ")[0]
    return begins if begins in ("time", *WHATS) else ""


def _hour(row: Sequence[str], at: int, number: int) -> int:
    text = row[at].strip() if at < len(row) else ""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.minute or when.second or when.microsecond:
        raise UsageFault(
            "SUAN-U142", f"row {number}: {quoted(text)} is not the beginning of an hour", "write 2026-11-26T13:00Z"
        )
    seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    if seconds < 0 or seconds % 3600:
        raise UsageFault(
            "SUAN-U142", f"row {number}: {quoted(text)} is not an hour of UTC since 1970", "write 2026-11-26T13:00Z"
        )
    return int(seconds // 3600)


def _column(
    what: What, names: list[str], hours: Sequence[tuple[int, Sequence[str]]], first: int, last: int
) -> tuple[float | None, ...]:
    at, seen = names.index(what), set[int]()
    values: list[float | None] = [None] * (last - first + 1)
    for number, (hour, row) in enumerate(hours, 2):
        if hour in seen:
            raise UsageFault("SUAN-U142", f"row {number}: its hour is there twice", "leave one of them out")
        seen.add(hour)
        cell = row[at].strip() if at < len(row) else ""
        values[hour - first] = _figure(what, cell, number) if cell else None
    return tuple(values)


def _figure(what: What, cell: str, number: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    low, high = BOUNDS[what]
    if not (isfinite(value) and low <= value <= high):
        raise _beyond(what, f"row {number}", quoted(cell))
    return value


def _beyond(what: What, where: str, value: object) -> UsageFault:
    low, high = BOUNDS[what]
    return UsageFault(
        "SUAN-U142", f"{where}: {what} is {value}; it lies between {low:g} and {high:g}", "an empty cell is: not known"
    )
