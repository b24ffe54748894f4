"""`suan lab`: build a country on this machine, look at it, run commands inside it, cut its links, take it down."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Json
from suanwang.model.fault import UsageFault

if TYPE_CHECKING:
    from suanwang.model.serving import NetworkView, ServicePage
    from suanwang.model.view import NodePage

Which = Annotated[str, typer.Option("--lab")]
Figure = Annotated[str, typer.Option()]


def up(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|hubs|three-sites")] = "three-sites",
    name: Annotated[str, typer.Option("--name")] = "",
    bare: Annotated[bool, typer.Option("--bare")] = False,
) -> None:
    from suanwang.api.process import cache_folder
    from suanwang.lab import build, domain
    from suanwang.lab.file import read_plan

    door: Door = ctx.obj
    plan = read_plan(file, name)
    folder = build.up(plan, cache_folder())
    door.say(door.words("lab.built", name=plan.name, routers=len(plan.network.routers), links=len(plan.cables)))
    if bare:
        return
    try:
        with door.talk().waiting("wait.lab"):
            made = domain.start(folder, plan)
    except BaseException:
        build.down(plan.name)
        raise
    door.say(door.words("lab.joined", url=made.url, forwarders=made.forwarders, nodes=made.nodes))
    door.say(door.words("lab.next", name=plan.name))


def down(ctx: typer.Context, name: Annotated[str, typer.Argument()] = "") -> None:
    from suanwang.lab import build, place

    door: Door = ctx.obj
    which = place.only(name)
    build.down(which)
    door.say(door.words("lab.down", name=which))


def show(ctx: typer.Context, lab: Which = "", json: Json = False) -> None:
    from suanwang.api.render.lab import LabView, lab_page
    from suanwang.lab import place
    from suanwang.lab.keeper import Told
    from suanwang.lab.tell import tell

    door: Door = ctx.obj
    folder, plan = place.plan_in(place.only(lab))
    network, nodes, services = _asked(folder / "config" / "suanwang" / "client.json", plan.space("brain"))
    view = LabView(plan=plan, links=tell(folder, Told(do="show")), network=network, nodes=nodes, services=services)
    door.answer(view, lambda: lab_page(door.words, view), json)


def _asked(config: object, space: str) -> tuple[NetworkView | None, NodePage | None, ServicePage | None]:
    """What the lab's brain says, from inside its namespace; nothing where there is none."""
    from pathlib import Path

    from suanwang.api.client import Client
    from suanwang.api.config import load_config
    from suanwang.drivers.kernel import namespace
    from suanwang.model.fault import Fault

    assert isinstance(config, Path), "it is a file"
    if not config.exists():
        return None, None, None
    known = load_config({"XDG_CONFIG_HOME": str(config.parent.parent)})
    try:
        with namespace.inside(space), Client(known.url, known.token, known.peer, timeout_s=3.0) as client:
            return client.network(), client.nodes(), client.services()
    except Fault:
        return None, None, None


def inside(
    ctx: typer.Context,
    box: Annotated[str, typer.Argument(metavar="BOX")],
    command: Annotated[list[str], typer.Argument(metavar="-- CMD...")],
    lab: Which = "",
) -> None:
    """Become the command, in the namespace of one box."""
    from suanwang.drivers.kernel import namespace
    from suanwang.lab import build, place

    door: Door = ctx.obj
    folder, plan = place.plan_in(place.only(lab))
    space = plan.space(plan.box(box).name)
    with namespace.inside(space):
        door.out.flush()
        try:
            os.execvpe(command[0], command, build.environment(folder))
        except OSError as error:
            raise UsageFault("SUAN-U097", f"{command[0][:80]!r} cannot be run: {error.strerror}", "name a program") from error


def cut(ctx: typer.Context, link: str, lab: Which = "") -> None:
    _told(ctx, "cut", link, lab)


def mend(ctx: typer.Context, link: str, lab: Which = "") -> None:
    _told(ctx, "mend", link, lab)


def change(
    ctx: typer.Context,
    link: str,
    delay: Figure = "",
    jitter: Figure = "",
    loss: Figure = "",
    lab: Which = "",
) -> None:
    from suanwang.model.quantity import latency_ms

    given = {"latency_ms": latency_ms(delay, "delay")} if delay else {}
    given |= {"jitter_ms": latency_ms(jitter, "jitter")} if jitter else {}
    if loss:
        try:
            given["loss"] = float(loss.removesuffix("%")) / (100 if loss.endswith("%") else 1)
        except ValueError:
            raise UsageFault("SUAN-U013", f"loss is {loss[:20]!r}; it is a share", "--loss 1%") from None
    _told(ctx, "set", link, lab, **given)


def _told(ctx: typer.Context, do: str, link: str, lab: str, **given: float) -> None:
    from suanwang.api.render.lab import link_line
    from suanwang.lab import place
    from suanwang.lab.keeper import Told
    from suanwang.lab.tell import tell

    door: Door = ctx.obj
    folder, _ = place.plan_in(place.only(lab))
    for shown in tell(folder, Told(do=do, link=link, **given)):
        door.say(link_line(door.words, shown))


def labs(ctx: typer.Context) -> None:
    from suanwang.lab import place

    door: Door = ctx.obj
    door.out.write("".join(f"{name}\n" for name in place.names()))
