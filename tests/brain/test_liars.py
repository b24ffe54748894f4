"""Liars on a real brain: what a minority says is never accepted nor paid, records route work, and every replay agrees."""

import asyncio
import hashlib
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.brain import commands
from suanwang.brain.decide import draw
from suanwang.brain.jobs import DONE, FAILED, JobState
from suanwang.brain.state import State
from suanwang.brain.views import bill_view, node_view, task_view
from suanwang.market.ledger import hold_account, user_account
from suanwang.model.demand import Demand, Verify
from suanwang.model.file import FileRef
from suanwang.model.job import Outcome, result_hash
from suanwang.model.node import Node, Reading, Speed
from suanwang.model.plan import Plan, Refusal
from suanwang.trust.record import AGREED, DISAGREED, FLOOR, after, reputation, trusted
from tests.brain.sample import a_demand, a_node
from tests.brain.test_brain import World, live, taken

TRUE = "what the program says"
FUEL = 10**9


def nodes(*owners: str, price: int = 30_000) -> list[Node]:
    return [a_node(f"n-{owner}", owner=owner, price=price + i) for i, owner in enumerate(owners)]


def verified(tasks: int = 1, replicas: int = 3, quorum: int = 2, *, adaptive: bool = False, **more: object) -> Demand:
    return a_demand(tasks, verify=Verify(replicas=replicas, quorum=quorum, adaptive=adaptive), **more)  # type: ignore[arg-type]


def said(placement: str, task: int = 0, text: str = TRUE, fuel: int = FUEL, **more: object) -> Outcome:
    stdout = FileRef(path="stdout", sha256=hashlib.sha256(text.encode()).hexdigest(), size=len(text))
    plain = Outcome(placement_id=placement, task=task, state="done", fuel=fuel, stdout=stdout, started_at=1_000.0)
    return msgspec.structs.replace(plain, **{"result_sha256": result_hash((), stdout), **more})


def failed(placement: str, task: int = 0, code: str = "exit") -> Outcome:
    return Outcome(placement_id=placement, task=task, state="failed", code=code, exit_code=1, fuel=FUEL, started_at=1_000.0)


def held_by(state: State, job: JobState, owner: str) -> list[tuple[str, int]]:
    """(placement, task) that an owner is still to tell of."""
    helds = [h for h in job.placements.values() if h.live and state.node_of(h).owner == owner]
    return [(h.placement.id, t) for h in helds for t in h.placement.tasks if t not in h.told]


async def tell(w: World, job: JobState, owner: str, text: str = TRUE, **more: object) -> None:
    """An owner's nodes report all that they hold of the job."""
    for place, task in held_by(w.state, job, owner):
        assert await w.report(w.state.node_of(job.placements[place]), said(place, task, text, **more)) == []


def earned(state: State, owner: str) -> int:
    return state.ledger.balance(user_account(owner))


def records(state: State, owner: str) -> tuple[int, int]:
    record = state.owner_record(owner)
    return record.agreed, record.disagreed


def test_a_lie_is_outvoted_unpaid_and_remembered(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("ann-1", "bob", "cat"))
        await w.submit("job", verified())
        job = w.state.jobs["job"]
        assert {w.state.node_of(h).owner for h in job.placements.values()} == {"ann-1", "bob", "cat"}
        await tell(w, job, "bob", "a lie")
        assert job.posted_micro == 0 and task_view(w.state, job, 0).outcome is None
        await tell(w, job, "ann-1")
        assert job.posted_micro == 0, "one honest answer is no quorum"
        await tell(w, job, "cat")
        assert job.state == "done" and w.state.ledger.balance(hold_account("job")) == 0

    state = live(tmp_path, scene).state
    job = state.jobs["job"]
    canonical = task_view(state, job, 0).outcome
    assert canonical and canonical.result_sha256 == said("x").result_sha256
    assert (earned(state, "ann-1"), earned(state, "bob"), earned(state, "cat")) == (30, 0, 30)
    assert records(state, "bob") == (0, 1) and records(state, "ann-1") == (1, 0)
    bill = bill_view(state, job, "CNY")
    assert bill.posted_micro == 60 == job.posted_micro and {line.resource_name for line in bill.lines} == {"n-ann-1", "n-cat"}


