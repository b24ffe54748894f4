"""The pages that speak in docstrings: what `import suanwang` offers, and the routes and nouns of the HTTP API."""

import inspect
import re
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from tools.markdown import escaped, table, text
from tools.spoken import spoken

import suanwang
from suanwang.api.catalogue import Words
from suanwang.api.door import Door
from suanwang.api.openapi import described
from suanwang.api.server import routes
from suanwang.brain.loop import Brain
from suanwang.store.blobs import Blobs
from suanwang.store.log import SqliteLog

# --- Python ---------------------------------------------------------------------------------------------------------------

OFFERED = (
    "Client", "Planned", "PlannedService", "RunningJob", "Asked", "ModelAt", "Listed", "function", "Function", "Spawned",
    "PlacementFault",
)  # fmt: skip
"""All names of `import suanwang`, in the order in which they are met."""


def python_page(lang: str) -> str:
    """What `import suanwang` offers, and what its calls give back."""
    words = Words(lang)
    lines = [f"# {words('page.python')}", "", words("page.python_about")]
    for name, thing in ((name, getattr(suanwang, name)) for name in OFFERED):
        lines += ["", f"## {name}", "", *_signed(name, thing), "", spoken(_docstring(thing), lang)]
        lines += [line for own, member in _members(thing) for line in _member(words, own, member)]
    return text(lines)


def _docstring(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


def _signed(name: str, thing: Any) -> list[str]:
    signature = re.sub(r"\b(?:suanwang|typing|collections\.abc|pathlib)\.(?:\w+\.)*", "", str(inspect.signature(thing)))
    return ["```python", f"{name}{signature}", "```"]


def _members(thing: Any) -> Iterator[tuple[str, Any]]:
    """(name, what stands there) of what a class offers."""
    named = vars(thing).items() if inspect.isclass(thing) else ()
    return ((name, member) for name, member in named if not name.startswith("_") and callable(_work(member)))


def _work(member: Any) -> Any:
    """The function that a member of a class is, or is made from."""
    return member._work if hasattr(member, "_work") else member.fget if isinstance(member, property) else member


def _member(words: Words, name: str, member: Any) -> Iterator[str]:
    work = _work(member)
    yield from ("", f"### {name}", "")
    yield from [] if isinstance(member, property) else [*_signed(name, work), ""]
    yield f"{spoken(_docstring(work), words.lang)}{' ' + words('page.awaited') if hasattr(member, '_work') else ''}"


# --- HTTP -----------------------------------------------------------------------------------------------------------------


def http_page(lang: str) -> str:
    """Every route and every noun, as docs/openapi.json has them."""
    words, made = Words(lang), schema()
    lines = [f"# {words('page.http')}", "", words("page.http_about"), "", f"## {words('page.routes')}"]
    for path, operations in sorted(made["paths"].items()):
        for method, operation in operations.items():
            lines += ["", f"### {method.upper()} {path}", "", *_operation(words, operation)]
    lines += ["", f"## {words('page.nouns')}"]
    for name, noun in sorted(made["components"]["schemas"].items()):
        lines += ["", f"### {name}", "", *escaped(spoken(noun["description"], lang)), "", *_fields(words, noun)]
    return text(lines)


def _operation(words: Words, operation: Mapping[str, Any]) -> Iterator[str]:
    yield from escaped(words(f"operation.{operation['operationId']}"))
    rows = [_parameter(words, one) for one in operation.get("parameters", ())]
    if rows:
        yield from ("", *table([words(f"page.{title}") for title in ("parameter", "in", "is", "what")], rows))
    body = [_kind(words, one.get("schema", {})) for one in operation.get("requestBody", {}).get("content", {}).values()]
    yield from ("", words("page.takes", what=", ".join(body))) if body else ()
    answers = ((status, answer) for status, answer in operation["responses"].items() if status != "default")
    gives = words("page.then").join(f"{status}: {_gives(words, answer)}" for status, answer in answers)
    yield from ("", words("page.gives", what=gives))


def _parameter(words: Words, one: Mapping[str, Any]) -> tuple[str, ...]:
    said = words(f"param.{one['name']}")
    return f"`{one['name']}`", words(f"page.in.{one['in']}"), _kind(words, one.get("schema", {})), said


def _gives(words: Words, answer: Mapping[str, Any]) -> str:
    kinds = (f"{_kind(words, one['schema'])} ({kind})" for kind, one in answer.get("content", {}).items() if one.get("schema"))
    return ", ".join(kinds) or words("page.nothing")


def _fields(words: Words, noun: Mapping[str, Any]) -> Iterator[str]:
    needed = set(noun.get("required", ()))
    rows = [
        (f"`{name}`", _kind(words, field), "" if name in needed else f"`{_json(field.get('default'))}`")
        for name, field in noun.get("properties", {}).items()
    ]
    titles = [words(f"page.{title}") for title in ("field", "is", "default")]
    return table(titles, rows) if rows else iter((_kind(words, noun),))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _kind(words: Words, schema: Mapping[str, Any]) -> str:
    """A type in a few words, nouns as links."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return words("page.or").join(dict.fromkeys(_kind(words, one) for one in options))
    if schema.get("type") == "array":
        inner = schema.get("items") or {}
        return words("page.list_of", what=_kind(words, inner)) if inner else words("page.list")
    return str(schema.get("type", words("page.anything")))


def docstrings() -> Iterator[tuple[str, str]]:
    """(name, English) of what the pages say in the words of a docstring."""
    yield from ((name, noun["description"]) for name, noun in schema()["components"]["schemas"].items())
    for name, thing in ((name, getattr(suanwang, name)) for name in OFFERED):
        yield name, _docstring(thing)
        yield from ((f"{name}.{own}", _docstring(_work(member))) for own, member in _members(thing))


@cache
def schema() -> dict[str, Any]:
    """The schema of a brain that knows nothing yet: it is the same."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        door = Door(Brain(SqliteLog(folder / "log"), lambda: 0.0), Blobs(folder / "blobs"), bytes(32), lambda: 0.0)
        return described(routes(door))
