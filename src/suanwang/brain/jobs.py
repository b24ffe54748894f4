"""A job and its placements while they live: what was given to whom, what was told, and what a task still wants."""

import msgspec

from suanwang.market.price import cost_micro
from suanwang.model.demand import Demand, Steps
from suanwang.model.file import FileRef
from suanwang.model.graph_plan import Run
from suanwang.model.job import ATTEMPTS_MAX, JOB_FINAL, Outcome
from suanwang.model.plan import Placement, Preempted
from suanwang.model.steps import given

WAITING, PLACED, DONE, FAILED, BLOCKED, CANCELLED = range(6)
"""BLOCKED: a step of a graph that waits for others. CANCELLED: one that is not to run, whatever still comes of it."""
REPLICAS_MORE = 4
"""How many replicas of a task may be placed beyond those that were asked for, before it fails for want of a quorum."""


class Room(msgspec.Struct, kw_only=True, gc=False):
    """Room that a job was given by preemption. given: on what terms. at: when, in seconds since 1970. placement, owner: whose
    it was. told: the tasks of which its node has said what they burned, in all `fuel`, as far as it counts. over: nothing
    more is paid for it."""

    given: Preempted
    at: float
    placement: Placement
    owner: str
    told: set[int] = msgspec.field(default_factory=set[int])
    fuel: int = 0
    over: bool = False

    @property
    def paid_micro(self) -> int:
        """What its user and its provider have had, in millionths."""
        return self.given.compensation_micro + cost_micro(self.fuel, self.placement.price_micro_per_tfuel)

    @property
    def kept_micro(self) -> int:
        """What is still held for it, in millionths."""
        return 0 if self.over else self.given.hold_micro - self.paid_micro


class PlacementState(msgspec.Struct, kw_only=True, gc=False):
    """A placement and what has come of it. generation: of its node's desired state when it was given; unnamed: of the first one
    that does not name it any more, 0 while it is named.

    silent: it was lost, but only because its node was not heard from.
    joined: number of the event that told the node's particulars as they were then (State.particulars).
    told: the tasks whose outcome was reported. fuel: all that those burned; of it `paid` was accepted, and `pending` waits for
    a quorum. accepted, cpu_s: of the tasks that were accepted. kwh, emitted_g: modelled, of all that it burned, in the hours in
    which it did, with PUE. core_s: cores reserved x seconds, of all that it told of.
    a quorum. accepted, cpu_s: of the tasks that were accepted.

    given_at: seconds since 1970. gave_way_to: the urgent job that has its room now, "" if none.
    """

    placement: Placement
    joined: int
    generation: int
    unnamed: int = 0
    live: bool = True
    returned: bool = False
    silent: bool = False
    told: set[int] = msgspec.field(default_factory=set[int])
    fuel: int = 0
    paid: int = 0
    pending: int = 0
    cpu_s: float = 0.0
    kwh: float = 0.0
    emitted_g: float = 0.0
    core_s: float = 0.0
    accepted: int = 0
    started_at: float = 0.0
    ended_at: float = 0.0
    given_at: float = 0.0
    gave_way_to: str = ""

    @property
    def open(self) -> int:
        """How many of its tasks it has not told of."""
        return len(self.placement.tasks) - len(self.told)


