"""Rates of new flows at the brain: heard from forwarders only, shown where they come in, believed for a while; and who is told
whose key."""

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from suanwang.api.catalogue import Words
from suanwang.api.metrics import text
from suanwang.api.render.services import service_page
from suanwang.brain.network import LIFETIME_S, Ear
from suanwang.brain.outlook import service_view
from suanwang.model.network import Router
from suanwang.model.node import Reading
from suanwang.model.steering import Loads, Rate
from suanwang.model.view import Report
from suanwang.steer.address import number_of
from tests.brain.sample import a_node
from tests.brain.test_tend import Scene, a_service

ROUTERS = (
    Router(number=1, name="in1", roles=("ingress",)),
    Router(number=2, name="in2", roles=("ingress",)),
    Router(number=3, name="e1", roles=("egress",)),
)
AT = 50.0


@pytest.fixture
def scene() -> Scene:
    """Nodes a, b and c stand for forwarders of the three routers; n computes."""
    made = Scene(*(a_node(name) for name in "abcn"), routers=ROUTERS)
    made.state.fleet.forwarders.update({a_node(name).id: i for i, name in enumerate("abc", 1)})
    return made


def told(name: str, service: str, per_s: float) -> Report:
    node = a_node(name).id
    rates = (Rate(service=service, flows_per_s=per_s),)
    said = Loads(node_id=node, number=1, at=0.0, lifetime_s=3.0, window_s=2.0, rates=rates)
    return Report(reading=Reading(node_id=node, generation=0), loads=said)


def test_rates_are_shown_by_ingress_for_as_long_as_they_are_believed(scene: Scene) -> None:
    service, ear = scene.publish(a_service()), Ear()
    for name, per_s in (("a", 40.25), ("b", 2.0), ("c", 9.0), ("n", 700.0)):
        ear.hear(scene.state, a_node(name).id, told(name, service.id, per_s), AT)
    view = service_view(scene.state, ear, service, AT + 1)
    assert view.flows == (("in1", 40.25), ("in2", 2.0)), "a node is no ingress, and neither is an egress"
    page = "\n".join(str(part) for part in service_page(Words("en"), view, AT))
    assert "new flows: in1 40.2/s, in2 2.0/s" in page
    families = text_string_to_metric_families(text(scene.state, ear, AT + 1, 10.0).decode())
    samples = [s for one in families if one.name == "suanwang_service_flows_per_second" for s in one.samples]
    assert {s.labels["ingress"]: s.value for s in samples} == {"in1": 40.25, "in2": 2.0}
    assert service_view(scene.state, ear, service, AT + LIFETIME_S + 0.1).flows == ()


def test_what_no_ingress_can_have_and_services_that_are_made_up_are_not_shown(scene: Scene) -> None:
    service, ear = scene.publish(a_service()), Ear()
    for name, id, per_s in (("a", service.id, float("nan")), ("b", service.id, float("inf")), ("b", "made up", 1.0)):
        ear.hear(scene.state, a_node(name).id, told(name, id, per_s), AT)
        assert all(per_s == 0 for _, per_s in service_view(scene.state, ear, service, AT).flows)
    assert ear.rates[a_node("b").id][0] == {}


def test_an_ingress_is_told_the_keys_of_the_others_and_an_egress_none(scene: Scene) -> None:
    steering = Ear().look(scene.state, AT, 1000.0).steering
    one, other, egress = (steering[a_node(name).id] for name in "abc")
    assert [(m.node_id, m.locator, m.public_key) for m in one.ingresses] == [
        (a_node("b").id, number_of(2), a_node("b").public_key)
    ]
    assert [m.node_id for m in other.ingresses] == [a_node("a").id] and egress.ingresses == ()
    scene.state.revoked.add(a_node("b").id)
    assert Ear().look(scene.state, AT, 1000.0).steering[a_node("a").id].ingresses == ()


def test_a_steering_without_ingresses_is_read_as_before(scene: Scene) -> None:
    said = Ear().look(scene.state, AT, 1000.0).steering[a_node("a").id]
    old = {key: value for key, value in msgspec.to_builtins(said).items() if key != "ingresses"}
    assert msgspec.convert(old, type(said)).ingresses == ()
