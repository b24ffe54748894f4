"""Where jobs go: a real brain with real agents, beside the same decisions in simulated time, with the ends of tasks predicted.

    live       brain, log and agents as they are, in one process; tasks sleep for as long as they are told to
    foreseen   brain.commands, brain.judge and place.choose on a state folded from the same submissions at the same times,
               without a clock; a task ends when the plan's own figures say: fuel / (fuel per second x cores), and is heard of a
               moment later
    replayed   the live log's own events up to each decision: on the same world all must be alike, and what is left is timing

The moment is calibrated on one scenario: the first is shown without it and with it, the others are predicted with it.
"""

import asyncio
import heapq
import itertools
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence, Set
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from suanwang.agent.loop import Agent
from suanwang.agent.telling import GATHER_S
from suanwang.brain import commands
from suanwang.brain.apply import apply
from suanwang.brain.commands import Act
from suanwang.brain.decide import conclude
from suanwang.brain.judge import judge
from suanwang.brain.loop import Brain
from suanwang.brain.state import State
from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.model import event as ev
from suanwang.model.demand import Command, Demand, Item, Needs
from suanwang.model.job import Outcome
from suanwang.model.node import Capacity, Node, Offer, Reading, Speed
from suanwang.model.order import DesiredState
from suanwang.model.plan import Placement
from suanwang.model.view import Acknowledged, Report
from suanwang.model.where import Site
from suanwang.store.log import SqliteLog
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.world.fold import heard
from suanwang.world.gazetteer import find

CITIES = ("shenzhen", "guangzhou", "shanghai", "beijing", "chengdu", "guiyang")
CORES, FUEL_PER_S = (2, 4, 8, 4), (2.0e9, 1.2e9, 1.6e9)
USER = "ann"
LASTS_S, CORES_A_JOB = 2.0, 2.6
"""Of a task on a node of usual speed, in the mean; and cores that a job takes, all tasks together."""
AHEAD_S = 1.0
NOTHING_S = 1e-6
Went = tuple[tuple[str, int], ...]
"""The placements of a job: (node, how many tasks), in order."""


class Like(NamedTuple):
    """load: of all cores, as planned. spread: by how much what tasks last differs from what was said (standard deviation of its
    logarithm). seed: of the jobs."""

    load: float
    spread: float
    seed: int


LIKE = (Like(0.4, 0.0, 1), Like(0.4, 0.0, 2), Like(0.8, 0.0, 2), Like(0.4, 0.2, 1), Like(0.8, 0.2, 1))


class Job(NamedTuple):
    """times: what its tasks last, of what is said."""

    at_s: float
    id: str
    demand: Demand


def nodes() -> tuple[Node, ...]:
    found = []
    for n, (city, cores) in enumerate(itertools.product(CITIES, CORES[:2])):
        public = public_of(bytes([n + 1] * 32))
        speed = FUEL_PER_S[n % len(FUEL_PER_S)]
        found.append(Node(
            id=id_of("node", public), name=f"n{n}", public_key=public.hex(), owner=f"o{n % 5}",
            site=Site(name=city, place=find(city)), capacity=Capacity(cpu_milli=cores * 1000, memory_bytes=16 << 30),
            arch="x86_64", runtimes=("process",), sandbox="bubblewrap", speed=Speed(fuel_per_cpu_s=speed, fuel_per_s=speed),
            offer=Offer(price_micro_per_tfuel=20_000 + 3_000 * (n * 7 % 12)),
        ))  # fmt: skip
    return tuple(found)


def jobs(count: int, like: Like) -> list[Job]:
    chance, at, found = random.Random(like.seed), 0.0, []
    rate = like.load * sum(n.capacity.cpu_milli for n in nodes()) / 1000 / (CORES_A_JOB * LASTS_S)
    for n in range(count):
        at += chance.expovariate(rate)
        cores, tasks = chance.choice((1, 1, 1, 2)), chance.choice((1, 1, 1, 2, 4))
        fuel = round(cores * 1.6e9 * chance.uniform(0.4, 1.6) * LASTS_S)
        times = chance.lognormvariate(0.0, like.spread)
        demand = Demand(
            name=f"j{n}", work=Command(argv=("nap", str(fuel), f"{times:.3f}")), near=find(chance.choice(CITIES)),
            items=tuple(Item(value=str(i)) for i in range(tasks)) if tasks > 1 else (), outputs=(),
            needs=Needs(cpu_milli=1000 * cores), prefer=chance.choice(("price", "price", "latency", "speed")),
            fuel_per_task=fuel,
        )  # fmt: skip
        found.append(Job(at, f"job-{n:04d}", demand))
    return found


# live


