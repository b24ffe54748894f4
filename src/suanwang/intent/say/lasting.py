"""How long a task is thought to run: "about six hours", 预计跑10个小时. It says nothing of when it must be done, and stands
where no "within" or "by" makes a deadline of it."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import MATTER, WORK
from suanwang.intent.say.meanings import SPAN, Meaning, just, takes
from suanwang.intent.say.numbers import NUMBER

_ABOUT = r"(?:(?:about|around|roughly|approximately|approx\.?|some|maybe|probably|perhaps|nearly|almost|~|≈)\s?)"
_ABOUT_ZH = r"(?:大概率?|大约|大致|约莫|约|差不多|估计|预计|预估|估摸着?|可能|应该|一般)"
_WILL = (
    "(?:(?:it |that |this |the job |each )?(?:should|will|would|it'll|it'd|might|may|is (?:expected|"
    "estimated|going|likely) to|"
    r"probably)\s)"
)
_TAKES = (
    r"(?:takes?|taking|needs?|lasts?|lasting|runs?(?: for)?|run (?:it|this) for|running(?: for)?|"
    r"(?<!results )(?<!result )(?<!it )(?<!them )(?<!files )(?<!data )(?<!logs )(?<!output )(?<!outputs )(?"
    r"<!everything )(?<!wait )for|over|expected(?: to (?:take|run(?: for)?))?|"
    r"estimated(?: to (?:take|run(?: for)?)| at)?|expect|"
    r"(?:expected |estimated )?(?:run ?time|running time|duration|length)(?:\s?(?:of|is|:|=))?)"
)
_TAKES_ZH = (
    r"(?:(?:要|得|需要?|会)?(?:连续)?(?:跑|算|训|训练|运行|耗时|用时|花|用|干|占用|占|租用?|持续)(?:上|满|个|掉)?"
    r"|(?:每个|每份|每次|单个|单次|一次)(?:任务)?(?:要|需要?|跑|算)?|(?:预计|预估|估计|总)?(?:运行|计算|任务|作业)?(?"
    r":时间|时长|用时|耗时)|要|得|需要?)"
)
_END = r"(?=\s?(?:$|-\s|[,.;:!?。、()]|with|on|and|at|in|near|using|,))"
_AFTER = (
    r"(?:\s?(?:or so|or thereabouts|in total|total|long|each|apiece|左右|上下|的(?:事儿?|活儿?|任务|时间|样子)|就够了?|吧))"
)
_BEFORE = (
    r"(?:(?<![\s\S])|(?<=[,.;:!?。、()])|(?<=[,.;:!?。、()] )|(?<= - )|(?<=core )|(?<=cores )|(?<=核 )|(?<=核)|(?<=gb )|"
    r"(?<=gpu )"
    r"|(?<=gpus ))"
)

_OFTEN = (
    "(?:(?:usually|typically|normally|generally|mostly|commonly|probably|likely|in practice|as a rule|on "
    "average|by experience) )"
)
_ROUGHLY = (
    r"(?:(?:about|around|roughly|approximately|approx\.?|some|something like|somewhere (?:around|near)|"
    "near|nearly|close to|almost|maybe|"
    r"perhaps|probably|an estimated|in the (?:region|order) of|~|≈|circa|ca\.?|or so)\s?)"
)
_SUBJECT = (
    "(?:(?:it|that|this|which|they|the (?:job|run|program|script|thing|work|whole thing)|last (?:time|week|"
    "month|year) it|(?:a|each|one|every|the) (?:typical |usual |normal |full |single |average )?(?:run|job|"
    "pass))(?:'ll|'d|'s)? )"
)
_GOES = (
    "(?:takes?|took|taking|lasts?|lasted|runs?|ran|goes|went|go|going|keeps (?:going|running|busy)|"
    "grinds?|chugs?|churns?|crunch(?:es)?"
    "|works?|comput(?:es|ing)|occup(?:ies|y|ied)|needs?|needed|wants?|requires?|uses?|is busy|will be "
    "busy|means?|expect(?:s|ed)?|reckon"
    "(?: on| with)?)(?: (?:on|away|along|running|busy|it|to take|to run))?(?: (?:an?|the|one|its?|your|my)"
    " (?:machine|node|computer|core|box)s?"
    r"(?: busy)?)?(?: for)?"
)
_WORTH = (
    "(?:(?:'|'s)? ?(?:worth )?(?:of )?(?:solid |pure |steady |heavy )?(?:run ?time|comput(?:e|ing|ation)"
    "(?: time)?|work|training|gpu time"
    "|cpu time|number[- ]crunching|crunching|grinding|processing|calculations?|calculating|rendering|"
    "simulation|simulating|machine time)"
    r"|(?:'|'s)? worth(?: of it)?)"
)
_LENGTH = (
    r"(?:(?:the |an? |its |my )?(?:(?:expected|estimated|est\.?|typical|usual|approx\.?|approximate|likely|"
    "probable|total) )*(?:run ?time|"
    "running time|duration|length(?: of (?:the )?(?:work|job|run))?|time needed|time required|compute "
    "time|execution time|eta|wall time))"
)

LASTING: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    (rf"{_SUBJECT}?{_OFTEN}?{_WILL}?{_OFTEN}?{_GOES}\s{_ROUGHLY}?(?P<span>{SPAN})(?:{_AFTER}|{_WORTH}){{0,2}}", takes),
    (rf"{_LENGTH}\s?(?:is|of|:|=|near|at|about|->)?\s?{_ROUGHLY}?(?P<span>{SPAN})(?:{_AFTER}|{_WORTH})?", takes),
    (rf"(?:est\.?|estimated|approx\.?|expected)\s?:?\s?(?:at |about )?(?P<span>{SPAN})(?:{_AFTER}|{_WORTH})?", takes),
    (
        (
            rf"(?:i|we) (?:reckon|guess|think|estimate|expect|figure|believe)(?: that)?\s(?=(?:{WORK}|it|this|that)"
            rf"\s(?:\w+ ){{0,2}}?(?:about |around |roughly )?{SPAN})"
        ),
        just(),
    ),
    (rf"{_ROUGHLY}?(?P<span>{SPAN}){_WORTH}(?: (?:in|on|for)(?=\s))?", takes),
    (
        rf"{_WILL}?{_TAKES}\s{_ABOUT}?(?P<span>{SPAN}){_AFTER}?|(?:it )?(?:may|might|could|can) (?:take|run(?: for)?|"
        rf"last|need) (?:up to )?(?P<span2>{SPAN})",
        takes,
    ),
    (rf"{_WILL}?{_TAKES}?\s?{_ABOUT}(?P<span>{SPAN}){_AFTER}?{_END}", takes),
    (
        rf"(?:{_ABOUT_ZH}\s?)?{_TAKES_ZH}\s?(?:是|为|:)?\s?(?:{_ABOUT_ZH}\s?)?(?P<span>{SPAN}){_AFTER}?(?=\s?(?:$|[,.;:!?"
        rf"。、()]))",
        takes,
    ),
    (
        rf"{_ABOUT_ZH}\s?(?P<span>{SPAN}){_AFTER}?(?:就|能|可以)*(?:跑完|算完|做完|完成|结束|跑好)?(?=\s?(?:$|[,.;:!?"
        rf"。、()]))",
        takes,
    ),
    (
        rf"(?:{_ABOUT_ZH}\s?)?(?P<span>{SPAN})(?:左右|上下)(?:就|能|可以|应该)*(?:跑完|算完|做完|搞定|完成|结束|跑好|"
        rf"出结果)?",
        takes,
    ),
    (rf"{_BEFORE}(?P<span>{SPAN}){_AFTER}?{_END}", takes),
    (rf"(?P<span>{SPAN})\s?(?:each|apiece|per (?:task|run|job|frame|file|item|{MATTER}))", takes),
    (rf"(?P<span>{SPAN})\s(?:of (?:run ?time|compute|computing|computation|work|training|gpu time|cpu time))", takes),
    (
        rf"(?:an?|the|one)?\s?(?P<span>{NUMBER}[- ](?:hour|minute|min|day)s?)[- ](?:long )?(?:job|run|task|training|"
        rf"simulation|computation)s?",
        takes,
    ),
)
