"""What the outside may ask of the brain, each a pure function of (state, now) that checks first, then answers with events.

A refusal to act is a Fault, raised before any event exists, so that nothing is ever half done.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

import msgspec

from suanwang.brain.decide import lost
from suanwang.brain.give_way import last_word
from suanwang.brain.jobs import CANCELLED, JobState, PlacementState
from suanwang.brain.near import check_near
from suanwang.brain.promise import accepted, received, withdrawn
from suanwang.brain.reserve import cancelled, check_open, failed, find_reservation, reservation_for
from suanwang.brain.state import State
from suanwang.brain.views import find_job, find_service
from suanwang.market.ledger import user_account
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Steps
from suanwang.model.fault import AuthorityFault, ConflictFault, NotFoundFault, QuotaFault
from suanwang.model.file import FileRef
from suanwang.model.grid import Grid
from suanwang.model.intent import Intent
from suanwang.model.job import TASK_STATES, Outcome, result_hash
from suanwang.model.network import Network
from suanwang.model.node import Node
from suanwang.model.outputs import FILES_MAX, PATH_MAX, declared
from suanwang.model.plan import Plan, Refusal
from suanwang.model.reservation import Reserve
from suanwang.model.serving import Service
from suanwang.model.steps import needing, task_demand
from suanwang.model.view import Report
from suanwang.trust.identity import cs_id, id_of
from suanwang.world.hours import merged

Act = Callable[[State, float], Sequence[ev.Event]]
SERVICES_MAX = 1_000
"""Services of one user."""
GRIDS_MAX = 1_000
"""Sites and regions whose hours are told; all of them are in every snapshot."""
NAMES_TOLD = 20
"""Names that a refusal lists."""
UNFINISHED_MAX = 10_000
"""Unfinished jobs of one user."""


def submit(job_id: str, user: str, demand: Demand, key: str, trace: str = "") -> Act:
    """Accept a job whose demand was checked (intent.check).

    The same key with the same demand is the same job; with another demand, ConflictFault SUAN-U043. trace: as in the event.
    """
    digest = hashlib.sha256(msgspec.json.encode(demand)).hexdigest()

    def act(state: State, now: float) -> list[ev.Event]:
        known = state.keys.get((user, key))
        if known is not None:
            if state.jobs[known].digest != digest:
                raise ConflictFault("SUAN-U043", f"the key {key!r} was used for another demand, job {known}", "use a new key")
            return []
        check_count(state, user)
        check_near(state, user, demand)
        check_money(state, user, demand)
        if demand.reservation:
            check_open(find_reservation(state, demand.reservation, user))
        return [ev.JobAccepted(at=now, job_id=job_id, user=user, key=key, digest=digest, demand=demand, trace=trace)]

    return act


def check_count(state: State, user: str) -> None:
    """A user's unfinished jobs are bounded, so that nobody's waiting jobs crowd out everybody's. QuotaFault SUAN-U044."""
    open_now = state.unfinished_of.get(user, 0)
    if open_now >= UNFINISHED_MAX:
        why = f"{user} has {open_now} unfinished jobs; at most {UNFINISHED_MAX} are kept"
        raise QuotaFault("SUAN-U044", why, "wait for some to end, cancel some, or make many small jobs one array job")


def check_money(state: State, user: str, demand: Demand) -> None:
    """The budget must be there, free, when the job is accepted. QuotaFault SUAN-M001."""
    balance = state.ledger.balance(user_account(user))
    budget = demand.limits.budget_micro or 1
    if balance < budget:
        why = f"the budget is {budget / 1e6:.6g} CNY but {user} has {balance / 1e6:.6g} CNY free"
        raise QuotaFault("SUAN-M001", why, "name a smaller budget, or ask the operator for credit: suan account")


