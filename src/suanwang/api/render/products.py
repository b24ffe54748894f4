"""Products, and what a unit of each was measured to take."""

from collections.abc import Mapping, Sequence

from suanwang.api.catalogue import Words
from suanwang.api.render.table import Page, table
from suanwang.drivers.meter.product import Taken
from suanwang.model.said import Product


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


def profile_page(words: Words, product: Product, figures: Mapping[str, Taken], fuel_per_cpu_s: float) -> Page:
    """A line for each kind, and then as it stands in product.yaml."""
    unit = product.unit.name if product.unit else ""
    lines = [
        words(
            "products.taken", unit=unit, kind=name, cpu_us=f"{took.cpu_s * 1e6:.3g}", spread=f"{took.spread:.1%}",
            fuel=f"{round(took.cpu_s * fuel_per_cpu_s):,}", memory=f"{took.memory_bytes / 2**20:.0f}",
        )
        for name, took in figures.items()
    ]  # fmt: skip
    keep = [
        f"{{name: {name}, fuel: {round(took.cpu_s * fuel_per_cpu_s)}, memory_bytes: {took.memory_bytes}}}"
        for name, took in figures.items()
    ]
    return (*lines, words("products.keep", name=product.name), *keep)
