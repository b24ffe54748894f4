"""`suan products`: work that can be asked for by name, with what a unit of it was measured to take; and measuring it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Json
from suanwang.model.fault import NotFoundFault

Offered = Annotated[str, typer.Option("--products")]


def listed(ctx: typer.Context, products: Offered = "", json: Json = False) -> None:
    from suanwang.api.products import SHIPPED
    from suanwang.api.products import products as offered
    from suanwang.api.render.products import products_page

    door: Door = ctx.obj
    found = tuple(product for product, _ in offered(Path(products) if products else SHIPPED).values())
    door.answer(found, lambda: products_page(door.words, found), json)


def measure(ctx: typer.Context, name: str, products: Offered = "", json: Json = False) -> None:
    from suanwang.api.measuring import fuel_per_cpu_s, profiles
    from suanwang.api.products import SHIPPED
    from suanwang.api.products import products as offered
    from suanwang.api.render.products import profile_page

    door: Door = ctx.obj
    product, folder = offered(Path(products) if products else SHIPPED).get(name, (None, Path()))
    if product is None:
        raise NotFoundFault("SUAN-N060", f'no product is called "{name}"', "suan products list")
    door.say(door.words("meter.measuring"))
    measured = profiles(product, folder, fuel_per_cpu_s())
    door.answer(measured, lambda: profile_page(door.words, product, measured), json)
