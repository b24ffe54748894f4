"""The network from Python: `suanwang.Client` and `suanwang.function`."""

from suanwang.api.sdk.client import Client, Listed, PlacementFault, Planned, RunningJob
from suanwang.api.sdk.function import Function, Spawned, function

__all__ = ["Client", "Function", "Listed", "PlacementFault", "Planned", "RunningJob", "Spawned", "function"]
