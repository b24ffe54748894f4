"""What to do next, as events: the whole judgement of the brain, pure, on one screen.

decide(state, job, now) looks at a job that has tasks nobody holds and answers with the event that places, refuses or parks it.
conclude(job, now) ends a job whose tasks have all ended. lost(state, node) gives back what a silent node held, resumed(state,
node) lets it go on with it, and untaken(state, reading) gives back what a node that is heard has never had.
"""

import hashlib

import msgspec

from suanwang.brain.give_way import giving_way
from suanwang.brain.history import code_key, fuel_estimate
from suanwang.brain.jobs import CANCELLED, FAILED, WAITING, JobState, PlacementState
from suanwang.brain.near import asks_of
from suanwang.brain.state import ReservationState, State
from suanwang.market.ledger import hold_account, user_account
from suanwang.market.settle import paid_micro
from suanwang.model import event as ev
from suanwang.model.deferral import Deferral
from suanwang.model.demand import NATIVE, Demand
from suanwang.model.node import Reading
from suanwang.model.plan import Plan, Refusal
from suanwang.model.steps import tied
from suanwang.place.admit import has_room
from suanwang.place.ask import Ask
from suanwang.place.choose import How, choose
from suanwang.place.preempt import preempt
from suanwang.place.reserved import START_S, beside
from suanwang.trust.record import check_chance, trusted
from suanwang.world.fold import placed

BUDGET_DEFAULT_MICRO = 1_000_000
"""A job that names no budget may cost at most 1 CNY: nobody is surprised by a bill."""


def decide(
    state: State, job: JobState, now: float, known: Refusal | None = None, later: Deferral | None = None
) -> ev.Event | None:
    """The event for a job's waiting tasks; None if it has none, or still waits for the reason it waited for before.

    known: what a job like this one was told on the same world, see `likeness`. later: that it had better wait, see brain/later.
    """
    tasks = job.waiting()
    if not tasks or job.cancelling or job.final or job.broken:
        return None
    if (
        job.refused
        and known is None
        and not overdue(state, job, now)
        and _still_no(rehearse(state, job, tasks, now, brief=True))
    ):
        return None
    answer = msgspec.structs.replace(known, job_id=job.id) if known else rehearse(state, job, tasks, now)
    if later is not None and (isinstance(answer, Plan) or answer.passing):
        return None if job.start_at == later.start_at else ev.JobDeferred(at=now, job_id=job.id, deferral=later)
    if isinstance(answer, Plan):
        return ev.JobPlaced(at=now, job_id=job.id, plan=answer)
    if any(held.live for held in job.placements.values()):
        return None  # let what still runs end first; its room and money may be what is missing
    if not answer.passing or overdue(state, job, now):
        return ev.JobRefused(at=now, job_id=job.id, refusal=answer)
    if job.refused:
        return None
    return ev.JobWaits(at=now, job_id=job.id, refusal=answer)


def _still_no(answer: Plan | Refusal) -> bool:
    return isinstance(answer, Refusal) and answer.passing


def timely(state: State, job: JobState, now: float) -> bool:
    """Whether time alone may change what a waiting job was told; for all others it takes room, or money."""
    demand = job.demand
    other = demand.priority != "normal" or demand.limits.finish_s_max is not None or demand.serve or demand.verify.adaptive
    return bool(other or tied(demand) or job.waits or job.placements or state.world.reserved) or overdue(state, job, now)


class Want(msgspec.Struct, frozen=True):
    """What a task lacks: so many replicas, of which `quorum` must be equal, at owners that are not `taken`.

    owners: only at these; None for any.
    """

    replicas: int = 1
    quorum: int = 1
    taken: frozenset[str] = frozenset()
    owners: frozenset[str] | None = None


def imagined(user: str, demand: Demand, now: float) -> JobState:
    """A job that nobody submitted, to ask what would be decided of it."""
    count = demand.task_count
    job = JobState(id="rehearsal", number=0, key="", user=user, demand=demand, digest="", accepted_at=now)
    job.tasks, job.attempts, job.outcomes = bytearray(count), bytearray(count), [None] * count
    return job


