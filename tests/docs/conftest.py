"""The network of all pages: what the first page starts is there for the others."""

from collections.abc import Generator

import pytest

from tests.docs.pages import DOCS
from tests.docs.reader import House, Reader, living


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    """After the first page was carried out: a brain and two nodes."""
    with living(House(tmp_path_factory.mktemp("docs"))) as made:
        Reader(made, made.folder / "start", "en").read(DOCS / "start.md")
        made.warm()  # the first pages type the real thing; that is a second of imports for each command
        yield made
