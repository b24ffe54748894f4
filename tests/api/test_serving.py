"""Services at the door: published with the owner's word, shown with their instances, refused where the word is not the
owner's."""

import time
from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from suanwang.model.fault import Fault
from suanwang.model.network import Access, Link, Network, Router
from suanwang.model.node import Reading
from suanwang.model.serving import NetworkView, Publishing, Service, ServicePage, ServiceView
from suanwang.model.steering import Contact, PathLimits
from suanwang.steer.whole import COLORS_MAX, keepable
from suanwang.trust.identity import cs_id, id_of
from suanwang.trust.key import public_of
from suanwang.trust.publishing import signed_claims
from suanwang.trust.statement import sign
from tests.api.stage import PlayedNode, Stage, problem, staged
from tests.brain.sample import key_of
from tests.brain.test_tend import a_service

KEY = key_of("web's key")
"""Two routers, one with users, one with a site."""
NETWORK = Network(
    routers=(
        Router(number=1, name="in1", roles=("ingress",)),
        Router(number=2, name="e1", roles=("egress",), site="near"),
    ),
    links=(Link(a=2, b=1, latency_ms=2.0),),
    accesses=(Access(router=1, number=1, name="home-1"),),
)


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as made:
        yield made


def publishing(service: Service, user: str = "root", key: bytes = KEY, said: Service | None = None) -> Publishing:
    claims = signed_claims(said or service)
    return Publishing(service=service, statement=sign(key, "service", user, claims, 999_999.0, 2_000_000.0))


def put(stage: Stage, what: Publishing, name: str = "web") -> tuple[int, bytes]:
    answer = stage.operator.ask("PUT", f"/v1/services/{name}", msgspec.json.encode(what), content_type="application/json")
    return answer.status_code, answer.content


def code_of(body: bytes) -> str:
    return msgspec.json.decode(body)["code"]


def placed(node: PlayedNode) -> str:
    """The order that comes soon."""
    deadline = time.monotonic() + 10
    while not (orders := node.desired().orders) and time.monotonic() < deadline:
        time.sleep(0.05)
    return orders[0]


def test_a_service_is_published_started_shown_and_withdrawn(stage: Stage) -> None:
    node = stage.node()
    status, body = put(stage, publishing(a_service()))
    shown = msgspec.json.decode(body, type=ServiceView)
    assert status == 200 and shown.id == id_of("service", public_of(KEY)) and shown.cs_id == cs_id(public_of(KEY))
    order = placed(node)
    job = order.rsplit("/", 1)[0]
    page = msgspec.json.decode(stage.operator.get("/v1/services").content, type=ServicePage)
    assert [i.job for s in page.items for i in s.instances] == [job] and page.items[0].state == "starting"
    assert stage.operator.ask("DELETE", "/v1/services/web").status_code == 204


def test_a_page_after_what_has_gone_is_not_the_end(stage: Stage) -> None:
    for path in ("services", "reservations", "intents"):
        assert stage.operator.get(f"/v1/{path}").json() == {"items": [], "next": ""}
        problem(stage.operator.get(f"/v1/{path}?cursor=gone"), 400, "SUAN-U002")


def test_the_same_again_changes_nothing(stage: Stage) -> None:
    stage.node()
    put(stage, publishing(a_service()))
    size = stage.log_size()
    assert put(stage, publishing(a_service()))[0] == 200 and stage.log_size() >= size
    shown = msgspec.json.decode(stage.operator.get("/v1/services/web").content, type=ServiceView)
    assert shown.version == 1


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (publishing(a_service(), user="eve"), "SUAN-A009"),
        (publishing(a_service(), said=a_service(least=2)), "SUAN-A009"),
        (Publishing(service=a_service(), statement="nonsense"), "SUAN-A001"),
        (publishing(msgspec.structs.replace(a_service(), affinity_s=-1.0)), "SUAN-U013"),
    ],
)
def test_a_word_that_is_not_the_owners_is_refused(stage: Stage, what: Publishing, code: str) -> None:
    status, body = put(stage, what)
    assert status >= 400 and code_of(body) == code and stage.brain.state.fleet.services == {}


def test_nobody_takes_over_another_users_service(stage: Stage) -> None:
    put(stage, publishing(a_service()))
    eve = stage.person("eve")
    word = msgspec.json.encode(publishing(a_service(argv="mine"), user="eve"))
    answer = eve.ask("PUT", "/v1/services/web", word, content_type="application/json")
    assert answer.status_code == 403 and code_of(answer.content) == "SUAN-A045"
    assert eve.get("/v1/services/web").status_code == 404
    assert eve.ask("DELETE", "/v1/services/web").status_code == 404


def test_the_network_is_for_its_operator_to_say(stage: Stage) -> None:
    body = msgspec.json.encode(NETWORK)
    eve = stage.person("eve")
    assert eve.ask("PUT", "/v1/network", body, content_type="application/json").status_code == 403
    told = stage.operator.ask("PUT", "/v1/network", body, content_type="application/json")
    shown = msgspec.json.decode(told.content, type=NetworkView)
    assert told.status_code == 200 and shown.network.version == 1 and shown.network.links[0].a == 1
    again = stage.operator.ask("PUT", "/v1/network", body, content_type="application/json")
    assert msgspec.json.decode(again.content, type=NetworkView).network.version == 1


