"""Recorded events, run again: the log is folded as at a restart, and each decision in it is taken once more, by the same
function, on the world as it was at that moment.

Which files nodes had, and how fast they fetched, is in the log where a decision went by it (brain/told.py). Which nodes were
silent is not; the explanation of each decision tells, as long as they were few. Then the same must come out. With a change, the
jobs of that time are lived through in simulated time, without and with it: they come when they came, and burn what they burned.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

import msgspec
import numpy as np

from suanwang.brain.apply import apply
from suanwang.brain.judge import judge
from suanwang.brain.replay import Living, living_of
from suanwang.brain.state import State
from suanwang.brain.told import as_told
from suanwang.brain.trial.effects import Change, check
from suanwang.brain.trial.jobs import FIGURES, Ran, jobs_trial, lived, ran
from suanwang.brain.trial.known import ARRIVALS_MAX, Known, arrival, revived
from suanwang.model import event as ev
from suanwang.model.explanation import Explanation
from suanwang.model.fault import LogFault, QuotaFault
from suanwang.model.grid import HOUR_S
from suanwang.model.plan import Placement, Plan, Refusal
from suanwang.model.trial import Departure, JobsTrial, Replayed
from suanwang.twin.traffic import POLICIES
from suanwang.world.fold import at_hour
from suanwang.world.world import frozen

EVENTS_MAX = 2_000_000
DIFFER_SHOWN = 20
TAIL_S = 600.0
"""Jobs of the last minutes are given so long to end."""
OUTSIDE = (
    ev.UserAdded,
    ev.Granted,
    ev.NodeJoined,
    ev.NetworkTold,
    ev.ServicePublished,
    ev.ServiceWithdrawn,
    ev.NodeLeft,
    ev.CancelAsked,
    ev.StepsCancelled,
    ev.ReservationMade,
)
"""What the outside did, beside asking for jobs and doing them."""

_event: Callable[[bytes], ev.Event] = msgspec.json.Decoder(ev.Event).decode  # type: ignore[assignment]
_dump = msgspec.msgpack.Encoder().encode


class Window(msgspec.Struct, kw_only=True):
    """What was seen of the time that is asked about. begin: the state before its first job came, packed; begun_at: when."""

    first: int = 0
    at: float = 0.0
    begin: bytes = b""
    begun_at: float = 0.0
    decisions: int = 0
    same: int = 0
    unclear: int = 0
    differ: list[Departure] = msgspec.field(default_factory=list[Departure])
    accepted: list[ev.JobAccepted] = msgspec.field(default_factory=list[ev.JobAccepted])
    happened: list[ev.Event] = msgspec.field(default_factory=list[ev.Event])


def replayed(rows: Iterable[bytes], since: float, change: Change, enough: Callable[[], bool] = lambda: False) -> Replayed:
    """rows: all events from the first. since: seconds since 1970; decisions before then are taken for granted.

    LogFault SUAN-L005: the log cannot be followed. QuotaFault SUAN-U131: there is too much of it.
    """
    state, window, last = State(), Window(), 0.0
    for event in _events(rows):
        last = event.at
        if event.at >= since:
            _see(state, window, event)
        _apply(state, event)
        if state.seq > EVENTS_MAX or (state.seq % 256 == 0 and enough()):
            why = f"there was time for {state.seq} events of the log"
            raise QuotaFault("SUAN-U131", why, "suan twin replay --last 10min, or replay a copy of the log")
    with_change = bool(change.whatifs and window.begin)
    after = _after(state, window, change, last - window.begun_at, enough) if with_change else None
    return Replayed(
        first=window.first,
        last=state.seq,
        since=window.at,
        until=last,
        events=state.seq - window.first + 1 if window.first else 0,
        decisions=window.decisions,
        same=window.same,
        differ=tuple(window.differ),
        after=after,
        changes=change.whatifs,
        notes=("silence",) if window.unclear else (),
    )


def _events(rows: Iterable[bytes]) -> Iterator[ev.Event]:
    for number, body in enumerate(rows, 1):
        try:
            yield _event(body)
        except msgspec.MsgspecError as error:
            raise _unlike(number, error) from None


def _apply(state: State, event: ev.Event) -> None:
    try:
        apply(state, event)
    except Exception as error:  # whatever it is, the log does not fit
        raise _unlike(state.seq + 1, error) from error
    state.stirred.clear()


def _unlike(number: int, error: Exception) -> LogFault:
    todo = "use a copy from its first event on, and the version that wrote it"
    return LogFault("SUAN-L005", f"event {number} cannot be applied: {error}"[:300], todo)


def _see(state: State, window: Window, event: ev.Event) -> None:
    if not window.first:
        window.first, window.at = state.seq + 1, event.at
    if not window.begin and isinstance(event, ev.JobAccepted) and event.demand.serve is None:
        window.begin, window.begun_at = _dump(living_of(state)), event.at
    match event:
        case ev.JobPlaced(plan=answer) | ev.JobWaits(refusal=answer) | ev.JobRefused(refusal=answer):
            _decided(state, window, event, answer)
        case ev.JobAccepted() if event.demand.serve is None:
            window.accepted.append(event)
        case _ if window.begin and isinstance(event, OUTSIDE):
            window.happened.append(event)
        case _:
            pass


def _decided(state: State, window: Window, event: ev.JobPlaced | ev.JobWaits | ev.JobRefused, answer: Plan | Refusal) -> None:
    """Take the decision again, on the world as it was: the same nodes are silent, and have the same files. A log from before it
    told of files leaves out what comes out otherwise because of them."""
    window.decisions += 1
    quiet = quiet_nodes(answer.explanation)
    if quiet is None:
        window.unclear += 1
        return
    if state.world.hour != (hour := int(event.at // HOUR_S)):
        state.world = at_hour(state.world, hour)
    world, known = state.world, state.told.known
    alive = np.array([node not in quiet for node in world.ids], np.bool_)
    state.world = as_told(world if alive.all() else dataclasses.replace(world, alive=frozen(alive)), state.told)
    again = judge(state, state.jobs[event.job_id], event.at)
    state.world = world
    if bare(again, known) == bare(event, known):
        window.same += 1
    elif not known and files_known(event) != files_known(again):
        window.unclear += 1
    elif len(window.differ) < DIFFER_SHOWN:
        window.differ.append(Departure(number=state.seq + 1, job=event.job_id, was=said(state, event), now=said(state, again)))


def quiet_nodes(told: Explanation) -> frozenset[str] | None:
    """Ids of the nodes that were silent when this was decided; None if not all of them are listed."""
    found = frozenset(out.node_id for out in told.ruled_out if any(reason.rule == "alive" for reason in out.reasons))
    return found if len(found) == sum(count.count for count in told.rules if count.rule == "alive") else None


def bare(event: ev.Event | None, known: bool) -> object:
    """A decision without its reasons, and without the number of the world: silence, which is not logged, counts there. known:
    which files nodes had is in the log."""
    match event:
        case ev.JobPlaced(plan=plan):
            given = tuple(map(_to_digits if known else _given, plan.placements))
            return "placed", given, plan.hold_micro, plan.preempted
        case ev.JobWaits(refusal=refusal) | ev.JobRefused(refusal=refusal):
            return type(event).__name__, refusal.code, refusal.passing
        case _:
            return None


def files_known(event: ev.Event | None) -> dict[str, int]:
    """Bytes that each finalist lacked of the job's files and data. What nodes have of them is told by readings."""
    explained = event.plan.explanation if isinstance(event, ev.JobPlaced) else None
    return {one.node_id: one.move_bytes for one in explained.finalists} if explained else {}


