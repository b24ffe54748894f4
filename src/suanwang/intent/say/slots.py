"""Words around what is said that say nothing of their own: whose script it is, what its files are, what it does with them. Each
slot takes words of one kind (lexicon.py), and only where a program, a file or a wish stands beside them."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import COMPOUND, DO, DOING, MATTER, OURS, PLAIN, THINGS, WHO, WORD
from suanwang.intent.say.meanings import Meaning, just

_FILE = r"(?:[`「]|(?<![a-z0-9_./-])[a-z0-9_./-]+\.(?:py|wasm))"
_GLOB = r"(?<![a-z0-9_./-])[a-z0-9_./-]*\*"
_ROLE = (
    r"(?:scripts?|programs?|code|notebooks?|jobs?|tools?|pipelines?|apps?|apis?|backends?|frontends?|websites?|servers?|"
    r"services?|bots?|models?)"
)
_ROLE_ZH = r"(?:脚本|程序|代码|工具|后端|前端|后台|网站|服务|接口|模型|应用|机器人|作业)"
_MODIFIER = r"(?:(?![不没无非除超别勿未或若如])[\u4e00-\u9fff])"
_WANTS = (
    r"(?:要|需要|想|让|请|用|给|今|明|后天|周|本周|下周|每|一(?:个)?(?:小时|天)|needs?\b|wants?\b|requires?\b|do(?:es)?\b|"
    r"has\b|have\b|handles?\b|asked|would like)"
)

SLOTS: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # our nightly script a.py
    (rf"{OURS}(?:{WORD}\s){{0,2}}{_ROLE},?\s(?=(?:is |in |called )?{_FILE})", just()),
    (rf"(?:把|将)?(?:(?:{WHO}|{MATTER})的?){{0,2}}{_ROLE_ZH}\s?(?={_FILE})", just()),
    (rf"(?:我们?的?|咱们?的?|这个|一个)(?:{_MODIFIER}{{0,5}}?{_ROLE_ZH})(?:是|叫|:)?\s?(?={_FILE})", just()),
    # the customers' images are in x/*.png
    (
        rf"{THINGS}\s?(?:都|全|就)?(?:存|放)?(?:在|是|:|in|under|from|at|are in|are at|are|is in|live in|"
        rf"matching)?\s?(?={_GLOB})",
        just(),
    ),
    (
        rf"(?:(?:把|将|对|给){PLAIN}{{1,6}}?|{PLAIN}{{1,6}}?的{PLAIN}{{0,4}}?)(?:{MATTER}){{1,2}}\s?(?:都|全)?(?:存|"
        rf"放)?(?:在|是|:)?\s?(?={_GLOB})",
        just(),
    ),
    (rf"{PLAIN}{{1,5}}?(?:{MATTER}){{1,2}}\s?(?:都|全)?(?:存|放)?(?:在|位于)\s?(?={_GLOB})", just()),
    # a.py, to transcribe the interviews
    (
        rf"(?:(?<=\.py)|(?<=\.py )|(?<=\.wasm)|(?<=\.wasm )|(?<=[`」])|(?<=[`」] ))(?:来|去)?(?:(?:to )(?:be )?{DO}|(?:being |"
        rf"be )?{DOING})(?:一下|一遍|完|出来|好|掉)?"
        rf"(?:\s?(?:them|it|these|those|all of them|{THINGS}))?",
        just(),
    ),
    (rf"{COMPOUND}{{0,2}}{DO}\s?(?=[^,.;]{{0,60}}\b(?:with|using|through|via)\s{_FILE})", just()),
    # the lab wants, my boss asked me
    (
        rf"(?:{OURS}(?:{WORD}\s)?|the |a )?(?:{WHO}|{PLAIN}{{1,3}}(?:部|部门|组|科|处|室|中心|系|所|厂))(?:'s)?(?:这边|那边|"
        rf"们|里)?"
        rf"(?:\s?(?:让|叫|请|催|说|希望|交代|asked|told|wants?|needs?|says?|said)(?:我们?|\sme|\sus)?(?:\sto)?|"
        rf"(?=\s?{_WANTS}))",
        just(),
    ),
    # greetings and thanks; what it is about, before all else
    (
        rf"(?:谢谢|多谢|感谢|辛苦|劳烦|麻烦|拜托|thanks,? |thank you,? |hi |hello |hey |dear )(?:各位|all |the )?{WHO}|"
        rf"(?:各位)?{WHO}(?:们)?(?:你?好|您好)", just()),
    (rf"(?<![\s\S])(?:{COMPOUND}){{1,3}}(?=\s?[:,])", just()),
    # for each sample
    (rf"每一?(?:个|帧|张|段|份|条|次)?(?:{MATTER})|(?:for |per )?each (?:of (?:them|these) )?(?:{MATTER}|task)", just()),
    # who I am
    (
        rf"(?:i am|i'm|we are|we're)\s(?:an?|the)\s(?:{WORD}\s){{0,2}}{WHO}(?:\shere)?|{WHO} here(?=\s?[,.!;:])|"
        rf"(?:我是|我们是)(?:一?个|一?名)?{PLAIN}{{0,4}}?{WHO}|{WHO}党",
        just(),
    ),
)  # fmt: skip
