"""A gang runs all at once or not at all, and what is lost of it ends all of it: through the brain's own loop."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from suanwang.agent.places import Place
from suanwang.agent.work import spec_of
from suanwang.brain.jobs import DONE, FAILED, PLACED, JobState
from suanwang.brain.views import bill_view, desired_view
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Needs
from suanwang.model.job import ATTEMPTS_MAX, Outcome
from tests.brain.sample import a_demand, a_node
from tests.twin.whole import SILENT_S, Whole


@contextmanager
def domain(*names: str) -> Iterator[Whole]:
    """Nodes of two cores, none of which ends anything by itself."""
    whole = Whole(1, [a_node(name) for name in names], until_s=0.0, faults=False)
    for agent in whole.agents.values():
        agent.work = lambda *_: None  # type: ignore[method-assign]
    yield whole
    whole.brain._writer.shutdown(wait=False)


def a_gang(tasks: int, **more: object) -> Demand:
    return a_demand(tasks, budget=100_000, needs=Needs(cpu_milli=1000, memory_bytes=64 << 20), gang=True, **more)


def job(whole: Whole, key: str) -> JobState:
    return whole.brain.state.jobs[f"job-{key}"]


def nodes_of(whole: Whole, key: str) -> list[str]:
    return [whole.brain.state.node_of(h).name for h in job(whole, key).placements.values() if h.live]


def told(whole: Whole, key: str, *tasks: int, state: str = "done") -> None:
    """The nodes tell of some tasks by themselves."""
    for agent in whole.agents.values():
        for placement, task in [one for one in agent.doing if one[0].startswith(f"job-{key}/") and one[1] in tasks]:
            del agent.doing[placement, task]
            code = "" if state == "done" else "exit"
            agent.untold[placement, task] = Outcome(placement_id=placement, task=task, state=state, code=code, fuel=10**9)


def test_all_run_at_once_over_several_nodes_and_know_of_each_other() -> None:
    with domain("n1", "n2") as whole:
        whole.submit("g", a_gang(4))
        assert sorted(nodes_of(whole, "g")) == ["n1", "n2"] and job(whole, "g").count(PLACED) == 4
        orders = [order for node in whole.agents for order in desired_view(whole.brain.state, node, 0).fresh]
        place = Place(*[Path("x")] * 4)
        envs = [dict(spec_of(order, task, item, place, 1).env) for order in orders for task, item in order.tasks]
        assert sorted((env["SUAN_GANG_RANK"], env["SUAN_GANG_SIZE"]) for env in envs) == [(str(k), "4") for k in range(4)]


def test_without_room_for_all_none_runs() -> None:
    with domain("n1", "n2") as whole:
        whole.submit("a", a_demand(needs=Needs(cpu_milli=1000, memory_bytes=64 << 20)))
        whole.submit("g", a_gang(4))
        assert (job(whole, "g").state, job(whole, "g").reason) == ("queued", "SUAN-P015")
        whole.submit("five", a_gang(5))
        assert (job(whole, "five").state, job(whole, "five").reason) == ("refused", "SUAN-P015")  # it would never fit
        whole.run(3.0)
        told(whole, "a", 0)
        whole.run(3.0)
        assert job(whole, "g").state == "running" and job(whole, "g").count(PLACED) == 4


def test_what_is_lost_ends_all_and_all_begin_again_with_one_attempt_more() -> None:
    with domain("n1", "n2", "n3") as whole:
        whole.submit("g", a_gang(4))
        whole.run(3.0)
        told(whole, "g", 0)
        whole.run(2.0)
        assert job(whole, "g").count(DONE) == 1
        gone = next(h for h in job(whole, "g").placements.values() if h.live and 0 not in h.placement.tasks).placement.node_id
        whole.agents[gone].up_at = whole.now + 1000.0
        whole.run(2 * SILENT_S)
        again = job(whole, "g")
        assert not again.broken and again.count(PLACED) == 4 and list(again.attempts) == [2] * 4
        assert len(nodes_of(whole, "g")) == 2 and whole.brain.state.node(gone).name not in nodes_of(whole, "g")
        stopped = [h for h in again.placements.values() if not h.live and h.placement.node_id != gone]
        assert all(held.paid == held.fuel > 0 for held in stopped), "what the others burned is paid for"
        told(whole, "g", 0, 1, 2, 3)
        whole.run(3.0)
        assert again.state == "done"
        bill = bill_view(whole.brain.state, again, "CNY")
        assert bill.posted_micro == again.posted_micro and bill.fuel == again.fuel


def test_a_gang_is_tried_so_often_and_then_has_failed() -> None:
    with domain(*(f"n{k}" for k in range(2 * ATTEMPTS_MAX))) as whole:
        whole.submit("g", a_gang(4))
        for _ in range(ATTEMPTS_MAX):
            whole.run(2.0)
            held = next(h for h in job(whole, "g").placements.values() if h.live)
            whole.agents[held.placement.node_id].up_at = whole.now + 1000.0
            whole.run(2 * SILENT_S)
        assert (job(whole, "g").state, job(whole, "g").reason) == ("failed", "lost") and job(whole, "g").tries(
            0
        ) == ATTEMPTS_MAX


def test_one_that_fails_stops_the_others() -> None:
    with domain("n1", "n2") as whole:
        whole.submit("g", a_gang(4))
        whole.run(3.0)
        told(whole, "g", 2, state="failed")
        whole.run(4.0)
        failed = job(whole, "g")
        assert (failed.state, failed.reason, failed.count(FAILED)) == ("failed", "exit", 4)
        assert [o.state for o in failed.outcomes if o].count("cancelled") == 3


def test_a_node_that_was_silent_does_not_go_on_with_its_part() -> None:
    with domain("n1", "n2") as whole:
        whole.submit("g", a_gang(4))
        whole.run(3.0)
        gone = next(iter(whole.agents.values()))
        gone.up_at = whole.now + 2 * SILENT_S
        whole.run(6 * SILENT_S)
        events = [msgspec.json.decode(body, type=ev.Event) for body in whole.disk.bodies]
        assert not [e for e in events if isinstance(e, ev.PlacementResumed)]
        assert list(job(whole, "g").attempts) == [2] * 4 and job(whole, "g").count(PLACED) == 4
