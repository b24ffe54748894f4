"""The console in a real browser before a real brain: every page loads, nothing is said in red, nobody else is asked."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from suanwang.api.console import BUILT
from tests.browser.chromium import PROGRAM, Chromium
from tests.test_life import Network

SOURCE = Path(__file__).parents[2] / "console"
CATALOGUES = [SOURCE.parent / "src" / "suanwang" / "api" / name for name in ("catalogue.toml", "whys.toml")]
PAGES = {
    "overview": "Cores free",
    "ask": "What is understood?",
    "jobs": "hello",
    "services": "Services",
    "intents": "As it was said",
    "nodes": "ready",
    "network": "Nobody has told this brain of routers",
    "reservations": "Opens",
    "money": "Bills",
    "twin": "What would it do?",
    "settings": "Language",
}
"""page -> a text that is on it."""


@pytest.fixture(scope="session")
def built() -> None:
    """Built anew where it is older than what it is made of and that can be done, so that an old build is not what is tested."""
    if not PROGRAM:
        pytest.skip("no chromium: apt install chromium")
    with (SOURCE / "package.json").open() as lock:  # another process may be about the same
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build()


def _build() -> None:
    if _stale() and (SOURCE / "node_modules").is_dir() and shutil.which("npm"):
        done = subprocess.run(["npm", "run", "build"], cwd=SOURCE, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr
    elif not (BUILT / "index.html").is_file():
        pytest.skip("the console is not built: make console")


def _stale() -> bool:
    """Whether something that the console is made of is younger than what was built."""
    made_of = [SOURCE / "package-lock.json", *(SOURCE / "src").rglob("*"), SOURCE.parent / "docs" / "openapi.json", *CATALOGUES]
    page = BUILT / "index.html"
    written = (f for f in made_of if f.is_file() and "gen" not in f.parts)
    return not page.is_file() or any(f.stat().st_mtime > page.stat().st_mtime for f in written)


@pytest.fixture(scope="module")
def orphans() -> Generator[list[int]]:
    """Processes whose brain was killed: they go on, as they should, until this module is over."""
    made: list[int] = []
    yield made
    for one in made:
        with contextlib.suppress(OSError):
            os.kill(one, signal.SIGTERM)


@pytest.fixture(scope="module")
def network(built: None, tmp_path_factory: pytest.TempPathFactory) -> Generator[Network]:
    """A brain with one node, and a job that is done."""
    made = Network(tmp_path_factory.mktemp("console"))
    (made.folder / "hello.py").write_text("print('hello', 6 * 7)\n")
    (made.folder / "slow.py").write_text("import time\nprint('begun', flush=True)\ntime.sleep(8)\n")
    try:
        made.suan("up", "--detach", "--plain", "--port", "0")
        made.suan("run", "--name", "hello", "hello.py")
        yield made
    finally:
        for ready in (made.folder / ".suan").glob("*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)


@pytest.fixture
def browser(network: Network, tmp_path: Path) -> Generator[Chromium]:
    """Logged in. At its end: no error was said, and only the brain was asked."""
    made = Chromium(tmp_path / "profile")
    try:
        made.open(f"{network.url}/#token={token(network)}")
        made.until("location.hash === '#/overview'")
        yield made
        assert made.errors == []
        asked = {
            urlsplit(url).netloc for url in made.asked if not url.startswith("data:")
        }  # what stands in the style sheet itself
        assert asked == {urlsplit(network.url).netloc}
    finally:
        made.close()


def token(network: Network) -> str:
    return str(json.loads((network.folder / "config" / "suanwang" / "client.json").read_text())["token"])


def go(browser: Chromium, path: str) -> None:
    browser.value(f"location.hash = '#/{path}'")


def test_every_page_loads_in_both_languages(browser: Chromium, network: Network) -> None:
    for page, text in PAGES.items():
        go(browser, page)
        browser.reads(text)
    browser.value("[...document.querySelectorAll('button')].find(b => b.textContent === '中文').click()")
    browser.reads("语言")
    go(browser, "overview")
    browser.reads("空闲核")
    browser.until("document.querySelectorAll('.place').length === 1")  # the one site


def test_the_map_draws_land_and_is_moved_and_zoomed(browser: Chromium) -> None:
    browser.until(
        "document.querySelectorAll('.place').length === 1 && document.querySelector('.map path')"
    )  # the picture of it
    browser.until("document.querySelector('.map').dataset.loaded === 'true' && !document.querySelector('.map path')", 60)
    before = browser.value("document.querySelector('.place').style.transform")
    browser.click(".maplibregl-ctrl-zoom-in")
    browser.value("document.querySelector('canvas').focus()")
    browser.presses("ArrowRight")
    browser.until(f"document.querySelector('.place')?.style.transform !== {json.dumps(before)}")
    browser.until("location.hash.includes('map=')")


def test_a_job_is_shown_with_what_it_wrote_and_why_it_went_there(browser: Chromium, network: Network) -> None:
    job = str(network.job("hello")["id"])
    go(browser, f"jobs/{job}?tab=logs")
    browser.reads("hello 42")
    go(browser, f"jobs/{job}?tab=why")
    browser.reads("passed every rule")
    told = network.get("why", job)["taken"][-1]["explanation"]  # type: ignore[index]
    terms = sum(len(one["terms"]) for one in told["finalists"])
    browser.until(f"document.querySelectorAll('svg rect').length === {terms}")
    go(browser, f"jobs/{job}?tab=tasks")
    browser.reads(str(network.job("hello")["nodes"][0]))  # type: ignore[index]


def test_a_running_job_is_followed_by_its_events(browser: Chromium, network: Network) -> None:
    network.suan("run", "--detach", "--name", "slow", "slow.py")
    go(browser, f"jobs/{network.job('slow')['id']}")
    browser.until("document.querySelector('#state')?.textContent === 'running'")
    browser.until("document.querySelector('#state')?.textContent === 'done'")


CHAIN = """
name: chain
limits: {budget: 1 CNY}
needs: {cpu: 0.2, memory: 128MiB}
tasks:
  a: {python: step.py, writes: {a.txt: 1 kB}}
  b: {python: step.py, reads: a.txt, writes: {b.txt: 1 kB}}
  c: {python: step.py, reads: b.txt, writes: {c.txt: 1 kB}}