class Nap:
    """A runtime whose tasks sleep."""

    def __init__(self, fuel_per_s: float) -> None:
        self._fuel_per_s = fuel_per_s

    async def run(self, specs: Sequence[RunSpec], cancel: asyncio.Event) -> AsyncGenerator[RunResult]:
        for spec in specs:
            fuel, times = int(spec.argv[1]), float(spec.argv[2])
            lasts_s = times * fuel / (self._fuel_per_s * spec.cpu_milli / 1000)
            await asyncio.sleep(lasts_s)
            yield RunResult(state="done", code="", exit_code=0, fuel=fuel, cpu_s=lasts_s, wall_s=lasts_s, memory_peak_bytes=1)

    async def close(self) -> None: ...


class Wire:
    """Between an agent and the brain, without a network."""

    def __init__(self, brain: Brain) -> None:
        self._brain = brain

    async def desired(self, node_id: str, after: int) -> DesiredState:
        return await self._brain.desired(node_id, after, 10.0)

    async def report(self, node_id: str, report: Report) -> Acknowledged:
        self._brain.hear(report.reading)
        if report.outcomes or report.returned:
            await self._brain.command(commands.report(node_id, report, lambda _: True, []))
        return Acknowledged(outcomes=tuple((o.placement_id, o.task) for o in report.outcomes))

    async def fetch(self, sha256: str) -> AsyncIterator[bytes]:
        yield b""

    async def missing(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    async def put(self, sha256: str, file: Path) -> None: ...


async def live(folder: Path, wanted: Sequence[Job]) -> list[ev.Event]:
    """All events of a brain that these jobs were submitted to, each when it says."""
    log = folder / "log.sqlite"
    brain = Brain(SqliteLog(log), time.time, steady=time.monotonic)
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(brain.run())]
        for begin in beginning():
            await brain.command(begin)
        for node in nodes():
            (folder / node.name).mkdir()
            agent = Agent(
                node_id=node.id, brain_id="brain", owner=node.owner, wire=Wire(brain), folder=folder / node.name,
                runtimes={"process": Nap(node.speed.fuel_per_s)}, clock=time.time, load=lambda: (0.5, 1 << 20),
            )  # fmt: skip
            running.append(group.create_task(agent.run()))
        start = time.monotonic() + AHEAD_S
        submitting = [group.create_task(_submit(brain, job, start)) for job in wanted]
        await asyncio.wait(submitting)
        for job in wanted:
            await brain.ended(job.id, 60.0)
        for one in running:
            one.cancel()
    brain.close()
    return [msgspec.json.decode(body, type=ev.Event) for _, body in SqliteLog(log).read(0)]


async def _submit(brain: Brain, job: Job, start: float) -> None:
    await asyncio.sleep(start + job.at_s - time.monotonic())
    await brain.command(commands.submit(job.id, USER, job.demand, job.id))


def beginning() -> list[Act]:
    return [commands.add_user(USER, ("user",), 10**12), *(commands.join(node, "t") for node in nodes())]


# foreseen


