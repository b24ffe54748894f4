"""The doors of nodes: join, leave, be seen."""

from bisect import bisect_right
from itertools import islice
from typing import Any

import msgspec
from litestar import Response, get, post

from suanwang.api.callers import Caller
from suanwang.api.door import BARE, FOR_NODES, PLAIN, Called, Door, Limit, known, page
from suanwang.api.dry import only, told
from suanwang.api.particulars import admitted, standing
from suanwang.api.twin import rehearsed
from suanwang.brain import commands, would
from suanwang.brain.state import State
from suanwang.brain.trial.work import Leave
from suanwang.brain.views import find_node, node_view
from suanwang.model import view
from suanwang.model.fault import AuthorityFault
from suanwang.model.node import Node
from suanwang.trust.statement import verify

HEARTBEAT_S = 1.0
JOIN_BYTES_MAX = 256 << 10
"""Small, because a node that has not joined yet is nobody."""


def node_routes(door: Door) -> list[Any]:
    @get("/v1/nodes", opt=PLAIN)
    async def nodes(caller: Called, limit: Limit = 1000, cursor: str = "") -> view.NodePage:
        state = await door.brain.settled()
        at = bisect_right(state.world.ids, known(cursor, cursor in state.joined))
        rows, following = page(islice(state.world.nodes, at, None), lambda n: n.id, limit)
        return view.NodePage(items=tuple(_shown(door, state, n, caller) for n in rows), next=following)

    @get("/v1/nodes/{name:str}", opt=PLAIN)
    async def node(name: str, caller: Called) -> view.NodeView:
        state = await door.brain.settled()
        return _shown(door, state, find_node(state, name), caller)

    @post("/v1/nodes", opt=BARE, request_max_body_size=JOIN_BYTES_MAX)
    async def join(data: view.Joining, caller: Called) -> view.Joined:
        caller.must("node")
        known = (await door.brain.settled()).node(caller.node_id)
        if data.token or known is None:
            token = verify(data.token, now=door.clock(), kind="join", issuer=door.brain_id)
            node, token_id = admitted(data.node, caller, token.subject, token.claim("trust")), token.id
            node = standing(node, token.claim("role"), token.claim("router"), door.brain.state.fleet.network)
        else:  # it comes back: its key speaks for it, owner and trust stay as they were
            node, token_id = admitted(data.node, caller, known.owner, known.trust), ""
            node = standing(node, known.role, str(known.router), door.brain.state.fleet.network)
        await door.brain.command(commands.join(node, token_id))
        sha256 = await door.python()
        door.blobs.give([sha256] if sha256 else [], node.id)
        return view.Joined(
            node=node, brain_id=door.brain_id, brain_public_key=door.public_key, heartbeat_s=HEARTBEAT_S, python_sha256=sha256
        )

    @post("/v1/nodes/{node_id:str}/svid", status_code=200, opt=BARE)
    async def svid(node_id: str, caller: Called) -> view.Svid:
        """On the node's own key, which it has proved with this request's signature."""
        _itself(caller, node_id)
        assert caller.signed is not None, "only a node's request gets here"
        return door.svid(node_id, bytes.fromhex(caller.signed.public_key))

    @post("/v1/nodes/{node_id:str}/leave", status_code=204, opt=FOR_NODES, responses=told(view.Leaving))
    async def leave(node_id: str, caller: Called, rehearse: bool = False, dry_run: bool = False) -> Response[None]:
        """rehearse: only if nothing promised would be broken by it, as far as the twin can tell. dry_run: where its work would
        go."""
        if "operator" not in caller.roles:
            _itself(caller, node_id)
        node = find_node(await door.brain.settled(), node_id)
        if rehearse:
            await rehearsed(door, caller, Leave(node_id=node.id))
        act = commands.leave(node.id)
        if dry_run:
            return only(would.leaving(await door.brain.settled(), node.id, node.name, act, door.clock()))
        await door.brain.command(act)
        return Response(None)

    return [nodes, node, join, svid, leave]


def _itself(caller: Caller, node_id: str) -> None:
    if caller.node_id != node_id:
        raise AuthorityFault(
            "SUAN-A042", "a node may speak only for itself", "suan leave, on that node; or ask as the operator"
        )


def _shown(door: Door, state: State, node: Node, caller: Caller) -> view.NodeView:
    """A node; which tasks of others it runs is for the operator."""
    shown = node_view(state, node, door.brain.steady(), door.brain.silent_s)
    if shown.reading is None or "operator" in caller.roles:
        return shown
    running = tuple(
        (job, task) for job, task in shown.reading.running if job in state.jobs and state.jobs[job].user == caller.user
    )
    return msgspec.structs.replace(shown, reading=msgspec.structs.replace(shown.reading, running=running, ending=None))
