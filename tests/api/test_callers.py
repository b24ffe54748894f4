"""Who may pass the door: credentials of every wrong kind at every route, people in each other's way, nodes that lie."""

import re
from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from suanwang.brain.replay import restore
from suanwang.model.demand import Limits
from suanwang.model.node import Reading
from suanwang.model.session import Wrong
from suanwang.model.statement import Caveat
from suanwang.model.view import Joining, Report
from suanwang.trust.key import public_of
from suanwang.trust.narrow import narrow
from suanwang.trust.statement import sign, statement_id
from tests.api.stage import (
    BRAIN_KEY,
    CODE,
    OPERATOR,
    Person,
    PlayedNode,
    PlayedSession,
    Stage,
    demand,
    done,
    hashed,
    problem,
    staged,
)
from tests.brain.sample import a_node, key_of


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as made:
        yield made


def calls(stage: Stage) -> list[tuple[str, str]]:
    """Every method and path that the application answers, so that a new one cannot be forgotten."""
    return [
        (method, re.sub(r"\{[^}]+\}", "x", route.path))
        for route in stage.app.routes
        if route.path != "/v1/ca"  # anybody may read it, and checks it against a hash
        for method in sorted(route.methods)  # type: ignore[union-attr]
    ]


ANYBODY = {("GET", "/v1/ca"), ("GET", "/s/x/x"), ("GET", "/s/x/x/x"), ("GET", "/"), ("GET", "/assets/x")}
"""What may be read without credentials: a certificate that is held against a hash; where a service is reached now, which its
plain clients, who have no credentials, are sent on to; and the console's own files, which hold nothing of the domain."""


def test_only_what_is_an_id_can_be_revoked(stage: Stage) -> None:
    problem(stage.operator.ask("DELETE", "/v1/tokens/nosuch"), 400, "SUAN-U002")
    problem(stage.operator.ask("DELETE", f"/v1/tokens/{stage.operator.token[:26]}"), 400, "SUAN-U002")


def test_every_route_refuses_whoever_is_not_known(stage: Stage) -> None:
    stage.person("ann")
    revoked = stage.operator.post("/v1/tokens", {"kind": "user", "user": "ann"}).json()
    assert stage.operator.ask("DELETE", f"/v1/tokens/{revoked['id']}").status_code == 204
    stranger = PlayedNode(stage, "stranger")
    good = stage.token("ann")
    bad = {
        "": "SUAN-A000",
        "Basic YW5uOmFubg==": "SUAN-A000",
        "Bearer": "SUAN-A001",
        "Bearer garbage": "SUAN-A001",
        f"Bearer {good}x": "SUAN-A001",
        f"Bearer {good[:40]}{'A' if good[40] != 'A' else 'B'}{good[41:]}": None,  # another body: malformed or forged
        f"Bearer {stage.token('ann', age_s=7200.0)}": "SUAN-A003",
        f"Bearer {stage.token('ann', age_s=-7200.0)}": "SUAN-A004",
        f"Bearer {stage.token('ann', key=key_of('another brain'))}": "SUAN-A006",
        f"Bearer {stage.join_token('ann')}": "SUAN-A005",
        f"Bearer {revoked['token']}": "SUAN-A050",
        f"Bearer {stage.token('nobody')}": "SUAN-A051",
        "Node garbage": "SUAN-A001",
        f"Node {good}": "SUAN-A005",
    }
    asked = calls(stage)
    assert len(asked) > 40 and ("POST", "/v1/jobs") in asked
    for method, path in set(asked) - ANYBODY:
        for authorization, code in bad.items():
            headers = {"authorization": authorization, "content-type": "application/json"}
            got = stage.client.request(method, path, content=b"{not json", headers=headers if authorization else {})
            assert got.headers["www-authenticate"] == "Bearer", (method, path, authorization)
            problem(got, 401, code or got.json()["code"])
        if (method, path) != ("POST", "/v1/nodes"):
            problem(stranger.ask(method, path), 401, "SUAN-A052")


