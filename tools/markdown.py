"""Lines of Markdown."""

import inspect
import re
from collections.abc import Iterable, Iterator


def table(titles: list[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield "|" + "---|" * len(titles)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"


def text(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"


def escaped(said: str) -> list[str]:
    """A docstring as Markdown: nothing of it is a tag or a link."""
    return [re.sub(r"([<>\[\]*])", r"\\\1", line.strip()) for line in inspect.cleandoc(said).split("\n")]
