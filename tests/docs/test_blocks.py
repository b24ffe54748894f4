"""Every block of the first page and of the guides does what the page says, in both languages; a block left out says why."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import CARRIED_OUT, DOCS, blocks
from tests.docs.reader import House, Reader, living

GUIDES = (
    "run", "ask", "services", "apply", "sdk", "graphs", "split", "intent", "twin", "green", "operate", "network", "console",
    "metrics", "tracing",
)  # fmt: skip
PAGES = [page for name in GUIDES for page in (DOCS / f"{name}.md", DOCS / f"{name}.zh.md") if page.exists()]
SAME = "英文页的测试已执行同样的内容"
"""Why a dear block of a Chinese page is left out: the English page carries out the same. The site shows it to the reader."""


def language(page: Path) -> str:
    return "zh" if page.stem.endswith(".zh") else "en"


def test_the_first_page_in_english(house: House) -> None:
    assert (house.folder / "start" / ".suan" / "brain").is_dir()  # it made the network of all other pages


def test_the_first_page_in_chinese(house: House, tmp_path: Path) -> None:
    with living(House(tmp_path, house.suan)) as other:
        Reader(other, tmp_path, "zh").read(DOCS / "start.zh.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_does_what_it_says(page: Path, house: House) -> None:
    Reader(house, house.folder / page.stem, language(page)).read(page)


@pytest.mark.parametrize("page", [DOCS / "start.md", DOCS / "start.zh.md", *PAGES], ids=lambda page: page.stem)
def test_what_is_to_be_typed_stands_in_a_block_that_is_carried_out(page: Path) -> None:
    """No command in an indented block or in one without a language, which nobody would try; each reason says something."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^(?:    )(?:\$ )?suan .*", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M) == []
    for block in blocks(page):
        typed = block.kind in CARRIED_OUT or block.kind == "yaml"
        assert typed or not re.search(r"^suan ", block.text, re.M), f"{page.name}:{block.line} is not carried out"
        assert block.kind != "yaml" or block.title or block.skip, f"{page.name}:{block.line} is no file"
        assert not block.skip or len(block.skip) > 10, f"{page.name}:{block.line}"


def test_what_the_english_page_carries_out_for_a_chinese_one_is_the_same() -> None:
    for page in DOCS.glob("*.zh.md"):
        for block in blocks(page):
            if block.skip == SAME:
                english = blocks(DOCS / f"{page.name.removesuffix('.zh.md')}.md")
                assert block.text in [other.text for other in english if not other.skip], f"{page.name}:{block.line}"
