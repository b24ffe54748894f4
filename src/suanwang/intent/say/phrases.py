"""All phrases that a sentence may be made of, at the moment at which it is said, with the products that are on offer."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

from suanwang.intent.say.cannot import CANNOT
from suanwang.intent.say.ceilings import CEILINGS
from suanwang.intent.say.commands import COMMANDS
from suanwang.intent.say.cover import PHRASE, Phrase
from suanwang.intent.say.doing import DOING_IT
from suanwang.intent.say.doubts import DOUBTS
from suanwang.intent.say.equipment import EQUIPMENT
from suanwang.intent.say.files_zh import FILES_ZH
from suanwang.intent.say.lasting import LASTING
from suanwang.intent.say.lexicon import WORD
from suanwang.intent.say.limits_zh import LIMITS_ZH
from suanwang.intent.say.lines import LINES
from suanwang.intent.say.machines_zh import MACHINES_ZH
from suanwang.intent.say.meanings import Meaning, ask, dated, deadline, just
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.over_what import OVER_WHAT
from suanwang.intent.say.owners import OWNERS
from suanwang.intent.say.services_zh import SERVICES_ZH
from suanwang.intent.say.slots import SLOTS
from suanwang.intent.say.standing import STANDING
from suanwang.intent.say.stopping import STOPPING
from suanwang.intent.say.urgency import URGENCY
from suanwang.intent.say.when import CLOCK, DAY, DAYS, PERIOD
from suanwang.intent.say.where import WHERE
from suanwang.intent.say.where_zh import WHERE_ZH
from suanwang.intent.say.wishes import WISHES
from suanwang.intent.say.wishes_zh import WISHES_ZH
from suanwang.model.fault import Fault
from suanwang.model.said import Product, Question


class Moment(NamedTuple):
    """Who says it: when, with the time zone; and the products that are on offer."""

    said_at: datetime
    products: tuple[Product, ...] = ()


_LATIN = re.compile(r"(?<![a-z0-9_./`「=*-])[a-z][a-z']+(?![a-z0-9_/=*」`-]|[.:][a-z0-9])")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def phrases(moment: Moment, text: str) -> Iterator[Phrase[Meaning]]:
    """All of them, for somebody who says it then. text: the folded sentence; what only one language has is left out where none
    of it is spoken."""
    yield from _of_both()
    if _LATIN.search(text):
        yield from _of_english()
    if _HAN.search(text):
        yield from _of_chinese()
    for pattern in _DEADLINES:
        yield _phrase(pattern, partial(deadline, moment.said_at))
    for pattern in _MONTH_DAYS:
        yield _phrase(pattern, partial(_month_day, moment.said_at))
    yield _phrase(_THEN, lambda m: () if re.search(CLOCK, m.string[: m.start(1)]) else None)
    yield _phrase(_WITHIN_DAY, partial(_day_end, moment.said_at))
    yield _phrase(_DATED, partial(dated, moment.said_at))
    yield _phrase(_TIMES, _times)
    yield _phrase(_READ_ZH, _read)
    for product in moment.products:
        yield from _of_product(product)


@cache
def _of_both() -> tuple[Phrase[Meaning], ...]:
    """Those that mean the same whenever they are said."""
    costs = (((*LINES, *COMMANDS, *LASTING, *WHERE, *WISHES), PHRASE), (SLOTS, PHRASE + 12), ((*DOUBTS, *CANNOT), PHRASE + 5))
    return tuple(_phrase(pattern, means, cost) for listed, cost in costs for pattern, means in listed)


@cache
def _of_english() -> tuple[Phrase[Meaning], ...]:
    return tuple(
        _phrase(*line) for line in (*CEILINGS, *STOPPING, *URGENCY, *DOING_IT, *OVER_WHAT, *OWNERS, *STANDING, *EQUIPMENT)
    )


@cache
def _of_chinese() -> tuple[Phrase[Meaning], ...]:
    return tuple(_phrase(*line) for line in (*LIMITS_ZH, *WISHES_ZH, *FILES_ZH, *MACHINES_ZH, *SERVICES_ZH, *WHERE_ZH))


_BY = (
    r"(?:(?:by|before|b4|(?:no|not) later than|at the latest by|due(?: by| at| on)?|until|ahead of|deadline(?: is|'s|:)?(?"
    r": on| at)?)\s"
    r"|(?:截止|截至|交付|完成)(?:时间|日期)?(?:为|是|到|在|:)?|(?:时间|期限|时限|工期|限期)(?:到|至|截至|截止到?|是|为|"
    r":)\s?|deadline\s?(?:是|为|:)?|(?:最晚|最迟|不晚于|不迟于|赶在)"
    r"(?:到|在|于)?)"
)
_AFTER = (
    "(?:(?:之前|以前|前)(?:必须|务必|一定|得|要|就(?![行好是可成])|须|能|可以|全部?|都|把它|帮我|请|,)*(?:给我|给俺"
    ")?(?:跑|算|做|弄|编|渲|处理|训练?|整|出)?"
    "(?:发给?我|给我|给到我?|给|送达|送到|送审|赐复|办结|出数|见数|报|提交|交付|交我|交稿|交片|交货|交差|上交|交|完成|"
    "完毕|搞定|搞掂|收工|完事|结束|出结"
    "果|出图|出片|有结果|见结果|看到|拿到|得到|"
    r"要|完|好|出来|利索|妥|妥当|done)?(?:都来得及|来得及|就行|就好|即可)?|截止|到期|at the latest|"
    "latest|(?:下班|收工|收盘|打烊|关门|天黑)(?:之|以)?前(?:出数|给我?|交|要|完成|跑完)?|(?:要)?(?:看|出|要|交|拿|取|"
    "收)结果|给我|发给?我|交"
    r"[付稿货片](?![件录])|要(?=\s?(?:$|[,.;!。]|结果|成片|"
    r"片子|东西|数据|看|交|用(?=\s?(?:$|"
    r"[,.;!。])))))"
)
_DAY, _DAY2 = rf"(?P<day>{DAY})", rf"(?P<day2>{DAY})"
_PERIOD, _PERIOD2 = rf"(?P<period>{PERIOD})", rf"(?P<period2>{PERIOD})"
_WHEN = (
    rf"(?:{_DAY}的?\s?(?:at\s|by\s|,\s?)?)?(?:{_PERIOD}\s?)?(?:at\s)?(?P<clock>{CLOCK})(?:\s?(?:sharp|整))?"
    rf"(?:\s?{_PERIOD2})?(?:\s(?:on\s)?{_DAY2})?"
)
"""A time of day, its day and its half before or after it."""
_THEN = r"\b(?:by then|before (?:that|then)|in time for (?:that|it))\b"
_DEADLINES = (
    rf"{_BY}\s?{_WHEN}(?:\s?{_AFTER})?",
    rf"(?:请?在|望?于|须于)?{_WHEN}\s?{_AFTER}",
    rf"(?:{_BY}\s?)?{_DAY}的?\s?(?:下班|收工|天黑|收盘|close of business)\s?(?:之?前)?\s?\((?P<clock>{CLOCK}|"
    rf"\d{{1,2}}:\d{{2}})(?:之?前)?\)\s?(?:{_AFTER})?",
    rf"(?:下班|收工|天黑|收盘)\s?(?:之?前)?\s?\((?P<period>{PERIOD})?(?P<clock>{CLOCK})(?:之?前)?\)\s?(?:{_AFTER})?",
    rf"{_BY}\s?{_DAY}\s(?:in the )?{_PERIOD}\s(?:at )?(?P<clock>\d{{1,2}}(?!\s?[\w:.%]))",
    rf"{_DAY},?\s?(?:by|before|no later than)\s(?P<clock>{CLOCK}|\d{{1,2}}(?!\s?[\w:.%]))(?:\s?{_PERIOD})?",
    rf"{_BY}\s?{_DAY}\s?(?:{_PERIOD})?(?:之前|以前|前)?|(?:请?在|于)?(?P<day2>{DAY})(?:的?{_PERIOD2})?\s?(?:之前|以前|前)",
    rf"(?:(?:my|our|the|a|an|his|her) )?(?:{WORD} )?{WORD}(?:'s| is| are| starts?| begins?| leaves?| opens?| "
    rf"departs?| operates?| kicks off| closes?)? (?:at |on )?{_WHEN}"
    rf"(?=[^!?]{{0,120}}?{_THEN})",
    rf"(?:the )?{_WHEN},?\s(?:is|are|being|as|was set as)\s(?:the |my |our |a |an )?(?:absolute |final |"
    "hard |latest |last )*(?:deadline|cut-?off|"
    "latest|time limit|limit)(?: (?:time|point|moment))?(?: (?:for|on) (?:this|it))?(?: for (?:the )"
    "?(?:completion|finish|finishing|running|end|run)"
    r"(?: of)?)?",
    "(?:(?:results?|answers?|output|everything|it|this|(?:to )?be|is|are|needs?|want(?:ed)?|due|ready|"
    "done|finish(?:ed)?|completed?|in|back) )*"
    "(?:by|before|(?:no|not) later than|not after|until|ready (?:by|for)|due(?: by| at| on)?|due:|"
    r"finish(?:ed)? by|deadline\s?(?:is|of|:|=|-|—)?"
    rf"|cut-?off\s?(?:is|:|=)?|eta\s?:?)\s?(?:at )?(?:the latest,? )?(?:by )?{_WHEN}(?:,? (?:at (?:the )"
    "?(?:very )?latest|latest|sharp|please|exactly"
    r"|on the dot|tops|max))?",
)
_WITHIN_DAY = (
    r"(?:在)?(?P<day>今天|今日|明天|明日|后天)(?:之内|以内|内|结束之?前)"
    r"|(?:by |before )?the end of (?P<day2>today|tomorrow)(?:,?\s?\(?(?:23:59|24:00|midnight)\)?)?"
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
_MONTH = rf"(?:{'|'.join(rf'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)})"
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_MONTH_DAYS = (
    rf"(?:{_BY}\s?)?(?P<month>{_N})月(?P<date>{_N})[日号](?:的)?(?P<period>{PERIOD})?\s?"
    rf"(?P<clock>{CLOCK})\s?{_AFTER}",
    rf"{_BY}\s?(?:(?P<month>{_MONTH})\s(?P<date>\d{{1,2}})(?:st|nd|rd|th)?|(?P<date2>\d{{1,2}})(?:st|nd|rd|"
    rf"th)? (?:of )?(?P<month2>{_MONTH}))"
    rf"(?:,|,?\sat)?\s(?P<clock>{CLOCK})(?:\s?(?P<period>{PERIOD}))?",
    rf"{_BY}\s?(?P<clock>{CLOCK})(?:\s?(?P<period>{PERIOD}))?,?\s(?:on )?(?:(?P<month>{_MONTH})\s(?P<date>\d{{1,2}})(?"
    rf":st|nd|rd|th)?|"
    rf"(?P<date2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month2>{_MONTH}))",
    rf"(?:(?:限|于)?(?:本月|这个月|当月)|(?<![\d月-]))(?P<date>{_N})[日号](?:的)?(?P<period>{PERIOD})?\s?(?P<clock>"
    rf"{CLOCK})\s?{_AFTER}",
)
_DATED = (
    rf"(?:{_BY}\s)?(?P<date>\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{4}}年\d{{1,2}}月\d{{1,2}}[日号])"
    r"\s?(?P<clock>\d{1,2}:\d{2}|\d{1,2}时(?:整|\d{1,2}分)?)(?:\s?(?:之前|以前|前))?"
)


def _day_end(now: datetime, match: re.Match[str]) -> Meaning | None:
    """Before midnight of that day."""
    day = match["day"] or match["day2"]
    return deadline(now, match, days=DAYS[day], clock="midnight")


def _month_day(now: datetime, match: re.Match[str]) -> Meaning | None:
    """A day of a month, the next that comes."""
    groups = match.groupdict()
    name, date = groups.get("month") or groups.get("month2") or "", int(number(groups["date"] or groups["date2"]))
    if not name:
        month = now.month if date >= now.day else now.month % 12 + 1
    else:
        month = (
            int(number(name))
            if not name.isascii() or name.isdecimal()
            else next(n for n, full in enumerate(_MONTHS, 1) if full.startswith(name[:3]))
        )
    day = now.replace(month=month, day=date, hour=0, minute=0, second=0, microsecond=0)
    day = day if day.date() >= now.date() else day.replace(year=now.year + 1)
    return deadline(now, match, days=(day - now.replace(hour=0, minute=0, second=0, microsecond=0)).days)


def _phrase(pattern: str, means: Callable[[re.Match[str]], Meaning | None], cost: int = PHRASE) -> Phrase[Meaning]:
    return Phrase(pattern, partial(_if_it_says, means), cost)


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


_FORMAT = re.compile(r"^(?:to |转成)(.+)")
_TURN = (
    "(?:(?:转换?|压缩?|导出|输出|弄|变|transcode|convert(?:ed)?|turn(?:ed)?|export(?:ed)?|encod(?:e|ed|"
    "ing)|(?:must|should|shall|have to"
    r"|has to|need to|needs to|are to|is to|to)\s(?:be|become)|becom(?:e|es|ing)|make (?:them|it|these|"
    r"those|all of (?:them|it))(?: into)?)\s?(?:一下)?)?(?:成|为|到|"
    "to|into|as|→|->|(?<=be)|"
    r"(?<=become)|(?<=becomes)|(?<=them)|(?<=make it)|(?<=these)|(?<=those))\s?(?:an? )?"
)
_TURN_ZH = (
    "(?:(?:统一|全部?|统统|都|一律|给我?|帮我?|要|重新)*(?:转|压|变|编|弄|做|存|导|输)(?:换|制|码|缩|出|一下)?(?:成"
    r"|为|到|作|做)?\s?(?:那个|这个|通行之|通用之)?"
    r"(?:(?:手机|电视|电脑|网上|微信|平板)?(?:能|可以|可)(?:放|播|播放|看|打开)的|通用的|标准的?|常见的|普通的)?\s?)"
)
"""Where a product is named by what its files become ("to mp4"), other ways to say so."""


def _formats(product: Product) -> str:
    """What its files become: mp4, h.264; also both ("H.264/MP4")."""
    names = dict.fromkeys(re.escape(w).replace(r"\.", r"[. ]?") for word in product.words for w in _FORMAT.findall(word))
    one = "|".join(sorted(names, key=len, reverse=True))
    return rf"(?:{one})(?:\s?(?:/|,|in an?|in|\(|\s)\s?(?:{one})\)?)*(?:s\b)?" if one else ""


def _spoken(word: str) -> str:
    """A product's word as a pattern; other words may stand where it has dots ("stream ... live")."""
    return re.escape(word).replace(r"\ \.\.\.\ ", rf"\s(?:{WORD}\s){{1,5}}")


