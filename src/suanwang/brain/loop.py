"""The brain's loop: hear a batch, judge it, write it down in one fsync, and only then let anyone see it.

Everything that changes the state is a command: a function of (state, now) that answers with events. One task runs them in
turn, so there is nothing to lock; while a batch is being written the next one gathers, which is the group commit.
If writing fails, everyone in the batch is told, and the state is read again from the log: nothing is half done.

Brains that share a log read what the others wrote, and decide in turns. Who finds that another was quicker after all drops what
it decided, reads the log again and runs the same commands on that. So a command must be one that can be run again.
"""

import asyncio
import contextlib
import importlib
import itertools
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec

from suanwang.brain.commands import Act
from suanwang.brain.decide import can_wait, lost, resumed, untaken
from suanwang.brain.fleet import ServiceState
from suanwang.brain.flights import Flights
from suanwang.brain.follow import Course, later
from suanwang.brain.heard import Heard, heard_of_peer
from suanwang.brain.jobs import JobState
from suanwang.brain.keep import Keeper, still
from suanwang.brain.kernels import Kernels
from suanwang.brain.late import late
from suanwang.brain.network import Ear
from suanwang.brain.outlook import choice_of, names_like, network_view, route_view, service_view
from suanwang.brain.rebalance import EVERY_S, rebalance
from suanwang.brain.recent import Decided, Recent, logged
from suanwang.brain.replay import Restored, decision, fold, restore, saved
from suanwang.brain.reserve import due
from suanwang.brain.rest import Rests
from suanwang.brain.state import State
from suanwang.brain.steps import PLAN_AGAIN_S, PLAN_S, Question, going_on, held_up, planned, question, stale
from suanwang.brain.tend import tend
from suanwang.brain.views import desired_view, job_view
from suanwang.model import event as ev
from suanwang.model.deferral import Deferral
from suanwang.model.fault import ConflictFault, Fault, LogFault, QuotaFault
from suanwang.model.graph_plan import GraphPlan
from suanwang.model.grid import HOUR_S, Grid, GridView
from suanwang.model.intent import Found
from suanwang.model.job import JOB_FINAL, Job
from suanwang.model.network import Network
from suanwang.model.node import Reading
from suanwang.model.order import DesiredState
from suanwang.model.plan import Refusal
from suanwang.model.serving import NetworkView, RouteView, ServiceView
from suanwang.model.steering import Steering
from suanwang.model.view import Report
from suanwang.steer.answers import Choice
from suanwang.store.log import Log
from suanwang.store.peers import Peers
from suanwang.trust.merkle import leaf_hash
from suanwang.trust.tiles import entry_of
from suanwang.world.fold import at_hour, heard, noticed, silent

BATCH_MAX = 2_000
QUEUE_MAX = 20_000
SNAPSHOT_EVERY = 1_000
"""Events between two snapshots, and one more for each node, since of all of those something is written each time."""
TRIES_MAX = 3
FOLLOW_S = 0.5
"""How often a brain looks for what another wrote, should no notification come."""
STEER_S = 0.25
"""How often services and the network are looked after."""
KEEP_S = 0.5
"""How often intents are looked after while there are any."""

TAKEN_BYTES = 64 << 20
"""Of the decisions taken last so much is at hand; older ones are read from the log."""

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode


