"""The pages of the reference, each from what the code itself goes by, so that none can say anything else.

commands    the parser's own commands and flags
files       the tables of keys that the readers of files refuse by
Python      signatures and docstrings
HTTP        docs/openapi.json, which is made from the nouns
errors      the catalogue of sentences
metrics     what `GET /metrics` gives
lives       the tables of states

Each in both languages: what is said is in the catalogue, or a docstring with its Chinese (spoken.py). `python -m
tools.reference` writes them; a test holds them against the code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from tools.docstrings import http_page, python_page, schema
from tools.markdown import table, text

from suanwang.api.catalogue import Words, codes, entries
from suanwang.api.cli.main import COMMANDS, _commands  # pyright: ignore[reportPrivateUsage]
from suanwang.api.metrics import families
from suanwang.brain.network import Ear
from suanwang.brain.state import State
from suanwang.intent import document, near, serve
from suanwang.model.intent import INTENT_FINAL, INTENT_NEXT
from suanwang.model.job import JOB_FINAL, JOB_NEXT

DOCS = Path(__file__).parent.parent / "docs"


# --- commands -------------------------------------------------------------------------------------------------------------


def commands_page(lang: str) -> str:
    """Every command with its arguments and flags."""
    words = Words(lang)
    root: Any = _commands(words)
    head = [f"# {words('page.commands')}", "", words("page.commands_about")]
    return text([*head, *(line for name, _ in COMMANDS for line in _command(words, name, _found(root, name)))])


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
        yield from ("", *table([words("page.flag"), words("page.default"), words("page.means")], map(_flag, flags)))


def _argument(param: Any) -> str:
    name = param.metavar or param.name.upper()
    return name if param.required else f"[{name}]"


def _flag(param: Any) -> tuple[str, str, str]:
    value = "" if param.is_bool_flag else " " + ("NUMBER" if _number(param) else "TEXT")
    names = ", ".join(f"`{name}`" for name in sorted(param.opts, key=len, reverse=True))
    default = "" if param.default in (None, False, "", []) or callable(param.default) else f"`{param.default}`"
    return names + value, default, param.help or ""


def _number(param: Any) -> bool:
    return param.type.name.partition(" ")[0] in ("int", "float")


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
    return text(lines)


def _keys(words: Words, within: str, keys: tuple[str, ...]) -> Iterator[str]:
    titles = [words("page.key"), words("page.flag"), words("page.means")]
    return table(titles, (_key(words, within, key) for key in keys))


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


# --- errors ---------------------------------------------------------------------------------------------------------------

FAMILIES = "UANPRMLWKB"
"""The letters of codes; what each is about: "page.errors.<letter>"."""


def errors_page(lang: str) -> str:
    """One heading for each code, so that each has an anchor."""
    words = Words(lang)
    lines = [f"# {words('page.errors')}", "", words("page.errors_about")]
    for letter in FAMILIES:
        told = (line for code in codes() if code[5] == letter for line in _error(words, code))
        lines += ["", f"## {words(f'page.errors.{letter}')}", *told]
    return text(lines)


def _error(words: Words, code: str) -> Iterator[str]:
    yield from ("", f"### {code}", "")
    yield f"**{words(f'error.{code}')}{words('page.stop')}** {words(f'about.{code}')}"


# --- metrics and lives ------------------------------------------------------------------------------------------------------


def metrics_page(lang: str) -> str:
    """Of a brain that knows nothing yet: names, labels and words are the same."""
    words = Words(lang)
    rows = [_metric(words, one) for one in families(State(), Ear(), 0.0, 10.0)]
    titles = [words(f"page.{title}") for title in ("metric", "type", "labels", "what")]
    return text([f"# {words('page.metrics')}", "", words("page.metrics_about"), "", *table(titles, rows)])


def _metric(words: Words, one: Any) -> tuple[str, ...]:
    name = f"{one.name}_total" if one.type == "counter" else one.name
    return f"`{name}`", one.type, ", ".join(one._labelnames), words(f"metric.{one.name}")


def lives_page(lang: str) -> str:
    """The lives of a job and of an intent, from their tables."""
    words = Words(lang)
    job, intent = _life(words, "job", JOB_NEXT, JOB_FINAL), _life(words, "intent", INTENT_NEXT, INTENT_FINAL)
    return text([*job, "", *intent])


def _life(words: Words, of: str, following: Mapping[tuple[str, str], str], final: Iterable[str]) -> Iterator[str]:
    yield from (f"# {words(f'page.life.{of}')}", "", words(f"page.life.{of}_about"), "", *_diagram(following, final))
    states = ((_state(words, state), words(f"life.{of}.{state}")) for state in dict.fromkeys(following.values()))
    yield from ("", *table([words("page.state"), words("page.means")], states))
    events = ((f"`{event}`", words(f"event.{of}.{event}")) for event in dict.fromkeys(event for _, event in following))
    yield from ("", *table([words("page.event"), words("page.means")], events))


def _state(words: Words, state: str) -> str:
    """Its name, and what it is called on the screen where that is another."""
    shown = words(f"state.{state}")
    return f"`{state}`" if shown == state else f"`{state}` {shown}"


def _diagram(following: Mapping[tuple[str, str], str], final: Iterable[str]) -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2")
    yield from (f"    {was or '[*]'} --> {now}: {event}" for (was, event), now in following.items())
    yield from (*(f"    {state} --> [*]" for state in sorted(final)), "```")


# --- all of them ------------------------------------------------------------------------------------------------------------


def openapi() -> str:
    """docs/openapi.json."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted")).decode() + "\n"


def _both(name: str, page: Callable[[str], str]) -> dict[str, Callable[[], str]]:
    return {f"{name}.md": partial(page, "en"), f"{name}.zh.md": partial(page, "zh")}


PAGES: Mapping[str, Callable[[], str]] = {
    **_both("reference/cli", commands_page),
    **_both("reference/files", files_page),
    **_both("reference/sdk", python_page),
    **_both("reference/api", http_page),
    **_both("reference/metrics", metrics_page),
    **_both("errors", errors_page),
    **_both("lifecycle", lives_page),
    "openapi.json": openapi,
}
"""File under docs/ -> what it is to be."""


if __name__ == "__main__":
    for name, made in PAGES.items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(made(), encoding="utf-8")
