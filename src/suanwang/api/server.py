"""The HTTP door: routes under /v1, each a few lines between a caller, the brain and a noun; OpenAPI from the same."""

import asyncio
import contextlib
import logging
import os
import re
import signal
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from functools import cache, partial
from itertools import groupby, islice
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, cast

import msgspec
from litestar import Litestar, Response, delete, get, post, put
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter, Parameter, QueryParameter
from litestar.response import File, ServerSentEvent
from litestar.routes import HTTPRoute

from suanwang import __version__
from suanwang.api.asking import ask_routes
from suanwang.api.audit import Cosigned, log_routes
from suanwang.api.callers import Asked, Caller, caller_of, prove, same_peer
from suanwang.api.console import console_routes
from suanwang.api.intending import intent_routes
from suanwang.api.metrics import metric_routes
from suanwang.api.openapi import described
from suanwang.api.particulars import admitted, standing
from suanwang.api.problems import on_bug, on_fault, on_http
from suanwang.api.rate import NODES, USERS, Buckets, Rate
from suanwang.api.reserving import reservation_routes
from suanwang.api.serving import network_routes, redirect_routes, service_routes
from suanwang.api.tracing.spans import CURRENT
from suanwang.api.trials import Trials
from suanwang.api.twin import rehearsed, twin_routes
from suanwang.brain import commands
from suanwang.brain.decide import imagined, rehearse
from suanwang.brain.loop import Brain
from suanwang.brain.near import check_near
from suanwang.brain.state import JobState, State
from suanwang.brain.trial.work import Leave
from suanwang.brain.views import account_view, bill_view, find_job, find_node, job_view, node_view, task_view
from suanwang.drivers.clock import new_id, new_serial
from suanwang.intent import check
from suanwang.market.bill import csv
from suanwang.model import view
from suanwang.model.demand import TRUST_LEVELS, Demand, Steps
from suanwang.model.fault import AuthorityFault, Fault, NotFoundFault, UsageFault
from suanwang.model.file import FileRef
from suanwang.model.job import Job
from suanwang.model.money import Bill
from suanwang.model.network import Network
from suanwang.model.node import Node
from suanwang.model.order import DesiredState
from suanwang.model.plan import Plan, Refusal
from suanwang.model.session import Steer, Wished
from suanwang.model.statement import Caveat
from suanwang.model.steering import Steering
from suanwang.store.blobs import Blobs
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.request import sign_desired, sign_steering
from suanwang.trust.statement import sign, verify
from suanwang.trust.svid import SVID_S, Authority, fingerprint, node_svid

T = TypeVar("T")
P = ParamSpec("P")
Called = NamedDependency[Caller]
"""Who is calling: every route takes one, so that none can be reached without."""
CURRENCY = "CNY"
HEARTBEAT_S = 1.0
_USER = re.compile(r"(?!node-)[\w.@+-]{1,64}")
"""Names of users: sound in a path and a log line, and never that of a node."""
TAIL_BYTES = 64 * 1024
TAILS_MAX = 2_000
BODY_BYTES_MAX = 64 << 20
JOIN_BYTES_MAX = 256 << 10
"""Small, because a node that has not joined yet is nobody."""
INLINE_MAX = 1_000
"""So many things are looked at between two others' requests."""
FOR_NODES = {"nodes": True}
"""Marks the routes that a node may call; all others are for people."""
BARE = {**FOR_NODES, "bare": True}
"""Marks the routes that a node may call without its certificate: those by which it gets one."""
OPEN = {"open": True}
"""Marks what anybody may read: the CA's certificate, which is checked against the hash in a token."""
Limit = Annotated[int, Parameter(ge=1, le=1000)]
"""Page sizes: at most 1000 rows."""
Wait = Annotated[float, Parameter(ge=0, le=60)]
"""Seconds."""
Count = Annotated[int, Parameter(ge=0, le=1 << 53)]
App = Annotated[str, Parameter(max_length=64)]
Among = Literal["", "queued", "running", "done", "failed", "cancelled", "refused"]
"""model.job.JOB_STATES, or "" for all."""