def rehearse(state: State, job: JobState, tasks: tuple[int, ...], now: float, *, brief: bool = False) -> Plan | Refusal:
    """The decision itself, on the present world; writes nothing. Tasks that lack different things go one kind at a time.

    brief: the same decision, but without the nodes that were ruled out one by one, which is most of the work.
    """
    if job.demand.verify.replicas == 1:
        answer = _place(state, job, tasks, Want(), 1.0, now, brief)
        urgent = isinstance(answer, Refusal) and answer.passing and job.demand.priority == "urgent"
        return (_preempt(state, job, tasks, now) if urgent else None) or answer
    wants = {t: _want(state, job, t) for t in tasks}
    work = sum(want.replicas for want in wants.values())
    if (alone := _alone(state, job, wants)) is not None:
        answer = _place(state, job, alone[0], alone[1], len(alone[0]) / work, now, brief)
        if isinstance(answer, Plan):
            return answer
    want = wants[tasks[0]]
    like = tuple(t for t in tasks if wants[t] == want)
    return _place(state, job, like, want, len(like) * want.replicas / work, now, brief)


def _want(state: State, job: JobState, task: int) -> Want:
    """Replicas for the quorum, each at an owner who has not had the task."""
    verify = job.demand.verify
    if not job.placements:
        return Want(verify.replicas, verify.quorum)
    fresh = job.quorum[task] < verify.quorum  # never placed, or lost by one who had it alone
    taken = frozenset(state.node_of(job.placements[p]).owner for p in job.given[task])
    return Want(verify.replicas if fresh else job.wanting(task), verify.quorum, taken)


def _alone(state: State, job: JobState, wants: dict[int, Want]) -> tuple[tuple[int, ...], Want] | None:
    """Tasks that an owner of good record may do alone: all that were never replicated but for a few spot checks.

    The chance of a check is the highest error rate among those owners, so that none is checked less than its own.
    """
    if not job.demand.verify.adaptive:
        return None
    known = {owner: record for owner, record in state.owner_records.items() if trusted(record)}
    chance = max((check_chance(record) for record in known.values()), default=1.0)
    tasks = tuple(t for t in wants if (not job.placements or job.quorum[t] <= 1) and draw(job.id, t) >= chance)
    return (tasks, Want(owners=frozenset(known))) if tasks and known else None


def _place(
    state: State, job: JobState, tasks: tuple[int, ...], want: Want, share: float, now: float, brief: bool
) -> Plan | Refusal:
    """share: of the money that is left, for these tasks."""
    how = _how(job, tasks)
    if brief:
        how["listed"], how["change"] = 0, False
    asks = asks_of(state, job, ask_of(state, job, want, share, now), now)
    answers = (choose(state.world, a, **how) for a in asks)
    return next((a for a in answers if isinstance(a, Plan)), None) or choose(state.world, asks[-1], **how)


def _preempt(state: State, job: JobState, tasks: tuple[int, ...], now: float) -> Plan | None:
    """A plan on room that deferrable work gives up, None if there is none."""
    holdings = giving_way(state, job.user, now)
    if not holdings:
        return None
    ask = asks_of(state, job, ask_of(state, job, Want(), 1.0, now), now)[-1]
    return preempt(state.world, ask, holdings, **_how(job, tasks))


def _how(job: JobState, tasks: tuple[int, ...]) -> How:
    number = len(job.placements) + 1
    attempt = 1 + max(job.attempts[t] for t in tasks)
    return How(job_id=job.id, seed=seed_of(job.id, number), number=number, attempt=attempt, tasks=tasks)


def ask_of(state: State, job: JobState, want: Want, share: float, now: float) -> Ask:
    """What the placer is asked, but for where others are (near.asks_of). share: of the money that is left."""
    fuel, basis = fuel_estimate(job.demand, state.code_fuel.get(code_key(job.demand)))
    return Ask(
        demand=remaining(job.demand, now - job.accepted_at),
        user=job.user,
        fuel_per_task=fuel,
        fuel_basis=basis,
        budget_micro=int(money_left(state, job) * share),
        excluded=given_back(job),
        replicas=want.replicas,
        quorum=want.quorum,
        taken=want.taken,
        owners=want.owners,
        asked_at=now if state.world.reserved else 0.0,
        reservation=reservation.reservation.id if (reservation := _reservation(state, job)) else job.demand.reservation,
    )