def test_a_late_replica_is_paid_if_it_agrees(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("a", "b", "c"))
        await w.submit("job", verified())
        job = w.state.jobs["job"]
        await tell(w, job, "a")
        await tell(w, job, "b")
        assert job.tasks[0] == DONE and job.state == "running" and earned(w.state, "c") == 0
        await tell(w, job, "c")
        assert job.state == "done" and earned(w.state, "c") == 30

    live(tmp_path, scene)


def test_without_a_quorum_more_are_asked_and_in_the_end_it_fails(tmp_path: Path) -> None:
    owners = [f"o{i}" for i in range(9)]

    async def scene(w: World) -> None:
        await w.prepare(*nodes(*owners))
        await w.submit("job", verified())
        job = w.state.jobs["job"]
        for answer in range(20):
            waiting = [o for o in owners if held_by(w.state, job, o)]
            if not waiting:
                break
            await tell(w, job, waiting[0], f"opinion {answer}")

    state = live(tmp_path, scene).state
    job = state.jobs["job"]
    assert job.state == "failed" and job.reason == "disagree" and len(job.given[0]) == 3 + 4
    outcome = task_view(state, job, 0).outcome
    assert outcome and outcome.code == "disagree" and job.posted_micro == 0
    assert earned(state, "ann") == 10_000_000 and all(records(state, o) == (0, 0) for o in owners)


def test_a_colluding_minority_is_outvoted(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("a", "b", "c", "x", "y"))
        await w.submit("job", verified(replicas=5, quorum=3))
        job = w.state.jobs["job"]
        for liar in ("x", "y"):
            await tell(w, job, liar, "agreed upon elsewhere")
        for honest in ("a", "b", "c"):
            await tell(w, job, honest)

    state = live(tmp_path, scene).state
    assert state.jobs["job"].state == "done" and earned(state, "x") == earned(state, "y") == 0
    assert records(state, "x") == (0, 1)


def test_a_failing_program_fails_everywhere_and_a_node_that_fails_alone_is_not_paid(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("a", "b", "c"))
        for name, answers in {"bad": [failed, failed, failed], "ill": [failed, said, said]}.items():
            await w.submit(name, verified())
            job = w.state.jobs[name]
            for owner, answer in zip("abc", answers, strict=True):
                [(place, task)] = held_by(w.state, job, owner)
                made = answer(place, task) if answer is said else failed(place, task, "exit" if name == "bad" else "memory")
                await w.report(w.state.node_of(job.placements[place]), made)

    state = live(tmp_path, scene).state
    assert state.jobs["bad"].state == "failed" and state.jobs["bad"].reason == "exit"
    assert state.jobs["bad"].posted_micro == 90, "work that was done is paid, however the program ends"
    assert state.jobs["ill"].state == "done" and state.owner_record("a").failed == 1
    assert earned(state, "a") == 30


def test_fuel_that_only_one_claims_is_not_paid_and_a_hash_must_be_of_the_result(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("a", "b", "c"))
        await w.submit("job", verified(replicas=3, quorum=3))
        job = w.state.jobs["job"]
        await tell(w, job, "a", fuel=5 * FUEL)
        await tell(w, job, "b")
        [(place, _)] = held_by(w.state, job, "c")
        forged = said(place, text="something else", result_sha256=said(place).result_sha256)
        assert await w.report(w.state.node_of(job.placements[place]), forged) == [(place, 0, "SUAN-R033")]
        assert records(w.state, "c") == (0, 1) and not job.placements[place].live

    state = live(tmp_path, scene).state
    assert state.jobs["job"].state == "failed" and state.jobs["job"].reason == "SUAN-P012", "there is no fourth owner"
    assert earned(state, "a") == earned(state, "b") == 0


