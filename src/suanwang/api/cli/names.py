"""Names that a shell completes, asked of the brain as they are typed; none where it cannot be reached, for a prompt is no
place to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from suanwang.api.client import Client

NAMES_MAX = 100
SHELLS = ("bash", "zsh", "fish")


def _beginning(ask: Callable[[Client], Iterable[str]]) -> Callable[[typer.Context, str], list[str]]:
    def names(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            with ctx.obj.client() as client:
                return sorted({name for name in ask(client) if name.startswith(incomplete)})
        except Exception:  # whatever it is, it would spoil the line that is being typed
            return []

    return names


jobs = _beginning(lambda client: [n for job in client.jobs(limit=NAMES_MAX).items for n in (job.demand.name, job.id)])
nodes = _beginning(lambda client: [view.node.name for view in client.nodes(limit=1000).items])
services = _beginning(lambda client: [view.name for view in client.services().items])

intents = _beginning(lambda client: [n for view in client.intents().items for n in (view.intent.name, view.intent.id)])

every = _beginning(
    lambda client: [
        *(n for job in client.jobs(limit=NAMES_MAX).items for n in (job.demand.name, job.id)),
        *(view.name for view in client.services().items),
        *(n for view in client.intents().items for n in (view.intent.name, view.intent.id)),
        *(n for view in client.reservations().items for n in (view.reservation.asked.name, view.reservation.id)),
        *(view.node.name for view in client.nodes(limit=1000).items),
    ]
)

Explained = Annotated[str, typer.Argument(autocompletion=every)]
Intent = Annotated[str, typer.Argument(autocompletion=intents)]
Job = Annotated[str, typer.Argument(autocompletion=jobs)]
Node = Annotated[str, typer.Argument(autocompletion=nodes)]
Service = Annotated[str, typer.Argument(autocompletion=services)]


def completion(ctx: typer.Context, shell: str = "bash") -> None:
    """Prints what a shell reads to complete commands, flags and names."""
    from typer.completion import get_completion_script  # pyright: ignore[reportPrivateImportUsage]

    from suanwang.model.fault import UsageFault

    if shell not in SHELLS:
        raise UsageFault("SUAN-U024", f"there is no completion for {shell[:40]!r}", f"suan completion --shell {SHELLS[0]}")
    ctx.obj.out.write(get_completion_script(prog_name="suan", complete_var="_SUAN_COMPLETE", shell=shell) + "\n")
