"""Every page, in both languages and both lights: nothing that keeps anybody out (axe-core), and a picture in build/screens."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.chromium import Chromium
from tests.browser.test_console import SOURCE, browser, built, go, network, token
from tests.test_life import Network

__all__ = ["browser", "built", "network"]

SCREENS = Path(__file__).parents[2] / "build" / "screens"
AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
NARROW, WIDE = 390, 1280
LANGUAGES = {"en": "English", "zh": "中文"}
VIEWS: dict[str, str] = {
    "overview": ".place",
    "ask": "#sentence",
    "jobs": "td a",
    "jobs/{job}": "#state",
    "jobs/{job}?tab=tasks": "td a",
    "jobs/{job}?tab=logs": "pre",
    "jobs/{job}?tab=why": "svg rect",
    "jobs/{job}?tab=proof": "#proved",
    "services": "table",
    "nodes": "td a",
    "nodes/{node}": "svg polygon",
    "network": ".place",
    "reservations": "table",
    "money": "td a",
    "twin": "#changes",
    "settings": "h2",
}
"""View -> what is there once it is shown."""
ROUTERS = {
    "routers": [
        {"number": 1, "name": "sz", "roles": ["ingress"], "latitude": 22.5, "longitude": 114.1},
        {"number": 2, "name": "wh", "roles": ["transit"], "latitude": 30.6, "longitude": 114.3},
        {"number": 3, "name": "zw", "roles": ["egress"], "latitude": 37.5, "longitude": 105.2},
    ],
    "links": [{"a": 1, "b": 2, "latency_ms": 8.0}, {"a": 2, "b": 3, "latency_ms": 9.0, "up": False}],
}


@pytest.fixture(scope="module")
def filled(network: Network) -> Callable[[str], str]:
    """Routers as well; fills a view's names in."""
    told = {"authorization": f"Bearer {token(network)}", "content-type": "application/json"}
    asked = urllib.request.Request(f"{network.url}/v1/network", json.dumps(ROUTERS).encode(), told, method="PUT")
    with urllib.request.urlopen(asked, timeout=30):
        pass
    job, node = str(network.job("hello")["id"]), str(network.get("nodes")["items"][0]["node"]["name"])  # type: ignore[index]
    return lambda view: view.format(job=job, node=node)


def shown(browser: Chromium, view: str, there: str) -> None:
    go(browser, view)
    page = view.partition("?")[0]
    browser.until(f"document.querySelector({there!r}) && document.querySelector('main').dataset.page.startsWith({page!r})")


def choose(browser: Chromium, language: str, light: str) -> None:
    go(browser, "settings")
    browser.click("main button", LANGUAGES[language])
    browser.until(f"document.documentElement.lang === {language!r}")
    browser.value(
        f"document.querySelectorAll('main .card:nth-of-type(2) button')[{('auto', 'light', 'dark').index(light)}].click()"
    )
    browser.until(f"document.documentElement.dataset.light === {light!r}")


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_keeps_anybody_out(browser: Chromium, filled: Callable[[str], str], language: str, light: str) -> None:
    if not AXE.is_file():
        pytest.skip("no axe-core: npm ci in console/")
    SCREENS.mkdir(parents=True, exist_ok=True)
    axe, found = AXE.read_text(), dict[str, list[str]]()
    choose(browser, language, light)
    for view, there in VIEWS.items():
        shown(browser, filled(view), there)
        if wrong := browser.violations(axe):
            found[view] = wrong
        browser.shot(SCREENS / f"{named(view)}.{language}.{light}.png")
    assert not found, "\n".join(f"{view}: {line}" for view, lines in found.items() for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_a_telephone(browser: Chromium, filled: Callable[[str], str], language: str) -> None:
    choose(browser, language, "light")
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser.size(NARROW, 844)
    for view, there in VIEWS.items():
        shown(browser, filled(view), there)
        browser.shot(SCREENS / f"{named(view)}.{language}.narrow.png")
        assert browser.value("document.documentElement.scrollWidth") <= NARROW, view


def named(view: str) -> str:
    return view.replace("{job}", "one").replace("{node}", "one").replace("?tab=", "-").replace("/", "-")
