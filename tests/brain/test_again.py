"""What waits for room is looked at again when something has changed, and not before; lists begin where they are asked to."""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from suanwang.brain import follow, loop
from suanwang.brain.decide import timely
from suanwang.brain.state import State
from suanwang.brain.views import newest_first
from suanwang.model.demand import Limits
from suanwang.model.node import Reading
from suanwang.world.fold import empty, heard, joined, same_room, silent
from tests.api.stage import demand, done, staged
from tests.brain.sample import a_node

WAIT_S = 60.0


def test_a_heartbeat_that_says_what_was_so_changes_nothing_for_a_decision() -> None:
    node = a_node("n1")
    quiet = Reading(node_id=node.id, generation=0)
    world = heard(joined(empty(), node, now=0.0), (quiet,), 1.0)
    again = heard(world, (quiet,), 2.0)
    assert again.version > world.version and same_room(world, again)
    assert not same_room(world, silent(world, [node.id]))
    assert not same_room(world, heard(world, (Reading(node_id=node.id, generation=0, stuck="disk full"),), 2.0))
    assert not same_room(world, joined(world, a_node("n2"), now=2.0))


def test_what_waits_is_judged_again_only_when_there_is_news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged, ticked = Counter[str](), Counter[str]()
    judge, late = follow.judge, loop.late

    def counted(state: State, job: Any, *more: Any) -> Any:
        judged[job.id] += 1
        return judge(state, job, *more)

    def ticks(state: State, now: float) -> Any:
        ticked["all"] += 1
        return late(state, now)

    monkeypatch.setattr(follow, "judge", counted)
    monkeypatch.setattr(loop, "late", ticks)
    with staged(tmp_path) as stage:
        node = stage.node(cores=1)
        stage.operator.job(demand(), "first")
        second = stage.operator.job(demand(), "second")
        assert second.state == "queued"
        end = time.monotonic() + WAIT_S
        while ticked["all"] < 30 and time.monotonic() < end:
            node.report()
            time.sleep(0.01)  # a node is not asked by itself more often than is allowed
        assert ticked["all"] >= 30 and judged[second.id] <= 5
        stage.blobs.give([], node.id)
        node.report(done(node.desired().orders[0]))
        assert stage.operator.get(f"/v1/jobs/{second.id}").json()["state"] == "running"


def test_time_counts_for_those_who_named_it(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.node(cores=1)
        made = [stage.operator.job(demand(), "first"), stage.operator.job(demand(), "plain"),
                stage.operator.job(demand(limits=Limits(finish_s_max=3000.0)), "soon")]  # fmt: skip
        state = stage.brain.state
        _, plain, soon = (state.jobs[job.id] for job in made)
        assert not timely(state, plain, stage.now) and timely(state, plain, stage.now + 3601.0)
        assert timely(state, soon, stage.now)


def test_a_list_begins_at_its_cursor_whoever_asks(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        ann = stage.person("ann")
        mine = [ann.job(demand(), f"k{i}").id for i in range(3)]
        other = stage.operator.job(demand(), "k").id
        state = stage.brain.state
        assert [job.id for job in newest_first(state, "ann")] == mine[::-1]
        assert [job.id for job in newest_first(state, "ann", other)] == mine[::-1]  # of others too a cursor is a moment
        assert [job.id for job in newest_first(state, None, mine[2])] == mine[1::-1]
        assert list(newest_first(state, "bob")) == []
        assert [job.id for job in newest_first(state, None, unfinished=True)] == list(reversed(state.unfinished))
