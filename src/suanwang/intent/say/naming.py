"""Where in an English sentence the work is named or it is said whose it is, any noun may stand: "genome assembly: ./asm",
"the stock ticker `./ticker`", "a.py (street lighting)", "the parish archive wishes", "for the harvest insurance". There
words that are not known are talk, unless one of them may turn a meaning around."""

import re
from collections.abc import Callable, Iterator

from suanwang.intent.say.lexicon import WORK

_W = r"[a-zß-ÿ][a-zß-ÿ'-]{1,19}"
_RUN = (
    "(?:python3?|bash|sh|make|julia|rscript|node|npm|cargo|mpirun|java|octave|torchrun|perl|ruby|snakemake|go|"
    r"gunicorn|uvicorn|hugo|ffmpeg)\s"
)
_PROGRAM = rf"(?:{WORK}|{_RUN})"
_SOME = rf"(?:{_W}\s){{0,4}}{_W}"
_THE = r"(?:the|my|our|a|an|this|that|his|her|their)"
_AFTER_NOUN = (
    "(?:the |its |all |that |which |who )?(?:wants?|needs?|wish(?:es)?|requires?|would like|asks?(?: for)?|"
    r"insists?|demands?|is after|must have|has|have|should|could|can|may)\b"
)
_END = (
    r"(?=\s?(?:$|[,.;:!?()]|-\s|—)|\s(?:in|near|around|at|by|on|with|to|and|across|within|using|who|from|under|"
    r"over|for|tonight|tomorrow)\b)"
)
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:^|(?<=[.;!?] )|(?<=[|/(] ))(?:{_THE} )?(?P<name>{_SOME})\s?(?::(?=\s)|—|\s-\s|\s→|,(?=\s?(?:{_PROGRAM})))",
        rf"\b{_THE} (?P<name>(?:{_W}\s){{0,3}}{_W}),?\s(?=(?:{_PROGRAM}))",
        rf"(?:{WORK})\s?\((?:{_THE} )?(?P<name>(?:{_W}\s){{0,2}}{_W})\)",
        rf"(?:^|(?<=[.;!?,:] ))(?:{_THE}) (?P<name>(?:{_W}\s){{0,3}}{_W})\s{_AFTER_NOUN}",
        (
            "(?<!only )(?<!just )(?<!solely )(?<!merely )(?<!exclusively )(?<!except )(?<!each )(?<!but )"
            rf"\bfor {_THE} (?P<name>(?:{_W}\s){{0,2}}{_W}){_END}"
        ),
    )
)
_BY_THEMSELVES = 3
"""So many of them are names and no more; where the others stand an amount may be theirs."""
_KNOWN = (2, 4)
_NO_NAME = frozenset(
    "a an the and or but if to in on at as with without by from into over under run runs running please "
    "only just same each every all any"
    " some is are was be been will would can could may might should must do does did has have had want "
    "wants need needs not no it its that"
    " this these those there here when where which who what why how than then so yet use using via per "
    "let make get give put keep go first"
    " i you he she we they me us him them one ones two more most less least very".split()
)


def names(text: str, known: Callable[[str], bool]) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether they stand by themselves) of such words, together: none of a place where they could be more than a
    name. A word in brackets, and what it is for, are such only if the last is known."""
    for n, pattern in enumerate(_NAMED):
        for match in pattern.finditer(text):
            start, end = match.span("name")
            words = [w for w in re.split(r"[\s]", match["name"]) if w not in ("of", "for", "the", "and", "my", "our")]
            if words and not _NO_NAME.intersection(words) and (n not in _KNOWN or known(words[-1])):
                yield start, end, n < _BY_THEMSELVES
