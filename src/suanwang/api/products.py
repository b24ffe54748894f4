"""Products: work that people ask for by name, each a folder with `product.yaml` and the files that its work needs."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec
import yaml

from suanwang.model.fault import UsageFault
from suanwang.model.said import Product

SHIPPED = Path(__file__).parent.parent / "products"


def products(folder: Path = SHIPPED) -> Mapping[str, tuple[Product, Path]]:
    """Name -> (product, its folder), by name. UsageFault SUAN-U125: one cannot be read."""
    found = dict[str, tuple[Product, Path]]()
    for file in sorted(folder.glob("*/product.yaml")):
        try:
            product = msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), Product)
        except (OSError, yaml.YAMLError, msgspec.ValidationError) as problem:
            raise UsageFault("SUAN-U125", f"the product {file} cannot be read: {problem}", "see docs/ask.md") from problem
        found[product.name] = (product, file.parent)
    return MappingProxyType(found)