class Door:
    """Everything the routes need: the brain, the files, the brain's key, and the tails of running tasks' output."""

    def __init__(
        self,
        brain: Brain,
        blobs: Blobs,
        key: bytes,
        clock: Callable[[], float],
        grant_micro: int = 0,
        *,
        users: Rate = USERS,
        nodes: Rate = NODES,
        cosigned: Cosigned | None = None,
        authority: Authority | None = None,
        svid_s: float = SVID_S,
        credit: float = 0.0,
    ) -> None:
        self.brain, self.blobs, self.key, self.clock, self.grant_micro = brain, blobs, key, clock, grant_micro
        self.users, self.nodes, self.buckets = users, nodes, Buckets()
        self.cosigned = cosigned or Cosigned()
        self.authority, self.svid_s, self.credit = authority, svid_s, credit
        self.trials = Trials()
        self.public_key = public_of(key).hex()
        self.brain_id = id_of("brain", public_of(key))
        self.make_python: Callable[[], str] = str
        self._making: asyncio.Task[str] | None = None
        self.tails: OrderedDict[tuple[str, int, str], tuple[int, bytes]] = OrderedDict()
        self.sessions: dict[str, asyncio.Transport] = {}  # the one that each node keeps

    async def admit(self, connection: ASGIConnection[Any, Any, Any, Any], route: BaseRouteHandler) -> None:
        """Runs before every route and before any body is read: who is calling, may they, and not too often."""
        if route.opt.get("open"):
            return
        request, now, steady, state = cast(Asked, connection), self.clock(), self.brain.steady(), self.brain.state
        caller = caller_of(request, state, self.brain_id, self.key, now)
        if caller.node_id in state.joined:
            self.buckets.take(caller.node_id, self.nodes, steady)
        elif caller.node_id:
            self.buckets.take(f"joining:{request.client.host if request.client else ''}", self.nodes, steady)
        else:
            self.buckets.take(f"user:{caller.user}", self.users, steady)
        if not route.opt.get("nodes"):
            caller.must("user", "operator")
        if caller.node_id and self.authority and not route.opt.get("bare"):
            same_peer(request, caller, self.brain_id, now)
        await prove(request, caller, self.brain_id)
        if request.method == "OPTIONS":  # no other site's page may call this, so there is nothing to tell it
            raise MethodNotAllowedException(headers={"Allow": allowed(request)})
        request.scope["user"] = caller

    def python(self) -> "asyncio.Future[str]":
        """SHA-256 of the domain's sandboxed Python, "" if there is none: made once, and anew for who asks after that failed."""
        if self._making is None or _failed(self._making):
            self._making = asyncio.create_task(asyncio.to_thread(self.make_python))
            self._making.add_done_callback(_failed)  # which is told to those who ask, if anybody does
        return asyncio.shield(self._making)

    def token(self, kind: str, user: str, claims: Mapping[str, str], expires_s: float) -> view.Token:
        """Make a token, signed by the brain's key. It says which CA its holder is to trust."""
        now = self.clock()
        claims = {**claims, "ca": fingerprint(self.authority.certificate)} if self.authority else claims
        text = sign(self.key, kind=kind, subject=user, claims=claims, issued_at=now, expires_at=now + expires_s)
        made = verify(text, now=now, kind=kind)
        return view.Token(id=made.id, kind=kind, token=text, expires_at=made.expires_at)

    def svid(self, node_id: str, public_key: bytes) -> view.Svid:
        """A fresh certificate for a node that has just proved that the key is its own. NotFoundFault SUAN-N006: no TLS here."""
        if self.authority is None:
            raise NotFoundFault("SUAN-N006", "this brain was started with --plain and has no CA", "see: suan up --help")
        now, serial = self.clock(), new_serial()
        made = node_svid(self.authority, self.brain_id, node_id, public_key, serial, now, self.svid_s)
        return view.Svid(certificate=made, renew_at=now + self.svid_s / 2, expires_at=now + self.svid_s)

    def remember(self, chunk: view.Chunk) -> None:
        """Keep the last bytes of a running task's output."""
        key = (chunk.job_id, chunk.task, chunk.stream)
        start, held = self.tails.get(key, (0, b""))
        fits = start + len(held) == chunk.offset
        joined = held + chunk.data if fits else chunk.data
        begin = (start if fits else chunk.offset) + max(0, len(joined) - TAIL_BYTES)
        self.tails[key] = (begin, joined[-TAIL_BYTES:])
        self.tails.move_to_end(key)
        while len(self.tails) > TAILS_MAX:
            self.tails.popitem(last=False)

    def bring_all(self, demand: Demand, user: str) -> None:
        """NotFoundFault SUAN-N021 for the first file of the demand that its user has not brought."""
        all_brought(self.blobs, demand, user)

    async def job(self, name: str, caller: Caller) -> tuple[State, JobState]:
        """The state and a job in it that this caller may see."""
        state = await self.brain.settled()
        found = find_job(state, name, None if "operator" in caller.roles else caller.user)
        if not caller.sees(found.demand.name):
            raise AuthorityFault("SUAN-A044", f"the token is not for jobs named {found.demand.name!r}", "use a wider token")
        return state, found


