"""What docstrings say, in both languages: English stands in the code, and its Chinese in reference.zh.toml beside the very same
English (as gettext does it). A docstring that is changed has no Chinese any more, and a test says which.
"""

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("reference.zh.toml")


def spoken(text: str, lang: str) -> str:
    """A docstring in a language; in English where it has no Chinese."""
    return chinese().get(text, text) if lang == "zh" else text


@cache
def chinese() -> dict[str, str]:
    """English -> Chinese."""
    return {english: text for english, text in pairs()}


def pairs() -> tuple[tuple[str, str], ...]:
    """(English, Chinese), as they stand in the file."""
    return tuple((one["en"].strip(), one["zh"].strip()) for one in tomllib.loads(FILE.read_text(encoding="utf-8"))["text"])
