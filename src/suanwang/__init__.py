"""Suanwang (算网): an open Computing Force Network. decide(world, demand) -> Plan | Refusal is the one idea.

From Python: `suanwang.Client()` asks the network, `@suanwang.function(...)` runs a function's calls on it. What they give back
has its name here too. All of it is loaded when it is first used, so that the command line need not.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suanwang.api.sdk import (
        Asked,
        Client,
        Function,
        Listed,
        ModelAt,
        PlacementFault,
        Planned,
        PlannedService,
        RunningJob,
        Spawned,
        function,
    )

__version__ = "0.1.0"
__all__ = [
    "Asked",
    "Client",
    "Function",
    "Listed",
    "ModelAt",
    "PlacementFault",
    "Planned",
    "PlannedService",
    "RunningJob",
    "Spawned",
    "__version__",
    "function",
]


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("suanwang.api.sdk"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
