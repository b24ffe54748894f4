"""Why something failed, in the reader's language.

English is written where the failure is known, with the numbers in it, and goes over the wire and into the log as it is. Whoever
shows it in Chinese looks it up: whys.toml has the same English with {0}, {1}, ... in place of what varies, under its code, and
beside it the Chinese. What does not match any is shown as it came: other programs' words, and those of a newer brain.

    "{0} is {1}, which has no unit."  +  latency is "20", which has no unit.  ->  {0} = latency, {1} = "20"

A template is its fixed parts in order, the first and last at the ends, so that finding them takes one pass over the text.
"""

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from suanwang.api.catalogue import Words

TEXT_MAX = 4000
"""Characters; no why of ours is longer, and what is, is shown as it came."""
DEEP_MAX = 8
"""So often a value may hold words that have their own Chinese; what lies deeper is shown as it came."""
EACH = "each_"
EVERYWHERE = "any"
"""Section of templates that stand under every code."""


class Template(NamedTuple):
    """fixed: the parts between the holes, one more than there are of those."""

    fixed: tuple[str, ...]
    chinese: str


def why(words: Words, code: str, text: str) -> str:
    """The why of a fault, or of what else has a section; as it came where there is no Chinese for it."""
    return _said(words, code, text, DEEP_MAX) if words.lang == "zh" and len(text) <= TEXT_MAX else text


def coded(words: Words, text: str) -> str:
    """Of a code, ": " and a why, as events and notes have it, the why; of anything else nothing is changed."""
    code, _, said = text.partition(": ")
    return f"{code}: {why(words, code, said)}" if said and code.startswith("SUAN-") else text


def listed(words: Words, section: str, text: str) -> str:
    """Each of several that may stand in one text."""
    whole = why(words, section, text)
    if whole != text or words.lang != "zh":
        return whole
    return "；".join(why(words, section, one) for one in text.split("; "))


def _said(words: Words, code: str, text: str, deep: int) -> str:
    for section in (EVERYWHERE, code):
        for one in sections().get(section, ()):
            if (holes := holes_of(one.fixed, text)) is not None:
                return one.chinese.format(*(_Hole(words, code, hole, deep - 1) for hole in holes))
    return text


class _Hole:
    """What stood in a hole. In the Chinese {0} is this as it is; {0:why} again a why of the same code; {0:words} what its words
    are called, by the section of that name, and {0:each_words} the same of each between ", "; {0:state} by the key of the
    catalogue that begins so."""

    def __init__(self, words: Words, code: str, text: str, deep: int) -> None:
        self._words, self._code, self._text, self._deep = words, code, text, deep

    def __format__(self, spec: str) -> str:
        section = self._code if spec == "why" else spec.removeprefix(EACH)
        if not spec or not self._deep:
            return self._text
        if spec.startswith(EACH):
            return "、".join(_said(self._words, section, one, self._deep) for one in self._text.split(", "))
        if section in sections():
            return _said(self._words, section, self._text, self._deep)
        return self._words.get(f"{section}.{self._text}", self._text)


def holes_of(fixed: tuple[str, ...], text: str) -> tuple[str, ...] | None:
    """What stands between the fixed parts; None if the text is not made of them. Each part is taken where it comes first: if
    the rest fits at all, it fits then."""
    if len(fixed) == 1:
        return () if text == fixed[0] else None
    first, *middle, last = fixed
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return None
    holes = list[str]()
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return None
        holes.append(text[at:found])
        at = found + len(part)
    return (*holes, text[at:end])


@cache
def sections() -> Mapping[str, tuple[Template, ...]]:
    """Code, or the name of a section -> its templates, those that say most first."""
    return {code: _templates(lines) for code, lines in table().items()}


def table() -> Mapping[str, Mapping[str, str]]:
    """The file: code, or the name of a section -> English -> Chinese."""
    return tomllib.loads(Path(__file__).with_name("whys.toml").read_text(encoding="utf-8"))


def _templates(lines: Mapping[str, str]) -> tuple[Template, ...]:
    found = (Template(fixed_of(english), chinese) for english, chinese in lines.items())
    return tuple(sorted(found, key=lambda one: -sum(map(len, one.fixed))))


def fixed_of(english: str) -> tuple[str, ...]:
    """The fixed parts of a template: "a {0} b" -> ("a ", " b")."""
    parts = list(string.Formatter().parse(english)) or [("", None, None, None)]
    fixed = [""]
    for literal, field, _, _ in parts:
        fixed[-1] += literal
        fixed += [""] if field is not None else []
    return tuple(fixed)
