"""`suan serve`, `services`, `withdraw`, `route` and `links`: publish a service and see how requests reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli import exits
from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import DryRun, Json, Rehearse
from suanwang.api.cli.names import Service as ServiceName
from suanwang.model.fault import UsageFault

if TYPE_CHECKING:
    from suanwang.api.cli.package import ServicePackage
    from suanwang.api.client import Client
    from suanwang.model.serving import Failing, Publishing, Service, ServiceView

STATEMENT_S = 366 * 86400.0
LOOK_S = 0.3
FAILED_MAX = 3
"""Who has seen so many instances fail in a row does not wait for the next."""


def serve(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE.yaml")],
    key: Annotated[str, typer.Option("--key")] = "",
    wait: Annotated[str, typer.Option("--wait")] = "60s",
    rehearse: Rehearse = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Key: of the service, made where it is not there; whoever has it may publish newer versions."""
    from suanwang.api.cli.package import package_service
    from suanwang.model.quantity import duration_s

    door: Door = ctx.obj
    packed = package_service(Path(file))
    with door.client() as client:
        if dry_run:
            return rehearsed(door, would(door, client, packed.service, key, rehearse), json)
        return published(door, client, packed, key, duration_s(wait, "wait"), json, rehearse)


def would(door: Door, client: Client, service: Service, key: str = "", rehearse: bool = False) -> ServiceView:
    """The service as it would be, and where its instances would go. Where there is no key yet, one for this once is used."""
    word = signed(door.environ, door.now(), client, service, key, keep=False)
    return client.publish(word, rehearse, dry_run=True)


def rehearsed(door: Door, view: ServiceView, json: bool) -> int:
    """Show what publishing would come to. The exit code."""
    from suanwang.api.cli.run import refused
    from suanwang.api.render.services import would_page
    from suanwang.model.plan import Refusal

    door.answer(view, lambda: (*would_page(door.words, view), *door.dry(True)), json)
    last = view.taken[-1] if view.taken else None
    return refused(door, view.name, last, "") if isinstance(last, Refusal) else 0


def published(
    door: Door,
    client: Client,
    packed: ServicePackage,
    key: str,
    wait_s: float,
    json: bool,
    rehearse: bool = False,
    begun: Callable[[str], None] = lambda _: None,
) -> int:
    """Send a service's files, publish it, wait for its instances and show them. begun: is told its id. The exit code."""
    from suanwang.api.render.services import service_page

    shown = sent(door, client, packed, key, rehearse)
    begun(shown.id)
    shown = up(door, client, shown, wait_s)
    door.answer(shown, lambda: service_page(door.words, shown, door.now()), json)
    if shown.state in ("up", "idle"):
        return 0
    return exits.NO_PLACE if shown.failing and shown.failing.state == "refused" else exits.FAILED


def sent(door: Door, client: Client, packed: ServicePackage, key: str = "", rehearse: bool = False) -> ServiceView:
    """Send a service's files and publish it."""
    for sha256 in client.missing(tuple(packed.paths)) if packed.paths else ():
        client.put_file(sha256, packed.paths[sha256])
    return client.publish(signed(door.environ, door.now(), client, packed.service, key), rehearse)


def signed(
    environ: Mapping[str, str], now: float, client: Client, service: Service, key: str, *, keep: bool = True
) -> Publishing:
    """A service and its owner's word for it. keep: if not, a key that has to be made is for this once."""
    from suanwang.api.config import config_path
    from suanwang.drivers.keys import load_or_make
    from suanwang.model.serving import Publishing
    from suanwang.trust.publishing import signed_claims
    from suanwang.trust.statement import sign

    file = Path(key) if key else config_path(environ).parent / "services" / f"{service.name}.key"
    private = load_or_make(file, keep=keep)
    user = client.account().user
    word = sign(private, "service", user, signed_claims(service), now, now + STATEMENT_S)
    return Publishing(service=service, statement=word)


def up(door: Door, client: Client, shown: ServiceView, wait_s: float) -> ServiceView:
    """The service once as many instances as are wanted can be reached, or after so long, or once so many have failed that
    waiting will not help. Why they failed is told as it happens."""
    deadline, said = door.now() + wait_s, ""
    last: Failing | None = None
    while shown.state not in ("up", "idle") and door.now() < deadline:
        ready = sum(i.state == "up" for i in shown.instances)
        line = door.words("serve.waiting", name=shown.name, up=ready, wanted=shown.wanted)
        if line != said:
            door.say(line)
            said = line
        failing = shown.failing
        if failing is not None and (last is None or _why(failing) != _why(last)):
            told(door, client, failing)
        last = failing
        if failing is not None and (failing.state == "refused" or failing.many >= FAILED_MAX):
            return shown
        door.pause(LOOK_S)
        shown = client.service(shown.id)
    return shown


def _why(failing: Failing) -> tuple[str, str, int]:
    return failing.state, failing.reason, failing.exit_code


def told(door: Door, client: Client, failing: Failing) -> None:
    """Tell why an instance failed."""
    from suanwang.api.cli.run import explain_refusal, tell_failure

    job = client.job(failing.job)
    if failing.state == "refused":
        explain_refusal(door, client, job)
    else:
        tell_failure(door, client, job)


def services(ctx: typer.Context, name: ServiceName = "", json: Json = False) -> None:
    from suanwang.api.render.services import service_page, services_page

    door: Door = ctx.obj
    with door.client() as client:
        if name:
            one = client.service(name)
            door.answer(one, lambda: service_page(door.words, one, door.now()), json)
        else:
            every = client.services()
            door.answer(every, lambda: services_page(door.words, every.items, door.now()), json)


def withdraw(
    ctx: typer.Context, name: ServiceName, rehearse: Rehearse = False, dry_run: DryRun = False, json: Json = False
) -> None:
    from suanwang.api.render.services import service_page

    door: Door = ctx.obj
    with door.client() as client:
        view = client.withdraw(name, rehearse, dry_run)
    if view is None:
        door.say(door.words("serve.withdrawn", name=name))
    else:
        door.answer(view, lambda: (*service_page(door.words, view, door.now()), *door.dry(True)), json)


def route(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM")],
    service: Annotated[str, typer.Argument(metavar="SERVICE")],
    json: Json = False,
) -> None:
    from suanwang.api.render.services import route_page

    door: Door = ctx.obj
    with door.client() as client:
        found, network = client.route(source, service), client.network()
    door.answer(found, lambda: route_page(door.words, found, network.network), json)


def links(
    ctx: typer.Context,
    action: Annotated[str, typer.Argument()] = "",
    file: Annotated[str, typer.Argument(metavar="FILE.json")] = "",
    rehearse: Rehearse = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """With `set FILE.json` tell how the network is built; else show it."""
    from suanwang.api.render.services import links_page
    from suanwang.api.topology import network_in

    door: Door = ctx.obj
    sets = action == "set"
    if action not in ("", "set") or sets != bool(file) or ((rehearse or dry_run) and not sets):
        why = "suan links shows; suan links set takes a file, --rehearse and --dry-run"
        raise UsageFault("SUAN-U024", why, "suan links set network.json --dry-run")
    told = network_in(file) if sets else None
    with door.client() as client:
        network = client.tell_network(told, rehearse, dry_run) if told else client.network()
    door.answer(network, lambda: (*links_page(door.words, network), *door.dry(dry_run)), json)
