"""The pages of the reference, each from what the code itself goes by, so that none can say anything else.

commands    the parser's own commands and flags, in both languages of the catalogue
files       the tables of keys that the readers of files refuse by
Python      signatures and docstrings
HTTP        docs/openapi.json, which is made from the nouns
errors      the catalogue of sentences, every code in both languages
metrics     what `GET /metrics` gives
lives       the tables of states

`python -m tools.reference` writes them; a test holds them against the code.
"""

import inspect
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

import suanwang
from suanwang.api.catalogue import Words, codes, entries
from suanwang.api.cli.main import COMMANDS, _commands  # pyright: ignore[reportPrivateUsage]
from suanwang.api.door import Door
from suanwang.api.metrics import families
from suanwang.api.openapi import described
from suanwang.api.server import routes
from suanwang.brain.loop import Brain
from suanwang.brain.state import State
from suanwang.intent import document, near, serve
from suanwang.model.intent import INTENT_FINAL, INTENT_NEXT
from suanwang.model.job import JOB_FINAL, JOB_NEXT
from suanwang.store.blobs import Blobs
from suanwang.store.log import SqliteLog

DOCS = Path(__file__).parent.parent / "docs"


# --- commands -------------------------------------------------------------------------------------------------------------


def commands_page(lang: str) -> str:
    """Every command with its arguments and flags."""
    words = Words(lang)
    root: Any = _commands(words)
    head = [f"# {words('page.commands')}", "", words("page.commands_about")]
    return _text([*head, *(line for name, _ in COMMANDS for line in _command(words, name, _found(root, name)))])


def _found(root: Any, name: str) -> Any:
    for part in name.split():
        root = root.commands[part]
    return root


def _command(words: Words, name: str, command: Any) -> Iterator[str]:
    shown = [p for p in command.params if not getattr(p, "hidden", False) and p.name != "help"]
    arguments = [_argument(p) for p in shown if p.param_type_name == "argument"]
    flags = [p for p in shown if p.param_type_name == "option"]
    usage = " ".join(("suan", name, *(["[FLAGS]"] if flags else []), *arguments))
    yield from ("", f"## suan {name}", "", f"    {usage}", "", *command.help.split("\n"))
    if flags:
        yield from ("", *_table([words("page.flag"), words("page.default"), words("page.means")], map(_flag, flags)))


def _argument(param: Any) -> str:
    name = param.metavar or param.name.upper()
    return name if param.required else f"[{name}]"


def _flag(param: Any) -> tuple[str, str, str]:
    value = "" if param.is_bool_flag else " " + ("NUMBER" if _number(param) else "TEXT")
    names = ", ".join(f"`{name}`" for name in sorted(param.opts, key=len, reverse=True))
    default = "" if param.default in (None, False, "", []) or callable(param.default) else f"`{param.default}`"
    return names + value, default, param.help or ""


def _number(param: Any) -> bool:
    return param.type_descriptor.annotation in (int, float)


# --- files ----------------------------------------------------------------------------------------------------------------

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("job", "", document.TOP_KEYS),
    ("needs", "needs.", document.NEEDS_KEYS),
    ("gpu", "needs.gpu.", document.GPU_KEYS),
    ("limits", "limits.", document.LIMITS_KEYS),
    ("verify", "verify.", document.VERIFY_KEYS),
    ("onnx", "onnx.", document.ONNX_KEYS),
    ("data", "data.", near.DATA_KEYS),
    ("spread", "spread.", near.SPREAD_KEYS),
    ("graph", "", document.GRAPH_KEYS),
    ("step", "tasks.", document.STEP_KEYS),
    ("service", "", serve.SERVICE_KEYS),
    ("scale", "scale.", serve.SCALE_KEYS),
    ("path", "path.", serve.PATH_KEYS),
)
"""(name of the section, where it stands, its keys)."""
FLAGS: Mapping[str, str] = {
    "limits.latency": "within",
    "limits.task": "task_limit",
    "files": "file",
    "with": "beside",
    **{f"needs.{key}": key for key in ("cpu", "memory", "gpu", "arch")},
    **{f"limits.{key}": key for key in ("budget", "finish", "carbon", "region", "spare", "tier", "trust")},
    **{f"verify.{key}": key for key in document.VERIFY_KEYS},
    **{key: key for key in ("name", "near", "over", "workdir", "outputs", "env", "network", "prefer", "priority", "work")},
    **{key: key for key in ("gang", "reservation", "data", "spread", "apart")},
}
"""The flag of `suan run` that says the same, by its parameter; its words are the key's words."""


def files_page(lang: str) -> str:
    """Every key of job, graph and service files."""
    words = Words(lang)
    lines = [f"# {words('page.files')}", "", words("page.files_about")]
    for name, within, keys in SECTIONS:
        lines += ["", f"## {words(f'page.files.{name}')}", "", *_keys(words, within, keys)]
    return _text(lines)


