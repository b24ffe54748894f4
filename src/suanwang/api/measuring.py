"""What a unit of a product takes, measured on this machine: for `suan products measure` and for the benchmark, in the same way.

CPU seconds of one more unit x the fuel that a core of this machine burns in a second, so the figure holds on any node.
"""

import asyncio
from pathlib import Path

import msgspec

from suanwang.api.process import cache_folder
from suanwang.drivers.meter.product import ROUNDS, taken
from suanwang.drivers.wasm.runtime import WasmRuntime
from suanwang.model.fault import UsageFault
from suanwang.model.said import Product


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Of a product's unit, or of one kind of it. fuel, memory_bytes: as they stand in product.yaml. cpu_s: of one, on this
    machine; spread: between rounds, relative."""

    name: str
    fuel: int
    memory_bytes: int
    cpu_s: float
    spread: float


def profiles(product: Product, folder: Path, rate: float, rounds: int = ROUNDS) -> tuple[Profile, ...]:
    """Of each kind that says how it is run, or of the unit. rate: fuel that a core here burns in a second.

    UsageFault SUAN-U151: none says so; RuntimeFault SUAN-R060: it does not run.
    """
    unit = product.unit
    runs = [one for one in (unit.kinds or (unit,) if unit else ()) if one.run]
    if not runs:
        why = f"{product.name} does not say how a unit of it is run"
        raise UsageFault("SUAN-U151", why, "suan products list shows those that do, with their figures")
    found = [(one.name, taken(one.run, one.units, folder, rounds)) for one in runs]
    return tuple(
        Profile(name=name, fuel=round(t.cpu_s * rate), memory_bytes=t.memory_bytes, cpu_s=t.cpu_s, spread=t.spread)
        for name, t in found
    )


def fuel_per_cpu_s() -> float:
    """Of a core of this machine, measured now."""
    return asyncio.run(_rated())


async def _rated() -> float:
    wasm = WasmRuntime(cache_folder(), 1)
    try:
        return (await wasm.fuel_rate(1.0))[1]
    finally:
        await wasm.close()