def can_wait(job: JobState) -> bool:
    """Whether a job may start later than at once: its user says so and by when it must have ended, and it has not begun."""
    demand = job.demand
    named = (
        demand.priority == "deferrable" and demand.limits.finish_s_max is not None and not (demand.serve or demand.reservation)
    )
    return named and not (job.placements or job.final or job.cancelling)


def _reservation(state: State, job: JobState) -> ReservationState | None:
    """The one that a job is to run in, if there is still something known of it."""
    mine = (s for s in state.reservations.values() if s.reservation.user == job.user)
    named = [s for s in mine if job.demand.reservation in (s.reservation.id, s.reservation.asked.name)]
    return named[-1] if named and job.demand.reservation else None


def likeness(state: State, job: JobState, now: float) -> object:
    """Equal for jobs that no node was given yet and that get the same refusal, if they get one, on the same world. A job whose
    checks are drawn by lot is like no other."""
    if job.placements or job.demand.verify.adaptive or job.demand.serve is not None:
        return job.id
    demand, money = remaining(job.demand, now - job.accepted_at), money_left(state, job)
    fuel = fuel_estimate(demand, state.code_fuel.get(code_key(demand)))
    company = demand.spread is not None or bool(demand.beside or demand.apart)
    own = company or isinstance(demand.work, NATIVE) or demand.priority == "urgent" or demand.reservation
    who = job.user if own else ""
    shape = (type(demand.work), demand.needs, demand.limits, demand.near, demand.prefer, demand.verify, demand.task_count)
    shape = (*shape, demand.priority, demand.gang, demand.reservation, demand.task_s_max)
    files = demand.files if demand.limits.finish_s_max is not None else ()
    return (*shape, who, money, fuel, demand.data, files, demand.spread, demand.beside, demand.apart)


def remaining(demand: Demand, elapsed_s: float) -> Demand:
    """The demand as it stands now: of the time to finish in, what has passed is gone."""
    finish = demand.limits.finish_s_max
    if finish is None or elapsed_s <= 0:
        return demand
    limits = msgspec.structs.replace(demand.limits, finish_s_max=max(0.0, finish - elapsed_s))
    return msgspec.structs.replace(demand, limits=limits)


def money_left(state: State, job: JobState) -> int:
    """Millionths that new placements may hold: the budget less what is spent and held, and never more than the balance."""
    budget = job.demand.limits.budget_micro
    committed = job.posted_micro + state.ledger.balance(hold_account(job.id))
    ceiling = BUDGET_DEFAULT_MICRO if budget is None else budget
    return max(0, min(ceiling - committed, state.ledger.balance(user_account(job.user))))


def given_back(job: JobState) -> frozenset[str]:
    """Nodes that returned this job's work as something they cannot run."""
    return frozenset(h.placement.node_id for h in job.placements.values() if h.returned)


def overdue(state: State, job: JobState, now: float) -> bool:
    """Whether a waiting job has waited for as long as it may: its time to finish, or an hour, again from when it gave way.
    Who has reserved room may wait for it to open."""
    finish, reserved = job.demand.limits.finish_s_max, _reservation(state, job)
    begins = max(job.accepted_at, job.gave_way_at, reserved.reservation.asked.from_at if reserved else 0.0)
    return now - begins > 3600.0 if finish is None else now - job.accepted_at > finish


def conclude(job: JobState, now: float) -> ev.JobEnded | None:
    """The end of a job none of whose tasks is waiting or held."""
    if job.final or any(h.live for h in job.placements.values()):
        return None
    if job.cancelling:
        return ev.JobEnded(at=now, job_id=job.id, state="cancelled", reason="cancelled by the user")
    failed = job.count(FAILED)
    if job.waiting() and not (job.waits and failed):  # of a graph nothing more begins once a step has failed
        return None
    if job.count(CANCELLED) and not failed:
        return _ended_in_part(job, now)
    return ev.JobEnded(at=now, job_id=job.id, state="failed" if failed else "done", reason=why_failed(job) if failed else "")


