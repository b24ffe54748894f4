"""Nodes at rest: only those that may and hold nothing, after a while, never all; work wakes them, and the wait for that
counts."""

import msgspec

from suanwang.brain.replay import restore
from suanwang.brain.rest import DELAY_MIN
from suanwang.brain.views import desired_view, node_view
from suanwang.model import event as ev
from suanwang.model.demand import Limits, Needs
from suanwang.model.node import Node
from tests.brain.sample import a_demand, a_node
from tests.twin.week import HOUR_S, Week
from tests.twin.whole import picture


def node(name: str, wake_s: float) -> Node:
    return msgspec.structs.replace(a_node(name, owner=name), wake_s=wake_s)


def a_week(*nodes: Node) -> Week:
    return Week(nodes, {}, 480_000, 0)


def test_idle_nodes_rest_after_a_while_but_for_what_is_kept_ready() -> None:
    week = a_week(*(node(f"n{k}", 2.0) for k in range(3)), node("always", 0.0))
    week.run(60.0 * (DELAY_MIN - 2))
    assert not week.brain.state.resting
    week.run(HOUR_S)
    state = week.brain.state
    assert {state.node(n).name for n in state.resting} == {"n0", "n1", "n2"}, "the one that never rests is enough"  # type: ignore[union-attr]
    assert all(desired_view(state, n, 0).rest for n in state.resting)
    resting = next(iter(state.resting))
    assert node_view(state, state.node(resting), week.now, 1e9).state == "resting"  # type: ignore[arg-type]
    assert picture(restore(week.disk).state) == picture(state)  # type: ignore[arg-type]


def test_one_is_kept_where_all_may_rest() -> None:
    week = a_week(*(node(f"n{k}", 2.0) for k in range(3)))
    week.run(HOUR_S)
    assert len(week.brain.state.resting) == 2


def test_work_goes_to_who_is_awake_first_then_wakes_others_and_the_time_for_that_is_in_its_finish() -> None:
    week = a_week(*(node(f"n{k}", 30.0) for k in range(2)))
    week.run(HOUR_S)
    state = week.brain.state
    (resting,) = state.resting
    whole = a_demand(fuel=10**12, needs=Needs(cpu_milli=2000, memory_bytes=64 << 20))
    before = len(week.events)
    week.submit("job-1", whole)
    (one,) = state.jobs["job-1"].placements.values()
    assert one.placement.node_id != resting and state.resting == {resting}
    week.submit("job-2", whole)
    (two,) = state.jobs["job-2"].placements.values()
    assert two.placement.node_id == resting and not state.resting
    assert two.placement.finish_s == one.placement.finish_s + 30.0
    assert not desired_view(state, resting, 0).rest
    week.run(60.0)
    after = [e for e in week.events[before:] if isinstance(e, ev.NodeRested) and e.resting]
    assert not after, "who holds something does not rest"


def test_who_is_pressed_for_time_is_not_sent_to_one_that_must_wake_first() -> None:
    week = a_week(node("sleepy", 3000.0), node("awake", 0.0))
    week.run(HOUR_S)
    state = week.brain.state
    full = a_demand(fuel=10**12, needs=Needs(cpu_milli=2000, memory_bytes=64 << 20))
    week.submit("job-1", full)
    week.submit("job-2", msgspec.structs.replace(full, limits=Limits(budget_micro=10**6, finish_s_max=1200.0)))
    assert state.resting and not state.jobs["job-2"].placements, "it would end in time on neither"
