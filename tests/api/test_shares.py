"""Accelerators in whole and in shares, from the demand to the order that a node gets."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from suanwang.brain.replay import restore
from suanwang.model.demand import AcceleratorNeed, Needs
from suanwang.model.node import Accelerator
from suanwang.model.view import NodeView
from suanwang.store.log import SqliteLog
from tests.api.stage import Stage, demand

TWO = (Accelerator(kind="a100", vendor="nvidia", name="NVIDIA A100", count=2),)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    with made.client:
        yield made


def share(milli: int) -> Needs:
    return Needs(cpu_milli=100, memory_bytes=1 << 20, accelerator=AcceleratorNeed(share_milli=milli))


def test_two_halves_share_a_device_and_a_third_takes_the_other(stage: Stage) -> None:
    node = stage.node("gpu")
    capacity = msgspec.structs.replace(node.node.capacity, accelerators=TWO)
    node.join(stage.join_token(), capacity=capacity)
    node.report()
    ada = stage.person("ada")
    for key, milli in (("a", 500), ("b", 500), ("c", 400)):
        assert ada.job(demand(needs=share(milli)), key).state == "running"
    orders = node.desired().fresh
    assert [(o.accelerator, o.devices, o.needs.accelerator.share_milli) for o in orders if o.needs.accelerator] == [
        ("a100", (0,), 500), ("a100", (0,), 500), ("a100", (1,), 400),
    ]  # fmt: skip
    seen = msgspec.json.decode(ada.get("/v1/nodes/gpu").content, type=NodeView)
    assert seen.accelerators_free == (("a100", 0.6),)
    again = restore(SqliteLog(stage.folder / "log.sqlite")).state
    assert again.world.accelerators["a100"].idle.tolist() == [[0, 600]]

    whole = ada.job(demand(needs=Needs(cpu_milli=100, memory_bytes=1 << 20, accelerator=AcceleratorNeed())), "d")
    assert whole.state == "queued"
    why = ada.get(f"/v1/jobs/{whole.id}/why").text
    assert "0 free of 2 x a100" in why and "0.6:" not in why