"""


def test_a_step_and_a_job_are_cancelled_by_a_button_each_after_a_question(browser: Chromium, network: Network) -> None:
    (network.folder / "step.py").write_text("import time\ntime.sleep(600)\n")
    (network.folder / "chain.yaml").write_text(CHAIN)
    network.suan("run", "--detach", "chain.yaml")
    job = str(network.job("chain")["id"])
    go(browser, f"jobs/{job}?tab=tasks")
    browser.click("td button[aria-label='Cancel: b']")
    browser.reads("These do not run any more: b, c.")
    browser.click("dialog button", "No, leave it")
    browser.until("!document.querySelector('dialog')")
    assert network.job("chain")["cancelled"] == []
    browser.click("td button[aria-label='Cancel: b']")
    browser.click("dialog button", "Yes, cancel it")
    browser.until("document.querySelectorAll('td button').length === 1")
    assert network.job("chain")["cancelled"] == ["b", "c"]
    browser.click(".row > button", "Cancel")
    browser.reads("Cancel the job chain?")
    browser.click("dialog button", "Yes, cancel it")
    browser.until("document.querySelector('#state')?.textContent === 'cancelled'", 60)
    browser.until("!document.querySelector('td button')")


def test_an_open_page_outlives_the_brain(network: Network, orphans: list[int], tmp_path: Path) -> None:
    """It says that nobody answers, goes on where it was when the brain is back, and sees the job end."""
    (network.folder / "long.py").write_text("import time\nprint('begun', flush=True)\ntime.sleep(12)\n")
    network.suan("run", "--detach", "--name", "long", "long.py")
    job, port = str(network.until("long", "running")["id"]), str(urlsplit(network.url).port)
    browser = Chromium(tmp_path / "profile")
    try:
        browser.open(f"{network.url}/#token={token(network)}")
        browser.until("location.hash === '#/overview'")
        go(browser, f"jobs/{job}")
        browser.until("document.querySelector('#state')?.textContent === 'running'")
        (ready,) = network.folder.glob(".suan/brain/ready")
        brain = int(ready.read_text())
        orphans += map(int, Path(f"/proc/{brain}/task/{brain}/children").read_text().split())
        os.kill(brain, signal.SIGKILL)
        try:
            browser.until("document.querySelector('#broken')", 60)
        finally:  # what comes after it wants a brain, too
            network.suan("up", "--no-node", "--detach", "--plain", "--port", port)
        browser.until("document.querySelector('#state')?.textContent === 'done'", 90)
        browser.until("!document.querySelector('#broken')")
    finally:
        browser.close()


def say(browser: Chromium, sentence: str) -> None:
    go(browser, f"ask?sentence={quote(sentence)}")
    browser.until(f"document.querySelector('#sentence')?.value === {json.dumps(sentence)}")
    browser.value("document.querySelector('form button').click()")


def test_what_is_not_clear_is_asked_and_what_cannot_be_done_here_is_said(browser: Chromium) -> None:
    say(browser, "frobnicate the quux")
    browser.until("document.querySelector('#question')?.innerText.includes('SUAN-U121')")  # and from there on by links
    say(browser, "scan analysis, 100 scans per hour, at most 40 yuan a day")
    browser.reads("at most 40 CNY a day")
    browser.reads('room for 100 of "scan" an hour')
    browser.reads("with its owner's key")
    say(browser, "My boss wants render.py run for 20 yuan at most")
    browser.reads("Taken as talk, not as a wish: boss")


def test_a_sentence_is_understood_planned_and_carried_out(browser: Chromium, network: Network) -> None:
    say(browser, "run `echo hello` at most 1 yuan")
    browser.reads("run the command: echo hello")
    runtimes = network.get("nodes")["items"][0]["node"]["runtimes"]  # type: ignore[index]
    if "process" not in runtimes:
        browser.until("document.querySelector('#refused')")
        return
    browser.until("document.querySelector('#accept')")
    browser.value("document.querySelector('#accept').click()")
    browser.until("document.querySelector('#state')?.textContent === 'done'")
    go(browser, "intents")
    browser.click("td a", "run `echo hello` at most 1 yuan")
    browser.until("document.querySelector('#state')?.textContent === 'ended'", 60)
    (kept,) = network.get("intents")["items"]  # type: ignore[misc]
    report = network.suan("intents", kept["intent"]["id"]).stdout
    for target in ("done >= 1 share", "cost <= 1 CNY"):
        assert target in report
        browser.reads(target)


def slid(browser: Chromium, selector: str, value: int) -> None:
    browser.until(f"document.querySelector({selector!r})")
    browser.value(f"""(() => {{ const slider = document.querySelector({selector!r}); slider.value = {value};
        slider.dispatchEvent(new Event('input', {{bubbles: true}})); }})()""")


def test_limits_are_moved_and_the_candidates_follow(browser: Chromium, network: Network) -> None:
    say(browser, "run `echo hello` at most 1 yuan")
    if "process" not in network.get("nodes")["items"][0]["node"]["runtimes"]:  # type: ignore[index]
        pytest.skip("no sandbox for commands here")
    browser.until("document.querySelector('#accept')")
    slid(browser, "#finish_s_max", 0)
    browser.until("document.querySelector('#refused') && !document.querySelector('#accept')")
    slid(browser, "#finish_s_max", 100)
    browser.until(
        "document.querySelector('#accept') && document.querySelector('#moved').textContent.includes('\"finish_s_max\": null')"
    )
    browser.click("fieldset button", "carbon")
    browser.until("document.querySelector('#moved').textContent.includes('\"prefer\": \"carbon\"')")


def test_a_bill_leads_to_a_proof_that_is_checked_here(browser: Chromium) -> None:
    browser.click("nav a", "Money")
    browser.click("td a", "Proof")
    browser.until("document.querySelector('#proved.good')")


def test_what_is_altered_is_not_proved(browser: Chromium, network: Network) -> None:
    """The brain's answer is changed on its way to the page by one letter."""
    browser.value("""(() => {
        const real = fetch;
        window.fetch = async (path, ...more) => {
            const answer = await real(path, ...more);
            if (!path.endsWith('/proof')) return answer;
            return new Response((await answer.text()).replace('job_ended', 'job_ENDED'), answer);
        };
    })()""")
    go(browser, f"jobs/{network.job('hello')['id']}?tab=proof")
    browser.until("document.querySelector('#proved.bad')?.textContent.includes('NOT PROVED')")


