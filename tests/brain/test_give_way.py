"""Who gives way to whom, end to end through the brain's own loop, with nodes that are played."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from suanwang.brain.applied.life import stir
from suanwang.brain.decide import rehearse
from suanwang.brain.follow import parked
from suanwang.brain.give_way import GAVE_WAY_MAX
from suanwang.brain.jobs import JobState
from suanwang.brain.views import bill_view, job_view
from suanwang.market.bill import decimal
from suanwang.market.ledger import user_account
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Needs, Verify
from suanwang.model.plan import Plan
from tests.brain.sample import a_demand, a_node
from tests.twin.whole import Whole


@contextmanager
def domain(*names: str) -> Iterator[Whole]:
    whole = Whole(1, [a_node(name) for name in names or ("n1",)], until_s=0.0, faults=False)
    yield whole
    whole.brain._writer.shutdown(wait=False)


def a_job(priority: str, *, milli: int = 1000, budget: int = 100_000, **more: object) -> Demand:
    return a_demand(budget=budget, needs=Needs(cpu_milli=milli, memory_bytes=64 << 20), priority=priority, **more)


def job(whole: Whole, key: str) -> JobState:
    return whole.brain.state.jobs[f"job-{key}"]


def full(whole: Whole, priority: str = "deferrable", **more: object) -> None:
    """Two jobs of ann on the two cores of a node, not ended for a while."""
    for agent in whole.agents.values():
        agent.work = lambda *_: None  # type: ignore[method-assign]
    for key in ("a", "b"):
        whole.submit(key, a_job(priority, **more))
    whole.run(3.0)


def worked(whole: Whole) -> None:
    for agent in whole.agents.values():
        del agent.work
    whole.run(120.0)
    assert not whole.brain.state.unfinished


def test_what_is_deferrable_gives_way_is_compensated_and_runs_again() -> None:
    with domain() as whole:
        full(whole)
        before = whole.brain.state.ledger.balance(user_account("ann")) + whole.brain.state.ledger.held("ann")
        whole.submit("u", a_job("urgent"), "bob")
        plan = whole_plan(whole, "job-u")
        (given,) = plan.preempted
        other = whole.brain.state.jobs[given.placement_id.split("/")[0]]
        assert job(whole, "u").state == "running" and other.waiting() == (0,) and other.attempts[0] == 0
        assert given.compensation_micro > 0
        ledger = whole.brain.state.ledger
        assert ledger.balance(user_account("ann")) + ledger.held("ann") == before + given.compensation_micro
        worked(whole)
        assert other.state == "done" and other.attempts[0] == 1 and other.tries(0) == 1
        shown, bill = job_view(whole.brain.state, other), bill_view(whole.brain.state, other, "CNY")
        assert (shown.gave_way, shown.compensated_micro) == (1, given.compensation_micro)
        assert len(bill.lines) == 1 and bill.posted_micro == other.posted_micro  # the part that was lost costs it nothing


def whole_plan(whole: Whole, job_id: str) -> Plan:
    events = [msgspec.json.decode(body, type=ev.Event) for body in whole.disk.bodies]
    return next(e.plan for e in events if isinstance(e, ev.JobPlaced) and e.job_id == job_id)


def test_the_bill_of_the_urgent_job_has_a_line_for_it_and_the_provider_is_paid() -> None:
    with domain() as whole:
        full(whole)
        whole.submit("u", a_job("urgent"), "bob")
        worked(whole)
        urgent = job(whole, "u")
        (room,) = urgent.room.values()
        bill = bill_view(whole.brain.state, urgent, "CNY")
        (line,) = [line for line in bill.lines if line.sku_id == "preemption"]
        assert room.over and 0 < room.fuel <= room.given.fuel_max and line.billed_cost == decimal(room.paid_micro)
        assert bill.held_micro == bill.posted_micro + bill.voided_micro <= 100_000
        assert sum(round(float(one.billed_cost) * 1e6) for one in bill.lines) == bill.posted_micro == urgent.posted_micro
        earned = whole.brain.state.ledger.earned("olga")
        spent = sum(one.posted_micro for one in whole.brain.state.jobs.values())
        assert earned == spent - room.given.compensation_micro


def test_nobody_tells_of_it_so_it_is_paid_as_if_all_were_burned() -> None:
    with domain() as whole:
        full(whole)
        whole.submit("u", a_job("urgent"), "bob")
        whole.cancel("job-u")
        whole.brain.state.stirred.clear()
        (room,) = job(whole, "u").room.values()
        whole.command(lambda state, now: [ev.JobEnded(at=now, job_id="job-u", state="cancelled", reason="")])
        assert room.over and room.fuel == room.given.fuel_max and not whole.brain.state.ledger.held("bob")


@pytest.mark.parametrize("priority", ["normal", "urgent"])
def test_what_is_not_deferrable_never_gives_way(priority: str) -> None:
    with domain() as whole:
        full(whole, priority)
        whole.submit("u", a_job("urgent"), "bob")
        assert job(whole, "u").state == "queued" and not job(whole, "u").room
        worked(whole)


def become(whole: Whole, key: str, demand: Demand) -> None:
    """As if it had been accepted with another demand; in a job nothing changes unsaid."""
    job(whole, key).demand = demand
    stir(whole.brain.state, job(whole, key))


def test_neither_replicas_nor_a_job_that_would_be_late_give_way() -> None:
    with domain() as whole:
        full(whole, fuel=10**9)
        for key in ("a", "b"):
            limits = msgspec.structs.replace(job(whole, key).demand.limits, finish_s_max=3.2)  # half a second, after three
            become(whole, key, msgspec.structs.replace(job(whole, key).demand, limits=limits))
        whole.submit("u", a_job("urgent"), "bob")
        assert job(whole, "u").state == "queued"
    with domain("n1", "n2") as whole:
        whole.agents[next(iter(whole.agents))].node = a_node("n1")
        full(whole, milli=2000, verify=Verify())
        for key in ("a", "b"):
            become(whole, key, msgspec.structs.replace(job(whole, key).demand, verify=Verify(replicas=2, quorum=2)))
        whole.submit("u", a_job("urgent"), "bob")
        assert job(whole, "u").state == "queued"


def test_without_the_money_it_waits() -> None:
    with domain() as whole:
        full(whole)
        whole.submit("u", a_job("urgent", budget=40), "bob")
        assert job(whole, "u").state == "queued" and job(whole, "u").reason == "SUAN-P012"
        worked(whole)
        assert job(whole, "u").posted_micro <= 40


def test_it_gives_way_so_often_and_no_more() -> None:
    with domain() as whole:
        for agent in whole.agents.values():
            agent.work = lambda *_: None  # type: ignore[method-assign]
        whole.submit("a", a_job("deferrable", milli=2000))
        for turn in range(GAVE_WAY_MAX + 1):
            whole.submit(f"u{turn}", a_job("urgent", milli=2000), "bob")
            whole.run(2.0)
            assert job(whole, "a").gave_way == min(turn + 1, GAVE_WAY_MAX)
            if turn < GAVE_WAY_MAX:
                assert job(whole, f"u{turn}").state == "running"
                whole.cancel(f"job-u{turn}")
                whole.run(4.0)
                assert job(whole, "a").placements and not job(whole, "a").waiting()
        assert job(whole, f"u{GAVE_WAY_MAX}").state == "queued"
        worked(whole)
        assert job(whole, "a").outcomes[0] is not None and job(whole, "a").tries(0) == 1


def test_of_those_that_wait_the_urgent_come_first() -> None:
    with domain() as whole:
        full(whole, "normal", milli=1000)
        for key, priority in (("d", "deferrable"), ("n", "normal"), ("u", "urgent")):
            whole.submit(key, a_job(priority, milli=2000), "bob")
        assert parked(whole.brain.state) == ["job-u", "job-d", "job-n"]
        worked(whole)
        assert job(whole, "u").placed_at < min(job(whole, key).placed_at for key in "dn")


def test_asking_only_says_who_would_give_way_and_moves_nobody() -> None:
    with domain() as whole:
        full(whole)
        asked = JobState(id="rehearsal", number=0, key="", user="bob", demand=a_job("urgent"), digest="", accepted_at=whole.now)
        asked.attempts = bytearray(1)
        answer = rehearse(whole.brain.state, asked, (0,), whole.now)
        assert isinstance(answer, Plan) and len(answer.preempted) == 1
        assert not job(whole, "a").gave_way and not job(whole, "b").gave_way


def test_a_restart_knows_who_gave_way_to_whom() -> None:
    with domain() as whole:
        full(whole)
        whole.submit("u", a_job("urgent"), "bob")
        whole.keep()
        (given,) = whole_plan(whole, "job-u").preempted
        assert job(whole, "u").room[given.placement_id].given == given
        assert list(whole.brain.state.pressing) == ["job-u"] and set(whole.brain.state.yielding) == {"job-a", "job-b"}
        worked(whole)
