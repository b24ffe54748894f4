"""`suan products`: work that can be asked for by name, with what a unit of it was measured to take; and measuring it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Json
from suanwang.model.fault import NotFoundFault, UsageFault

Offered = Annotated[str, typer.Option("--products")]


def listed(ctx: typer.Context, products: Offered = "", json: Json = False) -> None:
    from suanwang.api.products import SHIPPED
    from suanwang.api.products import products as offered
    from suanwang.api.render.products import products_page

    door: Door = ctx.obj
    found = tuple(product for product, _ in offered(Path(products) if products else SHIPPED).values())
    door.answer(found, lambda: products_page(door.words, found), json)


def measure(ctx: typer.Context, name: str, products: Offered = "", json: Json = False) -> None:
    from suanwang.api.products import SHIPPED
    from suanwang.api.products import products as offered
    from suanwang.api.render.products import profile_page
    from suanwang.drivers.meter.product import taken

    door: Door = ctx.obj
    product, folder = offered(Path(products) if products else SHIPPED).get(name, (None, Path()))
    if product is None:
        raise NotFoundFault("SUAN-N060", f'no product is called "{name}"', "suan products list")
    kinds = [kind for kind in (product.unit.kinds if product.unit else ()) if kind.run]
    if not kinds:
        raise UsageFault("SUAN-U151", f"{name} does not say how a unit of it is run", "see docs/ask.md#products")
    door.say(door.words("meter.measuring"))
    rate = fuel_per_cpu_s()
    figures = {kind.name: taken(kind.run, kind.units, folder) for kind in kinds}
    measured = [
        {"name": n, "fuel": round(t.cpu_s * rate), "memory_bytes": t.memory_bytes, "cpu_s": t.cpu_s, "spread": t.spread}
        for n, t in figures.items()
    ]
    door.answer(measured, lambda: profile_page(door.words, product, figures, rate), json)


def fuel_per_cpu_s() -> float:
    """Of a core of this machine, measured now."""
    import asyncio

    from suanwang.api.process import cache_folder
    from suanwang.drivers.wasm.runtime import WasmRuntime

    async def rated() -> float:
        wasm = WasmRuntime(cache_folder(), 1)
        try:
            return (await wasm.fuel_rate(1.0))[1]
        finally:
            await wasm.close()

    return asyncio.run(rated())
