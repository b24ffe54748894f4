"""Done by several owners whose results are compared, in English."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import WORK
from suanwang.intent.say.meanings import Meaning
from suanwang.intent.say.numbers import NUMBER, number

_REPLICATE = (
    "(?:repeated|replicated|verified|checked|confirmed|computed|executed|run|done|performed|calculated|"
    "carried out|cross-?checked|double-checked|worked out|evaluated)"
)
_OWNER = (
    "(?:(?:different|separate|independent|distinct|various|unrelated|individual|other)(?: and| ,)? ?)"
    "*(?:owners?'?|parties|providers|operators|hosts|people)(?: (?:nodes|machines))?(?: who (?:don't|do not) "
    "know (?:each other|one another))?"
)
_COMPARE = (
    r"(?:(?:,|;|:| -)?\s?(?:and |with |then |so that )*(?:(?:you |we )?(?:to )?(?:compar(?:e|ing|ed)|"
    "check(?:ing|ed)?|cross-?check(?:ing|ed)?|match(?:ing|ed)?(?: up)?|verif(?:y|ied|ying)|confirm(?:ing|"
    "ed)?)"
    "(?: (?:the|their|all|all the|both) ?)?(?: ?(?:results?|outputs?|outcomes?|answers?|them|they|that "
    "they|whether they|what they (?:get|say|find|obtain|come up with)|their findings|notes))?(?: (?:agree|match|"
    "are the same|tally|coincide|up))?(?: (?:with|against|to) (?:each other|one another)| side by side)?"
    "|(?:the |their |whose |all )*(?:results?|outputs?|outcomes?|answers?) (?:are |be |being |get |to be |"
    "must be |should be |have to be )?(?:then )?(?:compared|checked|cross-checked|matched(?: up)?|verified|"
    "confirmed)(?: with each other)?"
    r"|(?:that|who|which) (?:check|verify|cross-?check) (?:each other|one another)))"
)
_TIMES = re.compile(r"^[x×]|(?:[- ]fold| times| ways| over| replicas| runs)$")
_NAMED = {"twice": "2", "thrice": "3"}
MANY = 2


def _owners(match: re.Match[str]) -> Meaning | None:
    """As many as are said, in one way or in two that agree; nothing for fewer than two."""
    said = (_TIMES.sub("", v) for k, v in match.groupdict().items() if k.startswith("n") and v)
    counts = {int(number(_NAMED.get(many, many))) for many in said}
    return (("verify.replicas", counts.pop()),) if len(counts) == 1 and min(counts) >= MANY else None


OWNERS: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # by several owners, compared
    (rf"(?P<n>{NUMBER})\s{_OWNER}{_COMPARE}", _owners),
    (rf"(?:replicate|repeat|verify|duplicate)\s(?={WORK})", lambda m: () if "owners" in m.string else None),
    (
        (
            "(?:(?:(?:ought to |should |must |shall |has to |is to |to )?be |is |gets? |were |was )"
            rf"?{_REPLICATE} )?(?:(?P<n4>{NUMBER}|twice|thrice)(?: times| runs| "
            "copies| executions)?(?: over)?,? )?(?:each )?(?:by|at|with|from|on|through|across|over|between|"
            rf"among)\s(?P<n>{NUMBER})\s{_OWNER}(?: each| all)?(?: (?:run|do|compute|execute|perform)(?:ning|"
            rf"ing)?(?: (?:it|this|that))?)?{_COMPARE}"
        ),
        _owners,
    ),
    (
        (
            rf"(?:have |let |get |with )?(?P<n>{NUMBER})\s{_OWNER}(?: (?:each|all|should|to|shall|must))*\s(?:run|"
            rf"do|compute|execute|perform|repeat|calculate)(?: (?:it|this|that|(?=\S)))?(?:{_COMPARE})"
        ),
        _owners,
    ),
    (
        (
            rf"(?:(?:{_REPLICATE} )?(?P<n>twice|thrice|{NUMBER}(?:[- ]fold| times| ways| over| replicas| runs)|(?:x|"
            rf"×)\d+)(?: over)?,? (?:each )?(?:by|at|with|from|on|across)\s(?:(?P<n2>{NUMBER})\s)?(?:(?:different|"
            "separate|independent|distinct|various|another)(?: ,|,| and)? ?)+(?:owners?|parties|providers|"
            rf"operators|hosts)){_COMPARE}"
        ),
        _owners,
    ),
    (
        (
            r"(?:by|with|through) (?:having|letting|getting)\s(?=\w+ (?:\w+ )?owners)|(?:double|triple|cross|"
            r"quadruple)[- ]?check\s(?=\S)|(?:i|we) (?:don't|do not) (?:believe|trust)(?: in)? (?:one|a single|"
            "just one|any one|any single) (?:machine|node|computer|owner|result|box)"
        ),
        lambda m: () if re.search(r"owners", m.string) else None,
    ),
)