def test_padding_ones_fuel_does_not_pay(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("a", "b", "c"))
        await w.submit("job", verified())
        job = w.state.jobs["job"]
        await tell(w, job, "a", fuel=5 * FUEL)
        await tell(w, job, "b")
        await tell(w, job, "c", fuel=7 * FUEL)

    state = live(tmp_path, scene).state
    assert [earned(state, o) for o in "abc"] == [30, 30, 30]


def test_replayed_and_foreign_outcomes_are_refused(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("a", "b", "c"))
        await w.submit("one", verified())
        await w.submit("two", verified(replicas=2, quorum=2))
        one, two = w.state.jobs["one"], w.state.jobs["two"]
        [(mine, _)] = held_by(w.state, one, "a")
        [(foreign, _)] = held_by(w.state, one, "b")
        node = w.state.node_of(one.placements[mine])
        assert await w.report(node, said(foreign)) == [(foreign, 0, "SUAN-R030")]
        assert await w.report(node, said(mine), said(mine)) == [(mine, 0, "SUAN-R031")]
        assert await w.report(node, said(mine, text="on second thoughts")) == [(mine, 0, "SUAN-R031")]
        outside = next(p for p in two.placements if w.state.node_of(two.placements[p]).owner != "a")
        assert await w.report(node, said(outside)) == [(outside, 0, "SUAN-R030")]
        assert await w.report(node, said("nowhere/1")) == [("nowhere/1", 0, "SUAN-R030")]
        assert one.posted_micro == two.posted_micro == 0 and len(one.votes[0]) == 1

    live(tmp_path, scene)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_interleaving_lets_a_minority_win_or_be_paid(data: st.DataObject) -> None:
    """Seven owners, at most (quorum - 1) of them lie alike; any order of reports, losses and tasks; some replicas go silent."""
    quorum = data.draw(st.integers(2, 3))
    replicas = data.draw(st.integers(2 * quorum - 1, 5))
    owners = [f"o{i}" for i in range(7)]
    liars = set(data.draw(st.lists(st.sampled_from(owners), max_size=quorum - 1, unique=True)))
    tasks = data.draw(st.integers(1, 4))
    budget = data.draw(st.sampled_from([1_000, 100_000, 1_000_000]))

    async def scene(w: World) -> None:
        await w.prepare(*nodes(*owners))
        await w.submit(
            "job", verified(tasks, replicas, quorum, budget=budget, prefer=data.draw(st.sampled_from(["price", "speed"])))
        )
        job = w.state.jobs["job"]
        losses = 0
        while not job.final:
            todo = [(o, p, t) for o in owners for p, t in held_by(w.state, job, o)]
            owner, place, task = data.draw(st.sampled_from(todo))
            node = w.state.node_of(job.placements[place])
            if losses < 2 and data.draw(st.integers(0, 9)) == 0:
                losses += 1
                await w.report(node, returned=((place, "no disk"),))
            else:
                text = "the liars' story" if owner in liars else TRUE
                await w.report(
                    node, said(place, task, text, fuel=FUEL * data.draw(st.integers(1, 3)) if owner in liars else FUEL)
                )
            assert w.state.ledger.total() == 0
            assert all(earned(w.state, liar) == 0 for liar in liars)
            assert job.posted_micro + w.state.ledger.balance(hold_account("job")) <= budget
            for given_to in job.given:
                its = [w.state.node_of(job.placements[p]).owner for p in given_to]
                assert len(set(its)) == len(its), "no owner twice for one task"

    with tempfile.TemporaryDirectory() as folder:
        state = live(Path(folder), scene).state
    job = state.jobs["job"]
    for task in range(len(job.tasks)):
        outcome = job.outcomes[task]
        if job.tasks[task] == DONE:
            assert outcome and outcome.result_sha256 == said("x").result_sha256
        elif job.tasks[task] == FAILED:
            assert outcome is None or outcome.code == "disagree"
    assert state.ledger.balance(hold_account("job")) == 0
    assert sum(earned(state, o) for o in owners) == job.posted_micro == bill_view(state, job, "CNY").posted_micro
    assert all(state.owner_record(o).disagreed == 0 for o in set(owners) - liars)


