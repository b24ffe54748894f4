"""From the log back to the state: the newest snapshot, then every event after it. The Merkle tree comes back the same way.

A snapshot has two parts. What is small is written whole each time. What grows - jobs, what nodes say of themselves, hashes of
the tree - is only added to: each snapshot has the jobs in which something has changed since the one before, whole, and the
newest word on a job counts. So it costs what has happened, however much waits and however much is over.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType

import msgspec

from suanwang.brain.applied.records import recorded
from suanwang.brain.applied.room import in_world
from suanwang.brain.apply import apply
from suanwang.brain.fleet import Fleet
from suanwang.brain.intents import IntentState
from suanwang.brain.jobs import JobState
from suanwang.brain.state import ReservationState, State
from suanwang.market.ledger import Ledger, Row
from suanwang.model.event import Event
from suanwang.model.fault import LogFault
from suanwang.model.grid import Grid
from suanwang.model.node import Node
from suanwang.model.record import Record
from suanwang.store.log import Log, Snapshot
from suanwang.trust.merkle import Tree, leaf_hash
from suanwang.trust.tiles import entry_of
from suanwang.world.asked import Asked, Mix, Want
from suanwang.world.fold import empty, joined, placed, reserved, rested


class Living(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of State that cannot be derived, but for what grows. jobs: those that are not over, and particulars, where it
    stands for itself, as in the snapshots of older versions. parked: only in those, whose jobs do not tell of it."""

    seq: int
    world_version: int
    present: tuple[str, ...]
    accounts: tuple[Row, ...]
    users: dict[str, tuple[str, ...]]
    revoked: set[str]
    joined: dict[str, int]
    generations: dict[str, int]
    live: dict[str, dict[str, bool]]
    code_fuel: dict[str, tuple[int, int]]
    records: dict[str, Record]
    owner_records: dict[str, Record]
    jobs: tuple[JobState, ...] = ()
    parked: tuple[str, ...] = ()
    particulars: dict[int, Node] = msgspec.field(default_factory=dict[int, Node])
    fleet: Fleet = msgspec.field(default_factory=Fleet)
    asked: tuple[tuple[Want, float], ...] = ()
    asked_copy: tuple[tuple[Want, float], ...] = ()
    resting: set[str] = msgspec.field(default_factory=set[str])
    grids: dict[str, Grid] = msgspec.field(default_factory=dict[str, Grid])
    reservations: dict[str, ReservationState] = msgspec.field(default_factory=dict[str, ReservationState])
    intents: dict[str, IntentState] = msgspec.field(default_factory=dict[str, IntentState])
    grants: dict[str, tuple[str, int]] = msgspec.field(default_factory=dict[str, tuple[str, int]])
    begun_at: float = 0.0


class Grown(msgspec.Struct, frozen=True, kw_only=True):
    """What came since the snapshot before. jobs: that are new or changed; levels: what each level of the tree grew by;
    particulars: of nodes that joined."""

    jobs: tuple[JobState, ...]
    levels: tuple[bytes, ...]
    particulars: dict[int, Node] = msgspec.field(default_factory=dict[int, Node])


class Restored(msgspec.Struct, kw_only=True):
    """The state, the tree over all events, and the number of the event the snapshot was taken at (0: none)."""

    state: State
    tree: Tree
    snapshot_at: int


_event: Callable[[bytes], Event] = msgspec.json.Decoder(Event).decode
_living: Callable[[bytes], Living] = msgspec.msgpack.Decoder(Living).decode
_grown: Callable[[bytes], Grown] = msgspec.msgpack.Decoder(Grown).decode
_dump = msgspec.msgpack.Encoder().encode


def restore(log: Log) -> Restored:
    """Read the log. Faults of `fold`; LogFault SUAN-L005 also for a snapshot that is damaged, or newer than the log."""
    kept = log.snapshot()
    state, tree = _known(log, kept) if kept else (State(), Tree())
    fold(state, tree, log.read(state.seq))
    state.stirred.clear()
    return Restored(state=state, tree=tree, snapshot_at=kept.number if kept else 0)


def fold(state: State, tree: Tree, rows: Iterable[tuple[int, bytes]]) -> None:
    """Take in the events that follow. LogFault SUAN-L005 if one is missing, or cannot be applied: it was altered, or written by
    newer code."""
    for number, body in rows:
        if number != state.seq + 1:
            raise _unlike(f"event {state.seq + 1} of the log is missing")
        try:
            apply(state, _event(body))
        except Exception as error:
            raise _unlike(f"event {number} of the log cannot be applied: {error}") from error
        tree.append(leaf_hash(entry_of(body)))


def _unlike(why: str) -> LogFault:
    return LogFault("SUAN-L005", why, "restore the log from a copy, or use the version that wrote it")


def decision(body: bytes) -> object:
    """The plan, refusal or deferral that an event holds; None if it holds none."""
    event = _event(body)
    return next((found for name in ("plan", "refusal", "deferral") if (found := getattr(event, name, None))), None)


def saved(state: State, tree: Tree, since: int) -> Snapshot:
    """A snapshot of a state that is durable up to its last event. since: number of the event of the snapshot before."""
    grown = Grown(
        jobs=tuple(state.jobs[j] for j in state.touched),
        levels=tree.grown(since),
        particulars={number: state.particulars[number] for number in state.fresh},
    )
    return Snapshot(since=since, number=state.seq, living=_dump(_living_of(state, (), {})), grown=(_dump(grown),))


