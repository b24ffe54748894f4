"""Who may take a demand at all: the rules, in order of cost, cheapest first.

`allows(ask, world)[i]` is true exactly when `why_not(ask, world, i)` is None; a property test holds them equal. Adding a rule
is one function for each face and one word in RULES.
"""

import numpy as np

from suanwang.model.demand import NATIVE, TRUST_LEVELS
from suanwang.model.reason import Reason
from suanwang.place.ask import Ask
from suanwang.place.bounds import BUDGET, CARBON, FINISH, LATENCY
from suanwang.place.company import APART, BESIDE
from suanwang.place.crowd import SPREAD
from suanwang.place.gang import GANG
from suanwang.place.reserved import RESERVED
from suanwang.place.room import ACCELERATOR, CPU, MEMORY
from suanwang.place.rule import Rule, but
from suanwang.trust.record import FLOOR
from suanwang.world.world import RUNTIME_BITS, Bools, Floats, Ints, World


def _alive(_: Ask, world: World) -> Bools:
    return world.alive


def _why_not_alive(_: Ask, world: World, i: int) -> Reason | None:
    if world.alive[i]:
        return None
    reading = world.readings.get(world.ids[i])
    return Reason(rule="alive", need="heard", have="stuck" if reading and reading.stuck else "silent", passing=True)


def _excluded(ask: Ask, world: World) -> Bools:
    return but(world, ask.excluded)


def _why_not_excluded(ask: Ask, world: World, i: int) -> Reason | None:
    if world.ids[i] not in ask.excluded:
        return None
    return Reason(rule="excluded", need="a node that did not fail it", have="failed or lost it")


def _record(_: Ask, world: World) -> Bools:
    """A record of wrong results, its own or its owner's, quarantines a node."""
    return world.reputation >= FLOOR


def _why_not_record(ask: Ask, world: World, i: int) -> Reason | None:
    have = float(world.reputation[i])
    return (
        None
        if have >= FLOOR
        else Reason(rule="record", need=f"{FLOOR:.2f}", have=f"{have:.2f}", gap=FLOOR - have, unit="reputation")
    )


def _gap_record(ask: Ask, world: World, rows: Ints) -> Floats:
    return FLOOR - world.reputation[rows]


def _owner(ask: Ask, world: World) -> Bools:
    """No owner gets a task twice, so that nobody agrees with himself."""
    if not ask.taken and ask.owners is None:
        return world.everyone
    fit = ~np.isin(world.owner, _codes(world, ask.taken))
    return fit if ask.owners is None else fit & np.isin(world.owner, _codes(world, ask.owners))


def _codes(world: World, owners: frozenset[str]) -> list[int]:
    return [world.owners[owner] for owner in owners if owner in world.owners]


def _why_not_owner(ask: Ask, world: World, i: int) -> Reason | None:
    owner = world.nodes[i].owner
    if owner not in ask.taken and (ask.owners is None or owner in ask.owners):
        return None
    return Reason(rule="owner", need="another owner", have=owner or "-")


def _owners(_: Ask, world: World) -> Bools:
    """Whether there are owners enough for all replicas shows only among the nodes that pass every rule (replicas.py)."""
    return world.everyone


def _why_not_owners(_: Ask, __: World, ___: int) -> Reason | None:
    return None


def _runtime(ask: Ask, world: World) -> Bools:
    return (world.runtimes & RUNTIME_BITS[ask.runtime]) != 0


def _why_not_runtime(ask: Ask, world: World, i: int) -> Reason | None:
    runtimes = world.nodes[i].runtimes
    return None if ask.runtime in runtimes else Reason(rule="runtime", need=ask.runtime, have=", ".join(runtimes) or "none")


def _sandbox(ask: Ask, world: World) -> Bools:
    """Native work needs a sandbox, except on the user's own node: there it could as well be started by hand."""
    if not isinstance(ask.demand.work, NATIVE):
        return world.everyone
    owner = world.owners.get(ask.user, -1) if ask.user else -1
    return world.contained if owner < 0 else world.contained | (world.owner == owner)


def _why_not_sandbox(ask: Ask, world: World, i: int) -> Reason | None:
    node = world.nodes[i]
    if not isinstance(ask.demand.work, NATIVE) or node.sandbox or (ask.user and node.owner == ask.user):
        return None
    return Reason(rule="sandbox", need="a sandbox, or a node of one's own", have="none")


def _arch(ask: Ask, world: World) -> Bools:
    arch = ask.demand.needs.arch
    return world.arch == world.archs.get(arch, -1) if arch else world.everyone