def test_what_nobody_could_keep_of_paths_is_refused(stage: Stage) -> None:
    regions, risks = (PathLimits(regions=("hunan",)), PathLimits(risks=("no-such",)))
    limited = [msgspec.structs.replace(a_service(), path=limits) for limits in (regions, risks)]
    assert code_of(put(stage, publishing(limited[0]))[1]) == "SUAN-U003", "there are no routers"
    stage.operator.ask("PUT", "/v1/network", msgspec.json.encode(NETWORK), content_type="application/json")
    assert code_of(put(stage, publishing(limited[1]))[1]) == "SUAN-U003", "no link has that risk"
    assert put(stage, publishing(limited[0]))[0] == 200
    node = stage.node()
    contact = Contact(id=placed(node), node_id=node.id, address="192.0.2.7", port=31000)
    stage.brain.hear(Reading(node_id=node.id, generation=1, contacts=(contact,)))
    shown = lambda: stage.operator.get("/v1/services/web").json()["instances"]  # noqa: E731 - asked again and again
    deadline = time.monotonic() + 10
    while not (shown() and shown()[0].get("contact")) and time.monotonic() < deadline:
        time.sleep(0.05)
    choice = stage.brain.choices("web.root")
    assert shown()[0]["contact"]["port"] == 31000
    assert choice is not None and choice.contacts == (), "by DNS and redirects nobody knows which way packets go"


def test_there_are_only_so_many_ways_to_limit_paths() -> None:
    others = [PathLimits(latency_ms=float(n + 1)) for n in range(COLORS_MAX)]
    keepable(others[3], NETWORK, others)
    keepable(PathLimits(), NETWORK, others)
    with pytest.raises(Fault) as wrong:
        keepable(PathLimits(rate_mbit=1.0), NETWORK, others)
    assert wrong.value.code == "SUAN-U013"


@pytest.mark.parametrize(
    "change",
    [
        {"links": (Link(a=1, b=9, latency_ms=1.0),)},
        {"links": (Link(a=1, b=2, latency_ms=-1.0),)},
        {"links": (Link(a=1, b=2, latency_ms=1.0), Link(a=2, b=1, latency_ms=1.0))},
        {"routers": (Router(number=300, name="in1", roles=("ingress",)),)},
        {"accesses": (Access(router=7, number=1, name="x"),)},
    ],
)
def test_a_network_that_cannot_be_is_refused(stage: Stage, change: dict[str, object]) -> None:
    body = msgspec.json.encode(msgspec.structs.replace(NETWORK, **change))
    answer = stage.operator.ask("PUT", "/v1/network", body, content_type="application/json")
    assert code_of(answer.content) == "SUAN-U093"


def test_only_a_token_for_it_makes_a_forwarder(stage: Stage) -> None:
    stage.operator.ask("PUT", "/v1/network", msgspec.json.encode(NETWORK), content_type="application/json")
    eve = stage.person("eve")
    ask = {"kind": "join", "user": "eve", "router": "in1", "forwarder": True}
    assert eve.post("/v1/tokens", ask).status_code in (401, 403)
    assert code_of(stage.operator.post("/v1/tokens", ask | {"router": "nowhere"}).content) == "SUAN-N008"
    made = stage.operator.post("/v1/tokens", ask).json()["token"]
    from_elsewhere = stage.node("n7")
    assert stage.brain.state.fleet.forwarders == {} and stage.brain.state.fleet.locators == {}
    assert made and from_elsewhere.id in stage.brain.state.world.ids


def test_a_route_needs_routers(stage: Stage) -> None:
    put(stage, publishing(a_service()))
    assert code_of(stage.operator.get("/v1/route?service=web&from=in1").content) == "SUAN-U092"
    stage.operator.ask("PUT", "/v1/network", msgspec.json.encode(NETWORK), content_type="application/json")
    assert stage.operator.get("/v1/route?service=web&from=home-1").status_code == 200
    assert code_of(stage.operator.get("/v1/route?service=web&from=moon").content) == "SUAN-N008"


def test_where_no_router_steers_a_client_is_sent_to_the_instance_that_is_best_now(stage: Stage) -> None:
    node = stage.node()
    put(stage, publishing(a_service()))
    ask = lambda path: stage.client.get(path, follow_redirects=False)  # noqa: E731 - with no token: services are for everybody
    assert code_of(ask("/s/root/nothing").content) == "SUAN-N007"
    first = ask("/s/root/web/index.html")
    assert first.status_code == 503 and first.headers["retry-after"] == "1" and code_of(first.content) == "SUAN-R017"
    contact = Contact(id=placed(node), node_id=node.id, address="192.0.2.7", port=31000)
    stage.brain.hear(Reading(node_id=node.id, generation=1, contacts=(contact,)))
    deadline = time.monotonic() + 10
    while (told := ask("/s/root/web/a/b?x=1")).status_code != 307 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert told.headers["location"] == "http://192.0.2.7:31000/a/b?x=1"
    assert 1 <= int(told.headers["cache-control"].removeprefix("max-age=")) <= 3
    choice = stage.brain.choices("WEB.Root")
    assert choice is not None and [c.port for c in choice.contacts] == [31000] and stage.brain.choices("web.eve") is None
