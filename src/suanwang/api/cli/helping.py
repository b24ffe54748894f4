"""`suan ask --model`: a language model is asked what words mean that nothing knows; what it says counts after a yes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from suanwang.api.cli.door import Door
from suanwang.model.fault import WireFault

if TYPE_CHECKING:
    from suanwang.intent.say.phrases import Moment
    from suanwang.model.said import Helped, Question


def helped_by_model(door: Door, sentence: str, asked: Question, moment: Moment) -> Helped | None:
    """None, having said why, where it is of no help: the question stands. UsageFault SUAN-U150: none is set."""
    from suanwang.api.helping import model_of, proposed
    from suanwang.api.whys import why

    model = model_of(door.environ)
    try:
        with door.span("ask a language model"):
            found = proposed(model, sentence, asked, moment)
    except WireFault as problem:
        door.say(door.words("say.model_silent", code=problem.code, why=why(door.words, problem.code, problem.why)))
        return None
    if not isinstance(found, str):
        return found
    if found:
        door.say(door.words(f"say.model_{found}", model=model.name))
    return None


def meant(door: Door, found: Helped, json: bool) -> bool:
    """Shown, and whether the user says that it is what they mean. Nothing but a yes on a terminal counts, whatever was accepted
    beforehand."""
    from suanwang.api.render.ask import helped_page

    door.answer(found, lambda: helped_page(door.words, found), json)
    if not door.live or json:
        door.say(door.words("say.model_unaccepted"))
        return False
    return typer.confirm(door.words("say.model_accept", model=found.model), err=True)
