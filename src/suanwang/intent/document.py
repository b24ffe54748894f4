"""Reading one field of a document: the key must be known, the value of the right kind; whatever is wrong is named by its place.

A document is a mapping of text to text, numbers, truth values, lists and mappings, as a job file or the flags give it. A key
with no value (None) is a key that is not there. Places are written with dots: "limits.latency".

Faults, all UsageFault: SUAN-U001 unknown key, SUAN-U002 wrong kind of value, SUAN-U003 contradiction, SUAN-U005 not a choice.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from suanwang.model.fault import UsageFault
from suanwang.model.quantity import quoted

Document = Mapping[str, object]

TOP_KEYS = (
    *("name", "run", "python", "wasm", "onnx", "args", "over", "workdir", "files", "outputs", "env", "network"),
    *("near", "needs", "limits", "prefer", "priority", "work", "verify", "gang", "reservation"),
    *("app", "data", "spread", "with", "apart"),
)
GRAPH_KEYS = ("name", "app", "tasks", "workdir", "outputs", "env", "near", "needs", "limits", "prefer", "priority")
STEP_KEYS = (
    *("run", "python", "wasm", "onnx", "args", "network", "reads", "writes", "after"),
    *("env", "near", "needs", "limits", "work"),
)
NEEDS_KEYS = ("cpu", "memory", "gpu", "arch")
GPU_KEYS = ("count", "kind", "share")
LIMITS_KEYS = ("latency", "budget", "finish", "carbon", "region", "spare", "node", "tier", "trust", "task")
ONNX_KEYS = ("file", "optimise", "runs")
VERIFY_KEYS = ("replicas", "quorum", "adaptive")

_MAPPINGS = {"needs": "{cpu: 4}", "verify": "{replicas: 3, quorum: 2}", "spread": "{by: site, most: 2}"}

TEXT_MAX = 8192
LIST_MAX = 100_000
PATH_MAX = 1024


def checked_keys(document: Document) -> Document:
    """The document, its keys and those of its sections all known."""
    only(document, TOP_KEYS, "")
    needs = section(document, "needs")
    only(needs, NEEDS_KEYS, "needs.")
    if isinstance(needs.get("gpu"), Mapping):
        only(section(needs, "gpu", "needs."), GPU_KEYS, "needs.gpu.")
    only(section(document, "limits"), LIMITS_KEYS, "limits.")
    only(section(document, "verify"), VERIFY_KEYS, "verify.")
    if isinstance(document.get("onnx"), Mapping):
        only(section(document, "onnx"), ONNX_KEYS, "onnx.")
    return document


def checked_graph(document: Document) -> Document:
    """A document with `tasks`, its keys all known; what its sections and tasks hold is for those who read them."""
    only(document, GRAPH_KEYS, "")
    return document


def checked_step(task: Document) -> Document:
    """A task of a graph, its keys all known; as in `checked_graph`."""
    only(task, STEP_KEYS, "")
    return task


def section(document: Document, key: str, within: str = "") -> Document:
    """A mapping under `key`; empty if there is none."""
    value = document.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise wrong_kind(within + key, value, "a mapping", _MAPPINGS.get(key, "{latency: 20ms}"))
    return cast(Document, value)


def text(value: object, place: str, example: str) -> str:
    """A piece of text that could be an argument of a program: no NUL, valid Unicode, at most 8192 characters."""
    if not isinstance(value, str):
        raise wrong_kind(place, value, "text", example)
    if len(value) > TEXT_MAX:
        raise UsageFault("SUAN-U002", f"{place} is {len(value)} characters long; at most {TEXT_MAX} are read.", _write(example))
    if "\0" in value or re.search("[\ud800-\udfff]", value):
        raise UsageFault(
            "SUAN-U002", f"{place} is {quoted(value)}, which holds a character that no program can be given.", "remove it"
        )
    return value


def word(value: object, place: str, example: str) -> str:
    """Text that is not empty, without space around it."""
    found = text(value, place, example).strip()
    if not found:
        raise UsageFault("SUAN-U002", f"{place} is empty.", _write(example))
    return found


def scalar(value: object, place: str, example: str) -> str:
    """Text as it is, or a number or truth value as it is written in YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return quoted(value)[1:-1] if abs(value) >= 1e15 else repr(value)
    return text(value, place, example)


