"""A node comes, goes, rests, and has its place in the network."""

from math import inf

from suanwang.brain.applied.records import recorded
from suanwang.brain.fleet import free_locator
from suanwang.brain.state import State
from suanwang.brain.told import taken
from suanwang.model import event as ev
from suanwang.model.node import Node
from suanwang.steer.address import router_of
from suanwang.world.fold import joined, left, rested


def node_joined(state: State, e: ev.NodeJoined) -> None:
    before = state.node(e.node.id)
    if before is not None:
        del state.named[before.name]
    state.named[e.node.name] = e.node.id
    state.resting.discard(e.node.id)
    state.particulars[state.seq + 1], state.fresh[state.seq + 1] = e.node, None
    state.joined[e.node.id] = state.seq + 1
    state.generations.setdefault(e.node.id, 0)
    state.live.setdefault(e.node.id, {})
    _connect(state, e.node)
    if e.node.role == "compute":
        state.world = recorded(joined(state.world, e.node, now=inf), state, (e.node,))


def _connect(state: State, node: Node) -> None:
    """Its place in the network, if it has one: a forwarder's is its router, a node's the first that is free behind its
    router."""
    fleet = state.fleet
    if node.role == "forwarder":
        fleet.forwarders[node.id] = node.router
        _tell_nodes(state)
        return
    elsewhere = node.router and router_of(fleet.locators.get(node.id, 0)) != node.router
    if elsewhere and (number := free_locator(node.router, fleet.locators.values())):
        fleet.locators[node.id] = number
        _tell_node(state, node.id)


def _tell_nodes(state: State) -> None:
    for node_id in state.fleet.locators:
        _tell_node(state, node_id)


def _tell_node(state: State, node_id: str) -> None:
    """Its desired state is another: what it is attached to has changed."""
    state.generations[node_id] += 1
    state.stirred.add(node_id)


def files_told(state: State, e: ev.FilesTold) -> None:
    state.told = taken(state.told, e, lambda joined: state.world.numbers[state.particulars[joined].id])


def network_told(state: State, e: ev.NetworkTold) -> None:
    state.fleet.network = e.network
    _tell_nodes(state)


def node_rested(state: State, e: ev.NodeRested) -> None:
    put_to_rest(state, e.node_id, e.resting)


def put_to_rest(state: State, node_id: str, resting: bool) -> None:
    """At rest from now on, or at full power again; its desired state is another."""
    node = state.node(node_id)
    assert node is not None, "only a node that is known rests"
    (state.resting.add if resting else state.resting.discard)(node_id)
    state.world = rested(state.world, {node_id: node.wake_s if resting else 0.0})
    _tell_node(state, node_id)


def node_left(state: State, e: ev.NodeLeft) -> None:
    state.resting.discard(e.node_id)
    state.world = left(state.world, e.node_id)
