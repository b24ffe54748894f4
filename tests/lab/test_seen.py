"""The console before a country at work: what is steered is on the map, and a site that is cut off is seen to lose its share."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from suanwang.drivers.kernel.namespace import inside
from suanwang.lab import place
from tests.browser.chromium import Chromium
from tests.browser.test_console import built
from tests.browser.test_looks import photographed
from tests.drivers.kernel.spaces import needs_compiler, needs_root
from tests.lab.country import LAB, Country

__all__ = ["built"]
pytestmark = [needs_root, needs_compiler]


LINKS = {"near": ("t1-e1", "t2-e1"), "mid": ("t3-e2", "t2-e2")}
"""Site -> all links to it."""
DOWN = "[...document.querySelectorAll('[aria-label=paths] td')].some(cell => cell.textContent === 'down')"
"""JavaScript: whether a measured path is down, as the table says."""


@pytest.fixture
def browser(country: Country, built: None, tmp_path: Path) -> Generator[Chromium]:
    """In the brain's own namespace, logged in; it does not know the brain's CA."""
    config = json.loads((place.ROOT / LAB / "config" / "suanwang" / "client.json").read_text())
    with inside(f"{LAB}-brain"):
        made = Chromium(tmp_path / "profile", "--ignore-certificate-errors")
    try:
        made.open(f"{config['url']}/#token={config['token']}")
        made.until("location.hash === '#/overview'")
        yield made
        assert made.errors == []
        assert {url.split("/")[2] for url in made.asked if not url.startswith("data:")} == {config["url"].split("/")[2]}
    finally:
        made.close()


def share(site: str) -> str:
    """JavaScript: the share of new flows that the instances at a site get, in percent, as the table says."""
    rows = "[...document.querySelectorAll('[aria-label=candidates] tbody tr')]"
    return (
        f"{rows}.filter(r => r.cells[1].textContent === '{site}').reduce((n, r) => n + parseFloat(r.cells[2].textContent), 0)"
    )


def test_a_site_is_cut_off_and_routes_are_seen_to_move(browser: Chromium, country: Country) -> None:
    browser.until("document.querySelectorAll('.place').length === 3", 60)
    country.serve("seen", scale={"min": 2, "max": 2}, sites=["near", "mid"])
    browser.value("location.hash = '#/network?from=in1&service=seen'")
    browser.until("document.querySelectorAll('.place').length === 9", 60)
    browser.until(f"{share('near')} + {share('mid')} >= 99", 60)
    photographed(browser, "lab-before")
    lost, left = sorted(LINKS, key=lambda site: -float(browser.value(share(site))))
    for link in LINKS[lost]:
        country.suan("lab", "cut", link, "--lab", LAB)
    browser.until(f"{share(lost)} === 0 && {share(left)} >= 99", 90)
    browser.until(DOWN)
    photographed(browser, "lab-after")
    for link in LINKS[lost]:
        country.suan("lab", "mend", link, "--lab", LAB)
    browser.until(f"!{DOWN}", 90)
    country.asked("withdraw", "seen")
