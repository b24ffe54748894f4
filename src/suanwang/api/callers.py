"""Who is calling: a user by bearer token, or a node by a statement that signs this very request. No route without one."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from typing import Any, cast

import msgspec
from litestar import Request
from litestar.datastructures import State as AppState
from litestar.exceptions import HTTPException, InternalServerException
from litestar.types import Empty

from suanwang.api.once import check_keys, is_as_written
from suanwang.brain.state import State
from suanwang.drivers.tls import PEER
from suanwang.model.demand import Demand
from suanwang.model.fault import AuthorityFault, UsageFault
from suanwang.model.statement import Caveat, Statement
from suanwang.trust.identity import spiffe_id
from suanwang.trust.narrow import verify_narrowed
from suanwang.trust.request import check_request
from suanwang.trust.statement import verify
from suanwang.trust.svid import check_peer

LARGE_BYTES, LARGE_AT_ONCE = 1 << 20, 8
"""So many bodies of more than so many bytes, or of a length not told, are read at once."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """A person or a node, never both. user: "" for a node, which does not speak for its owner.

    roles: of "user", "operator", "node". signed: a node's statement about the request. limits: what the token was narrowed to.
    """

    user: str
    roles: tuple[str, ...]
    node_id: str = ""
    signed: Statement | None = None
    limits: Caveat = Caveat()

    def must(self, *roles: str) -> None:
        """AuthorityFault SUAN-A040 unless the caller has one of these roles."""
        if not set(roles) & set(self.roles):
            raise AuthorityFault("SUAN-A040", f"this needs the role {' or '.join(roles)}", "ask the operator for such a token")

    def sees(self, job_name: str) -> bool:
        """Whether the token is for a job of this name too."""
        return self.limits.jobs is None or job_name in self.limits.jobs

    def may_submit(self, demand: Demand) -> None:
        """AuthorityFault SUAN-A044 if the token was narrowed to other jobs or to less money."""
        most, asked = self.limits.budget_micro, demand.limits.budget_micro
        if not self.sees(demand.name):
            why = f"the token is only for jobs named {', '.join(self.limits.jobs or ()) or 'nothing'}, not {demand.name!r}"
        elif most is not None and (asked is None or asked > most):
            why = f"the token is for jobs of at most {most / 1e6:.6g} CNY, and this one may cost {_cost(asked)}"
        else:
            return
        raise AuthorityFault("SUAN-A044", why, "name a job and a --budget within it, or use a wider token")

    @property
    def reader(self) -> str:
        """The name under which files are given to this caller."""
        return self.node_id or self.user


def _cost(budget_micro: int | None) -> str:
    return "what it will" if budget_micro is None else f"{budget_micro / 1e6:.6g} CNY"


class Asked(Request[Caller, None, AppState]):
    """A request. Its body is read once, as the noun that its route takes, and nothing in it is bent to fit."""

    async def stream(self) -> AsyncGenerator[bytes]:
        """UsageFault SUAN-U002 if the caller hangs up before the end: the library calls that an error of ours."""
        try:
            async for piece in super().stream():
                yield piece
        except InternalServerException:
            raise hung_up() from None

    async def body(self) -> bytes:
        """All of it. Large ones are taken in turn, so that what waits to be read stays with those who send it."""
        length = self.headers.get("content-length", "")
        if self._body is not Empty or (length.isdecimal() and int(length) <= LARGE_BYTES):
            return await super().body()
        async with cast(dict[str, Any], self.scope)["turns"]:
            return await super().body()

    async def json(self) -> Any:
        """Faults of `noun_of`."""
        if self.headers.get("content-type") and self.content_type[0] != "application/json":
            raise HTTPException(f"the body is {self.content_type[0][:80]!r}, not application/json", status_code=415)
        field = self.route_handler.parsed_data_field
        assert field is not None
        body = await self.body()
        large = len(body) > LARGE_BYTES
        noun = await asyncio.to_thread(noun_of, body, field.annotation) if large else noun_of(body, field.annotation)
        self._body = b""  # who waits for a job's end does not keep what it was read from
        return noun


def noun_of(body: bytes, kind: Any) -> Any:
    """UsageFault SUAN-U002 with the place of what does not fit, SUAN-U003 for a key twice. kind: a noun's class."""
    try:
        noun = msgspec.json.decode(body, type=kind)
        if not is_as_written(body, noun):
            check_keys(body)
        return noun
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise UsageFault("SUAN-U002", f"the body is not what belongs here: {error}"[:500], "see /v1/openapi.json") from None


