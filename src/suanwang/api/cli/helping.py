"""`suan ask --model`: a language model is asked what words mean that nothing knows; what it says counts after a yes to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from suanwang.api.cli.door import Door
from suanwang.model.fault import UsageFault, WireFault

if TYPE_CHECKING:
    from suanwang.drivers.chat import ModelAt
    from suanwang.intent.say.phrases import Moment
    from suanwang.model.said import Helped, Question


def helped_by_model(door: Door, sentence: str, asked: Question, moment: Moment) -> Helped | None:
    """None, having said why, where it is of no help: the question stands. UsageFault SUAN-U150: none is set."""
    from suanwang.drivers.chat import chat
    from suanwang.intent.say.helped import UNKNOWN, helped, messages

    model = model_of(door.environ)
    if asked.code != UNKNOWN:
        return None
    try:
        with door.span("ask a language model"):
            answer = chat(model, messages(sentence, asked, moment.products))
    except WireFault as problem:
        door.say(door.words("say.model_silent", code=problem.code, why=problem.why))
        return None
    found = helped(sentence, answer, model.name, moment)
    if isinstance(found, str):
        door.say(door.words(f"say.model_{found}", model=model.name))
        return None
    return found


def meant(door: Door, found: Helped, json: bool) -> bool:
    """Shown, and whether the user says that it is what they mean. Nothing but a yes on a terminal counts, whatever was accepted
    beforehand."""
    from suanwang.api.render.ask import helped_page

    door.answer(found, lambda: helped_page(door.words, found), json)
    if not door.live or json:
        door.say(door.words("say.model_unaccepted"))
        return False
    return typer.confirm(door.words("say.model_accept", model=found.model), err=True)


def model_of(environ: Mapping[str, str]) -> ModelAt:
    """Of SUAN_MODEL_URL, SUAN_MODEL and, for the key, SUAN_MODEL_KEY_FILE. UsageFault SUAN-U150: not set, or no such file."""
    from suanwang.drivers.chat import ModelAt

    url, name, file = (environ.get(f"SUAN_MODEL{rest}", "").strip() for rest in ("_URL", "", "_KEY_FILE"))
    if not url or not name:
        why = "a language model is asked only where SUAN_MODEL_URL and SUAN_MODEL are set"
        raise UsageFault("SUAN-U150", why, "export SUAN_MODEL_URL=http://127.0.0.1:8080/v1 SUAN_MODEL=NAME")
    try:
        return ModelAt(url, name, Path(file).read_text(encoding="utf-8").strip() if file else "")
    except (OSError, UnicodeError) as problem:
        why = f"the key of the language model cannot be read: {problem}"
        raise UsageFault("SUAN-U150", why, "unset SUAN_MODEL_KEY_FILE") from problem
