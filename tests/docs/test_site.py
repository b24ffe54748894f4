"""The site is whole, asks nobody else for anything, and finds a Chinese word inside a sentence, in the browser itself."""

import contextlib
import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.browser.chromium import PROGRAM, Chromium
from tests.docs.pages import DOCS, ROOT, blocks

LOADS = (
    r"<(?:script|img|iframe|source|audio|video|embed)\b[^>]*\bsrc=[\"']?(?:https?:)?//",
    r"<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|icon|preconnect|preload|dns-prefetch|modulepreload|manifest))[^>]*href=[\"']?(?:https?:)?//",
    r"@import\s+(?:url\()?[\"']?(?:https?:)?//",
    r"url\(\s*[\"']?(?:https?:)?//",
)
"""What makes a browser ask for something, from another host."""
TALKED_OF = {"www.w3.org", "lunrjs.com", "tartarus.org", "clipboardjs.com", "bit.ly", "fontawesome.com"}
"""Hosts in the scripts that are names of formats, or stand in remarks and messages."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built strictly, and not quietly, which counts no warning: a dead link, a missing anchor, a page in no menu ends it."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def address(site: Path) -> Generator[str]:
    with served(Silent, site) as made:
        yield made


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class Below(Silent):
    """A copy of the site under /copy/, as hosts of static sites serve one: its own page for what is not there."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "copy" / "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextlib.contextmanager
def served(handler: type[Silent], folder: Path) -> Generator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_no_file_of_it_loads_anything_from_elsewhere(site: Path) -> None:
    for file in (*site.rglob("*.html"), *site.rglob("*.css"), *site.rglob("*.svg")):
        text = file.read_text(encoding="utf-8")
        assert [found[0] for load in LOADS for found in re.finditer(load, text)] == [], file
    for script in site.rglob("*.js"):
        hosts = set(re.findall(r"https?://([\w.-]+)", script.read_text(encoding="utf-8")))
        assert hosts <= TALKED_OF, script


def test_it_may_lie_anywhere(site: Path) -> None:
    """Every link to another file of it is relative and leads to one."""
    switches = 0
    for file in site.rglob("*.html"):
        for link in re.findall(r"<(?:a|link)\b[^>]*\bhref=\"?([^\"> ]+)", file.read_text(encoding="utf-8")):
            target = link.partition("#")[0]
            assert not target.startswith("/"), (file, link)
            assert "://" in target or target.startswith("mailto:") or (file.parent / target).exists(), (file, link)
        page = file.relative_to(site).as_posix()
        other = (site / page.removeprefix("zh/")) if page.startswith("zh/") else site / "zh" / page
        shown = re.findall(r"<a href=\"?([^\"> ]+)\"? hreflang=\"?\w+", file.read_text(encoding="utf-8"))
        switches += other.resolve() in [(file.parent / one).resolve() for one in shown]
    assert switches > 50


def test_every_block_was_understood(site: Path) -> None:
    """A fence whose options the generator does not know would stand there as text."""
    assert [page for page in site.rglob("*.html") if "```" in page.read_text(encoding="utf-8")] == []


def test_the_reader_is_told_why_a_block_is_not_carried_out(site: Path) -> None:
    """In the page's language, below the block."""
    told = 0
    for page in DOCS.glob("*.md"):
        name, chinese, _ = page.name.partition(".zh.md")
        built = site / "zh" / f"{name}.html" if chinese else site / f"{page.stem}.html"
        line = "测试不执行这一段：{}。" if chinese else "Not carried out by the tests: {}."
        for block in (one for one in blocks(page) if one.skip):
            assert f"</div>\n<p><small>{line.format(block.skip)}</small></p>" in built.read_text(encoding="utf-8"), block
            told += 1
    assert told > 10


def test_no_line_ends_between_chinese_characters(site: Path) -> None:
    """A browser would show a space there. What is written as code keeps its lines."""
    for page in DOCS.glob("**/*.zh.md"):
        built = site / "zh" / f"{page.relative_to(DOCS).as_posix().removesuffix('.zh.md')}.html"
        for text in re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", built.read_text(encoding="utf-8"), re.S):
            assert not re.search(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]\n *[\u4e00-\u9fff]", text), (page.name, text)
    assert "百万分之一元\n账单" in (site / "zh" / "unit.html").read_text(encoding="utf-8")


CHROMIUM = pytest.mark.skipif(not PROGRAM, reason="no Chromium here: apt-get install chromium")


@CHROMIUM
def test_what_is_not_there_is_said_below_any_path(site: Path, tmp_path: Path) -> None:
    """Whatever the path that is missing, and wherever the copy lies: the page that says so has its looks and its links."""
    (tmp_path / "copy").symlink_to(site)
    browser = Chromium(tmp_path / "browser")
    try:
        with served(Below, tmp_path) as address:
            for missing in ("nothing.html", "zh/nothing/of/it.html", "404.html"):
                browser.open(f"{address}/copy/{missing}")
                browser.until("location.pathname === '/copy/404.html' && document.readyState === 'complete'")
                assert browser.value("document.styleSheets.length") > 1
                assert "找不到" in browser.value("document.querySelector('h1').innerText")
                links = browser.value("[...document.querySelectorAll('a[href]')].map(a => a.href)")
                assert f"{address}/copy/zh/index.html" in links and f"{address}/copy/start.html" in links
                assert [link for link in links if not link.startswith(f"{address}/copy/")] == []
                found, _ = searched(browser, "immutable")
                assert found and all(link.startswith(f"{address}/copy/") for link in found)
    finally:
        browser.close()


@CHROMIUM
def test_a_word_inside_a_sentence_is_found(address: str, tmp_path: Path) -> None:
    browser = Chromium(tmp_path)
    try:
        for page, word, where in (
            ("zh/start.html", "账单", "/zh/"),
            ("zh/start.html", "沙箱", "/zh/"),
            ("start.html", "immutable", ""),
        ):
            browser.open(f"{address}/{page}")
            links, shown = searched(browser, word)
            assert word in shown and any(where in link for link in links), (word, links, shown)
        assert [url for url in browser.asked if not url.startswith((address, "data:", "blob:", "about:"))] == []
        assert browser.errors == []
    finally:
        browser.close()


def searched(browser: Chromium, word: str) -> tuple[list[str], str]:
    """Links that the site's search finds for a word, and what it shows of them."""
    browser.until("document.querySelector('[data-md-component=search-query]')")
    browser.value("document.querySelector('[data-md-toggle=search]').click()")
    typed = f"e => {{ e.focus(); e.value = '{word}'; e.dispatchEvent(new Event('input', {{bubbles: true}})); }}"
    browser.value(f"({typed})(document.querySelector('[data-md-component=search-query]'))")
    browser.until("document.querySelectorAll('.md-search-result__item a').length > 0", 60)
    found = browser.value("[...document.querySelectorAll('.md-search-result__item a')].map(a => a.href)")
    return found, browser.value("document.querySelector('.md-search-result__list').innerText")
