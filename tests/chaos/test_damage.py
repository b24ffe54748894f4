"""A log whose files are torn or damaged is restored up to a whole commit, or refused by name; never believed as it is."""

import asyncio
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

from suanwang.brain.replay import restore, saved
from suanwang.model.demand import Demand
from suanwang.store.log import SqliteLog
from tests.brain.sample import a_demand, a_node
from tests.brain.test_brain import World, done, live
from tests.chaos.checks import hashed
from tests.chaos.damage import (
    JOURNAL,
    MAIN,
    Damage,
    Image,
    blank_page,
    cut_journal,
    cut_main,
    flip_byte,
    garble_journal,
    garble_page,
    roots,
)
from tests.chaos.forks import Forks
from tests.chaos.network import BRAIN, Network, until
from tests.chaos.work import MODULE, lcg

TIMES = 40
JOBS = 50
REFUSED = ("SUAN-L001", "SUAN-L005")


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The events of a brain that had some jobs, as it logged them."""
    folder, node = tmp_path_factory.mktemp("events"), a_node("n1", cores=200)

    async def scene(w: World) -> None:
        await w.prepare(node)
        jobs = [f"job-{n}" for n in range(JOBS)]
        await asyncio.gather(*(w.submit(job, a_demand(2)) for job in jobs))
        for job in jobs:
            for placement in w.state.jobs[job].placements.values():
                await w.report(node, *(done(placement.placement.id, task) for task in placement.placement.tasks))

    live(folder, scene)
    return [body for _, body in SqliteLog(folder / MAIN).read(0)]


@pytest.fixture
def image(tmp_path: Path, bodies: list[bytes]) -> Image:
    return Image(tmp_path, bodies, random.Random(1))


@pytest.mark.parametrize("damage", [cut_journal, garble_journal])
def test_a_torn_journal_leaves_whole_commits_and_all_that_was_in_the_main_file(image: Image, damage: Damage) -> None:
    chance = random.Random(1)
    found = [image.after(damage, chance) for _ in range(TIMES)]
    assert [f for f in found if f.code or not f.like_before or f.size not in image.ends or f.size < image.settled] == []
    assert len({f.size for f in found}) > TIMES / 4, "it was torn in many places"


@pytest.mark.parametrize("damage", [garble_page, blank_page, cut_main])
@pytest.mark.parametrize("which", ["whole", "killed"])
def test_a_damaged_main_file_is_refused_by_name(image: Image, damage: Damage, which: str) -> None:
    chance = random.Random(2)
    found = [image.after(damage, chance, which) for _ in range(TIMES)]
    assert [f for f in found if f.code not in REFUSED and not (f.like_before and f.size in image.ends)] == []
    assert sum(f.code in REFUSED for f in found) > TIMES / 2, Counter(f.code for f in found)


def test_a_changed_byte_is_found(image: Image) -> None:
    chance = random.Random(3)
    found = [image.after(flip_byte, chance, "whole") for _ in range(TIMES)]
    assert [f for f in found if not f.code and not f.like_before] == []


def test_a_missing_event_is_missed(image: Image) -> None:
    path = image.folder / "whole" / MAIN
    with sqlite3.connect(path) as db:
        gone = "SELECT MAX(number) FROM events WHERE CAST(body AS TEXT) LIKE '%granted%'"
        assert db.execute(f"DELETE FROM events WHERE number = ({gone})").rowcount == 1
    db.close()
    assert image.found(path).code == "SUAN-L005"


def test_a_snapshot_of_events_that_are_not_there_is_refused_by_name(image: Image) -> None:
    path = image.folder / "whole" / MAIN
    log = SqliteLog(path)
    known = restore(log)
    log.snapshot(saved(known.state, known.tree, 0))
    log.close()
    assert image.found(path).size == known.state.seq
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM events WHERE number = (SELECT MAX(number) FROM events)")
    db.close()
    assert image.found(path).code == "SUAN-L005"


@pytest.mark.parametrize("table", ["living", "over"])
def test_a_damaged_snapshot_is_refused_by_name(image: Image, table: str) -> None:
    path = image.folder / "whole" / MAIN
    log = SqliteLog(path)
    known = restore(log)
    log.snapshot(saved(known.state, known.tree, 0))
    log.close()
    with sqlite3.connect(path) as db:
        db.execute(f"UPDATE {table} SET body = CAST(substr(body, 1, length(body) / 2) AS BLOB)")
    db.close()
    assert image.found(path).code in (*REFUSED, "SUAN-M005")


# a real brain on real damage


@pytest.fixture
def killed(tmp_path: Path, forks: Forks) -> Generator[Network]:
    """A brain that was stopped in peace, went on, and was killed: half is in the main file, the rest in the journal."""
    network = Network(tmp_path / "network", forks, {"bob": "bob"})
    try:
        network.begin()
        for half in ("one", "other"):
            with network.client() as client:
                client.put_bytes(hashed(MODULE), MODULE)
                jobs = [client.submit(short(), f"{half} {n}").id for n in range(10)]
                until(lambda client=client, jobs=jobs: all(client.job(job).state == "done" for job in jobs))
            if half == "one":
                network.stop(BRAIN)
                network.start(BRAIN)
                network.until_up()
        network.kill(BRAIN, "bob")
        yield network
    finally:
        network.end()


def short() -> Demand:
    return lcg("short", (), 1, 1_000_000).demand


def damaged(network: Network, name: str, forks: Forks) -> Network:
    """A copy of the brain's folder under another name, in a network of its own."""
    copy = Network(network.folder.parent / name, forks)
    shutil.copytree(network.folder / BRAIN, copy.folder / BRAIN)
    return copy


def test_a_brain_goes_on_from_a_torn_journal(killed: Network, forks: Forks) -> None:
    chance = random.Random(4)
    whole = damaged(killed, "whole", forks)
    known = roots([body for _, body in SqliteLog(whole.home(BRAIN) / MAIN).read(0)])
    for n, damage in enumerate((cut_journal, garble_journal, cut_journal, garble_journal)):
        torn = damaged(killed, f"torn-{n}", forks)
        damage(torn.home(BRAIN), chance)
        torn.start(BRAIN)
        torn.until_up()
        with torn.client() as client:
            head = client.checkpoint()
            assert head.root == known[head.size].hex() and head.size > 30
            client.put_bytes(hashed(MODULE), MODULE)
            assert client.submit(short(), "new").state in ("running", "queued")
        torn.end()


def test_a_brain_says_in_words_that_its_log_is_damaged(killed: Network, forks: Forks) -> None:
    chance = random.Random(5)
    for n, damage in enumerate((garble_page, blank_page, cut_main)):
        broken = damaged(killed, f"broken-{n}", forks)
        (broken.home(BRAIN) / JOURNAL).unlink()
        damage(broken.home(BRAIN), chance)
        broken.start(BRAIN)
        until(broken.fallen)
        words = broken.log(BRAIN).read_text()
        assert words.startswith(tuple(f"error {code}" for code in REFUSED)) and "Traceback" not in words, words
