"""The network from Python, on a real brain and node: plan, submit, follow; functions whose calls run elsewhere; both ways to
call."""

import asyncio
import math
from collections.abc import Generator
from pathlib import Path

import pytest

import suanwang
from suanwang.api.sdk import Planned, PlannedService
from suanwang.api.sdk.source import script_of
from suanwang.model.fault import RuntimeFault, UsageFault, WireFault
from suanwang.model.job import Job
from tests.test_life import Network

SCALE = 3
GREETING = {"en": "hello", "zh": "你好"}


def helper(x: int) -> int:
    return x * SCALE


@suanwang.function(budget="0.5 CNY")
def work(x: int, add: int = 0) -> dict[str, float]:
    """Uses a module, a function and a value beside it."""
    return {"value": helper(x) + add, "root": math.sqrt(x)}


@suanwang.function(near="shenzhen", within="5ms", budget=0.5, tier=["cloud", "edge"])
def near_by(x: int) -> int:
    return x + 1


@suanwang.function()
def fails(x: int) -> None:
    raise ValueError(f"no {x}")


@suanwang.function(near="shenzhen", within="0.001ms")
def nowhere() -> None: ...


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Generator[suanwang.Client]:
    network = Network(tmp_path_factory.mktemp("sdk"))
    network.suan("up", "--no-node", "--detach", "--port", "0", "--dir", "brain")
    try:
        network.join("near", "--city", "shenzhen", "--price", "0.05 CNY/Tfuel")
        network.join("far", "--city", "zhongwei", "--price", "0.02 CNY/Tfuel")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CONFIG_HOME", str(network.folder / "config"))
            with suanwang.Client(lang="en") as made:
                yield made
    finally:
        for what in ("near", "far"):
            network.kill(what, "node")
        network.kill("brain", "brain")


