"""`suan intents`: what was asked for in words and accepted, how far it holds, and what was done to keep it."""

import uuid
from typing import Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import DryRun, Json
from suanwang.api.cli.names import Intent


def intents(
    ctx: typer.Context,
    name: Intent = "",
    withdraw: Annotated[bool, typer.Option("--withdraw")] = False,
    dry_run: DryRun = False,
    window: Annotated[str, typer.Option("--window")] = "1h",
    last: Annotated[int, typer.Option("--last", min=1, max=1000)] = 24,
    json: Json = False,
) -> None:
    from suanwang.api.render.intents import intents_page, report_page
    from suanwang.model.fault import UsageFault
    from suanwang.model.quantity import duration_s

    door: Door = ctx.obj
    if (withdraw and not name) or (dry_run and not withdraw):
        why = "--withdraw needs the id of an intent, and --dry-run is for --withdraw"
        raise UsageFault("SUAN-U024", why, "suan intents ID --withdraw")
    with door.client() as client:
        if withdraw:
            would = client.withdraw_intent(name, uuid.uuid4().hex, dry_run)
            if dry_run:
                door.answer(would, lambda: (*intents_page(door.words, (would,), door.now()), *door.dry(dry_run)), json)
                return
        if not name:
            every = client.intents()
            door.answer(every, lambda: intents_page(door.words, every.items, door.now()), json)
            return
        report = client.intent_report(name, duration_s(window, "window"), last)
    door.answer(report, lambda: report_page(door.words, report, door.now()), json)
