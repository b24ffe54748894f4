"""A domain in simulated time: what the brain decides with, without its log; nodes that do what they are told, jobs that come.

Whatever decides here is what decides in the running brain: commands, decide, follow, tend. Only the outside is played:

    a placement   ends its tasks in rounds, as long as was predicted, times what its tasks really burn over the estimate
    a step        of a graph writes the files that it said it would, in the size that it said
    a dead node   is found out after silent_s; what it held is lost then
    an instance   can be reached START_S after it was placed, and runs until it is stopped
"""

import heapq
import itertools
from collections.abc import Callable, Sequence

import msgspec

from suanwang.brain import commands
from suanwang.brain.commands import Act
from suanwang.brain.decide import lost
from suanwang.brain.follow import Course
from suanwang.brain.history import code_key, fuel_estimate
from suanwang.brain.jobs import PlacementState
from suanwang.brain.reserve import due
from suanwang.brain.solve import solve
from suanwang.brain.state import State
from suanwang.brain.steps import PLAN_AGAIN_S, PLAN_S, SIZE_ASSUMED, going_on, held_up, planned, question, stale
from suanwang.brain.tend import Seen, tend
from suanwang.brain.trial.known import Arrival
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Steps
from suanwang.model.fault import Fault, QuotaFault
from suanwang.model.file import FileRef
from suanwang.model.grid import HOUR_S
from suanwang.model.job import Outcome, result_hash
from suanwang.model.plan import Placement, Refusal
from suanwang.model.steering import Contact
from suanwang.model.steps import task_demand
from suanwang.world.fold import at_hour, noticed, silent

SILENT_S, START_S, LOOK_S, STOP_S = 10.0, 2.0, 2.0, 0.5
REPORTS_MAX = 8
"""A placement tells of its tasks in so many reports at most: what a node holds is free only after the last one anyway."""
STEPS_MAX = 200_000
"""Things that happen in one run."""
SAME = result_hash((), None)


class Fate(msgspec.Struct, kw_only=True):
    """What became of a job. costs, grams: predicted, by placement, of those that were not lost. nodes: that it ran on.
    present: it was there when time began. serves: it is an instance of a service."""

    name: str
    came_at: float
    began_at: float | None = None
    ended_at: float = 0.0
    state: str = "queued"
    code: str = ""
    present: bool = False
    serves: bool = False
    costs: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    grams: dict[str, float] = msgspec.field(default_factory=dict[str, float])
    nodes: set[str] = msgspec.field(default_factory=set[str])

    @property
    def waits(self) -> bool:
        """Whether it has tasks that no node takes now."""
        return self.state in ("queued", "running") and (self.began_at is None or self.code.startswith("SUAN-"))

    def after(self, at: float, start: float) -> float:
        """How long after it came, or after time began."""
        return at - max(self.came_at, start)


