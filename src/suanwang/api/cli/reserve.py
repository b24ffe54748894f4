"""`suan reserve` keeps room for later; `suan reservations` shows what is kept, and gives it back."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import DryRun, Json
from suanwang.model.fault import NotFoundFault, UsageFault

if TYPE_CHECKING:
    from suanwang.api.client import Client
    from suanwang.model.reservation import ReservationView

Maybe = Annotated[str | None, typer.Option()]


def reserve(
    ctx: typer.Context,
    begins: Annotated[str, typer.Option("--from")],
    lasts: Annotated[str, typer.Option("--for")],
    name: Annotated[str | None, typer.Option("--name", "-n")] = None,
    cpu: Maybe = None,
    memory: Annotated[str | None, typer.Option("--memory", "-m")] = None,
    gpu: Maybe = None,
    arch: Maybe = None,
    near: Maybe = None,
    within: Maybe = None,
    region: Annotated[list[str] | None, typer.Option()] = None,
    trust: Maybe = None,
    budget: Annotated[str | None, typer.Option("--budget", "-b")] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    from suanwang.api.render.reservations import reservation_page
    from suanwang.intent.flags import Flags, flags_to_document
    from suanwang.intent.reserve import reserve_from

    door: Door = ctx.obj
    flags = Flags(
        name=name or f"room-{uuid.uuid4().hex[:6]}", cpu=cpu, memory=memory, gpu=gpu, arch=arch, near=near, within=within,
        region=tuple(region or ()), trust=trust, budget=budget,
    )  # fmt: skip
    now = door.now()
    asked = reserve_from(flags_to_document(flags), begins, lasts, now=now, zone_s=time.localtime(now).tm_gmtoff)
    with door.client() as client:
        made = client.reserve(asked, uuid.uuid4().hex, dry_run)
    door.answer(made, lambda: (*reservation_page(door.words, made), *door.dry(dry_run)), json)


def reservations(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument()] = "",
    cancel: Annotated[bool, typer.Option("--cancel")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    from suanwang.api.render.reservations import reservation_page, reservations_page

    door: Door = ctx.obj
    if (cancel and not name) or (dry_run and not cancel):
        why = "--cancel needs the name of a reservation, and --dry-run is for --cancel"
        raise UsageFault("SUAN-U024", why, "suan reservations NAME --cancel")
    with door.client() as client:
        if cancel:
            one = client.unreserve(name, uuid.uuid4().hex, dry_run)
            door.answer(one, lambda: (*reservation_page(door.words, one), *door.dry(dry_run)), json)
            return
        if name:
            found = reservation(client, name)
            door.answer(found, lambda: reservation_page(door.words, found), json)
            return
        page = client.reservations()
    door.answer(page, lambda: reservations_page(door.words, page.items), json)


def reservation(client: Client, name: str) -> ReservationView:
    """By its id, or the newest of a name. NotFoundFault SUAN-N013."""
    for one in client.reservations().items:
        if name in (one.reservation.id, one.reservation.asked.name):
            return one
    raise NotFoundFault("SUAN-N013", f"there is no reservation {name[:80]!r}", "suan reservations")