def app(door: Door, operator: str = "", python: Callable[[], str] = str, network: Network | None = None) -> Litestar:
    """The application. Its lifetime runs the brain's loop; if that loop ends, so does the process.

    operator: a user to be made known as operator, with opening credit, before the first request. python: makes the domain's
    sandboxed Python and gives its SHA-256; run in a thread, joining nodes wait for it. network: as the operator says it is
    built.
    """

    def caller(request: Asked) -> Caller:
        return request.user

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncGenerator[None]:
        running = asyncio.create_task(door.brain.run())
        running.add_done_callback(_ended)
        door.make_python = python
        door.python().add_done_callback(_failed)
        if operator:
            await door.brain.command(commands.add_user(operator, ("user", "operator"), door.grant_micro))
        if network is not None:
            await door.brain.command(commands.tell_network(network))
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return Litestar(
        route_handlers=[
            *routes(door),
            *redirect_routes(door),
            *console_routes(),
            *metric_routes(door),
            _schema(door),
            _ca(door),
        ],
        guards=[door.admit],
        request_class=Asked,
        dependencies={"caller": Provide(caller, sync_to_thread=False)},
        lifespan=[lifespan],
        exception_handlers={Fault: on_fault, HTTPException: on_http, Exception: on_bug},  # type: ignore[dict-item]
        openapi_config=None,
        logging_config=None,
        request_max_body_size=BODY_BYTES_MAX,
        etag=None,
    )


def routes(door: Door) -> list[Any]:
    """Every route that the schema tells of."""
    own = (*_domain(door), *_blobs(door), *_jobs(door), *_reading(door), *_nodes(door))
    doors = (*log_routes(door), *service_routes(door), *network_routes(door), *reservation_routes(door), *twin_routes(door),
             *ask_routes(door, partial(_rehearse, door)), *intent_routes(door, partial(_rehearse, door)))  # fmt: skip
    return [*own, *doors]


def allowed(request: Asked) -> str:
    """The methods of a path, for the Allow header."""
    path = request.scope["path_template"]
    return ", ".join({m for r in request.app.routes if isinstance(r, HTTPRoute) and r.path_format == path for m in r.methods})


def _ended(running: asyncio.Task[None]) -> None:
    """A loop that ends by itself has met a bug: stop serving, and start again from the log."""
    if not running.cancelled():
        logging.critical("the brain's loop ended", exc_info=running.exception())
        os.kill(os.getpid(), signal.SIGTERM)


def _failed(work: "asyncio.Future[str]") -> bool:
    return work.done() and (work.cancelled() or work.exception() is not None)


def _schema(door: Door) -> Any:
    @cache
    def text() -> bytes:
        return msgspec.json.encode(described(routes(door)))

    @get("/v1/openapi.json", media_type="application/json")
    async def schema(caller: Called) -> bytes:
        return text()

    return schema


def _ca(door: Door) -> Any:
    @get("/v1/ca", media_type="application/x-pem-file", opt=OPEN)
    async def ca() -> str:
        return door.authority.certificate if door.authority else ""

    return ca


