"""Points in time as people say them, from the moment and the time zone of who says them; with two meanings, both."""

import re
from datetime import datetime, timedelta

from suanwang.intent.say.numbers import NUMBER, number

DAYS = {
    **{"当天": 0, "当日": 0, "当晚": 0},
    **{"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "大后天": 3},
    **{"今晚": 0, "今夜": 0, "tonight": 0, "this evening": 0, "this afternoon": 0, "this morning": 0, "今早": 0},
    **{"明晚": 1, "明早": 1, "tomorrow night": 1, "tomorrow evening": 1, "tomorrow morning": 1, "tomorrow afternoon": 1},
    **{"the day after tomorrow": 2, "tmrw": 1, "tonite": 0, "this eve": 0, "tmr": 1, "后日": 2, "今儿": 0, "明儿": 1},
    **{"听日": 1, "今朝": 0, "明朝": 1, "后儿": 2, "后儿个": 2, "今儿个": 0, "明儿个": 1},
}
_EVENING = ("今晚", "今夜", "明晚", "当晚", "tonight", "tonite", "evening", "night")
_MORNING = ("今早", "明早", "morning")
PERIODS = {
    **{
        "凌晨": "am",
        "早上": "am",
        "早晨": "am",
        "清早": "am",
        "上午": "am",
        "一早": "am",
        "一大早": "am",
        "清晨": "am",
        "午后": "pm",
        "中午": "noon",
        "下午": "pm",
        "傍晚": "pm",
        "晌午": "noon",
        "早": "am",
        "后晌": "pm",
        "下昼": "pm",
        "头晌": "am",
        "黄昏": "pm",
    },
    **{
        "晚上": "night",
        "夜里": "night",
        "夜间": "night",
        "晚": "night",
        "in the morning": "am",
        "in the afternoon": "pm",
        "in the evening": "night",
        "morning": "am",
        "afternoon": "pm",
        "evening": "night",
    },
    **{"at night": "night", "am": "am", "pm": "pm", "a.m.": "am", "p.m.": "pm"},
}
_WEEK = {c: n for n, c in enumerate("一二三四五六")} | {"日": 6, "天": 6}
_WEEK_EN = {name: n for n, name in enumerate(("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"))} | {
    **{"tue": 1, "wed": 2, "thu": 3, "thur": 3, "sat": 5}
}
_NAMED = {name: n for n, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}


def _any(words: dict[str, int] | dict[str, str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


WEEKDAY = (
    r"(?:[下本]|这个?)?(?:周|星期|礼拜)[一二三四五六日天]|(?:next |this |this coming |on |coming )?(?:(?:mon|tues|wednes|thurs|"
    r"fri|satur|sun)day|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)(?![a-z]))"
)
DAY = rf"(?:{_any(DAYS)}|{WEEKDAY})"
CLOCK = (
    rf"(?:\d{{1,2}}[:：]\d{{2}}|\d{{1,2}}\.[0-5]\d(?=\s?[ap]\.?m)|{NUMBER}\s?(?:点|时(?![间候长段]))(?:半|一刻|三刻|整|钟|\d{{1,2}}分?|"
    rf"[一二三四五]?十[一二三四五六七八九]?分)?"
    rf"|中午(?!\s?[\d零一二两十])|(?:half|(?:a )?quarter) (?:past|to) (?:\d{{1,2}}|{'|'.join(_NAMED)})|(?"
    rf":{'|'.join(_NAMED)})(?=\s?(?:o'?clock|{_any(PERIODS)}|{DAY})(?![a-z]))(?:\s?o'?clock)?"
    rf"|\d{{1,2}}\s?o'?clock|\d{{1,2}}(?=\s?(?:{_any(PERIODS)}|on\s|{DAY})(?![a-z]))|noon|midday|midnight|正午|半夜|午夜)"
)
PERIOD = rf"(?:{_any(PERIODS)})"


def moments(now: datetime, day: str, period: str, clock: str, days: int | None = None) -> tuple[datetime, ...]:
    """What may be meant, soonest first, all after now; one where it is clear, none where it is past or no time. now: with its
    zone.

    day: as DAY matches, "" if not said; period, clock: likewise. A clock of twelve hours without a period means either half.
    """
    hour, minute, exact = _clock(clock)
    if not 0 <= hour <= 24 or not 0 <= minute < 60:
        return ()
    half = PERIODS.get(period) or _half_of(day)
    hours = _hours(hour, half, exact)
    if hours is None:
        return ()
    offsets = [days] if days is not None else [_offset(now, day)] if day else [0, 1]
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = [start + timedelta(days=o, hours=h, minutes=minute) for o in offsets for h in hours]
    later = sorted(t for t in found if t > now)
    return tuple(later) if day or days is not None else _next_of_each(later)


def _next_of_each(later: list[datetime]) -> tuple[datetime, ...]:
    """Of a time of day without a day, the next one of each."""
    firsts: dict[tuple[int, int], datetime] = {}
    for t in later:
        firsts.setdefault((t.hour, t.minute), t)
    return tuple(sorted(firsts.values()))


def _clock(clock: str) -> tuple[int, int, bool]:
    """(hour, minute, whether it can only be meant by 24 hours)."""
    text = clock.strip()
    if text in ("noon", "midday", "正午", "中午"):
        return 12, 0, True
    if text in ("midnight", "半夜", "午夜"):
        return 24, 0, True
    if found := re.fullmatch(r"(\d{1,2})[:：.](\d{2})", text):
        return int(found[1]), int(found[2]), True
    if found := re.fullmatch(r"(.+?)\s?[点时](.*)", text):
        return int(number(found[1])), _minutes(found[2]), False
    if found := re.fullmatch(r"(half|(?:a )?quarter) (past|to) (\w+)", text):
        hour, part = _NAMED.get(found[3]) or int(found[3]), 30 if found[1] == "half" else 15
        return (hour, part, False) if found[2] == "past" else (hour - 1, 60 - part, False)
    if named := _NAMED.get(text.split(" ")[0]):
        return named, 0, False
    found = re.match(r"\d{1,2}", text)
    assert found is not None, text
    return int(found[0]), 0, False


def _minutes(text: str) -> int:
    plain = {"": 0, "整": 0, "钟": 0, "半": 30, "一刻": 15, "三刻": 45}
    return plain[text] if text in plain else int(number(text.removesuffix("分")))


def _hours(hour: int, half: str, exact: bool) -> tuple[int, ...] | None:
    """Hours of the day that an hour may mean; None for one that contradicts its period."""
    if half == "noon":
        return (hour if hour >= 11 else hour + 12,) if hour in (11, 12, 1) else None
    if half == "night":  # twelve at night is midnight; from one to five it may be the night that begins or the afternoon before
        return (
            (24,)
            if hour == 12
            else (hour + 12, hour + 24)
            if 1 <= hour <= 5
            else (hour + 12 if hour < 12 else hour,)
            if hour
            else (24,)
        )
    if half == "pm":
        return (hour + 12 if hour < 12 else hour,) if hour else None
    if half == "am":
        return (hour % 12 if hour == 12 else hour,) if hour <= 12 else None
    return (hour,) if exact or hour > 12 or hour == 0 else (hour % 12, hour % 12 + 12)


def _half_of(day: str) -> str:
    if any(w in day for w in _EVENING):
        return "night"
    return "pm" if "afternoon" in day else "am" if any(w in day for w in _MORNING) else ""


def _offset(now: datetime, day: str) -> int:
    """Days from today. A weekday is the next one that comes; "next" and 下 mean that of the week after this."""
    if day in DAYS:
        return DAYS[day]
    name = day.rpartition(" ")[2]
    number_of = _WEEK[day[-1]] if day[-1] in _WEEK else _WEEK_EN[name.removesuffix("day")]
    if day.startswith(("下", "next ")):
        return 7 - now.weekday() + number_of
    return (number_of - now.weekday()) % 7
