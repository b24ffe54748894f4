"""The grid through its doors: only the operator tells it; a job waits for its hour, says why, starts in it, and its bill is
of it."""

import time
from pathlib import Path

import msgspec
import pytest

from suanwang.model.demand import Limits
from suanwang.model.grid import Grid
from tests.api.stage import Person, PlayedNode, Stage, demand, staged
from tests.api.test_server import done, problem

FIRST = 277  # the hour of the stage's clock, 1,000,000 s
DEFERRABLE = Limits(budget_micro=1_000_000, finish_s_max=6 * 3600.0)


@pytest.fixture
def stage(tmp_path: Path):
    with staged(tmp_path) as stage:
        yield stage


def tell(who: Person, grid: Grid) -> object:
    return who.ask("PUT", "/v1/grid", msgspec.json.encode(grid), content_type="application/json")


def clean_in(hours: int) -> Grid:
    """Dirty now, clean in so many hours, then dirty again."""
    carbon = tuple(100.0 if k == hours else 800.0 for k in range(12))
    return Grid(scope="region", where="guangdong", first_hour=FIRST, carbon=carbon)


def later(stage: Stage, node: PlayedNode, seconds: float) -> None:
    """The clock goes on; people's tokens live for an hour, nodes are heard again."""
    stage.now += seconds
    stage.operator.token = stage.token("root", "user operator")
    node.report()


def test_only_the_operator_tells_and_what_cannot_be_is_refused(stage: Stage) -> None:
    problem(tell(stage.person("ann"), clean_in(2)), 403, "SUAN-A040")
    bad = msgspec.structs.replace(clean_in(2), carbon=(-1.0,))
    problem(tell(stage.operator, bad), 400, "SUAN-U142")
    assert tell(stage.operator, clean_in(2)).status_code == 200  # type: ignore[attr-defined]
    size = stage.log_size()
    assert tell(stage.operator, clean_in(2)).json()["items"][0]["ahead"][2]["carbon"] == 100.0  # type: ignore[attr-defined]
    assert stage.log_size() == size, "telling it again changes nothing"
    assert [g["where"] for g in stage.person("ann").get("/v1/grid").json()["items"]] == ["guangdong"]


def test_a_region_is_told_by_any_of_its_names_and_an_unknown_one_is_refused(stage: Stage) -> None:
    named = msgspec.structs.replace(clean_in(2), where="广东省")
    assert [told["where"] for told in tell(stage.operator, named).json()["items"]] == ["guangdong"]  # type: ignore[attr-defined]
    problem(tell(stage.operator, msgspec.structs.replace(named, where="atlantis")), 404, "SUAN-N011")


def test_a_site_where_no_node_stands_is_refused_by_those_that_there_are(stage: Stage) -> None:
    grid = msgspec.structs.replace(clean_in(2), scope="site", where="sz")
    assert "no node yet" in problem(tell(stage.operator, grid), 404, "SUAN-N016").detail  # type: ignore[arg-type]
    site = stage.node().node.site.name
    assert tell(stage.operator, msgspec.structs.replace(grid, where=site)).status_code == 200  # type: ignore[attr-defined]
    told = problem(tell(stage.operator, msgspec.structs.replace(grid, where=site[1:])), 404, "SUAN-N016")  # type: ignore[arg-type]
    assert f"nodes at {site}" in told.detail


def test_a_job_waits_for_its_hour_starts_in_it_and_its_bill_is_of_it(stage: Stage) -> None:
    node, ann = stage.node(), stage.person("ann")
    tell(stage.operator, clean_in(2))
    wanted = msgspec.structs.replace(demand(), limits=DEFERRABLE, prefer="carbon", priority="deferrable")
    told = ann.submit(wanted, "k", dry_run=True).json()
    assert told["plan"] and told["deferral"]["start_at"] == (FIRST + 2) * 3600.0
    job = ann.job(wanted)
    assert (job.state, job.reason, job.start_at) == ("queued", "deferred", (FIRST + 2) * 3600.0)
    (taken,) = ann.get(f"/v1/jobs/{job.id}/why").json()["taken"]
    assert taken["type"] == "deferral" and taken["told"] and taken["carbon_g_saved"] > 0
    later(stage, node, 3600.0)
    assert not node.desired().orders
    later(stage, node, 3000.0 + (FIRST + 1) * 3600.0 + 1000.0 - stage.now)
    ann.token = stage.token("ann")
    while not node.desired().orders:
        node.report()
    placement = node.desired().orders[0]
    began = stage.now
    node.report(msgspec.structs.replace(done(placement, 0), fuel=10**9, started_at=began, wall_s=1.0))
    bill = ann.get(f"/v1/jobs/{job.id}/bill").json()
    at_100 = 4.0 / 2e9 / 3.6e6 * 1e9 * 1.3 * 100.0  # watts, fuel a second, J a kWh, fuel, PUE, gCO2e/kWh
    assert bill["carbon_g"] == pytest.approx(at_100) and bill["sci_g"] == bill["carbon_g"] and bill["unit"] == "task"
    assert bill["energy_kwh"] * 100.0 == pytest.approx(at_100) and not bill["embodied"]


@pytest.mark.parametrize("comes", ["n1", "n2"])
def test_who_found_no_node_waits_for_its_hour_when_one_comes(stage: Stage, comes: str) -> None:
    """The one that was silent, or another."""
    stage.node("n1")
    tell(stage.operator, clean_in(2))
    stage.now += 600.0
    end = time.monotonic() + 60.0
    while stage.brain.state.world.alive.any() and time.monotonic() < end:
        time.sleep(0.1)
    wanted = msgspec.structs.replace(demand(), limits=DEFERRABLE, prefer="carbon", priority="deferrable")
    job = stage.operator.job(wanted)
    assert (job.state, job.start_at) == ("queued", 0.0) and job.reason.startswith("SUAN-P")
    node = stage.node(comes)
    while (shown := stage.operator.get(f"/v1/jobs/{job.id}").json())["reason"] == job.reason and time.monotonic() < end:
        node.report()
        time.sleep(0.05)
    assert (shown["state"], shown["reason"], shown["start_at"]) == ("queued", "deferred", (FIRST + 2) * 3600.0)
    later(stage, node, (FIRST + 2) * 3600.0 + 600.0 - stage.now)
    while not node.desired().orders and time.monotonic() < end:
        node.report()
    assert node.desired().orders[0].startswith(job.id)
