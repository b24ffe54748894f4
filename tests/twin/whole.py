"""A whole domain in simulated time: the brain's own loop without its waiting, nodes that are played, and a network and a disk
that do their worst: words are lost, doubled and late, nodes fall silent, lose their disk or leave, the brain dies between
deciding and writing and starts again from its log. All of it follows from one seed; after every step `checked` looks.
"""

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec

from suanwang.api.rows import Rows
from suanwang.brain import commands
from suanwang.brain.give_way import GAVE_WAY_MAX
from suanwang.brain.jobs import BLOCKED, CANCELLED, PLACED, WAITING, JobState
from suanwang.brain.loop import Brain
from suanwang.brain.replay import saved
from suanwang.brain.reserve import due
from suanwang.brain.state import ReservationState
from suanwang.brain.steps import Question, going_on, held_up, planned, question, stale
from suanwang.brain.views import desired_view, job_view
from suanwang.market.ledger import hold_account, user_account
from suanwang.market.price import cost_micro
from suanwang.market.settle import paid_micro
from suanwang.model import event as ev
from suanwang.model.demand import Demand
from suanwang.model.fault import ConflictFault
from suanwang.model.file import FileRef
from suanwang.model.graph_plan import GraphPlan, Run
from suanwang.model.job import Job, Outcome, result_hash
from suanwang.model.node import Node, Reading
from suanwang.model.order import DesiredState, Order
from suanwang.model.plan import Refusal
from suanwang.model.view import Report
from suanwang.store.log import Snapshot
from suanwang.world.fold import noticed
from suanwang.world.stored import mark

BEAT_S, SESSION_S, SILENT_S = 1.0, 3.0, 10.0
FILES_MAX = 3
USERS = ("ann", "bob")


