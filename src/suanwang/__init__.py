"""Suanwang (算网): an open Computing Force Network. decide(world, demand) -> Plan | Refusal is the one idea.

From Python: `suanwang.Client()` asks the network, `@suanwang.function(...)` runs a function's calls on it. Both are loaded
when they are first used, so that the command line need not.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suanwang.api.sdk import Client, ModelAt, PlacementFault, function

__version__ = "0.1.0"
__all__ = ["Client", "ModelAt", "PlacementFault", "__version__", "function"]


def __getattr__(name: str) -> object:
    if name in ("Client", "ModelAt", "PlacementFault", "function"):
        return getattr(import_module("suanwang.api.sdk"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
