"""`suan why`: one command for whatever has a name or an id here, and for the codes of errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Json
from suanwang.api.cli.names import Explained
from suanwang.model.fault import NotFoundFault

if TYPE_CHECKING:
    from suanwang.api.client import Client
    from suanwang.api.render.table import Page

CODE = re.compile(r"SUAN-[A-Z][0-9]{3}")


def why(ctx: typer.Context, name: Explained, json: Json = False) -> None:
    from suanwang.api.render.problem import about, nearest

    door: Door = ctx.obj
    code = name.upper()
    if said := about(code):
        what, paragraph = said
        lang = door.words.lang
        noun = {"code": code, "what": what, "about": paragraph}
        door.answer(noun, lambda: (f"{code}: {what[lang]}", paragraph[lang]), json)
        return
    if CODE.fullmatch(code):
        near = nearest(code)
        raise NotFoundFault("SUAN-N018", f"{code} is no code; the nearest is {near}", f"suan why {near}")
    with door.client() as client:
        for kind in (_job, _service, _intent, _reservation, _node):
            try:
                noun, page = kind(door, client, name)
            except NotFoundFault:
                continue
            door.answer(noun, page, json)
            return
    raise NotFoundFault("SUAN-N019", f"no job, service, intent, reservation or node is called {name[:80]!r}", "suan ps")


Told = tuple[object, Callable[[], "Page"]]
"""What is known of something, and how it is shown. NotFoundFault where there is no such thing."""


def _job(door: Door, client: Client, name: str) -> Told:
    from suanwang.api.render.why import why_page

    decision = client.why(name.partition("/")[0])  # a placement is called after its job
    return decision, lambda: why_page(door.words, decision)


def _service(door: Door, client: Client, name: str) -> Told:
    from suanwang.api.render.services import service_page

    service = client.service(name)
    return service, lambda: service_page(door.words, service, door.now())


def _intent(door: Door, client: Client, name: str) -> Told:
    from suanwang.api.render.intents import report_page

    report = client.intent_report(name)
    return report, lambda: report_page(door.words, report, door.now())


def _reservation(door: Door, client: Client, name: str) -> Told:
    from suanwang.api.cli.reserve import reservation
    from suanwang.api.render.reservations import reservation_page

    found = reservation(client, name)
    return found, lambda: reservation_page(door.words, found)


def _node(door: Door, client: Client, name: str) -> Told:
    from suanwang.api.render.nodes import node_page

    node = client.node(name)
    return node, lambda: node_page(door.words, node)
