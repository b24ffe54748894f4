"""One country for all that is tried in one, since a domain takes twenty seconds to join."""

from collections.abc import Generator

import pytest

from suanwang.lab import place
from tests.lab.country import LAB, Country


@pytest.fixture(scope="package")
def country(tmp_path_factory: pytest.TempPathFactory) -> Generator[Country]:
    made = Country(tmp_path_factory.mktemp("country"))
    try:
        made.begin()
        yield made
    finally:
        made.end()
        assert LAB not in place.names()
