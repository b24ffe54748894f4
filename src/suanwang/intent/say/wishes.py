"""What matters most, in as many forms as there are qualities: each is a row of words, and each form takes those of any row."""

import re
from collections.abc import Callable
from typing import NamedTuple

from suanwang.intent.say.lexicon import HOSTS, NODES
from suanwang.intent.say.meanings import Meaning, just


class Quality(NamedTuple):
    """prefer: as a job file has it. adjective: cheap; more, most: cheaper, cheapest; noun: of what there shall be little; much:
    of what there shall be much (speed). zh, zh_noun: 便宜, 成本; zh_little: how little of the noun is said (低, 少)."""

    prefer: str
    adjective: str
    more: str
    most: str
    noun: str
    zh: str
    zh_noun: str
    zh_little: str
    much: str = r"(?!)"


_COST = r"(?:costs?|prices?|bills?|spending|expenses?|money)"
_CARBON = r"(?:carbon(?: footprint| emissions?)?|emissions?|co2e?(?: emissions?)?)"
_TIME = r"(?:run ?time|waiting time|turnaround|speed)"
_LATENCY = r"(?:latency|delay|lag|ping|rtt)"
QUALITIES = (
    Quality(
        prefer="price",
        adjective=r"(?:cheap(?:ly)?|inexpensive(?:ly)?|economical(?:ly)?)",
        more="cheaper",
        most="(?:cheapest|least expensive|most economical)",
        noun=_COST,
        zh=r"(?:便宜|省钱|节省|节约|划算|实惠|经济|低价|省|cheap)",
        zh_noun=r"(?:价格|价钱|成本|费用|花费|开销|省钱|钱|cost)",
        zh_little=r"[低少省]",
    ),
    Quality(
        prefer="speed",
        adjective=r"(?:fast|quick(?:ly)?|soon|speedy|speedily)",
        more="(?:faster|quicker|sooner)",
        most="(?:fastest|quickest|soonest)",
        noun=_TIME,
        zh=r"(?:快|fast)",
        zh_noun=r"(?:用时|耗时|时间|速度|快慢|时效|效率)",
        zh_little=r"[短少]",
        much="speed",
    ),
    Quality(
        prefer="carbon",
        adjective=r"(?:green(?:ly)?|sustainabl[ey]|low[- ]carbon|eco[- ]friendly|environmentally friendly)",
        more="(?:greener|cleaner)",
        most="(?:greenest|cleanest|most sustainable)",
        noun=_CARBON,
        zh=r"(?:绿色?低碳|低碳|绿色|绿|环保|清洁|green)",
        zh_noun=r"(?:碳排放量?|碳排|碳足迹|排放量?|环保|绿色|低碳|碳)",
        zh_little=r"[低少小]",
    ),
    Quality(
        prefer="latency",
        adjective=r"(?:low[- ]latency|responsive)",
        more="(?:nearer|closer)",
        most="(?:lowest[- ]latency|most responsive)",
        noun=_LATENCY,
        zh=r"(?:低延迟|低时延)",
        zh_noun=r"(?:网络)?(?:延迟|时延|往返时延|响应时间)",
        zh_little=r"[低小短]",
    ),
)
_CAN = (
    r"(?:(?:you |we )?(?:possibly )?(?:can|could)(?: (?:be|get|make it|manage)\b)?|(?:humanly |physically |reasonably )?"
    r"possible|it gets|they come)"
)
_THING = (
    rf"(?:possible|available|options?|ways?|ones?|places?|{NODES}|choices?|plans?|routes?|offers?|{HOSTS}|regions?|"
    rf"energy|power|electricity|"
    rf"you(?:'ve| have)? got)"
)
_PICK = (
    r"(?:(?:pick|choose|select|take|use|go for|go with|(?:pick |choose |use |on |take )?(?:whatever|whichever|wherever)"
    r"(?:'s| is| are| has| runs on|(?: (?:node|machine|option|place)s?)? is)?|只要|选|挑|找|走)\s?)?"
)
_ANY = r"(?:价格|价钱|成本|费用|花费|钱|便宜|时间|速度|快慢|快|用时|环保|绿色|低碳|碳排放?|排放|延迟|时延)"
_ANY_EN = (
    r"(?:the )?(?:costs?|prices?|money|time|speed|carbon|emissions?|green(?:est)?|latency|cheap(?:est)?|fast(?:est)?|quickest)"
)
"""What else may count, after what counts most: a demand has one preference."""
_TAIL = r"(?:的|地方|方案|办法|方式|机器|节点|机房|服务商|就行|就好|就可以|即可|那个|那台|来一台|优先|为主)*"