def cancel(name: str, user: str, operator: bool) -> Act:
    """Stop a job. Asking twice, or for a job that has ended, changes nothing."""

    def act(state: State, now: float) -> list[ev.Event]:
        job = find_job(state, name, None if operator else user)
        return [] if job.final or job.cancelling else [ev.CancelAsked(at=now, job_id=job.id, user=user)]

    return act


def cancel_step(name: str, step: str, user: str, operator: bool) -> Act:
    """Stop one step of a graph, and have nothing begin that waits for it. Asking twice changes nothing.

    NotFoundFault SUAN-N014: it has no such step; ConflictFault SUAN-P021: the step is over.
    """

    def act(state: State, now: float) -> list[ev.Event]:
        job = find_job(state, name, None if operator else user)
        steps = job.demand.work.steps if isinstance(job.demand.work, Steps) else ()
        task = next((at for at, one in enumerate(steps) if one.name == step), None)
        if task is None:
            raise _no_step(job, step, [one.name for one in steps])
        if job.tasks[task] == CANCELLED:
            return []
        if job.final or job.settled(task):
            what = job.state if job.final else TASK_STATES[job.tasks[task]]
            why = f"{f'job {job.id}' if job.final else f'step {step!r} of {job.id}'} is {what} already"
            raise ConflictFault("SUAN-P021", why, f"suan ps {job.id}")
        if job.cancelling:
            return []
        below = needing(job.waits, task)
        more = (steps[t].name for t in sorted(below - {task}) if not job.settled(t))
        return [ev.StepsCancelled(at=now, job_id=job.id, user=user, steps=(step, *more))]

    return act


def _no_step(job: JobState, step: str, names: list[str]) -> NotFoundFault:
    if not names:
        why = f"{job.id} is no job graph, so it has no step {step[:64]!r}"
        return NotFoundFault("SUAN-N014", why, f"suan cancel {job.id}")
    more = f" and {len(names) - NAMES_TOLD} more" if len(names) > NAMES_TOLD else ""
    why = f"{job.id} has no step {step[:64]!r}; its steps are {', '.join(names[:NAMES_TOLD])}{more}"
    return NotFoundFault("SUAN-N014", why, f"suan ps {job.id}")


def reserve(reservation_id: str, user: str, asked: Reserve) -> Act:
    """Keep room for later; the same id again changes nothing, and is ConflictFault SUAN-U043 if something else is asked. Faults
    of `reservation_for`."""

    def act(state: State, now: float) -> list[ev.Event]:
        if (known := state.reservations.get(reservation_id)) is not None:
            if known.reservation.asked != asked:
                raise ConflictFault("SUAN-U043", f"the key was used for another reservation, {reservation_id}", "use a new key")
            return []
        return [ev.ReservationMade(at=now, reservation=reservation_for(state, reservation_id, user, asked, now))]

    return act


def unreserve(name: str, user: str | None) -> Act:
    """Give room back. user None: of anybody. NotFoundFault SUAN-N013."""
    return lambda state, now: cancelled(state, find_reservation(state, name, user), now)


def add_user(user: str, roles: tuple[str, ...], grant_micro: int) -> Act:
    """Make a user known, with opening credit; nothing if known already."""

    def act(state: State, now: float) -> list[ev.Event]:
        if user in state.users:
            return []
        added = ev.UserAdded(at=now, user=user, roles=roles)
        return [added, ev.Granted(at=now, user=user, amount_micro=grant_micro)] if grant_micro else [added]

    return act


def grant(user: str, amount_micro: int, key: str) -> Act:
    """Credit a user's account. key: as in the event; the same key is the same grant, ConflictFault SUAN-U043 if it was not."""

    def act(state: State, now: float) -> list[ev.Event]:
        if (known := state.grants.get(key)) is not None:
            if known != (user, amount_micro):
                why = f"the key {key.partition('/')[2]!r} was used for another grant: {known[1] / 1e6:.6g} CNY to {known[0]}"
                raise ConflictFault("SUAN-U043", why, "use a new key")
            return []
        if user not in state.users:
            raise NotFoundFault("SUAN-N003", f"there is no user {user!r}", "suan token make --kind user --user NAME")
        return [ev.Granted(at=now, user=user, amount_micro=amount_micro, key=key)]

    return act


