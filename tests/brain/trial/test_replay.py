"""The log run again: every decision of a domain that had the worst of days comes out the same, and one that was altered
shows."""

import random

import msgspec
import pytest

from suanwang.brain.trial.effects import Change
from suanwang.brain.trial.replay import replayed
from suanwang.intent.whatif import whatifs
from suanwang.model import event as ev
from suanwang.model.fault import Fault
from suanwang.model.file import FileRef
from suanwang.model.trial import Replayed
from tests.brain.sample import a_demand, a_node
from tests.twin.whole import Whole


def logged(seed: int, faults: bool = True, jobs: int = 30, files: tuple[FileRef, ...] = ()) -> list[bytes]:
    """The log of a whole domain in simulated time. files: those that jobs need, one each, in turn; then all nodes are of one
    price, and the brain begins again, from a snapshot, in the middle of it."""
    nodes = [a_node(f"n{k}", price=20_000 + 5_000 * k * (not files)) for k in range(4)]
    whole, chance = Whole(seed, nodes, until_s=60.0, faults=faults), random.Random(seed)
    if files:
        whole.at(25.0, whole.keep)
    for k in range(jobs):
        demand = a_demand(1 + k % 3, fuel=10**9 * (1 + k % 5))
        if files:
            demand = msgspec.structs.replace(demand, files=(*demand.files, files[k % len(files)]))
        whole.at(chance.uniform(0.0, 50.0), lambda k=k, demand=demand: whole.submit(f"k{k}", demand))
    whole.run(200.0)
    return whole.disk.bodies


@pytest.fixture(scope="module")
def filed() -> list[bytes]:
    """A bad day on which jobs need large files, of which a node keeps few."""
    files = tuple(FileRef(path="data", sha256=f"{k:08x}".ljust(64, "a"), size=(k + 1) * 20_000_000) for k in range(1, 6))
    return logged(3, jobs=60, files=files)


def again(bodies: list[bytes], *texts: str, since: float = 0.0) -> Replayed:
    return replayed(bodies, since, Change(whatifs=whatifs(texts)))


@pytest.mark.parametrize("seed", range(3))
def test_every_decision_comes_out_the_same(seed: int) -> None:
    found = again(logged(seed))
    assert found.decisions >= 30 and found.same == found.decisions and found.differ == () and found.notes == ()


def test_only_what_is_asked_about_is_decided_again() -> None:
    bodies = logged(1)
    whole, part = again(bodies), again(bodies, since=1_030.0)
    assert 0 < part.decisions < whole.decisions and part.same == part.decisions
    assert part.last == whole.last == len(bodies) and part.since >= 1_030.0
    assert again(bodies, since=1e9).events == 0


def test_a_decision_that_was_altered_shows() -> None:
    bodies = logged(2, faults=False)
    events = [msgspec.json.decode(body, type=ev.Event) for body in bodies]
    at, placed = next((k, e) for k, e in enumerate(events) if isinstance(e, ev.JobPlaced) and k > len(events) // 2)
    other = next(e.node.id for e in events if isinstance(e, ev.NodeJoined) and e.node.id != placed.plan.placements[0].node_id)
    first = msgspec.structs.replace(placed.plan.placements[0], node_id=other)
    plan = msgspec.structs.replace(placed.plan, placements=(first, *placed.plan.placements[1:]))
    found = again([*bodies[:at], msgspec.json.encode(msgspec.structs.replace(placed, plan=plan))])
    assert found.same == found.decisions - 1 and [one.number for one in found.differ] == [at + 1]
    assert found.differ[0].was != found.differ[0].now


def events_of(bodies: list[bytes]) -> list[ev.Event]:
    return [msgspec.json.decode(body, type=ev.Event) for body in bodies]


def without_files_told(bodies: list[bytes]) -> list[bytes]:
    """As it was written before the log told of files."""
    return [body for body, event in zip(bodies, events_of(bodies), strict=True) if not isinstance(event, ev.FilesTold)]


def test_decisions_that_rest_on_files_come_out_the_same(filed: list[bytes]) -> None:
    told = [e for e in events_of(filed) if isinstance(e, ev.FilesTold)]
    assert sum(e.anew for e in told) > 1, "the brain began again, from a snapshot, and told all of it anew"
    assert any(come for e in told for _, come, _ in e.files) and any(gone for e in told for _, _, gone in e.files)
    assert any(e.rates for e in told)
    found = again(filed)
    assert found.decisions >= 60 and found.same == found.decisions and found.differ == () and found.notes == ()


def test_what_the_log_tells_of_files_decides(filed: list[bytes]) -> None:
    """If other nodes had had them, jobs would have gone elsewhere."""
    events = events_of(filed)
    moved = [msgspec.structs.replace(e, files=()) if isinstance(e, ev.FilesTold) else e for e in events]
    found = again([msgspec.json.encode(e) for e in moved])
    assert found.differ and found.same < found.decisions and any(one.was != one.now for one in found.differ)


def test_a_log_that_does_not_tell_of_files_leaves_out_what_rests_on_them(filed: list[bytes]) -> None:
    old, whole = again(without_files_told(filed)), again(filed)
    assert old.decisions == whole.decisions and old.differ == () and old.notes == ("silence",)
    assert 0 < old.same < old.decisions


def test_what_was_foretold_from_readings_is_not_held_against_an_old_decision() -> None:
    """Of a log that does not tell which files a node has; where the job went and at what price is in it."""
    bodies = without_files_told(logged(2, faults=False))
    events = events_of(bodies)
    at, placed = next((k, e) for k, e in enumerate(events) if isinstance(e, ev.JobPlaced))
    first = msgspec.structs.replace(placed.plan.placements[0], move_bytes=4200, finish_s=17.0)
    plan = msgspec.structs.replace(placed.plan, placements=(first, *placed.plan.placements[1:]))
    found = again([*bodies[:at], msgspec.json.encode(msgspec.structs.replace(placed, plan=plan))])
    assert found.decisions == found.same > 0


def test_a_log_that_cannot_be_followed_is_refused() -> None:
    bodies = logged(1, faults=False, jobs=3)
    for wrong in ([*bodies[:2], b"nonsense"], bodies[3:]):
        with pytest.raises(Fault) as said:
            again(wrong)
        assert said.value.code == "SUAN-L005"


def test_what_a_change_would_have_made_of_it() -> None:
    bodies = logged(1, faults=False)
    dear = again(bodies, "price n0 x5").after
    assert dear is not None and dear.per_s > 0
    cost = next(one for one in dear.figures if one.name == "cost")
    assert cost.difference.value > 0 and cost.error is not None
    done = next(one for one in dear.figures if one.name == "done")
    assert done.before.value == done.after.value == 30
    same = again(bodies, "jobs x1").after
    assert same is not None and all(one.difference.value == 0 for one in same.figures)
