"""The flags that several commands share."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000)]
Folder = Annotated[str, typer.Option("--dir")]
Detach = Annotated[bool, typer.Option("--detach", "-d")]
Cursor = Annotated[str, typer.Option("--cursor")]
DryRun = Annotated[bool, typer.Option("--dry-run")]
Rehearse = Annotated[bool, typer.Option("--rehearse")]
