"""`suan ask`: a sentence, shown back as what it was taken to mean, with the plan; carried out only when it is accepted."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli import exits
from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Detach, DryRun, Json

if TYPE_CHECKING:
    from suanwang.api.cli.package import Package, ServicePackage
    from suanwang.api.client import Client
    from suanwang.model.intent import IntentAsk
    from suanwang.model.said import Question

WAIT_S = 60.0


def ask(
    ctx: typer.Context,
    sentence: str,
    file: Annotated[list[str] | None, typer.Argument(metavar="[FILES]...")] = None,
    out: Annotated[str, typer.Option("--out", "-o")] = ".",
    dry_run: DryRun = False,
    show_yaml: Annotated[bool, typer.Option("--show-yaml")] = False,
    products: Annotated[str, typer.Option("--products")] = "",
    detach: Detach = False,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
    model: Annotated[bool, typer.Option("--model")] = False,
    json: Json = False,
) -> int:
    from suanwang.api.cli.helping import helped_by_model, meant
    from suanwang.api.cli.package import ServicePackage, package_said
    from suanwang.api.products import SHIPPED
    from suanwang.api.products import products as offered
    from suanwang.api.render.ask import said_page
    from suanwang.intent import write_yaml
    from suanwang.intent.say.phrases import Moment
    from suanwang.intent.say.read import by_speed, document, understood, without_files
    from suanwang.model.said import Question, Understood

    door: Door = ctx.obj
    on_offer = offered(Path(products) if products else SHIPPED)
    everything = tuple(product for product, _ in on_offer.values())
    moment = Moment(datetime.fromtimestamp(door.now()).astimezone(), everything)
    with door.span("understand"):
        said = understood(sentence, moment)
    helped = helped_by_model(door, sentence, said, moment) if model and isinstance(said, Question) else None
    if helped is not None:
        if not meant(door, helped, json):
            return exits.QUESTION
        said, sentence = helped.said, helped.sentence
    if isinstance(said, Understood) and not file:
        said = without_files(said)
    if isinstance(said, Question):
        return _asked(door, said, json)
    if not json and helped is None:
        door.show(said_page(door.words, said))
    with door.client() as client:
        made = document(said, everything, _speed(client) if by_speed(said) else 1.0, tuple(file or ()))
        if show_yaml:
            door.out.write(write_yaml(made))
            return 0
        packed = package_said(said, made, on_offer.get(said.product))
        if isinstance(packed, ServicePackage):
            return _service(door, client, sentence, packed, dry_run=dry_run, yes=yes, json=json)
        return _job(door, client, sentence, packed, Path(out), dry_run=dry_run, detach=detach, yes=yes, json=json)


def _asked(door: Door, question: Question, json: bool) -> int:
    """Nothing is done before a question is answered."""
    from suanwang.api.render.ask import question_text

    door.json(question) if json else door.err.write(question_text(door.words, question))
    return exits.QUESTION


def _speed(client: Client) -> float:
    from suanwang.intent.say.read import core_speed

    return core_speed([view.node.speed.fuel_per_s for view in client.nodes().items])


def _job(
    door: Door, client: Client, words: str, packed: Package, out: Path, *, dry_run: bool, detach: bool, yes: bool, json: bool
) -> int:
    from suanwang.api.cli.run import carry_out, rehearse
    from suanwang.model.intent import IntentAsk

    if dry_run or not yes:
        code = rehearse(door, client, packed.demand, json)
        if code or dry_run:
            return code
    promise = _promised(door, client, IntentAsk(words=words, demand=packed.demand), yes=yes, json=json)
    if isinstance(promise, int):
        return promise
    return carry_out(door, client, packed, out, detach=detach, yes=yes, json=json, begun=promise)


def _service(door: Door, client: Client, words: str, packed: ServicePackage, *, dry_run: bool, yes: bool, json: bool) -> int:
    from suanwang.api.cli.run import rehearse
    from suanwang.api.cli.serve import published
    from suanwang.model.intent import IntentAsk

    if dry_run or not yes:
        code = rehearse(door, client, packed.service.demand, json)
        if code or dry_run:
            return code
    promise = _promised(door, client, IntentAsk(words=words, service=packed.service), yes=yes, json=json)
    if isinstance(promise, int):
        return promise
    return published(door, client, packed, "", WAIT_S, json, begun=promise)


def _promised(door: Door, client: Client, asked: IntentAsk, *, yes: bool, json: bool) -> Callable[[str], None] | int:
    """The intent is heard and, if its owner wants that, to be accepted once there is something that it is about; else the exit
    code."""
    from suanwang.api.render.intents import accept_page

    view = client.receive_intent(asked, uuid.uuid4().hex)
    rejected = view.state == "rejected"
    if rejected or not json:
        (door.json(view) if json else door.show(accept_page(door.words, view)))
    if rejected:
        return exits.NO_PLACE
    if not yes and not _accepted(door):
        client.withdraw_intent(view.intent.id, uuid.uuid4().hex)
        return 0
    return lambda about: _begun(door, client, view.intent.id, about)


def _begun(door: Door, client: Client, intent: str, about: str) -> None:
    client.accept_intent(intent, about, uuid.uuid4().hex)
    door.say(door.words("intents.accepted", id=intent))


def _accepted(door: Door) -> bool:
    """Asked on a terminal; without one, nothing is carried out that was not accepted beforehand."""
    if not door.live:
        door.say(door.words("ask.unaccepted"))
        return False
    return typer.confirm(door.words("ask.accept"), err=True)
