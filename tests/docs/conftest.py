"""The network of all pages: what the first page starts is there for the others."""

from collections.abc import Generator

import pytest

from tests.docs.pages import DOCS
from tests.docs.reader import House, Reader, living

STRANGERS = ("coverage", "numba", "uvloop", "msgspec")
"""Files of the reader's that are called like modules of ours must not be taken for them."""


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    """After the first page was carried out: a brain and two nodes."""
    with living(House(tmp_path_factory.mktemp("docs"))) as made:
        reader = Reader(made, made.folder / "start", "en")
        for stranger in STRANGERS:
            (reader.folder / f"{stranger}.py").write_text("raise SystemExit('this is not the module that was meant')\n")
        reader.read(DOCS / "start.md")
        made.warm()  # the first page types the real thing; that is a second of imports for each command
        yield made
