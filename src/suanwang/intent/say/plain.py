"""Plain words: talk that says nothing of a job, such as who asks for it and what it is about. They may be passed over, and are
shown then, where no phrase takes them and nothing before them makes a wish of them.

words_plain_en.py, words_plain_zh.py: the words by kind. Of [remarks] and [idioms] nothing depends ("honestly"), of
[connecting] neither, which are passed over only before another plain word ("from the choir"). The others are of weight: where
an amount stands with them in one clause ("the ticket cost 20 yuan"), it may be theirs. words_turning_en.py,
words_turning_zh.py: words that may carry a condition, a limit, a number, an order, another task; none of them is plain, nor
is what contains one, but idioms.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from suanwang.intent.say import words_plain_en, words_plain_zh, words_turning_en, words_turning_zh
from suanwang.intent.say.naming import names
from suanwang.intent.say.places import PLACE, REGION
from suanwang.intent.say.plain_zh import is_purpose, stands, turned
from suanwang.intent.say.talk_zh import MASK, frames

_TOKEN = re.compile(r"[a-zß-ÿ]+(?:['-][a-zß-ÿ]+)*'?")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NAME_BEFORE = re.compile(r"[0-9_./\\*@=~$-]$")
_NAME_AFTER = re.compile(r"[0-9_/\\*@=~-]|[.:][a-z0-9_*]")
_WORDS_MAX, _HAN_MAX, _NAME_MIN = 5, 8, 3
_ARTICLES = frozenset("a an the my our your his her their its this that these those".split())
_BETWEEN = _ARTICLES | {"of", "for", "and"}
_GOVERNING = frozenset(
    "each every per any some another which whose what than as like in on at with to into onto by via only just solely merely"
    " exclusively make makes making made get gets getting got give gives giving bring brings take takes "
    "turn turns pick choose"
    " find put puts use uses using want wants wanted need needs needed have has having let keep keeps "
    "show shows become becomes"
    " even still all both and/or per pro no but".split()
)
"""After one of these a plain word says what is wanted, or of what an amount is: "use my colleague's", "in colour", "each
pupil"."""
_IT, _MAKING = frozenset("it them me us".split()), frozenset("make keep get want need have leave turn render like".split())
_CHOOSING = frozenset("only just solely merely exclusively each every any some most all per except both those ones".split())
"""Before "of", "for" and the like: "only for the choir"."""
_WISHED = re.compile(
    r"\s(?:prices?|costs?|rates?|budget|speeds?|quality|machines?|nodes?|servers?|computers?|box(?:es)?|"
    "capacity|footprint|specs?|resources"
    r"|providers?|hardware|gpus?|cards?|cores?|cpus?|memory|versions?|mode|results?|outputs?|settings?|format|files? names?"
    r"|only|alone|exclusively|first|last|too|as well|instead|twice|again|apart)\b"
)
"""After a plain word these make a wish of it: "modest costs"."""
_UNIT_BEFORE = re.compile(
    r"(?:\d[\d.,]*|\b(?:yuan|kuai|rmb|cny|renminbi|bucks?|dollars?|euros?|hours?|hrs?|minutes?|mins?|"
    "seconds?|secs?|days?|weeks?|cores?"
    r"|cpus?|threads?|gpus?|cards?|[gmt]i?b|gigs?|ram|memory|g|grams?|kg|kilos?|kilograms?|co2e?|carbon|ms|milliseconds?"
    r"|tokens?|scans?|viewers?|instances?|copies|times?))\s(?:for\s)?(?:an?|the|one)\s$"
)
"""An amount before "a": "20 yuan a pupil"."""


_PLAIN = {"en": words_plain_en.WORDS, "zh": words_plain_zh.WORDS}
_TURNING = {"en": words_turning_en.WORDS, "zh": words_turning_zh.WORDS}


class Talk(NamedTuple):
    """A plain word: from where it starts to before end; of weight: whether an amount may be its own."""

    end: int
    weighty: bool