class Disk:
    """A Log in memory. What was appended is there after the brain has died."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.kept: Snapshot | None = None

    def append(self, first: int, bodies: Sequence[bytes]) -> None:
        if first != len(self.bodies) + 1:
            raise ConflictFault("SUAN-L002", "not the next number")
        self.bodies += bodies

    def read(self, after: int) -> Iterator[tuple[int, bytes]]:
        yield from enumerate(self.bodies[after:], after + 1)

    def snapshot(self, save: Snapshot | None = None) -> Snapshot | None:
        if save is not None and save.since == (self.kept.number if self.kept else 0):
            before = self.kept.grown if self.kept else ()
            self.kept = save._replace(grown=(*before, *save.grown))
        return self.kept

    def close(self) -> None: ...


class Agent:
    """A node as played: what it has on its disk, and what it is doing. lies: chance that an outcome is another one. files: the
    last few that it fetched; rate: how fast."""

    def __init__(self, node: Node, lies: float) -> None:
        self.node, self.lies = node, lies
        self.up_at, self.heard_at, self.life = 0.0, 0.0, 0
        self.wiped()

    def wiped(self) -> None:
        """As it was on the first day. What was under way to and from the one before is nobody's: sessions broke."""
        self.life += 1
        self.generation, self.files, self.rate = 0, dict[str, None](), 0.0
        self.orders = dict[str, Order]()
        self.named = set[str]()
        self.doing = dict[tuple[str, int], float]()
        self.untold = dict[tuple[str, int], Outcome]()

    def follow(self, desired: DesiredState, now: float, chance: random.Random) -> None:
        """An older state is refused; what is not named any more is stopped."""
        if desired.generation <= self.generation:
            return
        self.generation, self.named = desired.generation, set(desired.orders)
        for order in desired.fresh:
            if order.id in self.named:
                self.orders[order.id] = order
                self._fetched([file.sha256 for file in order.files])
                for task, _ in order.tasks:
                    if (order.id, task) not in self.untold:
                        self.doing.setdefault((order.id, task), now + chance.expovariate(0.5))
        for key in [key for key in self.doing if key[0] not in self.named]:
            del self.doing[key]
            burned = chance.randint(0, 10**9)
            self.untold[key] = Outcome(placement_id=key[0], task=key[1], state="cancelled", code="cancelled", fuel=burned)
        for placement in [p for p in self.orders if p not in self.named]:
            del self.orders[placement]

    def _fetched(self, files: Sequence[str]) -> None:
        if any(file not in self.files for file in files):
            self.rate = 1e6 * (1 + (7 * self.generation + len(self.node.name)) % 30)
        self.files = dict.fromkeys([*self.files, *files][-FILES_MAX:])

    def heard(self, outcomes: Sequence[Outcome]) -> None:
        """The brain has these, or does not want them."""
        for outcome in outcomes:
            if self.untold.get((outcome.placement_id, outcome.task)) is outcome:
                del self.untold[outcome.placement_id, outcome.task]

    def work(self, now: float, chance: random.Random) -> None:
        for placement, task in [key for key, at in self.doing.items() if at <= now]:
            del self.doing[placement, task]
            order, lie = self.orders[placement], chance.random() < self.lies
            fuel = chance.randint(0, order.fuel_max // max(1, order.tasks_total))
            state = chance.choices(("done", "failed"), (9, 1))[0]
            files = tuple(
                FileRef(path=f"{path}made" if path.endswith("/") else path, sha256="0" * 64, size=1)
                for path in order.outputs
                if state == "done"
            )
            self.untold[placement, task] = Outcome(
                placement_id=placement, task=task, state=state, code="" if state == "done" else "exit",
                fuel=fuel * (10**6 if lie and chance.random() < 0.3 else 1), wall_s=1.0, started_at=now - 1.0,
                outputs=files, result_sha256="another" if lie else result_hash(files, None),
            )  # fmt: skip

    def report(self) -> Report:
        ending = {placement for placement, _ in self.untold if placement not in self.named}
        reading = Reading(node_id=self.node.id, generation=self.generation, running=tuple(
            (placement.rsplit("/", 1)[0], task) for placement, task in self.doing), ending=tuple(sorted(ending)),
            files=b"".join(bytes.fromhex(mark(file)) for file in self.files), pull_bytes_per_s=self.rate)  # fmt: skip
        return Report(reading=reading, outcomes=tuple(self.untold.values()))


class Whole:
    """until_s: faults stop then, so that what is left can end."""

    def __init__(self, seed: int, nodes: Sequence[Node], *, until_s: float, faults: bool = True, lies: float = 0.0) -> None:
        self.chance, self.now, self.until_s, self.faults = random.Random(seed), 1_000.0, 1_000.0 + until_s, faults
        self.disk, self.due, self.number = Disk(), list[tuple[float, int, Callable[[], None]]](), itertools.count()
        self.agents = {node.id: Agent(node, lies if i == 0 else 0.0) for i, node in enumerate(nodes)}
        self.wanted = dict[str, tuple[str, Demand, str]]()
        self.restarts = self.lost_words = 0
        self.stopped = dict[tuple[str, int], tuple[str, ...]]()  # who had a step when it was cancelled
        self.known, self.rows = (0, dict[str, JobState]()), Rows()
        self.brain = self._brain()
        for user in USERS:
            self.command(commands.add_user(user, ("user",), 10**9))
        for node in nodes:
            self.command(commands.join(node, ""))
            self.at(0.0, lambda n=node.id: self._beat(n))
        self.at(1.0, self._tick)

    def _brain(self) -> Brain:
        return Brain(self.disk, lambda: self.now, silent_s=SILENT_S)  # type: ignore[arg-type]

    def at(self, after_s: float, what: Callable[[], None]) -> None:
        heapq.heappush(self.due, (self.now + after_s, next(self.number), what))

    def run(self, until_s: float) -> None:
        """Simulated seconds, from now."""
        end = self.now + until_s
        while self.due and self.due[0][0] <= end:
            self.now, _, what = heapq.heappop(self.due)
            what()
        self.now = end

    @property
    def bad(self) -> bool:
        return self.faults and self.now < self.until_s

    # the brain, its disk and its death

    def command(self, act: commands.Act) -> bool:
        """What the loop does with one: decide, write, be seen. Whether whoever asked has had an answer."""
        first = self.brain.state.seq + 1
        _, events = self.brain._decided([act], self.now)
        if self.bad and self.chance.random() < 0.01:
            if self.chance.random() < 0.5:  # written, but nobody was told
                self.disk.append(first, [msgspec.json.encode(e) for e in events])
            self.reborn()
            return False
        self.disk.append(first, [msgspec.json.encode(e) for e in events])
        self.brain.state.world = noticed(self.brain.state.world, self.now)
        self.brain.state.stirred.clear()
        self.seen()
        self.checked(events)
        return True

    def seen(self) -> None:
        """Whatever changes in a job says so: else a snapshot would not have it."""
        (seq, before), state = self.known, self.brain.state
        unsaid = [id for id, job in state.jobs.items() if job.changed <= seq and before.get(id) != job]
        assert not unsaid, f"{unsaid} changed, and no snapshot will have it"
        fresh = {id: _copy(job) for id, job in state.jobs.items() if job.changed > seq}
        self.known = state.seq, {**before, **fresh}
        assert all(msgspec.json.decode(self.rows.row(state, j), type=Job) == job_view(state, j) for j in state.jobs.values())

    def reborn(self) -> None:
        """The process dies, and another reads the log, with or without a snapshot: to the same state."""
        self.restarts += 1
        before = self.brain
        self.brain._writer.shutdown(wait=False)
        self.brain = self._brain()
        if before.state.seq == self.brain.state.seq:
            assert picture(before.state) == picture(self.brain.state), "a restart changed what is known"

    def keep(self) -> None:
        """A snapshot, taken from a state that the log alone tells, since the tree is not kept up here."""
        self.reborn()
        since = self.disk.kept.number if self.disk.kept else 0
        self.disk.snapshot(saved(self.brain.state, self.brain.tree, since))

    def _tick(self) -> None:
        brain = self.brain
        brain._take_in()
        if brain._quiet() or brain.state.parked or brain._heard.doubtful or due(brain.state, self.now):
            self.command(brain._tick)
            self.brain._heard.doubtful.clear()
        for job_id in list(brain.state.graphs):
            self._plan(job_id)
        if self.bad and self.chance.random() < 0.02:
            self.keep()
        self.at(1.0, self._tick)

    def _plan(self, job_id: str) -> None:
        """What the loop does beside itself; the plan as played: steps at any node that may take them, one after the other."""
        job = self.brain.state.jobs[job_id]
        if held_up(self.brain.state, job):
            self.command(going_on(job_id))
        if not stale(self.brain.state, job):
            return
        asked = question(self.brain.state, job, self.now)
        answer = asked if isinstance(asked, Refusal) else _anywhere(asked, self.chance)
        self.command(planned(job.id, job.planned, answer))

    # words over the network

    def send(self, what: Callable[[], None]) -> None:
        """Late, and perhaps lost or said twice; so words overtake each other."""
        copies = self.chance.choices((1, 0, 2), (8, 1, 1))[0] if self.bad else 1
        self.lost_words += copies == 0
        for _ in range(copies):
            self.at(self.chance.expovariate(4.0) if self.bad else 0.05, what)

    def _beat(self, node_id: str) -> None:
        agent = self.agents[node_id]
        if self.bad:
            self._mishap(agent)
        if self.now >= agent.up_at:
            agent.work(self.now, self.chance)
            told, life = agent.report(), agent.life
            self.send(lambda: self._hear(agent, life, told))
        self.at(BEAT_S * self.chance.uniform(0.8, 1.2), lambda: self._beat(node_id))

    def _mishap(self, agent: Agent) -> None:
        draw = self.chance.random()
        if draw < 0.01:
            agent.up_at = self.now + self.chance.uniform(1.0, 4 * SILENT_S)  # cut off, or asleep
        elif draw < 0.013:
            agent.wiped()
        elif draw < 0.015:
            self.command(commands.leave(agent.node.id))
            agent.up_at = self.now + 5.0
        if self.brain.state.world.row(agent.node.id) is None and self.now >= agent.up_at:
            self.command(commands.join(agent.node, ""))

    def _follow(self, agent: Agent, life: int, desired: DesiredState) -> None:
        if life == agent.life and self.now >= agent.up_at:
            agent.follow(desired, self.now, self.chance)

    def _hear(self, agent: Agent, life: int, told: Report) -> None:
        node_id = agent.node.id
        if life != agent.life or self.brain.state.world.row(node_id) is None:
            return
        if self.now - agent.heard_at > SESSION_S:  # a session begins
            self.brain.hear(told.reading)
            if self.brain.state.missing.get(node_id):
                brain = self.brain
                self.command(lambda state, now: brain._back(state, node_id, now))
        agent.heard_at = self.now
        self.brain.hear(told.reading)
        if told.outcomes:
            refused: list[tuple[str, int, str]] = []
            if not self.command(commands.report(node_id, told, lambda _: True, refused)):
                return
            self.send(lambda: agent.heard(told.outcomes))
        if self.brain.state.generations[node_id] > told.reading.generation:
            desired = desired_view(self.brain.state, node_id, told.reading.generation)
            self.send(lambda: self._follow(agent, life, desired))

    # users

    def submit(self, key: str, demand: Demand, user: str = "ann") -> None:
        """Asked again under the same key until there is an answer."""
        self.wanted.setdefault(key, (f"job-{key}", demand, user))
        job_id, demand, user = self.wanted[key]
        answered = self.command(commands.submit(job_id, user, demand, key))
        if not answered or (self.bad and self.chance.random() < 0.2):
            self.at(1.0, lambda: self.submit(key, demand))

    def cancel(self, job_id: str) -> None:
        if not self.command(commands.cancel(job_id, "ann", True)):
            self.at(1.0, lambda: self.cancel(job_id))

    def cancel_step(self, job_id: str, step: str) -> None:
        if not self.command(commands.cancel_step(job_id, step, "ann", True)):
            self.at(1.0, lambda: self.cancel_step(job_id, step))

    # what may never be

    def checked(self, events: Sequence[ev.Event]) -> None:
        state = self.brain.state
        assert state.ledger.total() == 0 and all(state.ledger.balance(user_account(user)) >= 0 for user in USERS)
        for event in events:
            if isinstance(event, ev.JobPlaced):
                self._within(event)
            if isinstance(event, ev.StepsCancelled):
                self._note(event)
        for job_id in dict.fromkeys(e.job_id for e in events if hasattr(e, "job_id")):
            self._sound(job_id)
        used = Counter[str]()
        for node_id, live in state.live.items():
            for placement in live:
                used[node_id] += state.jobs[placement.rsplit("/", 1)[0]].placements[placement].placement.cpu_milli
        for node_id, milli in used.items():
            node = state.node(node_id)
            assert node is not None and milli <= node.capacity.cpu_milli, f"{node.name} has more than it can do"
        for one in state.reservations.values():
            self._kept(one, used[one.reservation.room.node_id])

    def _kept(self, one: ReservationState, used: int) -> None:
        """A reservation holds its money until it ends, and while it is open what is left of its room is free."""
        made = one.reservation
        held = self.brain.state.ledger.balance(hold_account(made.id))
        assert held == (0 if one.ended else made.hold_micro) and one.charged_micro <= made.hold_micro
        if not one.ended and made.asked.from_at <= self.now < made.asked.until_at:
            node, rest = self.brain.state.node(made.room.node_id), self.brain.state.world.reserved[made.id].rest()
            assert node is not None and used + rest.cpu_milli <= node.capacity.cpu_milli, f"{made.id} is not kept"

    def _within(self, event: ev.JobPlaced) -> None:
        """No plan passes its bounds."""
        job = self.brain.state.jobs[event.job_id]
        limits, plan = job.demand.limits, event.plan
        kept = sum(given.hold_micro - given.compensation_micro for given in plan.preempted)
        assert limits.budget_micro is None or job.posted_micro + plan.hold_micro + kept <= limits.budget_micro
        for given in plan.preempted:
            other = self.brain.state.jobs[given.placement_id.rsplit("/", 1)[0]]
            assert (job.demand.priority, other.demand.priority) == ("urgent", "deferrable") and other.gave_way <= GAVE_WAY_MAX
        for placement in plan.placements:
            node = self.brain.state.node(placement.node_id)
            assert node is not None and (not job.demand.gang or placement.width == len(placement.tasks))
            assert limits.latency_ms_max is None or placement.latency_ms <= limits.latency_ms_max
            assert not limits.regions or node.site.place.region in limits.regions
            assert placement.fuel_max > 0 and placement.hold_micro >= 0

    def _note(self, event: ev.StepsCancelled) -> None:
        job = self.brain.state.jobs[event.job_id]
        gone = [t for t, how in enumerate(job.tasks) if how == CANCELLED and (job.id, t) not in self.stopped]
        assert len(gone) == len(event.steps), "each step is cancelled once"
        self.stopped |= {(job.id, task): job.given[task] for task in gone}

    def _sound(self, job_id: str) -> None:
        """Its money is where it belongs, nothing is paid twice, and no task is forgotten."""
        state = self.brain.state
        job = state.jobs[job_id]
        helds = job.placements.values()
        rooms = job.room.values()
        paid = sum(paid_micro(held.placement, held.paid) for held in helds) + sum(room.paid_micro for room in rooms)
        assert job.posted_micro == paid, f"{job_id}: posted {job.posted_micro}, owed {paid}"
        kept = sum(
            (held.placement.hold_micro if held.live else paid_micro(held.placement, held.paid + held.pending))
            - paid_micro(held.placement, held.paid)
            for held in helds
        ) + sum(room.kept_micro for room in rooms)
        assert all(room.fuel <= room.given.fuel_max and (room.over or not job.final) for room in rooms)
        assert state.ledger.balance(hold_account(job_id)) == (0 if job.final else kept)
        assert job.posted_micro + kept * (not job.final) <= (job.demand.limits.budget_micro or 10**6)
        if job.demand.gang:
            assert all(held.paid == held.fuel for held in helds), "what a gang burned is paid for, as told"
            assert job.count(WAITING) in (0, len(job.tasks)), f"a part of the gang {job_id} waits alone"
        elif job.demand.verify.replicas == 1:
            fuel = Counter[str]()
            for outcome in job.outcomes:
                if outcome is not None and outcome.placement_id:
                    fuel[outcome.placement_id] += outcome.fuel
            assert all(held.paid == fuel[held.placement.id] for held in helds), "paid for what settled no task"
        for task, how in enumerate(job.tasks):
            holders = len(job.holders(task))
            if how == CANCELLED:
                assert job.given[task] == self.stopped.setdefault((job_id, task), job.given[task]), (
                    f"{job_id} task {task} begins though it is cancelled"
                )
            elif job.demand.verify.replicas == 1 and not (job.final or job.broken):
                assert holders == (how == PLACED), f"{job_id} task {task}: {holders} hold it"
            assert job.final or how != PLACED or holders, f"nobody holds task {task} of {job_id}"
            assert not (job.final and job.state == "done") or how not in (WAITING, PLACED, BLOCKED)


def _anywhere(asked: Question, chance: random.Random) -> GraphPlan:
    runs = list[Run]()
    for at, task in enumerate(asked.graph.tasks):
        node, fuel = asked.nodes[chance.choice(sorted(asked.may[task.name]))], asked.fuel[task.name]
        price = cost_micro(fuel, node.offer.price_micro_per_tfuel)
        runs.append(Run(task=task.name, host=node.name, cores=(0,), start_s=float(at), finish_s=at + 1.0, node_id=node.id,
                        fuel=fuel, price_micro=price))  # fmt: skip
    return GraphPlan(graph=asked.graph.name, runs=tuple(runs), sendings=(), makespan_s=1.0, bound_s=1.0, policy="played")


def _copy(job: JobState) -> JobState:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(job), type=JobState)


def picture(state: object) -> tuple[object, ...]:
    """All that a state is, in a form that can be compared."""
    rest = (
        "seq users revoked parked deferred pressing yielding sparing keys joined generations live unfinished_of missing".split()
    )
    rest += ["code_fuel", "records", "reservations", "resting"]
    plain = {name: getattr(state, name) for name in rest}
    plain["unfinished_of"] = {user: n for user, n in plain["unfinished_of"].items() if n}
    plain["live"] = {node: dict(sorted(live.items())) for node, live in plain["live"].items()}
    return state.ledger.rows(), state.jobs, plain, dict(state.world.reserved), state.world.ids  # type: ignore[attr-defined]
