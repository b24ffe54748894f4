"""`suan grid`: what is known of the grid by the hour, and how it is told."""

from pathlib import Path
from typing import Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import DryRun, Json
from suanwang.model.fault import UsageFault


def grid(
    ctx: typer.Context,
    action: Annotated[str, typer.Argument()] = "",
    file: Annotated[str, typer.Argument(metavar="FILE.csv")] = "",
    site: Annotated[str, typer.Option("--site")] = "",
    region: Annotated[str, typer.Option("--region")] = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """With `set FILE.csv` tell the hours of one site or region; else show all that are known, or only these."""
    from suanwang.api.render.grid import grids_page
    from suanwang.intent.grid import grid_from

    door: Door = ctx.obj
    sets = action == "set"
    if action not in ("", "set") or sets != bool(file) or (sets and bool(site) == bool(region)) or (dry_run and not sets):
        raise UsageFault("SUAN-U024", "suan grid shows; suan grid set takes a file, one of --site and --region, and --dry-run",
                         "suan grid set hours.csv --region guangdong")  # fmt: skip
    told = grid_from(_text(file), "site" if site else "region", site or region) if action else None
    with door.client() as client:
        page = client.tell_grid(told, dry_run) if told else client.grid()
    shown = [
        one for one in page.items if (one.scope, one.where) in (("site", site), ("region", region)) or not (site or region)
    ]
    door.answer(page, lambda: (*grids_page(door.words, shown), *door.dry(dry_run)), json)


def _text(file: str) -> str:
    try:
        return Path(file).read_text()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageFault("SUAN-U141", f"{file} cannot be read: {problem}", "suan grid set hours.csv --site NAME") from problem
