"""What one unit of each product takes, beside what its product.yaml says: as `suan products measure` does it, all at once.

CPU seconds of twice as many units less that of so many, in calibrated fuel (docs/unit.md), so the figure holds on any node; the
median of some rounds, and the most memory at once. No peer: this is a measurement, not a claim.
"""

import argparse

import msgspec

from report import line, machine, save, table
from suanwang.api.measuring import Profile, fuel_per_cpu_s, profiles
from suanwang.api.products import products
from suanwang.model.said import Product


def stated(product: Product, name: str) -> int:
    """The fuel that product.yaml says of a kind, or of the unit."""
    assert product.unit is not None
    return next(one.fuel for one in (*product.unit.kinds, product.unit) if one.name == name)


def cells(product: Product, one: Profile) -> tuple[str, ...]:
    says = stated(product, one.name)
    return (product.name, one.name, f"{one.cpu_s:.3g} s", f"{one.spread:.1%}", f"{one.fuel:,}", f"{says:,}",
            f"{one.fuel / says - 1:+.1%}", f"{one.memory_bytes / 2**20:.0f} MiB")  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    rounds = asked.parse_args().rounds
    found, rate = machine(), fuel_per_cpu_s()
    offered = [(product, folder) for product, folder in products().values() if product.unit is not None]
    rows = [(product, one) for product, folder in offered for one in profiles(product, folder, rate, rounds)]
    print(line(found))
    head = ("product", "unit", "CPU", "spread", "measured fuel", "stated fuel", "off by", "peak")
    print(table(head, [cells(*row) for row in rows]))
    told = [{"product": p.name, "stated_fuel": stated(p, one.name), **msgspec.structs.asdict(one)} for p, one in rows]
    save("products", found, fuel_per_cpu_s=rate, rounds=rounds, rows=told)


if __name__ == "__main__":
    main()
