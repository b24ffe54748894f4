"""What the words of a phrase stand for: amounts, times, places, devices; each from a match to what it says.

A word that turns a meaning around (not, except, at least, or) is in no phrase that does not mean it, so that it stays
uncovered and the sentence is asked about rather than misread.
"""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.places import HOMONYMS, place, regions
from suanwang.intent.say.when import moments
from suanwang.model.said import Question

NOT_EN = (
    r"(?:(?:must|should|shall|may|can|could|will|would|do|does|is|are|has|have|need|ought)\s?(?:not|n't)"
    "(?: to| be allowed to)?|"
    r"must never|mayn't"
    r"|never|not(?: to)?|cannot|can't|won't|without|isn't allowed to|aren't allowed to|is not allowed to|are not allowed to)"
)
NOT = r"(?:(?:都|也|一律|绝对?)?(?:不能|不可以|不可|不得|不许|不允许|不要|不准|禁止|严禁|不应该?|不该|别|勿|不))"
MORE = r"(?:more than|over|above|beyond|past|upwards? of|higher than|longer than|greater than|in excess of)"
_USE = (
    "(?:(?:spend|pay|cost|take|emit|last|need|use|burn|run|cause|produce|release|consume|climb|come|"
    "amount|add up|run up|put|give|"
    r"let|set|creep|stray|get|go)s?(?:ing)?(?: out| off| to| me| us)?(?: back)?)"
)
OVER = rf"(?:exceed(?:ing)?|surpass(?:ing)?|overstep(?:ping)?|(?:be |being )?{MORE}|{_USE} {MORE})"
_KEEP = (
    r"(?:(?:stay|remain|keep|hold|come in|be|get|go|bring|finish)s?(?:ing)?(?: it| this| that| them| things| everything"
    r"|(?: the| my| our)? (?:costs?|price|bill|total|spending|emissions|footprint|carbon))?(?: all)?)"
)
_LIMIT = r"(?:limit|ceiling|cap|maximum|max|bound)"
UP = (
    rf"(?:at (?:the )?(?:very )?most|at the outside|(?:inside|within|under|below) (?:an? |the )?{_LIMIT} of|"
    "no more than|not more than|(?:anything )?up to|under|below|beneath|less than|"
    rf"lower than|fewer than|(?:an? |the )?(?:absolute |hard |upper |very )?max(?:imum)?\.?(?: of)?|within|<=?|≤|"
    rf"(?:an? |the )?(?:absolute |hard |upper |firm )?{_LIMIT} (?:of|is|at)|limited to|not beyond|no greater than"
    rf"|no (?:higher|longer|greater|later) than|{NOT_EN}\s(?:(?:really )?(?:want|like|wish|care|have|be willing|be able)"
    rf" to\s)?{OVER}|not (?:over|above)|nothing (?:over|above|more than|beyond)|(?:with|and) nothing {MORE}|"
    rf"{_KEEP} (?:at or )?(?:down to|under|below|within|beneath|inside)|at or (?:below|under)|down to|"
    "(?:capped|limited|restricted|kept|held|pegged) (?:at|to)"
    rf"|{NOT}(?:再)?(?:超过|超出|超|高于|多于|大于|长于)|上限(?:为|是)?|不高于|不大于|撑死了?|顶天了?|满打满算|最多|至多|"
    rf"顶多|封顶|最高|最长|低于|少于|小于|短于|"
    rf"控制在|压在|限)"
)
"""At most, and not to spend more than. Where "more" is missing the words are asked about."""
LEAST = (
    "(?:at (?:the )?(?:very )?least|no (?:less|fewer) than|not (?:less|fewer) than|(?:a )?minimum(?: of)?|"
    r"min\.?|>=|≥|至少|最少|起码|"
    r"不少于|不低于|不小于)"
)
IN = (
    r"(?:(?:and )?not? more(?! than)|(?:and )?not one more|"
    "以内|之内|以下|内|封顶|为限|or (?:less|under|below|fewer)|at (?:the )?(?:very )?most|at the "
    "outside|at (?:the )?maximum|tops"
    r"|(?:as )?(?:an?|the|my|our)? ?(?:absolute |hard |upper |firm |price )?(?:limit|ceiling|cap|maximum|upper bound)"
    "|(?:is|are|being|'s|=) (?:an?|the|my|our)? ?(?:absolute |hard |upper |very |price )?(?:limit|ceiling|"
    "cap|maximum|max|most"
    r"|upper bound|budget)|max\.?|(?:and |but )?not (?:a|one) (?:single )?(?:fen|cent|penny|yuan|kuai|gram|"
    "second|minute) (?:more|over|"
    r"beyond(?: that)?|above that)|and no(?:t)? more)"
)
MONEY = (
    rf"(?:(?P<m3>{NUMBER})块(?P<jiao>[\d一二三四五六七八九半])(?:毛|角)?(?:钱)?(?![\d.十百]|\s?(?:个|小时|"
    "分钟|天|张|块|核|台|"
    rf"秒|毫))|(?:¥|rmb|cny)\s?(?P<m>{NUMBER})"
    rf"|(?:人民币)?(?P<m2>{NUMBER})\s?(?P<unit>块钱|块|元钱|元|圆|人民币|rmb|cny|yuan|kuai|renminbi|毛钱|"
    "毛|角)(?:人民币)?整?)"
)
PER = (
    r"(?:(?:an|a|per|each|every|/)\s?(?:hour|day|week|month)|/h|/d|hourly|daily|weekly|monthly"
    r"|(?:每|一)(?:个)?(?:小时|天|日|周|月)|/(?:小时|天|月))"
)
_TIME = (
    r"(?:小时|钟头|刻钟|分钟|分(?=以内|之内|内|半)|秒钟?|日(?=[内之以]|\s?(?:$|[,.;。]))|钟(?![表点情爱声])"
    "|天|hours?|hrs?|h|minutes?|mins?|min|m|days?|d|weeks?|fortnights?|"
    r"周|星期|礼拜|seconds?|"
    r"secs?|s)"
)
_SPAN = (
    rf"(?:(?:一天一|两天两|三天三|四天四|五天五|七天七|十天十)夜|{NUMBER}\s?个?半?\s?{_TIME}(?:\sand a "
    r"half\b|半(?![天夜路价个小张块折截数]))?)"
)
SPAN = rf"(?:{_SPAN}(?:\s?(?:and|零|,)?\s?{_SPAN}){{0,3}})"
_ONE_SPAN = re.compile(rf"({NUMBER})\s?(个?半)?个?\s?({_TIME})(\sand a half|半)?")
_SECONDS = {
    "小时": 3600,
    "钟头": 3600,
    "刻钟": 900,
    "fortnight": 1_209_600,
    "fortnights": 1_209_600,
    "分": 60,
    "秒": 1,
    "天": 86400,
    "日": 86400,
    "h": 3600,
    "m": 60,
    "d": 86400,
    "w": 604800,
    "s": 1,
    "周": 604800,
    **{"星期": 604800, "礼拜": 604800, "钟": 3600},
}
TRIP = (
    r"(?:(?:网络)?(?:延迟|时延)|往返(?:时延|延迟|时间)?|来回(?:时延|延迟|时间)?|响应(?:时间)?|"
    r"latency|delay|lag|ping|rtt|round[- ]trip(?: time)?|response(?: time)?|(?:time to )?first token|ttft|"
    r"首字(?:延迟|时延|时间)?)"
)
KIND = (
    r"(?:a100|h100|h200|h800|h20|a800|a10g?|a16|a30|a40|a5000|a6000|b100|b200|gb200|gh200|l40s?|l20|l4|v100|p100|p40|t4|"
    r"(?:rtx|geforce|gtx)[ -]?(?:\d{4}(?:[ -]?ti)?|a\d{4})|[2345]0[5-9]0(?:ti)?|910[bc]?|mi300x?|mi250x?|"
    "mi210|gaudi[ -]?[23])"
)
ITEMS_MAX = 100_000
"""A range of more is no list of tasks, and is asked about."""
HOURS_OF_A_DAY = 24
SECONDS_LEAST = 60
"""Who says less than this may mean a latency."""

