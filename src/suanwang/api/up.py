"""`suan up`: a brain on this machine, with this machine as its first node unless told otherwise.

The state folder holds all that must survive: brain/ (key, log, files) and node/ (key, orders, outcomes). Nothing is installed.
"""

import asyncio
import getpass
import importlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
import uvloop

from suanwang.api.audit import Cosigned
from suanwang.api.bounds import all_files
from suanwang.api.config import save_config
from suanwang.api.detached import with_node_there
from suanwang.api.door import Door
from suanwang.api.lending import check_lent
from suanwang.api.options import JoinOptions, UpOptions
from suanwang.api.process import alone, cache_folder, settle, start
from suanwang.api.secure import Tls, load_authority
from suanwang.api.server import app
from suanwang.api.session import protocol_for
from suanwang.api.talk import Talk, here
from suanwang.api.topology import network_in
from suanwang.api.tracing.begin import tracer
from suanwang.api.tracing.http import TracedApp
from suanwang.api.tracing.log import TracedLog
from suanwang.api.tracing.spans import Tracer
from suanwang.brain.loop import Brain
from suanwang.drivers.clock import now, steady
from suanwang.drivers.keys import load_or_make
from suanwang.drivers.tls import NOBODY, Peer, hosts_of
from suanwang.drivers.wasm.component import Interrupted, component_path, component_sha256, ensure_python
from suanwang.model.fault import Fault, UsageFault, WireFault
from suanwang.steer.answers import Zone
from suanwang.store.blobs import LEFT, Blobs
from suanwang.store.log import Log, SqliteLog
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of

if TYPE_CHECKING:
    from suanwang.drivers.names import Names

GRANT_MICRO = 100_000_000
"""100 CNY of opening credit for each user of a brain that was started with `suan up`: play money until an operator decides."""


def up(options: UpOptions) -> None:
    """Run a brain until interrupted. Writes the client configuration, so that `suan run` works at once."""
    folder, talk = Path(options.folder).resolve(), here(options.lang)
    if options.with_node:
        check_lent(options.node)
    options = with_node_there(options, folder, talk)
    with alone(folder / "brain"):
        _serve(options, folder, talk)


def _serve(options: UpOptions, folder: Path, talk: Talk) -> None:
    own = Path(options.key).resolve() if options.key else folder / "brain" / "key"
    key = load_or_make(own)
    traced = tracer(os.environ, "suanwang-brain", lambda name: talk("start.no_traces", module=name))
    brain, blobs = _shared(options.log, folder / "brain", traced) if options.log else _alone(folder / "brain", traced)
    user = getpass.getuser()
    brain_id = id_of("brain", public_of(key))
    authority = None if options.plain else load_authority(own.parent, brain_id, now())
    door = Door(brain, blobs, key, now, GRANT_MICRO, cosigned=Cosigned(folder / "brain"), authority=authority,
                svid_s=options.svid_s, credit=options.credit)  # fmt: skip
    tls = Tls(authority, brain_id, hosts_of(options.host), now, options.svid_s) if authority else None
    served = app(door, user, lambda: _python(blobs, talk), network_in(options.network) if options.network else None)
    answers = TracedApp(served, traced, now) if traced else served
    config = uvicorn.Config(answers, http=protocol_for(door), lifespan="on", log_level="warning", access_log=False,
                            proxy_headers=False, timeout_graceful_shutdown=1)  # fmt: skip
    with _listening(options.host, options.port) as listener:
        host = f"[{options.host}]" if ":" in options.host else options.host
        url = f"{'https' if tls else 'http'}://{host}:{listener.getsockname()[1]}"
        token = door.token("user", user, {"roles": "user operator"}, 30 * 86400.0)
        save_config(url, token.token, peer=Peer(authority.certificate, brain_id) if authority else NOBODY)
        (folder / "brain" / "ready").write_text(f"{os.getpid()}\n")
        talk("up.brain", brain=door.brain_id, url=url)
        child = _first_node(options, folder, url, door, user) if options.with_node else None
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the server raises it again when it has stopped
        settle()
        all_files()
        try:
            named = _names(options, brain, talk) if options.dns else None
            uvloop.run(_answer(config, listener, tls, named, partial(_kernels, brain, talk)))
        finally:
            if child is not None:
                child.terminate()
            (folder / "brain" / "ready").unlink(missing_ok=True)
            with suppress(Fault):  # what was accepted is written; here it is only put in order
                brain.close()
                blobs.close()
            if traced:
                traced.close()