def _keys(words: Words, within: str, keys: tuple[str, ...]) -> Iterator[str]:
    titles = [words("page.key"), words("page.flag"), words("page.means")]
    return _table(titles, (_key(words, within, key) for key in keys))


def _key(words: Words, within: str, key: str) -> tuple[str, str, str]:
    """What a task of a graph shares with a job is said as there."""
    place = within + key
    told = place if f"key.{place}" in entries() or place in FLAGS else key
    flag = FLAGS.get(told, "") if not place.startswith("tasks.") else ""
    said = words(f"key.{told}") if f"key.{told}" in entries() else _flag_words(words, FLAGS[told])
    return f"`{place}`", f"`--{_spelled(flag)}`" if flag else "", said


def _flag_words(words: Words, flag: str) -> str:
    return words(f"flag.run.{flag}") if f"flag.run.{flag}" in entries() else words(f"flag.{flag}")


def _spelled(flag: str) -> str:
    return {"beside": "with"}.get(flag, flag.replace("_", "-"))


# --- Python ---------------------------------------------------------------------------------------------------------------

OFFERED = (
    "Client", "Planned", "PlannedService", "RunningJob", "Asked", "ModelAt", "Listed", "function", "Function", "Spawned",
    "PlacementFault",
)  # fmt: skip
"""All names of `import suanwang`, in the order in which they are met."""


def python_page() -> str:
    """What `import suanwang` offers, and what its calls give back."""
    about = "From signatures and docstrings; each name is `suanwang.NAME`. Calls marked *awaited* are also `.aio(...)`. "
    about += "How to: [from Python](../sdk.md)."
    lines = ["# Python", "", about]
    for name, thing in ((name, getattr(suanwang, name)) for name in OFFERED):
        lines += ["", f"## {name}", "", *_signed(name, thing), "", inspect.cleandoc(thing.__doc__ or "")]
        lines += [line for own, member in _members(thing) for line in _member(own, member)]
    return _text(lines)


def _signed(name: str, thing: Any) -> list[str]:
    signature = re.sub(r"\b(?:suanwang|typing|collections\.abc|pathlib)\.(?:\w+\.)*", "", str(inspect.signature(thing)))
    return ["```python", f"{name}{signature}", "```"]


def _members(thing: Any) -> Iterator[tuple[str, Any]]:
    if inspect.isclass(thing):
        yield from ((own, member) for own, member in vars(thing).items() if not own.startswith("_"))


def _member(name: str, member: Any) -> Iterator[str]:
    awaited = hasattr(member, "_work")
    work = member._work if awaited else member.fget if isinstance(member, property) else member
    if not callable(work):
        return
    yield from ("", f"### {name}", "")
    yield from [] if isinstance(member, property) else [*_signed(name, work), ""]
    yield f"{inspect.cleandoc(work.__doc__ or '')}{' *Awaited.*' if awaited else ''}".strip()


# --- HTTP -----------------------------------------------------------------------------------------------------------------


def http_page(folder: Path) -> str:
    """Every route and every noun, as docs/openapi.json has them."""
    made = _described(folder)
    about = (
        "From [openapi.json](../openapi.json) (OpenAPI 3.1). No is a problem document (RFC 9457) with a [code](../errors.md)."
    )
    lines = ["# HTTP", "", about, "", "## Routes"]
    for path, operations in sorted(made["paths"].items()):
        for method, operation in operations.items():
            lines += ["", f"### {method.upper()} {path}", "", *_operation(operation)]
    lines += ["", "## Nouns"]
    for name, noun in sorted(made["components"]["schemas"].items()):
        lines += ["", f"### {name}", "", *_escaped(noun.get("description", "")), "", *_fields(noun)]
    return _text(lines)


def _operation(operation: Mapping[str, Any]) -> Iterator[str]:
    yield from _escaped(operation.get("description") or operation.get("summary", ""))
    rows = [(f"`{p['name']}`", p["in"], _kind(p.get("schema", {}))) for p in operation.get("parameters", ())]
    if rows:
        yield from ("", *_table(["parameter", "in", "is"], rows))
    body = [_kind(one.get("schema", {})) for one in operation.get("requestBody", {}).get("content", {}).values()]
    yield from ("", f"Takes {', '.join(body)}.") if body else ()
    gives = [f"{status}: {_gives(answer)}" for status, answer in operation["responses"].items() if status != "default"]
    yield from ("", f"Gives {'; '.join(gives)}.")


def _gives(answer: Mapping[str, Any]) -> str:
    kinds = (f"{_kind(one['schema'])} ({kind})" for kind, one in answer.get("content", {}).items() if one.get("schema"))
    return ", ".join(kinds) or "nothing"