def _why_not_arch(ask: Ask, world: World, i: int) -> Reason | None:
    need, have = ask.demand.needs.arch, world.nodes[i].arch
    return None if need in ("", have) else Reason(rule="arch", need=need, have=have or "unknown")


def _trust(ask: Ask, world: World) -> Bools:
    return world.trust >= TRUST_LEVELS.index(ask.demand.limits.trust)


def _why_not_trust(ask: Ask, world: World, i: int) -> Reason | None:
    need = TRUST_LEVELS.index(ask.demand.limits.trust)
    have = int(world.trust[i])
    if have >= need:
        return None
    return Reason(rule="trust", need=TRUST_LEVELS[need], have=world.nodes[i].trust, gap=need - have, unit="levels")


def _gap_trust(ask: Ask, world: World, rows: Ints) -> Floats:
    return (TRUST_LEVELS.index(ask.demand.limits.trust) - world.trust[rows]).astype(np.float64)


def _region(ask: Ask, world: World) -> Bools:
    regions = ask.demand.limits.regions
    if not regions:
        return world.everyone
    admitted = np.zeros(len(world.regions) + 1, np.bool_)
    admitted[[world.regions.get(region, -1) for region in regions]] = True
    admitted[-1] = False
    return admitted[world.region]


def _why_not_region(ask: Ask, world: World, i: int) -> Reason | None:
    need, have = ask.demand.limits.regions, world.nodes[i].site.place.region
    return None if not need or have in need else Reason(rule="region", need=", ".join(need), have=have or "unknown")


def _tier(ask: Ask, world: World) -> Bools:
    wanted = ask.demand.limits.tiers
    if not wanted:
        return world.everyone
    return np.array([site.tier in wanted for site in world.sites.all], np.bool_)[world.site]


def _why_not_tier(ask: Ask, world: World, i: int) -> Reason | None:
    need, have = ask.demand.limits.tiers, world.nodes[i].site.tier
    return None if not need or have in need else Reason(rule="tier", need=", ".join(need), have=have)


def _node(ask: Ask, world: World) -> Bools:
    """A step of a graph goes where the plan for the whole graph has it."""
    if not ask.node:
        return world.everyone
    mask = np.zeros(len(world.ids), np.bool_)
    if (row := world.row(ask.node)) is not None:
        mask[row] = True
    return mask


def _why_not_node(ask: Ask, world: World, i: int) -> Reason | None:
    return (
        None
        if ask.node in ("", world.ids[i])
        else Reason(rule="node", need="where the plan of the graph has it", have="another")
    )


def _site(ask: Ask, world: World) -> Bools:
    wanted = ask.sites
    if wanted is None:
        return world.everyone
    return np.fromiter((node.site.name in wanted for node in world.nodes), np.bool_, len(world.nodes))


def _why_not_site(ask: Ask, world: World, i: int) -> Reason | None:
    have = world.nodes[i].site.name
    if ask.sites is None or have in ask.sites:
        return None
    return Reason(rule="site", need=", ".join(sorted(ask.sites)[:8]) or "another site", have=have)


def _named(ask: Ask, world: World) -> Bools:
    wanted = ask.demand.limits.nodes
    if not wanted:
        return world.everyone
    return np.fromiter((node.name in wanted for node in world.nodes), np.bool_, len(world.nodes))


def _why_not_named(ask: Ask, world: World, i: int) -> Reason | None:
    need, have = ask.demand.limits.nodes, world.nodes[i].name
    return None if not need or have in need else Reason(rule="named", need=", ".join(need[:8]), have=have)


RULES: tuple[Rule, ...] = (
    Rule("alive", _alive, _why_not_alive),
    Rule("record", _record, _why_not_record, _gap_record),
    Rule("excluded", _excluded, _why_not_excluded),
    Rule("owner", _owner, _why_not_owner),
    Rule("owners", _owners, _why_not_owners),
    GANG,
    Rule("sandbox", _sandbox, _why_not_sandbox),
    Rule("arch", _arch, _why_not_arch),
    Rule("runtime", _runtime, _why_not_runtime),
    Rule("trust", _trust, _why_not_trust, _gap_trust),
    CPU,
    MEMORY,
    BUDGET,
    Rule("region", _region, _why_not_region),
    Rule("site", _site, _why_not_site),
    Rule("named", _named, _why_not_named),
    Rule("tier", _tier, _why_not_tier),
    Rule("node", _node, _why_not_node),
    BESIDE,
    APART,
    SPREAD,
    CARBON,
    FINISH,
    LATENCY,
    ACCELERATOR,
    RESERVED,
)
NAMES: tuple[str, ...] = tuple(rule.name for rule in RULES)
