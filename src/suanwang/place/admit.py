"""Think on a snapshot, commit with a check: whether a plan still fits the world as it is now."""

from suanwang.model.plan import Placement, Plan
from suanwang.world.world import World


def admit(world_now: World, plan: Plan) -> tuple[str, ...]:
    """Ids of nodes on which the plan no longer fits: gone, silent, fuller than thought, or asking another price.

    Empty means commit; otherwise look again. What is new since the plan was thought is not weighed, only what it would break.
    """
    return tuple(p.node_id for p in plan.placements if not _fits(world_now, p))


def _fits(world: World, placement: Placement) -> bool:
    row = world.row(placement.node_id)
    if row is None or not world.alive[row]:
        return False
    return has_room(world, placement) and bool(world.price_micro_per_tfuel[row] == placement.price_micro_per_tfuel)


def has_room(world: World, placement: Placement) -> bool:
    """Whether its node is there, and has free what the placement holds."""
    row = world.row(placement.node_id)
    if row is None:
        return False
    kind, count = placement.accelerators
    supply = world.accelerators.get(kind)
    return bool(
        world.cpu_milli_free[row] >= placement.cpu_milli
        and world.memory_bytes_free[row] >= placement.memory_bytes
        and (not count or (supply is not None and supply.free[row] >= count))
    )
