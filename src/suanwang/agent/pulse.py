"""What a heartbeat says: that we live, how busy we are, what runs, which files are here, and what running tasks have printed.

It remembers what was said last, so that what has not changed waits for the heartbeat and what has changed does not.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from suanwang.agent.cache import Cache
from suanwang.agent.holding import Holding
from suanwang.agent.pulls import Pulls
from suanwang.agent.serve import Serving, Unserved
from suanwang.agent.work import Live
from suanwang.model.node import Reading
from suanwang.model.view import Chunk
from suanwang.store.outbox import Key

STREAMS: tuple[Literal["stdout", "stderr"], ...] = ("stdout", "stderr")
CHUNK_BYTES = 32 * 1024
CHUNKS_BYTES_PER_REPORT = 1 << 20
LOOKS = 4
"""In each heartbeat, at how busy the machine is."""
FILES_EVERY_S = 30.0
"""How often the files that are here are told, if nothing changes."""


class Pulse:
    """load: as in Agent. generation: of the desired state that is followed; told: whether it was asked for since we run.
    top_speed: as a share of the machine's, 0-1."""

    def __init__(
        self,
        node_id: str,
        holding: Holding,
        cache: Cache,
        pulls: Pulls,
        serving: Serving | Unserved,
        load: Callable[[], tuple[float, int]],
        heartbeat_s: float,
    ) -> None:
        self._node_id, self._holding, self._cache, self._pulls = node_id, holding, cache, pulls
        self._serving, self._load, self._heartbeat_s = serving, load, heartbeat_s
        self.generation, self.told, self.top_speed = 0, False, 1.0
        self._beaten = float("-inf")
        self._shown: tuple[Key, ...] = ()
        self._stuck_shown = ""
        self._files_told: tuple[bytes, float] = (b"", float("-inf"))
        self._loaded = (float("-inf"), (0.0, 0))
        self._turn = 0

    @property
    def due(self) -> bool:
        """Whether it is time, or something has changed."""
        late = asyncio.get_running_loop().time() - self._beaten >= self._heartbeat_s
        holding = self._holding
        return late or self._serving.news.is_set() or holding.running() != self._shown or holding.stuck != self._stuck_shown

    def said(self, reading: Reading) -> None:
        """The brain has this one."""
        self._beaten, self._shown = asyncio.get_running_loop().time(), reading.running
        self._stuck_shown = reading.stuck
        if reading.files is not None:
            self._files_told = (reading.files, self._beaten)

    def reading(self) -> Reading:
        """How it is now."""
        cpu, memory = self._now_loaded()
        return Reading(
            node_id=self._node_id,
            generation=self.generation,
            top_speed=self.top_speed,
            running=self._holding.running(),
            ending=self._holding.ending() if self.told else None,  # else it is not known which are named
            stuck=self._holding.stuck,
            queued=sum(run.waiting for run in self._holding.runs()),
            cpu_used=cpu,
            memory_used_bytes=memory,
            contacts=self._serving.contacts(),
            pull_bytes_per_s=self._pulls.rate,
            files=self._files(),
        )

    def _files(self) -> bytes | None:
        """Which files are here, if that is news, or was not said for a while: whoever hears may be new."""
        files, (before, at) = self._cache.told(), self._files_told
        return files if files != before or asyncio.get_running_loop().time() - at >= FILES_EVERY_S else None

    def _now_loaded(self) -> tuple[float, int]:
        """How busy the machine is; looked at some times in each heartbeat."""
        at, now = self._loaded[0], asyncio.get_running_loop().time()
        if now - at >= self._heartbeat_s / LOOKS:
            self._loaded = (now, self._load())
        return self._loaded[1]

    def printed(self) -> list[tuple[Chunk, Live]]:
        """What running tasks have printed that the brain does not have, each in turn, no more than a report takes."""
        lives = [(job_id, task, live, live.place) for job_id, task, live in self._holding.lives() if live.place is not None]
        printed, room = list[tuple[Chunk, Live]](), CHUNKS_BYTES_PER_REPORT
        for _ in range(len(lives)):
            if not room:
                break
            self._turn += 1
            job_id, task, live, place = lives[self._turn % len(lives)]
            for stream in STREAMS:
                offset = live.told.get(stream, 0)
                if data := _read(place.folder / stream, offset, min(room, CHUNK_BYTES)):
                    printed.append((Chunk(job_id=job_id, task=task, stream=stream, offset=offset, data=data), live))
                    room -= len(data)
        return printed


def _read(path: Path, offset: int, most: int) -> bytes:
    try:
        if path.stat().st_size <= offset:
            return b""
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(most)
    except OSError:
        return b""  # not started to write, or ended meanwhile
