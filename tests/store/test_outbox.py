"""What an agent wrote down is there after any crash, in the order it happened, and gone when it is let go."""

from pathlib import Path

import pytest

from suanwang.model.fault import LogFault
from suanwang.model.job import Outcome
from suanwang.store.outbox import Outbox
from tests.agent.stage import order


def ended(task: int, placement: str = "job-x/1", **more: object) -> Outcome:
    return Outcome(placement_id=placement, task=task, state="done", fuel=10 + task, **more)  # type: ignore[arg-type]


def test_orders_and_the_word_they_came_with_are_one(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "node" / "box")
    assert box.followed("brain") is None
    box.take((order(1), order(2)), "brain", 7, "mark")
    box.take((order(1, user="other"),), "brain", 8, "newer")
    again = Outbox(tmp_path / "node" / "box")
    assert [(o.id, o.user) for o in again.orders()] == [("job-x/1", "ada"), ("job-x/2", "ada")]
    assert (again.followed("brain"), again.followed("another")) == ((8, "newer"), None)


def test_only_the_first_outcome_of_a_task_counts_and_it_is_told_until_it_is_known(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box")
    box.write([ended(0), ended(1), ended(0, note="again")])
    box.write([ended(2)], told=[("job-x/1", 1), ("job-y/9", 4)])
    assert [(o.task, o.note) for o in box.untold()] == [(0, ""), (2, "")]
    assert [o.task for o in box.untold(1)] == [0]
    assert box.ended("job-x/1") == {0: 10, 1: 11, 2: 12} and box.ended("job-x/2") == {}


def test_an_order_is_let_go_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box")
    box.take((order(1), order(2)), "brain", 1, "m")
    box.write([ended(0), ended(0, "job-x/2")], told=[("job-x/1", 0)], dropped=["job-x/1", "job-x/7"])
    assert [o.id for o in box.orders()] == ["job-x/2"] and box.ended("job-x/1") == {}
    assert [o.placement_id for o in box.untold()] == ["job-x/2"]


def test_what_is_told_at_once_is_bounded_in_bytes_but_never_nothing(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box")
    box.write([ended(i, note="n" * 1000) for i in range(10)])
    assert len(box.untold(100, 1)) == 1
    assert 2 <= len(box.untold(100, 4000)) <= 4
    assert len(box.untold(100, 1 << 20)) == 10


def test_a_failed_write_leaves_nothing_half_done(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box")
    box.take((order(1),), "brain", 1, "m")
    box._db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON outcomes WHEN NEW.task = 2 BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(LogFault) as caught:
        box.write([ended(0), ended(1), ended(2)], dropped=["job-x/1"])
    assert caught.value.code == "SUAN-L006"
    assert box.untold() == () and len(box.orders()) == 1
    box.write([ended(0)])
    assert len(box.untold()) == 1


@pytest.mark.parametrize("damage", ["file", "row"])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, damage: str) -> None:
    if damage == "file":
        (tmp_path / "box").write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(LogFault) as caught:
        box = Outbox(tmp_path / "box")
        box._db.execute("INSERT INTO orders VALUES('x', '{}')")
        box.orders()
    assert caught.value.code == "SUAN-L006" and "remove it" in caught.value.todo


def test_untold_outcomes_are_found_without_looking_through_the_told_ones(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box")
    plan = box._db.execute("EXPLAIN QUERY PLAN SELECT body FROM outcomes WHERE acked = 0 ORDER BY rowid LIMIT 5").fetchall()
    assert [row[3] for row in plan] == ["SEARCH outcomes USING INDEX untold (acked=?)"], "neither a scan nor a sort"
