"""`suan join` and `suan leave`: an agent on this machine, from its measurements to its last goodbye."""

import asyncio
import contextlib
import hashlib
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import uvloop

from suanwang.agent.loop import Agent
from suanwang.api.nodeside import Provision, Ready, close, load_provision, provide, save_provision
from suanwang.api.options import JoinOptions, LeaveOptions
from suanwang.api.process import START_S, alone, background, cache_folder, say, settle
from suanwang.drivers.clock import now
from suanwang.drivers.keys import load_or_make
from suanwang.drivers.load import sampler
from suanwang.drivers.meet import meet
from suanwang.drivers.tls import NOBODY, Peer
from suanwang.drivers.wasm.cache import put
from suanwang.drivers.wasm.component import component_path, component_sha256
from suanwang.drivers.wire import Wire
from suanwang.model.fault import Fault, LogFault, UsageFault, WireFault
from suanwang.model.node import Reading
from suanwang.model.view import Joining, Report

T = TypeVar("T")
LOOK_S = 60.0
AGAIN_S, AGAIN_S_MAX = 0.2, 5.0
"""A brain that is not there is asked again after so long, longer each time."""
STAYS = ("SUAN-W030", "SUAN-W031", "SUAN-W032", "SUAN-W033")
"""What does not pass by itself: there is somebody else, or a clock is wrong."""


def join(options: JoinOptions) -> None:
    """Run an agent until interrupted. options: with a URL unless the folder knows it (credentials.completed)."""
    folder = Path(options.folder).resolve()
    if options.detach:
        ready = folder / "node" / "ready"
        background(msgspec.structs.replace(options, detach=False), folder / "node.log", ready)
        say(f"node in {folder}; stop it with: suan leave --dir {options.folder}")
        return
    with alone(folder / "node"), contextlib.suppress(KeyboardInterrupt):
        uvloop.run(_agent(options, folder))


async def _agent(options: JoinOptions, folder: Path) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    known = load_provision(folder / "node")
    url, token = _where(options, known), options.token
    key = load_or_make(folder / "node" / "key")
    ready = await provide(options, folder, key, say)
    patience = Patience(known is not None, say)
    peer = await patience(lambda: asyncio.to_thread(_peer, url, token, known))
    wire = Wire(url, key, now, peer=peer)
    try:
        joined = await patience(lambda: wire.join(Joining(node=ready.node, token=token)))
        wire.trusts(joined.brain_id)
        renew_at = await patience(lambda: wire.renew(joined.node.id))
        await patience(lambda: _same_python(wire, ready, joined.python_sha256))
        here = Report(reading=Reading(node_id=joined.node.id, generation=0))  # getting ready may have taken long
        await patience(lambda: wire.report(joined.node.id, here))
        save_provision(folder / "node", Provision(url=url, brain_id=joined.brain_id, ca=peer.ca, node=joined.node))
        (folder / "node" / "ready").write_text(f"{os.getpid()}\n")
        say(f"node {joined.node.name} joined {url}")
        settle()
        agent = Agent(
            node_id=joined.node.id,
            brain_id=joined.brain_id,
            owner=joined.node.owner,
            wire=wire,
            folder=folder / "node",
            runtimes=ready.runtimes,
            clock=now,
            load=sampler(),
            heartbeat_s=joined.heartbeat_s,
        )
        await _until_stopped(agent.run(), _keep_known(wire, joined.node.id, renew_at))
    finally:
        (folder / "node" / "ready").unlink(missing_ok=True)
        await close(ready)
        await wire.close()


def _peer(url: str, token: str, known: Provision | None) -> Peer:
    """Who must answer: whom the token names, or whom this folder knows."""
    if token or known is None:
        return meet(url, token)
    return Peer(known.ca, known.brain_id) if known.ca else NOBODY


async def _keep_known(wire: Wire, node_id: str, renew_at: float) -> None:
    """Renew the node's certificate in time, and after the clock went back, behind its making as far as we know. By the clock on
    the wall, which goes on while a machine sleeps."""
    made = now()
    while True:
        await asyncio.sleep(max(1.0, min(LOOK_S, renew_at - now())))
        if not made <= now() < renew_at:
            try:
                made, renew_at = now(), await wire.renew(node_id)
            except Fault as fault:
                logging.warning("the certificate was not renewed: %s", fault)


class Patience:
    """Waits for a brain that is not there: a while for one that is just starting, for ever if this node has joined before.

    say: is told what is waited for.
    """

    def __init__(self, joined_before: bool, say: Callable[[str], None]) -> None:
        self._joined_before, self._say, self._said = joined_before, say, ""

    async def __call__(self, call: Callable[[], Awaitable[T]]) -> T:
        """What comes of the call in the end. Its fault, if waiting would not help."""
        deadline, pause = time.monotonic() + START_S, AGAIN_S
        while True:
            try:
                return await call()
            except Fault as fault:
                if not self._passes(fault) or (time.monotonic() > deadline and not self._joined_before):
                    raise
                self._tell(f"{fault.code}: {fault.why}; trying again")
            await asyncio.sleep(pause)
            pause = min(AGAIN_S_MAX, 2 * pause)

    def _passes(self, fault: Fault) -> bool:
        """Whoever is new is told at once what may be his own mistake, and that the brain's disk is full."""
        if self._joined_before:
            return isinstance(fault, WireFault | LogFault) and fault.code not in STAYS
        return isinstance(fault, WireFault) and not fault.code.startswith("SUAN-W03")

    def _tell(self, line: str) -> None:
        if line != self._said:
            self._say(line)
        self._said = line


async def _same_python(wire: Wire, ready: Ready, sha256: str) -> None:
    """All nodes of a domain run the same build of the sandboxed Python, or the same task would not burn the same fuel."""
    cache = cache_folder()
    if sha256 and component_sha256(cache) != sha256:
        say("fetching the domain's sandboxed Python")
        content = b"".join([chunk async for chunk in wire.fetch(sha256)])
        if hashlib.sha256(content).hexdigest() != sha256:
            raise WireFault("SUAN-W011", "the sandboxed Python that came is not the one that was named", "join again")
        put(component_path(cache), content)
    await ready.wasm.prepare()


async def _until_stopped(*work: Coroutine[Any, Any, None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    running = [asyncio.create_task(one) for one in (*work, stop.wait())]
    ended, rest = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for task in ended:
        task.result()


def _where(options: JoinOptions, known: Provision | None) -> str:
    """The brain's URL."""
    if options.url or known is not None:
        return options.url or (known.url if known else "")
    raise UsageFault("SUAN-U071", "to join, a brain's URL and a join token are needed", "suan join URL --token TOKEN")


def leave(options: LeaveOptions) -> None:
    """Tell the brain, and stop the agent of this folder."""
    folder = Path(options.folder).resolve() / "node"
    known = load_provision(folder)
    if known is None:
        raise UsageFault("SUAN-U072", f"{folder} holds no node", "suan leave --dir FOLDER")
    asyncio.run(_goodbye(known, load_or_make(folder / "key")))
    with contextlib.suppress(OSError, ValueError):
        os.kill(int((folder / "ready").read_text()), signal.SIGTERM)
    say(f"node {known.node.name} left {known.url}")


async def _goodbye(known: Provision, key: bytes) -> None:
    wire = Wire(known.url, key, now, peer=_peer(known.url, "", known))
    wire.trusts(known.brain_id)
    try:
        await wire.renew(known.node.id)
        await wire.leave(known.node.id)
    finally:
        await wire.close()
