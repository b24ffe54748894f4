"""Dry runs, for every write of the document that is checked in: it has one, which writes nothing and answers as the write does,
or it is told why not."""

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from httpx import Response

from suanwang.model.demand import Limits, Needs
from suanwang.model.grid import Grid
from suanwang.model.intent import IntentAbout, IntentAsk
from suanwang.model.job import Job
from suanwang.model.plan import Refusal
from suanwang.model.serving import ServiceView
from suanwang.model.view import Grant, Leaving, Rehearsal
from tests.api.stage import Stage, demand, problem, staged
from tests.api.test_conventions import operations, parameters
from tests.api.test_reserving import asked
from tests.api.test_serving import KEY, NETWORK, placed, publishing
from tests.brain.test_steps import diamond
from tests.brain.test_tend import a_service
from tests.docs.pages import DOCS

NONE = {
    **dict.fromkeys(("ask", "missing", "twin_try", "twin_replay"), "write nothing"),
    **dict.fromkeys(("make_token", "revoke_token"), "nothing is planned"),
    **dict.fromkeys(("join", "svid"), "a node speaks for itself"),
    **dict.fromkeys(("bring", "cosign"), "named by its content, or signed"),
}
"""Writes without a dry run, and why, in the words of docs/api.md."""


class Case(NamedTuple):
    """A write. status: of the real one."""

    method: str
    path: str
    body: object = None
    status: int = 200


def submit(stage: Stage) -> Case:
    stage.operator.put(b"\0asm")
    return Case("POST", "/v1/jobs", demand(), 201)


def cancel(stage: Stage) -> Case:
    return Case("POST", f"/v1/jobs/{stage.operator.job(demand()).id}/cancel")


def reserve(stage: Stage) -> Case:
    return Case("POST", "/v1/reservations", asked(), 201)


def unreserve(stage: Stage) -> Case:
    done(stage, reserve(stage))
    stage.now += 5400.0  # it is open
    stage.operator.token = stage.token("root", "user operator")
    return Case("POST", "/v1/reservations/eve/cancel")


def receive_intent(stage: Stage) -> Case:
    return Case("POST", "/v1/intents", IntentAsk(words="run it", demand=demand()), 201)


def accept_intent(stage: Stage) -> Case:
    intent = done(stage, receive_intent(stage)).json()["intent"]["id"]
    return Case("POST", f"/v1/intents/{intent}/accept", IntentAbout(about=stage.operator.job(demand()).id))


def withdraw_intent(stage: Stage) -> Case:
    return Case("POST", f"/v1/intents/{done(stage, receive_intent(stage)).json()['intent']['id']}/withdraw")


def publish(stage: Stage) -> Case:
    return Case("PUT", "/v1/services/web", publishing(a_service()))


def withdraw(stage: Stage) -> Case:
    done(stage, publish(stage))
    return Case("DELETE", "/v1/services/web", None, 204)


def tell_network(stage: Stage) -> Case:
    return Case("PUT", "/v1/network", NETWORK)


def tell_grid(stage: Stage) -> Case:
    return Case("PUT", "/v1/grid", Grid(scope="region", where="guangdong", first_hour=277, carbon=(100.0, 200.0)))


def leave(stage: Stage) -> Case:
    return Case("POST", f"/v1/nodes/{stage.node('n2').id}/leave", None, 204)


def grant(stage: Stage) -> Case:
    return Case("POST", "/v1/accounts/root/grants", Grant(amount_micro=7), 201)


CASES: dict[str, Callable[[Stage], Case]] = {
    made.__name__: made
    for made in (submit, cancel, reserve, unreserve, receive_intent, accept_intent, withdraw_intent, publish, withdraw,
                 tell_network, tell_grid, leave, grant)
}  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as made:
        made.node("n1")
        yield made


def done(stage: Stage, case: Case, dry: bool = False) -> Response:
    content = None if case.body is None else msgspec.json.encode(case.body)
    headers = {"content_type": "application/json", "idempotency_key": "key"}
    return stage.operator.ask(case.method, f"{case.path}{'?dry_run=true' if dry else ''}", content, **headers)


