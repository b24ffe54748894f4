"""Trials: nothing changed is nothing different; what is changed shows, and what is promised is guarded."""

import msgspec
import pytest

from suanwang.brain import commands
from suanwang.brain.jobs import BLOCKED
from suanwang.brain.trial import known as known_module
from suanwang.brain.trial.days import Days
from suanwang.brain.trial.effects import Change, begin
from suanwang.brain.trial.known import Arrival, Known, from_json, packed, revived
from suanwang.brain.trial.trial import tried
from suanwang.brain.trial.work import Leave, Publish, Withdraw, refuse_broken
from suanwang.intent.whatif import whatifs
from suanwang.model.demand import Limits, Needs
from suanwang.model.fault import ConflictFault, Fault, UsageFault
from suanwang.model.trial import Trial
from tests.brain.test_steps import diamond
from tests.brain.test_tend import a_service
from tests.brain.trial.stage import NOW, Domain, node_at

SEEDS = 2


def domain(deadline_ms: float = 0.0) -> Domain:
    """A service with an instance at each site, and two jobs under way."""
    made = Domain()
    made.publish(a_service(least=2, most=2, deadline_ms=deadline_ms))
    for name in ("one", "two"):
        made.submit(name)
    made.tell()
    return made


def trial(known: Known, *texts: str, seeds: int = SEEDS, span_s: float = 60.0) -> Trial:
    return tried(known, Change(whatifs=whatifs(texts)), seeds, span_s)


def seldom(known: Known) -> Known:
    """As if nothing else had been asked for in long, so that next to nothing comes in a minute."""
    return msgspec.structs.replace(known, while_s=1e6)


def figures(found: Trial) -> dict[str, tuple[float, float]]:
    """Of jobs: before, after."""
    return {one.name: (one.before.value, one.after.value) for one in found.jobs.figures} if found.jobs else {}


def test_nothing_changed_is_nothing_different() -> None:
    found = trial(domain().known())
    both = [*found.services[0].figures, *found.services[0].sites, *(found.jobs.figures if found.jobs else ())]
    assert len(both) >= 12 and all(one.difference.value == 0 and one.before == one.after for one in both)
    assert found.broken == () and found.jobs is not None and found.jobs.moved == 0


def test_a_copy_is_the_same_state_and_changing_it_changes_nothing() -> None:
    made = domain()
    known = made.known()
    before = msgspec.msgpack.encode(made.known())
    copy = Days(revived(known), known.at)
    copy.kill([made.state.world.ids[0]])
    copy.run_until(known.at + 60.0)
    assert copy.state.ledger.total() == 0 and revived(known).ledger.rows() == made.state.ledger.rows()
    assert msgspec.msgpack.encode(made.known()) == before


def test_the_copy_decides_as_the_domain_does() -> None:
    """The same demand, asked of both: the same plan, but for the number of the world."""
    made = Domain(node_at("near-1", "near", 2, cores=8), node_at("far-1", "far", 3, cores=8))
    made.submit("one")
    copy = Days(revived(made.known()), made.days.time)
    for days in (made.days, copy):
        days.do(commands.submit("job-new", "ann", made.state.jobs["job-one"].demand, "new"))
    was, now = ([h.placement for h in d.state.jobs["job-new"].placements.values()] for d in (made.days, copy))
    assert was == now and len(was) == 1


def test_a_site_that_dies_moves_its_instance_and_its_jobs() -> None:
    made = domain()
    found = trial(made.known(), "kill site near")
    service = found.services[0]
    near, lost = next(one for one in service.sites if one.name == "near"), service.figures[2]
    assert near.before.value > 0.2 and near.after.value == 0
    assert lost.before.value == 0 < lost.after.value
    assert service.instances_after == 2, "the one that died was started elsewhere"
    assert {one.user for one in found.broken} <= {"ann"}


def test_of_many_jobs_the_last_ones_tell_how_often_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_module, "ARRIVALS_MAX", 10)
    made = Domain()
    for number in range(30):
        made.submit(f"j{number}")
        made.days.run_until(made.days.time + 2.0)
    known = made.known()
    assert [one.demand.name for one in known.arrivals] == [f"j{number}" for number in range(20, 30)]
    assert len(known.arrivals) / known.while_s == pytest.approx(0.5, rel=0.1)