def test_a_token_speaks_only_with_the_roles_it_carries(stage: Stage) -> None:
    ann = stage.person("ann")
    ann.token = stage.token("ann", "user operator")  # the brain signs roles, but ann was never made an operator
    problem(ann.ask("DELETE", f"/v1/tokens/{'a' * 26}"), 403, "SUAN-A040")
    ann.token = stage.token("ann", "")
    problem(ann.get("/v1/jobs"), 403, "SUAN-A040")
    stage.operator.token = stage.token(OPERATOR, "user")
    problem(stage.operator.ask("DELETE", f"/v1/tokens/{'a' * 26}"), 403, "SUAN-A040")
    problem(stage.operator.post("/v1/tokens", {"kind": "user", "user": OPERATOR, "roles": ["operator"]}), 403, "SUAN-A041")


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ({"kind": "user", "user": "bob"}, "SUAN-A041"),
        ({"kind": "join", "user": "bob"}, "SUAN-A041"),
        ({"kind": "user", "user": "ann", "roles": ["user", "operator"]}, "SUAN-A041"),
        ({"kind": "user", "user": "ann", "roles": ["node"]}, "SUAN-A041"),
        ({"kind": "join", "user": "ann", "trust": "vouched"}, "SUAN-A041"),
        ({"kind": "join", "user": "ann", "trust": "attested"}, "SUAN-A041"),
        ({"kind": "desired", "user": "ann"}, "SUAN-U060"),
        ({"kind": "user", "user": "ann", "expires_s": 1e9}, "SUAN-U061"),
        ({"kind": "user", "user": "ann", "expires_s": -1}, "SUAN-U061"),
    ],
)
def test_a_user_makes_tokens_for_nobody_and_nothing_else(stage: Stage, ask: dict[str, object], code: str) -> None:
    ann, before = stage.person("ann"), stage.log_size()
    problem(ann.post("/v1/tokens", ask), 403 if code.startswith("SUAN-A") else 400, code)
    assert ann.post("/v1/tokens", {"kind": "user", "user": "ann"}).status_code == 201
    assert stage.log_size() == before


@pytest.mark.parametrize("name", ["", " ", "a b", "a/b", "a\nb", "x" * 65, a_node("n1").id])
def test_users_have_names_that_cannot_be_mistaken(stage: Stage, name: str) -> None:
    problem(stage.operator.post("/v1/tokens", {"kind": "user", "user": name}), 400, "SUAN-U060")


def test_money_is_granted_by_the_operator_alone(stage: Stage) -> None:
    ann = stage.person("ann")
    problem(ann.post("/v1/accounts/ann/grants", {"amount_micro": 1}, idempotency_key="k"), 403, "SUAN-A040")
    granted = stage.operator.post("/v1/accounts/ann/grants", {"amount_micro": 5}, idempotency_key="k")
    assert granted.json()["balance_micro"] == 10_000_005
    problem(stage.operator.post("/v1/accounts/bob/grants", {"amount_micro": 5}, idempotency_key="k2"), 404, "SUAN-N003")
    for amount in (0, -1, 1.5, 10**16, "5", True):
        asked = stage.operator.post("/v1/accounts/ann/grants", {"amount_micro": amount}, idempotency_key="k3")
        problem(asked, 400, "SUAN-U002")


def test_a_grant_that_is_told_again_is_granted_once(stage: Stage) -> None:
    stage.person("ann")
    for _ in range(3):
        granted = stage.operator.post("/v1/accounts/ann/grants", {"amount_micro": 5}, idempotency_key="k")
        assert granted.json()["balance_micro"] == 10_000_005
    problem(stage.operator.post("/v1/accounts/ann/grants", {"amount_micro": 6}, idempotency_key="k"), 409, "SUAN-U043")
    problem(stage.operator.post("/v1/accounts/ann/grants", {"amount_micro": 5}), 400, "SUAN-U002")
    again = restore(stage.brain._log)  # pyright: ignore[reportPrivateUsage]
    assert again.state.grants == {"root/k": ("ann", 5)}


