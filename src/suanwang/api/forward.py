"""`suan join --forwarder`: the agent on a router, from its joining to its end."""

import asyncio
import contextlib
import os
from pathlib import Path

from suanwang.agent.forward.loop import Forwarder
from suanwang.api.nodeside import forwarder_of
from suanwang.api.options import JoinOptions
from suanwang.api.peering import keep_known, patient, peer_of, until_stopped, where
from suanwang.api.process import settle
from suanwang.api.provision import Provision, load_provision, save_provision
from suanwang.api.talk import Talk
from suanwang.drivers.clock import new_secret, now
from suanwang.drivers.kernel.chooser import Chooser
from suanwang.drivers.kernel.flows import Flows
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.drivers.keys import load_or_make
from suanwang.drivers.wire import Wire
from suanwang.model.view import Joining
from suanwang.trust.identity import CS_ID_PREFIX


async def forward(options: JoinOptions, folder: Path, talk: Talk) -> None:
    """Join as the forwarder of the router that the token names, and steer until stopped."""
    known = load_provision(folder / "node")
    url, key = where(options, known), load_or_make(folder / "node" / "key")
    node, patience = forwarder_of(options.node, key), patient(known is not None, talk)
    with talk.waiting("wait.reached", url=url):
        peer = await patience(lambda: asyncio.to_thread(peer_of, url, options.token, known))
    wire = Wire(url, key, now, peer=peer)
    kernel, links, flows, chooser = Kernel(), Links(), Flows(CS_ID_PREFIX), Chooser()
    try:
        joined = await patience(lambda: wire.join(Joining(node=node, token=options.token)))
        wire.trusts(joined.brain_id)
        renew_at = await patience(lambda: wire.renew(joined.node.id))
        save_provision(folder / "node", Provision(url=url, brain_id=joined.brain_id, ca=peer.ca, node=joined.node))
        agent = Forwarder(
            node_id=joined.node.id,
            wire=wire,
            kernel=kernel,
            links=links,
            flows=flows,
            chooser=chooser,
            key=key,
            secret=new_secret(),
            clock=now,
            folder=folder / "node",
        )
        (folder / "node" / "ready").write_text(f"{os.getpid()}\n")
        talk("join.forwards", name=joined.node.name, url=url)
        settle()
        await until_stopped(agent.run(), keep_known(wire, joined.node.id, renew_at))
    finally:
        with contextlib.suppress(FileNotFoundError):
            (folder / "node" / "ready").unlink()
        kernel.close()
        links.close()
        flows.close()
        chooser.close()
        await wire.close()
