"""A task is told of the devices that it was given, and is shown no others."""

import pytest

from suanwang.agent.devices import granted
from suanwang.model.demand import AcceleratorNeed, Needs
from suanwang.model.fault import RuntimeFault
from suanwang.model.node import Accelerator, Device
from suanwang.model.order import Order
from tests.agent.stage import order

GPUS = tuple(Device(id=f"GPU-{n}", files=(f"/dev/nvidia{n}", "/dev/nvidiactl")) for n in range(3))
OWNED = (
    Accelerator(kind="t4", vendor="nvidia", name="T4", count=1),
    Accelerator(kind="a100", vendor="nvidia", name="A100 40GB", count=2, memory_bytes=40 << 30, devices=GPUS[:2]),
    Accelerator(kind="a100", vendor="nvidia", name="A100 80GB", count=1, memory_bytes=80 << 30, devices=GPUS[2:]),
    Accelerator(kind="npu", vendor="someone", name="N", count=2),
)


def wanting(kind: str, *devices: int, **need: int) -> Order:
    return order(needs=Needs(accelerator=AcceleratorNeed(kinds=(kind,), **need)), accelerator=kind, devices=devices)


def test_each_slot_has_its_own_devices() -> None:
    one = wanting("a100", 0, 2, 1)
    env, files = granted(OWNED, one, 1)
    assert dict(env) == {"SUAN_DEVICES": "2", "SUAN_DEVICE_KIND": "a100", "CUDA_VISIBLE_DEVICES": "GPU-2"}
    assert files == ("/dev/nvidia2", "/dev/nvidiactl")
    both = granted(OWNED, wanting("a100", 0, 2, count=2), 0)
    assert dict(both.env)["CUDA_VISIBLE_DEVICES"] == "GPU-0,GPU-2"
    assert both.files == ("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia2")


def test_a_share_is_told_to_the_task_and_to_the_vendor_s_service() -> None:
    env = dict(granted(OWNED, wanting("a100", 0, share_milli=250), 0).env)
    assert (env["SUAN_DEVICE_SHARE"], env["CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"]) == ("0.25", "25")
    assert env["CUDA_MPS_PINNED_DEVICE_MEM_LIMIT"] == "0=10240M"
    assert "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE" not in dict(granted(OWNED, wanting("npu", 1, share_milli=500), 0).env)


def test_devices_that_are_not_known_one_by_one_go_by_number() -> None:
    assert dict(granted(OWNED, wanting("t4", 0), 0).env)["CUDA_VISIBLE_DEVICES"] == "0"


def test_who_asks_for_none_is_told_of_none() -> None:
    assert granted(OWNED, order(), 0) == ((), ())


def test_an_order_for_a_device_that_is_gone_is_given_back() -> None:
    with pytest.raises(RuntimeFault, match="there are 3") as raised:
        granted(OWNED, wanting("a100", 3), 0)
    assert raised.value.code == "SUAN-R018"
