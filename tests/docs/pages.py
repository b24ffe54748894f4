"""The pages of the site, and the fenced blocks of a page as a reader would carry them out.

    ```bash                      every command succeeds
    ```console                   after "$ " a command, below it what it prints; "..." stands for anything
    ```yaml title="job.yaml"     is written to that file; so is any other block with a title
    ```python                    runs, in the namespace of the page
    ```pycon                     a session; what it prints is compared
    ```bash skip="why"           is not carried out, for the reason that is said; the site shows it below the block

Other kinds (text, a diagram) are there to be looked at.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CARRIED_OUT = ("bash", "console", "python", "pycon")
_FENCE = re.compile(r"```(\w*)(.*)")
_OPTION = re.compile(r'(\w+)="([^"]*)"')


class Block(NamedTuple):
    """line: of the opening fence, from 1. kind: the language. title: the file that it is, "" for none. skip: why it is not
    carried out, "" if it is."""

    line: int
    kind: str
    title: str
    skip: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    opened: tuple[int, str, dict[str, str]] | None = None
    body = list[str]()
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = _FENCE.fullmatch(line)
        if opened is None and fence:
            opened, body = (number, fence[1], dict(_OPTION.findall(fence[2]))), []
        elif opened is not None and line == "```":
            at, kind, options = opened
            yield Block(at, kind, options.get("title", ""), options.get("skip", ""), "".join(f"{one}\n" for one in body))
            opened = None
        elif opened is not None:
            body.append(line)
    assert opened is None, f"{page.name}: the block of line {opened and opened[0]} has no end"


def commands(text: str) -> Iterator[tuple[str, str]]:
    """(command, what it prints) of a console block; a command may go on after a backslash."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, shown = re.sub(r"\\\n", "\0", part).partition("\n")
        yield command.replace("\0", "\\\n"), shown.rstrip("\n").replace("\0", "\\\n")
