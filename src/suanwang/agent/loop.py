"""The agent's loop: fetch the numbered desired state, run what it names, stop what it no longer names, report until heard.

It only ever connects outward. Without the brain it goes on running what it was given, and tells later. Orders survive
kill -9, and so do outcomes but for those of the last half second; a task that has none is run again, and counts once because
outcomes are told apart by id.

Five loops: follow takes orders, deliver tells outcomes and brings their files (telling.py), beat says that we live and what
running tasks print (pulse.py; a long upload must not look like silence), keep writes down what is not told yet (holding.py),
serving looks after instances of services.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

from suanwang.agent.cache import BYTES_MAX, Cache
from suanwang.agent.holding import Held, Holding
from suanwang.agent.places import Places
from suanwang.agent.pulls import Pulls
from suanwang.agent.pulse import Pulse
from suanwang.agent.serve import Serving, Unserved
from suanwang.agent.telling import BrainSide, Telling
from suanwang.agent.work import OrderRun, explain
from suanwang.drivers.runtime import Runtime
from suanwang.model.fault import Fault, WireFault
from suanwang.model.job import Outcome
from suanwang.model.node import Accelerator
from suanwang.model.order import DesiredState, Order
from suanwang.model.view import Report
from suanwang.store.outbox import Outbox

TICK_S, HEARTBEAT_S_MIN = 0.3, 0.05
KEEP_S = 0.5
RETRY_S, RETRY_S_MAX = 0.1, 5.0
_log = logging.getLogger("suanwang.agent")


class Agent:
    """One node's agent. brain_id: whose word it follows. owner: the node's, whose native work needs no sandbox.

    load() -> (share of the machine's CPU used 0-1, bytes of memory used). folder: its own; what is in it survives a restart.
    cache_bytes_max: of files that may be fetched again. serving: looks after instances of services; None to take none.
    accelerators: what the node has, as it told the brain. rest(whether) saves power, or not; the top speed in force then, 0-1.
    """

    def __init__(
        self,
        *,
        node_id: str,
        brain_id: str,
        owner: str,
        wire: BrainSide,
        folder: Path,
        runtimes: Mapping[str, Runtime],
        clock: Callable[[], float],
        load: Callable[[], tuple[float, int]],
        heartbeat_s: float = 1.0,
        cache_bytes_max: int = BYTES_MAX,
        serving: Serving | None = None,
        accelerators: tuple[Accelerator, ...] = (),
        rest: Callable[[bool], float] = lambda _: 1.0,
    ) -> None:
        self.node_id, self._brain_id, self._owner = node_id, brain_id, owner
        self._wire, self._runtimes, self._clock = wire, runtimes, clock
        self._heartbeat_s = max(HEARTBEAT_S_MIN, heartbeat_s)
        self._serving, self._accelerators = serving or Unserved(), accelerators
        self._outbox = Outbox(folder / "outbox.sqlite")
        self._cache = Cache(folder / "blobs", cache_bytes_max)
        self._places, self._pulls = Places(folder / "work"), Pulls()
        self._holding = Holding(self._outbox, self._cache)
        served = self._serving
        self._pulse = Pulse(node_id, self._holding, self._cache, self._pulls, served, load, self._heartbeat_s)
        self._telling = Telling(node_id, wire, self._holding, self._cache, served, self._pulse)
        followed = self._outbox.followed(brain_id) or (0, digest(()))
        self._generation: int = followed[0]
        self._mark: str = followed[1]
        self._pulse.generation = self._generation
        self._after = 0  # everything is asked for once: what is named now may have changed while we were not running
        self._slow = rest

    async def run(self) -> None:
        """Serve until cancelled."""
        orders = [(order, self._outbox.ended(order.id)) for order in self._outbox.orders()]
        untold = self._outbox.untold()
        try:
            async with asyncio.TaskGroup() as group:
                self._resume(orders, untold, group)
                group.create_task(_again("desired state not taken", lambda: self._follow(group)))
                group.create_task(_again("outcomes not delivered", self._telling.deliver))
                group.create_task(_again("heartbeat not delivered", self._beat))
                group.create_task(_again("outcomes not written down", self._keep))
                group.create_task(_again("services not looked after", self._serving.step))
        finally:
            with contextlib.suppress(Fault):
                self._holding.record()
            self._serving.close()
            self._outbox.close()
            self._cache.close()

    # orders

    def _resume(
        self, orders: Iterable[tuple[Order, Mapping[int, int]]], untold: tuple[Outcome, ...], group: asyncio.TaskGroup
    ) -> None:
        """Go on where the last run of this agent stopped."""
        self._cache.need(f.sha256 for o in untold for f in o.files)
        for order, ended in orders:
            self._begin(order, ended, group)
        self._holding.resume(untold)

    async def _follow(self, group: asyncio.TaskGroup) -> None:
        before = self._after
        self._obey(await self._wire.desired(self.node_id, before), group)
        if self._after == before:
            await asyncio.sleep(RETRY_S)  # whoever answers at once that nothing is new is not asked as fast as it answers

    def _rest(self, resting: bool) -> None:
        """Save power while nothing is wanted of it. Whatever it holds has been stopped, or was never there."""
        self._pulse.top_speed = self._slow(resting)

    def _obey(self, desired: DesiredState, group: asyncio.TaskGroup) -> None:
        mark = digest(desired.orders)
        if desired.generation < self._generation or (desired.generation == self._generation and mark != self._mark):
            why = f"generation {desired.generation} ({mark}) after {self._generation} ({self._mark})"
            raise WireFault("SUAN-W010", f"a stale or altered desired state was refused: {why}", "see: suan why SUAN-W010")
        names = frozenset(desired.orders)
        fresh = {o.id: o for o in desired.fresh if o.id in names and o.id not in self._holding.orders}
        if fresh or desired.generation > self._generation:
            taken = tuple(fresh.values()), self._brain_id, desired.generation, mark
            self._holding.write("orders", lambda: self._outbox.take(*taken))
        self._after, self._generation, self._mark = desired.generation, desired.generation, mark
        self._pulse.generation, self._pulse.told = desired.generation, bool(desired.generation)
        self._serving.follow(desired.attachment)
        self._rest(desired.rest)
        for order in fresh.values():
            self._begin(order, {}, group)
        for order_id in self._holding.orders.keys() - names:
            self._holding.stop(self._holding.orders[order_id])

    def _begin(self, order: Order, done_before: Mapping[int, int], group: asyncio.TaskGroup) -> None:
        run = OrderRun(
            order,
            places=self._places,
            runtimes=self._runtimes if order.serve is None else self._serving.runtimes(order),
            cache=self._cache,
            fetch=self._wire.fetch,
            clock=self._clock,
            ended=self._holding.ended,
            done_before=done_before,
            own=bool(self._owner) and order.user == self._owner,
            pulls=self._pulls,
            accelerators=self._accelerators,
        )
        held = self._holding.orders[order.id] = Held(order.id, run=run)
        group.create_task(self._carry_out(held, run))

    async def _carry_out(self, held: Held, run: OrderRun) -> None:
        why = ""
        try:
            await run.run()
        except Exception as error:
            _log.warning("order %s is given back: %s", held.id, explain(error))
            why = explain(error)
        self._holding.over(held, why)

    # what is told

    async def _keep(self) -> None:
        await asyncio.sleep(KEEP_S)
        self._holding.record()

    async def _beat(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(TICK_S, self._heartbeat_s)):
                await self._serving.news.wait()
        due, printed = self._pulse.due, self._pulse.printed()
        if due or printed:
            output, loads = tuple(chunk for chunk, _ in printed), self._serving.loads()
            await self._telling.report(Report(reading=self._pulse.reading(), output=output, loads=loads))
            for chunk, live in printed:
                live.told[chunk.stream] = chunk.offset + len(chunk.data)


async def _again(what: str, step: Callable[[], Awaitable[None]]) -> None:
    """Take the step for ever; after a Fault, pause, longer each time in a row."""
    pause = RETRY_S
    while True:
        try:
            await step()
            pause = RETRY_S
        except Fault as fault:
            _log.warning("%s: %s", what, fault)
            await asyncio.sleep(pause)
            pause = min(RETRY_S_MAX, pause * 2)


def digest(ids: Iterable[str]) -> str:
    """A short mark of a set of orders, to notice two different plans under one number."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]