def living_of(state: State) -> Living:
    """What lives of a state, with the jobs that are not over. It shares them: it is to be packed before anything happens."""
    return _living_of(state, state.unfinished, state.particulars)


def _living_of(state: State, jobs: Iterable[str], particulars: dict[int, Node]) -> Living:
    return Living(
        seq=state.seq,
        world_version=state.world.version,
        present=state.world.ids,
        accounts=state.ledger.rows(),
        users=state.users,
        revoked=state.revoked,
        jobs=tuple(state.jobs[j] for j in jobs),
        particulars=particulars,
        joined=state.joined,
        generations=state.generations,
        live=state.live,
        code_fuel=state.code_fuel,
        records=state.records,
        owner_records=state.owner_records,
        fleet=state.fleet,
        asked=tuple(state.world.asked.counts.items()),
        asked_copy=state.world.asked.mix.wants,
        resting=state.resting,
        grids=dict(state.world.grids),
        reservations=state.reservations,
        intents=state.intents,
        grants=state.grants,
        begun_at=state.begun_at or 0.0,
    )


def _known(log: Log, kept: Snapshot) -> tuple[State, Tree]:
    """State and tree of a snapshot, which must be of this log."""
    try:
        state, tree = _unpacked(kept)
    except Exception as error:
        raise _unlike(f"the snapshot at event {kept.number} of the log cannot be read: {error}") from error
    if (state.seq, tree.size) != (kept.number, kept.number):
        raise _unlike(f"the snapshot at event {kept.number} of the log is of {state.seq} events, and its tree of {tree.size}")
    if not any(True for _ in log.read(state.seq - 1)):
        raise _unlike(f"event {state.seq} of the log is missing, of which there is a snapshot")
    return state, tree


def _unpacked(kept: Snapshot) -> tuple[State, Tree]:
    living, grown = _living(kept.living), [_grown(part) for part in kept.grown]
    return state_of(living, grown), Tree(part.levels for part in grown)


def state_of(living: Living, grown: Sequence[Grown] = ()) -> State:
    """The state that lived so. grown: of a job the last word counts. It takes what it is given, and changes it from then on."""
    told = (job for part in grown for job in part.jobs)
    particulars = {**living.particulars, **{k: node for part in grown for k, node in part.particulars.items()}}
    jobs = sorted({job.id: job for job in (*told, *living.jobs)}.values(), key=lambda job: job.number)
    live = [job for job in jobs if not job.final]
    _park(live, living.parked)
    state = State(
        seq=living.seq,
        ledger=Ledger.of_rows(living.accounts),
        users=living.users,
        revoked=living.revoked,
        unfinished=dict.fromkeys(job.id for job in live),
        graphs=dict.fromkeys(job.id for job in live if job.waits),
        unfinished_of=dict(Counter(job.user for job in live)),
        parked=dict.fromkeys(job.id for job in sorted((j for j in live if j.parked), key=lambda job: job.parked)),
        deferred=dict.fromkeys(job.id for job in live if job.start_at),
        particulars=particulars,
        joined=living.joined,
        named={particulars[number].name: node_id for node_id, number in living.joined.items()},
        generations=living.generations,
        live=living.live,
        code_fuel=living.code_fuel,
        records=living.records,
        owner_records=living.owner_records,
        fleet=living.fleet,
        resting=living.resting,
        touched=dict.fromkeys((*(job.id for job in living.jobs), *living.parked)),  # the next snapshot is to have them
        fresh=dict.fromkeys(living.particulars),
        missing=_missing(live),
        reservations=living.reservations,
        intents=living.intents,
        grants=living.grants,
        begun_at=living.begun_at,
    )
    for job in jobs:
        state.add(job)
    for job in live:
        state.rank(job)
    _look_around(state, living, live)
    return state


def _park(jobs: Iterable[JobState], ids: Iterable[str]) -> None:
    """Have the jobs of an older version's snapshot tell in which order they wait for room: before whoever comes later."""
    order = {job_id: number for number, job_id in enumerate(ids, 1)}
    for job in jobs:
        job.parked = order.get(job.id, job.parked)


def _missing(jobs: Iterable[JobState]) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for job in jobs:
        for held in job.placements.values():
            if held.silent:
                found.setdefault(held.placement.node_id, {})[held.placement.id] = None
    return found


def _look_around(state: State, living: Living, live: Iterable[JobState]) -> None:
    """The world as it was: who is there, what they hold, how far they are believed."""
    present = [state.particulars[living.joined[node_id]] for node_id in living.present]
    helds = [held.placement for job in live for held in job.placements.values() if held.live]
    kept = [in_world(one.reservation) for one in living.reservations.values() if not one.ended]
    world = recorded(placed(reserved(joined(empty(), *present), come=kept), helds), state, present)
    world = rested(world, {node.id: node.wake_s for node in present if node.id in living.resting})
    asked = Asked(MappingProxyType(dict(living.asked)), sum(tasks for _, tasks in living.asked), Mix(living.asked_copy))
    state.world = dataclasses.replace(world, version=living.world_version, asked=asked, grids=MappingProxyType(living.grids))
