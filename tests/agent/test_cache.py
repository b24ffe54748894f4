"""The node's copies of files: bounded, the oldest first, never what is needed."""

import asyncio
import hashlib
import io
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.agent import files
from suanwang.agent.cache import LEAST_BYTES, Cache
from suanwang.agent.pulls import Pulls
from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.model.fault import NotFoundFault
from suanwang.model.node import FILES_TOLD
from suanwang.world.stored import mark, marks
from tests.agent.stage import DONE, FakeBrain, FakeRuntime, agent, order, play, serving, until

BIG = 2 * LEAST_BYTES


def content(i: int) -> bytes:
    return bytes([i]) * BIG


def name(i: int) -> str:
    return hashlib.sha256(content(i)).hexdigest()


def kept(cache: Cache, i: int) -> str:
    sha256, size = cache.keep(io.BytesIO(content(i)))
    assert (sha256, size) == (name(i), BIG)
    return sha256


def here(cache: Cache, *which: int) -> list[int]:
    return [i for i in which if cache.has(name(i))]


def test_the_least_recently_used_goes_first_and_what_is_needed_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 3 * BIG)
    for i in range(3):
        cache.release([kept(cache, i)])
    cache.need([name(0)])
    cache.release([name(0)])  # used again
    cache.need([name(2)])
    kept(cache, 3)
    assert here(cache, 0, 1, 2, 3) == [0, 2, 3]
    kept(cache, 4)
    assert here(cache, 0, 2, 3, 4) == [2, 3, 4]
    kept(cache, 5)  # all needed: over the bound rather than without
    assert here(cache, 2, 3, 4, 5) == [2, 3, 4, 5]
    cache.release([name(3)])
    assert here(cache, 2, 3, 4, 5) == [2, 4, 5]


def test_what_is_needed_twice_must_be_released_twice(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 0)
    kept(cache, 1)
    kept(cache, 1)
    cache.release([name(1)])
    assert here(cache, 1) == [1]
    cache.release([name(1)])
    assert here(cache, 1) == []
    with pytest.raises(NotFoundFault):
        cache.path(name(1))


def test_a_restart_knows_what_was_there_and_which_was_used_last(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10 * BIG)
    for i in range(4):
        kept(cache, i)
        os.utime(cache.path(name(i)), (1000 + i, 1000 + i))
    cache.path(name(0))  # now
    cache.close()
    (tmp_path / "in-unfinished").write_bytes(b"half")
    again = Cache(tmp_path, 3 * BIG)
    assert not (tmp_path / "in-unfinished").exists()
    again.release([kept(again, 9)])
    assert here(again, 0, 1, 2, 3, 9) == [0, 3, 9]


def test_small_files_count_as_a_block(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 5 * LEAST_BYTES)
    for i in range(20):
        cache.release([cache.keep(io.BytesIO(bytes([i])))[0]])
    assert sum(len(list(folder.iterdir())) for folder in tmp_path.glob("??")) == 5


def test_many_threads_keep_the_same_content_at_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 0)  # nothing that is idle stays: the hardest case
    errors: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for i in range(60):
                sha256 = kept(cache, (i * seed) % 3)
                assert cache.path(sha256).read_bytes() == content((i * seed) % 3)
                cache.release([sha256])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n + 1,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and here(cache, 0, 1, 2) == [] and not list(tmp_path.glob("in-*"))


steps = st.lists(st.tuples(st.sampled_from(["keep", "need", "release", "bring"]), st.integers(0, 5)), max_size=40)


