"""Reservations at the door: made once, seen by their user, given back, refused by name."""

from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from suanwang.model.demand import Needs
from suanwang.model.reservation import ReservationPage, ReservationView, Reserve
from tests.api.stage import Stage, staged

HOUR = 3600.0


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as made:
        made.node("n1").join(made.join_token())
        yield made


def asked(name: str = "eve", milli: int = 1000, after: float = HOUR, now: float = 1_000_000.0) -> Reserve:
    return Reserve(name=name, needs=Needs(cpu_milli=milli), from_at=now + after, until_at=now + after + HOUR)


def page(stage: Stage, who: str = "") -> tuple[ReservationView, ...]:
    person = stage.person(who) if who else stage.operator
    return msgspec.json.decode(person.get("/v1/reservations").content, type=ReservationPage).items


def test_the_same_key_is_the_same_reservation_and_only_its_user_sees_it(stage: Stage) -> None:
    for _ in range(2):
        answer = stage.operator.post("/v1/reservations", asked(), **{"idempotency-key": "k"})
        assert answer.status_code == 201, answer.text
    other = stage.operator.post("/v1/reservations", asked(milli=2000), **{"idempotency-key": "k"})
    assert other.status_code == 409 and other.json()["code"] == "SUAN-U043"
    (one,) = page(stage)
    assert (one.state, one.node, one.reservation.asked.name) == ("coming", "n1", "eve") and one.reservation.hold_micro > 0
    assert page(stage, "zoe") == ()
    other = stage.person("zoe").post("/v1/reservations/eve/cancel", **{"idempotency-key": "c"})
    assert other.status_code == 404 and other.json()["code"] == "SUAN-N013"
    gone = stage.operator.post("/v1/reservations/eve/cancel", **{"idempotency-key": "c"})
    assert gone.status_code == 200 and gone.json()["state"] == "cancelled" and gone.json()["charged_micro"] == 0


def test_what_no_node_has_room_for_is_refused_with_its_reasons(stage: Stage) -> None:
    answer = stage.operator.post("/v1/reservations", asked(milli=10**6), **{"idempotency-key": "k"})
    assert answer.status_code == 409 and answer.json()["code"] == "SUAN-P016"
    bad = msgspec.structs.replace(asked(), needs=Needs(cpu_milli=-1))
    assert stage.operator.post("/v1/reservations", bad, **{"idempotency-key": "l"}).json()["code"] == "SUAN-U013"
    assert not page(stage)