def test_plan_submit_follow_fetch(client: suanwang.Client, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(
        "import os\nos.makedirs('out')\nopen('out/a', 'w').write('made')\nprint('one')\nprint('two', end='')\n"
    )
    plan = client.plan("x.py", workdir=str(tmp_path), near="shenzhen", within="5ms", budget=0.5)
    assert plan.ok and plan.nodes == ("near",) and "<table>" in plan._repr_html_() and "near" in repr(plan)
    job = plan.submit()
    assert list(job.logs()) == ["one", "two"]
    assert job.wait(30).state == "done"
    assert job.fetch(str(tmp_path / "back")).files == 1 and (tmp_path / "back/out/a").read_text() == "made"
    assert job.bill().held_micro == 500_000 and client.job(job.id).id == job.id
    assert job.id in {one.id for one in client.jobs()} and "<table>" in client.jobs()._repr_html_()
    assert {view.node.name for view in client.nodes()} == {"near", "far"}


def test_a_refusal_carries_its_reasons_and_what_would_help(client: suanwang.Client) -> None:
    plan = client.plan("", "true", near="shenzhen", within="0.001ms")
    assert not plan.ok
    with pytest.raises(suanwang.PlacementFault) as raised:
        plan.submit()
    fault = raised.value
    assert fault.code == "SUAN-P012" and "too far" in fault.why and fault.todo.startswith("--within")
    with pytest.raises(suanwang.PlacementFault):
        nowhere.on(client).remote()


def test_a_function_runs_there_as_it_does_here(client: suanwang.Client) -> None:
    assert work.on(client).remote(4, add=1) == work(4, add=1) == {"value": 13, "root": 2.0}
    assert near_by.on(client).map(range(20)) == list(range(1, 21))
    started = near_by.on(client).spawn(41)
    assert started.result(30) == 42 and started.job.view.nodes == ("near",)
    long = "x" * 10_000
    assert shout.on(client).remote(long) == long.upper()


@suanwang.function()
def shout(text: str) -> str:
    return text.upper()


def test_a_call_that_fails_says_why(client: suanwang.Client) -> None:
    with pytest.raises(RuntimeFault, match="no 7") as raised:
        fails.on(client).remote(7)
    assert raised.value.code == "SUAN-R019"


@suanwang.function()
def leaves() -> None:
    raise SystemExit(0)


@suanwang.function()
def wants_more() -> None:
    import nothing_of_that_name  # noqa: F401, PLC0415  # pyright: ignore[reportMissingImports]


def test_a_call_that_ends_without_a_result_or_lacks_a_module_says_so(client: suanwang.Client) -> None:
    with pytest.raises(RuntimeFault, match="ended without a result"):
        leaves.on(client).remote()
    with pytest.raises(RuntimeFault, match="No module named 'nothing_of_that_name'"):
        wants_more.on(client).remote()


def test_a_brain_that_is_away_for_a_while_loses_no_job(client: suanwang.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    job, away = client.run("", "true", budget=0.5), [3]
    look = client.wire.job

    def at_times(name: str) -> Job:
        if away[0]:
            away[0] -= 1
            raise WireFault("SUAN-W001", "restarting", "wait")
        return look(name)

    monkeypatch.setattr(client.wire, "job", at_times)
    assert job.wait(30).state == "done" and away == [0]


def test_a_graph_is_planned_and_run(client: suanwang.Client, tmp_path: Path) -> None:
    for name, text in (("cut.py", "open('half', 'w').write('h')"), ("fit.py", "print(open('half').read())")):
        (tmp_path / name).write_text(text)
    (tmp_path / "story.yaml").write_text(
        "tasks:\n  cut: {python: cut.py, writes: half}\n  fit: {python: fit.py, reads: half}\n"
    )
    plan = client.plan(str(tmp_path / "story.yaml"))
    assert plan.ok and set(plan.nodes) <= {"near", "far"} and plan.nodes
    assert "cut" in repr(plan) and "<table>" in plan._repr_html_()
    assert plan.submit().wait(60).state == "done"


def test_the_same_awaited(client: suanwang.Client) -> None:
    async def scene() -> tuple[int, str]:
        result, job = await asyncio.gather(near_by.on(client).remote.aio(1), client.run.aio("", "true", budget=0.5))
        await job.wait.aio(30)
        return result, job.view.state

    assert asyncio.run(scene()) == (2, "done")


def test_what_is_not_known_is_said(client: suanwang.Client) -> None:
    with pytest.raises(TypeError, match="nearr"):
        client.plan("", "true", nearr="shenzhen")
    with pytest.raises(TypeError, match="nearr"):
        suanwang.function(nearr="shenzhen")
    with pytest.raises(UsageFault) as raised:
        client.plan("nothing.py")
    assert raised.value.code.startswith("SUAN-U0")


handle = open(__file__)  # noqa: SIM115 - what cannot be sent


def test_what_cannot_be_sent_is_named() -> None:
    handle.close()

    def uses_a_file() -> object:
        return handle.read()

    with pytest.raises(UsageFault, match="handle") as raised:
        script_of(uses_a_file)
    assert raised.value.code == "SUAN-U126"


def test_a_closure_takes_its_values_along() -> None:
    def outer(base: int):
        def inner(x: int) -> int:
            return x + base + len(GREETING)

        return inner

    text = script_of(outer(5))
    space: dict[str, object] = {}
    exec(text, space)
    assert space["suan_entry"]({"args": [1], "named": {}}) == 8  # type: ignore[operator]
    assert "import suanwang" not in text


def test_a_sentence_is_planned_carried_out_and_held_to(client: suanwang.Client, tmp_path: Path) -> None:
    said = client.ask("run `echo hi` near Shenzhen within 20 ms, at most 1 yuan")
    assert "round trip of at most 20ms" in repr(said)
    before, planned = client.jobs(limit=1), said.plan()
    assert isinstance(planned, Planned) and planned.ok and client.jobs(limit=1) == before
    job = planned.submit().wait(60)
    assert list(job.logs()) == ["hi"]
    assert job.id in [view.about for view in client.wire.intents().items]


def test_a_sentence_about_a_service_is_tried_out_and_published(
    client: suanwang.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = client.ask("serve `python3 -m http.server $PORT` to users in Shenzhen within 20 ms, at most 5 yuan a day")
    assert said.question == "", said.question
    planned = said.plan()
    assert isinstance(planned, PlannedService) and planned.ok and client.wire.services().items == ()
    view = planned.submit()
    assert [one.id for one in client.wire.services().items] == [view.id]
    would = client.wire.withdraw(view.id, dry_run=True)
    assert would is not None and would.state == "ending" and client.wire.service(view.id).state != "ending"
    client.wire.withdraw(view.id)
