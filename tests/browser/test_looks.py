"""Every page, in both languages and both lights: nothing that keeps anybody out (axe-core), and a picture in build/screens."""

import json
import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import Chromium
from tests.browser.test_console import SOURCE, browser, built, go, network, token
from tests.test_life import Network

__all__ = ["browser", "built", "network"]

SCREENS = Path(__file__).parents[2] / "build" / "screens"
AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
NARROW = 390
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
    "intents": "td a",
    "intents/{intent}": "#state",
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
    """Routers and an intent as well; fills a view's names in."""
    tell(network, "PUT", "/v1/network", ROUTERS)
    job, node = network.job("hello"), str(network.get("nodes")["items"][0]["node"]["name"])  # type: ignore[index]
    intent = tell(network, "POST", "/v1/intents", {"words": "run hello.py", "demand": job["demand"]})["intent"]["id"]
    tell(network, "POST", f"/v1/intents/{intent}/accept", {"about": job["id"]})
    return lambda view: view.format(job=job["id"], node=node, intent=intent)


def tell(network: Network, method: str, path: str, body: object) -> Any:
    told = {"authorization": f"Bearer {token(network)}", "content-type": "application/json", "idempotency-key": path}
    asked = urllib.request.Request(network.url + path, json.dumps(body).encode(), told, method=method)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def photographed(browser: Chromium, name: str) -> None:
    """Once what moves stands still."""
    browser.until("document.querySelector('.map')?.dataset.loaded !== 'false'", 60)
    time.sleep(0.3 if browser.value("Boolean(document.querySelector('.map'))") else 0.0)
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser.shot(SCREENS / f"{name}.png")


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
    axe, found = AXE.read_text(), dict[str, list[str]]()
    choose(browser, language, light)
    for view, there in VIEWS.items():
        shown(browser, filled(view), there)
        if wrong := browser.violations(axe):
            found[view] = wrong
        photographed(browser, f"{named(view)}.{language}.{light}")
    assert not found, "\n".join(f"{view}: {line}" for view, lines in found.items() for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_a_telephone(browser: Chromium, filled: Callable[[str], str], language: str) -> None:
    choose(browser, language, "light")
    browser.size(NARROW, 844)
    for view, there in VIEWS.items():
        shown(browser, filled(view), there)
        photographed(browser, f"{named(view)}.{language}.narrow")
        assert browser.value("document.documentElement.scrollWidth") <= NARROW, view


def named(view: str) -> str:
    return re.sub(r"{\w+}", "one", view).replace("?tab=", "-").replace("/", "-")