class JobState(msgspec.Struct, kw_only=True, gc=False):
    """A job being lived through. Lists run over its tasks.

    given: ids of the placements that a task was ever given to, oldest first. outcomes: what settled it, the canonical one.
    quorum: how many equal results settle it; 0 before it is placed. votes: what replicas told of tasks not settled yet.

    waits: of a graph, for each step those that it waits for. runs: where the plan has each step; planned: number of the event
    that says so, 0 while there is none.

    number: of the event that accepted it. key: the caller's idempotency key. decided: numbers of the events that hold the last
    few decisions, with all their reasons; spared_micro: of what was posted, for copies whose result was not needed; refused:
    whether the last one was a refusal. start_at: when it is to start, if it waits for a better hour; else 0.

    broken: of a gang; a part was lost, so all of it is stopped, to be placed anew. parked: number of the event since which it
    waits for room, 0 if it does not.
    room: what others gave up for it, by placement. gave_way: how often it gave way itself, at last at gave_way_at, and was
    compensated with compensated_micro in all. trace: as the event has it. credited_micro: given back of
    what it cost, because an intent was missed.
    """

    id: str
    number: int
    key: str
    user: str
    demand: Demand
    digest: str
    accepted_at: float
    state: str = ""
    reason: str = ""
    placed_at: float = 0.0
    ended_at: float = 0.0
    start_at: float = 0.0
    cancelling: bool = False
    tasks: bytearray = msgspec.field(default_factory=bytearray)
    attempts: bytearray = msgspec.field(default_factory=bytearray)
    quorum: bytearray = msgspec.field(default_factory=bytearray)
    given: list[tuple[str, ...]] = msgspec.field(default_factory=list[tuple[str, ...]])
    outcomes: list[Outcome | None] = msgspec.field(default_factory=list["Outcome | None"])
    votes: dict[int, list[Outcome]] = msgspec.field(default_factory=dict[int, list[Outcome]])
    placements: dict[str, PlacementState] = msgspec.field(default_factory=dict[str, PlacementState])
    waits: tuple[tuple[int, ...], ...] = ()
    runs: tuple[Run, ...] = ()
    planned: int = 0
    decided: list[int] = msgspec.field(default_factory=list[int])
    refused: bool = False
    held_micro: int = 0
    posted_micro: int = 0
    spared_micro: int = 0
    fuel: int = 0
    changed: int = 0
    broken: bool = False
    parked: int = 0
    room: dict[str, Room] = msgspec.field(default_factory=dict[str, Room])
    gave_way: int = 0
    gave_way_at: float = 0.0
    compensated_micro: int = 0
    trace: str = ""
    credited_micro: int = 0

    def waiting(self) -> tuple[int, ...]:
        """Indexes of the tasks that no node holds."""
        return tuple(i for i, s in enumerate(self.tasks) if s == WAITING)

    def settled(self, task: int) -> bool:
        """Whether nothing more is wanted of a task."""
        return self.tasks[task] in (DONE, FAILED, CANCELLED)

    def count(self, state: int) -> int:
        """How many tasks are in a state."""
        return self.tasks.count(state)

    def holders(self, task: int) -> list[PlacementState]:
        """Placements that are still to tell of a task."""
        helds = (self.placements[p] for p in self.given[task])
        return [h for h in helds if h.live and task not in h.told]

    def wanting(self, task: int) -> int:
        """How many more replicas a task needs for its quorum, as far as the bound allows; 0 for one that is settled."""
        if self.settled(task):
            return 0
        verify, votes, running = self.demand.verify, self.votes.get(task, ()), len(self.holders(task))
        alone = verify.replicas == 1 or (verify.adaptive and self.quorum[task] == 1)
        replicas, most = (1, ATTEMPTS_MAX) if alone else (verify.replicas, verify.replicas + REPLICAS_MORE)
        agree = max((sum(same(v, w) for w in votes) for v in votes), default=0)
        missing = max(replicas - running - len(votes), self.quorum[task] - agree - running)
        return max(0, min(missing, most - self.tries(task)))

    def tries(self, task: int) -> int:
        """How often a task was given to somebody, but for those who then had to give way."""
        return sum(not self.placements[p].gave_way_to for p in self.given[task])

    @property
    def final(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in JOB_FINAL


def inputs(job: JobState, task: int) -> tuple[FileRef, ...]:
    """What a step of a graph reads of what others made, by path; nothing for a task of any other job."""
    if not isinstance(job.demand.work, Steps):
        return ()
    ended = (job.outcomes[parent] for parent in job.waits[task])
    made = {f.path: f for outcome in ended if outcome for f in outcome.outputs}
    return given(job.demand.work.steps[task], (made[path] for path in sorted(made)))


def same(one: Outcome, other: Outcome) -> bool:
    """Whether two replicas came to the same: the same result, or the same failure."""
    return _kind(one) == _kind(other)


def _kind(outcome: Outcome) -> tuple[str, str, int, str]:
    return outcome.state, outcome.code, outcome.exit_code, outcome.result_sha256
