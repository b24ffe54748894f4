"""How much of a machine is lent: what its provider says, if the machine has it, or all but what it needs itself."""

from typing import NamedTuple

from suanwang.api.options import NodeOptions
from suanwang.drivers.meter.machine import cores, memory_bytes
from suanwang.model.fault import UsageFault
from suanwang.model.quantity import show_bytes

MEMORY_LEFT_BYTES = 512 << 20


class Lent(NamedTuple):
    """cpu_milli: thousandths of a core."""

    cpu_milli: int
    memory_bytes: int


def check_lent(wanted: NodeOptions) -> None:
    """Faults of `lent_of` on this machine, before anything is begun."""
    lent_of(wanted, cores(), memory_bytes())


def lent_of(wanted: NodeOptions, cores: int, memory: int) -> Lent:
    """Of a machine of so many cores and bytes, 0 where they are not known. UsageFault SUAN-U029: more than there is;
    tasks would wait for one another, or be killed."""
    if wanted.cpu_milli > cores * 1000:
        why = f"cpu is {wanted.cpu_milli / 1000:g} cores, and this machine has {cores}"
        raise UsageFault("SUAN-U029", why, "lend fewer, or leave --cpu out")
    if 0 < memory < wanted.memory_bytes:
        why = f"memory is {show_bytes(wanted.memory_bytes)}, and this machine has {show_bytes(memory)}"
        raise UsageFault("SUAN-U029", why, "lend less, or leave --memory out")
    return Lent(wanted.cpu_milli or cores * 1000, wanted.memory_bytes or max(memory - MEMORY_LEFT_BYTES, memory // 2))