class Days:
    """now: simulated seconds since 1970. shown: of jobs that come, by id. wanted: how
    many instances each service is to have. since, over: when a placement began and ended. enough: asked now and then whether
    there is no more time for this."""

    def __init__(self, state: State, now: float, enough: Callable[[], bool] = lambda: False) -> None:
        self.time, self.state, self.course = now, state, Course()
        self.fates: dict[str, Fate] = {}
        self.shown: dict[str, Arrival] = {}
        self.wanted: dict[str, int] = {}
        self.dead: set[str] = set()
        self._enough, self._steps = enough, 0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()
        self.since: dict[str, float] = {}
        self.over: dict[str, float] = {}
        self._tried: dict[str, float] = {}
        self._planning = False
        self._go_on()

    def _go_on(self) -> None:
        """What was under way when this world was taken goes on; what should have ended by now ends soon."""
        for job_id in self.state.unfinished:
            job = self.state.jobs[job_id]
            began = None if job.placed_at == 0 else job.placed_at
            self.fates[job_id] = Fate(
                name=job.demand.name, came_at=job.accepted_at, began_at=began, state=job.state, code=job.reason, present=True,
                serves=job.demand.serve is not None,
            )  # fmt: skip
            for held in job.placements.values():
                if held.live:
                    self._noted(held.placement, began_at=held.started_at or job.placed_at)
        for service in self.state.fleet.services.values():
            staying = sum(not instance.retired_at for instance in service.instances.values())
            self.wanted[service.id] = max(staying, service.service.scale.least)
        self.at(0.0, self._look)

    def at(self, after_s: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.time + after_s, next(self._number), what))

    def run_until(self, end: float) -> None:
        """QuotaFault SUAN-U131 if there is more to do than may be."""
        while self._due and self._due[0][0] <= end:
            self.time, _, what = heapq.heappop(self._due)
            what()
            self._steps += 1
            if self._steps > STEPS_MAX or (self._steps % 16 == 0 and self._enough()):
                why = f"after {self._steps} steps the trial was at {end - self.time:.0f} s before the end of its time"
                raise QuotaFault("SUAN-U131", why, "ask for less: --span 2min, --seeds 2")
        self.time = end

    def do(self, act: Act) -> Fault | None:
        """One command, and all that follows from it; the fault it was refused with."""
        if self.state.world.hour != (hour := int(self.time // HOUR_S)):
            self.state.world = at_hour(self.state.world, hour)
        told, events = self.course.decided(self.state, [act], self.time)
        self.state.world = noticed(self.state.world, self.time)
        self.state.stirred.clear()
        for event in events:
            self._happened(event)
        if self.state.graphs and not self._planning:
            self._planning = True
            self.at(PLAN_S, self._plan)
        return told[0]

    # the outside

    def come(self, job_id: str, arrival: Arrival) -> None:
        """A job is asked for."""
        self.shown[job_id] = arrival
        self.fates[job_id] = Fate(name=arrival.demand.name, came_at=self.time)
        fault = self.do(commands.submit(job_id, arrival.user, arrival.demand, job_id))
        if fault is not None:
            self.fates[job_id].state, self.fates[job_id].code = "refused", fault.code

    def happen(self, event: ev.Event) -> None:
        """What the outside did, as it was recorded."""
        match event:
            case ev.NodeJoined() if event.node.id in self.dead:
                pass
            case ev.NodeLeft():
                self.do(commands.leave(event.node_id))
            case ev.CancelAsked():
                self.do(commands.cancel(event.job_id, event.user, True))
            case ev.StepsCancelled():
                self.do(commands.cancel_step(event.job_id, event.steps[0], event.user, True))
            case _:
                self.do(lambda state, now: (event,))

    def kill(self, node_ids: Sequence[str]) -> None:
        """These nodes are dead from now on; the brain finds out."""
        self.dead.update(node_ids)
        self.at(SILENT_S, lambda: self._found_dead(node_ids))

    def _found_dead(self, node_ids: Sequence[str]) -> None:
        def act(state: State, now: float) -> list[ev.Event]:
            state.world = silent(state.world, node_ids)
            why = "its node was not heard from"
            return [event for node in node_ids if node in state.live for event in lost(state, node, why, now, silent=True)]

        self.do(act)

    def _look(self) -> None:
        """What the running brain does every second or so: tend services and reservations, and look again at what waits."""
        self.course.look_again = bool(self.state.parked)
        self.do(lambda state, now: [*due(state, now), *tend(state, self.seen(), now)])
        self.at(LOOK_S, self._look)

    def _plan(self) -> None:
        """What the running brain does with graphs: plan those whose plan cannot be followed, and go on with the others."""
        self._planning = False
        for job_id in [j for j in self.state.graphs if self.time >= self._tried.get(j, 0.0)]:
            job = self.state.jobs[job_id]
            if stale(self.state, job):
                number, answer = job.planned, question(self.state, job, self.time)
                if not isinstance(answer, Refusal):
                    answer = solve(answer)
                if isinstance(answer, Refusal):
                    self._tried[job_id] = self.time + PLAN_AGAIN_S
                self.do(planned(job_id, number, answer))
            elif held_up(self.state, job):
                self.do(going_on(job_id))

    def seen(self) -> Seen:
        """Instances that can be reached."""
        found: dict[str, Contact] = {}
        for service in self.state.fleet.services.values():
            for job_id in service.instances:
                for held in self.state.jobs[job_id].placements.values():
                    if self.reached(held):
                        node = held.placement.node_id
                        found[job_id] = Contact(id=held.placement.id, node_id=node, address="::", port=1)
        return Seen(contacts=found, wanted=self.wanted)

    def reached(self, held: PlacementState) -> bool:
        """Whether an instance has started, and its node is there."""
        up = self.time - self.since[held.placement.id] >= START_S
        return held.live and up and held.placement.node_id not in self.dead

    # what follows from events

    def _happened(self, event: ev.Event) -> None:
        match event:
            case ev.JobAccepted():
                serves = event.demand.serve is not None
                self.fates.setdefault(event.job_id, Fate(name=event.demand.name, came_at=event.at, serves=serves))
            case ev.JobPlaced():
                self._placed(event)
            case ev.JobWaits() | ev.JobRefused():
                self.fates[event.job_id].code = event.refusal.code
                self.fates[event.job_id].state = self.state.jobs[event.job_id].state
            case ev.PlacementLost():
                self.over[event.placement_id] = event.at
                self._forgotten(event.placement_id)
                if self.state.jobs[event.job_id].demand.gang:  # the rest of it is stopped
                    self.at(STOP_S, lambda: self._stopped(event.job_id))
            case ev.TasksEnded():
                self.over[event.placement_id] = event.at
            case ev.CancelAsked() | ev.StepsCancelled():
                self.at(STOP_S, lambda: self._stopped(event.job_id))
            case ev.JobEnded():
                fate = self.fates[event.job_id]
                fate.ended_at, fate.state, fate.code = event.at, event.state, event.reason
            case _:
                pass

    def _placed(self, event: ev.JobPlaced) -> None:
        fate = self.fates[event.job_id]
        fate.began_at = event.at if fate.began_at is None else fate.began_at
        fate.state, fate.code = "running", ""
        for given in event.plan.preempted:
            self._forgotten(given.placement_id)
        for placement in event.plan.placements:
            self._noted(placement, began_at=event.at)

    def _forgotten(self, placement_id: str) -> None:
        """What it would have cost is not counted: it is done elsewhere."""
        fate = self.fates[placement_id.rsplit("/", 1)[0]]
        fate.costs.pop(placement_id, None)
        fate.grams.pop(placement_id, None)

    def _noted(self, placement: Placement, began_at: float) -> None:
        """It is on its node: counted, and its end foreseen."""
        fate = self.fates[placement.job_id]
        more = self._fuel(placement) / self._estimate(placement)
        fate.costs[placement.id], fate.grams[placement.id] = round(placement.price_micro * more), placement.carbon_g * more
        fate.nodes.add(placement.node_id)
        self.since[placement.id] = min(began_at, self.time - START_S) if began_at < self.time else began_at
        job = self.state.jobs[placement.job_id]
        if job.demand.serve is not None:
            return
        todo = [t for t in placement.tasks if t not in job.placements[placement.id].told]
        takes = placement.finish_s * self._slower(placement) * len(todo) / max(1, len(placement.tasks))
        passed = self.time - began_at
        left = max(takes - passed, takes / 10) if todo == list(placement.tasks) else takes
        reports = max(1, min(REPORTS_MAX, -(-len(todo) // max(1, placement.width))))
        for part in range(reports):
            tasks = tuple(todo[part * len(todo) // reports : (part + 1) * len(todo) // reports])
            self.at(left * (part + 1) / reports, lambda tasks=tasks: self._ended(placement, tasks))

    def _estimate(self, placement: Placement) -> int:
        """Fuel of one of its tasks, as it is predicted."""
        demand = self._demand(placement)
        return fuel_estimate(demand, self.state.code_fuel.get(code_key(demand)))[0]

    def _demand(self, placement: Placement) -> Demand:
        """Of its tasks; a step of a graph is placed by itself."""
        return task_demand(self.state.jobs[placement.job_id].demand, placement.tasks[0])

    def _known(self, placement: Placement) -> Arrival | None:
        """What is known of one of its tasks; nothing of a step, since what is known of its graph is a mean over all."""
        graph = isinstance(self.state.jobs[placement.job_id].demand.work, Steps)
        return None if graph else self.shown.get(placement.job_id)

    def _fuel(self, placement: Placement) -> int:
        """Fuel that one of its tasks burns: as it is known to, or as is predicted; no more than it may."""
        known = self._known(placement)
        fuel = (known.fuel if known else 0) or self._estimate(placement)
        return max(1, min(fuel, placement.fuel_max // len(placement.tasks)))

    def _slower(self, placement: Placement) -> float:
        """How long it takes, as a multiple of what is predicted."""
        known = self._known(placement)
        return known.takes / self._estimate(placement) if known and known.takes else 1.0

    def _ended(self, placement: Placement, tasks: tuple[int, ...]) -> None:
        held = self.state.jobs[placement.job_id].placements.get(placement.id)
        if held is not None and held.live and placement.node_id not in self.dead:
            self._tell(held, [t for t in tasks if t not in held.told], "done", self._fuel(placement))

    def _stopped(self, job_id: str) -> None:
        for held in list(self.state.jobs[job_id].placements.values()):
            if held.live and held.unnamed:
                self._tell(held, [t for t in held.placement.tasks if t not in held.told], "cancelled", 0)

    def _tell(self, held: PlacementState, tasks: Sequence[int], state: str, fuel: int) -> None:
        p, code = held.placement, "" if state == "done" else state
        outcomes = tuple(
            Outcome(
                placement_id=p.id, task=t, state=state, code=code, fuel=fuel, started_at=self.time, result_sha256=SAME,
                outputs=written(self.state.jobs[p.job_id].demand, t) if state == "done" else (),
            )
            for t in tasks
        )  # fmt: skip
        if outcomes:
            self.do(lambda state, now: (ev.TasksEnded(at=now, job_id=p.job_id, placement_id=p.id, outcomes=outcomes),))


def written(demand: Demand, task: int) -> tuple[FileRef, ...]:
    """What a step of a graph has written when it is done, but for folders; nothing that would matter of any other task."""
    if not isinstance(demand.work, Steps):
        return ()
    files = (file for file in demand.work.steps[task].writes if not file.name.endswith("/"))
    return tuple(FileRef(path=f.name, sha256=SAME, size=f.size_bytes or SIZE_ASSUMED) for f in files)
