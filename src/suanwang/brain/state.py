"""Everything the brain knows: what the events of the log come to (brain.apply), and nothing else changes it.

Readings are the one exception in `world`: they are not logged, and are told again within a heartbeat. When a node was heard is
for whoever hears it to say, by a clock of its own: from here, one that joins was heard just now, whenever that is.
"""

import msgspec

from suanwang.brain.fleet import Fleet
from suanwang.brain.intents import IntentState
from suanwang.brain.jobs import JobState, PlacementState
from suanwang.brain.told import Told
from suanwang.market.ledger import Ledger
from suanwang.model.node import Node
from suanwang.model.record import Record
from suanwang.model.reservation import Reservation
from suanwang.world.fold import empty
from suanwang.world.world import World


class ReservationState(msgspec.Struct, kw_only=True):
    """A reservation, and what came of it. joined: number of the event that told its node's particulars. ended: how it ended,
    "" while it has not. used_micro: what jobs paid for work in it."""

    reservation: Reservation
    joined: int
    ended: str = ""
    ended_at: float = 0.0
    used_micro: int = 0
    charged_micro: int = 0

    @property
    def unused_micro(self) -> int:
        """What would be charged for what was not used of it, if it ended now."""
        made = self.reservation
        return max(0, made.full_micro - self.used_micro) * made.hold_micro // max(1, made.full_micro)


class State(msgspec.Struct, kw_only=True):
    """seq: number of the last event applied. accepted: ids of all jobs, oldest first; accepted_of: those of a user.

    grants: "OPERATOR/KEY" -> (user, millionths).

    unfinished: jobs that are not final; unfinished_of: how many of them a user has.

    parked: jobs that wait for room, longest first. deferred: jobs that wait for a better hour. resting: ids of
    nodes at rest. pressing, yielding, sparing: unfinished jobs that are urgent, deferrable, and may have copies. keys:
    (user, idempotency key) -> job id. live: node id -> its live placements, each with whether the desired state still names
    it. code_fuel: code key -> (tasks ended, their fuel), the history that estimates rest on. records, owner_records: by node
    id and by owner's name, of those of whom something is known.

    particulars: what nodes said of themselves, by the number of the event; joined: node id -> number of its last such event.
    named: name -> id of the node that has it, also of one that left. touched: jobs in which something has changed that no
    snapshot has yet; fresh: particulars that none has, by number. missing: node id -> placements that it lost by being silent,
    of jobs that are not over. stirred: ids of jobs and nodes for whom something has changed, for those who wait to hear of it.
    fleet: services, and the network. reservations: by id, oldest first; of those that are over the last few. graphs: unfinished
    jobs that are graphs. intents: by id, oldest first; of those that are over the last few. told: which files nodes have, as
    far as the log tells; in no snapshot. begun_at: when the first event happened, None before it.
    """

    seq: int = 0
    world: World = msgspec.field(default_factory=empty)
    ledger: Ledger = msgspec.field(default_factory=Ledger)
    users: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict[str, tuple[str, ...]])
    revoked: set[str] = msgspec.field(default_factory=set[str])
    grants: dict[str, tuple[str, int]] = msgspec.field(default_factory=dict[str, tuple[str, int]])
    jobs: dict[str, JobState] = msgspec.field(default_factory=dict[str, JobState])
    accepted: list[str] = msgspec.field(default_factory=list[str])
    accepted_of: dict[str, list[str]] = msgspec.field(default_factory=dict[str, "list[str]"])
    unfinished: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    unfinished_of: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    deferred: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    parked: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    pressing: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    yielding: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    sparing: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    keys: dict[tuple[str, str], str] = msgspec.field(default_factory=dict[tuple[str, str], str])
    particulars: dict[int, Node] = msgspec.field(default_factory=dict[int, Node])
    joined: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    named: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    generations: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    live: dict[str, dict[str, bool]] = msgspec.field(default_factory=dict[str, dict[str, bool]])
    code_fuel: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict[str, tuple[int, int]])
    records: dict[str, Record] = msgspec.field(default_factory=dict[str, Record])
    owner_records: dict[str, Record] = msgspec.field(default_factory=dict[str, Record])
    touched: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    fresh: dict[int, None] = msgspec.field(default_factory=dict[int, None])
    resting: set[str] = msgspec.field(default_factory=set[str])
    missing: dict[str, dict[str, None]] = msgspec.field(default_factory=dict[str, dict[str, None]])
    stirred: set[str] = msgspec.field(default_factory=set[str])
    fleet: Fleet = msgspec.field(default_factory=Fleet)
    reservations: dict[str, ReservationState] = msgspec.field(default_factory=dict[str, "ReservationState"])
    graphs: dict[str, None] = msgspec.field(default_factory=dict[str, None])
    intents: dict[str, IntentState] = msgspec.field(default_factory=dict[str, IntentState])
    told: Told = msgspec.field(default_factory=Told)
    begun_at: float | None = None

    def node(self, node_id: str) -> Node | None:
        """A node as it last said it was, also one that has left; None if it never joined."""
        number = self.joined.get(node_id)
        return None if number is None else self.particulars[number]

    def node_of(self, held: PlacementState) -> Node:
        """The node of a placement as it was when it was given the work."""
        return self.particulars[held.joined]

    def record(self, node_id: str) -> Record:
        """What is known of a node."""
        return self.records.get(node_id) or Record()

    def add(self, job: JobState) -> None:
        """Have a job, the newest, found by who submitted it and when."""
        self.jobs[job.id] = job
        self.accepted.append(job.id)
        self.accepted_of.setdefault(job.user, []).append(job.id)
        self.keys[(job.user, job.key)] = job.id

    def rank(self, job: JobState) -> None:
        """Have an unfinished job found by its priority, and by what it spares for copies."""
        if job.demand.limits.spare_micro is not None:
            self.sparing[job.id] = None
        if job.demand.priority != "normal":
            (self.pressing if job.demand.priority == "urgent" else self.yielding)[job.id] = None

    def owner_record(self, owner: str) -> Record:
        """What is known of an owner, over all nodes."""
        return self.owner_records.get(owner) or Record()
