"""The API's schema, from the nouns that the routes take and give and the catalogue's words on each route and parameter. It says
of every route who may call it and how it says no."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import msgspec
from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.routes import HTTPRoute

from suanwang.api.catalogue import Words
from suanwang.model.view import Problem, Progress

BODILESS = {"204"}
"""Answers that have no body, whatever the framework says."""
_REF = "#/components/schemas/{name}"
_TEXT: dict[str, Any] = {"type": "string"}
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_EVENT = {"type": "object", "properties": {"id": _TEXT, "event": _TEXT, "data": _TEXT}}
"""A Server-Sent Event; its data is the JSON of a Progress."""
_ALSO: dict[str, dict[str, Any]] = {
    "bill": {"text/csv": {"schema": _TEXT}},
    "head": {"text/plain": {"schema": _TEXT}},
}
"""What an operation gives beside its noun to who asks for it with an Accept header."""
_OBJECT = {"application/json": {"schema": {"type": "object"}}}
_INSTEAD = {"events": {"text/event-stream": {"schema": _EVENT}}, "fetch": _BYTES, "twin_world": _OBJECT}
"""What it gives where there is no noun."""
_NO = {
    "description": "No, and why: a problem document (RFC 9457) with a stable code.",
    "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}},
}
_UNTAGGED = ("events", "logs", "fetch", "tile", "large")
"""What is read on and on, or is named by its content, or never changes."""
_KNOWN = {"description": "Nothing new: the answer would be the one whose tag was told, see If-None-Match."}
_IF_NEW: dict[str, Any] = {"name": "if-none-match", "in": "header", "schema": _TEXT, "required": False}
_SECURITY = {
    "user": {"type": "http", "scheme": "bearer", "description": "A user's token: suan token make."},
    "node": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Node`, a space, and the node's signed statement about this very request: trust.request.sign_request.",
    },
}


def described(routes: Sequence[Any]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these routes.

    An application of its own makes it, because the framework's way of serving it opens pages that nobody asked for. The
    nouns describe themselves: they know their bounds and that nothing may be added to them.
    """
    config = OpenAPIConfig(title="Suanwang", version="1", operation_id_creator=lambda route, _method, _path: route.handler_name)
    never = {"caller": Provide(_never, sync_to_thread=False)}
    app = Litestar(route_handlers=list(routes), dependencies=never, openapi_config=config)
    made = app.openapi_schema.to_schema()
    _, nouns = msgspec.json.schema_components([Problem, Progress, *dict.fromkeys(_nouns_of(app))], ref_template=_REF)
    for noun in nouns.values():
        noun["description"] = inspect.cleandoc(noun.get("description", ""))
    made["components"] = {"schemas": nouns, "securitySchemes": _SECURITY}
    words = Words("en")
    for path in made["paths"].values():
        for method, operation in path.items():
            _complete(operation)
            if method == "get" and operation["operationId"] not in _UNTAGGED:
                operation["responses"] = {"304": _KNOWN} | operation["responses"]
                operation["parameters"] = [*operation.get("parameters", []), _IF_NEW]
            _explain(operation, words)
    return made


def _nouns_of(app: Litestar) -> Iterator[type[msgspec.Struct]]:
    """Whatever a route takes or gives."""
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else []:
            takes, gives = handler.parsed_data_field, handler.parsed_return_field
            also = [spec.data_container for spec in (handler.responses or {}).values()]
            for annotation in (takes.annotation if takes else None, gives.annotation, *also):
                yield from _structs(annotation)


def _structs(annotation: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield annotation
    for inner in get_args(annotation):
        yield from _structs(inner)


def _never() -> None:
    """Nobody calls the application that only describes itself."""


def _complete(operation: dict[str, Any]) -> None:
    """What the framework cannot know of an operation."""
    name = operation["operationId"]
    gives = {status: answer for status, answer in operation["responses"].items() if status < "400"}
    for answer in gives.values():
        answer["content"] = {kind: _plain(content) for kind, content in answer.get("content", {}).items()} | _ALSO.get(name, {})
    if name in _INSTEAD:
        gives["200"]["content"] = _INSTEAD[name]
    if name == "bring":
        operation["requestBody"] = {"content": _BYTES, "required": True}
    for status in BODILESS & gives.keys():
        del gives[status]["content"]
    operation["responses"] = gives | {"default": _NO}
    operation["security"] = [{"user": []}, {"node": []}]


def _explain(operation: dict[str, Any], words: Words) -> None:
    """What it does, and what its parameters mean."""
    operation["description"] = words(f"operation.{operation['operationId']}")
    if "parameters" in operation:
        operation["parameters"] = [{**one, "description": words(f"param.{one['name']}")} for one in operation["parameters"]]


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """Of a noun or a text, the noun: the text is under its own media type."""
    nouns = [choice for choice in content["schema"].get("oneOf", []) if "$ref" in choice]
    return {"schema": nouns[0]} if len(nouns) == 1 else content