def _fields(noun: Mapping[str, Any]) -> Iterator[str]:
    needed = set(noun.get("required", ()))
    rows = [
        (f"`{name}`", _kind(field), "" if name in needed else f"`{msgspec.json.encode(field.get('default')).decode()}`")
        for name, field in noun.get("properties", {}).items()
    ]
    return _table(["field", "is", "left out"], rows) if rows else iter((_kind(noun),))


def _kind(schema: Mapping[str, Any]) -> str:
    """A type in a few words, nouns as links."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(one) for one in options))
    if schema.get("type") == "array":
        inner = schema.get("items") or {}
        return f"list of {_kind(inner)}" if inner else "list"
    return str(schema.get("type", "anything"))


def _escaped(text: str) -> list[str]:
    """A docstring as Markdown: nothing of it is a tag or a link."""
    return [re.sub(r"([<>\[\]*])", r"\\\1", line.strip()) for line in inspect.cleandoc(text).split("\n")]


# --- errors ---------------------------------------------------------------------------------------------------------------

FAMILIES: Mapping[str, str] = {
    "U": "Usage",
    "A": "Authority",
    "N": "Not found",
    "P": "Placement",
    "R": "Runtime",
    "M": "Money and quota",
    "L": "The log",
    "W": "The wire",
    "K": "The kernel",
    "B": "Bugs",
}
"""The letter of a code -> what it is about."""


def errors_page() -> str:
    """One heading for each code, so that each has an anchor."""
    lines = ["# Errors", "", "From the catalogue of sentences. The same text: `suan why CODE`."]
    for letter, family in FAMILIES.items():
        lines += ["", f"## {family}", *(line for code in codes() if code[5] == letter for line in _error(code))]
    return _text(lines)


def _error(code: str) -> Iterator[str]:
    yield from ("", f"### {code}")
    for words, stop in ((Words("en"), "."), (Words("zh"), "。")):
        yield from ("", f"**{words(f'error.{code}')}{stop}** {words(f'about.{code}')}")


# --- metrics and lives ------------------------------------------------------------------------------------------------------


def metrics_page() -> str:
    """Of a brain that knows nothing yet: names, labels and words are the same."""
    rows = [_metric(one) for one in families(State(), 0.0, 10.0)]
    head = ["# Metrics", "", "What `GET /metrics` gives. How to scrape them: [metrics](../metrics.md)."]
    return _text([*head, "", *_table(["metric", "type", "labels", "what"], rows)])


def _metric(one: Any) -> tuple[str, ...]:
    name = f"{one.name}_total" if one.type == "counter" else one.name
    return f"`{name}`", one.type, ", ".join(one._labelnames), one.documentation


def lives_page() -> str:
    """The lives of a job and of an intent, from their tables."""
    head = "# The life of a job\n\nPrinted from `model.job.JOB_NEXT`; what is not in it is refused by name.\n\n"
    second = "\n# The life of an intent\n\nPrinted from `model.intent.INTENT_NEXT` ([intents](intent.md)); "
    second += "what is not in it is refused by name.\n\n"
    return head + _diagram(JOB_NEXT, JOB_FINAL) + second + _diagram(INTENT_NEXT, INTENT_FINAL)


def _diagram(following: Mapping[tuple[str, str], str], final: Iterable[str]) -> str:
    steps = [f"    {was or '[*]'} --> {now}: {event}" for (was, event), now in following.items()]
    ends = [f"    {state} --> [*]" for state in sorted(final)]
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(steps + ends) + "\n```\n"


# --- all of them ------------------------------------------------------------------------------------------------------------


def openapi(folder: Path) -> str:
    """docs/openapi.json."""
    return msgspec.json.format(msgspec.json.encode(_described(folder), order="sorted")).decode() + "\n"


def _described(folder: Path) -> dict[str, Any]:
    door = Door(Brain(SqliteLog(folder / "log"), lambda: 0.0), Blobs(folder / "blobs"), bytes(32), lambda: 0.0)
    return described(routes(door))


def _in_a_folder(made: Callable[[Path], str]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return made(Path(folder))


PAGES: Mapping[str, Callable[[], str]] = {
    "reference/cli.md": lambda: commands_page("en"),
    "reference/cli.zh.md": lambda: commands_page("zh"),
    "reference/files.md": lambda: files_page("en"),
    "reference/files.zh.md": lambda: files_page("zh"),
    "reference/sdk.md": python_page,
    "reference/api.md": lambda: _in_a_folder(http_page),
    "reference/metrics.md": metrics_page,
    "errors.md": errors_page,
    "lifecycle.md": lives_page,
    "openapi.json": lambda: _in_a_folder(openapi),
}
"""File under docs/ -> what it is to be."""


def _table(titles: list[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield "|" + "---|" * len(titles)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"


if __name__ == "__main__":
    for name, made in PAGES.items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(made(), encoding="utf-8")