@settings(deadline=None, max_examples=60)
@given(steps=steps, room=st.integers(0, 4))
def test_whatever_happens_needed_files_stay_and_the_rest_keeps_the_bound(
    steps: list[tuple[str, int]], room: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = Cache(tmp_path_factory.mktemp("cache"), room * BIG)
    needed, stored = dict.fromkeys(range(6), 0), set[int]()

    async def chunks(i: int) -> AsyncIterator[bytes]:
        yield content(i)

    for step, i in steps:
        if step == "keep":
            kept(cache, i)
            needed[i] += 1
            stored.add(i)
        elif step == "need":
            cache.need([name(i)])
            needed[i] += 1
        elif step == "release" and needed[i]:
            cache.release([name(i)])
            needed[i] -= 1
        elif step == "bring":
            asyncio.run(cache.bring(name(i), chunks(i)))
            stored.add(i)
        stored &= {i for i in range(6) if needed[i]} | set(here(cache, *range(6)))
        assert set(here(cache, *range(6))) == stored
        assert len([i for i in stored if not needed[i]]) <= max(0, room - len([i for i in stored if needed[i]]))
    cache.close()


def test_an_agent_keeps_what_its_orders_need_and_little_else(tmp_path: Path) -> None:
    async def scene() -> None:
        async def write(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
            Path(spec.folder, "out").mkdir()
            Path(spec.folder, "out", "x").write_bytes(os.urandom(BIG))
            if dict(spec.env)["SUAN_TASK"] == "9":
                await cancel.wait()
            return DONE

        brain, runtime = FakeBrain(), FakeRuntime(write)
        given = brain.file("in", content(1))
        brain.give(order(1, tasks=10, files=(given,)))
        async with serving(agent(tmp_path, brain, runtime, cache_bytes_max=0)):
            await until(lambda: len(brain.acked) == 9)
            blobs = tmp_path / "blobs"
            await until(lambda: [p.parent.name + p.name for p in blobs.glob("??/*")] == [given.sha256])
            brain.take_back("job-x/1")
            await until(lambda: not list(blobs.glob("??/*")))

    play(scene())


def test_what_a_task_may_not_give_back_is_not_kept_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FILES_MAX", 3)

    async def scene() -> None:
        async def write(spec: RunSpec, cancel: asyncio.Event) -> RunResult:
            Path(spec.folder, "out").mkdir()
            for i in range(5):
                Path(spec.folder, "out", str(i)).write_bytes(content(i))
            Path(spec.stdout).write_text("said")
            return DONE

        brain = FakeBrain()
        brain.give(order(1))
        async with serving(agent(tmp_path, brain, FakeRuntime(write), cache_bytes_max=0)):
            await until(lambda: brain.acked)
            (told,) = brain.outcomes
            assert (told.state, told.code, told.note) == ("failed", "output", "a task left more than 3 files under its outputs")
            assert [f.path for f in told.files] == ["stdout"]
            await until(lambda: not list((tmp_path / "blobs").glob("??/*")))

    play(scene())


def test_what_is_told_are_the_largest_and_those_used_last(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10**9)
    large = [cache.keep(io.BytesIO(bytes([i]) * (BIG + i + 1)))[0] for i in range(FILES_TOLD // 2)]
    small = [cache.keep(io.BytesIO(str(i).encode()))[0] for i in range(FILES_TOLD)]
    cache.release([*large, *small])
    told = marks(cache.told())
    assert told >= {mark(name) for name in large} and len(told) == FILES_TOLD
    assert told >= {mark(name) for name in small[FILES_TOLD // 2 :]}
    cache.need([small[0]])
    cache.release([small[0]])
    assert mark(small[0]) not in told and cache.told() == b"".join(map(bytes.fromhex, sorted(told)))  # until a file comes
    cache.keep(io.BytesIO(b"another"))
    assert mark(small[0]) in marks(cache.told()) and len(cache.told()) == 4 * FILES_TOLD


def test_a_reading_says_which_files_are_here_and_how_fast_they_came(tmp_path: Path) -> None:
    async def scene() -> None:
        brain = FakeBrain()
        assert Pulls().rate == 0.0
        given = brain.file("in.bin", b"x" * (2 << 20))
        async with serving(agent(tmp_path, brain, FakeRuntime())):
            await until(lambda: brain.reports)
            brain.give(order(files=(given,)))
            await until(lambda: brain.acked)
            await until(lambda: any(mark(given.sha256) in marks(r.reading.files or b"") for r in brain.reports))
            await until(lambda: brain.reports[-1].reading.files is None)  # no news: it is not said again
        assert brain.reports[0].reading.pull_bytes_per_s == 0.0
        assert brain.reports[-1].reading.pull_bytes_per_s > 1e6

    play(scene())


def test_one_stall_and_one_trifle_do_not_change_how_fast_files_come() -> None:
    pulls = Pulls()
    for size, seconds in ((10 << 20, 1.0), (100, 1e-9), (10 << 20, 1.1), (10 << 20, 3600.0), (10 << 20, 0.9), (10 << 20, 1.0)):
        pulls.note(size, seconds)
    assert pulls.rate == 10 << 20