def _forms(q: Quality) -> str:
    """Every way to say that this quality comes first. "Make it fast" does; "fast" alone is asked about (doubts.py)."""
    quick = f"(?:{q.adjective}|{q.noun}|{q.much})"
    return "|".join((
        rf"(?:first|firstly) (?:{quick}),? then (?:{_ANY_EN})(?:,? (?:and )?(?:then|finally|last|lastly) (?:{_ANY_EN}))?|"
        rf"(?:{quick}|{q.most}) first,? (?:then )?(?:{_ANY_EN})(?: second)?"
        rf"(?:,? (?:and )?(?:then |finally )?(?:{_ANY_EN})(?: (?:third|last))?)?",
        rf"(?:as )?{q.adjective} as {_CAN}",
        rf"as (?:little|few|low) {q.noun} as {_CAN}",
        rf"the {q.more} the better",
        rf"{_PICK}(?:the |your )?(?:absolute(?:ly)? |very )?{q.most}(?: {_THING}){{0,2}}(?: (?:wins|first|please)|\s?"
        rf"优先|\s?的?(?:地方|机器|节点|机房|方案))?",
        rf"{_PICK}(?:at )?(?:the )?(?:lowest|least|smallest|minimal|minimum) (?:possible )?{q.noun}(?: (?:possible|wins|"
        rf"{_THING}))?",
        rf"(?:the )?(?:highest|top|maximum) {q.much}(?: possible)?",
        rf"(?:minimi[sz]e|minimi[sz]ing|cut|reduce|lower) (?:the |my |our )?{q.noun}",
        rf"(?:just )?keep (?:the |my |our )?{q.noun} (?:as low as {_CAN}|low|down|to a minimum)",
        rf"(?:just )?(?:make|keep|get|do|want|need) it (?:as )?{q.adjective}(?: as {_CAN})?",
        rf"(?:the )?(?:{q.noun}|{q.much})(?: (?:matters?|counts?|comes?|is|are|goes))? (?:the )?(?:most|first|(?:my |our |"
        rf"the |top )*priority)(?: important)?",
        rf"optimi[sz](?:e|ed|ing) (?:it )?for {quick}|prefer(?:ably|ring)? (?:the )?(?:{quick}|{q.most})|prioriti[sz]e {quick}",
        rf"(?:most important(?:ly)?(?: of all)?(?: is|:|,)?|what (?:matters|counts) (?:most|is)(?: to (?:me|us))?(?: is|"
        rf":)?|(?:i|we) care (?:most |only |mostly |mainly )+about|"
        rf"(?:my |our |the )?(?:top |first |main |number one )?(?:priority|concern|preference)(?: is|:)?|i'd (?:rather|"
        rf"like) (?:it |have it )?|i prefer|we prefer|would prefer|would like it)\s?(?:the )?"
        rf"(?:{q.most}|{quick}|{q.more})(?: (?:{_THING}))?",
        rf"(?:钱|价钱|价格|时间|速度|环保|碳排放?|、|和|与|,)*(?:这?[两三几]样)?(?:里|中|里面|当中)?\s?(?:我们?)?最(?"
        rf":在乎|看重|在意|关心|重视|注重|要紧|重要)(?:的)?(?:就)?(?:是)?{q.zh_noun}(?:\s?,?\s?(?:其次|再|然后|最后)(?"
        rf":才)?(?:是|看|考虑|要)?(?:{_ANY}))*|{q.zh_noun}(?:才)?(?:是)?最(?:重要|要紧|关键|优先)的?",
        rf"(?:不求(?:{_ANY})\s?,?\s?)?(?:只求|但求|只图|图个|只图个)(?:最)?(?:{q.zh}|{q.zh_noun})(?:就行|就好)?|"
        rf"{q.zh_noun}(?:要|请)?(?:尽量|尽可能|能|压到?|降到?|控制到)(?:最)?{q.zh_little}(?:一点|点|些)?(?:就)?(?:多)?(?"
        rf":{q.zh_little})?",
        rf"(?:the )?(?:{q.noun}|{q.much}) (?:is|comes?|goes|counts?) (?:everything|paramount|king|above (?:all|"
        rf"everything)(?: else)?|before (?:all|everything|anything)(?: else)?)",
        rf"(?:先|首先|首要)(?:看|考虑|保证|要)?(?:的是)?(?:{q.zh_noun}|{q.zh})\s?,?\s?(?:再|其次|然后|接着)(?:才)?(?:看|"
        rf"考虑|是|要)?(?:{_ANY})(?:\s?,?\s?(?:最后|再|再次|末了)(?:才|再)?(?:看|考虑|是)?(?:{_ANY}))?",
        rf"(?:(?:it|this) )?(?:really )?(?:has to|have to|must|should|needs to|ought to) be (?:as )?{q.adjective}(?"
        rf": as {_CAN})?",
        rf"(?:{q.adjective}|{q.most}) (?:is )?(?:preferred|preferable)",
        rf"(?:i'd|we'd|i would|we would) rather (?:it (?:be|is|was|were) |have it |be |go )?{quick} than {_ANY_EN}",
        rf"越\s?{q.zh}\s?越好|{q.zh_noun}越{q.zh_little}越好|能多?{q.zh}就多?{q.zh}",
        rf"{_PICK}最{q.zh}{_TAIL}|{_PICK}(?:{q.zh_noun}最{q.zh_little}|最{q.zh_little}{q.zh_noun}){_TAIL}",
        rf"where(?:ver)? (?:it(?: is|'s) |(?:the )?(?:electricity|power|energy) is )?{q.most}",
        rf"(?:尽量|尽可能|尽可能地|最好|怎么){q.zh}(?:怎么来|一点|点|些|的)?|"
        rf"优先(?:考虑)?(?:{q.zh_noun}|{q.zh})(?:能源|电力|的)?(?:\s?,?\s?(?:其次|再)(?:才)?(?:是|看|"
        rf"考虑)?(?:{_ANY}))?|"
        rf"(?!省[优为第])(?:{q.zh_noun}|{q.zh})\s?(?:优先|为主|第一|为先)",
        rf"(?:哪里|哪儿|哪个|哪台|谁|哪){q.zh}就?(?:去|在|用|放|选|跑|到)?(?:哪里|哪儿|哪个|哪台|谁|哪)(?:跑|算)?",
    ))  # fmt: skip