def _of_product(product: Product) -> Iterator[Phrase[Meaning]]:
    """Its names; and so much of it, or so much each day."""
    words = "|".join(_spoken(word) for word in sorted(product.words, key=len, reverse=True))
    yield _phrase(rf"(?:把|将|给)?(?:{words})", just(("product", product.name)))
    if formats := _formats(product):
        yield _phrase(
            (rf"{_TURN}(?:{formats})(?:格式|文件| format| files?| versions?)?(?: with them)?"), just(("product", product.name))
        )
        yield _phrase(
            rf"(?:{_TURN_ZH}|(?:目标|输出|格式)(?:格式|为|是|:)?\s?)(?:{formats})(?:\s?(?:的)?(?:格式|文件|视频|片子|编码))?",
            just(("product", product.name)),
        )
    if product.unit is None:
        return
    unit = "|".join(re.escape(word) for word in sorted(product.unit.words, key=len, reverse=True))
    many = rf"(?P<n>{NUMBER})\s?(?:个|位|名|次|条|张|份|例|路)?\s?(?:of\s)?(?:{unit})"
    before = rf"(?:每|一)(?:个)?(?P<each>{_EVERY})\s?(?:要|需要|得|有|会)?(?:处理|生成|做|完成|有)?\s?"
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


_TIMES = (
    rf"(?:每|一)(?:个)?(?P<each>{_EVERY})\s?(?:要|需要|有)?\s?(?P<n>{NUMBER})\s?次|(?P<n2>{NUMBER}) times (?:an?|per|each|"
    rf"every) (?P<each2>{_EVERY})\b|(?P<n3>{NUMBER})\s?(?:an?|per|each|every|/)\s?(?P<each3>{_EVERY})\b"
)
"""So often, of what is said elsewhere in the sentence."""
_READ_ZH = (
    rf"(?:每|一)(?:个)?(?P<each>{_EVERY})\s?(?:要|需要|有|大概|会|得|能)?(?:分析|处理|看|读|做|来|出|有|过)"
    rf"?\s?(?P<n>{NUMBER})\s?"
    r"(?:例|份|张|人次|个|单|套)(?:病例|病人|患者|片子|影像|医学影像|ct|检查|切片|胸片)?(?:的)?(?:量|样子|规模)?"
    r"(?=\s?(?:$|[,.;:!?。、()|]|左右)|\s)"
)
"""So many scans each hour, as doctors count them; of a service that is named elsewhere."""


def _read(match: re.Match[str]) -> Meaning:
    return (("amount", float(number(match["n"])) / _EACH[match["each"]]), ("rate", True), ("counted", "scan"))


def _times(match: re.Match[str]) -> Meaning:
    many, each = match["n"] or match["n2"] or match["n3"], match["each"] or match["each2"] or match["each3"]
    return (("amount", float(number(many)) / _EACH[each]), ("rate", True))


def _amount(product: Product, match: re.Match[str]) -> Meaning:
    groups = match.groupdict()
    each = groups.get("each") or groups.get("each2")
    amount = float(number(match["n"]))
    held = product.unit is not None and product.unit.held
    if held and each:  # so many new ones each hour: how long they stay is not said
        return Question(code="SUAN-U122", key="how_long", words=match[1])
    said = (("product", product.name), ("amount", amount / _EACH[each] if each else amount), ("rate", held or bool(each)))
    return (*said, ("held", True)) if held else said
