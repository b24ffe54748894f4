"""What can be said, one phrase a line: a pattern over the folded sentence, and what it says of a job or a service.

A phrase that can mean two things says so by a question. A word that turns a meaning around (not, except, at least, or) is in no phrase
that does not mean it, so that it stays uncovered and the sentence is asked about rather than misread.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from suanwang.intent.say.cover import PHRASE, Phrase
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.places import HOMONYMS, MAINLAND, PLACE, REGIONS, place, regions
from suanwang.intent.say.when import CLOCK, DAY, PERIOD, moments
from suanwang.model.fault import Fault
from suanwang.model.said import Product, Question

UP = (
    r"(?:at most|no more than|not more than|up to|under|below|less than|max(?:imum)?(?: of)?|within|<=?|≤"
    r"|不超过|不要超过|别超过|不能超过|不多于|不大于|最多|至多|不高于|不得超过|低于|少于|小于|控制在|限)"
)
IN = r"(?:以内|之内|以下|内|封顶|or less|at most|tops|max|maximum)"
MONEY = rf"(?:(?:¥|rmb|cny)\s?(?P<m>{NUMBER})|(?P<m2>{NUMBER})\s?(?P<unit>块钱|块|元钱|元|人民币|rmb|cny|yuan|kuai|毛钱|毛|角))"
PER = (
    r"(?:(?:an|a|per|each|every|/)\s?(?:hour|day|week|month)|/h|/d|hourly|daily|weekly|monthly"
    r"|(?:每|一)(?:个)?(?:小时|天|日|周|月)|/(?:小时|天|月))"
)
_TIME = r"(?:小时|钟头|分钟|分|秒钟?|天|hours?|hrs?|h|minutes?|mins?|min|m|days?|d|weeks?|周|星期|seconds?|secs?|s)"
_SPAN = rf"{NUMBER}\s?个?半?\s?{_TIME}"
SPAN = rf"(?:{_SPAN}(?:\s?(?:and|零|,)?\s?{_SPAN})*)"
_ONE_SPAN = re.compile(
    rf"({NUMBER})\s?(个?半)?个?\s?({_TIME})"
)
_SECONDS = {"小时": 3600, "钟头": 3600, "分": 60, "秒": 1, "天": 86400, "h": 3600, "m": 60, "d": 86400, "w": 604800, "s": 1, "周": 604800}
_SECONDS["星期"] = 604800
KIND = r"(?:a100|h100|h200|h800|a800|a10|b200|l40s?|l20|l4|v100|t4|rtx[ -]?\d{4}|4090|3090|910[bc]?|mi300x|mi250x)"
FILE = r"(?:[\w./-]*[\w-]\.[a-z0-9]{1,5})"
WHO = r"(?:users?|customers?|people|players?|viewers?|clients?|visitors?|用户|客户|玩家|观众|市民|居民|人|访客|学生|师生|员工)"
NOT = r"(?:(?:都|也)?(?:不能|不可以|不可|不得|不许|不要|不准|别|不))"

SECONDS_LEAST = 60
"""Who says less than this may mean a latency."""

Saying = tuple[tuple[str, object], ...]
Meaning = Saying | Question


class Moment(NamedTuple):
    """Who says it: when, with the time zone; and the products that are on offer."""

    now: datetime
    products: tuple[Product, ...] = ()


def phrases(moment: Moment) -> Iterator[Phrase[Meaning]]:
    """All of them, for somebody who says it then."""
    for pattern, means in _LINES:
        yield _phrase(pattern, means)
    for pattern, means in _DOUBTFUL:
        yield _phrase(pattern, means, PHRASE + 5)
    for pattern in _DEADLINES:
        yield _phrase(pattern, lambda match: _deadline(moment.now, match))
    for product in moment.products:
        yield from _of_product(product)


def _phrase(pattern: str, means: Callable[[re.Match[str]], Meaning | None], cost: int = PHRASE) -> Phrase[Meaning]:
    return Phrase(re.compile(rf"(?=({pattern}))"), lambda match: _if_it_says(means, match), cost)


def _if_it_says(means: Callable[[re.Match[str]], Meaning | None], match: re.Match[str]) -> Meaning | None:
    """Nothing, where what looks like a number or a name is none."""
    try:
        return means(match)
    except (ValueError, ArithmeticError, Fault):
        return None


def _just(*said: tuple[str, object]) -> Callable[[re.Match[str]], Meaning]:
    return lambda _: said


def _ask(code: str, key: str, *choices: str) -> Callable[[re.Match[str]], Meaning]:
    return lambda match: Question(code=code, key=key, words=match[1].strip(), choices=choices)


def _text(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(match: re.Match[str]) -> Meaning | None:
    amount = number(match["m"] or match["m2"])
    amount = amount / 10 if (match["unit"] or "")[:1] in "毛角" and match["unit"] else amount
    per = re.sub(r"^(?:an|a|per|each|every|每|一|/)\s?个?", "", (match.groupdict().get("per") or match.groupdict().get("per2") or ""))
    return (("limits.budget", f"{_text(amount)} CNY"), *((("per", _period(per)),) if per else ()))


def _period(word: str) -> str:
    for name, words in (("hour", "hour hourly h 小时"), ("day", "day daily d 天 日"), ("week", "week weekly 周")):
        if word in words.split():
            return name
    return "month"


def _span_s(text: str) -> Decimal:
    total = Decimal(0)
    for many, half, unit in _ONE_SPAN.findall(text):
        size = _SECONDS[unit if unit in _SECONDS else unit[:1]]
        total += (number(many) + (Decimal("0.5") if half else 0)) * size
    return total


def _finish(match: re.Match[str]) -> Meaning:
    seconds = _span_s(match["span"])
    if seconds < SECONDS_LEAST:  # a round trip, or the end of the job?
        return Question(code="SUAN-U122", key="seconds", words=match[1].strip())
    return (("limits.finish", f"{_text(seconds)}s"),)


def _latency(match: re.Match[str]) -> Meaning:
    unit = match["unit"]
    milli = number(match["n"]) * (1 if unit.startswith(("m", "毫")) else 1000)
    near = match.groupdict().get("place")
    return (("limits.latency", f"{_text(milli)}ms"), *(_near_of(near) if near else ()))


def _near_of(name: str) -> Saying:
    return (("near", place(name).name),)


def _near(match: re.Match[str]) -> Meaning:
    name = next(v for k, v in match.groupdict().items() if k.startswith("place") and v)
    if choices := HOMONYMS.get(name, ()):
        return Question(code="SUAN-U122", key="which", words=name, choices=choices)
    return _near_of(name)


def _region(match: re.Match[str]) -> Meaning:
    return (("limits.region", regions(match["region"])),)


def _carbon(match: re.Match[str]) -> Meaning:
    unit = match["unit"]
    scale = 1000 if unit in ("kg", "千克", "公斤") else 10**6 if unit in ("t", "吨") else 1
    return (("limits.carbon", f"{_text(number(match['n']) * scale)} gCO2e"),)


def _cores(match: re.Match[str]) -> Meaning:
    return (("needs.cpu", _text(number(match["n"]))),)


def _memory(match: re.Match[str]) -> Meaning:
    unit = match["unit"]
    return (("needs.memory", f"{_text(number(match['n']))}{unit[0].upper()}{'B' if unit.endswith('b') and 'i' not in unit else 'iB'}"),)


def _gpu(match: re.Match[str]) -> Meaning | None:
    many, kind = match.groupdict().get("n"), match.groupdict().get("kind")
    count = _text(number(many)) if many else "1"
    kind = {"4090": "rtx-4090", "3090": "rtx-3090"}.get(kind or "", re.sub(r"^rtx[ -]?", "rtx-", kind or ""))
    kind = f"ascend-{kind}" if kind.startswith("910") else kind
    return (("needs.gpu", f"{count}:{kind}" if kind else count),)


def _script(match: re.Match[str]) -> Meaning:
    file, function = match["file"], match.groupdict().get("function")
    if file.endswith(".wasm"):
        return (("wasm", file),)
    return (("python", f"{file}:{function}" if function else file),)


def _range(match: re.Match[str]) -> Meaning:
    first, last = int(match["first"]), int(match["last"])
    return (("over", f"{first}-{last}"),) if first <= last else Question(code="SUAN-U123", key="range", words=match[1])


def _deadline(now: datetime, match: re.Match[str]) -> Meaning | None:
    groups = match.groupdict()
    day, period, clock = (groups.get(k) or groups.get(f"{k}2") or "" for k in ("day", "period", "clock"))
    if not clock:
        return Question(code="SUAN-U122", key="time", words=match[1].strip())
    found = moments(now, day.strip(), period.strip(), clock.strip())
    if not found:
        return Question(code="SUAN-U123", key="past", words=match[1].strip())
    if len(found) > 1:
        choices = tuple(f"{t:%Y-%m-%d %H:%M}" for t in found[:4])
        return Question(code="SUAN-U122", key="time", words=match[1].strip(), choices=choices)
    return (("limits.finish", f"{round((found[0] - now).total_seconds())}s"), ("at", f"{found[0]:%Y-%m-%d %H:%M}"))


def _exact(match: re.Match[str]) -> Meaning | None:
    return None


_AT_DAY = rf"(?P<day>{DAY})的?"
_BY = r"(?:by|before|no later than|due(?: by)?|until|deadline(?: is)?)"
_DEADLINES = (
    rf"(?:请?在|于)?(?:{_AT_DAY})?\s?(?P<period>{PERIOD})?\s?(?P<clock>{CLOCK})\s?(?:之前|以前|前)",
    rf"(?:请?在|于)?{_AT_DAY}\s?(?P<period>{PERIOD})?\s?(?:之前|以前|前)",
    rf"{_BY}\s(?:{_AT_DAY}\s(?:at\s|by\s)?)?(?P<clock>{CLOCK})(?:\s?(?P<period>{PERIOD}))?(?:\s(?P<day2>{DAY}))?",
    rf"{_BY}\s{_AT_DAY}",
    rf"{_AT_DAY}\s?(?:at|by|before)\s(?P<clock>{CLOCK})\s?(?P<period>{PERIOD})?",
)

_LINES: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # money
    (
        rf"(?:(?P<per2>{PER})\s?)?(?:(?:budget|预算|cost(?:ing)?|spend(?:ing)?|pay|费用|价格|成本|总价|花费|花)\s?(?:is|of|为|是|:|最多)?\s?)?"
        rf"(?:{UP}\s?|for(?: under| less than)?\s)?{MONEY}\s?(?P<per>{PER})?(?:\s?{IN})?(?:的?(?:预算|budget))?",
        _money,
    ),
    (rf"(?:{UP}\s?)?(?:[$€£]\s?{NUMBER}|{NUMBER}\s?(?:usd|dollars?|bucks|euros?|eur|美元|美金|欧元|日元|港币|港元|英镑))(?:\s?{IN})?", _ask("SUAN-U122", "currency")),
    # time to finish
    (rf"(?:{UP}|in(?: under| less than)?|在)\s?(?P<span>{SPAN})(?:\s?{IN})?", _finish),
    (rf"(?P<span>{SPAN})\s?(?:以内|之内|内|or less)", _finish),
    # latency
    (
        rf"(?:(?:latency|delay|rtt|round trip|response time|延迟|时延|响应时间|响应)\s?(?:of|is|在|为|要|:)?\s?)?(?:{UP}\s?)?"
        rf"(?P<n>{NUMBER})\s?(?P<unit>ms|毫秒|milliseconds?)(?:\s?{IN})?(?:\s?(?:of latency|latency|round trip|rtt|的?延迟|的?时延))?"
        rf"(?:\s(?:of|from|to)\s(?P<place>{PLACE}))?",
        _latency,
    ),
    (rf"(?:latency|delay|rtt|response time|延迟|时延|响应时间|响应)\s?(?:of|is|在|为|:)?\s?(?:{UP}\s?)?(?P<n>{NUMBER})\s?(?P<unit>seconds?|s|秒)(?:\s?{IN})?", _latency),
    # where its users are
    (rf"(?:as )?(?:near|close)(?: to| by)?\s(?P<place>{PLACE})", _near),
    (rf"(?:靠近|挨着|离|临近|就近|距离)\s?(?P<place>{PLACE})(?:\s?(?:近一点|近点|越近越好|最近|不远|很近|近))?(?:的地方)?", _near),
    (rf"(?:在)?(?P<place>{PLACE})(?:附近|周边|一带)", _near),
    (rf"(?:to|for|from)\s(?:the |our |my )?(?:{WHO}\s(?:in|from|of|at)\s)?(?P<place>{PLACE})(?:\s{WHO})?", _near),
    (rf"{WHO}\s(?:are |who are |is )?(?:in|from|at)\s(?P<place>{PLACE})", _near),
    (rf"(?:给|面向|为|让|服务|用户在|客户在|用户都在|从)\s?(?P<place>{PLACE})(?:市|本地)?(?:的)?(?:{WHO})?(?:使用|用|访问|看|观看|玩)?", _near),
    (rf"(?P<place>{PLACE})(?:市|本地)?(?:的)?{WHO}(?:使用|用|访问|看|观看|玩)?", _near),
    # where it may be, and where data may be
    (rf"(?:only |strictly )?(?:in|within|inside)\s(?P<region>{REGIONS})(?:\sonly)?", _region),
    (rf"(?:仅|只|只能|必须|限|限于|只在|仅在|务必)?\s?(?:在|于|留在|限于)\s?(?P<region>{REGIONS})(?:境内|省内|之内|内|里|本地)?", _region),
    (rf"(?:the |my |our |all )?data\s(?:must|may|can|should|shall|is|are|has to|have to)?\s?(?:not|never)\s(?:to )?leave\s(?P<region>{REGIONS})", _region),
    (rf"(?:the |my |our |all )?data\s(?:must |should |shall |has to |have to |may only |can only |to )?(?:stays?|remains?|be kept|kept)\s(?:in|inside|within)\s(?P<region>{REGIONS})", _region),
    (rf"keep(?:ing)?\s(?:the |my |our |all )*data\s(?:in|inside|within)\s(?P<region>{REGIONS})", _region),
    (rf"without (?:the |my |our )?data leaving\s(?P<region>{REGIONS})", _region),
    (rf"(?:所有|全部)?(?:的)?(?:数据|文件|资料){NOT}(?:离开|流出|传出|出去|跨出|出)\s?(?P<region>{REGIONS})", _region),
    (rf"(?:所有|全部)?(?:的)?(?:数据|文件|资料)(?:都|也)?(?:必须|只能|要|得|应|应该|需要|需)?(?:保留在|存放在|留在|放在|存在|待在|在)\s?(?P<region>{REGIONS})(?:境内|省内|之内|内|里|本地)?", _region),
    (rf"(?:数据|文件|资料)?{NOT}(?:出境|出国|出中国|离开中国|离开境内)|(?:数据|文件|资料)?(?:必须|只能|要|都)?(?:留在|存在|放在|在)(?:国内|境内|中国境内|中国)", _just(("limits.region", MAINLAND))),
    (r"(?:the |my |our |all )?data (?:must |may |can |should )?(?:not|never) leave (?:mainland )?china|(?:only )?(?:in|inside|within) (?:mainland )?china|(?:the |my |our )?data (?:must |should |has to )?(?:stays?|remains?) (?:in|inside|within) (?:mainland )?china", _just(("limits.region", MAINLAND))),
    (rf"(?:数据|文件|资料)?{NOT}出省|(?:数据|文件)?(?:必须)?留在(?:本省|省内)", _just(("own region", True))),
    # carbon
    (
        rf"(?:(?:carbon|emissions?|co2e?|碳排放量?|排放量?|碳足迹|碳)\s?(?:of|is|为|在|:)?\s?)?(?:{UP}\s?)?(?P<n>{NUMBER})\s?(?P<unit>kg|grams?|g|千克|公斤|克|吨|t)"
        rf"\s?(?:of\s)?(?:co2e?|carbon(?: dioxide)?|二氧化碳|碳)(?:排放)?(?:\s?{IN})?",
        _carbon,
    ),
    (rf"(?:carbon|emissions?|co2e?|碳排放量?|排放量?|碳足迹)\s?(?:of|is|为|在|:)?\s?(?:{UP}\s?)(?P<n>{NUMBER})\s?(?P<unit>kg|grams?|g|千克|公斤|克|吨|t)(?:\s?{IN})?", _carbon),
    # what matters most
    (r"(?:as cheap(?:ly)? as possible|(?:the )?cheapest(?: possible| place)?|(?:at )?(?:the )?lowest (?:cost|price)|prefer (?:the )?(?:price|cheap)|minimi[sz]e (?:the )?(?:cost|price)|save money|越便宜越好|最便宜(?:的)?(?:地方)?|尽量便宜(?:一点|点|些)?|尽可能便宜|便宜(?:优先|为主|一点|点|些)|价格优先|省钱(?:优先|为主)?|成本最低|价格最低)", _just(("prefer", "price"))),
    (r"(?:as fast as possible|as quick(?:ly)? as possible|(?:the )?fastest(?: possible| way)?|asap|as soon as possible|prefer (?:the )?speed|越快越好|最快(?:的)?|尽快|尽量快(?:一点|点|些)?|尽可能快|速度优先|快(?:优先|为主))", _just(("prefer", "speed"))),
    (r"(?:as green(?:ly)? as possible|(?:the )?greenest(?: possible| energy| power)?|(?:the )?lowest (?:carbon|emissions?)|prefer (?:the )?(?:carbon|green)|low[- ]carbon|minimi[sz]e (?:the )?(?:carbon|emissions?)|越绿色?越好|越环保越好|最绿色?(?:的)?|尽量绿色?(?:一点|点|些)?|尽可能绿色?|绿色优先|低碳(?:优先|为主|一点|些)?|环保优先|尽量低碳|尽量环保|碳排放越低越好|碳排放最低|绿电优先|尽量用绿电)", _just(("prefer", "carbon"))),
    (r"(?:(?:the )?lowest latency|as near as possible|as close as possible|prefer (?:the )?latency|minimi[sz]e (?:the )?latency|延迟越低越好|时延越低越好|延迟最低|时延最低|延迟优先|低延迟优先|越近越好|离用户最近)", _just(("prefer", "latency"))),
    # how urgent
    (r"(?:no rush|no hurry|not urgent|it is not urgent|it's not urgent|can wait|it can wait|whenever it is (?:cheap|green)|deferrable|不急|不着急|可以等|能等|可以推迟|可推迟|可以晚点|什么时候跑都行|什么时候都行|随便什么时候)", _just(("priority", "deferrable"))),
    (r"(?:urgent(?:ly)?|very urgent|high priority|emergency|加急|紧急|很急|特急|急用|十万火急|最高优先级|优先级最高)", _just(("priority", "urgent"))),
    # what it needs
    (rf"(?P<n>{NUMBER})\s?(?:cpu cores?|cores?|v?cpus?|核心|个核心|核|个核|个cpu)(?:\scpu)?", _cores),
    (rf"(?P<n>{NUMBER})\s?(?P<unit>gib|gb|g|mib|mb|m|tib|tb|t)\s?(?:of\s)?(?:memory|ram|mem|的?内存)", _memory),
    (rf"(?:memory|ram|内存)\s?(?:of|is|为|要|:)?\s?(?P<n>{NUMBER})\s?(?P<unit>gib|gb|g|mib|mb|m|tib|tb|t)", _memory),
    (rf"(?:(?P<n>{NUMBER})\s?(?:块|张|个|片|x|×)?\s?(?:of\s)?)?(?:nvidia\s|英伟达|昇腾|ascend\s)?(?P<kind>{KIND})s?(?:\s?(?:gpus?|显卡|加速卡|卡))?", _gpu),
    (rf"(?P<n>{NUMBER})\s?(?:块|张|个|片|x|×)?\s?(?:of\s)?(?:a\s)?(?:gpus?|显卡|加速卡|卡)", _gpu),
    (r"(?:on |with )?(?:arm64|aarch64|arm)(?: machines?| nodes?| 机器| 节点|机器|节点|架构)?", _just(("needs.arch", "aarch64"))),
    (r"(?:on |with )?(?:x86_64|x86-64|x86|amd64)(?: machines?| nodes?|机器|节点|架构)?", _just(("needs.arch", "x86_64"))),
    (r"(?:only )?(?:on )?(?:trusted|vouched(?: for)?)(?: nodes?| machines?| providers?)?|(?:只能|只|必须|务必)?(?:用|在|要用|要)?可信(?:任)?的?(?:节点|机器|算力|环境)", _just(("limits.trust", "vouched"))),
    (r"(?:only )?(?:on )?attested(?: nodes?| machines?)?|(?:只能|只|必须)?(?:用|在|要)?经过证明的?(?:节点|机器)", _just(("limits.trust", "attested"))),
    (rf"(?:verif(?:y|ied)|check(?:ed)?) (?:by|at|with) (?P<n>{NUMBER}) (?:owners|providers|parties)|(?:由)?(?P<n2>{NUMBER})(?:家|方)(?:互相)?(?:核对|验证|复核|交叉验证)(?:结果)?", lambda m: (("verify.replicas", int(number(m["n"] or m["n2"]))),)),
    # the work
    (r"(?:run |execute |跑|运行|执行)?\s?[`「『](?P<command>[^`」』]{1,500})[`」』]", lambda m: (("run", m["command"].strip()),)),
    (r"(?:run |execute |跑|运行|执行)\s?[“\"'](?P<command>[^“”\"']{1,500})[”\"']", lambda m: (("run", m["command"].strip()),)),
    (r"(?:run|execute|launch|跑一下|跑|运行|执行|用|with|using)\s?(?:the |my )?(?:script |脚本|程序)?(?P<file>[\w./-]+\.(?:py|wasm))(?::(?P<function>\w+))?", _script),
    (r"(?:over|on|for each of|for every|for each|for all of|for|process(?:ing)?|对|把|给|处理)?\s?(?:all |the )*(?P<glob>[\w./-]*[*?][\w./*?-]*)(?:里的?|中的?)?(?:每一?个文件|每一?个|逐个|全部|都)?", lambda m: (("over", m["glob"]),)),
    (rf"(?:over|for|render(?:ing)?|渲染|处理)?\s?(?:the )?(?:frames?|items?|numbers?|第|帧)\s?(?P<first>\d+)\s?(?:-|–|~|to|到|至)\s?(?:第)?(?P<last>\d+)\s?(?:帧|号|个)?", _range),
    (r"(?:over|for)\s(?P<first>\d+)\s?(?:-|–|to)\s?(?P<last>\d+)", _range),
    (r"(?P<first>\d+)\s?(?:-|–|~|到|至)\s?(?P<last>\d+)\s?(?:帧|号|frames?)", _range),
    (r"(?:这一?批|这些|那些|these|this batch of|the attached|my)\s?(?:文件|视频|图片|照片|影像|扫描|数据|files?|videos?|pictures?|images?|photos?|clips?|scans?)(?:都)?", _just(("given", True))),
    # a service
    (r"(?:serve|publish|host|deploy|expose|上线|部署|发布|对外提供服务|提供服务|做成服务|作为服务)(?: this| the| my|一个|一下)?(?: service| 服务|服务)?", _just(("service", True))),
    (rf"(?:on |at )?(?:port|端口)\s?(?:is|为|:)?\s?(?P<n>\d+)|(?P<n2>\d+)\s?端口", lambda m: (("port", int(m["n"] or m["n2"])),)),
    (rf"(?P<n>{NUMBER})\s?(?:to|-|~|到|至)\s?(?P<n2>{NUMBER})\s?(?:instances?|replicas?|copies|个?实例|个?副本)", lambda m: (("scale.min", int(number(m["n"]))), ("scale.max", int(number(m["n2"]))))),
    (rf"(?:at least|minimum(?: of)?|至少|最少|不少于)\s?(?P<n>{NUMBER})\s?(?:instances?|replicas?|copies|个?实例|个?副本)", lambda m: (("scale.min", int(number(m["n"]))),)),
    (rf"{UP}\s?(?P<n>{NUMBER})\s?(?:instances?|replicas?|copies|个?实例|个?副本)", lambda m: (("scale.max", int(number(m["n"]))),)),
    (rf"(?P<n>{NUMBER})\s?(?:instances?|replicas?|copies|个?实例|个?副本)", lambda m: (("scale.min", int(number(m["n"]))), ("scale.max", int(number(m["n"]))))),
    (r"(?:named|called|call it|name it|名叫|名为|叫做|起名叫?)\s?(?P<name>[a-z0-9][\w.-]{0,63})", lambda m: (("name", m["name"]),)),
)  # fmt: skip

_DOUBTFUL: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    (rf"(?:{UP}|in)\s?{NUMBER}(?!\s?[\w%])", _ask("SUAN-U122", "unit")),
    (rf"{NUMBER}\s?{IN}", _ask("SUAN-U122", "unit")),
    (rf"(?:only )?(?:in|at|在)\s?{PLACE}(?:\sonly)?", _ask("SUAN-U122", "in city")),
    (rf"{PLACE}\s?(?:or|或者|或|and|和)\s?{PLACE}", _ask("SUAN-U122", "either")),
    (r"(?:not too expensive|reasonably priced|affordable|别太贵|不要太贵|不太贵|价格合理|便宜的?|cheap(?:ly)?)", _ask("SUAN-U122", "how much")),
    (r"(?:soon|quickly|fast|快一?点|快些|早点|早些|尽早|一会儿|过一会儿?|马上|立刻|right now|now|at once)", _ask("SUAN-U122", "when", "as fast as possible", "越快越好")),
    (r"(?:nearby|near me|close by|就近|附近|离我近|在我附近)", _ask("SUAN-U122", "where")),
    (r"(?:a few|several|some|many|lots of|几张|几块|几个|一些|若干)\s?(?:gpus?|cores?|卡|显卡|核|instances?|实例)?", _ask("SUAN-U122", "how many")),
    (rf"(?:about|around|roughly|approximately|大概|大约|差不多)\s?{NUMBER}\s?\w*|{NUMBER}\s?\w{{0,3}}左右", _ask("SUAN-U122", "about")),
    (r"(?:low latency|低延迟|低时延|latency matters|延迟要低|时延要低)", _ask("SUAN-U122", "how near")),
    (r"(?:green|environment(?:ally)? friendly|环保|绿色)", _ask("SUAN-U122", "how green", "as green as possible", "越绿色越好")),
    (r"(?:月底|年底|周末|this weekend|end of (?:the )?(?:month|week|year)|下个月|next (?:week|month))(?:前|之前|以前)?", _ask("SUAN-U122", "time")),
)  # fmt: skip


_EACH = {"second": 1.0, "s": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0, "h": 3600.0, "day": 86400.0}
_EACH |= {"秒": 1.0, "秒钟": 1.0, "分钟": 60.0, "小时": 3600.0, "天": 86400.0, "日": 86400.0}
_EVERY = "|".join(sorted(_EACH, key=len, reverse=True))


def _of_product(product: Product) -> Iterator[Phrase[Meaning]]:
    """Its names; and so much of it, or so much each day."""
    words = "|".join(re.escape(word) for word in sorted(product.words, key=len, reverse=True))
    yield _phrase(rf"(?:把|将|给)?(?:{words})", _just(("product", product.name)))
    if product.unit is None:
        return
    unit = "|".join(re.escape(word) for word in sorted(product.unit.words, key=len, reverse=True))
    many = rf"(?P<n>{NUMBER})\s?(?:个|位|名|次|条|张|份|例|路)?\s?(?:of\s)?(?:{unit})"
    before = rf"(?:每|一)(?:个)?(?P<each>{_EVERY})\s?(?:处理|生成|要|有)?\s?"
    after = rf"\s?(?:(?:an|a|per|each|every|/)\s?(?P<each>{_EVERY})\b|每(?P<each2>{_EVERY}))"
    for pattern in (before + many, many + after, rf"(?:for|给|为)?\s?{many}"):
        yield _phrase(pattern, lambda match: _amount(product, match))


def _amount(product: Product, match: re.Match[str]) -> Meaning:
    groups = match.groupdict()
    each = groups.get("each") or groups.get("each2")
    amount = float(number(match["n"]))
    return (("product", product.name), ("amount", amount / _EACH[each] if each else amount), ("rate", bool(each)))
