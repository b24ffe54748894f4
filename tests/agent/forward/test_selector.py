"""The selector inside a forwarder: whom it believes, what it sees itself, and in which form of steering it chooses at all."""

import math
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.agent.forward.selector import Selector
from suanwang.model.fault import AuthorityFault
from suanwang.model.steering import Form, Load, Loads, Member, Served
from suanwang.steer.address import number_of
from suanwang.trust import loads
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from tests.agent.forward.diamond import CONTACT, MEMBER, NODE_KEY, SERVED, steering
from tests.brain.sample import key_of

OTHER_KEY = key_of("m2")
OTHER = Member(
    node_id=id_of("node", public_of(OTHER_KEY)), name="m2", locator=number_of(5, 1), public_key=public_of(OTHER_KEY).hex()
)
SECOND = msgspec.structs.replace(CONTACT, id="web-2", node_id=OTHER.node_id, locator=OTHER.locator)
BOTH = msgspec.structs.replace(SERVED, contacts=(CONTACT, SECOND))
WALL = 1_000_000.0


def selector(form: Form = "distributed", served: Served = BOTH, router: int = 1) -> Selector:
    made = Selector()
    said = steering(router, 4 if router == 1 else 1, served, form=form)
    made.follow(msgspec.structs.replace(said, members=(MEMBER, OTHER)), 0.0)
    return made


def told(contact: str = "web-1", number: int = 1, key: bytes = NODE_KEY, by: str = MEMBER.node_id, **changes: object) -> bytes:
    load = msgspec.structs.replace(Load(contact=contact, in_flight=0.0), **changes)
    said = Loads(node_id=by, number=number, at=WALL, lifetime_s=3.0, window_s=0.25, loads=(load,))
    return loads.pack(key, said)


def share(made: Selector, contact: str) -> float:
    weights = made.weights["web"]
    return weights[contact] / sum(weights.values())


def test_a_node_tells_of_its_own_instances_only() -> None:
    made = selector()
    made.hear(told(number=1), WALL, 1.0)
    made.hear(told("web-2", number=2, healthy=False), WALL, 1.1)
    made.chosen(1.2, {})
    assert share(made, "web-2") > 0.2, "that was no word of its own node"
    made.hear(told("web-2", 1, OTHER_KEY, OTHER.node_id, healthy=False), WALL, 1.3)
    made.chosen(1.4, {})
    assert share(made, "web-2") == 0.0


@pytest.mark.parametrize("forged", [told(key=key_of("eve")), told(by="node-eve"), b"", told()[:-1]])
def test_loads_that_are_not_signed_by_their_node_are_refused_and_counted(forged: bytes) -> None:
    made = selector()
    with pytest.raises(AuthorityFault):
        made.hear(forged, WALL, 1.0)
    assert made.refused == 1


def test_an_instance_that_falls_ill_or_a_queue_that_grows_at_once_is_urgent() -> None:
    made = selector()
    assert not made.hear(told(number=1, in_flight=1.0), WALL, 1.0)
    assert not made.hear(told(number=2, in_flight=1.5), WALL, 1.2)
    assert made.hear(told(number=3, in_flight=9.0), WALL, 1.4)
    assert made.hear(told(number=4, in_flight=9.0, healthy=False), WALL, 1.6)
    assert not made.hear(told(number=5, in_flight=9.0, healthy=False), WALL, 1.8), "that is known"


def test_who_does_not_answer_gets_nothing_whatever_it_tells_of_itself() -> None:
    made = selector()
    made.hear(told(number=1), WALL, 1.0)
    for turn in range(2):
        for seen in list(made.due(1.0 + turn)):
            made.checks.came(seen, None if seen.contact.id == "web-1" else 0.01, 1.1 + turn)
    made.hear(told(number=2), WALL, 2.2)
    made.chosen(2.3, {})
    assert made.weights["web"]["web-1"] == 0 and made.weights["web"]["web-2"] > 0


def test_who_no_path_leads_to_gets_nothing_until_it_answers_again() -> None:
    made = selector()
    for seen in list(made.due(1.0)):
        made.checks.came(seen, 0.01, 1.1)
    made.chosen(1.2, {(4, 0): 1.0, (5, 0): 1.0}, unreached={(4, 0)})
    assert share(made, "web-1") == 0.0
    for seen in list(made.due(2.0)):
        made.checks.came(seen, 0.01, 2.1)
    made.chosen(2.2, {(4, 0): 1.0, (5, 0): 1.0})
    assert share(made, "web-1") > 0.0


def test_in_the_centralized_form_the_brains_weights_stay_and_nobody_is_asked() -> None:
    made = selector("centralized", msgspec.structs.replace(BOTH, weights=(("web-1", 7), ("web-2", 250))))
    made.chosen(1.0, {})
    assert made.weights == {"web": {"web-1": 7, "web-2": 250}} and list(made.due(5.0)) == [] and made.decisions == 0


