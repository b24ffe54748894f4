"""Numbers as people say them: 20, 1,000, 3万, 两百, 一个半, half, a hundred and twenty; exact."""

import re
from decimal import Decimal

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_ONES = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
} | {"a": 1}
_TIES = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_PARTS = {"a quarter": 0.25, "quarter": 0.25, "three quarters": 0.75}
_WORDS = {
    **{"half a": 0.5, "half an": 0.5, "half": 0.5, "a": 1, "an": 1, "a single": 1, "single": 1, "one and a half": 1.5},
    **{"a dozen": 12, "half a dozen": 6, "two dozen": 24, "three dozen": 36, "单": 1, "双": 2},
    **{f"{some} of {one}": part for some, part in _PARTS.items() for one in ("a", "an")},
}
_SCALES = {
    **{"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "k": 1000, "thousand": 1000, "million": 10**6, "billion": 10**9},
    "hundred": 100,
}
_LITTLE = (
    rf"(?:(?:{'|'.join(_TIES)})(?:[- ](?:{'|'.join(list(_ONES)[1:10])})\b)?|"
    rf"(?:{'|'.join(sorted(_ONES, key=len, reverse=True))}))"
)
_SPELT = rf"{_LITTLE}(?:\sand a half\b|(?:\s(?:hundred|thousand|million|billion)\b(?:\s(?:and\s)?{_LITTLE}\b)?)*)"
_ZH = "零〇一二两俩仨三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬廿"
_AS_SPOKEN = str.maketrans("俩仨壹贰叁肆伍陆柒捌玖拾佰仟萬", "两三一二三四五六七八九十百千万")
_PLAIN = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
NUMBER = (
    rf"(?:(?:{_PLAIN})(?:\sand a half\b|\s?(?:百|千|万亿|万|亿|k\b|hundred\b|thousand\b|million\b|billion\b))?"
    rf"|半|[零〇](?:点|\.)[零一二三四五六七八九]{{1,4}}|(?<![上下中晚早午天日夜])[一二两三四五六七八九]点[零一二三四五六"
    r"七八九](?=\s?(?:公斤|千克|克|吨|斤|元|万|个?小时))"
    rf"|[{_ZH}]{{1,16}}半?|\b(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))}|{_SPELT})\b|单|双)"
)
"""A regular expression without groups that matches one number, in folded text."""


def number(text: str) -> Decimal:
    """What it says. ValueError for what NUMBER does not match, and for a row of Chinese digits that is no number."""
    text = text.strip().replace(",", "").translate(_AS_SPOKEN).replace("廿", "二十")
    if "点" in text:
        whole, _, parts = text.partition("点")
        return Decimal(f"{_chinese(whole)}.{''.join(str(_DIGITS[c]) for c in parts)}")
    if text in _WORDS:
        return Decimal(str(_WORDS[text]))
    if text == "半":
        return Decimal("0.5")
    if text.isascii() and text[:1].isalpha():
        return _spelt(text)
    if text[:1].isdigit() and text.endswith(" and a half"):
        return Decimal(text.removesuffix(" and a half")) + Decimal("0.5")
    if text[:1].isdigit():
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s?(\D*)", text)
        if found is None:
            raise ValueError(text)
        scale = _SCALES.get(found[2], 10**12 if found[2] == "万亿" else 1 if not found[2] else 0)
        if not scale:
            raise ValueError(text)
        return Decimal(found[1]) * scale
    if len(text) > 1 and text[0] in "百千":  # 百八十 is some eighty or a hundred
        raise ValueError(text)
    return _half(text)


def _spelt(text: str) -> Decimal:
    """twenty-five, three hundred, ten thousand. ValueError for other words."""
    if text.endswith(" and a half"):
        return _spelt(text.removesuffix(" and a half")) + Decimal("0.5")
    total = some = 0
    for word in re.split(r"-|\s(?:and\s)?", text):
        if word == "hundred" and some:
            some *= 100
        elif word in _SCALES and (some or total):
            total, some = total + some * _SCALES[word] if some else total * _SCALES[word], 0
        elif word in _ONES or word in _TIES:
            some += _ONES.get(word, 0) + _TIES.get(word, 0)
        else:
            raise ValueError(text)
    return Decimal(total + some)


def _half(text: str) -> Decimal:
    return _chinese(text[:-1]) + Decimal("0.5") if text.endswith("半") else _chinese(text)


def _chinese(text: str) -> Decimal:
    """二十, 两百五 (250), 一万二 (12,000), 三千零五."""
    for sign, scale in (("亿", 10**8), ("万", 10**4)):
        if sign in text:
            high, _, low = text.rpartition(sign)
            if not high or ("万" in high and not high.endswith("万")):
                raise ValueError(text)
            return _chinese(high) * scale + _tail(low, scale)
    if not text:
        raise ValueError("nothing")
    total, digit, unit = 0, -1, 10_000
    for c in text:
        if c in _TENS:
            if _TENS[c] >= unit:  # 二十十
                raise ValueError(text)
            unit = _TENS[c]
            total += (1 if digit < 0 else digit) * unit
            digit = -1
        elif digit > 0 or c not in _DIGITS:
            raise ValueError(text)
        else:
            digit = _DIGITS[c]
            unit = 10 if digit == 0 and total else unit
    return Decimal(total + (digit * (unit // 10 if 10 < unit < 10_000 else 1) if digit > 0 else 0))


def _tail(low: str, scale: int) -> Decimal:
    """After 万: a single digit counts thousands of it (一万二), as it is said."""
    if not low:
        return Decimal(0)
    return Decimal(_DIGITS[low] * scale // 10) if len(low) == 1 and low in _DIGITS else _chinese(low)
