"""The language of changes: a verb and what it is about, one change after another.

    kill site NAME | kill node NAME | cut A-B | load SERVICE x2 | jobs x2 | price NODE x1.5 | price NODE = 0.3 |
    carbon SITE x0.5 | carbon SITE = 100 | add 3 like NODE | policy NAME

Each verb takes a known number of words, so nothing need stand between two changes; a comma or "and" may.
"""

from collections.abc import Sequence
from typing import cast

from suanwang.model.fault import UsageFault
from suanwang.model.quantity import COUNT_LIMIT, quoted
from suanwang.model.trial import CHANGES_MAX, What, WhatIf

VERBS = ("kill", "cut", "load", "jobs", "price", "carbon", "add", "policy")
UNITS = {"price": ("CNY/Tfuel", "元/Tfuel"), "carbon": ("g/kWh", "gCO2e/kWh")}
TIMES_MOST = 1000.0
NODES_MOST = 10_000
_EXAMPLE = 'suan twin try "kill site near" "load web x2"'


def whatifs(texts: Sequence[str]) -> tuple[WhatIf, ...]:
    """The changes that these texts mean, in order. UsageFault SUAN-U130 for what is not understood."""
    words = [word for text in texts for word in text.replace(",", " ").replace("=", " = ").split() if word != "and"]
    found: list[WhatIf] = []
    while words:
        change, words = _next(words)
        found.append(change)
        if len(found) > CHANGES_MAX:
            raise _unclear(f"there are more than {CHANGES_MAX} changes", _EXAMPLE)
    return tuple(found)


def _next(words: list[str]) -> tuple[WhatIf, list[str]]:
    verb, rest = words[0], words[1:]
    if verb not in VERBS:
        raise _unclear(f"{quoted(verb)} is no change; a change begins with {', '.join(VERBS)}", _EXAMPLE)
    if verb == "kill":
        what, name = _take(rest, 2, "kill", "suan twin try kill site NAME")
        if what not in ("site", "node"):
            raise _unclear(f"kill {quoted(what)}: one kills a site or a node", "suan twin try kill site NAME")
        return WhatIf(what=cast(What, f"kill {what}"), name=name), rest[2:]
    if verb == "cut":
        (name,) = _take(rest, 1, verb, "suan twin try cut A-B")
        return WhatIf(what="cut", name=name), rest[1:]
    if verb == "policy":
        (name,) = _take(rest, 1, verb, "suan twin try policy prices")
        return WhatIf(what="policy", name=name), rest[1:]
    if verb == "add":
        count, like, name = _take(rest, 3, verb, "suan twin try add 2 like NODE")
        if like != "like" or not count.isdecimal() or not 1 <= int(count) <= NODES_MOST:
            why = f"add {quoted(' '.join(rest[:3]))}: so many nodes, 1 to {NODES_MOST}, like one that is there"
            raise _unclear(why, "suan twin try add 2 like NODE")
        return WhatIf(what="add", name=name, count=int(count)), rest[3:]
    name, rest = ("", rest) if verb == "jobs" else (_take(rest, 1, verb, f"suan twin try {verb} NAME x2")[0], rest[1:])
    return _scaled(verb, name, rest)


def _scaled(verb: str, name: str, words: list[str]) -> tuple[WhatIf, list[str]]:
    """Something by so many times, or, of a price or a carbon intensity, what it is from then on."""
    example = f"suan twin try {verb} {name} x2".replace("  ", " ")
    how = _take(words, 1, f"{verb} {name}".strip(), example)[0]
    if how == "=" and verb in UNITS:
        value = _number(_take(words, 2, f"{verb} {name}", f"suan twin try {verb} {name} = 0.3")[1], verb, 1e9, example)
        taken = 3 if words[2:] and words[2] in UNITS[verb] else 2
        return WhatIf(what=cast(What, verb), name=name, value=value), words[taken:]
    if not how.startswith(("x", "×")):
        raise _unclear(f"{verb} {name} {quoted(how)}: it says by how many times, as in x2".replace("  ", " "), example)
    return WhatIf(what=cast(What, verb), name=name, times=_number(how[1:], verb, TIMES_MOST, example)), words[1:]


def _take(words: list[str], count: int, verb: str, example: str) -> list[str]:
    if len(words) < count:
        raise _unclear(f'"{verb}" needs {count} more word{"s" if count > 1 else ""}', example)
    return words[:count]


def _number(text: str, verb: str, most: float, example: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _unclear(f"{verb}: {quoted(text)} is not a number", example) from None
    if not 0.0 <= value <= min(most, COUNT_LIMIT * 1000):
        raise _unclear(f"{verb}: {quoted(text)} is not from 0 to {most:g}", example)
    return value


def _unclear(why: str, example: str) -> UsageFault:
    return UsageFault("SUAN-U130", why, example)