def test_room_is_reserved_and_given_back(browser: Chromium) -> None:
    browser.click("nav a", "Reservations")
    browser.until("document.querySelector('form input[maxlength]')")
    browser.value("document.querySelector('form input[maxlength]').focus()")
    browser.types("tonight")
    browser.click("form button", "Reserve")
    browser.until("[...document.querySelectorAll('td')].some(cell => cell.textContent === 'coming')")
    browser.click("td button[aria-label='Cancel: tonight']")
    browser.click("dialog button", "Yes, cancel it")
    browser.until("[...document.querySelectorAll('td')].some(cell => cell.textContent === 'cancelled')")


def test_a_change_is_tried_on_the_twin(browser: Chromium) -> None:
    browser.click("nav a", "Twin")
    browser.click("form button", "What would it do?")
    browser.until("document.querySelector('#trial, [role=alert]')", 90)
    assert browser.value("document.querySelector('#trial')?.innerText"), browser.value("document.body.innerText")


def test_a_moment_is_looked_back_at_and_stands_in_the_address(browser: Chromium) -> None:
    slid(browser, "#moment", 500)
    browser.until("/[?&]at=\\d{10}/.test(location.hash)")
    browser.reads("latest 500 jobs")
    browser.click("button", "Back to now")
    browser.until("!location.hash.includes('at=')")