class _Words(NamedTuple):
    """plain: word -> whether it is of weight."""

    plain: Mapping[str, bool]
    connecting: frozenset[str]
    idioms: frozenset[str]
    deeds: frozenset[str]
    turning: frozenset[str]


def talk(text: str) -> Mapping[int, tuple[Talk, ...]]:
    """By where they start, the plain words of a folded sentence that may be passed over."""
    return {**_english(text), **_chinese(text)}


@cache
def listed(language: str) -> _Words:
    """Of "en" or "zh", taken apart when first asked for."""
    kinds, kind = dict[str, list[str]](), ""
    for line in _lines(_PLAIN[language]):
        if line.startswith("["):
            kind = line.strip("[]")
        else:
            kinds.setdefault(kind, []).extend(word.replace("_", " ") for word in line.split())
    light, turning = (
        ("remarks", "idioms", "connecting"),
        (word for line in _lines(_TURNING[language]) for word in line.split()),
    )
    plain = {word: kind not in light for kind, words in kinds.items() if kind != "connecting" for word in words}
    connecting, idioms, deeds = (frozenset(kinds.get(kind, ())) for kind in ("connecting", "idioms", "deeds"))
    return _Words(plain, connecting, idioms, deeds, frozenset(turning))


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _english(text: str) -> dict[int, tuple[Talk, ...]]:
    found, tokens, known = dict[int, tuple[Talk, ...]](), list(_TOKEN.finditer(text)), listed("en")
    naming = [
        span
        for span in names(text, lambda word: _weight(word, known) is not None)
        if not _turns(text[span[0] : span[1]], known)
    ]
    last, joint = Talk(0, weighty=False), -1
    for k, token in enumerate(tokens):
        if token[0] in known.connecting:
            joint = k
        if token.start() < last.end or (here := _talk_at(text, tokens, k, known, naming, last)) is None:
            continue
        found[token.start()] = (here,)
        last = here
        if joint >= 0 and _only_between(text[tokens[joint].end() : token.start()], _ARTICLES):
            found[tokens[joint].start()] = (Talk(tokens[joint].end(), weighty=False),)
    return found


def _talk_at(
    text: str,
    tokens: Sequence[re.Match[str]],
    k: int,
    known: _Words,
    naming: Sequence[tuple[int, int, bool]],
    last: Talk,
) -> Talk | None:
    """The plain word or idiom that begins with this token. last: the talk before it, which it may go on."""
    token = tokens[k]
    if _in_a_name(text, token):
        return None
    if idiom := _longest(text, tokens, k, known.plain):
        end, weighty = idiom
    else:
        end, weighty = token.end(), _weight(token[0], known)
    named = [alone for a, b, alone in naming if a <= token.start() and token.end() <= b]
    if (weighty is None and (not named or len(token[0]) < _NAME_MIN)) or _WISHED.match(text, end):
        return None
    follows = last.weighty and _only_between(text[last.end : token.start()], _BETWEEN)
    if not (follows or named or (idiom and not weighty)) and _governed(text, tokens, k):
        return None
    return Talk(end, weighty=weighty is not False and not any(named))


def _only_between(words: str, among: frozenset[str]) -> bool:
    return all(word in among for word in words.split(" ") if word)


def _longest(text: str, tokens: Sequence[re.Match[str]], k: int, plain: Mapping[str, bool]) -> tuple[int, bool] | None:
    """The most words from here that are plain as one, such as "by the way"; None for fewer than two."""
    for last in range(min(len(tokens), k + _WORDS_MAX) - 1, k, -1):
        end = tokens[last].end()
        if (weighty := plain.get(text[tokens[k].start() : end])) is not None and not _in_a_name(text, tokens[last]):
            return end, weighty
    return None


def _in_a_name(text: str, token: re.Match[str]) -> bool:
    """Whether it is part of the name of a file, an option, an address."""
    return bool(_NAME_BEFORE.search(text, max(0, token.start() - 1), token.start()) or _NAME_AFTER.match(text, token.end()))


