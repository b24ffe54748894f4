"""Words around what is said that say nothing of their own: whose script it is, what its files are, what it does with them. Each
slot takes words of one kind (lexicon.py), and only where a program, a file or a wish stands beside them."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import DO, DOING, MATTER, OURS, THINGS, WHO
from suanwang.intent.say.meanings import Meaning, just

_FILE = r"(?:[`「]|(?<![a-z0-9_./-])[a-z0-9_./-]+\.(?:py|wasm))"
_GLOB = r"(?<![a-z0-9_./-])[a-z0-9_./-]*\*"
_ROLE = r"(?:scripts?|programs?|code|notebooks?|jobs?|tools?|pipelines?|apps?|apis?|backends?|frontends?|websites?|servers?|services?|bots?|models?)"
_ROLE_ZH = r"(?:脚本|程序|代码|工具|后端|前端|后台|网站|服务|接口|模型|应用|机器人|作业)"
_MODIFIER = r"(?:(?![不没无非除超别勿未或若如])[\u4e00-\u9fff])"
_PLAIN = r"(?:(?![不没无非除超别勿未或若如删停消只仅每最近前后新旧大小长短首末今昨明余剩失错一二三四五六七八九十百千万两半几])[\u4e00-\u9fff])"
"""Of what a thing is: no word that turns a meaning around, counts, or chooses some of many."""
_WORD = r"(?:(?!not?\b|non|all\b|any\b|or\b|and\b|but\b|other\b|except)[a-z-]{2,14})"
_WANTS = r"(?:要|需要|想|让|请|用|给|今|明|后天|周|本周|下周|每|一(?:个)?(?:小时|天)|needs?\b|wants?\b|requires?\b|do(?:es)?\b|has\b|have\b|handles?\b|asked|would like)"

SLOTS: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # our nightly script a.py
    (rf"{OURS}(?:{_WORD}\s){{0,2}}{_ROLE},?\s(?=(?:is |in |called )?{_FILE})", just()),
    (rf"(?:把|将)?{_ROLE_ZH}\s?(?={_FILE})", just()),
    (rf"(?:我们?的?|咱们?的?|这个|一个)(?:{_MODIFIER}{{0,5}}?{_ROLE_ZH})(?:是|叫|:)?\s?(?={_FILE})", just()),
    # the customers' images are in x/*.png
    (
        rf"{THINGS}\s?(?:都|全|就)?(?:存|放)?(?:在|是|:|in|under|from|at|are in|are at|are|is in|live in|matching)?\s?(?={_GLOB})",
        just(),
    ),
    (
        rf"(?:(?:把|将|对|给){_PLAIN}{{1,6}}?|{_PLAIN}{{1,6}}?的{_PLAIN}{{0,4}}?)(?:{MATTER}){{1,2}}\s?(?:都|全)?(?:存|放)?(?:在|是|:)?\s?(?={_GLOB})",
        just(),
    ),
    # a.py, to transcribe the interviews
    (
        rf"(?:(?<=\.py)|(?<=\.py )|(?<=\.wasm)|(?<=\.wasm )|(?<=[`」])|(?<=[`」] ))(?:来|去)?(?:(?:to )(?:be )?{DO}|(?:being |be )?{DOING})(?:一下|一遍|完|出来|好|掉)?"
        rf"(?:\s?(?:them|it|these|those|all of them|{THINGS}))?",
        just(),
    ),
    (rf"{DO}\s?(?=[^,.;]{{0,60}}\b(?:with|using|through|via)\s{_FILE})", just()),
    # the lab wants, my boss asked me
    (
        rf"(?:{OURS}|the |a )?{WHO}(?:'s)?(?:这边|那边|们|里)?"
        rf"(?:\s?(?:让|叫|请|催|说|希望|交代|asked|told|wants?|needs?|says?|said)(?:我们?|\sme|\sus)?(?:\sto)?|(?=\s?{_WANTS}))",
        just(),
    ),
    # for each sample
    (rf"每一?(?:个|帧|张|段|份|条|次)?(?:{MATTER})|(?:for |per )?each (?:of (?:them|these) )?(?:{MATTER}|task)", just()),
    # who I am
    (
        rf"(?:i am|i'm|we are|we're)\s(?:an?|the)\s(?:{_WORD}\s){{0,2}}{WHO}(?:\shere)?|{WHO} here(?=\s?[,.!;:])|"
        rf"(?:我是|我们是)(?:一?个|一?名)?{_PLAIN}{{0,4}}?{WHO}|{WHO}党",
        just(),
    ),
)  # fmt: skip
