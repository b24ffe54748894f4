"""How much room so many of a product's units take, from what one takes, which was measured.

Requests that come and go share all instances: their fuel in a second, over what the instances burn. What is held lasts, and one
stays at one instance: that is as large as one needs, and holds as many as its cores and its memory let it.
"""

from collections.abc import Mapping
from math import ceil

from suanwang.intent.document import contradiction
from suanwang.model.quantity import bytes_text, size_bytes
from suanwang.model.said import Kind, Unit

UTILISED = 0.7
"""Share of its time that an instance of a product is kept busy: the rest is for requests that come at once."""
ROOM = 1.1
"""Times the memory that one took when it was measured: another may take a little more."""
_MIB = 1 << 20


def measured(unit: Unit, kind: str) -> Kind | Unit | None:
    """What one takes; None where that was not measured, or the kind was not said."""
    one = next((one for one in unit.kinds if one.name == kind), None if unit.kinds else unit)
    return one if one and one.fuel else None


def instances(needs: Mapping[str, object], one: Kind | Unit, amount: float, fuel_per_s: float) -> int:
    """For so many that come each second."""
    return max(1, ceil(one.fuel * amount / (_cores(needs) * fuel_per_s * UTILISED)))


def held(
    needs: Mapping[str, object], one: Kind | Unit, amount: float, fuel_per_s: float, *, fixed: bool
) -> tuple[dict[str, object], int]:
    """(what an instance needs, how many) for so many at once. fixed: its cores were said. UsageFault SUAN-U003: too few of
    them for one."""
    cores, of_one = _cores(needs), one.fuel / (fuel_per_s * UTILISED)
    if fixed and cores < of_one:
        why = f"one of {one.name} takes {of_one:.1f} cores as fast as they are here, and an instance was to have {cores:g}"
        raise contradiction(why, "say more cores, or leave them out")
    cores = max(cores, ceil(of_one))
    of_memory = max(1, ceil(one.memory_bytes * ROOM / _MIB)) * _MIB
    memory = max(size_bytes(needs.get("memory", "0")), of_memory)
    fit = max(1, min(int(cores / of_one), memory // of_memory))
    return {**needs, "cpu": f"{cores:g}", "memory": bytes_text(memory)}, max(1, ceil(amount / fit))


def _cores(needs: Mapping[str, object]) -> float:
    return float(str(needs.get("cpu", 1)))