def _domain(door: Door) -> list[Any]:
    @get("/v1/domain")
    async def domain(caller: Called) -> view.Domain:
        state, tree = await door.brain.settled(), door.brain.tree
        return view.Domain(
            brain_id=door.brain_id,
            public_key=door.public_key,
            version=__version__,
            currency=CURRENCY,
            nodes=len(state.world.nodes),
            jobs=len(state.jobs),
            world_version=state.world.version,
            log_size=tree.size,
            log_root=tree.root().hex(),
        )

    @post("/v1/tokens")
    async def make_token(data: view.TokenAsk, caller: Called) -> view.Token:
        ask = data
        if caller.limits != Caveat():
            raise AuthorityFault("SUAN-A044", "a narrowed token makes no tokens, which would be wider", "use a wider token")
        if "operator" not in caller.roles and (
            ask.user != caller.user or ask.trust != TRUST_LEVELS[0] or not set(ask.roles) <= set(caller.roles)
        ):
            raise AuthorityFault(
                "SUAN-A041", "only the operator makes tokens for others or vouches for nodes", "ask the operator"
            )
        if ask.kind not in ("user", "join") or ask.trust not in TRUST_LEVELS[:2] or not _USER.fullmatch(ask.user):
            raise UsageFault("SUAN-U060", "a token is of kind user or join, for a named user, with trust identified or vouched")
        if not 1.0 <= ask.expires_s <= 366 * 86400.0 or not set(ask.roles) <= {"user", "operator"}:
            raise UsageFault("SUAN-U061", "a token lives 1 s to 366 days and has the roles user or operator")
        roles = tuple(sorted(set(ask.roles)))
        await door.brain.command(commands.add_user(ask.user, roles, door.grant_micro))
        claims = {"roles": " ".join(roles)} if ask.kind == "user" else {"trust": ask.trust, **_standing(door, ask, caller)}
        return door.token(ask.kind, ask.user, claims, ask.expires_s)

    @delete("/v1/tokens/{token_id:str}")
    async def revoke_token(token_id: Annotated[str, Parameter(pattern="^[a-z2-7-]{1,64}$")], caller: Called) -> None:
        """Also the id of a node: its key is refused from then on."""
        caller.must("operator")
        await door.brain.command(commands.revoke(token_id))

    @get("/v1/account")
    async def account(caller: Called) -> view.Account:
        return account_view(await door.brain.settled(), caller.user, CURRENCY)

    @post("/v1/accounts/{user:str}/grants")
    async def grant(user: str, data: view.Grant, caller: Called) -> view.Account:
        caller.must("operator")
        await door.brain.command(commands.grant(user, data.amount_micro))
        return account_view(await door.brain.settled(), user, CURRENCY)

    return [domain, make_token, revoke_token, account, grant]


def _standing(door: Door, ask: view.TokenAsk, caller: Caller) -> dict[str, str]:
    """Behind which router the token's node stands, or on which it is the forwarder: for the operator to say.

    NotFoundFault SUAN-N008: there is no such router.
    """
    if not ask.router:
        return {}
    caller.must("operator")
    router = next((r for r in door.brain.state.fleet.network.routers if r.name == ask.router), None)
    if router is None:
        raise NotFoundFault("SUAN-N008", f"there is no router {ask.router[:40]!r}", "suan links")
    return {"router": str(router.number), "role": "forwarder" if ask.forwarder else "compute"}


def _blobs(door: Door) -> list[Any]:
    @post("/v1/blobs/missing", status_code=200, opt=FOR_NODES)
    async def missing(data: view.Hashes, caller: Called) -> view.Hashes:
        """Those the caller must still bring; what others brought does not count: to name a file is not to have it."""
        return view.Hashes(sha256=await aside(len(data.sha256), wanting, door.blobs, data.sha256, caller.reader))

    @put("/v1/blobs/{sha256:str}", status_code=204, request_max_body_size=None, opt=FOR_NODES)
    async def bring(sha256: str, request: Asked, caller: Called) -> None:
        await door.blobs.put(sha256, request.stream(), caller.reader)

    @get("/v1/blobs/{sha256:str}", opt=FOR_NODES)
    async def fetch(sha256: str, caller: Called) -> File:
        path = await asyncio.to_thread(door.blobs.get, sha256, caller.reader)
        return File(path=path, media_type="application/octet-stream", filename=sha256)

    return [missing, bring, fetch]


