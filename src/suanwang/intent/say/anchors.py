"""What in a sentence must not change when it is said in other words: figures with their units, times, places, names, and words
that turn a meaning around. Two sentences with different anchors do not mean the same."""

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal

from suanwang.intent.say.cover import folded
from suanwang.intent.say.meanings import KIND
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.places import PLACE, REGION, place, regions
from suanwang.intent.say.when import CLOCK, DAY, PERIOD, moments
from suanwang.model.fault import Fault

Anchors = Counter[tuple[str, object]]

_UNITS: tuple[tuple[str, str, str], ...] = (
    ("money", "1", "块钱 块 元钱 元 人民币 rmb cny yuan kuai"),
    ("money", "0.1", "毛钱 毛 角"),
    ("usd", "1", "usd dollars dollar bucks 美元 美金 刀"),
    ("eur", "1", "euros euro eur 欧元"),
    ("time", "0.001", "ms 毫秒 milliseconds millisecond"),
    ("time", "1", "seconds second secs sec 秒钟 秒"),
    ("time", "60", "minutes minute mins min 分钟"),
    ("time", "3600", "hours hour hrs hr 个小时 小时 个钟头 钟头"),
    ("time", "86400", "days day 天"),
    ("time", "604800", "weeks week 周 个星期 星期"),
    ("mass", "1", "grams gram 克"),
    ("mass", "1000", "kg 公斤 千克"),
    ("mass", "1000000", "吨"),
    *((unit, "1", unit) for unit in "g m t gb gib mb mib tb tib s h d".split()),
)
_UNIT = {word: (kind, Decimal(size)) for kind, size, words in _UNITS for word in words.split()}
_UNIT_WORDS = "|".join(sorted(map(re.escape, _UNIT), key=len, reverse=True))
_TURNS = (
    ("not", r"\bno\b|\bnot\b|n['’]t\b|\bnever\b|\bwithout\b|\bcannot\b|[不没无非别勿未]"),
    ("except", r"\bexcept\b|\bunless\b|\bother than\b|\binstead\b|\bexcluding\b|除|而是|否则"),
    ("if", r"\bif\b|\bwhen\b|\bonce\b|\bwhile\b|如果|若|要是|假如|的话|一旦"),
    ("or", r"\bor\b|\beither\b|或|还是"),
    ("but", r"\bbut\b|\bonly\b|但|却|只|仅"),
    ("after", r"\bafter\b|\bsince\b|\bstarting\b|之后|以后|然后|\bthen\b"),
    ("least", r"\bat least\b|\bmore than\b|\babove\b|\bbeyond\b|\bminimum\b|至少|最少|以上|超过"),
    ("again", r"\bevery\b|\bdaily\b|\bweekly\b|\bmonthly\b|\bhourly\b|每"),
)
_COMMAND = re.compile(r"[`「『]([^`」』]*)[`」』]?")
_FILE = re.compile(r"[a-z0-9_./~*?:-]*(?:\*|(?<![ap])\.[a-z])[a-z0-9_./*?:-]*|(?<![a-z0-9])\.{0,2}/[a-z0-9_./-]+")
_DEVICE = re.compile(rf"(?<![a-z0-9]){KIND}(?![0-9])")
_WHEN = re.compile(
    rf"(?:(?P<day>{DAY})的?\s?(?:at\s|by\s)?)?(?P<period>{PERIOD})?\s?(?P<clock>{CLOCK})(?:\s?(?P<period2>{PERIOD}))?"
    rf"(?:\s(?P<day2>{DAY}))?|(?P<day3>{DAY})"
)
_FIGURE = re.compile(rf"(?<![a-z0-9.])(?P<n>{NUMBER})\s?(?P<unit>(?:{_UNIT_WORDS})(?![a-z]))?")
_SIGNED = re.compile(rf"(?P<sign>[¥$€£])\s?(?P<n>{NUMBER})")
_SIGNS = {"¥": "money", "$": "usd", "€": "eur", "£": "gbp"}
_ONES = ("a", "an", "一", "single", "a single")
"""Articles, where no unit follows."""


def anchors(sentence: str, now: datetime) -> Anchors:
    """All of them, as often as they are said. now: when it is said, with the time zone."""
    text, found = folded(sentence).text, Anchors()
    for kind, pattern in (("command", _COMMAND), ("file", _FILE), ("device", _DEVICE)):
        found.update((kind, m[0].strip("`「『」』")) for m in pattern.finditer(text))
        text = pattern.sub(" ; ", text)
    for kind, pattern in _TURNS:
        found.update((kind, "") for _ in re.finditer(pattern, text))
    found.update(("place", place(m[0]).name) for m in _whole_words(PLACE, text))
    found.update(("region", find) for m in _whole_words(REGION, text) for find in regions(m[0]))
    found.update(_moment(m, now) for m in _WHEN.finditer(text))
    text = _WHEN.sub(" ; ", text)
    found.update((_SIGNS[m["sign"]], _value(m["n"])) for m in _SIGNED.finditer(text))
    found.update(a for m in _FIGURE.finditer(_SIGNED.sub(" ; ", text)) if (a := _figure(m)))
    return found


def _whole_words(pattern: str, text: str) -> list[re.Match[str]]:
    return list(re.finditer(rf"(?<![a-z]){pattern}(?![a-z])", text))


def _moment(match: re.Match[str], now: datetime) -> tuple[str, object]:
    """All the moments that may be meant: one that is made clearer than it was said is another anchor."""
    groups = match.groupdict()
    day = groups["day"] or groups["day2"] or groups["day3"] or ""
    period, clock = groups["period"] or groups["period2"] or "", groups["clock"] or ""
    if not clock:
        return ("day", day)
    try:
        return ("when", moments(now, day.strip(), period.strip(), clock.strip()))
    except (ValueError, ArithmeticError, Fault):
        return ("when", match[0])


def _figure(match: re.Match[str]) -> tuple[str, object] | None:
    kind, size = _UNIT.get(match["unit"] or "", ("number", Decimal(1)))
    if kind == "number" and match["n"] in _ONES:
        return None
    value = _value(match["n"])
    return (kind, value * size if isinstance(value, Decimal) else value)


def _value(text: str) -> Decimal | str:
    try:
        return number(text).normalize()
    except (ValueError, ArithmeticError):
        return text
