"""Which machines of the world take tasks of a graph, as hosts: those alive behind a router, with whole cores free."""

from suanwang.model.graph_plan import Host
from suanwang.world.score import ANCHORS
from suanwang.world.world import World

REFERENCE_FUEL_PER_S = next(anchor.at for anchor in ANCHORS if anchor.type == "wasm_fuel")
"""One core of the reference machine: the one that scores stand on."""


def hosts(world: World) -> tuple[Host, ...]:
    """In the order of the world's nodes."""
    return tuple(
        Host(name=node.id, router=node.router, cores=int(free) // 1000, speed=float(speed) / REFERENCE_FUEL_PER_S)
        for node, alive, free, speed in zip(world.nodes, world.alive, world.cpu_milli_free, world.fuel_per_s, strict=True)
        if alive and node.role == "compute" and node.router and free >= 1000
    )
