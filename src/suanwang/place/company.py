"""What a job must stand beside, and what it must keep away from: rules over where another job or service of the same user is.

Which sites and nodes those are is part of the ask: this job looks at the other one, the other one does not look at this.
"""

import numpy as np

from suanwang.model.reason import Reason
from suanwang.place.ask import Ask
from suanwang.place.rule import Rule, but
from suanwang.world.world import Bools, World

SITES_NAMED = 8


def _beside(ask: Ask, world: World) -> Bools:
    wanted = ask.beside
    if wanted is None:
        return world.everyone
    return np.fromiter((site.name in wanted for site in world.sites.all), np.bool_, len(world.sites.all))[world.site]


def _why_not_beside(ask: Ask, world: World, i: int) -> Reason | None:
    have = world.nodes[i].site.name
    if ask.beside is None or have in ask.beside:
        return None
    need = f"{ask.demand.beside} ({', '.join(sorted(ask.beside)[:SITES_NAMED]) or 'nowhere yet'})"
    return Reason(rule="beside", need=need, have=have, passing=not ask.beside)


def _apart(ask: Ask, world: World) -> Bools:
    return but(world, ask.apart)


def _why_not_apart(ask: Ask, world: World, i: int) -> Reason | None:
    if world.ids[i] not in ask.apart:
        return None
    return Reason(rule="apart", need="another node", have=ask.demand.apart, passing=True)


BESIDE = Rule("beside", _beside, _why_not_beside)
APART = Rule("apart", _apart, _why_not_apart)
