"""A lab file means one plan: everything has its own address, every link its length, and what is wrong is named by its place."""

import msgspec
import pytest

from suanwang.intent import parse_yaml
from suanwang.lab.file import SHIPPED, read_plan
from suanwang.lab.plan import Plan, plan_of
from suanwang.model.fault import Fault
from suanwang.steer.interior import tree

SMALL = """
name: small
routers:
  in1: {roles: [ingress], city: shenzhen}
  e1: {roles: [egress], city: guiyang, site: far}
links:
  - {ends: [in1, e1], jitter: 0.1ms, loss: 1%, rate: 100Mb, risks: [duct]}
access: {home: {at: in1, delay: 1ms}}
machines: {m1: {at: e1, cpu: 0.5}, m2: {at: e1}}
brain: {at: in1}
"""


def plan(text: str = SMALL) -> Plan:
    return plan_of(parse_yaml(text))


def test_a_small_file() -> None:
    made = plan()
    (link,) = made.network.links
    assert (link.a, link.b, link.jitter_ms, link.loss, link.rate_mbit, link.risks) == (1, 2, 0.1, 0.01, 100.0, ("duct",))
    assert 5.0 < link.latency_ms < 9.0  # Shenzhen to Guiyang, some 850 km: from the distance
    assert [box.name for box in made.boxes] == ["in1", "e1", "home", "m1", "m2", "brain"]
    assert made.box("m1").cores == 0.5 and made.box("home").gateway == ("in1", "fd10:0:101::1")
    assert made.space("m1") == "small-m1"


@pytest.mark.parametrize("which", SHIPPED)
def test_shipped_labs_are_whole(which: str) -> None:
    made = read_plan(which)
    addresses = [address for box in made.boxes for _, address in box.addresses]
    assert len(set(addresses)) == len(addresses)
    for router in made.network.routers:
        assert len(tree(made.network, router.number)) == len(made.network.routers) - 1, f"{router.name} is cut off"
    assert all(len(box.name) <= 15 for box in made.boxes), "interfaces are named after boxes"
    assert msgspec.json.decode(msgspec.json.encode(made), type=Plan) == made


def test_the_hubs_are_the_ten_clusters_and_three_cities() -> None:
    made = read_plan("hubs")
    assert len([r for r in made.network.routers if "egress" in r.roles]) >= 10
    assert {a.name for a in made.network.accesses} == {"beijing-home", "shanghai-home", "canton-home"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("roles: [ingress]", "roles: [inward]"), "SUAN-U093"),
        (("city: shenzhen", "city: atlantis"), "SUAN-N010"),
        (("ends: [in1, e1]", "ends: [in1, e9]"), "SUAN-U003"),
        (("loss: 1%", "loss: 140%"), "SUAN-U013"),
        (("rate: 100Mb", "rate: fast"), "SUAN-U012"),
        (("access: {home: {at: in1", "access: {home: {at: nowhere"), "SUAN-U003"),
        (("m2: {at: e1}", "m2: {at: e1, cup: 1}"), "SUAN-U001"),
        (("m2: {at: e1}", "home: {at: e1}"), "SUAN-U003"),
        (("name: small", "nmae: small"), "SUAN-U001"),
        (("  in1: {", "  a-name-much-too-long: {"), "SUAN-U003"),
    ],
)
def test_what_is_wrong_is_named(change: tuple[str, str], code: str) -> None:
    with pytest.raises(Fault) as wrong:
        plan(SMALL.replace(*change))
    assert wrong.value.code == code


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(Fault) as wrong:
        read_plan("no/such/lab.yaml")
    assert wrong.value.code == "SUAN-U094"
