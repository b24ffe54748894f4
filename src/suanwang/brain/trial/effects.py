"""What a change does to a domain in simulated time. Most are events or commands that the running brain knows as well; the rest
is played by the outside: nodes that die, more that is asked for, another law.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from suanwang.brain import commands
from suanwang.brain.commands import Act
from suanwang.brain.state import State
from suanwang.brain.trial.days import Days
from suanwang.brain.views import find_node, find_service
from suanwang.model import event as ev
from suanwang.model.fault import NotFoundFault, QuotaFault, UsageFault
from suanwang.model.network import Link, Network
from suanwang.model.node import Node
from suanwang.model.quantity import MICRO
from suanwang.model.trial import WhatIf
from suanwang.trust.identity import short_hash
from suanwang.world.fold import silent

LAW = "selectors"
"""What forwarders and the brain do today."""
ADDED_MAX = 20_000
"""Nodes that a trial adds in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """All that is changed. whatifs: as said. acts: commands that the running brain would be given. A change that changes
    nothing is the present."""

    whatifs: tuple[WhatIf, ...] = ()
    acts: tuple[Act, ...] = ()

    def times(self, what: str, name: str = "") -> float:
        """By how much something is multiplied: all that was said of it together."""
        product = 1.0
        for one in self.whatifs:
            product *= one.times if one.what == what and one.name == name else 1.0
        return product

    @property
    def law(self) -> str:
        return next((one.name for one in reversed(self.whatifs) if one.what == "policy"), LAW)


def check(state: State, change: Change, policies: Iterable[str]) -> None:
    """NotFoundFault for what is not there, UsageFault SUAN-U130 for a policy that is none, QuotaFault SUAN-U131 for too many
    nodes."""
    for one in change.whatifs:
        match one.what:
            case "kill site" | "carbon":
                nodes_at(state, one.name)
            case "kill node" | "price" | "add":
                find_node(state, one.name)
            case "load":
                find_service(state, one.name, None)
            case "cut":
                link_of(state.fleet.network, one.name)
            case "policy" if one.name not in policies:
                raise UsageFault("SUAN-U130", f"{one.name[:40]!r} is no policy", f"it can be {', '.join(policies)}")
            case _:
                pass
    added = sum(one.count for one in change.whatifs if one.what == "add")
    if added > ADDED_MAX:
        raise QuotaFault("SUAN-U131", f"{added} nodes are added; a trial adds {ADDED_MAX} at most", "add fewer")


def begin(days: Days, change: Change) -> None:
    """The change happens now."""
    for one in change.whatifs:
        match one.what:
            case "kill site":
                days.kill([node.id for node in nodes_at(days.state, one.name)])
            case "kill node":
                days.kill([find_node(days.state, one.name).id])
            case "cut":
                days.do(commands.tell_network(without(days.state.fleet.network, one.name)))
            case "price" | "carbon" | "add":
                _joined(days, fresh(days.state, one))
            case _:
                pass
    for act in change.acts:
        fault = days.do(act)
        if fault is not None:
            raise fault


def fresh(state: State, one: WhatIf) -> list[Node]:
    """Nodes as they are after a change of what they say of themselves."""
    if one.what == "carbon":
        return [_greener(node, one) for node in nodes_at(state, one.name)]
    node = find_node(state, one.name)
    if one.what == "price":
        price = node.offer.price_micro_per_tfuel * one.times if one.value is None else one.value * MICRO
        offer = msgspec.structs.replace(node.offer, price_micro_per_tfuel=round(price))
        return [msgspec.structs.replace(node, offer=offer)]
    return [_twin_of(node, number) for number in range(one.count) if _twin_of(node, number).id not in state.joined]


def _greener(node: Node, one: WhatIf) -> Node:
    value = node.site.carbon_g_kwh * one.times if one.value is None else one.value
    return msgspec.structs.replace(node, site=msgspec.structs.replace(node.site, carbon_g_kwh=value))


def _twin_of(node: Node, number: int) -> Node:
    """Another like it, made up: its name tells so."""
    name = f"{node.name}+{number + 1}"
    return msgspec.structs.replace(node, id=f"node-{short_hash('suanwang trial v1', name.encode())}", name=name)


def _joined(days: Days, nodes: Sequence[Node]) -> None:
    """Who was silent still is."""
    world = days.state.world
    quiet = [node.id for node in nodes if (row := world.row(node.id)) is not None and not world.alive[row]]
    days.do(lambda state, now: [ev.NodeJoined(at=now, node=node, token_id="") for node in nodes])
    days.state.world = silent(days.state.world, quiet)


def nodes_at(state: State, site: str) -> list[Node]:
    """NotFoundFault SUAN-N016: no node stands there."""
    found = [node for node in state.world.nodes if node.site.name == site]
    if not found:
        some = sorted({node.site.name for node in state.world.nodes})[:8]
        raise NotFoundFault("SUAN-N016", f"no node stands at a site {site[:40]!r}", f"there are {', '.join(some) or 'none'}")
    return found


def link_of(network: Network, name: str) -> Link:
    """A link by its two ends with a dash between, either way round. NotFoundFault SUAN-N051."""
    names = {r.number: r.name for r in network.routers}
    for link in network.links:
        if name in (f"{names[link.a]}-{names[link.b]}", f"{names[link.b]}-{names[link.a]}"):
            return link
    raise NotFoundFault("SUAN-N051", f"there is no link {name[:40]!r}", "suan links")


def without(network: Network, name: str) -> Network:
    """The same network, one link down."""
    gone = link_of(network, name)
    links = tuple(msgspec.structs.replace(x, up=False) if x == gone else x for x in network.links)
    return msgspec.structs.replace(network, links=links)
