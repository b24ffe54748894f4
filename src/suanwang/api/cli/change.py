"""The small commands that change one thing: cancel a job; grant credit; make, narrow or revoke a token."""

import uuid
from typing import Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import DryRun, Json
from suanwang.api.cli.names import Job
from suanwang.model.fault import UsageFault


def cancel(
    ctx: typer.Context,
    job: Job,
    step: Annotated[str, typer.Option("--step")] = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    from suanwang.api.render.figures import some, state
    from suanwang.model.job import JOB_FINAL

    door: Door = ctx.obj
    with door.client() as client:
        ended = client.cancel(job, uuid.uuid4().hex, dry_run, step)
    if json:
        door.json(ended)
        return
    now = state(door.words, ended.state)
    if step:
        named = some(door.words, ended.cancelled, len(ended.cancelled))
        door.say(door.words("cancel.steps", job=ended.id, name=ended.demand.name, state=now, steps=named or "-"))
    else:
        under_way = ended.state not in JOB_FINAL and not dry_run
        now = door.words("cancel.under_way") if under_way else now
        door.say(door.words("cancel.done", job=ended.id, name=ended.demand.name, state=now))
    if dry_run:
        door.say(door.words("run.dry"))


def grant(ctx: typer.Context, user: str, amount: str, dry_run: DryRun = False, json: Json = False) -> None:
    from suanwang.api.render.nodes import account_page
    from suanwang.model.quantity import money_micro, quoted

    door: Door = ctx.obj
    amount_micro = money_micro(amount, "amount", bare=True)
    if not amount_micro:
        raise UsageFault("SUAN-U013", f"amount is {quoted(amount)}; it must be more than 0.", "suan grant ann 50")
    with door.client() as client:
        now = client.grant(user, amount_micro, uuid.uuid4().hex, dry_run)
    door.answer(now, lambda: (*account_page(door.words, now), *door.dry(dry_run)), json)


def token(
    ctx: typer.Context,
    action: str,
    token_id: Annotated[str, typer.Argument()] = "",
    kind: Annotated[str, typer.Option("--kind", "-k")] = "join",
    user: Annotated[str, typer.Option("--user", "-u")] = "",
    expires: Annotated[str, typer.Option("--expires")] = "",
    trust: Annotated[str, typer.Option("--trust")] = "identified",
    role: Annotated[list[str], typer.Option("--role")] = [],  # noqa: B006 - typer reads the default and never changes it
    job: Annotated[list[str], typer.Option("--job")] = [],  # noqa: B006
    budget: Annotated[str, typer.Option("--budget")] = "",
    router: Annotated[str, typer.Option("--router")] = "",
    forwarder: Annotated[bool, typer.Option("--forwarder")] = False,
    json: Json = False,
) -> None:
    door: Door = ctx.obj
    if action == "make" and not token_id:
        _make(door, kind, user, expires or "30d", trust, tuple(role), json, router, forwarder)
    elif action == "attenuate":
        _narrow(door, token_id, tuple(role), expires, tuple(job), budget)
    elif action == "revoke" and token_id:
        with door.client() as client:
            client.revoke_token(token_id)
        door.say(door.words("token.revoked", id=token_id))
    else:
        raise UsageFault("SUAN-U024", f"suan token does not know {action!r} with {token_id!r}", "suan token make --kind join")


def _narrow(door: Door, token: str, roles: tuple[str, ...], expires: str, jobs: tuple[str, ...], budget: str) -> None:
    """Without a word to the brain: the given token, or the one at hand, with one more caveat."""
    from suanwang.api.config import load_config
    from suanwang.model.quantity import duration_s, money_micro
    from suanwang.model.statement import Caveat
    from suanwang.trust.narrow import narrow

    caveat = Caveat(
        roles=tuple(sorted(set(roles))) or None,
        jobs=tuple(sorted(set(jobs))) or None,
        budget_micro=money_micro(budget, "budget", bare=True) if budget else None,
        expires_at=door.now() + duration_s(expires, "expires") if expires else None,
    )
    if caveat == Caveat():
        raise UsageFault("SUAN-U024", "nothing to narrow the token to", "suan token attenuate --role user --expires 10min")
    door.out.write(narrow(token or load_config(door.environ).token, caveat) + "\n")


def _make(
    door: Door,
    kind: str,
    user: str,
    expires: str,
    trust: str,
    roles: tuple[str, ...],
    json: bool,
    router: str,
    forwarder: bool,
) -> None:
    from suanwang.model.quantity import duration_s
    from suanwang.model.view import TokenAsk

    with door.client() as client:
        whom = user or client.account().user
        ask = TokenAsk(
            kind=kind, user=whom, expires_s=duration_s(expires, "expires"), trust=trust, roles=roles or ("user",),
            router=router, forwarder=forwarder,
        )  # fmt: skip
        made = client.make_token(ask, uuid.uuid4().hex)
    if json:
        door.json(made)
        return
    door.out.write(made.token + "\n")
    door.say(door.words("token.made", id=made.id, kind=made.kind, user=whom, expires=expires))
    if kind == "join":
        door.say(f"  suan join {client.url} --token ...")
