"""An error has four parts: what happened, why with the numbers, what to do as a command, and a code with its paragraph."""

import shlex

from suanwang.api.catalogue import Words, codes, entries
from suanwang.api.render.broken import broken_text
from suanwang.api.render.table import clean
from suanwang.api.render.why import counted, fix, refused
from suanwang.api.whys import why
from suanwang.model.fault import Fault
from suanwang.model.plan import Refusal


def fault_text(words: Words, fault: Fault) -> str:
    """The four parts of a fault; ends with a newline."""
    what = words.get(f"error.{fault.code}", words("problem.unknown"))
    lines = [f"{words('problem')} {fault.code}: {what}", *(f"  {clean(line)}" for line in why_lines(words, fault))]
    if fault.todo:
        lines.append(f"  {words('problem.try')} {clean(why(words, 'todo', fault.todo))}")
    if f"about.{fault.code}" in entries():
        lines.append(f"  {words('problem.more')} suan why {fault.code}")
    return "\n".join(lines) + "\n"


def why_lines(words: Words, fault: Fault) -> tuple[str, ...]:
    """Why, in the reader's language: a line for each promise that would be broken, else the one sentence."""
    return tuple(broken_text(words, one) for one in fault.evidence) or (why(words, fault.code, fault.why),)


def refusal_text(words: Words, name: str, refusal: Refusal, again: tuple[str, ...], job: str) -> str:
    """A refusal, with the command that would be accepted. again: the command line as it was typed, without `suan`.

    job: what to call it by in `suan why`; "" for a dry run, which keeps no record.
    """
    told, called = refusal.explanation, f"{name}: {refusal.step}" if refusal.step else name
    lines = [f"{words('problem')} {refusal.code}: {refused(words, called, refusal.code)}"]
    lines.append(f"  {words('refused.looked', n=told.candidates, counts=counted(words, told) or words('refused.none'))}")
    hints: list[str] = []
    if told.change is not None:
        lines.append(f"  {fix(words, told.change)}")
        hints += _again(words, again, told.change.flag)
    elif not refusal.code.startswith("SUAN-M"):
        hints.append(f"{words('problem.try')} suan nodes")
    hints.append(f"{words('problem.more')} suan why {job or refusal.code}")
    lines.append("  " + "      ".join(hints))
    return clean("\n".join(lines)) + "\n"


def _again(words: Words, typed: tuple[str, ...], flag: str) -> list[str]:
    """The command line that would be accepted. Only `suan run` takes the change as a flag: elsewhere it is made in the file or
    in the sentence."""
    if typed[:1] == ("run",):
        return [f"{words('problem.try')} suan {shlex.join(with_flag(typed, flag))}"]
    return [words("problem.then", command=f"suan {shlex.join(typed)}")] if typed else []


def with_flag(typed: tuple[str, ...], flag: str) -> tuple[str, ...]:
    """The same command line with one flag ("--within 24ms") in place of its old value, or added after the command."""
    name, *value = shlex.split(flag)
    if not typed:
        return typed
    ours = typed[: typed.index("--")] if "--" in typed else typed
    kept: list[str] = []
    skip = False
    for word in ours:
        if not skip and word != name and not word.startswith(f"{name}="):
            kept.append(word)
        skip = not skip and word == name
    if name == "--region":
        kept = list(ours)
    return (kept[0], name, *value, *kept[1:], *typed[len(ours) :])


def nearest(code: str) -> str:
    """The code that is likest to one that there is not: of its family, by the number."""
    return min(codes(), key=lambda one: (one[:6] != code[:6], abs(int(one[6:]) - int(code[6:]))))


def about(code: str) -> tuple[dict[str, str], dict[str, str]] | None:
    """What a code stands for and its paragraph, by language; nothing if there is no such code."""
    known = entries()
    return (known[f"error.{code}"], known[f"about.{code}"]) if f"error.{code}" in known else None