def _ended_in_part(job: JobState, now: float) -> ev.JobEnded:
    """The end of a graph some steps of which were cancelled: done if any is that no other waited for, else nothing is left of
    what it was for."""
    within = {parent for above in job.waits for parent in above}
    ends = [how for task, how in enumerate(job.tasks) if task not in within]
    state = "cancelled" if all(how == CANCELLED for how in ends) else "done"
    why = f"{job.count(CANCELLED)} of {len(job.tasks)} steps were cancelled by the user"
    return ev.JobEnded(at=now, job_id=job.id, state=state, reason=why)


def why_failed(job: JobState) -> str:
    """The commonest code among the failed tasks, or "lost" for tasks that no node could keep. Tasks of a gang that were stopped
    since another had failed are not why."""
    every = [o.code if o else "lost" for o, s in zip(job.outcomes, job.tasks, strict=True) if s == FAILED]
    codes = [code for code in every if code != "cancelled"] or every
    return max(sorted(set(codes)), key=codes.count)


def lost(state: State, node_id: str, reason: str, now: float, *, silent: bool = False) -> list[ev.Event]:
    """What follows from a node's silence or leaving: everything it held is lost."""
    return [
        ev.PlacementLost(at=now, job_id=placement.rsplit("/", 1)[0], placement_id=placement, reason=reason, silent=silent)
        for placement in state.live.get(node_id, {})
    ]


def resumed(state: State, node_id: str, now: float) -> list[ev.Event]:
    """What follows when a node that was silent is there again: it goes on with what nobody else was given meanwhile, as long as
    there are the money and the room: a brain that had just started may have given it something else, and a reservation may have
    opened."""
    events, spent, world = list[ev.Event](), dict[str, int](), state.world
    for placement_id in state.missing.get(node_id, {}):
        job = state.jobs[placement_id.rsplit("/", 1)[0]]
        held = job.placements[placement_id]
        cost = held.placement.hold_micro - paid_micro(held.placement, held.paid + held.pending)
        paid = cost + spent.get(job.user, 0) <= money_left(state, job)
        room = beside(world, held.placement.reservation, now, now + START_S + job.demand.task_s_max)
        if paid and untouched(job, held) and has_room(room, held.placement):
            world = placed(world, (held.placement,))
            spent[job.user] = cost + spent.get(job.user, 0)
            events.append(ev.PlacementResumed(at=now, job_id=job.id, placement_id=placement_id))
    return events


def untouched(job: JobState, held: PlacementState) -> bool:
    """Whether a lost placement is still the last to have had each of its tasks, and the job still wants them. One of several
    replicas is not taken up again, nor a part of a gang: others were asked for in its place."""
    todo = [t for t in held.placement.tasks if t not in held.told]
    wanted = bool(todo) and not (job.final or job.cancelling or job.demand.gang) and job.demand.verify.replicas == 1
    return wanted and all(job.tasks[t] == WAITING and job.given[t][-1] == held.placement.id for t in todo)


def untaken(state: State, reading: Reading, now: float) -> list[ev.Event]:
    """What follows from a reading: of an order that its node never took, and cannot take now or is not to any more, it will
    never tell."""
    found = ((placement, why_untaken(state, placement, reading)) for placement in state.live.get(reading.node_id, {}))
    return [
        ev.PlacementLost(at=now, job_id=placement.rsplit("/", 1)[0], placement_id=placement, reason=why)
        for placement, why in found
        if why
    ]


def why_untaken(state: State, placement_id: str, reading: Reading) -> str:
    """Why nothing comes of a placement, by what its node says; "" if something may. It has what was given up to the desired
    state that it follows; and of what that does not name any more, only what it says that it may still tell of."""
    held = state.jobs[placement_id.rsplit("/", 1)[0]].placements[placement_id]
    if held.unnamed:
        over = reading.ending is not None and held.unnamed <= reading.generation and placement_id not in reading.ending
        return "it was taken back before its node had it" if over else ""
    untaken = reading.stuck and held.generation > reading.generation
    return f"its node takes no orders now: {reading.stuck}" if untaken else ""


def draw(job_id: str, task: int) -> float:
    """A number in [0, 1), fixed by the job and the task: whether work done alone is checked."""
    return seed_of(f"{job_id}/check", task) / 2**56


def seed_of(job_id: str, number: int) -> int:
    """Chance for a decision: fixed by the job and how many placements it has had, so that a replay draws the same."""
    return int.from_bytes(hashlib.sha256(f"{job_id}/{number}".encode()).digest()[:7], "big")
