"""How long the console takes from a click to what it shows, with 1,000 nodes and 10,000 jobs behind it.

    python bench/console.py [--nodes 1000] [--jobs 10000]

The log is made by a brain in this process, as in restart.py: jobs accepted, decided, run by played nodes, paid and ended. Then
a real brain serves it, and the console that was built is driven in a headless Chromium with real clicks, wheel and
typing. A time goes from the event to the frame after what was waited for is on the page, answers of the brain included. Of the
overview that is its figures, its jobs, and each site on a picture of the land; how long it takes until MapLibre's map has
replaced the picture is told beside it, and how long a click waits that comes at once, or while the map comes. The played nodes
are gone by then: all are shown as silent.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

import report
from network import Network, until
from restart import a_node, lived
from suanwang.model.node import Node
from suanwang.model.where import Site
from suanwang.world.gazetteer import find

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser.chromium import Chromium

CITIES = ("beijing", "shanghai", "guangzhou", "shenzhen", "wuhan", "chengdu", "guiyang", "zhongwei", "qingyang", "ulanqab",
          "hohhot", "wuhu", "shaoguan", "xian", "nanjing", "hangzhou", "jinan", "zhengzhou", "changsha", "urumqi")  # fmt: skip
TIERS = ("cloud", "edge", "far-edge", "device")
TIMES = 10
BAR_MS = 100.0
WATCH = """window.measured = new Promise(done => {
  const begun = event => {
    removeEventListener(NAME, begun, true);
    const look = () => (CONDITION) ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - event.timeStamp)))
                                   : requestAnimationFrame(look);
    requestAnimationFrame(look);
  };
  addEventListener(NAME, begun, true);
}), true"""
ROWS = "document.querySelectorAll('.sheet tbody tr:not(.space)').length"
PAINTED = "document.querySelectorAll('.place').length > 20 && document.querySelector('.totals + .card + .card td')"
"""Of the overview: sites on the map, and the latest jobs."""
COMES_S = 0.4
"""After the page is painted: when the map is being made, or drawn where the tab has one already."""
MAP = "open the overview, until its map can be moved"
CALM = "new Promise(done => requestIdleCallback(done))"
FIRST = "document.querySelector('.sheet tbody tr:not(.space)')?.innerText"


def country(count: int) -> list[Node]:
    """So many nodes at 80 sites in 20 cities."""
    spots = itertools.cycle(itertools.product(TIERS, CITIES))
    return [
        msgspec.structs.replace(a_node(number), site=Site(name=f"{city}-{tier}", tier=tier, place=find(city)))
        for number, (tier, city) in zip(range(count), spots, strict=False)
    ]


class Watched:
    """What was measured: name -> milliseconds."""

    def __init__(self, browser: Chromium) -> None:
        self.browser, self.found = browser, dict[str, list[float]]()

    def __call__(self, name: str, condition: str, act: Callable[[], None], event: str = "click") -> None:
        self.browser.value(WATCH.replace("NAME", f"'{event}'").replace("CONDITION", condition))
        act()
        self.found.setdefault(name, []).append(float(self.browser.value("window.measured")))


def interactions(browser: Chromium, found: Watched, sought: Iterator[str]) -> None:
    """One round of what people do most."""
    page = "document.querySelector('main').dataset.page.startsWith('{}') && "
    found("open the nodes", page.format("nodes") + f"{ROWS} > 10", lambda: browser.click("nav a", "Nodes"))
    first = browser.value(FIRST)
    found("sort 1,000 nodes", f"{FIRST} !== {first!r}", lambda: browser.click("th button", "Node"))
    overview = page.format("overview") + PAINTED
    found("open the overview", overview, lambda: browser.click("nav a", "Overview"))
    found("leave it for the nodes at once", page.format("nodes") + f"{ROWS} > 10", lambda: browser.click("nav a", "Nodes"))
    found("open the overview", overview, lambda: browser.click("nav a", "Overview"))
    time.sleep(COMES_S)
    found("leave it while its map comes", page.format("nodes") + f"{ROWS} > 10", lambda: browser.click("nav a", "Nodes"))
    found(MAP, overview + " && document.querySelector('.map').dataset.loaded === 'true'",
          lambda: browser.click("nav a", "Overview"))  # fmt: skip
    browser.value(CALM)
    found("open the jobs", page.format("jobs") + f"{ROWS} > 10", lambda: browser.click("nav a", "Jobs"))
    browser.until("document.querySelector('.tools span').textContent === window.jobs", 60)
    first = browser.value(FIRST)
    found("sort 10,000 jobs", f"{FIRST} !== {first!r}", lambda: browser.click("th button", "ID"))
    found("scroll 10,000 jobs", f"{FIRST} !== {browser.value(FIRST)!r}", lambda: wheel(browser), "wheel")
    browser.value("document.querySelector('.tools input').focus()")
    word = next(sought)
    written = f"document.querySelector('.tools input').value === '{word}'"
    fewer = "document.querySelector('.tools span').textContent !== window.jobs"
    found("filter 10,000 jobs", f"{written} && {fewer}", lambda: browser.types(word), "input")
    found("open a job", page.format("jobs/") + "document.querySelector('#state')", lambda: browser.click(".sheet td a"))
    found("why", "document.querySelectorAll('svg rect').length > 0", lambda: browser.click(".tabs button", "Why"))


def wheel(browser: Chromium) -> None:
    at = browser.value(
        "(() => { const b = document.querySelector('.sheet').getBoundingClientRect(); return [b.x + 50, b.y + 50]; })()"
    )
    browser.call("Input.dispatchMouseEvent", type="mouseWheel", x=at[0], y=at[1], deltaX=0, deltaY=30_000)


def measured(network: Network, folder: Path, jobs: int) -> tuple[dict[str, list[float]], float]:
    """The times, and seconds until the last of the jobs was there."""
    browser = Chromium(folder / "profile")
    try:
        began = time.monotonic()
        browser.open(f"{network.config().url}/#token={network.config().token}")
        browser.until("document.querySelectorAll('.place').length > 20", 60)
        browser.value(f"window.jobs = '{jobs}'")
        browser.click("nav a", "Jobs")
        began = time.monotonic()
        browser.until("document.querySelector('.tools span')?.textContent === window.jobs", 120)
        whole_s, found = time.monotonic() - began, Watched(browser)
        for _ in range(TIMES):
            interactions(browser, found, itertools.cycle(("-00001", "-00002")))
        assert browser.errors == [], browser.errors
        return found.found, whole_s
    finally:
        browser.close()


def table(found: dict[str, list[float]]) -> Sequence[Sequence[str]]:
    return [[name, *(f"{value:.0f}" for value in (report.spread(times)["p50"], max(times)))] for name, times in found.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description="from a click to what it shows")
    parser.add_argument("--nodes", type=int, default=1_000)
    parser.add_argument("--jobs", type=int, default=10_000)
    asked, facts = parser.parse_args(), report.machine()
    with tempfile.TemporaryDirectory(prefix="console") as folder, Network(Path(folder)) as network:
        network.suan("up", "--no-node", "--detach", "--plain", "--port", "0", "--dir", "brain")
        network.stop("brain")
        log = Path(folder) / "brain" / "brain" / "log.sqlite"
        for file in log.parent.glob("log.sqlite*"):
            file.unlink()
        asyncio.run(lived(log, country(asked.nodes), lambda state: len(state.jobs) >= asked.jobs))
        network.suan("up", "--no-node", "--detach", "--plain", "--port", "0", "--dir", "brain")
        with network.client() as client:
            until(client.domain)
            known = client.domain().jobs
        found, whole_s = measured(network, Path(folder), known)
    print(report.line(facts), report.table(["from the click to", "p50 ms", "longest ms"], table(found)), sep="\n")
    print(f"all {known:,} jobs are in the page after {whole_s:.1f} s; bar {BAR_MS:.0f} ms, but for the map")
    rows = {name: {**report.spread(times), "longest": max(times)} for name, times in found.items()}
    report.save("console", facts, rows=rows, jobs=known, nodes=asked.nodes, whole_s=whole_s, bar_ms=BAR_MS)


if __name__ == "__main__":
    main()