def test_a_young_brain_has_listened_for_no_longer_than_it_is_there() -> None:
    made = Domain()
    for until_s, seen_s in ((30.0, 60.0), (300.0, 300.0), (1000.0, 900.0)):
        made.days.run_until(NOW + until_s - 1.0)
        made.submit(f"j{until_s:g}")
        made.days.run_until(NOW + until_s)
        known = made.known()
        assert known.while_s == seen_s
        assert len(known.arrivals) == len([one for one in known.arrivals if one.at >= NOW + until_s - 900.0]) > 0
    assert revived(known).begun_at == made.state.begun_at == NOW


def test_a_graph_is_planned_and_lived_through_in_a_trial() -> None:
    """One that is under way goes on, one that comes is planned, and where nodes die it is planned anew."""
    made = Domain(node_at("near-1", "near", 2, cores=2), node_at("far-1", "far", 3, cores=2))
    demand = diamond(limits=Limits(budget_micro=100_000_000))
    assert made.days.do(commands.submit("job-g", "ann", demand, "g")) is None
    made.days.run_until(made.days.time + 1.0)
    job = made.state.jobs["job-g"]
    assert job.planned and 0 < sum(state != BLOCKED for state in job.tasks) < 4
    known = msgspec.structs.replace(made.known(), coming=(Arrival(at=made.days.time + 5.0, user="ann", demand=demand),))
    found = trial(known, "kill node near-1", seeds=1, span_s=900.0)
    assert found.jobs is not None and found.jobs.present == 1
    told = figures(found)
    assert told["done"] == (2.0, 2.0) and told["waiting"] == (0.0, 0.0) and found.jobs.codes == ()
    assert told["finish"][0] > 1.0 and told["cost"][0] > 0.0
    copy = Days(revived(known), known.at)
    copy.run_until(known.at + 900.0)
    assert {path.path for o in copy.state.jobs["job-g"].outcomes if o for path in o.outputs} == {f"{s}.out" for s in "abcd"}
    assert copy.state.ledger.total() == 0 and copy.state.ledger.held("ann") == 0


def test_a_job_without_a_place_is_evidence() -> None:
    big = Needs(cpu_milli=1000)
    made = Domain(node_at("near-1", "near", 2), node_at("far-1", "far", 3, cores=1))
    for name in ("one", "two", "three"):
        made.submit(name, needs=big)
    found = trial(seldom(made.known()), "kill site near", span_s=20.0)
    assert [one.kind for one in found.broken] == ["job", "job"] and {one.code for one in found.broken} == {"SUAN-P012"}
    assert found.jobs is not None and found.jobs.figures[1].after.value == 2
    with pytest.raises(ConflictFault) as refused:
        refuse_broken(found)
    assert refused.value.code == "SUAN-U132" and "SUAN-P012" in refused.value.why
    with pytest.raises(ConflictFault) as hidden:
        refuse_broken(found, "eve")
    assert "of another user" in hidden.value.why and "one:" not in hidden.value.why


def test_a_deadline_that_would_be_missed_is_evidence() -> None:
    known = domain(deadline_ms=200.0).known()
    assert trial(known).broken == ()
    found = trial(known, "load web x4")
    assert [one.kind for one in found.broken] == ["service"] and "its deadline is 200 ms" in found.broken[0].why


def test_more_requests_are_given_more_instances() -> None:
    """Each has a third of its time to do; three times as much is more than two can do, and the scaler says so."""
    made = Domain(node_at("near-1", "near", 2, cores=4), node_at("far-1", "far", 3, cores=4))
    made.publish(a_service(least=2, most=8))
    made.tell(in_flight=0.5, cpu=0.15)
    service = trial(made.known(), "load web x4", seeds=1).services[0]
    assert service.instances_before == 2 and 4 <= service.instances_after <= 8


def test_a_price_sends_jobs_elsewhere_and_what_is_there_stays() -> None:
    made = Domain(node_at("near-1", "near", 2, price=20_000, cores=8), node_at("far-1", "far", 3, price=30_000, cores=8))
    made.submit("one")
    found = trial(made.known(), "price near-1 x3", span_s=900.0, seeds=4)
    cost = next(one for one in found.jobs.figures if one.name == "cost") if found.jobs else None
    assert cost is not None and cost.difference.value >= 0 and found.jobs is not None and found.jobs.moved == 0


