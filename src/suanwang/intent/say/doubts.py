"""What could mean several things: phrases whose only meaning is a question. They are taken where nothing else fits."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import NODES, THINGS, WHO, WORK
from suanwang.intent.say.meanings import IN, UP, Meaning, ask
from suanwang.intent.say.numbers import NUMBER
from suanwang.intent.say.places import PLACE
from suanwang.intent.say.wishes import POWER

DOUBTS: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    (
        rf"(?<![\s\S])(?:is|was|did|does|has|had|(?:why|when|where|how) (?:is|was|did|does|has))\s{WORK}[^.!;]{{0,40}}\?"
                r"|(?:like|(?:just )?as|the way|how) (?:the|my|our|a|his|her|their) \w+(?: \w+)? (?:always )"
                r"?(?:does|did|do|would|likes?|wants?|had)(?: it)?\b",
        ask("SUAN-U121", "unknown"),
    ),
    (rf"(?:{UP}|in)\s?{NUMBER}(?!\s?[\w%])", ask("SUAN-U122", "unit")),
    (rf"{NUMBER}\s?{IN}", ask("SUAN-U122", "unit")),
    (
                r"(?<![-=\w])(?:总?预算|总?价格|总?费用|总价|最贵|budget|cost|price)\s?(?:is|of|:|是|为|在)?\s"
                rf"?(?:{UP}\s?)?{NUMBER}(?:\s?(?:{IN}|max))?(?"
        rf"!\s?[\w%¥$€£])",
        ask("SUAN-U122", "unit"),
    ),
    (rf"(?:only )?(?:in|at|在)\s?{PLACE}(?:\sonly)?", ask("SUAN-U122", "in_city")),
    (rf"{PLACE}\s?(?:or|或者|或|and|和)\s?{PLACE}", ask("SUAN-U122", "either")),
    (r"(?:not too expensive|reasonably priced|affordable|别太贵|不要太贵|不太贵|价格合理|便宜的?|"
     r"cheap(?:ly)?)", ask("SUAN-U122", "how_much")),
    (
        r"(?:soon|quickly|fast|快一?点|快些|早点|早些|尽早|(?:我们?|比较|有点)?赶时间|要快|快|in a (?:hurry|rush)|quick|"
        r"一会儿|过一会儿?|马上|立刻|立即|right now|right away|immediately|"
        r"now|at once)",
        ask("SUAN-U122", "when", "as fast as possible", "越快越好"),
    ),
    (
        rf"{NUMBER}\s?(?:块钱?|元|yuan|rmb)\s?(?:应该)?够了?(?:吧|吗)|(?:is|are|would|"
        rf"will) {NUMBER}\s?(?:yuan|rmb|cny) (?:be )?enough", ask("SUAN-U122", "about")),
    (
        rf"(?:on |in |在|用)?\s?(?:(?:my|our|their|your)\s(?:own\s)?|(?:the |our |my )?{WHO}(?:'s?)?\s?的?\s?|"
        rf"我们?(?:自己)?的|自己的|自家的?|本地的?)"
     rf"(?:{WHO}(?:'s?)?\s?的?)?{NODES}", ask("SUAN-U122", "whose")),
    (
        rf"(?:{THINGS}|这个|这些|it)\s?(?:都|is|are)?\s?(?:很|比较|非常|高度|very |highly |strictly )?(?:敏感|机密|保密|涉密|"
        rf"confidential|sensitive|private|secret)的?",
        ask("SUAN-U122", "how_private"),
    ),
    (
        rf"only {POWER}|{POWER} only|only (?:on|with|"
        rf"using|from) {POWER}", ask("SUAN-U122", "how_green", "as green as possible", "越绿色越好")),
    (r"(?:nearby|near me|close by|就近|附近|离我近|在我附近)", ask("SUAN-U122", "where")),
    (
        r"(?:a few|several|some|many|lots of|几张|几块|几个|一些|若干)\s?(?:gpus?|cores?|卡|显卡|核|instances?|实例)?",
        ask("SUAN-U122", "how_many"),
    ),
    (rf"(?:about|around|roughly|approximately|大概|大约|差不多)\s?{NUMBER}\s?\w*|"
     rf"{NUMBER}\s?\w{{0,3}}左右", ask("SUAN-U122", "about")),
    (r"(?:low latency|低延迟|低时延|latency matters|延迟要低|时延要低)", ask("SUAN-U122", "how_near")),
    (r"(?:green|environment(?:ally)? friendly|环保|绿色|低碳)",
     ask("SUAN-U122", "how_green", "as green as possible", "越绿色越好")),
    (
        r"(?:月底|年底|周末|this weekend|(?:by |before )?(?:the )?end of (?:the )?(?:day|month|week|year)|eod|"
        r"close of business|下个月|next (?:week|month))(?:前|之前|以前)?",
        ask("SUAN-U122", "time"),
    ),
)  # fmt: skip
