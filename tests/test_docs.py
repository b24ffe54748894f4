"""Documents that are made from the code are what the code would make now. SUAN_UPDATE=1 writes them anew."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec
import pytest

from suanwang.api.door import Door
from suanwang.api.openapi import described
from suanwang.api.server import routes
from suanwang.brain.loop import Brain
from suanwang.model.intent import INTENT_FINAL, INTENT_NEXT
from suanwang.model.job import JOB_FINAL, JOB_NEXT
from suanwang.store.blobs import Blobs
from suanwang.store.log import SqliteLog

DOCS = Path(__file__).parent.parent / "docs"


def openapi(folder: Path) -> str:
    """The API's schema, from the nouns."""
    door = Door(Brain(SqliteLog(folder / "log"), lambda: 0.0), Blobs(folder / "blobs"), bytes(32), lambda: 0.0)
    return msgspec.json.format(msgspec.json.encode(described(routes(door)), order="sorted")).decode() + "\n"


def lifecycle(_: Path) -> str:
    """The lives of a job and of an intent, from their tables."""
    job, intent = _diagram(JOB_NEXT, JOB_FINAL), _diagram(INTENT_NEXT, INTENT_FINAL)
    said = "Printed from `model.{name}`; what is not in it is refused by name.\n\n"
    return (
        f"# The life of a job\n\n{said.format(name='job.JOB_NEXT')}{job}\n"
        f"# The life of an intent\n\n{said.format(name='intent.INTENT_NEXT')}{intent}"
    )


def _diagram(following: Mapping[tuple[str, str], str], final: Iterable[str]) -> str:
    lines = [f"    {was or '[*]'} --> {now}: {event}" for (was, event), now in following.items()]
    ends = [f"    {state} --> [*]" for state in sorted(final)]
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines + ends) + "\n```\n"


@pytest.mark.parametrize(("name", "made"), [("openapi.json", openapi), ("lifecycle.md", lifecycle)])
def test_the_document_is_what_the_code_says(name: str, made: Callable[[Path], str], tmp_path: Path) -> None:
    text, file = made(tmp_path), DOCS / name
    if os.environ.get("SUAN_UPDATE"):
        file.write_text(text)
    assert file.read_text() == text, f"docs/{name} is not current: make update, and look at the difference"


def test_every_link_in_the_documents_leads_somewhere() -> None:
    missing = []
    for page in [DOCS.parent / "README.md", *DOCS.glob("**/*.md"), DOCS.parent / "CONTRIBUTING.md"]:
        for target in links(page.read_text()):
            if not (page.parent / target).exists():
                missing.append(f"{page.name}: {target}")
    assert missing == []


def links(text: str) -> list[str]:
    """Relative link targets of a Markdown text."""
    parts = [p.split(")", 1)[0].split("#", 1)[0] for p in text.split("](")[1:]]
    return [p for p in parts if p and "://" not in p]
