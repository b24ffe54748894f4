"""What names answer: shares as the weights say, the same for the same client, and no longer than the metric is believed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.steering import Contact
from suanwang.steer.answers import Asking, Choice, Reply, Zone, life_s, order, reply, url_of

ZONE = Zone(nameservers=("fd00::53", "192.0.2.53"))
NOW = 1_000.0


def contact(name: str, number: int = 1, **more: object) -> Contact:
    fields = {"id": name, "node_id": "node-x", "address": f"fd00:0:{number}:1::1", "port": 8000 + number, **more}
    return Contact(**fields)  # type: ignore[arg-type]


def choice(weights: dict[str, int], expires_at: float = NOW + 3.5, **more: object) -> Choice:
    contacts = tuple(contact(name, number) for number, name in enumerate(weights, 1))
    return Choice(contacts=contacts, weights=weights, expires_at=expires_at, **more)  # type: ignore[arg-type]


class Known:
    """A selector that knows these services."""

    def __init__(self, **services: Choice) -> None:
        self.services = {name.replace("_", "."): made for name, made in services.items()}

    def choices(self, service: str) -> Choice | None:
        return self.services.get(service)


def ask(known: Known, name: str, kind: str = "AAAA", client: str = "fd10::5", now: float = NOW) -> Reply:
    labels = tuple(name.split(".")) if name else ()
    return reply(ZONE, Asking(labels=labels, kind=kind, client=client, seed="s"), known, now)


weights = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 256), min_size=1)
clients = st.ip_addresses().map(str)


# the order drawn


def test_clients_are_shared_out_as_the_weights_say() -> None:
    made = choice({"a": 128, "b": 64, "c": 64, "d": 0})
    first = Counter(order(made, f"fd10::{n:x}")[0].id for n in range(4_000))
    assert first["d"] == 0
    assert 1_900 < first["a"] < 2_100 and 900 < first["b"] < 1_100 and 900 < first["c"] < 1_100


def test_a_client_that_asks_again_is_told_the_same_and_another_seed_draws_anew() -> None:
    made = choice(dict.fromkeys("abcdefgh", 10))
    assert order(made, "fd10::1") == order(made, "fd10::1")
    assert len({order(made, "fd10::1", str(seed))[0].id for seed in range(100)}) == 8


@given(weights, clients)
def test_all_that_take_flows_are_there_once_and_no_other(given_weights: dict[str, int], client: str) -> None:
    ids = [c.id for c in order(choice(given_weights), client)]
    assert sorted(ids) == sorted(name for name, weight in given_weights.items() if weight)


@given(weights, clients, st.integers(2, 50))
def test_only_the_proportions_count(given_weights: dict[str, int], client: str, times: int) -> None:
    more = {name: weight * times for name, weight in given_weights.items()}
    assert [c.id for c in order(choice(given_weights), client)] == [c.id for c in order(choice(more), client)]


@given(weights, clients, st.integers(1, 256))
def test_a_new_instance_takes_clients_and_moves_none_between_the_others(
    given_weights: dict[str, int], client: str, weight: int
) -> None:
    before = [c.id for c in order(choice(given_weights), client)]
    after = [c.id for c in order(choice({**given_weights, "new": weight}), client)]
    assert [name for name in after if name != "new"] == before


def test_who_drains_gets_no_new_flow_and_without_weights_speed_shares() -> None:
    contacts = (contact("a", speed=3.0), contact("b", speed=1.0), contact("c", draining=True))
    made = Choice(contacts=contacts, weights={}, expires_at=NOW)
    first = Counter(order(made, f"fd10::{n:x}")[0].id for n in range(4_000))
    assert set(first) == {"a", "b"} and 2_850 < first["a"] < 3_150
    assert order(Choice(contacts=contacts, weights={"c": 9}, expires_at=NOW), "::1") == ()


# how long


@pytest.mark.parametrize(("left", "ttl"), [(3.99, 3), (3.0, 3), (1.5, 1), (0.2, 1), (0.0, 1), (-100.0, 1), (60.1, 60)])
def test_the_ttl_is_what_is_left_of_the_metric(left: float, ttl: int) -> None:
    made = choice({"a": 1}, NOW + left)
    assert life_s(made, NOW) == ttl
    assert ask(Known(web_ann=made), "web.ann").records[0].ttl_s == ttl


# the zone


def test_one_address_of_the_family_that_was_asked_for() -> None:
    contacts = (contact("a"), contact("b", address="192.0.2.7"))
    known = Known(web_ann=Choice(contacts=contacts, weights={"a": 1, "b": 1}, expires_at=NOW + 2))
    assert [r.data for r in ask(known, "web.ann").records] == ["fd00:0:1:1::1"]
    assert [r.data for r in ask(known, "web.ann", "A").records] == ["192.0.2.7"]


def test_svcb_tells_port_and_address_in_the_order_drawn_and_each_target_has_its_address() -> None:
    made = choice(dict.fromkeys("abcdef", 5))
    known = Known(web_ann=made)
    told = [r.data.split() for r in ask(known, "web.ann", "SVCB").records]
    assert [line[0] for line in told] == ["1", "2", "3", "4"]
    for _, target, port, hint in told:
        name = target.removesuffix(".web.ann.suan.")
        number = "abcdef".index(name) + 1
        assert (port, hint) == (f"port=800{number}", f"ipv6hint=fd00:0:{number}:1::1")
        assert [r.data for r in ask(known, f"{name}.web.ann").records] == [hint.removeprefix("ipv6hint=")]


def test_https_is_told_only_of_what_speaks_it() -> None:
    known = Known(web_ann=choice({"a": 1}), shop_ann=choice({"a": 1}, scheme="https"))
    assert ask(known, "web.ann", "HTTPS") == Reply(known=True, absent_s=1)
    assert ask(known, "shop.ann", "HTTPS").records == ask(known, "_8443._https.shop.ann", "HTTPS").records != ()
    assert not ask(known, "_8443._https.shop.ann").known


def test_what_is_not_there_is_told_from_what_has_nothing_to_say() -> None:
    known = Known(web_ann=choice({"a": 1}), idle_ann=choice({}))
    assert not ask(known, "other.ann").known
    assert not ask(known, "b.web.ann").known
    assert not ask(known, "x.a.web.ann").known
    assert ask(known, "idle.ann") == Reply(known=True, absent_s=1)
    assert ask(known, "ann").known, "or a resolver that goes label by label would stop here"
    assert ask(known, "web.ann", "TXT") == Reply(known=True, absent_s=1)


def test_a_dot_inside_a_label_is_no_other_name() -> None:
    known = Known(web_ann=choice({"a": 1}))
    asking = Asking(labels=("x", "web.x", "ann"), kind="AAAA", client="::1")
    assert not reply(ZONE, asking, Known(**{"web_x_ann": choice({"x": 1})}), NOW).known
    assert not reply(ZONE, Asking(labels=("web.ann",), kind="AAAA", client="::1"), known, NOW).records


def test_the_zone_knows_itself() -> None:
    known = Known()
    assert ask(known, "", "SOA").records[0].data == "ns.suan. hostmaster.suan. 1000 3600 600 86400 5"
    assert [r.data for r in ask(known, "", "NS").records] == ["ns.suan."]
    assert [r.data for r in ask(known, "ns").records] == ["fd00::53"]
    assert [r.data for r in ask(known, "ns", "A").records] == ["192.0.2.53"]
    assert ask(known, "", "AAAA") == Reply(known=True)


def test_an_instance_that_has_no_label_is_reached_by_address_only() -> None:
    made = Choice(contacts=(contact("a.b"), contact("x" * 64)), weights={"a.b": 1, "x" * 64: 1}, expires_at=NOW)
    assert ask(Known(web_ann=made), "web.ann", "SVCB").records == ()
    assert len(ask(Known(web_ann=made), "web.ann").records) == 1


def test_addresses_in_urls() -> None:
    made = choice({"a": 1}, scheme="https")
    assert url_of(made, made.contacts[0]) == "https://[fd00:0:1:1::1]:8001"
    assert url_of(choice({"a": 1}), contact("a", address="192.0.2.7")) == "http://192.0.2.7:8001"
