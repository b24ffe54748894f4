"""What happened: the events of the log. What is not in the log did not happen; state is a fold over these."""

import msgspec

from suanwang.model.deferral import Deferral
from suanwang.model.demand import Demand
from suanwang.model.graph_plan import GraphPlan
from suanwang.model.grid import Grid
from suanwang.model.intent import Found, Intent, Proposal
from suanwang.model.job import Outcome
from suanwang.model.network import Network
from suanwang.model.node import Node
from suanwang.model.plan import Plan, Refusal
from suanwang.model.reservation import Reservation
from suanwang.model.serving import Move, Service


class UserAdded(msgspec.Struct, frozen=True, kw_only=True, tag="user_added"):
    """roles: of "user", "operator"."""

    at: float
    user: str
    roles: tuple[str, ...]


class Granted(msgspec.Struct, frozen=True, kw_only=True, tag="granted"):
    """The operator credits a user's account. key: "OPERATOR/IDEMPOTENCY-KEY", by which a grant that is told again is known;
    "" of what is granted only once anyway."""

    at: float
    user: str
    amount_micro: int
    key: str = ""


class TokenRevoked(msgspec.Struct, frozen=True, kw_only=True, tag="token_revoked"):
    at: float
    token_id: str


class NodeJoined(msgspec.Struct, frozen=True, kw_only=True, tag="node_joined"):
    """Also when a known node comes back with changed particulars. token_id: the join token it came with."""

    at: float
    node: Node
    token_id: str


class NodeLeft(msgspec.Struct, frozen=True, kw_only=True, tag="node_left"):
    """reason: "left" of its own will."""

    at: float
    node_id: str
    reason: str


class NodeRested(msgspec.Struct, frozen=True, kw_only=True, tag="node_rested"):
    """A node that holds nothing is to save power, or is to be ready again; being given work also makes it ready."""

    at: float
    node_id: str
    resting: bool


class JobAccepted(msgspec.Struct, frozen=True, kw_only=True, tag="job_accepted"):
    """key: the caller's idempotency key, digest: SHA-256 of the demand, so that the same key with another demand is found.
    trace: W3C traceparent of what it belongs to, "" where nobody traces it."""

    at: float
    job_id: str
    user: str
    key: str
    digest: str
    demand: Demand
    trace: str = ""


class JobPlaced(msgspec.Struct, frozen=True, kw_only=True, tag="job_placed"):
    at: float
    job_id: str
    plan: Plan


class GraphPlanned(msgspec.Struct, frozen=True, kw_only=True, tag="graph_planned"):
    """Where each step of a job graph that is not done is to run; the plan before it no longer holds."""

    at: float
    job_id: str
    plan: GraphPlan


class JobWaits(msgspec.Struct, frozen=True, kw_only=True, tag="job_waits"):
    """No node can take it now, but one may later; written once, when the reason for waiting first appears."""

    at: float
    job_id: str
    refusal: Refusal


class JobDeferred(msgspec.Struct, frozen=True, kw_only=True, tag="job_deferred"):
    """It could start now, and is to start later, since that is better by what it prefers; written again when the hour
    changes."""

    at: float
    job_id: str
    deferral: Deferral


class JobRefused(msgspec.Struct, frozen=True, kw_only=True, tag="job_refused"):
    at: float
    job_id: str
    refusal: Refusal


class TasksEnded(msgspec.Struct, frozen=True, kw_only=True, tag="tasks_ended"):
    """Outcomes of one placement, as its node reported them; only the first outcome of a task counts."""

    at: float
    job_id: str
    placement_id: str
    outcomes: tuple[Outcome, ...]


class PlacementLost(msgspec.Struct, frozen=True, kw_only=True, tag="placement_lost"):
    """The node went away: its unfinished tasks wait again. returned: the node gave it back as work it cannot run.

    lied: it was taken away because the node reported what cannot be. silent: its node was only not heard from, and may go on.
    moved: it had not begun, and would do better elsewhere.
    """

    at: float
    job_id: str
    placement_id: str
    reason: str
    returned: bool = False
    lied: bool = False
    silent: bool = False
    moved: Move | None = None


class PlacementResumed(msgspec.Struct, frozen=True, kw_only=True, tag="placement_resumed"):
    """A node that had fallen silent is back and goes on with what nobody else was given: the same placement, the same hold."""

    at: float
    job_id: str
    placement_id: str


class PreemptedTold(msgspec.Struct, frozen=True, kw_only=True, tag="preempted_told"):
    """The last word on a placement that gave way. job_id: of the job that got its room, and pays. burned: (task, fuel)."""

    at: float
    job_id: str
    placement_id: str
    burned: tuple[tuple[int, int], ...]


class ReservationMade(msgspec.Struct, frozen=True, kw_only=True, tag="reservation_made"):
    at: float
    reservation: Reservation


class ReservationEnded(msgspec.Struct, frozen=True, kw_only=True, tag="reservation_ended"):
    """state: "over", "cancelled" or "failed". charged: what was not used of it is charged; else all that was held goes back."""

    at: float
    reservation_id: str
    state: str
    charged: bool


class FilesTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="files_told"):
    """What readings had made different since the log last told of it, of all that the decision after it goes by: which nodes
    have a file, and how fast nodes fetch.

    Nodes go by the number of the event that told their particulars. anew: what was told before does not hold any more. files:
    (first eight digits of the SHA-256, nodes that have it now, nodes that have it no more). rates: (node, bytes a second).
    """

    at: float
    anew: bool = False
    files: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...] = ()
    rates: tuple[tuple[int, float], ...] = ()


class NetworkTold(msgspec.Struct, frozen=True, kw_only=True, tag="network_told"):
    """The operator says how the network is built."""

    at: float
    network: Network


class GridTold(msgspec.Struct, frozen=True, kw_only=True, tag="grid_told"):
    """The operator says what the hours of a site's or a region's grid were, are or will be."""

    at: float
    grid: Grid


class ServicePublished(msgspec.Struct, frozen=True, kw_only=True, tag="service_published"):
    """Also a newer version of a service. service_id: of the key in the statement. The statement is kept, so that whoever
    steers to its address can check it."""

    at: float
    service_id: str
    user: str
    service: Service
    cs_id: str
    public_key: str
    statement: str


class ServiceWithdrawn(msgspec.Struct, frozen=True, kw_only=True, tag="service_withdrawn"):
    at: float
    service_id: str
    user: str


class InstanceRetired(msgspec.Struct, frozen=True, kw_only=True, tag="instance_retired"):
    """An instance of a service gets no new flows from now on, and is stopped when those that it has are over."""

    at: float
    job_id: str
    reason: str


class InstanceMoved(msgspec.Struct, frozen=True, kw_only=True, tag="instance_moved"):
    """An instance would run better elsewhere: another is started, and takes its place once it can be reached."""

    at: float
    job_id: str
    move: Move


class IntentReceived(msgspec.Struct, frozen=True, kw_only=True, tag="intent_received"):
    at: float
    intent: Intent


class IntentRejected(msgspec.Struct, frozen=True, kw_only=True, tag="intent_rejected"):
    """reason: a code and why, in words. proposal: what would help."""

    at: float
    intent_id: str
    reason: str
    proposal: Proposal | None = None


class IntentAccepted(msgspec.Struct, frozen=True, kw_only=True, tag="intent_accepted"):
    """about: id of the job or service that was made for it."""

    at: float
    intent_id: str
    about: str


class IntentJudged(msgspec.Struct, frozen=True, kw_only=True, tag="intent_judged"):
    """It became compliant, or degraded, or misses other targets than before. found: how it stands with each."""

    at: float
    intent_id: str
    found: tuple[Found, ...]
    proposal: Proposal | None = None


class IntentEnded(msgspec.Struct, frozen=True, kw_only=True, tag="intent_ended"):
    """It was withdrawn, or (over) what it was about is over. found: how it stood in the end, of a job."""

    at: float
    intent_id: str
    reason: str
    over: bool = False
    found: tuple[Found, ...] = ()


class IntentCredited(msgspec.Struct, frozen=True, kw_only=True, tag="intent_credited"):
    """A part of what a job was charged is given back, for the time in which the intent was missed; once for each job.

    missed_s, of_s: seconds missed, of those that the job lasted.
    """

    at: float
    intent_id: str
    job_id: str
    amount_micro: int
    missed_s: float
    of_s: float


OfIntent = IntentReceived | IntentRejected | IntentAccepted | IntentJudged | IntentEnded | IntentCredited


class CancelAsked(msgspec.Struct, frozen=True, kw_only=True, tag="cancel_asked"):
    at: float
    job_id: str
    user: str


class StepsCancelled(msgspec.Struct, frozen=True, kw_only=True, tag="steps_cancelled"):
    """Steps of a job graph are not to run, or to stop: by name, the one that was asked for first, then those that wait for it.
    None of them was over."""

    at: float
    job_id: str
    user: str
    steps: tuple[str, ...]


class JobEnded(msgspec.Struct, frozen=True, kw_only=True, tag="job_ended"):
    """state: a final state; the rest of the hold is voided with this event."""

    at: float
    job_id: str
    state: str
    reason: str


Event = (
    UserAdded
    | Granted
    | TokenRevoked
    | NodeJoined
    | NodeLeft
    | NodeRested
    | JobAccepted
    | JobPlaced
    | GraphPlanned
    | JobWaits
    | JobDeferred
    | JobRefused
    | TasksEnded
    | PlacementLost
    | PlacementResumed
    | PreemptedTold
    | ReservationMade
    | ReservationEnded
    | FilesTold
    | NetworkTold
    | GridTold
    | ServicePublished
    | ServiceWithdrawn
    | InstanceRetired
    | InstanceMoved
    | IntentReceived
    | IntentRejected
    | IntentAccepted
    | IntentJudged
    | IntentEnded
    | IntentCredited
    | CancelAsked
    | StepsCancelled
    | JobEnded
)
