"""Think on a snapshot, commit with a check: whether a plan still fits the world as it is now."""

from collections import Counter

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
    return row is not None and bool(
        world.cpu_milli_free[row] >= placement.cpu_milli
        and world.memory_bytes_free[row] >= placement.memory_bytes
        and _devices_fit(world, placement, row)
    )


def _devices_fit(world: World, placement: Placement, row: int) -> bool:
    """Whether enough is left of each device that it would hold, as often as it would hold it."""
    kind, count = placement.accelerators
    if not count:
        return True
    if (supply := world.accelerators.get(kind)) is None:
        return False
    idle = supply.idle[row].tolist()
    wanted = Counter(placement.held_devices)
    return all(device < len(idle) and idle[device] >= n * placement.share_milli for device, n in wanted.items())
