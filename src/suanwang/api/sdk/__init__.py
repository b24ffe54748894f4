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

for _offered in (
    Asked, Client, Function, Listed, ModelAt, PlacementFault, Planned, PlannedService, RunningJob, Spawned, function,
):  # fmt: skip
    _offered.__module__ = "suanwang"
