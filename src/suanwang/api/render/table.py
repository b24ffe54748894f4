"""A table is columns and rows of text; off a terminal it is aligned by what a character really takes: one cell or two."""

import unicodedata
from typing import NamedTuple

GAP = "  "


class Column(NamedTuple):
    """right: align right, for figures."""

    title: str
    right: bool = False


class Table(NamedTuple):
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


Page = tuple[str | Table, ...]
"""What one command shows: lines of text and tables, in order."""


def table(titles: tuple[str, ...], rows: list[tuple[str, ...]], right: str = "") -> Table:
    """right: one character a column, "r" for right; shorter than the titles means left for the rest."""
    columns = tuple(Column(title, right[at : at + 1] == "r") for at, title in enumerate(titles))
    return Table(columns, tuple(tuple(clean(cell) for cell in row) for row in rows))


def clean(text: str) -> str:
    """Without control characters: a name that came from elsewhere must not drive the reader's terminal."""
    return "".join(char if char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs") else "?" for char in text)


def width(text: str) -> int:
    """Cells on a terminal: wide and full-width characters take two, combining marks none (Unicode UAX #11)."""
    return sum(_cells(char) for char in text)


def plain(shown: Table) -> str:
    """Columns padded by display width, two spaces apart, no trailing blanks; ends with a newline."""
    head = tuple(column.title for column in shown.columns)
    lines = (head, *shown.rows)
    widths = [max(width(line[at]) for line in lines) for at in range(len(head))]
    return "".join(_line(line, widths, shown.columns) + "\n" for line in lines)


def _line(cells: tuple[str, ...], widths: list[int], columns: tuple[Column, ...]) -> str:
    padded = (_pad(cell, size, column.right) for cell, size, column in zip(cells, widths, columns, strict=True))
    return GAP.join(padded).rstrip()


def _pad(cell: str, size: int, right: bool) -> str:
    blanks = " " * (size - width(cell))
    return blanks + cell if right else cell + blanks


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
