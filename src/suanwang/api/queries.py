"""What a route takes behind the `?` of its address, once. All else is refused: with `dry_run` misspelt it would be the deed."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args

from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter, QueryParameter

from suanwang.model.fault import UsageFault

BESIDE = {"caller", "data", "request"}
"""What a route takes of a request that is not in its address."""


def check_query(route: HTTPRouteHandler, path: str, given: Iterable[str]) -> None:
    """UsageFault SUAN-U001 for the first name that the route of this path does not take, SUAN-U003 where it stands twice."""
    known, seen = taken(route), set[str]()
    for name in given:
        if name in seen:
            raise UsageFault("SUAN-U003", f"{path} is given {name!r} twice", "say it once")
        seen.add(name)
        if name not in known:
            near = get_close_matches(name, known, 1)
            many = f"it takes {', '.join(sorted(known))}" if known else "it takes none"
            todo = f"did you mean {near[0]}?" if near else "see /v1/openapi.json"
            raise UsageFault("SUAN-U001", f"{path} takes no parameter {name[:40]!r}; {many}", todo)


@cache
def taken(route: HTTPRouteHandler) -> dict[str, tuple[str, ...]]:
    """Name -> what it may be, () where that is not a list of words."""
    inside = "".join(route.paths)
    found = dict[str, tuple[str, ...]]()
    for name, field in route.parsed_fn_signature.parameters.items():
        told = field.kwarg_definition
        if name not in BESIDE and f"{{{name}:" not in inside and not isinstance(told, HeaderParameter):
            own = told.name if isinstance(told, QueryParameter) else None
            found[own or name] = _words(field.annotation)
    return found


def _words(annotation: Any) -> tuple[str, ...]:
    return tuple(word for word in get_args(annotation) if isinstance(word, str) and word)
