"""What the site's generator does not do by itself (hooks of mkdocs.yml): decisions as a part of the navigation, pictures of
benchmarks, and nothing in the scripts that another host could be asked for."""

import re
import shutil
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parent.parent
RESULTS = "bench/results/"
OUTSIDE = re.compile(r"https://(?:unpkg\.com|api\.github\.com|gitlab\.com)[^\"'`]*")
"""What the theme's scripts would ask for diagrams, old browsers, and a repository's stars."""

SKIPPED = re.compile(r'^(```\w+(?: title="[^"]*")?) skip="([^"]*)"(.*?^```)$', re.M | re.S)
UNTRIED = {"en": "Not carried out by the tests: {}.", "zh": "测试不执行这一段：{}。"}
FENCED = re.compile(r"(^```.*?^```$)", re.M | re.S)
CHINESE = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2014\u2018-\u201d\u2026]"
PARAGRAPH = re.compile(rf"^(?!#| {{4}}).*(?:\n *{CHINESE}.*)+", re.M)
"""A line, and those below it that begin in Chinese."""
WRAPPED = re.compile(rf"(?<={CHINESE})\n *(?={CHINESE})")
"""Where a paragraph goes on: between Chinese characters browsers would show the end of a line as a space."""
ROOTED = re.compile(r'(<(?:a|link|script|img)\b[^>]*\b(?:href|src)="?)/(?!/)([^"> ]*)')
"""A link from the root of the host, as the language switch makes them, and the page for what is not there."""
MISSING = "404.html"
HOME = """<script>
(async () => {
  for (let folder = new URL(".", location); ; folder = new URL("..", folder)) {
    const page = new URL("404.html", folder);
    if (page.pathname === location.pathname) return;
    if ((await fetch(page, { method: "HEAD" })).ok) return location.replace(page);
    if (folder.pathname === "/") return;
  }
})();
</script>
"""
"""Its links are right where it lies. Shown for a page that is missing in another folder, it goes there: up, until it is
found."""
SAID = '<h1>404 - Not found · 找不到</h1><p><a href="index.html">Suanwang</a> · <a href="zh/index.html">算网</a></p>'
SEARCHED = {"lunr.zh.min.js", "lunr.multi.min.js", "lunr.stemmer.support.min.js"}
"""Of the theme's languages, those that the site has beside English."""


def on_config(config: Any) -> Any:
    """Each decision has its page, in order."""
    pages = sorted(path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs" / "decisions").glob("*.md"))
    config.nav = [*config.nav, {"Decisions": pages}]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Pictures that documents show lie beside the figures that they are drawn from."""
    for picture in sorted((ROOT / RESULTS).glob("*.svg")):
        files.append(File.generated(config, RESULTS + picture.name, abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Pictures where they are in the site; why a block is not carried out by the tests stands quietly below it."""
    chinese = page.file.src_uri.endswith(".zh.md")

    def told(found: re.Match[str]) -> str:
        return f"{found[1]}{found[3]}\n\n<small>{UNTRIED['zh' if chinese else 'en'].format(found[2])}</small>\n"

    shown = SKIPPED.sub(told, markdown.replace(f"](../{RESULTS}", f"]({RESULTS}"))
    return unwrapped(shown) if chinese else shown


def unwrapped(markdown: str) -> str:
    """Chinese paragraphs without ends of lines between Chinese characters; what is fenced stays as it is."""
    parts = FENCED.split(markdown)
    return "".join(part if number % 2 else PARAGRAPH.sub(_joined, part) for number, part in enumerate(parts))


def _joined(found: re.Match[str]) -> str:
    return WRAPPED.sub("", found[0])


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """From page to page by relative links, so that the site may lie under any path, and be read from files."""
    up = "../" * page.url.count("/")
    return ROOTED.sub(lambda found: f"{found[1]}{up}{found[2]}", output)


def on_template_context(context: Any, template_name: str, config: Any) -> Any:
    """From the page for what is not there the language switch leads to the first pages, and not to those built last."""
    for other in config.extra.get("alternate", ()) if template_name == MISSING else ():
        other["link"] = "/index.html" if other["lang"] == "en" else f"/{other['lang']}/index.html"
    return context


def on_post_template(output: str, template_name: str, config: Any) -> str:
    """The page for what is not there, one for both languages, is right at any path. Nothing is written for ""."""
    if template_name != MISSING:
        return output
    if config.theme["language"] != "en":
        return ""
    here = re.sub(r'"(base|search)": "/', r'"\1": "./', ROOTED.sub(r"\1\2", output))
    here = here.replace('new URL("/",location)', 'new URL(".",location)')  # under which choices are remembered
    return here.replace("<head>", f"<head>{HOME}", 1).replace("<h1>404 - Not found</h1>", SAID)


def on_post_build(config: Any) -> None:
    """The scripts ask nobody else, and the Chinese pages find the list of pages that they look for beside them."""
    site = Path(config.site_dir)
    if (site / "zh").is_dir():  # each language is built in turn
        shutil.copy(site / "sitemap.xml", site / "zh")
    for script in (site / "assets" / "javascripts").rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        if OUTSIDE.search(text):
            script.write_text(OUTSIDE.sub("", text), encoding="utf-8")
    languages = [file for file in (site / "assets" / "javascripts" / "lunr").rglob("*.js") if file.name not in SEARCHED]
    for unused in (*languages, *(site / "assets").rglob("*.map")):
        unused.unlink()
