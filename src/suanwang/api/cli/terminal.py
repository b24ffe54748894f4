"""What only a terminal gets: tables that wrap to its width, and one line that is redrawn in place."""

import shutil
from collections.abc import Iterator
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from suanwang.api.render.table import Table, plain, width

GAP = 3
"""Cells that a column takes beside its own width."""
WRAPPED = 24
"""A last column narrower than this would not be read."""


def draw(shown: Table, out: TextIO, columns: int = 0) -> None:
    """A table with a ruled head; cells are plain text, never markup. Only the last column wraps; where that does not help,
    the table is plain and the terminal wraps its lines."""
    columns = columns or shutil.get_terminal_size().columns
    *fixed, last = (max(map(width, cells)) for cells in _cells(shown))
    if sum(fixed) + GAP * len(fixed) + min(last, WRAPPED) > columns:
        out.write(plain(shown))
        return
    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for at, column in enumerate(shown.columns):
        side = "right" if column.right else "left"
        drawn.add_column(Text(column.title), justify=side, overflow="fold", no_wrap=at < len(fixed))
    for row in shown.rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(file=out, highlight=False, width=columns).print(drawn)


def _cells(shown: Table) -> Iterator[tuple[str, ...]]:
    """Column by column, titles included."""
    return zip((column.title for column in shown.columns), *shown.rows, strict=True)
