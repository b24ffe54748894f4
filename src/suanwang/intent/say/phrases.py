"""All phrases that a sentence may be made of, at the moment at which it is said, with the products that are on offer."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

from suanwang.intent.say.cover import PHRASE, Phrase
from suanwang.intent.say.doubts import DOUBTS
from suanwang.intent.say.lines import LINES
from suanwang.intent.say.meanings import Meaning, ask, dated, deadline, just
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.when import CLOCK, DAY, DAYS, PERIOD
from suanwang.model.fault import Fault
from suanwang.model.said import Product, Question


class Moment(NamedTuple):
    """Who says it: when, with the time zone; and the products that are on offer."""

    said_at: datetime
    products: tuple[Product, ...] = ()


def phrases(moment: Moment) -> Iterator[Phrase[Meaning]]:
    """All of them, for somebody who says it then."""
    for pattern, means in LINES:
        yield _phrase(pattern, means)
    for pattern, means in DOUBTS:
        yield _phrase(pattern, means, PHRASE + 5)
    for pattern in _DEADLINES:
        yield _phrase(pattern, partial(deadline, moment.said_at))
    for pattern in _MONTH_DAYS:
        yield _phrase(pattern, partial(_month_day, moment.said_at))
    yield _phrase(_WITHIN_DAY, partial(_day_end, moment.said_at))
    yield _phrase(_DATED, partial(dated, moment.said_at))
    for product in moment.products:
        yield from _of_product(product)


_AT_DAY = rf"(?P<day>{DAY})的?"
_BY = r"(?:by|before|no later than|due(?: by)?|until|deadline(?: is)?)"
_LATEST = r"(?:截止到?|截至|截止时间(?:为|是|到)?|最晚|最迟|不晚于|不迟于)"
_DEADLINES = (
    rf"(?:请?在|于|{_LATEST})?(?:{_AT_DAY})?\s?(?P<period>{PERIOD})?\s?(?P<clock>{CLOCK})"
    rf"(?:\s?(?P<period2>{PERIOD}))?\s?(?:之前|以前|前)",
    rf"(?:请?在|于)?{_AT_DAY}\s?(?P<period>{PERIOD})?\s?(?:之前|以前|前)",
    rf"{_BY}\s(?:{_AT_DAY}\s(?:at\s|by\s)?)?(?P<clock>{CLOCK})(?:\s?(?P<period>{PERIOD}))?(?:\s(?P<day2>{DAY}))?",
    rf"{_BY}\s{_AT_DAY}",
    rf"(?:{_BY}\s|{_LATEST}|deadline\s?(?:是|is)?\s?)\s?(?:{_AT_DAY}\s?)?(?P<period>{PERIOD})?\s?(?P<clock>{CLOCK})",
    rf"{_AT_DAY}\s?(?:at|by|before)\s(?P<clock>{CLOCK})\s?(?P<period>{PERIOD})?",
    rf"{_AT_DAY}\s(?P<clock>{CLOCK})(?:\s?(?P<period>{PERIOD}))?\sat the latest",
)
_WITHIN_DAY = (
    r"(?:在)?(?P<day>今天|今日|明天|明日|后天)(?:之内|以内|内|结束之?前)"
    r"|(?:by |before )?the end of (?P<day2>today|tomorrow)|by end of (?:the )?day"
)
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_DAYS = (
    rf"(?:{_BY}\s)?(?P<month>\d{{1,2}})月(?P<date>\d{{1,2}})[日号](?P<period>{PERIOD})?\s?(?P<clock>{CLOCK})\s?(?:之前|"
    rf"以前|前)",
    rf"{_BY}\s(?P<month>{'|'.join(_MONTHS)})\s(?P<date>\d{{1,2}})(?:st|nd|rd|th)?(?:,|"
    rf"\sat)?\s(?P<clock>{CLOCK})(?:\s?(?P<period>{PERIOD}))?",
)
_DATED = (
    rf"(?:{_BY}\s)?(?P<date>\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{4}}年\d{{1,2}}月\d{{1,2}}[日号])"
    r"\s?(?P<clock>\d{1,2}:\d{2})(?:\s?(?:之前|以前|前))?"
)


def _day_end(now: datetime, match: re.Match[str]) -> Meaning | None:
    """Before midnight of that day."""
    day = match["day"] or match["day2"] or "today"
    return deadline(now, match, days=DAYS[day], clock="midnight")


def _month_day(now: datetime, match: re.Match[str]) -> Meaning | None:
    """A day of a month, the next that comes."""
    month = _MONTHS.index(match["month"]) + 1 if match["month"] in _MONTHS else int(match["month"])
    day = now.replace(month=month, day=int(match["date"]), hour=0, minute=0, second=0, microsecond=0)
    day = day if day.date() >= now.date() else day.replace(year=now.year + 1)
    return deadline(now, match, days=(day - now.replace(hour=0, minute=0, second=0, microsecond=0)).days)


def _phrase(pattern: str, means: Callable[[re.Match[str]], Meaning | None], cost: int = PHRASE) -> Phrase[Meaning]:
    return Phrase(re.compile(rf"(?=({pattern}))"), partial(_if_it_says, means), cost)


def _if_it_says(means: Callable[[re.Match[str]], Meaning | None], match: re.Match[str]) -> Meaning | None:
    """Nothing, where what looks like a number or a name is none."""
    try:
        return means(match)
    except (ValueError, ArithmeticError, Fault):
        return None


_EACH: dict[str, float] = {
    "second": 1.0,
    "s": 1.0,
    "minute": 60.0,
    "min": 60.0,
    "hour": 3600.0,
    "h": 3600.0,
    "day": 86400.0,
} | {"秒": 1.0, "秒钟": 1.0, "分钟": 60.0, "小时": 3600.0, "天": 86400.0, "日": 86400.0}
_EVERY = "|".join(sorted(_EACH, key=len, reverse=True))


def _of_product(product: Product) -> Iterator[Phrase[Meaning]]:
    """Its names; and so much of it, or so much each day."""
    words = "|".join(re.escape(word) for word in sorted(product.words, key=len, reverse=True))
    yield _phrase(rf"(?:把|将|给)?(?:{words})", just(("product", product.name)))
    if product.unit is None:
        return
    unit = "|".join(re.escape(word) for word in sorted(product.unit.words, key=len, reverse=True))
    many = rf"(?P<n>{NUMBER})\s?(?:个|位|名|次|条|张|份|例|路)?\s?(?:of\s)?(?:{unit})"
    before = rf"(?:每|一)(?:个)?(?P<each>{_EVERY})\s?(?:处理|生成|要|有)?\s?"
    after = rf"\s?(?:(?:an|a|per|each|every|/)\s?(?P<each>{_EVERY})\b|每(?P<each2>{_EVERY}))"
    for kind in product.unit.kinds:
        named = "|".join(re.escape(word) for word in sorted(kind.words, key=len, reverse=True))
        yield _phrase(rf"(?:with|by|from|of|in|at|using|用|由)?\s?(?:the )?(?:{named})", just(("unit.kind", kind.name)))
    if product.unit.kinds:
        yield _phrase(rf"(?:with|by|from|of|using|用|由)?\s?(?:the )?{_MODEL}", ask("SUAN-U124", "no_profile"), PHRASE + 5)
    verb = before + rf"(?:{unit})\s?(?P<n>{NUMBER})\s?(?:个|位|次|张|份|例)"
    for pattern in (before + many, verb, many + after, rf"(?:for|给|为)?\s?{many}"):
        yield _phrase(pattern, partial(_amount, product))


_MODEL = (
    r"(?:[a-z][a-z0-9.]*(?:-[a-z0-9.]+)*-\d+(?:\.\d+)?b(?:-[a-z0-9.]+)*"
    r"|(?:gpt|llama|qwen|deepseek|mistral|claude|gemini|glm)[a-z0-9.-]*)"
)
"""Names of language models as they are commonly written: what one of them takes is not known before it is measured."""


def _amount(product: Product, match: re.Match[str]) -> Meaning:
    groups = match.groupdict()
    each = groups.get("each") or groups.get("each2")
    amount = float(number(match["n"]))
    held = product.unit is not None and product.unit.held
    if held and each:  # so many new ones each hour: how long they stay is not said
        return Question(code="SUAN-U122", key="how_long", words=match[1])
    said = (("product", product.name), ("amount", amount / _EACH[each] if each else amount), ("rate", held or bool(each)))
    return (*said, ("held", True)) if held else said
