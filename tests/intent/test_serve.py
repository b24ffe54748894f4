"""A service file means exactly one service, or is refused by the place of what is wrong."""

import msgspec
import pytest

from suanwang.intent import parse_yaml
from suanwang.intent.serve import check_service, service_from
from suanwang.model.demand import Command, Serve
from suanwang.model.fault import Fault
from suanwang.model.serving import Scale, Service
from suanwang.model.steering import PathLimits

WHOLE = """
name: hello
run: python3 app.py
port: 8000
health: /healthz
every: 500ms
sites: [near, far]
scale: {min: 0, max: 4, requests: 8, idle: 30s}
affinity: 20s
deadline: 100ms
drain: 3s
path: {avoid: [湖南, guangxi], risks: [river-bridge], rate: 10Mb, latency: 20ms}
needs: {cpu: 0.5}
"""


def made(text: str) -> Service:
    return service_from(parse_yaml(text), ())


def test_a_whole_file() -> None:
    service = made(WHOLE)
    assert service.demand.work == Command(argv=("python3", "app.py"), network=True)
    assert service.demand.serve == Serve(service="", cs_id="", port=8000, health="/healthz", health_every_s=0.5)
    assert service.demand.task_s_max == 86_400.0
    assert service.scale == Scale(least=0, most=4, in_flight=8.0, idle_s=30.0)
    assert (service.sites, service.affinity_s, service.deadline_ms, service.drain_s) == (("near", "far"), 20.0, 100.0, 3.0)
    assert service.path == PathLimits(regions=("guangxi", "hunan"), risks=("river-bridge",), rate_mbit=10.0, latency_ms=20.0)


def test_what_is_left_out() -> None:
    service = made("name: hello\nrun: ./app")
    assert service.scale == Scale() and service.demand.serve == Serve(service="", cs_id="") and service.sites == ()
    assert made("name: a\nrun: ./app\nhealth: none").demand.serve == Serve(service="", cs_id="", health="")


def test_it_survives_the_wire() -> None:
    service = made(WHOLE)
    again = msgspec.json.decode(msgspec.json.encode(service), type=Service)
    assert check_service(again) == service


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name: a\npython: app.py", "SUAN-U003"),
        ("name: a\nrun: ./app\nover: 1-9", "SUAN-U003"),
        ("name: a\nrun: ./app\nscale: {min: 3, max: 1}", "SUAN-U003"),
        ("name: a\nrun: ./app\nscale: {max: 0}", "SUAN-U003"),
        ("name: a\nrun: ./app\nscale: {often: 1}", "SUAN-U001"),
        ("name: a\nrun: ./app\nport: 0", "SUAN-U013"),
        ("name: a\nrun: ./app\nport: 70000", "SUAN-U013"),
        ("name: a\nrun: ./app\nhealth: healthz", "SUAN-U002"),
        ("name: a\nrun: ./app\naffinity: 2h", "SUAN-U013"),
        ("name: a\nrun: ./app\nsprot: 1", "SUAN-U001"),
        ("name: a\nrun: ./app\npath: {around: [hunan]}", "SUAN-U001"),
        ("name: a\nrun: ./app\npath: {rate: 10}", "SUAN-U010"),
        ("name: a\nrun: ./app\npath: {avoid: [atlantis]}", "SUAN-N011"),
    ],
)
def test_what_is_wrong_is_named(text: str, code: str) -> None:
    with pytest.raises(Fault) as wrong:
        made(text)
    assert wrong.value.code == code


@pytest.mark.parametrize(
    "change",
    [
        {"affinity_s": float("nan")},
        {"deadline_ms": -1.0},
        {"scale": Scale(least=-1)},
        {"sites": ("x\n",)},
        {"drain_s": 1e9},
        {"path": PathLimits(regions=("湖南",))},
        {"path": PathLimits(regions=("atlantis",))},
        {"path": PathLimits(rate_mbit=-1.0)},
    ],
)
def test_a_service_from_the_wire_is_held_to_the_same(change: dict[str, object]) -> None:
    with pytest.raises(Fault):
        check_service(msgspec.structs.replace(made(WHOLE), **change))
