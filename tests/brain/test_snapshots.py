"""A snapshot has what has changed since the one before, and goes on from those of older versions."""

from pathlib import Path

import msgspec

from suanwang.brain.replay import Grown, fold, living_of, restore, saved
from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.store.log import SqliteLog
from suanwang.trust.merkle import Tree
from tests.brain.sample import a_demand


def test_a_snapshot_of_an_older_version_is_gone_on_from(tmp_path: Path) -> None:
    """It has the jobs that are not over among what is written whole; the next one has them where they belong."""
    log, state = SqliteLog(tmp_path / "log"), State()
    tree = Tree()
    told = [ev.UserAdded(at=0.0, user="ann", roles=("user",))]
    told += [ev.JobAccepted(at=1.0, job_id=j, user="ann", key=j, demand=a_demand(1), digest="") for j in ("job-a", "job-b")]
    told += [ev.JobEnded(at=2.0, job_id="job-a", state="cancelled", reason="")]
    _write(log, state, tree, told)
    older = saved(state, tree, 0)
    over = Grown(jobs=(state.jobs["job-a"],), levels=tree.grown(0))
    log.snapshot(older._replace(living=msgspec.msgpack.encode(living_of(state)), grown=(msgspec.msgpack.encode(over),)))
    known = restore(log)
    assert known.state.jobs == state.jobs and list(known.state.unfinished) == ["job-b"]
    _write(log, known.state, known.tree, [ev.UserAdded(at=3.0, user="bob", roles=("user",))])
    log.snapshot(saved(known.state, known.tree, known.snapshot_at))
    again = restore(log)
    assert (again.snapshot_at, again.state.jobs) == (len(told) + 1, state.jobs) and not again.state.touched
    log.close()


def _write(log: SqliteLog, state: State, tree: Tree, events: list[ev.Event]) -> None:
    bodies = [msgspec.json.encode(event) for event in events]
    log.append(state.seq + 1, bodies)
    fold(state, tree, ((number, body) for number, body in enumerate(bodies, state.seq + 1)))
