"""The grid by the hour: what was told, what is foreseen and how far off that was so far."""

from collections.abc import Sequence
from datetime import UTC, datetime

from suanwang.api.catalogue import Words
from suanwang.api.render.table import Page, Table, table
from suanwang.model.grid import HOUR_S, GridHour, GridView

ROWS = 12


def grids_page(words: Words, grids: Sequence[GridView]) -> Page:
    """`suan grid`: the next hours of each, and a line on the forecast."""
    if not grids:
        return (words("grid.none"),)
    lines: list[str | Table] = []
    for grid in grids:
        lines += ["", *_grid(words, grid)] if lines else _grid(words, grid)
    return tuple(lines)


def hour_text(seconds: float) -> str:
    """Such as "11-26 13:00 UTC"."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%m-%d %H:%M UTC")


def _grid(words: Words, grid: GridView) -> Page:
    begin, end = (hour_text(hour * HOUR_S) for hour in (grid.first_hour, grid.last_hour + 1))
    scope = words("grid.site") if grid.scope == "site" else words("grid.region")
    head = words("grid.head", scope=scope, where=grid.where, begin=begin, end=end, missing=grid.missing)
    titles = tuple(words(f"column.{title}") for title in ("hour", "grid_carbon", "power_price", "temperature", "basis", "off"))
    rows = [_row(words, hour) for hour in grid.ahead[:ROWS]]
    return (head, table(titles, rows, " rrr r"), _error(words, grid))


def _row(words: Words, hour: GridHour) -> tuple[str, ...]:
    basis = words.get(f"basis.{hour.way}", hour.way) if hour.way else "-"
    return (
        hour_text(hour.hour * HOUR_S),
        _figure(hour.carbon, "g/kWh"),
        _figure(hour.price, "CNY/kWh"),
        _figure(hour.temperature, "C"),
        basis,
        f"{hour.error_g:.0f} g" if hour.error_g else "-",
    )


def _figure(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.4g} {unit}"


def _error(words: Words, grid: GridView) -> str:
    if not grid.error_g:
        return words("grid.unmeasured")
    return words("grid.error", error=f"{grid.error_g:.1f}", plain=f"{grid.plain_error_g:.1f}")
