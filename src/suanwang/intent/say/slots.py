"""Words around what is said that say nothing of their own: whose script it is, what its files are, what it does with them. Each
slot takes words of one kind (lexicon.py), and only where a program, a file or a wish stands beside them."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import COMPOUND, DO, DO_ZH, DOING, MATTER, OURS, PLAIN, THINGS, WHO, WORD
from suanwang.intent.say.meanings import Meaning, just
from suanwang.intent.say.numbers import NUMBER

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

_CLAUSE = r"(?<![\s\S])|(?<=[,.;:!?。(])|(?<=[,.;:!?。(] )"
_PROGRAM = r"\./|(?:python3?|bash|sh|make|torchrun|deepspeed|node|rscript|ffmpeg|[a-z0-9_-]+\.(?:sh|exe|r|jl))\b"
_AHEAD = rf"(?=[\s\S]*?(?:{_FILE}|{_PROGRAM}))"
"""What the work is called stands before the program that does it; after it, it may be more work."""
_TOPIC = (
    rf"(?:(?!(?:urgent|overnight|cheap|quick|fast|slow|green|secure|private|encrypt|confidential|dail|night|week|month|"
    rf"hour|year|redundant|"
    r"distributed|parallel|offline|online|local|remote|gpu|cpu|spot|free|public|shared|dedicated|reserved|high|low|min|"
    r"max|twice|again|"
    r"stop|cancel|kill|delet|remov|drop|wip|eras|paus|resum|restart|undo|share|publish|upload|send|sent|back|save|stor|"
    r"copy|copi|move|then|plus|"
    r"dry|mock|fake|trial|practice|rehears|sample|single|second|another|other|previous|old|yesterday|background|"
    r"critical|important|"
    r"emergenc|rush|schedul|recurr|periodic|interactive|sensitive|secret|classified|and|or|both|two|three|several|many|"
    r"each|double|re-|un|dis|don|never|no\b|test|"
    rf"run|start|launch|execut|use|using|with|within|in\b|on\b|at\b|by\b|to\b|from|under|over|near|for|if\b|when|it\b)){WORD})"
)
_HEAD = (
    r"(?:pipelines?|batch(?:es)?|jobs?|tasks?|runs?|stud(?:y|ies)|experiments?|projects?|thesis|homework|assignments?|"
    r"papers?|workflows?|"
    r"simulations?|analys[ie]s|benchmarks?|sweeps?|models?|runners?|demos?|coursework|dissertation|workloads?|"
    r"calculations?|renders?|backtests?)"
)
"""The word that ends a heading: what kind of work it is."""
_TOPIC_ZH = (
    r"(?:(?![不没无非除超别勿未或若如删停消取只仅每最近前后首末剩失错快慢急省贵便宜绿碳密私夜晚早日年定时先再并且和与及"
    r"传送发存备改杀让等用跑把对从到给按敏重复双多布试演])[\u4e00-\u9fff])"
)
"""A character of what work is called: none that turns a meaning around, says when or how, or begins another piece of work."""
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
    (
        rf"(?:帮|给|替|为)(?:我们?)?{WHO}(?=跑|算|做|运行|执行|渲染|处理|来)|{DO} (?:the|our|my|this) (?"
        rf":{_TOPIC}\s){{1,2}}(?=(?:with|using|via)\s(?:{_PROGRAM}))", just()),
    (
        rf"{DO}\s(?=(?:with|using|via)\s(?:{_FILE}|{_PROGRAM}))|{DO} {THINGS}\s(?=(?:with|using|through|via|by|"
        rf"by running)\s(?:{_FILE}|{_PROGRAM}))", just()),
    (
        rf"(?:(?<=\.sh )|(?<=\.js )|(?<=\.jl )|(?<=\.py )|(?<=\.r ))(?:(?:来|去)?(?:{DO_ZH})(?:一下)?(?:{THINGS})|to (?"
        rf":{DO}) (?:{THINGS}))(?=\s?"
        rf"(?:$|[,.;。]))", just()),
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
    (
        rf"(?<![\s\S])(?:(?:old|new|{_TOPIC})\s){{0,2}}(?:{COMPOUND}){{1,3}}(?=\s?(?:[:,]|{_FILE}|{_PROGRAM}))|(?:all )?"
        rf"{NUMBER} of them", just()),
    # who says so
    (
        rf"(?:{OURS}|company |compliance |the )?(?:polic(?:y|ies)|rules?|contract|law|regulations?|compliance|{WHO}) (?"
        rf":says?|requires?|demands?|insists?|states?)(?: that)?"
        rf"|(?:按照?|根据|依据|依)?\s?(?:我们?|公司|单位|学校|医院|行内|院里|厂里|{WHO})的?(?:合规|安全|数据)?(?:规定|"
        rf"要求|政策|制度)(?:是)?",
        just(),
    ),
    (r"(?:依照|按照|根据|遵照|依据|遵|按)(?:(?![不没无非除别勿若只仅])[\u4e00-\u9fff]){0,6}(?:规定|要求|政策|制度|精神|"
        r"规范|条例|法规)(?:,)?", just()),
    # what it is about, as a heading of its own
    (
        rf"(?:{_CLAUSE})(?:(?:it's|it is|this is|that's|that is|here's|i'm doing|we're doing|i am doing|we are doing|"
        rf"i do|we do) )?(?:(?:for|about) )?"
        rf"(?:{OURS}|an? |some )?(?!tests?\b)(?:{_TOPIC}\s){{0,3}}(?:{DOING}|{DO}|{_HEAD})(?:\s(?:{_ROLE}|{_HEAD}))?(?"
        rf"=\s?(?:$|[,.;:(]|{_FILE}|{_PROGRAM})){_AHEAD}",
        just(),
    ),
    (rf"(?:for|as part of) (?:{OURS}|an? )(?:{_TOPIC}\s){{0,2}}(?:{_HEAD}|{_ROLE}|{DOING})(?=\s?(?:$|[,.;:]))", just()),
    (
        rf"(?:{_CLAUSE})(?:我们?|咱们?|本人|这是|这里是)?(?:今天|现在)?(?:要|想|需要|得|在|请|给|帮我?|麻烦)*(?:做|搞|跑|"
        rf"进行|安排|弄|来|开展)?(?:一?(?:个|次|批|组|轮|份|场|套|项))?(?:我们?的|公司的?|实验室的?)?"
        rf"(?:[a-z]{{1,8}}\s?)?{_TOPIC_ZH}{{0,8}}?(?:{DO_ZH})(?:任务|作业|工作|项目|程序|脚本|一下)?(?:用的?)?(?=\s?(?:$|"
        rf"[,.;:(。]|命令|{_FILE}|{_PROGRAM})){_AHEAD}",
        just(),
    ),
    (
        rf"(?:{_CLAUSE}|(?<=卡)|(?<=\d)|(?<=gpu)|(?<=机器))(?:我们?|咱们?|本人)?(?:要|想|需要|得|在|请|帮我?|麻烦)*(?:来|"
        rf"去|用来)?(?:{DO_ZH})(?:一下|一遍|下)?(?:我们?的|公司的?|实验室的?|一个|这个)?"
        rf"{_TOPIC_ZH}{{1,6}}(?=\s?(?:$|[,.;:(。]|命令|{_FILE}|{_PROGRAM})){_AHEAD}",
        just(),
    ),
    # for each sample
    (rf"每一?(?:个|帧|张|段|份|条|次)?(?:{MATTER})|(?:for |per )?each (?:of (?:them|these) )?(?:{MATTER}|task)", just()),
    (
        r"\(?(?:any|whatever|whichever) (?:kind|model|type|sort)(?: of (?:gpu|card))?(?: will do| is fine| works)?\)?|(?"
        r":什么|任何|任意|随便什么)?型号(?:都|也)?(?:不限|随意|随便|都行|均可|行)", just()),
    # who I am
    (
        rf"(?:i am|i'm|we are|we're)\s(?:an?|the)\s(?:{WORD}\s){{0,2}}{WHO}(?:\shere)?|{WHO} here(?=\s?[,.!;:])|"
        rf"(?:我是|我们是)(?:一?个|一?名)?{PLAIN}{{0,4}}?{WHO}|{WHO}党",
        just(),
    ),
)  # fmt: skip