class Foreseen:
    """The brain's judgement in simulated time. moment_s: from an order to its first task and from an end to its being heard of,
    together. An agent that has tasks which have not begun gathers ends besides, as agent.telling does."""

    def __init__(self, moment_s: float) -> None:
        self.state, self.events, self._moment_s = State(), list[ev.Event](), moment_s
        self._agenda, self._order = list[tuple[float, int, Callable[[float], None]]](), itertools.count()
        self._last_begins, self._ended = dict[str, list[float]](), dict[str, list[Outcome]]()

    def run(self, wanted: Sequence[Job]) -> list[ev.Event]:
        for begin in beginning():
            self._act(begin, 0.0)
        readings = [Reading(node_id=n.id, generation=0) for n in nodes()]
        self.state.world = heard(self.state.world, readings, 0.0)
        for job in wanted:
            act = commands.submit(job.id, USER, job.demand, job.id)
            self._at(AHEAD_S + job.at_s, partial(self._act, act))
        while self._agenda:
            now, _, do = heapq.heappop(self._agenda)
            do(now)
        return self.events

    def _at(self, when: float, do: Callable[[float], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._order), do))

    def _act(self, act: Act, now: float) -> None:
        """As brain.loop: what was done, then what follows for whom it touches, then for those who wait for room."""
        events, before = list(act(self.state, now)), len(self.events)
        for event in events:
            self._take(event)
        touched = dict.fromkeys(e.job_id for e in events if isinstance(e, ev.JobAccepted | ev.TasksEnded))
        for job_id in touched:
            self._advance(job_id, now)
        if any(isinstance(e, ev.TasksEnded | ev.JobEnded) for e in self.events[before:]):
            for job_id in [j for j in self.state.parked if j not in touched]:
                self._advance(job_id, now)

    def _advance(self, job_id: str, now: float) -> None:
        job = self.state.jobs[job_id]
        while not job.final and (event := judge(self.state, job, now) or conclude(job, now)):
            self._take(event)
            if isinstance(event, ev.JobPlaced):
                for placement in event.plan.placements:
                    self._ends(placement, job.demand, now)
            if isinstance(event, ev.JobWaits):
                break

    def _take(self, event: ev.Event) -> None:
        apply(self.state, event)
        self.events.append(event)

    def _ends(self, placement: Placement, demand: Demand, now: float) -> None:
        """Tasks end by what the plan is based on, as many at once as it has room for."""
        node = self.state.node(placement.node_id)
        assert node is not None, "it was placed there"
        lasts_s = task_s(node, demand)
        for n, task in enumerate(placement.tasks):
            done = Outcome(placement_id=placement.id, task=task, state="done", fuel=demand.fuel_per_task)
            self._at(now + (n // placement.width + 1) * lasts_s, partial(self._note, done, node.id))
        turns = -(-len(placement.tasks) // placement.width)
        self._last_begins.setdefault(node.id, []).append(now + (turns - 1) * lasts_s)

    def _note(self, done: Outcome, node_id: str, now: float) -> None:
        """The agent tells of it, and of what ends until then."""
        self._ended.setdefault(node_id, []).append(done)
        if len(self._ended[node_id]) == 1:
            waits = any(begins > now + NOTHING_S for begins in self._last_begins[node_id])
            self._at(now + GATHER_S * waits + self._moment_s, partial(self._told, node_id))

    def _told(self, node_id: str, now: float) -> None:
        told = Report(reading=Reading(node_id=node_id, generation=0), outcomes=tuple(self._ended.pop(node_id)))
        self._act(commands.report(node_id, told, lambda _: True, []), now)


class Ends(Foreseen):
    """When ends are foreseen to be heard of, of the placements that were made: by (placement, task)."""

    def __init__(self, moment_s: float, demands: Mapping[str, Demand]) -> None:
        super().__init__(moment_s)
        self._demands, self.heard_at = demands, dict[tuple[str, int], float]()

    def of(self, events: Sequence[ev.Event]) -> dict[tuple[str, int], float]:
        for event in events:
            if isinstance(event, ev.NodeJoined):
                apply(self.state, event)
            if isinstance(event, ev.JobPlaced):
                self._at(event.at, partial(self._placed, event.plan.placements, self._demands[event.job_id]))
        while self._agenda:
            now, _, do = heapq.heappop(self._agenda)
            do(now)
        return self.heard_at

    def _placed(self, placements: Sequence[Placement], demand: Demand, now: float) -> None:
        for placement in placements:
            self._ends(placement, demand, now)

    def _told(self, node_id: str, now: float) -> None:
        self.heard_at |= {(o.placement_id, o.task): now for o in self._ended.pop(node_id)}


def one_by_one(events: Sequence[ev.Event], wanted: Sequence[Job], moment_s: float) -> float:
    """The share of decisions that are foreseen alike if all that was decided before is known, and only ends are foreseen."""
    foreseen = Ends(moment_s, {job.id: job.demand for job in wanted}).of(events)
    came = {(e.placement_id, o.task): e.at for e in events if isinstance(e, ev.TasksEnded) for o in e.outcomes}
    alike = list[bool]()
    for n, made in enumerate(events):
        if isinstance(made, ev.JobPlaced):
            early = {end for end, at in foreseen.items() if at <= made.at < came[end]}
            late = {end for end, at in foreseen.items() if came[end] < made.at < at}
            alike.append(not (early or late) or _decided_so(events[:n], made, early, late))
    return sum(alike) / len(alike)


def _decided_so(past: Sequence[ev.Event], made: ev.JobPlaced, early: Set[tuple[str, int]], late: Set[tuple[str, int]]) -> bool:
    """Whether it is decided so where some ends came too early, and others are not there yet."""
    state, over = State(), {placement_id.rsplit("/", 1)[0] for placement_id, _ in late}
    for event in past:
        if isinstance(event, ev.TasksEnded):
            kept = tuple(o for o in event.outcomes if (event.placement_id, o.task) not in late)
            event = msgspec.structs.replace(event, outcomes=kept)
        if (isinstance(event, ev.TasksEnded) and not event.outcomes) or (
            isinstance(event, ev.JobEnded) and event.job_id in over
        ):
            continue
        apply(state, event)
        if isinstance(event, ev.NodeJoined):
            state.world = heard(state.world, [Reading(node_id=event.node.id, generation=0)], 0.0)
    for placement_id, task in early:
        job_id = placement_id.rsplit("/", 1)[0]
        if placement_id in state.jobs[job_id].placements:
            done = Outcome(placement_id=placement_id, task=task, state="done")
            apply(state, ev.TasksEnded(at=made.at, job_id=job_id, placement_id=placement_id, outcomes=(done,)))
    answer = judge(state, state.jobs[made.job_id], made.at)
    return isinstance(answer, ev.JobPlaced) and went(answer.plan.placements) == went(made.plan.placements)


# compared


def task_s(node: Node, demand: Demand) -> float:
    """Predicted."""
    return demand.fuel_per_task / (node.speed.fuel_per_s * demand.needs.cpu_milli / 1000)


def went(placements: Sequence[Placement]) -> Went:
    return tuple((p.node_id, len(p.tasks)) for p in placements)


def where(events: Sequence[ev.Event]) -> dict[str, Went]:
    """Where each job went, in all its parts."""
    found = dict[str, Went]()
    for event in events:
        if isinstance(event, ev.JobPlaced):
            found[event.job_id] = found.get(event.job_id, ()) + went(event.plan.placements)
    return found


def replayed(events: Sequence[ev.Event]) -> dict[str, Went]:
    """Where each job goes when it is decided again on the state that the log tells of."""
    state, found = State(), dict[str, Went]()
    for event in events:
        if isinstance(event, ev.JobPlaced):
            answer = judge(state, state.jobs[event.job_id], event.at)
            again = went(answer.plan.placements) if isinstance(answer, ev.JobPlaced) else ()
            found[event.job_id] = found.get(event.job_id, ()) + again
        apply(state, event)
        if isinstance(event, ev.NodeJoined):
            state.world = heard(state.world, [Reading(node_id=event.node.id, generation=0)], 0.0)
    return found


def moment(events: Sequence[ev.Event], wanted: Sequence[Job]) -> float:
    """By how much later than predicted the ends of placements of one turn are heard of: the median."""
    demands, known = {job.id: job.demand for job in wanted}, {node.id: node for node in nodes()}
    placed = {p.id: (e.at, p) for e in events if isinstance(e, ev.JobPlaced) for p in e.plan.placements}
    ends = [(e.at, *placed[e.placement_id]) for e in events if isinstance(e, ev.TasksEnded)]
    return statistics.median(
        at - began - task_s(known[p.node_id], demands[p.job_id]) for at, began, p in ends if len(p.tasks) <= p.width
    )


def compared(count: int) -> list[dict[str, object]]:
    """A row for each scenario; the first without and with the moment that it calibrates."""
    found, moment_s = list[dict[str, object]](), 0.0
    for like in LIKE:
        wanted = jobs(count, like)
        with tempfile.TemporaryDirectory() as folder:
            events = asyncio.run(live(Path(folder), wanted))
        if like == LIKE[0]:
            found.append(agreed(like, wanted, events, 0.0))
            moment_s = moment(events, wanted)
        found.append(agreed(like, wanted, events, moment_s))
    return found


def agreed(like: Like, wanted: Sequence[Job], events: Sequence[ev.Event], moment_s: float) -> dict[str, object]:
    """The share of jobs whose placements are the same; and how soon ends follow each other, beside the moment."""
    came = {e.job_id: e.at - AHEAD_S for e in events if isinstance(e, ev.JobAccepted)}
    twin = where(Foreseen(moment_s).run([job._replace(at_s=came[job.id]) for job in wanted]))
    real, again = where(events), replayed(events)
    ends_s = sum(isinstance(e, ev.TasksEnded) for e in events) / (events[-1].at - events[0].at)
    return {
        "load": f"{like.load:.0%}", "tasks last": f"± {like.spread:.0%}", "seed": like.seed,
        "moment, ms": f"{1000 * moment_s:.0f}", "jobs": len(real), "ends a second": f"{ends_s:.1f}",
        "foreseen alike": f"{_share(real, twin):.1%}",
        "one by one": f"{one_by_one(events, wanted, moment_s):.1%}",
        "replayed alike": f"{_share(real, again):.1%}", "tasks elsewhere by node": f"{apart(real, twin):.1%}",
    }  # fmt: skip


def apart(real: dict[str, Went], other: dict[str, Went]) -> float:
    """The part of all tasks by which what nodes get differs, whichever tasks they are."""
    counts = [Counter[str](), Counter[str]()]
    for count, gone in zip(counts, (real, other), strict=True):
        for parts in gone.values():
            for node, tasks in parts:
                count[node] += tasks
    return sum(abs(counts[0][n] - counts[1][n]) for n in counts[0] | counts[1]) / 2 / max(1, counts[0].total())


def _share(real: dict[str, Went], other: dict[str, Went]) -> float:
    return sum(real[job] == other.get(job) for job in real) / len(real)