def test_people_see_and_touch_only_what_is_theirs(stage: Stage) -> None:
    ann, bob, node = stage.person("ann"), stage.person("bob"), stage.node()
    job = ann.job(demand(2))
    placement = node.desired().orders[0]
    secret = node.put(b"ann's result")
    node.report(done(placement, stdout=secret, outputs=(secret,)), running=((job.id, 1),))

    for name in (job.id, job.id[:9], "job"):
        for path in ("", "/tasks", "/why", "/bill", "/logs", "/events"):
            problem(bob.get(f"/v1/jobs/{name}{path}"), 404, "SUAN-N001")
        problem(bob.post(f"/v1/jobs/{name}/cancel"), 404, "SUAN-N001")
        for path in ("", "/tasks", "/why", "/bill", "/logs"):
            assert ann.get(f"/v1/jobs/{name}{path}").status_code == 200
            assert stage.operator.get(f"/v1/jobs/{name}{path}").status_code == 200
    for listing in ("/v1/jobs", "/v1/bills"):
        assert bob.get(listing).json()["items"] == [] and len(ann.get(listing).json()["items"]) == 1
    for name in (hashed(CODE), secret.sha256):
        problem(bob.get(f"/v1/blobs/{name}"), 404, "SUAN-N020")
        assert ann.get(f"/v1/blobs/{name}").status_code == 200
        assert bob.post("/v1/blobs/missing", {"sha256": [name]}).json()["sha256"] == [name]
        assert ann.post("/v1/blobs/missing", {"sha256": [name]}).json()["sha256"] == []
    problem(bob.submit(demand()), 404, "SUAN-N021")  # naming ann's code is not having it
    shown = {who: who.get(f"/v1/nodes/{node.id}").json()["reading"].get("running", []) for who in (ann, bob, stage.operator)}
    assert shown == {ann: [[job.id, 1]], bob: [], stage.operator: [[job.id, 1]]}
    problem(bob.get("/v1/log/proof?index=0"), 403, "SUAN-A040")
    problem(bob.post(f"/v1/nodes/{node.id}/leave"), 403, "SUAN-A042")
    assert ann.get("/v1/jobs/job").json()["state"] == "running"


def test_a_node_does_not_speak_for_its_owner(stage: Stage) -> None:
    olga = stage.person("olga")
    node = stage.node()
    job = olga.job(demand())
    for method, path in set(calls(stage)) - ANYBODY:
        got = node.ask(method, path)
        if path.startswith(("/v1/blobs", "/v1/nodes/x/")) or (method, path) == ("POST", "/v1/nodes"):
            assert got.status_code in (400, 401, 403, 404), (method, path)
        else:
            problem(got, 403, "SUAN-A040")
    problem(node.ask("POST", f"/v1/jobs/{job.id}/cancel"), 403, "SUAN-A040")
    problem(node.ask("POST", "/v1/tokens", b'{"kind": "user", "user": "olga"}'), 403, "SUAN-A040")


def test_a_nodes_signature_is_good_for_one_request(stage: Stage) -> None:
    node, other = stage.node("n1"), stage.node("n2")
    path = f"/v1/nodes/{node.id}/session"
    assert isinstance(node.opening(path), PlayedSession)
    problem(node.opening(path, signed_path=f"{path}?after=1"), 401, "SUAN-A009")
    problem(node.opening(f"{path}?after=1", signed_path=path), 401, "SUAN-A009")
    problem(node.opening(path, signed_method="POST"), 401, "SUAN-A009")
    problem(node.opening(path, signed_body=hashed(b"other")), 401, "SUAN-A009")
    problem(node.opening(path, audience="brain-of-somebody-else"), 401, "SUAN-A009")
    problem(node.opening(path, age_s=120.0), 401, "SUAN-A003")
    problem(node.opening(path, age_s=-120.0), 401, "SUAN-A004")
    problem(other.opening(path), 403, "SUAN-A042")
    leave = f"/v1/nodes/{node.id}/leave"
    problem(other.ask("POST", leave), 403, "SUAN-A042")
    problem(node.ask("POST", leave, b"{}", signed_body=hashed(b"other")), 401, "SUAN-A009")
    problem(node.ask("PUT", f"/v1/blobs/{hashed(b'a')}", b"a", signed_body=hashed(b"b")), 401, "SUAN-A009")
    problem(node.ask("PUT", f"/v1/blobs/{hashed(b'a')}", b"b", signed_body=hashed(b"a")), 400, "SUAN-U031")


