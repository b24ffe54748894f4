"""A language model of the user's own, asked what words mean that nothing knows: for `suan ask --model`, and from Python.

It is asked from here, by whoever says the sentence, and never by the brain: decision 39.
"""

from collections.abc import Mapping
from pathlib import Path

from suanwang.drivers.chat import ModelAt, chat
from suanwang.intent.say.helped import UNKNOWN, helped, messages
from suanwang.intent.say.phrases import Moment
from suanwang.model.fault import UsageFault
from suanwang.model.said import Helped, Question


def proposed(model: ModelAt, sentence: str, asked: Question, moment: Moment) -> Helped | str:
    """What it makes of the sentence; or why nothing is made of that ("say.model_..."), "" where it was not asked, since the
    answer is not in the sentence. WireFault SUAN-W050: it gave no answer; UsageFault SUAN-U150: it may not be asked."""
    if asked.code != UNKNOWN:
        return ""
    return helped(sentence, chat(model, messages(sentence, asked, moment.products)), model.name, moment)


def model_of(environ: Mapping[str, str]) -> ModelAt:
    """Of SUAN_MODEL_URL, SUAN_MODEL and, for the key, SUAN_MODEL_KEY_FILE. UsageFault SUAN-U150: not set, or no such file."""
    url, name, file = (environ.get(f"SUAN_MODEL{rest}", "").strip() for rest in ("_URL", "", "_KEY_FILE"))
    if not url or not name:
        why = "a language model is asked only where SUAN_MODEL_URL and SUAN_MODEL are set"
        raise UsageFault("SUAN-U150", why, "export SUAN_MODEL_URL=http://127.0.0.1:8080/v1 SUAN_MODEL=NAME")
    try:
        return ModelAt(url, name, Path(file).read_text(encoding="utf-8").strip() if file else "")
    except (OSError, UnicodeError) as problem:
        why = f"the key of the language model cannot be read: {problem}"
        raise UsageFault("SUAN-U150", why, "unset SUAN_MODEL_KEY_FILE") from problem
