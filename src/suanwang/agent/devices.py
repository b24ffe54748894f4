"""Which accelerators a task may use: those that its placement holds, by numbers that the brain and the node count alike.

The kernel shows a sandboxed task no other device files, and the vendor's library is told which devices are its own. A share
of a device is told too; it is enforced only where the vendor's service for sharing runs (docs/runtimes.md).
"""

from typing import NamedTuple

from suanwang.model.fault import RuntimeFault
from suanwang.model.node import Accelerator, Device
from suanwang.model.order import Order

VISIBLE = {"nvidia": "CUDA_VISIBLE_DEVICES", "amd": "ROCR_VISIBLE_DEVICES", "huawei": "ASCEND_RT_VISIBLE_DEVICES"}
"""The variable by which each vendor's library is told which devices to use."""


class Granted(NamedTuple):
    """env: variables of the task. files: device files that it may use."""

    env: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


def granted(accelerators: tuple[Accelerator, ...], order: Order, slot: int) -> Granted:
    """For tasks in one of the `width` slots of an order. RuntimeFault SUAN-R018: the node has not the devices any more."""
    need = order.needs.accelerator
    if need is None or not order.devices:
        return Granted()
    owned = [(a, device) for a in accelerators if a.kind == order.accelerator for device in _devices(a)]
    numbers = order.devices[slot * need.count : (slot + 1) * need.count]
    if any(number >= len(owned) for number in numbers):
        why = f"the order names device {max(numbers)} of kind {order.accelerator}; there are {len(owned)}"
        raise RuntimeFault("SUAN-R018", why, "suan doctor; then join again, so that the brain knows what there is")
    mine = [owned[number] for number in numbers]
    told = (("SUAN_DEVICES", ",".join(map(str, numbers))), ("SUAN_DEVICE_KIND", order.accelerator))
    ids = ",".join(device.id for _, device in mine)
    seen = tuple((VISIBLE[a.vendor], ids) for a, _ in mine[:1] if a.vendor in VISIBLE)
    files = tuple(dict.fromkeys(file for _, device in mine for file in device.files))
    return Granted((*told, *seen, *(_share(mine[0][0], need.share_milli) if need.share_milli < 1000 else ())), files)


def _devices(of: Accelerator) -> tuple[Device, ...]:
    """Each device; where it is not known which they are, by number."""
    return of.devices or tuple(Device(id=str(number)) for number in range(of.count))


def _share(of: Accelerator, milli: int) -> tuple[tuple[str, str], ...]:
    """The share, for the task; and for CUDA's multi-process service, which holds a task to it: percent of the threads, and
    memory."""
    told = (("SUAN_DEVICE_SHARE", f"{milli / 1000:g}"),)
    if of.vendor != "nvidia":
        return told
    memory = (("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", f"0={of.memory_bytes * milli // 1000 >> 20}M"),) if of.memory_bytes else ()
    return (*told, ("CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", f"{milli / 10:g}"), *memory)