def revoke(token_id: str) -> Act:
    """Refuse a token from now on."""
    return lambda state, now: [] if token_id in state.revoked else [ev.TokenRevoked(at=now, token_id=token_id)]


def join(node: Node, token_id: str) -> Act:
    """Take a node in, or in again with changed particulars. Names are unique: a taken one is ConflictFault SUAN-A020."""

    def act(state: State, now: float) -> list[ev.Event]:
        if token_id in state.revoked:
            raise AuthorityFault("SUAN-A050", "this join token was revoked", "ask the operator for a new one")
        if state.named.get(node.name, node.id) != node.id:
            raise ConflictFault("SUAN-A020", f"another node is called {node.name!r}", "choose another with --name")
        there = node.role == "forwarder" or state.world.row(node.id) is not None
        same = state.node(node.id) == node and there
        return [] if same else [ev.NodeJoined(at=now, node=node, token_id=token_id)]

    return act


def leave(node_id: str) -> Act:
    """Let a node go; what it held is placed again elsewhere."""

    def act(state: State, now: float) -> list[ev.Event]:
        if state.world.row(node_id) is None:
            return []
        gone = [*lost(state, node_id, "its node left", now), *failed(state, node_id, now)]
        return [*gone, ev.NodeLeft(at=now, node_id=node_id, reason="left")]

    return act


def tell_network(network: Network) -> Act:
    """The operator says how the network is built; the same again changes nothing."""

    def act(state: State, now: float) -> list[ev.Event]:
        same = msgspec.structs.replace(network, version=state.fleet.network.version) == state.fleet.network
        told = msgspec.structs.replace(network, version=state.fleet.network.version + 1)
        return [] if same else [ev.NetworkTold(at=now, network=told)]

    return act


def tell_grid(grid: Grid) -> Act:
    """The operator says what the hours of a grid are; what changes nothing is not written. QuotaFault SUAN-U140: too many;
    NotFoundFault SUAN-N016: no node stands at the site, so nothing would ever be reckoned by them."""

    def act(state: State, now: float) -> list[ev.Event]:
        known = state.world.grids.get(grid.key)
        if known is None and len(state.world.grids) >= GRIDS_MAX:
            raise QuotaFault("SUAN-U140", f"{GRIDS_MAX} grids are told already", "tell it by region, which its sites share")
        if known is None and grid.scope == "site":
            sites = {node.site.name for node in state.world.nodes}
            if grid.where not in sites:
                raise _no_site(grid.where, sorted(sites))
        return [] if known is not None and merged(known, grid) == known else [ev.GridTold(at=now, grid=grid)]

    return act


def _no_site(where: str, sites: list[str]) -> NotFoundFault:
    more = f" and {len(sites) - NAMES_TOLD} more" if len(sites) > NAMES_TOLD else ""
    why = f"no node stands at {where[:80]!r}; there are nodes at {', '.join(sites[:NAMES_TOLD])}{more}"
    if not sites:
        why = f"no node stands at {where[:80]!r}; there is no node yet"
    return NotFoundFault("SUAN-N016", why, "name a site of suan nodes; before its nodes join, tell it by region: --region NAME")