def hung_up() -> UsageFault:
    """What is said of a body that has no end."""
    return UsageFault("SUAN-U002", "the caller hung up before the end of the body", "send it again")


def caller_of(request: Asked, state: State, brain_id: str, key: bytes, now: float) -> Caller:
    """Who sent the request, before any of its body is read; of a node, `prove` must then be asked.

    AuthorityFault SUAN-A000 without credentials, SUAN-A001 to A009, A050 to A052 with bad ones.
    """
    authorization = request.headers.get("authorization", "")
    if (token := bearer(authorization)) is not None:
        return person_of(token, state, brain_id, key, now)
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() == "node":
        return _node(verify(text, now=now, kind="request"), state, _joins(request))
    raise AuthorityFault("SUAN-A000", "the request carries no token", "export SUAN_TOKEN=..., or run suan up on this machine")


def bearer(authorization: str) -> str | None:
    """The token of an Authorization header; None if it shows none."""
    scheme, _, text = authorization.partition(" ")
    return text if scheme.lower() == "bearer" else None


def person_of(token: str, state: State, brain_id: str, key: bytes, now: float) -> Caller:
    """Whose token it is. AuthorityFaults of `caller_of`."""
    statement, limits = verify_narrowed(token, key, now=now, kind="user", issuer=brain_id)
    if statement.id in state.revoked:
        raise AuthorityFault("SUAN-A050", "this token was revoked", "ask the operator for a new one")
    known = state.users.get(statement.subject)
    if known is None:
        raise AuthorityFault(
            "SUAN-A051",
            f"the token is for {statement.subject!r}, whom this brain does not know",
            "suan token make --kind user --user NAME, as the operator",
        )
    scope = set(statement.claim("roles").split()) & set(known if limits.roles is None else limits.roles)
    return Caller(user=statement.subject, roles=tuple(r for r in known if r in scope), limits=limits)


def _node(statement: Statement, state: State, joins: bool) -> Caller:
    if statement.issuer in state.revoked:
        raise AuthorityFault("SUAN-A050", "this node's key was revoked", "join with a new key and a new token")
    if statement.issuer not in state.joined and not joins:
        raise AuthorityFault("SUAN-A052", "this node has not joined here", "suan join URL --token TOKEN")
    return Caller(user="", roles=("node",), node_id=statement.issuer, signed=statement)


def same_peer(request: Asked, caller: Caller, brain_id: str, now: float) -> None:
    """A node's connection is its own as well: it showed a certificate of this CA for it. AuthorityFault SUAN-A060 if not.

    What this adds to the signature on each request: a stolen statement is of no use on another connection.
    """
    extensions: dict[str, Any] = request.scope.get("extensions") or {}
    uris, expires_at = extensions.get(PEER, {}).get("svid", ((), 0.0))
    check_peer(uris, expires_at, spiffe_id(brain_id, caller.node_id), now)


def _joins(request: Asked) -> bool:
    return request.method == "POST" and request.url.path == "/v1/nodes"


async def prove(request: Asked, caller: Caller, brain_id: str) -> None:
    """A node's statement is about this very request, its body included. AuthorityFault SUAN-A009 if it is not.

    A file is not read for this: the statement is about its name, which is the SHA-256 of its bytes. A node that joins does not
    know the brain's id yet, so its statement names none.
    """
    if caller.signed is None:
        return
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    brings = request.method == "PUT" and request.url.path.startswith("/v1/blobs/")
    digest = request.url.path.rsplit("/", 1)[1] if brings else hashlib.sha256(await request.body()).hexdigest()
    audience = "" if _joins(request) else brain_id
    check_request(caller.signed, method=request.method, path=path, body_sha256=digest, audience=audience)
