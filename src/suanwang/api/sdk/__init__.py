"""The network from Python: what `import suanwang` offers. Errors, help() and signatures call it by that name."""

from suanwang.api.sdk.ask import Asked, PlannedService
from suanwang.api.sdk.client import Client, Listed
from suanwang.api.sdk.function import Function, Spawned, function
from suanwang.api.sdk.jobs import PlacementFault, Planned, RunningJob
from suanwang.drivers.chat import ModelAt

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
    "function",
]

for _name in __all__:
    globals()[_name].__module__ = "suanwang"  # where it is found, and not where it is written