Saying = tuple[tuple[str, object], ...]
Meaning = Saying | Question


def after(before: str, means: Callable[[re.Match[str]], Meaning | None]) -> Callable[[re.Match[str]], Meaning | None]:
    """The same, but nothing unless what stands right before the phrase ends like this."""
    wanted = re.compile(rf"(?:{before})$")
    return lambda match: means(match) if wanted.search(match.string, 0, match.start(1)) else None


def just(*said: tuple[str, object]) -> Callable[[re.Match[str]], Meaning]:
    def means(_: re.Match[str]) -> Meaning:
        return said

    return means


def ask(code: str, key: str, *choices: str) -> Callable[[re.Match[str]], Meaning]:
    return lambda match: Question(code=code, key=key, words=match[1].strip(), choices=choices)


def text(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(match: re.Match[str]) -> Meaning | None:
    jiao = match["jiao"]
    amount = number(match["m"] or match["m2"] or match["m3"]) + (number(jiao) / (1 if jiao == "半" else 10) if jiao else 0)
    amount = amount / 10 if (match["unit"] or "")[:1] in "毛角" and match["unit"] else amount
    per = re.sub(
        (r"^(?:an|a|per|each|every|每|一|/|单(?=日))\s?个?"),
        "",
        next((v for k, v in match.groupdict().items() if k.startswith("per") and v), ""),
    )
    return (("limits.budget", f"{text(amount)} CNY"), *((("per", period(per)),) if per else ()))


def period(word: str) -> str:
    for name, words in (("hour", "hour hourly h 小时"), ("day", "day daily d 天 日 日均"), ("week", "week weekly 周")):
        if word in words.split():
            return name
    return "month"


def span_s(text: str) -> Decimal:
    total = Decimal(0)
    for many, before, unit, after in _ONE_SPAN.findall(text.replace("-", " ")):
        size = _SECONDS[unit if unit in _SECONDS else unit[:1]]
        total += (number(many) + (Decimal("0.5") if before or after else 0)) * size
    return total


def finish(match: re.Match[str]) -> Meaning:
    seconds = span_s(next((v for k, v in match.groupdict().items() if k.startswith("span") and v), ""))
    if seconds < SECONDS_LEAST:  # a round trip, or the end of the job?
        return Question(code="SUAN-U122", key="seconds", words=match[1].strip())
    return (("limits.finish", f"{text(seconds)}s"),)


def takes(match: re.Match[str]) -> Meaning | None:
    """How long one task is thought to run, which is no limit on when it ends."""
    seconds = span_s(next(v for k, v in match.groupdict().items() if k.startswith("span") and v))
    return (("takes", f"{text(seconds)}s"),) if seconds >= SECONDS_LEAST else None


def task(match: re.Match[str]) -> Meaning:
    span = next(v for k, v in match.groupdict().items() if k.startswith("span") and v)
    return (("limits.task", f"{text(span_s(span))}s"),)


def latency(match: re.Match[str]) -> Meaning:
    unit = match["unit"]
    milli = number(match["n"]) * (1 if unit.startswith(("m", "毫")) else 1000)
    near = match.groupdict().get("place")
    return (("limits.latency", f"{text(milli)}ms"), *(near_of(near) if near else ()))


def near_of(name: str) -> Saying:
    return (("near", place(name).name),)


def near(match: re.Match[str]) -> Meaning:
    name = next(v for k, v in match.groupdict().items() if k.startswith("place") and v)
    if choices := HOMONYMS.get(name, ()):
        return Question(code="SUAN-U122", key="which", words=name, choices=choices)
    return near_of(name)


def nearest(match: re.Match[str]) -> Meaning:
    found = near(match)
    return found if isinstance(found, Question) else (*found, ("prefer", "latency"))


def region(match: re.Match[str]) -> Meaning:
    return (("limits.region", regions(match["region"])),)


def avoid(match: re.Match[str]) -> Meaning:
    return (("avoid", regions(next(v for k, v in match.groupdict().items() if k.startswith("region") and v))),)


def region_without(match: re.Match[str]) -> Meaning:
    among, without = (
        next(v for k, v in match.groupdict().items() if k.startswith(name) and v) for name in ("region", "without")
    )
    return (("limits.region", regions(among)), ("avoid", regions(without)))


def carbon(match: re.Match[str]) -> Meaning:
    unit = match["unit"]
    scale = 1000 if unit.startswith(("k", "千克", "公斤")) else 10**6 if unit in ("t", "吨") else 1
    scale = {"斤": 500, "两": 50}.get(unit, scale)
    return (("limits.carbon", f"{text(number(match['n']) * scale)} gCO2e"),)


def cores(match: re.Match[str]) -> Meaning:
    return (("needs.cpu", text(number(match["n"]))),)


def memory(match: re.Match[str]) -> Saying:
    unit = match["unit"]
    bytes_of = "B" if unit in ("gb", "mb", "tb") or unit.startswith("gigab") else "iB"
    return (("needs.memory", f"{text(number(match['n']))}{unit[0].upper()}{bytes_of}"),)


def cores_and_memory(match: re.Match[str]) -> Saying:
    """As machines are spoken of: 4 cores, 8 GB."""
    return (("needs.cpu", text(number(match["c"]))), *memory(match))


def copies(match: re.Match[str]) -> Meaning | None:
    """So many that do the same; as many times as there are of them, where both are said."""
    many, on = match["n"] or match["n2"] or match["n3"], match["n4"]
    return (("copies", int(number(many))),) if not on or number(on) == number(many) else None


def gpu(match: re.Match[str]) -> Meaning | None:
    groups = match.groupdict()
    many, kind = groups.get("n") or groups.get("n2"), groups.get("kind")
    if groups.get("n") and groups.get("n2"):
        return None
    count = text(number(many)) if many else "1"
    kind = re.sub(r"^(?:rtx|geforce|gtx)?[ -]?(\d{4})", r"rtx-\1", kind or "")
    kind = f"ascend-{kind}" if kind.startswith("910") else kind
    return (("needs.gpu", f"{count}:{kind}" if kind else count),)


def outside(words: str) -> bool:
    """Whether a file is named that does not lie in the folder of who says it."""
    return any(word.startswith(("/", "~")) or ".." in word.split("/") for word in re.split(r"[\s=]", words))


def over(match: re.Match[str]) -> Meaning:
    if outside(match["glob"]):
        return Question(code="SUAN-U122", key="outside", words=match["glob"])
    return (("over", match["glob"]),)


def folder(match: re.Match[str]) -> Meaning:
    name = next(v for k, v in match.groupdict().items() if k.startswith("folder") and v)
    if outside(name):
        return Question(code="SUAN-U122", key="outside", words=name)
    return (("folder", f"{name.rstrip('/.')}/*"),)


def script(match: re.Match[str]) -> Meaning:
    file, function = match["file"], match.groupdict().get("function")
    if outside(file):
        return Question(code="SUAN-U122", key="outside", words=file)
    if file.endswith(".wasm"):
        return (("wasm", file),)
    return (("python", f"{file}:{function}" if function else file),)


def bare_range(match: re.Match[str]) -> Meaning | None:
    """From 1 to 50, of what is not said; nothing where it may be hours of a day."""
    return range(match) if int(match["last"]) > HOURS_OF_A_DAY else None


def range(match: re.Match[str]) -> Meaning | None:
    first, last = int(match["first"]), int(match["last"])
    if last - first >= ITEMS_MAX:
        return None
    return (("over", f"{first}-{last}"),) if first <= last else Question(code="SUAN-U123", key="range", words=match[1])


def deadline(now: datetime, match: re.Match[str], days: int | None = None, clock: str = "") -> Meaning | None:
    """By a time of day. days: from today, where the day is told otherwise; clock: likewise."""
    groups = match.groupdict()
    day, period, said = (groups.get(k) or groups.get(f"{k}2") or "" for k in ("day", "period", "clock"))
    clock = clock or said
    if not clock:
        return Question(code="SUAN-U122", key="time", words=match[1].strip())
    found: tuple[datetime, ...] = moments(now, day.strip(), period.strip(), clock.strip(), days)
    if not found:
        return Question(code="SUAN-U123", key="past", words=match[1].strip())
    first = found[0]
    if len(found) > 1:
        choices = tuple(f"by {t:%Y-%m-%d %H:%M}" for t in found[:4])
        return Question(code="SUAN-U122", key="time", words=match[1].strip(), choices=choices)
    return _until(now, first)


def dated(now: datetime, match: re.Match[str]) -> Meaning:
    """A day and an hour written out; in the time zone of who says it."""
    hour, _, minute = match["clock"].replace("时", ":").rstrip("整分").partition(":")
    day = re.sub("[年月]", "-", match["date"]).rstrip("日号")
    at = datetime.strptime(f"{day} {hour}:{minute or '00'}", "%Y-%m-%d %H:%M").replace(tzinfo=now.tzinfo)
    return _until(now, at) if at > now else Question(code="SUAN-U123", key="past", words=match[1].strip())


def _until(now: datetime, at: datetime) -> Saying:
    return (("limits.finish", f"{round((at - now).total_seconds())}s"), ("at", f"{at:%Y-%m-%d %H:%M}"))