def _jobs(door: Door) -> list[Any]:
    @post("/v1/jobs", responses={200: ResponseSpec(view.Rehearsal, generate_examples=False, description="Only asked.")})
    async def submit(
        data: Demand,
        caller: Called,
        key: Annotated[str, HeaderParameter(name="idempotency-key", max_length=200, min_length=1)],
        dry_run: bool = False,
        wait: Wait = 0.0,
    ) -> Response[Job]:
        """wait: answer when the job has ended, or after so many seconds with the job as it is then."""
        caller.must("user")
        demand = await aside(data.task_count, check, data)
        caller.may_submit(demand)
        if dry_run:
            return cast(Response[Job], Response(await _rehearse(door, caller.user, demand), status_code=200))
        await aside(len(demand.items), all_brought, door.blobs, demand, caller.user)
        if demand.priority == "deferrable":
            await door.brain.prepare()
        await door.brain.command(commands.submit(new_id("job"), caller.user, demand, key, CURRENT.get()))
        job_id = (await door.brain.settled()).keys[(caller.user, key)]
        state = await door.brain.ended(job_id, wait)
        return Response(job_view(state, state.jobs[job_id]), status_code=201)

    @get("/v1/jobs")
    async def jobs(
        caller: Called,
        among: Annotated[Among, QueryParameter(name="state")] = "",
        app: App = "",
        limit: Limit = 100,
        cursor: str = "",
    ) -> view.JobPage:
        now = await door.brain.settled()
        mine = (j for j in reversed(now.jobs.values()) if "operator" in caller.roles or j.user == caller.user)
        mine = (j for j in mine if caller.sees(j.demand.name))
        rows, following = page(
            (j for j in mine if among in ("", j.state) and app in ("", j.demand.app)), lambda j: j.id, limit, cursor
        )
        return view.JobPage(items=tuple(job_view(now, j) for j in rows), next=following)

    @get("/v1/jobs/{job_id:str}")
    async def job(job_id: str, caller: Called) -> Job:
        return job_view(*await door.job(job_id, caller))

    @get("/v1/jobs/{job_id:str}/tasks")
    async def tasks(job_id: str, caller: Called, limit: Limit = 100, cursor: str = "") -> view.TaskPage:
        state, found = await door.job(job_id, caller)
        rows, following = page(range(len(found.tasks)), str, limit, cursor)
        return view.TaskPage(items=tuple(task_view(state, found, i) for i in rows), next=following)

    @get("/v1/jobs/{job_id:str}/why")
    async def why(job_id: str, caller: Called) -> view.Decision:
        _, found = await door.job(job_id, caller)
        taken, graph = await door.brain.decisions(found), await door.brain.graph_plan(found)
        return view.Decision(job_id=found.id, demand=found.demand, taken=taken, graph=graph)

    @get("/v1/jobs/{job_id:str}/bill")
    async def bill(job_id: str, caller: Called, request: Asked) -> Response[Bill | str]:
        made = bill_view(*await door.job(job_id, caller), CURRENCY)
        if "text/csv" in request.headers.get("accept", ""):
            return Response(csv(made), media_type="text/csv")
        return Response(made)

    @post("/v1/jobs/{job_id:str}/cancel", status_code=200)
    async def cancel(job_id: str, caller: Called) -> Job:
        _, found = await door.job(job_id, caller)
        await door.brain.command(commands.cancel(found.id, caller.user, "operator" in caller.roles))
        return job_view(await door.brain.settled(), found)

    return [submit, jobs, job, tasks, why, bill, cancel]


def _reading(door: Door) -> list[Any]:
    @get("/v1/jobs/{job_id:str}/logs", media_type="application/octet-stream")
    async def logs(
        job_id: str, caller: Called, task: Count = 0, stream: Literal["stdout", "stderr"] = "stdout", offset: Count = 0
    ) -> Response[bytes]:
        _, found = await door.job(job_id, caller)
        if task >= len(found.tasks):
            raise NotFoundFault(
                "SUAN-N004", f"{found.id} has tasks 0 to {len(found.tasks) - 1}; task {task} is not one", "suan logs JOB"
            )
        data, following, ended = await asyncio.to_thread(output, door, found, task, stream, offset)
        headers = {"suan-next-offset": str(following), "suan-ended": str(ended).lower()}
        return Response(data, headers=headers, media_type="application/octet-stream")

    @get("/v1/jobs/{job_id:str}/events")
    async def events(
        job_id: str,
        caller: Called,
        last: Annotated[str, HeaderParameter(name="last-event-id", pattern="^[0-9]{0,18}$")] = "",
    ) -> ServerSentEvent:
        _, found = await door.job(job_id, caller)
        return ServerSentEvent(_progress(door, found.id, int(last or 0)))

    @get("/v1/bills")
    async def bills(caller: Called, limit: Limit = 100, cursor: str = "") -> view.BillPage:
        state = await door.brain.settled()
        mine = (j for j in reversed(state.jobs.values()) if j.user == caller.user and j.placements)
        mine = (j for j in mine if caller.sees(j.demand.name))
        rows, following = page(mine, lambda j: j.id, limit, cursor)
        return view.BillPage(items=tuple(bill_view(state, j, CURRENCY) for j in rows), next=following)

    return [logs, events, bills]