def test_too_few_owners_are_refused_with_the_numbers(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(a_node("n1", owner="olga"), a_node("n2", owner="olga"), a_node("n3", owner="pete"))
        await w.submit("job", verified())

    job = live(tmp_path, scene).state.jobs["job"]
    refusal = taken(tmp_path, job)[-1]
    assert isinstance(refusal, Refusal) and refusal.code == "SUAN-P014" and job.state == "refused"
    assert {(r.rule, r.need, r.have) for out in refusal.explanation.ruled_out for r in out.reasons} == {("owners", "3", "2")}


def test_ten_thousand_tasks_are_replicated_by_one_plan(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("a", "b", "c"))
        await w.submit("job", verified(10_000, fuel=10**6))

    job = live(tmp_path, scene).state.jobs["job"]
    assert [len(h.placement.tasks) for h in job.placements.values()] == [10_000] * 3 and len(job.decided) == 1


def test_a_record_quarantines_and_routes(tmp_path: Path) -> None:
    """The liar is cheapest; each lie costs it reputation, then the preference, then all work."""
    liar, honest = a_node("liar", owner="x", price=30_000), nodes("a", "b", price=33_000)

    async def scene(w: World) -> None:
        await w.prepare(liar, *honest)
        await w.submit("first", a_demand())
        assert w.state.node_of(w.state.jobs["first"].placements["first/1"]) == liar
        for number in range(5):
            await w.submit(f"job-{number}", verified())
            job = w.state.jobs[f"job-{number}"]
            await tell(w, job, "x", f"lie {number}")
            await tell(w, job, "a")
            await tell(w, job, "b")
            if number == 1:
                await w.submit("second", a_demand())
                assert w.state.node_of(w.state.jobs["second"].placements["second/1"]) in honest, (
                    "cheaper, but not when risk is counted"
                )
        assert node_view(w.state, liar, 0.0, 1e9).quarantined
        await w.submit("last", verified())

    state = live(tmp_path, scene).state
    refusal = taken(tmp_path, state.jobs["last"])[-1]
    assert isinstance(refusal, Refusal) and refusal.code == "SUAN-P014"
    reasons = {o.node: [(r.rule, r.need) for r in o.reasons] for o in refusal.explanation.ruled_out}
    assert reasons["liar"] == [("record", f"{FLOOR:.2f}")]
    plan = taken(tmp_path, state.jobs["second"])[-1]
    assert isinstance(plan, Plan)
    for finalist in plan.explanation.finalists:
        price, risk = finalist.terms[0].value, finalist.terms[1].value
        r = 0.7 if finalist.node == "liar" else reputation(after(after(state.record("new"), AGREED), AGREED))
        assert price + risk == pytest.approx(price / r)


def test_a_new_node_of_a_known_liar_starts_with_its_owners_record(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("x", "a", "b"))
        for number in range(5):
            await w.submit(f"job-{number}", verified())
            for owner, text in (("x", f"lie {number}"), ("a", TRUE), ("b", TRUE)):
                await tell(w, w.state.jobs[f"job-{number}"], owner, text)
        fresh = a_node("fresh", owner="x", price=1)
        await w.brain.command(commands.join(fresh, "t"))
        assert node_view(w.state, fresh, 0.0, 1e9).quarantined
        await w.submit("job", a_demand())
        assert w.state.node_of(w.state.jobs["job"].placements["job/1"]).owner != "x"

    live(tmp_path, scene)


def test_a_good_record_earns_work_alone_with_spot_checks(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await w.prepare(*nodes("a", "b"))
        for number in range(14):
            await w.submit(f"job-{number}", verified(replicas=2, quorum=2, adaptive=True))
            job = w.state.jobs[f"job-{number}"]
            assert len(job.placements) == 2, "unknown owners are compared"
            for owner in "ab":
                await tell(w, job, owner)
        assert trusted(w.state.owner_record("a"))
        await w.submit("many", verified(400, 2, 2, adaptive=True, fuel=10**6))
        job = w.state.jobs["many"]
        chance = max(0.01, w.state.owner_record("a").error)
        checked = [t for t in range(400) if draw("many", t) < chance]
        while not job.final:
            for owner in "ab":
                await tell(w, job, owner, fuel=10**6)
        assert [t for t in range(400) if len(job.given[t]) == 2] == checked and 0 < len(checked) < 60

    assert live(tmp_path, scene).state.jobs["many"].state == "done"


def test_a_job_that_may_be_done_alone_does_not_wait_because_one_that_is_checked_does(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        a, b = nodes("a", "b")
        await w.prepare(a, b)
        for number in range(14):
            await w.submit(f"job-{number}", verified(replicas=2, quorum=2, adaptive=True))
            for owner in "ab":
                await tell(w, w.state.jobs[f"job-{number}"], owner)
        chance = max(0.01, w.state.owner_record("a").error)
        checked = next(f"job-{n}" for n in range(100, 10_000) if draw(f"job-{n}", 0) < chance)
        alone = next(f"job-{n}" for n in range(100, 10_000) if draw(f"job-{n}", 0) >= chance)
        w.brain.hear(Reading(node_id=b.id, generation=99, stuck="SUAN-L006"))
        for job_id in (checked, alone):
            await w.submit(job_id, verified(replicas=2, quorum=2, adaptive=True))
        assert (w.state.jobs[checked].state, w.state.jobs[alone].state) == ("queued", "running")

    live(tmp_path, scene)


@pytest.mark.parametrize(("claimed", "believed"), [(2e9, 2e9), (9e9, 3e9)])
def test_a_speed_that_tasks_do_not_show_is_not_believed(tmp_path: Path, claimed: float, believed: float) -> None:
    node = a_node("n1")
    boast = msgspec.structs.replace(node, speed=Speed(fuel_per_cpu_s=claimed, fuel_per_s=claimed))

    async def scene(w: World) -> None:
        await w.prepare(boast)
        await w.submit("job", a_demand(6, fuel=4 * FUEL))
        job = w.state.jobs["job"]
        for told in range(6):
            place, task = held_by(w.state, job, "olga")[0]
            assert w.state.world.fuel_per_s[0] == (claimed if told < 5 else believed)
            await w.report(boast, said(place, task, fuel=4 * FUEL, wall_s=2.0, cpu_s=2.0))

    state = live(tmp_path, scene).state
    assert state.world.fuel_per_s[0] == believed and node_view(state, boast, 0.0, 1e9).speed_seen == 2e9


def test_the_estimate_is_that_of_boinc() -> None:
    record = State().record("new")
    for _ in range(13):
        record = after(record, AGREED)
    assert not trusted(record)
    record = after(record, AGREED)
    assert trusted(record) and record.error == pytest.approx(0.1 * 0.95**14)
    record = after(record, DISAGREED)
    assert not trusted(record) and reputation(record) == pytest.approx(1 - 0.1 * 0.95**14 - 0.1)


def test_records_survive_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suanwang.brain.loop.SNAPSHOT_EVERY", 1)

    async def scene(w: World) -> None:
        await w.prepare(*nodes("a", "b", "c"))
        await w.submit("job", verified())
        await tell(w, w.state.jobs["job"], "a", "a lie")
        await tell(w, w.state.jobs["job"], "b")

    async def again(w: World) -> None:
        job = w.state.jobs["job"]
        assert len(job.votes[0]) == 2
        await tell(w, job, "c")
        await asyncio.sleep(0)

    live(tmp_path, scene)
    state = live(tmp_path, again).state
    assert state.jobs["job"].state == "done" and records(state, "a") == (0, 1)
    restarted = live(tmp_path, lambda w: asyncio.sleep(0)).state.world
    assert restarted.reputation.tolist() == state.world.reputation.tolist()
    assert sorted(restarted.reputation.tolist()) == pytest.approx([0.8, 0.905, 0.905])
