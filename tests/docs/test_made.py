"""What is made from the code is what the code would make now, and every link leads somewhere."""

import re
from pathlib import Path

import pytest
from tools.docstrings import docstrings
from tools.reference import PAGES
from tools.spoken import pairs

from tests.docs.pages import DOCS, ROOT

FRONT = (ROOT / "README.md", ROOT / "CONTRIBUTING.md")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), f"docs/{name}: make update, and look at the difference"


def test_every_docstring_that_the_pages_show_says_something_and_has_its_chinese() -> None:
    chinese = dict(pairs())
    assert [name for name, text in docstrings() if not (text and chinese.get(text))] == [], "tools/reference.zh.toml"


def test_no_chinese_is_left_of_what_no_docstring_says() -> None:
    told, english = {text for _, text in docstrings()}, [english for english, _ in pairs()]
    assert [one for one in english if one not in told] == [], "tools/reference.zh.toml"
    assert len(set(english)) == len(english)


def test_every_link_in_the_documents_leads_somewhere() -> None:
    """Of those that are read in the repository; the site's own are held by its generator, anchors too."""
    pages = [*FRONT, *DOCS.glob("**/*.md")]
    assert [f"{page.name}: {link}" for page in pages for link in links(page) if not (page.parent / link).exists()] == []


def links(page: Path) -> list[str]:
    """Relative targets of links, without their anchors."""
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    parts = [part.split(")", 1)[0].split("#", 1)[0] for part in text.split("](")[1:]]
    return [part for part in parts if part and "://" not in part]