class Brain:
    """One domain's brain. Reading methods see only what is durable; changing methods return once it is.

    clock: seconds since 1970. steady: by a clock that does not jump, which silence is measured with; None: `clock` is one.
    peers: the other brains on the same log, None for a log of one's own. silent_s: a node that no brain has heard for so long
    has lost what it held.
    """

    def __init__(
        self,
        log: Log,
        clock: Callable[[], float],
        *,
        steady: Callable[[], float] | None = None,
        peers: Peers | None = None,
        silent_s: float = 10.0,
        tick_s: float = 1.0,
    ) -> None:
        self._log, self._clock, self._peers = log, clock, peers
        self.steady = steady or clock
        self.silent_s, self._tick_s = silent_s, tick_s
        self._queue: asyncio.Queue[tuple[Act, asyncio.Future[None]]] = asyncio.Queue(QUEUE_MAX)
        self._settled = asyncio.Event()
        self._settled.set()
        self._writer, self._reader = ThreadPoolExecutor(1, "log"), ThreadPoolExecutor(1, "reads")
        self._waited: dict[str, asyncio.Future[None]] = {}
        self._astray = False  # whether the state holds what is not, or may not be, in the log
        self._prepared = self._over = False
        self.kernels, self._taken = Kernels(), Recent(TAKEN_BYTES)
        self._rests = Rests()
        self._heard, self._ear, self._keeper, self.course = Heard(), Ear(), Keeper(), Course()
        self._rebalanced = self.steady()
        self.state = State()
        self._take(restore(log))

    def _take(self, restored: Restored) -> None:
        known = self.state.world.readings
        self.state, self.tree = restored.state, restored.tree
        self._snapshot_at = restored.snapshot_at
        self._astray = False
        now = self.steady()  # a node is given its silence from now on: it reports again within a heartbeat
        readings = tuple(known.get(n) or Reading(node_id=n, generation=0) for n in self.state.world.ids)
        self.state.world = heard(self.state.world, readings, now)

    async def run(self) -> None:
        """Serve until cancelled. Anything but a Fault that escapes a command is a bug, and ends the process."""
        if self.state.yielding:
            await self.prepare()
        self._over = False
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._serve())
                group.create_task(self._watch_silence())
                group.create_task(self._steer())
                group.create_task(self._plan_graphs())
                group.create_task(self._keep())
                if self._peers is not None:
                    group.create_task(self._follow_peers(self._peers))
        finally:
            self._over = True
            while not self._queue.empty():
                _tell(self._queue.get_nowait()[1], _gone())

    def close(self) -> None:
        """Put the log down in order. Not while it serves."""
        self._reader.shutdown()
        self._writer.shutdown()
        self._log.close()
        if self._peers is not None:
            self._peers.close()

    async def prepare(self) -> None:
        """Have at hand what waiting for an hour is planned with, so that nobody waits for a compiler in the middle of it."""
        if self.state.world.hourly and not self._prepared:
            await self.kernels.ready()
            await asyncio.to_thread(lambda: later().warm())
            self._prepared = True

    async def would_wait(self, job: JobState) -> Deferral | None:
        """Whether a job that is only tried out would wait for a better hour."""
        await self.prepare()
        state, now = self.state, self._clock()
        if not (can_wait(job) and state.world.hourly):
            return None
        return later().waiting(state, [*(state.jobs[j] for j in state.deferred), job], now).get(job.id)

    async def grid_views(self, *told: Grid) -> tuple[GridView, ...]:
        """What was told of the hours, or these, and what is foreseen."""
        await self.prepare()
        grids = told or tuple(self.state.world.grids.values())
        return tuple([later().grid_view(self.state, grid, self._clock()) for grid in grids])

    async def command(self, act: Act) -> None:
        """Have `act` run in its turn; returns when its events are durable. Raises what `act` raises, or a LogFault."""
        if self._over:
            raise _gone()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((act, done))
        except asyncio.QueueFull:
            raise QuotaFault(
                "SUAN-L004", f"{QUEUE_MAX} commands are waiting to be written already", "try again shortly"
            ) from None
        await done

    async def settled(self) -> State:
        """The state, at a moment when all of it is durable. LogFault SUAN-L001 while that cannot be known."""
        while not self._settled.is_set():
            await self._settled.wait()
        if self._astray:
            raise LogFault("SUAN-L001", "the log cannot be read, so nothing can be said for sure", "try again shortly")
        self._take_in()
        return self.state

    async def look(self) -> None:
        """Know all that the other brains have written by now."""
        if self._peers is not None:
            await self.command(_look)

    def hear(self, reading: Reading) -> None:
        """Take in a heartbeat. Not logged."""
        self._wake(self._heard.hear(self.state, reading, self.steady()))

    def _take_in(self) -> None:
        """Have in the world what was heard: many heartbeats at once, before anybody looks."""
        self._heard.take_in(self.state)
        if self.state.world.hour != (hour := int(self._clock() // HOUR_S)):
            self.state.world = at_hour(self.state.world, hour)

    def hear_network(self, node_id: str, told: Report) -> None:
        """Take in what a report says of loads and paths. Not logged."""
        if told.loads is not None or told.asked or node_id in self.state.fleet.forwarders:
            self._ear.hear(self.state, node_id, told, self.steady())

    @property
    def ear(self) -> Ear:
        """What was heard of services and paths."""
        return self._ear

    async def steering(self, node_id: str, after: int, wait_s: float) -> Steering | None:
        """What a forwarder is to follow, waiting up to `wait_s` for one newer than `after`; None if there is none yet."""

        def newest() -> Steering | None:
            return self._ear.shown.steering.get(node_id) if self._ear.shown else None

        await self._until(f"{node_id}/steering", lambda _: (told := newest()) is not None and told.number > after, wait_s)
        return newest()

    def service_view(self, service: ServiceState) -> ServiceView:
        """A service with its instances, and what was heard of them."""
        shown = service_view(self.state, self._ear, service, self.steady())
        return msgspec.structs.replace(shown, foreseen=self._ear.flights.soon(service.id, self._clock()))

    def network_view(self, told: Network | None = None) -> NetworkView:
        """The network and what was measured of it. told: as if it were built so."""
        shown = network_view(self.state, self._ear, self.steady())
        return shown if told is None else msgspec.structs.replace(shown, network=told)

    def choices(self, service: str) -> Choice | None:
        """What is chosen of a service, "NAME.USER", for those whom no router steers; None if there is none. That somebody
        asks may start an instance where there is none."""
        name, _, user = service.partition(".")
        found = next((s for s in self.state.fleet.services.values() if names_like(s, name, user)), None)
        if found is None or found.withdrawn:
            return None
        chosen = choice_of(self._ear, found, self.steady(), self._clock())
        if not chosen.contacts:
            self._ear.asked[found.id] = self.steady()
        return chosen

    def route_view(self, source: str, service: ServiceState) -> RouteView:
        """How requests from a router or access network reach a service. NotFoundFault SUAN-N008."""
        return route_view(self.state, self._ear, source, service, self.steady())

    async def back(self, node_id: str) -> None:
        """A node has come back, and goes on with what it lost by its silence, as far as that is not somebody else's now."""
        if self.state.missing.get(node_id):
            await self.command(lambda state, now: self._back(state, node_id, now))

    def _back(self, state: State, node_id: str, now: float) -> Sequence[ev.Event]:
        self._take_in()
        known = state.world.readings.get(node_id) or Reading(node_id=node_id, generation=0)
        state.world = heard(state.world, (known,), self.steady())
        return resumed(state, node_id, now)

    def holds(self, node_id: str, job_id: str, task: int) -> bool:
        """Whether a node holds a task now."""
        job = self.state.jobs.get(job_id)
        holders = job.holders(task) if job and 0 <= task < len(job.given) else ()
        return any(held.placement.node_id == node_id for held in holders)

    def owner_of(self, placement_id: str) -> str:
        """The user whose job a placement belongs to; "" if there is none."""
        job = self.state.jobs.get(placement_id.rsplit("/", 1)[0])
        return job.user if job else ""

    async def events(self, first: int, count: int) -> tuple[bytes, ...]:
        """The logged bytes of events first, first+1, ..., as far as there are any."""
        return await self._read((first,), count)

    async def _read(self, firsts: Iterable[int], count: int) -> tuple[bytes, ...]:
        """From each of these numbers on so many events, in one go: beside the writer, once what is known now is durable."""
        await self.settled()

        def read() -> tuple[bytes, ...]:
            return tuple(body for first in firsts for _, body in itertools.islice(self._log.read(first - 1), count))

        return await asyncio.get_running_loop().run_in_executor(self._reader, read)

    async def decisions(self, job: JobState) -> tuple[Decided, ...]:
        """The last few decisions about a job, oldest first, as the log has them with all their reasons: their bytes, which an
        encoder takes for the nouns."""
        known = tuple(one for number in job.decided if (one := self._taken.get(number)) is not None)
        if len(known) == len(job.decided):
            return known
        return tuple(map(logged, await self._read(tuple(job.decided), 1)))

    async def graph_plan(self, job: JobState) -> GraphPlan | None:
        """The plan that a graph follows; None for any other job, and before it is planned."""
        found = [decision(body) for body in await self.events(job.planned, 1)] if job.planned else []
        return next((one for one in found if isinstance(one, GraphPlan)), None)

    async def rehearse_graph(self, job: JobState) -> GraphPlan | Refusal:
        """The plan for a graph that nobody has accepted."""
        await self.kernels.ready()
        asked = question(await self.settled(), job, self._clock())
        if isinstance(asked, Refusal):
            return asked
        return await self._solved(asked)

    async def _solved(self, asked: Question) -> GraphPlan | Refusal:
        """Beside the loop, by machine code that is loaded when the first graph comes."""
        solve = await asyncio.to_thread(importlib.import_module, "suanwang.brain.solve")
        return await asyncio.to_thread(solve.solve, asked)

    async def desired(self, node_id: str, after: int, wait_s: float) -> DesiredState:
        """A node's desired state, waiting up to `wait_s` for one newer than generation `after`."""
        state = await self._until(node_id, lambda state: state.generations.get(node_id, 0) > after, wait_s)
        return desired_view(state, node_id, after)

    async def ended(self, job_id: str, wait_s: float) -> State:
        """The state once a job has ended, or after `wait_s`."""
        return await self._until(job_id, lambda state: state.jobs[job_id].final, wait_s)

    async def _until(self, key: str, true: Callable[[State], bool], wait_s: float) -> State:
        """The durable state in which something is true of a job or a node, or the one after `wait_s`."""
        deadline = asyncio.get_running_loop().time() + wait_s
        while True:
            state = await self.settled()
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or true(state):
                return state
            await asyncio.wait((self._change_of(key),), timeout=left)

    async def watch(self, job_id: str, after: int) -> AsyncGenerator[tuple[int, Job]]:
        """(event number, job) now and at every change, until it is final. after: skip what was seen up to that number."""
        shown: tuple[int, int] | None = None
        while True:
            state = await self.settled()
            changed = self._change_of(job_id)  # taken before showing: what changes while the watcher is slow is not missed
            job = state.jobs[job_id]
            view, number = job_view(state, job), job.changed
            if (number > after or view.state in JOB_FINAL) and shown != (number, view.tasks_running):
                shown = (number, view.tasks_running)
                yield number, view
            if view.state in JOB_FINAL:
                return
            await asyncio.wait((changed,), timeout=15.0)

    async def _serve(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH_MAX and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._commit(batch)
            await asyncio.sleep(0)  # whoever waits to see what is settled sees it now, before the next batch unsettles it
            await self._save()

    async def _commit(self, batch: list[tuple[Act, asyncio.Future[None]]]) -> None:
        self._settled.clear()
        try:
            told = await self._written([act for act, _ in batch])
        except LogFault as fault:
            told: list[Fault | None] = [fault] * len(batch)
            if fault.code == "SUAN-L005":
                for _, done in batch:
                    _tell(done, fault)
                raise
            with contextlib.suppress(LogFault):  # it stays astray, and is caught up with before anything else is done
                await self._catch_up()
        except BaseException:  # a bug, or the end: nobody waits for what will not come
            for _, done in batch:
                _tell(done, _gone())
            raise
        finally:
            self._settled.set()
        for (_, done), fault in zip(batch, told, strict=True):
            _tell(done, fault)

    async def _written(self, acts: list[Act]) -> list[Fault | None]:
        """What came of each command, once all of it is durable. LogFault SUAN-L001, or SUAN-L007: others are always quicker."""
        for _ in range(TRIES_MAX):
            async with self._turn(acts):
                await self._catch_up()
                first = self.state.seq + 1
                self._astray = True
                told, events = self._decided(acts, self._clock())
                self.state.world = noticed(self.state.world, self.steady())
                try:
                    await self._write(first, events)
                except ConflictFault:
                    continue
                self._astray = False
            self._wake_stirred()
            return told
        raise LogFault("SUAN-L007", f"other brains were quicker {TRIES_MAX} times", "try again")

    @contextlib.asynccontextmanager
    async def _turn(self, acts: list[Act]) -> AsyncGenerator[None]:
        if self._peers is None or all(act is _look for act in acts):
            yield
            return
        await self._io(self._peers.take_turn)
        try:
            yield
        finally:
            await self._io(self._peers.end_turn)

    async def _catch_up(self) -> None:
        """Have the state that the log tells of, neither more nor less."""
        if self._astray:
            self._take(await self._io(lambda: restore(self._log)))
            self._wake(tuple(self._waited))
        elif self._peers is not None and (rows := await self._io(lambda: list(self._log.read(self.state.seq)))):
            fold(self.state, self.tree, rows)
            self._wake_stirred()

    def _decided(self, acts: list[Act], now: float) -> tuple[list[Fault | None], list[ev.Event]]:
        self._take_in()
        return self.course.decided(self.state, acts, now)

    async def _write(self, first: int, events: list[ev.Event]) -> None:
        if not events:
            return
        said = [self._taken.said(e) for e in events]
        bodies = [_encode(e) for e in said]
        await self._io(lambda: self._log.append(first, bodies))
        for number, (event, body) in enumerate(zip(said, bodies, strict=True), first):
            self.tree.append(leaf_hash(entry_of(body)))
            self._taken.keep(number, event, len(body))

    async def _save(self) -> None:
        """Have a snapshot kept if it is time, once everybody is answered who waited for what is in it. If another brain's is
        newer than the one that this follows, or the log takes none now, a later one will have what this would have had."""
        state = self.state
        if self._astray or state.seq - self._snapshot_at < SNAPSHOT_EVERY + len(state.joined):
            return
        made = saved(state, self.tree, self._snapshot_at)
        try:
            newest = await self._io(lambda: self._log.snapshot(made))
        except LogFault as fault:
            if fault.code == "SUAN-L005":
                raise
            return
        self._snapshot_at = newest.number if newest else 0
        state.touched = {j: None for j in state.touched if state.jobs[j].changed > self._snapshot_at}
        state.fresh = {number: None for number in state.fresh if number > self._snapshot_at}

    async def _io(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    async def _watch_silence(self) -> None:
        while True:
            await asyncio.sleep(self._tick_s)
            self._take_in()
            with contextlib.suppress(LogFault, QuotaFault):  # who cannot hear the other brains calls no node silent
                if self._peers is not None:
                    await self._exchange(self._peers)
                over = due(self.state, self._clock())
                if (
                    self._astray
                    or self._quiet()
                    or self.state.parked
                    or self.state.deferred
                    or self._heard.doubtful
                    or over
                    or self.state.sparing
                    or self._rests.due(self.state, self._clock())
                ):
                    await self.command(self._tick)
                    self._heard.doubtful.clear()  # one that still is shows again with its next reading
                if self.steady() - self._rebalanced >= EVERY_S:
                    self._rebalanced = self.steady()
                    await self._rebalance()

    async def _rebalance(self) -> None:
        """Have what would do better elsewhere moved there."""
        seen = self._ear.shown.seen if self._ear.shown else None
        if rebalance(await self.settled(), seen, self._clock()):
            await self.command(lambda state, now: rebalance(state, seen, now))

    async def _steer(self) -> None:
        """Look after services and the network: several times a second while there are any."""
        while True:
            await asyncio.sleep(STEER_S)
            fleet = self.state.fleet
            if fleet.services or fleet.forwarders or self._ear.shown is not None:
                with contextlib.suppress(LogFault, QuotaFault):
                    await self._tended()

    async def _tended(self) -> None:
        await self._foresee(self._ear.flights)
        state = await self.settled()
        before: Mapping[str, Steering] = self._ear.shown.steering if self._ear.shown else dict[str, Steering]()
        shown = self._ear.look(state, self.steady(), self._clock())
        self._wake([f"{node}/steering" for node, told in shown.steering.items() if before.get(node) is not told])
        if tend(state, shown.seen, self._clock()):
            await self.command(lambda state, now: tend(state, shown.seen, now))

    def found(self, intent_id: str) -> tuple[Found, ...]:
        """How it stands now with an intent; nothing of one that is not in force here."""
        return self._keeper.found(intent_id)

    async def _keep(self) -> None:
        """Look after intents while there are any."""
        self._ear.more = self._keeper.more
        while True:
            await asyncio.sleep(KEEP_S)
            if not self.state.intents:
                continue
            with contextlib.suppress(LogFault, QuotaFault):
                if found := self._keeper.look(await self.settled(), self._ear, self.steady(), self._clock()):
                    await self.command(lambda state, _, found=found: still(state, found))

    async def _plan_graphs(self) -> None:
        """Plan the graphs that have no plan, or none that can be followed any more: beside the loop, one at a time."""
        tried = dict[str, float]()
        while True:
            await asyncio.sleep(PLAN_S)
            now = self.steady()
            tried = {job: at for job, at in tried.items() if job in self.state.graphs and now - at < PLAN_AGAIN_S}
            for job_id in [j for j in self.state.graphs if j not in tried]:
                with contextlib.suppress(LogFault, QuotaFault):
                    await self.kernels.ready()
                    if not await self._plan_graph(job_id):
                        tried[job_id] = now

    async def _plan_graph(self, job_id: str) -> bool:
        """False if there was something to plan, and no plan."""
        state = await self.settled()
        job = state.jobs[job_id]
        if not stale(state, job):
            if held_up(state, job):
                await self.command(going_on(job_id))
            return True
        number, answer = job.planned, question(state, job, self._clock())
        if not isinstance(answer, Refusal):
            answer = await self._solved(answer)
        await self.command(planned(job_id, number, answer))
        return not isinstance(answer, Refusal)

    async def _foresee(self, flights: Flights) -> None:
        """Once an hour, what load of services is to be expected; off the loop, since it is compiled."""
        hour = int(self._clock() // HOUR_S)
        if flights.said_at != hour:
            series = flights.series(self._clock())
            foreseen: dict[str, tuple[float, float]] = {}
            if series:
                foreseen = await asyncio.to_thread(lambda: _soon().said(series))
            flights.said, flights.said_at = foreseen, hour

    async def _exchange(self, peers: Peers) -> None:
        """Tell the other brains which nodes are heard here, and count as heard what they hear."""
        word = self._heard.word(self.steady())
        told = await asyncio.to_thread(peers.exchange, word)
        for age_s, body in told:
            now = self.steady()
            self._wake(heard_of_peer(self.state, body, now - age_s, now - self.silent_s))

    async def _follow_peers(self, peers: Peers) -> None:
        """Read on when another brain wrote, so that what is shown and asked for here is fresh."""
        loop, news = asyncio.get_running_loop(), asyncio.Event()
        peers.listen(lambda: loop.call_soon_threadsafe(news.set))
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FOLLOW_S):
                    await news.wait()
            news.clear()
            with contextlib.suppress(LogFault, QuotaFault):
                await self.look()

    def _quiet(self) -> tuple[str, ...]:
        """Nodes to give up: not heard for too long, or silent already when another brain, gone since, gave them work."""
        live, world, since = self.state.live, self.state.world, self.steady() - self.silent_s
        silent_now = (world.ids[row] for row in (~world.alive & (world.heard_at < since)).nonzero()[0].tolist())
        return (*world.unheard(since), *(n for n in silent_now if live.get(n)))

    def _tick(self, state: State, now: float) -> list[ev.Event]:
        gone = self._quiet()
        state.world = silent(state.world, gone) if gone else state.world
        self.course.look_again = bool(state.parked)  # a node may have come back, or the time of what waits be up
        odd = [r for n in self._heard.doubtful.difference(gone) if (r := state.world.readings.get(n))]
        return [
            *(event for node in gone for event in lost(state, node, "its node was not heard from", now, silent=True)),
            *(event for reading in odd for event in untaken(state, reading, now)),
            *(self._rests.look(state, now) if self._rests.due(state, now) else ()),
            *due(state, now),
            *late(state, now),
        ]

    def _wake_stirred(self) -> None:
        self._wake(self.state.stirred)
        self.state.stirred.clear()

    def _wake(self, whom: Iterable[str]) -> None:
        """Whoever waits for a change of these jobs and nodes looks again."""
        for key in whom:
            waited = self._waited.pop(key, None)
            if waited is not None:
                waited.set_result(None)

    def _change_of(self, key: str) -> asyncio.Future[None]:
        """Done at the next change of a job or a node."""
        if key not in self._waited:
            self._waited[key] = asyncio.get_running_loop().create_future()
        return self._waited[key]


def _tell(done: asyncio.Future[None], fault: Fault | None) -> None:
    if done.done():
        return
    if fault is None:
        done.set_result(None)
    else:
        done.set_exception(fault)


def _gone() -> LogFault:
    return LogFault(
        "SUAN-L001", "the brain ended before this was durable, so nothing can be said for sure", "try again shortly"
    )


def _soon() -> Any:
    """The forecast of loads, loaded when a service has been there for two days."""
    return importlib.import_module("suanwang.brain.soon")


def _look(state: State, now: float) -> Sequence[ev.Event]:
    """The command that changes nothing, and is run on all there is."""
    return ()