def at_rest(stage: Stage) -> int:
    """The size of the log once nothing more comes of what was done before."""
    size, since = stage.log_size(), time.monotonic()
    while time.monotonic() - since < 0.5:
        time.sleep(0.05)
        if stage.log_size() != size:
            size, since = stage.log_size(), time.monotonic()
    return size


WRITES = [(operation["operationId"], operation) for method, _, operation in operations() if method != "get"]


@pytest.mark.parametrize(("name", "operation"), WRITES, ids=[name for name, _ in WRITES])
def test_every_write_has_a_dry_run_or_a_reason(name: str, operation: dict[str, Any]) -> None:
    has = "dry_run" in parameters(operation)
    assert has == (name in CASES) and has != (name in NONE)
    if not has:
        assert NONE[name] in (DOCS / "api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_it_writes_nothing_and_answers_what_the_write_then_answers(stage: Stage, name: str) -> None:
    case = CASES[name](stage)
    size = at_rest(stage)
    first, second = done(stage, case, dry=True), done(stage, case, dry=True)
    assert (first.status_code, first.content) == (200, second.content), first.text
    assert at_rest(stage) == size
    real = done(stage, case)
    assert real.status_code == case.status, real.text
    at_rest(stage)
    if name in ("submit", "cancel", "leave", "withdraw"):  # of these it answers what would come of them
        return
    told, did = first.json(), real.json()
    assert told.keys() == did.keys()
    for answer in (told, did):
        answer.pop("taken", None)
    assert told == did


def test_a_service_is_told_where_each_of_its_instances_would_go(stage: Stage) -> None:
    two, nine = (Case("PUT", "/v1/services/web", publishing(a_service(many, many))) for many in (2, 9))
    *placed, last = msgspec.json.decode(done(stage, nine, dry=True).content, type=ServiceView).taken
    assert len(placed) == 4 and isinstance(last, Refusal)  # two cores, half of one each
    stage.node("n2")
    told = msgspec.json.decode(done(stage, two, dry=True).content, type=ServiceView)
    nodes = [one.explanation.finalists[0].node for one in told.taken]
    assert sorted(nodes) == ["n1", "n2"] and told.instances == ()  # beside each other, as they would be
    assert len(msgspec.json.decode(done(stage, nine, dry=True).content, type=ServiceView).taken) == 8


def test_what_a_node_holds_is_told_where_it_would_go(stage: Stage) -> None:
    job = stage.operator.job(demand())
    order = stage.node("n1").desired().orders[0]
    assert order.startswith(job.id)
    leaves = Case("POST", "/v1/nodes/n1/leave")
    alone = msgspec.json.decode(done(stage, leaves, dry=True).content, type=Leaving)
    assert [(one.job, one.tasks, one.nodes) for one in alone.displaced] == [(job.id, 1, ())] and alone.displaced[0].code
    other = stage.node("n2")
    told = msgspec.json.decode(done(stage, leaves, dry=True).content, type=Leaving)
    assert [(one.job, one.tasks, one.nodes, one.code) for one in told.displaced] == [(job.id, 1, ("n2",), "")]
    assert done(stage, leaves).status_code == 204
    assert placed(other).startswith(job.id)  # and there it goes


def test_money_that_only_the_lost_work_holds_is_free_for_it_elsewhere(stage: Stage) -> None:
    ann = stage.person("ann")  # has 10 CNY, all of which the job may cost
    for name in ("n1", "n2"):
        stage.node(name)
    wanted = msgspec.structs.replace(demand(), limits=Limits(budget_micro=10_000_000))
    job: Job = ann.job(wanted)
    held = next(n for n in ("n1", "n2") if stage.node(n).desired().orders)
    told = msgspec.json.decode(done(stage, Case("POST", f"/v1/nodes/{held}/leave"), dry=True).content, type=Leaving)
    assert [one.nodes for one in told.displaced if one.job == job.id] == [("n2" if held == "n1" else "n1",)]


def test_of_a_graph_it_names_the_steps_that_would_not_run(stage: Stage) -> None:
    job = stage.operator.job(msgspec.structs.replace(diamond(), files=demand().files))
    for step, gone in (("b", ["b", "d"]), ("c", ["b", "c", "d"])):
        case, size = Case("POST", f"/v1/jobs/{job.id}/cancel?step={step}"), at_rest(stage)
        told = done(stage, Case("POST", f"{case.path}&dry_run=true"))
        assert (told.status_code, told.json()["cancelled"]) == (200, gone) and at_rest(stage) == size
        assert done(stage, case).json()["cancelled"] == gone
    case = Case("POST", f"/v1/jobs/{job.id}/cancel?step=z")
    told, did = (done(stage, Case("POST", f"{case.path}{dry}")) for dry in ("&dry_run=true", ""))
    assert told.status_code == 404 and told.json() == did.json() and told.json()["code"] == "SUAN-N014"


WRONG = {
    "no such job": Case("POST", "/v1/jobs/job-none/cancel"),
    "too much": Case("POST", "/v1/reservations", msgspec.structs.replace(asked(), needs=Needs(cpu_milli=10**6))),
    "no such reservation": Case("POST", "/v1/reservations/none/cancel"),
    "about nothing": Case("POST", "/v1/intents", IntentAsk(words="w")),
    "no such intent": Case("POST", "/v1/intents/none/accept", IntentAbout(about="job")),
    "another's word": Case("PUT", "/v1/services/web", publishing(a_service(), user="zoe")),
    "no such service": Case("DELETE", "/v1/services/none"),
    "a network with no end": Case("PUT", "/v1/network", msgspec.structs.replace(NETWORK, routers=NETWORK.routers[:1])),
    "less than no carbon": Case("PUT", "/v1/grid", Grid(scope="region", where="x", first_hour=277, carbon=(-1.0,))),
    "no such node": Case("POST", "/v1/nodes/none/leave"),
    "no such user": Case("POST", "/v1/accounts/nobody/grants", Grant(amount_micro=7)),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_what_the_write_would_refuse_it_refuses_in_the_same_words(stage: Stage, case: Case) -> None:
    size = at_rest(stage)
    told, did = done(stage, case, dry=True), done(stage, case)
    assert told.status_code >= 400 and (told.status_code, told.json()) == (did.status_code, did.json())
    assert at_rest(stage) == size


def test_who_may_not_write_may_not_ask_either(stage: Stage) -> None:
    ann = stage.person("ann")
    for path in ("/v1/accounts/ann/grants", "/v1/nodes/n1/leave"):
        answer = ann.post(f"{path}?dry_run=true", Grant(amount_micro=7), idempotency_key="k")
        assert answer.status_code == 403, answer.text
    done(stage, Case("PUT", "/v1/services/web", publishing(a_service())))
    assert ann.ask("DELETE", "/v1/services/web?dry_run=true").json()["code"] == "SUAN-N007"


def test_a_job_is_decided_without_its_files(stage: Stage) -> None:
    told = msgspec.json.decode(done(stage, Case("POST", "/v1/jobs", demand()), dry=True).content, type=Rehearsal)
    assert told.plan is not None
    service = done(stage, Case("PUT", "/v1/services/web", publishing(a_service(), key=KEY)), dry=True)
    assert service.status_code == 200, service.text


def test_what_is_asked_for_and_not_asked_for_is_not_done(stage: Stage) -> None:
    ann, body = stage.person("ann"), msgspec.json.encode(demand())
    stage.node()
    for query in ("dry_run=true&dry_run=false", "dry_run=false&dry_run=true"):
        told = ann.ask("POST", f"/v1/jobs?{query}", body, content_type="application/json", idempotency_key=query)
        problem(told, 400, "SUAN-U003")
    assert ann.get("/v1/jobs").json()["items"] == []
