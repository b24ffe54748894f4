"""What the doors show that is not itself an event or a decision: pages, accounts, live nodes, the domain."""

from typing import Annotated, Literal

import msgspec

from suanwang.model.deferral import Deferral
from suanwang.model.demand import Demand
from suanwang.model.graph_plan import GraphPlan
from suanwang.model.job import Job, Outcome, Task
from suanwang.model.money import Bill
from suanwang.model.node import Node, Reading
from suanwang.model.plan import Plan, Refusal
from suanwang.model.steering import Loads, PathState
from suanwang.model.trial import Broken


class Domain(msgspec.Struct, frozen=True, kw_only=True):
    """One brain and what it looks after. log_root: RFC 6962 tree head over all events, hex."""

    brain_id: str
    public_key: str
    version: str
    currency: str
    nodes: int
    jobs: int
    world_version: int
    log_size: int
    log_root: str


class NodeView(msgspec.Struct, frozen=True, kw_only=True):
    """A node with its live state. state: "ready", "resting" or "silent". heard_s: seconds since it was last heard.

    reputation: 0-1, the lower of the node's and its owner's (docs/trust.md). quarantined: too low to be given work.
    speed_seen: fuel per second and core that its tasks showed, 0 until five were long enough. carbon_g_kwh, pue, price: of this
    hour; 0 for a node that has left.
    """

    node: Node
    state: str
    heard_s: float
    cpu_milli_free: int
    memory_bytes_free: int
    accelerators_free: tuple[tuple[str, float], ...]
    running: int
    reading: Reading | None = None
    reputation: float = 1.0
    quarantined: bool = False
    speed_seen: float = 0.0
    carbon_g_kwh: float = 0.0
    pue: float = 0.0
    price_micro_per_tfuel: int = 0


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Every decision taken for a job, oldest first; the last one stands. graph: the plan that a job graph follows. preparing:
    it has none yet since the planner is being compiled, once on the brain's machine."""

    job_id: str
    demand: Demand
    taken: tuple[Plan | Refusal | Deferral, ...]
    graph: GraphPlan | None = None
    preparing: bool = False


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """What a dry run answers: exactly one of plan, refusal and graph (for a job graph). deferral: that it would wait for a
    better hour than that of the plan."""

    plan: Plan | None = None
    refusal: Refusal | None = None
    graph: GraphPlan | None = None
    deferral: Deferral | None = None


class Displaced(msgspec.Struct, frozen=True, kw_only=True):
    """Work that would have to go elsewhere. job: its id; tasks: how many of them. nodes: by name, those that would get it, the
    best first; none where it would wait, or be refused, for the reason with this code."""

    job: str
    tasks: int
    nodes: tuple[str, ...] = ()
    code: str = ""


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What would follow if a node left. node: its name. displaced: the first fifty jobs; more: how many others there are.
    reservations: by name, those on it that would end, uncharged."""

    node: str
    displaced: tuple[Displaced, ...] = ()
    more: int = 0
    reservations: tuple[str, ...] = ()


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """balance_micro: free to spend; held_micro: in holds of running jobs; earned_micro: as a provider, part of the balance."""

    user: str
    roles: tuple[str, ...]
    currency: str
    balance_micro: int
    held_micro: int
    earned_micro: int


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    """next: cursor for the following page, "" at the end."""

    items: tuple[Job, ...]
    next: str = ""


class TaskPage(msgspec.Struct, frozen=True, kw_only=True):
    """next: cursor for the following page, "" at the end."""

    items: tuple[Task, ...]
    next: str = ""


class NodePage(msgspec.Struct, frozen=True, kw_only=True):
    """next: cursor for the following page, "" at the end."""

    items: tuple[NodeView, ...]
    next: str = ""


class BillPage(msgspec.Struct, frozen=True, kw_only=True):
    """next: cursor for the following page, "" at the end."""

    items: tuple[Bill, ...]
    next: str = ""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """id: for revoking. token: the secret itself, shown once."""

    id: str
    kind: str
    token: str
    expires_at: float


class TokenAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """kind: "user" or "join". user: whom it acts for (a join token's user owns the node and is paid).

    trust: for join tokens: "identified" or "vouched". router: name of the router that the node stands behind; forwarder: it is
    the agent on that router.
    """

    kind: str
    user: str
    expires_s: float = 30 * 86400.0
    trust: str = "identified"
    roles: tuple[str, ...] = ("user",)
    router: str = ""
    forwarder: bool = False


class Hashes(msgspec.Struct, frozen=True, kw_only=True):
    """Names of files: SHA-256s of their bytes, each in 64 lower-case hex digits."""

    sha256: Annotated[tuple[str, ...], msgspec.Meta(max_length=100_000)]


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """A node asks to join: its particulars, and the join token it was given. The request is signed by the node's key."""

    node: Node
    token: str


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """python_sha256: of the sandboxed Python that every node of the domain runs; "" if the brain has none."""

    node: Node
    brain_id: str
    brain_public_key: str
    heartbeat_s: float
    python_sha256: str = ""


class Svid(msgspec.Struct, frozen=True, kw_only=True):
    """A node's X.509-SVID on its own key. certificate: PEM. renew_at: ask for the next one then; times: seconds since 1970."""

    certificate: str
    renew_at: float
    expires_at: float


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """Live output of a running task. stream: "stdout" or "stderr"; offset: byte position of `data` in the stream."""

    job_id: str
    task: int
    stream: Literal["stdout", "stderr"]
    offset: Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
    data: bytes


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent posts: always a reading, outcomes not yet acknowledged, and new output.

    returned: ids of orders the agent cannot run (it lacks a file, or the runtime broke) and gives back, with why.
    loads: of its instances. paths: as a forwarder measured them. asked: services that were asked for where they have no
    instance.
    """

    reading: Reading
    outcomes: Annotated[tuple[Outcome, ...], msgspec.Meta(max_length=10_000)] = ()
    output: Annotated[tuple[Chunk, ...], msgspec.Meta(max_length=10_000)] = ()
    returned: Annotated[tuple[tuple[str, str], ...], msgspec.Meta(max_length=10_000)] = ()
    loads: Loads | None = None
    paths: Annotated[tuple[PathState, ...], msgspec.Meta(max_length=10_000)] = ()
    asked: Annotated[tuple[str, ...], msgspec.Meta(max_length=1_000)] = ()


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """outcomes: (placement id, task) that are safe in the log, or refused for good; refused: with the code."""

    outcomes: tuple[tuple[str, int], ...] = ()
    refused: tuple[tuple[str, int, str], ...] = ()


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """One Server-Sent Event of a job: its state and counts now."""

    job: Job
    event: str
    at: float


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """note: C2SP signed-note checkpoint text of the log."""

    size: int
    root: str
    note: str


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 6962 inclusion proof of event `index` in the tree of `size` leaves; hashes in hex; event: the logged JSON text."""

    index: int
    size: int
    root: str
    hashes: tuple[str, ...]
    event: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 problem+json with our code. evidence: what would be broken, the first few, of SUAN-U132 only."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    todo: str = ""
    evidence: tuple[Broken, ...] | msgspec.UnsetType = msgspec.UNSET


class Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Credit for a user. amount_micro: millionths of the ledger's currency, above 0."""

    amount_micro: Annotated[int, msgspec.Meta(gt=0, le=10**15)]