def listed(value: object, place: str, example: str) -> Sequence[object]:
    """A list, not text, bounded."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise wrong_kind(place, value, "a list", example)
    found = cast(Sequence[object], value)
    if len(found) > LIST_MAX:
        raise UsageFault("SUAN-U013", f"{place} has {len(found)} entries; at most {LIST_MAX} are read.", _write(example))
    return found


def words(value: object, place: str, example: str) -> tuple[str, ...]:
    """One word, or a list of words."""
    if isinstance(value, str):
        return (word(value, place, example),)
    return tuple(word(entry, f"{place}[{i}]", example) for i, entry in enumerate(listed(value, place, example)))


def truth(value: object, place: str) -> bool:
    """true or false, or the same as text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise wrong_kind(place, value, "true or false", "true")


def choice(value: object, place: str, choices: Sequence[str]) -> str:
    """One of a few words, in any case."""
    found = word(value, place, choices[0]).lower()
    if found not in choices:
        why = f"{place} is {quoted(value)}, which is none of {', '.join(choices)}."
        raise UsageFault("SUAN-U005", why, _meant(found, choices) or _write(choices[0]))
    return found


def path(value: object, place: str, example: str) -> str:
    """A path or pattern inside the job's folder: relative, "/" between its parts, no ".."; "./" is dropped."""
    written = word(value, place, example)
    parts = [part for part in written.split("/") if part != "."]
    if written.startswith("/") or ".." in parts or "" in parts[:-1] or not any(parts) or not written.isprintable():
        why = f"{place} is {quoted(written)}, which is not a path inside the job's folder."
        raise UsageFault("SUAN-U002", why, f"write a relative path without .., for example {example}")
    if len(written) > PATH_MAX:
        raise UsageFault(
            "SUAN-U002", f"{place} is {len(written)} characters long; at most {PATH_MAX} are read.", _write(example)
        )
    return "/".join(parts)


def paths(value: object, place: str, example: str) -> tuple[str, ...]:
    """One path, or a list of paths, each once."""
    return tuple(dict.fromkeys(path(entry, place, example) for entry in words(value, place, example)))


def wrong_kind(place: str, value: object, kind: str, example: str) -> UsageFault:
    """The fault for a value of the wrong type."""
    return UsageFault(
        "SUAN-U002", f"{place} must be {kind}; it is {quoted(value)}.", _write(f"{place.split('.')[-1]}: {example}")
    )


def contradiction(why: str, todo: str) -> UsageFault:
    """The fault for two things that cannot both be meant."""
    return UsageFault("SUAN-U003", why, todo)


def only(document: Document, known: tuple[str, ...], within: str) -> None:
    """The keys of a section are all known. within: its place, with a dot; "" for the job itself."""
    for key in cast(Iterable[object], document):
        if key not in known:
            where = "the job" if not within else within.rstrip(".")
            why = f"{_place(within, key)} is not a key of {where}; the keys are {', '.join(known)}."
            raise UsageFault("SUAN-U001", why, _elsewhere(str(key)) or _meant(str(key), known) or "remove it")


def _place(within: str, key: object) -> str:
    return f'"{within}{quoted(key)[1:-1]}"'


def _meant(typed: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(typed[:64].lower(), known, 1, 0.6)
    return f"did you mean {near[0]}?" if near else ""


def _elsewhere(key: str) -> str:
    """A known key in the wrong section says where it belongs."""
    for name, known in (
        ("needs", NEEDS_KEYS),
        ("limits", LIMITS_KEYS),
        ("needs.gpu", GPU_KEYS),
        ("verify", VERIFY_KEYS),
        ("onnx", ONNX_KEYS),
    ):
        if key in known:
            return f"it belongs under {name}: write {name}.{key}"
    return "it belongs to the job itself, not to a section" if key in TOP_KEYS else ""


def _write(example: str) -> str:
    return f"write it like this: {example}"
