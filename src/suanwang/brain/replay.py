"""From the log back to the state: the newest snapshot, then every event after it. The Merkle tree comes back the same way."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from suanwang.brain.state import JobState, State, apply, recorded
from suanwang.market.ledger import Ledger, Row
from suanwang.model.event import Event
from suanwang.model.fault import LogFault
from suanwang.model.node import Node
from suanwang.model.record import Record
from suanwang.store.log import Log
from suanwang.trust.merkle import Tree, leaf_hash
from suanwang.trust.tiles import entry_of
from suanwang.world.fold import empty, joined, placed


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot: everything of State that cannot be derived, and the leaf hashes of the tree."""

    seq: int
    world_version: int
    present: tuple[str, ...]
    accounts: tuple[Row, ...]
    users: dict[str, tuple[str, ...]]
    revoked: set[str]
    jobs: dict[str, JobState]
    unfinished: tuple[str, ...]
    parked: tuple[str, ...]
    keys: tuple[tuple[str, str, str], ...]
    nodes: dict[str, Node]
    generations: dict[str, int]
    live: dict[str, dict[str, bool]]
    code_fuel: dict[str, tuple[int, int]]
    records: dict[str, Record]
    owner_records: dict[str, Record]
    leaves: bytes


class Restored(msgspec.Struct, kw_only=True):
    """The state, the tree over all events, and the number of the event the snapshot was taken at (0: none)."""

    state: State
    tree: Tree
    snapshot_at: int


_event: Callable[[bytes], Event] = msgspec.json.Decoder(Event).decode
_load: Callable[[bytes], Saved] = msgspec.msgpack.Decoder(Saved).decode
_dump = msgspec.msgpack.Encoder().encode


def restore(log: Log) -> Restored:
    """Read the log. Faults of `fold`."""
    kept = log.snapshot()
    state, tree = _unpack(_load(kept[1])) if kept else (State(), Tree())
    fold(state, tree, log.read(state.seq))
    return Restored(state=state, tree=tree, snapshot_at=kept[0] if kept else 0)


def fold(state: State, tree: Tree, rows: Iterable[tuple[int, bytes]]) -> None:
    """Take in the events that follow. LogFault SUAN-L005 if one cannot be applied: it was altered, or written by newer code."""
    for number, body in rows:
        try:
            apply(state, _event(body))
        except Exception as error:
            why = f"event {number} of the log cannot be applied: {error}"
            raise LogFault("SUAN-L005", why, "restore the log from a copy, or use the version that wrote it") from error
        tree.append(leaf_hash(entry_of(body)))


def saved(state: State, tree: Tree) -> tuple[int, bytes]:
    """(event number, snapshot) of a state that is durable up to that event."""
    kept = Saved(
        seq=state.seq,
        world_version=state.world.version,
        present=state.world.ids,
        accounts=state.ledger.rows(),
        users=state.users,
        revoked=state.revoked,
        jobs=state.jobs,
        unfinished=tuple(state.unfinished),
        parked=tuple(state.parked),
        keys=tuple((user, key, job) for (user, key), job in state.keys.items()),
        nodes=state.nodes,
        generations=state.generations,
        live=state.live,
        code_fuel=state.code_fuel,
        records=state.records,
        owner_records=state.owner_records,
        leaves=tree.leaf_hashes(),
    )
    return state.seq, _dump(kept)


def _unpack(kept: Saved) -> tuple[State, Tree]:
    world = joined(empty(), *(kept.nodes[node_id] for node_id in kept.present))
    helds = [h.placement for j in kept.unfinished for h in kept.jobs[j].placements.values() if h.live]
    world = dataclasses.replace(placed(world, helds), version=kept.world_version)
    state = State(
        seq=kept.seq,
        world=world,
        ledger=Ledger.of_rows(kept.accounts),
        users=kept.users,
        revoked=kept.revoked,
        jobs=kept.jobs,
        unfinished=dict.fromkeys(kept.unfinished),
        unfinished_of=dict(Counter(kept.jobs[j].user for j in kept.unfinished)),
        parked=dict.fromkeys(kept.parked),
        keys={(user, key): job for user, key, job in kept.keys},
        nodes=kept.nodes,
        generations=kept.generations,
        live=kept.live,
        code_fuel=kept.code_fuel,
        records=kept.records,
        owner_records=kept.owner_records,
    )
    known = recorded(world, state, (kept.nodes[node_id] for node_id in kept.present))
    state.world = dataclasses.replace(known, version=kept.world_version)
    return state, Tree(kept.leaves)