def test_nobody_joins_on_false_papers(stage: Stage) -> None:
    stage.node("taken")
    node, thief, before = PlayedNode(stage, "n1"), PlayedNode(stage, "thief"), stage.log_size()
    token = stage.join_token()
    stage.now += 1
    revoked = stage.join_token()
    stage.operator.ask("DELETE", f"/v1/tokens/{statement_id(revoked)}")
    foreign = sign(key_of("other brain"), "join", "olga", {"trust": "vouched"}, stage.now, stage.now + 60)
    papers = {"": "SUAN-A001", "garbage": "SUAN-A001", foreign: "SUAN-A006", stage.token(OPERATOR): "SUAN-A005"}
    for paper, code in papers.items():
        problem(node.try_join(paper), 401, code)
    problem(node.try_join(revoked), 401, "SUAN-A050")
    old = sign(BRAIN_KEY, "join", "olga", {}, stage.now - 100, stage.now - 50)
    problem(node.try_join(old), 401, "SUAN-A003")
    problem(node.try_join(token, name="taken"), 409, "SUAN-A020")
    for lie in (
        {"id": node.id},
        {"public_key": public_of(node.key).hex()},
        {"id": node.id, "public_key": node.node.public_key},
    ):
        problem(thief.try_join(token, **lie), 403, "SUAN-A043")
    problem(stage.person("ann").post("/v1/nodes", Joining(node=node.node, token=token)), 403, "SUAN-A040")
    assert stage.log_size() == before + 3  # the revocation, ann and her credit
    assert node.join(token, trust="attested", owner="mallory").owner == "olga"
    assert stage.brain.state.node(node.id).trust == "identified"


METRIC = {"type": "compute", "level": 0, "format": "int", "unit": "", "source": "nominal", "statistics": "cur", "value": 1}
ABSURD: list[tuple[str, object]] = [
    ("speed.fuel_per_s", "nan"),
    ("speed.fuel_per_s", 1e999),
    ("speed.fuel_per_s", -1.0),
    ("speed.fuel_per_s", 0),
    ("speed.fuel_per_cpu_s", 1e300),
    ("speed.spread", -1),
    ("capacity.cpu_milli", 0),
    ("capacity.cpu_milli", 10**30),
    ("capacity.memory_bytes", -1),
    ("capacity.accelerators", [{"kind": "a100", "vendor": "nvidia", "name": "A100", "count": 10**20}]),
    ("capacity.accelerators", [{"kind": "a100", "vendor": "nvidia", "name": "A100", "count": -1}]),
    ("capacity.accelerators", [{"kind": "a" * 65, "vendor": "nvidia", "name": "A100", "count": 1}]),
    ("offer.price_micro_per_tfuel", -1),
    ("offer.price_micro_per_tfuel", 10**13),
    ("offer.price_micro_per_accelerator_hour", -1),
    ("offer.currency", "USD"),
    ("site.carbon_g_kwh", -1),
    ("site.pue", 0.5),
    ("site.access_ms", -1),
    ("site.tier", "palace"),
    ("site.place.latitude", 91),
    ("site.place.longitude", 1e308),
    ("site.place.name", "x" * 10_000),
    ("cap", 0),
    ("cap", 2),
    ("watts_per_core", 1e9),
    ("name", ""),
    ("name", "a\nb"),
    ("name", "x" * 65),
    ("arch", ""),
    ("runtimes", []),
    ("runtimes", ["wasm"] * 1000),
    ("metrics", [METRIC | {"type": "x" * 10_000}]),
    ("metrics", [METRIC | {"unit": "\n"}]),
    ("name", "n1 "),
]


