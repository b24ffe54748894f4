"""Products, and what a unit of each was measured to take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from suanwang.api.catalogue import Words
from suanwang.api.render.table import Page, table
from suanwang.model.said import Product

if TYPE_CHECKING:
    from suanwang.api.measuring import Profile


def products_page(words: Words, products: Sequence[Product]) -> Page:
    rows = [row for product in products for row in _rows(product)]
    head = ("column.name", "column.unit", "column.fuel", "column.measured")
    return (table(tuple(words(key) for key in head), rows),)


def _rows(product: Product) -> list[tuple[str, ...]]:
    unit = product.unit
    if unit is None:
        return [(product.name, "", "", "")]
    kinds = [(f"{unit.name}, {kind.name}", kind.fuel, kind.measured) for kind in unit.kinds]
    return [
        (product.name, name, f"{fuel:,}" if fuel else "", measured)
        for name, fuel, measured in kinds or [(unit.name, unit.fuel, unit.measured)]
    ]


def profile_page(words: Words, product: Product, measured: Sequence[Profile]) -> Page:
    """A line for each kind, and then as it stands in product.yaml."""
    unit = product.unit.name if product.unit else ""
    lines = [
        words(
            "products.taken", unit=unit, kind=one.name, cpu_us=f"{one.cpu_s * 1e6:.3g}", spread=f"{one.spread:.1%}",
            fuel=f"{one.fuel:,}", memory=f"{one.memory_bytes / 2**20:.0f}",
        )
        for one in measured
    ]  # fmt: skip
    keep = [f"{{name: {one.name}, fuel: {one.fuel}, memory_bytes: {one.memory_bytes}}}" for one in measured]
    return (*lines, words("products.keep", name=product.name), *keep)
