"""Room that is kept for later: made, held free, used, paid for and ended, through the brain's own loop."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from suanwang.brain import commands
from suanwang.brain.jobs import JobState
from suanwang.brain.reserve import UNUSED, find_reservation, reservation_view
from suanwang.brain.state import ReservationState
from suanwang.market.ledger import hold_account, user_account
from suanwang.model.demand import Demand, Needs
from suanwang.model.fault import Fault
from suanwang.model.reservation import Reserve
from tests.brain.sample import a_demand, a_node
from tests.twin.whole import Whole

HOUR = 3600.0


@contextmanager
def domain(*names: str) -> Iterator[Whole]:
    whole = Whole(1, [a_node(name) for name in names or ("n1",)], until_s=0.0, faults=False)
    whole.run(3.0)
    yield whole
    whole.brain._writer.shutdown(wait=False)


def a_job(*, milli: int = 1000, task_s: float = 600.0, **more: object) -> Demand:
    needs = Needs(cpu_milli=milli, memory_bytes=64 << 20)
    return a_demand(budget=100_000, needs=needs, task_s_max=task_s, **more)  # type: ignore[arg-type]


def reserve(whole: Whole, name: str = "eve", *, milli: int = 2000, after: float = HOUR, long: float = HOUR) -> ReservationState:
    at = whole.now + after
    needs = Needs(cpu_milli=milli, memory_bytes=64 << 20)
    whole.command(commands.reserve(f"resv-{name}", "bob", Reserve(name=name, needs=needs, from_at=at, until_at=at + long)))
    return whole.brain.state.reservations[f"resv-{name}"]


def job(whole: Whole, key: str) -> JobState:
    return whole.brain.state.jobs[f"job-{key}"]


def code(whole: Whole, act: commands.Act) -> str:
    with pytest.raises(Fault) as caught:
        act(whole.brain.state, whole.now)
    return caught.value.code


def test_others_are_placed_there_only_if_they_are_over_when_it_begins() -> None:
    with domain() as whole:
        reserve(whole, milli=1000, after=HOUR / 2, long=600.0)
        whole.submit("long", a_job(task_s=2 * HOUR))  # beside what is reserved there is one core
        whole.submit("short", a_job(task_s=600.0))
        whole.submit("too long", a_job(milli=2000, task_s=2 * HOUR))
        assert job(whole, "short").state == job(whole, "long").state == "running"
        assert job(whole, "too long").state == "queued"
        whole.run(60.0)
        whole.submit("why", a_job(milli=2000, task_s=2 * HOUR))
        refusal = next(iter(whole.brain.course.no_room.values()))
        (reason,) = refusal.explanation.ruled_out[0].reasons
        assert (reason.rule, reason.passing) == ("reserved", True)
        assert reason.have == "reserved from 1970-01-01 00:46 UTC by bob"
        whole.run(HOUR)
        assert job(whole, "too long").outcomes[0] is not None, "when it is over, the room is everybody's"


def test_its_own_jobs_wait_for_it_use_it_and_what_is_not_used_is_charged_by_half() -> None:
    with domain() as whole:
        one = reserve(whole)
        made = one.reservation
        assert made.hold_micro == made.full_micro // UNUSED == whole.brain.state.ledger.balance(hold_account(made.id))
        whole.submit("mine", a_job(reservation="eve"), "bob")
        assert job(whole, "mine").state == "queued"
        whole.run(HOUR - 10.0)
        assert job(whole, "mine").state == "queued"
        whole.run(60.0)
        (held,) = job(whole, "mine").placements.values()
        assert held.placement.reservation == made.id and job(whole, "mine").outcomes[0] is not None
        used = one.used_micro
        assert used == job(whole, "mine").posted_micro > 0
        whole.run(2 * HOUR)
        assert one.ended == "over" and one.charged_micro == (made.full_micro - used) * made.hold_micro // made.full_micro
        state = whole.brain.state
        assert (
            state.ledger.balance(user_account("olga")) == sum(j.posted_micro for j in state.jobs.values()) + one.charged_micro
        )
        assert not state.ledger.held("bob") and not state.world.reserved


def test_it_is_given_back_for_nothing_before_it_begins_and_not_after() -> None:
    with domain() as whole:
        early, late = reserve(whole, "early", milli=1000), reserve(whole, "late", milli=1000, after=10.0)
        whole.run(20.0)
        for _ in range(2):
            whole.command(commands.unreserve("early", "bob"))
            whole.command(commands.unreserve("late", "bob"))
        assert (early.ended, early.charged_micro) == ("cancelled", 0)
        assert (late.ended, late.charged_micro) == ("cancelled", late.reservation.hold_micro)
        assert not whole.brain.state.ledger.held("bob")


def test_a_node_that_leaves_or_is_not_heard_is_not_paid_for_it() -> None:
    with domain("n1", "n2") as whole:
        gone, silent = reserve(whole, "a"), reserve(whole, "b")
        assert gone.reservation.room.node_id != silent.reservation.room.node_id, "two do not fit on one"
        whole.command(commands.leave(gone.reservation.room.node_id))
        assert (gone.ended, gone.charged_micro) == ("failed", 0)
        whole.agents[silent.reservation.room.node_id].up_at = whole.now + 10 * HOUR
        whole.run(2 * HOUR + 10.0)
        assert (silent.ended, silent.charged_micro) == ("over", 0)


def test_it_survives_a_restart_with_what_stands_in_it() -> None:
    with domain() as whole:
        whole.agents[next(iter(whole.agents))].work = lambda *_: None  # type: ignore[method-assign]
        reserve(whole, milli=1000, after=5.0)
        whole.run(10.0)
        whole.submit("mine", a_job(reservation="eve", milli=500), "bob")
        before = dict(whole.brain.state.world.reserved)
        assert len(before["resv-eve"].used) == 1
        whole.keep()
        assert dict(whole.brain.state.world.reserved) == before
        whole.reborn()
        assert dict(whole.brain.state.world.reserved) == before


def test_what_cannot_be_is_refused_by_name() -> None:
    with domain() as whole:
        reserve(whole, milli=1000)

        def asked(name: str = "new", *, milli: int = 1000, after: float = HOUR, long: float = HOUR) -> commands.Act:
            at = whole.now + after
            return commands.reserve(
                "resv-x", "bob", Reserve(name=name, needs=Needs(cpu_milli=milli), from_at=at, until_at=at + long)
            )

        assert code(whole, asked("eve")) == "SUAN-U099"
        assert code(whole, asked(after=-HOUR)) == code(whole, asked(long=60.0)) == "SUAN-U098"
        assert code(whole, asked(milli=2000)) == "SUAN-P016"
        assert asked(milli=2000, after=3 * HOUR)(whole.brain.state, whole.now)
        assert code(whole, commands.submit("job-x", "bob", a_job(reservation="nobody"), "x")) == "SUAN-N013"
        assert code(whole, commands.submit("job-x", "ann", a_job(reservation="eve"), "x")) == "SUAN-N013"


def test_what_may_still_run_then_is_in_its_way() -> None:
    with domain() as whole:
        whole.agents[next(iter(whole.agents))].work = lambda *_: None  # type: ignore[method-assign]
        whole.submit("a", a_job(task_s=2 * HOUR))
        at = whole.now + HOUR
        wide = Reserve(name="wide", needs=Needs(cpu_milli=2000), from_at=at, until_at=at + HOUR)
        assert code(whole, commands.reserve("resv-w", "bob", wide)) == "SUAN-P016"
        later = msgspec.structs.replace(wide, from_at=at + 2 * HOUR, until_at=at + 3 * HOUR)
        assert commands.reserve("resv-w", "bob", later)(whole.brain.state, whole.now)


def test_a_job_for_a_reservation_that_is_over_is_told_so() -> None:
    with domain() as whole:
        reserve(whole, after=5.0, long=600.0)
        whole.run(1000.0)
        with pytest.raises(Fault, match="eve was over at") as told:
            commands.submit("job-x", "bob", a_job(reservation="eve"), "x")(whole.brain.state, whole.now)
        assert told.value.code == "SUAN-N015"


def test_a_job_that_would_outlast_its_reservation_is_refused() -> None:
    with domain() as whole:
        reserve(whole, after=5.0, long=600.0)
        whole.run(10.0)
        whole.submit("mine", a_job(reservation="eve", task_s=900.0), "bob")
        assert job(whole, "mine").state == "refused"
        view = reservation_view(whole.brain.state, find_reservation(whole.brain.state, "eve", "bob"), whole.now)
        assert (view.state, view.node, view.used_micro) == ("open", "n1", 0)
