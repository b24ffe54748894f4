"""Rates of new flows: what is counted here comes to what came in, others are believed within bounds and for a while, and only
who is an ingress is heard at all."""

import math

import msgspec
import pytest

from suanwang.agent.forward.rates import CALM_S, IDLE_TELL_S, Rates, Telling
from suanwang.agent.forward.selector import Selector
from suanwang.model.fault import AuthorityFault
from suanwang.model.steering import FLOWS_PER_S_MOST, Loads, Member, Rate
from suanwang.steer.address import number_of
from suanwang.trust import loads
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from tests.agent.forward.diamond import CS_ID, MEMBER, NODE_KEY, SERVED, steering
from tests.brain.sample import key_of

KEY = key_of("in2")
IN2 = Member(node_id=id_of("node", public_of(KEY)), name="in2", locator=number_of(7), public_key=public_of(KEY).hex())
WALL = 1_000_000.0


def said(per_s: float, by: str = IN2.node_id, number: int = 1) -> Loads:
    rate = Rate(service="web", flows_per_s=per_s)
    return Loads(node_id=by, number=number, at=WALL, lifetime_s=3.0, window_s=2.0, rates=(rate,))


def counted(per_s: float, seconds: float, rates: Rates | None = None, start: float = 0.0) -> Rates:
    made = rates or Rates()
    for turn in range(round(seconds / 0.25) + 1):
        made.count({CS_ID: round(per_s / 4), "fd73:756e:7761::9": 7}, (SERVED,), start + turn / 4)
    return made


def test_a_steady_rate_is_known_from_the_first_second_on_and_a_new_one_soon() -> None:
    made = counted(40.0, 1.0)
    assert [(one.service, pytest.approx(one.flows_per_s)) for one in made.own()] == [("web", 40.0)]
    counted(400.0, 3 * CALM_S, made, 1.0)
    assert made.own()[0].flows_per_s == pytest.approx(400.0, rel=0.06)


def test_before_anything_is_counted_nothing_is_known() -> None:
    made = Rates()
    assert made.own() == () and made.all(0.0, 3.0) == {}
    made.count({CS_ID: 1000}, (SERVED,), 1.0)
    assert made.own() == (), "nobody knows since when they came"


def test_rates_of_all_ingresses_are_added_up_for_as_long_as_they_are_believed() -> None:
    made = counted(40.0, 4.0)
    made.follow({IN2.node_id}, (SERVED,))
    made.hear(said(60.0), 4.0)
    assert made.all(4.1, 3.0) == {"web": pytest.approx(100.0)}
    counted(40.0, 4.0, made, 4.25)
    assert made.all(8.3, 3.0) == {"web": pytest.approx(40.0)}
    assert made.all(20.0, 3.0) == {}, "nobody counts here any more"


@pytest.mark.parametrize("lie", [-5.0, 2 * FLOWS_PER_S_MOST, math.inf, math.nan])
def test_what_no_ingress_can_have_is_not_believed(lie: float) -> None:
    made = Rates()
    made.follow({IN2.node_id}, (SERVED,))
    made.hear(said(10.0), 1.0)
    made.hear(said(lie), 1.5)
    assert made.all(2.0, 3.0) == {"web": 10.0}


def test_an_ingress_that_is_no_more_is_forgotten() -> None:
    made = Rates()
    made.follow({IN2.node_id}, (SERVED,))
    made.hear(said(10.0), 1.0)
    made.follow({IN2.node_id}, (SERVED,))
    assert made.all(2.0, 3.0) == {"web": 10.0}
    made.follow((), (SERVED,))
    assert made.all(2.0, 3.0) == {}


def test_services_that_are_made_up_take_no_room() -> None:
    made = Rates()
    made.follow({IN2.node_id}, (SERVED,))
    made.hear(msgspec.structs.replace(said(1.0), rates=tuple(Rate(service=f"{i}", flows_per_s=1.0) for i in range(30))), 1.0)
    assert made.all(1.1, 3.0) == {}


def test_numbers_rise_and_a_service_that_nobody_asks_for_any_more_is_told_once() -> None:
    telling, some = Telling("node-1"), (Rate(service="web", flows_per_s=2.0),)
    first, second = telling.due(some, 0.0, WALL, 3.0), telling.due((), 0.25, WALL, 3.0)
    assert first is not None and first.rates == some
    assert second is not None and second.number > first.number and second.rates == (Rate(service="web", flows_per_s=0.0),)
    assert telling.due((), 0.5, WALL, 3.0) is None
    assert telling.due((), 0.25 + IDLE_TELL_S, WALL, 3.0) is not None


def test_only_an_ingress_that_the_brain_named_tells_rates() -> None:
    made = Selector()
    made.follow(msgspec.structs.replace(steering(1, 4, SERVED), ingresses=(IN2,)), 0.0)
    made.hear(loads.pack(KEY, said(10.0)), WALL, 1.0)
    made.hear(loads.pack(NODE_KEY, said(500.0, MEMBER.node_id)), WALL, 1.1)
    with pytest.raises(AuthorityFault):
        made.hear(loads.pack(key_of("eve"), said(900.0, number=2)), WALL, 1.2)
    assert made.rates.all(1.3, 3.0) == {"web": 10.0}


def test_many_rates_fit_datagrams_and_none_is_lost() -> None:
    rates = tuple(Rate(service=f"service-{i:04d}", flows_per_s=float(i)) for i in range(300))
    parts = loads.parted(msgspec.structs.replace(said(0.0), rates=rates))
    assert all(len(loads.pack(KEY, part)) <= loads.BYTES_MAX for part in parts)
    assert [one for part in parts for one in part.rates] == list(rates)