async def _answer(
    config: uvicorn.Config,
    listener: socket.socket,
    tls: Tls | None,
    names: Callable[[], Awaitable["Names"]] | None,
    kernels: Callable[[], Coroutine[Any, Any, None]],
) -> None:
    """Serve until told to stop."""
    config.load()
    config.ssl = tls.context if tls else None
    beside = [asyncio.create_task(kernels())]
    if tls:
        beside.append(asyncio.create_task(tls.keep_fresh()))
    named = await names() if names else None
    try:
        await uvicorn.Server(config).serve(sockets=[listener])
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        if named:
            await named.close()


async def _kernels(brain: Brain, talk: Talk) -> None:
    """What plans need is compiled beside the rest, once on a machine."""
    try:
        await brain.kernels.make(cache_folder(), partial(talk.waiting, "wait.kernels"))
    except OSError as error:
        talk("up.no_kernels", why=error)


def _names(options: UpOptions, brain: Brain, talk: Talk) -> Callable[[], Awaitable["Names"]]:
    """A name server for services, beside the brain. WireFault SUAN-W060 where it cannot listen."""

    async def opened() -> "Names":
        names = importlib.import_module("suanwang.drivers.names").Names(Zone(nameservers=(options.host,)), brain, now)
        talk("up.names", host=options.host, port=await names.open(options.host, options.dns))
        return names

    return opened


def _alone(folder: Path, traced: Tracer | None) -> tuple[Brain, Blobs]:
    """Log and files in the state folder: one brain."""
    return Brain(_looked_at(SqliteLog(folder / "log.sqlite"), traced), now, steady=steady), Blobs(folder / "blobs", LEFT)


def _looked_at(log: Log, traced: Tracer | None) -> Log:
    return TracedLog(log, traced, now) if traced else log


def _shared(url: str, folder: Path, traced: Tracer | None) -> tuple[Brain, Blobs]:
    """Log and files in PostgreSQL, maybe with other brains. UsageFault SUAN-U073 without the extra that it needs."""
    try:
        postgres, files = (importlib.import_module(f"suanwang.store.{name}") for name in ("postgres", "postgres_blobs"))
    except ModuleNotFoundError as missing:
        why = f"a log in PostgreSQL needs {missing.name}, which is not installed"
        raise UsageFault("SUAN-U073", why, "pip install 'suanwang[postgres]'") from None
    database = postgres.Postgres(url)
    brain = Brain(
        _looked_at(postgres.PostgresLog(database), traced), now, steady=steady, peers=postgres.PostgresPeers(database)
    )
    return brain, files.PostgresBlobs(folder / "blobs", database)


def _first_node(options: UpOptions, folder: Path, url: str, door: Door, user: str) -> subprocess.Popen[bytes]:
    """This machine as a node: a process of its own, so that neither takes the other down."""
    token = door.token("join", user, {"trust": "vouched"}, 3600.0).token
    return start(JoinOptions(url=url, token=token, folder=str(folder), node=options.node, lang=options.lang), None)


@contextmanager
def _listening(host: str, port: int) -> Generator[socket.socket]:
    """A bound socket. WireFault SUAN-W020 if the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(2048)  # from now on whoever connects is kept waiting, not turned away
        except OSError as error:
            raise WireFault(
                "SUAN-W020", f"{host}:{port} cannot be listened on: {error}", "choose another with --port"
            ) from error
        yield listener


def _python(blobs: Blobs, talk: Talk) -> str:
    """The domain's sandboxed Python, built if need be and kept as a blob; its SHA-256, or "" where it cannot be built."""
    try:
        ensure_python(cache_folder(), partial(talk.waiting, "wait.python"))
    except Interrupted:
        return ""
    except Fault as fault:
        talk.fault("up.no_python", fault)
        return ""
    sha256 = component_sha256(cache_folder())
    if not blobs.has(sha256):  # or each start would need room for a second one
        with component_path(cache_folder()).open("rb") as file:
            blobs.keep(file, "brain")
    return sha256