def publish(user: str, service: Service, public_key: str, statement: str) -> Act:
    """Have a service, or a newer version of one. Its id and its address are those of the key that its owner signed with.

    ConflictFault SUAN-U090: the name is another service's; QuotaFault SUAN-U091: too many services.
    """
    key = bytes.fromhex(public_key)
    service_id, address = id_of("service", key), cs_id(key)

    def act(state: State, now: float) -> list[ev.Event]:
        services = state.fleet.services
        known = services.get(service_id)
        if known is not None and known.user != user:
            raise AuthorityFault("SUAN-A045", "this service is another user's", "publish it under a key of your own")
        if any(s.service.name == service.name and s.id != service_id and s.user == user for s in services.values()):
            why = f"you have another service called {service.name!r}, under another key"
            raise ConflictFault("SUAN-U090", why, f"suan withdraw {service.name}, or choose another name")
        if known is None and sum(s.user == user for s in services.values()) >= SERVICES_MAX:
            raise QuotaFault("SUAN-U091", f"{user} has {SERVICES_MAX} services already", "withdraw one: suan withdraw NAME")
        if known is not None and known.service == service and not known.withdrawn:
            return []
        check_near(state, user, service.demand)
        check_money(state, user, service.demand)
        return [
            ev.ServicePublished(
                at=now, service_id=service_id, user=user, service=service, cs_id=address, public_key=public_key,
                statement=statement,
            )
        ]  # fmt: skip

    return act


def withdraw(name: str, user: str, operator: bool) -> Act:
    """Take a service back: its instances go, each when its flows are over. NotFoundFault SUAN-N007."""

    def act(state: State, now: float) -> list[ev.Event]:
        service = find_service(state, name, None if operator else user)
        return [] if service.withdrawn else [ev.ServiceWithdrawn(at=now, service_id=service.id, user=user)]

    return act


def receive_intent(intent: Intent, answer: Plan | Refusal | None) -> Act:
    """What somebody wants is heard (brain.promise.received)."""
    return lambda state, now: received(state, intent, answer, now)


def accept_intent(intent_id: str, user: str, about: str) -> Act:
    """It is about this job or service from now on (brain.promise.accepted)."""
    return lambda state, now: accepted(state, intent_id, user, about, now)


def withdraw_intent(intent_id: str, user: str | None) -> Act:
    """Its owner holds to it no more (brain.promise.withdrawn)."""
    return lambda state, now: withdrawn(state, intent_id, user, now)


def report(node_id: str, told: Report, stored: Callable[[FileRef], bool], refused: list[tuple[str, int, str]]) -> Act:
    """Outcomes and returned orders from a node. What cannot be true is put into `refused` with its code, and not written.

    A refused outcome is final for the agent. One that cannot be, in fuel or otherwise, costs the node the placement.

    stored: whether all bytes of a file are here, brought by this node.
    """

    def act(state: State, now: float) -> list[ev.Event]:
        refused.clear()  # of a run before this one, whose state was dropped
        events: list[ev.Event] = []
        by_placement: dict[str, list[Outcome]] = {}
        for outcome in told.outcomes:
            by_placement.setdefault(outcome.placement_id, []).append(outcome)
        for placement_id, outcomes in by_placement.items():
            events += _placement_report(state, now, node_id, placement_id, outcomes, stored, refused)
        for placement_id, why in dict(told.returned).items():
            held = _find(state, placement_id)
            if held is not None and held.live and held.placement.node_id == node_id and not _closed(events, held):
                events.append(_returned(held, why[:300], now))
        return events

    return act


def _closed(events: Sequence[ev.Event], held: PlacementState) -> bool:
    """Whether these events end the placement already."""
    mine = [e for e in events if isinstance(e, ev.PlacementLost | ev.TasksEnded) and e.placement_id == held.placement.id]
    return any(isinstance(e, ev.PlacementLost) or len(e.outcomes) == held.open for e in mine)


_LIES = {"SUAN-R032": "it reported more fuel than it was given", "SUAN-R033": "it reported what cannot be"}


