"""A service that stays, in English: that it stays up, for whom, how many instances, on which port."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import WHO, WORD, WORK
from suanwang.intent.say.meanings import LEAST, UP, Meaning, just
from suanwang.intent.say.numbers import NUMBER, number

SERVED = re.compile(
    r"\b(?:services?|generation|generator|scans?|stream|streaming|language model|host|serve|deploy|instances?|"
    r"port)\b"
)
"""Words of a service."""
_INSTANCE = r"(?:instances?|replicas?|copies)(?: running| up| of it| of them| ready)?"


def _stands(match: re.Match[str]) -> Meaning | None:
    """Up and running, where it is said of what serves."""
    return (("service", True),) if SERVED.search(match.string) else None


def _bounds(match: re.Match[str]) -> Meaning | None:
    groups = match.groupdict()
    least, most = (next((v for k, v in groups.items() if k.startswith(name) and v), None) for name in ("least", "most"))
    said = (("scale.min", least), ("scale.max", most))
    if least and most and number(least) > number(most):
        return None
    return tuple((field, int(number(n))) for field, n in said if n)


STANDING: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # a service
    (
        "(?:set|put|stand|bring|start|spin|fire|switch|turn|have|keep|get)(?:ting|ing)? (?:up|on)(?: and "
        r"running)?(?: (?:the|a|an|our|your|some|my))*\s(?=(?:text|scan|live|stream|language|medical|radiology|"
        r"analysis|generation|web)\b)"
        "|(?:provide|offer|supply|establish|operate|maintain|arrange|open|need|want)(?: (?:us|me))?(?: with)"
        r"?(?: (?:the|a|an|our|your|some|my))*\s(?=(?:text|scan|live|stream|language|medical|radiology|"
        r"generation)\b)",
        just(),
    ),
    (
        (
            "(?:is |are |be |get |gets |has been |kept |put |set |to be )?(?:up(?: and running)?|live|online|"
            "standing by|on air|hosted|available|switched on|kept up|running|24/7|24x7|(?:a)?round the "
            "clock|day and night|at all hours)(?= (?:for|to|near|close|in|at|with|"
            r"by|around|,)|\s?(?:$|[,.;:!?]))"
        ),
        _stands,
    ),
    (
        (
            r"(?:is |are |'s )?(?:wanted|needed|required|requested|desired|called for)(?=\s?(?:$|[,.;:!?])| (?:for|"
            r"near|in|at|by|with|to)\b)"
        ),
        just(),
    ),
    (
        "(?:keep|put|set|bring|stand|get|have|spin|fire|start)s?(?:ing|ting|ping)? (?:up|online|live)(?: "
        r"and running)?(?=\s(?:[`「]|an? |the |my |our |some ))"
        "|(?:up and running|up|online|live|kept up|kept running|always[- ]on|available|standing by)(?: "
        "(?:as|like) (?:an? )?(?:web |always-on |permanent |standing )?(?:service|site|website|api|server|"
        r"app))?(?=\s(?:for|to|on|near|close|in|at|with|so)\b|\s?(?:$|[,.;:!?]))",
        lambda m: (
            (("service", True),)
            if re.search(r"^(?:keep|put|set|bring|stand|get|have|spin|fire|start)", m[1])
            or re.search(
                (rf"\b(?:keep|put|set|bring|stand|get|have|spin)\s(?:my |our |the )?{WORK}\s$"), m.string[: m.start(1)]
            )
            else None
        ),
    ),
    (
        (
            r"(?:(?:(?:keep|kept|run|runs|running|operate|have|launch|start|expose|make|put|bring)\s)"
            "{1,2}(?:it |this )?(?:up |on |available )?|up |on |hosted |available )?(?:as|like) (?:an? )"
            "?(?:web |always[- ]on |permanent |standing |public |long[- ]running |continuous |http )"
            r"*(?:service|website|web ?site|web ?app|api|backend|daemon)(?=\W|$)"
        ),
        just(("service", True)),
    ),
    (
        (
            "(?:served|hosted|deployed|exposed|published|serving|hosting|deploying|publishing|exposing|operate|"
            rf"operated)(?=\s?(?:$|[,.;:!?])|\s(?:to|for|from|on|near|with|as|in|at|by)\b|\s{WORK})"
        ),
        just(("service", True)),
    ),
    (r"(?:the |a |an |my |our )?services?\s?[,:]?\s?(?=`)", just(("service", True))),
    (r"(?:into|in|to) production(?=\s?(?:$|[,.;:]))", just(("service", True))),
    (
        (
            r"(?:while|when|as) you (?=(?:host|serve|deploy|run)\b)|so (?:that )?(?:the )?(?:whole |entire )"
            rf"?(?:{WHO}|everyone|everybody|anyone|people|they|{WORD}) (?:can|may|could) (?:use|reach|access|see|"
            "get at|try|open) (?:it|them|that)"
        ),
        just(),
    ),
    (
        (
            rf"(?:{LEAST}|never (?:less|fewer) than|always(?: {LEAST})?)\s?(?P<least>{NUMBER})\s(?:or more )"
            rf"?{_INSTANCE}(?: or more)?|(?P<least2>{NUMBER})\s(?:or more {_INSTANCE}|{_INSTANCE},?\s?(?:or more(?: "
            "running)?|(?:as |at )?(?:an? |the )?(?:very )?(?:minimum|min|least)))"
        ),
        _bounds,
    ),
    (
        (
            rf"(?:{UP}|(?:cap|limit|hold|keep) (?:it|this|them|that) (?:at|to)|never more than|max\.?)\s"
            rf"?(?P<most>{NUMBER})\s{_INSTANCE}|(?P<most2>{NUMBER})\s{_INSTANCE},?\s?(?:or (?:less|fewer)|(?:as |at "
            ")?(?:an? |the )?(?:very )?(?:maximum|max|most)|tops)"
        ),
        _bounds,
    ),
    (
        (
            rf"(?:(?:from|between|with|scale(?:d)?(?: from)?)\s)?(?P<least>{NUMBER})\s?(?:to|and|-|–|~)\s"
            rf"?(?P<most>{NUMBER})\s{_INSTANCE}"
        ),
        _bounds,
    ),
    (
        (
            rf"(?:min(?:imum)?\.?|at least)\s?(?:of )?(?P<least>{NUMBER})(?:\s{_INSTANCE})?(?:,| and| /|;)?\s"
            r"?(?:(?:let it )?(?:grow|scale)(?: up)? to )?(?:max(?:imum)?\.?|at most|up to)\s?(?:of )"
            rf"?(?P<most>{NUMBER})(?:\s{_INSTANCE})?(?! ?(?:yuan|rmb|kuai|¥|gb|%))"
        ),
        lambda m: _bounds(m) if "instance" in m.string or "replica" in m.string else None,
    ),
    (
        (
            rf"(?P<least>{NUMBER})\s{_INSTANCE} (?:at (?:the )?(?:very )?(?:minimum|least)|minimum|min),?\s?(?:and )"
            rf"?(?:(?:let it |may |can )?(?:grow|scale|go)(?: up)? to |up to |at most )?(?P<most>{NUMBER})(?: at "
            "(?:the )?most| maximum| max| tops)"
        ),
        _bounds,
    ),
    (
        r"(?:(?:it )?(?:listens?|listening|is|running|reachable|served?|answers?|available)\s)?(?:on|at|over|"
        r"via|with|through|using)?\s?(?:the )?(?:tcp |http |network )?port(?: number)?\s?(?:is|no\.?|:|=|#)?\s"
        r"?(?P<port>\d{1,5})(?![\d.])"
        r"|(?:with )?(?P<port2>\d{2,5}) (?:as|being|is) (?:the|its|my|our) port|port\s?(?:is|:|=)\s?(?P<port3>\d{2,5})",
        lambda m: (("port", int(m["port"] or m["port2"] or m["port3"])),),
    ),
    (
        (
            rf"(?:to|for)\s(?:(?:my|our|the|all|their|its|any)\s)*(?:{WHO})(?=\s?(?:$|[,.;:!?)])|\s(?:on|in|with|at|"
            r"near|from|for)\b)"
        ),
        lambda m: (
            ()
            if re.search(r"\b(?:serve|host|deploy|expose|publish|offer|available|open|online|up)", m.string[: m.start(1)])
            else None
        ),
    ),
)