def test_more_jobs_are_the_same_jobs_sooner() -> None:
    """Twice as many come, and the first half of them are the ones that come without the change."""
    made = Domain(node_at("near-1", "near", 2, cores=8))
    for k in range(9):
        made.submit(f"j{k}", fuel=10**9)
    known = msgspec.structs.replace(made.known(), while_s=30.0)
    placed = figures(trial(known, "jobs x2", seeds=3))["placed"]
    assert placed[1] > 1.5 * placed[0] > 0


def test_nodes_that_are_added_take_what_waits() -> None:
    made = Domain(node_at("near-1", "near", 2, cores=1))
    for k in range(4):
        made.submit(f"j{k}", fuel=10**12)
    waiting = figures(trial(seldom(made.known()), "add 3 like near-1"))["waiting"]
    assert waiting == (3, 0)


def test_a_cut_takes_the_way_round() -> None:
    found = trial(domain().known(), "cut in1-e2")
    p50, part = found.services[0].figures[0], found.services[0].sites[0]
    assert p50.after.value > p50.before.value or part.after.value < 0.8 * part.before.value
    assert "cut" in found.notes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kill site moon", "SUAN-N016"),
        ("carbon moon x2", "SUAN-N016"),
        ("kill node moon", "SUAN-N002"),
        ("load moon x2", "SUAN-N007"),
        ("cut moon-earth", "SUAN-N051"),
        ("policy guess", "SUAN-U130"),
        ("add 9999 like near-1 add 9999 like near-1 add 9999 like near-1", "SUAN-U131"),
    ],
)
def test_what_is_not_there_cannot_be_changed(text: str, code: str) -> None:
    with pytest.raises(Fault) as wrong:
        trial(domain().known(), text)
    assert wrong.value.code == code


def test_what_is_about_to_be_done_is_rehearsed() -> None:
    made = domain()
    known = made.known()
    web = made.state.fleet.services[next(iter(made.state.fleet.services))]
    withdraw = tried(known, Change(acts=(Withdraw(name="web", user="ann", operator=False).act(),)), 1, 30.0)
    assert withdraw.broken and "0 of 2 instances would be left" in withdraw.broken[0].why
    same = tried(known, Change(acts=(Publish(user="ann", service=web.service, public_key=web.public_key).act(),)), 1, 30.0)
    assert same.broken == ()
    leave = tried(known, Change(acts=(Leave(node_id=made.state.named["far-1"]).act(),)), 1, 30.0)
    assert leave.services[0].instances_after == 2 and leave.services[0].sites[0].after.value == 0


def test_what_the_brain_would_refuse_is_refused_here() -> None:
    made = domain()
    with pytest.raises(Fault) as wrong:
        begin(Days(revived(made.known()), NOW), Change(acts=(Withdraw(name="moon", user="ann", operator=False).act(),)))
    assert wrong.value.code == "SUAN-N007"


def test_a_world_is_a_file() -> None:
    known = domain().known()
    body = msgspec.json.encode(known)
    again = from_json(body, "x.json")
    assert msgspec.json.encode(again) == body
    assert figures(trial(again, "kill site near")) == figures(trial(known, "kill site near"))
    for wrong in (b"{}", b"nonsense", msgspec.json.encode(msgspec.structs.replace(known, format="other"))):
        with pytest.raises(UsageFault) as said:
            from_json(wrong, "x.json")
        assert said.value.code == "SUAN-U133"


def test_there_is_an_end_to_it() -> None:
    with pytest.raises(Fault) as wrong:
        tried(domain().known(), Change(), 2, 600.0, enough=lambda: True)
    assert wrong.value.code == "SUAN-U131"


def test_more_nodes_than_a_trial_takes_on_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suanwang.brain.trial.known.NODES_MAX", 1)
    made = domain()
    with pytest.raises(Fault) as wrong:
        packed(made.state, made.ear, NOW)
    assert wrong.value.code == "SUAN-U131"