def test_in_the_centralized_form_too_nothing_goes_where_no_path_leads_to() -> None:
    made = selector("centralized", msgspec.structs.replace(BOTH, weights=(("web-1", 7), ("web-2", 250))))
    assert made.chosen(1.0, {}, unreached={(5, 0)}) and made.weights == {"web": {"web-1": 7, "web-2": 0}}
    assert made.chosen(1.1, {}, unreached={(4, 0), (5, 0)}) and made.weights == {"web": {"web-1": 7, "web-2": 250}}, (
        "nobody is left"
    )
    assert not made.chosen(1.2, {})


def test_prices_are_known_where_it_chooses_and_flows_can_be_seen() -> None:
    """Of two that are alike the nearer is cheaper, until more is under way there; who has died has no price."""
    made = selector()
    ways = {(4, 0): 1.0, (5, 0): 3.0}
    made.chosen(1.0, ways)
    assert made.lists == {}, "nobody sees flows"
    made.chosen(1.1, ways, under_way={})
    rows = dict(zip(made.lists["web"].ids, made.lists["web"].rows, strict=True))
    assert rows["web-1"][0] < rows["web-2"][0] < rows["web-1"][2]
    made.hear(told(number=1, healthy=False), WALL, 1.2)
    made.chosen(1.3, ways, under_way={})
    assert [min(row) < math.inf for row in made.lists["web"].rows] == [False, True]
    central = selector("centralized")
    central.chosen(1.0, ways, under_way={})
    assert central.lists == {}


def test_the_brains_weights_are_better_than_prices_while_nothing_is_heard() -> None:
    made = selector("hybrid", msgspec.structs.replace(BOTH, weights=(("web-1", 7), ("web-2", 250))))
    made.chosen(1.0, {}, under_way={})
    assert made.lists == {}
    made.hear(told(number=1), WALL, 1.0)
    made.chosen(1.1, {}, under_way={})
    assert set(made.lists) == {"web"}


def test_where_no_users_are_nothing_is_asked_and_nothing_chosen() -> None:
    made = selector(router=4)
    assert made.chosen(1.0, {}) and set(made.weights["web"]) == {"web-1", "web-2"}
    assert list(made.due(5.0)) == [] and made.decisions == 0


def test_what_was_heard_of_instances_that_are_gone_is_forgotten() -> None:
    made = selector()
    made.hear(told(number=1), WALL, 1.0)
    made.follow(steering(1, 4, msgspec.structs.replace(SERVED, contacts=())), 2.0)
    assert made.chosen(2.1, {}) and made.weights == {"web": {}} and list(made.due(5.0)) == []


PART = st.fixed_dictionaries({
    "load": st.tuples(st.floats(0, 30), st.floats(0, 300), st.booleans()),
    "late": st.tuples(*[st.sampled_from([0.0, 0.0, 0.3, 1.0, 2.5, math.inf])] * 2),
})  # fmt: skip
"""What a node tells, and how late each of two routers hears it; inf: never."""


@given(st.lists(st.tuples(PART, PART), min_size=1, max_size=24))
@settings(max_examples=60, deadline=None)
def test_a_late_or_lost_word_leaves_two_routers_apart_for_no_longer_than_it_lives(telling: list[tuple[Any, Any]]) -> None:
    """Two nodes tell four times a second; words are lost and late, each router's own way. Nobody is steered to who was not
    heard of for a lifetime; and a lifetime after the air has cleared both routers say the same."""
    routers, lifetime_s = (selector(), selector()), 3.0
    nodes = (("web-1", NODE_KEY, MEMBER.node_id), ("web-2", OTHER_KEY, OTHER.node_id))
    clear = len(telling) * 0.25
    steady = {"load": (2.0, 30.0, True), "late": (0.0, 0.0)}
    arrivals: list[tuple[float, int, int, str, bool, bytes]] = []
    for turn, parts in enumerate([*telling, *[(steady, steady)] * 16]):
        for (contact, key, by), part in zip(nodes, parts, strict=True):
            in_flight, took_ms, healthy = part["load"]
            word = told(contact, turn + 1, key, by, in_flight=in_flight, latency_ms=took_ms, healthy=healthy)
            late = enumerate(part["late"])
            arrivals += [(turn * 0.25 + s, router, turn, contact, healthy, word) for router, s in late if s < math.inf]
    heard: list[dict[str, tuple[float, bool]]] = [{}, {}]
    for at, router, turn, contact, healthy, word in sorted(arrivals):
        made, at = routers[router], at + 1e-4 * turn  # no two at the same moment
        with suppress(AuthorityFault):  # a later word has overtaken it
            made.hear(word, WALL + at, 100 + at)
            heard[router][contact] = (at, healthy)
        made.chosen(100 + at, {(4, 0): 1.0, (5, 0): 1.0})
        ages = {c: (at - last, well) for c, (last, well) in heard[router].items()}
        if any(well and age < lifetime_s - 1e-6 for age, well in ages.values()):
            gone = [c for c, (age, well) in ages.items() if not well or age > lifetime_s + 1e-6]
            assert not any(made.weights["web"][c] for c in gone)
    assert max(arrivals)[0] >= clear + lifetime_s
    shares = [share(made, "web-1") for made in routers]
    assert abs(shares[0] - shares[1]) < 0.12, shares