async def _progress(door: Door, job_id: str, after: int) -> AsyncIterator[dict[str, str]]:
    async for number, job in door.brain.watch(job_id, after):
        told = view.Progress(job=job, event=job.state, at=door.clock())
        yield {"id": str(number), "event": "progress", "data": msgspec.json.encode(told).decode()}


async def _rehearse(door: Door, user: str, demand: Demand) -> view.Rehearsal:
    state, now = await door.brain.settled(), door.clock()
    check_near(state, user, demand)
    job = imagined(user, demand, now)
    if isinstance(demand.work, Steps):
        planned = await door.brain.rehearse_graph(job)
        return view.Rehearsal(refusal=planned) if isinstance(planned, Refusal) else view.Rehearsal(graph=planned)
    answer = rehearse(state, job, tuple(range(demand.task_count)), now)
    if not isinstance(answer, Plan):
        return view.Rehearsal(refusal=answer)
    return view.Rehearsal(plan=answer, deferral=await door.brain.would_wait(job))


def output(door: Door, job: JobState, task: int, stream: str, offset: int) -> tuple[bytes, int, bool]:
    """(bytes from `offset` on, the offset after them, whether no more will come) of a task's stdout or stderr."""
    outcome = job.outcomes[task]
    if outcome is not None:
        file = outcome.stdout if stream == "stdout" else outcome.stderr
        if file is None:
            return b"", offset, True
        with door.blobs.get(file.sha256, job.user).open("rb") as source:
            source.seek(min(offset, file.size))
            data = source.read(1 << 20)
        return data, offset + len(data), offset + len(data) >= file.size
    start, held = door.tails.get((job.id, task, stream), (0, b""))
    data = held[max(0, offset - start) :]
    return data, max(offset, start) + len(data), job.final


def _nodes(door: Door) -> list[Any]:
    @get("/v1/nodes")
    async def nodes(caller: Called, limit: Limit = 1000, cursor: str = "") -> view.NodePage:
        state = await door.brain.settled()
        rows, following = page(state.world.nodes, lambda n: n.id, limit, cursor)
        return view.NodePage(items=tuple(_shown(door, state, n, caller) for n in rows), next=following)

    @get("/v1/nodes/{name:str}")
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

    @post("/v1/nodes/{node_id:str}/leave", status_code=204, opt=FOR_NODES)
    async def leave(node_id: str, caller: Called, rehearse: bool = False) -> None:
        """rehearse: only if nothing promised would be broken by it, as far as the twin can tell."""
        if "operator" not in caller.roles:
            _itself(caller, node_id)
        node = find_node(await door.brain.settled(), node_id)
        if rehearse:
            await rehearsed(door, caller, Leave(node_id=node.id))
        await door.brain.command(commands.leave(node.id))

    return [nodes, node, join, svid, leave]


def wished(door: Door, told: DesiredState) -> Wished:
    """A desired state as it goes to its node: the node may read the files that it names, and the brain has signed it."""
    files = (f.sha256 for o in told.fresh for f in (*o.files, *(i.file for _, i in o.tasks if i and i.file)))
    door.blobs.give(files, told.node_id)
    body = msgspec.json.encode(told)
    signed = sign_desired(door.key, node_id=told.node_id, generation=told.generation, body=body, now=door.clock())
    return Wished(statement=signed, body=body)


