"""A snapshot has what has changed since the one before, and goes on from those of older versions."""

from pathlib import Path

import msgspec

from suanwang.brain.replay import Grown, fold, living_of, restore, saved
from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.model.explanation import Explanation
from suanwang.model.plan import Refusal
from suanwang.store.log import SqliteLog
from suanwang.trust.merkle import Tree
from tests.brain.sample import a_demand, a_node


def test_a_snapshot_of_an_older_version_is_gone_on_from(tmp_path: Path) -> None:
    """It has the jobs that are not over among what is written whole; the next one has them where they belong."""
    log, state = SqliteLog(tmp_path / "log"), State()
    tree = Tree()
    told: list[ev.Event] = [
        ev.UserAdded(at=0.0, user="ann", roles=("user",)),
        ev.NodeJoined(at=0.5, node=a_node("n1"), token_id="t"),
    ]
    told += [ev.JobAccepted(at=1.0, job_id=j, user="ann", key=j, demand=a_demand(1), digest="") for j in ("job-a", "job-b")]
    told += [ev.JobEnded(at=2.0, job_id="job-a", state="cancelled", reason="")]
    _write(log, state, tree, told)
    older = saved(state, tree, 0)
    over = Grown(jobs=(state.jobs["job-a"],), levels=tree.grown(0))
    log.snapshot(older._replace(living=msgspec.msgpack.encode(living_of(state)), grown=(msgspec.msgpack.encode(over),)))
    known = restore(log)
    assert known.state.jobs == state.jobs and list(known.state.unfinished) == ["job-b"]
    _write(log, known.state, known.tree, [ev.NodeJoined(at=3.0, node=a_node("n2"), token_id="t")])
    log.snapshot(saved(known.state, known.tree, known.snapshot_at))
    again = restore(log)
    assert (again.snapshot_at, again.state.jobs) == (len(told) + 1, state.jobs)
    assert {node.name for node in again.state.particulars.values()} == {"n1", "n2"} == again.state.named.keys()
    assert not again.state.touched and not again.state.fresh
    log.close()


def test_who_waits_for_room_does_so_in_the_same_order(tmp_path: Path) -> None:
    """Also where an older version wrote the order beside the jobs, which do not tell of it."""
    log, state, tree = SqliteLog(tmp_path / "log"), State(), Tree()
    told: list[ev.Event] = [ev.UserAdded(at=0.0, user="ann", roles=("user",))]
    told += [ev.JobAccepted(at=1.0, job_id=j, user="ann", key=j, demand=a_demand(1), digest="") for j in "abcd"]
    told += [ev.JobWaits(at=2.0, job_id=j, refusal=_refusal(j)) for j in "cabdb"]
    told += [ev.JobEnded(at=3.0, job_id="d", state="cancelled", reason="")]
    _write(log, state, tree, told)
    assert list(state.parked) == ["c", "a", "b"]
    older = saved(state, tree, 0)
    silent = tuple(msgspec.structs.replace(job, parked=0) for job in state.jobs.values())
    living = msgspec.structs.replace(living_of(state), jobs=(), parked=("c", "a", "b"))
    grown = Grown(jobs=silent, levels=tree.grown(0))
    log.snapshot(older._replace(living=msgspec.msgpack.encode(living), grown=(msgspec.msgpack.encode(grown),)))
    known = restore(log)
    _write(
        log, known.state, known.tree, [ev.JobAccepted(at=4.0, job_id="e", user="ann", key="e", demand=a_demand(1), digest="")]
    )
    _write(log, known.state, known.tree, [ev.JobWaits(at=5.0, job_id=j, refusal=_refusal(j)) for j in "ea"])
    log.snapshot(saved(known.state, known.tree, known.snapshot_at))
    for one in (known.state, restore(log).state):
        assert list(one.parked) == ["c", "b", "e", "a"]
    log.close()


def _refusal(job_id: str) -> Refusal:
    why = Explanation(world_version=1, seed=0, candidates=0, admitted=0, fuel_per_task=1, fuel_basis="", rules=(), finalists=(),
                      ruled_out=())  # fmt: skip
    return Refusal(job_id=job_id, code="c", passing=True, explanation=why)


def _write(log: SqliteLog, state: State, tree: Tree, events: list[ev.Event]) -> None:
    bodies = [msgspec.json.encode(event) for event in events]
    log.append(state.seq + 1, bodies)
    fold(state, tree, ((number, body) for number, body in enumerate(bodies, state.seq + 1)))