def _placement_report(
    state: State,
    now: float,
    node_id: str,
    placement_id: str,
    outcomes: list[Outcome],
    stored: Callable[[FileRef], bool],
    refused: list[tuple[str, int, str]],
) -> list[ev.Event]:
    held = _find(state, placement_id)
    if held is not None and held.gave_way_to and held.placement.node_id == node_id:
        return last_word(state, held, outcomes, now, refused)
    good: dict[int, Outcome] = {}
    fuel = held.fuel if held else 0
    for outcome in outcomes:
        code = "SUAN-R031" if outcome.task in good else _doubt(state, held, node_id, outcome, fuel, stored)
        if not code:
            good[outcome.task] = outcome
            fuel += outcome.fuel
            continue
        refused.append((placement_id, outcome.task, code))
        if code in _LIES and held is not None:
            written = [_ended(held, good.values(), now)] if good else []
            return [*written, _returned(held, _LIES[code], now, lied=True)]
    return [_ended(held, good.values(), now)] if good and held else []


def _doubt(
    state: State, held: PlacementState | None, node_id: str, outcome: Outcome, fuel: int, stored: Callable[[FileRef], bool]
) -> str:
    """Why an outcome cannot be taken, as a code; "" if it can."""
    if held is None or held.placement.node_id != node_id:
        return "SUAN-R030"  # not this node's placement
    job, task = state.jobs[held.placement.job_id], outcome.task
    if not 0 <= task < len(job.given) or held.placement.id not in job.given[task]:
        return "SUAN-R030"  # never its task
    if not held.live or task in held.told:
        return "SUAN-R031"  # ended already
    if outcome.fuel < 0 or fuel + outcome.fuel > held.placement.fuel_max:
        return "SUAN-R032"  # more fuel than it was given
    if not (_sound(outcome) and _gives(job, outcome)) or (job.quorum[task] > 1 and not _bound(outcome)):
        return "SUAN-R033"
    return "" if all(stored(f) for f in (*outcome.outputs, outcome.stdout, outcome.stderr) if f) else "SUAN-R034"


def _sound(outcome: Outcome) -> bool:
    """Whether its state is one and its figures are of this world. They go into sums, dates and bills."""
    figures = (
        (outcome.started_at, 1e11),
        (outcome.wall_s, 1e9),
        (outcome.cpu_s, 1e12),
        (outcome.memory_peak_bytes, 1 << 60),
        (abs(outcome.exit_code), 1 << 32),
        (len(outcome.note), 4096),
        (len(outcome.code), 64),
        (len(outcome.result_sha256), 64),
        (len(outcome.outputs), FILES_MAX),
    )
    return outcome.state in ("done", "failed", "cancelled") and all(0 <= value <= most for value, most in figures)


def _gives(job: JobState, outcome: Outcome) -> bool:
    """Whether what it gives back is what its task may: a file elsewhere could be fetched by nobody, and used by no step."""
    demand, paths = task_demand(job.demand, outcome.task), {f.path for f in outcome.outputs}
    short = all(len(f.path) <= PATH_MAX and len(f.sha256) <= PATH_MAX for f in outcome.files)
    once = len(paths) == len(outcome.outputs)
    return short and once and all(declared(demand, outcome.task, len(job.tasks), path) for path in paths)


def _bound(outcome: Outcome) -> bool:
    """Whether the hash that replicas are compared by is that of what it gives back."""
    return outcome.state != "done" or outcome.result_sha256 == result_hash(outcome.outputs, outcome.stdout)


def _ended(held: PlacementState, outcomes: Iterable[Outcome], now: float) -> ev.TasksEnded:
    p = held.placement
    return ev.TasksEnded(at=now, job_id=p.job_id, placement_id=p.id, outcomes=tuple(outcomes))


def _returned(held: PlacementState, why: str, now: float, lied: bool = False) -> ev.PlacementLost:
    p = held.placement
    return ev.PlacementLost(at=now, job_id=p.job_id, placement_id=p.id, reason=why, returned=True, lied=lied)


def _find(state: State, placement_id: str) -> PlacementState | None:
    job = state.jobs.get(placement_id.rsplit("/", 1)[0])
    return job.placements.get(placement_id) if job else None