def steered(door: Door, node_id: str, told: Steering) -> Steer:
    """What a forwarder is to follow, as it goes to it: signed by the brain."""
    body = msgspec.json.encode(told)
    signed = sign_steering(door.key, node_id=node_id, number=told.number, body=body, now=door.clock())
    return Steer(statement=signed, body=body)


def listened(door: Door, node_id: str, told: view.Report) -> None:
    """A node lives, and its tasks print; whatever it calls itself, it is who the connection is of."""
    door.brain.hear(msgspec.structs.replace(told.reading, node_id=node_id))
    door.brain.hear_network(node_id, told)
    for chunk in told.output:
        if (chunk.job_id, chunk.task) in told.reading.running and door.brain.holds(node_id, chunk.job_id, chunk.task):
            door.remember(chunk)


async def taken(door: Door, node_id: str, told: view.Report) -> view.Acknowledged:
    """Write outcomes down; whoever owns the job may read its files from then on."""
    refused: list[tuple[str, int, str]] = []
    if not all(door.brain.owner_of(o.placement_id) for o in told.outcomes):
        await door.brain.look()  # another brain placed it, a moment ago
    for placement_id, outcomes in groupby(told.outcomes, lambda o: o.placement_id):
        files = [f for o in outcomes for f in (*o.outputs, o.stdout, o.stderr) if f]
        if files and (owner := door.brain.owner_of(placement_id)):
            door.blobs.give([f.sha256 for f in files if brought(door.blobs, f, node_id)], owner)
    await door.brain.command(commands.report(node_id, told, lambda f: brought(door.blobs, f, node_id), refused))
    no = {(p, t) for p, t, _ in refused}
    return view.Acknowledged(
        outcomes=tuple((o.placement_id, o.task) for o in told.outcomes if (o.placement_id, o.task) not in no),
        refused=tuple(refused),
    )


async def aside(count: int, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Work over so many things; beside the loop where they are many, so that nodes go on being heard meanwhile."""
    return await asyncio.to_thread(work, *given, **named) if count > INLINE_MAX else work(*given, **named)


def wanting(blobs: Blobs, hashes: tuple[str, ...], reader: str) -> tuple[str, ...]:
    """Those that this reader has not brought."""
    return tuple(h for h in hashes if not (blobs.has(h) and blobs.may_read(h, reader)))


def all_brought(blobs: Blobs, demand: Demand, user: str) -> None:
    """NotFoundFault SUAN-N021 for the first file of the job that its user has not brought."""
    files = {(f.sha256, f.size): f for f in (*demand.files, *(i.file for i in demand.items)) if f}
    for file in files.values():
        if not brought(blobs, file, user):
            why = f"the file {file.path!r} of {file.size} bytes has not been brought"
            raise NotFoundFault("SUAN-N021", why, f"PUT /v1/blobs/{file.sha256}")


def brought(blobs: Blobs, file: FileRef, reader: str) -> bool:
    """Whether all the bytes of a file are here and this reader brought them, or was given them."""
    try:
        return blobs.size(file.sha256) == file.size and blobs.may_read(file.sha256, reader)
    except UsageFault:
        return False


def _itself(caller: Caller, node_id: str) -> None:
    if caller.node_id != node_id:
        raise AuthorityFault("SUAN-A042", "a node may speak only for itself")


def _shown(door: Door, state: State, node: Node, caller: Caller) -> view.NodeView:
    """A node; which tasks of others it runs is for the operator."""
    shown = node_view(state, node, door.brain.steady(), door.brain.silent_s)
    if shown.reading is None or "operator" in caller.roles:
        return shown
    running = tuple(
        (job, task) for job, task in shown.reading.running if job in state.jobs and state.jobs[job].user == caller.user
    )
    return msgspec.structs.replace(shown, reading=msgspec.structs.replace(shown.reading, running=running, ending=None))


def page(rows: Iterable[T], key: Callable[[T], str], limit: int, cursor: str) -> tuple[list[T], str]:
    """The rows after the one whose key is `cursor`, at most `limit`, and the cursor for the next page ("" at the end)."""
    following = iter(rows)
    if cursor:
        next((row for row in following if key(row) == cursor), None)
    found = list(islice(following, limit + 1))
    return found[:limit], key(found[limit - 1]) if len(found) > limit else ""
