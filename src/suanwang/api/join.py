"""`suan join` and `suan leave`: an agent on this machine, from its measurements to its last goodbye."""

import asyncio
import contextlib
import hashlib
import importlib
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import uvloop

from suanwang.agent.loop import Agent
from suanwang.api.hosting import hosting
from suanwang.api.lending import check_lent
from suanwang.api.nodeside import Ready, close, provide
from suanwang.api.options import JoinOptions, LeaveOptions
from suanwang.api.peering import keep_known, patient, peer_of, until_stopped, where
from suanwang.api.process import alone, cache_folder, settle
from suanwang.api.provision import Provision, load_provision, save_provision
from suanwang.api.talk import Talk, here
from suanwang.api.tracing.begin import tracer
from suanwang.api.tracing.wire import TracedWire
from suanwang.drivers.clock import now
from suanwang.drivers.cpufreq import Rest
from suanwang.drivers.keys import load_or_make
from suanwang.drivers.load import sampler
from suanwang.drivers.wasm.cache import put
from suanwang.drivers.wasm.component import component_path, component_sha256
from suanwang.drivers.wire import Wire
from suanwang.model.fault import UsageFault, WireFault
from suanwang.model.node import Reading
from suanwang.model.view import Joining, Leaving, Report

T = TypeVar("T")


def join(options: JoinOptions) -> None:
    """Run an agent until interrupted. options: with a URL unless the folder knows it (credentials.completed)."""
    folder, talk = Path(options.folder).resolve(), here(options.lang)
    check_lent(options.node)
    with alone(folder / "node"), contextlib.suppress(KeyboardInterrupt):
        uvloop.run(_forwarder(options, folder, talk) if options.forwarder else _agent(options, folder, talk))


async def _forwarder(options: JoinOptions, folder: Path, talk: Talk) -> None:
    """What it needs beyond other agents is not loaded by them."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    await importlib.import_module("suanwang.api.forward").forward(options, folder, talk)


async def _agent(options: JoinOptions, folder: Path, talk: Talk) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    known = load_provision(folder / "node")
    url, token = where(options, known), options.token
    key = load_or_make(folder / "node" / "key")
    patience = patient(known is not None, talk)
    with talk.waiting("wait.reached", url=url):
        peer = await patience(lambda: asyncio.to_thread(peer_of, url, token, known))
    ready = await provide(options, folder, key, talk)
    wire, traced = Wire(url, key, now, peer=peer), None
    try:
        with talk.waiting("wait.brain", url=url):
            joined = await patience(lambda: wire.join(Joining(node=ready.node, token=token)))
        wire.trusts(joined.brain_id)
        renew_at = await patience(lambda: wire.renew(joined.node.id))
        await patience(lambda: _same_python(wire, ready, joined.python_sha256, talk))
        alive = Report(reading=Reading(node_id=joined.node.id, generation=0))  # getting ready may have taken long
        await patience(lambda: wire.report(joined.node.id, alive))
        save_provision(folder / "node", Provision(url=url, brain_id=joined.brain_id, ca=peer.ca, node=joined.node))
        (folder / "node" / "ready").write_text(f"{os.getpid()}\n")
        talk("join.joined", name=joined.node.name, url=url)
        settle()

        def lacks(module: str) -> None:
            talk("start.no_traces", module=module)

        traced = tracer(os.environ, "suanwang-node", lacks, **{"host.name": joined.node.name})
        agent = Agent(
            node_id=joined.node.id,
            brain_id=joined.brain_id,
            owner=joined.node.owner,
            wire=TracedWire(wire, traced, now) if traced else wire,
            folder=folder / "node",
            runtimes=ready.runtimes,
            clock=now,
            load=sampler(),
            heartbeat_s=joined.heartbeat_s,
            serving=hosting(joined.node, key, url, ready.process, folder / "node"),
            accelerators=ready.node.capacity.accelerators,
            rest=Rest() if joined.node.wake_s else lambda _: 1.0,
        )
        await until_stopped(agent.run(), keep_known(wire, joined.node.id, renew_at))
    finally:
        (folder / "node" / "ready").unlink(missing_ok=True)
        if traced:
            await asyncio.to_thread(traced.close)
        await close(ready)
        await wire.close()


async def _same_python(wire: Wire, ready: Ready, sha256: str, talk: Talk) -> None:
    """All nodes of a domain run the same build of the sandboxed Python, or the same task would not burn the same fuel."""
    cache = cache_folder()
    if sha256 and component_sha256(cache) != sha256:
        with talk.waiting("wait.fetched"):
            content = b"".join([chunk async for chunk in wire.fetch(sha256)])
        if hashlib.sha256(content).hexdigest() != sha256:
            raise WireFault("SUAN-W011", "the sandboxed Python that came is not the one that was named", "join again")
        put(component_path(cache), content)
    await ready.wasm.prepare()


def leave(options: LeaveOptions) -> None:
    """Tell the brain, and stop the agent of this folder."""
    folder, known = _known(options.folder)
    asyncio.run(_asked(known, folder, lambda wire: wire.leave(known.node.id, options.rehearse)))
    with contextlib.suppress(OSError, ValueError):
        os.kill(int((folder / "ready").read_text()), signal.SIGTERM)
    here(options.lang)("join.left", name=known.node.name, url=known.url)


def leaving(options: LeaveOptions) -> Leaving:
    """What would follow if the node of this folder left; it stays."""
    folder, known = _known(options.folder)
    return asyncio.run(_asked(known, folder, lambda wire: wire.leaving(known.node.id)))


def _known(at: str) -> tuple[Path, Provision]:
    folder = Path(at).resolve() / "node"
    known = load_provision(folder)
    if known is None:
        raise UsageFault("SUAN-U072", f"{folder} holds no node", "suan leave --dir FOLDER")
    return folder, known


async def _asked(known: Provision, folder: Path, ask: Callable[[Wire], Awaitable[T]]) -> T:
    """One call as this node, beside its agent."""
    wire = Wire(known.url, load_or_make(folder / "key"), now, peer=peer_of(known.url, "", known))
    wire.trusts(known.brain_id)
    try:
        await wire.renew(known.node.id)
        return await ask(wire)
    finally:
        await wire.close()
