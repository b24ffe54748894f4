"""One instance of a service: it is asked again and again whether it is well; one that never gets well, or stays ill, is given
up.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from statistics import median

from suanwang.agent.serve.stand import Stand
from suanwang.model.demand import Serve

Check = Callable[[str, int, str, float], Awaitable[float | None]]
"""(address, port, path, seconds to wait) -> seconds that a good answer took, infinite, or None; see drivers.check."""
STARTING_EVERY_S = 0.05
"""Between two checks of one that has never been well: whoever asked first is waiting for it."""
EVERY_S_MIN = 0.1
START_S_MAX = 120.0
"""One that is not well after so long will not be."""
ILL_CHECKS = 3
"""It is ill after so many bad checks in a row."""
ILL_S_MAX = 30.0
"""One that is ill for so long is killed."""
LIMIT_S = 1.0
"""For an answer to a check, or as long as there is between two."""
TIMED = 5
"""The latency is the median of so many checks."""


class Instance:
    """id: the placement it runs as. well: the checks pass; None before the first that does. draining: it is about to end.

    tell: called whenever one of these changes.
    """

    def __init__(self, id: str, serve: Serve, stand: Stand, *, check: Check, tell: Callable[[], None], speed: float) -> None:
        self.id, self.serve, self.stand, self.speed = id, serve, stand, speed
        self.well: bool | None = None
        self.draining = False
        self.cpu_s: Callable[[], float] = lambda: 0.0
        self._check, self._tell = check, tell
        self._times = deque[float](maxlen=TIMED)
        self._asked_at: float | None = None
        self._given_up: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @property
    def latency_ms(self) -> float:
        """Median of the last good checks, or what the present one has taken already, if that is more; 0 before the first."""
        waited = time.monotonic() - self._asked_at if self._asked_at is not None else 0.0
        known = median(self._times) if self._times else 0.0
        return 1000 * max(known, waited) if self.well is not None else 0.0

    @property
    def asking(self) -> bool:
        """A check is under way, and is one of the requests in flight."""
        return self._asked_at is not None

    def give_up(self, why: str) -> None:
        """It is to be killed."""
        if not self._given_up.done():
            self._given_up.set_result(why)

    async def until(self, stopped: asyncio.Event) -> str:
        """Until it is to end: why it was given up, "" if it was stopped."""
        tending, stopping = asyncio.create_task(self._tend()), asyncio.create_task(stopped.wait())
        try:
            await asyncio.wait((tending, stopping, self._given_up), return_when=asyncio.FIRST_COMPLETED)
            if tending.done():
                tending.result()
        finally:
            tending.cancel()
            stopping.cancel()
            await asyncio.gather(tending, stopping, return_exceptions=True)
        self.draining = True
        self._tell()
        return "" if stopped.is_set() else self._given_up.result()

    async def _tend(self) -> None:
        """Check it for ever; give it up when that is due."""
        since, bad = time.monotonic(), 0
        while True:
            took = await self._ask()
            now = time.monotonic()
            if took is not None and took < math.inf:
                self._times.append(took)
                self._turn(True)
                since, bad = now, 0
            else:
                bad += 1
                if bad >= ILL_CHECKS and self.well:
                    self._turn(False)
            limit = START_S_MAX if self.well is None else ILL_S_MAX
            if now - since > limit and not self.well:
                return self.give_up(f"its health was not good for {limit:g} s: {self._what()}")
            await asyncio.sleep(STARTING_EVERY_S if self.well is None else max(EVERY_S_MIN, self.serve.health_every_s))

    async def _ask(self) -> float | None:
        self._asked_at = time.monotonic()
        try:
            limit_s = max(LIMIT_S, self.serve.health_every_s)
            return await self._check(self.stand.address, self.stand.port, self.serve.health, limit_s)
        finally:
            self._asked_at = None

    def _turn(self, well: bool) -> None:
        if well != self.well:
            self.well = well
            self._tell()

    def _what(self) -> str:
        where = f"port {self.stand.port}"
        return f"no 2xx or 3xx from {self.serve.health} on {where}" if self.serve.health else f"no connection to {where}"
