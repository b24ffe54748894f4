"""One fork server for all tests of this folder."""

from collections.abc import Generator

import pytest

from tests.chaos.forks import Forks


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Generator[Forks]:
    server = Forks(tmp_path_factory.mktemp("forks"))
    try:
        yield server
    finally:
        server.close()
