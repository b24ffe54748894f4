"""What is asked of the placer: a demand, on whose behalf, with what money, and the fuel one task is thought to burn."""

import msgspec

from suanwang.model.demand import Command, Demand, Python
from suanwang.world.world import Floats


class Ask(msgspec.Struct, frozen=True):
    """A demand with all that deciding needs and the user does not write.

    user: who asks; native work may run without a sandbox on the user's own nodes. fuel_per_task: the estimate every figure
    rests on (less than 1 counts as 1); fuel_basis says where it comes from. budget_micro: what may still be spent on this
    job, None for no bound, below 0 counts as 0. excluded: ids of nodes where these tasks failed or were lost.

    replicas: each task goes to so many nodes, no two of one owner; quorum of them settle it. taken: owners who had these tasks
    already. owners: only at these; None for any. sites: only at these, by name; None for any. node: only
    there, by id; "" for any.

    asked_at: seconds since 1970, 0 where nothing is reserved. reservation: id of the one whose room it may use, and no other.
    there: (group, tasks of this job that it has already), as the demand's spread groups nodes. beside: names of the sites where
    the job is that the demand must stand beside, None for any; apart: ids of the nodes that it must keep away from.
    """

    demand: Demand
    user: str = ""
    fuel_per_task: int = 1
    budget_micro: int | None = None
    excluded: frozenset[str] = frozenset()
    replicas: int = 1
    quorum: int = 1
    taken: frozenset[str] = frozenset()
    owners: frozenset[str] | None = None
    fuel_basis: str = "stated"
    sites: frozenset[str] | None = None
    node: str = ""
    asked_at: float = 0.0
    reservation: str = ""
    there: tuple[tuple[str, int], ...] = ()
    beside: frozenset[str] | None = None
    apart: frozenset[str] = frozenset()

    @property
    def fuel(self) -> int:
        """Fuel one task is thought to burn, at least 1."""
        return max(1, self.fuel_per_task)

    @property
    def runtime(self) -> str:
        """The runtime a node must have for this work."""
        work = self.demand.work
        return "process" if isinstance(work, Command) else "python" if isinstance(work, Python) else "wasm"

    @property
    def cores(self) -> float:
        """Cores one task keeps busy: all it reserves if native, at most one in WebAssembly, which runs one thread."""
        reserved = max(1, self.demand.needs.cpu_milli) / 1000
        return reserved if isinstance(self.demand.work, Command) else min(1.0, reserved)


def task_s(ask: Ask, fuel_per_s: Floats) -> Floats:
    """Predicted seconds of wall time for one task, given the measured fuel per second of one core: any shape, the same out."""
    return ask.fuel / (ask.cores * fuel_per_s)


def task_g(ask: Ask, carbon_g_per_fuel: Floats) -> Floats:
    """Modelled grams of CO2e for one task: any shape, the same out."""
    return ask.fuel * carbon_g_per_fuel
