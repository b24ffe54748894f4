"""Nodes that tell figures which are no measurements: they are not spoken with any more, and nobody else notices."""

import math
from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from suanwang.drivers.frames import frame
from suanwang.model.node import Reading
from suanwang.model.session import Wrong
from suanwang.model.steering import INSTANCES_MAX, Contact, Load, Loads, PathState
from suanwang.model.view import NodePage, Report
from tests.api.stage import Stage

OTHER = (math.nan, math.inf, -math.inf, -1.0)
HUGE = (-1, (1 << 64) - 1)
LONG = "x" * 100_000
CONTACT = Contact(id="job-x/1", node_id="n", address="10.0.0.1", port=80)
LOADS = Loads(node_id="n", number=1, at=0.0, lifetime_s=1.0, window_s=1.0)
LOAD = Load(contact="job-x/1", in_flight=1.0)
PATH = PathState(headend=1, endpoint=2, color=0, index=0, rtt_ms=1.0, jitter_ms=0.0, loss=0.0, up=True, active=True)


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    made = Stage(tmp_path)
    with made.client:
        yield made


def readings() -> list[Reading]:
    fresh = Reading(node_id="n", generation=0)
    told: list[dict[str, Any]] = [{name: value} for name in ("cpu_used", "top_speed", "pull_bytes_per_s") for value in OTHER]
    told += [{name: value} for name in ("generation", "memory_used_bytes", "queued") for value in HUGE]
    told += [{"contacts": (msgspec.structs.replace(CONTACT, speed=value),)} for value in OTHER]
    told += [
        {"contacts": (msgspec.structs.replace(CONTACT, **{name: value}),)} for name in ("port", "function") for value in HUGE
    ]
    told += [{"contacts": (msgspec.structs.replace(CONTACT, address=LONG),)}, {"contacts": (CONTACT,) * (INSTANCES_MAX + 1)}]
    told += [{"running": ((LONG, 0),)}, {"running": (("job-x", -1),)}, {"ending": (LONG,)}]
    return [msgspec.structs.replace(fresh, **one) for one in told]


def reports() -> list[Report]:
    def loads(*of: Load, **more: Any) -> Report:
        return Report(reading=Reading(node_id="n", generation=0), loads=msgspec.structs.replace(LOADS, loads=of, **more))

    found = [Report(reading=one) for one in readings()]
    found += [loads(msgspec.structs.replace(LOAD, **{n: v})) for n in ("in_flight", "latency_ms", "cpu") for v in OTHER]
    found += [loads(**{n: v}) for n in ("at", "lifetime_s", "window_s") for v in OTHER]
    found += [loads(msgspec.structs.replace(LOAD, contact=LONG)), loads(*(LOAD,) * (INSTANCES_MAX + 1)), loads(number=HUGE[1])]
    paths = [msgspec.structs.replace(PATH, **{n: v}) for n in ("rtt_ms", "jitter_ms", "loss") for v in OTHER]
    return [*found, *(Report(reading=Reading(node_id="n", generation=0), paths=(one,)) for one in paths)]


def test_what_no_node_can_measure_is_not_taken(stage: Stage) -> None:
    """Any of these would end a sum, an order or a page in what is no number."""
    node, ann = stage.node(), stage.person("ann")
    for report in reports():
        said = node.session
        said.send(frame(msgspec.msgpack.encode({"type": "tell", "number": 1, "report": report})))
        told = said.next(Wrong)
        assert isinstance(told, Wrong) and told.code == "SUAN-U002" and said.transport.closed, report
    (shown,) = msgspec.json.decode(ann.get("/v1/nodes").content, type=NodePage).items
    assert shown.reading is not None and shown.reading.cpu_used == 0.0


def test_loads_of_what_it_does_not_hold_are_not_remembered(stage: Stage) -> None:
    """Or whoever tells of ever new ones would fill the brain's memory."""
    node = stage.node()
    for number in range(50):
        many = tuple(msgspec.structs.replace(LOAD, contact=f"{number}/{n}") for n in range(100))
        told = msgspec.structs.replace(LOADS, node_id=node.id, loads=many)
        node.session.beat(Report(reading=Reading(node_id=node.id, generation=0), loads=told))
    assert not stage.brain.ear.past and stage.brain.ear.loads[node.id][0] == ()
