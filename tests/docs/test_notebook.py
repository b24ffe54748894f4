"""The notebook runs from top to bottom against the network of the pages, in both languages, and its tables are tables."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.docs.pages import DOCS
from tests.docs.reader import House, surroundings

BOOKS = (DOCS / "quickstart.ipynb", DOCS / "quickstart.zh.ipynb")
TABLES = ("client.nodes()", "plan", "job.why()", "job.bill()", "client.jobs()")
"""What the last line of a cell is, of which a reader sees a table."""


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_no_cell_fails_and_tables_are_tables(book: Path, house: House) -> None:
    folder = house.folder / book.stem
    folder.mkdir()
    read = nbformat.read(book, as_version=4)
    with surroundings(house.env, folder):
        NotebookClient(read, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    shown = {}
    for cell in read.cells:
        if cell.cell_type == "code":
            shown[cell.source.splitlines()[-1]] = "".join(out.get("data", {}).get("text/html", "") for out in cell.outputs)
    assert [last for last in TABLES if "<table>" not in shown[last]] == []
    assert ("结束" in shown["client.jobs()"] or "完成" in shown["client.jobs()"]) == book.stem.endswith(".zh")


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_nothing_that_it_gave_is_kept(book: Path) -> None:
    cells = [cell for cell in nbformat.read(book, as_version=4).cells if cell.cell_type == "code"]
    assert len(cells) >= 6 and all(not cell.outputs and cell.execution_count is None for cell in cells)
