"""A sentence from Python, as `suan ask` takes it: shown back as what it was taken to mean, planned, and carried out when told.

    said = client.ask("run render.py near Shenzhen within 20 ms, at most 2 yuan")
    said.claims -> said.plan() -> .submit()

Nothing is guessed: an open question is in `question`, and there is no plan before it is answered. What a language model made of
words that nothing knows is in `helped`, to be looked at, and counts only after `meant()`.
"""

import os
import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from suanwang.api.cli.package import Package, ServicePackage, package_said
from suanwang.api.cli.serve import signed
from suanwang.api.helping import model_of, proposed
from suanwang.api.products import SHIPPED, products
from suanwang.api.render.ask import helped_page, question_text, said_page
from suanwang.api.render.services import would_page
from suanwang.api.render.table import Page
from suanwang.api.sdk.both import both
from suanwang.api.sdk.html import html
from suanwang.api.sdk.jobs import Planned, Speaks, planned, received
from suanwang.api.sdk.seen import text
from suanwang.api.sdk.spoken import spoken
from suanwang.drivers.chat import ModelAt
from suanwang.intent.say.phrases import Moment
from suanwang.intent.say.read import by_speed, core_speed, document, understood, without_files
from suanwang.model.fault import UsageFault
from suanwang.model.intent import IntentAsk
from suanwang.model.plan import Refusal
from suanwang.model.said import Claim, Helped, Question, Understood
from suanwang.model.serving import ServiceView


class Asked:
    """A sentence and what it was taken to mean. said: that, or the question it leaves open. helped: what a language model makes
    of it, not believed before `meant()`; silent: why it makes nothing of it, "" where it does, or was not asked."""

    def __init__(
        self,
        client: Speaks,
        sentence: str,
        said: Understood | Question,
        files: tuple[str, ...],
        folder: Path,
        helped: Helped | None = None,
        silent: str = "",
    ) -> None:
        self._client, self._files, self._folder = client, files, folder
        self.sentence, self.said, self.helped, self.silent = sentence, said, helped, silent

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All that was understood, in the order of the sentence."""
        return self.said.claims if isinstance(self.said, Understood) else ()

    @property
    def question(self) -> str:
        """What must be known first, with ways to say it; "" if all is clear."""
        if not isinstance(self.said, Question):
            return ""
        return "\n".join(question_text(self._client.words, self.said).splitlines()[:-1])  # the last is for a terminal

    def meant(self) -> "Asked":
        """Say that it is meant as the language model made of it. Look at `helped` first: nobody else will."""
        if self.helped is None:
            raise UsageFault("SUAN-U152", "no language model has made anything of the sentence", "print(said.question)")
        said = _with_files(self.helped.said, self._files)
        return Asked(self._client, self.helped.sentence, said, self._files, self._folder)

    @property
    def document(self) -> Mapping[str, object]:
        """The job or service file that it means. UsageFault: of an open question, SUAN-U120 to U124; SUAN-U152: `meant()` was
        not said."""
        with spoken(self._client.words):
            said = self._understood()
        speeds = [view.node.speed.fuel_per_s for view in self._client.wire.nodes().items] if by_speed(said) else []
        offered = tuple(product for product, _ in products(self._folder).values())
        return document(said, offered, core_speed(speeds) if by_speed(said) else 1.0, self._files)

    @both
    def plan(self) -> "Planned | PlannedService":
        """What would be decided now; of a job or a service. Nothing is sent or started. UsageFault as of `document`."""
        packed = package_said(self._understood(), self.document, products(self._folder).get(self._understood().product))
        if isinstance(packed, Package):
            return planned(self._client, packed, self.sentence)
        return PlannedService(self._client, packed, self.sentence)

    def _understood(self) -> Understood:
        if isinstance(self.said, Understood):
            return self.said
        if self.helped is not None:
            why = f"only {self.helped.model} understands it, as: {self.helped.sentence}"
            raise UsageFault("SUAN-U152", why, "look at said.helped, and if that is what you mean: said.meant().plan()")
        raise UsageFault(self.said.code, " ".join(self.question.split()), "say it again with the answer in it")

    def __repr__(self) -> str:
        return text(self._page())

    def _repr_html_(self) -> str:
        return html(self._page())

    def _page(self) -> Page:
        words = self._client.words
        if isinstance(self.said, Understood):
            return said_page(words, self.said)
        return (*(helped_page(words, self.helped) if self.helped else ()), *self.question.split("\n"))


class PlannedService:
    """A service that was tried out. view: as it would be; `view.taken` says where its instances would go."""

    def __init__(self, client: Speaks, packed: ServicePackage, words: str = "") -> None:
        self._client, self._packed, self._words = client, packed, words
        self.view = client.wire.publish(self._signed(keep=False), dry_run=True)

    @property
    def ok(self) -> bool:
        """Whether all instances that it begins with have a place."""
        return not any(isinstance(taken, Refusal) for taken in self.view.taken)

    @both
    def submit(self) -> ServiceView:
        """Send its files, publish it, and have its sentence held to. Its instances come up one after the other: look with
        `client.wire.service(view.id)`."""
        wire = self._client.wire
        held = received(self._client, IntentAsk(words=self._words, service=self._packed.service)) if self._words else ""
        for sha256 in wire.missing(tuple(self._packed.paths)) if self._packed.paths else ():
            wire.put_file(sha256, self._packed.paths[sha256])
        view = wire.publish(self._signed(keep=True))
        if held:
            wire.accept_intent(held, view.id, uuid.uuid4().hex)
        return view

    def _signed(self, *, keep: bool) -> Any:
        return signed(os.environ, time.time(), self._client.wire, self._packed.service, "", keep=keep)

    def __repr__(self) -> str:
        return text(would_page(self._client.words, self.view))

    def _repr_html_(self) -> str:
        return html(would_page(self._client.words, self.view))


def asked(client: Speaks, sentence: str, files: tuple[str, ...], model: ModelAt | bool, folder: str) -> Asked:
    """See Client.ask."""
    at = Path(folder) if folder else SHIPPED
    moment = Moment(datetime.now().astimezone(), tuple(product for product, _ in products(at).values()))
    said = understood(sentence, moment)
    if isinstance(said, Understood) or not model:
        return Asked(client, sentence, _with_files(said, files), files, at)
    found = proposed(model_of(os.environ) if model is True else model, sentence, said, moment)
    return Asked(client, sentence, said, files, at, *((None, found) if isinstance(found, str) else (found, "")))


def _with_files(said: Understood | Question, files: tuple[str, ...]) -> Understood | Question:
    return without_files(said) if isinstance(said, Understood) and not files else said