POWER = r"(?:(?:on |with |using |from |by )?(?:green|clean|renewable|solar|wind|hydro) (?:energy|power|electricity))"
_POWER_ZH = r"(?:(?:绿色?|清洁|可再生|干净)的?(?:电力?|能源)|风电|光伏|水电)"
_OTHER: tuple[tuple[str, str], ...] = (
    (
        "price",
        r"(?:spend|pay|cost|spending|paying)(?: me| us)? as little as (?:possible|(?:i|we|you|it) can)|save(?: us| me)?"
        r" money|(?:money|price) matters more than (?:time|speed)|便宜(?:一点|点|些)|(?:要)?省点?钱",
    ),
    (
        "speed",
        r"as soon as (?:you |we )?(?:possibly |humanly )?(?:can|possible)|the sooner the better|(?:as )?"
        r"early as possible|速度(?:优先|第一|为主|最重要)|asap|a\.s\.a\.p\.|尽快|越早越好|time matters more than (?"
        r":money|price|cost)",
    ),
    (
        "carbon",
        rf"(?:(?:prefer(?:ably|ring)?|ideally|if possible|where possible) )?{POWER}(?: (?:preferred|first|if possible|"
        rf"where possible|please))?(?:,? (?:but|though|although) (?:it|that)(?: is not|'s not| isn't) (?:essential|"
        rf"required|necessary|critical|a must|vital|mandatory))?|"
        rf"(?:优先|尽量|最好|尽可能)?(?:使用|用|走){_POWER_ZH}(?:的?{NODES})?(?:优先)?|{_POWER_ZH}优先|(?:低碳|绿色|环保)"
        rf"(?:一点|点|些)|"
        rf"low[- ]carbon|(?:(?:on|in|with|using|use|用|在|放在?)\s?)?(?:an? |the )?(?:green|low[- ]carbon|绿色|低碳|环保)"
        rf"\s?的?\s?{NODES}(?:里|上)?",
    ),
    ("latency", r"离用户(?:最近|越近越好)|越近越好|尽量近(?:一点|点|些)?|as (?:near|close) as possible"),
)

WISHES: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    *((f"(?:{_forms(q)})", just(("prefer", q.prefer))) for q in QUALITIES),
    *((f"(?:{pattern})", just(("prefer", prefer))) for prefer, pattern in _OTHER),
)
"""(pattern, what it says), as LINES has them."""
