"""Cover a sentence with phrases: every word must be part of one, or be a word that says nothing; else it is not understood.

The cover is the cheapest path over positions: few, long phrases; filler words only where no phrase takes them; plain words
(plain.py) only where neither does; and what nothing covers costs more than everything else together, so that it is found
exactly.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from suanwang.intent.say.needed import possible, present, ready
from suanwang.intent.say.plain import Talk

T = TypeVar("T")
PHRASE, FILLER, TALK, UNKNOWN = 10, 12, 40, 100_000
_QUOTES = str.maketrans("‘’｜…①②③④⑤⑥⑦⑧⑨⑩▸□■●◆", "'';;;;;;;;;;;;;;;;;")


_LABELLED = re.compile(
    "(任务|截止|核数|内存|预算|脚本|编号|时限|输入|取向|模块|程序|命令|显卡|观众|产品|费用|名称|位置|区域|地域|优先级|"
    "端口|用户|碳排|机器|输出|时长|工时)[|/→]"
)
"""A label in a table."""


class Folded(NamedTuple):
    """A sentence in one width and one case. at: for each character, where it comes from in the sentence."""

    text: str
    at: tuple[int, ...]


class Phrase(NamedTuple, Generic[T]):
    """A way to say something. means: the match, of which group 1 is the pattern -> what it says, None if it says nothing after
    all. cost: more for what is to be taken only where nothing else fits."""

    pattern: str
    means: Callable[[re.Match[str]], T | None]
    cost: int = PHRASE


class Piece(NamedTuple, Generic[T]):
    """From start to before end of the folded text. meaning None: not understood, or, where aside, passed over as talk; that is
    weighty where a wish beside it may be about it."""

    start: int
    end: int
    meaning: T | None
    aside: bool = False
    weighty: bool = False


def folded(sentence: str) -> Folded:
    """Full-width forms, case and compatibility characters folded, white space made one space."""
    text, at = list[str](), list[int]()
    for i, c in enumerate(sentence):
        for one in unicodedata.normalize("NFKC", c.translate(_QUOTES)).casefold() + (" " if c == "：" else ""):
            if not one.isspace():
                text.append(one)
                at.append(i)
            elif text and text[-1] != " ":
                text.append(" ")
                at.append(i)
    return Folded(_LABELLED.sub(lambda m: f"{m[1]}:{m[0][len(m[1]) + 1 :]}", "".join(text)), tuple(at))


def cover(
    text: str, phrases: Sequence[Phrase[T]], filler: re.Pattern[str], talk: Mapping[int, tuple[Talk, ...]]
) -> tuple[Piece[T], ...]:
    """The phrases of the cheapest cover in order, the talk passed over, and between them, each as one piece, what is not
    understood. talk: by where they start, words that may be passed over."""
    ends: list[list[tuple[int, int, Phrase[T], re.Match[str]]]] = [[] for _ in range(len(text) + 1)]
    words = present(text)
    for phrase in (one for one in phrases if possible(one.pattern, words)):
        for match in ready(phrase.pattern).finditer(text):
            start, end = match.span(1)
            if end > start and _whole(text, start) and _whole(text, end):
                ends[start].append((end, phrase.cost, phrase, match))
    best: list[tuple[int, int, Piece[T] | None]] = [(0, 0, None)] * (len(text) + 1)
    for i in range(len(text) - 1, -1, -1):
        best[i] = _step(text, i, ends[i], best, filler, talk.get(i, ()))
    return _path(best)


def _whole(text: str, at: int) -> bool:
    """Whether no word or number of Latin letters goes on across this position."""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    return not (before.isascii() and after.isascii() and before.isalnum() and after.isalnum())


def _step(
    text: str,
    i: int,
    found: Sequence[tuple[int, int, Phrase[T], re.Match[str]]],
    best: Sequence[tuple[int, int, Piece[T] | None]],
    filler: re.Pattern[str],
    talk: Sequence[Talk],
) -> tuple[int, int, Piece[T] | None]:
    """(cost from here, where the next piece begins, the piece, None for what says nothing)."""
    if not text[i].isalnum() and not _sign(text, i):
        choices: list[tuple[int, int, Piece[T] | None]] = [(best[i + 1][0], i + 1, None)]
    else:
        choices = [(best[i + 1][0] + UNKNOWN, i + 1, Piece[T](i, i + 1, None))]
    said = filler.match(text, i)
    if said and _whole(text, i) and _whole(text, said.end()):
        choices.append((best[said.end()][0] + FILLER, said.end(), None))
    choices += [(best[t.end][0] + TALK, t.end, Piece[T](i, t.end, None, aside=True, weighty=t.weighty)) for t in talk]
    for end, cost, phrase, match in found:
        if best[end][0] + cost < min(c for c, _, _ in choices) and (meaning := phrase.means(match)) is not None:
            choices.append((best[end][0] + cost, end, Piece(i, end, meaning)))
    return min(choices, key=lambda c: c[0])


def _sign(text: str, i: int) -> bool:
    """Whether a sign may say something, and so is never passed over; a dash does where it may be a minus."""
    if text[i] in "-−":
        return text[i + 1 : i + 2].isdigit() and not text[i - 1 : i].isalnum()
    if text[i] == "|":  # between the cells of a table
        beside = (text[i - 1 : i] if i else "").strip() + text[i + 1 : i + 2].strip()
        return beside.isascii() and bool(beside)
    if text[i] == "*":  # before an item of a list
        return bool((text[i - 1 : i] if i else "").strip() or text[i + 1 : i + 2].strip())
    if text[i] == "~":
        return text[i - 1 : i].isascii() or text[i + 1 : i + 2].isalnum()
    return text[i] in "`「」$€£¥%<>=+*#@&|^~"


def _path(best: Sequence[tuple[int, int, Piece[T] | None]]) -> tuple[Piece[T], ...]:
    pieces, i = list[Piece[T]](), 0
    while i < len(best) - 1:
        _, after, piece = best[i]
        if piece is not None:
            last = pieces[-1] if pieces else None
            if _unknown(piece) and last is not None and _unknown(last) and last.end == piece.start:
                pieces[-1] = Piece(last.start, piece.end, None)
            else:
                pieces.append(piece)
        i = after
    return tuple(pieces)


def _unknown(piece: Piece[T]) -> bool:
    return piece.meaning is None and not piece.aside
