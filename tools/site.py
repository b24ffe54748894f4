"""What the site's generator does not do by itself (hooks of mkdocs.yml): decisions as a part of the navigation, pictures of
benchmarks, and nothing in the scripts that another host could be asked for."""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parent.parent
RESULTS = "bench/results/"
OUTSIDE = re.compile(r"https://(?:unpkg\.com|api\.github\.com|gitlab\.com)[^\"'`]*")
"""What the theme's scripts would ask for diagrams, old browsers, and a repository's stars."""


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


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Where they are in the site."""
    return markdown.replace(f"](../{RESULTS}", f"]({RESULTS}")


def on_post_build(config: Any) -> None:
    """The scripts ask nobody else."""
    for script in (Path(config.site_dir) / "assets" / "javascripts").rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        if OUTSIDE.search(text):
            script.write_text(OUTSIDE.sub("", text), encoding="utf-8")
    for source in (Path(config.site_dir) / "assets").rglob("*.map"):
        source.unlink()
