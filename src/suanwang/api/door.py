"""What every route stands behind: who is calling, may they, and not too often; and what the routes share."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Annotated, Any, ParamSpec, TypeVar, cast

from litestar import Request
from litestar.di import NamedDependency
from litestar.exceptions import MethodNotAllowedException
from litestar.params import HeaderParameter, Parameter
from litestar.routes import HTTPRoute

from suanwang.api.audit import Cosigned
from suanwang.api.brought import all_brought
from suanwang.api.callers import LARGE_AT_ONCE, Asked, Caller, caller_of, person_of, prove, same_peer
from suanwang.api.options import CREDIT
from suanwang.api.queries import check_query
from suanwang.api.rate import NODES, USERS, Buckets, Rate
from suanwang.api.rows import Rows
from suanwang.api.trials import Trials
from suanwang.brain.jobs import JobState
from suanwang.brain.loop import Brain
from suanwang.brain.state import State
from suanwang.brain.views import find_job
from suanwang.drivers.clock import new_serial
from suanwang.model import view
from suanwang.model.demand import Demand
from suanwang.model.fault import AuthorityFault, NotFoundFault, UsageFault
from suanwang.store.blobs import Blobs
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.statement import sign, verify
from suanwang.trust.svid import SVID_S, Authority, fingerprint, node_svid

T = TypeVar("T")
P = ParamSpec("P")
Called = NamedDependency[Caller]
"""Who is calling: every route takes one, so that none can be reached without."""
TAIL_BYTES = 64 * 1024
TAILS_MAX = 2_000
INLINE_MAX = 1_000
"""So many things are looked at between two others' requests."""
PEOPLE = ("user", "operator")
FOR_NODES = {"nodes": True}
"""Marks the routes that a node may call; all others are for people."""
BARE = {**FOR_NODES, "bare": True}
"""Marks the routes that a node may call without its certificate: those by which it gets one."""
PLAIN = {"plain": True}
"""Marks the routes for people that take the path and a page's size, or a key and a noun, and nothing else that has no default:
see api/plain.py."""
OPEN = {"open": True}
"""Marks what anybody may read: the CA's certificate, which is checked against the hash in a token."""
Limit = Annotated[int, Parameter(ge=1, le=1000)]
"""Page sizes: at most 1000 rows."""
Wait = Annotated[float, Parameter(ge=0, le=60)]
"""Seconds."""
Key = Annotated[str, HeaderParameter(name="idempotency-key", max_length=200, min_length=1)]
"""Asking again with the same one is asking once."""
Count = Annotated[int, Parameter(ge=0, le=1 << 53)]


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
        credit: float = CREDIT,
    ) -> None:
        self.brain, self.blobs, self.key, self.clock, self.grant_micro = brain, blobs, key, clock, grant_micro
        self.users, self.nodes, self.buckets = users, nodes, Buckets()
        self.cosigned = cosigned or Cosigned()
        self.authority, self.svid_s, self.credit = authority, svid_s, credit
        self.rows, self.trials, self.turns = Rows(), Trials(), asyncio.Semaphore(LARGE_AT_ONCE)
        self.public_key = public_of(key).hex()
        self.brain_id = id_of("brain", public_of(key))
        self.make_python: Callable[[], str] = str
        self._making: asyncio.Task[str] | None = None
        self.tails: OrderedDict[tuple[str, int, str], tuple[int, bytes]] = OrderedDict()
        self.sessions: dict[str, asyncio.Transport] = {}  # the one that each node keeps

    async def admit(self, asked: Request[Any, Any, Any]) -> None:
        """Runs before every route and before any body is read: who is calling, may they, not too often, and by its names."""
        request, route = cast(Asked, asked), asked.route_handler
        cast(dict[str, Any], request.scope)["turns"] = self.turns
        if route.opt.get("open"):
            return
        now, steady, state = self.clock(), self.brain.steady(), self.brain.state
        caller = caller_of(request, state, self.brain_id, self.key, now)
        if caller.node_id in state.joined:
            self.buckets.take(caller.node_id, self.nodes, steady)
        elif caller.node_id:
            self.buckets.take(f"joining:{request.client.host if request.client else ''}", self.nodes, steady)
        else:
            self.count(caller)
        if not route.opt.get("nodes"):
            caller.must(*PEOPLE)
        if caller.node_id and self.authority and not route.opt.get("bare"):
            same_peer(request, caller, self.brain_id, now)
        await prove(request, caller, self.brain_id)
        if request.method == "OPTIONS":  # no other site's page may call this, so there is nothing to tell it
            raise MethodNotAllowedException(headers={"Allow": allowed(request)})
        if request.scope["query_string"] and request.url.path.startswith("/v1/"):
            check_query(route, request.url.path, [name for name, _ in request.query_params.multi_items()])
        request.scope["user"] = caller

    def person(self, token: str) -> Caller:
        """What `admit` does for one who shows this token, at a route for people."""
        caller = person_of(token, self.brain.state, self.brain_id, self.key, self.clock())
        self.count(caller)
        caller.must(*PEOPLE)
        return caller

    def count(self, person: Caller) -> None:
        """One more request. RateFault SUAN-U053 if it comes too early."""
        self.buckets.take(f"user:{person.user}", self.users, self.brain.steady())

    def python(self) -> "asyncio.Future[str]":
        """SHA-256 of the domain's sandboxed Python, "" if there is none: made once, and anew for who asks after that failed."""
        if self._making is None or has_failed(self._making):
            self._making = asyncio.create_task(asyncio.to_thread(self.make_python))
            self._making.add_done_callback(has_failed)  # which is told to those who ask, if anybody does
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

    async def job(self, name: str, caller: Caller, *, unfinished: bool = False) -> tuple[State, JobState]:
        """The state and a job in it that this caller may see. unfinished: as in `find_job`."""
        state = await self.brain.settled()
        found = find_job(state, name, None if "operator" in caller.roles else caller.user, unfinished=unfinished)
        if not caller.sees(found.demand.name):
            raise AuthorityFault("SUAN-A044", f"the token is not for jobs named {found.demand.name!r}", "use a wider token")
        return state, found


