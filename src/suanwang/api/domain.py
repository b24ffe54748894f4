"""The doors of the domain: what it is, who may come in, what they have to spend."""

import re
from typing import Annotated, Any

from litestar import Response, delete, get, post
from litestar.params import Parameter

from suanwang import __version__
from suanwang.api.callers import Caller
from suanwang.api.door import Called, Door, Key
from suanwang.api.dry import only, told
from suanwang.api.said import Said
from suanwang.brain import commands, would
from suanwang.brain.views import account_view
from suanwang.model import view
from suanwang.model.demand import TRUST_LEVELS
from suanwang.model.fault import AuthorityFault, NotFoundFault, UsageFault
from suanwang.model.statement import Caveat

CURRENCY = "CNY"
Revocable = Annotated[str, Parameter(pattern="^(node-)?[a-z2-7]{26}$")]
_USER = re.compile(r"(?!node-)[\w.@+-]{1,64}")
"""Names of users: sound in a path and a log line, and never that of a node."""


def domain_routes(door: Door) -> list[Any]:
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
            asked = f"kind {ask.kind[:40]!r}, user {ask.user[:64]!r}, trust {ask.trust[:40]!r}"
            why = f"{asked}: a token is of kind user or join, for a named user, with trust identified or vouched"
            raise UsageFault("SUAN-U060", why, "suan token make --kind user --user NAME")
        if not 1.0 <= ask.expires_s <= 366 * 86400.0 or not set(ask.roles) <= {"user", "operator"}:
            asked = f"{ask.expires_s:g} s, roles {', '.join(ask.roles)[:80]}"
            why = f"{asked}: a token lives 1 s to 366 days and has the roles user or operator"
            raise UsageFault("SUAN-U061", why, "suan token make --kind user --user NAME --expires 30d --role user")
        roles = tuple(sorted(set(ask.roles)))
        await door.brain.command(commands.add_user(ask.user, roles, door.grant_micro))
        claims = {"roles": " ".join(roles)} if ask.kind == "user" else {"trust": ask.trust, **_standing(door, ask, caller)}
        return door.token(ask.kind, ask.user, claims, ask.expires_s)

    @delete("/v1/tokens/{token_id:str}")
    async def revoke_token(token_id: Revocable, caller: Called) -> None:
        """Also the id of a node: its key is refused from then on. Anything else would be refused nothing."""
        caller.must("operator")
        await door.brain.command(commands.revoke(token_id))

    @get("/v1/account")
    async def account(caller: Called) -> view.Account:
        return account_view(await door.brain.settled(), caller.user, CURRENCY)

    @post("/v1/accounts/{user:str}/grants", responses=told(view.Account))
    async def grant(user: str, data: view.Grant, caller: Called, key: Key, dry_run: bool = False) -> Response[view.Account]:
        """The same key is the same grant. dry_run: the account as it would be."""
        caller.must("operator")
        act = commands.grant(user, data.amount_micro, f"{caller.user}/{key}")
        if dry_run:
            return only(would.granted(await door.brain.settled(), user, act, CURRENCY, door.clock()))
        await door.brain.command(act)
        return Said(account_view(await door.brain.settled(), user, CURRENCY), status_code=201)

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