def _weight(word: str, known: _Words) -> bool | None:
    """Whether it is of weight, None if it is not plain. Of a compound each part must be plain."""
    if word in known.turning:
        return None
    for stem in _stems(word):
        if stem in known.turning:
            return None
        if (weighty := known.plain.get(stem)) is not None:
            return weighty
    parts = word.split("-")
    weights = [_weight(part, known) for part in parts] if len(parts) > 1 else [None]
    return None if None in weights else any(weights)


def _turns(name: str, known: _Words) -> bool:
    """Whether a word of it may turn a meaning around."""
    return any(known.turning.intersection((*_stems(word), *word.split("-"))) for word in _TOKEN.findall(name))


def _stems(word: str) -> Iterator[str]:
    """The word, and what it may be a form of: plural, possessive, past, -ing."""
    word = word.rstrip("'")
    word = word.removesuffix("'s")
    yield word
    for ending, instead in (
        ("ies", "y"),
        ("es", ""),
        ("s", ""),
        ("ied", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word.removesuffix(ending)
            yield stem + instead
            if ending in ("ed", "ing") and stem[-1] == stem[-2]:
                yield stem[:-1]


def _governed(text: str, tokens: Sequence[re.Match[str]], k: int) -> bool:
    """Whether what stands before it makes a wish of it, or an amount one of each."""
    start = tokens[k].start()
    if _UNIT_BEFORE.search(text[max(0, start - 40) : start]):
        return True
    j, article = k - 1, ""
    while j >= 0 and text[tokens[j].end() : tokens[j + 1].start()] == " " and tokens[j][0] in _ARTICLES:
        article, j = tokens[j][0], j - 1
    if j < 0 or text[tokens[j].end() : tokens[j + 1].start()] != " ":
        return False
    before = tokens[j][0]
    if before in ("of", "for", "from", "about") and j and text[tokens[j - 1].end() : tokens[j].start()] == " ":
        return tokens[j - 1][0] in _CHOOSING
    if before in _IT and j and text[tokens[j - 1].end() : tokens[j].start()] == " " and tokens[j - 1][0] in _MAKING:
        return True
    return before in _GOVERNING and not (before in ("only", "just") and article in ("a", "an"))


def _chinese(text: str) -> dict[int, tuple[Talk, ...]]:
    """At each character all plain words that begin there; those that are cut out of a turning word are none."""
    found, known = dict[int, tuple[Talk, ...]](), listed("zh")
    turns = tuple(turned(text, known.turning))
    framed = [(a, b) for a, b in frames(text, _masked(text, known)) if not any(a < end and start < b for start, end in turns)]
    for run in reversed(list(_HAN.finditer(text))):
        for start in range(run.end() - 1, run.start() - 1, -1):
            ends = range(start + 1, min(run.end(), start + _HAN_MAX) + 1)
            if here := tuple(t for end in ends if (t := _han(text, start, end, known, turns, found))):
                found[start] = here
    for start, end in framed:
        if stands(text, start, end) and not _named().search(text, start, end):
            found[start] = (*found.get(start, ()), Talk(end, weighty=True))
    return found


@cache
def _named() -> re.Pattern[str]:
    return re.compile(rf"{PLACE}|{REGION}")


def _masked(text: str, known: _Words) -> str:
    """With plain nouns masked, the longest at each place."""
    start = 0
    while start < len(text):
        ends = (end for end in range(min(len(text), start + _HAN_MAX), start + 1, -1) if known.plain.get(text[start:end]))
        end = next(ends, start)
        text = text[:start] + MASK * (end - start) + text[end:]
        start = max(end, start + 1)
    return text


def _han(
    text: str, start: int, end: int, known: _Words, turns: Sequence[tuple[int, int]], found: Mapping[int, tuple[Talk, ...]]
) -> Talk | None:
    """What is between, if it is talk. found: what follows it."""
    word = text[start:end]
    if word in known.connecting:
        return Talk(end, weighty=False) if end in found else None
    weighty = known.plain.get(word)
    if weighty is None or any(a < end and start < b and not (start <= a and b <= end) for a, b in turns):
        return None
    if weighty and not stands(text, start, end):
        return None
    return Talk(end, weighty) if word not in known.deeds or is_purpose(text, start, end) else None