def allowed(request: Asked) -> str:
    """The methods of a path, for the Allow header."""
    path = request.scope["path_template"]
    return ", ".join({m for r in request.app.routes if isinstance(r, HTTPRoute) and r.path_format == path for m in r.methods})


def has_failed(work: "asyncio.Future[str]") -> bool:
    return work.done() and (work.cancelled() or work.exception() is not None)


async def aside(count: int, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Work over so many things; beside the loop where they are many, so that nodes go on being heard meanwhile."""
    return await asyncio.to_thread(work, *given, **named) if count > INLINE_MAX else work(*given, **named)


def known(cursor: str, is_there: bool) -> str:
    """A cursor, as it is. UsageFault SUAN-U002: it names no row that its caller may see, or one that has gone since, and what
    follows it is not known."""
    if cursor and not is_there:
        raise UsageFault("SUAN-U002", f"cursor: {cursor[:40]!r} names nothing that is here now", "begin without a cursor")
    return cursor


def since(rows: Iterable[T], key: Callable[[T], str], cursor: str) -> Iterable[T]:
    """The rows after the one that a cursor names. For lists that are short: it looks at each. Faults of `known`."""
    following = iter(rows)
    known(cursor, not cursor or any(key(row) == cursor for row in following))
    return following


def page(rows: Iterable[T], key: Callable[[T], str], limit: int) -> tuple[list[T], str]:
    """The first rows, at most `limit`, and the cursor for the next page: the key of the last one, "" at the end."""
    found = list(islice(rows, limit + 1))
    return found[:limit], key(found[limit - 1]) if len(found) > limit else ""
