"""Which program, over what, and how it is served, in English: verbs of every colour around a program, files by where they lie, copies,
owners that check each other, services that stay up."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import DO, DOING, MATTER, NODES, NOT_NAMED, WHO, WORD, WORK
from suanwang.intent.say.meanings import LEAST, UP, Meaning, just, outside
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.plain import words
from suanwang.model.said import Question

_ROLE = (
    r"(?:(?:python |wasm |webassembly |web assembly |shell |build |little |small |tiny |short |own |new |old )*"
    "(?:scripts?|programs?|programmes?|code|modules?|commands?|cmds?|notebooks?|routines?|tools?|apps?|bina"
    "r(?:y|ies)|executables?|jobs?|tasks?|work|thing|things|sw|software|svc))"
)
_TO = r"(?:to|for|with)"
_GO = r"(?:run|be run|execute|be executed|do|type|use|call|start|launch|host|serve|deploy|process|running|executing)"
_VERBS = (
    "(?:run|execut|launch|call|invok|appl|us|fire|kick|set|chuck|throw|stick|shove|toss|push|squeez|fit|slo"
    "t|pop|bung|crunch|crank|comput|calculat|perform|do|carry|get|see|tak"
    r"|give|try|start|let|hav|put|feed|pass|pip|send|pump|work|go|operat|process|tackl|handl|bring)(?:e|y|es|ies|ing|ped)?"
)
_OUT = r"(?:off|up|out|over|away|in|through|on|forth|along)"
_DONE = (
    "(?:run|ran|executed|computed|calculated|performed|done|processed|launched|carried out|worked out|sorte"
    "d out|crunched|handled|started|finished|completed|going"
    "|through|over with|over and done with|done with|out of the way|trained|rendered|simulated|solved|evalu"
    "ated|built|compiled|happen|happening|run for (?:me|us)|go)"
)
_NEEDS = (
    "(?:(?:wants?|needs?|has|have|requires?|would like|deserves?|is|are|must|should|could|may|might|can|shall|o"
    r"ught|is to|gets?)\s(?:to )?(?:be )?)"
)
_EVERY = r"(?:every(?: single)?|each(?: and every)?|all(?: of)?(?: the| my| our)?|every one of (?:the|my|our))"
_DIR = r"(?P<{name}>(?<![a-z0-9_./-])[a-z0-9_][a-z0-9_-]*(?:/[a-z0-9_-]+)*)"
_IN = r"(?:in|inside|from|under|within|of|lying in|found in|stored in|living in)"
_END = (
    r"(?:\.?(?P<{name}>(?:csv|tsv|json|jsonl|txt|md|log|xml|xlsx?|docx?|pdf|png|jpe?g|tiff?|gif|svg|webp|bmp|mp["
    "34]|mov|avi|mkv|mpe?g|wav|flac|ogg|mxf|vob|gz|zip|nc|h5|hdf5?|npy|npz|bin|dat|edf|dcm|fasta|fastq|fa|pdb|l"
    "as|tex|eml|exr|parquet|html?)))"
)


def _of_kind(match: re.Match[str]) -> Meaning:
    """Every .csv in a folder."""
    name, ending = match["dir"], match["end"]
    if outside(name):
        return Question(code="SUAN-U122", key="outside", words=name)
    return (
        ("over", f"{name.rstrip('/')}/*.{ending.removesuffix('s') if ending.endswith('s') and ending != 'gz' else ending}"),
    )


def _in_folder(match: re.Match[str]) -> Meaning:
    name = next(v for k, v in match.groupdict().items() if k.startswith("dir") and v)
    if outside(name):
        return Question(code="SUAN-U122", key="outside", words=name)
    return (("over", f"{name.rstrip('/')}/*"),)


def _named_folder(match: re.Match[str]) -> Meaning | None:
    """Everything in Films: nothing where it is no name of what files are, such as "in colour"."""
    known, name = words("en"), match["dir"]
    named = (
        "/" in match[1]
        or "folder" in match[1]
        or "directory" in match[1]
        or re.fullmatch(MATTER, name)
        or known.plain.get(name)
        or (name.endswith("s") and known.plain.get(name.removesuffix("s")))
    )
    return _named(match) if named else None


def _named(match: re.Match[str]) -> Meaning:
    name = match["dir"]
    if outside(name):
        return Question(code="SUAN-U122", key="outside", words=name)
    return (("folder", f"{name.rstrip('/')}/*"),)


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


_FILE = re.compile(r"[a-z0-9_./-]+\.[a-z0-9]+")
_SERVED = re.compile(
    r"\b(?:services?|generation|generator|scans?|stream|streaming|language model|host|serve|deploy|instances?|port)\b"
)


def _stands(match: re.Match[str]) -> Meaning | None:
    """Up and running, where it is said of what serves."""
    return (("service", True),) if _SERVED.search(match.string) else None


COPIES_LEAST = 10
"""So many copies of what is not said to be a service are tasks; fewer may be instances of one, or owners that check each other."""


def are_tasks(match: re.Match[str]) -> bool:
    """Whether so many copies are more than a service would have."""
    return "copies" in match[1] and number(match["n"]) >= COPIES_LEAST and not _SERVED.search(match.string)


def _bare_copies(match: re.Match[str]) -> Meaning | None:
    return _copies(match) if are_tasks(match) else None


def _copies(match: re.Match[str]) -> Meaning | None:
    """So many of them: one task for each."""
    many = number(match["n"])
    return (("over", f"1-{int(many)}"),) if many == int(many) and many >= 2 else None


def _owners(match: re.Match[str]) -> Meaning | None:
    counts = {int(number(v)) for k, v in match.groupdict().items() if k.startswith("n") and v}
    return (("verify.replicas", counts.pop()),) if len(counts) == 1 and min(counts) >= 2 else None


def _bounds(match: re.Match[str]) -> Meaning | None:
    groups = match.groupdict()
    least, most = (next((v for k, v in groups.items() if k.startswith(name) and v), None) for name in ("least", "most"))
    said = (("scale.min", least), ("scale.max", most))
    if least and most and number(least) > number(most):
        return None
    return tuple((field, int(number(n))) for field, n in said if n)


_THEM = r"(?:(?:all of |each of )?(?:these|those|them|it)(?: files?| ones?)?|everything)"
_REPLICATE = (
    "(?:repeated|replicated|verified|checked|confirmed|computed|executed|run|done|performed|calculated|carried "
    "out|cross-?checked|double-checked|worked out|evaluated)"
)
_OWNER = (
    "(?:(?:different|separate|independent|distinct|various|unrelated|individual|other)(?: and| ,)? ?)*(?:owners"
    "?'?|parties|providers|operators|hosts|people)(?: (?:nodes|machines))?(?: who (?:don't|do not) know (?:each"
    " other|one another))?"
)
_COMPARE = (
    r"(?:(?:,|;|:| -)?\s?(?:and |with |then |so that )*(?:(?:you |we )?(?:to )?(?:compar(?:e|ing|ed)|check(?"
    ":ing|ed)?|cross-?check(?:ing|ed)?|match(?:ing|ed)?(?: up)?|verif(?:y|ied|ying)|confirm(?:ing|ed)?)"
    "(?: (?:the|their|all|all the|both) ?)?(?: ?(?:results?|outputs?|outcomes?|answers?|them|they|that they"
    "|whether they|what they (?:get|say|find|come up with)|their findings|notes))?(?: (?:agree|match|are th"
    "e same|tally|coincide|up))?(?: (?:with|against|to) (?:each other|one another)| side by side)?"
    "|(?:the |their |whose |all )*(?:results?|outputs?|outcomes?|answers?) (?:are |be |being |get |to be |m"
    "ust be |should be |have to be )?(?:compared|checked|cross-checked|matched(?: up)?|verified|confirmed)("
    "?: with each other)?"
    r"|(?:that|who|which) (?:check|verify|cross-?check) (?:each other|one another)))"
)
_INSTANCE = r"(?:instances?|replicas?|copies)(?: running| up| of it| of them| ready)?"

DOING_IT: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # the script to run is a.py; run the little program a.py
    (
                "(?:(?:the|my|our|a|an|this|that|i've got a|i have a|i've a|there's a|it's a|it is a|here's a|here "
                rf"is a|his|her|their) )?(?:[a-z-]+ )?{_ROLE}(?: (?:to|for) {_GO})?"
                "(?: of (?:mine|ours))?(?: (?:is|are|reads|would be|called|named|is called|is named|by the name of|"
                rf"known as|,|i have is|in question(?: is)?))?\s?[:=,-]{{0,2}}\s?(?={WORK})",
        just(),
    ),
    (rf"(?:(?:please )?(?:{_VERBS})(?: {_OUT})?(?: a| the)?(?: of)?|(?:please )?let)\s(?={WORK})", just()),
    # a.py has to be run, wants running, through; run a.py for me
    (
        (
                rf"(?:{_NEEDS}(?:to )?(?:get |go |be |going )?(?:{_DONE}|{_GO}|loose|go through|to go|a run|a go)(?: "
                r"once| one time)?(?: for (?:me|us)| on (?:my|our) behalf)?)(?=\s?(?:$|[,.;:!?()|]|-|—)|\s(?:on|in|o"
                r"ver|by|within|with|before|at|for|near|under|as|and|using|inside|near|close|only|please|to|no|or)\b"
                ")"
        ),
        lambda m: () if re.search(rf"{WORK}[)]?,?\s?(?:that |which )?$", m.string[: m.start(1)]) else None,
    ),
    (
        (
                rf"(?:loose|going|through|over with|over and done with|out of the way|{_DONE}|go at it)(?: with)?(?="
                r"\s?(?:$|[,.;:!?()|]|-|—)|\s(?:on|in|over|by|within|with|before|at|for|near|under|as|and|using|insi"
                r"de|close|only|please|to)\b)"
        ),
        lambda m: () if re.search(rf"{WORK}[)]?\s$", m.string[: m.start(1)]) else None,
    ),
    # over what: feed x/* to a.py; a.py should chew on x/*
    (r"(?:feed|pass|pipe|give|send|throw|push|put|run|take|pump|shove|hand|stuff|process)\s(?=[a-z0-9_./-]*[*])", just()),
    (rf"(?:to|into|through|at|over to|by|via)\s(?={WORK})", lambda m: () if re.search( (
            r"(?:[*/][a-z0-9_./*-]*|\b(?:them|these|those|files|each|one|it|over|all))\s?,?\s$|\d\s?,?\s$"
    ), m.string[: m.start(1)]) else None),
    (
                r"(?:should|must|shall|has to|can|may|could|might|needs to|is to|will|to|want)?\s?(?:go|work|chew|pl"
                "ough|run|munch|crunch|grind|look|march|comb|sweep|churn|pass|step|loop|read|deal|cope|be run|be le"
                "t loose|be applied|loose)s?(?:ing)?"
                rf"(?: its way)?(?: (?:through|over|on|across|with|at|to|on all|along|up))+\s(?=(?:{_EVERY} )?(?:(?:"
                rf"{MATTER})\s)*(?:in |of )?[a-z0-9_./-]*[*]|(?:{_THEM})|(?:{WORK}))",
        just(),
    ),
    ( (
            r"(?:inputs?|input files?|files?|data|items|over|on|work on|to process|arguments?|args)\s?(?:is|are|:|=|"
            r"->|from)\s?(?=[a-z0-9_./-]*[*]|\d)"
    ), just()),
    ( (
            rf"(?:,\s?)?(?:one|a) (?:task|job|run) (?:per|for each|for every|each|a|an|to each|to every) (?:{MATTER}|"
            "message|file|item|one)"
    ), just()),
    ( (
            "(?:(?:apply|use|run) (?:it|this|that) )?(?:to|on|over|for|with) (?:each|every one|all|each one)(?: of "
            "(?:them|these|those))?(?: (?:in turn|separately|one by one))?"
    ), lambda m: () if "*" in m.string[: m.start(1)] else None),
    ( (
            rf"(?:(?:over|on|for|to|process|across|through|with|do) )?{_EVERY}\s(?:of the |of my )?(?:{MATTER} )?"
            rf"{_END.format(name='end')}s?(?:\s?(?:{MATTER}))*\s{_IN}\s(?:the |my |our )?(?:folder |directory )?"
            rf"{_DIR.format(name='dir')}/?(?: folder| directory)?"
    ), _of_kind),
    ( (
            rf"(?:(?:over|on|for|to|process|across|through) )?(?:every(?: single)?|each(?: and every)?)\s(?:{MATTER})"
            rf"\s{_IN}\s(?:the |my |our )?(?:folder |directory ){_DIR.format(name='dir')}/?"
    ), _in_folder),
    ( (
            rf"(?:(?:over|on|for|to|process|across|through) )?(?:every(?: single)?|each(?: and every)?)\s(?:{MATTER})"
            rf"\s{_IN}\s(?:the |my |our )?{_DIR.format(name='dir')}(?:/(?![a-z0-9*])| (?:folder|directory)\b)"
    ), _in_folder),
    (
                "(?:(?:over|on|for|to|process|across|through) )?(?:everything|the lot|all(?: of)?(?: the| my| our)?"
                rf"(?: (?:{MATTER}))?|all (?:the )?files|whatever is)\s"
                rf"(?:in|inside|from|under)\s(?:the |my |our )?(?:folder |directory )?{_DIR.format(name='dir')}/?(?: "
                r"folder| directory)?(?=\s?(?:$|[,.;:!?)]|-|—)|\s(?:to|into|should|must"
        r"|has|have|with|by|as|on|for|near|within|before|at|please|and|through|is|are|need)\b)",
        _named_folder,
    ),
    ( (
            rf"(?:the )?(?:folder|directory) {_DIR.format(name='dir')}/?(?=\s?(?:$|[,.;:!?)])|\s(?:to|into|with|by|as"
            r"|through)\b)"
    ), lambda m: _named(m)),
    # so many copies; numbered 1 to 64
    ( (
            rf"(?:run |start |do |make |launch |spawn |give me |i want |i need |with )?(?P<n>{NUMBER})\s(?:identical "
            "|separate |independent |parallel )?(?:copies|runs|repetitions|repeats|replicates) of (?:it|this|that|("
            rf"?=(?:the |my |our )?(?:[a-z]+ )?{WORK}))"
    ), _copies),
    ( (
            rf"(?:in |with |run |x |× )?(?P<n>{NUMBER})\s(?:identical |separate |independent |parallel )?copies(?! of"
            ")"
    ), _bare_copies),
    ( (
            rf"(?:in|as)\s(?P<n>{NUMBER})\s(?:identical |separate |independent |parallel )?copies"
    ), lambda m: _copies(m) if re.search(rf"{WORK}\s$", m.string[: m.start(1)]) else None),
    ( (
            rf"(?P<n>{NUMBER})\s?(?:times|x|×)(?: over)?,?\s\(?(?:numbered |numbers |counting |from |no\.? |for |with"
            r" |indices |index )*(?P<first>1)\s?(?:-|–|~|to|through|till)\s?(?P<last>\d+)\)?"
    ),
     lambda m: (("over", f"1-{m['last']}"),) if number(m["n"]) == int(m["last"]) else None),
    ( (
            r"(?:copies|numbers|seeds|indices|nos?\.?|items?|tasks?|frames?|runs?|trials?|cases?|samples?|batches|pa"
            r"rts|the numbers)\s?(?:numbered )?(?:from )?(?P<first>\d+)\s?(?:-|–|~|to|through|till|\.\.)\s?(?P<last>"
            r"\d+)(?!\s?(?:gb|%|:))"
    ),
     lambda m: (("over", f"{m['first']}-{m['last']}"),) if int(m["first"]) <= int(m["last"]) < 100_000 else None),
    # by several owners, compared
    (rf"(?:replicate|repeat|verify|duplicate)\s(?={WORK})", lambda m: () if "owners" in m.string else None),
    (
        (
                rf"(?:(?:be |to be |is |gets? )?{_REPLICATE} )?(?:(?P<n4>{NUMBER}|twice|thrice)(?: times| runs| copie"
                r"s| executions)?(?: over)?,? )?(?:each )?(?:by|at|with|from|on|through|across|over|between|among)\s"
                rf"(?P<n>{NUMBER})\s{_OWNER}(?: each| all)?(?: (?:run|do|compute|execute|perform)(?:ning|ing)?(?: (?:"
                rf"it|this|that))?)?{_COMPARE}"
        ),
        lambda m: _owners(_Spelt(m)),
    ),
    ( (
            rf"(?:have |let |get |with )?(?P<n>{NUMBER})\s{_OWNER}(?: (?:each|all|should|to|shall|must))*\s(?:run|do|"
            rf"compute|execute|perform|repeat|calculate)(?: (?:it|this|that|(?=\S)))?(?:{_COMPARE})"
    ), _owners),
    ( (
            rf"(?:(?:{_REPLICATE} )?(?P<n>twice|thrice|{NUMBER}(?:[- ]fold| times| ways| over| replicas| runs)|(?:x|×"
            rf")\d+)(?: over)?,? (?:each )?(?:by|at|with|from|on|across)\s(?:(?P<n2>{NUMBER})\s)?(?:(?:different|sepa"
            "rate|independent|distinct|various|another)(?: ,|,| and)? ?)+(?:owners?|parties|providers|operators|hos"
            rf"ts)){_COMPARE}"
    ), lambda m: _owners(_Spelt(m))),
    (r"stop(?=\s|$)", _telegram),
    # results, and who wants them
    ( (
            r"(?:see|have|get|receive|obtain|look at|hold|collect)(?:ing)?\s(?=(?:the |its )?(?:outputs?|results?|ou"
            r"tcomes?|answers?)\b)|(?:i|we|it) can wait(?=\s(?:until|till)\s(?!whenever))"
    ), just()),
    ( (
            r"(?:over|on|to|with|through|across|for) (?:them|these|those|all of them|each of them)(?: all)?(?=\s?(?:"
            "$|[,.;:!?)]))"
    ), lambda m: () if re.search( (
            r"\*|\b(?:these|those|attached|enclosed)\b|\d\s?(?:-|to)\s?\d"
    ), m.string[: m.start(1)]) else None),
    ( (
            rf"(?:needs?|wants?|requires?|awaits?|calls? for)\s[a-z]{{3,14}}ing(?=\s?(?:[:,—-]|with|by|using|through)"
            rf"?\s?{WORK})"
    ), just()),
    (
        (
                r"(?<![a-z0-9_./*-])(?P<name>[a-z0-9_][a-z0-9_./-]*\.(?:mov|mp4|avi|mkv|mxf|mpe?g|webm|wmv|flv|m4v|m"
                "ts|vob|3gp))(?![a-z0-9])"
        ),
        lambda m: (("over", m["name"]),) if re.search( (
                r"transcod|convert|encod|turn|h\.?264|\bmp4\b"
        ), _FILE.sub("", m.string)) and not outside(m["name"]) else None,
    ),
    ( (
            rf"(?:to|for)\s(?:(?:my|our|the|all|their|its|any)\s)*(?:{WHO})(?=\s?(?:$|[,.;:!?)])|\s(?:on|in|with|at|n"
            r"ear|from|for)\b)"
    ), lambda m: () if re.search( (
            r"\b(?:serve|host|deploy|expose|publish|offer|available|open|online|up)"
    ), m.string[: m.start(1)]) else None),
    ( (
            "if (?:you|somebody|someone|we|one) (?:ran|executed|did|started|launched|computed|processed|put|got|had"
            rf"|would run|could run)\s(?=(?:the |my |our )?(?:\w+ )?{WORK})"
    ), just()),
    (
                "(?:it )?(?:doesn't|does not) matter (?:which|what|where|who)(?: (?:one|kind|machine|card|node|it i"
                "s|it runs))?|(?:i |we )?(?:don't|do not|doesn't) (?:mind|care) (?:which|what|where|who)"
                "(?: (?:one|kind|machine|card|node|it is|it runs|does it))*|(?:which|what|where)(?: one| kind)? (?:"
                "doesn't matter|does not matter|is up to you)|(?:it's |that's |the rest is )?(?:your (?:choice|call"
                r")|up to you)|you (?:choose|decide|pick)(?=\s?(?:$|[,.;!]))",
        just(),
    ),
    (
                "or (?:else )?(?:i'm|i am|we're|we are|i'll be|we'll be) (?:toast|dead|doomed|fired|sacked|in (?:bi"
                r"g |deep )?trouble|sunk|done for|finished|ruined|late)(?=\s?(?:$|[,.;!]))"
        r"|(?:since|because|as|given that) (?:these|those|this|it|they|we|i)(?:'s| is| are|'re|'m| am|'ve)",
        just(),
    ),
    ( (
            r"(?:for |by )?(?:encoding|converting|turning|changing|re-encoding|making)(?: of)?\s(?=these|those|the\b"
            r"|my\b|our\b|all\b|everything|[a-z0-9_./-]*[*])"
    ), lambda m: () if re.search(r"mp4|264|transcod", m.string) else None),
    ( (
            rf"(?:push|put|run|send|feed|pass|pump|shove)\s(?=(?:the |all |these )?(?:\d+ )?(?:{MATTER})\b[^.;]{{0,40"
            rf"}}\b(?:through|to|into)\s{WORK})"
    ), just()),
    ( (
            r"(?:wish(?:es)?|would like|requests?|begs?|requires?|wants?|needs?)(?: to have| to see| that| for)?\s(?"
            rf"=its\b|his\b|her\b|their\b|{WORK}|[a-z0-9_./-]*[*])"
    ), just()),
    ( (
            r"(?:by|with|through) (?:having|letting|getting)\s(?=\w+ (?:\w+ )?owners)|(?:double|triple|cross|quadrup"
            r"le)[- ]?check\s(?=\S)|(?:i|we) (?:don't|do not) (?:believe|trust)(?: in)? (?:one|a single|just one|any"
            " one|any single) (?:machine|node|computer|owner|result|box)"
    ),
     lambda m: () if re.search(r"owners", m.string) else None),
    (rf"(?:keep|hold|leave|confine|restrict)\s(?={WORK}\s(?:in|inside|within|to)\s)", just()),
    (
                "(?:i|we)(?:'d| would| should) (?:be )?(?:(?:most|very|so|really|much|ever so|extremely) )*(?:grate"
                "ful|obliged|thankful|happy|delighted|glad|pleased|"
                r"love|like|appreciate)(?: it)?(?: very much)? if (?:(?:you|somebody|someone|anyone|we|i|they)\s)?(?"
                r":(?:would|could|can|might|were to)\s)?|"
                "(?:it )?(?:would|'d) be (?:(?:very|so|really) )?(?:great|lovely|nice|wonderful|kind|good|helpful|a"
                " great help)(?: of you)? (?:if|to)(?: (?:you|somebody|we|i))?"
                "(?: (?:would|could|can))?|(?:i |we )?(?:was|am|'m|were|are)? ?(?:just )?wondering (?:if|whether)(?"
                ": (?:you|somebody|one|we|it))?(?: (?:would|could|can|might))?",
        just(),
    ),
    ( (
            rf"(?:for|to|in) (?:the )?(?:running|executing|execution|run)(?: of)?\s(?={WORK})|(?:says?|said|told (?:m"
            r"e|us)|tells (?:me|us)|asked (?:me|us)|wants me) to (?:type|run|say|write|use|ask for|tell you)\s?:?"
    ), just()),
    ( (
            r"(?:the |an |my |our |its )?(?:answers?|outputs?|outcomes?|results?|findings)(?=\s(?:by|within|in|befor"
            r"e|inside|no later|back|ready|due|needed|wanted)\b)"
    ), just()),
    ( (
            "(?:on|in|by|with|at|to|across) your (?:own )?(?:machines?|nodes?|servers?|computers?|network|system|si"
            "de|end|hardware|kit|boxes|infrastructure)"
    ), just()),
    (r"(?:,\s?)?(?:across|through|throughout|along|onto|over all of)\s(?=[a-z0-9_./-]*[*])", just()),
    ( (
            rf"(?P<n>{NUMBER})\s(?:(?:seeds|numbers|frames|pages|cases|samples|items|tasks|runs|images|files|copies|s"
            r"cenes|chapters|steps|trials|parts|batches|students|pupils)\b)"
    ), lambda m: () if re.search(rf"\b1\s?(?:-|–|to|through)\s?{int(number(m['n']))}\b", m.string) else None),
    (
        r"(?:(?<=^)|(?<=[/|,;:—] )|(?<=→ ))(?:the )?(?P<first>\d+)\s?(?:-|–|to)\s?(?P<last>\d+)(?=\s?(?:$|[/|;,.—→]))",
        lambda m: (("over", f"{m['first']}-{m['last']}"),) if int(m["first"]) < int(m["last"]) < 100_000 and int(m["last"]) > 24 else None,
    ),
    ( (
            "(?:the |its |my )?(?:outputs?|outcomes?|results?|answers?|run|running|execution|completion|computation"
            rf")\s(?:of|from|for)\s(?={WORK})"
    ), just()),
    ( (
            r"'s(?=\s(?:results?|outputs?|outcomes?|answers?)\b)"
    ), lambda m: () if re.search(rf"{WORK}$", m.string[: m.start(1)]) else None),
    ( (
            r"(?:on|in|to|back (?:on|in|to)) (?:my|our) (?:desk|hands?|lap|table)(?=\s(?:by|before|within|in|at|no l"
            r"ater)\b)|(?:back )?(?:with|to) (?:me|us)(?=\s(?:by|before|within|in)\b)"
    ), just()),
    (r"w/|(?:in|for) (?:the |a )?(?:whole |entire )?(?:lot|batch)(?=\s(?:for|at|in|within|under))", just()),
    ( (
            "(?:script|program|command|cmd|job|task|work|files?|inputs?|data|machine|hw|sw|hardware|software|gpus?|"
            "cpus?|cores?|ram|mem|memory|arch|region|place|near|where|users?|time|duration|service|product|over|tru"
            r"st|svc|host|also|finish|due)\s?[:=]\s?(?=\S)"
    ), just()),
    # the attached; the recordings from our choir trip
    (
                "(?:(?:of|for|on|over|process(?:ing)?|to|with|all(?: of)?|every one of|here (?:are|is|come|comes)|h"
                "erewith|attached (?:are|is)|enclosed (?:are|is)|i(?:'ve| have|'m| am)? (?:attached|enclosed|sent|u"
                r"ploaded|added|put|sending|attaching|enclosing)(?: you)?)\s)*"
                "(?:these|those|the (?:attached|enclosed|following|accompanying|included|appended)|(?:(?<=are )|(?<"
                r"=attached )|(?<=enclosed )|(?<=sent )|(?<=sending )|(?<=uploaded ))(?:the|my|our|some))\s"
                rf"(?:{WORD}\s){{0,3}}(?:{MATTER})(?: files?)?(?:,? (?:that |which )?(?:i|we)(?:'ve| have|'m| am)? (?"
                ":just )?(?:attach|enclos|send|sent|uploaded|includ|put|add)(?:ed|ing)?(?: (?:you|along|with (?:thi"
                rf"s|it|the (?:message|sentence|letter))|here|in))*)?{NOT_NAMED}",
        just(("given", True)),
    ),
    (
                rf"the (?:{WORD}\s){{0,2}}(?:{MATTER}),?\s(?:that |which )?(?:i|we)(?:'ve| have|'m| am)? (?:just )?(?"
                ":attached|enclosed|sent|uploaded|included|appended|sending)(?: (?:you|along|with (?:this|it)|here)"
                ")*"
                rf"|(?:the )?(?:{WORD}\s){{0,2}}(?:{MATTER}) (?:attached|enclosed|included|with this message|with thi"
                "s|sent along|that came with this)",
        just(("given", True)),
    ),
    # a service
    (
            "(?:set|put|stand|bring|start|spin|fire|switch|turn|have|keep|get)(?:ting|ing)? (?:up|on)(?: and runnin"
            r"g)?(?: (?:the|a|an|our|your|some|my))*\s(?=(?:text|scan|live|stream|language|medical|radiology|analysi"
            r"s|generation|web)\b)"
             "|(?:provide|offer|supply|establish|operate|maintain|arrange|open|need|want)(?: (?:us|me))?(?: with)?("
             r"?: (?:the|a|an|our|your|some|my))*\s(?=(?:text|scan|live|stream|language|medical|radiology|generation"
             r")\b)", just()),
    ( (
            "(?:is |are |be |get |gets |has been |kept |put |set |to be )?(?:up(?: and running)?|live|online|standi"
            "ng by|on air|hosted|available|switched on|kept up|running)(?= (?:for|to|near|close|in|at|with|by|aroun"
            r"d|,)|\s?(?:$|[,.;:!?]))"
    ), _stands),
    ( (
            r"(?:is |are |'s )?(?:wanted|needed|required|requested|desired|called for)(?=\s?(?:$|[,.;:!?])| (?:for|n"
            r"ear|in|at|by|with|to)\b)"
    ), just()),
    (
                "(?:keep|put|set|bring|stand|get|have|spin|fire|start)s?(?:ing|ting|ping)? (?:up|online|live)(?: an"
                r"d running)?(?=\s(?:[`「]|an? |the |my |our |some ))"
                "|(?:up and running|up|online|live|kept up|kept running|always[- ]on|available|standing by)(?: (?:a"
                "s|like) (?:an? )?(?:web |always-on |permanent |standing )?(?:service|site|website|api|server|app))"
                r"?(?=\s(?:for|to|on|near|close|in|at|with|so)\b|\s?(?:$|[,.;:!?]))",
        lambda m: (("service", True),) if re.search( (
                "^(?:keep|put|set|bring|stand|get|have|spin|fire|start)"
        ), m[1]) or re.search( (
                rf"\b(?:keep|put|set|bring|stand|get|have|spin)\s(?:my |our |the )?{WORK}\s$"
        ), m.string[: m.start(1)]) else None,
    ),
    (
        (
                r"(?:(?:(?:keep|kept|run|runs|running|operate|have|launch|start|expose|make|put|bring)\s){1,2}(?:it "
                "|this )?(?:up |on |available )?|up |on |hosted |available )?(?:as|like) (?:an? )?(?:web |always[- "
                "]on |permanent |standing |public |long[- ]running |continuous |http )*(?:service|website|web ?site"
                r"|web ?app|api|backend|daemon)(?=\W|$)"
        ),
        just(("service", True)),
    ),
    ( (
            "(?:served|hosted|deployed|exposed|published|serving|hosting|deploying|publishing|exposing|operate|oper"
            rf"ated)(?=\s?(?:$|[,.;:!?])|\s(?:to|for|from|on|near|with|as|in|at|by)\b|\s{WORK})"
    ), just(("service", True))),
    (r"(?:into|in|to) production(?=\s?(?:$|[,.;:]))", just(("service", True))),
    ( (
            r"(?:while|when|as) you (?=(?:host|serve|deploy|run)\b)|so (?:that )?(?:the )?(?:whole |entire )?(?:"
            rf"{WHO}|everyone|everybody|anyone|people|they|[a-z]+) (?:can|may|could) (?:use|reach|access|see|get at|t"
            "ry|open) (?:it|them|that)"
    ), just()),
    ( (
            rf"(?:{LEAST}|never (?:less|fewer) than|always(?: {LEAST})?)\s?(?P<least>{NUMBER})\s(?:or more )?"
            rf"{_INSTANCE}(?: or more)?|(?P<least2>{NUMBER})\s(?:or more {_INSTANCE}|{_INSTANCE},?\s?(?:or more(?: ru"
            "nning)?|(?:as |at )?(?:an? |the )?(?:very )?(?:minimum|min|least)))"
    ), _bounds),
    ( (
            rf"(?:{UP}|(?:cap|limit|hold|keep) (?:it|this|them|that) (?:at|to)|never more than|max\.?)\s?(?P<most>"
            rf"{NUMBER})\s{_INSTANCE}|(?P<most2>{NUMBER})\s{_INSTANCE},?\s?(?:or (?:less|fewer)|(?:as |at )?(?:an? |t"
            "he )?(?:very )?(?:maximum|max|most)|tops)"
    ), _bounds),
    ( (
            rf"(?:(?:from|between|with|scale(?:d)?(?: from)?)\s)?(?P<least>{NUMBER})\s?(?:to|and|-|–|~)\s?(?P<most>"
            rf"{NUMBER})\s{_INSTANCE}"
    ), _bounds),
    ( (
            rf"(?:min(?:imum)?\.?|at least)\s?(?:of )?(?P<least>{NUMBER})(?:\s{_INSTANCE})?(?:,| and| /|;)?\s?(?:(?:l"
            rf"et it )?(?:grow|scale)(?: up)? to )?(?:max(?:imum)?\.?|at most|up to)\s?(?:of )?(?P<most>{NUMBER})(?:"
            rf"\s{_INSTANCE})?(?! ?(?:yuan|rmb|kuai|¥|gb|%))"
    ), lambda m: _bounds(m) if "instance" in m.string or "replica" in m.string else None),
    ( (
            rf"(?P<least>{NUMBER})\s{_INSTANCE} (?:at (?:the )?(?:minimum|least)|minimum|min),?\s?(?:and )?(?:(?:let "
            rf"it |may |can )?(?:grow|scale|go)(?: up)? to |up to |at most )?(?P<most>{NUMBER})(?: at (?:the )?most| "
            "maximum| max| tops)"
    ), _bounds),
    (
            r"(?:(?:it )?(?:listens?|listening|is|running|reachable|served?|answers?|available)\s)?(?:on|at|over|via"
            r"|with|through|using)?\s?(?:the )?(?:tcp |http |network )?port(?: number)?\s?(?:is|no\.?|:|=|#)?\s?(?P<"
            r"port>\d{1,5})(?![\d.])"
     r"|(?:with )?(?P<port2>\d{2,5}) (?:as|being|is) (?:the|its|my|our) port|port\s?(?:is|:|=)\s?(?P<port3>\d{2,5})",
     lambda m: (("port", int(m["port"] or m["port2"] or m["port3"])),)),
    (rf"(?:{_NEEDS})?(?:to )?(?:be )?(?:{DO}|{DOING})(?= (?:with|by|using|through|via) {WORK})", just()),
    ( (
            rf"(?:any|some|your|the|a|one of your) {NODES}(?=\s?(?:$|[,.;:!?]))"
    ), lambda m: () if re.search(r"\b(?:on|to|at|by) $", m.string[: m.start(1)]) and m[1].startswith("your") else None),
)  # fmt: skip


class _Spelt:
    """A match in which twice is two, and "-fold" and "times" say nothing."""

    def __init__(self, match: re.Match[str]) -> None:
        self.match = match

    def groupdict(self) -> dict[str, str | None]:
        found = {
            k: re.sub(r"^[x×]|(?:[- ]fold| times| ways| over| replicas| runs)$", "", v) if v else v
            for k, v in self.match.groupdict().items()
        }
        return {k: {"twice": "2", "thrice": "3"}.get(v, v) if v else v for k, v in found.items()}
