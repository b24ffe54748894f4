"""How much it may cost and how much carbon it may cause, in English: nouns of cost, verbs of spending and of allowing, in any
order with an amount; each says at most so much, of the whole."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import WHO, WORD, WORK
from suanwang.intent.say.meanings import IN, MONEY, MORE, OVER, PER, UP, Meaning, after, carbon, just, money
from suanwang.intent.say.numbers import NUMBER

Listed = tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...]

_WE = (
    rf"(?:i|we|you|they|he|she|(?:the|my|our|your|his|her) (?:{WORD} )?{WHO}|the department|the budget|my purse|"
    "my wallet|my pocket)"
)
_HAVE = (
    rf"(?:(?:{_WE})?(?:'ve| have| has|'d| had)? ?(?:been )?(?:only |just )?"
    "(?:got|have|has|hold|holds|gave|gives|given|handed|lent|allotted|allocated|approved|granted|budgeted|"
    "earmarked|assigned|put aside|"
    "set aside|reserved|"
    r"agreed(?: to| on)?|authori[sz]ed|signed off(?: on)?|got approval for)(?: (?:me|us|it))?)"
)
_PAY = (
    "(?:(?:can|could|will|would|may|'ll|'d|am|are|is)? ?(?:only |just )?(?:willing to |able to |happy to |"
    "ready to |prepared to |"
    "allowed to |glad to )?(?:pay|spend|afford|put|spare|invest|part with|go|stretch|shell out|fork out|"
    "offer|contribute|stump up"
    r"|cost|run|come)(?:ing|s)?(?: out)?(?: to| me| us)?)"
)
_NOUN = (
    r"(?:budget|outlays?|expenditures?|spending|spend|expenses?|costs?|price|bill|charges?|fees?|total|tab|allowance|funds?|"
    r"price tag|money|spend)"
)
_KIND_OF = (
    r"(?:(?:the|my|our|your|a|an|total|all-in|overall|max(?:imum)?\.?|hard|upper|absolute|strict|whole|entire|"
    "price|money|cost) )*"
)
_CAP = r"(?:limit|cap|ceiling|maximum|max|upper bound|bound|allowance)"
_BE = (
    "(?:(?:is|are|of|at|to|=|:|->|set|fixed|stays?|be|must|should|shall|may|can|'s|stand|stands|going|for "
    "(?:this|it|that)) ?){0,3}"
)
_ALL = (
    "(?:in total|total|in all|all in|all told|altogether|overall|together|for (?:the )?(?:whole |entire )"
    "?(?:lot|thing|job|batch|run|"
    r"everything|all of (?:it|them))|the (?:whole )?lot)"
)
_REST = (
    rf"(?:\s?,?\s?(?:is|are|being) (?:all|everything|the most|as much as|the (?:absolute )?limit of what) (?:that )?"
    rf"(?:{_WE}(?:'ve| have| has| can| could| may|'m willing to|'ll)?)?(?: ?(?:got|have|has|spend|afford|"
    "pay|spare|put in|give|going to pay))?"
    rf"(?: for (?:it|this|that))?|\s?(?:to spend|of budget|to spare|into|in it))"
)

_GRAMS = r"(?P<unit>kgs?|kilogram(?:me)?s?|kilos?|grams?|grammes?|g|t)"
_CO2 = r"(?:co2e?|carbon(?: dioxide)?(?: emissions?| footprint| output)?|emissions?|greenhouse gas(?:es)?|footprint)"
_MASS = rf"(?:a |an )?(?P<n>{NUMBER})\s?{_GRAMS}(?![a-z])"
_EMIT = (
    "(?:emit|cause|produce|release|generate|give off|put out|let out|blow out|make|burn|use|account for|"
    "be responsible for|leave"
    r" behind)(?:s|ting|ing)?"
)

_SIDE = r"(?:(?:an? )?(?:total )?(?:outlay|spend) )?"
CEILINGS: Listed = (
    (
        rf"(?:{_KIND_OF}(?:{_NOUN})(?: {_CAP})?|{_KIND_OF}{_CAP}(?= (?:is|of|at|to)\b|\s?[=:¥\d]))\s?{_BE}(?:{UP}\s?)?"
        rf"{MONEY}\s?(?P<per>{PER})?(?:\s?{_ALL})?(?:\s?,?\s?{IN})?",
        money,
    ),
    (
        (
            rf"(?:{_HAVE}|{_WE} ?{_PAY}|(?<![a-z] )(?<![a-z]){_PAY}|(?:(?<=and )|(?<=can )|(?<=may )|(?<=but )|"
            rf"(?<='ll )|(?<=you )|(?<=should )|(?<=to ))(?:pay|spend|go to|put|spare|invest)(?:ing)?)\s(?:{UP}\s)"
            rf"?{MONEY}\s?(?P<per>{PER})?(?:\s?{_ALL})?(?:\s?,?\s?{IN}){{0,2}}(?:\s?{_ALL})?{_REST}?"
        ),
        money,
    ),
    (rf"(?:{_ALL} )?(?:{UP}\s?)?{MONEY}\s?(?P<per>{PER})?\s?{_ALL}(?:\s?,?\s?{IN})?", money),
    (rf"{MONEY}\s?(?P<per>{PER})?(?:\s?{IN})?{_REST}(?:\s?,?\s?{IN})?", money),
    (rf"{MONEY}\s?(?P<per>{PER})?,?\s?{IN}(?:\s?,?\s?{IN})?(?:\s?{_ALL})?", money),
    (
        rf"(?:to )?{OVER}\s{MONEY}\s?(?P<per>{PER})?",
        after(r"\b(?:don't|do not|never|not|mustn't) (?:let|allow|have|see|want)\b[^,;!?]{0,80}", money),
    ),
    (
        "(?:if|should|in case) (?:it|this|that|the (?:price|cost|total|bill|job|run|whole thing))(?:(?:'s|"
        " is)? (?:costs?|comes? to|goes|going|will be|will cost|exceeds?|gets?|runs?|turns out|would cost|"
        "is))? "
        rf"(?:to )?{MORE}?\s?{MONEY},? (?:then |please )?(?:forget (?:it|about it)|don't (?:bother|run it|"
        "do it|start(?: it)?)|do not (?:bother|run it|do it|start(?: it)?)|leave it|no thanks|drop it|"
        "call it off|it's off|no deal|let it be)"
        rf"(?:[;,.:]? (?:and )?(?:otherwise|else|if not),? (?=run|do|go|start|execute|please|{WORK}))?",
        lambda m: money(m) if re.search(MORE, m[1]) or "exceed" in m[1] else None,
    ),
    (
        (
            r"(?:the |this )?(?:whole |entire )?(?:lot|thing|batch|business)(?=\s(?:for|at|under|within|in|should|"
            r"must|may)\b)|(?:all of it|all this|everything)(?=\s(?:for|at|under|within)\s(?:under|at most|no more|"
            r"less|¥|\d|[a-z]+ (?:yuan|kuai|rmb)))"
        ),
        just(),
    ),
    (
        (
            rf"(?:the |my |our )?(?:{_KIND_OF}(?:{_NOUN}|{_CAP})(?: {_CAP})?|{_CO2}(?: {_CAP})?|{_EMIT}) (?:of|for|"
            rf"from|on|in)\s(?={WORK}\s?(?:is|are|at|to|must|should|shall|may|can|has|=|:|stays?|{UP}))"
        ),
        just(),
    ),
    (rf"{_BE}(?:{UP}\s?)?{MONEY}(?:\s?,?\s?{IN})?", after(rf"(?:{_NOUN}|{_CAP}) (?:of|for|on) {WORK}\s?:?\s", money)),
    (
        (rf"{_BE}(?:(?:must|should|shall|has to|needs to|may) )?{UP}\s{_MASS}(?:\s?(?:of )?{_CO2})?(?:\s?{IN})?"),
        after(rf"{_CO2}(?: {_CAP})? (?:of|for|from) {WORK}\s", carbon),
    ),
    (rf"(?:say|let's say|call it),?\s(?={UP}|[^,.;]{{1,60}}{IN})", just()),
    # at most so much carbon
    (
        rf"(?:{_CO2}\s?)?(?:(?:ceiling|cap|limit|maximum|max|bound|quota|budget|allowance)\s?)?{_BE}(?:{UP}\s?){{0,2}}{_MASS}"
        rf"\s?(?:of )?(?:the )?{_CO2}(?:\s?,?\s?{IN})?",
        carbon,
    ),
    (
        rf"{_CO2}\s?(?:(?:ceiling|cap|limit|maximum|max|bound|quota|budget|allowance)\s?{_BE}(?:{UP}\s?)"
        rf"?|{_BE}{UP}\s?|[=:]\s?)"
        rf"{_MASS}(?:\s?,?\s?{IN})?",
        carbon,
    ),
    (rf"{_EMIT}\s(?:{UP}\s){_MASS}(?:\s?(?:of )?{_CO2})?(?:\s?{IN})?", carbon),
    (
        rf"(?:to )?{OVER}\s{_MASS}\s?(?:of )?{_CO2}",
        after(r"\b(?:don't|do not|never|not|mustn't) (?:let|allow|have|see|want)\b[^,;!?]{0,80}", carbon),
    ),
    # who allows it, and for what
    (
        "(?:permit|allow|tolerate|accept|grant|authori[sz]e|let|give|set|want|need|agree to|settle for|"
        "insist on|stick to)s?(?: us| me| it)?"
        rf"\s(?={UP})",
        just(),
    ),
    (rf"(?:don't|do not|never|mustn't) (?:let|allow)\s(?=(?:{WORK}|it|this|that|the {WORD})\s(?:to )?{OVER})", just()),
    (
        (
            rf"(?:is|are) (?:all|the most)(?: that)?\s?(?=(?:{WORK}|it|this|that)\s)|(?:may|can|might|is "
            rf"allowed to) {_EMIT}(?=\s?(?:$|[,.;!]))"
        ),
        after(rf"{NUMBER}\s?(?:kgs?|kilogram(?:me)?s?|kilos?|grams?|g)\s(?:of )?{_CO2}[^,;]{{0,80}}", just()),
    ),
    (
        (
            r"(?:may|can|might|must|should|shall|could|is to|is allowed to|has to)(?: only)?\s(?=(?:cost|spend|run|"
            r"come|be|stay|emit|cause)\b)"
        ),
        just(),
    ),
    (rf"(?:keep|hold|bring|get)\s(?={WORK}\s(?:down to|under|below|within|beneath|inside)\b)", just()),
)
