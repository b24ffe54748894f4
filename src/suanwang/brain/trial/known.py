"""All that a trial begins from, as one value that can be written to a file: what the log tells, what was heard a moment ago,
and what was asked for lately.

It is taken from the running brain at one moment and shares nothing with it once it is packed; so whatever is done with it is
done elsewhere and at leisure.
"""

import dataclasses
from collections.abc import Callable, Iterator

import msgspec

from suanwang.brain.jobs import JobState
from suanwang.brain.network import Ear
from suanwang.brain.replay import Living, living_of, state_of
from suanwang.brain.state import State
from suanwang.brain.tend import contacts
from suanwang.model.demand import Demand
from suanwang.model.event import Event
from suanwang.model.fault import QuotaFault, UsageFault
from suanwang.model.steering import Contact, PathState
from suanwang.place.ask import Ask
from suanwang.world.fold import silent

FORMAT = "suanwang world 1"
WHILE_S = 900.0
"""What was asked for in so long is taken for what will be asked for; a younger brain has listened for less."""
LEAST_S = 60.0
"""From less than this nobody tells a rate: who has just begun asks at once."""
ARRIVALS_MAX = 2_000
TASKS_MAX = 100_000
"""Of those arrivals together."""
NODES_MAX, UNFINISHED_MAX, SERVICES_MAX = 100_000, 20_000, 1_000


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it was asked for. at: when it was accepted. fuel: that one of its tasks burned; takes: the fuel that the cores
    which it kept could have burned in the time that it took; 0 if none has ended. job: its id, "" for a new one."""

    at: float
    user: str
    demand: Demand
    fuel: int = 0
    takes: int = 0
    job: str = ""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """An instance, by the id of its job, as it was measured: over `samples` loads, means of requests in flight and of cores
    used; latency_ms: each that was told while there were requests; checked_ms: the last of any."""

    contact: Contact
    in_flight: float = 0.0
    cpu: float = 0.0
    latency_ms: tuple[float, ...] = ()
    checked_ms: float = 0.0
    samples: int = 0


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """at: seconds since 1970. silent: ids of nodes that are not heard, or take no orders. heard: instances by job id. paths: as
    forwarders measured them. weights: by ingress router, then contact: shares of new flows. arrivals: of the last `while_s`.
    coming: what will be asked for, where that is known, as of a trace or a log; happening: what else the outside will do."""

    format: str = FORMAT
    at: float
    living: Living
    silent: tuple[str, ...] = ()
    heard: dict[str, Heard] = msgspec.field(default_factory=dict[str, Heard])
    paths: tuple[PathState, ...] = ()
    weights: dict[int, dict[str, int]] = msgspec.field(default_factory=dict[int, dict[str, int]])
    arrivals: tuple[Arrival, ...] = ()
    while_s: float = WHILE_S
    coming: tuple[Arrival, ...] = ()
    happening: tuple[Event, ...] = ()


_dump = msgspec.msgpack.Encoder().encode
_known: Callable[[bytes], Known] = msgspec.msgpack.Decoder(Known).decode
_living: Callable[[bytes], Living] = msgspec.msgpack.Decoder(Living).decode


def packed(state: State, ear: Ear, at: float) -> bytes:
    """What is known now. at: seconds since 1970. QuotaFault SUAN-U131 where it is more than a trial takes on."""
    counts = (
        (len(state.world.ids), NODES_MAX),
        (len(state.unfinished), UNFINISHED_MAX),
        (len(state.fleet.services), SERVICES_MAX),
    )
    if any(count > most for count, most in counts):
        much = f"{len(state.world.ids)} nodes, {len(state.unfinished)} unfinished jobs, {len(state.fleet.services)} services"
        most = f"{NODES_MAX}, {UNFINISHED_MAX} and {SERVICES_MAX}"
        raise QuotaFault("SUAN-U131", f"there are {much}; a trial takes on {most}", "try it on a saved part of the network")
    asked, while_s = arrivals(state, at)
    return _dump(
        Known(
            at=at,
            living=living_of(state),
            silent=tuple(i for i, alive in zip(state.world.ids, state.world.alive.tolist(), strict=True) if not alive),
            heard={job: _heard(ear, contact) for job, contact in contacts(state).items()},
            paths=tuple(path for paths, _ in ear.paths.values() for path in paths),
            weights=_weights(ear),
            arrivals=asked,
            while_s=while_s,
        )
    )


def unpacked(body: bytes) -> Known:
    return _known(body)


def from_json(body: bytes, name: str) -> Known:
    """What `suan twin save` wrote. UsageFault SUAN-U133: it is something else."""
    try:
        found = msgspec.json.decode(body, type=Known)
    except msgspec.MsgspecError as error:
        raise UsageFault("SUAN-U133", f"{name} holds no world: {error}"[:300], "suan twin save FILE") from None
    if found.format != FORMAT:
        raise UsageFault("SUAN-U133", f"{name} is of format {found.format[:40]!r}, not {FORMAT!r}", "suan twin save FILE")
    return found


def revived(known: Known) -> State:
    """A state of its own, each time anew, in which those who were silent are."""
    state = state_of(_living(_dump(known.living)))
    state.world = silent(state.world, known.silent)
    state.world = dataclasses.replace(state.world, version=known.living.world_version)
    return state


def arrivals(state: State, at: float) -> tuple[tuple[Arrival, ...], float]:
    """Jobs of users that were accepted lately, oldest first, and in how many seconds they came: the last ones in less time, if
    they are many, so that their rate is the rate of now; all of them since the first event, if that is not so long ago."""
    found: list[Arrival] = []
    tasks = 0
    for job in _lately(state, at - WHILE_S):
        tasks += len(job.tasks)
        if len(found) >= ARRIVALS_MAX or tasks > TASKS_MAX:
            return tuple(reversed(found)), max(1.0, at - job.accepted_at)
        found.append(arrival(state, job))
    return tuple(reversed(found)), min(WHILE_S, max(LEAST_S, at - (state.begun_at or 0.0)))


def _lately(state: State, since: float) -> Iterator[JobState]:
    for job in reversed(state.jobs.values()):
        if job.accepted_at < since:
            return
        if job.demand.serve is None:
            yield job


def arrival(state: State, job: JobState) -> Arrival:
    """A job as it came, with what its tasks that are done have shown."""
    done = [outcome for outcome in job.outcomes if outcome is not None and outcome.state == "done"]
    ask = Ask(demand=job.demand)
    takes = [o.wall_s * ask.cores * state.node_of(job.placements[o.placement_id]).speed.fuel_per_s for o in done]
    many = max(1, len(done))
    return Arrival(
        at=job.accepted_at, user=job.user, demand=job.demand, fuel=sum(o.fuel for o in done) // many,
        takes=round(sum(takes) / many),
    )  # fmt: skip


def _heard(ear: Ear, contact: Contact) -> Heard:
    loads = [load for _, load in ear.past.get(contact.id, ())]
    busy = tuple(load.latency_ms for load in loads if load.in_flight > 0 and load.latency_ms > 0)
    many = max(1, len(loads))
    return Heard(
        contact=contact,
        in_flight=sum(load.in_flight for load in loads) / many,
        cpu=sum(load.cpu for load in loads) / many,
        latency_ms=busy,
        checked_ms=loads[-1].latency_ms if loads else 0.0,
        samples=len(loads),
    )


def _weights(ear: Ear) -> dict[int, dict[str, int]]:
    """By ingress router and contact, of all services together: a contact is of one."""
    if ear.shown is None:
        return {}
    chosen = ear.shown.weights
    return {router: {c: w for given in services.values() for c, w in given.items()} for router, services in chosen.items()}
