"""The catalogue is whole: both languages, every key that is used, every code in the source, every flag, the page of errors."""

import ast
import re
import string
from pathlib import Path

import pytest

from suanwang.api import catalogue
from suanwang.api.catalogue import LANGUAGES, Words, codes, entries, language
from suanwang.api.cli.main import COMMANDS, _commands  # pyright: ignore[reportPrivateUsage]
from suanwang.model import fault as faults
from suanwang.model.intent import INTENT_NEXT, UNITS
from suanwang.model.job import JOB_NEXT, JOB_STATES, TASK_STATES
from suanwang.place.rules import NAMES

SOURCE = Path(catalogue.__file__).parents[1]
TEXTS = {path: path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}


def test_every_key_is_there_in_both_languages_with_the_same_values():
    for key, texts in entries().items():
        assert tuple(texts) == LANGUAGES, key
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name is not None} for text in texts.values()]
        assert names[0] == names[1], key
        assert key == "column." or all(texts.values()), key


def test_every_key_that_is_used_is_there():
    used = {key for text in TEXTS.values() for key in re.findall(r"""words(?:\.get)?\(\s*f?["']([a-z_.]+)["']""", text)}
    assert len(used) > 60
    assert used <= set(entries())


def test_every_key_is_used_somewhere():
    api = "\n".join(text for path, text in TEXTS.items() if "api" in path.parts)
    families = (
        "console.",
        "target.",
        "figure.",
        "note.",
        "say.",
        "ask.",
        "error.",
        "about.",
        "refused.",
        "reason.",
        "count.",
        "state.",
        "ended.",
        "basis.",
        "term.",
        "unit.",
        "kind.",
        "broken.",
        "help.",
        "flag.",
        "page.",
        "key.",
        "life.",
        "event.",
        "metric.",
        "operation.",
        "param.",
    )
    loose = [key for key in entries() if not key.startswith((*families, "column.", "time.", "run.", "check."))]
    assert [key for key in loose if f'"{key}"' not in api and f"'{key}'" not in api] == []


def test_every_word_of_the_console_is_used_there():
    """That every word it uses is here is held by its own type check."""
    console = [*(SOURCE.parents[1] / "console" / "src").rglob("*.svelte"), SOURCE / "api" / "console.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in console)
    made = re.findall(r"`console\.(\w*)\$", text)  # a name that is put together from a list of names
    loose = [key for key in entries() if key.startswith("console.") and f'"{key}"' not in text and f"'{key}'" not in text]
    names = [key.removeprefix("console.") for key in loose]
    unused = [n for n in names if not any(n.startswith(m) and re.search(rf"\b{n.removeprefix(m)}\b", text) for m in made)]
    assert unused == []


def test_names_that_come_from_nouns_have_words():
    wanted = [f"state.{name}" for name in (*JOB_STATES, *TASK_STATES)]
    wanted += [f"{family}.{rule}" for rule in NAMES for family in ("reason", "count")]
    wanted += [f"target.{measure}" for measure in UNITS]
    wanted += [f"run.{name}" for name in JOB_STATES if name != "running"]
    assert set(wanted) <= set(entries())


def test_the_lives_of_jobs_and_intents_are_told_and_nothing_else():
    lives = (("job", JOB_NEXT), ("intent", INTENT_NEXT))
    told = {f"life.{of}.{state}" for of, following in lives for state in following.values()}
    told |= {f"event.{of}.{event}" for of, following in lives for _, event in following}
    assert told == {key for key in entries() if key.startswith(("life.", "event."))}


def test_every_question_has_words_and_every_word_of_a_question_is_asked():
    asking = "\n".join(text for path, text in TEXTS.items() if path.parent.name == "say" or path.name == "ask.py")
    keys = {key.removeprefix("ask.") for key in entries() if key.startswith("ask.")} - {
        "accept",
        "unaccepted",
        "choice",
        "again",
    }
    assert [key for key in sorted(keys) if f'"{key}"' not in asking] == []
    assert set(re.findall(r"""(?:key=|ask\("SUAN-U\d+", )"([a-z_]+)\"""", asking)) <= keys


def test_every_column_that_is_asked_for_is_there():
    render = "\n".join(text for path, text in TEXTS.items() if "render" in path.parts)
    groups = re.findall(r"titles = (?:tuple\(.*? in )?\(((?:\"[a-z_]*\",? ?)+)\)", render)
    asked = {name for group in groups for name in re.findall(r"\"([a-z_]*)\"", group)}
    assert len(asked) > 25
    assert {f"column.{name}" for name in asked} <= set(entries())


def test_every_code_in_the_source_has_its_paragraph():
    used = {code for text in TEXTS.values() for code in re.findall(r"SUAN-[A-Z][0-9]{3}", text)}
    assert sorted(used - set(codes())) == []
    assert {f"about.{code}" for code in codes()} <= set(entries())


FAULTS = {name for name, kind in vars(faults).items() if isinstance(kind, type) and issubclass(kind, faults.Fault)}


def test_every_fault_says_what_to_do():
    calls = (
        (file, call)
        for file, text in TEXTS.items()
        if file.suffix == ".py"
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in FAULTS
    )
    seen = [(file, call, len(call.args) > 2 or any(isinstance(a, ast.Starred) for a in call.args)) for file, call in calls]
    assert len(seen) > 200
    assert [f"{file}:{call.lineno}" for file, call, told in seen if not (told or call.keywords)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_and_flag_has_help(lang):
    command = _commands(Words(lang))
    below = [(f"{name} {own}", sub) for name, group in command.commands.items() for own, sub in leaves(group)]
    found = {name.strip(): sub for name, sub in below}
    assert set(found) == {name for name, _ in COMMANDS}
    for sub in (*command.commands.values(), *found.values()):
        assert sub.help
        assert all(param.help for param in sub.params if param.param_type_name == "option")


def leaves(command):
    """(name, command) of a group's commands; of a command itself, under no name."""
    return getattr(command, "commands", {"": command}).items()


def test_language_follows_the_environment():
    assert language({}) == "en"
    assert language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}) == "en"
    assert language({"LANG": "en_US.UTF-8", "SUAN_LANG": "zh"}) == "zh"