def _to_digits(placement: Placement) -> Placement:
    """To nine digits: a product of factors is another one in the last bit by the order in which a world came to be."""
    finish_s, carbon_g, energy_kwh = (float(f"{x:.9g}") for x in (placement.finish_s, placement.carbon_g, placement.energy_kwh))
    return msgspec.structs.replace(placement, finish_s=finish_s, carbon_g=carbon_g, energy_kwh=energy_kwh)


def _given(placement: Placement) -> Placement:
    """Without what was foretold from readings: which files a node had already, how fast it fetched."""
    return msgspec.structs.replace(placement, finish_s=0.0, carbon_g=0.0, move_bytes=0)


def said(state: State, event: ev.Event | None) -> str:
    """A decision in a few words: where, or which refusal."""
    match event:
        case ev.JobPlaced(plan=plan):
            names = (node.name if (node := state.node(p.node_id)) else p.node_id for p in plan.placements)
            return ", ".join(dict.fromkeys(names))
        case ev.JobWaits(refusal=refusal) | ev.JobRefused(refusal=refusal):
            return refusal.code
        case _:
            return "-"


def _after(state: State, window: Window, change: Change, span_s: float, enough: Callable[[], bool]) -> JobsTrial:
    """The jobs of that time, without and with the change. state: at the end, which tells what they burned."""
    if len(window.accepted) > 10 * ARRIVALS_MAX:
        why = f"{len(window.accepted)} jobs came in that time; a trial lives through {10 * ARRIVALS_MAX}"
        raise QuotaFault("SUAN-U131", why, "suan twin replay --last 10min")
    jobs = [state.jobs[event.job_id] for event in window.accepted]
    coming = tuple(msgspec.structs.replace(arrival(state, job), job=job.id) for job in jobs)
    known = Known(
        at=window.begun_at,
        living=msgspec.msgpack.decode(window.begin, type=Living),
        coming=coming,
        happening=tuple(window.happened),
    )
    check(revived(known), change, POLICIES)
    sides = [ran(lived(known, one, span_s + TAIL_S, 0, enough, {}), known.at) for one in (Change(), change)]
    return _with_errors(jobs_trial(sides[:1], sides[1:], span_s), state, sides[0])


def _with_errors(found: JobsTrial, state: State, before: Ran) -> JobsTrial:
    """Beside each figure, by how much living through it without a change was off what really happened."""
    ended = {job: state.jobs[job] for job, fate in before.fates.items() if not fate.serves and state.jobs[job].state == "done"}
    both = {job: one for job, one in ended.items() if before.fates[job].state == "done"}
    if not both:
        return found
    played = Ran(before.at, {job: before.fates[job] for job in both})
    real = {
        "cost": sum(one.posted_micro for one in both.values()) / 1e6,
        "begins": _mean(max(0.0, one.placed_at - one.accepted_at) for one in both.values()),
        "finish": _mean(one.ended_at - one.accepted_at for one in both.values()),
    }
    errors = {name: figure(played) / real[name] - 1.0 for name, _, figure in FIGURES if real.get(name, 0.0) > 0}
    figures = tuple(msgspec.structs.replace(one, error=errors.get(one.name)) for one in found.figures)
    return msgspec.structs.replace(found, figures=figures)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