def test_a_node_cannot_be_absurd(stage: Stage) -> None:
    node, token = PlayedNode(stage, "n1"), stage.join_token()
    before, taken = stage.log_size(), list[tuple[str, object]]()
    for place, value in ABSURD:
        said = msgspec.to_builtins(Joining(node=node.node, token=token))
        into = said["node"]
        *above, last = place.split(".")
        for part in above:
            into = into[part]
        into[last] = value
        body = msgspec.json.encode(said) if value != 1e999 else msgspec.json.encode(said).replace(b"null", b"1e999")
        got = node.ask("POST", "/v1/nodes", body)
        if got.status_code != 400 or got.json()["code"] not in ("SUAN-U070", "SUAN-U002"):
            taken.append((place, value))
    assert taken == [] and stage.log_size() == before
    assert node.join(token).id == node.id


def test_a_stranger_cannot_send_much(stage: Stage) -> None:
    problem(PlayedNode(stage, "n1").ask("POST", "/v1/nodes", b" " * (300 << 10)), 413, "SUAN-U051")


def test_a_node_comes_back_without_a_token_as_what_it_was(stage: Stage) -> None:
    node = PlayedNode(stage, "n1")
    node.join(stage.join_token("olga", "vouched"))
    again = node.join("", owner="mallory", trust="attested", version="2")
    assert (again.owner, again.trust, again.version) == ("olga", "vouched", "2")
    assert node.ask("POST", f"/v1/nodes/{node.id}/leave").status_code == 204
    assert stage.operator.get("/v1/nodes").json()["items"] == []
    assert node.join("").owner == "olga"


def test_the_operator_sends_a_node_away_for_good(stage: Stage) -> None:
    node = stage.node()
    kept = node.session
    assert stage.operator.post("/v1/nodes/n1/leave").status_code == 204
    assert stage.operator.ask("DELETE", f"/v1/tokens/{node.id}").status_code == 204
    problem(node.try_join(stage.join_token()), 401, "SUAN-A050")
    problem(node.opening(), 401, "SUAN-A050")
    kept.beat(Report(reading=Reading(node_id=node.id, generation=0)))
    wrong = kept.next(Wrong)
    assert isinstance(wrong, Wrong) and wrong.code == "SUAN-A050" and kept.transport.closed
    problem(stage.operator.post("/v1/nodes/nobody/leave"), 404, "SUAN-N002")


def test_a_narrowed_token_does_less_and_falls_with_its_root(stage: Stage) -> None:
    ann = stage.person("ann")
    mine, other = ann.job(demand(name="render"), "k1"), ann.job(demand(name="train"), "k2")
    weak = Person(stage, narrow(ann.token, Caveat(jobs=("render",), budget_micro=500_000)))
    assert weak.get(f"/v1/jobs/{mine.id}").status_code == 200
    assert [j["id"] for j in weak.get("/v1/jobs").json()["items"]] == [mine.id]
    for path in ("", "/tasks", "/why", "/bill", "/logs", "/events"):
        problem(weak.get(f"/v1/jobs/{other.id}{path}"), 403, "SUAN-A044")
    problem(weak.post(f"/v1/jobs/{other.id}/cancel"), 403, "SUAN-A044")
    problem(weak.submit(demand(name="train"), "k3"), 403, "SUAN-A044")
    for budget, fits in ((None, False), (500_001, False), (500_000, True)):
        got = weak.submit(demand(name="render", limits=Limits(budget_micro=budget)), f"k{budget}")
        assert got.status_code == (201 if fits else 403), got.text
    problem(weak.post("/v1/tokens", {"kind": "user", "user": "ann"}), 403, "SUAN-A044")
    problem(
        Person(stage, narrow(stage.operator.token, Caveat(roles=("user",)))).ask("DELETE", f"/v1/tokens/{'a' * 26}"),
        403,
        "SUAN-A040",
    )
    short = Person(stage, narrow(ann.token, Caveat(expires_at=stage.now + 60)))
    assert short.get("/v1/account").status_code == 200
    stage.operator.ask("DELETE", f"/v1/tokens/{statement_id(ann.token)}")
    for person in (ann, weak, short):
        problem(person.get("/v1/account"), 401, "SUAN-A050")
