"""Dry runs: `dry_run=true` on a write looks as the write would, answers 200 with what would be, and writes nothing.

What the write itself answers is answered as it would be; where that is nothing, what would become of what it is about.
"""

from typing import Any, cast

import msgspec
from litestar import Response
from litestar.openapi import ResponseSpec

from suanwang.api.said import Said


def told(noun: type[msgspec.Struct]) -> dict[int, ResponseSpec]:
    """For the schema, where the write has another status."""
    return {200: ResponseSpec(noun, generate_examples=False, description="Only asked.")}


def only(noun: msgspec.Struct) -> Response[Any]:
    """The answer of a dry run."""
    return cast(Response[Any], Said(noun, status_code=200))
