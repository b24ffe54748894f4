"""Which program, in English: words of every colour around its name, and around its results."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import DO, DOING, MATTER, NODES, WORD, WORK
from suanwang.intent.say.meanings import Meaning, just

_ROLE = (
    r"(?:(?:python |wasm |webassembly |web assembly |shell |build |little |small |tiny |short |own |new |old )*"
    "(?:scripts?|programs?|programmes?|code|modules?|commands?|cmds?|notebooks?|routines?|tools?|apps?|"
    "binar(?:y|ies)|executables?|jobs?|tasks?|work|thing|things|sw|software|svc))"
)
_GO = r"(?:run|be run|execute|be executed|do|type|use|call|start|launch|host|serve|deploy|process|running|executing)"
_VERBS = (
    "(?:run|execut|launch|call|invok|appl|us|fire|kick|set|chuck|throw|stick|shove|toss|push|squeez|fit|"
    "slot|pop|bung|crunch|crank|comput|calculat|perform|do|carry|get|see|tak"
    r"|give|try|start|let|hav|put|feed|pass|pip|send|pump|work|go|operat|process|tackl|handl|bring)(?:e|y|es|ies|ing|ped)?"
)
_OUT = r"(?:off|up|out|over|away|in|through|on|forth|along)"
_DONE = (
    "(?:run|ran|executed|computed|calculated|performed|done|processed|launched|carried out|worked out|"
    "sorted out|crunched|handled|started|finished|completed|going"
    "|through|over with|over and done with|done with|out of the way|trained|rendered|simulated|solved|"
    "evaluated|built|compiled|happen|happening|run for (?:me|us)|go)"
)
_NEEDS = (
    "(?:(?:wants?|needs?|has|have|requires?|would like|deserves?|is|are|must|should|could|may|might|can|"
    r"shall|ought|is to|gets?)\s(?:to )?(?:be )?)"
)


def _telegram(match: re.Match[str]) -> Meaning | None:
    """Between the sentences of a telegram, of which there are several."""
    after = match.string[match.end(1) :].split()[:1]
    aim = {
        "it",
        "after",
        "at",
        "when",
        "if",
        "each",
        "any",
        "the",
        "all",
        "them",
        "in",
        "a",
        "every",
        "once",
        "this",
        "and",
        "or",
        "on",
        "that",
    }
    return () if len(re.findall(r"\bstop\b", match.string)) >= 2 and not (after and after[0] in aim) else None


DOING_IT: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # the script to run is a.py; run the little program a.py
    (
        "(?:(?:the|my|our|a|an|this|that|i've got a|i have a|i've a|there's a|it's a|it is a|here's a|"
        rf"here is a|his|her|their) )?(?:{WORD} )?{_ROLE}(?: (?:to|for) {_GO})?"
        "(?: of (?:mine|ours))?(?: (?:is|are|reads|would be|called|named|is called|is named|by the name "
        rf"of|known as|,|i have is|in question(?: is)?))?\s?[:=,-]{{0,2}}\s?(?={WORK})",
        just(),
    ),
    (rf"(?:(?:please )?(?:{_VERBS})(?: {_OUT})?(?: a| the)?(?: of)?|(?:please )?let)\s(?={WORK})", just()),
    # a.py has to be run, wants running, through; run a.py for me
    (
        (
            rf"(?:{_NEEDS}(?:to )?(?:get |go |be |going )?(?:{_DONE}|{_GO}|loose|go through|to go|a run|a go)"
            r"(?: once| one time)?(?: for (?:me|us)| on (?:my|our) behalf)?)(?=\s?(?:$|[,.;:!?()|]|-|—)|\s"
            "(?:on|in|over|by|within|with|before|at|for|near|under|as|and|using|inside|near|close|only|please|"
            r"to|no|or)\b)"
        ),
        lambda m: () if re.search(rf"{WORK}[)]?,?\s?(?:that |which )?$", m.string[: m.start(1)]) else None,
    ),
    (
        (
            rf"(?:loose|going|through|over with|over and done with|out of the way|{_DONE}|go at it)(?: with)"
            r"?(?=\s?(?:$|[,.;:!?()|]|-|—)|\s(?:on|in|over|by|within|with|before|at|for|near|under|as|and|"
            r"using|inside|close|only|please|to)\b)"
        ),
        lambda m: () if re.search(rf"{WORK}[)]?\s$", m.string[: m.start(1)]) else None,
    ),
    (r"stop(?=\s|$)", _telegram),
    # results, and who wants them
    (
        (
            "(?:please |kindly )?(?:arrange for|see to it that|see that|make sure(?: that)?|ensure(?: that)?|"
            rf"organi[sz]e for)\s(?={WORK})"
        ),
        just(),
    ),
    (
        "(?:i|we)(?:'d| would)? (?:(?:kindly|hereby|politely|humbly|herewith|like to) )*(?:ask|request|"
        "beg|implore|urge)(?: of)? "
        "you(?:,? (?:kindly|please))?(?: to| that you)?|i beg (?:of )?you",
        just(),
    ),
    (
        rf"(?:the |my |our )?(?:{WORD} ){{1,2}}(?:is|are) (?:already |still )?waiting(?: for (?:it|them|"
        "this|that|the results?))?"
        r"(?=\s?(?:$|[,.;!]))",
        just(),
    ),
    (
        "(?:may|could|might|can) (?:i|we) (?:trouble|bother|ask) you (?:for|to run|to do)|(?:please )"
        "?(?:allow|permit) (?:me|us) to (?:ask|request) (?:that|for|you to)|"
        "it would (?:(?:greatly|really) )?(?:honour|honor|please|delight|help|gladden) (?:me|us)(?: "
        "(?:greatly|very much|a lot))? (?:if|to have)|"
        "(?:please )?(?:excuse|pardon|forgive) (?:my|the|our) (?:boldness|english|ignorance|haste|"
        "intrusion|disturbance|trouble|bother|french|typos)|(?:i am|i'm|we are|we're) (?:very |so )?sorry "
        "to (?:disturb|bother|trouble) you",
        just(),
    ),
    (
        "(?:whatever|regardless of|no matter) (?:the )?(?:price|cost|costs|expense)(?: is| may be)?|no "
        "matter (?:what|how much) "
        "it (?:costs|takes)",
        just(),
    ),
    (
        (
            r"(?:see|have|get|receive|obtain|look at|hold|collect)(?:ing)?\s(?=(?:the |its )?(?:outputs?|results?|"
            r"outcomes?|answers?)\b)|(?:i|we|it) can wait(?=\s(?:until|till)\s(?!whenever))"
        ),
        just(),
    ),
    (
        (
            rf"(?:needs?|wants?|requires?|awaits?|calls? for)\s[a-z]{{3,14}}ing(?=\s?(?:[:,—-]|with|by|using|"
            rf"through)?\s?{WORK})"
        ),
        just(),
    ),
    (
        (
            "if (?:you|somebody|someone|we|one) (?:ran|executed|did|started|launched|computed|processed|put|got|"
            rf"had|would run|could run)\s(?=(?:the |my |our )?(?:{WORD} )?{WORK})"
        ),
        just(),
    ),
    (
        "(?:it )?(?:doesn't|does not) matter (?:which|what|where|who)(?: (?:one|kind|machine|card|node|it "
        "is|it runs))?|(?:i |we )?(?:don't|do not|doesn't) (?:mind|care) (?:which|what|where|who)"
        "(?: (?:one|kind|machine|card|node|it is|it runs|does it))*|(?:which|what|where)(?: one| kind)? "
        "(?:doesn't matter|does not matter|is up to you)|(?:it's |that's |the rest is )?(?:your (?:choice|"
        r"call)|up to you)|you (?:choose|decide|pick)(?=\s?(?:$|[,.;!]))",
        just(),
    ),
    (
        "or (?:else )?(?:i'm|i am|we're|we are|i'll be|we'll be) (?:toast|dead|doomed|fired|sacked|in "
        r"(?:big |deep )?trouble|sunk|done for|finished|ruined|late)(?=\s?(?:$|[,.;!]))"
        r"|(?:since|because|as|given that) (?:these|those|this|it|they|we|i)(?:'s| is| are|'re|'m| am|'ve)",
        just(),
    ),
    (
        (
            r"(?:for |by )?(?:encoding|converting|turning|changing|re-encoding|making)(?: of)?\s(?=these|those|"
            r"the\b|my\b|our\b|all\b|everything|[a-z0-9_./-]*[*])"
        ),
        lambda m: () if re.search(r"mp4|264|transcod", m.string) else None,
    ),
    (
        (
            rf"(?:push|put|run|send|feed|pass|pump|shove)\s(?=(?:the |all |these )?(?:\d+ )?(?:{MATTER})"
            rf"\b[^.;]{{0,40}}\b(?:through|to|into)\s{WORK})"
        ),
        just(),
    ),
    (
        (
            r"(?:wish(?:es)?|would like|requests?|begs?|requires?|wants?|needs?)(?: to have| to see| that| for)?\s"
            rf"(?=its\b|his\b|her\b|their\b|{WORK}|[a-z0-9_./-]*[*])"
        ),
        just(),
    ),
    (rf"(?:keep|hold|leave|confine|restrict)\s(?={WORK}\s(?:in|inside|within|to)\s)", just()),
    (
        "(?:i|we)(?:'d| would| should) (?:be )?(?:(?:most|very|so|really|much|ever so|extremely) )"
        "*(?:grateful|obliged|thankful|happy|delighted|glad|pleased|"
        r"love|like|appreciate)(?: it)?(?: very much)? if (?:(?:you|somebody|someone|anyone|we|i|they)\s"
        rf"(?:(?:would|could|can|might|were to)\s)?|(?={WORK}))|"
        "(?:it )?(?:would|'d) be (?:(?:very|so|really) )?(?:great|lovely|nice|wonderful|kind|good|helpful|"
        "a great help)(?: of you)? (?:if|to)(?: (?:you|somebody|we|i))?"
        "(?: (?:would|could|can))?|(?:i |we )?(?:was|am|'m|were|are)? ?(?:just )?wondering (?:if|whether)"
        "(?: (?:you|somebody|one|we|it))?(?: (?:would|could|can|might))?",
        just(),
    ),
    (
        (
            rf"(?:for|to|in) (?:the )?(?:running|executing|execution|run)(?: of)?\s(?={WORK})|(?:says?|said|told "
            r"(?:me|us)|tells (?:me|us)|asked (?:me|us)|wants me) to (?:type|run|say|write|use|ask for|tell you)\s"
            "?:?"
        ),
        just(),
    ),
    (
        (
            r"(?:the |an |my |our |its )?(?:answers?|outputs?|outcomes?|results?|findings)(?=\s(?:by|within|in|"
            r"before|inside|no later|back|ready|due|needed|wanted)\b)"
        ),
        just(),
    ),
    (
        (
            "(?:on|in|by|with|at|to|across) your (?:own )?(?:machines?|nodes?|servers?|computers?|network|system|"
            "side|end|hardware|kit|boxes|infrastructure)"
        ),
        just(),
    ),
    (r"(?:,\s?)?(?:across|through|throughout|along|onto|over all of)\s(?=[a-z0-9_./-]*[*])", just()),
    (
        (
            "(?:the |its |my )?(?:outputs?|outcomes?|results?|answers?|run|running|execution|completion|"
            rf"computation)\s(?:of|from|for)\s(?={WORK})"
        ),
        just(),
    ),
    (
        (r"'s(?=\s(?:results?|outputs?|outcomes?|answers?)\b)"),
        lambda m: () if re.search(rf"{WORK}$", m.string[: m.start(1)]) else None,
    ),
    (
        (
            r"(?:on|in|to|back (?:on|in|to)) (?:my|our) (?:desk|hands?|lap|table)(?=\s(?:by|before|within|in|at|no "
            r"later)\b)|(?:back )?(?:with|to) (?:me|us)(?=\s(?:by|before|within|in)\b)"
        ),
        just(),
    ),
    (r"w/|(?:in|for) (?:the |a )?(?:whole |entire )?(?:lot|batch)(?=\s(?:for|at|in|within|under))", just()),
    (
        (
            "(?:script|program|command|cmd|job|task|work|files?|inputs?|data|machine|hw|sw|hardware|software|"
            "gpus?|cpus?|cores?|ram|mem|memory|arch|region|place|near|where|users?|time|duration|service|product|"
            r"over|trust|svc|host|also|finish|due)\s?[:=]\s?(?=\S)"
        ),
        just(),
    ),
    (rf"(?:{_NEEDS})?(?:to )?(?:be )?(?:{DO}|{DOING})(?= (?:with|by|using|through|via) {WORK})", just()),
    (
        (rf"(?:any|some|your|the|a|one of your) {NODES}(?=\s?(?:$|[,.;:!?]))"),
        lambda m: () if re.search(r"\b(?:on|to|at|by) $", m.string[: m.start(1)]) and m[1].startswith("your") else None,
    ),
)