def test_a_wrong_token_is_told_in_four_parts(browser: Chromium) -> None:
    browser.value("sessionStorage.clear(), location.reload()")
    browser.until("document.querySelector('textarea')")
    browser.value("""(() => { const box = document.querySelector('textarea'); box.value = 'nonsense';
        box.dispatchEvent(new Event('input', {bubbles: true})); })()""")
    browser.until("document.querySelector('form button:not([disabled])')")
    browser.value("document.querySelector('form button').click()")
    browser.reads("SUAN-A0")
    browser.errors = [error for error in browser.errors if "401" not in error]  # the browser tells of the answer by itself


GRAPH = """
name: torn
tasks:
  cut: {python: cut.py, writes: half.csv}
  join: {python: cut.py, reads: half.csv}
"""


def test_what_went_wrong_is_said_in_chinese_too(browser: Chromium, network: Network) -> None:
    """Problems as the brain says them when it is asked in Chinese; what it keeps of a job as the page finds it."""
    (network.folder / "cut.py").write_text("print(1)\n")
    (network.folder / "torn.yaml").write_text(GRAPH)
    network.suan("run", "torn.yaml", expect=1)
    browser.value("localStorage.setItem('lang', 'zh'), location.reload()")
    browser.until("document.documentElement.lang === 'zh'")
    told = {
        "jobs/nothing": "没有作业 'nothing'",
        "nodes/nowhere": "没有节点 'nowhere'",
        "services/nope": "没有服务 'nope'",
        "intents/none": "没有意图 'none'",
        "jobs/torn": "步骤 'cut' 已结束，但没有写出 'join' 要读的 'half.csv'",
    }
    for path, text in told.items():
        go(browser, path)
        browser.reads(text)
    browser.errors = [error for error in browser.errors if "404" not in error]  # the browser tells of the answer by itself


def test_the_main_job_is_done_with_the_keyboard_alone(browser: Chromium) -> None:
    """From the first page: say something, see what is understood, accept it, read what it wrote."""
    reached(browser, "document.activeElement.hash === '#/ask'")
    browser.presses("Enter")
    browser.until("document.querySelector('#sentence')")
    reached(browser, "document.activeElement.id === 'sentence'")
    browser.types("run `echo by key`, at most 1 yuan")
    for button in ("What is understood?", "Yes, do it"):
        browser.until(f"[...document.querySelectorAll('button:not([disabled])')].some(b => b.textContent.includes('{button}'))")
        reached(browser, f"document.activeElement.matches('button') && document.activeElement.textContent.includes('{button}')")
        browser.presses("Enter")
    browser.until("location.hash.startsWith('#/jobs/')")
    reached(browser, "document.activeElement.textContent === 'Logs'")
    browser.presses("Enter")
    browser.reads("by key")


def reached(browser: Chromium, there: str) -> None:
    """By Tab, as whoever has no mouse."""
    for _ in range(60):
        if browser.value(there):
            return
        browser.presses("Tab")
    raise AssertionError(f"not reached by key: {there}")
