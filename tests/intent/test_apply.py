"""What files say beside what runs: only the difference has to be done."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.intent import parse_documents, parse_yaml, service_document, write_yaml
from suanwang.intent.apply import belonging, difference, is_service
from suanwang.intent.demand import demand_from
from suanwang.intent.serve import service_from
from suanwang.model.app import AppChange
from suanwang.model.demand import Demand
from suanwang.model.fault import UsageFault
from suanwang.model.file import FileRef
from suanwang.model.job import Job
from suanwang.model.serving import Service, ServiceView

WEB = "name: web\nrun: python app.py\nfiles: [app.py]\nport: 8080\nscale: {min: 1, max: 2}\napp: shop\n"
SEED = "name: seed\nrun: echo seed\nfiles: []\napp: shop\n"


def app_py(text: str) -> FileRef:
    return FileRef(path="app.py", sha256=text * 64, size=1)


def service(text: str = WEB, content: str = "a") -> Service:
    return service_from(parse_yaml(text), (app_py(content),))


def job(text: str = SEED) -> Demand:
    return demand_from(parse_yaml(text), files=(), items=())


def runs(service: Service, state: str = "up") -> ServiceView:
    """As the brain has it: it completes how an instance listens."""
    assert service.demand.serve is not None
    serve = msgspec.structs.replace(service.demand.serve, service="svc-1", cs_id="fd00::1")
    made = msgspec.structs.replace(service, demand=msgspec.structs.replace(service.demand, serve=serve))
    return ServiceView(
        id=f"svc-{service.name}", name=service.name, user="ann", cs_id="fd00::1", port=8080, version=1, published_at=1.0,
        state=state, wanted=1, service=made,
    )  # fmt: skip


def ran(demand: Demand, state: str, number: int = 1) -> Job:
    return Job(
        id=f"job-{number}", user="ann", demand=demand, state=state, reason="", accepted_at=1.0, placed_at=1.0, ended_at=0.0,
        tasks_total=1, tasks_done=0, tasks_failed=0, tasks_running=0, fuel=0, hold_micro=0, spent_micro=0, nodes=(),
    )  # fmt: skip


def done(changes) -> list[tuple[str, str, str]]:
    return [(c.what, c.name, c.action) for c in changes.items]


def test_of_nothing_everything_is_made_services_first() -> None:
    changes = difference("shop", [service()], [job()], [], [])
    assert done(changes) == [("service", "web", "create"), ("job", "seed", "create")] and changes.any


def test_what_is_as_asked_for_is_left_alone() -> None:
    changes = difference("shop", [service()], [job()], [runs(service())], [ran(job(), "done")])
    assert done(changes) == [("service", "web", "keep"), ("job", "seed", "keep")] and not changes.any


def test_a_running_job_that_is_the_same_is_left_alone() -> None:
    assert done(difference("shop", [], [job()], [], [ran(job(), "running")])) == [("job", "seed", "keep")]


@pytest.mark.parametrize("state", ["failed", "cancelled", "refused"])
def test_a_job_that_ended_badly_runs_again(state: str) -> None:
    assert done(difference("shop", [], [job()], [], [ran(job(), state)])) == [("job", "seed", "again")]


def test_only_the_last_run_counts() -> None:
    history = [ran(job(), "done", 2), ran(job(), "failed", 1)]
    assert done(difference("shop", [], [job()], [], history)) == [("job", "seed", "keep")]


def test_each_difference_is_named_by_its_place() -> None:
    wanted = service(WEB.replace("max: 2", "max: 3") + "limits: {budget: 5 CNY}\n", "b")
    change = difference("shop", [wanted], [], [runs(service())], []).items[0]
    assert change.action == "change" and change.id == "svc-web"
    assert [(d.place, d.was, d.becomes) for d in change.differences] == [
        ("scale.max", "2", "3"),
        ("files.app.py", "aaaaaaaaaaaa", "bbbbbbbbbbbb"),
        ("limits.budget", "", "5 CNY"),
    ]


def test_a_service_of_that_name_that_belonged_to_nothing_is_taken_in() -> None:
    change = difference("shop", [service()], [], [runs(service(WEB.replace("app: shop\n", "")))], []).items[0]
    assert [(d.place, d.was, d.becomes) for d in change.differences] == [("app", "", "shop")]


def test_what_stands_in_no_file_any_more_is_stopped_but_only_what_belongs() -> None:
    other = runs(service(WEB.replace("web", "other").replace("app: shop", "app: bank")))
    changes = difference(
        "shop", [], [], [runs(service()), other], [ran(job(), "running"), ran(job(SEED.replace("seed", "x")), "done")]
    )
    assert done(changes) == [("service", "web", "stop"), ("job", "seed", "stop")]


def test_instances_go_with_their_service() -> None:
    instance = ran(runs(service()).service.demand, "running")
    assert done(difference("shop", [service()], [], [runs(service())], [instance])) == [("service", "web", "keep")]


def test_a_service_that_is_ending_is_there_no_more() -> None:
    leaving = runs(service(), "ending")
    assert done(difference("shop", [service()], [], [leaving], [])) == [("service", "web", "create")]
    assert done(difference("shop", [], [], [leaving], [])) == []


def test_two_of_one_name_contradict_each_other() -> None:
    with pytest.raises(UsageFault, match=r"two jobs are called 'seed'") as caught:
        difference("shop", [], [job(), job()], [], [])
    assert caught.value.code == "SUAN-U003"


def test_documents_are_told_apart_and_belong_to_one_app() -> None:
    web, seed = parse_documents(f"{WEB}---\n{SEED}")
    assert is_service(web) and not is_service(seed)
    assert belonging({"name": "x"}, "shop") == {"name": "x", "app": "shop"}
    with pytest.raises(UsageFault, match="belongs to the app 'shop', and 'bank' is applied"):
        belonging(web, "bank")
    assert parse_documents("") == ()


def test_a_change_after_it_was_carried_out_is_none() -> None:
    """Whatever was done, a second look finds nothing to do."""
    wanted = service(WEB.replace("max: 2", "max: 3"))
    first = difference("shop", [wanted], [], [runs(service())], [])
    assert [c.action for c in first.items] == ["change"]
    assert difference("shop", [wanted], [], [runs(wanted)], []).items == (
        AppChange(what="service", name="web", action="keep", id="svc-web", state="up"),
    )


DOCUMENTS = st.fixed_dictionaries(
    {"name": st.just("web"), "run": st.just("python app.py"), "files": st.just(["app.py"]), "port": st.integers(1, 65535)},
    optional={
        "health": st.sampled_from(["/", "/healthz", "none"]),
        "every": st.sampled_from(["500ms", "2s", "1min"]),
        "sites": st.lists(st.sampled_from(["near", "far"]), min_size=1, unique=True),
        "scale": st.sampled_from([{"min": "0", "max": "3"}, {"min": "2", "max": "5", "requests": "9", "idle": "90s"}]),
        "affinity": st.sampled_from(["1s", "2min"]),
        "deadline": st.sampled_from(["100ms", "1.5s"]),
        "drain": st.sampled_from(["0s", "1min"]),
        "path": st.sampled_from([{"avoid": ["hunan"]}, {"risks": ["bridge"], "rate": "2.5Gb"}, {"latency": "20ms"}]),
        "limits": st.sampled_from([{"task": "1h"}, {"task": "2d", "budget": "3 CNY"}, {"region": ["guangdong"]}]),
        "needs": st.just({"cpu": "500m"}),
        "app": st.just("shop"),
    },
)


@given(DOCUMENTS)
def test_a_service_is_written_as_it_was_read(document) -> None:
    made = service_from(document, (app_py("a"),))
    again = parse_yaml(write_yaml(service_document(made)))
    assert service_from(again, made.demand.files) == made
